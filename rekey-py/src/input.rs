//! Inputs from Python: `str` and `bytes` are content, a path is a file.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use pyo3::{
    Borrowed,
    exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDate, PyDateAccess, PyMapping, PyString},
};
use rekey_core::{Date, Source, Text, mask::masked};
use zeroize::Zeroizing;

/// The unit of the offsets in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Code points: the text is a `str`.
    Chars,
    /// Bytes: the text is `bytes` or a file.
    Bytes,
}

/// The maximum size of a file in bytes.
const LIMIT: u64 = 16 << 20;

/// More than the size of any key in bytes.
const KEY: u64 = 64 << 10;

/// Content, borrowed from Python if possible.
pub(crate) enum Input<'a> {
    Str(&'a str),
    Bytes(&'a [u8]),
    /// A file that was read.
    File(File),
}

/// A file with its path, its content, which may be a key, and its permission bits if the system has them.
pub(crate) struct File {
    path: String,
    content: Zeroizing<Vec<u8>>,
    mode: Option<u32>,
}

impl Input<'_> {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Str(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::File(file) => &file.content,
        }
    }

    pub(crate) fn text(&self) -> Text<'_> {
        match self {
            Self::File(file) => Text::from(file.content.as_slice()).called(file.source()),
            _ => self.bytes().into(),
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        if matches!(self, Self::Str(_)) { Unit::Chars } else { Unit::Bytes }
    }

    /// The path, if it is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        if let Self::File(file) = self { Some(Path::new(&file.path)) } else { None }
    }

    pub(crate) fn mode(&self) -> Option<u32> {
        if let Self::File(file) = self { file.mode } else { None }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Input<'a> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let input = if given.is_instance_of::<PyString>() {
            Self::Str(given.extract().map_err(|error| without_text(given.py(), error))?)
        } else if given.is_instance_of::<PyBytes>() {
            Self::Bytes(given.extract()?)
        } else {
            let path: PathBuf = given.extract()?;
            Self::File(given.py().detach(|| File::read(&path)).map_err(|error| os_error(error, &path))?)
        };
        if u32::try_from(input.bytes().len()).is_err() {
            return Err(PyValueError::new_err("expected at most 4 GiB of content"));
        }
        Ok(input)
    }
}

impl File {
    pub(crate) fn source(&self) -> Source {
        Source::file(self.path.as_str())
    }

    fn read(path: &Path) -> std::io::Result<Self> {
        let file = std::fs::File::open(path)?;
        let about = file.metadata()?;
        // The whole content fits: a buffer that grows would leave copies behind.
        let room = about.len().clamp(KEY, LIMIT) + 1;
        let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(room).unwrap_or(0)));
        file.take(LIMIT + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LIMIT {
            return Err(std::io::Error::other(format!(
                "{}: larger than 16 MiB, the limit",
                masked(&path.display().to_string())
            )));
        }
        #[cfg(unix)]
        let mode = Some(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777);
        #[cfg(not(unix))]
        let mode = None;
        Ok(Self { path: path.display().to_string(), content, mode })
    }
}

/// The error for an invalid `str`, as Python raises it but without the text: it may be a key.
fn without_text(py: Python<'_>, error: PyErr) -> PyErr {
    let blank = |error: &Bound<'_, PyAny>| -> PyResult<PyErr> {
        let start: usize = error.getattr("start")?.extract()?;
        let wrong = error.getattr("object")?.get_item(start)?.unbind();
        let reason = format!("surrogates not allowed, found one at {start}");
        Ok(PyUnicodeEncodeError::new_err(("utf-8", wrong, 0, 1, reason)))
    };
    blank(error.value(py)).unwrap_or(error)
}

/// The error with the file's name, as `open` raises it, unless the name looks like content that was mistaken
/// for a path.
fn os_error(error: std::io::Error, path: &Path) -> PyErr {
    use pyo3::exceptions::PyOSError;
    if looks_like_content(path.as_os_str().as_encoded_bytes()) {
        return PyValueError::new_err("expected a path, found content: pass content as str or bytes");
    }
    match error.raw_os_error() {
        Some(code) => {
            let text = error.to_string();
            let text = text.rsplit_once(" (os error").map_or(text.as_str(), |(text, _)| text).to_owned();
            PyOSError::new_err((code, text, masked(&path.display().to_string())))
        }
        None => error.into(),
    }
}

/// Returns true for multiple lines, a PEM boundary, or a text longer than a file name.
fn looks_like_content(path: &[u8]) -> bool {
    const MARK: &[u8] = b"-----BEGIN";
    const LONGEST: usize = 255;
    path.contains(&b'\n')
        || path.windows(MARK.len()).any(|part| part == MARK)
        || path.split(|byte| *byte == b'/').any(|name| name.len() > LONGEST)
}

/// A mapping of texts, in order.
#[derive(Default)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl<'py> FromPyObject<'_, 'py> for Pairs {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mapping = given.cast::<PyMapping>()?;
        mapping.items()?.iter().map(|item| item.extract()).collect::<PyResult<_>>().map(Self)
    }
}

/// A day, as `datetime.date` or as text.
pub(crate) struct Day(pub(crate) Date);

impl<'py> FromPyObject<'_, 'py> for Day {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(date) = given.cast::<PyDate>() {
            let day = u16::try_from(date.get_year())
                .ok()
                .and_then(|year| Date::new(year, date.get_month(), date.get_day()));
            return Ok(Self(day.expect("Python's dates are in the calendar")));
        }
        let text: &str = given.extract()?;
        text.parse()
            .map(Self)
            .map_err(|error: rekey_core::TargetError| PyValueError::new_err(error.to_string()))
    }
}

/// A sequence of texts; a single `str` is rejected.
#[derive(Default)]
pub(crate) struct Strings(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Strings {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("expected an iterable of str, found one str"));
        }
        given.try_iter()?.map(|text| text?.extract()).collect::<PyResult<_>>().map(Self)
    }
}
