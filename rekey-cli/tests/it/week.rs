//! A release engineer's week, command by command.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::harness::{Run, folder, reading, rekey, write};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A folder, and `rekey` run on files in it.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        Self(folder(name))
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        write(&self.0.join(name), text);
        if Path::new(name).extension().is_some_and(|end| end == "pem") || name == "id_rsa" {
            #[cfg(unix)]
            fs::set_permissions(self.0.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
        }
        self.path(name)
    }

    /// Replaces `before` by `after` in a file.
    #[track_caller]
    fn edit(&self, name: &str, before: &str, after: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(before), "no `{before}` in {text}");
        fs::write(self.path(name), text.replace(before, after)).unwrap();
    }

    fn check(&self, more: &[&str]) -> Run {
        rekey(&[&["check", &self.path("")], more].concat())
    }
}

/// The rules of the errors in a report.
fn errors(run: &Run) -> Vec<String> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.everything()));
    let sections = report["reports"].as_array().unwrap();
    let findings = sections.iter().flat_map(|section| section["findings"].as_array().unwrap());
    let errors = findings.filter(|finding| finding["severity"] == "error");
    errors.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn key(name: &str) -> Vec<u8> {
    fs::read(Path::new(ROOT).join("tests/keys").join(name)).unwrap()
}

fn acme(name: &str) -> Vec<u8> {
    fs::read(Path::new(ROOT).join("tests/partners/acme").join(name)).unwrap()
}

#[test]
fn monday_the_first_certification() {
    let desk = Desk::new("monday");
    desk.put(".git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/app.git\n");
    desk.put("id_rsa", key("openssh.pem"));
    desk.put("licenses/terms", "terms\n");
    desk.put("app", "");
    let dockerfile =
        desk.put("Dockerfile", String::from_utf8(acme("Dockerfile")).unwrap().replace("USER 1001\n", ""));

    // The inputs that are found become a rekey.toml.
    let init = rekey(&["init", &desk.path(""), "--private", "--key", "id_rsa", "--tag", "1.0"]);
    assert_eq!(init.status, 0, "{}", init.everything());
    let first = desk.check(&["--format", "json"]);
    assert_eq!(first.status, 1);
    assert_eq!(
        errors(&first),
        ["private-key-wrong-format", "dockerfile-missing-user", "tag-missing-release"]
    );

    // Each error has advice, and a command follows it.
    let diff = rekey(&["dockerfile", &dockerfile, "--diff", "--unsafe-fixes"]);
    assert!(diff.stdout.contains("\n+USER 1001\n"), "{}", diff.stdout);
    assert_eq!(rekey(&["dockerfile", &dockerfile, "--fix", "--unsafe-fixes"]).status, 0);
    let converted = desk.path("project_key.pem");
    assert_eq!(rekey(&["convert", "key", &desk.path("id_rsa"), "--out", &converted]).status, 0);
    desk.edit("rekey.toml", "\"id_rsa\"", "\"project_key.pem\"");
    let next = rekey(&["next", "1.0-0"]).stdout;
    desk.edit("rekey.toml", "tag = \"1.0\"", &format!("tag = \"{}\"", next.trim()));

    let second = desk.check(&[]);
    assert_eq!(second.status, 0, "{}", second.everything());
    assert!(
        second.stdout.contains("passed: ")
            && second.stdout.contains("the vulnerability grade is not checked")
    );
    // The git host gets the public key; the private key is never printed.
    let public = rekey(&["public-key", &converted]).stdout;
    assert!(public.starts_with("ssh-rsa AAAA"), "{public}");
}

#[test]
fn tuesday_a_rebuild() {
    let desk = Desk::new("tuesday");
    let listed = r#"{"Repository": "registry.example/acme/app", "Tags": ["1.0-1", "1.0-2", "1.0-10", "0.9-7", "latest"]}"#;
    desk.put("tags.json", listed);
    for file in ["Dockerfile", "app", "licenses/LICENSE", "deploy_key.pem", "deploy_key.pub"] {
        desk.put(file, acme(file));
    }
    let config = String::from_utf8(acme("rekey.toml")).unwrap();
    desk.put("rekey.toml", config.replace("tag = \"1.0-1\"", "tag = \"1.0-10\"\npublished = \"tags.json\""));

    assert_eq!(errors(&desk.check(&["--format", "json"])), ["tag-already-published"]);
    let next = rekey(&["next", "1.0-1", "--published", &desk.path("tags.json")]);
    assert_eq!((next.stdout.as_str(), next.status), ("1.0-11\n", 0));
    let piped = reading(&["next", "1.0-1", "--published", "-"], listed.as_bytes());
    assert_eq!(piped.stdout, next.stdout);
    assert_eq!(reading(&["latest", "-"], listed.as_bytes()).stdout, "1.0-10\n");
    desk.edit("rekey.toml", "1.0-10", next.stdout.trim());
    assert_eq!(desk.check(&[]).status, 0, "{}", desk.check(&[]).everything());
}

