//! The images of the local engines: podman's storage and docker's service.

mod socket;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use self::socket::Service;
use crate::{Error, error::shown, options::Environment};

/// The maximum number of bytes of messages of podman that are kept.
const MESSAGE_BYTES: usize = 16 << 10;
/// The maximum time in which podman has to end after its output.
const END_TIME: Duration = Duration::from_secs(10);

/// The options of access to an engine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The program of podman.
    pub podman: OsString,
    /// The arguments of podman before its command, such as `--root`.
    pub podman_arguments: Vec<OsString>,
    /// The maximum time without a byte from a service.
    pub idle_timeout: Duration,
    /// The variables of the environment.
    pub environment: Environment,
    /// The sockets of docker's service, if no variable names another.
    pub docker_sockets: Vec<PathBuf>,
    /// The sockets of podman's service, if no variable names another.
    pub podman_sockets: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            podman: "podman".into(),
            podman_arguments: Vec::new(),
            // An engine packs an image before it sends the first byte.
            idle_timeout: Duration::from_secs(300),
            environment: Environment::of_process(),
            docker_sockets: vec!["/var/run/docker.sock".into()],
            podman_sockets: vec!["/run/podman/podman.sock".into()],
        }
    }
}

/// An image that an engine saves: a docker archive as a stream.
pub struct Saved(Source);

enum Source {
    Podman(Box<Running>),
    Service(Service),
}

/// A run of podman, which ends if it is dropped.
struct Running {
    child: Child,
    output: ChildStdout,
    message: mpsc::Receiver<String>,
    name: String,
}

/// Saves an image of podman's storage: with the program, or else through podman's service.
///
/// # Errors
/// Returns an error if podman is not installed and its service does not run.
pub fn podman_save(name: &str, options: &Options) -> Result<Saved, Error> {
    let name = checked(name, "podman")?;
    let mut command = Command::new(&options.podman);
    command.args(&options.podman_arguments).args([
        "save",
        "--quiet",
        "--format",
        "docker-archive",
        "--",
        name,
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return podman_service(name, options),
        Err(error) => return Err(failed("podman", name, &error.to_string())),
    };
    let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(failed("podman", name, "its output is not a pipe"));
    };
    let (sender, message) = mpsc::channel();
    thread::spawn(move || sender.send(last_line(errors)));
    Ok(Saved(Source::Podman(Box::new(Running { child, output, message, name: name.to_owned() }))))
}

fn podman_service(name: &str, options: &Options) -> Result<Saved, Error> {
    let sockets = match address(&options.environment, "CONTAINER_HOST")? {
        Some(path) => vec![path],
        None => podman_sockets(options),
    };
    let socket = sockets.into_iter().find(|path| path.exists()).ok_or(Error::NoPodman)?;
    Ok(Saved(Source::Service(Service::save(&socket, "podman", name, options)?)))
}

/// Saves an image of docker, through its service or a service of podman that takes its place.
///
/// # Errors
/// Returns an error if the service does not run, or has no such image.
pub fn docker_save(name: &str, options: &Options) -> Result<Saved, Error> {
    let name = checked(name, "docker")?;
    let socket = if let Some(path) = address(&options.environment, "DOCKER_HOST")? {
        path
    } else {
        let mut sockets = options.docker_sockets.iter().cloned().chain(podman_sockets(options));
        let first = options.docker_sockets.first().cloned().unwrap_or_default();
        sockets.find(|path| path.exists()).ok_or_else(|| no_docker(&first))?
    };
    Ok(Saved(Source::Service(Service::save(&socket, "docker", name, options)?)))
}

fn no_docker(socket: &Path) -> Error {
    Error::NoDocker(format!("`{}`", shown(&socket.display().to_string())))
}

fn podman_sockets(options: &Options) -> Vec<PathBuf> {
    let own = options.environment.path("XDG_RUNTIME_DIR");
    own.map(|folder| folder.join("podman/podman.sock"))
        .into_iter()
        .chain(options.podman_sockets.clone())
        .collect()
}

/// The socket that a variable names.
fn address(environment: &Environment, variable: &'static str) -> Result<Option<PathBuf>, Error> {
    let Some(value) = environment.get(variable) else { return Ok(None) };
    let path = value.to_str().and_then(|value| value.strip_prefix("unix://"));
    path.filter(|path| path.starts_with('/'))
        .map(|path| Some(PathBuf::from(path)))
        .ok_or(Error::EngineAddress { variable })
}

/// Returns the name of an image if it can be one.
fn checked<'a>(name: &'a str, engine: &'static str) -> Result<&'a str, Error> {
    let is_fine = !name.is_empty() && name.len() <= 1024 && name.bytes().all(|b| b.is_ascii_graphic());
    if is_fine && !name.starts_with('-') {
        return Ok(name);
    }
    Err(failed(engine, &shown(name), "this is not the name of an image"))
}

fn failed(engine: &'static str, name: &str, reason: &str) -> Error {
    Error::Engine { engine, name: name.to_owned(), reason: shown(reason) }
}

impl Saved {
    /// Checks that the engine saved the image completely.
    ///
    /// # Errors
    /// Returns the engine's error.
    pub fn finish(self) -> Result<(), Error> {
        match self.0 {
            Source::Podman(running) => running.finish(),
            // An incomplete stream is an error of reading.
            Source::Service(_) => Ok(()),
        }
    }
}

impl Read for Saved {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Source::Podman(running) => running.output.read(buffer),
            Source::Service(service) => service.read(buffer),
        }
    }
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved").finish_non_exhaustive()
    }
}

impl Running {
    fn finish(mut self) -> Result<(), Error> {
        // Podman stops at a closed pipe, so what was not read is read.
        let _ = io::copy(&mut self.output, &mut io::sink());
        let name = self.name.clone();
        let message = self.message.recv_timeout(END_TIME);
        let message = message.map_err(|_| failed("podman", &name, "it does not end"))?;
        let status = self.child.wait().map_err(|error| failed("podman", &name, &error.to_string()))?;
        if status.success() {
            return Ok(());
        }
        if message.contains("image not known") {
            return Err(Error::NoImage { engine: "podman", name });
        }
        let message = if message.is_empty() { format!("it ended with {status}") } else { message };
        Err(failed("podman", &name, message.strip_prefix("Error: ").unwrap_or(&message)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the last line of a program's messages.
fn last_line(mut errors: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = errors.read(&mut piece) {
        kept.extend_from_slice(piece.get(..count).unwrap_or_default());
        let over = kept.len().saturating_sub(MESSAGE_BYTES);
        kept.drain(..over);
    }
    let text = String::from_utf8_lossy(&kept);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
