//! Texts that people paste in place of a reference, and that match the grammar of references.

use crate::{
    reference::{ImageReference, ReferenceScan},
    text::Span,
};

/// The kind of a text that is not meant as a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mistaken {
    /// `docker-daemon:app:1.0-1`: podman and skopeo read the word before the colon as a transport.
    Transport(Span),
    /// `sha256:0123…`: an image id, or a digest without the name before it.
    Digest,
    /// The address of a web page about an image, and the reference of that image, if known.
    WebPage(Option<String>),
}

/// Transports whose names are followed by a colon; `docker` needs `//` after it.
///
/// Source: containers/image `docs/containers-transports.5.md`.
const TRANSPORTS: [&str; 10] = [
    "containers-storage",
    "dir",
    "docker",
    "docker-archive",
    "docker-daemon",
    "oci",
    "oci-archive",
    "ostree",
    "sif",
    "tarball",
];

/// The way in which the address of a web page names an image.
struct Page {
    /// The host and the start of the path.
    address: &'static str,
    /// The reference's text for the address; `None` if the page does not determine it.
    registry: Option<&'static str>,
    /// The number of parts of the path that name the image.
    parts: usize,
    /// True if the address is a web page even without `https://`, since the host is not a registry.
    is_only_web: bool,
}

/// Web pages of registries and catalogs, more specific ones first.
///
/// Sources: quay/quay `static/js/app.tsx` (routes); docs.docker.com, "Docker Hub"; catalog.redhat.com;
/// docs.aws.amazon.com, "Amazon ECR Public Gallery".
static PAGES: [Page; 9] = [
    page("quay.io/repository/", Some("quay.io/"), 2, false),
    page("quay.io/organization/", None, 0, false),
    page("hub.docker.com/r/", Some("docker.io/"), 2, true),
    page("hub.docker.com/repository/docker/", Some("docker.io/"), 2, true),
    page("hub.docker.com/_/", Some("docker.io/library/"), 1, true),
    page("hub.docker.com/", None, 0, true),
    page("gallery.ecr.aws/", Some("public.ecr.aws/"), 2, true),
    page("catalog.redhat.com/", None, 0, true),
    page("github.com/", None, 0, true),
];

const fn page(
    address: &'static str,
    registry: Option<&'static str>,
    parts: usize,
    is_only_web: bool,
) -> Page {
    Page { address, registry, parts, is_only_web }
}

/// Views of a repository, which follow its name in the address.
const VIEWS: [&str; 6] = ["tags", "general", "builds", "collaborators", "webhooks", "settings"];

impl Mistaken {
    /// The kind of the scanned text if it is not meant as a reference.
    pub(crate) fn of(scan: &ReferenceScan<'_>) -> Option<Self> {
        let text = scan.text;
        if scan.scheme.is_some() || scan.domain.is_some_and(|domain| !domain.of(text).contains(&b':')) {
            return web_page(text, scan.scheme);
        }
        if scan.domain.is_some() && scan.problems.is_empty() {
            return None;
        }
        let (word, rest) = text.split_at(text.iter().position(|b| *b == b':')?);
        let rest = rest.get(1..)?;
        let is_algorithm = matches!(word, b"sha256" | b"sha384" | b"sha512");
        if is_algorithm && rest.len() >= SHORTEST_DIGEST && rest.iter().all(u8::is_ascii_hexdigit) {
            return Some(Self::Digest);
        }
        let is_transport = TRANSPORTS.iter().any(|name| name.as_bytes() == word)
            && (word != b"docker" || !scan.problems.is_empty());
        is_transport.then(|| Self::Transport(Span::new(0, word.len() + 1)))
    }
}

/// The minimum number of digits of an image id that the tools print.
const SHORTEST_DIGEST: usize = 12;

fn web_page(text: &[u8], scheme: Option<Span>) -> Option<Mistaken> {
    let is_http = scheme.is_some_and(|span| {
        let scheme = span.of(text);
        scheme.eq_ignore_ascii_case(b"https://") || scheme.eq_ignore_ascii_case(b"http://")
    });
    let address = text.get(scheme.map_or(0, Span::len)..).filter(|_| is_http || scheme.is_none())?;
    let address = address.strip_prefix(b"www.").unwrap_or(address);
    let starts = |page: &&Page| {
        let name = page.address.as_bytes();
        address.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
    };
    let page = PAGES.iter().find(starts).filter(|page| is_http || page.is_only_web)?;
    let rest = std::str::from_utf8(address.get(page.address.len()..)?).ok();
    Some(Mistaken::WebPage(rest.and_then(|rest| shown_by(page, rest))))
}

