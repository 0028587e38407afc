//! Conversions to and from the reference type of the crate oci-spec, behind the feature with that name.

use oci_spec::distribution::{ParseError, Reference};

use super::{ImageReference, Problem};

impl TryFrom<&ImageReference> for Reference {
    type Error = ParseError;

    /// Converts the reference; if it has neither tag nor digest, that crate adds the tag `latest`.
    fn try_from(reference: &ImageReference) -> Result<Self, ParseError> {
        Self::try_from(reference.as_str())
    }
}

impl TryFrom<&Reference> for ImageReference {
    type Error = Problem;

    fn try_from(reference: &Reference) -> Result<Self, Problem> {
        Self::parse(reference.whole())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_round_trip() {
        let digest = format!("quay.io/a/b:1@sha256:{}", "0".repeat(64));
        for (text, expected) in [
            ("quay.io/team/app:1.0-1", "quay.io/team/app:1.0-1"),
            ("redis", "docker.io/library/redis:latest"),
            ("localhost:5000/a", "localhost:5000/a:latest"),
            (&digest, &digest),
        ] {
            let ours = ImageReference::parse(text).unwrap();
            let theirs = Reference::try_from(&ours).unwrap();
            assert_eq!(theirs.registry(), ours.domain(), "{text}");
            assert_eq!(theirs.repository(), ours.path(), "{text}");
            assert_eq!(ImageReference::try_from(&theirs).unwrap().as_str(), expected, "{text}");
        }
    }
}
