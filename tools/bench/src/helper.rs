//! Peers of other languages: a program of theirs that stays, and does batches when it is asked.
//!
//! It is given a kind of work and the files, and prints the names of its contenders on a line, with tabs between them. Then it
//! reads lines of two numbers, which
//! contender and how many passes over the inputs, and answers with the nanoseconds that its process had on a core.

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
        // It ends by itself where its input does; by then it has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a script has to offer of a kind, or why it does not run.
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
