//! A scanner for any text that should be a private key.

use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    PrivateKey,
    armor::{self, Block},
    der,
    kind::{Algorithm, Kind, Label},
    libcrypto,
    limits::{MAX_BITS, MAX_BYTES},
    openssh,
    plain::Plain,
    problem::{Problem, ProblemKind, is_invisible},
    public::{Comment, PublicKey, PublicKeyForm},
    recognize::{recognize, recognize_encrypted},
    rsa::{self, Part, RsaKey},
    wrapped::{self, Wrapping},
};
use crate::{base64, text::Span};

/// The verdict on whether OpenSSH would load the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// OpenSSH would load it, and the text is exactly what `ssh-keygen -m PEM` would write.
    Canonical,
    /// OpenSSH would load it, but other programs might not.
    Untidy,
    /// OpenSSH would not load it.
    Rejected,
}

/// A block of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundBlock {
    /// Its label.
    pub label: Label,
    /// Its place, including header and footer.
    pub span: Span,
    /// True if it has the same content as an earlier block.
    pub repeated: bool,
}

/// The kind of a text that should be a private key, and its problems.
///
/// It may contain the key, which it never shows and reveals only through [`Scan::recovered`], and wipes when
/// dropped.
pub struct Scan {
    /// The kind of the text, even if it is damaged.
    pub kind: Kind,
    /// The place that shows the kind: the header of the key, or an empty span.
    pub span: Span,
    /// The verdict on whether OpenSSH would load it.
    pub verdict: Verdict,
    /// The problems that keep it from being a [`PrivateKey`]: causes before their consequences, then by
    /// place.
    pub problems: Vec<Problem>,
    /// Problems that OpenSSH ignores and other programs may not, ordered by place.
    pub untidy: Vec<Problem>,
    /// All blocks, including that of the key.
    pub blocks: Vec<FoundBlock>,
    /// The kind of the comment in the key, which hints at its owner.
    pub comment: Option<Comment>,
    /// The unencrypted public half in OpenSSH's format, whether the private half is encrypted or not.
    pub public: Option<PublicKey>,
    key: Option<RsaKey>,
}

impl Scan {
    /// The key, if it can be recovered although the text is damaged: to write it correctly.
    ///
    /// A key is recovered only if all its bytes are there and in order; nothing is guessed.
    pub fn recovered(&self) -> Option<PrivateKey> {
        self.key.as_ref().map(|key| PrivateKey::of(key.duplicate()))
    }

    pub(super) fn into_key(self) -> Result<PrivateKey, Problem> {
        match (self.problems.first(), self.key) {
            (Some(problem), _) => Err(*problem),
            (None, Some(key)) => Ok(PrivateKey::of(key)),
            (None, None) => Err(Problem { kind: ProblemKind::NotRsaKey(self.kind), span: self.span }),
        }
    }

    fn empty() -> Self {
        Self {
            kind: Kind::Unknown,
            span: Span::default(),
            verdict: Verdict::Rejected,
            problems: Vec::new(),
            untidy: Vec::new(),
            blocks: Vec::new(),
            comment: None,
            public: None,
            key: None,
        }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span) {
        self.problems.push(Problem { kind, span });
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .field("problems", &self.problems)
            .field("untidy", &self.untidy)
            .finish_non_exhaustive()
    }
}

const BEGIN: &[u8] = b"-----BEGIN RSA PRIVATE KEY-----\n";
const END: &[u8] = b"-----END RSA PRIVATE KEY-----\n";

/// The line width of `ssh-keygen` for PEM.
const PEM_WIDTH: usize = 64;

/// The line width of `ssh-keygen` for its own format.
const OPENSSH_WIDTH: usize = 70;

/// The maximum depth of wrapping.
const MAX_DEPTH: u8 = 3;

/// Scans a text. Never fails.
pub fn scan(text: &[u8]) -> Scan {
    scan_within(text, MAX_DEPTH)
}

