//! `check_image`.
