//! Pitfalls of Dockerfiles, one line each, with BuildKit's result.

use std::fmt::Write as _;

use super::*;

/// The build that BuildKit runs without arguments on a base without config.
fn closed() -> Options {
    Options { assume_unset: true, ..Options::default() }
}

#[track_caller]
fn file(text: &str) -> Dockerfile<'_> {
    let file = Dockerfile::parse(text.as_bytes(), &closed());
    assert_eq!(file.first_error(), None, "{text}");
    file
}

/// The final user.
#[track_caller]
fn user(text: &str, expected: &str) {
    assert_eq!(file(text).user.value(), Some(expected), "{text}");
}

/// The line and text of the first error.
#[track_caller]
fn error(text: &[u8], line: u32, expected: &str) {
    let file = Dockerfile::parse(text, &closed());
    let found = file.first_error().map(|problem| (problem.line, problem.to_string()));
    let (found_line, message) = found.unwrap_or_default();
    assert!(message.contains(expected), "expected `{expected}`, found `{message}`: {}", bytes::text(text));
    assert_eq!(found_line, line, "{message}: {}", bytes::text(text));
}

#[track_caller]
fn keywords(text: &str, expected: &[(&str, u32, u32)]) {
    let syntax = Syntax::scan(text.as_bytes());
    let found: Vec<_> = syntax
        .instructions
        .iter()
        .map(|found| (found.keyword.as_str(), found.line, found.end_line))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn warns(text: &str, expected: &[&str]) {
    let file = Dockerfile::parse(text.as_bytes(), &closed());
    let found = file.problems.iter().filter(|problem| !problem.is_error());
    let marked: Vec<_> = found.map(|problem| bytes::text(problem.span.of(text.as_bytes()))).collect();
    assert_eq!(marked, expected, "{text}: {:?}", file.problems);
}

#[test]
fn lines_end_at_line_feeds_alone() {
    user("FROM a\r\nUSER 1\r\n", "1");
    user("\u{feff}FROM a\nUSER 1", "1");
    user("\u{3000}FROM a\n\u{a0} USER 1 \u{2003}\n", "1");
    user("FROM a\nUSER\t \u{b}1\n", "1");
    error(b"FROM a\rUSER 1\r", 1, "found 3 words");
    error("FROM a\n\u{feff}USER 1\n".as_bytes(), 2, "expected an instruction");
    error("FROM\u{a0}a\n".as_bytes(), 1, "expected an instruction");
    error(b"\xff\xfeF\0R\0O\0M\0", 1, "expected an instruction");
    error(&[b"FROM a\nRUN ", "x".repeat(65_532).as_bytes()].concat(), 2, "a line has more than");
    assert!(Syntax::scan(&[b"FROM a\nRUN ", "x".repeat(65_531).as_bytes()].concat()).accepted());
}

#[test]
fn invalid_bytes_are_replaced() {
    let input = b"FROM scratch\nLABEL a=\xe9\0\n";
    let file = Dockerfile::parse(input, &closed());
    assert_eq!(file.labels.value("a"), Some("\u{fffd}\0"));
    assert!(file.accepted());
    assert!(matches!(file.problems.first().map(|problem| &problem.kind), Some(ProblemKind::NotUtf8)));
}

#[test]
fn directives_are_at_the_top() {
    user("# syntax=a b\n#ESCAPE = `\nFROM a\nUSER a`\nb\n", "ab");
    user("  # escape=`\r\nFROM a\r\nUSER a`\r\nb", "ab");
    user("\n# escape=`\nFROM a\nUSER a\\\nb", "ab");
    user("# note\n# escape=`\nFROM a\nUSER a\\\nb", "ab");
    user("# other=1\n# escape=`\nFROM a\nUSER a\\\nb", "ab");
    error(b"# escape=`\n# escape=`\nFROM a", 2, "`escape` is set twice");
    error(b"# escape=x\nFROM a", 1, "found `x`");
    error(b"# escape= \nFROM a", 1, "found ` `");
    let input = "# syntax = docker/dockerfile:1 \n# check=skip=all\nFROM a\n";
    let file = file(input);
    let found: Vec<_> = file.directives.iter().map(|found| (found.name, found.value.as_ref())).collect();
    assert_eq!(found, [("syntax", "docker/dockerfile:1"), ("check", "skip=all")]);
    assert_eq!(file.directives[0].value_span.str(input.as_bytes()), Some("docker/dockerfile:1"));
}

#[test]
fn comments_are_lines() {
    user("FROM a\nUSER 10\\\n# no\\\n  # no\n01 # yes", "1001 # yes");
    keywords(
        "# x \\\nFROM a\nRUN b \\\n  # c\n\n  d\n# e\nUSER 1",
        &[("FROM", 2, 2), ("RUN", 3, 6), ("USER", 8, 8)],
    );
    let file = file("# lost\n#\n# one\n\n#two\nFROM a\nRUN a \\\n# inside\nb\nUSER 1");
    let above = |index: usize| -> Vec<_> {
        file.comments_above(&file.instructions[index])
            .iter()
            .map(|comment| comment.text().into_owned())
            .collect()
    };
    assert_eq!(above(0), ["one", "two"]);
    assert_eq!(above(2), Vec::<String>::new());
    assert_eq!(file.comments.iter().filter(|comment| comment.within_instruction).count(), 1);
}

#[test]
fn continuations_join_bytes() {
    user("FROM a\nUS\\\nER 10\\ \t\n01", "1001");
    user("FROM a\n\\\nUSER 1\\\n", "1");
    user("FROM a\nUSER 1\\\n\n \t\n2", "12");
    keywords("FROM a\nRUN b \\\\\nUSER 1", &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]);
    keywords("FROM a\nRUN b \\\\\\\nUSER 1", &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]);
    keywords("FROM a\nRUN b \\\x0c\nUSER 1", &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]);
    keywords("FROM a\nRUN b \\", &[("FROM", 1, 1), ("RUN", 2, 2)]);
    error(b"FROM a\n\\\n\n", 2, "expected an instruction, found ``");
}

