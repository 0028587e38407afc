//! The private keys of `tests/keys`: the kind of each file, whether it parses, and the result of its
//! conversion.

use std::fs;

use crate::judge::{self, armored, der, key as file};
use rekey_core::{
    PrivateKeyInput, Target, check_private_key,
    private_key::{
        Algorithm, Comment, Fingerprint, Flaw, Kind, Label, Match, Primality, PrivateKey, ProblemKind,
        PublicKey, PublicKeyForm, PublicKeyProblem, Verdict, scan,
    },
};

#[track_caller]
fn key(name: &str) -> PrivateKey {
    PrivateKey::parse(file(name)).unwrap_or_else(|problem| panic!("{name}: {problem}"))
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
fn every_file_is_named_after_its_kind() {
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

fn kind(text: &str) -> Kind {
    scan(text.as_bytes()).kind
}

#[test]
fn texts_pasted_instead_of_a_key_are_recognized() {
    for (text, expected) in [
        (armored("AGE ENCRYPTED FILE", "YWdl"), Kind::Age),
        (armored("EC PRIVATE KEY", "*"), Kind::Sec1),
        ("A".repeat(43) + "=", Kind::WireGuard),
        ("A".repeat(44), Kind::Unknown),
        ("-".repeat(44), Kind::Unknown),
        ("hello".to_owned(), Kind::Unknown),
        ("id_rsa".to_owned(), Kind::Path),
        ("./keys/deploy".to_owned(), Kind::Path),
        ("deploy.pem".to_owned(), Kind::Path),
        ("deploy key.pem".to_owned(), Kind::Unknown),
    ] {
        assert_eq!(kind(&text), expected, "{text}");
    }
}

#[test]
fn binary_files_are_recognized_by_their_structure() {
    let algorithm = |oid: &[u8]| [&[0x30, oid.len() as u8 + 4, 0x06, oid.len() as u8], oid, &[5, 0]].concat();
    let rsa = algorithm(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]);
    let bits = der(0x03, &[0; 300]);
    let body = der(0x30, &[0x05; 300]);
    for (values, expected) in [
        ([&rsa[..], &bits].concat(), Kind::PublicKey(Algorithm::Rsa)),
        ([&body[..], &rsa, &bits].concat(), Kind::Certificate),
    ] {
        assert_eq!(scan(&der(0x30, &values)).kind, expected);
    }
}

#[test]
fn an_openssh_key_without_cipher_may_still_be_encrypted() {
    let string = |text: &[u8]| [&u32::try_from(text.len()).unwrap().to_be_bytes(), text].concat();
    let public = string(b"ssh-rsa");
    for (cipher, kdf, expected) in
        [("none", "none", false), ("none", "bcrypt", true), ("aes256-ctr", "none", true)]
    {
        let bytes = [
            b"openssh-key-v1\0".to_vec(),
            string(cipher.as_bytes()),
            string(kdf.as_bytes()),
            string(b""),
            1_u32.to_be_bytes().to_vec(),
            string(&public),
            string(&[0; 64]),
        ];
        let digits = judge::base64(&bytes.concat());
        let text = armored("OPENSSH PRIVATE KEY", &digits);
        let expected = Kind::OpenSsh { algorithm: Algorithm::Rsa, encrypted: expected };
        assert_eq!(kind(&text), expected, "{cipher} {kdf}");
    }
}

#[test]
fn a_security_key_is_recognized_by_the_prefix_of_its_name() {
    let name = b"sk-ssh-ed25519@openssh.com";
    let blob = [&u32::try_from(name.len()).unwrap().to_be_bytes(), &name[..], &[0, 0, 0, 1, 7]].concat();
    let line = format!("{} {}", String::from_utf8_lossy(name), judge::base64(&blob));
    assert_eq!(kind(&line), Kind::PublicKey(Algorithm::SecurityKey));
}

#[test]
fn each_defect_of_the_armor_is_reported() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    let minus = right.replace("-----", &"\u{2212}".repeat(5));
    let spaced = format!("{} \t", right.trim_end());
    let body = |digits: &str| armored("RSA PRIVATE KEY", digits);
    for (text, problem, expected) in [
        (&minus, ProblemKind::ForeignDash('\u{2212}'), true),
        (&spaced, ProblemKind::TrailingBlanks, true),
        (&right, ProblemKind::TrailingBlanks, false),
        (&body("QUJDRA=="), ProblemKind::LeftOverBits, false),
        (&body("QUJDRB=="), ProblemKind::LeftOverBits, true),
        (&body("QUJDRI=="), ProblemKind::LeftOverBits, true),
        (&body("QUI="), ProblemKind::LeftOverBits, false),
        (&body("QUJ="), ProblemKind::LeftOverBits, true),
        (&body("QUJDRA\u{2713}=="), ProblemKind::Foreign('\u{2713}'), true),
    ] {
        let scan = scan(text.as_bytes());
        let mut told = scan.problems.iter().chain(&scan.untidy).map(|problem| problem.kind);
        assert_eq!(told.any(|kind| kind == problem), expected, "{problem:?}: {scan:?}");
    }
    let line = scan(&file("one_line.pem"));
    assert!(line.problems.iter().chain(&line.untidy).all(|problem| problem.kind != ProblemKind::BlankInside));
}