/// The reference of the image on a page; `None` if the address has unknown parts.
fn shown_by(page: &Page, rest: &str) -> Option<String> {
    let registry = page.registry?;
    let (path, query) = rest.split_once(['?', '#']).map_or((rest, ""), |(path, query)| (path, query));
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (name, view) = parts.split_at_checked(page.parts)?;
    let name = format!("{registry}{}", name.join("/"));
    let tag = query.split(['&', '#']).find_map(|parameter| parameter.strip_prefix("tag="));
    let reference = match (view, tag) {
        ([], Some(tag)) => format!("{name}:{tag}"),
        ([], None) => name,
        (["tag", tag], _) => format!("{name}:{tag}"),
        (["manifest", digest], _) => format!("{name}@{digest}"),
        ([view], _) if VIEWS.contains(view) => name,
        _ => return None,
    };
    ImageReference::parse(&reference).is_ok().then_some(reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::scan;

    #[test]
    fn pages_show_a_reference_or_none() {
        for (text, shown) in [
            ("https://quay.io/repository/acme/app", Some("quay.io/acme/app")),
            ("https://quay.io/repository/acme/app/", Some("quay.io/acme/app")),
            ("https://quay.io/repository/acme/app:1.0-1", Some("quay.io/acme/app:1.0-1")),
            ("https://quay.io/repository/acme/app?tab=tags", Some("quay.io/acme/app")),
            ("https://quay.io/repository/acme/app?tab=tags&tag=1.0-1", Some("quay.io/acme/app:1.0-1")),
            ("https://quay.io/repository/acme/app/tag/1.0-1", Some("quay.io/acme/app:1.0-1")),
            ("https://quay.io/repository/acme/app/other/1.0-1", None),
            ("https://quay.io/repository/acme", None),
            ("https://quay.io/organization/acme", None),
            ("HTTPS://Quay.io/repository/acme/app", Some("quay.io/acme/app")),
            ("https://hub.docker.com/r/acme/app", Some("docker.io/acme/app")),
            ("https://hub.docker.com/r/acme/app/tags", Some("docker.io/acme/app")),
            ("https://hub.docker.com/r/acme/app/tags?name=1.0", Some("docker.io/acme/app")),
            ("https://hub.docker.com/_/redis", Some("docker.io/library/redis")),
            ("https://hub.docker.com/repository/docker/acme/app/general", Some("docker.io/acme/app")),
            ("https://hub.docker.com/layers/acme/app/1.0/images/sha256-12", None),
            ("hub.docker.com/r/acme/app", Some("docker.io/acme/app")),
            ("https://gallery.ecr.aws/acme/app", Some("public.ecr.aws/acme/app")),
            ("https://catalog.redhat.com/software/containers/acme/app/5f0d30f5", None),
            ("https://github.com/acme/app/pkgs/container/app", None),
        ] {
            let mistaken = Mistaken::of(&scan(text.as_bytes()));
            assert_eq!(mistaken, Some(Mistaken::WebPage(shown.map(str::to_owned))), "{text}");
        }
        for text in
            ["quay.io/repository/acme/app", "https://quay.io/acme/app", "docker://quay.io/a", "quay.io/a"]
        {
            assert_eq!(Mistaken::of(&scan(text.as_bytes())), None, "{text}");
        }
    }

    #[test]
    fn transports_and_digests_are_not_names() {
        let hex = "0123456789abcdef".repeat(4);
        for (text, expected) in [
            ("docker-daemon:app:1.0-1", Some(Mistaken::Transport(Span::new(0, 14)))),
            ("docker-daemon:app", Some(Mistaken::Transport(Span::new(0, 14)))),
            ("docker-daemon:quay.io/acme/app:1.0-1", Some(Mistaken::Transport(Span::new(0, 14)))),
            ("containers-storage:localhost/app:1", Some(Mistaken::Transport(Span::new(0, 19)))),
            ("containers-storage:[overlay@/x]app:1", Some(Mistaken::Transport(Span::new(0, 19)))),
            ("docker:quay.io/acme/app:1", Some(Mistaken::Transport(Span::new(0, 7)))),
            ("docker:app:1", Some(Mistaken::Transport(Span::new(0, 7)))),
            ("oci:/tmp/app:1", Some(Mistaken::Transport(Span::new(0, 4)))),
            ("oci-archive:app.tar", Some(Mistaken::Transport(Span::new(0, 12)))),
            ("docker:1.0-1", None),
            ("docker:5000/app:1", None),
            ("oci:5000/app", None),
            ("app:1.0-1", None),
            (&format!("sha256:{hex}"), Some(Mistaken::Digest)),
            (&format!("sha512:{hex}{hex}"), Some(Mistaken::Digest)),
            ("sha256:0123456789ab", Some(Mistaken::Digest)),
            ("sha256:1.0-1", None),
            (&format!("quay.io/acme/sha256:{hex}"), None),
        ] {
            assert_eq!(Mistaken::of(&scan(text.as_bytes())), expected, "{text}");
        }
    }
}
