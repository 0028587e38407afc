//! `rekey explain` for the output of preflight: folders, archives and logs.

use std::{fs, io::Write as _, path::Path};

use crate::harness::{Run, folder, preflight_run, rekey, snapshot, write};

/// The rules with findings in the report, in order.
fn rules(run: &Run) -> Vec<String> {
    let json: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.everything()));
    let reports = json["reports"].as_array().unwrap();
    let findings = reports.iter().flat_map(|report| report["findings"].as_array().unwrap());
    findings.map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}

fn explain(path: &Path, more: &[&str]) -> Run {
    rekey(&[&["explain", path.to_str().unwrap(), "--format", "json"], more].concat())
}

const CAUSES: [&str; 4] =
    ["image-files-modified", "image-label-trademark", "image-missing-label", "image-prohibited-package"];

fn archive(files: &[&Path]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for file in files {
        let text = fs::read(file).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, file.file_name().unwrap(), &*text).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_folder_is_explained() {
    let folder = folder("explain_a_folder");
    preflight_run(&folder, &["amd64"]);
    write(
        &folder.join("Dockerfile"),
        "FROM registry.example.com/acme/base:1\nLABEL name=app version=1.0\nUSER 1001\n",
    );
    let [artifacts, dockerfile] =
        ["artifacts", "Dockerfile"].map(|name| folder.join(name).to_str().unwrap().to_owned());
    let run = rekey(&["explain", &artifacts, "--dockerfile", &dockerfile, "--quiet"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(!run.everything().contains("CANARY"), "{}", run.everything());
    snapshot("explain.txt", &run.stdout.replace(folder.to_str().unwrap(), "FOLDER"));
    // The log is beside the folder, in which preflight was started; the same applies to a folder of one
    // platform.
    for path in ["", "artifacts", "artifacts/amd64", "artifacts/amd64/results.json"] {
        let run = explain(&folder.join(path), &[]);
        assert_eq!((rules(&run), run.status), (CAUSES.map(str::to_owned).to_vec(), 1), "{path}");
    }
}

#[test]
fn every_platform_is_explained() {
    let folder = folder("explain_platforms");
    preflight_run(&folder, &["amd64", "arm64"]);
    let found = rules(&explain(&folder.join("artifacts"), &[]));
    assert_eq!(found, CAUSES.iter().chain(&CAUSES).map(|rule| (*rule).to_owned()).collect::<Vec<_>>());
    write(&folder.join("Dockerfile"), "FROM a\n");
    let dockerfile = folder.join("Dockerfile");
    let found = rules(&explain(&folder, &["--dockerfile", dockerfile.to_str().unwrap()]));
    let times = found.iter().filter(|rule| *rule == "dockerfile-missing-label").count();
    assert_eq!(times, 1, "the Dockerfile is shown once: {found:?}");
}

#[test]
fn archives_are_explained_with_the_log_beside_them() {
    let folder = folder("explain_archives");
    preflight_run(&folder, &["amd64"]);
    let run = folder.join("artifacts/amd64");
    let files = ["results.json", "cert-image.json", "rpm-manifest.json"].map(|name| run.join(name));
    let tar = archive(&files.each_ref().map(|file| &**file));
    write(&folder.join("artifacts.tar"), &tar);
    write(&folder.join("artifacts.tar.gz"), gzip(&tar));
    for name in ["artifacts.tar", "artifacts.tar.gz"] {
        assert_eq!(rules(&explain(&folder.join(name), &[])), CAUSES, "{name}");
    }
    fs::rename(folder.join("preflight.log"), folder.join("other")).unwrap();
    let tar = folder.join("artifacts.tar");
    assert!(rules(&explain(&tar, &[])).contains(&"preflight-run-check-unexplained".to_owned()));
    let log = folder.join("other");
    assert_eq!(rules(&explain(&tar, &["--log", log.to_str().unwrap()])), CAUSES);
}

#[test]
fn a_log_alone_explains_why_preflight_stopped() {
    let folder = folder("explain_a_log");
    write(
        &folder.join("job.txt"),
        "$ preflight check container\nError: platform mismatch: requested arm64 but image is amd64 architecture\n",
    );
    let run = rekey(&["explain", folder.join("job.txt").to_str().unwrap()]);
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.contains("check the image: platform mismatch") && run.stdout.contains("--platform"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_rule_is_a_rule_unless_it_has_a_slash() {
    for name in ["reference-latest", "HasLicense", "BasedOnUbi"] {
        assert_eq!(rekey(&["explain", name]).status, 0, "{name}");
    }
    let run = rekey(&["explain", "HasLicence"]);
    assert!(run.status == 2 && run.stderr.contains("HasLicense"), "{}", run.everything());
    assert_eq!(rekey(&["explain", "./HasLicense"]).status, 3);
    assert_eq!(rekey(&["explain", "HasLicense", "--log", "x"]).status, 2);
}

#[test]
fn a_file_that_is_not_preflights_is_reported() {
    let folder = folder("explain_wrong");
    write(&folder.join("empty/README.md"), "");
    write(&folder.join("binary"), [0, 159, 146, 150]);
    write(&folder.join("cut.tar.gz"), &gzip(&[0; 2048])[..12]);
    let huge = vec![b' '; 20 << 20];
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(huge.len() as u64);
    tar.append_data(&mut header, "results.json", &*huge).unwrap();
    write(&folder.join("huge.tar.gz"), gzip(&tar.into_inner().unwrap()));
    write(&folder.join("cut/results.json"), "{\"results\": {");
    write(&folder.join("stopped/results.json"), "");
    write(&folder.join("alone/log/preflight.log"), "");
    for (path, status, says) in [
        ("empty", 3, "contains no results.json"),
        ("nothing/here", 3, "no such file"),
        ("cut.tar.gz", 3, "cut.tar.gz"),
        ("huge.tar.gz", 3, "larger than 16 MiB"),
        ("binary", 1, "preflight-run-invalid-artifact"),
        ("cut", 1, "preflight-run-invalid-artifact"),
        ("alone/log/preflight.log", 1, "preflight-run-stopped"),
        ("stopped", 1, "preflight-run-stopped"),
    ] {
        let run = explain(&folder.join(path), &[]);
        assert!(
            run.status == status && run.everything().contains(says),
            "{path}: {} {}",
            run.status,
            run.everything()
        );
    }
}

#[test]
fn no_format_shows_a_secret_of_a_run() {
    let folder = folder("explain_secrets");
    preflight_run(&folder, &["amd64"]);
    let log = folder.join("preflight.log");
    let text = fs::read_to_string(&log).unwrap()
        + "Error: Get \"https://u:CANARY@quay.io\": API_TOKEN=CANARY denied\n";
    write(&log, text);
    for format in ["text", "json", "sarif", "junit", "markdown", "github", "codeclimate"] {
        let run = rekey(&["explain", folder.to_str().unwrap(), "--format", format]);
        assert!(
            run.stdout.contains("preflight-run-stopped") && !run.everything().contains("CANARY"),
            "{}",
            run.everything()
        );
    }
}
