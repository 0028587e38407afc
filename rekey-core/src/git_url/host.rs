//! The reachability of a host name, and names that imitate others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::hosts;

/// The network from which a host is reachable, judged by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// A name that public DNS can resolve.
    Public,
    /// An IP address that is routed publicly.
    Address,
    /// A loopback, private, link-local or otherwise special IP address.
    PrivateAddress,
    /// `localhost`, or a name under a top-level domain that public DNS never resolves.
    PrivateName,
    /// A name without a dot, which has a meaning only inside a network or in one person's ssh configuration.
    SingleLabel,
    /// A name under a top-level domain that cannot exist, such as `github.com-work` in one person's ssh
    /// configuration.
    NoTopLevelDomain,
}

/// Top-level domains that are not on the public Internet: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's
/// `internal` (resolution 2024.07.29.06), and those that ICANN declined to delegate because networks use them
/// (`corp`, `home`, `mail`: resolution 2018.02.04.12). `svc` is the domain of services in a cluster
/// (kubernetes.io, "DNS for Services and Pods"), `testing` that of OpenShift Local (crc.dev, "Networking":
/// `apps-crc.testing`); neither is delegated.
const PRIVATE_SUFFIXES: [&str; 17] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "corp",
    "home",
    "mail",
    "private",
    "home.arpa",
    "test",
    "example",
    "invalid",
    "alt",
    "svc",
    "testing",
];

impl Reach {
    /// The reachability of a host name; an IPv6 address has no brackets.
    pub fn of(host: &str) -> Self {
        if host.as_bytes().last().is_some_and(u8::is_ascii_alphabetic) && !host.contains(':') {
            return Self::of_name(host);
        }
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) if is_special_v4(address) => Self::PrivateAddress,
            Ok(IpAddr::V6(address)) if is_special_v6(address) => Self::PrivateAddress,
            Ok(_) => Self::Address,
            Err(_) => Self::of_name(host),
        }
    }

    /// The obstacle between a service on the Internet and the host, for a message; `None` if there is none.
    pub(crate) fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::Public | Self::Address => None,
            Self::PrivateAddress => Some("an address of a private network"),
            Self::PrivateName => Some("a name that public name servers do not know"),
            Self::SingleLabel => Some("a name without a dot"),
            Self::NoTopLevelDomain => Some("a name that ends with no top-level domain"),
        }
    }

    fn of_name(host: &str) -> Self {
        let Some(dot) = host.rfind('.') else {
            return if host.eq_ignore_ascii_case("localhost") {
                Self::PrivateName
            } else {
                Self::SingleLabel
            };
        };
        let top = &host[dot + 1..];
        let private = PRIVATE_SUFFIXES.iter().any(|suffix| top.eq_ignore_ascii_case(suffix));
        if private || ends_with_ignore_case(host, ".home.arpa") {
            Self::PrivateName
        } else if can_be_top_level_domain(top.as_bytes()) {
            Self::Public
        } else {
            Self::NoTopLevelDomain
        }
    }
}

/// Returns true if a label can be a top-level domain: letters only, or `xn--` followed by an encoding of
/// other letters.
///
/// Sources: RFC 3696, section 2; ICANN, gTLD Applicant Guidebook, section 2.2.1.3.2.
pub(super) fn can_be_top_level_domain(label: &[u8]) -> bool {
    label.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80)
        || label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--"))
}

fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    text.len() >= end.len() && text.as_bytes()[text.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

fn is_special_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // carrier-grade NAT, RFC 6598
        || (a == 198 && (18..20).contains(&b)) // benchmarks, RFC 2544
}

fn is_special_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_special_v4(v4);
    }
    let first = address.segments()[0];
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || (first & 0xfe00) == 0xfc00 // unique local
        || (first & 0xffc0) == 0xfe80 // link-local
        || (first == 0x2001 && address.segments()[1] == 0xdb8) // documentation
}

/// The known forge whose name a host imitates with letters of other scripts, raw or as `xn--`.
///
/// ```text
/// gіthub.com           github.com, with a Cyrillic і
/// xn--gthub-2ye.com    the same, as the name servers see it
/// ```
pub fn pretends_to_be(host: &str) -> Option<&'static str> {
    let shown = to_unicode(host)?;
    if shown.is_ascii() {
        return None;
    }
    let plain: String = shown.chars().map(plain_letter).collect();
    hosts::FORGE_NAMES.into_iter().find(|known| plain.eq_ignore_ascii_case(known))
}

/// A host name with its `xn--` labels decoded; unchanged if it has none, and `None` if a label cannot be
/// decoded.
pub fn to_unicode(host: &str) -> Option<String> {
    let labels = host.split('.').map(|label| match label.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("xn--") => decode_punycode(&label[4..]),
        _ => Some(label.to_owned()),
    });
    Some(labels.collect::<Option<Vec<_>>>()?.join("."))
}

