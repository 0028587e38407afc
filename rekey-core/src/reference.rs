//! Image references: `registry.example.com/team/server:1.0-1` is tag 1.0-1 of the repository `team/server`.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "places were found in the same text; the fuzz target image_reference holds it"
)]

#[cfg(feature = "oci-spec")]
mod interop;
pub(crate) mod mistaken;
pub mod registry;

use std::fmt;

use crate::{
    tag::{self, shown},
    text::Span,
};

/// The maximum length of a reference's path in bytes, without the domain.
///
/// Source: distribution/reference `reference.go`, `RepositoryNameTotalLengthMax`.
pub const MAX_PATH_BYTES: usize = 255;

/// The registry of references that name none.
const DOCKER_HUB: &str = "docker.io";
/// The former name of Docker Hub; the same registry.
const OLD_DOCKER_HUB: &[u8] = b"index.docker.io";
/// The prefix of Docker Hub's images without an owner.
const OFFICIAL: &str = "library/";

/// An image reference in its full form: the registry and owner of a familiar name such as `redis` are added.
///
/// # Syntax
/// `[domain/]path[:tag][@digest]`.
///
/// - The domain is a host name of letters, digits, dots and inner dashes, or an IPv6 address in brackets, and then
///   possibly a colon and a port. The text before the first slash is a domain if it has a dot, a colon or an uppercase
///   letter, or is `localhost`; `team/app` is on Docker Hub. Not allowed: `[fe80::1%eth0]/app` (a zone),
///   `my-.example.com/app` (a dash at the end of a label), `https://quay.io/app` (a scheme).
/// - The path is made of components between slashes, together at most 255 bytes; each of lowercase letters and digits
///   with one dot, one or two underscores or any number of dashes between them. Not allowed: `App` (an uppercase
///   letter), `a..b`, `a/` (an empty component), 64 hexadecimal digits alone (an image id).
/// - The tag has at most 128 letters, digits, underscores, dots and dashes, and does not begin with a dot or dash. Not
///   allowed: `app:1.0+2`, `app:`.
/// - The digest is `sha256:`, `sha384:` or `sha512:` and as many lowercase hexadecimal digits as the algorithm gives.
///
/// All of it is ASCII. The grammar is that of distribution/reference, and the parts are those that its
/// `ParseNormalizedNamed` returns; containers/image, which podman and skopeo use, has a copy of it.
///
/// ```
/// use rekey_core::reference::ImageReference;
///
/// let reference = ImageReference::parse("quay.io/team/app:1.0-1")?;
/// assert_eq!((reference.domain(), reference.path(), reference.tag()), ("quay.io", "team/app", Some("1.0-1")));
/// assert_eq!(ImageReference::parse("redis")?.to_string(), "docker.io/library/redis");
/// assert_eq!(
///     ImageReference::parse("quay.io/Team/app").unwrap_err().to_string(),
///     "expected lowercase letters in the name, found `T`",
/// );
/// # Ok::<(), rekey_core::reference::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageReference {
    /// The parts with their separators.
    text: Box<str>,
    /// The end of each part. An absent tag or digest ends with the part before it.
    domain_end: u32,
    path_end: u32,
    tag_end: u32,
}

