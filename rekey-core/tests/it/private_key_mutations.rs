//! Mutations of fresh keys: whether each loads is compared with `ssh-keygen -y`, the flaws of its numbers
//! with a slow reference in this file, and no output contains a piece of a key.
//!
//! Keys are generated when the test runs. Without `ssh-keygen` it prints that it was skipped.

#![expect(clippy::many_single_char_names, reason = "the names of RFC 8017")]
#![expect(clippy::format_push_string, reason = "short texts")]

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use num_bigint::BigUint;
use rekey_core::{
    PrivateKeyInput, Target, check_private_key,
    private_key::{Algorithm, Flaw, Kind, Primality, Prime, PrivateKey, PublicKey, Verdict, scan},
};

/// A directory that is removed with everything in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rekey-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The output of `ssh-keygen -y` for a file: the public line, if it loads.
fn ssh_keygen(path: &Path) -> Option<String> {
    let (loads, line) = run("ssh-keygen", &["-y", "-P", "", "-f", path.to_str().unwrap()]).unwrap();
    loads.then(|| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn is_installed(program: &str, argument: &str) -> bool {
    let found = run(program, &[argument]).is_some();
    if !found {
        crate::skip::lacks_program(program);
    }
    found
}

fn fresh(folder: &Folder, bits: u32) -> Vec<u8> {
    let path = folder.0.join(format!("fresh_{bits}"));
    let bits = bits.to_string();
    let arguments = ["-q", "-t", "rsa", "-b", &bits, "-m", "PEM", "-N", "", "-C", "project", "-f"];
    let made = run("ssh-keygen", &[&arguments[..], &[path.to_str().unwrap()]].concat()).unwrap();
    assert!(made.0, "ssh-keygen makes a key");
    fs::read(path).unwrap()
}

fn in_container(folder: &Folder, pem: &[u8]) -> Vec<u8> {
    let path = folder.write("container", pem);
    assert!(run("ssh-keygen", &["-q", "-p", "-P", "", "-N", "", "-f", path.to_str().unwrap()]).unwrap().0);
    fs::read(path).unwrap()
}

// A second implementation of base64 and DER, so that nothing here depends on the code under test.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63] as char;
            out.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

fn decode(text: &str) -> Vec<u8> {
    let value = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
    let digits: Vec<u32> = text.bytes().filter_map(value).map(|value| value as u32).collect();
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    out
}

fn body(pem: &[u8]) -> String {
    let text = String::from_utf8(pem.to_vec()).unwrap();
    text.lines().filter(|line| !line.starts_with("-----")).collect()
}

fn pem(label: &str, der: &[u8], width: usize) -> Vec<u8> {
    armor(label, &encode(der), width)
}

fn armor(label: &str, digits: &str, width: usize) -> Vec<u8> {
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in digits.as_bytes().chunks(width) {
        out.push_str(std::str::from_utf8(line).unwrap());
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out.into_bytes()
}

fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    if content.len() < 128 {
        out.push(content.len() as u8);
    } else {
        let bytes = content.len().to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | bytes.len() as u8);
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(content);
    out
}

fn integer(number: &BigUint) -> Vec<u8> {
    let mut digits = number.to_bytes_be();
    if digits[0] >= 0x80 {
        digits.insert(0, 0);
    }
    value(2, &digits)
}

fn sequence(values: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &values.concat())
}

/// n, e, d, p, q, dp, dq, q⁻¹.
#[derive(Clone)]
struct Numbers([BigUint; 8]);

impl Numbers {
    fn read(der: &[u8]) -> Self {
        let mut rest = &der[4..];
        let mut numbers = Vec::new();
        while !rest.is_empty() {
            let (header, length) = match rest[1] {
                0x82 => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
                0x81 => (3, usize::from(rest[2])),
                short => (2, usize::from(short)),
            };
            numbers.push(BigUint::from_bytes_be(&rest[header..header + length]));
            rest = &rest[header + length..];
        }
        Self(numbers[1..].to_vec().try_into().unwrap())
    }

    fn values(&self) -> Vec<Vec<u8>> {
        std::iter::once(&BigUint::ZERO).chain(&self.0).map(integer).collect()
    }

    fn der(&self) -> Vec<u8> {
        sequence(&self.values())
    }

    /// A valid key with two primes.
    fn of(p: &BigUint, q: &BigUint, e: &BigUint) -> Option<Self> {
        let one = BigUint::from(1u8);
        let (p1, q1) = (p - &one, q - &one);
        let d = e.modinv(&(&p1 * &q1))?;
        let coefficient = q.modinv(p)?;
        Some(Self([p * q, e.clone(), d.clone(), p.clone(), q.clone(), &d % p1, &d % q1, coefficient]))
    }

    fn with(&self, at: usize, number: BigUint) -> Self {
        let mut out = self.clone();
        out.0[at] = number;
        out
    }
}

struct Case {
    name: String,
    text: Vec<u8>,
}

fn case(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Case {
    Case { name: name.into(), text: text.into() }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

fn joined(lines: &[&str], end: &str) -> Vec<u8> {
    lines.iter().flat_map(|line| [*line, end]).collect::<String>().into_bytes()
}

/// Damage that texts suffer in emails, forms, editors and configuration files.
fn texts(label: &str, right: &[u8]) -> Vec<Case> {
    let text = String::from_utf8(right.to_vec()).unwrap();
    let all = lines(&text);
    let (begin, end) = (all[0], all[all.len() - 1]);
    let digits = body(right);
    let inner = &all[1..all.len() - 1];
    let map = |change: &dyn Fn(&str) -> String| -> Vec<u8> {
        all.iter().map(|line| change(line) + "\n").collect::<String>().into_bytes()
    };
    let inner_map = |change: &dyn Fn(usize, &str) -> String| -> Vec<u8> {
        let inner: String = inner.iter().enumerate().map(|(at, line)| change(at, line) + "\n").collect();
        format!("{begin}\n{inner}{end}\n").into_bytes()
    };
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let mut cases = vec![
        case("right", right),
        case("no final line end", text.trim_end()),
        case("two final line ends", format!("{text}\n")),
        case("crlf", text.replace('\n', "\r\n")),
        case("crlf in the body only", inner_map(&|_, line| format!("{line}\r"))),
        case("crlf after the marks only", format!("{begin}\r\n{}{end}\r\n", joined_text(inner))),
        case("cr", text.replace('\n', "\r")),
        case("cr cr lf", text.replace('\n', "\r\r\n")),
        case("bom", format!("\u{feff}{text}")),
        case("two boms", format!("\u{feff}\u{feff}{text}")),
        case("bom after a line", format!("\n\u{feff}{text}")),
        case("utf-16 le", utf16(false, true)),
        case("utf-16 be", utf16(true, true)),
        case("utf-16 le without mark", utf16(false, false)),
        case("utf-16 be without mark", utf16(true, false)),
        case("indented by two", map(&|line| format!("  {line}"))),
        case("indented by a tab", map(&|line| format!("\t{line}"))),
        case("indented body", inner_map(&|_, line| format!("    {line}"))),
        case("indented end", text.replace(end, &format!(" {end}"))),
        case("indented begin", text.replace(begin, &format!(" {begin}"))),
        case(
            "yaml block",
            format!("key: |\n{}", String::from_utf8(map(&|line| format!("  {line}"))).unwrap()),
        ),
        case("yaml folded", format!("key: {}\n", all.join(" "))),
        case("escaped line ends", text.replace('\n', "\\n")),
        case("escaped crlf", text.replace('\n', "\\r\\n")),
        case("json string", format!("{text:?}")),
        case("json object", format!("{{\"key\": {text:?}}}")),
        case("one line with blanks", all.join(" ")),
        case("one line without blanks", all.concat()),
        case("one line and an end", all.concat() + "\n"),
        case("begin glued to the body", format!("{begin}{}{end}\n", joined_text(inner))),
        case("end glued to the body", format!("{begin}\n{digits}{end}\n")),
        case("body on one line", format!("{begin}\n{digits}\n{end}\n")),
        case("blank after begin", format!("{begin}\n\n{}{end}\n", joined_text(inner))),
        case("two blanks after begin", format!("{begin}\n\n\n{}{end}\n", joined_text(inner))),
        case("blank before end", format!("{begin}\n{}\n{end}\n", joined_text(inner))),
        case(
            "blank in the middle",
            inner_map(&|at, line| if at == 3 { format!("{line}\n") } else { line.into() }),
        ),
        case(
            "blank of spaces in the middle",
            inner_map(&|at, line| if at == 3 { format!("{line}\n   ") } else { line.into() }),
        ),
        case("blank lines everywhere", map(&|line| format!("{line}\n"))),
        case("trailing blanks", map(&|line| format!("{line}  "))),
        case("trailing tabs", map(&|line| format!("{line}\t"))),
        case("trailing no-break space", map(&|line| format!("{line}\u{a0}"))),
        case(
            "blank inside a line",
            inner_map(&|at, line| {
                if at == 2 { format!("{} {}", &line[..9], &line[9..]) } else { line.into() }
            }),
        ),
        case(
            "tab inside a line",
            inner_map(&|at, line| {
                if at == 2 { format!("{}\t{}", &line[..9], &line[9..]) } else { line.into() }
            }),
        ),
        case(
            "vertical tab inside a line",
            inner_map(&|at, line| {
                if at == 2 { format!("{}\u{b}{}", &line[..9], &line[9..]) } else { line.into() }
            }),
        ),
        case("text before", format!("This is the key:\n{text}")),
        case("text before on the line", format!("key={text}")),
        case("text after", format!("{text}project\n")),
        case("text after on the line", format!("{}project\n", text.trim_end())),
        case("blank lines before", format!("\n\n{text}")),
        case(
            "bag attributes",
            format!("Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n{text}"),
        ),
        case("public line after", format!("{text}ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ project\n")),
        case("twice", format!("{text}{text}")),
        case("twice glued", format!("{}{text}", text.trim_end())),
        case("second block cut", format!("{text}{begin}\n")),
        case("first block cut", format!("{begin}\n{}{text}", joined_text(inner))),
        case("empty first block", format!("{begin}\n{end}\n{text}")),
        case(
            "parameters before",
            format!("-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n{text}"),
        ),
        case("certificate cut before", format!("-----BEGIN CERTIFICATE-----\nMAYCAQUCAQI=\n{text}")),
        case("no begin", joined(&all[1..], "\n")),
        case("no end", joined(&all[..all.len() - 1], "\n")),
        case("no marks", joined(inner, "\n")),
        case("no marks on one line", digits.clone()),
        case("four dashes", text.replace("-----", "----")),
        case("six dashes", text.replace("-----", "------")),
        case("dash lost at the end", text.replace("KEY-----", "KEY----")),
        case("dash lost at the beginning", text.replace("-----BEGIN", "----BEGIN")),
        case("dash lost before end", text.replace("-----END", "----END")),
        case("dash lost after end", text.trim_end().strip_suffix('-').unwrap().to_owned() + "\n"),
        case("em dashes", text.replace("-----", "\u{2014}\u{2014}-")),
        case("en dashes", text.replace("-----", "\u{2013}\u{2013}\u{2013}\u{2013}\u{2013}")),
        case("minus signs", text.replace("-----", "\u{2212}\u{2212}\u{2212}\u{2212}\u{2212}")),
        case("no dashes", text.replace("-----", "")),
        case("small label", text.replace(label, &label.to_lowercase())),
        case("small begin", text.replace("BEGIN", "Begin")),
        case("label without blanks", text.replace(label, &label.replace(' ', ""))),
        case("label with two blanks", text.replace(label, &label.replace(' ', "  "))),
        case("blank before the dashes", text.replace("KEY-----", "KEY -----")),
        case("other label at the end", text.replace(&format!("END {label}"), "END EC PRIVATE KEY")),
        case("unknown label", text.replace(label, "ACME PRIVATE KEY")),
        case("quoted", map(&|line| format!("> {line}"))),
        case("quoted twice", map(&|line| format!(">> {line}"))),
        case(
            "star in the body",
            inner_map(&|at, line| if at == 4 { format!("*{line}") } else { line.into() }),
        ),
        case(
            "no-break space in the body",
            inner_map(&|at, line| {
                if at == 4 { format!("{}\u{a0}{}", &line[..5], &line[5..]) } else { line.into() }
            }),
        ),
        case(
            "zero width space in the body",
            inner_map(&|at, line| if at == 4 { format!("\u{200b}{line}") } else { line.into() }),
        ),
        case(
            "bom in the body",
            inner_map(&|at, line| if at == 4 { format!("\u{feff}{line}") } else { line.into() }),
        ),
        case("byte in the body", [&text.as_bytes()[..200], b"\xff", &text.as_bytes()[200..]].concat()),
        case("zero byte in the body", [&text.as_bytes()[..200], b"\0", &text.as_bytes()[200..]].concat()),
        case(
            "colon in the body",
            inner_map(&|at, line| if at == 4 { format!("a: {line}") } else { line.into() }),
        ),
        case("header", format!("{begin}\nComment: project\n\n{}{end}\n", joined_text(inner))),
        case("short header", format!("{begin}\nA: b\n\n{}{end}\n", joined_text(inner))),
        case(
            "header without blank line",
            format!("{begin}\nComment: project\n{}{end}\n", joined_text(inner)),
        ),
        case(
            "proc type without info",
            format!("{begin}\nProc-Type: 4,ENCRYPTED\n\n{}{end}\n", joined_text(inner)),
        ),
        case("last line lost", [joined(&all[..all.len() - 2], "\n"), end.into(), b"\n".to_vec()].concat()),
        case("middle line lost", joined(&[&all[..5], &all[6..]].concat(), "\n")),
        case("line twice", joined(&[&all[..6], &all[5..]].concat(), "\n")),
        case("lines swapped", joined(&[&all[..5], &[all[6], all[5]], &all[7..]].concat(), "\n")),
        case("character lost", inner_map(&|at, line| if at == 4 { line[1..].into() } else { line.into() })),
        case(
            "four characters lost",
            inner_map(&|at, line| if at == 4 { line[4..].into() } else { line.into() }),
        ),
        case(
            "character twice",
            inner_map(&|at, line| if at == 4 { format!("{}{line}", &line[..1]) } else { line.into() }),
        ),
        case("padding added", armor(label, &format!("{digits}="), 64)),
        case("padding lost", armor(label, digits.trim_end_matches('='), 64)),
        case("padding in the middle", armor(label, &format!("{}=={}", &digits[..64], &digits[64..]), 66)),
        case("digits after padding", armor(label, &format!("{}==AAAA", digits.trim_end_matches('=')), 64)),
        case("four padding", armor(label, &format!("{}====", digits.trim_end_matches('=')), 64)),
        case("nothing inside", format!("{begin}\n{end}\n")),
        case("three digits inside", format!("{begin}\nMII\n{end}\n")),
        case(
            "dash in the body",
            inner_map(&|at, line| if at == 4 { format!("-{}", &line[1..]) } else { line.into() }),
        ),
        case("url digits", inner_map(&|_, line| line.replace('+', "-").replace('/', "_"))),
        case("begin only", begin),
        case("end first", format!("{end}\n{}{begin}\n", joined_text(inner))),
    ];
    for width in [1, 4, 16, 48, 60, 63, 65, 70, 72, 76, 77, 80, 128, 253, 254, 255, 256, 300, 508, 1000] {
        cases.push(case(format!("width {width}"), armor(label, &digits, width)));
        let blank = format!("{begin}\n\n{}{end}\n", joined_text(&chunks(&digits, width)));
        cases.push(case(format!("width {width} after a blank line"), blank));
    }
    cases
}

fn chunks(digits: &str, width: usize) -> Vec<&str> {
    digits.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect()
}

fn joined_text(lines: &[&str]) -> String {
    String::from_utf8(joined(lines, "\n")).unwrap()
}

/// Invalid DER, and labels that do not match.
fn encodings(numbers: &Numbers) -> Vec<Case> {
    const RSA: &str = "RSA PRIVATE KEY";
    let values = numbers.values();
    let der = numbers.der();
    let rsa = |name: &str, der: &[u8]| case(name, pem(RSA, der, 64));
    let change = |at: usize, change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let mut values = values.clone();
        values[at] = change(&values[at]);
        sequence(&values)
    };
    let content = |value: &[u8]| match value[1] {
        0x82 => value[4..].to_vec(),
        0x81 => value[3..].to_vec(),
        _ => value[2..].to_vec(),
    };
    let inner = values.concat();
    let algorithm = |oid: &[u8], parameters: &[u8]| sequence(&[value(6, oid), parameters.to_vec()]);
    let rsa_oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    let pkcs8 = |version: u8, oid: &[u8], parameters: &[u8], extra: &[u8]| {
        sequence(&[vec![2, 1, version], algorithm(oid, parameters), value(4, &der), extra.to_vec()])
    };
    let right8 = pkcs8(0, &rsa_oid, &[5, 0], &[]);
    let spki = {
        let key = sequence(&values[1..3]);
        sequence(&[algorithm(&rsa_oid, &[5, 0]), value(3, &[vec![0], key].concat())])
    };
    let version = |version: Vec<u8>| [&[version][..], &values[1..]].concat();
    let more_primes = |count: usize| {
        let prime = sequence(&[integer(&7u8.into()), integer(&3u8.into()), integer(&2u8.into())]);
        sequence(&[version(vec![2, 1, 1]), vec![sequence(&vec![prime; count])]].concat())
    };
    let other_primes = more_primes(1);
    let pkcs8_of = |key: &[u8]| sequence(&[vec![2, 1, 0], algorithm(&rsa_oid, &[5, 0]), value(4, key)]);
    let long_length =
        |bytes: &[u8]| [&[0x30, 0x83, 0], &(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let mut cases = vec![
        rsa("der as it was", &der),
        rsa("bytes after the sequence", &[&der[..], b"\x05\x00"].concat()),
        rsa("number inside the sequence", &sequence(&[&values[..], &[vec![2, 1, 1]]].concat())),
        rsa("null inside the sequence", &sequence(&[&values[..], &[vec![5, 0]]].concat())),
        rsa("number missing", &sequence(&values[..8])),
        rsa("version missing", &sequence(&values[1..])),
        rsa("version 1", &sequence(&version(vec![2, 1, 1]))),
        rsa("version 2", &sequence(&version(vec![2, 1, 2]))),
        rsa("version 127", &sequence(&version(vec![2, 1, 127]))),
        rsa("version -1", &sequence(&version(vec![2, 1, 255]))),
        rsa("version of two bytes", &sequence(&version(vec![2, 2, 1, 0]))),
        rsa("version of five bytes", &sequence(&version(vec![2, 5, 1, 0, 0, 0, 0]))),
        rsa("version padded", &sequence(&version(vec![2, 2, 0, 0]))),
        rsa("version empty", &sequence(&version(vec![2, 0]))),
        rsa("version null", &sequence(&version(vec![5, 0]))),
        rsa("three primes", &other_primes),
        rsa("four primes", &more_primes(2)),
        rsa("five primes", &more_primes(3)),
        rsa("six primes", &more_primes(4)),
        rsa("empty list of primes", &sequence(&[version(vec![2, 1, 1]), vec![vec![0x30, 0]]].concat())),
        rsa(
            "other primes in version 0",
            &sequence(
                &[
                    values.clone(),
                    vec![sequence(&[sequence(&[
                        integer(&7u8.into()),
                        integer(&3u8.into()),
                        integer(&2u8.into()),
                    ])])],
                ]
                .concat(),
            ),
        ),
        rsa("length in three bytes", &long_length(&inner)),
        rsa("indefinite length", &[&[0x30, 0x80], &inner[..], &[0, 0]].concat()),
        rsa("indefinite length without end", &[&[0x30, 0x80], &inner[..]].concat()),
        rsa(
            "length one short",
            &[&[0x30, 0x82], &(inner.len() as u16 - 1).to_be_bytes()[..], &inner].concat(),
        ),
        rsa(
            "length one long",
            &[&[0x30, 0x82], &(inner.len() as u16 + 1).to_be_bytes()[..], &inner].concat(),
        ),
        rsa("length far too long", &[&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], &inner[..]].concat()),
        rsa("set in the place of the sequence", &[&[0x31], &der[1..]].concat()),
        rsa("n padded", &change(1, &|v| value(2, &[vec![0], content(v)].concat()))),
        rsa("n negative", &change(1, &|v| value(2, &content(v)[1..]))),
        rsa("e padded", &change(2, &|v| value(2, &[vec![0], content(v)].concat()))),
        rsa("e length in two bytes", &change(2, &|v| [&[2, 0x81, 3], &content(v)[..]].concat())),
        rsa("e as an octet string", &change(2, &|v| value(4, &content(v)))),
        rsa("e empty", &change(2, &|_| vec![2, 0])),
        rsa("d empty", &change(3, &|_| vec![2, 0])),
        rsa("q⁻¹ empty", &change(8, &|_| vec![2, 0])),
        rsa("half of it", &der[..der.len() / 2]),
        rsa("first byte only", &der[..1]),
        rsa("pkcs8 called rsa", &right8),
        rsa("spki called rsa", &spki),
        rsa("public numbers called rsa", &sequence(&values[1..3])),
        rsa("sec1 called rsa", &sequence(&[vec![2, 1, 1], value(4, &[7; 32])])),
        rsa("empty sequence", &[0x30, 0]),
        case("pkcs8", pem("PRIVATE KEY", &right8, 64)),
        case("pkcs8 crlf", String::from_utf8(pem("PRIVATE KEY", &right8, 64)).unwrap().replace('\n', "\r\n")),
        case("pkcs8 version 1", pem("PRIVATE KEY", &pkcs8(1, &rsa_oid, &[5, 0], &[]), 64)),
        case("pkcs8 version 2", pem("PRIVATE KEY", &pkcs8(2, &rsa_oid, &[5, 0], &[]), 64)),
        case("pkcs8 without parameters", pem("PRIVATE KEY", &pkcs8(0, &rsa_oid, &[], &[]), 64)),
        case("pkcs8 with attributes", pem("PRIVATE KEY", &pkcs8(0, &rsa_oid, &[5, 0], &[0xa0, 0]), 64)),
        case("pkcs8 with rest", pem("PRIVATE KEY", &pkcs8(0, &rsa_oid, &[5, 0], &[5, 0]), 64)),
        case("pkcs8 of an unknown algorithm", pem("PRIVATE KEY", &pkcs8(0, &[0x2a, 3, 4], &[5, 0], &[]), 64)),
        case("pkcs8 and bytes", pem("PRIVATE KEY", &[&right8[..], b"\x05\x00"].concat(), 64)),
        case("pkcs8 of three primes", pem("PRIVATE KEY", &pkcs8_of(&other_primes), 64)),
        case(
            "pkcs8 of three primes called encrypted",
            pem("ENCRYPTED PRIVATE KEY", &pkcs8_of(&other_primes), 64),
        ),
        rsa("pkcs8 of three primes called rsa", &pkcs8_of(&other_primes)),
        case(
            "pkcs8 of a key in version 2",
            pem("PRIVATE KEY", &pkcs8_of(&sequence(&version(vec![2, 1, 2]))), 64),
        ),
        case("pkcs8 cut", pem("PRIVATE KEY", &right8[..right8.len() - 9], 64)),
        case("pkcs8 called encrypted", pem("ENCRYPTED PRIVATE KEY", &right8, 64)),
        case("pkcs1 called pkcs8", pem("PRIVATE KEY", &der, 64)),
        case("pkcs1 called ec", pem("EC PRIVATE KEY", &der, 64)),
        case("pkcs1 called dsa", pem("DSA PRIVATE KEY", &der, 64)),
        case("pkcs1 called openssh", pem("OPENSSH PRIVATE KEY", &der, 70)),
        case("public key", pem("PUBLIC KEY", &spki, 64)),
        case("public key before the key", [pem("PUBLIC KEY", &spki, 64), pem(RSA, &der, 64)].concat()),
        case("broken key before the key", [pem(RSA, &der[..99], 64), pem(RSA, &der, 64)].concat()),
        case("pkcs8 before the key", [pem("PRIVATE KEY", &right8, 64), pem(RSA, &der, 64)].concat()),
        case("der itself", der.clone()),
    ];
    for at in [0, 1, 2, 3, 4, 7, 8, 9, 12, 100, 300, der.len() / 2, der.len() - 1] {
        let mut broken = der.clone();
        broken[at] ^= 0x10;
        cases.push(rsa(&format!("bit of byte {at} flipped"), &broken));
    }
    cases
}

/// Inconsistent keys in OpenSSH's format.
fn containers(right: &[u8]) -> Vec<Case> {
    let bytes = decode(&body(right));
    let put = |name: &str, bytes: &[u8]| case(name, pem("OPENSSH PRIVATE KEY", bytes, 70));
    let mut cases = texts("OPENSSH PRIVATE KEY", right);
    let mut flip = |name: &str, at: usize| {
        let mut broken = bytes.clone();
        broken[at] ^= 1;
        cases.push(put(name, &broken));
    };
    flip("magic", 3);
    flip("version of the magic", 13);
    flip("cipher name", 19);
    flip("kdf name", 27);
    flip("number of keys", 38);
    flip("type in the public half", 50);
    flip("modulus in the public half", 100);
    flip("last byte", bytes.len() - 1);
    let private = bytes.windows(11).rposition(|window| window == b"\0\0\0\x07ssh-rsa").unwrap();
    flip("first check number", private - 5);
    flip("length of the private half", private - 9);
    flip("type in the private half", private + 6);
    flip("modulus in the private half", private + 60);
    cases.push(put("one byte short", &bytes[..bytes.len() - 1]));
    cases.push(put("eight bytes short", &bytes[..bytes.len() - 8]));
    cases.push(put("a byte more", &[&bytes[..], b"\0"].concat()));
    cases.push(put("magic alone", b"openssh-key-v1\0"));
    cases
}

/// Things that people submit in place of the key, in every format in which programs write them: a name, the
/// text, its kind.
fn things(folder: &Folder, right: &[u8]) -> Vec<(String, Vec<u8>, Kind)> {
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let key = folder.write("thing", right).to_str().unwrap().to_owned();
    let made = |program: &str, arguments: &[&str]| {
        let out = path("made");
        for old in [&out, &format!("{out}.pub")] {
            let _ = fs::remove_file(old);
        }
        let arguments: Vec<_> =
            arguments.iter().map(|word| if *word == "OUT" { &*out } else { word }).collect();
        let (done, shown) = run(program, &arguments).unwrap();
        fs::read(&out).ok().filter(|_| done).unwrap_or_else(|| shown.into_bytes())
    };
    let openssl = |arguments: &str| {
        let words: Vec<_> =
            arguments.split(' ').map(|word| if word == "KEY" { &*key } else { word }).collect();
        made("openssl", &words)
    };
    let ssh = |arguments: &str| {
        let words: Vec<_> =
            arguments.split(' ').map(|word| if word == "EMPTY" { "" } else { word }).collect();
        made("ssh-keygen", &words)
    };
    let with_passphrase = |form: &[&str]| {
        let copy = folder.write("copy", right).to_str().unwrap().to_owned();
        let arguments = [&["-q", "-p", "-P", "", "-N", "secret", "-f", &copy], form].concat();
        assert!(run("ssh-keygen", &arguments).unwrap().0);
        fs::read(copy).unwrap()
    };
    let openssh = |algorithm, encrypted| Kind::OpenSsh { algorithm, encrypted };
    let putty = |algorithm, encrypted| Kind::Putty { algorithm, encrypted };
    let rsa = Algorithm::Rsa;
    let public = run("ssh-keygen", &["-y", "-P", "", "-f", &key]).unwrap().1.into_bytes();
    let public_path = folder.write("thing.pub", &public).to_str().unwrap().to_owned();
    let certificate = {
        let arguments = ["-q", "-s", &key, "-I", "project", "-n", "project", &public_path];
        assert!(run("ssh-keygen", &arguments).unwrap().0);
        fs::read(path("thing-cert.pub")).unwrap()
    };
    let fingerprint = run("ssh-keygen", &["-l", "-f", &public_path]).unwrap().1;
    let mut out: Vec<(String, Vec<u8>, Kind)> = Vec::new();
    let mut add = |name: &str, text: Vec<u8>, kind| out.push((name.to_owned(), text, kind));
    add("openssh with passphrase", with_passphrase(&[]), openssh(rsa, true));
    add("pkcs1 with passphrase", with_passphrase(&["-m", "PEM"]), Kind::EncryptedPkcs1);
    add("pkcs8 with passphrase", with_passphrase(&["-m", "PKCS8"]), Kind::EncryptedPkcs8);
    for cipher in ["des3", "aes128", "aes192", "aes256"] {
        let text = openssl(&format!("rsa -in KEY -traditional -{cipher} -passout pass:secret -out OUT"));
        add(&format!("pkcs1 with passphrase, {cipher}"), text, Kind::EncryptedPkcs1);
    }
    add("pkcs8 by openssl", openssl("rsa -in KEY -out OUT"), Kind::Pkcs8(rsa));
    add("new ed25519", ssh("-q -t ed25519 -m PEM -N EMPTY -f OUT"), openssh(Algorithm::Ed25519, false));
    add(
        "new ed25519 with passphrase",
        ssh("-q -t ed25519 -N secret -f OUT"),
        openssh(Algorithm::Ed25519, true),
    );
    add("new ecdsa", ssh("-q -t ecdsa -m PEM -N EMPTY -f OUT"), Kind::Sec1);
    add("new ecdsa in openssh's", ssh("-q -t ecdsa -N EMPTY -f OUT"), openssh(Algorithm::Ec, false));
    add("new rsa in openssh's", ssh("-q -t rsa -b 2048 -N EMPTY -f OUT"), openssh(rsa, false));
    add(
        "new ed25519 in pkcs8",
        openssl("genpkey -algorithm ED25519 -out OUT"),
        Kind::Pkcs8(Algorithm::Ed25519),
    );
    add(
        "new ec in pkcs8",
        openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out OUT"),
        Kind::Pkcs8(Algorithm::Ec),
    );
    add(
        "new rsa-pss",
        openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out OUT"),
        Kind::Pkcs8(Algorithm::RsaPss),
    );
    add("der of pkcs1", openssl("rsa -in KEY -traditional -outform DER -out OUT"), Kind::Pkcs1);
    add("der of pkcs8", openssl("rsa -in KEY -outform DER -out OUT"), Kind::Pkcs8(rsa));
    add("public line", public.clone(), Kind::PublicKey(rsa));
    add(
        "public in rfc 4716",
        run("ssh-keygen", &["-e", "-f", &public_path]).unwrap().1.into_bytes(),
        Kind::PublicKey(Algorithm::Other),
    );
    add("public in pem", openssl("rsa -in KEY -pubout -out OUT"), Kind::PublicKey(Algorithm::Other));
    add("public of pkcs1", openssl("rsa -in KEY -RSAPublicKey_out -out OUT"), Kind::PublicKey(rsa));
    add("certificate of openssh", certificate, Kind::SshCertificate);
    add("certificate", openssl("req -x509 -new -key KEY -subj /CN=project -out OUT"), Kind::Certificate);
    add(
        "certificate request",
        openssl("req -new -key KEY -subj /CN=project -out OUT"),
        Kind::CertificateRequest,
    );
    add("fingerprint", fingerprint.split(' ').nth(1).unwrap().into(), Kind::Fingerprint);
    let written = |text: &str| text.as_bytes().to_vec();
    for version in [2, 3] {
        for (encryption, encrypted) in [("none", false), ("aes256-cbc", true)] {
            let text = format!(
                "PuTTY-User-Key-File-{version}: ssh-rsa\r\nEncryption: {encryption}\r\nComment: a\r\n"
            );
            add(&format!("putty {version} {encryption}"), text.into_bytes(), putty(rsa, encrypted));
        }
    }
    add(
        "putty of ed25519",
        written("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"),
        putty(Algorithm::Ed25519, false),
    );
    let ssh_com = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"project\"\nP2/56wAAA\n";
    add("ssh.com", format!("{ssh_com}---- END SSH2 ENCRYPTED PRIVATE KEY ----\n").into_bytes(), Kind::SshCom);
    add("ssh 1", written("SSH PRIVATE KEY FILE FORMAT 1.1\n\0\0"), Kind::Ssh1);
    let pgp = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----\n";
    add("pgp", written(pgp), Kind::Pgp);
    add("age", written("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n"), Kind::Age);
    add("jwk", written("{\"kty\": \"RSA\", \"n\": \"AQAB\"}"), Kind::Jwk);
    add("wireguard", written("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n"), Kind::WireGuard);
    add("path", written("/home/alice/.ssh/id_rsa\n"), Kind::Path);
    add("url", written("git@github.com:acme/app.git\n"), Kind::Url);
    add("nothing", Vec::new(), Kind::Empty);
    add("blank lines", written("\n \n"), Kind::Empty);
    out
}

/// Numbers that no valid key has, each with the name of the flaw in the report.
fn arithmetic(numbers: &Numbers, with_new_primes: bool) -> Vec<(String, Numbers)> {
    let [n, e, d, p, q, dp, dq, coefficient] = &numbers.0;
    let one = &BigUint::from(1u8);
    let zero = &BigUint::ZERO;
    let two = &BigUint::from(2u8);
    let phi = (p - one) * (q - one);
    let bits = p.bits();
    let mut out: Vec<(String, Numbers)> = Vec::new();
    let mut add = |name: &str, numbers: Numbers| out.push((name.to_owned(), numbers));
    add("right", numbers.clone());
    for (at, name) in ["n", "e", "d", "p", "q", "dp", "dq", "q⁻¹"].into_iter().enumerate() {
        add(&format!("{name} + 2"), numbers.with(at, &numbers.0[at] + two));
        add(&format!("{name} - 2"), numbers.with(at, &numbers.0[at] - two));
        add(&format!("{name} = 0"), numbers.with(at, zero.clone()));
        add(&format!("{name} = 1"), numbers.with(at, one.clone()));
        add(&format!("{name} with a bit flipped"), numbers.with(at, &numbers.0[at] ^ &(two << 8)));
    }
    add("n + 1", numbers.with(0, n + one));
    add("n - 1", numbers.with(0, n - one));
    add(
        "q = 2",
        Numbers::of(&(p * q), two, &BigUint::from(65537u32)).unwrap_or(numbers.with(4, two.clone())),
    );
    add("d + φ", numbers.with(2, d + &phi));
    add("d + 2 φ", numbers.with(2, d + &phi * two));
    add("d mod λ", {
        let g = gcd(p - one, q - one);
        numbers.with(2, d % (&phi / g))
    });
    add("d + λ", {
        let lambda = &phi / gcd(p - one, q - one);
        numbers.with(2, d % &lambda + &lambda)
    });
    add("dp + p - 1", numbers.with(5, dp + p - one));
    add("dq + q - 1", numbers.with(6, dq + q - one));
    add("q⁻¹ + p", numbers.with(7, coefficient + p));
    add("p and q swapped", Numbers([n, e, d, q, p, dp, dq, coefficient].map(Clone::clone)));
    add("p and q swapped with all", Numbers::of(q, p, e).unwrap());
    add("p = q", Numbers([&(p * p), e, d, p, p, dp, dp, one].map(Clone::clone)));
    add("p = 1, q = n", Numbers([n, e, d, one, n, zero, d, zero].map(Clone::clone)));
    let small = (BigUint::from(1u8) << (bits / 2 - 20)) + 1u8;
    let small =
        (0u32..10_000).map(|step| &small + 2 * step).find(|small| gcd(small.clone(), phi.clone()) == *one);
    if let Some(small) = small {
        let great = small.modinv(&phi).unwrap();
        add(
            "small d",
            Numbers(
                [n, &great, &small, p, q, &(&small % (p - one)), &(&small % (q - one)), coefficient]
                    .map(Clone::clone),
            ),
        );
    }
    if !with_new_primes {
        return out;
    }
    let prime = |bits: u64| openssl_prime(bits, e);
    for e in [3u32, 17, 35, 37, 257, 65539] {
        let e = BigUint::from(e);
        let right = (0..20).find_map(|_| {
            let (p, q) = (openssl_prime(bits, &e), openssl_prime(bits, &e));
            Numbers::of(&p, &q, &e)
        });
        add(&format!("e = {e}"), right.unwrap());
    }
    let great = (one << 100) + BigUint::from(277u32);
    add("e of 101 bits", Numbers::of(p, q, &great).unwrap_or(numbers.clone()));
    let next = next_prime(p + two, e);
    add("next primes", Numbers::of(&next, p, e).unwrap());
    for gap in [bits - 120, bits - 101, bits - 99, bits - 60, bits / 2 + 3] {
        let close = next_prime(p + (one << gap), e);
        add(&format!("primes 2^{gap} apart"), Numbers::of(&close, p, e).unwrap());
    }
    let ratio = next_prime(p * 2u8 / 3u8, e);
    add("p close to q · 3 / 2", Numbers::of(p, &ratio, e).unwrap());
    let low = {
        let step = BigUint::from(1u8) << 100;
        search(&((q >> 100) * &step + p % &step), &step, e)
    };
    add("equal low bits", Numbers::of(p, &low, e).unwrap());
    add("unbalanced", Numbers::of(&prime(bits + bits / 2), &prime(bits / 2), e).unwrap());
    add("unbalanced by a bit", Numbers::of(&prime(bits + 1), &prime(bits - 1), e).unwrap());
    for length in [512, 1023, 1024, 1536, 2047, 2049, 2056] {
        let right = (0..200).find_map(|_| {
            let right = Numbers::of(&prime(length / 2), &prime(length - length / 2), e)?;
            (right.0[0].bits() == length).then_some(right)
        });
        add(&format!("{length} bits"), right.unwrap());
    }
    for (name, factor) in [("3", 3u32), ("1999", 1999), ("2003", 2003), ("65539", 65539)] {
        let rest = prime(bits - u64::from(32 - factor.leading_zeros()) + 1);
        let composite = rest * factor;
        if let Some(right) = Numbers::of(&composite, q, e) {
            add(&format!("p with the factor {name}"), right);
        }
    }
    let composite = prime(bits / 2) * prime(bits - bits / 2);
    if let Some(right) = Numbers::of(&composite, q, e) {
        add("p of two primes", right);
    }
    if let Some(right) = Numbers::of(p, &composite, e) {
        add("q of two primes", right);
    }
    // Mersenne numbers with a prime exponent pass the strong test to base 2; these are not prime.
    let exponent =
        [1021u32, 1531, 2039].into_iter().find(|exponent| u64::from(*exponent) + 10 > bits).unwrap();
    let strong = (one << exponent) - one;
    if let Some(right) = Numbers::of(&strong, q, e) {
        add("p that fools base 2", right);
    }
    let sparse = next_prime((BigUint::from(3u8) << (bits - 2)) + (one << (bits / 2)), e);
    add("few bits set", Numbers::of(&sparse, q, e).unwrap());
    let repeated = (0..bits / 24).fold(BigUint::ZERO, |all, _| (all << 24u8) + 0x00c0_ffeeu32);
    let repeated = next_prime(repeated << (bits - bits / 24 * 24), e);
    add("three bytes repeated", Numbers::of(&repeated, q, e).unwrap());
    let modulus = (2u32..168).filter(|p| (2..*p).all(|d| p % d != 0)).fold(BigUint::from(1u8), |m, p| m * p);
    let roca = |seed: &BigUint| {
        let exponent = seed % BigUint::from(1u64 << 60);
        let base = (BigUint::from(3u8) << (bits - 2)) / &modulus + (seed >> (seed.bits() - bits / 2));
        let first = base * &modulus + BigUint::from(65537u32).modpow(&exponent, &modulus);
        search(&first, &modulus, e)
    };
    add("roca", Numbers::of(&roca(p), &roca(q), e).unwrap());
    out
}

fn gcd(mut a: BigUint, mut b: BigUint) -> BigUint {
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}

fn openssl_prime(bits: u64, e: &BigUint) -> BigUint {
    let one = BigUint::from(1u8);
    loop {
        let (_, text) = run("openssl", &["prime", "-generate", "-bits", &bits.to_string()]).unwrap();
        let prime: BigUint = text.trim().parse().unwrap();
        if gcd(&prime - &one, e.clone()) == one {
            return prime;
        }
    }
}

/// The smallest prime from a number on that the exponent allows.
fn next_prime(from: BigUint, e: &BigUint) -> BigUint {
    search(&(from | BigUint::from(1u8)), &BigUint::from(2u8), e)
}

/// The first prime among `from`, `from + step`, `from + 2 step`, …
fn search(from: &BigUint, step: &BigUint, e: &BigUint) -> BigUint {
    let small = |number: &BigUint, prime: u32| -> u32 { (number % prime).try_into().unwrap() };
    let rests: Vec<_> = small_primes().map(|prime| (small(from, prime), small(step, prime), prime)).collect();
    for count in 0u32.. {
        if rests.iter().any(|(rest, step, prime)| (rest + count % prime * step) % prime == 0) {
            continue;
        }
        let candidate = from + step * count;
        if gcd(&candidate - 1u8, e.clone()) == BigUint::from(1u8) && is_prime(&candidate) {
            return candidate;
        }
    }
    unreachable!("there is always another prime")
}

fn small_primes() -> impl Iterator<Item = u32> {
    (3..2000u32).filter(|p| (2..*p).take_while(|d| d * d <= *p).all(|d| p % d != 0))
}

/// The answer of `openssl prime`, which uses Miller–Rabin with random bases.
fn is_prime(number: &BigUint) -> bool {
    thread_local! {
        static KNOWN: RefCell<HashMap<BigUint, bool>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let ask = || {
            let (_, answer) = run("openssl", &["prime", &number.to_string()]).unwrap();
            answer.contains("is prime")
        };
        *known.entry(number.clone()).or_insert_with(|| number.bits() > 1 && ask())
    })
}

/// The flaws of the numbers, computed slowly and independently.
fn reference(numbers: &Numbers) -> BTreeSet<&'static str> {
    let [n, e, d, p, q, dp, dq, coefficient] = &numbers.0;
    let one = &BigUint::from(1u8);
    let minus = |a: &BigUint| if *a == BigUint::ZERO { BigUint::ZERO } else { a - one };
    let is_one = |a: &BigUint, m: &BigUint| *m == *one || (*m != BigUint::ZERO && a % m == *one);
    let mut out = BTreeSet::new();
    let mut flag = |name, wrong: bool| {
        if wrong {
            out.insert(name);
        }
    };
    flag("even modulus", !n.bit(0));
    flag("product", p * q != *n);
    flag("equal primes", p == q);
    flag("exponent", !e.bit(0) || e == one);
    flag("great exponent", e >= n);
    flag("great d", d >= n);
    flag("small d", d.bits() <= n.bits() / 2);
    let right = |prime: &BigUint| is_one(&(e * d), &minus(prime));
    flag("d mod p", !right(p));
    flag("d mod q", !right(q));
    let crt = |prime: &BigUint, part: &BigUint| {
        let order = minus(prime);
        if *part >= order {
            false
        } else if right(prime) && order > *one {
            d % &order == *part
        } else {
            is_one(&(e * part), &order)
        }
    };
    flag("dp", !crt(p, dp));
    flag("dq", !crt(q, dq));
    flag("coefficient", coefficient >= p || !is_one(&(q * coefficient), p));
    flag("unbalanced", p != q && p.bits() != q.bits());
    let distance = if p > q { p - q } else { q - p };
    if p != q && p.bits() == q.bits() {
        let half = (n.bits() / 2).saturating_sub(100);
        flag("close", distance <= one << half);
        flag("low bits", distance.trailing_zeros().unwrap_or(0) >= 64);
        flag("high bits", distance > one << half && p.bits() - distance.bits() >= 64);
    }
    flag("p composite", !is_prime(p));
    flag("q composite", !is_prime(q));
    out
}

/// The names that [`reference`] uses; `None` for flaws that it does not search for.
fn name(flaw: Flaw) -> Option<&'static str> {
    Some(match flaw {
        Flaw::EvenModulus => "even modulus",
        Flaw::NotProduct => "product",
        Flaw::EqualPrimes => "equal primes",
        Flaw::BadExponent => "exponent",
        Flaw::GreatExponent => "great exponent",
        Flaw::PrivateExponent(Prime::First) => "d mod p",
        Flaw::PrivateExponent(Prime::Second) => "d mod q",
        Flaw::GreatPrivateExponent => "great d",
        Flaw::SmallPrivateExponent { .. } => "small d",
        Flaw::CrtExponent(Prime::First) => "dp",
        Flaw::CrtExponent(Prime::Second) => "dq",
        Flaw::Coefficient => "coefficient",
        Flaw::Unbalanced { .. } => "unbalanced",
        Flaw::ClosePrimes { .. } => "close",
        Flaw::SharedHighBits(_) => "high bits",
        Flaw::SharedLowBits(_) => "low bits",
        Flaw::SmallFactor { prime: Prime::First, .. } | Flaw::Composite(Prime::First) => "p composite",
        Flaw::SmallFactor { prime: Prime::Second, .. } | Flaw::Composite(Prime::Second) => "q composite",
        _ => return None,
    })
}