/// Scans a text, and unwraps it up to the remaining depth.
fn scan_within(text: &[u8], depth: u8) -> Scan {
    if text.len() > MAX_BYTES {
        let mut scan = Scan::empty();
        scan.problem(ProblemKind::TooLong(text.len()), Span::at(MAX_BYTES));
        return scan;
    }
    scan_canonical(text).unwrap_or_else(|| scan_any(text, depth))
}

/// The fast path for a key without problems.
fn scan_canonical(text: &[u8]) -> Option<Scan> {
    let key = RsaKey::read(canonical_body(text)?).ok()?;
    let span = Span::new(0, BEGIN.len() - 1);
    let whole = Span::new(0, text.len() - 1);
    let block = FoundBlock { label: Label::RsaPrivateKey, span: whole, repeated: false };
    let verdict = if libcrypto::takes_numbers(&key) { Verdict::Canonical } else { Verdict::Rejected };
    let mut found = Scan { kind: Kind::Pkcs1, span, verdict, blocks: vec![block], ..Scan::empty() };
    found.hold(key);
    Some(found)
}

fn canonical_body(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?.strip_suffix(b"\n")?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(body.len() / 4 * 3));
    let (lines, last) = body.split_at(body.len().checked_sub(1)? / (PEM_WIDTH + 1) * (PEM_WIDTH + 1));
    for line in lines.chunks_exact(PEM_WIDTH + 1) {
        let digits = line.strip_suffix(b"\n")?;
        if !base64::decode_groups(digits, &mut bytes) {
            return None;
        }
    }
    bytes.extend_from_slice(&base64::decode(last)?);
    Some(bytes)
}

impl Scan {
    /// Keeps a key if it is small enough for computations.
    fn hold(&mut self, key: RsaKey) {
        if key.bits() > MAX_BITS {
            self.problem(ProblemKind::TooManyBits(key.bits()), self.span);
        } else {
            self.key = Some(key);
        }
    }
}

impl Scan {
    /// Adopts the result for a value in the text.
    fn adopt(&mut self, inner: Self, holder: Option<Wrapping>, encoding: Wrapping, place: Span) {
        self.kind = inner.kind;
        self.span = place;
        self.verdict = Verdict::Rejected;
        self.comment = inner.comment;
        self.public = inner.public;
        self.key = inner.key;
        let label = |block: FoundBlock| FoundBlock { span: place, ..block };
        self.blocks = inner.blocks.into_iter().map(label).collect();
        if let Some(holder) = holder {
            self.problem(ProblemKind::Wrapped(holder), place);
        }
        let is_binary = inner.problems.iter().any(|problem| matches!(problem.kind, ProblemKind::Binary(_)));
        let mut times = 1;
        for problem in &inner.problems {
            match problem.kind {
                ProblemKind::Wrapped(Wrapping::Base64(more)) if encoding == Wrapping::Base64(1) => {
                    times += more;
                }
                ProblemKind::Binary(_) => {
                    self.problem(ProblemKind::NoBegin, place);
                    self.problem(ProblemKind::NoEnd, place);
                }
                kind => self.problem(kind, place),
            }
        }
        let encoding = if encoding == Wrapping::Base64(1) { Wrapping::Base64(times) } else { encoding };
        // A PEM file is base64 anyway.
        if !is_binary {
            self.problem(ProblemKind::Wrapped(encoding), place);
        }
        let beside =
            |problem: &Problem| matches!(problem.kind, ProblemKind::SameBlock | ProblemKind::OtherBlock(_));
        self.untidy = inner
            .untidy
            .into_iter()
            .filter(beside)
            .map(|problem| Problem { span: place, ..problem })
            .collect();
        self.problems.sort_by_key(|problem| problem.kind.rank());
    }

