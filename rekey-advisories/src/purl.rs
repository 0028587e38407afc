//! Package URLs of RPMs: `pkg:rpm/redhat/NAME@VERSION-RELEASE?arch=…&epoch=…&rpmmod=…`.

use std::borrow::Cow;

/// A package of Red Hat, or a module, as a package URL names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Purl<'a> {
    pub(crate) name: Cow<'a, str>,
    /// Version and release, joined by `-`.
    pub(crate) version: Option<Cow<'a, str>>,
    pub(crate) epoch: u32,
    pub(crate) arch: Option<Cow<'a, str>>,
    /// `NAME:STREAM`.
    pub(crate) module: Option<Cow<'a, str>>,
    /// True for `pkg:rpmmod/…`, which names a module only.
    pub(crate) is_module: bool,
}

impl<'a> Purl<'a> {
    /// Returns `None` for packages that are not RPMs of Red Hat, and for text that is not a package URL.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("pkg:")?;
        let (rest, is_module) = match rest.strip_prefix("rpm/redhat/") {
            Some(rest) => (rest, false),
            None => (rest.strip_prefix("rpmmod/redhat/")?, true),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, version) =
            path.split_once('@').map_or((path, None), |(name, version)| (name, Some(version)));
        let name = decoded(name)?;
        if name.is_empty() {
            return None;
        }
        let version = match version.map(decoded) {
            Some(version) => Some(version?).filter(|version| !version.is_empty()),
            None => None,
        };
        let mut purl = Self { name, version, is_module, ..Self::default() };
        for pair in qualifiers.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=')?;
            let value = decoded(value)?;
            match key {
                "epoch" => purl.epoch = value.parse().ok()?,
                "arch" if !value.is_empty() => purl.arch = Some(value),
                "rpmmod" => purl.module = Some(name_and_stream(value)?),
                _ => {}
            }
        }
        if is_module {
            let stream = purl.version.as_deref().and_then(|version| version.split(':').next());
            purl.module = stream.map(|stream| Cow::Owned(format!("{}:{stream}", purl.name)));
        }
        Some(purl)
    }

    /// Returns true if it names a source package.
    pub(crate) fn is_source(&self) -> bool {
        matches!(self.arch.as_deref(), Some("src" | "nosrc"))
    }
}

/// Cuts `NAME:STREAM:VERSION:CONTEXT` to `NAME:STREAM`.
pub(crate) fn name_and_stream(label: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let mut colons = label.match_indices(':').map(|(place, _)| place);
    let first = colons.next()?;
    let end = colons.next().unwrap_or(label.len());
    if first == 0 || end == first + 1 {
        return None;
    }
    Some(match label {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end)?),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    })
}

/// Decodes `%2B`; returns `None` if `%` is not followed by two hexadecimal digits, or the result is not UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let Some((first, rest)) = text.split_once('%') else { return Some(Cow::Borrowed(text)) };
    let mut bytes = first.as_bytes().to_vec();
    for part in rest.split('%') {
        let code = part.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `NAME EPOCH:VERSION ARCH MODULE`.
    fn shown(text: &str) -> Option<String> {
        let purl = Purl::parse(text)?;
        let or_dash = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
        let [version, arch, module] = [&purl.version, &purl.arch, &purl.module].map(or_dash);
        Some(format!("{} {}:{version} {arch} {module}", purl.name, purl.epoch))
    }

    #[test]
    fn package_urls() {
        for (text, expected) in [
            ("pkg:rpm/redhat/libcurl", "libcurl 0:- - -"),
            ("pkg:rpm/redhat/curl?arch=src", "curl 0:- src -"),
            ("pkg:rpm/redhat/curl@7.76.1-26.el9_3.2?arch=x86_64", "curl 0:7.76.1-26.el9_3.2 x86_64 -"),
            ("pkg:rpm/redhat/openssl@3.0.7-27.el9?arch=aarch64&epoch=1", "openssl 1:3.0.7-27.el9 aarch64 -"),
            (
                "pkg:rpm/redhat/perl-FCGI@0.78-11.module%2Bel8.6.0%2B23193%2B83e23a7a.1?arch=src&epoch=1&rpmmod=perl-FCGI:0.78:8060020250604201935:513b2a65",
                "perl-FCGI 1:0.78-11.module+el8.6.0+23193+83e23a7a.1 src perl-FCGI:0.78",
            ),
            ("pkg:rpm/redhat/a?rpmmod=python36%3A3.6", "a 0:- - python36:3.6"),
            ("pkg:rpm/redhat/a?rpmmod=satellite:el8", "a 0:- - satellite:el8"),
            (
                "pkg:rpmmod/redhat/ruby@2.5:8090020230627084142:b46abd14",
                "ruby 0:2.5:8090020230627084142:b46abd14 - ruby:2.5",
            ),
            ("pkg:rpm/redhat/a@#b", "a 0:- - -"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_packages_of_red_hat() {
        for text in [
            "",
            "pkg:",
            "pkg:rpm/redhat/",
            "pkg:rpm/fedora/curl@1-1",
            "pkg:oci/ubi",
            "pkg:golang/stdlib@1.25.7",
            "pkg:rpm/redhat/a%2",
            "pkg:rpm/redhat/a%+1",
            "pkg:rpm/redhat/a%ff",
            "pkg:rpm/redhat/a?epoch=x",
            "pkg:rpm/redhat/a?epoch",
            "pkg:rpm/redhat/a?rpmmod=",
            "pkg:rpm/redhat/a?rpmmod=b:",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
