//! Downloads in the background: the layers that are read next.

use std::{
    collections::VecDeque,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use crate::{
    Error,
    agents::Agents,
    download::{Blob, Download, Failures, note},
    image::Progress,
    session::{Route, Session},
};

/// The number of downloads at the same time, the one that is being read included.
const DOWNLOADS: usize = 3;
/// The number of bytes that are passed on together.
const PIECE_BYTES: usize = 64 << 10;
/// The number of pieces that a download may be ahead: 4 MiB with the piece that waits.
const PIECES: usize = 63;

/// The downloads of the parts that were announced.
#[derive(Default)]
pub(crate) struct Ahead {
    waiting: VecDeque<Blob>,
    running: VecDeque<(String, Piecewise)>,
    /// The connections of the background, which end with the image.
    agents: Option<Agents>,
    cancelled: Arc<AtomicBool>,
}

/// The means of a download.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) session: Arc<Session>,
    pub(crate) progress: Progress,
    pub(crate) failures: Failures,
}

enum Message {
    Piece(Vec<u8>),
    End,
    Failed(Error),
}

impl Ahead {
    /// Replaces the parts that will be opened next.
    pub(crate) fn announce(
        &mut self,
        blobs: Vec<Blob>,
        means: &Means,
        new_agents: impl FnOnce() -> Option<Agents>,
    ) {
        self.running.clear();
        self.waiting = blobs.into();
        // One part is opened at once anyway.
        if self.waiting.len() < 2 {
            self.waiting.clear();
            return;
        }
        if self.agents.is_none() {
            self.agents = new_agents();
        }
        self.start(means, DOWNLOADS);
    }

    /// Returns a part that was announced. Those before it are left out.
    ///
    /// The reader counts as one of the downloads until the next call.
    pub(crate) fn take(&mut self, digest: &str, means: &Means) -> Option<Piecewise> {
        if let Some(at) = self.running.iter().position(|(own, _)| own == digest) {
            self.running.drain(..at);
            let (_, download) = self.running.pop_front()?;
            self.start(means, DOWNLOADS - 1);
            return Some(download);
        }
        let at = self.waiting.iter().position(|blob| blob.digest == digest)?;
        self.running.clear();
        self.waiting.drain(..at);
        self.start(means, DOWNLOADS);
        let (_, download) = self.running.pop_front().filter(|(own, _)| own == digest)?;
        Some(download)
    }

    fn start(&mut self, means: &Means, downloads: usize) {
        let Some(agents) = &self.agents else { return };
        while self.running.len() < downloads
            && let Some(blob) = self.waiting.pop_front()
        {
            let route = Route { agents: agents.clone(), cancelled: Some(Arc::clone(&self.cancelled)) };
            let (sender, receiver) = sync_channel(PIECES);
            let digest = blob.digest.clone();
            let own = means.clone();
            let started = thread::Builder::new()
                .name("download".to_owned())
                .spawn(move || run(&sender, own, &route, blob));
            // Without a thread, the part is downloaded when it is opened.
            if started.is_ok() {
                self.running.push_back((digest, Piecewise::new(receiver, means)));
            }
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(agents) = self.agents.take() {
            agents.shut_down();
        }
    }
}

/// Downloads a blob. Ends if its reader is dropped.
fn run(sender: &SyncSender<Message>, means: Means, route: &Route, blob: Blob) {
    // The failure counts only if the part is read.
    let failures = Failures::default();
    let Means { session, progress, .. } = means;
    let last = match Download::open(session, route.clone(), blob, progress, failures) {
        Ok(mut download) => loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let read = (&mut download).take(PIECE_BYTES as u64).read_to_end(&mut piece);
            let is_last = piece.len() < PIECE_BYTES;
            if route.is_cancelled() || !piece.is_empty() && sender.send(Message::Piece(piece)).is_err() {
                return;
            }
            match read {
                Ok(_) if is_last => break Message::End,
                Ok(_) => {}
                Err(error) => break Message::Failed(error_of(error)),
            }
        },
        Err(error) => Message::Failed(error),
    };
    let _ = sender.send(last);
}

/// Returns the error within an error of the standard library.
fn error_of(error: io::Error) -> Error {
    let reason = error.to_string();
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(_) => Error::Broken { host: String::new(), reason },
    }
}

/// The reader of a download in the background.
pub(crate) struct Piecewise {
    receiver: Receiver<Message>,
    piece: io::Cursor<Vec<u8>>,
    state: State,
    failures: Failures,
}

enum State {
    Running,
    Ended,
    Failed(Error),
}

impl Piecewise {
    fn new(receiver: Receiver<Message>, means: &Means) -> Self {
        let failures = Arc::clone(&means.failures);
        Self { receiver, piece: io::Cursor::default(), state: State::Running, failures }
    }

    /// Waits for the first piece, so that an error is known before reading.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        self.receive();
        match &self.state {
            State::Failed(error) => Err(error.clone()),
            State::Running | State::Ended => Ok(()),
        }
    }

    fn receive(&mut self) {
        self.state = match self.receiver.recv() {
            Ok(Message::Piece(piece)) => {
                self.piece = io::Cursor::new(piece);
                return;
            }
            Ok(Message::End) => State::Ended,
            Ok(Message::Failed(error)) => State::Failed(error),
            Err(_) => State::Failed(Error::Broken {
                host: "the registry".to_owned(),
                reason: "the download ended".to_owned(),
            }),
        };
    }
}

impl Read for Piecewise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match &self.state {
                State::Running => self.receive(),
                State::Ended => return Ok(0),
                State::Failed(error) => {
                    note(&self.failures, error);
                    return Err(io::Error::other(error.clone()));
                }
            }
        }
    }
}
