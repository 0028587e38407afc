//! `GitUrl`, `is_git_url`.

use pyo3::prelude::*;
use rekey_core::Target;

use crate::{
    error::{self, GitUrlError},
    input::{Input, Unit},
    pickle::{Reduced, reduce_text},
};

/// The address of a git repository on a server, read as git reads it.
///
/// The host is stored in lowercase, and a password never: user info in ``https`` is not part of an address.
///
/// >>> url = GitUrl.parse("https://gitlab.com/group/sub/app.git")
/// >>> url.owner, url.repository
/// ('group/sub', 'app')
/// >>> str(url.to_ssh())
/// 'git@gitlab.com:group/sub/app.git'
/// >>> match url:
/// ...     case GitUrl("https", host):
/// ...         print(host)
/// gitlab.com
#[pyclass(frozen, eq, hash, module = "rekey")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct GitUrl(rekey_core::git_url::GitUrl);

#[pymethods]
impl GitUrl {
    /// Parses a URL. Raises ``GitUrlError`` with the reason if git, or a program that reads the URL after it,
    /// could not use it.
    ///
    /// >>> GitUrl.parse("git@github.com/acme/app").host
    /// Traceback (most recent call last):
    ///     ...
    /// rekey._errors.GitUrlError: expected `:` before the path
    #[staticmethod]
    pub(crate) fn parse(text: &str) -> PyResult<Self> {
        rekey_core::git_url::GitUrl::parse(text).map(Self).map_err(|problem| {
            let report = rekey_core::check_git_url(text, &Target::default());
            GitUrlError::new_err(error::problem(
                &problem,
                problem.span,
                &report,
                text.as_bytes(),
                Unit::Chars,
            ))
        })
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        ("transport", "host", "path")
    }

    /// The transport: ``"https"``, ``"http"``, ``"ssh"`` or ``"git"``.
    #[getter]
    fn transport(&self) -> &'static str {
        self.0.transport().scheme()
    }

    /// The user that ssh logs in with.
    #[getter]
    fn user(&self) -> Option<&str> {
        self.0.user()
    }

    /// The host in lowercase; an IPv6 address without brackets.
    #[getter]
    fn host(&self) -> &str {
        self.0.host()
    }

    /// The port, if the URL names one.
    #[getter]
    fn port(&self) -> Option<u16> {
        self.0.port()
    }

    /// The path as git passes it on.
    #[getter]
    fn path(&self) -> &str {
        self.0.path()
    }

    /// Everything before the repository, including subgroups; ``None`` for unknown shapes.
    #[getter]
    fn owner(&self) -> Option<&str> {
        self.0.owner()
    }

    /// The repository without ``.git``; ``None`` for unknown shapes.
    #[getter]
    fn repository(&self) -> Option<&str> {
        self.0.repository()
    }

    /// Converts to ssh, the form to submit for a private repository. Raises ``GitUrlError`` if there is none.
    fn to_ssh(&self) -> PyResult<Self> {
        self.0.to_ssh().map(Self).map_err(|reason| self.refused(&reason))
    }

    /// Converts to https, the form to submit for a public repository. Raises ``GitUrlError`` if there is
    /// none.
    fn to_https(&self) -> PyResult<Self> {
        self.0.to_https().map(Self).map_err(|reason| self.refused(&reason))
    }

    /// Returns true if both name the same repository, whatever the transport.
    ///
    /// >>> GitUrl.parse("https://github.com/acme/app").same_repository(GitUrl.parse("git@github.com:acme/app.git"))
    /// True
    fn same_repository(&self, other: &Self) -> bool {
        self.0.same_repository(&other.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("GitUrl.parse({})", self.__str__().into_pyobject(py)?.repr()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        reduce_text(py, "GitUrl", &self.__str__())
    }
}

impl GitUrl {
    fn refused(&self, reason: &dyn std::fmt::Display) -> PyErr {
        GitUrlError::new_err(error::refusal(reason, &self.__str__()))
    }
}

/// Returns true if the text is a git URL and nothing else.
///
/// >>> is_git_url("git@github.com:acme/app.git"), is_git_url("git@github.com/acme/app")
/// (True, False)
#[pyfunction]
pub(crate) fn is_git_url(text: Input<'_>) -> bool {
    rekey_core::git_url::scan(text.bytes()).problems.is_empty()
}
