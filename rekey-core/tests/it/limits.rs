//! Every limit at its boundary: an input of the maximum size is accepted, and one more is not.
//!
//! Limits that are expensive to reach are tested in `dockerfile_linear.rs` and beside the code that they
//! limit.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::judge;
use rekey_core::{
    Dockerfile, DockerfileInput, ImageInput, Report, Subject, Target, check_dockerfile, check_image,
    credentials::auth_file::MAX_AUTH_FILE_BYTES,
    dockerfile::{Options, limits},
    finding::MAX_FINDINGS,
    git_url,
    image::config::MAX_DOCUMENT_BYTES,
    private_key::{self, PublicKey},
    reference::MAX_PATH_BYTES,
    tag,
};

/// The name of a limit, its value, and a function that returns true if an input of a size is accepted.
type Limit = (&'static str, usize, fn(usize) -> bool);

const LIMITS: &[Limit] = &[
    ("bytes of a tag", tag::MAX_TAG_BYTES, |n| {
        passes(Subject::Tag, &format!("{}-1", "1".repeat(n - 2)), "tag-invalid")
    }),
    ("bytes of a git URL", git_url::MAX_LENGTH, |n| {
        let url = "https://github.com/owner/";
        passes(Subject::GitUrl, &format!("{url}{}", "r".repeat(n - url.len())), "git-url-too-long")
    }),
    ("bytes of a repository's path", MAX_PATH_BYTES, |n| {
        let path = "n".repeat(n);
        passes(Subject::Reference, &format!("quay.io/{path}:1-1"), "reference-invalid")
    }),
    ("bytes of a private key's text", private_key::MAX_BYTES, |n| {
        let key = String::from_utf8(judge::key("right.pem")).unwrap();
        key_passes(&format!("{key}{}", "\n".repeat(n - key.len())))
    }),
    ("digits of a private key", private_key::MAX_DECODED_BYTES.div_ceil(3) * 4, |n| {
        key_passes(&judge::armored("RSA PRIVATE KEY", &"A".repeat(n)))
    }),
    ("bits of a private key", private_key::MAX_BITS as usize, |bits| {
        key_passes(&judge::armored("RSA PRIVATE KEY", &judge::base64(&rsa(bits))))
    }),
    ("public keys in a text", private_key::MAX_PUBLIC_KEYS, |n| {
        let line = format!("ssh-rsa {}\n", judge::base64(b"\0\0\0\x07ssh-rsa\0\0\0\x01\x03\0\0\0\x01\x7f"));
        PublicKey::parse_all(line.repeat(n).as_bytes()).unwrap().len() == n
    }),
    ("bytes of a Dockerfile's line", limits::MAX_LINE, |n| {
        let run = "RUN ";
        passes(
            Subject::Dockerfile,
            &format!("FROM ubi9\n{run}{}\n", "a".repeat(n - run.len())),
            "dockerfile-invalid-syntax",
        )
    }),
    ("heredocs whose end is looked for in vain", limits::MAX_UNTERMINATED_HEREDOCS, |n| {
        let file = format!("FROM ubi9\n{}RUN <<END\nls\nEND\n", "RUN <<NOWHERE\n".repeat(n - 1));
        Dockerfile::parse(file.as_bytes(), &Options::default()).problems.len() == n - 1
    }),
    ("names that comments silence", 1000, |n| {
        let names = "DL3006,".repeat(n - 1);
        let file = format!("# hadolint global ignore={names}DL3002\nFROM ubi9\nUSER root\n");
        !finds(&check_dockerfile(file.as_bytes(), &Target::default()), "dockerfile-user-root")
    }),
    ("variables that a script sets", 256, |n| {
        let mut script = String::new();
        for number in 1..n {
            write!(script, "v{number}=x; ").unwrap();
        }
        let file = format!("FROM ubi9\nRUN {script} last=kernel; yum install -y $last\n");
        finds(&check_dockerfile(file.as_bytes(), &Target::default()), "dockerfile-prohibited-package")
    }),
    ("entries that are looked at for a text", 100_000, |n| {
        let mut context: BTreeMap<_, _> = (1..n).map(|number| (format!("licenses/{number:06}"), 0)).collect();
        context.insert("licenses/LICENSE".to_owned(), 1);
        let file = "FROM ubi9\nCOPY licenses /licenses\n";
        let report = check_dockerfile(DockerfileInput::new(file).context(Some(&context)), &Target::default());
        report.forecast().iter().any(|row| row.check == "HasLicense" && row.outcome.as_str() == "pass")
    }),
    ("bytes of an image's config", MAX_DOCUMENT_BYTES, |n| {
        let config = format!(r#"{{"rootfs":{{}}}}{}"#, " ".repeat(n - 13));
        let input = ImageInput::new("quay.io/a/b:1-1").config(Some(config.as_bytes().into()));
        !finds(&check_image(input, &Target::default()), "image-invalid-document")
    }),
    ("bytes of an auth file", MAX_AUTH_FILE_BYTES, |n| {
        let file = format!(r#"{{"auths":{{}}}}{}"#, " ".repeat(n - 12));
        let input = ImageInput::new("quay.io/a/b:1-1").auth_file(Some(file.as_bytes().into()));
        !finds(&check_image(input, &Target::default()), "credentials-invalid-auth-file")
    }),
    ("findings of an input", MAX_FINDINGS, |n| {
        let file = format!("FROM ubi9\n{}", "COPY --from=nothing\n".repeat(n));
        let report = check_dockerfile(file.as_bytes(), &Target::default());
        report.findings().count() == n
    }),
];

#[test]
fn a_limit_is_accepted_and_one_more_is_not() {
    let mut wrong = Vec::new();
    for (name, most, taken) in LIMITS {
        if !taken(*most) {
            wrong.push(format!("{most} {name} are not taken"));
        }
        if taken(most + 1) {
            wrong.push(format!("more than {most} {name} are taken"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn passes(subject: Subject, input: &str, rule: &str) -> bool {
    !finds(&judge::judge_bytes(subject, input.as_bytes(), &[], &Target::default()), rule)
}

fn key_passes(text: &str) -> bool {
    passes(Subject::PrivateKey, text, "private-key-too-long")
}

#[track_caller]
fn finds(report: &Report, rule: &str) -> bool {
    assert!(rekey_core::rules().any(|known| known.id == rule), "there is no rule {rule}");
    report.findings().any(|finding| finding.rule().id == rule)
}

/// The structure of a key with a modulus of this length; its numbers are unrelated.
fn rsa(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] >>= modulus.len() * 8 - bits;
    let half = vec![0x7f; bits / 16];
    let exponent = [1, 0, 1];
    let numbers: [&[u8]; 9] =
        [&[0], &[&[0], &modulus[..]].concat(), &exponent, &half, &half, &half, &half, &half, &half];
    judge::der(0x30, &numbers.map(|number| judge::der(2, number)).concat())
}
