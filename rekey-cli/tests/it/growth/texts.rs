//! All other texts that the library reads: tags, URLs, keys, references, JSON documents, logs; and its
//! output.

use std::fs;

use rekey_core::{
    ImageInput, PreflightRunInput, PrivateKeyInput, TagInput, Target, Text, check_git_url, check_image,
    check_private_key, check_tag, explain_preflight_run, mask, text::printable,
};

use super::{Shape, dockerfile::numbered};
use crate::harness;

/// Parts that are repeated, with the text before and after them; `@` is the number of the repetition.
type Part = (&'static str, &'static str, &'static str, &'static str);

const TAGS: &[Part] = &[
    ("digits", "1", "1", "-1"),
    ("zeros", "1.", "0", "-1"),
    ("dots", "1", ".0", "-1"),
    ("dashes", "1", "-1", ""),
    ("letters", "v", "a", "-1"),
    ("tildes", "1", "~", ""),
    ("other characters", "1", "é", "-1"),
    ("spaces", "", " ", "1"),
];

const URLS: &[Part] = &[
    ("labels of a host", "https://a", ".a", "/b/c.git"),
    ("labels of other characters", "https://a", ".é", "/b/c.git"),
    ("digits of a port", "https://a:1", "1", "/b/c.git"),
    ("characters of a user", "https://", "a", "@b/c.git"),
    ("at signs", "https://", "a@", "b/c.git"),
    ("folders", "https://github.com", "/a", "/b.git"),
    ("dots", "https://github.com/a", "/..", "/b.git"),
    ("slashes", "https://github.com", "/", "a/b.git"),
    ("escapes", "https://github.com/a/", "%41", ".git"),
    ("parameters", "https://github.com/a/b?", "a@=b&", ""),
    ("characters of a fragment", "https://github.com/a/b#", "a", ""),
    ("spaces", "https://github.com/a/b", " ", ""),
    ("schemes", "", "https://", "github.com/a/b"),
    ("folders of a short form", "git@github.com:a", "/a", ".git"),
    ("words", "git clone", " a", ""),
    ("brackets", "https://", "[", "]/a"),
];

const REFERENCES: &[Part] = &[
    ("components", "quay.io", "/a", ":1-1"),
    ("labels of a domain", "a", ".a", "/b:1-1"),
    ("underscores", "quay.io/a", "_", "a:1-1"),
    ("dashes", "quay.io/a", "-", "a:1-1"),
    ("colons", "quay.io/a", ":1", ""),
    ("digits of a digest", "quay.io/a@sha256:", "0", ""),
    ("at signs", "quay.io/a", "@sha256", ""),
    ("uppercase letters", "quay.io/", "A", ""),
];

const CONFIGS: &[Part] = &[
    ("labels", "{\"config\":{\"Labels\":{\"a\":\"b\"", ",\"a@\":\"b\"", "}},\"rootfs\":{}}"),
    ("labels of one name", "{\"config\":{\"Labels\":{\"a\":\"b\"", ",\"a\":\"b\"", "}},\"rootfs\":{}}"),
    ("variables", "{\"config\":{\"Env\":[\"A=b\"", ",\"A@=b\"", "]},\"rootfs\":{}}"),
    ("history", "{\"config\":{},\"history\":[{}", ",{\"created_by\":\"RUN a@\"}", "],\"rootfs\":{}}"),
    ("layers", "{\"config\":{},\"rootfs\":{\"diff_ids\":[\"sha256:a\"", ",\"sha256:@\"", "]}}"),
    ("other keys", "{\"config\":{}", ",\"a@\":1", ",\"rootfs\":{}}"),
    ("arrays in arrays", "{\"a\":", "[", ""),
    ("spaces", "{\"config\":{},", " ", "\"rootfs\":{}}"),
    ("escapes", "{\"config\":{\"User\":\"", "\\u0041", "\"},\"rootfs\":{}}"),
];

const MANIFESTS: &[Part] = &[
    ("layers", "{\"layers\":[{}", ",{\"digest\":\"sha256:@\",\"size\":1}", "]}"),
    ("annotations", "{\"layers\":[],\"annotations\":{\"a\":\"b\"", ",\"a@\":\"b\"", "}}"),
];

