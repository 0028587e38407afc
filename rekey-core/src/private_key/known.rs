//! Keys that everyone has, since their private halves are published.

use super::fingerprint::Fingerprint;
use crate::base64;

/// A key whose private half is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownKey {
    /// Its SHA-256 fingerprint, without `SHA256:`.
    pub fingerprint: &'static str,
    /// The product that it came with.
    pub name: &'static str,
}

/// Sources: GitLab `config/security/banned_ssh_keys.yml` at 05f0ebba (the first five, which GitLab rejects);
/// rapid7/ssh-badkeys at cd6f8648 (the host keys with 2048 bits, fingerprints computed by `ssh-keygen -l`).
const KNOWN_KEYS: &[KnownKey] = &[
    known("1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA", "Vagrant's insecure key"),
    known("9prMbqhS4QteoFQ1ZRJDqSBLWoHXPyKB0iWR05Ghro4", "F5 BIG-IP (CVE-2012-1493)"),
    known("Z+q4XhSwWY7q0BIDVPR1v/S306FjGBsid7tLq/8kIxM", "Ceragon FibeAir IP-10 (CVE-2015-0936)"),
    known("uy5wXyEgbRCGsk23+J6f85om7G55Cu3UIPwC7oMZhNQ", "GitLab's list of banned keys"),
    known("2ewGtK7Dc8XpnfNKShczdc8HSgoEGpoX+MiJkfH2p5I", "GitLab's list of banned keys"),
    known("WtRSB8XG5R0LFE1KvRKV7sa2pTCQBpbVm8W7QLbCb5A", "Seagate GoFlex"),
    known("AKABay46vBa2bhMYZU2V/z5uqlAUXcuBTxMkW4MHd9s", "Westermo MRD-310"),
    known("zaEfS0zzZ4DyGf0BjXPPkEi+6puzJs73EkbEm3XSSqU", "ZyXEL FSG2200"),
    known("fKki+o9MyIk8XUThmRfoejJudcef7mGvkooMCBLyqCM", "Advantech EKI"),
    known("4REJomy/ZbGbLVcbZzR/i6CQuzF+EI6DMvu/lHCxh4M", "Kali Linux for the Raspberry Pi 2"),
];

const fn known(fingerprint: &'static str, name: &'static str) -> KnownKey {
    KnownKey { fingerprint, name }
}

/// The entry with this fingerprint.
pub(super) fn find(fingerprint: &Fingerprint) -> Option<&'static KnownKey> {
    let Fingerprint::Sha256(bytes) = fingerprint else { return None };
    let text = base64::encoded(bytes);
    KNOWN_KEYS.iter().find(|key| text.trim_end_matches('=') == key.fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_a_fingerprint_and_is_found() {
        for key in KNOWN_KEYS {
            let fingerprint = Fingerprint::parse(&format!("SHA256:{}", key.fingerprint)).unwrap();
            assert_eq!(find(&fingerprint), Some(key));
        }
    }
}
