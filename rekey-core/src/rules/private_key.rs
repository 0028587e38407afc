//! Rules about private keys.
//!
//! They get facts and never bytes: the kind of the text, the problems with their places, and the flaws of the
//! numbers.

mod file;
mod format;
mod pem;
mod public_key;
mod rsa;
mod text;

use crate::{
    finding::{Findings, Source},
    private_key::{
        Audit, Comment, Fingerprint, Flaw, KnownKey, Match, Primality, PrivateKey, ProblemKind, PublicKey,
        PublicKeyForm, PublicKeyProblem, Scan, Verdict,
    },
    rule::Basis,
};

/// All rules about private keys, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &text::MISSING,
    &text::TOO_LONG,
    &format::PUBLIC_HALF,
    &text::NOT_A_KEY,
    &text::WRAPPED,
    &format::NOT_RSA,
    &format::WRONG_FORMAT,
    &format::ENCRYPTED,
    &pem::WRONG_LABEL,
    &pem::MISSING_PEM_BOUNDARY,
    &pem::INVALID_PEM_BOUNDARY,
    &text::UTF16,
    &text::MISSING_NEWLINES,
    &text::INDENTED,
    &pem::DAMAGED,
    &pem::TRUNCATED,
    &pem::INVALID_DER,
    &text::NONSTANDARD_PEM,
    &text::MULTIPLE_BLOCKS,
    &text::MULTIPLE_KEYS,
    &rsa::TOO_SHORT,
    &rsa::UNUSUAL_LENGTH,
    &rsa::MINIMUM_LENGTH,
    &rsa::INCONSISTENT,
    &rsa::COMPOSITE_PRIME,
    &rsa::CLOSE_PRIMES,
    &rsa::CORRELATED_PRIMES,
    &rsa::PRIME_PATTERN,
    &rsa::UNBALANCED_PRIMES,
    &rsa::ROCA,
    &rsa::SMALL_PRIVATE_EXPONENT,
    &rsa::SMALL_PUBLIC_EXPONENT,
    &rsa::LARGE_PUBLIC_EXPONENT,
    &rsa::PUBLISHED,
    &public_key::PUBLIC_MISMATCH,
    &public_key::PUBLIC_IS_HOST_KEY,
    &public_key::INVALID_PUBLIC_KEY,
    &file::REUSED,
    &file::PERSONAL,
    &file::FILE_PERMISSIONS,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about private keys.
pub(crate) struct Context<'a> {
    /// The scan of the text.
    pub(crate) scan: &'a Scan,
    /// The public keys and fingerprints that were given, compared with the key.
    compared: Vec<Compared>,
    /// The name of the same key in another project.
    reused: Option<&'a Source>,
    /// The published list that contains the key.
    known: Option<&'static KnownKey>,
    /// The kind of the comment, of the key itself or of its public half.
    comment: Option<Comment>,
    /// The file's name, if it is one that `ssh-keygen` suggests.
    default_name: Option<&'static str>,
    /// The permission bits of the key's file.
    mode: Option<u32>,
    audit: Option<Audit>,
}

/// The advice for every text that contains the whole key.
const CONVERT: &str =
    "Run `rekey convert key KEY --out NEW`: it writes the same key in the format that the service accepts.";

/// The advice for a text that lacks a part of the key.
const COPY_AGAIN: &str =
    "Copy the whole file again, from the file itself and not from a document or a message.";

/// The advice for a text that may contain the whole key.
const CONVERT_OR_COPY: &str = "Run `rekey convert key KEY --out NEW`: it writes the same key in the format \
                               that the service accepts. If it fails, copy the whole file again, from the \
                               file itself and not from a document or a message.";

/// The service's reader of keys.
const PEM_READER: Basis = Basis::Upstream {
    source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
};

/// The result of a comparison.
enum Compared {
    Match(Match),
    Unreadable(PublicKeyProblem),
}