impl ImageReference {
    /// Parses a reference as `podman push` and `docker push` do.
    ///
    /// # Errors
    /// Returns the first violation of the grammar.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, Problem> {
        let scan = scan(text.as_ref());
        match scan.problems.first() {
            Some(problem) => Err(*problem),
            None => Ok(Self::from_scan(&scan).expect("a scan without problem is a reference")),
        }
    }

    /// The reference that was scanned, if it has no problem.
    pub(crate) fn from_scan(scan: &ReferenceScan<'_>) -> Option<Self> {
        if !scan.problems.is_empty() {
            return None;
        }
        let given = std::str::from_utf8(scan.text).ok()?;
        let part = |span: Span| given.get(span.range());
        let domain = match scan.home {
            Home::DockerHub => DOCKER_HUB,
            Home::Named | Home::Nowhere => scan.domain.map_or(Some(""), part)?,
        };
        // Exact if nothing is added, so that the text is allocated once.
        let written_out = if scan.is_docker_hub() { DOCKER_HUB.len() + 1 + OFFICIAL.len() } else { 0 };
        let mut text = String::with_capacity(given.len() + written_out);
        text.push_str(domain);
        let domain_end = text.len() as u32;
        if !domain.is_empty() {
            text.push('/');
        }
        if scan.is_official() {
            text.push_str(OFFICIAL);
        }
        text.push_str(part(scan.path)?);
        let path_end = text.len() as u32;
        if let Some(tag) = scan.tag {
            text.push(':');
            text.push_str(part(tag)?);
        }
        let tag_end = text.len() as u32;
        if let Some(digest) = scan.digest {
            text.push('@');
            text.push_str(part(digest)?);
        }
        Some(Self { text: text.into_boxed_str(), domain_end, path_end, tag_end })
    }

    /// The whole reference in its full form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The registry: a host, possibly with a port.
    ///
    /// Empty for references such as `host_x.com/app`: the first component has a dot, so it is not an owner on
    /// Docker Hub, but it is not a valid host either.
    pub fn domain(&self) -> &str {
        &self.text[..self.domain_end as usize]
    }

    /// The repository in the registry.
    pub fn path(&self) -> &str {
        let slash = usize::from(self.domain_end > 0);
        &self.text[self.domain_end as usize + slash..self.path_end as usize]
    }

    /// Domain and path.
    pub fn name(&self) -> &str {
        &self.text[..self.path_end as usize]
    }

    /// The last component of the path, which preflight calls the container's name.
    pub fn last_component(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The tag, if there is one; there is no default.
    pub fn tag(&self) -> Option<&str> {
        self.text[self.path_end as usize..self.tag_end as usize].strip_prefix(':')
    }

    /// The digest: algorithm, colon, hexadecimal digits.
    pub fn digest(&self) -> Option<&str> {
        self.text[self.tag_end as usize..].strip_prefix('@')
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ImageReference").field(&self.text).finish()
    }
}

impl AsRef<str> for ImageReference {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl std::str::FromStr for ImageReference {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

written_as_text!(ImageReference, Problem);

/// The parts of a reference as written, with nothing added: `redis` has no domain.
///
/// These are the results of distribution/reference's `Parse`: the text before the first slash is a domain if
/// it could be a host, so `team/app` is on the host `team`. Image ids are accepted, and Docker Hub's familiar
/// names are not expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlainReference<'a> {
    /// The text before the first slash, if it is a host.
    pub domain: Option<&'a str>,
    /// The repository.
    pub path: &'a str,
    /// The text after the colon.
    pub tag: Option<&'a str>,
    /// The text after the at sign.
    pub digest: Option<&'a str>,
}

/// Parses a reference without the special rules for Docker Hub.
///
/// ```
/// use rekey_core::reference::parse_plain;
///
/// let plain = parse_plain("team/app:1.0-1")?;
/// assert_eq!((plain.domain, plain.path), (Some("team"), "app"));
/// # Ok::<(), rekey_core::reference::Problem>(())
/// ```
///
/// # Errors
/// Returns the first violation of the grammar.
pub fn parse_plain(text: &str) -> Result<PlainReference<'_>, Problem> {
    let scan = read(text.as_bytes(), Form::Plain);
    if let Some(problem) = scan.problems.first() {
        return Err(*problem);
    }
    let part = |span: Span| text.get(span.range()).expect("a scan without problem is ASCII");
    Ok(PlainReference {
        domain: scan.domain.map(part),
        path: part(scan.path),
        tag: scan.tag.map(part),
        digest: scan.digest.map(part),
    })
}

/// The reason why a text is not an image reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// Its place.
    pub span: Span,
}

