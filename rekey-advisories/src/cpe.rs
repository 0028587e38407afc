//! Products by their CPE, and the streams of packages that they belong to.

use std::fmt;

/// A product of Red Hat: `cpe:/a:redhat:enterprise_linux:9::appstream`.
///
/// Releases of a package are comparable only within one stream, so [`covers`](Self::covers) never joins the main
/// stream with EUS, AUS, E4S, TUS or a layered product.
///
/// ```
/// use rekey_advisories::Cpe;
///
/// let cpe = |text| Cpe::parse(text).unwrap();
/// let image = cpe("cpe:/o:redhat:enterprise_linux:9::baseos");
/// assert!(cpe("cpe:/a:redhat:enterprise_linux:9::appstream").covers(&image));
/// assert!(!cpe("cpe:/a:redhat:rhel_eus:9.2::appstream").covers(&image));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cpe {
    text: Box<str>,
    product: Box<str>,
    version: Box<str>,
    edition: Box<str>,
}

/// Parts of one stream whose packages are built together.
const UNITED: &[&str] = &["", "baseos", "appstream", "crb"];

/// Products with these parts.
const WITH_PARTS: &[&str] = &[
    "enterprise_linux",
    "enterprise_linux_eus",
    "rhel_aus",
    "rhel_e4s",
    "rhel_els",
    "rhel_eus",
    "rhel_eus_long_life",
    "rhel_tus",
];

impl Cpe {
    /// Reads a CPE of the vendor `redhat` in the form of a URI (`cpe:/a:…`) or of a formatted string (`cpe:2.3:a:…`).
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("cpe:2.3:").or_else(|| text.strip_prefix("cpe:/"))?;
        let mut parts = rest.split(':').map(|part| if matches!(part, "*" | "-") { "" } else { part });
        if !matches!(parts.next()?, "a" | "o" | "h") || parts.next()? != "redhat" {
            return None;
        }
        let product = parts.next().filter(|product| !product.is_empty())?;
        let [version, _, edition] = [(); 3].map(|()| parts.next().unwrap_or_default());
        Some(Self {
            text: text.into(),
            product: product.into(),
            // `\.` is a dot in a formatted string.
            version: version.replace('\\', "").into(),
            edition: edition.into(),
        })
    }

    /// The main stream of a major release of RHEL.
    pub(crate) fn main_stream(major: u32) -> Option<Self> {
        Self::parse(&format!("cpe:/o:redhat:enterprise_linux:{major}"))
    }

    /// The text that it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns true if a statement about this product applies to packages of `image`.
    ///
    /// - The product is the same. Its version is the same, or a part of the image's: `openshift:4` covers
    ///   `openshift:4.13`, but `enterprise_linux:1` does not cover `enterprise_linux:10`.
    /// - A statement without edition covers all editions. BaseOS, AppStream and CRB of one stream cover each other,
    ///   because new documents list a package of BaseOS below AppStream.
    /// - Documents write the main stream of RHEL 10 and later with the minor release, which changes while the
    ///   stream stays the same, so only the major release counts there.
    ///
    /// Sources: Red Hat security-data-guidelines `docs/cpe.md`; NIST IR 7696, 6.2.
    pub fn covers(&self, image: &Self) -> bool {
        self.product == image.product && self.covers_version(image) && self.covers_edition(image)
    }

    fn covers_version(&self, image: &Self) -> bool {
        let major = |version: &str| version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if &*self.product == "enterprise_linux" && major(&self.version).is_some_and(|major| major >= 10) {
            return major(&self.version) == major(&image.version);
        }
        let rest = image.version.strip_prefix(&*self.version);
        self.version.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    fn covers_edition(&self, image: &Self) -> bool {
        let is_united = |edition: &str| UNITED.contains(&edition);
        self.edition.is_empty()
            || self.edition == image.edition
            || (WITH_PARTS.contains(&&*self.product) && is_united(&self.edition) && is_united(&image.edition))
    }
}

