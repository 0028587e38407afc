//! The private keys of public test suites, checked with rekey and with OpenSSH and OpenSSL: every difference
//! with its class.
//!
//! Other projects' keys are not part of the repository. One suite is installed with pip, others are folders
//! of the caller. `docs/guide/key-suites.md` explains the classes.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rekey_core::{
    Target, check_private_key,
    private_key::{Algorithm, Flaw, Kind, Primality, PrivateKey, ProblemKind, Scan, Verdict, scan},
};
use serde_json::Value;

use crate::run::{Step, root};

/// The suite that is installed.
const VECTORS: &str = "cryptography_vectors==50.0.2";

/// Larger files are not single keys; keys inside of them are still found.
const MAX_WHOLE_BYTES: u64 = 64 * 1024;

/// Larger files are not opened.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Compares the answers for every key of the suites. Fails if a difference has no explanation.
pub(crate) fn compare(folders: &[&str]) -> Result<(), String> {
    let mut suites = vec![("cryptography_vectors".to_owned(), vectors()?)];
    for folder in folders {
        let path = fs::canonicalize(folder).map_err(|error| format!("{folder}: {error}"))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        suites.push((name, path));
    }
    let scratch = Scratch::new()?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for (suite, folder) in &suites {
        let mut row = Row { suite, texts: 0, load: 0, right: 0, pass: 0, differences: 0 };
        for (place, text) in texts(folder) {
            if !seen.insert(text.clone()) {
                continue;
            }
            row.texts += 1;
            for (class, detail) in judge(&text, &scratch, &mut row)? {
                row.differences += 1;
                *classes.entry(class).or_default() += 1;
                println!("{suite}/{place}: {}: {detail}", class.name());
            }
        }
        rows.push(row);
    }
    println!(
        "\n{:24} {:>6} {:>6} {:>6} {:>6} {:>12}",
        "suite", "texts", "load", "right", "pass", "differences"
    );
    for Row { suite, texts, load, right, pass, differences } in &rows {
        println!("{suite:24} {texts:6} {load:6} {right:6} {pass:6} {differences:12}");
    }
    println!();
    for (class, count) in &classes {
        println!("{count:6} {}", class.name());
    }
    match classes.get(&Class::Unexplained) {
        None => Ok(()),
        Some(count) => Err(format!("{count} differences have no explanation")),
    }
}

/// The counts for a suite.
struct Row<'a> {
    suite: &'a str,
    /// The number of texts that no earlier suite has.
    texts: usize,
    /// The number that OpenSSH loads as RSA keys.
    load: usize,
    /// The number of those in which OpenSSL finds no flaw.
    right: usize,
    /// The number of those in which rekey finds no error.
    pass: usize,
    differences: usize,
}

/// The reason why two answers differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Unexplained,
    OtherAlgorithm,
    StrictDer,
    WrongLabel,
    LaterBlock,
    BadModulus,
    Weak,
    TooGreat,
}

impl Class {
    const fn name(self) -> &'static str {
        match self {
            Self::Unexplained => "UNEXPLAINED",
            Self::OtherAlgorithm => "not RSA: whether it loads",
            Self::StrictDer => "loads, and is not what RFC 8017 says",
            Self::WrongLabel => "loads, and has the label of something else",
            Self::LaterBlock => "loads, and a broken block precedes it",
            Self::BadModulus => "is a key here, and OpenSSH rejects its modulus",
            Self::Weak => "holds in OpenSSL's check, and is weak",
            Self::TooGreat => "its primes are too large to be tested here",
        }
    }
}

type Difference = (Class, String);

