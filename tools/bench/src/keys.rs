//! Private keys, compared with the crates ring and rsa, pyca's cryptography, badkeys, Node, OpenSSL and
//! OpenSSH.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rekey_core::{
    Target, check_private_key,
    private_key::{Primality, PrivateKey, scan},
};
use ring::rsa::KeyPair;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};

use crate::{
    helper,
    measure::{Contender, compare_in},
    rows,
};

/// The number of new keys of each length.
const SIZES: &[(u32, usize)] = &[(2048, 8), (3072, 4), (4096, 3)];

/// The keys of the repository for the same lengths.
const OWN: &[(u32, &str)] = &[(2048, "right.pem"), (3072, "bits_3072.pem"), (4096, "bits_4096.pem")];

/// The number of turns of each contender: some take a third of a second per key.
const TURNS: usize = 15;

/// The checks that each of them lacks. None of them reports what is wrong with a text, and where.
const LIMITS: &str = "\
what a check leaves out, as one key shows whose numbers were changed in every way:
  rekey, no primality       whether p and q are prime, beyond factors below 2000
  rekey, base 2             forged primes: it is one strong test, which no accident passes
  rekey, Baillie-PSW        nothing of what follows; no composite number is known that passes
  ring                      primes; d; dp and dq until it signs; close primes; ROCA
  rsa                       primes; dp, dq and q⁻¹ of the file, which it computes anew; close primes; ROCA; length; e = 3
  pyca; openssl -check      d ≥ n; close primes, or of different lengths; ROCA; small d; length; e = 3. Of primes they know
                            more than others: 64 rounds or more of Miller-Rabin with random bases
  badkeys                   as pyca, by which it loads, but for close primes, ROCA, length and small d with a great e
  pyca, validation skipped; node; ssh-keygen -y     every number";

pub(crate) fn run() {
    let folder = Folder::new();
    let python = python();
    for (bits, count) in SIZES {
        let files = folder.keys(*bits, *count);
        let texts: Vec<Vec<u8>> =
            files.iter().map(|file| fs::read(file).expect("the key was written")).collect();
        in_process(*bits, &texts, &files, python.as_deref());
        processes(*bits, &files);
    }
    println!("\n{LIMITS}");
}

fn in_process(bits: u32, texts: &[Vec<u8>], files: &[PathBuf], python: Option<&Path>) {
    let target = Target::default();
    let keys: Vec<PrivateKey> =
        texts.iter().map(|text| PrivateKey::parse(text).expect("a right key")).collect();
    let ders: Vec<Vec<u8>> = texts.iter().map(|text| der(text)).collect();
    let others = |kind| {
        let python = python.map(|python| helper::contenders(python, &["keys.py", kind], files));
        [python, Some(helper::contenders("node", &["keys.mjs", kind], files))]
    };
    let with = |mut contenders: Vec<_>, kind| {
        for other in others(kind).into_iter().flatten() {
            match other {
                Ok(more) => contenders.extend(more),
                Err(why) => rows::missing(&why),
            }
        }
        contenders
    };
    let contenders = vec![
        Contender::new("rekey scan, audit, no primality", texts, |text: &Vec<u8>| {
            PrivateKey::parse(text).map(|key| key.audit(Primality::Skip).flaws.len())
        }),
        Contender::new("rekey scan", texts, |text: &Vec<u8>| scan(text).kind),
        Contender::new("ring KeyPair::from_der", &ders, |der: &Vec<u8>| KeyPair::from_der(der)),
        Contender::new("rsa from_pkcs1_pem", texts, |text: &Vec<u8>| rsa_key(text)),
    ];
    let what = format!("{bits} bits: reading, and arithmetic without primality");
    compare_in(TURNS, &what, texts.len(), with(contenders, "loads"));
    let audit = |name, primality| {
        Contender::new(name, &keys, move |key: &PrivateKey| key.audit(primality).flaws.len())
    };
    let contenders = vec![
        Contender::new("rekey check_private_key", texts, |text: &Vec<u8>| check_private_key(text, &target)),
        audit("rekey audit, base 2", Primality::Quick),
        audit("rekey audit, Baillie-PSW", Primality::Full),
    ];
    let what = format!("{bits} bits: all checks");
    compare_in(TURNS, &what, texts.len(), with(contenders, "checks"));
}

