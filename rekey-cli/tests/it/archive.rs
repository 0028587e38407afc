//! `rekey image` of an image on disk.

use std::{fs, path::Path, process::Command};

use crate::harness::{Run, built_image, folder, rekey};

/// Runs `rekey` in a folder, so that paths can be short.
fn rekey_in(folder: &Path, args: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_rekey")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Run { status: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn an_archive_is_checked_under_any_name() {
    let folder = folder("archive");
    built_image(&folder);
    let path = folder.join("app.tar").display().to_string();
    let named = [path.clone(), format!("docker-archive:{path}"), format!("docker-archive:{path}:1.0-1")];
    for name in &named {
        let run = rekey(&["image", name, "--format", "json"]);
        assert_eq!(run.status, 1, "{name}: {}", run.stderr);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let findings: Vec<_> = report["reports"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|part| part["findings"].as_array().unwrap())
            .collect();
        let missing = findings.iter().find(|finding| finding["rule"] == "image-missing-license").unwrap();
        assert_eq!((&missing["layer"], &missing["path"]), (&1.into(), &"licenses/LICENSE".into()));
        assert_eq!(missing["source"], *path);
        let facts = &report["reports"][0]["facts"];
        assert_eq!(facts["platform"], "linux/amd64");
        assert_eq!(facts["names"], serde_json::json!(["localhost/app:1.0-1"]));
        assert_eq!(facts["layers"][1]["created_by"], "COPY licenses /licenses");
        // The archive's own name has the tag, and nothing determines the destination of the push.
        let forecast = report["reports"][0]["forecast"].as_array().unwrap();
        let tag = forecast.iter().find(|row| row["check"] == "HasUniqueTag").unwrap();
        assert_eq!((&tag["outcome"], &tag["evidence"]), (&"pass".into(), &"archive".into()));
    }
}

#[test]
fn the_reference_of_the_push_is_checked_too() {
    let folder = folder("archive-reference");
    built_image(&folder);
    let path = folder.join("app.tar").display().to_string();
    let run = rekey(&["image", &path, "--reference", "quay.io/acme/redhat-app:latest", "--flow", "external"]);
    for rule in ["reference-trademark", "reference-latest", "image-missing-license"] {
        assert!(run.stdout.contains(rule), "{rule}: {}", run.stdout);
    }
}

