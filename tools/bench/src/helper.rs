//! Peers in other languages: a long-running program of theirs that does batches on request.
//!
//! Its arguments are a kind of work and the files, and it prints the names of its contenders on one line,
//! separated by tabs. Then it reads lines of two numbers, the contender and the number of passes over the
//! inputs, and answers with the CPU time of its process in nanoseconds.

use std::{
    cell::RefCell,
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    rc::Rc,
    time::Duration,
};

use crate::measure::Contender;

/// The folder of this package.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Helper {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Helper {
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.output.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn ask(&mut self, contender: usize, passes: u32) -> Option<Duration> {
        writeln!(self.input, "{contender} {passes}").ok()?;
        self.line()?.parse().ok().map(Duration::from_nanos)
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It exits by itself when its input ends; killing it now loses nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The contenders in a script for a kind of work, or the reason why it does not run.
pub(crate) fn contenders(
    program: impl AsRef<OsStr>,
    script: &[&str; 2],
    inputs: &[PathBuf],
) -> Result<Vec<Contender<'static>>, String> {
    let mut child = Command::new(program)
        .arg(here().join("peers").join(script[0]))
        .arg(script[1])
        .args(inputs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", script[0]))?;
    let input = child.stdin.take().expect("standard input is piped");
    let output = BufReader::new(child.stdout.take().expect("standard output is piped"));
    let mut helper = Helper { child, input, output };
    let names = helper.line().ok_or_else(|| format!("{} did not start", script[0]))?;
    let helper = Rc::new(RefCell::new(helper));
    let contender = |(at, name): (usize, &str)| {
        let helper = Rc::clone(&helper);
        Contender::timed(name, move |passes| {
            helper.borrow_mut().ask(at, passes).expect("a helper answers with a number of nanoseconds")
        })
    };
    Ok(names.split('\t').filter(|name| !name.is_empty()).enumerate().map(contender).collect())
}
