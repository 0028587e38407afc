//! The summary of a private key in a report.

use serde::Serialize;

use super::{
    fingerprint::Fingerprint,
    kind::Kind,
    scan::{Scan, Verdict},
};

/// The main properties of a private key, none of which is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The kind of the text.
    pub kind: Kind,
    /// The verdict on whether OpenSSH would load it.
    pub verdict: Verdict,
    /// The length of the modulus in bits, if the key or its public half can be read.
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
