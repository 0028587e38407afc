//! BuildKit's answers for about seven thousand Dockerfiles, compared with rekey's.
//!
//! The files belong to other projects, so they are not part of this repository. The test looks for them in
//! the folder `shared` beside the checkout and prints that it was skipped if there is none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::corpus::{self, Case, Verdict};
use rekey_core::dockerfile::{
    Dockerfile, Keyword, Label, Options, Phase, ProblemKind, SubstitutionError, Syntax,
};

/// The results of a comparison, by set of files.
#[derive(Default)]
struct Tally {
    sets: BTreeMap<String, (usize, usize)>,
    differences: Vec<String>,
}

impl Tally {
    fn count(&mut self, case: &Case, differences: Vec<String>) {
        let (files, different) = self.sets.entry(case.set().to_owned()).or_default();
        *files += 1;
        *different += usize::from(!differences.is_empty());
        self.differences.extend(differences.into_iter().map(|text| format!("{}: {text}", case.verdict.file)));
    }

    #[track_caller]
    fn report(&self, what: &str) {
        let mut text = String::new();
        for (set, (files, different)) in &self.sets {
            writeln!(text, "{what}: {set}: {files} files, {different} differ").unwrap();
        }
        print!("{text}");
        let shown: Vec<_> = self.differences.iter().take(60).map(String::as_str).collect();
        assert!(self.differences.is_empty(), "{} differences:\n{}", self.differences.len(), shown.join("\n"));
    }
}

/// Returns true if the problem is the one in BuildKit's message.
fn is_about(kind: &ProblemKind, message: &str) -> bool {
    let says = |part: &str| message.contains(part);
    match kind {
        ProblemKind::DuplicateDirective(name) => says(&format!("only one {name} parser directive")),
        ProblemKind::EscapeDirective(_) => says("invalid escape token"),
        ProblemKind::LineTooLong => says("line greater than max allowed size"),
        ProblemKind::NoInstructions => says("file with no instructions"),
        ProblemKind::UnterminatedHeredoc(_) => says("unterminated heredoc"),
        ProblemKind::MissingEquals(_) => says("can't find = in"),
        ProblemKind::MissingValue(keyword) => says(&format!("{keyword} must have two arguments")),
        ProblemKind::NotStrings => says("arrays must be comprised of strings only"),
        ProblemKind::UnknownInstruction { .. } | ProblemKind::Template(_) => says("unknown instruction"),
        ProblemKind::NoStage(_) => says("no build stage in current context"),
        ProblemKind::NoStages => says("no stages to build"),
        ProblemKind::FromArguments(_) => says("FROM requires either one or three"),
        ProblemKind::StageName(_) => says("invalid name for build stage"),
        ProblemKind::UnknownFlag { .. } => says("unknown flag"),
        ProblemKind::DuplicateFlag(_) => says("duplicate flag"),
        ProblemKind::FlagValue(_) => says("missing a value on flag"),
        ProblemKind::FlagBoolean(..) => says("expecting boolean value"),
        ProblemKind::NoArguments(_) => says("requires at least one argument"),
        ProblemKind::NoArgument(_) => says("requires exactly one argument"),
        ProblemKind::NoDestination(_) => says("requires at least two arguments"),
        ProblemKind::HeredocDestination(_) => says("cannot accept a heredoc as a destination"),
        ProblemKind::BlankName(_) => says("names can not be blank"),
        ProblemKind::OnbuildTrigger(_) => says("isn't allowed"),
        ProblemKind::HealthcheckNone => says("NONE takes no arguments"),
        ProblemKind::HealthcheckKind(_) => says("in HEALTHCHECK (try CMD)"),
        ProblemKind::HealthcheckCommand => says("Missing command after HEALTHCHECK"),
        ProblemKind::BlankVolume => says("VOLUME specified can not be an empty"),
        ProblemKind::ShellNotJson => says("to be in JSON form"),
        ProblemKind::MountFields => says("failed to parse csv mounts"),
        ProblemKind::MountFromVariable(_) => says("doesn't support variable expansion"),
        ProblemKind::Network(_) => says("invalid network mode"),
        ProblemKind::Security(_) => says("security"),
        ProblemKind::Duration(..) => says("duration"),
        ProblemKind::Retries(_) => says("retries") || says("strconv"),
        _ => false,
    }
}