const AUTH_FILES: &[Part] = &[
    ("registries", "{\"auths\":{\"quay.io\":{\"auth\":\"YTpi\"}", ",\"a@.io\":{\"auth\":\"YTpi\"}", "}}"),
    ("registries without a password", "{\"auths\":{\"quay.io\":{}", ",\"quay.io/a@\":{}", "}}"),
    ("helpers", "{\"credHelpers\":{\"a\":\"b\"", ",\"quay.io/a@\":\"b\"", "}}"),
    ("digits of a password", "{\"auths\":{\"quay.io\":{\"auth\":\"", "YWJj", "\"}}}"),
];

const KEYS: &[Part] = &[
    (
        "lines before the header",
        "",
        "text @\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
    ),
    (
        "lines of the body",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "MIIEpAIBAAKCAQEA\n",
        "-----END RSA PRIVATE KEY-----\n",
    ),
    ("bytes of a line", "-----BEGIN RSA PRIVATE KEY-----\n", "MIIE", "\n-----END RSA PRIVATE KEY-----\n"),
    ("wrong digits", "-----BEGIN RSA PRIVATE KEY-----\n", "MI?E\n", "-----END RSA PRIVATE KEY-----\n"),
    ("headers", "-----BEGIN RSA PRIVATE KEY-----\n", "A@: b\n", "\nMIIE\n-----END RSA PRIVATE KEY-----\n"),
    ("blank lines", "-----BEGIN RSA PRIVATE KEY-----\n", "\n", "MIIE\n-----END RSA PRIVATE KEY-----\n"),
    ("keys", "", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n", ""),
    ("keys without an end", "", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", ""),
    ("dashes", "", "-", "BEGIN RSA PRIVATE KEY-----\nMIIE\n"),
    ("boundaries of one line", "", "-----BEGIN RSA PRIVATE KEY-----", ""),
    ("names of keys", "", "PRIVATE KEY ", ""),
    ("escapes", "-----BEGIN RSA PRIVATE KEY-----", "\\nMIIE", "\\n-----END RSA PRIVATE KEY-----\n"),
    ("carriage returns", "-----BEGIN RSA PRIVATE KEY-----\n", "MIIE\r", "\n-----END RSA PRIVATE KEY-----\n"),
    (
        "digits of an OpenSSH key",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        "b3BlbnNzaC1rZXktdjEA\n",
        "-----END OPENSSH PRIVATE KEY-----\n",
    ),
    ("sequences of DER", "-----BEGIN PRIVATE KEY-----\n", "MIAwgDCA\n", "-----END PRIVATE KEY-----\n"),
    ("spaces", "", " ", "MIIE"),
    ("other characters", "-----BEGIN RSA PRIVATE KEY-----\n", "é", "\n-----END RSA PRIVATE KEY-----\n"),
    ("lines of PuTTY", "PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 6\n", "AAAA\n", ""),
];

const PUBLIC_KEYS: &[Part] = &[
    ("lines", "", "ssh-rsa AAAAB3NzaC1yc2E= me@\n", ""),
    ("options", "", "no-pty,", " ssh-rsa AAAAB3NzaC1yc2E= me\n"),
    ("quotes of options", "command=\"", "a\\\"", "\" ssh-rsa AAAAB3NzaC1yc2E= me\n"),
    ("digits", "ssh-rsa ", "AAAA", " me\n"),
    ("words of a comment", "ssh-rsa AAAAB3NzaC1yc2E=", " me@", "\n"),
    ("headers", "---- BEGIN SSH2 PUBLIC KEY ----\n", "A@: b\n", "AAAA\n---- END SSH2 PUBLIC KEY ----\n"),
    ("lines of PEM", "-----BEGIN PUBLIC KEY-----\n", "MIIB\n", "-----END PUBLIC KEY-----\n"),
];

const LOGS: &[Part] = &[
    ("lines", "", "time=\"2026-01-01T00:00:00Z\" level=info msg=\"a@\"\n", ""),
    (
        "verdicts",
        "",
        "time=\"2026-01-01T00:00:00Z\" level=info msg=\"check completed\" check=HasLicense result=FAILED\n",
        "",
    ),
    (
        "changed files",
        "",
        "time=\"2026-01-01T00:00:00Z\" level=info msg=\"found disallowed modification in layer\" check=HasModifiedFiles file=usr/bin/a@ layer=\"01-sha256:b2\"\n",
        "",
    ),
    (
        "images",
        "",
        "time=\"2026-01-01T00:00:00Z\" level=info msg=\"running checks for quay.io/a/b@:1 for platform amd64\"\n",
        "",
    ),
    ("errors", "", "Error: a@\n", ""),
    ("fields", "time=\"2026-01-01T00:00:00Z\" level=info msg=a", " a@=b", "\n"),
    ("escapes", "time=\"2026-01-01T00:00:00Z\" level=info msg=\"", "\\\"", "\"\n"),
    ("lines of other programs", "", "hello @\n", ""),
];

const RESULTS: &[Part] = &[
    (
        "failed checks",
        "{\"image\":\"quay.io/a/b:1-1\",\"results\":{\"failed\":[{}",
        ",{\"name\":\"HasLicense\"}",
        "]}}",
    ),
    (
        "unknown checks",
        "{\"image\":\"quay.io/a/b:1-1\",\"results\":{\"failed\":[{}",
        ",{\"name\":\"A@\"}",
        "]}}",
    ),
    (
        "passed checks",
        "{\"image\":\"quay.io/a/b:1-1\",\"results\":{\"passed\":[{}",
        ",{\"name\":\"A@\"}",
        "]}}",
    ),
];

const PACKAGES: &[Part] = &[
    ("packages", "{\"rpms\":[{}", ",{\"name\":\"a@\",\"version\":\"1\",\"release\":\"1\"}", "]}"),
    (
        "forbidden packages",
        "{\"rpms\":[{}",
        ",{\"name\":\"kernel\",\"version\":\"@\",\"release\":\"1\"}",
        "]}",
    ),
];

const MASKED: &[Part] = &[
    ("names of passwords", "", "password@=hunter2 ", ""),
    ("names without a value", "", "token ", ""),
    ("names after spaces", "          ", "token ", ""),
    ("names in URLs", "https://a/b?", "token=hunter2&", ""),
    ("users of URLs", "", "https://a:b@c ", ""),
    ("at signs", "https://", "a@", "b"),
    ("tokens", "", "ghp_16C7e42F292c6912E7710c838347Ae178B4a ", ""),
    ("prefixes of tokens", "", "ghp_", ""),
    ("names of keys", "", "PRIVATE KEY ", ""),
    ("headers of keys", "", "-----BEGIN PRIVATE KEY-----", ""),
    ("headers and footers of keys", "", "-----BEGIN PRIVATE KEY-----\na\n-----END PRIVATE KEY-----\n", ""),
    ("lines of base 64", "", "MIIEpAIBAAKCAQEA1ODcMIIEpAIBAAKCAQEA1ODcMIIEpAIBAAKCAQEA1ODc1234\n", ""),
    ("digits of base 64", "", "MIIE", ""),
    ("quotes", "password=\"", "a\\\"", "\""),
    ("equals signs", "password", "=", "a"),
    ("colons", "password", ":", "a"),
    ("spaces", "token", " ", "a"),
    ("words", "", "a ", ""),
    ("continued lines", "", "token \\\n", ""),
    ("values on continued lines", "", "--token \\\n hunter2 ", ""),
    ("continued URLs", "", "https://a:b\\\n", ""),
    ("names in a string that does not end", "\"", "token=a ", ""),
    ("names before escaped quotes", "\"", "token=\\\" ", ""),
    ("headers", "", "Authorization: Bearer hunter2 ", ""),
    ("elements", "", "<token>", ""),
    ("users of curl", "curl ", "-u a:hunter2 ", ""),
    ("users of chpasswd", "", "a:hunter2 ", "| chpasswd"),
    ("paths with digests", "a", "/0a1b2c", ""),
    ("pairs without a sign", "ENV A=b ", "TOKEN a ", ""),
];

/// The shapes of texts.
pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    add(&mut shapes, "tag", TAGS, |text| drop(check_tag(text, &Target::default())));
    add(&mut shapes, "URL", URLS, |text| drop(check_git_url(text, &Target::default())));
    add(&mut shapes, "reference", REFERENCES, |text| drop(check_image(text, &Target::default())));
    add(&mut shapes, "config", CONFIGS, |text| {
        let input = ImageInput::new("quay.io/a/b:1-1").config(Some(Text::from(text)));
        drop(check_image(input, &Target::default()));
    });
    add(&mut shapes, "manifest", MANIFESTS, |text| {
        let input = ImageInput::new("quay.io/a/b:1-1").manifest(Some(Text::from(text)));
        drop(check_image(input, &Target::default()));
    });
    add(&mut shapes, "auth file", AUTH_FILES, |text| {
        let input = ImageInput::new("quay.io/a/b:1-1").auth_file(Some(Text::from(text)));
        drop(check_image(input, &Target::default()));
    });
    add(&mut shapes, "registry key", &[("digits", "", "a", "")], |text| {
        let input = ImageInput::new("quay.io/a/b:1-1").registry_key(Some(Text::from(text)));
        drop(check_image(input, &Target::default()));
    });
    add(&mut shapes, "private key", KEYS, |text| drop(check_private_key(text, &Target::default())));
    add(&mut shapes, "public key", PUBLIC_KEYS, |text| {
        let input = PrivateKeyInput::new("").public_key(Some(Text::from(text)));
        drop(check_private_key(input, &Target::default()));
    });
    add(&mut shapes, "log", LOGS, |text| {
        drop(explain_preflight_run(
            &PreflightRunInput::default().log(Some(Text::from(text))),
            &Target::default(),
        ));
    });
    add(&mut shapes, "results", RESULTS, |text| {
        drop(explain_preflight_run(
            &PreflightRunInput::default().results(Some(Text::from(text))),
            &Target::default(),
        ));
    });
    add(&mut shapes, "packages", PACKAGES, |text| {
        let input = PreflightRunInput::default().rpm_manifest(Some(Text::from(text)));
        drop(explain_preflight_run(&input, &Target::default()));
    });
    add(&mut shapes, "mask", MASKED, |text| drop(mask::secrets(text)));
    add(&mut shapes, "printable", &[("controls", "", "\u{1b}", ""), ("letters", "", "a", "")], |text| {
        drop(printable(&String::from_utf8_lossy(text)).into_owned());
    });
    shapes.push(Shape::of_text("private key, long integers", long_integers, |text| {
        drop(check_private_key(text, &Target::default()));
    }));
    shapes.push(Shape::of_text("private key, text around a real one", around_a_key, |text| {
        drop(check_private_key(
            PrivateKeyInput::new(text).primality(rekey_core::private_key::Primality::Skip),
            &Target::default(),
        ));
    }));
    shapes.push(Shape::of_text(
        "tag, published tags",
        |n| numbered("1.@-1\n", n).into_bytes(),
        |text| {
            let text = String::from_utf8_lossy(text);
            let tags: Vec<_> = text.lines().map(str::to_owned).collect();
            drop(check_tag(TagInput::new("1.0-1").published(&tags), &Target::default()));
        },
    ));
    // Each format writes findings with different places and findings on one long line.
    for (name, make) in [
        ("findings", (|n| format!("FROM a\n{}", numbered("LABEL a@ b\n", n))) as fn(usize) -> String),
        ("findings of one line", |n| format!("FROM a\nLABEL{}\n", " a".repeat(n))),
        ("findings of one long line", |n| {
            format!("FROM a\nLABEL{}{}\n", " a".repeat(n), "b".repeat(2_048 * n))
        }),
        ("findings before other characters", |n| {
            format!("FROM a\n{}# {}\n", "LABEL a b\n".repeat(n), "é".repeat(64 * n))
        }),
    ] {
        for format in ["text", "json", "sarif", "junit", "markdown", "github", "codeclimate"] {
            let make = move |n| make(n).into_bytes();
            shapes.push(Shape::of_text(format!("{format}, {name}"), make, move |text| {
                let run = harness::reading(&["dockerfile", "--format", format, "-"], text);
                assert!(run.status < 2, "{}", run.stderr);
            }));
        }
    }
    shapes
}

fn add(shapes: &mut Vec<Shape>, grammar: &str, parts: &'static [Part], check: fn(&[u8])) {
    for (name, before, part, after) in parts {
        let make = move |n| format!("{before}{}{after}", numbered(part, n)).into_bytes();
        let shape = Shape::of_text(format!("{grammar}, {name}"), make, check);
        // A URL has at most 2,048 bytes.
        shapes.push(if grammar == "URL" { Shape { size: 500, ..shape } } else { shape });
    }
}

/// An RSA key of this size, most of which is its modulus.
fn long_integers(n: usize) -> Vec<u8> {
    let length = |len: usize| [&[0x82][..], &(len.min(0xffff) as u16).to_be_bytes()].concat();
    let integer = [&[0x02][..], &length(n), &vec![0x55; n]].concat();
    let body = [&[0x02, 0x01, 0x00][..], &integer, &integer].concat();
    [&[0x30][..], &length(body.len()), &body].concat()
}

/// A real key between this number of lines of text.
fn around_a_key(n: usize) -> Vec<u8> {
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys/right.pem");
    let key = fs::read_to_string(key).expect("the key is in the repository");
    let text = numbered("line @\n", n);
    format!("{text}{key}{text}").into_bytes()
}