/// The reasons why a text is not an image reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty.
    #[error("expected an image reference, found nothing")]
    Empty,
    /// `https://`, `docker://` and the like.
    #[error("expected a host or a name at the beginning, found a scheme")]
    Scheme,
    /// 64 hexadecimal digits: the id of an image.
    #[error("expected a name, found 64 hexadecimal digits, which are an image id")]
    Identifier,
    /// A character that a host cannot contain.
    #[error("expected letters, digits, `-` and `.` in the host, found {}", shown(*.0))]
    HostCharacter(char),
    /// A label of the host is empty, or begins or ends with a dash.
    #[error("expected letters or digits at both ends of each label of the host")]
    HostLabel,
    /// No IPv6 address in the brackets, or no closing bracket.
    #[error("expected an IPv6 address of hexadecimal digits and `:` in brackets, without a zone")]
    HostAddress,
    /// A port that is not a number.
    #[error("expected a port of digits after the host's colon")]
    Port,
    /// An empty component of the name.
    #[error("expected a component of the name, found nothing")]
    EmptyComponent,
    /// An uppercase letter in the name.
    #[error("expected lowercase letters in the name, found `{0}`")]
    Uppercase(char),
    /// A dot, underscore or dash that is not between letters or digits, or too many of them.
    #[error("expected a letter or digit in the name, found `{0}`")]
    Separator(char),
    /// A character that a name cannot contain.
    #[error("expected lowercase letters, digits, `.`, `_`, `-` and `/` in the name, found {}", shown(*.0))]
    NameCharacter(char),
    /// Too many bytes in the path.
    #[error("the path has {0} characters; at most 255 are allowed")]
    PathTooLong(usize),
    /// The text after the colon is not a tag.
    #[error("in the tag, {0}")]
    Tag(tag::ProblemKind),
    /// The text after the at sign is not an algorithm, a colon and hexadecimal digits.
    #[error("expected a digest after `@`: an algorithm, a colon and hexadecimal digits")]
    DigestForm,
    /// An unsupported algorithm.
    #[error("expected `sha256`, `sha384` or `sha512` as the digest's algorithm")]
    DigestAlgorithm,
    /// The wrong number of digits for the algorithm.
    #[error("expected {expected} hexadecimal digits in the digest, found {found}")]
    DigestLength {
        /// The number for the algorithm.
        expected: usize,
        /// The number that is there.
        found: usize,
    },
    /// Uppercase digits.
    #[error("expected lowercase hexadecimal digits in the digest, found `{0}`")]
    DigestCase(char),
    /// Bytes that are not UTF-8.
    #[error("expected ASCII, found bytes that are not UTF-8")]
    Encoding,
}

/// The parts of a text that should be an image reference.
///
/// ```text
/// https://quay.io:443/team/app:1.0-1@sha256:0123…
/// ~~~~~~~~                                          scheme (a problem)
///         ~~~~~~~~~~~                               domain
///                     ~~~~~~~~                      path
///                              ~~~~~                tag
///                                    ~~~~~~~~~~~    digest
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceScan<'a> {
    /// The text as given.
    pub text: &'a [u8],
    /// `https://`, `docker://` or similar; the other parts are read after it.
    pub scheme: Option<Span>,
    /// The text before the first slash, if it is a host.
    pub domain: Option<Span>,
    /// The text between domain and tag, possibly empty.
    pub path: Span,
    /// The text after the first colon of the last component.
    pub tag: Option<Span>,
    /// The text after the first at sign.
    pub digest: Option<Span>,
    /// The problems that keep the text from being a reference, in the order of the parts; few, however long
    /// the text is.
    pub problems: Vec<Problem>,
    home: Home,
}

impl ReferenceScan<'_> {
    /// Returns true if the image is on Docker Hub, explicitly or by default.
    pub fn is_docker_hub(&self) -> bool {
        self.home == Home::DockerHub
    }

    /// Returns true if the path means one below `library/`.
    fn is_official(&self) -> bool {
        self.is_docker_hub() && !self.path.of(self.text).contains(&b'/')
    }
}

/// The location of the image according to a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    DockerHub,
    Named,
    /// The first component has a dot and is not a host; Go leaves the domain empty.
    Nowhere,
}

/// Returns true if the text is a reference; allocates nothing if it is.
pub(crate) fn is_reference(text: &str) -> bool {
    scan(text.as_bytes()).problems.is_empty()
}

/// Scans a text. Never fails.
pub fn scan(text: &[u8]) -> ReferenceScan<'_> {
    read(text, Form::Normalized)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Go's `ParseNormalizedNamed`.
    Normalized,
    /// Go's `Parse`.
    Plain,
}

