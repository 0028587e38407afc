//! The service of an engine: HTTP over a Unix socket.

use std::{
    fmt,
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use ureq::{
    Agent, BodyReader, Timeout,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport},
    },
};

use super::{Options, failed, no_docker};
use crate::Error;

/// The maximum size of an error that is read for its message.
const MESSAGE_BYTES: u64 = 64 << 10;

/// An image that a service sends.
pub(super) struct Service {
    reader: BodyReader<'static>,
    engine: &'static str,
    name: String,
    idle_timeout: Duration,
}

impl Service {
    /// Requests an image.
    ///
    /// Source: Docker Engine API 1.41, `GET /images/{name}/get`.
    pub(super) fn save(
        socket: &Path,
        engine: &'static str,
        name: &str,
        options: &Options,
    ) -> Result<Self, Error> {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_per_read(Some(options.idle_timeout))
            .timeout_per_write(Some(options.idle_timeout))
            .build();
        let agent = Agent::with_parts(config, ToSocket(socket.to_owned()), NoNames);
        let answer = agent.get(format!("http://engine/v1.41/images/{}/get", encoded(name))).call();
        let mut answer = answer.map_err(|error| match error {
            ureq::Error::Timeout(_) => failed(engine, name, &waited(options.idle_timeout)),
            ureq::Error::Io(error) if is_closed(&error) => no_docker(socket),
            ureq::Error::Io(error) => failed(engine, name, &error.to_string()),
            _ => failed(engine, name, "the service's answer is not valid HTTP"),
        })?;
        match answer.status().as_u16() {
            200 => {
                let idle_timeout = options.idle_timeout;
                Ok(Self {
                    reader: answer.into_body().into_reader(),
                    engine,
                    name: name.to_owned(),
                    idle_timeout,
                })
            }
            status => {
                let mut text = Vec::new();
                let _ = answer.body_mut().as_reader().take(MESSAGE_BYTES).read_to_end(&mut text);
                let message = serde_json::from_slice::<Message>(&text).map(|message| message.message);
                let message = message.unwrap_or_default();
                // Podman's service has no status of its own for it.
                if status == 404 || message.contains("image not known") || message.contains("No such image") {
                    return Err(Error::NoImage { engine, name: name.to_owned() });
                }
                Err(failed(engine, name, &format!("the service answers {status} {message}")))
            }
        }
    }
}

impl Read for Service {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| {
            let reason = match ureq::Error::from(error) {
                ureq::Error::Timeout(_) => waited(self.idle_timeout),
                ureq::Error::Io(error) => error.to_string(),
                _ => "the answer is damaged".to_owned(),
            };
            io::Error::other(failed(self.engine, &self.name, &reason))
        })
    }
}

#[derive(Deserialize)]
struct Message {
    message: String,
}

fn waited(timeout: Duration) -> String {
    format!("the service sent nothing for {} s", timeout.as_secs_f32())
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotFound, PermissionDenied};
    matches!(error.kind(), ConnectionRefused | NotFound | PermissionDenied)
}

/// Returns a name as a part of a path.
fn encoded(name: &str) -> String {
    use fmt::Write as _;
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// A resolver for addresses without names.
#[derive(Debug)]
struct NoNames;

impl Resolver for NoNames {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(([127, 0, 0, 1], 0).into());
        Ok(addresses)
    }
}

/// Connects to a Unix socket.
#[derive(Debug)]
struct ToSocket(PathBuf);

impl Connector for ToSocket {
    type Out = SocketTransport;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<SocketTransport>, ureq::Error> {
        let stream = UnixStream::connect(&self.0)?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(SocketTransport { stream, buffers }))
    }
}

struct SocketTransport {
    stream: UnixStream,
    buffers: LazyBuffers,
}

impl fmt::Debug for SocketTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketTransport").finish_non_exhaustive()
    }
}

impl Transport for SocketTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let timeout = timeout.for_write();
        self.stream.set_write_timeout(timeout.not_zero().map(|limit| *limit))?;
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output).map_err(|error| timed(error, timeout.reason))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let timeout = timeout.for_read();
        self.stream.set_read_timeout(timeout.not_zero().map(|limit| *limit))?;
        let amount = loop {
            match self.stream.read(self.buffers.input_append_buf()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| timed(error, timeout.reason))?,
            }
        };
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        // One connection is made for one image.
        false
    }
}

fn timed(error: io::Error, reason: Timeout) -> ureq::Error {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ureq::Error::Timeout(reason),
        _ => error.into(),
    }
}