/// The place of a problem.
#[track_caller]
fn marked(text: &str, wanted: ProblemKind) -> String {
    let scan = scan(text.as_bytes());
    let mut told = scan.problems.iter().chain(&scan.untidy);
    let problem =
        told.find(|problem| problem.kind == wanted).unwrap_or_else(|| panic!("{wanted:?}: {scan:?}"));
    text[problem.span.start as usize..].chars().take(4).collect()
}

#[test]
fn padding_is_marked_where_it_begins_and_lines_where_they_begin() {
    let body = |digits: &str| armored("RSA PRIVATE KEY", digits);
    let padding = ProblemKind::Padding { expected: 2, found: 1 };
    assert_eq!(marked(&body("QUJDRA="), padding), "=\n--");
    assert_eq!(marked(&body("QUJDRA ="), padding), "=\n--");
    let padding = ProblemKind::Padding { expected: 2, found: 0 };
    assert_eq!(marked(&body("QUJDRA"), padding), "\n---");
    let long_last = body(&format!("{}\nBBBB{}", "A".repeat(64), "B".repeat(64)));
    assert_eq!(marked(&long_last, ProblemKind::UnevenLine { expected: 64, found: 68 }), "BBBB");
}

/// A block as the crate pem and `ssh-keygen` write it.
fn pem(label: &str, der: &[u8]) -> String {
    let config = ::pem::EncodeConfig::new().set_line_ending(::pem::LineEnding::LF);
    ::pem::encode_config(&::pem::Pem::new(label, der), config)
}

#[test]
fn more_than_two_primes_are_distinguished_from_another_version() {
    let eight = der(2, &[5]).repeat(8);
    let other = der(0x30, &der(2, &[7]).repeat(3));
    let key = |rest: &[u8]| pem("RSA PRIVATE KEY", &der(0x30, &[&der(2, &[1]), &*eight, rest].concat()));
    for (text, expected) in
        [(key(&der(0x30, &other)), ProblemKind::MultiPrime), (key(&[]), ProblemKind::Version(1))]
    {
        let scan = scan(text.as_bytes());
        assert!(scan.problems.iter().any(|problem| problem.kind == expected), "{expected:?}: {scan:?}");
    }
}

#[test]
fn problems_within_pkcs8_have_places_in_the_whole() {
    let algorithm = [&der(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1])[..], &[5, 0]].concat();
    let head = [der(2, &[0]), der(0x30, &algorithm)].concat();
    // The modulus is a text.
    let key = der(0x30, &[&der(2, &[0])[..], &der(0x0c, b"no number")].concat());
    let whole = der(0x30, &[&head[..], &der(0x04, &key)].concat());
    let scan = scan(pem("PRIVATE KEY", &whole).as_bytes());
    let offsets = scan.problems.iter().filter_map(|problem| match problem.kind {
        ProblemKind::Der { offset, .. } => Some(offset),
        _ => None,
    });
    let expected = whole.windows(9).position(|window| window == b"no number").unwrap() - 2;
    assert_eq!(offsets.collect::<Vec<_>>(), [expected], "{scan:?}");
}