/// Like [`is_about`], for the problems that BuildKit finds after parsing.
fn is_about_conversion(kind: &ProblemKind, message: &str) -> bool {
    let says = |part: &str| message.contains(part);
    match kind {
        ProblemKind::BlankBase(_) => says("should not be blank"),
        ProblemKind::Reference(_) => says("failed to parse stage name"),
        ProblemKind::UndeclaredBase(_) => says("should not be blank") || says("failed to parse stage name"),
        ProblemKind::Platform(_) => says("platform"),
        ProblemKind::CopyFromVariable(_) => says("variable expansion is not supported for --from"),
        ProblemKind::CopyFromIndex(_) => says("invalid stage index"),
        ProblemKind::StageBelow(_) => says("needs to be defined before"),
        ProblemKind::Circular(_) => says("circular dependency"),
        ProblemKind::Port(_) => says("invalid containerPort") || says("invalid port"),
        ProblemKind::Signal(_) => says("invalid signal"),
        ProblemKind::Chmod(_) => says("invalid chmod parameter"),
        ProblemKind::CopyUrl(_) => says("source can't be a"),
        ProblemKind::Mount(_) => ["mount", "must be a key=value", "unexpected key"].into_iter().any(says),
        ProblemKind::Substitution { error, .. } => match error {
            SubstitutionError::SingleQuote => says("matching single-quote"),
            SubstitutionError::DoubleQuote => says("matching double-quote"),
            SubstitutionError::Brace => says("missing '}'"),
            SubstitutionError::Slash => says("missing '/'"),
            SubstitutionError::Name => says("bad substitution"),
            SubstitutionError::Modifier(modifier) => says(&format!("unsupported modifier ({modifier})")),
            SubstitutionError::Required { name, .. } => says(&format!("{name}: ")),
            _ => false,
        },
        _ => false,
    }
}

/// The line in `dockerfile parse error on line 3: …`; BuildKit's other messages have none.
fn line_of(message: &str) -> Option<u32> {
    message.split_once("parse error on line ")?.1.split(':').next()?.parse().ok()
}

fn parse_differences(case: &Case) -> Vec<String> {
    let Verdict { accepts, error, convert_error, nodes, .. } = &case.verdict;
    let syntax = Syntax::scan(&case.input);
    let first = syntax.problems.iter().find(|problem| problem.is_error());
    let mut differences = Vec::new();
    if syntax.accepted() != *accepts {
        differences.push(format!("accepts {accepts}, found {:?}, {error:?}", first.map(|first| &first.kind)));
    }
    if !nodes.is_empty() {
        let found = syntax
            .instructions
            .iter()
            .map(|found| (found.name.text().to_uppercase(), found.line, found.end_line));
        let found: Vec<_> = found.collect();
        if found != *nodes {
            let at = found
                .iter()
                .zip(nodes)
                .position(|(found, node)| found != node)
                .unwrap_or(found.len().min(nodes.len()));
            differences.push(format!("node {at}: expected {:?}, found {:?}", nodes.get(at), found.get(at)));
        }
    }
    if let (false, Some(message), Some(first)) = (accepts, error.as_ref().or(convert_error.as_ref()), first) {
        if !is_about(&first.kind, message) {
            differences.push(format!("expected `{message}`, found {:?}", first.kind));
        }
        if line_of(message).is_some_and(|line| line != first.line) {
            differences.push(format!("expected `{message}`, found it on line {}", first.line));
        }
    }
    differences
}

#[test]
fn syntax_is_as_buildkit_reads_it() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut tally = Tally::default();
    for case in &cases {
        tally.count(case, parse_differences(case));
    }
    tally.report("parse");
}

/// Errors that are unrelated to the file: the recording stopped, or BuildKit was configured to fail on style.
const RECORDING: [&str; 4] = ["PANIC", "index out of range", "lint violation found", "SOURCE_DATE_EPOCH"];

/// The build that BuildKit recorded: no arguments, and bases without config.
fn recorded() -> Options {
    let mut options = Options::default();
    options.assume_unset = true;
    options
}