fn read(text: &[u8], form: Form) -> ReferenceScan<'_> {
    let seams = seams(text);
    let scheme = scheme(text, seams.first_slash);
    let seams = scheme.map_or(seams, |scheme| seams_from(text, scheme.len()));
    let start = scheme.map_or(0, Span::len);
    let name = Span::new(start, seams.name_end);
    let tag = (seams.name_end < seams.end).then(|| Span::new(seams.name_end + 1, seams.end));
    let digest = (seams.end < text.len()).then(|| Span::new(seams.end + 1, text.len()));
    let Split { domain, path, home, host_problem } = split_domain(text, name, seams.first_slash, form);

    let mut scan = ReferenceScan { text, scheme, domain, path, tag, digest, problems: Vec::new(), home };
    if text.is_empty() {
        scan.problems.push(Problem { kind: ProblemKind::Empty, span: Span::at(0) });
        return scan;
    }
    let problems = [
        scheme.map(|span| Problem { kind: ProblemKind::Scheme, span }),
        host_problem,
        path_problem(text, path),
        path_limit(&scan, form),
        tag.and_then(|span| tag_problem(text, span)),
        digest.and_then(|span| digest_problem(text, span)),
    ];
    if problems.iter().any(Option::is_some) {
        scan.problems.extend(problems.into_iter().flatten());
    }
    scan
}

/// The boundaries between the parts of a reference.
#[derive(Clone, Copy)]
struct Seams {
    first_slash: Option<usize>,
    /// The first colon of the last component, or the end.
    name_end: usize,
    /// The first at sign, or the end of the text.
    end: usize,
}

fn seams(text: &[u8]) -> Seams {
    seams_from(text, 0)
}

/// Finds them in one pass from `start` on.
fn seams_from(text: &[u8], start: usize) -> Seams {
    let (mut first_slash, mut colon, mut end) = (None, None, text.len());
    for (at, b) in text[start..].iter().enumerate() {
        match b {
            b'/' => {
                first_slash = first_slash.or(Some(start + at));
                colon = None;
            }
            b':' => colon = colon.or(Some(start + at)),
            b'@' => {
                end = start + at;
                break;
            }
            _ => {}
        }
    }
    Seams { first_slash, name_end: colon.unwrap_or(end), end }
}

/// `letter (letter | digit | "+" | "." | "-")* "://"` at the beginning. No reference contains `//`.
fn scheme(text: &[u8], first_slash: Option<usize>) -> Option<Span> {
    let slash = first_slash.filter(|slash| text.get(slash + 1) == Some(&b'/'))?;
    let (word, colon) = text.get(..slash)?.split_at_checked(slash.checked_sub(1)?)?;
    let belongs = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-');
    let right =
        colon == b":" && word.first().is_some_and(u8::is_ascii_alphabetic) && word.iter().all(belongs);
    right.then(|| Span::new(0, slash + 2))
}

/// A name, split into domain and path.
struct Split {
    domain: Option<Span>,
    path: Span,
    home: Home,
    host_problem: Option<Problem>,
}

fn split_domain(text: &[u8], name: Span, slash: Option<usize>, form: Form) -> Split {
    let whole = |home| Split { domain: None, path: name, home, host_problem: None };
    let Some(slash) = slash else { return whole(Home::DockerHub) };
    let first = Span { start: name.start, end: slash as u32 };
    let host = first.of(text);
    let host_problem = host_problem(text, first);
    let rest = Span { start: first.end + 1, end: name.end };
    let split = |home| Split { domain: Some(first), path: rest, home, host_problem };
    match form {
        Form::Plain if host_problem.is_none() => split(Home::Named),
        Form::Plain => whole(Home::Nowhere),
        Form::Normalized if host == DOCKER_HUB.as_bytes() || host == OLD_DOCKER_HUB => split(Home::DockerHub),
        Form::Normalized if !looks_like_host(host) => whole(Home::DockerHub),
        // Go's grammar tries a host first and uses the whole name as the path if there is none.
        Form::Normalized if host_problem.is_some() && path_problem(text, name).is_none() => {
            whole(Home::Nowhere)
        }
        Form::Normalized => split(Home::Named),
    }
}

/// The condition for a domain in distribution/reference's `splitDockerDomain`.
fn looks_like_host(first: &[u8]) -> bool {
    first == b"localhost" || first.iter().any(|b| matches!(b, b'.' | b':') || b.is_ascii_uppercase())
}

