//! What keeps a text from being a git URL.

use thiserror::Error;

use crate::text::Span;

/// Why a text is not a [`GitUrl`](super::GitUrl), and where.
///
/// It holds no part of the text: a password can stand anywhere in a wrong URL, and this is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where, in the text as given.
    pub span: Span,
}

/// What can be wrong with the grammar of a git URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// There is no text.
    #[error("expected a URL, found nothing")]
    Empty,
    /// More than [`MAX_LENGTH`](super::MAX_LENGTH) bytes (CVE-2023-29007).
    #[error("expected at most 2048 bytes, found more")]
    TooLong,
    /// Whitespace, quotes, angle brackets, `git clone`, or a word such as `origin:` around the URL.
    #[error("expected the URL alone, found whitespace, quotes, a word or a command around it")]
    Wrapped,
    /// A raw control character (CVE-2020-5260, CVE-2024-50349, CVE-2024-52006, CVE-2025-48384).
    #[error("expected printable characters, found a control character")]
    Control,
    /// A character that changes how the rest is shown, or shows nothing: bidi, zero width (CVE-2024-50349).
    #[error("expected visible characters, found one that hides or reorders text")]
    Invisible,
    /// Bytes that are not UTF-8.
    #[error("expected UTF-8 text, found other bytes")]
    NotUtf8,
    /// A blank inside of the URL.
    #[error("expected a URL without blanks, found a blank inside it")]
    Blank,
    /// A backslash: browsers take it for a slash, curl for part of a name.
    #[error("expected `/` as the separator, found a backslash")]
    Backslash,
    /// A character that must be encoded in a URL.
    #[error("expected only characters that a URL may hold, found a quote, bracket, brace, bar or caret")]
    Character,
    /// `x::y`: git runs a program called `git-remote-x` (CVE-2022-24439, CVE-2023-40267).
    #[error("expected a repository's address, found a call of a git remote helper (`name::address`)")]
    Helper,
    /// The first byte is a dash, so a command takes it for an option (CVE-2017-1000117).
    #[error("expected a URL, found a leading dash, which commands take for an option")]
    LeadingDash,
    /// A path or `file:` URL: on the machine that clones (CVE-2022-39253, CVE-2024-32004).
    #[error("expected a URL of a git server, found the path of a local directory or file")]
    LocalPath,
    /// A path of Windows, which git elsewhere takes for an ssh host of one letter.
    #[error("expected a URL of a git server, found a Windows path")]
    WindowsPath,
    /// `host/owner/repository`: git takes it for a local directory.
    #[error("expected `https://` or `git@` in front of the host, found neither")]
    MissingScheme,
    /// A right scheme in upper case; git compares letter by letter.
    #[error("expected the scheme in lower case, found upper case")]
    SchemeCase,
    /// Something that resembles a scheme: `https:/host`, `https//host`, `htps://host`.
    #[error("expected a scheme such as `https://`, found a misspelt one")]
    SchemeTypo,
    /// `git+https://`: the way npm and pip write it; git has no such transport.
    #[error("expected `https://`, found the spelling of npm and pip (`git+…`), which git does not know")]
    PackageManagerScheme,
    /// A scheme that is not git's, or one that no service fetches from.
    #[error("expected the scheme `https`, `ssh` or `git`, found another")]
    UnsupportedScheme,
    /// `owner/repository`, `github:owner/repository`.
    #[error("expected a whole URL, found a short form that git does not know")]
    Shorthand,
    /// `git@host/owner/repository`: without the colon git takes it for a local directory.
    #[error("expected `:` between the host and the path, found `/`")]
    SlashForColon,
    /// `ssh://git@host:owner/repository`: after the colon git expects a port.
    #[error("expected a port number after the colon, found the beginning of the path")]
    PathForPort,
    /// A port outside of 1 to 65535.
    #[error("expected a port number from 1 to 65535, found another text")]
    Port,
    /// User info in an http(s) or git URL: no part of the address.
    #[error("expected no user name in front of the host, found one")]
    UserInfo,
    /// A password or token: in user info, or where an access token stands by its form.
    #[error("expected no password or token in the URL, found one")]
    Secret,
    /// More than one `@` before the path: programs disagree which one ends the user.
    #[error("expected one `@` at most before the path, found more")]
    SecondAt,
    /// `@host`: an empty user.
    #[error("expected a user name before `@`, found nothing")]
    EmptyUser,
    /// An ssh user with other characters than letters, digits, dot, dash, underscore (CVE-2023-51385).
    #[error("expected letters, digits, `.`, `_` or `-` in the user name, found another character")]
    UserCharacter,
    /// An ssh user that begins with a dash (CVE-2024-32884).
    #[error("expected a user name that does not begin with a dash, found a dash")]
    UserDash,
    /// No host. (CVE-2020-11008; curl takes the first part of the path for the host.)
    #[error("expected a host name, found nothing")]
    MissingHost,
    /// A host that begins with a dash (CVE-2017-1000117, CVE-2023-53158).
    #[error("expected a host name that does not begin with a dash, found a dash")]
    HostDash,
    /// Another character than letters, digits, dot, dash and underscore in the host (CVE-2023-51385).
    #[error("expected letters, digits, `.` or `-` in the host name, found another character")]
    HostCharacter,
    /// A letter outside ASCII in the host: git's libcurl refuses it, browsers translate it.
    #[error("expected an ASCII host name, found a letter of another script")]
    HostNotAscii,
    /// A percent escape before the path: git decodes it for ssh, curl refuses some and takes others.
    #[error("expected a host name without escapes, found `%`")]
    HostEscape,
    /// An empty label or one over 63 bytes, or a name over 253.
    #[error("expected labels of 1 to 63 characters between the dots of the host name, found another length")]
    HostLabel,
    /// An IPv4 address in a form that programs read differently: `0x7f.1`, `2130706433`, `010.0.0.1`.
    #[error("expected a host name or four decimal numbers, found a number that programs read differently")]
    NumericHost,
    /// Brackets that hold no IPv6 address, a zone, or an IPv6 address without brackets.
    #[error("expected an IPv6 address in brackets, found another text or missing brackets")]
    Brackets,
    /// No path where git requires one.
    #[error("expected a path to a repository after the host, found nothing")]
    MissingPath,
    /// A path that begins with a dash (CVE-2017-1000117, CVE-2018-17456).
    #[error("expected a path that does not begin with a dash, found a dash")]
    PathDash,
    /// `host:x~y`: git drops the byte before a tilde that stands second.
    #[error("expected `~` at the beginning of the path only, found it after one character, which git drops")]
    SwallowedByte,
    /// `.` or `..` as a part of the path: curl resolves it, git over ssh does not (CVE-2020-11008).
    #[error("expected names between the slashes, found `.` or `..`")]
    DotSegment,
    /// Two slashes without a name between them.
    #[error("expected a name between two slashes, found nothing")]
    EmptySegment,
    /// A letter outside ASCII in the path of an http(s) URL: curl sends it raw, browsers encode it.
    #[error("expected an encoded path (`%C3%A9`), found a letter outside ASCII")]
    PathNotAscii,
    /// `%` without two hexadecimal digits, or escapes that are not UTF-8.
    #[error("expected two hexadecimal digits after `%`, found others, or bytes that are not UTF-8")]
    Escape,
    /// An encoded `/`, `.` or backslash: programs disagree whether it separates.
    #[error("expected `/` and `.` as they are, found them encoded")]
    EncodedSeparator,
    /// An encoded control, bidi or zero-width character (CVE-2020-5260, CVE-2024-52006).
    #[error("expected no encoded control characters, found one")]
    EncodedControl,
    /// `?…`: over http the request goes wrong; over ssh programs disagree what it belongs to.
    #[error("expected the URL to end with the path, found a query (`?…`)")]
    Query,
    /// `#…`: over http the request goes wrong; over ssh programs disagree what it belongs to.
    #[error("expected the URL to end with the path, found a fragment (`#…`)")]
    Fragment,
}
