//! The peak memory of checking a Dockerfile, compared with its size.

use std::{env, fs, process::Command};

use super::dockerfile::numbered;
use crate::harness::{folder, rekey, write};

/// The size of a file in bytes.
const SIZE: usize = 4 << 20;
/// The maximum bytes of memory for a byte of a file.
const TIMES: usize = 6;
/// The additional memory of a check: that of the maximum number of instructions and words.
const BESIDES: usize = 96 << 20;

/// Parts that are repeated up to the size, with the text before and after them.
const PARTS: &[(&str, &str, &str, &str)] = &[
    ("openers of heredocs", "", "RUN <<E\n", ""),
    ("heredocs", "", "RUN <<E\nE\n", ""),
    ("heredocs of one line", "RUN a", " <<E", "\n"),
    ("names of ARG", "ARG", " a@", "\n"),
    ("short names of ARG", "ARG", " a", "\n"),
    ("names of ENV", "ENV", " A@=", "\n"),
    ("names of LABEL", "LABEL", " a@=b", "\n"),
    ("one name of LABEL", "LABEL", " a=b", "\n"),
    ("continued names of LABEL", "LABEL", " \\\n a=b", "\n"),
    ("lines of LABEL", "", "LABEL a=b\n", ""),
    ("lines of RUN", "", "RUN a\n", ""),
    ("lines of CMD", "", "CMD a\n", ""),
    ("lines of ENV", "", "ENV A@=b\n", ""),
    ("lines of COPY", "", "COPY a b\n", ""),
    ("lines of JSON", "", "CMD [\"\"]\n", ""),
    ("strings of JSON", "CMD [\"\"", ",\"\"", "]\n"),
    ("sources of COPY", "COPY", " a", " /\n"),
    ("flags of COPY", "COPY", " --a=b", " a /\n"),
    ("flags of RUN", "RUN", " --mount=a", " b\n"),
    ("ports of EXPOSE", "EXPOSE", " 1", "\n"),
    ("names of VOLUME", "VOLUME", " a", "\n"),
    ("words of FROM", "FROM", " a", "\n"),
    ("stages", "", "FROM a\n", ""),
    ("stages of a stage", "FROM a AS b\n", "FROM b\n", ""),
    ("comments", "", "#\n", ""),
    ("comments of an instruction", "RUN a \\\n", "#\n", "b\n"),
    ("blank lines", "", "\n", ""),
    ("lines of one byte", "", "a\n", ""),
    ("continuations", "RUN a", "\\\n", "b\n"),
    ("continued words", "RUN a", " b\\\n", "b\n"),
    ("words of a shell command", "RUN a", " b", "\n"),
    ("commands of a shell", "RUN a", ";b", "\n"),
    ("quoted words of a shell command", "RUN a", " ''", "\n"),
    ("lines of a heredoc", "RUN <<E\n", "a\n", "E\n"),
    ("nested shells", "RUN a", ";sh -c 'a b'", "\n"),
    ("ONBUILD", "", "ONBUILD RUN a\n", ""),
    ("HEALTHCHECK", "", "HEALTHCHECK CMD a\n", ""),
    ("escapes", "LABEL a=", "\\a", "\n"),
    ("characters that are not ASCII", "RUN ", "é", "\n"),
    ("findings", "", "LABEL a b\n", ""),
];

/// The environment variable with the path of the file whose check is measured.
const FILE: &str = "REKEY_MEMORY";

#[test]
fn memory_is_bounded() {
    let folder = folder("growth memory");
    let mut wrong = Vec::new();
    for (name, before, part, after) in PARTS {
        if env::var(super::ONLY).is_ok_and(|only| !name.contains(&only)) {
            continue;
        }
        let size = env::var("REKEY_MEMORY_SIZE").map_or(SIZE, |size| size.parse().expect("a number"));
        let digits = if part.contains('@') { 5 } else { 0 };
        let repeated = numbered(part, (size - 100) / (part.len() + digits));
        let file = folder.join("Dockerfile");
        let text = format!("FROM scratch\n{before}{repeated}{after}");
        write(&file, &text);
        let mut child = Command::new(env::current_exe().expect("the test is a program"));
        child.args(["--exact", "growth::memory::one_check", "--ignored", "--nocapture"]).env(FILE, &file);
        let done = child.output().expect("the test runs itself");
        let output = String::from_utf8_lossy(&done.stdout);
        let peak = output.lines().find_map(|line| line.strip_prefix("peak ")?.trim().parse::<usize>().ok());
        let peak =
            peak.unwrap_or_else(|| panic!("{name}: {output} {}", String::from_utf8_lossy(&done.stderr)));
        let allowed = TIMES * text.len() + BESIDES;
        let line =
            format!("{name:40} {:8} KiB {:8} KiB {:8} KiB", text.len() >> 10, peak >> 10, allowed >> 10);
        println!("{line}");
        if peak > allowed {
            wrong.push(line);
        }
    }
    assert!(
        wrong.is_empty(),
        "checks take more memory than they may (size, peak, limit):\n{}",
        wrong.join("\n")
    );
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn one_check() {
    let file = env::var(FILE).expect("a file is named");
    rekey(&["dockerfile", &file]);
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells the peak");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells the peak");
    let kibibytes: usize = peak.trim_end_matches("kB").trim().parse().expect("a number");
    println!("peak {}", kibibytes << 10);
}