fn rsa_key(text: &[u8]) -> Option<rsa::PrivateKey> {
    rsa::PrivateKey::from_pkcs1_pem(std::str::from_utf8(text).ok()?).ok()
}

fn der(text: &[u8]) -> Vec<u8> {
    let key = rsa_key(text).expect("a right key");
    key.to_pkcs1_der().expect("a key has a form in DER").as_bytes().to_vec()
}

/// Whole processes in wall-clock time: the other load of the machine counts.
fn processes(bits: u32, files: &[PathBuf]) {
    let rekey = std::env::current_exe().ok().map(|path| path.with_file_name("rekey"));
    let rekey = rekey.filter(|path| path.exists());
    if rekey.is_none() {
        rows::missing("`target/release/rekey`: `cargo build --release -p rekey-cli` makes it");
    }
    let rekey = rekey.as_deref().map(|path| ("rekey key", path, &["key"][..]));
    let programs = [
        ("/bin/true, the floor", Path::new("/bin/true"), &[][..]),
        ("ssh-keygen -y", Path::new("ssh-keygen"), &["-y", "-P", "", "-f"][..]),
        ("openssl rsa -check -noout", Path::new("openssl"), &["rsa", "-check", "-noout", "-in"][..]),
    ];
    let mut contenders = Vec::new();
    for (name, program, arguments) in rekey.into_iter().chain(programs) {
        if time(program, arguments, &files[0]).is_none() {
            rows::missing(&format!("{name}, which is not installed"));
            continue;
        }
        contenders.push(Contender::timed(name, move |passes| {
            let runs = (0..passes).flat_map(|_| files).filter_map(|file| time(program, arguments, file));
            runs.sum()
        }));
    }
    if !contenders.is_empty() {
        compare_in(
            TURNS,
            &format!("{bits} bits: processes, by the clock on the wall"),
            files.len(),
            contenders,
        );
    }
}

fn time(program: &Path, arguments: &[&str], file: &Path) -> Option<Duration> {
    let begin = Instant::now();
    let mut command = Command::new(program);
    command.args(arguments).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().ok()?;
    Some(begin.elapsed())
}

/// Python with the peers of `requirements.txt`, in its own virtual environment.
fn python() -> Option<PathBuf> {
    let venv = helper::here().join("../../target/venv-bench");
    let python = venv.join("bin/python");
    let requirements = helper::here().join("requirements.txt");
    let done = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let made = python.exists() || done(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    if made && done(Command::new(&python).args(install).arg(requirements)) {
        return Some(python);
    }
    rows::missing("pyca and badkeys: Python with the packages of `tools/bench/requirements.txt`");
    None
}

/// A directory that is removed with everything in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("rekey-bench-{}", std::process::id()));
        fs::create_dir_all(&path).expect("there is room for files");
        Self(path)
    }

    /// New keys; without `ssh-keygen`, those of the repository, with a message.
    fn keys(&self, bits: u32, count: usize) -> Vec<PathBuf> {
        let fresh: Option<Vec<PathBuf>> = (0..count).map(|at| self.fresh(bits, at)).collect();
        fresh.unwrap_or_else(|| {
            rows::missing(
                "ssh-keygen, which is not installed; a key of the repository stands in for its own",
            );
            let own = OWN.iter().filter(|(of, _)| *of == bits);
            own.map(|(_, name)| helper::here().join("../../tests/keys").join(name)).collect()
        })
    }

    fn fresh(&self, bits: u32, at: usize) -> Option<PathBuf> {
        let path = self.0.join(format!("{bits}_{at}.pem"));
        let arguments = ["-q", "-t", "rsa", "-m", "PEM", "-N", "", "-C", "project", "-b"];
        let mut command = Command::new("ssh-keygen");
        command.args(arguments).arg(bits.to_string()).arg("-f").arg(&path).stdin(Stdio::null());
        command.status().ok()?.success().then_some(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
