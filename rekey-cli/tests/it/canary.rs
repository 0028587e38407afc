//! A secret in the wrong field is in no output, whatever the other fields contain.
//!
//! A sample runs by default; `REKEY_CANARY=all` runs every secret, in every place, with every character, in every format.

use std::{fmt::Write as _, fs, path::Path};

use crate::harness::{folder, reading, write};

/// The secrets and places that the three languages share.
struct Canaries {
    /// One token of each kind that is recognized by its format, and a line of a key.
    tokens: Vec<String>,
    /// Characters that may be next to a secret or in a password: all printable ASCII ones, and forty others.
    characters: Vec<char>,
    /// Dockerfiles, each with a secret at one place of the grammar.
    dockerfiles: Vec<String>,
}

fn canaries() -> Canaries {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../tests/canaries.json")).unwrap();
    let strings = |key: &str| -> Vec<String> {
        all[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let tokens = strings("tokens");
    let characters: Vec<_> = (' '..='~').chain(all["other_characters"].as_str().unwrap().chars()).collect();
    assert!(tokens.len() > 13 && characters.len() == 95 + 40);
    let dockerfile = |line: &String| format!("FROM scratch\n{line}\nUSER {{}}\nBAD\n");
    Canaries { tokens, characters, dockerfiles: strings("dockerfile_lines").iter().map(dockerfile).collect() }
}

/// The number of consecutive bytes of a secret that must not be visible.
const PIECE: usize = 8;

const FORMATS: &[&str] = &["text", "json", "sarif", "junit", "markdown", "github", "codeclimate"];

/// A place for a secret: files to write, with `{}` for the secret, then arguments; `@` is the folder.
struct Field<'f> {
    files: &'f [(&'f str, &'f str)],
    args: &'f [&'f str],
    stdin: &'f str,
}

const fn field<'f>(files: &'f [(&'f str, &'f str)], args: &'f [&'f str]) -> Field<'f> {
    Field { files, args, stdin: "" }
}