#[test]
fn surprises_are_warnings() {
    warns("FROM a\nUSER 1 # c\n", &["# c"]);
    warns("FROM a\nUSER 1#c\n", &[]);
    warns("FROM a\nENV A b # c\n", &["# c"]);
    warns("FROM a\nCMD [\"a\"] # c\n", &["# c"]);
    warns("FROM a\nRUN b \\\n\n  c\n", &["\n"]);
    warns("FROM a\nRUN b \\\\\nRUN c\n", &["\\\\"]);
    warns("FROM a\nRUN b && \\\n# c\nRUN d\n", &["RUN"]);
    warns("FROM a\nRUN b && \\\nRUN d\n", &[]);
    warns("FROM a AS b\nFROM a AS B\n", &["B"]);
    warns("FROM a\nENV A=1\nARG A=2\n", &["A"]);
    warns("# syntax=x\n# escape=`\nFROM a\n", &["# escape=`"]);
}

#[test]
fn keywords_and_flags() {
    user("from a\nuSeR 1", "1");
    error(b"FROM a\nLABLE a=b", 2, "did you mean `LABEL`?");
    error(b"{{ if x }}\nFROM a", 1, "looks like a template");
    error(b"FROM a\n@@x@@", 2, "looks like a template");
    error(b"FROM a\nUSER --x 1", 2, "USER has no flag `--x`");
    error(b"FROM a\nRUN --foo x", 2, "RUN has no flag `--foo`");
    error(b"FROM a\nCOPY --chown a b", 2, "a value for the flag `--chown`");
    error(b"FROM a\nCOPY --link --link a b", 2, "`--link` is set twice");
    error(b"FROM a\nCOPY --link=maybe a b", 2, "found `maybe`");
    error(b"FROM --platform linux/amd64", 1, "a value");
    error(b"FROM a\nRUN --network=x y", 2, "found `x`");
    error(b"FROM a\nRUN --mount=from=$x y", 2, "a variable");
    error(b"FROM a\nRUN --mount= y", 2, "fields");
    error(b"FROM a\nHEALTHCHECK --interval=1 CMD x", 2, "duration");
    error(b"FROM a\nHEALTHCHECK --retries=-1 CMD x", 2, "found `-1`");
    file(
        "FROM a\nCOPY -- --x y\nCOPY --\"chown\"=1 \"--y\" z\nARG --x y\nONBUILD USER --x 1\nRUN -x\nSTOPSIGNAL --x 9",
    );
}

