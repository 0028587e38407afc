//! Forms of a key that survive a field in which newlines get lost.

use zeroize::Zeroizing;

use super::PrivateKey;
use crate::base64;

/// A text that holds a key and has one line, or lines of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// A line for a `.env` file, with `\\n` for each newline.
    Env,
    /// A string of JSON.
    Json,
    /// Base 64 on one line.
    Base64,
    /// A Secret of Kubernetes, in YAML.
    Secret,
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: project-key\ntype: kubernetes.io/ssh-auth\ndata:\n  ssh-privatekey: ";

impl PrivateKey {
    /// The key as the service asks for it, in a form that survives a field. [`super::scan`] takes it out again.
    pub fn to_form(&self, form: Form) -> Zeroizing<String> {
        let pem = self.to_pkcs1_pem();
        // Twice the text is more than any form needs, so nothing moves.
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

/// PEM has newlines and nothing else to escape.
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
