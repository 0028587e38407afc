//! `rekey image` of an image on disk.

use std::fs;

use crate::harness::{built_image, folder, rekey};

#[test]
fn an_archive_is_judged_however_it_is_named() {
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
        let missing = findings.iter().find(|finding| finding["rule"] == "image-license-missing").unwrap();
        assert_eq!((&missing["layer"], &missing["path"]), (&1.into(), &"licenses/LICENSE".into()));
        assert_eq!(missing["source"], *path);
        let facts = &report["reports"][0]["facts"];
        assert_eq!(facts["platform"], "linux/amd64");
        assert_eq!(facts["names"], serde_json::json!(["localhost/app:1.0-1"]));
        assert_eq!(facts["layers"][1]["created_by"], "COPY licenses /licenses");
        // The archive's own name says the tag, and where it will be pushed nobody asked.
        let forecast = report["reports"][0]["forecast"].as_array().unwrap();
        let tag = forecast.iter().find(|row| row["check"] == "HasUniqueTag").unwrap();
        assert_eq!((&tag["outcome"], &tag["evidence"]), (&"pass".into(), &"archive".into()));
    }
}

#[test]
fn the_reference_of_the_push_is_judged_with_it() {
    let folder = folder("archive-reference");
    built_image(&folder);
    let path = folder.join("app.tar").display().to_string();
    let run = rekey(&["image", &path, "--reference", "quay.io/acme/redhat-app:latest", "--flow", "external"]);
    for rule in ["image-name-trademark", "image-latest", "image-license-missing"] {
        assert!(run.stdout.contains(rule), "{rule}: {}", run.stdout);
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = folder("archive-unread");
    fs::write(folder.join("text.tar"), "hello").unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    for (name, text) in [
        ("missing.tar", "no such file"),
        ("text.tar", "the archive cannot be read: the tar ends within a header"),
        ("empty", "found neither"),
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
    assert!(run.stderr.contains("the archive has no image called `2.0-1`"), "{}", run.stderr);
}

#[test]
fn what_does_not_go_together_is_wrong_usage() {
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