fn evaluate_differences(case: &Case) -> Option<Vec<String>> {
    let Verdict { error, convert_error, user, labels, added_layers, .. } = &case.verdict;
    let file = Dockerfile::parse(&case.input, &recorded());
    let mut differences = Vec::new();
    let found = file.problems.iter().find(|problem| problem.is_error() && problem.phase == Phase::Evaluate);
    if let Some(message) = convert_error.as_ref().filter(|_| case.verdict.accepts) {
        if RECORDING.iter().any(|part| message.contains(part)) {
            return None;
        }
        let mut evaluation = file.problems.iter().filter(|problem| problem.phase == Phase::Evaluate);
        if !evaluation.any(|problem| is_about_conversion(&problem.kind, message)) {
            differences.push(format!("expected `{message}`, found {:?}", found.map(|found| &found.kind)));
        }
        return Some(differences);
    }
    if error.is_some() || convert_error.is_some() {
        return None;
    }
    if let Some(found) = found {
        differences.push(format!("expected no problem, found {found}"));
    }
    if file.user.value().unwrap_or_default() != user {
        differences.push(format!("expected user `{user}`, found {:?}", file.user));
    }
    let known = |label: &Label| Some((label.key.value()?.to_owned(), label.value.value()?.to_owned()));
    let mine: BTreeMap<String, String> = file.labels.iter().filter_map(known).collect();
    if mine != *labels || mine.len() != file.labels.iter().count() {
        differences.push(format!("expected labels {labels:?}, found {mine:?}"));
    }
    if file.added_layers != *added_layers {
        differences.push(format!("expected {added_layers} layers, found {}", file.added_layers));
    }
    Some(differences)
}

#[test]
fn images_are_as_buildkit_makes_them() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut tally = Tally::default();
    for case in &cases {
        if let Some(differences) = evaluate_differences(case) {
            tally.count(case, differences);
        }
    }
    tally.report("evaluate");
}

/// Variables that are undeclared for rekey and not for BuildKit's linter.
fn undeclared_differences(case: &Case) -> Vec<String> {
    let file = Dockerfile::parse(&case.input, &recorded());
    let is_said = |line: u32| {
        let rules = ["UndefinedVar", "UndefinedArgInFrom"];
        case.verdict.lint.iter().any(|(rule, at)| *at == line && rules.contains(&rule.as_str()))
    };
    // The linter skips `EXPOSE` and the defaults of global arguments, in which such a variable is empty too.
    let first_from = file.stages.first().map_or(0, |stage| stage.from);
    let is_linted = |line: u32| {
        let found = file.instructions.iter().enumerate().find(|(_, instruction)| instruction.line == line);
        found.is_some_and(|(index, found)| index >= first_from && found.keyword != Keyword::Expose)
    };
    let undeclared = file.problems.iter().filter(|problem| {
        matches!(problem.kind, ProblemKind::UndeclaredVariable { .. }) && is_linted(problem.line)
    });
    let differ = undeclared.filter(|problem| !is_said(problem.line));
    differ.map(|problem| format!("line {}: {problem}", problem.line)).collect()
}

#[test]
fn undeclared_variables_are_undefined_for_buildkit() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut tally = Tally::default();
    for case in cases.iter().filter(|case| case.is_converted()) {
        tally.count(case, undeclared_differences(case));
    }
    tally.report("undeclared");
}

/// Bytes with a special meaning somewhere.
const SPECIAL: &[u8] = b"\\`\n\r #$\"'<[]{}=-,\xff\xe3\x80\x00";

#[test]
fn nothing_panics_on_mutants() {
    let Some(cases) = corpus::dockerfiles() else { return };
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    let mut count = 0;
    for case in cases.iter().filter(|case| (1..3_000).contains(&case.input.len())) {
        let mut input = case.input.clone();
        for _ in 0..4 {
            for _ in 0..=random(4) {
                let at = random(input.len());
                match random(3) {
                    0 => input[at] = SPECIAL[random(SPECIAL.len())],
                    1 => input.insert(at, SPECIAL[random(SPECIAL.len())]),
                    _ => input.truncate(at.max(1)),
                }
            }
            let file = Dockerfile::parse(&input, &Options::default());
            for instruction in &file.instructions {
                assert!(instruction.extent.end as usize <= input.len());
                for word in instruction.words() {
                    assert!(word.span.end as usize <= input.len());
                    let _ = (word.cooked(), word.quote());
                }
                for script in instruction.scripts() {
                    let _ = script.span(0..script.text.len());
                }
            }
            count += 1;
        }
    }
    println!("no panic on {count} mutants");
}
