//! The conditions of openshift-preflight's checks as pure predicates, shared by the rules and the forecast.
//!
//! Source: redhat-openshift-ecosystem/openshift-preflight 1.21.0, `internal/policy/container`.

pub(crate) mod extract;
pub(crate) mod licenses;
pub(crate) mod modified_files;

use crate::{
    severity::UnknownName,
    target::{Policy, PreflightVersion, Target},
};

/// A check of the container policies.
///
/// ```
/// use rekey_core::{Target, preflight::Check};
///
/// let check: Check = "RunAsNonRoot".parse()?;
/// assert!(check.is_run_by(&Target::default()));
/// assert!("RunsAsNonroot".parse::<Check>().is_err());
/// # Ok::<(), rekey_core::severity::UnknownName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Check {
    /// `/licenses` has a non-empty file.
    HasLicense,
    /// The image has a tag besides `latest`.
    HasUniqueTag,
    /// The image has at most [`LAYER_MAX`] layers.
    LayerCountAcceptable,
    /// No package of [`PROHIBITED_PACKAGES`] is installed.
    HasNoProhibitedPackages,
    /// Every required label is set and not empty.
    HasRequiredLabel,
    /// No label infringes Red Hat's trademark.
    HasNoProhibitedLabels,
    /// The user is not root.
    RunAsNonRoot,
    /// No file of a Red Hat package was changed.
    HasModifiedFiles,
    /// The image is built on UBI.
    BasedOnUbi,
    /// The image's name does not infringe Red Hat's trademark.
    HasProhibitedContainerName,
}

impl Check {
    /// Every check, in the order in which preflight runs them.
    pub const ALL: &[Self] = &[
        Self::HasLicense,
        Self::HasUniqueTag,
        Self::LayerCountAcceptable,
        Self::HasNoProhibitedPackages,
        Self::HasRequiredLabel,
        Self::HasNoProhibitedLabels,
        Self::RunAsNonRoot,
        Self::HasModifiedFiles,
        Self::BasedOnUbi,
        Self::HasProhibitedContainerName,
    ];

    /// The name that preflight prints.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HasLicense => "HasLicense",
            Self::HasUniqueTag => "HasUniqueTag",
            Self::LayerCountAcceptable => "LayerCountAcceptable",
            Self::HasNoProhibitedPackages => "HasNoProhibitedPackages",
            Self::HasRequiredLabel => "HasRequiredLabel",
            Self::HasNoProhibitedLabels => "HasNoProhibitedLabels",
            Self::RunAsNonRoot => "RunAsNonRoot",
            Self::HasModifiedFiles => "HasModifiedFiles",
            Self::BasedOnUbi => "BasedOnUbi",
            Self::HasProhibitedContainerName => "HasProhibitedContainerName",
        }
    }

    /// Returns true if the target's policy runs the check in its version of preflight.
    ///
    /// Source: `internal/engine/engine.go`, `InitializeContainerChecks`.
    pub fn is_run_by(self, target: &Target) -> bool {
        let policy = target.policy();
        match self {
            Self::HasNoProhibitedPackages | Self::HasModifiedFiles | Self::BasedOnUbi => {
                RPM_POLICIES.contains(&policy)
            }
            Self::RunAsNonRoot => !matches!(policy, Policy::Root | Policy::ScratchRoot),
            Self::HasNoProhibitedLabels => {
                policy != Policy::Konflux && labels_judged_apart(target.preflight_version())
            }
            Self::HasProhibitedContainerName => policy != Policy::Konflux,
            Self::HasLicense | Self::HasUniqueTag | Self::LayerCountAcceptable | Self::HasRequiredLabel => {
                true
            }
        }
    }
}

named!(Check, UnknownName, |found| UnknownName { expected: "a check of openshift-preflight", found });

impl PartialEq<str> for Check {
    fn eq(&self, name: &str) -> bool {
        self.as_str() == name
    }
}

impl PartialEq<&str> for Check {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}

/// The current name of a check, from the name that a run printed: one check was renamed after 1.1.0-alpha1.
pub(crate) fn check_name(printed: &str) -> &str {
    if printed == "HasNoProhibitedPackagesMounted" {
        Check::HasNoProhibitedPackages.as_str()
    } else {
        printed
    }
}

/// The maximum number of layers that preflight accepts. The policy guide asks for fewer than 40.
pub const LAYER_MAX: u32 = 40;

/// The policies whose checks read the RPM database: all except those for images from scratch.
pub const RPM_POLICIES: &[Policy] = &[Policy::Container, Policy::Root, Policy::Konflux];

/// The architectures that preflight checks in an image index.
///
/// Source: `cmd/preflight/cmd/check_container.go`.
pub const ARCHITECTURES: &[&str] = &["amd64", "arm64", "ppc64le", "s390x"];

/// The required labels, in preflight's order.
pub const REQUIRED_LABELS: &[&str] =
    &["name", "vendor", "version", "release", "summary", "description", "maintainer"];

/// The labels that are checked for trademark violations.
pub const TRADEMARK_LABELS: &[&str] = &["name", "vendor", "maintainer"];