#[test]
fn an_unreadable_archive_is_reported() {
    let folder = folder("archive-unread");
    fs::write(folder.join("text.tar"), "hello").unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    for (name, text) in [
        ("missing.tar", "no such file"),
        ("text.tar", "the archive cannot be read: the tar ends within a header"),
        ("empty", "the directory has neither `index.json` nor `manifest.json`, so it is not an image"),
    ] {
        let run = rekey(&["image", &format!("oci-archive:{}", folder.join(name).display())]);
        assert_eq!(run.status, 3, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(text), "{name}: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
    built_image(&folder);
    let path = folder.join("app.tar").display().to_string();
    let run = rekey(&["image", &format!("docker-archive:{path}:2.0-1")]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("the archive has no image named `2.0-1`"), "{}", run.stderr);
}

#[test]
fn contradictory_options_are_wrong_usage() {
    let folder = folder("archive-usage");
    built_image(&folder);
    let path = folder.join("app.tar").display().to_string();
    let config = folder.join("config.json").display().to_string();
    for arguments in [
        &["image", "quay.io/acme/app:1", "--reference", "quay.io/acme/app:1"][..],
        &["image", &path, "--config", &config],
        &["image", &path, "--registry-key-stdin"],
    ] {
        let run = rekey(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
    }
}

/// The error of `rekey image` for an argument that is not a reference.
#[track_caller]
fn unread(folder: &Path, argument: &str) -> String {
    let run = rekey_in(folder, &["image", argument]);
    assert_eq!((run.status, &*run.stdout), (3, ""), "{argument}: {}", run.stderr);
    run.stderr
}

#[test]
fn an_error_names_the_command_that_writes_an_archive() {
    let folder = folder("archive-other");
    built_image(&folder);
    fs::create_dir_all(folder.join("app")).unwrap();
    for (name, head) in [
        ("app.tar.gz", &b"\x1f\x8b\x08\0\0\0\0\0"[..]),
        ("app.tgz", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("app.tar.zst", b"\x28\xb5\x2f\xfd\0\0\0\0"),
        ("app.tar.xz", b"\xfd7zXZ\0\0\x04"),
    ] {
        fs::write(folder.join(name), head).unwrap();
    }
    for (argument, expected) in [
        ("app.tar.gz", "decompress it first with `gunzip`"),
        ("app.tgz", "decompress it first with `gunzip`"),
        ("app.tar.zst", "decompress it first with `unzstd`"),
        ("docker-archive:app.tar.xz", "decompress it first with `unxz`"),
        ("app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("dir:app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("oci:app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("containers-storage:localhost/app:1", "`podman save --format oci-archive --output app.tar IMAGE`"),
        ("docker-daemon:acme/app:1", "`skopeo copy docker-daemon:IMAGE docker-archive:app.tar`"),
        ("oci-archive:app.tar", "use `docker-archive:`"),
    ] {
        let message = unread(&folder, argument);
        assert!(message.contains(expected), "{argument}: {message}");
    }
    // A reference stays one, even if a file has its name.
    for argument in ["quay.io/acme/app:1.0-1", "app:1.0-1", "app@sha256:0", "other"] {
        assert_ne!(rekey_in(&folder, &["image", argument]).status, 3, "{argument}");
    }
}

#[test]
fn a_compressed_archive_is_read_after_the_command_that_its_error_names() {
    let folder = folder("archive-gunzip");
    built_image(&folder);
    if !Command::new("gzip").arg("app.tar").current_dir(&folder).status().is_ok_and(|it| it.success()) {
        return crate::skip::lacks_program("gzip");
    }
    assert!(unread(&folder, "app.tar.gz").contains("`gunzip`"));
    let status = Command::new("gunzip").arg("app.tar.gz").current_dir(&folder).status();
    assert!(status.unwrap().success());
    assert_eq!(rekey_in(&folder, &["image", "docker-archive:app.tar"]).status, 1);
}

#[test]
fn both_indexes_of_an_archive_are_compared_and_a_transport_selects_one() {
    let folder = folder("archive-indexes");
    built_image(&folder);
    let unpacked = folder.join("unpacked");
    fs::create_dir_all(&unpacked).unwrap();
    let mut archive = tar::Archive::new(fs::File::open(folder.join("app.tar")).unwrap());
    archive.unpack(&unpacked).unwrap();
    // Only a chart, which `manifest.json` does not list.
    let chart = r#"{"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "sha256:0"}, "layers": []}"#;
    fs::create_dir_all(unpacked.join("blobs/sha256")).unwrap();
    fs::write(unpacked.join("blobs/sha256/00"), chart).unwrap();
    fs::write(unpacked.join("index.json"), r#"{"manifests": [{"digest": "sha256:00"}]}"#).unwrap();
    let path = unpacked.display().to_string();
    let run = rekey(&["image", &path]);
    assert!(run.stdout.contains("image-indexes-differ"), "{}", run.stdout);
    assert!(run.stdout.contains("left out sha256:00: a Helm chart, not an image"), "{}", run.stdout);
    let run = rekey(&["image", &format!("docker-archive:{path}")]);
    assert!(run.stdout.contains("image-missing-license") && !run.stdout.contains("image-indexes-differ"));
    let message = unread(&folder, &format!("oci:{path}"));
    assert!(message.contains("no image to check: sha256:00: a Helm chart, not an image"), "{message}");
}

#[test]
fn a_manifest_given_as_the_config_is_named() {
    let folder = folder("archive-config");
    let manifest = r#"{"schemaVersion": 2, "config": {"digest": "sha256:0", "size": 2}, "layers": [{"digest": "sha256:1"}]}"#;
    fs::write(folder.join("m.json"), manifest).unwrap();
    let arguments = ["image", "quay.io/acme/app:1.0-1", "--flow", "external", "--config", "m.json"];
    let run = rekey_in(&folder, &arguments);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let shown = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = "this is an image's manifest, not an image's config";
    for text in [named, "`skopeo inspect --config docker://REFERENCE`"] {
        assert!(shown.contains(text), "{text}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("image-user-root"), "{}", run.stdout);
}