#[test]
fn a_block_is_recognized_by_its_boundaries_with_any_label() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    assert_eq!(scan(right.as_bytes()).blocks.len(), 1);
    let other = scan((armored("FOO", "QUJD") + &right).as_bytes());
    let labels: Vec<_> = other.blocks.iter().map(|block| block.label).collect();
    assert_eq!(labels, [Label::Other, Label::RsaPrivateKey]);
    assert!(other.untidy.iter().any(|problem| problem.kind == ProblemKind::OtherBlock(Label::Other)));
}

/// The results of `ssh-keygen -y` are recorded: it accepts any 32-bit version but 1, and a byte order mark
/// only at the beginning.
#[test]
fn openssh_accepts_the_same_as_its_library() {
    let right = file("right.der");
    let version = |digits: &[u8]| {
        let rest = right.get(7..).unwrap();
        pem("RSA PRIVATE KEY", &der(0x30, &[&der(2, digits)[..], rest].concat()))
    };
    let text = String::from_utf8(file("right.pem")).unwrap();
    for (text, expected) in [
        (version(&[2]), Verdict::Untidy),
        (version(&[1, 2, 3, 4]), Verdict::Untidy),
        (version(&[1, 2, 3, 4, 5]), Verdict::Rejected),
        (format!("\u{feff}{text}"), Verdict::Untidy),
        (format!("A\n\u{feff}{text}"), Verdict::Rejected),
    ] {
        let scan = scan(text.as_bytes());
        assert_eq!(scan.verdict, expected, "{scan:?}");
    }
}

#[test]
fn a_public_key_has_its_number_of_bits() {
    assert_eq!(PublicKey::parse(file("right.pub")).unwrap().bits(), Some(2048));
    assert_eq!(PublicKey::parse(file("ed25519.pub")).unwrap().bits(), None);
}

#[test]
fn every_format_converts_to_the_same_pkcs1() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    for name in [
        "right.pem",
        "openssh.pem",
        "pkcs8.pem",
        "crlf.pem",
        "bom.pem",
        "width_76.pem",
        "twice.pem",
        "text_after.pem",
    ] {
        assert_eq!(*key(name).to_pkcs1_pem(), right, "{name}");
    }
    for name in ["right.pem", "pkcs8.pem", "bits_2047.pem", "bits_2056.pem", "bits_3072.pem", "bits_4096.pem"]
    {
        let ours = key(name).to_pkcs1_pem();
        let read = ::pem::parse(ours.as_bytes()).unwrap();
        assert_eq!(pem(read.tag(), read.contents()), *ours, "{name}");
    }
}

#[test]
fn a_key_can_be_recovered_from_a_damaged_text() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    for name in [
        "cr.pem",
        "utf16.pem",
        "indented.pem",
        "quoted.pem",
        "escaped.pem",
        "one_line.pem",
        "blank_line.pem",
        "no_begin.pem",
        "no_end.pem",
        "bare.pem",
        "four_dashes.pem",
        "em_dashes.pem",
        "lower_case.pem",
        "label_without_blanks.pem",
        "labels_differ.pem",
        "pkcs1_called_pkcs8.pem",
        "pkcs8_called_pkcs1.pem",
        "no_break_space.pem",
        "star.pem",
        "base64url.pem",
        "right.der",
        "version_2.pem",
    ] {
        assert!(PrivateKey::parse(file(name)).is_err(), "{name} is no key as it stands");
        let recovered = scan(&file(name)).recovered().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(*recovered.to_pkcs1_pem(), right, "{name}");
    }
    for name in ["truncated.pem", "line_lost.pem", "encrypted.pem", "right.pub", "ec.pem"] {
        assert!(scan(&file(name)).recovered().is_none(), "{name} holds no whole key");
    }
}

#[test]
fn the_public_half_is_that_of_ssh_keygen() {
    let line = String::from_utf8(file("right.pub")).unwrap();
    let words: Vec<_> = line.split(' ').take(2).collect();
    assert_eq!(key("right.pem").public_key().to_line(), Some(words.join(" ")));
    let listed = |name: &str| String::from_utf8(file(name)).unwrap().split(' ').nth(1).unwrap().to_owned();
    assert_eq!(key("right.pem").fingerprint().to_string(), listed("fingerprint.txt"));
    assert_eq!(key("right.pem").md5_fingerprint().to_string(), listed("fingerprint_md5.txt"));
    assert_eq!(key("right.pem").bits(), 2048);
}

