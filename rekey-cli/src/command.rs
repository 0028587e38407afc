//! The commands: each reads its inputs, calls the checks, and prints the report.

use std::{
    collections::HashMap,
    ffi::OsString,
    io::{self, IsTerminal as _, Read, Write},
};

use clap::FromArgMatches as _;
use rekey_core::{Report, Severity, Source, Target, facts::Settle, mask, text::printable};

use rekey_files::{
    read::{ReadError, shown},
    settings::Settings,
    submission::LoadError,
    write,
};
use rekey_render as render;

use crate::{
    args::{Cli, Command, Convert, FailOn, Format, Global},
    format::{
        baseline::{self, Accepted},
        formatted,
    },
};

mod check;
mod completions;
mod convert;
mod dockerfile;
mod explain;
mod fix;
mod image;
mod init;
mod input;
mod key;
mod latest;
mod man;
mod next;
mod progress;
mod push_commands;
#[cfg(feature = "registry")]
mod registry;
#[cfg(not(feature = "registry"))]
#[path = "command/no_registry.rs"]
mod registry;
#[cfg_attr(not(unix), path = "command/rehearse_elsewhere.rs")]
mod rehearse;
mod rules;
mod tag;
mod url;

/// Findings at or above `--fail-on`.
const FOUND: i32 = 1;
/// Wrong usage or configuration, or nothing to check.
const USAGE: i32 = 2;
/// An input could not be read.
const UNREADABLE: i32 = 3;
/// The user stopped it.
#[cfg(unix)]
const STOPPED: i32 = 130;

/// The streams of a command, and facts about the terminal.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of a terminal")]
pub struct Streams<'s> {
    /// Standard input, which `-` reads.
    pub stdin: &'s mut dyn Read,
    /// Reports.
    pub stdout: &'s mut dyn Write,
    /// Errors and notices.
    pub stderr: &'s mut dyn Write,
    /// True for reports in color.
    pub color: bool,
    /// True for errors in color.
    pub color_errors: bool,
    /// True if rule ids in reports are links.
    pub hyperlinks: bool,
    /// The number of columns of a report; a maximum on a terminal, and the usual width elsewhere.
    pub width: usize,
    /// True if reports go to a terminal.
    pub terminal: bool,
    /// True if errors go to a terminal, which can show a progress bar.
    pub progress: bool,
    /// True if standard input and errors are a terminal, so that questions can be answered.
    pub answers: bool,
}

impl<'s> Streams<'s> {
    /// Streams that are not a terminal.
    pub fn new(stdin: &'s mut dyn Read, stdout: &'s mut dyn Write, stderr: &'s mut dyn Write) -> Self {
        Self {
            stdin,
            stdout,
            stderr,
            color: false,
            color_errors: false,
            hyperlinks: false,
            width: render::Options::WIDTH,
            terminal: false,
            progress: false,
            answers: false,
        }
    }
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams")
            .field("color", &self.color)
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

/// Runs the command on the process's own streams; the first argument is the program's name. Returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> i32 {
    let (mut stdin, mut stdout, mut stderr) = (io::stdin(), io::stdout(), io::stderr());
    let terminal = stdout.is_terminal();
    let (color, color_errors) = (has_color(terminal), has_color(stderr.is_terminal()));
    let progress = stderr.is_terminal();
    let answers = progress && stdin.is_terminal();
    let mut streams = Streams::new(&mut stdin, &mut stdout, &mut stderr);
    (streams.color, streams.color_errors) = (color, color_errors);
    (streams.terminal, streams.hyperlinks) =
        (terminal, supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout));
    (streams.progress, streams.answers) = (progress, answers);
    if let Some((terminal_size::Width(width), _)) = terminal_size::terminal_size() {
        streams.width = usize::from(width).clamp(60, 120);
    }
    run_with(args, &mut streams)
}

/// Returns true if a stream is in color, according to `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`, in
/// this order.
fn has_color(terminal: bool) -> bool {
    let able = terminal && anstyle_query::clicolor() != Some(false) && anstyle_query::term_supports_color();
    !anstyle_query::no_color() && (anstyle_query::clicolor_force() || able)
}

/// Runs the command on other streams. Returns the exit code.
pub fn run_with(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> i32 {
    let parsed = Cli::described().try_get_matches_from(args);
    let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches).map(|cli| (cli, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, streams),
    };
    let settings = cli.global.settings(&matches);
    let mut session = Session { streams, global: cli.global, settings, status: 0 };
    session.run(cli.command);
    session.status
}

/// Prints the help, or a usage error. An error repeats the arguments, which may contain a key.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> i32 {
    let (to_stderr, text) = (error.use_stderr(), error.render());
    let color = if to_stderr { streams.color_errors } else { streams.color };
    let text = if color { text.ansi().to_string() } else { text.to_string() };
    let out = if to_stderr { &mut *streams.stderr } else { &mut *streams.stdout };
    let text = if to_stderr { mask::masked(&text) } else { text };
    let is_ours = |c: char| c == '\n' || color && c == '\u{1b}';
    let escaped =
        |c: char| if is_ours(c) { c.to_string() } else { printable(c.encode_utf8(&mut [0; 4])).into_owned() };
    let text: String = text.chars().map(escaped).collect();
    // Ignore the error: there is no stream left to report it on.
    drop(out.write_all(text.as_bytes()));
    error.exit_code()
}

