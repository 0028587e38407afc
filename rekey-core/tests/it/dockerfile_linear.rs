//! Work is linear, or stops at a limit that is reported. Nothing is timed: a superlinear step would make
//! these tests run forever.

use rekey_core::dockerfile::{Dockerfile, Fact, Keyword, Options, ProblemKind, SubstitutionError, limits};
use rekey_core::{Target, check_dockerfile};

const FROM: &str = "FROM scratch\n";

use crate::shapes::{SHAPES, Shape};

#[track_caller]
fn shape(name: &str) -> &'static Shape {
    SHAPES.iter().find(|shape| shape.name == name).expect("a shape has the name")
}

/// The kinds of all errors.
fn errors<'f>(file: &'f Dockerfile<'_>) -> Vec<&'f ProblemKind> {
    file.problems.iter().filter(|problem| problem.is_error()).map(|problem| &problem.kind).collect()
}

/// Asserts the expected result for the file of a shape.
fn is_right(name: &str, file: &Dockerfile<'_>, n: usize) -> bool {
    let last = file.instructions.last().expect("there is an instruction");
    let words = last.words().len();
    let clean = errors(file).is_empty();
    match name {
        "bytes of one line" => {
            matches!(errors(file)[..], [ProblemKind::LineTooLong]) && file.added_layers == 1
        }
        "bytes of one instruction" => clean && last.words()[0].raw.len() == n / 2 - 1,
        "continuations" => clean && file.comments.len() == n && words == 2 * (n + 1),
        "words of one instruction" | "strings of one array" => clean && words == n + 1,
        "flags" => clean && last.flags.len() == n,
        "heredocs" => clean && file.added_layers as usize == n,
        "heredocs of one line" => clean && last.heredocs.len() == n && last.end_line as usize == 2 + 3 * n,
        "heredocs without end" => {
            errors(file).len() == n
                && errors(file).iter().all(|kind| matches!(kind, ProblemKind::UnterminatedHeredoc(_)))
        }
        "stages" => {
            clean && file.stages.len() == n && file.steps.len() == n + 1 && file.user.value() == Some("1")
        }
        "stages that keep a trigger" => {
            clean
                && file.labels.value("a") == Some(&(n - 2).to_string())
                && file.labels.settings().len() == n - 1
        }
        "doublings" => is_too_long(file) && matches!(file.user.fact, Fact::Unresolved(..)),
        "nested substitutions" => {
            matches!(errors(file)[..], [ProblemKind::Substitution { error: SubstitutionError::TooDeep, .. }])
        }
        "substitutions nested as deep as may be" | "variables" => clean && file.user.value() == Some("1"),
        "stars of a pattern" => is_too_long(file),
        "labels" => clean && file.labels.settings().len() == n && file.labels.value("a") == Some("1"),
        "labels of other names" => clean && file.labels.iter().count() == n,
        "packages that come and go" => clean && file.added_layers as usize == 2 * n,
        "words of a package manager" | "commands in commands" => clean && file.added_layers == 1,
        "comments that silence" => clean && file.comments.len() == n && file.user.value() == Some("root"),
        "comments" => clean && file.comments_above(&file.instructions[0]).len() == n,
        "words behind ONBUILD" => {
            matches!(errors(file)[..], [ProblemKind::NoArguments(Keyword::Onbuild), ..]) || !file.accepted()
        }
        "arrays in an array" => clean && words == 1,
        "unknown instructions" => {
            errors(file).len() == limits::MAX_PROBLEMS + 1
                && matches!(errors(file).last(), Some(ProblemKind::TooMuch))
        }
        "bytes" => clean && file.added_layers as usize == n / 1_024 - 1,
        other => panic!("nothing is known of {other}"),
    }
}

fn is_too_long(file: &Dockerfile<'_>) -> bool {
    matches!(errors(file)[..], [ProblemKind::Substitution { error: SubstitutionError::TooLong, .. }, ..])
}

#[test]
fn large_files_are_parsed_correctly() {
    for Shape { name, size, make } in SHAPES {
        for n in [size / 4, *size] {
            let text = make(n);
            let file = Dockerfile::parse(text.as_bytes(), &Options::default());
            // Forty doublings are needed to pass the limit.
            let n_is_enough = !["doublings", "stars of a pattern"].contains(name) || n == *size;
            let problems: Vec<_> = errors(&file).into_iter().take(3).collect();
            assert!(!n_is_enough || is_right(name, &file, n), "{n} {name}: {problems:?}");
        }
    }
}