#[test]
fn every_form_of_the_public_half_matches() {
    use PublicKeyForm::{AuthorizedKey, Json, Line, Pkcs1, Rfc4716, Spki};
    for (name, form) in [
        ("right.pub", Line),
        ("authorized_keys.pub", AuthorizedKey),
        ("spki.pub", Spki),
        ("pkcs1.pub", Pkcs1),
        ("rfc4716.pub", Rfc4716),
        ("fingerprint.txt", PublicKeyForm::Fingerprint),
        ("fingerprint_md5.txt", PublicKeyForm::Fingerprint),
        ("github.json", Json),
    ] {
        let public = PublicKey::parse(file(name)).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(public.form(), form, "{name}");
        assert_eq!(key("right.pem").matches(&public), Match::Same, "{name}");
        let different = key("other.pem").matches(&public);
        assert!(matches!(different, Match::Different { .. }), "{name}: {different:?}");
    }
}

#[test]
fn other_texts_are_distinguished_from_public_halves() {
    for (name, problem) in [
        ("right.pem", PublicKeyProblem::PrivateKey),
        ("certificate.pem", PublicKeyProblem::Certificate),
        ("empty.pem", PublicKeyProblem::Empty),
        ("path.txt", PublicKeyProblem::Unknown),
    ] {
        assert_eq!(PublicKey::parse(file(name)), Err(problem), "{name}");
    }
    let host = PublicKey::parse(file("host_key.pub")).unwrap();
    assert_eq!(key("other.pem").matches(&host), Match::HostKey);
}

#[test]
fn fingerprints_of_aws_match() {
    let digest = |bytes: &[u8], name: &str| {
        let folder = std::env::temp_dir().join(format!("rekey-aws-{}", std::process::id()));
        fs::write(&folder, bytes).unwrap();
        let output =
            std::process::Command::new("openssl").args(["dgst", name, folder.to_str().unwrap()]).output();
        let _ = fs::remove_file(&folder);
        let text = String::from_utf8(output.ok()?.stdout).ok()?;
        let hex = text.trim().rsplit(' ').next()?.to_owned();
        let pairs: Vec<_> =
            hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
        Some(pairs.join(":"))
    };
    let der = |name: &str| {
        let text = String::from_utf8(file(name)).unwrap();
        let digits: String = text.lines().filter(|line| !line.starts_with("--")).collect();
        let args = ["base64", "-d", "-A"];
        let mut child = std::process::Command::new("openssl")
            .args(args)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .ok()?;
        std::io::Write::write_all(&mut child.stdin.take()?, digits.as_bytes()).ok()?;
        Some(child.wait_with_output().ok()?.stdout)
    };
    let (Some(public), Some(private)) = (der("spki.pub"), der("pkcs8.pem")) else {
        return crate::skip::lacks_program("openssl");
    };
    for text in [digest(&public, "-md5").unwrap(), digest(&private, "-sha1").unwrap()] {
        let fingerprint = PublicKey::parse(text.as_bytes()).unwrap();
        assert_eq!(key("right.pem").matches(&fingerprint), Match::Same, "{text}");
    }
}

#[test]
fn comments_hint_at_the_owner_of_a_key() {
    assert_eq!(scan(&file("openssh.pem")).comment, Some(Comment::PersonAndMachine));
    assert_eq!(PublicKey::parse(file("right.pub")).unwrap().comment(), Some(Comment::Other));
    let encrypted = scan(&file("openssh_encrypted.pem")).public.unwrap();
    assert_eq!(encrypted.fingerprint(), key("right.pem").fingerprint());
}

