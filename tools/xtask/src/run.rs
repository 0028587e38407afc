//! Commands, run in the repository's root, shown and timed.

use std::{
    io::{BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("xtask stands two folders below the root").to_path_buf()
}

/// A command to run below the root.
pub(crate) struct Step {
    command: Command,
    shown: String,
}

impl Step {
    /// `program` with `args`, in the root.
    pub(crate) fn new(program: impl AsRef<Path>, args: &[&str]) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.args(args).current_dir(root());
        let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
        Self { command, shown: format!("{name} {}", args.join(" ")) }
    }

    /// Sets a folder below the root.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        self.command.current_dir(root().join(folder));
        self.shown = format!("({folder}) {}", self.shown);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.command.env(key, value);
        self
    }

    /// Sets the name that is shown instead of the arguments.
    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.shown);
        self
    }

    /// Runs it and shows its output.
    pub(crate) fn run(self) -> Result<(), String> {
        self.lines().map(drop)
    }

    /// Runs it, shows its output, and returns the lines of its standard output.
    pub(crate) fn lines(mut self) -> Result<Vec<String>, String> {
        println!("\n> {}", self.shown);
        let begun = Instant::now();
        let failed = |why: &dyn std::fmt::Display| format!("`{}` failed: {why}", self.shown);
        let mut child = self.command.stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let output = child.stdout.take().expect("standard output is piped");
        let mut lines = Vec::new();
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| failed(&error))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            lines.push(line);
        }
        let status = child.wait().map_err(|error| failed(&error))?;
        println!("  {:.1} s", begun.elapsed().as_secs_f64());
        if status.success() { Ok(lines) } else { Err(failed(&status)) }
    }

    /// Runs it without showing its output, and returns the lines of both streams; shows them if it fails.
    pub(crate) fn quietly(mut self) -> Result<Vec<String>, String> {
        let failed = |why: &dyn std::fmt::Display| format!("`{}` failed: {why}", self.shown);
        let (mut output, input) = std::io::pipe().map_err(|error| failed(&error))?;
        let other = input.try_clone().map_err(|error| failed(&error))?;
        let mut child = self.command.stdout(input).stderr(other).spawn().map_err(|error| failed(&error))?;
        // The command holds its ends of the pipe open, so reading would never end.
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        let text = String::from_utf8_lossy(&bytes);
        let status = child.wait().map_err(|error| failed(&error))?;
        if status.success() {
            return Ok(text.lines().map(str::to_owned).collect());
        }
        println!("\n> {}\n{text}", self.shown);
        Err(failed(&status))
    }
}
