//! The pages that rules quote, each named once.

/// "Scanning images to be published in registry.connect.redhat.com", partner guide, section "The Build
/// Service" and adjacent ones. The page was withdrawn on 2022-05-03; its text is from 2021-06-30.
pub(super) const PARTNER_GUIDE: &str = "Red Hat partner guide, \"Scanning Images to be published in \
    registry.connect.redhat.com\" (RHC4TP/documentation certify-your-application/image-upload.md)";

/// The date of the page's text.
pub(super) const PARTNER_GUIDE_DATE: &str = "2021-06-30";

/// The basis of a requirement in the words of the partner guide.
pub(super) const fn partner_guide(quote: &'static str) -> crate::rule::Basis {
    crate::rule::Basis::Documented { source: PARTNER_GUIDE, quote, date: PARTNER_GUIDE_DATE }
}

/// The basis of a check in the code of the latest preflight that rekey knows.
pub(super) const fn preflight(source: &'static str) -> crate::rule::Basis {
    crate::rule::Basis::Enforced { source, version: "1.21.0" }
}