/// `(label ("." label)* | "[" (hexdigit | ":")+ "]") (":" digit+)?`, where a label is letters, digits and inner dashes.
fn host_problem(text: &[u8], host: Span) -> Option<Problem> {
    let bytes = host.of(text);
    let here = |from: usize, to: usize| Span::new(from, to).shifted(host.start as usize);
    let (name_end, bracketed) = match bytes {
        [b'[', address @ ..] => {
            let len =
                address.iter().position(|b| !b.is_ascii_hexdigit() && *b != b':').unwrap_or(address.len());
            if len == 0 || address.get(len) != Some(&b']') {
                return Some(Problem { kind: ProblemKind::HostAddress, span: host });
            }
            (len + 2, true)
        }
        _ => (bytes.iter().position(|b| *b == b':').unwrap_or(bytes.len()), false),
    };
    let (name, port) = bytes.split_at(name_end);
    if !bracketed && let Some((kind, from, to)) = label_problem(name) {
        return Some(Problem { kind, span: here(from, to) });
    }
    match port {
        [] => None,
        [b':', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => None,
        _ => Some(Problem { kind: ProblemKind::Port, span: here(name_end, bytes.len()) }),
    }
}

/// The first problem of a host name, with its place.
fn label_problem(name: &[u8]) -> Option<(ProblemKind, usize, usize)> {
    let mut before = b'.';
    for (at, b) in name.iter().copied().enumerate() {
        match b {
            _ if b.is_ascii_alphanumeric() => {}
            b'-' if before != b'.' => {}
            b'.' if before.is_ascii_alphanumeric() => {}
            b'-' | b'.' => return Some((ProblemKind::HostLabel, at, at + 1)),
            _ => {
                let (c, width) = character(&name[at..]);
                return Some((c.map_or(ProblemKind::Encoding, ProblemKind::HostCharacter), at, at + width));
            }
        }
        before = b;
    }
    let ended = before.is_ascii_alphanumeric();
    (!ended).then_some((ProblemKind::HostLabel, name.len().saturating_sub(1), name.len()))
}

/// `component ("/" component)*` where a component is `alnum+ (("." | "_" | "__" | "-"+) alnum+)*`, in
/// lowercase.
fn path_problem(text: &[u8], path: Span) -> Option<Problem> {
    #[derive(Clone, Copy, PartialEq)]
    enum After {
        Slash,
        Alphanumeric,
        Underscore,
        Dash,
        /// A dot or a second underscore: a letter or digit must follow.
        Separator,
    }
    let bytes = path.of(text);
    let mut after = After::Slash;
    for (at, b) in bytes.iter().copied().enumerate() {
        if b.is_ascii_lowercase() || b.is_ascii_digit() {
            after = After::Alphanumeric;
            continue;
        }
        after = match (b, after) {
            (b'/', After::Alphanumeric) => After::Slash,
            (b'-', After::Alphanumeric | After::Dash) => After::Dash,
            (b'.', After::Alphanumeric) | (b'_', After::Underscore) => After::Separator,
            (b'_', After::Alphanumeric) => After::Underscore,
            _ => return Some(wrong_byte(bytes, at, after == After::Slash, path.start as usize)),
        };
    }
    let end = path.end as usize;
    match after {
        After::Alphanumeric => None,
        After::Slash => Some(Problem { kind: ProblemKind::EmptyComponent, span: Span::at(end) }),
        _ => {
            let last = bytes.last().map_or('-', |b| *b as char);
            Some(Problem { kind: ProblemKind::Separator(last), span: Span::new(end - 1, end) })
        }
    }
}

/// The problem with a byte that is not allowed at `at` in a path.
fn wrong_byte(path: &[u8], at: usize, begins: bool, start: usize) -> Problem {
    let (c, width) = character(&path[at..]);
    let here = |from, to| Span::new(from, to).shifted(start);
    let (kind, span) = match c {
        None => (ProblemKind::Encoding, here(at, at + width)),
        Some('/') if begins => (ProblemKind::EmptyComponent, here(at, at)),
        // A component that ends with a separator: the separator is wrong, not the slash after it.
        Some('/') => (ProblemKind::Separator(path[at - 1] as char), here(at - 1, at)),
        Some(c @ ('.' | '_' | '-')) => (ProblemKind::Separator(c), here(at, at + width)),
        Some(c) if c.is_ascii_uppercase() => (ProblemKind::Uppercase(c), here(at, at + width)),
        Some(c) => (ProblemKind::NameCharacter(c), here(at, at + width)),
    };
    Problem { kind, span }
}

/// Checks the path as a whole.
fn path_limit(scan: &ReferenceScan<'_>, form: Form) -> Option<Problem> {
    let normalized = form == Form::Normalized;
    let owner = if normalized && scan.is_official() { OFFICIAL.len() } else { 0 };
    let len = scan.path.len() + owner;
    if len > MAX_PATH_BYTES {
        return Some(Problem { kind: ProblemKind::PathTooLong(len), span: scan.path });
    }
    let id = normalized
        && scan.text.len() == 64
        && scan.text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    id.then_some(Problem { kind: ProblemKind::Identifier, span: scan.path })
}

/// The problem with the part after the colon, if it is not a tag.
fn tag_problem(text: &[u8], tag: Span) -> Option<Problem> {
    let problem = tag::problem(tag.of(text))?;
    Some(Problem { kind: ProblemKind::Tag(problem.kind), span: problem.span.shifted(tag.start as usize) })
}

/// `algorithm ":" hexdigit{n}` in lowercase, where the algorithm determines n.
fn digest_problem(text: &[u8], digest: Span) -> Option<Problem> {
    let bytes = digest.of(text);
    let colon = bytes.iter().position(|b| *b == b':');
    let (algorithm, digits) = bytes.split_at(colon.unwrap_or(bytes.len()));
    let digits = digits.get(1..).unwrap_or_default();
    if algorithm.is_empty() || digits.len() < 32 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Some(Problem { kind: ProblemKind::DigestForm, span: digest });
    }
    let here = |from: usize, to: usize| Span::new(from, to).shifted(digest.start as usize);
    let expected = match algorithm {
        b"sha256" => 64,
        b"sha384" => 96,
        b"sha512" => 128,
        _ => return Some(Problem { kind: ProblemKind::DigestAlgorithm, span: here(0, algorithm.len()) }),
    };
    let first = algorithm.len() + 1;
    if digits.len() != expected {
        let kind = ProblemKind::DigestLength { expected, found: digits.len() };
        return Some(Problem { kind, span: here(first, bytes.len()) });
    }
    let upper = digits.iter().position(u8::is_ascii_uppercase)?;
    let kind = ProblemKind::DigestCase(digits[upper] as char);
    Some(Problem { kind, span: here(first + upper, first + upper + 1) })
}

