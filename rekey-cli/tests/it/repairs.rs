//! The promises of help texts: `ssh-keygen` loads the output of `rekey convert key`, and every command in a help text about a key
//! works on the input that causes it.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use rekey_core::{Subject, private_key::scan, rules};

use crate::harness::{folder, reading, rekey};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys");

/// The number of damaged keys.
const DAMAGED: u64 = 300;

/// The public half that `ssh-keygen` reads from a file; `None` if it loads no key.
fn public_half(path: &Path) -> Option<String> {
    let arguments = ["-y", "-P", "", "-f", path.to_str().unwrap()];
    let output = Command::new("ssh-keygen").args(arguments).stdin(Stdio::null()).output().unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    output.status.success().then(|| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("-?").stdin(Stdio::null()).output().is_ok();
    if !found {
        crate::skip::lacks_program(program);
    }
    found
}

fn write_secret(path: &Path, text: &[u8]) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

fn key(name: &str) -> Vec<u8> {
    fs::read(Path::new(KEYS).join(name)).unwrap()
}

/// The SplitMix64 generator: a failing key is identified by its number.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }
}

type Damage = (&'static str, fn(&str, &mut Random) -> String);

/// The damage to a text in transit.
const DAMAGES: &[Damage] = &[
    ("nothing", |text, _| text.to_owned()),
    ("CR LF", |text, _| text.replace('\n', "\r\n")),
    ("CR", |text, _| text.replace('\n', "\r")),
    ("no newlines", |text, _| text.replace('\n', " ")),
    ("no final newline", |text, _| text.trim_end().to_owned()),
    ("indentation", |text, random| each_line(text, &" ".repeat(1 + random.below(8)), "")),
    ("tabs", |text, _| each_line(text, "\t", "")),
    ("quotation", |text, random| each_line(text, ["> ", ">", ">> ", "> > "][random.below(4)], "")),
    ("trailing spaces", |text, _| each_line(text, "", "  ")),
    ("blank lines", |text, _| text.replace('\n', "\n\n")),
    ("a blank line", |text, random| insert_line(text, "", random)),
    ("text before", |text, _| format!("Here is the key:\n\n{text}")),
    ("text after", |text, _| format!("{text}\nregards\n")),
    ("twice", |text, _| format!("{text}{text}")),
    ("other width", |text, random| {
        with_body(text, |body| wrapped(&body.replace('\n', ""), 40 + random.below(60)))
    }),
    ("one line of body", |text, _| with_body(text, |body| body.replace('\n', ""))),
    ("variant for URLs", |text, _| with_body(text, |body| body.replace('+', "-").replace('/', "_"))),
    ("lost plus", |text, _| with_body(text, |body| body.replace('+', " "))),
    ("no BEGIN", |text, _| text.lines().skip(1).fold(String::new(), |all, line| all + line + "\n")),
    ("no END", |text, _| text.replace("-----END", "\0").split('\0').next().unwrap().to_owned()),
    ("fewer dashes", |text, random| text.replace("-----", &"-".repeat(1 + random.below(4)))),
    ("other dashes", |text, random| {
        text.replace(
            '-',
            ["\u{2013}", "\u{2014}", "\u{2212}", "\u{ff0d}", "\u{fe63}", "\u{2500}", "\u{30fc}", "\u{ad}"]
                [random.below(8)],
        )
    }),
    ("other spaces in the label", |text, random| {
        text.replace("BEGIN ", &format!("BEGIN{}", SPACES[random.below(SPACES.len())]))
    }),
    ("lowercase label", |text, _| {
        let lower = |line: &str| if line.starts_with('-') { line.to_lowercase() } else { line.to_owned() };
        text.lines().map(lower).fold(String::new(), |all, line| all + &line + "\n")
    }),
    ("invisible before", |text, random| format!("{}{text}", INVISIBLE[random.below(INVISIBLE.len())])),
    ("invisible inside", |text, random| {
        let invisible = INVISIBLE[random.below(INVISIBLE.len())];
        insert_in_body(text, invisible, random)
    }),
    ("a wrong character inside", |text, random| {
        let wrong = ["*", "?", "\u{2026}", ",", "\u{e9}"][random.below(5)];
        insert_in_body(text, wrong, random)
    }),
];

const SPACES: &[&str] = &["\u{a0}", "\u{202f}", "\u{2003}", "\u{3000}", "\u{200b}", "  ", "\t", "_"];

const INVISIBLE: &[&str] = &[
    "\u{200b}",
    "\u{200c}",
    "\u{200e}",
    "\u{202a}",
    "\u{2060}",
    "\u{ad}",
    "\u{a0}",
    "\0",
    "\x02",
    "\x1b[200~",
];

/// The documents that may contain a text.
const HOLDERS: &[Damage] = &[
    ("JSON", |text, _| format!("{{\"id\": 7, \"private_key\": {}}}\n", serde_json::to_string(text).unwrap())),
    ("a JSON string", |text, _| serde_json::to_string(text).unwrap()),
    ("JSON with all escapes", |text, _| {
        let json = serde_json::to_string(text).unwrap();
        format!("{{\"key\": {}}}", json.replace('+', "\\u002b").replace('/', "\\/").replace('=', "\\u003d"))
    }),
    ("escaped twice", |text, _| text.replace('\n', "\\\\n")),
    ("YAML", |text, _| format!("git:\n  key: |\n{}  url: x\n", each_line(text, "    ", ""))),
    ("folded YAML", |text, _| format!("key: >-\n{}", each_line(text, "  ", ""))),
    ("YAML quotes", |text, _| format!("key: \"{}\"\n", text.replace('\n', "\\n"))),
    ("a line of .env", |text, _| format!("A=1\nSSH_KEY=\"{}\"\nB=2\n", text.replace('\n', "\\n"))),
    ("an export", |text, _| format!("export SSH_KEY=$'{}'\n", text.replace('\n', "\\n"))),
    ("lines of .env", |text, _| format!("SSH_KEY='{text}'\n")),
    ("Python bytes", |text, _| format!("b'{}'", text.replace('\n', "\\n"))),
    ("stringData", |text, _| {
        format!("apiVersion: v1\nkind: Secret\nstringData:\n  key: |\n{}", each_line(text, "    ", ""))
    }),
    ("data", |text, _| {
        format!(
            "apiVersion: v1\ndata:\n  key: {}\n  other: eA==\nkind: Secret\ntype: Opaque\n",
            base64(text.as_bytes())
        )
    }),
    ("data in JSON", |text, _| {
        format!("{{\"kind\":\"Secret\",\"data\":{{\"a\":\"eA==\",\"key\":\"{}\"}}}}", base64(text.as_bytes()))
    }),
    ("base 64", |text, _| base64(text.as_bytes())),
    ("base 64 in lines", |text, random| wrapped(&base64(text.as_bytes()), 60 + random.below(20))),
    ("base 64 for URLs", |text, _| {
        base64(text.as_bytes()).replace('+', "-").replace('/', "_").replace('=', "")
    }),
    ("base 64 twice", |text, _| base64(base64(text.as_bytes()).as_bytes())),
    ("base 64 in a variable", |text, _| format!("SSH_KEY={}\n", base64(text.as_bytes()))),
    ("base 64 in YAML", |text, _| {
        format!("key: |\n{}", each_line(&wrapped(&base64(text.as_bytes()), 76), "  ", ""))
    }),
    ("a data URI", |text, _| format!("data:text/plain;base64,{}", base64(text.as_bytes()))),
    ("hexadecimal digits", |text, _| {
        text.bytes().fold(String::new(), |all, byte| all + &format!("{byte:02x}"))
    }),
    ("quoted-printable", |text, random| {
        let width = 40 + random.below(36);
        let soft = |line: String| wrapped(&line, width).trim_end().replace('\n', "=\n");
        text.lines()
            .map(|line| soft(line.replace('=', "=3D")).replace("==\n3D", "=\n=3D"))
            .fold(String::new(), |all, line| all + &line + "\n")
    }),
    ("pre", |text, _| format!("<html><pre>{text}</pre></html>")),
    ("code", |text, _| format!("<p>Key: <code class=\"x\">{text}</code></p>")),
    ("br", |text, _| text.replace('\n', "<br/>\n")),
    ("paragraphs", |text, _| each_line(text, "<p>", "</p>")),
    ("Jenkins XML", |text, _| {
        format!("<?xml version='1.0'?>\n<privateKey>{}</privateKey>", text.replace('\n', "&#xd;\n"))
    }),
    ("references", |text, random| {
        let (plus, slash) =
            [("&#43;", "&#47;"), ("&#x2B;", "&#x2f;"), ("&plus;", "&sol;"), ("&amp;#43;", "/")]
                [random.below(4)];
        text.replace('+', plus).replace('/', slash).replace('\n', "&#10;")
    }),
    ("percent-encoding", |text, _| percent(text, "%20")),
    ("a form", |text, _| format!("name=build&key={}", percent(text, "+"))),
];

fn each_line(text: &str, before: &str, after: &str) -> String {
    text.lines().fold(String::new(), |all, line| all + before + line + after + "\n")
}

fn insert_line(text: &str, line: &str, random: &mut Random) -> String {
    let mut lines: Vec<_> = text.lines().collect();
    lines.insert(2 + random.below(lines.len() - 4), line);
    lines.join("\n") + "\n"
}

fn with_body(text: &str, change: impl FnOnce(&str) -> String) -> String {
    let (begin, rest) = text.split_once('\n').unwrap();
    let (body, end) = rest.split_once("\n-").unwrap();
    format!("{begin}\n{}\n-{end}", change(body).trim_end_matches('\n'))
}

fn insert_in_body(text: &str, what: &str, random: &mut Random) -> String {
    with_body(text, |body| {
        let at = 1 + random.below(body.len() - 2);
        format!("{}{what}{}", &body[..at], &body[at..])
    })
}

fn wrapped(text: &str, width: usize) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line) + "\n");
    lines.fold(String::new(), |all, line| all + &line)
}

