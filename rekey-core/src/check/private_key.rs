//! `check_private_key`.