/// Facts about a key other than its text.
#[derive(Clone, Copy, Default)]
pub(crate) struct KeyDetails<'a> {
    /// The public half that the git host has.
    pub(crate) public_key: Option<&'a [u8]>,
    /// The fingerprint that the git host shows.
    pub(crate) fingerprint: Option<&'a [u8]>,
    /// The keys of other projects.
    pub(crate) others: &'a [(Source, Fingerprint)],
    /// The permission bits of the key's file.
    pub(crate) mode: Option<u32>,
    /// The path of the key's file.
    pub(crate) path: Option<&'a str>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(scan: &'a Scan, beside: KeyDetails<'a>, primality: Primality) -> Self {
        let key = scan.recovered();
        let half = || scan.public.as_ref().map(PublicKey::fingerprint);
        let mine = || key.as_ref().map(PrivateKey::fingerprint).or_else(half);
        // Skip hashing if there is nothing to compare with.
        let fingerprint = if beside.others.is_empty() { None } else { mine() };
        let same = |(_, other): &&(Source, Fingerprint)| Some(*other) == fingerprint;
        let mut context = Self {
            scan,
            compared: Vec::new(),
            reused: beside.others.iter().find(same).map(|(name, _)| name),
            known: key.as_ref().and_then(PrivateKey::known),
            comment: scan.comment,
            default_name: beside.path.and_then(default_name),
            mode: beside.mode,
            audit: key.as_ref().map(|key| key.audit(primality)),
        };
        for text in [beside.public_key, beside.fingerprint].into_iter().flatten() {
            match PublicKey::parse_all(text) {
                Ok(keys) => context.compare(&keys),
                Err(problem) => context.compared.push(Compared::Unreadable(problem)),
            }
        }
        context
    }

    /// The keys of one text are those that the git host has: one match is enough.
    fn compare(&mut self, keys: &[PublicKey]) {
        self.known = self.known.or(keys.iter().find_map(PublicKey::known));
        let key = self.scan.recovered();
        let compare = |public: &PublicKey| match (&key, &self.scan.public) {
            (Some(key), _) => Some(key.matches(public)),
            (None, Some(half)) => compare_halves(half, public),
            (None, None) => None,
        };
        let all: Vec<_> = keys.iter().filter_map(compare).collect();
        if all.contains(&Match::Same) {
            let mine = keys.iter().find(|public| compare(public) == Some(Match::Same));
            self.comment = self.comment.or(mine.and_then(PublicKey::comment));
            return;
        }
        let other = all.iter().find(|found| **found != Match::HostKey).or(all.first());
        self.compared.extend(other.map(|found| Compared::Match(*found)));
    }

    /// The audit of the numbers, if they could be read.
    fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }

    fn flaws(&self) -> impl Iterator<Item = Flaw> {
        self.audit.iter().flat_map(|audit| audit.flaws.iter().copied())
    }

    /// The advice for getting the key out of this text: `rekey convert` if all of it is there, otherwise the
    /// given text.
    fn repair(&self, otherwise: &'static str) -> &'static str {
        let several = self.scan.untidy.iter().chain(&self.scan.problems);
        let mut several = several.filter(
            |problem| matches!(problem.kind, ProblemKind::OtherBlock(label) if label.is_private_key()),
        );
        if self.audit.is_some() && several.next().is_none() { CONVERT } else { otherwise }
    }

    /// Reports each problem of these kinds.
    fn report_problems(&self, findings: &mut Findings, is_reported: impl Fn(&ProblemKind) -> bool) {
        for problem in self.scan.problems.iter().filter(|problem| is_reported(&problem.kind)) {
            findings.report(problem.to_string()).at(problem.span).help(self.repair(COPY_AGAIN));
        }
    }

    /// Returns true if the content could be read, so that its algorithm is known.
    fn is_whole(&self) -> bool {
        self.scan.verdict != Verdict::Rejected
            || self.scan.problems.iter().all(|problem| !problem.kind.is_damage())
    }
}

/// The public half in the header of an encrypted key represents the key.
fn compare_halves(half: &PublicKey, public: &PublicKey) -> Option<Match> {
    let theirs = public.fingerprint();
    let ours = half.fingerprint();
    match theirs {
        _ if public.form() == PublicKeyForm::HostKey => Some(Match::HostKey),
        Fingerprint::Sha256(_) if ours == theirs => Some(Match::Same),
        Fingerprint::Sha256(_) => Some(Match::Different { private: ours, public: theirs }),
        _ => None,
    }
}

/// The file name, if it is one that `ssh-keygen` suggests.
fn default_name(path: &str) -> Option<&'static str> {
    const NAMES: &[&str] = &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
    let name = path.rsplit(['/', '\\']).next()?;
    NAMES.iter().copied().find(|known| *known == name)
}