impl fmt::Display for Cpe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_covers_its_own_stream() {
        for (statement, covers, image) in [
            ("/o:redhat:enterprise_linux:9::baseos", true, "/o:redhat:enterprise_linux:9::baseos"),
            ("/a:redhat:enterprise_linux:9::appstream", true, "/o:redhat:enterprise_linux:9::baseos"),
            ("/o:redhat:enterprise_linux:9", true, "/a:redhat:enterprise_linux:9::appstream"),
            ("/a:redhat:enterprise_linux:9::appstream", true, "/o:redhat:enterprise_linux:9"),
            ("2.3:a:redhat:enterprise_linux:9:*:appstream:*:*:*:*:*", true, "/o:redhat:enterprise_linux:9"),
            ("/a:redhat:enterprise_linux:9::crb", true, "/a:redhat:enterprise_linux:9::appstream"),
            ("/a:redhat:enterprise_linux:9::nfv", false, "/a:redhat:enterprise_linux:9::appstream"),
            ("/a:redhat:enterprise_linux:9::nfv", true, "/a:redhat:enterprise_linux:9::nfv"),
            ("/a:redhat:enterprise_linux:8::appstream", false, "/a:redhat:enterprise_linux:9::appstream"),
            ("/a:redhat:rhel_eus:9.2::appstream", false, "/a:redhat:enterprise_linux:9::appstream"),
            ("/a:redhat:enterprise_linux:9::appstream", false, "/a:redhat:rhel_eus:9.2::appstream"),
            ("/a:redhat:rhel_eus:9.2::appstream", true, "/o:redhat:rhel_eus:9.2::baseos"),
            ("/a:redhat:rhel_eus:9.4::appstream", false, "/o:redhat:rhel_eus:9.2::baseos"),
            ("/a:redhat:rhel_aus:8.6::appstream", false, "/a:redhat:rhel_e4s:8.6::appstream"),
            // Only whole components of a version count.
            ("/a:redhat:openshift:4", true, "/a:redhat:openshift:4.13::el8"),
            ("/a:redhat:openshift:4.13::el8", false, "/a:redhat:openshift:4"),
            ("/a:redhat:openshift:4.13::el8", false, "/a:redhat:openshift:4.13::el9"),
            ("/a:redhat:openshift:4.1", false, "/a:redhat:openshift:4.13::el8"),
            ("/o:redhat:enterprise_linux:1", false, "/o:redhat:enterprise_linux:10"),
            // RHEL 10 has minor releases in the CPE.
            ("/o:redhat:enterprise_linux:10.0", true, "/o:redhat:enterprise_linux:10"),
            ("/o:redhat:enterprise_linux:10.0", true, "/o:redhat:enterprise_linux:10.1"),
            ("/o:redhat:enterprise_linux:10", true, "/o:redhat:enterprise_linux:10.1"),
            ("/o:redhat:enterprise_linux_eus:10.2", false, "/o:redhat:enterprise_linux:10.2"),
            ("/o:redhat:enterprise_linux_eus:10.2", false, "/o:redhat:enterprise_linux_eus:10.0"),
            ("/o:redhat:enterprise_linux:11.0", false, "/o:redhat:enterprise_linux:10"),
            ("/a:redhat:satellite:6.14::el8", false, "/o:redhat:enterprise_linux:8"),
        ] {
            let [cpe, of_image] = [statement, image].map(|text| Cpe::parse(&format!("cpe:{text}")).unwrap());
            assert_eq!(cpe.covers(&of_image), covers, "{statement} and {image}");
        }
    }

    #[test]
    fn other_texts_are_no_products_of_red_hat() {
        for text in [
            "",
            "cpe:/",
            "cpe:/a",
            "cpe:/a:redhat",
            "cpe:/a:redhat:",
            "cpe:/a:acme:b:1",
            "cpe:/x:redhat:b",
            "redhat",
        ] {
            assert_eq!(Cpe::parse(text), None, "{text}");
        }
    }
}
