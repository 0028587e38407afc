//! Runs `rekey check` on every submission of `tests/partners` and `tests/partners.toml`, and compares the
//! results with the expected ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde::Deserialize;

use crate::harness::{folder, rekey, write};

/// A submission in `tests/partners.toml`, which describes the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Partner {
    name: String,
    config: String,
    #[serde(default)]
    dockerfile: Vec<(String, String)>,
    #[serde(default)]
    keys: BTreeMap<String, String>,
    #[serde(default)]
    bare: bool,
    exit: i32,
    rules: Vec<String>,
}

#[test]
fn every_folder_has_the_expected_findings() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let file = folder.join("expected.txt");
        let found = judge(&folder);
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found == expected {
            continue;
        }
        if std::env::var_os("REKEY_REFRESH").is_some() {
            fs::write(&file, found).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_partner_of_the_table_has_the_expected_findings() {
    assert!(PARTNERS.len() > 30, "only {} submissions", PARTNERS.len());
    let mut wrong = Vec::new();
    for (partner, folder) in PARTNERS.iter() {
        let found = judge(folder);
        let rules = partner.rules.iter().fold(String::new(), |all, rule| all + rule + "\n");
        let expected = format!("{}\n{rules}", partner.exit);
        if found != expected {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", partner.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_output_contains_a_key_or_a_password() {
    for folder in every_folder() {
        let path = folder.to_str().unwrap();
        for format in ["text", "json"] {
            let shown = rekey(&["check", path, "--format", format]).everything();
            assert!(!shown.contains("CANARY"), "{path} as {format}: {shown}");
            for body in key_lines(&folder) {
                assert!(!shown.contains(&body), "{path} as {format} shows a line of a key");
            }
        }
    }
}

impl Partner {
    /// A folder with the submission.
    fn written(&self) -> PathBuf {
        let to = folder(&format!("partner-{}", self.name));
        write(&to.join("rekey.toml"), &self.config);
        if !self.bare {
            let base = tests().join("partners/missing-file");
            let mut dockerfile = fs::read_to_string(base.join("Dockerfile")).unwrap();
            for (text, replacement) in &self.dockerfile {
                assert_eq!(dockerfile.matches(text).count(), 1, "{}: {text}", self.name);
                dockerfile = dockerfile.replace(text, replacement);
            }
            write(&to.join("Dockerfile"), dockerfile);
            for file in ["app", "licenses/LICENSE"] {
                write(&to.join(file), fs::read(base.join(file)).unwrap());
            }
        }
        for (file, key) in &self.keys {
            let path = to.join(file);
            write(&path, fs::read(tests().join("keys").join(key)).unwrap());
            #[cfg(unix)]
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
        to
    }
}

/// The exit code and the rules with findings, one per line.
fn judge(folder: &Path) -> String {
    let run = rekey(&["check", folder.to_str().unwrap(), "--format", "json", "--today", "2026-11-23"]);
    let mut lines = BTreeSet::new();
    if !run.stdout.is_empty() {
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let sections = report["reports"].as_array().unwrap();
        for finding in sections.iter().flat_map(|section| section["findings"].as_array().unwrap()) {
            let rule = finding["rule"].as_str().unwrap();
            let parameter = finding["parameter"].as_str();
            lines
                .insert(parameter.map_or_else(|| rule.to_owned(), |parameter| format!("{rule}:{parameter}")));
        }
    }
    let rules: String = lines.into_iter().map(|line| line + "\n").collect();
    format!("{}\n{rules}", run.status)
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

/// Every submission: the folders, and those of the table written into folders.
pub(crate) fn every_folder() -> Vec<PathBuf> {
    folders().into_iter().chain(PARTNERS.iter().map(|(_, folder)| folder.clone())).collect()
}

/// The table, and the folder of each: written once for all tests.
static PARTNERS: LazyLock<Vec<(Partner, PathBuf)>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Table {
        partner: Vec<Partner>,
    }
    let text = fs::read_to_string(tests().join("partners.toml")).unwrap();
    let partners = toml::from_str::<Table>(&text).unwrap().partner.into_iter();
    let written = |partner: Partner| {
        let folder = partner.written();
        (partner, folder)
    };
    partners.map(written).collect()
});

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(tests().join("partners")).unwrap();
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The lines of the private keys in a submission, without headers and footers.
fn key_lines(folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text.contains("PRIVATE KEY-----") {
            lines.extend(
                text.lines().filter(|line| line.len() > 30 && !line.contains("-----")).map(str::to_owned),
            );
        }
    }
    lines
}