/// Other inputs.
const FIELDS: &[Field<'_>] = &[
    field(&[], &["tag", "{}"]),
    field(&[], &["tag", "1.0-{}"]),
    field(&[], &["tag", "1.0-1", "--published-tag", "{}"]),
    field(&[], &["next", "{}"]),
    field(&[], &["next", "1.0-{}"]),
    field(&[], &["latest", "{}", "1.0-1"]),
    Field { files: &[], args: &["latest", "-"], stdin: "{}\n1.0-1\n" },
    field(&[("tags.txt", "{}\n1.0-1\n")], &["next", "1.0", "--published", "@/tags.txt"]),
    field(&[], &["url", "{}"]),
    field(&[], &["url", "https://github.com/{}"]),
    field(&[], &["url", "https://github.com/acme/{}"]),
    field(&[], &["url", "https://github.com/acme/{}/tree/main"]),
    field(&[], &["url", "--private", "https://github.com/acme/app?private_token={}"]),
    field(&[], &["url", "https://git.example.com/acme/app#{}"]),
    field(&[], &["url", "git@{}.example.com:acme/app"]),
    field(&[], &["url", "git@github.com:{}/app"]),
    field(&[], &["url", "{}::https://github.com/acme/app"]),
    field(&[], &["convert", "url", "https://github.com/acme/{}", "--to", "ssh"]),
    field(&[], &["image", "{}"]),
    field(&[], &["image", "quay.io/acme/{}"]),
    field(&[], &["image", "quay.io/acme/app:{}"]),
    field(&[], &["image", "quay.io/acme/app@{}"]),
    field(&[], &["image", "--flow", "external", "quay.io/{}/app:1.0-1"]),
    field(&[], &["push-commands", "quay.io/acme/{}"]),
    field(&[], &["push-commands", "--flow", "external", "quay.io/acme/app:{}"]),
    field(&[], &["explain", "{}"]),
    field(&[], &["tag", "1.0-1", "--flow", "{}"]),
    field(&[], &["tag", "1.0-1", "--policy", "{}"]),
    field(&[], &["tag", "1.0-1", "--preflight-version", "{}"]),
    field(&[], &["tag", "1.0-1", "--today", "{}"]),
    field(&[], &["tag", "1.0-1", "--ignore", "{}"]),
    field(&[], &["tag", "1.0-1", "--{}"]),
    field(&[], &["{}"]),
    field(&[], &["key", "@/{}"]),
    field(&[], &["dockerfile", "@/{}"]),
    field(&[], &["check", "@/{}"]),
    field(&[("key.pem", "{}\n")], &["key", "@/key.pem"]),
    field(&[("key.pem", "{}\n")], &["convert", "key", "@/key.pem"]),
    field(&[("key.pem", "{}\n")], &["public-key", "@/key.pem"]),
    field(&[("Dockerfile", "FROM x\nBAD\n")], &["dockerfile", "@/Dockerfile", "--target", "{}"]),
    field(
        &[("Dockerfile", "FROM x\nARG A\nUSER $A\nLABEL name=$A\nEXPOSE $A\n")],
        &["dockerfile", "@/Dockerfile", "--build-arg", "A={}"],
    ),
    field(
        &[("Dockerfile", "FROM x\nBAD\n")],
        &["dockerfile", "@/Dockerfile", "--flow", "quay", "--label", "name=Red Hat {}"],
    ),
    field(
        &[("Dockerfile", "FROM x\nMAINTAINER {}\n# {}\n")],
        &["dockerfile", "--diff", "--unsafe-fixes", "@/Dockerfile"],
    ),
    field(
        &[(
            "config.json",
            "{\"config\":{\"User\":\"{}\",\"Labels\":{\"name\":\"{}\"}},\"rootfs\":{\"diff_ids\":[]}}",
        )],
        &["image", "quay.io/acme/app:1.0-1", "--config", "@/config.json"],
    ),
    field(
        &[
            (
                "base.json",
                "{\"config\":{\"User\":\"{}\",\"Env\":[\"A={}\"],\"OnBuild\":[\"USER {}\"]},\"rootfs\":{}}",
            ),
            ("Dockerfile", "FROM x\nLABEL name=$A\n"),
        ],
        &["dockerfile", "@/Dockerfile", "--base-config", "@/base.json"],
    ),
    field(
        &[(
            "auth.json",
            "{\"auths\":{\"{}\":{\"auth\":\"{}\"},\"quay.io\":{\"username\":\"{}\",\"password\":\"{}\"}}}",
        )],
        &["image", "quay.io/acme/app:1.0-1", "--auth-file", "@/auth.json"],
    ),
    Field { files: &[], args: &["image", "quay.io/acme/app:1.0-1", "--registry-key-stdin"], stdin: "{}\n" },
    field(
        &[
            (
                "artifacts/results.json",
                "{\"image\":\"quay.io/acme/{}\",\"passed\":false,\"test_library\":{\"name\":\"{}\",\"version\":\"{}\"},\"results\":{\"passed\":[],\"failed\":[{\"name\":\"{}\"}],\"errors\":[{\"name\":\"HasLicense\"}]}}",
            ),
            ("artifacts/preflight.log", "time=\"x\" level=error msg=\"{}\" error=\"{}\"\n"),
        ],
        &["explain", "@/artifacts"],
    ),
    field(
        &[(
            "rekey.toml",
            "[git]\nurl = \"https://github.com/acme/{}\"\nprivate = true\nkey = \"{}\"\n[[image]]\ntag = \"{}\"\nreference = \"quay.io/acme/app:{}\"\nname = \"{}\"\ndockerfile = \"{}\"\n",
        )],
        &["check", "@"],
    ),
    field(
        &[
            ("Dockerfile", "FROM x\nARG A\nUSER $A\n"),
            (
                "rekey.toml",
                "[[image]]\ndockerfile = \"Dockerfile\"\ntag = \"{}\"\npublished = [\"{}\"]\nbuild-args = { A = \"{}\" }\nlabels = { name = \"{}\" }\ntarget = \"{}\"\n",
            ),
        ],
        &["check", "@"],
    ),
    field(&[("rekey.toml", "flow = \"{}\"\npolicy = \"{}\"\npreflight-version = \"{}\"\n")], &["check", "@"]),
    field(&[("rekey.toml", "{} = 1\n[rules]\n\"{}\" = \"off\"\n[[image]]\ntag = {}\n")], &["check", "@"]),
    field(
        &[(
            "rekey.toml",
            "[[image]]\nname = \"{}\"\n[[image]]\nname = \"{}\"\n[[override]]\npaths = [\"{}[\"]\n",
        )],
        &["check", "@"],
    ),
    field(&[(".git/config", "[remote \"origin\"]\n\turl = https://github.com/{}/app\n")], &["check", "@"]),
    field(&[("a", "")], &["init", "@", "--force", "--url", "https://github.com/acme/{}"]),
    field(&[("a", "")], &["init", "@", "--force", "--tag", "{}"]),
    field(&[("a", "")], &["init", "@", "--force", "--reference", "quay.io/acme/app:{}"]),
];

/// Places in which any text is a password.
const PASSWORDS: &[Field<'_>] = &[
    field(&[], &["url", "https://jane:{}@github.com/acme/app"]),
    field(&[], &["url", "--private", "https://jane:{}@git.example.com/acme/app?x=y"]),
    field(&[], &["url", "http://jane:{}@10.0.0.1/acme/app"]),
    field(&[], &["url", "--public", "ssh://git:{}@git.example.com/acme/app"]),
    field(&[], &["url", "jane:{}@bitbucket.org:acme/app"]),
    field(&[], &["url", "git clone https://jane:{}@bitbucket.org/acme/app"]),
    field(&[], &["convert", "url", "https://jane:{}@github.com/acme/app", "--to", "ssh"]),
    field(&[], &["image", "https://jane:{}@quay.io/acme/app:1.0-1"]),
    field(
        &[(
            "rekey.toml",
            "git = { url = '''https://jane:{}@github.com/acme/app''', private = true, ulr = 1 }\n",
        )],
        &["check", "@"],
    ),
    field(
        &[(
            "rekey.toml",
            "git = { url = '''https://jane:{}@github.com/acme/app''', private = true }\n[[image]]\ntag = '1'\n",
        )],
        &["check", "@"],
    ),
    field(
        &[("a", "")],
        &["init", "@", "--force", "--public", "--url", "https://jane:{}@github.com/acme/app"],
    ),
    field(
        &[(".git/config", "[remote \"origin\"]\n\turl = https://jane:{}@github.com/acme/app\n")],
        &["check", "@"],
    ),
];