/// The Latin letter that looks like a letter of another script, from Unicode's confusables (UTS #39).
fn plain_letter(letter: char) -> char {
    match letter {
        'а' | 'α' | 'ɑ' | 'á' | 'à' | 'ä' | 'å' => 'a',
        'Ь' | 'ƅ' | 'ḃ' | 'ḅ' | 'в' | 'ʙ' => 'b',
        'с' | 'ϲ' | 'ć' | 'č' | 'ç' => 'c',
        'ԁ' | 'ɗ' | 'ḍ' => 'd',
        'е' | 'ҽ' | 'é' | 'è' | 'ë' | 'ė' | 'ę' => 'e',
        'ɡ' | 'ց' | 'ġ' | 'ğ' | 'ģ' | 'ǵ' => 'g',
        'һ' | 'հ' | 'ḥ' | 'ħ' => 'h',
        'і' | 'ι' | 'ı' | 'í' | 'ì' | 'ï' | 'ⅰ' | 'ɩ' | 'į' | 'ị' => 'i',
        'ӏ' | 'ⅼ' | 'ł' | 'ļ' | 'ḷ' | 'ɭ' => 'l',
        'о' | 'ο' | 'օ' | 'ó' | 'ò' | 'ö' | 'ø' | 'ọ' => 'o',
        'к' | 'κ' | 'ķ' => 'k',
        'м' | 'ṃ' | 'ⅿ' => 'm',
        'р' | 'ρ' => 'p',
        'г' | 'ŕ' | 'ř' | 'ṛ' => 'r',
        'т' | 'τ' | 'ţ' | 'ť' | 'ṭ' | 'ț' => 't',
        'υ' | 'ս' | 'ú' | 'ù' | 'ü' | 'ū' | 'ụ' | 'ц' => 'u',
        'ѕ' | 'ś' | 'š' | 'ş' => 's',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// Decodes the part of a label after `xn--` (RFC 3492, section 6.2). Bounded by the label's length.
fn decode_punycode(text: &str) -> Option<String> {
    const LONGEST_LABEL: usize = 63;
    if text.len() > LONGEST_LABEL || !text.is_ascii() {
        return None;
    }
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes().peekable();
    while digits.peek().is_some() {
        let before = i;
        let (mut weight, mut k) = (1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                b @ b'a'..=b'z' => b - b'a',
                b @ b'A'..=b'Z' => b - b'A',
                b @ b'0'..=b'9' => b - b'0' + 26,
                _ => return None,
            };
            let digit = u32::from(digit);
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let length = output.len() as u32 + 1;
        bias = adapt(i - before, length, before == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        output.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_follows_from_the_name() {
        for (host, expected) in [
            ("github.com", Reach::Public),
            ("git.example.com", Reach::Public),
            ("8.8.8.8", Reach::Address),
            ("2606:50c0:8000::153", Reach::Address),
            ("127.0.0.1", Reach::PrivateAddress),
            ("10.1.2.3", Reach::PrivateAddress),
            ("169.254.169.254", Reach::PrivateAddress),
            ("192.168.0.1", Reach::PrivateAddress),
            ("100.63.0.1", Reach::Address),
            ("100.64.0.1", Reach::PrivateAddress),
            ("100.128.0.1", Reach::Address),
            ("198.17.0.1", Reach::Address),
            ("198.18.0.1", Reach::PrivateAddress),
            ("198.20.0.1", Reach::Address),
            ("0.1.2.3", Reach::PrivateAddress),
            ("240.0.0.1", Reach::PrivateAddress),
            ("203.0.113.9", Reach::PrivateAddress),
            ("::1", Reach::PrivateAddress),
            ("::ffff:10.0.0.1", Reach::PrivateAddress),
            ("fe80::1", Reach::PrivateAddress),
            ("fd00::1", Reach::PrivateAddress),
            ("localhost", Reach::PrivateName),
            ("git.acme.internal", Reach::PrivateName),
            ("git.LOCAL", Reach::PrivateName),
            ("router.home.arpa", Reach::PrivateName),
            ("registry.build.svc", Reach::PrivateName),
            ("default-route.apps-crc.testing", Reach::PrivateName),
            ("intranet", Reach::SingleLabel),
            ("github.com-work", Reach::NoTopLevelDomain),
            ("gitlab.com_personal", Reach::NoTopLevelDomain),
            ("gh.personal1", Reach::NoTopLevelDomain),
            ("git.example.xn--p1ai", Reach::Public),
        ] {
            assert_eq!(Reach::of(host), expected, "{host}");
        }
    }

    #[test]
    fn look_alikes_are_named() {
        assert_eq!(pretends_to_be("g\u{456}thub.com"), Some("github.com"));
        assert_eq!(
            pretends_to_be("xn--gthub-n4a.com"),
            to_unicode("xn--gthub-n4a.com").and(Some("github.com"))
        );
        assert_eq!(pretends_to_be("\u{ff47}ithub.com"), Some("github.com"));
        assert_eq!(pretends_to_be("github.com"), None);
        assert_eq!(pretends_to_be("b\u{fc}cher.example.com"), None);
    }

    #[test]
    fn punycode_is_decoded_as_rfc_3492_does() {
        for (text, expected) in [
            ("xn--bcher-kva.de", Some("bücher.de")),
            ("XN--MNCHEN-3YA.de", Some("MüNCHEN.de")),
            ("xn--80ak6aa92e.com", Some("аррӏе.com")),
            ("plain.com", Some("plain.com")),
            ("xn--3B-ww4c5e180e575a65lsy2b.jp", Some("3年B組金八先生.jp")),
            ("xn--99999999999.com", None),
        ] {
            assert_eq!(to_unicode(text).as_deref(), expected, "{text}");
        }
        // RFC 3492, 6.1: a bias of 455 needs no further division.
        assert_eq!(adapt(910, 1000, false), 33);
        // The maximum length of a label, and one more.
        let long = |letters: usize| to_unicode(&format!("xn--{}-kva", "a".repeat(letters)));
        assert!(long(59).is_some());
        assert_eq!(long(60), None);
    }
}