/// The differences between rekey and the programs for a text.
fn judge(text: &[u8], scratch: &Scratch, row: &mut Row<'_>) -> Result<Vec<Difference>, String> {
    let mut out = Vec::new();
    let mut differ = |class, detail: String| out.push((class, detail));
    let found = scan(text);
    let loads = found.verdict != Verdict::Rejected;
    let line = public_line(&scratch.write(text)?)?;
    let theirs = line.as_deref().filter(|line| line.starts_with("ssh-rsa "));
    if loads != line.is_some() {
        let class =
            if is_rsa(&found) || theirs.is_some() { Class::Unexplained } else { Class::OtherAlgorithm };
        let answer = if line.is_some() { "loads" } else { "refuses" };
        differ(class, format!("ssh-keygen {answer}, {found:?}"));
    }
    let parsed = PrivateKey::parse(text);
    match (&parsed, theirs) {
        (Ok(key), Some(line)) => {
            if key.public_key().to_line().as_deref() != Some(line) {
                differ(Class::Unexplained, "another public key".to_owned());
            }
            if scratch.converted()?.as_deref() != Some(key.to_pkcs1_pem().as_bytes()) {
                differ(Class::Unexplained, "ssh-keygen -p -m PEM writes another key".to_owned());
            }
        }
        (Err(problem), Some(_)) => {
            let class = match problem.kind {
                ProblemKind::Der { .. }
                | ProblemKind::Version(_)
                | ProblemKind::MultiPrime
                | ProblemKind::TrailingBytes { .. } => Class::StrictDer,
                ProblemKind::WrongLabel { .. } => Class::WrongLabel,
                _ if found.blocks.len() > 1 => Class::LaterBlock,
                _ => Class::Unexplained,
            };
            differ(class, problem.to_string());
        }
        (Ok(key), None) => {
            let even = key.audit(Primality::Skip).flaws.contains(&Flaw::EvenModulus);
            let class = if even || key.bits() < 1024 { Class::BadModulus } else { Class::Unexplained };
            differ(class, format!("{} bits", key.bits()));
        }
        (Err(_), None) => {}
    }
    let report = check_private_key(text, &Target::default());
    row.load += usize::from(theirs.is_some());
    row.pass += usize::from(report.passed());
    if report.passed() && theirs.is_none() {
        differ(Class::Unexplained, "has no error, and ssh-keygen loads no RSA key".to_owned());
    }
    if shows(&format!("{found:?} {report:?} {}", report.to_json()), text) {
        differ(Class::Unexplained, "a piece of the key is shown".to_owned());
    }
    if let Some(key) = found.recovered() {
        let audit = key.audit(Primality::Full);
        let right = holds(&scratch.write(key.to_pkcs1_pem().as_bytes())?)?;
        row.right += usize::from(right && theirs.is_some());
        let wrong = audit.flaws.iter().any(is_inconsistent);
        let flaws: Vec<_> = audit.flaws.iter().map(ToString::to_string).collect();
        let flaws = format!("{} bits, {}", audit.bits, flaws.join("; "));
        match (right, wrong) {
            (true, true) => differ(Class::Unexplained, format!("OpenSSL finds nothing: {flaws}")),
            (false, false) if !audit.primes_tested => differ(Class::TooGreat, flaws),
            (false, false) => differ(Class::Unexplained, format!("OpenSSL finds something: {flaws}")),
            (true, false) if !audit.flaws.is_empty() => differ(Class::Weak, flaws),
            _ => {}
        }
    }
    Ok(out)
}

fn is_rsa(scan: &Scan) -> bool {
    matches!(
        scan.kind,
        Kind::Pkcs1
            | Kind::Pkcs8(Algorithm::Rsa)
            | Kind::OpenSsh { algorithm: Algorithm::Rsa, encrypted: false }
    )
}

/// Returns true if OpenSSL's check covers the flaw.
const fn is_inconsistent(flaw: &Flaw) -> bool {
    matches!(
        flaw,
        Flaw::NotProduct
            | Flaw::EqualPrimes
            | Flaw::BadExponent
            | Flaw::PrivateExponent(_)
            | Flaw::CrtExponent(_)
            | Flaw::Coefficient
            | Flaw::SmallFactor { .. }
            | Flaw::Composite(_)
    )
}