#[test]
fn problems_have_a_kind_and_a_place() {
    for (name, expected) in [
        ("truncated.pem", "characters of base64 are missing"),
        ("line_lost.pem", "; 64 characters of base64 are missing"),
        ("no_break_space.pem", "expected base64, found a no-break space (U+00A0)"),
        ("em_dashes.pem", "expected `-`, found the dash `—` (U+2014)"),
        ("four_dashes.pem", "expected five dashes on each side of the label, found 4 and 4"),
        ("labels_differ.pem", "different labels: `RSA PRIVATE KEY` and `PRIVATE KEY`"),
        ("version_2.pem", "expected version 0, found 2"),
        ("utf16.pem", "expected ASCII, found UTF-16"),
        ("blank_line.pem", "an empty line"),
    ] {
        assert!(
            problems(name).iter().any(|problem| problem.contains(expected)),
            "{name}: {:?}",
            problems(name)
        );
    }
    assert_eq!(untidy("width_76.pem"), ["expected lines of 64 characters, found 76"]);
    assert_eq!(untidy("twice.pem"), ["the text contains the same key twice"]);
    let place = scan(&file("blank_line.pem")).problems[0].span;
    let before = &file("blank_line.pem")[..place.start as usize];
    assert_eq!(before.split(|byte| *byte == b'\n').count(), 5, "the fifth line is empty");
}

#[test]
fn every_flaw_of_the_files_is_found() {
    let has = |name: &str, wanted: fn(&Flaw) -> bool| {
        let flaws = key(name).audit(Primality::Full).flaws;
        assert!(flaws.iter().any(wanted), "{name}: {flaws:?}");
    };
    has("composite_prime.pem", |flaw| matches!(flaw, Flaw::Composite(_)));
    has("close_primes.pem", |flaw| matches!(flaw, Flaw::ClosePrimes { .. }));
    has("next_primes.pem", |flaw| matches!(flaw, Flaw::ClosePrimes { rounds: Some(0), .. }));
    has("unbalanced.pem", |flaw| *flaw == Flaw::Unbalanced { first: 1536, second: 512 });
    has("shared_low_bits.pem", |flaw| matches!(flaw, Flaw::SharedLowBits(128..)));
    has("low_weight.pem", |flaw| matches!(flaw, Flaw::Weight { .. }));
    has("pattern.pem", |flaw| matches!(flaw, Flaw::Pattern { period: 8, .. }));
    has("roca.pem", |flaw| *flaw == Flaw::Roca);
    has("small_private_exponent.pem", |flaw| {
        matches!(flaw, Flaw::SmallPrivateExponent { bits: 500, of: 2048 })
    });
    has("great_private_exponent.pem", |flaw| *flaw == Flaw::GreatPrivateExponent);
    assert!(key("right.pem").audit(Primality::Full).flaws.is_empty());
    assert_eq!(key("exponent_3.pem").audit(Primality::Skip).exponent, Some(3));
}

#[test]
fn limits_apply_before_any_arithmetic() {
    assert!(!scan(&vec![b'A'; 64 * 1024 + 1]).problems.is_empty());
    let digits = "MIIE".repeat(12_000);
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{digits}\n-----END RSA PRIVATE KEY-----\n");
    assert!(
        scan(text.as_bytes())
            .problems
            .iter()
            .any(|problem| problem.to_string().contains("the key has more than"))
    );
    assert!(Fingerprint::parse(&"00:".repeat(100_000)).is_err());
}

