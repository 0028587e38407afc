//! Programs run as children: each in a process group of its own, with bounded output and a limit of time.

use std::{
    io::{self, Read, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

/// The maximum output of a program that is kept.
const MOST_OUTPUT: usize = 64 << 20;
/// The maximum messages of a program that are kept: the last ones.
const MOST_MESSAGES: usize = 64 << 10;
/// The time between two looks at the flag that stops everything.
const TICK: Duration = Duration::from_millis(10);
/// The time that a program has to end by itself after a request.
const GRACE: Duration = Duration::from_millis(150);

/// The result of a program.
pub(crate) struct Output {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) ended: Ended,
    pub(crate) stdout: Vec<u8>,
    /// Standard error as text without control characters, the last 64 KiB.
    pub(crate) stderr: String,
}

/// The reason why a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Exited,
    TimedOut,
    Stopped,
}

impl Output {
    pub(crate) fn succeeded(&self) -> bool {
        self.ended == Ended::Exited && self.code == Some(0)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// A stream of a child.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Error,
}

/// The limits of a program.
pub(crate) struct Limits<'a> {
    pub(crate) time: Duration,
    /// Set from outside to stop it.
    pub(crate) stop: &'a AtomicBool,
}

/// Runs a program to its end, and hands each line of its output to `on_line`.
pub(crate) fn run(
    command: &mut Command,
    input: &[u8],
    limits: &Limits<'_>,
    on_line: &mut dyn FnMut(&str),
) -> io::Result<Output> {
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child =
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn()?;
    let (sender, receiver) = mpsc::channel();
    feed(&mut child, input);
    if let Some(stdout) = child.stdout.take() {
        read(Stream::Out, stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        read(Stream::Error, stderr, sender);
    }
    let mut collected = Collected { stdout: Vec::new(), stderr: Vec::new(), lines: [Vec::new(), Vec::new()] };
    let ended = wait(&mut child, &receiver, limits, &mut collected, on_line)?;
    let status = child.wait()?;
    collected.rest(on_line);
    Ok(Output {
        code: status.code(),
        ended,
        stdout: collected.stdout,
        stderr: clean(&String::from_utf8_lossy(&collected.stderr)),
    })
}

/// Waits until the child ends, by itself or by force.
fn wait(
    child: &mut Child,
    receiver: &Receiver<(Stream, Vec<u8>)>,
    limits: &Limits<'_>,
    collected: &mut Collected,
    on_line: &mut dyn FnMut(&str),
) -> io::Result<Ended> {
    let start = Instant::now();
    loop {
        match receiver.recv_timeout(TICK) {
            Ok((stream, bytes)) => collected.add(stream, &bytes, on_line),
            Err(RecvTimeoutError::Timeout) => {}
            // Both streams are closed, so it ended or is about to.
            Err(RecvTimeoutError::Disconnected) if child.try_wait()?.is_some() => return Ok(Ended::Exited),
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        if limits.stop.load(Ordering::Relaxed) {
            end(child)?;
            return Ok(Ended::Stopped);
        }
        if start.elapsed() > limits.time {
            end(child)?;
            return Ok(Ended::TimedOut);
        }
        if child.try_wait()?.is_some() {
            // A grandchild may keep a stream open; what is there now is enough.
            let until = Instant::now() + GRACE;
            while let Ok((stream, bytes)) =
                receiver.recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                collected.add(stream, &bytes, on_line);
            }
            return Ok(Ended::Exited);
        }
    }
}

/// Ends a child and everything in its group.
fn end(child: &mut Child) -> io::Result<()> {
    let group = Pid::from_child(child);
    // Ignore errors: the group may be gone.
    let _ = kill_process_group(group, Signal::TERM);
    let until = Instant::now() + GRACE;
    while child.try_wait()?.is_none() && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait()?;
    Ok(())
}

fn feed(child: &mut Child, input: &[u8]) {
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        // A program that does not read its input is not an error.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
}

fn read(stream: Stream, mut from: impl Read + Send + 'static, to: Sender<(Stream, Vec<u8>)>) {
    thread::spawn(move || {
        let mut buffer = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if to.send((stream, buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
}

/// The output of a program so far.
struct Collected {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The unfinished line of each stream.
    lines: [Vec<u8>; 2],
}

impl Collected {
    fn add(&mut self, stream: Stream, bytes: &[u8], on_line: &mut dyn FnMut(&str)) {
        match stream {
            Stream::Out => {
                let room = MOST_OUTPUT - self.stdout.len();
                self.stdout.extend(bytes.iter().take(room));
            }
            Stream::Error => {
                self.stderr.extend(bytes);
                let over = self.stderr.len().saturating_sub(MOST_MESSAGES);
                self.stderr.drain(..over);
            }
        }
        let line = &mut self.lines[usize::from(stream == Stream::Error)];
        for byte in bytes {
            if *byte == b'\n' || line.len() > 4096 {
                on_line(&clean(&String::from_utf8_lossy(line)));
                line.clear();
            } else {
                line.push(*byte);
            }
        }
    }

    fn rest(&mut self, on_line: &mut dyn FnMut(&str)) {
        for line in self.lines.iter().filter(|line| !line.is_empty()) {
            on_line(&clean(&String::from_utf8_lossy(line)));
        }
    }
}

/// A text without control characters other than newlines, so that a terminal does not obey it.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            // A sequence of a terminal ends with a letter.
            '\u{1b}' => {
                if characters.next_if_eq(&'[').is_some() {
                    while characters.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
                    characters.next();
                }
            }
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, time: Duration, stop: &AtomicBool) -> Output {
        let mut command = Command::new("sh");
        run(command.args(["-c", script]), b"", &Limits { time, stop }, &mut |_| {}).unwrap()
    }

    #[test]
    fn output_and_exit_code_are_reported() {
        let stop = AtomicBool::new(false);
        let output = shell("echo a; echo b >&2; exit 3", Duration::from_secs(20), &stop);
        assert_eq!((output.code, output.text().as_str(), output.stderr.as_str()), (Some(3), "a\n", "b\n"));
    }

    #[test]
    fn a_program_that_is_stopped_ends_with_its_children() {
        let stop = AtomicBool::new(true);
        let output = shell("trap '' TERM; sleep 300 & sleep 300", Duration::from_secs(200), &stop);
        assert_eq!(output.ended, Ended::Stopped);
        let stop = AtomicBool::new(false);
        let output = shell("sleep 300", Duration::from_millis(20), &stop);
        assert_eq!(output.ended, Ended::TimedOut);
    }

    #[test]
    fn sequences_of_a_terminal_are_removed() {
        assert_eq!(clean("a\u{1b}[31mb\u{1b}[0m\u{7}c\r\n"), "abc\n");
    }
}
