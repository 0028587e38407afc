//! `check_submission`.