    /// Drops problems that are consequences of a damaged text.
    fn drop_consequences(&mut self) {
        let changed = self.problems.iter().any(|problem| problem.kind.changes_bytes());
        let replaced = self.problems.iter().any(|problem| problem.kind.replaces_digits());
        let is_damaged = changed && self.key.is_none();
        self.problems.retain(|problem| match problem.kind {
            ProblemKind::NotRsaKey(_) => true,
            kind if kind.is_of_bytes() => !changed,
            ProblemKind::Truncated { .. } => !(replaced && is_damaged),
            _ => true,
        });
    }
}

/// The path for everything else.
fn scan_any(text: &[u8], depth: u8) -> Scan {
    let plain = Plain::of(text);
    let blocks = armor::blocks(plain.bytes());
    let mut scan = Scan::empty();
    scan.blocks = found_blocks(&plain, &blocks);
    let private = blocks.iter().position(|block| block.label().is_private_key());
    let Some(main) = private.or(if blocks.is_empty() { None } else { Some(0) }) else {
        scan_unmarked(text, &plain, depth, &mut scan);
        return scan;
    };
    let block = &blocks[main];
    scan.span = block.begin.or(block.end).map_or(Span::default(), |mark| plain.span(mark.start, mark.end));
    if private.is_none() {
        scan.kind = kind_of_label(block.label());
        scan.problem(ProblemKind::NotRsaKey(scan.kind), scan.span);
        return scan;
    }
    scan_block(text, &plain, &blocks, main, depth, &mut scan);
    scan
}

fn found_blocks(plain: &Plain<'_>, blocks: &[Block]) -> Vec<FoundBlock> {
    let body = |block: &Block| {
        plain.bytes()[block.body.0..block.body.1].iter().filter(|byte| !byte.is_ascii_whitespace())
    };
    let mut found: Vec<FoundBlock> = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        // It is compared only with the first block, which is the one that is loaded, so the time stays
        // linear.
        let repeated = at > 0 && blocks[0].label() == block.label() && body(&blocks[0]).eq(body(block));
        let span = plain.span(block.start(), block.stop());
        found.push(FoundBlock { label: block.label(), span, repeated });
    }
    found
}

fn kind_of_label(label: Label) -> Kind {
    match label {
        Label::PublicKey | Label::Ssh2PublicKey => Kind::PublicKey(Algorithm::Other),
        Label::RsaPublicKey => Kind::PublicKey(Algorithm::Rsa),
        Label::Certificate => Kind::Certificate,
        Label::CertificateRequest => Kind::CertificateRequest,
        Label::Pkcs7 => Kind::Pkcs7,
        Label::Pgp => Kind::Pgp,
        Label::Age => Kind::Age,
        Label::Ssh2PrivateKey => Kind::SshCom,
        _ => Kind::Unknown,
    }
}

/// Scans a text without PEM boundaries: something else, or only the digits of a key.
fn scan_unmarked(text: &[u8], plain: &Plain<'_>, depth: u8, scan: &mut Scan) {
    if matches!(text, [0x30, 0x81 | 0x82, ..])
        && let Some(kind) = rsa::content(text)
    {
        scan.kind = kind;
        scan.problem(ProblemKind::Binary(kind), Span::at(0));
        scan.key = match kind {
            Kind::Pkcs1 => RsaKey::read(Zeroizing::new(text.to_vec())).ok(),
            Kind::Pkcs8(Algorithm::Rsa) => RsaKey::read_pkcs8(text).ok(),
            _ => None,
        };
        scan.key.take_if(|key| key.bits() > MAX_BITS);
        return;
    }
    let bytes = plain.bytes();
    let encrypted = recognize_encrypted(bytes);
    if encrypted.is_none() && depth > 0 && scan_values(plain, depth - 1, scan) {
        return;
    }
    if let Some(kind) = encrypted.or_else(|| recognize(bytes)) {
        scan.kind = kind;
        let problem = if kind == Kind::Empty { ProblemKind::Empty } else { ProblemKind::NotRsaKey(kind) };
        scan.problem(problem, if kind == Kind::Empty { Span::new(0, text.len()) } else { Span::at(0) });
        return;
    }
    let block = Block { begin: None, end: None, body: (0, bytes.len()) };
    let body = armor::body(bytes, &block, PEM_WIDTH);
    if rsa::content(&body.bytes).is_none() {
        scan.problem(ProblemKind::NotRsaKey(Kind::Unknown), Span::at(0));
        return;
    }
    scan_block(text, plain, &[block], 0, depth, scan);
}

