//! The command and the build context.

use std::fs;

use serde_json::Value;

use crate::harness::{folder, rekey, write};

const FILE: &str = "FROM registry.access.redhat.com/ubi9/ubi:9.6\nCOPY licenses /licenses\nUSER 1001\n";

/// The outcome of `HasLicense`, and the rules about licenses and sources with findings.
fn licenses(args: &[&str]) -> (String, Vec<String>) {
    let run = rekey(&[args, &["--flow", "quay", "--format", "json"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.everything()));
    let reports = report["reports"].as_array().unwrap();
    let rows = reports.iter().flat_map(|report| report["forecast"].as_array().unwrap());
    let row = rows.into_iter().find(|row| row["check"] == "HasLicense").unwrap();
    let findings = reports.iter().flat_map(|report| report["findings"].as_array().unwrap());
    let rules = findings.map(|finding| finding["rule"].as_str().unwrap().to_owned());
    let about = |rule: &String| rule.contains("-licenses") || rule.ends_with("-source");
    (row["outcome"].as_str().unwrap().to_owned(), rules.filter(about).collect())
}

#[test]
fn licenses_are_searched_for_in_the_context() {
    let path = folder("licenses_in_context");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    let (dockerfile, context) = (file.to_str().unwrap(), path.to_str().unwrap());
    let with = ["dockerfile", dockerfile, "--context", context];
    let rules = |names: &[&str]| names.iter().map(|name| format!("dockerfile-{name}")).collect::<Vec<_>>();

    assert_eq!(licenses(&["dockerfile", dockerfile]), ("unknown".to_owned(), vec![]));
    assert_eq!(licenses(&with), ("unknown".to_owned(), rules(&["licenses-empty", "missing-source"])));
    fs::create_dir_all(path.join("licenses/sub")).unwrap();
    write(&path.join("licenses/sub/empty"), "");
    assert_eq!(licenses(&with), ("unknown".to_owned(), rules(&["licenses-empty"])));
    write(&path.join("licenses/sub/LICENSE"), "terms\n");
    assert_eq!(licenses(&with), ("pass".to_owned(), vec![]));
    write(&path.join(".dockerignore"), "**/LICENSE\n");
    assert_eq!(licenses(&with), ("unknown".to_owned(), rules(&["licenses-empty"])));
    // The Dockerfile's own ignore file takes precedence over the folder's.
    write(&path.join("Dockerfile.dockerignore"), "# nothing\n");
    assert_eq!(licenses(&with), ("pass".to_owned(), vec![]));
    write(
        &path.join("rekey.toml"),
        "flow = \"quay\"\n[[image]]\ncontext = \".\"\nreference = \"quay.io/a/b:1\"\n",
    );
    assert_eq!(licenses(&["check", context]), ("pass".to_owned(), vec![]));
}

#[test]
fn an_invalid_line_of_an_ignore_file_is_an_error_with_its_place() {
    let path = folder("invalid_ignore_file");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    write(&path.join("licenses/LICENSE"), "terms\n");
    let with = ["dockerfile", file.to_str().unwrap(), "--context", path.to_str().unwrap()];
    for (name, text) in [(".dockerignore", "*.md\nsrc\\lib\n"), ("Dockerfile.dockerignore", "a\n!\n")] {
        write(&path.join(name), text);
        let run = rekey(&[&with[..], &["--flow", "quay"]].concat());
        assert_eq!(run.status, 1, "{}", run.everything());
        assert!(run.stdout.contains("error[dockerfile-invalid-ignore-file]"), "{}", run.stdout);
        assert!(run.stdout.contains(&format!("{name}:2:1")), "{}", run.stdout);
        assert_eq!(licenses(&with).0, "unknown");
    }
}

#[test]
fn the_ignore_file_of_buildah_takes_precedence_over_that_of_docker() {
    let path = folder("ignore_file_of_buildah");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    write(&path.join("licenses/LICENSE"), "terms\n");
    let with = ["dockerfile", file.to_str().unwrap(), "--context", path.to_str().unwrap(), "--flow", "quay"];
    let differs = || rekey(&with).stdout.contains("dockerfile-buildah-difference");
    assert!(!differs());
    write(&path.join(".dockerignore"), "*.md\n");
    write(&path.join(".containerignore"), "*.md\n");
    assert!(!differs(), "the same list");
    write(&path.join(".containerignore"), "licenses\n");
    assert!(differs());
    write(&path.join("Dockerfile.containerignore"), "*.md\n");
    assert!(!differs(), "the file's own goes first");
    write(&path.join("Dockerfile.containerignore"), "[\n");
    assert!(differs());
    write(&path.join("Dockerfile.dockerignore"), "*.md\n");
    assert!(!differs(), "both read it");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_out_of_the_context() {
    let path = folder("link_in_context");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    fs::create_dir_all(path.join("licenses")).unwrap();
    std::os::unix::fs::symlink("/etc", path.join("licenses/etc")).unwrap();
    std::os::unix::fs::symlink("..", path.join("licenses/up")).unwrap();
    let with = ["dockerfile", file.to_str().unwrap(), "--context", path.to_str().unwrap()];
    assert_eq!(licenses(&with), ("unknown".to_owned(), vec![]), "a link is not followed");
}

#[test]
fn a_context_that_is_not_a_folder_is_an_error() {
    let path = folder("no_context");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    for context in [file.to_str().unwrap(), "/nowhere/at/all"] {
        let run = rekey(&["dockerfile", file.to_str().unwrap(), "--context", context]);
        assert_eq!((run.status, run.stdout.as_str()), (3, ""), "{context}: {}", run.everything());
        assert!(run.stderr.contains(context), "{}", run.stderr);
    }
}

#[test]
fn a_fix_writes_the_labels_of_rekey_toml() {
    let path = folder("labels_of_config");
    let file = path.join("Dockerfile");
    write(&file, "FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER 1001\n");
    let image = "[[image]]\ntag = \"1.0-2\"\nreference = \"quay.io/a/b:1.0-2\"\nlabels = { vendor = \"Acme \\\"&\\\" Co\" }\n";
    write(&path.join("rekey.toml"), format!("flow = \"quay\"\n{image}"));
    let config = path.join("rekey.toml");
    let args = ["--config", config.to_str().unwrap(), "--fix", "--unsafe-fixes"];
    rekey(&[&["dockerfile", file.to_str().unwrap()], &args[..]].concat());
    let fixed = fs::read_to_string(&file).unwrap();
    for label in [" version=1.0\n", " release=2 ", " vendor=\"Acme \\\"&\\\" Co\"\n", " name=TODO "] {
        assert!(fixed.contains(label), "{label}:\n{fixed}");
    }
}

#[test]
fn an_unreadable_ignore_file_is_reported() {
    let path = folder("unread_ignore_file");
    let file = path.join("Dockerfile");
    write(&file, FILE);
    write(&path.join("Dockerfile.dockerignore"), "x\n".repeat(1 << 20));
    let run = rekey(&["dockerfile", file.to_str().unwrap(), "--context", path.to_str().unwrap()]);
    assert_eq!(run.status, 3, "{}", run.everything());
    assert!(run.stderr.contains("Dockerfile.dockerignore"), "{}", run.stderr);
}

#[test]
fn a_placeholder_from_a_fix_is_an_error() {
    let path = folder("left_to_a_person");
    let file = path.join("Dockerfile");
    write(
        &file,
        "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=a vendor=Acme version=1 maintainer=m\nCOPY licenses /licenses\n",
    );
    let fix = ["dockerfile", file.to_str().unwrap(), "--flow", "quay", "--fix", "--unsafe-fixes"];
    for round in 0..2 {
        let run = rekey(&fix);
        assert_eq!(run.status, 1, "{round}: {}", run.everything());
        assert_eq!(run.stdout.matches("error[dockerfile-label-placeholder").count(), 3, "{}", run.stdout);
        let fixed = fs::read_to_string(&file).unwrap();
        assert_eq!(fixed.matches("=TODO").count(), 3, "{round}: {fixed}");
    }
}

#[test]
fn one_argument_for_two_labels_gets_one_default() {
    let path = folder("one_argument");
    let file = path.join("Dockerfile");
    let labels = "LABEL name=a vendor=Acme version=1 release=1 summary=$V description=$V maintainer=m";
    let rest = format!("{labels}\nRUN microdnf -y upgrade\nCOPY licenses /licenses/\nUSER 1001\n");
    write(&file, format!("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nARG V\n{rest}"));
    let image = "[[image]]\ntag = \"2.3-4\"\nreference = \"quay.io/a/b:2.3-4\"\n";
    write(&path.join("rekey.toml"), format!("flow = \"quay\"\n{image}"));
    let config = path.join("rekey.toml");
    let args = ["--config", config.to_str().unwrap(), "--fix", "--unsafe-fixes"];
    rekey(&[&["dockerfile", file.to_str().unwrap()], &args[..]].concat());
    let fixed = fs::read_to_string(&file).unwrap();
    let expected = format!("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nARG V=TODO\n{rest}");
    assert_eq!(fixed, expected);
}
