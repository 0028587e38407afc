//! `rekey next` and `rekey latest`: one tag on standard output, or nothing there and the reason on standard error.

use std::fmt::Write as _;

use crate::harness::{folder, reading, rekey, write};

/// The printed tag, or the error message and the exit code.
#[track_caller]
fn printed(args: &[&str], input: &str) -> Result<String, (i32, String)> {
    let run = reading(args, input.as_bytes());
    if run.status == 0 {
        assert_eq!(run.stderr, "", "{args:?}");
        let tag = run.stdout.strip_suffix('\n').expect("a line");
        assert!(!tag.contains('\n'), "{}", run.stdout);
        return Ok(tag.to_owned());
    }
    assert_eq!(run.stdout, "", "{args:?}");
    let why = run.stderr.strip_prefix("error: ").expect("a complaint");
    assert_eq!(why.lines().count(), 1, "{why}");
    Err((run.status, why.trim_end().to_owned()))
}

#[test]
fn the_next_tag_is_printed_alone() {
    let list = "1.4.2-3\n1.4.2-9\r\n\n1.4.20-30\nlatest\n";
    let json = r#"{"Repository": "quay.io/acme/app", "Tags": ["1.4.2-3", "1.4.2-10", "latest"]}"#;
    for (args, input, expected) in [
        (&["next", "1.0-1"][..], "", "1.0-2"),
        (&["next", "1.0"], "", "1.0-1"),
        (&["next", "1.4.2-3", "--published", "-"], list, "1.4.2-10"),
        (&["next", "1.4.2", "--published", "-"], json, "1.4.2-11"),
        (&["next", "1.4.2", "--published", "-"], "", "1.4.2-1"),
        (&["next", "1.0-1", "--published-tag", "1.0-5", "--published-tag", "1.0-4"], "", "1.0-6"),
        (&["next", "1.0-1", "--published-tag", "1.0-5", "--published", "-"], "1.0-7", "1.0-8"),
        (&["next", "8.7-923.1669829893"], "", "8.7-924"),
        (&["next", "1.0-1", "--flow", "quay", "--format", "json"], "", "1.0-2"),
    ] {
        assert_eq!(printed(args, input).as_deref(), Ok(expected), "{args:?}");
    }
}

#[test]
fn a_failure_prints_no_tag() {
    let moves = "`latest` has no version: it moves from build to build";
    let timestamp = "the release `1763362218` is a timestamp; the next one is not known \
                     before the build";
    for (args, input, status, why) in [
        (&["next", "latest"][..], "", 1, moves),
        (&["next", "9.7-1763362218"], "", 1, timestamp),
        (&["next", "9.7-1", "--published", "-"], "9.7-1763362218", 1, timestamp),
        (&["next", "1.0+2"], "", 1, "`1.0+2`: expected a letter, digit, `_`, `.` or `-`, found `+`"),
        (&["next", ""], "", 1, "``: expected a tag, found nothing"),
        (&["next", "1.0-1", "--published", "/nowhere"], "", 3, "/nowhere: no such file"),
        (
            &["next", "1.0-1", "--published", "-"],
            "{}",
            3,
            "stdin: expected JSON with a list of tags in `Tags`",
        ),
        (&["next", "foo"], "", 1, "`foo` has no version: it contains no digit"),
        (&["next", "main-1"], "", 1, "`main-1` has no version: it moves from build to build"),
        (&["latest", "latest"], "", 1, "none of the tags has a version"),
        (&["latest", "foo", "bar"], "", 1, "none of the tags has a version"),
        (&["latest", "-"], "\n", 1, "there are no tags"),
        (&["latest", "1.0", "a b"], "", 1, "`a b`: expected a letter, digit, `_`, `.` or `-`, found a space"),
    ] {
        assert_eq!(printed(args, input), Err((status, why.to_owned())), "{args:?}");
    }
}

#[test]
fn the_published_tags_come_from_a_file() {
    let path = folder("the_published_tags_come_from_a_file").join("tags.json");
    write(&path, r#"{"name": "acme/app", "tags": ["1.0-1", "1.0-2"]}"#);
    assert_eq!(
        printed(&["next", "1.0-1", "--published", path.to_str().unwrap()], "").as_deref(),
        Ok("1.0-3")
    );
}

#[test]
fn the_latest_tag_is_printed_alone() {
    let list = "1.0-9\n1.0-10\nlatest\n1.1-rc1\nnot a tag\n";
    let json = r#"{"Tags": ["1.0-9", "1.0-10"]}"#;
    for (args, input, expected) in [
        (&["latest", "1.0-9", "1.0-10"][..], "", "1.0-10"),
        (&["latest", "-"], list, "1.1-rc1"),
        (&["latest", "-"], json, "1.0-10"),
        (&["latest", "-", "2.0"], json, "2.0"),
    ] {
        assert_eq!(printed(args, input).as_deref(), Ok(expected), "{args:?}");
    }
}

#[test]
fn equally_new_tags_are_reported() {
    let run = rekey(&["latest", "1.0-1", "1.0-01"]);
    assert_eq!((run.stdout.as_str(), run.status), ("1.0-1\n", 0));
    assert_eq!(run.stderr, "note: `1.0-01` is as new as `1.0-1`\n");
}

#[test]
fn a_hundred_thousand_tags_are_read_at_once() {
    let mut list = String::new();
    for release in 1..=100_000 {
        let _ = writeln!(list, "1.0-{release}");
    }
    assert_eq!(printed(&["next", "1.0-1", "--published", "-"], &list).as_deref(), Ok("1.0-100001"));
    assert_eq!(printed(&["latest", "-"], &list).as_deref(), Ok("1.0-100000"));
}
