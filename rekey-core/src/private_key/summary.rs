//! What a report says of a private key.

use serde::Serialize;

use super::{
    fingerprint::Fingerprint,
    kind::Kind,
    scan::{Scan, Verdict},
};

/// What was read out of a private key: nothing of it that is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// What the text is.
    pub kind: Kind,
    /// Whether OpenSSH would load it.
    pub verdict: Verdict,
    /// Bits of the modulus, where the key or its public half can be read.
    pub bits: Option<u32>,
    /// The fingerprint of the public half.
    pub fingerprint: Option<Fingerprint>,
}

impl From<&Scan> for Summary {
    fn from(scan: &Scan) -> Self {
        let key = scan.recovered();
        let (bits, fingerprint) = match (&key, &scan.public) {
            (Some(key), _) => (Some(key.bits()), Some(key.fingerprint())),
            (None, Some(public)) => (public.bits(), Some(public.fingerprint())),
            (None, None) => (None, None),
        };
        Self { kind: scan.kind, verdict: scan.verdict, bits, fingerprint }
    }
}