/// Inputs that would take minutes if any step were slower than linear. Their results are bounded too.
#[test]
fn work_is_bounded_on_any_text_of_64_kib() {
    let size = 64 * 1024;
    let repeated = |piece: &str| piece.repeat(size / piece.len()).into_bytes();
    let mut texts: Vec<_> = [
        "END ",
        "BEGIN ",
        "-END-",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "-----",
        ">",
        " ",
        "\\n",
        "\r",
        "A",
        "=",
        "\u{a0}",
        "ssh-rsa ",
        "{\"kty\":",
        "-----BEGIN X-----\nA: b\n\n",
        "Bb",
        "\u{2014}END KEY",
        "-----END RSA PRIVATE KEY-----\n",
        "\u{feff}",
        "[[[[",
        "[{\"key\":",
        "{\"a\":{\"key\":\"ssh-rsa\"},",
        "ssh-rsa AAAA\n",
        "github.com ssh-rsa AAAAB3NzaC1yc2E= a\n",
        "---- BEGIN SSH2 PUBLIC KEY ----\n",
        "Comment: a\\\n",
        "SHA256:",
        "00:",
        "\n",
        "\0",
        "A\0",
        "A\n",
        "A \n",
        "-",
        "\u{2014}",
        "=\n",
        "Proc-Type: 4,ENCRYPTED\n",
        "PuTTY-User-Key-File-3: ssh-rsa\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMIID\n-----END RSA PRIVATE KEY-----\n",
    ]
    .map(repeated)
    .into();
    texts.push([vec![b' '; size / 2], repeated("-END KEY-")[..size / 2].to_vec()].concat());
    let nested = [0x30, 0x80].repeat(8 * 1024);
    let digits: String = nested.chunks(3).map(|_| "MIAw").collect();
    texts.push(
        format!("-----BEGIN RSA PRIVATE KEY-----\n{digits}\n-----END RSA PRIVATE KEY-----\n").into_bytes(),
    );
    // Lengths of four gigabytes, in DER and in OpenSSH's format.
    for (label, start) in
        [("RSA PRIVATE KEY", "MIT/////"), ("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEA/////")]
    {
        let digits = format!("{start}{}", "/".repeat(size - 200));
        texts.push(format!("-----BEGIN {label}-----\n{digits}\n-----END {label}-----\n").into_bytes());
    }
    for text in texts {
        let found = scan(&text);
        let report = check_private_key(
            PrivateKeyInput::new(&text).public_key(Some((&text).into())).fingerprint(Some((&text).into())),
            &Target::default(),
        );
        let _ = PublicKey::parse(&text);
        let name = String::from_utf8_lossy(&text[..20]);
        assert!(found.blocks.len() <= 64, "{name}: {} blocks", found.blocks.len());
        let problems = found.problems.len() + found.untidy.len();
        assert!(problems <= 256, "{name}: {problems} problems");
        assert!(report.findings().count() <= 256, "{name}: {} findings", report.findings().count());
    }
}

/// Fragments of texts in any order: nothing panics, spans stay inside, and a key is a scan without problems.
#[test]
fn any_text_is_scanned() {
    let pem = file("right.pem");
    let container = file("openssh.pem");
    let pieces: &[&[u8]] = &[
        b"-----",
        b"---- ",
        b"BEGIN ",
        b"END ",
        b"RSA PRIVATE KEY",
        b"OPENSSH PRIVATE KEY",
        b"PRIVATE KEY",
        b"\n",
        b"\r",
        b"\\n",
        b" ",
        b">",
        b"=",
        b"A",
        b"MIIE",
        b"\xe2\x80\x94",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b":",
        b"ssh-rsa ",
        b"\"",
        b"\xc2",
        b"0\x82",
        &pem[..200],
        &pem[200..],
        &pem[40..1000],
        &container[..200],
        &container[100..],
        b"Proc-Type: 4,ENCRYPTED",
    ];
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..20_000 {
        let text: Vec<u8> = (0..next(12)).flat_map(|_| pieces[next(pieces.len())]).copied().collect();
        let scan = scan(&text);
        for problem in scan.problems.iter().chain(&scan.untidy) {
            assert!(
                problem.span.start <= problem.span.end && problem.span.end as usize <= text.len(),
                "{problem:?}"
            );
        }
        let found = scan.problems.is_empty();
        assert_eq!(PrivateKey::parse(&text).is_ok(), found, "{:?}", String::from_utf8_lossy(&text));
        let _ = PublicKey::parse(&text);
    }
}

