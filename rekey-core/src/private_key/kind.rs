//! What a text that should be a private key is.

use std::fmt;

use serde::Serialize;

/// What an input is, whatever state it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Nothing, or blanks alone.
    Empty,
    /// An RSA private key in PKCS#1: what the service asks for.
    Pkcs1,
    /// The same, encrypted (`Proc-Type: 4,ENCRYPTED`).
    EncryptedPkcs1,
    /// A private key in PKCS#8.
    Pkcs8(Algorithm),
    /// The same, encrypted: what is inside cannot be seen.
    EncryptedPkcs8,
    /// The container that `ssh-keygen` writes unless told otherwise.
    OpenSsh {
        /// What the key is for; its public half stands there in clear.
        algorithm: Algorithm,
        /// Whether it has a passphrase.
        encrypted: bool,
    },
    /// An elliptic curve key of SEC 1 (`BEGIN EC PRIVATE KEY`).
    Sec1,
    /// A DSA key (`BEGIN DSA PRIVATE KEY`).
    DsaKey,
    /// A key file of PuTTY (`.ppk`).
    Putty {
        /// What the key is for.
        algorithm: Algorithm,
        /// Whether it has a passphrase.
        encrypted: bool,
    },
    /// A key file of ssh.com (`---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----`), encrypted or not.
    SshCom,
    /// A key file of SSH version 1.
    Ssh1,
    /// A public key in whatever form.
    PublicKey(Algorithm),
    /// The public key of a host, as `ssh-keyscan` prints it or `known_hosts` holds it.
    HostKey,
    /// A certificate of X.509.
    Certificate,
    /// A certificate of OpenSSH.
    SshCertificate,
    /// A request for a certificate.
    CertificateRequest,
    /// Certificates in PKCS#7.
    Pkcs7,
    /// A key store in PKCS#12.
    Pkcs12,
    /// A key or message of OpenPGP.
    Pgp,
    /// A key of age.
    Age,
    /// A key in JSON (JWK).
    Jwk,
    /// A key of WireGuard, or another of 32 bytes.
    WireGuard,
    /// A fingerprint.
    Fingerprint,
    /// The path of a file.
    Path,
    /// An address.
    Url,
    /// A file of ansible-vault: encrypted.
    AnsibleVault,
    /// A file of SOPS: encrypted.
    Sops,
    /// A `SealedSecret` of Kubernetes: encrypted.
    SealedSecret,
    /// A file of git-crypt: encrypted.
    GitCrypt,
    /// What git has of a file that git-lfs keeps.
    LfsPointer,
    /// A variable, a mask or another word that stands for a key.
    Placeholder,
    /// The place of a key in a store of secrets, such as `op://vault/item/field`.
    SecretReference,
    /// A page or message of a server, such as the one for what is not found.
    ErrorPage,
    /// An RSA key in XML, as .NET writes it.
    XmlKey,
    /// What gzip wrote.
    Gzip,
    /// Anything else.
    Unknown,
}

impl Kind {
    /// Whether it is a private key of SSH in any container.
    pub const fn is_private_key(self) -> bool {
        matches!(
            self,
            Self::Pkcs1
                | Self::EncryptedPkcs1
                | Self::Pkcs8(_)
                | Self::EncryptedPkcs8
                | Self::OpenSsh { .. }
                | Self::Sec1
                | Self::DsaKey
                | Self::Putty { .. }
                | Self::SshCom
                | Self::Ssh1
        )
    }

    /// Whether bytes are that by their form, and not by chance.
    pub(super) const fn is_known_by_form(self) -> bool {
        matches!(
            self,
            Self::PublicKey(_)
                | Self::HostKey
                | Self::Certificate
                | Self::SshCertificate
                | Self::CertificateRequest
                | Self::Pkcs7
                | Self::Pgp
                | Self::Age
                | Self::AnsibleVault
                | Self::Sops
                | Self::GitCrypt
                | Self::LfsPointer
                | Self::Gzip
        )
    }

    /// Whether it has a passphrase, where that can be seen.
    pub const fn is_encrypted(self) -> bool {
        matches!(
            self,
            Self::EncryptedPkcs1
                | Self::EncryptedPkcs8
                | Self::OpenSsh { encrypted: true, .. }
                | Self::Putty { encrypted: true, .. }
        )
    }