/// Searches the values of a text for a key. Returns false if there is none.
fn scan_values(plain: &Plain<'_>, depth: u8, scan: &mut Scan) -> bool {
    let bytes = plain.bytes();
    let mut found = false;
    for value in wrapped::values(bytes) {
        let holder = wrapped::holder(bytes, value.place.start);
        let is_der = value.bytes.starts_with(&[0x30]);
        if is_der && holder.is_none() {
            // The body of a key alone, which is read as a block without header and footer.
            continue;
        }
        let inner = scan_within(&value.bytes, depth);
        let place = plain.span(value.place.start, value.place.start);
        if !inner.kind.is_private_key() {
            if !found && !is_der && scan.kind == Kind::Unknown && inner.kind.is_known_by_form() {
                scan.kind = inner.kind;
            }
            continue;
        }
        if found {
            let label = inner.blocks.first().map_or(Label::RsaPrivateKey, |block| block.label);
            scan.blocks.push(FoundBlock { label, span: place, repeated: false });
            scan.problem(ProblemKind::OtherBlock(label), place);
            continue;
        }
        found = true;
        scan.adopt(inner, holder, value.encoding, place);
    }
    if !found && scan.kind != Kind::Unknown {
        scan.problem(ProblemKind::NotRsaKey(scan.kind), Span::at(0));
        return true;
    }
    found
}

/// Decodes the body of a block. Spaces are read as `+` if the numbers of the key prove that they were.
fn read_body(plain: &Plain<'_>, block: &Block, width: usize) -> armor::Body {
    let body = armor::body(plain.bytes(), block, width);
    if holds_together(&body.bytes) {
        return body;
    }
    let other = armor::body_with_plus(plain.bytes(), block, width);
    other.filter(|other| holds_together(&other.bytes)).unwrap_or(body)
}

/// Returns true if the bytes are a whole key with n = p · q.
fn holds_together(bytes: &Zeroizing<Vec<u8>>) -> bool {
    let key = RsaKey::read(bytes.clone()).ok();
    let key = key.or_else(|| RsaKey::read_pkcs8(bytes).ok());
    let key = key.or_else(|| openssh::read(bytes).ok()?.key);
    key.filter(|key| key.bits() <= MAX_BITS).is_some_and(|key| {
        let product = key.number(Part::FirstPrime).times(&key.number(Part::SecondPrime));
        product.to_be().as_slice() == key.digits(Part::Modulus)
    })
}