/// The first problem, which is the one that `parse` returns.
#[test]
fn a_wrapped_key_is_recognized_and_unwrapped() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    for (name, expected) in [
        ("base64.txt", "this is a private key that is base64-encoded once more"),
        ("base64_wrapped.txt", "this is a private key that is base64-encoded once more"),
        ("base64_between.txt", "this is a private key that is base64-encoded once more"),
        ("base64_openssh.txt", "this is a private key that is base64-encoded once more"),
        ("base64url.txt", "this is a private key that is base64-encoded once more"),
        ("base64_twice.txt", "this is a private key that is base64-encoded twice more"),
        ("hex.txt", "this is a private key in hexadecimal digits"),
        ("data_uri.txt", "this is a private key in a `data:` URI"),
        ("in_json.json", "this is a private key in a JSON value"),
        ("in_json_base64.json", "this is a private key in a JSON value"),
        ("in_yaml.yaml", "this is a private key in a YAML value"),
        ("in_yaml_quoted.yaml", "this is a private key in a YAML value"),
        ("in_variable.env", "this is a private key in the value of a variable"),
        ("in_variable_base64.env", "this is a private key in the value of a variable"),
        ("in_secret.yaml", "this is a private key in a Kubernetes Secret"),
        ("in_secret_text.yaml", "this is a private key in a Kubernetes Secret"),
        ("in_secret.json", "this is a private key in a Kubernetes Secret"),
        ("quoted_printable.txt", "this is a private key in quoted-printable, as mails encode it"),
        ("in_html.html", "this is a private key in HTML or XML"),
        ("entities.html", "this is a private key in HTML or XML"),
        ("jenkins.xml", "this is a private key in HTML or XML"),
        ("percent_encoded.txt", "this is a private key that is percent-encoded, as in a URL"),
        ("form_encoded.txt", "this is a private key in the value of a variable"),
        ("base64_utf16.txt", "expected ASCII, found UTF-16"),
        ("utf32.txt", "expected ASCII, found UTF-32"),
        ("lost_plus.txt", "spaces replace `+`, as after a form decoder"),
        (
            "label_no_break_space.txt",
            "expected a space (U+0020) in the label, found a no-break space (U+00A0)",
        ),
        ("full_width_dashes.txt", "expected `-`, found the dash `\u{ff0d}` (U+FF0D)"),
        ("zero_width_before.txt", "expected `-----BEGIN` first, found a zero width space (U+200B)"),
    ] {
        let scan = scan(&file(name));
        assert_eq!(
            scan.problems.first().map(ToString::to_string).as_deref(),
            Some(expected),
            "{name}: {scan:?}"
        );
        assert_eq!(PrivateKey::parse(file(name)).unwrap_err().to_string(), expected, "{name}");
        let recovered = scan.recovered().unwrap_or_else(|| panic!("{name} holds the key: {scan:?}"));
        assert_eq!(*recovered.to_pkcs1_pem(), right, "{name}");
    }
}

