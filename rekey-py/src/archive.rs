//! The archive of an image: a location, bytes, or a file object.

use std::{
    io::{self, Read},
    path::PathBuf,
};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    pybacked::PyBackedBytes,
    types::{PyBytes, PyString},
};
use rekey_files::{
    archive::{ArchiveSource, ImageLocation},
    read::ReadError,
};

use crate::error::unread;

/// An archive as given.
pub(crate) enum Archive {
    Location(ImageLocation),
    Bytes(PyBackedBytes),
    Stream(FileObject),
}

impl Archive {
    /// Reads it without blocking other threads. An exception of a file object is raised as it is.
    pub(crate) fn read<T: Send>(
        self,
        py: Python<'_>,
        check: impl Send + FnOnce(ArchiveSource<'_>) -> Result<T, ReadError>,
    ) -> PyResult<T> {
        match self {
            Self::Location(location) => py.detach(|| check(location.into())).map_err(unread),
            Self::Bytes(bytes) => py.detach(|| check(ArchiveSource::Bytes(&bytes))).map_err(unread),
            Self::Stream(mut file) => {
                let name = file.name(py);
                let result = py.detach(|| check(ArchiveSource::Stream(&mut file, &name)));
                result.map_err(|error| file.exception.take().unwrap_or_else(|| unread(error)))
            }
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Archive {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyBytes>() {
            return Ok(Self::Bytes(given.extract()?));
        }
        if !given.is_instance_of::<PyString>() && given.hasattr("read")? {
            return Ok(Self::Stream(FileObject { object: given.to_owned().unbind(), exception: None }));
        }
        let path: PathBuf = given.extract()?;
        let location = ImageLocation::parse(path.as_os_str());
        Ok(Self::Location(location.unwrap_or_else(|| ImageLocation::new(path))))
    }
}

/// A binary file object of Python.
pub(crate) struct FileObject {
    object: Py<PyAny>,
    /// The exception of its method `read`.
    exception: Option<PyErr>,
}

impl FileObject {
    /// Its name, if it has one, for reports.
    fn name(&self, py: Python<'_>) -> String {
        let name = self.object.getattr(py, "name").and_then(|name| name.extract(py));
        name.unwrap_or_else(|_| "archive".to_owned())
    }
}

impl Read for FileObject {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = Python::attach(|py| {
            let chunk = self.object.call_method1(py, "read", (buf.len(),))?;
            let chunk = chunk.bind(py).cast::<PyBytes>().map_err(|_| {
                PyTypeError::new_err("expected a file object that reads bytes: open it with mode \"rb\"")
            })?;
            let chunk = chunk.as_bytes();
            let space = buf.get_mut(..chunk.len());
            let space =
                space.ok_or_else(|| PyTypeError::new_err("read() returned more bytes than requested"))?;
            space.copy_from_slice(chunk);
            Ok(chunk.len())
        });
        read.map_err(|error| {
            self.exception = Some(error);
            io::Error::other("the file object raised an exception")
        })
    }
}
