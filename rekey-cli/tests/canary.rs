//! Secrets in every field come out in no output, whatever stands beside them.
//!
//! A sample runs by default; `REKEY_CANARY=all` runs every secret, in every place, with every character, in every format.

use std::{fmt::Write as _, fs, path::Path};

mod harness;
use harness::{folder, reading, write};

/// One of each kind of token that is known by its form; all of them are made up.
const TOKENS: &[&str] = &[
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0aB3dE5gH7jK9_mN1pQ3sT5vW7yZ9bC1dF3gH5jK7mN9pQ1sT3vW5yZ7aB9cD1eF3gH5",
    "glpat-aB3dE5gH7jK9mN1pQ3sT",
    "gldt-aB3dE5gH7jK9mN1pQ3sT",
    "ATATT3xFfGF0aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7",
    "AKIA3B5C7D9E1F3G5H7J",
    "xoxb-123456789012-1234567890123-aB3dE5gH7jK9mN1pQ3sT5vW7",
    "npm_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5",
    "pypi-AgEIcHlwaS5vcmcCJGFiM2RlNWdoLTdqazktbTFwMS1zM3Q1LXY3eTk1YjFkZjNnaAACKlszLCJhYjNkZTVnaDdqazki",
    "dckr_pat_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9",
    "hf_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3g",
    "sk-proj-aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7mN9pQ1sT3vW5yZ7",
    "AIzaSyB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3g",
    "sha256~aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7mN9p",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkiLCJpYXQiOjE1MTYyMzkwMjJ9.aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7mN9p",
    // A line of a key, without the lines around it.
    "MIIEpAIBAAKCAQEA1ODcL2vXrW8n9mKq3ZtYbH5sJ7dFgR4xVpC0uEiTqAyNwOzQ",
];

/// How much of a secret in a row must not be seen.
const PIECE: usize = 8;

/// Characters that may stand beside a secret or in a password: everything printable in ASCII, and forty others.
fn characters() -> Vec<char> {
    let others = "\t\u{1}\u{7f}\u{85}\u{9b}\u{a0}\u{ad}éßñ¡¿·\u{300}\u{61c}ابעמंไ\u{200b}\u{200d}\u{200e}\u{2003}\u{2028}\u{202e}–—‘’“”…\u{2060}\u{3000}中日😀";
    let others: Vec<_> = others.chars().chain("\u{feff}\u{fffd}＠：／".chars()).take(40).collect();
    assert_eq!(others.len(), 40);
    (' '..='~').chain(others).collect()
}

const FORMATS: &[&str] = &["text", "json", "sarif", "junit", "markdown", "github", "codeclimate"];

/// A place for a secret: files to write, with `{}` for the secret, then arguments; `@` is the folder.
struct Field {
    files: &'static [(&'static str, &'static str)],
    args: &'static [&'static str],
    stdin: &'static str,
}

const fn field(files: &'static [(&'static str, &'static str)], args: &'static [&'static str]) -> Field {
    Field { files, args, stdin: "" }
}

macro_rules! dockerfile {
    ($($line:literal),* $(,)?) => {
        &[$(field(&[("Dockerfile", concat!("FROM scratch\n", $line, "\nUSER {}\nBAD\n"))], &["dockerfile", "@/Dockerfile"])),*]
    };
}

/// Lines of a Dockerfile in each place of the grammar.
const LINES: &[Field] = dockerfile![
    "FROM {}",
    "FROM x AS {}",
    "FROM --platform={} x",
    "FROM $A:{}",
    "LABEL a={}",
    "LABEL {}=a",
    "LABEL name={} vendor=a version={} release=\"{}\" summary='{}' description={} maintainer={}",
    "LABEL a {}",
    "ENV A={}",
    "ENV A {}",
    "ENV {}=a",
    "ENV {}",
    "ARG A={}",
    "ARG {}",
    "ARG A={}\nUSER $A\nEXPOSE $A",
    "ENV A={}\nSTOPSIGNAL $A\nWORKDIR $A",
    "EXPOSE {}",
    "EXPOSE 80/{}",
    "STOPSIGNAL {}",
    "WORKDIR {}",
    "VOLUME {}",
    "MAINTAINER {}",
    "RUN {}",
    "RUN echo {} | tee /licenses/{}",
    "RUN [\"{}\"",
    "RUN --mount=type={} true",
    "RUN --mount=type=bind,from={} true",
    "RUN --network={} true",
    "RUN --{}=x true",
    "RUN <<{}\ntrue",
    "RUN dnf install -y {} && chmod -R 777 /usr/{}",
    "CMD {}",
    "ENTRYPOINT [\"{}\"]",
    "SHELL {}",
    "COPY {} /licenses/",
    "COPY a b {}",
    "COPY --from={} a b",
    "COPY --chmod={} a b",
    "COPY https://h.x/{} /",
    "ADD --checksum={} https://h.x/a /",
    "HEALTHCHECK {}",
    "HEALTHCHECK --interval={} CMD true",
    "HEALTHCHECK --retries={} CMD true",
    "ONBUILD {}",
    "ONBUILD FROM {}",
    "ONBUILD LABEL a={}",
    "{} a",
    "{}",
    "# {}",
    "# rekey ignore={}",
    "# hadolint ignore={}\nRUN cd {}",
    "USER {}:{}",
    "USER ${A:-{}}",
    "USER ${A:?{}}",
    "USER ${A/{}",
    "LABEL url=https://h.x/?token={}",
];

/// Other inputs.
const FIELDS: &[Field] = &[
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

/// Places in which anything is a password.
const PASSWORDS: &[Field] = &[
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
fn a_token_in_any_field_is_shown_nowhere() {
    let all = std::env::var_os("REKEY_CANARY").is_some();
    let characters = characters();
    let mut runs = Runs::new("canary_tokens");
    for (number, field) in FIELDS.iter().chain(LINES).enumerate() {
        for (turn, token) in TOKENS.iter().enumerate() {
            for (index, character) in characters.iter().enumerate() {
                for (format_number, format) in FORMATS.iter().enumerate() {
                    // The sample has each token in each field, each character with each token, and each format with both.
                    let drawn = (number * 31 + turn * 17) % characters.len() == index
                        && (number + turn) % FORMATS.len() == format_number;
                    if all || drawn {
                        let text = match index % 3 {
                            0 => (*token).to_owned(),
                            1 => format!("{character}{token}"),
                            _ => format!("{token}{character}"),
                        };
                        runs.run(field, &text, &[token], format);
                    }
                }
            }
        }
    }
    runs.finish(if all { 200_000 } else { 1_500 });
}

#[test]
fn a_password_is_shown_nowhere_whatever_is_in_it() {
    let all = std::env::var_os("REKEY_CANARY").is_some();
    let mut runs = Runs::new("canary_passwords");
    for (number, field) in PASSWORDS.iter().enumerate() {
        for (index, character) in characters().into_iter().enumerate() {
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

/// The runs of a test, and what came out.
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

    /// Runs a command with a text in a field, and looks for pieces of the secrets in everything that it printed or wrote.
    fn run(&mut self, field: &Field, text: &str, secrets: &[&str], format: &str) {
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