/// All printable output about a text.
fn printable(text: &[u8]) -> String {
    let scan = scan(text);
    let mut out = format!("{scan:?} {:?}", scan.blocks);
    for problem in scan.problems.iter().chain(&scan.untidy) {
        out += &format!("{problem} {problem:?}");
    }
    if let Some(public) = &scan.public {
        out += &format!("{public:?}");
    }
    match PrivateKey::parse(text) {
        Ok(key) => out += &format!("{key:?}"),
        Err(problem) => out += &format!("{problem} {problem:?}"),
    }
    if let Some(key) = scan.recovered() {
        let audit = key.audit(Primality::Skip);
        out += &format!("{audit:?}");
        for flaw in &audit.flaws {
            out += &flaw.to_string();
        }
    }
    match PublicKey::parse(text) {
        Ok(key) => out += &format!("{key:?}"),
        Err(problem) => out += &format!("{problem} {problem:?}"),
    }
    let input = PrivateKeyInput::new(text).public_key(Some(text.into())).fingerprint(Some(text.into()));
    let report = check_private_key(input, &Target::default());
    out += &format!("{report:?} {}", report.to_json());
    out
}

/// Asserts that no output contains six consecutive characters of a body, except for those in the public
/// half's fingerprint.
#[track_caller]
fn keeps_secret(name: &str, text: &[u8], digits: &str) {
    let out = printable(text);
    let fingerprint = scan(text).recovered().map(|key| key.fingerprint().to_string()).unwrap_or_default();
    let public = scan(text).public.map(|key| key.fingerprint().to_string()).unwrap_or_default();
    for window in digits.as_bytes().windows(6) {
        let window = std::str::from_utf8(window).unwrap();
        if window.bytes().all(|byte| byte == b'A') || fingerprint.contains(window) || public.contains(window)
        {
            continue;
        }
        assert!(!out.contains(window), "{name}: a piece of the key is shown");
    }
}