#[test]
fn large_files_are_checked() {
    for Shape { name, size, make } in SHAPES {
        let report = check_dockerfile(make(*size / 4).as_bytes(), &Target::default());
        assert!(report.findings().next().is_some(), "{name}");
    }
}

#[test]
fn text_beyond_the_maximum_input_is_not_read() {
    let text = (shape("bytes").make)(limits::MAX_INPUT);
    let most = format!("{text}{}", "\n".repeat(limits::MAX_INPUT - text.len()));
    let file = Dockerfile::parse(most.as_bytes(), &Options::default());
    assert!(errors(&file).is_empty());
    let more = format!("{most}USER 1001\n");
    let file = Dockerfile::parse(more.as_bytes(), &Options::default());
    assert!(matches!(errors(&file)[..], [ProblemKind::InputTooLong]));
    assert_eq!(file.user.value(), Some(""));
}

#[test]
fn doubling_stops_at_the_longest_value() {
    let doubled = |times: usize| {
        let text = (shape("doublings").make)(times);
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        file.user.value().map(str::len)
    };
    let most = limits::MAX_VALUE.ilog2() as usize - 1;
    assert_eq!(doubled(most), Some(limits::MAX_VALUE));
    assert_eq!(doubled(most + 1), None);
}

#[test]
fn substitutions_nest_to_the_limit() {
    let nested = |depth: usize| {
        let text = (shape("nested substitutions").make)(depth);
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        errors(&file).is_empty()
    };
    assert!(nested(limits::MAX_SUBSTITUTION_DEPTH));
    assert!(!nested(limits::MAX_SUBSTITUTION_DEPTH + 1));
}

#[test]
fn instructions_are_counted_to_the_limit() {
    let read = |instructions: usize| {
        let text = format!("FROM a\n{}", "CMD a\n".repeat(instructions - 1));
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let stopped = matches!(errors(&file)[..], [ProblemKind::TooMuch]);
        (file.instructions.len(), stopped)
    };
    assert_eq!(read(limits::MAX_INSTRUCTIONS), (limits::MAX_INSTRUCTIONS, false));
    assert_eq!(read(limits::MAX_INSTRUCTIONS + 1), (limits::MAX_INSTRUCTIONS, true));
}

#[test]
fn words_are_counted_to_the_limit() {
    let read = |before: &str, part: &str, parts: usize| {
        let text = format!("FROM a\n{before}{}", part.repeat(parts));
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        matches!(errors(&file)[..], [.., ProblemKind::TooMuch])
    };
    // `FROM` has one word.
    let most = limits::MAX_WORDS - 1;
    for (before, part) in [("", "#\n"), ("ARG", " a"), ("ENV", " a=b"), ("EXPOSE", " 1")] {
        assert!(!read(before, part, most), "{before}{part}");
        assert!(read(before, part, most + 1), "{before}{part}");
    }
}

#[test]
fn triggers_run_to_the_limit() {
    let runs = |triggers: usize| {
        let trigger = format!("ONBUILD ENV A={}\n", "x".repeat(1_000));
        let stage = |at: usize| format!("FROM s AS s{at}\n");
        let copy = |at: usize| format!("COPY --from=s{at} a b\n");
        let (stages, copies): (String, String) =
            ((0..100).map(stage).collect(), (0..100).map(copy).collect());
        let text = format!("FROM a AS s\n{}{stages}FROM a\n{copies}", trigger.repeat(triggers));
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        !errors(&file).contains(&&ProblemKind::TooManyTriggers)
    };
    assert!(runs(2));
    assert!(!runs(100));
}

#[test]
fn a_working_directory_grows_to_the_limit() {
    let workdir = |folders: usize| {
        let text = format!("{FROM}{}", format!("WORKDIR {}\n", "x".repeat(9)).repeat(folders));
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        (file.workdir.value().map(str::len), is_too_long(&file))
    };
    assert_eq!(workdir(409), (Some(4_090), false));
    assert_eq!(workdir(410), (None, true));
}
