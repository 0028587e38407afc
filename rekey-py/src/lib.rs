//! `rekey` for Python: native types in, core's checks, results with offsets in Python's units out.
#![forbid(unsafe_code)]
#![allow(
    clippy::doc_link_with_quotes,
    clippy::doc_lazy_continuation,
    reason = "the documentation is Python's"
)]
#![allow(clippy::needless_pass_by_value, clippy::too_many_arguments, reason = "Python's calls arrive so")]
#![allow(clippy::unsafe_derive_deserialize, reason = "the unsafe code is in what pyo3 makes of methods")]

mod archive;
mod check;
mod convert;
mod dockerfile;
mod error;
mod finding;
mod fix;
mod git_url;
mod input;
mod pickle;
mod private_key;
mod reference;
#[cfg_attr(not(unix), path = "rehearsal_elsewhere.rs")]
mod rehearsal;
mod report;
mod rule;
mod submission;
mod tag;
mod target;

use pyo3::prelude::*;

/// The extension module behind ``rekey``.
#[pymodule(gil_used = false)]
mod _rekey {
    #[pymodule_export]
    use crate::{
        check::{
            check_credentials, check_dockerfile, check_dockerfiles, check_git_url, check_git_urls,
            check_image, check_image_archive, check_private_key, check_reference, check_rehearsal,
            check_submission, check_submissions, check_tag, check_tags,
        },
        dockerfile::{Argument, Dockerfile, Fact, Flag, Instruction, Problem, Stage},
        finding::{Basis, Edit, Finding, Fix, Related},
        fix::apply_fixes,
        git_url::{GitUrl, is_git_url},
        pickle::_restore,
        private_key::{PrivateKey, is_private_key},
        reference::{ImageReference, is_image_reference},
        rehearsal::{Rehearsal, rehearse},
        report::{Counts, Forecast, Report, Section},
        rule::{Rule, rule},
        submission::{Image, Submission},
        tag::{Tag, is_tag, latest_tag},
        target::Target,
    };

    use std::ffi::OsString;

    use super::{Bound, PyModule, PyResult, Python};
    use pyo3::{pyfunction, types::PyModuleMethods};

    /// Runs the command; the first argument is the program's name.
    #[pyfunction]
    fn _main(py: Python<'_>, args: Vec<OsString>) -> i32 {
        py.detach(|| rekey_cli::run(args))
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("RULES", crate::rule::all(module.py())?)
    }
}