fn scan_block(text: &[u8], plain: &Plain<'_>, blocks: &[Block], main: usize, depth: u8, scan: &mut Scan) {
    let block = &blocks[main];
    let label = block.label();
    let width = if label == Label::OpenSshPrivateKey { OPENSSH_WIDTH } else { PEM_WIDTH };
    let body = read_body(plain, block, width);
    let is_text = body.bytes.trim_ascii_start().starts_with(b"-----BEGIN ");
    if is_text && depth > 0 {
        let inner = scan_within(&body.bytes, depth - 1);
        if inner.kind.is_private_key() {
            let place = plain.span(block.body.0, block.body.0);
            return scan.adopt(inner, None, Wrapping::Base64(1), place);
        }
    }
    let mut faults: Vec<_> =
        plain.undone.iter().map(|(kind, span)| Problem { kind: *kind, span: *span }).collect();
    faults.extend(
        body.faults.iter().map(|(kind, start, end)| Problem { kind: *kind, span: plain.span(*start, *end) }),
    );
    faults.extend(surroundings(plain, blocks, main, scan));
    let encrypted = body.encrypted;

    let loading = libcrypto::load(text);
    let readable = loading
        .block
        .as_ref()
        .is_some_and(|found| encrypted || !found.bytes.is_empty() && found.bytes == body.bytes);
    let first_contents = scan.problems.len();
    if readable || label == Label::Ssh2PrivateKey {
        scan.untidy = faults;
    } else {
        let (fatal, harmless) =
            faults.into_iter().partition(|fault| label == Label::OpenSshPrivateKey || fault.kind.is_fatal());
        (scan.problems, scan.untidy) = (fatal, harmless);
    }
    let place = plain.span(block.body.0, block.body.0).start as usize;
    judge_content(label, &body.bytes, encrypted, Span::at(place), scan);
    scan.drop_consequences();
    let loads = loading.loads && !encrypted;
    if !loads && scan.problems.len() == first_contents && !has_bad_numbers(scan) {
        if scan.untidy.is_empty() {
            scan.problem(ProblemKind::Unreadable, scan.span);
        } else {
            scan.problems = std::mem::take(&mut scan.untidy);
        }
    }
    scan.verdict = match (loads, scan.kind) {
        (false, _) => Verdict::Rejected,
        (true, Kind::Pkcs1) if scan.problems.is_empty() && scan.untidy.is_empty() => Verdict::Canonical,
        (true, _) => Verdict::Untidy,
    };
    scan.problems.sort_by_key(|problem| (problem.kind.rank(), problem.span.start));
    scan.untidy.sort_by_key(|problem| problem.span.start);
}

/// Returns true if the only defect is that OpenSSH rejects the numbers, which rules report.
fn has_bad_numbers(scan: &Scan) -> bool {
    scan.key.as_ref().is_some_and(|key| !libcrypto::takes_numbers(key))
}

/// The problems of the text around the key.
fn surroundings(plain: &Plain<'_>, blocks: &[Block], main: usize, scan: &Scan) -> Vec<Problem> {
    let bytes = plain.bytes();
    let ink = |start: usize, end: usize| {
        let text = bytes.get(start..end).unwrap_or_default();
        let first = text.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'>')?;
        Some(start + first)
    };
    let mut out = Vec::new();
    let key = &blocks[main];
    let holder = key.begin.and_then(|begin| wrapped::holder(bytes, begin.start));
    let first = blocks.first().map_or(0, Block::start);
    if key.begin.is_some()
        && let Some(at) = ink(0, first)
    {
        let invisible = armor::char_at(bytes, at).filter(|c| is_invisible(*c));
        let (kind, width) = match (holder, invisible) {
            (Some(holder), _) => (ProblemKind::Wrapped(holder), 0),
            (None, Some(c)) => (ProblemKind::InvisibleBefore(c), c.len_utf8()),
            (None, None) => (ProblemKind::TextBefore, 0),
        };
        out.push(Problem { kind, span: plain.span(at, at + width) });
    }
    for (at, found) in scan.blocks.iter().enumerate().filter(|(at, _)| *at != main) {
        let same = found.repeated && main == 0 && at > 0;
        let kind = if same { ProblemKind::SameBlock } else { ProblemKind::OtherBlock(found.label) };
        out.push(Problem { kind, span: Span::at(found.span.start as usize) });
    }
    let gaps = blocks.windows(2).map(|pair| (pair[0].stop(), pair[1].start()));
    let last = blocks.last().map_or(0, Block::stop);
    let mut gaps = gaps.chain(std::iter::once((last, bytes.len())));
    // After a value in another format, the rest belongs to that format.
    if key.end.is_some()
        && holder.is_none()
        && let Some(at) = gaps.find_map(|(start, end)| ink(start, end))
    {
        out.push(Problem { kind: ProblemKind::TextAfter, span: plain.span(at, at) });
    }
    out
}

