//! The ports of `EXPOSE`: `[address:][host:]port[-port][/protocol]`.

use std::net::IpAddr;

/// A range of exposed ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The first port.
    pub first: u16,
    /// The last port; often the same as the first.
    pub last: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: &'static str,
}

/// Parses one word of `EXPOSE`.
pub(super) fn parse(text: &str) -> Option<Ports> {
    let mut parts = text.rsplitn(3, ':');
    let container = parts.next()?;
    let host = parts.next().unwrap_or_default();
    let address = parts.next().unwrap_or_default();
    let (port, protocol) = container.split_once('/').unwrap_or((container, ""));
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "" | "tcp" => "tcp",
        "udp" => "udp",
        "sctp" => "sctp",
        _ => return None,
    };
    if !address.is_empty() {
        let inner = address.strip_prefix('[').map_or(Some(address), |inner| inner.strip_suffix(']'))?;
        inner.parse::<IpAddr>().ok()?;
    }
    let (first, last) = range(port)?;
    if !host.is_empty() {
        let (from, to) = range(host)?;
        if last - first != to - from && last != first {
            return None;
        }
    }
    Some(Ports { first, last, protocol })
}

fn range(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.parse::<i64>().ok().and_then(|number| u16::try_from(number).ok());
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_parse() {
        for (text, expected) in [
            ("80", Some((80, 80, "tcp"))),
            ("80/UDP", Some((80, 80, "udp"))),
            ("8000-8010/sctp", Some((8000, 8010, "sctp"))),
            ("127.0.0.1:8080:80", Some((80, 80, "tcp"))),
            ("[::1]:8080:80", Some((80, 80, "tcp"))),
            ("8080-8081:80", Some((80, 80, "tcp"))),
            ("abc", None),
            ("", None),
            ("/udp", None),
            ("80000", None),
            ("40000-", None),
            ("9-8", None),
            ("80/icmp", None),
            ("x:1:2", None),
        ] {
            let found = parse(text).map(|ports| (ports.first, ports.last, ports.protocol));
            assert_eq!(found, expected, "{text}");
        }
    }
}