#[test]
fn a_text_in_place_of_a_key_is_recognized() {
    for (name, expected) in [
        ("ansible_vault.txt", Kind::AnsibleVault),
        ("sops.yaml", Kind::Sops),
        ("sealed_secret.yaml", Kind::SealedSecret),
        ("git_crypt.txt", Kind::GitCrypt),
        ("lfs_pointer.txt", Kind::LfsPointer),
        ("placeholder.txt", Kind::Placeholder),
        ("secret_reference.txt", Kind::SecretReference),
        ("error_page.html", Kind::ErrorPage),
        ("error_page.json", Kind::ErrorPage),
        ("xml_key.xml", Kind::XmlKey),
        ("base64_gzip.txt", Kind::Gzip),
        ("base64_public.txt", Kind::PublicKey(Algorithm::Rsa)),
    ] {
        assert_eq!(scan(&file(name)).kind, expected, "{name}");
    }
    for (text, expected) in [
        ("$SSH_KEY", Kind::Placeholder),
        ("${SSH_KEY}", Kind::Placeholder),
        ("\"$SSH_KEY\"\n", Kind::Placeholder),
        ("$(cat id_rsa)", Kind::Placeholder),
        ("$env:SSH_KEY", Kind::Placeholder),
        ("%SSH_KEY%", Kind::Placeholder),
        ("{{ ssh_key }}", Kind::Placeholder),
        ("${{secrets.KEY}}", Kind::Placeholder),
        ("<your key here>", Kind::Placeholder),
        ("[MASKED]", Kind::Placeholder),
        ("***", Kind::Placeholder),
        ("********", Kind::Placeholder),
        ("null", Kind::Placeholder),
        ("None", Kind::Placeholder),
        ("undefined", Kind::Placeholder),
        ("TODO", Kind::Placeholder),
        ("SSH_PRIVATE_KEY", Kind::Placeholder),
        ("[object Object]", Kind::Placeholder),
        ("vault:secret/data/git#key", Kind::SecretReference),
        ("arn:aws:secretsmanager:us-east-1:1:secret:key", Kind::SecretReference),
        ("projects/1/secrets/key/versions/1", Kind::SecretReference),
        ("404: Not Found", Kind::ErrorPage),
        ("404 page not found", Kind::ErrorPage),
        ("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", Kind::ErrorPage),
        ("hello", Kind::Unknown),
        ("the key", Kind::Unknown),
        ("404", Kind::Unknown),
        ("a long text with null in it", Kind::Unknown),
        ("$5 for a key", Kind::Unknown),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

/// `parse` reports a single wrong character, not its consequences.
#[test]
fn the_cause_comes_before_its_consequences() {
    for name in ["right.pem", "openssh.pem", "pkcs8.pem"] {
        let text = String::from_utf8(file(name)).unwrap();
        let begin = text.find("-----\n").unwrap() + 6;
        let end = text.find("\n-----END").unwrap();
        let places = (begin..end).step_by(7).filter(|at| text.as_bytes()[*at] != b'\n');
        let mut count = 0;
        for at in places {
            for wrong in ["?", "*", "***", "\u{a0}", "\u{200b}", "\u{2026}"] {
                let replaced = format!("{}{wrong}{}", &text[..at], &text[at + 1..]);
                let inserted = format!("{}{wrong}{}", &text[..at], &text[at..]);
                for text in [replaced, inserted] {
                    let problem = PrivateKey::parse(text.as_bytes()).unwrap_err();
                    let c = wrong.chars().next().unwrap();
                    assert_eq!(problem.kind, ProblemKind::Foreign(c), "{name} at {at}");
                    assert_eq!(problem.span.start as usize, at, "{name}");
                    let scan = scan(text.as_bytes());
                    let of_bytes = |kind| matches!(kind, ProblemKind::Der { .. } | ProblemKind::Container(_));
                    assert!(!scan.problems.iter().any(|problem| of_bytes(problem.kind)), "{name}: {scan:?}");
                    count += 1;
                }
            }
        }
        assert!(count > 2000, "{name}: {count}");
    }
    let right = String::from_utf8(file("right.pem")).unwrap();
    let (begin, end) = ("-----BEGIN RSA PRIVATE KEY-----\n", "-----END RSA PRIVATE KEY-----\n");
    for (text, expected) in [
        (begin.to_owned(), ProblemKind::NoBody),
        (format!("{begin}{end}"), ProblemKind::NoBody),
        (right.replace('M', "^M"), ProblemKind::Foreign('^')),
        (right.replace('\n', "\u{1b}[0m\n"), ProblemKind::Foreign('\u{1b}')),
    ] {
        let problems: Vec<_> = scan(text.as_bytes()).problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(problems.first(), Some(&expected), "{problems:?}");
        assert!(!problems.iter().any(|kind| matches!(kind, ProblemKind::Der { .. })), "{problems:?}");
    }
}

#[test]
fn spaces_are_read_as_plus_signs_if_the_numbers_prove_it() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    let plus: Vec<_> = right.match_indices('+').map(|(at, _)| at).collect();
    assert!(plus.len() > 3);
    for (first, last) in [(0, 1), (1, 2), (0, 2), (plus.len() - 1, plus.len()), (0, plus.len())] {
        let mut text = right.clone();
        for at in &plus[first..last] {
            text.replace_range(at..=at, " ");
        }
        let scan = scan(text.as_bytes());
        assert_eq!(
            scan.problems.first().map(|problem| problem.kind),
            Some(ProblemKind::LostPlus),
            "{scan:?}"
        );
        assert_eq!(*scan.recovered().unwrap().to_pkcs1_pem(), right);
    }
    // A space in place of another digit proves nothing.
    let slash = right.find('/').unwrap();
    let text = format!("{} {}", &right[..slash], &right[slash + 1..]);
    let scan = scan(text.as_bytes());
    assert!(
        scan.recovered().is_none() && !scan.problems.iter().any(|one| one.kind == ProblemKind::LostPlus),
        "{scan:?}"
    );
}

#[test]
fn invisible_characters_before_a_key_are_named() {
    let right = String::from_utf8(file("right.pem")).unwrap();
    for c in "\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{2060}\u{2066}\u{a0}\u{61c}\u{180e}\u{3164}\u{ffa0}\u{fe0f}\u{0}\u{2}\u{1b}\u{e0001}".chars() {
        let scan = scan(format!("{c}{right}").as_bytes());
        let first = scan.problems.first().map(|problem| problem.kind);
        assert_eq!(first, Some(ProblemKind::InvisibleBefore(c)), "{c:?}: {scan:?}");
        assert_eq!(*scan.recovered().unwrap().to_pkcs1_pem(), right, "{c:?}");
    }
}
