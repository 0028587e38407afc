//! `check_private_key`.

use super::{run, secrets::Secrets, section};
use crate::{
    finding::Source,
    input::Text,
    private_key::{Fingerprint, Primality, Summary, scan},
    report::{Facts, Report},
    rule::Subject,
    rules::private_key::{Context, KeyDetails, RULES},
    target::Target,
};

/// Checks the private key that the service will clone with.
///
/// The report contains no key material.
///
/// ```
/// use rekey_core::{Target, check_private_key};
///
/// let report = check_private_key("ssh-rsa AAAAB3NzaC1yc2E… project", &Target::default());
/// assert_eq!(report.findings().next().unwrap().rule().id, "private-key-public-half");
/// ```
pub fn check_private_key<'a>(input: impl Into<PrivateKeyInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let scan = scan(input.text.bytes());
    let source = input.text.source("git.key");
    let beside = KeyDetails {
        public_key: input.public_key.as_ref().map(Text::bytes),
        fingerprint: input.fingerprint.as_ref().map(Text::bytes),
        others: input.others,
        mode: input.mode,
        path: Some(source.name()).filter(|_| source.is_file()),
    };
    let context = Context::new(&scan, beside, input.primality);
    let drafts = run(RULES, target, |entry, findings| (entry.check)(&context, findings));
    let facts = Facts::PrivateKey(Summary::from(&scan));
    let secrets = Secrets::all(input.text.bytes());
    Report::of(target, section(Subject::PrivateKey, &input.text, "git.key", drafts, target, facts, secrets))
}

/// The input of [`check_private_key`].
#[derive(Clone, Debug)]
pub struct PrivateKeyInput<'a> {
    pub(crate) text: Text<'a>,
    public_key: Option<Text<'a>>,
    fingerprint: Option<Text<'a>>,
    others: &'a [(Source, Fingerprint)],
    mode: Option<u32>,
    primality: Primality,
}

impl<'a> PrivateKeyInput<'a> {
    /// The content of a key file.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self {
            text: text.into(),
            public_key: None,
            fingerprint: None,
            others: &[],
            mode: None,
            primality: Primality::default(),
        }
    }

    /// The public half that the git host has, in any format. It must belong to the key.
    #[must_use]
    pub fn public_key(mut self, text: Option<Text<'a>>) -> Self {
        self.public_key = text;
        self
    }

    /// The fingerprint that the git host shows. It must be that of the key.
    #[must_use]
    pub fn fingerprint(mut self, text: Option<Text<'a>>) -> Self {
        self.fingerprint = text;
        self
    }

    /// The fingerprints of other projects' keys, each with the name of its source. The key must differ from
    /// all of them.
    #[must_use]
    pub fn others(mut self, keys: &'a [(Source, Fingerprint)]) -> Self {
        self.others = keys;
        self
    }

    /// The thoroughness of the primality tests. Default: Baillie–PSW.
    #[must_use]
    pub fn primality(mut self, primality: Primality) -> Self {
        self.primality = primality;
        self
    }

    /// The permission bits of the key's file.
    #[must_use]
    pub fn mode(mut self, mode: Option<u32>) -> Self {
        self.mode = mode;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for PrivateKeyInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