#[test]
fn arity_and_names() {
    error(b"FROM a b", 1, "found 2 words");
    error(b"FROM a # c", 1, "found 3 words");
    error(b"FROM a AS 1", 1, "found `1`");
    error(b"FROM a AS $x", 1, "found `$x`");
    error(b"FROM", 1, "found 0 words");
    error(b"FROM a\nUSER", 2, "one argument after USER");
    error(b"FROM a\nCOPY x", 2, "a source and a destination");
    error(b"FROM a\nCOPY [\"x\"]", 2, "a source and a destination");
    error(b"FROM a\nVOLUME [\"\"]", 2, "empty string");
    error(b"FROM a\nHEALTHCHECK", 2, "at least one argument");
    error(b"FROM a\nHEALTHCHECK NONE x", 2, "nothing after");
    error(b"FROM a\nHEALTHCHECK x y", 2, "found `x`");
    error(b"FROM a\nHEALTHCHECK cmd", 2, "a command");
    error(b"FROM a\nSHELL bash", 2, "JSON array");
    error(b"FROM a\nSHELL []", 2, "at least one");
    error(b"FROM a\nONBUILD ONBUILD RUN x", 2, "found ONBUILD");
    error(b"FROM a\nONBUILD FROM x", 2, "found FROM");
    error(b"LABEL a=b\nFROM a", 1, "expected FROM before LABEL");
    error(b"ARG a", 1, "the file has no FROM");
    error(b"# x\n\n", 2, "no instruction");
    error(b"", 1, "no instruction");
    file("FROM a\nRUN\nCMD\nENTRYPOINT []\nONBUILD FOO x\nONBUILD COPY a\nWORKDIR /a b\nUSER 1 2");
}