    /// What a private key is for, where that can be seen.
    pub const fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::Pkcs1 | Self::EncryptedPkcs1 | Self::Ssh1 => Some(Algorithm::Rsa),
            Self::Sec1 => Some(Algorithm::Ec),
            Self::DsaKey => Some(Algorithm::Dsa),
            Self::Pkcs8(algorithm)
            | Self::OpenSsh { algorithm, .. }
            | Self::Putty { algorithm, .. }
            | Self::PublicKey(algorithm) => Some(algorithm),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing",
            Self::Pkcs1 => "an RSA private key in PKCS#1",
            Self::EncryptedPkcs1 => "an encrypted RSA private key",
            Self::Pkcs8(algorithm) => return write!(f, "{algorithm} key in PKCS#8 format"),
            Self::EncryptedPkcs8 => "an encrypted PKCS#8 key",
            Self::OpenSsh { algorithm, encrypted } => {
                let encrypted = if *encrypted { "encrypted " } else { "" };
                return write!(f, "{algorithm} key in {encrypted}OpenSSH format");
            }
            Self::Sec1 => "an elliptic curve private key",
            Self::DsaKey => "a DSA private key",
            Self::Putty { .. } => "a PuTTY key file",
            Self::SshCom => "an ssh.com key file",
            Self::Ssh1 => "an SSH version 1 key file",
            Self::PublicKey(_) => "a public key",
            Self::HostKey => "the public key of a host",
            Self::Certificate => "a certificate",
            Self::SshCertificate => "an OpenSSH certificate",
            Self::CertificateRequest => "a certificate request",
            Self::Pkcs7 => "a PKCS#7 bundle of certificates",
            Self::Pkcs12 => "a PKCS#12 key store",
            Self::Pgp => "an OpenPGP block",
            Self::Age => "an age key",
            Self::Jwk => "a JSON web key",
            Self::WireGuard => "a 32-byte key such as WireGuard's",
            Self::Fingerprint => "a fingerprint",
            Self::Path => "the path of a file",
            Self::Url => "an address",
            Self::AnsibleVault => "a file encrypted with ansible-vault",
            Self::Sops => "a file encrypted with SOPS",
            Self::SealedSecret => "a Kubernetes SealedSecret, which is encrypted",
            Self::GitCrypt => "a file encrypted with git-crypt",
            Self::LfsPointer => "a git-lfs pointer instead of a file",
            Self::Placeholder => "a placeholder",
            Self::SecretReference => "a reference to a secret store",
            Self::ErrorPage => "a server's error page",
            Self::XmlKey => "an RSA key in XML, as .NET writes it",
            Self::Gzip => "a file compressed with gzip",
            Self::Unknown => "unknown content",
        })
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// RSA that may only sign by the PSS scheme.
    RsaPss,
    /// DSA.
    Dsa,
    /// ECDSA.
    Ec,
    /// Ed25519.
    Ed25519,
    /// A key in a security token.
    SecurityKey,
    /// Another algorithm.
    Other,
}

impl Algorithm {
    /// By the name that SSH knows it by.
    pub(super) fn of_ssh(name: &[u8]) -> Self {
        match name {
            b"ssh-rsa" => Self::Rsa,
            b"ssh-dss" => Self::Dsa,
            b"ssh-ed25519" => Self::Ed25519,
            name if name.starts_with(b"sk-") => Self::SecurityKey,
            name if name.starts_with(b"ecdsa-sha2-") => Self::Ec,
            _ => Self::Other,
        }
    }

    /// By the bytes of its object identifier.
    pub(super) fn of_oid(oid: &[u8]) -> Self {
        match oid {
            // 1.2.840.113549.1.1.1, rsaEncryption
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1] => Self::Rsa,
            // 1.2.840.113549.1.1.10, id-RSASSA-PSS
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10] => Self::RsaPss,
            // 1.2.840.10040.4.1, id-dsa
            [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1] => Self::Dsa,
            // 1.2.840.10045.2.1, id-ecPublicKey
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1] => Self::Ec,
            // 1.3.101.112, id-Ed25519
            [0x2b, 0x65, 0x70] => Self::Ed25519,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "an RSA",
            Self::RsaPss => "an RSA-PSS",
            Self::Dsa => "a DSA",
            Self::Ec => "an elliptic curve",
            Self::Ed25519 => "an Ed25519",
            Self::SecurityKey => "a security token's",
            Self::Other => "another kind of",
        })
    }
}