fn sizes() -> &'static [u32] {
    &[2048, 3072, 4096]
}

#[test]
fn loading_agrees_with_ssh_keygen() {
    if !is_installed("ssh-keygen", "-?") {
        return;
    }
    let folder = Folder::new("loading");
    let other = fresh(&folder, 1024);
    let (mut compared, mut loaded, mut wrong) = (0, 0, Vec::new());
    for bits in sizes() {
        let right = fresh(&folder, *bits);
        let container = in_container(&folder, &right);
        let numbers = Numbers::read(&decode(&body(&right)));
        let mut cases = texts("RSA PRIVATE KEY", &right);
        cases.extend(encodings(&numbers));
        for found in containers(&container) {
            cases.push(Case { name: format!("openssh: {}", found.name), text: found.text });
        }
        cases.push(case("another key after it", [&right[..], &other].concat()));
        cases.push(case("another key before it", [&other[..], &right].concat()));
        cases.push(case("openssh's container after it", [&right[..], &container].concat()));
        cases.push(case("openssh's container before it", [&container[..], &right].concat()));
        for Case { name, text } in cases {
            let expected = ssh_keygen(&folder.write("case", &text));
            let found = scan(&text);
            compared += 1;
            loaded += usize::from(expected.is_some());
            if expected.is_some() != (found.verdict != Verdict::Rejected) {
                wrong.push(format!("{bits} {name}: ssh-keygen {}, {found:?}", expected.is_some()));
                continue;
            }
            if expected.is_none() && found.problems.is_empty() {
                wrong.push(format!("{bits} {name}: rejected without a problem"));
            }
            let parsed = PrivateKey::parse(&text);
            assert_eq!(parsed.is_ok(), found.problems.is_empty(), "{bits} {name}");
            if let (Ok(key), Some(line)) = (&parsed, &expected) {
                assert_eq!(key.public_key().to_line().as_ref(), Some(line), "{bits} {name}");
            }
        }
    }
    println!("{compared} mutations, {loaded} of which load, {} differences", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 150);
}

