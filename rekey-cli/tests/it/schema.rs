//! Reports and configurations compared with the published schemas, and SARIF with its own.

use std::{fs, path::Path, process::Command};

use jsonschema::Validator;
use serde_json::Value;

use crate::{
    harness::{folder, reading, rekey, write},
    partners,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Inputs of every subject, good and bad: the arguments of the command.
fn runs() -> Vec<Vec<String>> {
    let partners = partners::every_folder().into_iter();
    let mut runs: Vec<Vec<String>> =
        partners.map(|folder| vec!["check".into(), folder.to_str().unwrap().into()]).collect();
    assert!(runs.len() > 30);
    let path = folder("schema");
    write(&path.join("config.json"), r#"{"config": {"User": "0", "Labels": {"name": "Red Hat app"}}}"#);
    write(&path.join("manifest.json"), r#"{"schemaVersion": 2, "layers": []}"#);
    write(&path.join("Dockerfile"), "FROM ubi9\nENV A_TOKEN=x\nUSER 0\nLABEL name=\"Red Hat\"\n");
    let file = |name: &str| path.join(name).to_str().unwrap().to_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    runs.extend([
        words(&["tag", "1.0", "1.0-1", "latest", "\u{1b}", ""]),
        words(&["url", "http://u:p@h/p", "git@github.com:acme/app.git", "/x"]),
        words(&[
            "image",
            "quay.io/acme/app",
            "--config",
            &file("config.json"),
            "--manifest",
            &file("manifest.json"),
        ]),
        words(&["key", &format!("{ROOT}/tests/keys/right.pem"), &format!("{ROOT}/tests/keys/roca.pem")]),
        words(&["dockerfile", &file("Dockerfile"), "--policy", "konflux"]),
    ]);
    runs
}

/// The output of a run; `None` if there was nothing to check.
fn output(args: &[String], format: &str) -> Option<Value> {
    let mut args: Vec<_> = args.iter().map(String::as_str).collect();
    args.extend(["--format", format]);
    let run = rekey(&args);
    if run.status == 2 && run.stdout.is_empty() {
        return None;
    }
    let value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", run.everything()));
    Some(value)
}

#[track_caller]
fn valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

fn published(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(format!("{ROOT}/docs/schema/{name}")).unwrap()).unwrap()
}

/// The schema with unknown properties disallowed.
fn strict(mut schema: Value) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                let open = object.contains_key("properties") && !object.contains_key("additionalProperties");
                object.values_mut().for_each(close);
                if open {
                    object.insert("unevaluatedProperties".into(), false.into());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

#[test]
fn every_report_matches_its_schema_exactly() {
    let validator = jsonschema::validator_for(&strict(published("report.schema.json"))).unwrap();
    let mut findings = 0;
    for args in runs() {
        let Some(report) = output(&args, "json") else { continue };
        valid(&validator, &report, &format!("{args:?}"));
        let counts = &report["summary"];
        findings +=
            ["errors", "warnings", "notes"].map(|name| counts[name].as_u64().unwrap()).iter().sum::<u64>();
    }
    assert!(findings > 100, "{findings}");
    let mut report = output(&["tag".into(), "1.0".into()], "json").unwrap();
    report["reports"][0]["findings"][0]["severity"] = "fatal".into();
    assert!(!validator.is_valid(&report));
}

/// The schema of OASIS, from the crate serde-sarif.
fn sarif_schema() -> Value {
    let cargo = |args: &[&str]| Command::new(env!("CARGO")).args(args).output().unwrap().stdout;
    let version = String::from_utf8(cargo(&["-vV"])).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let only = ["--offline", "--filter-platform", host, "--manifest-path", manifest];
    let metadata = cargo(&[&["metadata", "--format-version", "1"], &only[..]].concat());
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
    let mut schema: Value =
        serde_json::from_slice(&fs::read(folder.join("src/schema.json")).unwrap()).unwrap();
    // This pattern has an extra bracket, and no regex engine accepts it. rekey writes no `language`.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    assert!(schema["title"].as_str().unwrap().contains("SARIF"), "{}", schema["title"]);
    schema
}

#[test]
fn every_sarif_log_matches_the_schema() {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let mut results = 0;
    for args in runs() {
        let Some(log) = output(&args, "sarif") else { continue };
        valid(&validator, &log, &format!("{args:?}"));
        let read: serde_sarif::sarif::Sarif = serde_json::from_value(log).unwrap();
        for run in &read.runs {
            let rules = run.tool.driver.rules.as_ref().unwrap();
            for result in run.results.as_ref().unwrap() {
                let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
                assert_eq!(Some(&rule.id), result.rule_id.as_ref());
                results += 1;
            }
        }
    }
    assert!(results > 100, "{results}");
    let mut log = output(&["tag".into(), "1.0".into()], "sarif").unwrap();
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&log));
}

#[test]
fn sarif_of_a_file_has_its_regions_and_fixes() {
    let text = b"FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER 1001 # nonroot\n";
    let run = reading(&["dockerfile", "-", "--stdin-filename", "app/Dockerfile", "--format", "sarif"], text);
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&run.stdout).unwrap();
    let results = log.runs[0].results.as_ref().unwrap();
    let fixed = results
        .iter()
        .find(|result| result.rule_id.as_deref() == Some("dockerfile-swallowed-comment"))
        .unwrap();
    assert!(fixed.fixes.as_ref().is_some_and(|fixes| fixes.len() == 1));
    let place = fixed.locations.as_ref().unwrap()[0].physical_location.as_ref().unwrap();
    assert_eq!(place.region.as_ref().unwrap().start_line, Some(2));
    assert_eq!(place.artifact_location.as_ref().unwrap().uri.as_deref(), Some("app/Dockerfile"));
}
