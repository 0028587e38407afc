//! The default format of `ssh-keygen`: `openssh-key-v1`.
//!
//! ```text
//! magic "openssh-key-v1\0", string cipher, string kdf, string kdf options, uint32 number of keys,
//! string public key, string of the private part:
//!     uint32 check, uint32 check, string type, the numbers of the type, string comment, padding 1 2 3 …
//! ```
//!
//! Source: openssh-portable PROTOCOL.key, sshkey.c `sshkey_parse_private2`.

use super::{
    kind::Algorithm,
    problem::ContainerFault,
    public::{Comment, rsa_blob},
    rsa::{Part, RsaKey},
    wire::Wire,
};

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The visible parts of a key in OpenSSH's format.
pub(super) struct Container {
    pub(super) algorithm: Algorithm,
    pub(super) encrypted: bool,
    /// The public key as stored in the header.
    pub(super) public: Vec<u8>,
    pub(super) comment: Option<Comment>,
    /// The key, if it is an unencrypted RSA key.
    pub(super) key: Option<RsaKey>,
    /// The defect that keeps OpenSSH from loading it.
    pub(super) fault: Option<ContainerFault>,
}

/// Reads the parts that are there; fails if the bytes do not begin with the magic.
pub(super) fn read(bytes: &[u8]) -> Result<Container, ContainerFault> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(ContainerFault::Magic)?;
    let mut reader = Wire(rest);
    let cipher = reader.string()?;
    let kdf = reader.string()?;
    reader.string()?;
    let keys = reader.number()?;
    let public = reader.string()?;
    let algorithm = Algorithm::of_ssh(Wire(public).string().unwrap_or_default());
    let encrypted = cipher != b"none" || kdf != b"none";
    let mut container = Container {
        algorithm,
        encrypted,
        public: public.to_vec(),
        comment: None,
        key: None,
        fault: (keys != 1).then_some(ContainerFault::KeyCount),
    };
    if container.fault.is_none() && !encrypted {
        container.fault = private_part(&mut reader, &mut container).err();
    }
    Ok(container)
}

fn private_part(reader: &mut Wire<'_>, container: &mut Container) -> Result<(), ContainerFault> {
    let private = reader.string()?;
    if !reader.0.is_empty() {
        return Err(ContainerFault::Trailing);
    }
    if !private.len().is_multiple_of(8) {
        return Err(ContainerFault::Padding);
    }
    let mut private = Wire(private);
    if private.number()? != private.number()? {
        return Err(ContainerFault::Check);
    }
    let name = private.string()?;
    if Algorithm::of_ssh(name) != container.algorithm {
        return Err(ContainerFault::Halves);
    }
    if container.algorithm != Algorithm::Rsa {
        return Ok(());
    }
    let mut numbers = [&[][..]; 6];
    for number in &mut numbers {
        *number = private.positive()?;
    }
    let comment = private.string()?;
    if private.0.iter().zip(1u8..).any(|(byte, expected)| *byte != expected) || private.0.len() > 255 {
        return Err(ContainerFault::Padding);
    }
    let key = RsaKey::of_openssh(numbers);
    if rsa_blob(key.digits(Part::PublicExponent), key.digits(Part::Modulus)) != container.public {
        return Err(ContainerFault::Halves);
    }
    container.comment = Comment::of(comment);
    container.key = Some(key);
    Ok(())
}
