//! The order of epoch, version and release, compared with rpm's on random pairs.

use std::{cmp::Ordering, fmt::Write as _, fs, process::Command};

use rekey_advisories::Evr;

use crate::{random::Random, skip};

/// Pieces of real versions and releases, and of those that exist to be difficult.
const PIECES: &[&str] = &[
    "0",
    "00",
    "1",
    "01",
    "2",
    "9",
    "10",
    "26",
    "2022",
    "20231231",
    "99999999999999999999",
    ".",
    ".",
    ".",
    "_",
    "+",
    "~",
    "^",
    "~rc",
    "^git",
    "a",
    "b",
    "rc",
    "p",
    "el9",
    ".el9",
    ".el8_10",
    ".el9_3",
    ".module+el8.10.0",
    "git",
    "Z",
];

/// Returns a version or a release.
fn part(random: &mut Random) -> String {
    loop {
        let part: String = (0..=random.below(5)).map(|_| random.pick(PIECES)).collect();
        // rpm's parser of dependencies rejects what it cannot be: a version without letters and digits.
        if part.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return part;
        }
    }
}

/// Returns a pair, half of the time one that differs in a single part.
fn pair(random: &mut Random) -> (String, String) {
    let mut evr = || [["", "", "0:", "1:", "2:"][random.below(5)].to_owned(), part(random), part(random)];
    let (a, mut b) = (evr(), evr());
    if random.below(2) == 0 {
        let kept = random.below(3);
        for (index, part) in b.iter_mut().enumerate() {
            if index != kept {
                part.clone_from(&a[index]);
            }
        }
    }
    let text = |[epoch, version, release]: [String; 3]| format!("{epoch}{version}-{release}");
    (text(a), text(b))
}

/// Compares 100,000 random pairs, or as many as `REKEY_EVR_PAIRS` says.
#[test]
fn rpm_agrees_on_random_pairs() {
    if !skip::are_installed(&["rpm"]) {
        return;
    }
    let count: usize = std::env::var("REKEY_EVR_PAIRS").map_or(100_000, |count| count.parse().unwrap());
    let mut random = Random::new(24);
    let mut compared = [0; 3];
    let mut differences = Vec::new();
    for batch in 0..count.div_ceil(50_000) {
        let pairs: Vec<_> = (0..50_000.min(count - batch * 50_000)).map(|_| pair(&mut random)).collect();
        let answers = ask_rpm(&pairs);
        assert_eq!(answers.len(), pairs.len(), "rpm answers each pair");
        for ((a, b), answer) in pairs.iter().zip(answers) {
            let ours = Evr::parse(a).unwrap().compare(&Evr::parse(b).unwrap());
            compared[[Ordering::Less, Ordering::Equal, Ordering::Greater]
                .iter()
                .position(|of| *of == ours)
                .unwrap()] += 1;
            if ours != answer {
                differences.push(format!("`{a}` and `{b}`: {ours:?}, rpm says {answer:?}"));
            }
        }
    }
    println!("{count} pairs: {compared:?} less, equal, greater; {} differences", differences.len());
    assert!(
        differences.is_empty(),
        "{} of {count}\n{}",
        differences.len(),
        differences[..5.min(differences.len())].join("\n")
    );
    assert!(compared.iter().all(|of| *of > count / 100), "the pairs are one-sided: {compared:?}");
}

/// Returns rpm's answers. The pairs are in a file that the script reads, because a command line is limited.
fn ask_rpm(pairs: &[(String, String)]) -> Vec<Ordering> {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("pairs-{}.txt", std::process::id()));
    let mut text = String::new();
    for (a, b) in pairs {
        writeln!(text, "{a} {b}").unwrap();
    }
    fs::write(&file, text).unwrap();
    let script = format!(
        "%{{lua: local t = {{}}; for line in io.lines(\"{}\") do local a, b = line:match(\"(%S+) (%S+)\"); t[#t + 1] = rpm.vercmp(a, b) end; print(table.concat(t, \" \"))}}",
        file.display()
    );
    let output = Command::new("rpm").arg("--eval").arg(script).output().unwrap();
    fs::remove_file(&file).unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    let ordering = |sign| match sign {
        "-1" => Ordering::Less,
        "0" => Ordering::Equal,
        "1" => Ordering::Greater,
        other => panic!("expected -1, 0 or 1, found `{other}`"),
    };
    answers.split_whitespace().map(ordering).collect()
}