/// Determines the kind of the body and its problems.
fn judge_content(label: Label, bytes: &Zeroizing<Vec<u8>>, encrypted: bool, place: Span, scan: &mut Scan) {
    if encrypted {
        scan.kind = Kind::EncryptedPkcs1;
        return scan.problem(ProblemKind::Encrypted(scan.kind), scan.span);
    }
    let content = rsa::content(bytes);
    scan.kind = content.or(kind_by_label(label)).unwrap_or(Kind::Unknown);
    let wanted = kind_by_label(label);
    let fits = match (wanted, scan.kind) {
        (None, _)
        | (Some(Kind::Pkcs8(_)), Kind::Pkcs8(_))
        | (Some(Kind::OpenSsh { .. }), Kind::OpenSsh { .. }) => true,
        (Some(wanted), kind) => wanted == kind,
    };
    if !fits {
        scan.problem(ProblemKind::WrongLabel { label, content: scan.kind }, scan.span);
    }
    if let Some(declared) = der::declared_length(bytes).filter(|declared| *declared > bytes.len()) {
        // All other defects are consequences of the missing part.
        return scan.problem(ProblemKind::Truncated { declared, found: bytes.len() }, place);
    }
    match scan.kind {
        Kind::Pkcs1 => keep(RsaKey::read(bytes.clone()), || RsaKey::read_lax(bytes), place, scan),
        Kind::Pkcs8(Algorithm::Rsa) => {
            keep(RsaKey::read_pkcs8(bytes), || RsaKey::read_pkcs8_lax(bytes), place, scan);
        }
        Kind::OpenSsh { .. } => judge_container(bytes, place, scan),
        Kind::EncryptedPkcs8 => scan.problem(ProblemKind::Encrypted(scan.kind), scan.span),
        kind if bytes.is_empty() && kind == Kind::Unknown => {}
        kind => scan.problem(ProblemKind::NotRsaKey(kind), scan.span),
    }
}

fn kind_by_label(label: Label) -> Option<Kind> {
    Some(match label {
        Label::RsaPrivateKey => Kind::Pkcs1,
        Label::PrivateKey => Kind::Pkcs8(Algorithm::Other),
        Label::EncryptedPrivateKey => Kind::EncryptedPkcs8,
        Label::OpenSshPrivateKey => Kind::OpenSsh { algorithm: Algorithm::Other, encrypted: false },
        Label::EcPrivateKey => Kind::Sec1,
        Label::DsaPrivateKey => Kind::DsaKey,
        Label::Ssh2PrivateKey => Kind::SshCom,
        _ => return None,
    })
}

fn keep(
    strict: Result<RsaKey, ProblemKind>,
    lax: impl FnOnce() -> Option<RsaKey>,
    place: Span,
    scan: &mut Scan,
) {
    match strict {
        Ok(key) => scan.hold(key),
        Err(problem) => {
            scan.problem(problem, place);
            if let Some(key) = lax() {
                scan.hold(key);
            }
        }
    }
}

fn judge_container(bytes: &[u8], place: Span, scan: &mut Scan) {
    let container = match openssh::read(bytes) {
        Ok(container) => container,
        Err(fault) => return scan.problem(ProblemKind::Container(fault), place),
    };
    let (algorithm, encrypted) = (container.algorithm, container.encrypted);
    scan.kind = Kind::OpenSsh { algorithm, encrypted };
    scan.comment = container.comment;
    scan.public = PublicKey::of_blob(PublicKeyForm::Line, container.public, container.comment);
    if algorithm != Algorithm::Rsa {
        scan.problem(ProblemKind::NotRsaKey(scan.kind), scan.span);
    } else if encrypted {
        scan.problem(ProblemKind::Encrypted(scan.kind), scan.span);
    }
    if let Some(fault) = container.fault {
        scan.problem(ProblemKind::Container(fault), place);
    }
    if let Some(key) = container.key {
        scan.hold(key);
    }
}