#[test]
fn a_token_in_any_field_is_in_no_output() {
    let all = std::env::var_os("REKEY_CANARY").is_some();
    let Canaries { tokens, characters, dockerfiles } = canaries();
    let mut runs = Runs::new("canary_tokens");
    let mut each = |number: usize, field: &Field<'_>| {
        for (turn, token) in tokens.iter().enumerate() {
            for (index, character) in characters.iter().enumerate() {
                for (format_number, format) in FORMATS.iter().enumerate() {
                    // The sample has each token in each field, with a different character and format for each
                    // field.
                    let drawn = (number * 31 + turn * 17) % characters.len() == index
                        && (number + turn) % FORMATS.len() == format_number;
                    if all || drawn {
                        let text = match index % 3 {
                            0 => token.clone(),
                            1 => format!("{character}{token}"),
                            _ => format!("{token}{character}"),
                        };
                        runs.run(field, &text, &[token], format);
                    }
                }
            }
        }
    };
    for (number, file) in dockerfiles.iter().enumerate() {
        each(number, &field(&[("Dockerfile", file)], &["dockerfile", "@/Dockerfile"]));
    }
    for (number, field) in FIELDS.iter().enumerate() {
        each(number, field);
    }
    runs.finish(if all { 1_000_000 } else { 1_500 });
}

#[test]
fn a_password_with_any_characters_is_in_no_output() {
    let all = std::env::var_os("REKEY_CANARY").is_some();
    let mut runs = Runs::new("canary_passwords");
    for (number, field) in PASSWORDS.iter().enumerate() {
        for (index, character) in canaries().characters.into_iter().enumerate() {
            for (format_number, format) in FORMATS.iter().enumerate() {
                if all || format_number == 0 || (number + index) % FORMATS.len() == format_number {
                    let (first, second) = ("QWERTYuiop", "ZXCVBNasdf");
                    runs.run(field, &format!("{first}{character}{second}"), &[first, second], format);
                }
            }
        }
    }
    runs.finish(if all { 11_000 } else { 2_000 });
}

/// The runs of a test, with their output.
struct Runs {
    folder: String,
    count: usize,
    leaks: String,
    leaking: usize,
}

impl Runs {
    fn new(name: &str) -> Self {
        Self { folder: folder(name).to_str().unwrap().to_owned(), count: 0, leaks: String::new(), leaking: 0 }
    }

    /// Runs a command with a text in a field, and searches for pieces of the secrets in everything that it
    /// printed or wrote.
    fn run(&mut self, field: &Field<'_>, text: &str, secrets: &[&str], format: &str) {
        let at = Path::new(&self.folder);
        for (path, content) in field.files {
            write(&at.join(path), content.replace("{}", text));
        }
        let fill = |arg: &&str| arg.replace('@', "\u{0}").replace("{}", text).replace('\u{0}', "@");
        let mut args: Vec<String> = field.args.iter().map(fill).collect();
        for arg in &mut args {
            if *arg == "@" || arg.starts_with("@/") {
                arg.replace_range(..1, &self.folder);
            }
        }
        if !field.args.contains(&"--diff") {
            args.push(format!("--format={format}"));
        }
        let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.contains('\u{0}')).collect();
        let run = reading(&args, field.stdin.replace("{}", text).as_bytes());
        let written = at.join("rekey.toml");
        let is_init = args.first() == Some(&"init");
        let made = if is_init { fs::read_to_string(&written).unwrap_or_default() } else { String::new() };
        let shown = run.everything() + &made;
        self.count += 1;
        for secret in secrets {
            let pieces: Vec<_> = secret.as_bytes().windows(PIECE).collect();
            if shown.as_bytes().windows(PIECE).any(|seen| pieces.contains(&seen)) {
                self.leaking += 1;
                if self.leaking <= 40 {
                    let seen = shown.as_bytes().windows(PIECE).position(|seen| pieces.contains(&seen));
                    let around = shown.as_bytes().iter().skip(seen.unwrap_or(0).saturating_sub(60)).take(120);
                    let around = String::from_utf8_lossy(&around.copied().collect::<Vec<_>>()).into_owned();
                    writeln!(self.leaks, "{args:?} {:?} with {text:?}: … {around} …", field.files).unwrap();
                }
            }
        }
        for (path, _) in field.files {
            fs::remove_file(at.join(path)).unwrap();
        }
        let _ = fs::remove_file(written);
    }

    #[track_caller]
    fn finish(self, least: usize) {
        println!("{} outputs, {} with a piece of a secret", self.count, self.leaking);
        assert!(self.count >= least, "{}", self.count);
        assert!(self.leaking == 0, "{} of {}:\n{}", self.leaking, self.count, self.leaks);
    }
}