#[test]
fn other_things_are_named() {
    if !is_installed("ssh-keygen", "-?") || !is_installed("openssl", "version") {
        return;
    }
    let folder = Folder::new("things");
    let right = fresh(&folder, 2048);
    let things = things(&folder, &right);
    for (name, text, kind) in &things {
        let found = scan(text);
        assert_eq!(found.kind, *kind, "{name}");
        let is_rsa = found.verdict != Verdict::Rejected && kind.algorithm() == Some(Algorithm::Rsa);
        let loads = ssh_keygen(&folder.write("case", text)).is_some_and(|line| line.starts_with("ssh-rsa "));
        assert_eq!(is_rsa, loads, "{name}");
        assert_eq!(PrivateKey::parse(text).is_ok(), loads, "{name}");
        assert!(!check_private_key(text, &Target::default()).passed(), "{name}");
        keeps_secret(name, text, &body(&right));
    }
    println!("{} other things", things.len());
}

#[test]
fn the_recovered_key_is_the_original() {
    if !is_installed("ssh-keygen", "-?") {
        return;
    }
    let folder = Folder::new("recovered");
    let right = fresh(&folder, 2048);
    let recovered =
        |text: &[u8]| scan(text).recovered().map(|key| key.to_pkcs1_pem().to_string().into_bytes());
    let mut count = 0;
    for Case { name, text } in texts("RSA PRIVATE KEY", &right) {
        if let Some(key) = recovered(&text) {
            count += 1;
            // Lines that are reordered, repeated or lost in groups may well be DER of the right length.
            let reordered = ["lines swapped"].contains(&name.as_str());
            assert!(reordered || key == right, "{name}");
        }
    }
    println!("{count} recovered");
    assert!(count > 60);
    assert_eq!(recovered(&in_container(&folder, &right)).as_ref(), Some(&right));
}