/// One run of the command.
struct Session<'r, 's> {
    streams: &'r mut Streams<'s>,
    global: Global,
    settings: Settings,
    status: i32,
}

/// The rules whose findings are reported; empty means all.
struct Selected(Vec<String>);

impl Selected {
    /// Drops the findings of other rules.
    fn apply(&self, report: &mut Report) {
        if !self.0.is_empty() {
            report.override_severities(|finding| {
                let names = |selector: &String| finding.rule().is_selected_by(selector, finding.parameter());
                self.0.iter().any(names).then_some(finding.severity())
            });
        }
    }
}

/// The texts that were checked, by their names in the report.
#[derive(Default)]
struct Texts(HashMap<Source, Vec<u8>>);

impl Texts {
    fn insert(&mut self, source: Source, text: Vec<u8>) {
        self.0.insert(source, text);
    }

    fn get(&self, source: &Source) -> Option<&[u8]> {
        self.0.get(source).map(Vec::as_slice)
    }
}

impl Session<'_, '_> {
    fn run(&mut self, command: Command) {
        match command {
            Command::Check(args) => self.check(&args),
            Command::Tag { tags } => self.tags(&tags),
            Command::Url { urls, private, public } => {
                self.urls(&urls, private.then_some(true).or(public.then_some(false)));
            }
            Command::Key(args) => self.keys(&args),
            Command::Convert(Convert::Key { key, out, form, force }) => {
                self.convert_key(&key, out.as_deref(), form, force);
            }
            Command::Convert(Convert::AuthFile { file, out, force }) => {
                self.convert_auth_file(&file, out.as_deref(), force);
            }
            Command::Convert(Convert::Url { url, to }) => self.convert_url(&url, to),
            Command::PublicKey { key } => self.public_key(&key),
            Command::Dockerfile(args) => self.dockerfiles(&args),
            Command::Image(args) => self.image(&args),
            Command::Rehearse(args) => self.rehearse(&args),
            Command::Next(args) => self.next(&args),
            Command::Latest { tags } => self.latest(&tags),
            Command::PushCommands { target } => self.push_commands(&target),
            Command::Rules => self.rules(),
            Command::Explain(args) => self.explain(&args),
            Command::Init(args) => self.init(&args),
            Command::Completions { shell } => self.completions(shell),
            Command::Man { command } => self.man(command.as_deref()),
        }
    }

    /// Complains and returns true if `--offline` forbids a connection.
    fn is_offline(&mut self, to: &str) -> bool {
        if self.global.offline {
            self.complain(&format!("`--offline` forbids the connection to {to}"), USAGE);
        }
        self.global.offline
    }

    /// Returns the target of the options, or complains.
    fn target(&mut self) -> Option<Target> {
        let target = self.settings.to_target();
        target.map_err(|error| self.complain(&error.to_string(), USAGE)).ok()
    }