fn percent(text: &str, space: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| match byte {
        b' ' => all + space,
        byte if byte.is_ascii_alphanumeric() || byte == b'-' => all + &char::from(byte).to_string(),
        byte => all + &format!("%{byte:02X}"),
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]);
            out.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

/// The encodings of a text.
fn encoded(text: &str, random: &mut Random) -> (&'static str, Vec<u8>) {
    let wide = |little: bool, mark: bool| {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    match random.below(8) {
        0 => ("a byte order mark", format!("\u{feff}{text}").into_bytes()),
        1 => ("UTF-16", wide(true, true)),
        2 => ("UTF-16 without mark", wide(false, false)),
        3 => ("UTF-32", text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
        _ => ("UTF-8", text.as_bytes().to_vec()),
    }
}

/// Every key that `rekey convert` writes loads and is the original one. It rejects few texts, and says which.
#[test]
fn ssh_keygen_loads_every_repair_of_three_hundred_damaged_keys() {
    if !is_installed("ssh-keygen") {
        return;
    }
    let folder = folder("repairs");
    let new = folder.join("new.pem");
    let keys = ["right.pem", "other.pem", "openssh.pem", "pkcs8.pem", "bits_3072.pem", "bits_4096.pem"].map(
        |name| {
            let path = folder.join(name);
            write_secret(&path, &key(name));
            (name, String::from_utf8(key(name)).unwrap(), public_half(&path).unwrap())
        },
    );
    let (mut loaded, mut refused) = (0, Vec::new());
    for number in 0..DAMAGED {
        let mut random = Random(number);
        let (name, text, public) = &keys[random.below(keys.len())];
        let (damage, change) = DAMAGES[random.below(DAMAGES.len())];
        let damaged = change(text, &mut random);
        let (holder, held) = if random.below(4) == 0 {
            ("nothing", damaged)
        } else {
            let (holder, change) = HOLDERS[random.below(HOLDERS.len())];
            (holder, change(&damaged, &mut random))
        };
        let (encoding, input) = encoded(&held, &mut random);
        let what = format!("key {number}: {name}, {damage}, in {holder}, as {encoding}");
        let run = reading(&["convert", "key", "-"], &input);
        if run.status != 0 {
            assert_eq!(run.stdout, "", "{what}");
            assert!(run.stderr.contains("private-key-"), "{what}: {}", run.stderr);
            refused.push(format!("{what}: {}", run.stderr.lines().next().unwrap_or_default()));
            continue;
        }
        write_secret(&new, run.stdout.as_bytes());
        assert_eq!(public_half(&new).as_ref(), Some(public), "{what}");
        loaded += 1;
    }
    println!(
        "{loaded} repairs load with the same public half, {} are refused:\n{}",
        refused.len(),
        refused.join("\n")
    );
    assert!(loaded >= 285, "{}", refused.join("\n"));
}

/// Commands in help texts that this test cannot run, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("puttygen ", "asks for a passphrase on the terminal"),
    ("ansible-vault view ", "needs the vault's password"),
    ("sops decrypt ", "needs the key of the store"),
    ("git-crypt unlock", "needs the key of the repository"),
    ("git lfs pull", "needs the server of the repository"),
    ("podman login --authfile ", "needs the registry"),
    ("skopeo list-tags", "needs the registry"),
    ("ssh-keygen -R HOST", "changes the user's file of known hosts"),
    ("rekey public-key KEY", "a test of rehearsals runs it"),
    ("rekey key KEY", "a test of rehearsals runs it"),
    ("rekey convert key KEY --out NEW", "a test of rehearsals runs it"),
    ("git add --force FILE", "a test of rehearsals runs it"),
    ("git push", "a test of rehearsals runs it"),
    ("git fsck", "only looks at a clone"),
    ("git mv", "needs the two names"),
];

/// Commands that help texts mention without asking the reader to run them as written.
const NAMED: &[&str] = &[
    "git clone",
    "rekey rules",
    "rekey image",
    "podman push",
    "podman login",
    "podman save",
    "podman inspect",
    "podman run",
    "skopeo inspect --config",
    "skopeo inspect --raw",
    "microdnf clean all",
    "dnf clean all",
    "yum clean all",
];

const PROGRAMS: &[&str] = &[
    "ansible-vault",
    "base64",
    "cat",
    "chmod",
    "cp",
    "dnf",
    "docker",
    "git",
    "git-crypt",
    "gzip",
    "iconv",
    "microdnf",
    "openssl",
    "podman",
    "printf",
    "puttygen",
    "rekey",
    "sed",
    "skopeo",
    "sops",
    "ssh-keygen",
    "tr",
    "yum",
];

/// The commands that a text asks its reader to run.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    help.split('`').skip(1).step_by(2).filter(|text| {
        let (program, rest) = text.split_once(' ').unwrap_or((text, ""));
        PROGRAMS.contains(&program) && !rest.is_empty() && !NAMED.contains(text)
    })
}

