//! `check_dockerfile`.