    /// Prints a report, writes it to the files of `--output`, and sets the exit code.
    fn report<'t>(
        &mut self,
        mut report: Report,
        source_text: &'t render::SourceText<'t>,
        options: &render::Options<'_>,
    ) {
        self.selected().apply(&mut report);
        let mut notices = options.notices.to_vec();
        notices.extend(self.accept(&mut report, source_text));
        let detail = if self.global.verbose { render::Detail::Full } else { render::Detail::Short };
        let notes = self.global.fail_on == FailOn::Note;
        let options = render::Options { detail, notes, notices: &notices, ..options.clone() };
        self.write_outputs(&report, source_text, &options);
        let color = self.streams.color && !self.global.no_color;
        let options = render::Options {
            detail: if self.global.quiet { render::Detail::Findings } else { detail },
            color,
            hyperlinks: color && self.streams.hyperlinks,
            width: self.streams.width,
            ..options
        };
        let text = if self.global.statistics && self.global.format == Format::Text {
            render::statistics(&report, &options)
        } else {
            formatted(self.global.format, &report, source_text, &options)
        };
        self.print(&text);
        self.judge(&report);
    }

    /// A spinner on a terminal, unless only findings are requested.
    fn spinner(&self, message: &str) -> progress::Indicator {
        progress::Indicator::spinner(message, self.streams.progress && !self.global.quiet)
    }

    /// The rules in `--select`.
    fn selected(&self) -> Selected {
        Selected(self.global.select.clone())
    }

    /// Writes a report to the files in `--output`.
    fn write_outputs<'t>(
        &mut self,
        report: &Report,
        source_text: &'t render::SourceText<'t>,
        options: &render::Options<'_>,
    ) {
        for (format, path) in std::mem::take(&mut self.global.output) {
            let text = formatted(format, report, source_text, options);
            if let Err(error) = write::put(&path, text.as_bytes()) {
                let name = shown(&path.to_string_lossy());
                self.complain(&format!("{name}: cannot write the report: {error}"), UNREADABLE);
            }
        }
    }

    /// Removes the findings that the baseline lists, or writes the baseline and removes all findings. Returns notices.
    fn accept<'t>(&mut self, report: &mut Report, source_text: &'t render::SourceText<'t>) -> Vec<String> {
        let Some(path) = self.global.baseline.clone() else { return Vec::new() };
        let name = shown(&path.to_string_lossy());
        let count = |n: usize| if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") };
        let excerpt = render::excerpts(report, source_text);
        if self.global.write_baseline {
            return match baseline::write(&path, report, &excerpt) {
                Ok(written) => {
                    report.override_severities(|_| None);
                    vec![format!("wrote {} into {name}", count(written))]
                }
                Err(error) => {
                    self.complain(&format!("{name}: cannot write the baseline: {error}"), UNREADABLE);
                    Vec::new()
                }
            };
        }
        match baseline::apply(&path, report, &excerpt) {
            Ok(Accepted { known, gone }) => {
                let mut notices = Vec::new();
                if known > 0 {
                    notices.push(format!("left out {} that {name} lists", count(known)));
                }
                if gone > 0 {
                    notices.push(format!(
                        "{name} lists {} that rekey no longer finds; --write-baseline rewrites it",
                        count(gone)
                    ));
                }
                notices
            }
            Err(error) => {
                self.unread(&error);
                Vec::new()
            }
        }
    }

    /// Sets the exit code of a report.
    fn judge(&mut self, report: &Report) {
        if fails(report, self.global.fail_on) {
            self.raise(FOUND);
        }
    }

    fn print(&mut self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    fn print_bytes(&mut self, bytes: &[u8]) {
        let written = self.streams.stdout.write_all(bytes).and_then(|()| self.streams.stdout.flush());
        if let Err(error) = written {
            // A reader that stops early, such as `head`, is not an error.
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.complain(&format!("standard output: {error}"), UNREADABLE);
            }
        }
    }

    /// Prints one value for use by a program, unless it is a secret in the wrong place.
    fn print_value(&mut self, value: &str) {
        if mask::masked(value) == value {
            self.print(&format!("{value}\n"));
        } else {
            self.complain(
                "the result looks like a token or a line of a key, so rekey does not print it",
                FOUND,
            );
        }
    }

    /// Prints one line on standard error.
    fn complain(&mut self, message: &str, status: i32) {
        let color = self.streams.color_errors && !self.global.no_color;
        let label = render::paint(color, render::BAD, "error:");
        self.raise(status);
        // Ignore the error: there is no stream left to report it on.
        drop(writeln!(self.streams.stderr, "{label} {}", printable(&mask::message(message))));
    }

    /// Prints the errors of a report and their help on standard error, as the reason why nothing else is printed. Returns true if there are any.
    fn complain_of(&mut self, report: &Report) -> bool {
        let mut found = false;
        for error in report.findings().filter(|finding| finding.severity() == Severity::Error) {
            found = true;
            self.complain(&format!("{} ({})", error.message(), error.rule().id), FOUND);
            // Ignore the error: there is no stream left to report it on.
            drop(writeln!(self.streams.stderr, "  help: {}", printable(error.help())));
        }
        found
    }

    fn unread(&mut self, error: &ReadError) {
        self.complain(&error.to_string(), UNREADABLE);
    }

    fn unloaded(&mut self, error: &LoadError) {
        match error {
            LoadError::Read(error) => self.unread(error),
            LoadError::Config(error) => {
                let color = self.streams.color_errors && !self.global.no_color;
                let (text, secrets) = error.document();
                let document = render::Document { name: &error.name, text, secrets: &secrets };
                let problems = error.problems.iter().map(|problem| render::Problem {
                    message: &problem.message,
                    span: problem.span,
                    help: problem.help.as_deref(),
                });
                let width = self.streams.width;
                let options = render::Options { color, width, ..render::Options::default() };
                let text = render::problems(&document, problems, &options);
                self.raise(USAGE);
                drop(self.streams.stderr.write_all(text.as_bytes()));
            }
            other => self.complain(&other.to_string(), USAGE),
        }
    }

    fn raise(&mut self, status: i32) {
        self.status = self.status.max(status);
    }
}

/// Returns true if a report contains something at or above a threshold.
fn fails(report: &Report, fail_on: FailOn) -> bool {
    let at_least = |least| report.findings().any(|finding| finding.severity() >= least);
    match fail_on {
        FailOn::Error => at_least(Severity::Error),
        FailOn::Warning => at_least(Severity::Warning),
        FailOn::Note => at_least(Severity::Note),
        FailOn::Never => false,
        FailOn::Unknown => {
            let open = |settle| settle != Settle::Service;
            at_least(Severity::Warning) || report.forecast().iter().any(|row| row.settle.is_some_and(open))
        }
    }
}