/// The lengths in nested DER: for each its place, its number of bytes, and its value.
fn lengths_of_der(der: &[u8], start: usize, end: usize, found: &mut Vec<(usize, usize, usize)>) {
    let mut at = start;
    while at < end {
        let (tag, first) = (der[at], der[at + 1]);
        let more = if first < 128 { 0 } else { usize::from(first & 0x7f) };
        let number =
            der[at + 2..at + 2 + more].iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        let number = if more == 0 { usize::from(first) } else { number };
        found.push((at + 1, 1 + more, number));
        let content = at + 2 + more;
        if tag == 0x30 || (tag == 4 && der[content] == 0x30) {
            lengths_of_der(der, content, content + number, found);
        }
        at = content + number;
    }
}

/// The places in OpenSSH's format that may be a length: four bytes whose value is below the total number of
/// bytes.
fn lengths_of_openssh(blob: &[u8]) -> Vec<(usize, usize, usize)> {
    let number = |at: usize| u32::from_be_bytes(blob[at..at + 4].try_into().unwrap()) as usize;
    (15..blob.len() - 4).map(|at| (at, 4, number(at))).filter(|(.., number)| *number < blob.len()).collect()
}

/// All encodings of a length, including invalid ones.
fn der_length(number: u128) -> Vec<Vec<u8>> {
    let bytes = number.to_be_bytes();
    let least = &bytes[(bytes.iter().take_while(|byte| **byte == 0).count()).min(15)..];
    let mut forms = vec![vec![0x80], vec![0xff], vec![0x84], vec![]];
    if number < 128 {
        forms.push(vec![least[0]]);
    }
    for width in [least.len(), least.len() + 1, least.len() + 3, 8, 9, 126] {
        if width >= least.len() {
            let padding = vec![0; width - least.len()];
            forms.push([&[0x80 | u8::try_from(width).unwrap()][..], &padding, least].concat());
        }
    }
    forms
}

