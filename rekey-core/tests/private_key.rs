//! Private keys of `tests/keys`: what each file is, whether it parses, and what it converts to.

use std::{fs, path::PathBuf};

use rekey_core::private_key::{
    Algorithm, Comment, Fingerprint, Flaw, Kind, Match, Primality, PrivateKey, PublicKey, PublicKeyForm,
    PublicKeyProblem, Verdict, scan,
};

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/keys").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn key(name: &str) -> PrivateKey {
    PrivateKey::parse(&file(name)).unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

#[track_caller]
fn problems(name: &str) -> Vec<String> {
    scan(&file(name)).problems.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn untidy(name: &str) -> Vec<String> {
    scan(&file(name)).untidy.iter().map(ToString::to_string).collect()
}

#[test]
fn every_file_is_named_for_what_it_is() {
    use Verdict::{Canonical, Rejected, Untidy};
    let ed25519 = Algorithm::Ed25519;
    for (name, kind, verdict) in [
        ("right.pem", Kind::Pkcs1, Canonical),
        ("bits_3072.pem", Kind::Pkcs1, Canonical),
        ("bits_4096.pem", Kind::Pkcs1, Canonical),
        ("openssh.pem", Kind::OpenSsh { algorithm: Algorithm::Rsa, encrypted: false }, Untidy),
        ("openssh_encrypted.pem", Kind::OpenSsh { algorithm: Algorithm::Rsa, encrypted: true }, Rejected),
        ("ed25519.pem", Kind::OpenSsh { algorithm: ed25519, encrypted: false }, Untidy),
        ("encrypted.pem", Kind::EncryptedPkcs1, Rejected),
        ("pkcs8.pem", Kind::Pkcs8(Algorithm::Rsa), Untidy),
        ("pkcs8_encrypted.pem", Kind::EncryptedPkcs8, Rejected),
        ("pkcs8_ed25519.pem", Kind::Pkcs8(ed25519), Rejected),
        ("pkcs8_pss.pem", Kind::Pkcs8(Algorithm::RsaPss), Rejected),
        ("ec.pem", Kind::Sec1, Untidy),
        ("dsa.pem", Kind::DsaKey, Untidy),
        ("right.pub", Kind::PublicKey(Algorithm::Rsa), Rejected),
        ("authorized_keys.pub", Kind::PublicKey(Algorithm::Rsa), Rejected),
        ("ed25519.pub", Kind::PublicKey(ed25519), Rejected),
        ("spki.pub", Kind::PublicKey(Algorithm::Other), Rejected),
        ("pkcs1.pub", Kind::PublicKey(Algorithm::Rsa), Rejected),
        ("rfc4716.pub", Kind::PublicKey(Algorithm::Other), Rejected),
        ("host_key.pub", Kind::HostKey, Rejected),
        ("certificate.pem", Kind::Certificate, Rejected),
        ("request.pem", Kind::CertificateRequest, Rejected),
        ("putty.ppk", Kind::Putty { algorithm: Algorithm::Rsa, encrypted: false }, Rejected),
        ("fingerprint.txt", Kind::Fingerprint, Rejected),
        ("fingerprint_md5.txt", Kind::Fingerprint, Rejected),
        ("path.txt", Kind::Path, Rejected),
        ("empty.pem", Kind::Empty, Rejected),
        ("right.der", Kind::Pkcs1, Rejected),
        ("crlf.pem", Kind::Pkcs1, Untidy),
        ("cr.pem", Kind::Pkcs1, Rejected),
        ("bom.pem", Kind::Pkcs1, Untidy),
        ("utf16.pem", Kind::Pkcs1, Rejected),
        ("indented.pem", Kind::Pkcs1, Rejected),
        ("quoted.pem", Kind::Pkcs1, Rejected),
        ("escaped.pem", Kind::Pkcs1, Rejected),
        ("one_line.pem", Kind::Pkcs1, Rejected),
        ("body_on_one_line.pem", Kind::Pkcs1, Untidy),
        ("width_76.pem", Kind::Pkcs1, Untidy),
        ("blank_line.pem", Kind::Pkcs1, Rejected),
        ("trailing_blanks.pem", Kind::Pkcs1, Untidy),
        ("no_final_line_end.pem", Kind::Pkcs1, Untidy),
        ("text_before.pem", Kind::Pkcs1, Untidy),
        ("text_after.pem", Kind::Pkcs1, Untidy),
        ("twice.pem", Kind::Pkcs1, Untidy),
        ("two_keys.pem", Kind::Pkcs1, Untidy),
        ("with_certificate.pem", Kind::Pkcs1, Untidy),
        ("no_begin.pem", Kind::Pkcs1, Rejected),
        ("no_end.pem", Kind::Pkcs1, Rejected),
        ("bare.pem", Kind::Pkcs1, Rejected),
        ("four_dashes.pem", Kind::Pkcs1, Rejected),
        ("em_dashes.pem", Kind::Pkcs1, Rejected),
        ("lower_case.pem", Kind::Pkcs1, Rejected),
        ("label_without_blanks.pem", Kind::Pkcs1, Rejected),
        ("labels_differ.pem", Kind::Pkcs1, Rejected),
        ("pkcs1_called_pkcs8.pem", Kind::Pkcs1, Rejected),
        ("pkcs8_called_pkcs1.pem", Kind::Pkcs8(Algorithm::Rsa), Untidy),
        ("truncated.pem", Kind::Pkcs1, Rejected),
        ("line_lost.pem", Kind::Pkcs1, Rejected),
        ("no_break_space.pem", Kind::Pkcs1, Rejected),
        ("star.pem", Kind::Pkcs1, Rejected),
        ("base64url.pem", Kind::Pkcs1, Rejected),
    ] {
        let scan = scan(&file(name));
        assert_eq!((scan.kind, scan.verdict), (kind, verdict), "{name}: {scan:?}");
    }
}
