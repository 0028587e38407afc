//! A blob as a stream that survives broken connections.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, PoisonError},
};

use ureq::{
    Body, BodyReader,
    http::{HeaderMap, Response, StatusCode, Uri, header},
};

use crate::{
    Error,
    address::Address,
    image::Progress,
    session::{Failure, Part, PartUrl, Route, Session, Tries},
};

/// The number of bytes after which the tries start again from the first.
const PROGRESS_BYTES: u64 = 1 << 20;

/// The failure of a source, which its user can ask for.
pub(crate) type Failures = Arc<Mutex<Option<Error>>>;

/// A blob to download.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    pub(crate) digest: String,
    /// The size that its manifest states.
    pub(crate) size: Option<u64>,
}

/// A blob that is being downloaded.
pub(crate) struct Download {
    session: Arc<Session>,
    route: Route,
    blob: Blob,
    /// The next byte.
    at: u64,
    /// The size that the registry states.
    end: Option<u64>,
    body: Option<OpenBody>,
    tries: Tries,
    /// The byte at which the tries started.
    tried_from: u64,
    progress: Progress,
    failures: Failures,
}

struct OpenBody {
    reader: BodyReader<'static>,
    address: Address,
}

impl Download {
    /// Opens a blob.
    pub(crate) fn open(
        session: Arc<Session>,
        route: Route,
        blob: Blob,
        progress: Progress,
        failures: Failures,
    ) -> Result<Self, Error> {
        let mut download = Self {
            session,
            route,
            blob,
            at: 0,
            end: None,
            body: None,
            tries: Tries::new(),
            tried_from: 0,
            progress,
            failures,
        };
        while let Err(failure) = download.connect() {
            download.pause(failure)?;
        }
        Ok(download)
    }

    fn pause(&mut self, failure: Failure) -> Result<(), Error> {
        self.body = None;
        self.tries.pause(&self.session, &self.route, failure)
    }

    /// Requests the bytes that are missing.
    fn connect(&mut self) -> Result<(), Failure> {
        let part = Part {
            url: PartUrl::Path(format!("blobs/{}", self.blob.digest)),
            accept: None,
            from: self.at,
            called: &self.blob.digest,
        };
        let (url, answer) = self.session.get_once(&self.route, &part)?;
        let start = self.start_of(&url, &answer)?;
        let address = Address::of(&url).unwrap_or_else(|| self.session.registry().clone());
        let reader = answer.into_body().into_reader();
        self.body = Some(OpenBody { reader, address });
        // A server without ranges begins with the first byte.
        let mut known = self.at - start;
        let mut piece = vec![0; 64 << 10];
        while known > 0 {
            let length = known.min(piece.len() as u64) as usize;
            match self.read_body(piece.get_mut(..length).unwrap_or_default())? {
                0 => return Err(self.broken()),
                count => known -= count as u64,
            }
        }
        Ok(())
    }

    /// Returns the first byte of an answer, and notes the size of the blob.
    fn start_of(&mut self, url: &Uri, answer: &Response<Body>) -> Result<u64, Failure> {
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            self.end = answer.body().content_length();
            return Ok(0);
        }
        let host = Address::of(url).map_or_else(|| self.session.host(), |address| address.to_string());
        let (start, end) = content_range(answer.headers())
            .filter(|(start, _)| *start <= self.at)
            .ok_or_else(|| Error::Invalid {
                host,
                what: "a part of a blob",
                reason: "`Content-Range` is missing or wrong".to_owned(),
            })?;
        self.end = end.or(self.end);
        Ok(start)
    }

    fn read_body(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let Some(body) = &mut self.body else { return Err(self.broken()) };
        match body.reader.read(buffer) {
            Ok(count) => Ok(count),
            Err(error) => {
                let address = body.address.clone();
                Err(self.session.network(&address, error.into()))
            }
        }
    }

    fn broken(&self) -> Failure {
        let reason = format!("after {} bytes of `{}`", self.at, self.blob.digest);
        Failure::passing(Error::Broken { host: self.session.host(), reason })
    }

    /// The number of bytes that may still come: one more than the manifest states, so that a blob that is too
    /// long has the wrong digest.
    fn left(&self) -> u64 {
        let stated = self.blob.size.map_or(u64::MAX, |size| size.saturating_add(1));
        self.end.unwrap_or(u64::MAX).min(stated).saturating_sub(self.at)
    }

    /// Returns true if no byte is missing.
    fn is_complete(&self) -> bool {
        self.end.or(self.blob.size).is_none_or(|end| self.at >= end)
    }

    fn read_on(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            let length = self.left().min(buffer.len() as u64) as usize;
            let Some(buffer) = buffer.get_mut(..length).filter(|buffer| !buffer.is_empty()) else {
                // The last read makes the connection usable for another request.
                let _ = self.body.take().map(|mut body| body.reader.read(&mut [0]));
                return Ok(0);
            };
            let read = match self.body {
                Some(_) => self.read_body(buffer),
                None => self.connect().and_then(|()| self.read_body(buffer)),
            };
            let failure = match read {
                Ok(0) if self.is_complete() => return Ok(0),
                Ok(0) => self.broken(),
                Ok(count) => {
                    self.at += count as u64;
                    self.progress.add(count as u64);
                    if self.at - self.tried_from >= PROGRESS_BYTES {
                        (self.tries, self.tried_from) = (Tries::new(), self.at);
                    }
                    return Ok(count);
                }
                Err(failure) => failure,
            };
            self.pause(failure)?;
        }
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.read_on(buffer).map_err(|error| {
            note(&self.failures, &error);
            io::Error::other(error)
        })
    }
}

/// Keeps the first failure.
pub(crate) fn note(failures: &Failures, error: &Error) {
    failures.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
}

/// The first byte and the whole size of `bytes 0-1/2`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let value = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (range, whole) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok()?, whole.trim().parse().ok()))
}
