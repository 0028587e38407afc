//! `PrivateKey`, `is_private_key`.

use pyo3::{exceptions::PyTypeError, prelude::*};
use rekey_core::{
    Target,
    private_key::{self, Match, PublicKey},
};

use crate::{
    error::{self, PrivateKeyError, PublicKeyError},
    input::Input,
};

/// An RSA private key without a passphrase.
///
/// It cannot be pickled, copied or hashed, equals only itself, prints no key material, and is wiped from
/// memory when it is deleted. The result of :meth:`to_pkcs1_pem` is an ordinary ``str``, which cannot be
/// wiped.
///
/// >>> PrivateKey.parse("ssh-rsa AAAA")
/// Traceback (most recent call last):
///     ...
/// rekey._errors.PrivateKeyError: expected an RSA private key, found a public key
#[pyclass(frozen, module = "rekey")]
pub(crate) struct PrivateKey(private_key::PrivateKey);

#[pymethods]
#[allow(clippy::unused_self, reason = "Python's protocols call methods")]
impl PrivateKey {
    /// Parses a private key in PKCS#1, PKCS#8 or OpenSSH's format: ``str`` or ``bytes`` are its content, a
    /// path is its file. Raises ``PrivateKeyError`` with the reason and the place, without quoting the text.
    #[staticmethod]
    fn parse(py: Python<'_>, data: Input<'_>) -> PyResult<Self> {
        let key = py.detach(|| private_key::PrivateKey::parse(data.bytes()));
        key.map(Self).map_err(|problem| {
            let report = rekey_core::check_private_key(data.bytes(), &Target::default());
            let arguments = error::problem(&problem, problem.span, &report, data.bytes(), data.unit());
            PrivateKeyError::new_err(arguments)
        })
    }

    /// The length of the modulus in bits.
    #[getter]
    fn bits(&self) -> u32 {
        self.0.bits()
    }

    /// The public half, as a line for ``authorized_keys`` or a git host.
    fn public_key(&self) -> String {
        self.0.public_key().to_line().unwrap_or_default()
    }

    /// The fingerprint that ``ssh-keygen -l`` prints and git hosts show.
    fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// The fingerprint that ``ssh-keygen -l -E md5`` prints.
    fn md5_fingerprint(&self) -> String {
        self.0.md5_fingerprint().to_string()
    }

    /// Returns true if a public key or a fingerprint belongs to this key: ``str`` or ``bytes`` are its
    /// content, a path is its file.
    ///
    /// It may be a line as in ``id_rsa.pub`` or ``authorized_keys``, ``BEGIN PUBLIC KEY``,
    /// ``BEGIN RSA PUBLIC KEY``, RFC 4716, a fingerprint, or the JSON in which GitHub and GitLab list deploy
    /// keys; of multiple keys, one match is enough. The key of a host, as ``ssh-keyscan`` prints it, never
    /// matches. Raises ``PublicKeyError`` with the reason if the content is not a public key.
    fn matches(&self, public_key: Input<'_>) -> PyResult<bool> {
        let keys = PublicKey::parse_all(public_key.bytes())
            .map_err(|problem| PublicKeyError::new_err(error::public_key(&problem, &public_key)))?;
        Ok(keys.iter().any(|public| self.0.matches(public) == Match::Same))
    }

    /// The key in the format that the service asks for, PKCS#1: it contains the whole secret.
    fn to_pkcs1_pem<'py>(&self, py: Python<'py>) -> Bound<'py, pyo3::types::PyString> {
        pyo3::types::PyString::new(py, &self.0.to_pkcs1_pem())
    }

    fn __repr__(&self) -> String {
        format!("<PrivateKey of {} bits, {}>", self.bits(), self.fingerprint())
    }

    fn __hash__(&self) -> PyResult<isize> {
        Err(kept())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(kept())
    }
}

fn kept() -> PyErr {
    PyTypeError::new_err("a PrivateKey cannot be pickled, copied or hashed: pass the path of its file")
}

/// Returns true if the content is an RSA private key without a passphrase and nothing else.
///
/// >>> is_private_key("ssh-rsa AAAA")
/// False
#[pyfunction]
pub(crate) fn is_private_key(py: Python<'_>, data: Input<'_>) -> bool {
    py.detach(|| private_key::PrivateKey::parse(data.bytes()).is_ok())
}