/// What stands between `BEGIN` and the dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// `RSA PRIVATE KEY`, the one that the service asks for.
    RsaPrivateKey,
    /// `PRIVATE KEY`: PKCS#8.
    PrivateKey,
    /// `ENCRYPTED PRIVATE KEY`: PKCS#8.
    EncryptedPrivateKey,
    /// `OPENSSH PRIVATE KEY`.
    OpenSshPrivateKey,
    /// `EC PRIVATE KEY`.
    EcPrivateKey,
    /// `DSA PRIVATE KEY`.
    DsaPrivateKey,
    /// `SSH2 ENCRYPTED PRIVATE KEY`: ssh.com.
    Ssh2PrivateKey,
    /// `PGP PRIVATE KEY BLOCK` and its like.
    Pgp,
    /// `PUBLIC KEY`.
    PublicKey,
    /// `RSA PUBLIC KEY`.
    RsaPublicKey,
    /// `SSH2 PUBLIC KEY`: RFC 4716.
    Ssh2PublicKey,
    /// `CERTIFICATE` and its like.
    Certificate,
    /// `CERTIFICATE REQUEST`.
    CertificateRequest,
    /// `PKCS7`.
    Pkcs7,
    /// `EC PARAMETERS` and its like, which stand before a key.
    Parameters,
    /// `AGE ENCRYPTED FILE`.
    Age,
    /// Another one.
    Other,
}

/// Every label that has one right spelling; the first of a kind is the one that is shown.
const LABELS: &[(&str, Label)] = &[
    ("RSA PRIVATE KEY", Label::RsaPrivateKey),
    ("PRIVATE KEY", Label::PrivateKey),
    ("ENCRYPTED PRIVATE KEY", Label::EncryptedPrivateKey),
    ("OPENSSH PRIVATE KEY", Label::OpenSshPrivateKey),
    ("EC PRIVATE KEY", Label::EcPrivateKey),
    ("DSA PRIVATE KEY", Label::DsaPrivateKey),
    ("SSH2 ENCRYPTED PRIVATE KEY", Label::Ssh2PrivateKey),
    ("PGP PRIVATE KEY BLOCK", Label::Pgp),
    ("PGP PUBLIC KEY BLOCK", Label::Pgp),
    ("PGP MESSAGE", Label::Pgp),
    ("PUBLIC KEY", Label::PublicKey),
    ("RSA PUBLIC KEY", Label::RsaPublicKey),
    ("SSH2 PUBLIC KEY", Label::Ssh2PublicKey),
    ("CERTIFICATE", Label::Certificate),
    ("TRUSTED CERTIFICATE", Label::Certificate),
    ("X509 CERTIFICATE", Label::Certificate),
    ("CERTIFICATE REQUEST", Label::CertificateRequest),
    ("NEW CERTIFICATE REQUEST", Label::CertificateRequest),
    ("PKCS7", Label::Pkcs7),
    ("EC PARAMETERS", Label::Parameters),
    ("DSA PARAMETERS", Label::Parameters),
    ("DH PARAMETERS", Label::Parameters),
    ("AGE ENCRYPTED FILE", Label::Age),
];

impl Label {
    /// The label that a text means, and whether case and blanks are those of the right spelling.
    pub(super) fn read(text: &[u8]) -> (Self, bool, bool) {
        let ink = |text: &'static [u8]| text.iter().copied().filter(|b| *b != b' ');
        let wanted = || text.iter().filter(|b| !matches!(b, b' ' | b'\t' | b'_')).map(u8::to_ascii_uppercase);
        let Some((right, label)) = LABELS.iter().find(|(name, _)| ink(name.as_bytes()).eq(wanted())) else {
            return (Self::Other, true, true);
        };
        let case = !text.iter().any(u8::is_ascii_lowercase);
        let blanks = text.eq_ignore_ascii_case(right.as_bytes());
        (*label, case, blanks)
    }

    /// Whether the block is a private key of SSH.
    pub const fn is_private_key(self) -> bool {
        matches!(
            self,
            Self::RsaPrivateKey
                | Self::PrivateKey
                | Self::EncryptedPrivateKey
                | Self::OpenSshPrivateKey
                | Self::EcPrivateKey
                | Self::DsaPrivateKey
                | Self::Ssh2PrivateKey
        )
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = LABELS.iter().find(|(_, label)| label == self);
        f.write_str(known.map_or("an unknown label", |(name, _)| name))
    }
}
