//! `check_git_url`.