/// Returns true if a window of a long line of digits is shown.
fn shows(output: &str, text: &[u8]) -> bool {
    const WINDOW: usize = 12;
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let digits = |line: &&str| {
        line.len() > 40 && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    let mut windows =
        text.lines().map(str::trim).filter(digits).flat_map(|line| line.as_bytes().windows(WINDOW));
    windows.any(|window| {
        let window = std::str::from_utf8(window).expect("digits are ASCII");
        window.trim_matches('A').len() > WINDOW / 2 && output.contains(window)
    })
}

/// The output of `ssh-keygen -y`: type and digits of the public key, if the file loads.
fn public_line(path: &Path) -> Result<Option<String>, String> {
    let (loads, line, _) = ask("ssh-keygen", &["-y", "-P", "", "-f"], path)?;
    let line = line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    Ok(loads.then_some(line))
}

/// Returns the result of `openssl rsa -check`: true if the numbers are consistent.
fn holds(path: &Path) -> Result<bool, String> {
    let (_, answer, more) = ask("openssl", &["rsa", "-check", "-noout", "-in"], path)?;
    Ok(answer.contains("RSA key ok") || more.contains("RSA key ok"))
}

fn ask(program: &str, arguments: &[&str], path: &Path) -> Result<(bool, String, String), String> {
    let output = Command::new(program)
        .args(arguments)
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.success(), text(&output.stdout), text(&output.stderr)))
}

/// A folder for the key that is being checked.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("rekey-suites-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    fn write(&self, text: &[u8]) -> Result<PathBuf, String> {
        let path = self.0.join("key");
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(&path, mode).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(path)
    }

    /// The output of `ssh-keygen -p -m PEM` for the key that was written.
    fn converted(&self) -> Result<Option<Vec<u8>>, String> {
        let path = self.0.join("key");
        let (converts, ..) = ask("ssh-keygen", &["-q", "-p", "-m", "PEM", "-P", "", "-N", "", "-f"], &path)?;
        Ok(fs::read(&path).ok().filter(|_| converts))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Installs pyca's suite, and returns its folder.
fn vectors() -> Result<PathBuf, String> {
    let venv = root().join("target/venv-suites");
    let python = venv.join("bin/python");
    if !python.exists() {
        Step::new("python3", &["-m", "venv", "target/venv-suites"]).run()?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", VECTORS];
    Step::new(&python, &install).run()?;
    let library = venv.join("lib");
    let mut versions = fs::read_dir(&library).map_err(|error| error.to_string())?.flatten();
    let found = versions.find_map(|version| {
        let path = version.path().join("site-packages/cryptography_vectors");
        path.is_dir().then_some(path)
    });
    found.ok_or_else(|| format!("{VECTORS} was not installed"))
}

/// All files in a folder that are or contain a private key, each with a name.
fn texts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for path in files(folder) {
        let Ok(size) = fs::metadata(&path).map(|metadata| metadata.len()) else { continue };
        let Some(text) = (size <= MAX_FILE_BYTES).then(|| fs::read(&path).ok()).flatten() else { continue };
        if !is_about_keys(&text) {
            continue;
        }
        let place = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let inner = if path.extension().is_some_and(|extension| extension == "json") {
            let mut strings = Vec::new();
            collect(serde_json::from_slice(&text).unwrap_or_default(), &mut strings);
            strings
        } else {
            blocks(&text)
        };
        if size <= MAX_WHOLE_BYTES {
            out.push((place.clone(), text));
        }
        out.extend(inner.into_iter().enumerate().map(|(at, text)| (format!("{place}#{at}"), text)));
    }
    out
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let inside = |path: PathBuf| match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => files(&path),
        Ok(metadata) if metadata.is_file() => vec![path],
        _ => Vec::new(),
    };
    entries.into_iter().flat_map(inside).collect()
}

fn is_about_keys(text: &[u8]) -> bool {
    let holds = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    text.starts_with(b"PuTTY-User-Key-File-") || holds(b"PRIVATE KEY")
}

/// Collects every string of a document that is a private key.
fn collect(value: Value, out: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) if text.contains("PRIVATE KEY") => out.push(text.into_bytes()),
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, out)),
        Value::Object(values) => values.into_iter().for_each(|(_, value)| collect(value, out)),
        _ => {}
    }
}

/// The keys within another text, such as a program.
fn blocks(text: &[u8]) -> Vec<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(text) else { return Vec::new() };
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("-----BEGIN ") {
        rest = &rest[start..];
        let Some(end) = rest.find("-----END ") else { break };
        let line = rest[end..].find('\n').map_or(rest.len(), |length| end + length);
        let close = rest[end + 9..line].find("-----").map_or(line, |at| end + 9 + at + 5);
        let block = &rest[..close];
        if block.contains("PRIVATE KEY-----") {
            out.push(format!("{block}\n").into_bytes());
        }
        rest = &rest[close..];
    }
    out
}
