//! The problems that keep a text from being a git URL.

use thiserror::Error;

use crate::text::Span;

/// The reason why a text is not a [`GitUrl`](super::GitUrl), with its place.
///
/// It contains no part of the text: an invalid URL may contain a password anywhere, and problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// The place in the text as given.
    pub span: Span,
}

/// The kinds of problem in the grammar of a git URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty.
    #[error("the URL is empty")]
    Empty,
    /// More than [`MAX_LENGTH`](super::MAX_LENGTH) bytes (CVE-2023-29007).
    #[error("the URL has more than 2048 bytes")]
    TooLong,
    /// Whitespace, quotes, angle brackets, `git clone`, or a word such as `origin:` around the URL.
    #[error("the URL is surrounded by whitespace, quotes, a word or a command")]
    Wrapped,
    /// A raw control character (CVE-2020-5260, CVE-2024-50349, CVE-2024-52006, CVE-2025-48384).
    #[error("the URL contains a control character")]
    Control,
    /// An invisible character, or one that changes how the rest is displayed: bidi, zero width
    /// (CVE-2024-50349).
    #[error("the URL contains a character that hides or reorders text")]
    Invisible,
    /// Bytes that are not UTF-8.
    #[error("the URL is not UTF-8")]
    NotUtf8,
    /// A space within the URL.
    #[error("the URL contains whitespace")]
    Blank,
    /// A backslash: browsers read it as a slash, curl as part of a name.
    #[error("expected `/` as the separator, found a backslash")]
    Backslash,
    /// A character that must be encoded in a URL.
    #[error("the URL contains a quote, bracket, brace, bar or caret")]
    Character,
    /// `x::y`: git runs a program called `git-remote-x` (CVE-2022-24439, CVE-2023-40267).
    #[error("the URL calls a git remote helper (`name::address`)")]
    Helper,
    /// The first byte is a dash, so a command reads the URL as an option (CVE-2017-1000117).
    #[error("the URL begins with a dash, which commands read as an option")]
    LeadingDash,
    /// A path or `file:` URL, which refers to the machine that clones (CVE-2022-39253, CVE-2024-32004).
    #[error("this is the path of a local directory or file, not the URL of a git server")]
    LocalPath,
    /// A Windows path, which git on other systems reads as an ssh host with one letter.
    #[error("this is a Windows path, not the URL of a git server")]
    WindowsPath,
    /// `host/owner/repository`: git reads it as a local directory.
    #[error("`https://` or `git@` is missing in front of the host")]
    MissingScheme,
    /// A valid scheme in uppercase; git compares case-sensitively.
    #[error("the scheme has uppercase letters")]
    SchemeCase,
    /// A misspelled scheme: `https:/host`, `https//host`, `htps://host`.
    #[error("the scheme is misspelled")]
    SchemeTypo,
    /// `git+https://`: the notation of npm and pip; git has no such transport.
    #[error("git does not support the spelling of npm and pip (`git+…`)")]
    PackageManagerScheme,
    /// A scheme that git does not know, or that no service fetches from.
    #[error("expected the scheme `https`, `ssh` or `git`, found another")]
    UnsupportedScheme,
    /// `owner/repository`, `github:owner/repository`.
    #[error("this is a short form that git does not know")]
    Shorthand,
    /// `git@host/owner/repository`: without the colon git reads it as a local directory.
    #[error("expected `:` between the host and the path, found `/`")]
    SlashForColon,
    /// `ssh://git@host:owner/repository`: after the colon git expects a port.
    #[error("expected a port number after the colon, found the beginning of the path")]
    PathForPort,
    /// A port outside 1 to 65535.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// User info in an http(s) or git URL, which is not part of the address.
    #[error("the URL names a user")]
    UserInfo,
    /// A password or token in user info, or an access token elsewhere.
    #[error("the URL contains a password or token")]
    Secret,
    /// More than one `@` before the path: programs disagree on which one ends the user.
    #[error("there is more than one `@` before the path")]
    SecondAt,
    /// `@host`: an empty user.
    #[error("the user name before `@` is empty")]
    EmptyUser,
    /// An ssh user with characters other than letters, digits, dot, dash, underscore (CVE-2023-51385).
    #[error("expected letters, digits, `.`, `_` or `-` in the user name, found another character")]
    UserCharacter,
    /// An ssh user that begins with a dash (CVE-2024-32884).
    #[error("the user name begins with a dash")]
    UserDash,
    /// No host (CVE-2020-11008; curl uses the first part of the path as the host).
    #[error("the host name is empty")]
    MissingHost,
    /// A host that begins with a dash (CVE-2017-1000117, CVE-2023-53158).
    #[error("the host name begins with a dash")]
    HostDash,
    /// A character other than letters, digits, dot, dash and underscore in the host (CVE-2023-51385).
    #[error("expected letters, digits, `.` or `-` in the host name, found another character")]
    HostCharacter,
    /// A non-ASCII letter in the host: git's libcurl rejects it, browsers translate it.
    #[error("the host name contains a letter of another script")]
    HostNotAscii,
    /// A percent escape before the path: git decodes it for ssh, curl rejects some and accepts others.
    #[error("the host name contains `%`")]
    HostEscape,
    /// An empty label or one over 63 bytes, or a name over 253.
    #[error("a label of the host name is empty or longer than 63 characters")]
    HostLabel,
    /// An IPv4 address in a notation that programs read differently: `0x7f.1`, `2130706433`, `010.0.0.1`.
    #[error("the host name is a number that programs read differently")]
    NumericHost,
    /// Brackets without an IPv6 address in them, a zone, or an IPv6 address without brackets.
    #[error("expected an IPv6 address in brackets, found another text or missing brackets")]
    Brackets,
    /// No path although git requires one.
    #[error("the URL has no path to a repository")]
    MissingPath,
    /// A path that begins with a dash (CVE-2017-1000117, CVE-2018-17456).
    #[error("the path begins with a dash")]
    PathDash,
    /// `host:x~y`: git drops the byte before a tilde in second place.
    #[error("`~` follows a single character, which git drops")]
    SwallowedByte,
    /// `.` or `..` as a part of the path: curl resolves it, git over ssh does not (CVE-2020-11008).
    #[error("the path contains `.` or `..`")]
    DotSegment,
    /// Two slashes without a name between them.
    #[error("the path has an empty part")]
    EmptySegment,
    /// A non-ASCII letter in the path of an http(s) URL: curl sends it raw, browsers encode it.
    #[error("the path contains a letter outside ASCII; encode it (`%C3%A9`)")]
    PathNotAscii,
    /// `%` without two hexadecimal digits, or escapes that are not UTF-8.
    #[error("expected two hexadecimal digits after `%`, found others, or bytes that are not UTF-8")]
    Escape,
    /// An encoded `/`, `.` or backslash: programs disagree on whether it is a separator.
    #[error("the path contains an encoded `/` or `.`")]
    EncodedSeparator,
    /// An encoded control, bidi or zero-width character (CVE-2020-5260, CVE-2024-52006).
    #[error("the URL contains an encoded control character")]
    EncodedControl,
    /// `?…`: over http the request is wrong; over ssh programs disagree on what it belongs to.
    #[error("the URL has a query (`?…`)")]
    Query,
    /// `#…`: over http the request is wrong; over ssh programs disagree on what it belongs to.
    #[error("the URL has a fragment (`#…`)")]
    Fragment,
}
