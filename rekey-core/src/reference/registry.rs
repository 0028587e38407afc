//! Red Hat's registries: those for pushing images, and those from which customers pull them.

use crate::reference::ImageReference;

/// The registry for pushes until 2022-11-03, according to the partner guide of 2021-06-30.
pub const SCAN: &str = "scan.connect.redhat.com";

/// The registry for pushes since then, below [`QUAY_NAMESPACE`].
pub const QUAY: &str = "quay.io";

/// The namespace of every project on [`QUAY`].
pub const QUAY_NAMESPACE: &str = "redhat-isv-containers";

/// The registries from which customers pull. Only Red Hat pushes there.
pub const PULL: &[&str] = &[
    "registry.connect.redhat.com",
    "registry.redhat.io",
    "registry.access.redhat.com",
    "registry.marketplace.redhat.com",
];

/// The day on which pushes to [`QUAY`] replaced those to [`SCAN`].
pub const SCAN_ENDED: &str = "2022-11-03";

/// A project's location on one of Red Hat's registries.
///
/// ```
/// use rekey_core::{ImageReference, reference::registry::PushTarget};
///
/// let reference = ImageReference::parse("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1")?;
/// let target = PushTarget::of(&reference).unwrap();
/// assert_eq!(target.login_user(), "redhat-isv-containers+60d30f5bbd852dbf4220902b-robot");
/// # Ok::<(), rekey_core::reference::Problem>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushTarget<'a> {
    /// `scan.connect.redhat.com/<project>/<name>`.
    Scan {
        /// The project id with its prefix.
        project: &'a str,
        /// A name that is not published.
        name: &'a str,
    },
    /// `quay.io/redhat-isv-containers/<project>`.
    Quay {
        /// The project id.
        project: &'a str,
    },
}

impl<'a> PushTarget<'a> {
    /// The target of a reference, if it is on one of the two registries and has the correct shape.
    pub fn of(reference: &'a ImageReference) -> Option<Self> {
        let (host, path) = (host(reference.domain()), reference.path());
        if host.eq_ignore_ascii_case(SCAN) {
            let (project, name) = path.split_once('/').filter(|(_, name)| !name.contains('/'))?;
            return Some(Self::Scan { project, name });
        }
        let project = path.strip_prefix(QUAY_NAMESPACE)?.strip_prefix('/')?;
        let right = host.eq_ignore_ascii_case(QUAY) && !project.contains('/');
        right.then_some(Self::Quay { project })
    }

    /// The registry to log in to.
    pub const fn registry(self) -> &'static str {
        match self {
            Self::Scan { .. } => SCAN,
            Self::Quay { .. } => QUAY,
        }
    }

    /// The id of the project whose key the registry accepts.
    pub const fn project(self) -> &'a str {
        match self {
            Self::Scan { project, .. } | Self::Quay { project } => project,
        }
    }

    /// The user for the project's key.
    pub fn login_user(self) -> String {
        match self {
            Self::Scan { .. } => "unused".to_owned(),
            Self::Quay { project } => format!("{QUAY_NAMESPACE}+{project}-robot"),
        }
    }
}

/// A domain without the default port.
pub(crate) fn host(domain: &str) -> &str {
    domain.strip_suffix(":443").unwrap_or(domain)
}

/// A domain without brackets and port.
pub(crate) fn host_name(domain: &str) -> &str {
    match domain.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => domain.split(':').next().unwrap_or_default(),
    }
}

/// The digits of a domain's port.
pub(crate) fn port(domain: &str) -> Option<&str> {
    let (_, port) = domain.rsplit_once(':')?;
    (!port.ends_with(']')).then_some(port)
}

/// Returns true if a host only serves customers.
pub(crate) fn is_pull_registry(domain: &str) -> bool {
    PULL.iter().any(|pull| pull.eq_ignore_ascii_case(host(domain)))
}

/// Returns true if a text is a project id in today's format: 24 hexadecimal digits.
///
/// ```
/// use rekey_core::reference::registry::is_project_id;
///
/// assert!(is_project_id("60d30f5bbd852dbf4220902b"));
/// assert!(!is_project_id("ospid-60d30f5bbd852dbf4220902b") && !is_project_id("60d30f5b"));
/// ```
pub fn is_project_id(text: &str) -> bool {
    text.len() == 24 && is_lower_hex(text)
}

/// Returns true if a text is a project id in the format of [`SCAN`]: `ospid-` and a UUID, or `ospid-` and 24
/// hexadecimal digits.
///
/// ```
/// use rekey_core::reference::registry::is_scan_project_id;
///
/// assert!(is_scan_project_id("ospid-60d30f5bbd852dbf4220902b"));
/// assert!(is_scan_project_id("ospid-0f8fad5b-d9cb-469f-a165-70867728950e"));
/// assert!(!is_scan_project_id("p1234567890"));
/// ```
pub fn is_scan_project_id(text: &str) -> bool {
    text.strip_prefix("ospid-").is_some_and(|id| is_project_id(id) || is_uuid(id))
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(|group| if is_lower_hex(group) { group.len() } else { 0 });
    groups.eq([8, 4, 4, 4, 12])
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_the_registry_and_the_shape() {
        let id = "60d30f5bbd852dbf4220902b";
        for (text, expected) in [
            (
                "scan.connect.redhat.com/ospid-1/app:1".to_owned(),
                Some((SCAN, "ospid-1", "unused".to_owned())),
            ),
            (
                "scan.connect.redhat.com:443/ospid-1/app".to_owned(),
                Some((SCAN, "ospid-1", "unused".to_owned())),
            ),
            ("scan.connect.redhat.com/ospid-1".to_owned(), None),
            ("scan.connect.redhat.com/ospid-1/a/b".to_owned(), None),
            (
                format!("quay.io/redhat-isv-containers/{id}:1"),
                Some((QUAY, id, format!("redhat-isv-containers+{id}-robot"))),
            ),
            (format!("quay.io/redhat-isv-containers/{id}/app"), None),
            (format!("quay.io/other/{id}"), None),
            ("redhat-isv-containers/app".to_owned(), None),
        ] {
            let reference = ImageReference::parse(&text).expect("a reference");
            let target = PushTarget::of(&reference);
            assert_eq!(target.map(|t| (t.registry(), t.project(), t.login_user())), expected, "{text}");
        }
    }
}
