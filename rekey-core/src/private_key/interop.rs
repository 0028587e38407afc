//! Conversions to and from the key types of the crate ssh-key, behind the feature with that name.

use ::ssh_key::{
    Error, LineEnding, Mpint,
    private::{RsaKeypair, RsaPrivateKey},
    public::RsaPublicKey,
};

use super::{
    PrivateKey, Problem,
    public::{Comment, PublicKey, PublicKeyForm, PublicKeyProblem},
    rsa::Part,
    scan,
};

impl TryFrom<&PrivateKey> for ::ssh_key::PrivateKey {
    type Error = Error;

    /// Converts the numbers, without a comment. They are wiped when dropped.
    fn try_from(key: &PrivateKey) -> Result<Self, Error> {
        let number = |part| Mpint::from_positive_bytes(key.key.digits(part));
        let public = RsaPublicKey { e: number(Part::PublicExponent)?, n: number(Part::Modulus)? };
        let private = RsaPrivateKey {
            d: number(Part::PrivateExponent)?,
            iqmp: number(Part::Coefficient)?,
            p: number(Part::FirstPrime)?,
            q: number(Part::SecondPrime)?,
        };
        Ok(RsaKeypair { public, private }.into())
    }
}

impl TryFrom<&::ssh_key::PrivateKey> for PrivateKey {
    type Error = Problem;

    /// Converts an RSA key without a passphrase.
    fn try_from(key: &::ssh_key::PrivateKey) -> Result<Self, Problem> {
        scan(key.to_openssh(LineEnding::LF).unwrap_or_default().as_bytes()).into_key()
    }
}

impl TryFrom<&PublicKey> for ::ssh_key::PublicKey {
    type Error = Error;

    /// Converts the key without its comment. Fails if only the fingerprint is known.
    fn try_from(key: &PublicKey) -> Result<Self, Error> {
        Self::from_bytes(key.blob())
    }
}

impl TryFrom<&::ssh_key::PublicKey> for PublicKey {
    type Error = PublicKeyProblem;

    fn try_from(key: &::ssh_key::PublicKey) -> Result<Self, PublicKeyProblem> {
        let blob = key.to_bytes().map_err(|_| PublicKeyProblem::Content)?;
        let comment = Comment::of(key.comment().as_bytes());
        Self::of_blob(PublicKeyForm::Line, blob, comment).ok_or(PublicKeyProblem::Content)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(name: &str) -> Vec<u8> {
        fs::read(format!("{}/../tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn keys_round_trip() {
        for name in ["right.pem", "pkcs8.pem", "openssh.pem", "bits_4096.pem"] {
            let key = PrivateKey::parse(&text(name)).unwrap();
            let theirs = ::ssh_key::PrivateKey::try_from(&key).unwrap();
            let fingerprint = theirs.fingerprint(::ssh_key::HashAlg::Sha256);
            assert_eq!(key.fingerprint().to_string(), fingerprint.to_string(), "{name}");
            let back = PrivateKey::try_from(&theirs).unwrap();
            assert_eq!(*back.to_pkcs1_pem(), *key.to_pkcs1_pem(), "{name}");
            let public = ::ssh_key::PublicKey::try_from(&key.public_key()).unwrap();
            assert_eq!(PublicKey::try_from(&public).unwrap().blob(), key.public_key().blob(), "{name}");
        }
    }

    #[test]
    fn unsupported_keys_are_errors() {
        let other = ::ssh_key::PrivateKey::from_openssh(text("ed25519.pem")).unwrap();
        assert!(PrivateKey::try_from(&other).is_err());
        let fingerprint = PublicKey::parse(&text("fingerprint.txt")).unwrap();
        assert!(::ssh_key::PublicKey::try_from(&fingerprint).is_err());
    }
}
