//! File access for rekey: `rekey.toml`, the submission in a checkout, build contexts, built images,
//! preflight's artifacts, and atomic writes. A file that a text names or a search finds is opened only below
//! its folder.
//!
//! `rekey_core` makes all checks, and nothing here prints.
//!
//! ```
//! use rekey_files::{settings::Settings, submission::LoadedSubmission};
//!
//! # let folder = std::env::temp_dir().join(format!("rekey-files-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! std::fs::write(folder.join("rekey.toml"), "[[image]]\ntag = '1.0'\n")?;
//! let loaded = LoadedSubmission::from_path(&folder)?;
//! let report = loaded.check(&Settings::default())?;
//! assert!(report.findings().any(|finding| finding.rule().id == "tag-missing-release"));
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod folder;
mod git_config;
mod ignore_files;
mod today;

pub mod archive;
pub mod artifacts;
pub mod build_context;
pub mod config;
pub mod discover;
pub mod published;
pub mod read;
pub mod scope;
pub mod search;
pub mod settings;
pub mod submission;
pub mod write;

pub use self::{folder::Folder, today::today};