/// A command as rules write it, with placeholders for the names of files.
fn with_placeholders(command: &str, file: &str, placeholder: &str) -> String {
    let new = format!("{file}.new");
    let word = |word: &str| match word {
        word if word == new => "NEW".to_owned(),
        word if word == file => placeholder.to_owned(),
        word => word.to_owned(),
    };
    command.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Runs a command like a reader who pastes it, in a folder. `ssh-keygen` gets the passphrase of the keys in
/// `tests/keys`.
fn paste(command: &str, folder: &Path) -> std::process::Output {
    let programs = Path::new(env!("CARGO_BIN_EXE_rekey")).parent().unwrap().to_str().unwrap();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let answers = folder.join("answers");
    fs::write(&answers, "#!/bin/sh\necho secret\n").unwrap();
    #[cfg(unix)]
    fs::set_permissions(&answers, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", path).stdin(Stdio::null());
    shell.env("SSH_ASKPASS", answers).env("SSH_ASKPASS_REQUIRE", "force").output().unwrap()
}

/// The help texts of `rekey`'s findings in files of a folder, where it runs.
fn helps(args: &[&str], folder: &Path) -> Vec<(String, String)> {
    let run = Command::new(env!("CARGO_BIN_EXE_rekey"))
        .args(args)
        .args(["--format", "json"])
        .current_dir(folder)
        .output()
        .unwrap();
    let Ok(report) = serde_json::from_slice::<serde_json::Value>(&run.stdout) else { return Vec::new() };
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let sections = report["reports"].as_array().unwrap().iter();
    let findings = sections.flat_map(|section| section["findings"].as_array().unwrap());
    findings.map(|finding| (text(finding, "rule"), text(finding, "help"))).collect()
}

/// Every command in the help of a finding about any file of `tests/keys` is pasted into a shell beside that
/// file, and does what the help promises.
#[test]
fn commands_in_help_texts_work() {
    if !is_installed("ssh-keygen") || !is_installed("openssl") {
        return;
    }
    let folder = folder("commands");
    let mut names: Vec<_> =
        fs::read_dir(KEYS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !matches!(name.as_str(), "generate.sh" | "numbers.py" | "README.md"));
    names.sort();
    let path = |name: &str| folder.join(name);
    write_secret(&path("right.pem"), &key("right.pem"));
    let right = public_half(&path("right.pem")).unwrap();
    fs::write(path("other.pub"), key("other.pub")).unwrap();
    // A name that a shell would split.
    let file = "my key";
    let (quoted, new) = ("'my key'", path("my key.new"));
    let mut ran = BTreeSet::new();
    let mut count = 0;
    for name in names {
        let text = key(&name);
        let expected = scan(&text)
            .recovered()
            .and_then(|key| key.public_key().to_line())
            .unwrap_or_else(|| right.clone());
        write_secret(&path(file), &text);
        #[cfg(unix)]
        fs::set_permissions(path(file), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let mut found = helps(&["key", file], &folder);
        found.extend(helps(&["key", file, "--public-key", "other.pub"], &folder));
        let found: BTreeSet<_> = found.into_iter().collect();
        for (rule, help) in &found {
            for command in commands(help) {
                if ELSEWHERE.iter().any(|(start, _)| command.starts_with(start)) {
                    continue;
                }
                // A key that is both wrapped and encrypted has to be extracted by hand first.
                if rule == "private-key-encrypted" && name.starts_with("base64") {
                    continue;
                }
                let form = with_placeholders(
                    &command.replace(quoted, "FILE").replace("'my key.new'", "FILE.new"),
                    "FILE",
                    "KEY",
                );
                let makes_a_key = form.starts_with("ssh-keygen -t rsa");
                if makes_a_key && !ran.insert(form.clone()) {
                    continue; // The same command creates the same kind of key for every finding.
                }
                let _ = fs::remove_file(&new);
                write_secret(&path(file), &text);
                let output = paste(command, &folder);
                let shown = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
                let what = format!("{name}: {rule}: `{command}`: {shown}");
                match form.as_str() {
                    "chmod 600 KEY" => assert!(output.status.success(), "{what}"),
                    "ssh-keygen -y -f KEY" => {
                        if let Some(half) = public_half(&path(file)) {
                            assert!(shown.starts_with(&half), "{what}");
                        }
                    }
                    "rekey convert key KEY --out NEW"
                    | "cp -p KEY NEW && ssh-keygen -p -m PEM -N '' -f NEW" => {
                        assert_eq!(public_half(&new).as_ref(), Some(&expected), "{what}");
                        let left = helps(&["key", "my key.new"], &folder);
                        assert!(!left.iter().any(|(left, _)| left == rule), "{what}: {left:?}");
                    }
                    // The help depends on the output, so there must be one.
                    "openssl rsa -check -noout -in KEY" => assert!(shown.contains("RSA key"), "{what}"),
                    _ if makes_a_key => {
                        assert_eq!(
                            rekey(&["key", path("project_key").to_str().unwrap()]).status,
                            0,
                            "{what}"
                        );
                    }
                    other => panic!("{what}: no test knows what `{other}` promises"),
                }
                ran.insert(form);
                count += 1;
            }
        }
    }
    println!("{count} commands ran");
    assert!(count >= 65, "{count}");
    // The commands in the rules are those that were run.
    for rule in rules().filter(|rule| rule.subject == Subject::PrivateKey) {
        for command in commands(rule.help) {
            let elsewhere = ELSEWHERE.iter().any(|(start, _)| command.starts_with(start));
            assert!(elsewhere || ran.contains(command), "{}: `{command}` ran on no file", rule.id);
        }
    }
}

/// Like the test above, for auth files: those in the rules' examples.
#[test]
fn commands_in_help_texts_about_auth_files_work() {
    let folder = folder("commands_auth");
    let mut count = 0;
    for rule in rules().filter(|rule| rule.subject == Subject::Credentials) {
        for example in rule.examples {
            let Some((_, text)) = example.given.iter().find(|(key, _)| *key == "auth_file") else { continue };
            write_secret(&folder.join("auth.json"), text.as_bytes());
            let args = ["image", example.input, "--auth-file", "auth.json", "--flow", "quay"];
            for (rule, help) in helps(&args, &folder) {
                for command in commands(&help) {
                    if ELSEWHERE.iter().any(|(start, _)| command.starts_with(start)) {
                        assert!(
                            !command.contains("REGISTRY") && !command.contains("FILE"),
                            "{rule}: `{command}`"
                        );
                        continue;
                    }
                    assert_eq!(command, "rekey convert auth-file auth.json --out auth.json.new");
                    let _ = fs::remove_file(folder.join("auth.json.new"));
                    let output = paste(command, &folder);
                    let made = fs::read(folder.join("auth.json.new")).unwrap_or_default();
                    let json: serde_json::Value = serde_json::from_slice(&made)
                        .unwrap_or_else(|error| panic!("{rule}: `{command}`: {error}: {output:?}"));
                    assert!(json["auths"].is_object(), "{rule}: `{command}`");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 0, "no help about an auth file names a command");
}

/// Every command in a help text is run by the tests above, or known to require another environment.
#[test]
fn every_command_in_a_help_text_is_known() {
    for rule in rules() {
        for command in commands(rule.help) {
            let run = [Subject::PrivateKey, Subject::Credentials].contains(&rule.subject)
                || command == "ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key";
            let elsewhere = ELSEWHERE.iter().any(|(start, _)| command.starts_with(start));
            assert!(run || elsewhere, "{}: no test runs `{command}`", rule.id);
        }
    }
}