#[test]
fn wrong_lengths_make_no_other_key_that_passes() {
    let read = |name: &str| fs::read(format!("{}/../tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let right = read("right.pem");
    let mut tried = 0;
    for (name, label) in [
        ("right.pem", "RSA PRIVATE KEY"),
        ("pkcs8.pem", "PRIVATE KEY"),
        ("openssh.pem", "OPENSSH PRIVATE KEY"),
    ] {
        let whole = decode(&body(&read(name)));
        let is_der = label != "OPENSSH PRIVATE KEY";
        let mut places = Vec::new();
        if is_der {
            lengths_of_der(&whole, 0, whole.len(), &mut places);
        } else {
            places = lengths_of_openssh(&whole);
        }
        for (at, width, number) in places {
            let own = number as u128;
            let all = whole.len() as u128;
            let near = [own.wrapping_sub(4), own.wrapping_sub(1), own + 1, own + 4, all, 2 * all];
            let far =
                [0, 1, 127, 128, 255, 256, 1 << 15, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32];
            for lie in near.into_iter().chain(far).chain([own, 1 << 63, u64::MAX.into(), 1 << 64]) {
                let forms = if is_der { der_length(lie) } else { vec![(lie as u32).to_be_bytes().to_vec()] };
                for form in forms {
                    let text = [&whole[..at], &form, &whole[at + width..]].concat();
                    if text == whole {
                        continue;
                    }
                    tried += 1;
                    let text = pem(label, &text, if is_der { 64 } else { 70 });
                    assert!(!check_private_key(&text, &Target::default()).passed(), "{name} {at} {form:x?}");
                    // A number that lost a byte is another number, which does not match the others.
                    let same = |key: &PrivateKey| key.to_pkcs1_pem().as_bytes() == right;
                    let other = scan(&text).recovered().filter(|key| !same(key));
                    let flaws = other.map(|key| key.audit(Primality::Full).flaws);
                    assert!(flaws.is_none_or(|flaws| !flaws.is_empty()), "{name} {at} {form:x?}");
                }
            }
        }
    }
    // Endless nesting, and lengths that point nowhere.
    for nested in
        [&b"\x30\x80"[..], b"\x30\x84\xff\xff\xff\xff", b"\x30\x82\x3f\xff", b"\x04\x84\x7f\xff\xff\xff"]
    {
        assert!(scan(&pem("PRIVATE KEY", &nested.repeat(2_000), 64)).recovered().is_none());
    }
    assert!(tried > 3_000, "{tried}");
}

/// Numbers that no key has in place of each number of a key: none, zero, one, even instead of odd, negative,
/// and all ones.
#[test]
fn invalid_numbers_are_reported() {
    let right = fs::read(format!("{}/../tests/keys/right.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let numbers = Numbers::read(&decode(&body(&right)));
    let of = |numbers: &Numbers, changed: usize, content: &[u8]| {
        let number = |(at, number)| if at == changed { value(2, content) } else { integer(number) };
        let values = numbers.0.iter().enumerate().map(number);
        pem("RSA PRIVATE KEY", &sequence(&[value(2, &[0])].into_iter().chain(values).collect::<Vec<_>>()), 64)
    };
    assert_eq!(of(&numbers, 8, &[]), right);
    for at in 0..8 {
        let own = numbers.0[at].to_bytes_be();
        let even = [&[0][..], &(&numbers.0[at] ^ BigUint::from(1u8)).to_bytes_be()].concat();
        let negative = [&[0x80][..], &own[1..]].concat();
        for content in
            [&[][..], &[0], &[0, 0], &[1], &[2], &[0x80], &[0xff], &[0x7f; 2049], &[0; 300], &even, &negative]
        {
            let text = of(&numbers, at, content);
            assert!(!check_private_key(&text, &Target::default()).passed(), "{at} {content:x?}");
            if let Some(key) = scan(&text).recovered() {
                assert!(!key.audit(Primality::Full).flaws.is_empty(), "{at} {content:x?}");
            }
        }
    }
}

#[test]
fn arithmetic_agrees_with_a_reference() {
    if !is_installed("ssh-keygen", "-?") || !is_installed("openssl", "version") {
        return;
    }
    let folder = Folder::new("arithmetic");
    let (mut compared, mut flawed, mut wrong) = (0, 0, Vec::new());
    for bits in sizes().iter().copied() {
        let right = fresh(&folder, bits);
        let numbers = Numbers::read(&decode(&body(&right)));
        for (name_of, numbers) in arithmetic(&numbers, bits == 2048) {
            let text = pem("RSA PRIVATE KEY", &numbers.der(), 64);
            let path = folder.write("case", &text);
            let found = scan(&text);
            let loads = ssh_keygen(&path).is_some();
            if loads != (found.verdict != Verdict::Rejected) {
                wrong.push(format!("{bits} {name_of}: ssh-keygen {loads}, {found:?}"));
            }
            let Some(key) = found.recovered() else {
                wrong.push(format!("{bits} {name_of}: no key"));
                continue;
            };
            let audit = key.audit(Primality::Full);
            let ours: BTreeSet<_> = audit.flaws.iter().filter_map(|flaw| name(*flaw)).collect();
            let expected = reference(&numbers);
            compared += 1;
            flawed += usize::from(!audit.flaws.is_empty());
            if ours != expected {
                wrong.push(format!("{bits} {name_of}: expected {expected:?}, found {ours:?}"));
            }
            let extra: Vec<_> = audit.flaws.iter().filter(|flaw| name(**flaw).is_none()).collect();
            let wanted = match name_of.as_str() {
                "roca" => audit.flaws.contains(&Flaw::Roca),
                "few bits set" => {
                    extra.iter().any(|flaw| matches!(flaw, Flaw::Weight { .. } | Flaw::Pattern { .. }))
                }
                "three bytes repeated" => {
                    extra.iter().any(|flaw| matches!(flaw, Flaw::Pattern { period: 3, .. }))
                }
                "p close to q · 3 / 2" => {
                    extra.iter().any(|flaw| matches!(flaw, Flaw::SmallRatio { first: 3, second: 2 }))
                }
                "right" => audit.flaws.is_empty(),
                _ => true,
            };
            if !wanted {
                wrong.push(format!("{bits} {name_of}: {:?}", audit.flaws));
            }
            if name_of == "p that fools base 2" {
                let quick = key.audit(Primality::Quick);
                assert!(!quick.flaws.contains(&Flaw::Composite(Prime::First)), "base 2 is fooled");
            }
            if bits > 2048 {
                continue;
            }
            keeps_secret(&name_of, &text, &body(&text));
            let check = run("openssl", &["rsa", "-check", "-noout", "-in", path.to_str().unwrap()]).unwrap();
            let says_ok = check.1.contains("RSA key ok");
            let consistent = [
                "product",
                "d mod p",
                "d mod q",
                "dp",
                "dq",
                "coefficient",
                "p composite",
                "q composite",
                "exponent",
                "equal primes",
            ];
            let inconsistent = expected.iter().any(|flaw| consistent.contains(flaw));
            if says_ok == inconsistent {
                wrong.push(format!("{bits} {name_of}: openssl says ok: {says_ok}, {expected:?}"));
            }
        }
    }
    println!("{compared} keys, {flawed} of which have flaws, {} differences", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keys of the maximum length, and longer ones: computations with the former finish, and there are none with
/// the latter.
#[test]
fn the_longest_keys_are_checked() {
    let is_rough = |number: &BigUint| small_primes().all(|prime| number % prime != BigUint::ZERO);
    let rough = |bits: u64| {
        let top = (BigUint::from(1u8) << bits) - 1u8;
        (0..5000u32).map(|step| &top - 2 * step).find(is_rough).unwrap()
    };
    let numbers = |n: u64, e: u64, p: u64, q: u64| {
        let parts: HashMap<_, _> = [n, e, p, q].into_iter().map(|bits| (bits, rough(bits))).collect();
        Numbers([n, e, n, p, q, p, q, p].map(|bits| parts[&bits].clone()))
    };
    for (n, e, p, q) in [
        (8192, 17, 4096, 4096),
        (8192, 8192, 4095, 4097),
        (16384, 17, 8192, 8192),
        (16384, 16384, 8192, 8192),
        (16384, 16384, 16384, 16384),
        (16384, 17, 16384, 17),
        (2048, 16384, 16384, 16384),
    ] {
        let text = pem("RSA PRIVATE KEY", &numbers(n, e, p, q).der(), 64);
        let found = scan(&text);
        let Some(key) = found.recovered() else {
            assert!(!found.problems.is_empty(), "{n} {e} {p} {q}");
            continue;
        };
        let audit = key.audit(Primality::Full);
        let factored = audit.flaws.iter().any(|flaw| matches!(flaw, Flaw::SmallFactor { .. }));
        assert_eq!(audit.primes_tested || factored, p.max(q) <= 4096 || factored, "{n} {e} {p} {q}");
        assert!(!audit.flaws.is_empty(), "{n} {e} {p} {q}");
        assert!(!check_private_key(&text, &Target::default()).passed(), "{n} {e} {p} {q}");
    }
    let text = pem("RSA PRIVATE KEY", &numbers(16385, 17, 64, 64).der(), 64);
    assert!(scan(&text).recovered().is_none());
}

#[test]
fn fermat_rounds_are_exact() {
    if !is_installed("openssl", "version") {
        return;
    }
    let e = BigUint::from(65537u32);
    let p = openssl_prime(256, &e);
    for gap in [1u32, 64, 120, 130, 140, 150] {
        let q = next_prime(&p + (BigUint::from(1u8) << gap), &e);
        let Some(numbers) = Numbers::of(&q, &p, &e) else { continue };
        let n = &p * &q;
        let root = n.sqrt();
        let root = if &root * &root == n { root } else { root + 1u8 };
        let expected: Result<u64, _> = ((&p + &q) / 2u8 - root).try_into();
        let text = pem("RSA PRIVATE KEY", &numbers.der(), 64);
        let audit = scan(&text).recovered().unwrap().audit(Primality::Skip);
        assert_eq!(audit.fermat_rounds, expected.ok(), "2^{gap} apart");
    }
}

#[test]
fn no_printable_output_contains_a_piece_of_a_key() {
    if !is_installed("ssh-keygen", "-?") {
        return;
    }
    let folder = Folder::new("secret");
    let right = fresh(&folder, 1024);
    let container = in_container(&folder, &right);
    let numbers = Numbers::read(&decode(&body(&right)));
    let (plain, packed) = (body(&right), body(&container));
    let mut count = 0;
    for Case { name, text } in texts("RSA PRIVATE KEY", &right).into_iter().chain(encodings(&numbers)) {
        keeps_secret(&name, &text, &plain);
        count += 1;
    }
    for Case { name, text } in containers(&container) {
        keeps_secret(&name, &text, &packed);
        count += 1;
    }
    println!("{count} mutations keep the secret");
}