#[test]
fn wednesday_a_new_key() {
    let desk = Desk::new("wednesday");
    for file in ["Dockerfile", "app", "licenses/LICENSE", "rekey.toml", "deploy_key.pem", "deploy_key.pub"] {
        desk.put(file, acme(file));
    }
    assert_eq!(desk.check(&[]).status, 0);

    // The new key is in place, and the git host still has the old public half.
    let new = desk.put("deploy_key.pem", key("bits_4096.pem"));
    assert_eq!(errors(&desk.check(&["--format", "json"])), ["private-key-public-mismatch"]);
    let public = rekey(&["public-key", &new]).stdout;
    desk.put("deploy_key.pub", &public);
    assert_eq!(desk.check(&[]).status, 0, "{}", desk.check(&[]).everything());
    assert_eq!(reading(&["key", &new, "--public-key", "-"], public.as_bytes()).status, 0);

    // A key of another project is not a new key.
    let other = desk.put("other_project.pem", key("bits_4096.pem"));
    let both = rekey(&["key", &new, &other, "--format", "json"]);
    assert!(both.stdout.contains("private-key-reused"), "{}", both.stdout);
}

#[test]
fn thursday_twelve_images_in_one_repository() {
    let desk = Desk::new("thursday");
    let dockerfile = String::from_utf8(acme("Dockerfile")).unwrap();
    for file in ["app", "licenses/LICENSE", "deploy_key.pem", "deploy_key.pub"] {
        desk.put(file, acme(file));
    }
    for number in 1..=12 {
        let text = if number == 7 { dockerfile.replace("USER 1001", "USER 0") } else { dockerfile.clone() };
        desk.put(&format!("service-{number:02}/Dockerfile"), text);
    }
    let init = rekey(&[
        "init",
        &desk.path(""),
        "--private",
        "--key",
        "deploy_key.pem",
        "--url",
        "git@github.com:acme/all.git",
    ]);
    assert_eq!(init.status, 0, "{}", init.everything());
    desk.edit("rekey.toml", "# tag = \"1.0-1\"", "tag = \"1.0-1\"");

    let all = desk.check(&["--format", "json"]);
    assert_eq!(errors(&all), ["dockerfile-user-root"]);
    assert_eq!(desk.check(&["--image", "service-06"]).status, 0);
    let seventh = desk.check(&["--image", "service-07"]);
    assert!(
        seventh.status == 1 && seventh.stdout.contains("service-07/Dockerfile"),
        "{}",
        seventh.everything()
    );
    assert!(!seventh.stdout.contains("service-06"), "{}", seventh.stdout);
    let text = desk.check(&[]).stdout;
    assert!(text.contains("about 12 images"), "{text}");

    // The files that CI stores, from one run.
    let outputs = ["junit=rekey.xml", "sarif=rekey.sarif", "markdown=rekey.md", "codeclimate=rekey.json"];
    let outputs: Vec<_> = outputs
        .iter()
        .flat_map(|output| {
            let (format, file) = output.split_once('=').unwrap();
            ["--output".to_owned(), format!("{format}={}", desk.path(file))]
        })
        .collect();
    let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
    assert_eq!(desk.check(&[&["--format", "github"], &outputs[..]].concat()).status, 1);
    let xml = fs::read_to_string(desk.path("rekey.xml")).unwrap();
    let junit = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let forecasts =
        junit.test_suites.iter().filter(|suite| suite.name.as_str().contains("openshift-preflight"));
    assert_eq!(forecasts.count(), 12);
}

#[test]
fn friday_the_image_is_pushed() {
    let project = "0123456789abcdef01234567";
    let reference = format!("quay.io/redhat-isv-containers/{project}:1.0-11");
    assert_eq!(rekey(&["image", &reference, "--flow", "quay"]).status, 0);
    let commands = rekey(&["push-commands", &reference]);
    assert_eq!(commands.status, 0, "{}", commands.everything());
    let user = format!("podman login -u redhat-isv-containers+{project}-robot quay.io");
    assert!(commands.stdout.contains(&user), "{}", commands.stdout);
    assert!(commands.stdout.ends_with(&format!("podman push IMAGE {reference}\n")), "{}", commands.stdout);
}