/// RHEL packages that may not be redistributed outside of UBI, by exact name.
pub const PROHIBITED_PACKAGES: &[&str] = &[
    "grub",
    "grub2",
    "kernel",
    "kernel-core",
    "kernel-debug",
    "kernel-debug-core",
    "kernel-debug-modules",
    "kernel-debug-modules-extra",
    "kernel-debug-devel",
    "kernel-devel",
    "kernel-doc",
    "kernel-modules",
    "kernel-modules-extra",
    "kernel-tools",
    "kernel-tools-libs",
    "kmod-kvdo",
    "linux-firmware",
];

/// Returns true if trademarks in labels are a separate check; before 1.13.0 they were part of
/// `HasRequiredLabel`.
pub fn labels_judged_apart(version: PreflightVersion) -> bool {
    version.triple() >= (1, 13, 0)
}

/// The users that preflight's `RunAsNonRoot` rejects.
pub(crate) const REFUSED_USERS: [&str; 3] = ["", "0", "root"];

/// Returns true if preflight's `RunAsNonRoot` fails for the user of the config. The comparison is exact.
///
/// `0:0`, `00` and `root:root` pass although they are root.
pub fn is_refused_user(user: &str) -> bool {
    REFUSED_USERS.contains(&user)
}

/// Returns true if a process with this user really runs as root: the name `root` or any spelling of uid 0,
/// with or without a group, or an empty user.
///
/// ```
/// use rekey_core::preflight::is_root;
///
/// assert!(["", "0", "00", "0:0", "root:1001"].into_iter().all(is_root));
/// assert!(!["1001", "1001:0", "rooty"].into_iter().any(is_root));
/// ```
pub fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || name.bytes().all(|b| b == b'0')
}

/// Returns true if a package may not be redistributed: one of [`PROHIBITED_PACKAGES`], or any whose name
/// begins with `kpatch`.
pub fn is_prohibited_package(name: &str) -> bool {
    PROHIBITED_PACKAGES.contains(&name) || name.starts_with("kpatch")
}

/// Returns true if a text infringes Red Hat's trademark, as preflight checks the labels `name`, `vendor`,
/// `maintainer` and the image's name.
///
/// In the lowercased text, a mark is `red`, any characters other than letters or digits, `hat`. A text
/// infringes if it begins with a mark (ignoring other leading characters) or contains a mark that no `for`
/// excuses; one `for Red Hat` excuses one mark. There are no word boundaries: `Hundred Hats` infringes.
///
/// Source: `trademark_validator.go`.
///
/// ```
/// use rekey_core::preflight::infringes_trademark as infringes;
///
/// assert!(infringes("Red Hat, Inc.") && infringes("x@redhat.com") && infringes("Hundred Hats Ltd"));
/// assert!(!infringes("Something for Red Hat OpenShift") && !infringes("Red Hot"));
/// assert!(infringes("for red hat for red hat"));
/// ```
pub fn infringes_trademark(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = text.as_bytes();
    let begins = mark(text, skip_signs(text, 0)).is_some();
    let (mut marks, mut excused, mut at) = (0_usize, false, 0);
    while at < text.len() {
        let after_for =
            text.get(at..).filter(|rest| rest.starts_with(b"for")).map(|_| skip_signs(text, at + 3));
        excused |= after_for.is_some_and(|next| mark(text, next).is_some());
        match mark(text, at) {
            Some(end) => {
                marks += 1;
                at = end;
            }
            None => at += 1,
        }
    }
    begins || marks > usize::from(excused)
}

/// The end of the mark that begins at `at`.
fn mark(text: &[u8], at: usize) -> Option<usize> {
    let hat = skip_signs(text, at + text.get(at..)?.strip_prefix(b"red").map(|_| 3)?);
    text.get(hat..)?.starts_with(b"hat").then_some(hat + 3)
}

/// The first letter or digit from `at` on.
fn skip_signs(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| !b.is_ascii_lowercase() && !b.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trademark_rule_agrees_with_preflight() {
        for (text, infringes) in [
            ("", false),
            ("Something for Red Hat OpenShift", false),
            ("For-Red-Hat", false),
            ("acme-forredhat", false),
            ("Red Hat, Inc.", true),
            ("red.hat", true),
            ("RED\tHAT", true),
            ("Red\nHat", true),
            ("- Red Hat", true),
            ("x@redhat.com", true),
            ("Acme on Red Hat", true),
            ("by red hat for red hat", true),
            ("for red hat for red hat", true),
            ("Hundred Hats Ltd", true),
            ("ColoredHat", true),
            ("Scarred Hattie", true),
            ("RE D HAT", false),
            ("Red Hot", false),
            ("redéhat", true),
            ("red", false),
        ] {
            assert_eq!(infringes_trademark(text), infringes, "{text:?}");
        }
    }

    #[test]
    fn only_the_exact_spellings_of_root_are_rejected() {
        for (user, refused, root) in [
            ("", true, true),
            ("0", true, true),
            ("root", true, true),
            ("0:0", false, true),
            ("00", false, true),
            ("root:root", false, true),
            ("0:1001", false, true),
            ("1001", false, false),
            ("1001:0", false, false),
            ("Root", false, false),
        ] {
            assert_eq!((is_refused_user(user), is_root(user)), (refused, root), "{user:?}");
        }
    }
}
