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
        ("text.tar", "not an image archive: the tar ends within a header"),
        ("empty", "no image: neither `index.json` nor `manifest.json`; `podman save"),
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
fn an_error_says_how_to_get_an_archive_or_which_one_is_meant() {
    let folder = folder("archive-other");
    built_image(&folder);
    fs::create_dir_all(folder.join("app")).unwrap();
    let mut exported = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(0);
    exported.append_data(&mut header, "etc/hosts", &b""[..]).unwrap();
    for (name, bytes) in [
        ("app.tar.xz", &b"\xfd7zXZ\0\0\x04"[..]),
        ("cut.tar.gz", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("damaged.tgz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff"),
        ("exported.tar", &exported.into_inner().unwrap()),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    for (argument, expected) in [
        ("docker-archive:app.tar.xz", "decompress it first with `unxz`"),
        ("cut.tar.gz", "the archive is cut off: copy or save it again"),
        ("damaged.tgz", "deflate"),
        ("exported.tar", "it contains the file system of a container, as `podman export`"),
        ("app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("dir:app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("oci:app", "`podman save --format oci-archive --output app.tar IMAGE` writes an archive"),
        ("oci-archive:app.tar", "use `docker-archive:`"),
        ("docker-archive:ap.tar", "ap.tar: no such file; did you mean `app.tar`?"),
        ("ap.tar", "ap.tar: no such file; did you mean `app.tar`?"),
        ("app.tr", "app.tr: no such image; did you mean `app.tar`?"),
        ("oci_archive:app.tar", "did you mean `oci-archive:app.tar`?"),
        ("docker-archve:app.tar", "did you mean `docker-archive:app.tar`?"),
        ("container-storage:app", "did you mean `containers-storage:app`?"),
        ("docker:quay.io/acme/app:1", "did you mean `docker://quay.io/acme/app:1`?"),
    ] {
        let message = unread(&folder, argument);
        assert!(message.contains(expected), "{argument}: {message}");
    }
    let run = rekey_in(&folder, &["image", "docker:/user:hunter2@quay.io/a/b:1"]);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter2"), "{}{}", run.stdout, run.stderr);
    for argument in ["quay.io/acme/app:1.0-1", "app:1.0-1", "app@sha256:0", "other", "docker:1.0-1"] {
        assert_ne!(rekey_in(&folder, &["image", argument]).status, 3, "{argument}");
    }
    // A path is one, even if it could be a reference.
    fs::rename(folder.join("app.tar"), folder.join("app:1.0-1")).unwrap();
    assert!(rekey_in(&folder, &["image", "app:1.0-1"]).stdout.contains("image-missing-license"));
}

/// Runs a shell command with `rekey` in its path.
fn sh(folder: &Path, command: &str) -> Run {
    let programs = Path::new(env!("CARGO_BIN_EXE_rekey")).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    let output =
        Command::new("sh").args(["-c", command]).env("PATH", path).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Run { status: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[cfg(unix)]
#[test]
fn pipes_and_compressed_archives_give_the_report_of_the_file() {
    let folder = folder("archive-pipes");
    built_image(&folder);
    let archive = fs::read(folder.join("app.tar")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &archive).unwrap();
    fs::write(folder.join("app.tar.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(folder.join("app.tar.zst"), stored_zstd(&archive)).unwrap();
    let expected = sh(&folder, "rekey image app.tar --format json");
    assert_eq!(expected.status, 1, "{}", expected.stderr);
    for (command, source) in [
        ("rekey image app.tar.gz --format json", "app.tar.gz"),
        ("rekey image app.tar.zst --format json", "app.tar.zst"),
        ("rekey image docker-archive:app.tar.gz:1.0-1 --format json", "app.tar.gz"),
        ("cat app.tar | rekey image - --format json", "stdin"),
        ("cat app.tar.gz | rekey image - --format json", "stdin"),
        ("cat app.tar.zst | rekey image docker-archive:- --format json", "stdin"),
        ("cat app.tar | rekey image /dev/stdin --format json", "/dev/stdin"),
        ("mkfifo pipe && (cat app.tar >pipe & rekey image ./pipe --format json)", "./pipe"),
    ] {
        let run = sh(&folder, command);
        assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{command}");
        let renamed = expected.stdout.replace("\"app.tar", &format!("\"{source}"));
        assert_eq!(run.stdout, renamed, "{command}");
    }
    let run = sh(&folder, "rekey image - --registry-key-stdin </dev/null");
    assert_eq!(run.status, 2);
    let run = sh(&folder, "rekey image - </dev/null");
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("stdin: is empty, expected an archive"), "{}", run.stderr);
    // What is no archive is rejected before it is stored.
    for (command, expected) in [
        ("rekey image - </dev/zero", "stdin: is empty, expected an archive"),
        ("yes | rekey image -", "stdin: not an image archive"),
    ] {
        let run = sh(&folder, command);
        assert_eq!(run.status, 3, "{command}");
        assert!(run.stderr.contains(expected), "{command}: {}", run.stderr);
    }
    let run = sh(&folder, "head -c 3000 app.tar | rekey image -");
    assert!(run.stderr.contains("the archive is cut off"), "{}", run.stderr);
    let run = sh(&folder, "TMPDIR=/nowhere rekey image - <app.tar");
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("temporary file") && run.stderr.contains("TMPDIR"), "{}", run.stderr);
}

/// A zstd stream of uncompressed blocks.
fn stored_zstd(bytes: &[u8]) -> Vec<u8> {
    // Magic number, descriptor without checksum or content size, window of 1 MiB.
    let mut stream = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
    let mut blocks = bytes.chunks(1 << 16).peekable();
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        let head = u32::try_from(block.len()).unwrap() << 3 | last;
        stream.extend(&head.to_le_bytes()[..3]);
        stream.extend(block);
    }
    stream
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