/// The character at the beginning of `text`, `None` if it is not UTF-8, and its length in bytes.
fn character(text: &[u8]) -> (Option<char>, usize) {
    let Some(chunk) = text.utf8_chunks().next() else { return (None, 0) };
    match chunk.valid().chars().next() {
        Some(c) => (Some(c), c.len_utf8()),
        None => (None, chunk.invalid().len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    type Parts = (String, String, Option<String>, Option<String>);

    #[track_caller]
    fn reference(text: &str) -> ImageReference {
        ImageReference::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    #[track_caller]
    fn problem(text: &str) -> String {
        let problem = ImageReference::parse(text).expect_err(text);
        format!("{problem} at {}", problem.span)
    }

    fn parts(text: &str) -> Parts {
        let reference = reference(text);
        let owned = |part: Option<&str>| part.map(str::to_owned);
        (
            reference.domain().into(),
            reference.path().into(),
            owned(reference.tag()),
            owned(reference.digest()),
        )
    }

    #[test]
    fn the_full_form_names_registry_and_owner() {
        for (text, domain, path, tag) in [
            ("redis", "docker.io", "library/redis", None),
            ("redis:7", "docker.io", "library/redis", Some("7")),
            ("team/app", "docker.io", "team/app", None),
            ("docker.io/redis", "docker.io", "library/redis", None),
            ("index.docker.io/team/app", "docker.io", "team/app", None),
            ("localhost/app", "localhost", "app", None),
            ("localhost:5000", "docker.io", "library/localhost", Some("5000")),
            ("host:5000/app:5000", "host:5000", "app", Some("5000")),
            ("TEAM/app", "TEAM", "app", None),
            ("host_x.com/app", "", "host_x.com/app", None),
            ("a--b__c.d/e", "", "a--b__c.d/e", None),
            ("[2001:db8::1]:443/app:1", "[2001:db8::1]:443", "app", Some("1")),
        ] {
            assert_eq!(parts(text), (domain.into(), path.into(), tag.map(str::to_owned), None), "{text}");
        }
    }

    #[test]
    fn a_digest_follows_the_tag() {
        let text = format!("quay.io/a/b:1@sha256:{HEX}");
        let reference = reference(&text);
        assert_eq!(
            (reference.tag(), reference.digest()),
            (Some("1"), Some(format!("sha256:{HEX}").as_str()))
        );
        assert_eq!((reference.name(), reference.last_component()), ("quay.io/a/b", "b"));
    }

    #[test]
    fn an_invalid_reference_is_reported_with_its_first_wrong_part() {
        let upper = format!("app@sha256:{}", HEX.to_uppercase());
        let short = format!("app@sha256:{}", &HEX[..40]);
        let foreign = format!("app@md5:{}", &HEX[..32]);
        for (text, expected) in [
            ("", "expected an image reference, found nothing at 0..0"),
            ("https://quay.io/a", "expected a host or a name at the beginning, found a scheme at 0..8"),
            (HEX, "expected a name, found 64 hexadecimal digits, which are an image id at 0..64"),
            ("quay.io/", "expected a component of the name, found nothing at 8..8"),
            ("quay.io/a//b", "expected a component of the name, found nothing at 10..10"),
            ("quay.io/Team/app", "expected lowercase letters in the name, found `T` at 8..9"),
            ("quay.io/a..b", "expected a letter or digit in the name, found `.` at 10..11"),
            ("quay.io/a-/b", "expected a letter or digit in the name, found `-` at 9..10"),
            ("quay.io/a___b", "expected a letter or digit in the name, found `_` at 11..12"),
            (
                "quay.io/a b",
                "expected lowercase letters, digits, `.`, `_`, `-` and `/` in the name, found a space at 9..10",
            ),
            ("quay..io/a", "expected letters or digits at both ends of each label of the host at 5..6"),
            ("1ab://a", "expected a port of digits after the host's colon at 3..4"),
            ("quay.io./a", "expected letters or digits at both ends of each label of the host at 7..8"),
            ("-quay.io/a", "expected letters or digits at both ends of each label of the host at 0..1"),
            ("qu ay.io/a", "expected letters, digits, `-` and `.` in the host, found a space at 2..3"),
            ("quay.io:/a", "expected a port of digits after the host's colon at 7..8"),
            (
                "[fe80::1%0]/a",
                "expected an IPv6 address of hexadecimal digits and `:` in brackets, without a zone at 0..11",
            ),
            ("a:", "in the tag, expected a tag, found nothing at 2..2"),
            ("a:-1", "in the tag, expected a letter, digit or `_` at the beginning, found `-` at 2..3"),
            ("a:1:2", "in the tag, expected a letter, digit, `_`, `.` or `-`, found `:` at 3..4"),
            (
                "a:\u{e9}",
                "in the tag, expected a letter, digit, `_`, `.` or `-`, found `\\u{e9}` (U+00E9) at 2..4",
            ),
            ("a@sha256", "expected a digest after `@`: an algorithm, a colon and hexadecimal digits at 2..8"),
            (&upper, "expected lowercase hexadecimal digits in the digest, found `A` at 21..22"),
            (&short, "expected 64 hexadecimal digits in the digest, found 40 at 11..51"),
            (&foreign, "expected `sha256`, `sha384` or `sha512` as the digest's algorithm at 4..7"),
        ] {
            assert_eq!(problem(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_path_has_at_most_255_bytes_without_its_domain() {
        let long = "a".repeat(255);
        assert_eq!(parts(&format!("quay.io/{long}")).1.len(), 255);
        assert_eq!(parts(&long[8..]).1.len(), 255);
        assert!(problem(&long[7..]).starts_with("the path has 256 characters; at most 255 are allowed"));
        assert!(problem(&format!("quay.io/{long}a")).ends_with("at 8..264"));
        // Go counts the `library/` that it adds.
        for domain in ["docker.io", "index.docker.io"] {
            for count in 240..=256 {
                let text = format!("{domain}/{}", &"a".repeat(count));
                assert_eq!(is_reference(&text), count <= 247, "{domain} {count}");
                let text = format!("{domain}/a/{}", &"a".repeat(count - 2));
                assert_eq!(is_reference(&text), count <= 255, "{domain} {count}");
            }
        }
        assert!(parse_plain(&long).is_ok());
    }

    #[test]
    fn the_tag_has_at_most_128_bytes() {
        assert!(ImageReference::parse(format!("a:{}", "1".repeat(128))).is_ok());
        let long = problem(&format!("a:{}", "1".repeat(129)));
        assert_eq!(long, "in the tag, expected at most 128 characters, found 129 at 130..131");
    }

    #[test]
    fn the_plain_form_does_not_know_docker_hub() {
        let plain = |text| parse_plain(text).map(|p| (p.domain, p.path, p.tag));
        assert_eq!(plain("team/app:1"), Ok((Some("team"), "app", Some("1"))));
        assert_eq!(plain("te_am/app"), Ok((None, "te_am/app", None)));
        assert_eq!(plain(HEX), Ok((None, HEX, None)));
        assert!(plain("te_am:1/app").is_err());
    }

    #[test]
    fn the_full_form_parses_to_itself() {
        for text in ["redis", "team/app:1", "host_x.com/app", "HOST/app", "[::1]/a:b"] {
            let first = reference(text);
            assert_eq!(reference(first.as_str()), first, "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_wrong_text_are_still_found() {
        let text = b"docker://scan.connect.redhat.com/ospid-X/app:1.0+1@sha256:12";
        let scan = scan(text);
        let of = |span: Option<Span>| span.and_then(|span| span.str(text));
        assert_eq!(of(scan.domain), Some("scan.connect.redhat.com"));
        assert_eq!(of(Some(scan.path)), Some("ospid-X/app"));
        assert_eq!(of(scan.tag), Some("1.0+1"));
        assert_eq!(of(scan.digest), Some("sha256:12"));
        assert_eq!(scan.problems.len(), 4);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_reported_as_such() {
        let tag = scan(b"a:\xff").problems.first().map(|p| p.kind);
        assert_eq!(tag, Some(ProblemKind::Tag(tag::ProblemKind::Encoding)));
        for text in [&b"a\xff"[..], b"\xff.b/a", b"\xff"] {
            assert_eq!(scan(text).problems.first().map(|p| p.kind), Some(ProblemKind::Encoding), "{text:?}");
        }
    }

    /// Texts composed of the pieces of references in a pseudo-random but reproducible order.
    fn odd_texts(count: usize) -> impl Iterator<Item = Vec<u8>> {
        const PIECES: &[&[u8]] = &[
            b"a",
            b"B",
            b"quay.io",
            b"localhost",
            b"/",
            b"/",
            b":",
            b":",
            b"@",
            b".",
            b"-",
            b"_",
            b"__",
            b"[",
            b"]",
            b"::1",
            b"5000",
            b"sha256:",
            HEX.as_bytes(),
            b" ",
            b"\n",
            b"\xff",
            "\u{e9}".as_bytes(),
            b"://",
            b"$X",
            b"docker.io",
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).expect("below a usize")
        };
        (0..count).map(move |_| {
            let pieces = random(9);
            (0..pieces).flat_map(|_| PIECES[random(PIECES.len())]).copied().collect()
        })
    }

    #[test]
    fn spans_lie_inside_of_any_text() {
        for text in odd_texts(20_000) {
            let scan = scan(&text);
            let parts = [scan.scheme, scan.domain, Some(scan.path), scan.tag, scan.digest];
            for span in parts.into_iter().flatten().chain(scan.problems.iter().map(|problem| problem.span)) {
                assert!(span.start <= span.end && span.end as usize <= text.len(), "{text:?} {span}");
                if let Ok(text) = std::str::from_utf8(&text) {
                    assert!(text.get(span.range()).is_some(), "{text:?} {span}");
                }
            }
        }
    }

    #[test]
    fn any_value_can_be_parsed_from_its_text() {
        let mut values = 0;
        for text in odd_texts(20_000).filter_map(|text| String::from_utf8(text).ok()) {
            let Ok(value) = ImageReference::parse(&text) else { continue };
            assert_eq!(ImageReference::parse(value.as_str()).as_ref(), Ok(&value), "{text:?}");
            values += 1;
        }
        assert!(values > 100, "{values}");
    }
}
