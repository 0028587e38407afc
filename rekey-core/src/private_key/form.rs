//! Encodings of a key for fields that lose newlines.

use zeroize::Zeroizing;

use super::PrivateKey;
use crate::base64;

/// An encoding of a key as one line or as lines of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// One line for a `.env` file, with `\
    /// ` for each newline.
    Env,
    /// A JSON string.
    Json,
    /// Base64 on one line.
    Base64,
    /// A Kubernetes Secret in YAML.
    Secret,
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: project-key\ntype: kubernetes.io/ssh-auth\ndata:\n  ssh-privatekey: ";

impl PrivateKey {
    /// The key in the format that the service asks for, encoded for such a field. [`super::scan`] decodes it.
    pub fn to_form(&self, form: Form) -> Zeroizing<String> {
        let pem = self.to_pkcs1_pem();
        // No encoding needs more than twice the text, so the buffer is never reallocated.
        let mut out = Zeroizing::new(Vec::with_capacity(SECRET.len() + 2 * pem.len()));
        match form {
            Form::Env => {
                out.extend_from_slice(b"SSH_PRIVATE_KEY=");
                quote(&pem, &mut out);
            }
            Form::Json => quote(&pem, &mut out),
            Form::Base64 => base64::encode(pem.as_bytes(), &mut out),
            Form::Secret => {
                out.extend_from_slice(SECRET.as_bytes());
                base64::encode(pem.as_bytes(), &mut out);
            }
        }
        out.push(b'\n');
        Zeroizing::new(String::from_utf8(std::mem::take(&mut out)).expect("forms are ASCII"))
    }
}

/// Appends the text with escapes. PEM has only newlines to escape.
fn quote(pem: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in pem.bytes() {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
}
