//! The kinds of text that may be entered as a private key.

use std::fmt;

use serde::Serialize;

/// The kind of an input, even if it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// An empty text, or only spaces.
    Empty,
    /// An RSA private key in PKCS#1: the format that the service asks for.
    Pkcs1,
    /// An encrypted RSA private key in PKCS#1 (`Proc-Type: 4,ENCRYPTED`).
    EncryptedPkcs1,
    /// A private key in PKCS#8.
    Pkcs8(Algorithm),
    /// An encrypted private key in PKCS#8, whose content is unknown.
    EncryptedPkcs8,
    /// The default format of `ssh-keygen`.
    OpenSsh {
        /// The algorithm, known from the unencrypted public half.
        algorithm: Algorithm,
        /// True if it has a passphrase.
        encrypted: bool,
    },
    /// An elliptic curve key of SEC 1 (`BEGIN EC PRIVATE KEY`).
    Sec1,
    /// A DSA key (`BEGIN DSA PRIVATE KEY`).
    DsaKey,
    /// A PuTTY key file (`.ppk`).
    Putty {
        /// The algorithm.
        algorithm: Algorithm,
        /// True if it has a passphrase.
        encrypted: bool,
    },
    /// An ssh.com key file (`---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----`), encrypted or not.
    SshCom,
    /// An SSH version 1 key file.
    Ssh1,
    /// A public key in any format.
    PublicKey(Algorithm),
    /// The public key of a host, as printed by `ssh-keyscan` or stored in `known_hosts`.
    HostKey,
    /// An X.509 certificate.
    Certificate,
    /// An OpenSSH certificate.
    SshCertificate,
    /// A certificate request.
    CertificateRequest,
    /// Certificates in PKCS#7.
    Pkcs7,
    /// A PKCS#12 key store.
    Pkcs12,
    /// An OpenPGP key or message.
    Pgp,
    /// An age key.
    Age,
    /// A key in JSON (JWK).
    Jwk,
    /// A WireGuard key, or another key of 32 bytes.
    WireGuard,
    /// A fingerprint.
    Fingerprint,
    /// The path of a file.
    Path,
    /// A URL.
    Url,
    /// A file encrypted with ansible-vault.
    AnsibleVault,
    /// A file encrypted with SOPS.
    Sops,
    /// A Kubernetes `SealedSecret`, which is encrypted.
    SealedSecret,
    /// A file encrypted with git-crypt.
    GitCrypt,
    /// The pointer that git stores in place of a file in git-lfs.
    LfsPointer,
    /// A variable, a mask or another placeholder for a key.
    Placeholder,
    /// The location of a key in a secret store, such as `op://vault/item/field`.
    SecretReference,
    /// A page or message of a server, such as a "not found" page.
    ErrorPage,
    /// An RSA key in XML, as .NET writes it.
    XmlKey,
    /// A gzip file.
    Gzip,
    /// Anything else.
    Unknown,
}

impl Kind {
    /// Returns true for an SSH private key in any format.
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

    /// Returns true if bytes of this kind are recognized by their structure rather than by chance.
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

    /// Returns true if it certainly has a passphrase.
    pub const fn is_encrypted(self) -> bool {
        matches!(
            self,
            Self::EncryptedPkcs1
                | Self::EncryptedPkcs8
                | Self::OpenSsh { encrypted: true, .. }
                | Self::Putty { encrypted: true, .. }
        )
    }

    /// The algorithm of a private key, if known.
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

/// The algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// RSA restricted to signatures with the PSS scheme.
    RsaPss,
    /// DSA.
    Dsa,
    /// ECDSA.
    Ec,
    /// Ed25519.
    Ed25519,
    /// A key in a hardware security token.
    SecurityKey,
    /// Another algorithm.
    Other,
}

impl Algorithm {
    /// The algorithm with this SSH name.
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

    /// The algorithm with this object identifier, given as bytes.
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

/// The label between `BEGIN` and the dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// `RSA PRIVATE KEY`, the label that the service asks for.
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
    /// `PGP PRIVATE KEY BLOCK` and similar labels.
    Pgp,
    /// `PUBLIC KEY`.
    PublicKey,
    /// `RSA PUBLIC KEY`.
    RsaPublicKey,
    /// `SSH2 PUBLIC KEY`: RFC 4716.
    Ssh2PublicKey,
    /// `CERTIFICATE` and similar labels.
    Certificate,
    /// `CERTIFICATE REQUEST`.
    CertificateRequest,
    /// `PKCS7`.
    Pkcs7,
    /// `EC PARAMETERS` and similar labels, which precede a key.
    Parameters,
    /// `AGE ENCRYPTED FILE`.
    Age,
    /// Any other label.
    Other,
}

/// Every label that has one correct spelling; the first of a kind is displayed.
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
    /// The label that a text means, and whether its case and spaces are correct.
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

    /// Returns true if the block is an SSH private key.
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