#[test]
fn json_is_strict() {
    error(b"FROM a\nRUN [\"a\", 1]", 2, "only strings");
    error(b"FROM a\nVOLUME [[\"a\"]]", 2, "only strings");
    let file = file("FROM a\nCMD ['a']\nCMD [\"a\",]\nCMD [\"a\", \"\\u0062\"]");
    let forms: Vec<_> = file.instructions[1..]
        .iter()
        .map(|found| match &found.arguments {
            Arguments::Command(Command::Exec(words)) => {
                words.iter().map(|word| word.text().into_owned()).collect()
            }
            Arguments::Command(Command::Shell(word)) => vec![format!("shell {}", word.text())],
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(forms, [vec!["shell ['a']"], vec!["shell [\"a\",]"], vec!["a", "b"]]);
}

#[test]
fn labels_have_two_forms() {
    for (line, expected) in [
        ("a=1 b=2", &[("a", "1"), ("b", "2")][..]),
        ("a=1, b=2", &[("a", "1,"), ("b", "2")]),
        ("a b=c", &[("a", "b=c")]),
        ("a = b", &[("a", "= b")]),
        ("\"a\"='b c'd", &[("a", "b cd")]),
        ("a=\"b \\\n  c\"", &[("a", "b   c")]),
        ("a=", &[("a", "")]),
        ("a=1 a=2", &[("a", "2")]),
        ("a=b\u{3000}c=d", &[("a", "b"), ("c", "d")]),
        ("$K=v", &[("", "v")]),
    ] {
        let text = format!("FROM a\nLABEL {line}\n");
        let file = file(&text);
        let found: Vec<_> =
            file.labels.iter().map(|label| (label.key.value(), label.value.value())).collect();
        let expected: Vec<_> = expected.iter().map(|&(key, value)| (Some(key), Some(value))).collect();
        assert_eq!(found, expected, "{line}");
    }
    error(b"FROM a\nLABEL a=1 b", 2, "found `b`");
    error(b"FROM a\nLABEL a", 2, "a key and a value");
    error(b"FROM a\nLABEL =a", 2, "a name before `=`");
    error(b"FROM a\nLABEL a=\"b", 2, "closing `\"`");
    error(b"FROM a\nARG =b", 2, "a name before `=`");
}

#[test]
fn heredocs_are_found_by_words() {
    keywords(
        "FROM a\nRUN <<A cat <<-'B'\nUSER 1\nA\n\tUSER 2\n\tB\nUSER 3",
        &[("FROM", 1, 1), ("RUN", 2, 6), ("USER", 7, 7)],
    );
    keywords("FROM a\nCOPY <<A /x \\\n  \nUSER 1\nA\n", &[("FROM", 1, 1), ("COPY", 2, 5)]);
    keywords(
        "FROM a\nRUN cat<<A\nUSER 1\nA\n",
        &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3), ("?", 4, 4)],
    );
    keywords("FROM a\nRUN don't <<A\nUSER 1", &[("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]);
    keywords(
        "FROM a\nRUN [\"<<A\"]\nCMD <<A\nLABEL a=<<A",
        &[("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3), ("LABEL", 4, 4)],
    );
    keywords("FROM a\r\nONBUILD RUN <<A\r\nx\r\nA\r\n", &[("FROM", 1, 1), ("ONBUILD", 2, 4)]);
    error(b"FROM a\nRUN <<A\nx\nA \n", 2, "no line `A`");
    error(b"FROM a\nRUN echo $((1 << 2))\n", 2, "no line `2))`");
    error(b"FROM a\nCOPY a <<A\nA\n", 2, "found a heredoc");
    // After an unterminated heredoc, parsing continues at the next instruction.
    let broken = Dockerfile::parse(b"FROM a\nRUN <<A\nx\nUSER 1\n", &closed());
    assert_eq!(broken.user.value(), Some("1"));
}

#[test]
fn users_are_verbatim() {
    user("FROM a\nUSER 1001:0", "1001:0");
    user("FROM a\nUSER 00\nUSER \"root\"", "root");
    user("FROM a\nUSER $U", "");
    user("FROM a\nUSER \"\"", "");
    user("FROM a\nARG U=5\nUSER ${U:-1}", "5");
    user("ARG U=5\nFROM a\nUSER ${U:-1}", "1");
    user("ARG U=5\nFROM a\nARG U\nUSER $U", "5");
    user("FROM a\nENV U=1\nENV U=2 V=$U\nUSER $V", "1");
    user("FROM a\nENV U=1\nARG U=2\nUSER $U", "2");
    user("FROM a\nARG U=1 V=$U\nUSER $V", "1");
    user("FROM a\nUSER \\$U", "$U");
    user("FROM a\nUSER $TARGETARCH", "");
    user("FROM a\nARG TARGETARCH\nUSER $TARGETARCH", "amd64");
    error(b"FROM a\nUSER ${U?no}", 2, "`U` is not set: no");
    error(b"FROM a\nUSER ${{U}}", 2, "a name after `${`");
}

#[test]
fn stages_inherit() {
    user("FROM a AS b\nUSER 1\nFROM b", "1");
    user("FROM a AS B\nUSER 1\nFROM b", "1");
    user("FROM a AS b\nUSER 1\nFROM a AS b\nUSER 2\nFROM b", "2");
    user("FROM a AS b\nONBUILD USER 1\nUSER 2\nFROM b AS c\nFROM c", "1");
    user("FROM a AS b\nARG X=3\nENV Y=4\nFROM b\nUSER $X$Y", "34");
    for text in ["FROM a AS b\nUSER 1\nFROM a", "FROM b\nUSER 1\nFROM 0", "FROM a AS a\nFROM x"] {
        assert_eq!(file(text).user.fact, Fact::Inherited, "{text}");
    }
    error(b"FROM a AS Bc\nFROM Bc", 2, "found `Bc`");
    error(b"FROM SCRATCH", 1, "found `SCRATCH`");
    error(b"FROM \"\"", 1, "the base image is empty");
    error(b"FROM $X", 1, "`X` is not declared before the first FROM");
    error(b"ARG A=1\nFROM $X:${Y}-$A", 2, "`X` and `Y` are not declared before the first FROM");
    error(b"ARG X=\nFROM $X", 2, "the base image is empty after variables in `$X`");
    error(b"FROM a\nCOPY --from=$X a b", 2, "a variable");
    error(b"FROM a\nCOPY --from=7 a b", 2, "found `7`");
    error(b"FROM a AS c\nCOPY --from=b a b\nFROM a AS b\nFROM c", 2, "defined below");
    error(b"FROM a AS b\nCOPY --from=B a b", 2, "depends on itself");
    error(b"FROM --platform=$X a", 1, "a platform");
    error(b"FROM a AS b\nONBUILD COPY x\nFROM b", 3, "ONBUILD instruction");
    error(b"FROM a\nEXPOSE abc", 2, "found `abc`");
    error(b"FROM a\nSTOPSIGNAL FOO", 2, "found `FOO`");
    error(b"FROM a\nCOPY --chmod=8 a b", 2, "found `8`");
    error(b"FROM a\nRUN --mount=type=bind,z,target=/x y", 2, "found `z`");
}

#[test]
fn target_and_arguments_are_inputs() {
    let text = b"ARG V=1\nFROM a:$V AS b\nUSER 1\nFROM b AS c\nARG U\nUSER $U";
    let options = Options {
        build_args: vec![("V".to_owned(), "2".to_owned()), ("U".to_owned(), "9".to_owned())],
        ..Options::default()
    };
    let last = Dockerfile::parse(text, &options);
    assert_eq!(last.user.value(), Some("9"));
    assert_eq!(last.base, Base::Image("a:2".to_owned()));
    let first = Dockerfile::parse(text, &Options { stage: Some("B".to_owned()), ..Options::default() });
    assert_eq!((first.user.value(), first.target), (Some("1"), Some(0)));
    let none = Dockerfile::parse(text, &Options { stage: Some("x".to_owned()), ..Options::default() });
    assert!(matches!(none.problems.as_slice(), [Problem { kind: ProblemKind::Target(_), .. }]));
}

#[test]
fn a_variable_is_seen_where_it_is_declared() {
    /// The variables of an image that sets two.
    fn base_variables(reference: &str) -> Option<&'static [&'static str]> {
        reference.starts_with("ubi").then_some(&["PATH", "container"])
    }
    let options = Options { base_variables, ..Options::default() };
    let empty = "so it is empty here";
    let unless = "so it is empty here unless the base image sets it";
    for (text, expected) in [
        (
            "ARG A\nFROM a\nUSER $A",
            &[format!("`A` is declared before FROM, not in this stage, {unless}")][..],
        ),
        (
            "ARG A\nFROM ubi\nUSER $A\nLABEL b=$A",
            &[format!("`A` is declared before FROM, not in this stage, {empty}")],
        ),
        ("ARG A\nFROM a\nENV A=$A", &[format!("`A` is declared before FROM, not in this stage, {unless}")]),
        (
            "FROM a AS b\nARG A\nFROM a\nCOPY --from=b /$A /a",
            &[format!("`A` is declared in stage `b`, not here, {unless}")],
        ),
        (
            "FROM a\nARG A=1\nFROM a\nCOPY --from=0 /a /$A",
            &[format!("`A` is declared in stage `0`, not here, {unless}")],
        ),
        (
            "FROM a AS b\nENV A=1\nFROM ubi\nCOPY --from=b /a /$A",
            &[format!("`A` is declared in stage `b`, not here, {empty}")],
        ),
        ("FROM a AS b\nENV A=1\nFROM a\nCOPY --from=b /a /$A", &[]),
        ("FROM a AS b\nARG A\nFROM b\nUSER $A", &[]),
        ("FROM a\nUSER $A\nARG A", &[format!("`A` is declared below, not above this line, {unless}")]),
        (
            "FROM ubi\nENV A=1 B=$A",
            &[format!(
                "`A` is set by this instruction, and its values see only what is set above it, {empty}"
            )],
        ),
        ("FROM a\nENV A=1 B=$A", &[]),
        (
            "FROM a\nLABEL a=$TARGETARCH",
            &[format!("`TARGETARCH` is set only in a stage that declares it, {unless}")],
        ),
        ("FROM a\nARG TARGETARCH\nLABEL a=$TARGETARCH", &[]),
        (
            "FROM a\nARG VERSION\nLABEL a=$VERSON",
            &["`VERSON` is not declared; did you mean `VERSION`?".to_owned()],
        ),
        (
            "FROM a\nARG Version\nLABEL a=$VERSION",
            &["`VERSION` is not declared; did you mean `Version`?".to_owned()],
        ),
        ("FROM a\nARG PYTHON2\nLABEL a=$PYTHON3", &[]),
        ("FROM a\nARG AB\nLABEL a=$AC", &[]),
        ("FROM a\nLABEL a=$A", &[]),
        ("FROM ubi\nLABEL a=$A", &[format!("`A` is not declared, {empty}")]),
        (
            "FROM ubi\nEXPOSE $A\nVOLUME /$B\nWORKDIR /$C\nARG D=$E",
            &[
                format!("`A` is not declared, {empty}"),
                format!("`B` is not declared, {empty}"),
                format!("`C` is not declared, {empty}"),
                format!("`E` is not declared, {empty}"),
            ],
        ),
        ("FROM ubi\nENV PATH=/a:$PATH L=/a:$L P=$HTTP_PROXY\nLABEL c=$container", &[]),
        ("FROM ubi\nUSER ${A:-1}\nLABEL a=${A-} b=${A:+c}\nRUN echo $A\nCMD $A", &[]),
        ("FROM ubi:9$A", &[format!("`A` is not declared before the first FROM, {empty}")]),
        (
            "FROM ubi AS b\nARG A\nFROM ubi:9$A",
            &[format!("`A` is not declared before the first FROM, {empty}")],
        ),
        ("FROM scratch\nUSER $A", &[format!("`A` is not declared, {empty}")]),
        ("FROM a AS b\nONBUILD USER $A\nARG A\nFROM b", &[]),
    ] {
        let file = Dockerfile::parse(text.as_bytes(), &options);
        let undeclared = file.problems.iter().map(ToString::to_string);
        assert_eq!(undeclared.collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn the_certain_part_of_a_value_is_kept_through_variables() {
    let may_be =
        |text: &str, value: &str| match Dockerfile::parse(text.as_bytes(), &Options::default()).user.fact {
            Fact::Unresolved(_, shape) => shape.may_be(value),
            other => panic!("{other:?}"),
        };
    for (user, value, expected) in [
        ("app$X", "root", false),
        ("$X", "root", true),
        ("0$X", "0", true),
        ("${X}0", "0", true),
        ("$V", "", false),
        ("$V", "0", false),
        ("${V:-0}", "v1", true),
        ("${B:-1001}", "", false),
        ("${B:-1001}", "0", true),
        ("$E", "", true),
    ] {
        let text = format!("FROM a\nARG X\nARG V=v$X\nENV E=$X\nUSER {user}");
        assert_eq!(may_be(&text, value), expected, "{user} {value}");
    }
    let known = |text: &'static str| Dockerfile::parse(text.as_bytes(), &Options::default()).user.fact;
    for text in [
        "FROM a\nARG X\nUSER ${X:-1001}",
        "ARG X\nFROM a\nARG X\nUSER ${X-1001}",
        "FROM a\nARG X\nENV Y=${X:-1001}\nUSER $Y",
    ] {
        assert_eq!(known(text), Fact::Known("1001".to_owned()), "{text}");
    }
}

#[test]
fn values_that_the_base_decides_are_unknown() {
    let open = |text: &'static str| Dockerfile::parse(text.as_bytes(), &Options::default());
    assert_eq!(open("FROM a").user, Setting::INHERITED);
    assert_eq!(open("FROM scratch").user.value(), Some(""));
    assert_eq!(
        open("FROM a\nUSER $X").user.fact,
        Fact::Unresolved(Cause::FromBase("X".to_owned()), Shape::any())
    );
    assert_eq!(
        open("FROM a\nARG X\nUSER $X").user.fact,
        Fact::Unresolved(Cause::NoValue("X".to_owned()), Shape::any())
    );
    assert_eq!(open("ARG X\nFROM $X").base, Base::Unresolved(Cause::NoValue("X".to_owned())));
    assert_eq!(open("FROM scratch\nUSER $X").user.value(), Some(""));
    assert_eq!(open("FROM a\nUSER ${X:?no}").first_error(), None);
    assert_eq!(open("FROM a\nWORKDIR b").workdir.fact, Fact::Unresolved(Cause::BaseWorkdir, Shape::some()));
    assert_eq!(open("FROM a\nWORKDIR /b\nWORKDIR c").workdir.value(), Some("/b/c"));
    let base = BaseConfig {
        user: "7".to_owned(),
        env: vec![("X".to_owned(), "8".to_owned())],
        labels: vec![("l".to_owned(), "9".to_owned())],
        onbuild: vec!["LABEL m=$X".to_owned()],
        ..BaseConfig::default()
    };
    let options = Options { base: Some(base), ..Options::default() };
    let file = Dockerfile::parse(b"FROM a\nLABEL n=$X", &options);
    assert_eq!(file.user.value(), Some("7"));
    assert_eq!(["l", "m", "n"].map(|key| file.labels.value(key)), [Some("9"), Some("8"), Some("8")]);
}

#[test]
fn layers_are_counted_on_the_chain() {
    for (text, expected) in [
        ("FROM a\nRUN b\nCOPY c d\nADD e f\nCOPY --link g h\nWORKDIR /i\nWORKDIR /\nENV j=k\nUSER 1\n", 5),
        ("FROM a AS b\nRUN c\nFROM b\nRUN d", 2),
        ("FROM a AS b\nRUN c\nFROM a\nCOPY --from=b c d", 1),
        ("FROM a AS b\nONBUILD RUN c\nFROM b", 1),
        ("FROM a\nWORKDIR b\nWORKDIR ..", 1),
        ("FROM a\nWORKDIR //", 1),
    ] {
        assert_eq!(file(text).added_layers, expected, "{text}");
    }
}

#[test]
fn steps_expand_words_in_their_place() {
    let text =
        "FROM a AS b\nENV D=/x\nCOPY f $D/\nENV D=/y\nWORKDIR /w\nONBUILD COPY g $D\nFROM b\nCOPY h k/\n";
    let file = file(text);
    let places: Vec<_> = (0..file.steps.len())
        .filter_map(|step| match &file.instruction(step)?.arguments {
            Arguments::Copy { destination, .. } => Some(file.expand_path(step, destination)),
            _ => None,
        })
        .collect();
    assert_eq!(places, ["/x/", "/y", "/w/k/"].map(|path| Fact::Known(path.to_owned())));
}

#[test]
fn scripts_have_places() {
    let text =
        "FROM a\nRUN dnf install \\\n# why\n  kpatch && <<E cat\ndnf install kernel\nE\nCMD [\"a\\tb\"]";
    let file = file(text);
    let scripts = file.instructions[1].scripts();
    let find = |index: usize, word: &str| {
        let script = &scripts[index];
        let at = script.text.find(word).expect("the script has the word");
        script.span(at..at + word.len()).str(text.as_bytes()).map(str::to_owned)
    };
    assert_eq!(find(0, "kpatch").as_deref(), Some("kpatch"));
    assert_eq!(find(0, "install   kpatch").as_deref(), Some("install \\\n# why\n  kpatch"));
    assert_eq!(find(1, "kernel").as_deref(), Some("kernel"));
    let command = &file.instructions[2].scripts()[0];
    assert_eq!((command.text.as_ref(), command.span(0..1).str(text.as_bytes())), ("a\tb", Some("\"a\\tb\"")));
}

#[test]
fn buildkit_finds_line_errors_before_others() {
    error(b"FROM a b\nFOO\nENV x\n", 3, "a key and a value");
    error(b"FROM a\nCOPY --from=$X a b\nFOO\n", 3, "expected an instruction");
}

/// Each of these takes far too long, or all memory of the machine, if any step is not linear.
#[test]
fn time_is_linear() {
    let long_run = format!("FROM a\nRUN {}", "echo \\\n".repeat(150_000));
    let continued = format!("FROM a\nLABEL a=b {}", "\\\n# c\n\n c=d ".repeat(100_000));
    let heredocs = format!("FROM a\n{}", "RUN <<E\nx\nE\n".repeat(10_000));
    let unterminated = format!("FROM a\n{}", "RUN <<E\nx\n".repeat(10_000));
    let openers = format!("FROM a\nRUN {}\n", "<<E \\\n".repeat(10_000));
    let mut chain = "FROM a AS s0\nENV X=1\n".to_owned();
    for stage in 1..100_000 {
        writeln!(chain, "FROM s{} AS s{stage}\nENV A{stage}=$X", stage - 1).expect("a string takes all");
    }
    let doubling = format!("FROM a\nENV A=aa\n{}USER $A", "ENV A=$A$A\n".repeat(40));
    let braces = format!("FROM a\nUSER {}", "${A:-".repeat(10_000));
    let stars = format!("FROM a\nENV A={}\nUSER ${{A##{}b}}", "a".repeat(60_000), "*a".repeat(30_000));
    let onbuilds = format!("FROM a\n{}", "ONBUILD ".repeat(8_000));
    for text in
        [long_run, continued, heredocs, unterminated, openers, chain, doubling, braces, stars, onbuilds]
    {
        let file = Dockerfile::parse(text.as_bytes(), &closed());
        assert!(!file.instructions.is_empty());
    }
}

#[test]
fn a_trigger_within_triggers_is_read_for_the_errors_of_lines() {
    let text = "FROM a\nONBUILD ONBUILD ONBUILD  ENV a";
    let file = Dockerfile::parse(text.as_bytes(), &Options::default());
    let kinds: Vec<_> = file.problems.iter().map(|problem| problem.span.str(text.as_bytes())).collect();
    assert_eq!(kinds, [Some("a"), Some("ONBUILD")], "{:?}", file.problems);
}

#[test]
fn a_copy_without_destination_has_its_heredoc() {
    let text = "FROM a\nCOPY <<EOF\nRUN true\nEOF\nUSER b";
    let file = Dockerfile::parse(text.as_bytes(), &Options::default());
    let keywords: Vec<_> = file.instructions.iter().map(|instruction| instruction.keyword).collect();
    assert_eq!(keywords, [Keyword::From, Keyword::Copy, Keyword::User]);
}

#[test]
fn a_missing_value_has_a_reason() {
    assert_eq!(file("FROM a\nUSER b").user.reason(), None);
    let inherited = file("FROM a").user.reason();
    assert_eq!(inherited.as_deref(), Some("not set here; the base image decides"));
    let text = "FROM a\nARG B\nUSER $B";
    let unknown = Dockerfile::parse(text.as_bytes(), &Options::default()).user.reason();
    assert!(unknown.as_ref().is_some_and(|reason| reason.contains("`B`")), "{unknown:?}");
}

#[test]
fn growth_is_an_error_not_a_wait() {
    let text = format!("FROM a\nENV A=aa\n{}USER $A", "ENV A=$A$A\n".repeat(40));
    let file = Dockerfile::parse(text.as_bytes(), &closed());
    assert!(matches!(file.user.fact, Fact::Unresolved(Cause::Broken(_), _)), "{:?}", file.user);
    let found = file.first_error().map(ToString::to_string).unwrap_or_default();
    assert!(found.contains("exceed the limit"), "{found}");
}

#[test]
fn a_base_is_a_reference_as_go_reads_it() {
    let expected = "expected an image reference";
    for domain in ["docker.io", "index.docker.io"] {
        let base = |len: usize| format!("FROM {domain}/{}", "a".repeat(len));
        // Go counts the `library/` that it adds: 8 of 255 bytes.
        file(&base(247));
        (248..=255).for_each(|len| error(base(len).as_bytes(), 1, expected));
    }
    file("FROM a_b.io/c");
    error(b"FROM a!b.io/c", 1, expected);
}
