//! The exceptions of `rekey._errors`.

use pyo3::{
    PyErr,
    exceptions::{PyFileNotFoundError, PyIsADirectoryError, PyOSError, PyPermissionError, PyValueError},
};
use rekey_core::{Report, Span, private_key::PublicKeyProblem, text::Locator};
use rekey_files::{
    read::{ReadError, Reason, shown},
    submission::LoadError,
};

use crate::{
    convert,
    input::{Input, Unit},
};

mod imported {
    pyo3::import_exception!(rekey._errors, GitUrlError);
    pyo3::import_exception!(rekey._errors, ImageReferenceError);
    pyo3::import_exception!(rekey._errors, PrivateKeyError);
    pyo3::import_exception!(rekey._errors, PublicKeyError);
    pyo3::import_exception!(rekey._errors, TagError);
}
pub(crate) use imported::{GitUrlError, ImageReferenceError, PrivateKeyError, PublicKeyError, TagError};

/// The arguments of an exception's constructor: message, rule, start, end.
pub(crate) type Arguments = (String, Option<&'static str>, u32, u32);

/// The arguments for a problem of `text`, with the rule that reports it in `report`.
pub(crate) fn problem(
    problem: &dyn std::fmt::Display,
    span: Span,
    report: &Report,
    text: &[u8],
    unit: Unit,
) -> Arguments {
    let range = Locator::new(text).locate(span);
    let place = if unit == Unit::Chars { range.chars } else { range.bytes };
    (problem.to_string(), convert::rule_at(report, range.bytes), place.start, place.end)
}

/// The arguments for a whole value that cannot be converted.
pub(crate) fn refusal(reason: &dyn std::fmt::Display, value: &str) -> Arguments {
    (reason.to_string(), None, 0, value.chars().count() as u32)
}

/// The arguments for a text that is not a public key, about all of it.
pub(crate) fn public_key(problem: &PublicKeyProblem, text: &Input<'_>) -> Arguments {
    let range = Locator::new(text.bytes()).locate(Span::new(0, text.bytes().len()));
    let place = if text.unit() == Unit::Chars { range.chars } else { range.bytes };
    (problem.to_string(), Some("private-key-invalid-public-key"), place.start, place.end)
}

/// The exception for a submission that cannot be loaded: an `OSError` for a file, otherwise a `ValueError`.
pub(crate) fn load(error: LoadError) -> PyErr {
    match error {
        LoadError::Read(error) => unread(error),
        other => PyValueError::new_err(other.to_string()),
    }
}

/// The exception for a file or folder that cannot be read.
pub(crate) fn unread(ReadError { name, reason }: ReadError) -> PyErr {
    match reason {
        Reason::Missing => PyFileNotFoundError::new_err((2, "No such file or directory", name)),
        Reason::Misnamed { near } => {
            let message = format!("No such file or directory; did you mean `{}`?", shown(&near));
            PyFileNotFoundError::new_err((2, message, name))
        }
        Reason::Permission => PyPermissionError::new_err((13, "Permission denied", name)),
        Reason::Directory => PyIsADirectoryError::new_err((21, "Is a directory", name)),
        reason => PyOSError::new_err(ReadError { name, reason }.to_string()),
    }
}
