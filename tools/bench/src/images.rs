//! A built image of 600 MB, in whole processes: layers plain, gzip and zstd, compared with programs that only
//! list names.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use sha2::{Digest as _, Sha256};

use crate::{
    command::{peak, wall},
    measure::median,
    programs,
    rows::{self, Row},
};

const TURNS: usize = 7;
/// The size of the files in the layer in bytes.
const BYTES: u64 = 600 << 20;
const FILES: u64 = 30_000;

pub(crate) fn run() {
    let target = Path::new(programs::ROOT).join("target");
    let rekey = target.join("release/rekey");
    if !rekey.exists() {
        rows::missing("`target/release/rekey`: `cargo build --release -p rekey-cli` makes it");
        return;
    }
    let folder = target.join("bench-images");
    let layer = folder.join("layer.tar");
    if let Err(error) = made(&layer) {
        rows::missing(&format!("an image of 600 MB: {error}"));
        return;
    }
    let bytes = fs::metadata(&layer).map_or(0, |file| file.len());
    let mut memory = Vec::new();
    for (name, program, arguments) in
        [("plain", "", &[][..]), ("gzip", "gzip", &["-6"][..]), ("zstd", "zstd", &["-q", "-3"][..])]
    {
        let stored =
            if program.is_empty() { Some(layer.clone()) } else { compressed(&layer, program, arguments) };
        let Some(stored) = stored else {
            rows::missing(&format!("layers of {name}: `{program}` is not installed"));
            continue;
        };
        let layout = folder.join(name);
        if let Err(error) = laid_out(&layout, &layer, &stored) {
            rows::missing(&format!("layers of {name}: {error}"));
            continue;
        }
        let image = format!("oci:{}", layout.display());
        let arguments = ["image", &image, "--quiet"];
        let list = match program {
            "" => format!("tar tf {}", stored.display()),
            _ => format!("{program} -dc {} | tar t", stored.display()),
        };
        // Alternating, since the load of the machine may change.
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..rows::turns(TURNS) {
            ours.push(wall(&rekey, &arguments, &[]).as_secs_f64());
            theirs.push(shell(&list));
        }
        memory.extend(
            peak(&rekey, &arguments, &[]).map(|held| Row::alone(format!("rekey image, {name}"), held, "MiB")),
        );
        let ratios = median(ours.iter().zip(&theirs).map(|(ours, theirs)| theirs / ours));
        let (ours, theirs) = (median(ours.into_iter()), median(theirs.into_iter()));
        let rate = |time: f64| bytes as f64 / time / 1e6;
        let made = [
            Row::beside("rekey image", rate(ours), "MB/s", 1.0),
            Row::beside(list.replace(&format!("{}/", folder.display()), ""), rate(theirs), "MB/s", ratios),
        ];
        rows::table(
            &format!("an image of one layer, {name}, by the clock on the wall"),
            &format!("{bytes} bytes uncompressed"),
            made.into_iter(),
        );
    }
    rows::table("memory at its highest", "the same images", memory.into_iter());
}

/// Writes a layer of many files that compress like programs and texts.
fn made(layer: &Path) -> io::Result<()> {
    if layer.exists() {
        return Ok(());
    }
    fs::create_dir_all(layer.parent().unwrap_or(layer))?;
    let part = layer.with_extension("part");
    let mut tar = tar::Builder::new(BufWriter::new(File::create(&part)?));
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    // Each eight bytes are drawn either from a few words, which compress, or at random, which do not.
    let words: Vec<[u8; 8]> = (0..512).map(|_| random().to_le_bytes()).collect();
    let mut content = Vec::new();
    for number in 0..FILES {
        // Most files are small, and a few large.
        let size = (BYTES / FILES / 8) * if number % 16 == 0 { 72 } else { 1 + number % 8 };
        content.clear();
        while (content.len() as u64) < size {
            let drawn = random();
            let word = words[usize::try_from(drawn % 512).unwrap_or_default()];
            content.extend_from_slice(if drawn >> 62 == 0 { drawn.to_le_bytes() } else { word }.as_slice());
        }
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("usr/lib/{:03}/{number}", number % 200), content.as_slice())?;
    }
    tar.into_inner()?.flush()?;
    fs::rename(part, layer)
}

/// The layer compressed by a program; `None` if the program is missing.
fn compressed(layer: &Path, program: &str, arguments: &[&str]) -> Option<PathBuf> {
    let path = layer.with_extension(program);
    if !path.exists() {
        let part = path.with_extension("part");
        let done = Command::new(program)
            .args(arguments)
            .arg("-c")
            .arg(layer)
            .stdout(File::create(&part).ok()?)
            .status();
        if !done.is_ok_and(|status| status.success()) {
            return None;
        }
        fs::rename(part, &path).ok()?;
    }
    Some(path)
}

/// Writes an OCI layout whose only layer is `stored`.
fn laid_out(layout: &Path, layer: &Path, stored: &Path) -> io::Result<()> {
    if layout.join("index.json").exists() {
        return Ok(());
    }
    let blobs = layout.join("blobs/sha256");
    fs::create_dir_all(&blobs)?;
    let hash = |path: &Path| -> io::Result<String> {
        let mut hash = Sha256::new();
        let mut file = io::BufReader::with_capacity(1 << 20, File::open(path)?);
        loop {
            let read = io::BufRead::fill_buf(&mut file)?;
            if read.is_empty() {
                return Ok(hex(&hash.finalize()));
            }
            hash.update(read);
            let length = read.len();
            io::BufRead::consume(&mut file, length);
        }
    };
    let put = |bytes: &[u8]| -> io::Result<String> {
        let name = hex(&Sha256::digest(bytes));
        fs::write(blobs.join(&name), bytes)?;
        Ok(name)
    };
    let (digest, diff_id) = (hash(stored)?, hash(layer)?);
    if !blobs.join(&digest).exists() {
        fs::hard_link(stored, blobs.join(&digest))?;
    }
    let config = put(serde_json::json!({"os": "linux", "architecture": "amd64", "config": {"User": "1001"},
            "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{diff_id}")]}})
    .to_string()
    .as_bytes())?;
    let manifest =
        put(serde_json::json!({"schemaVersion": 2, "config": {"digest": format!("sha256:{config}")},
            "layers": [{"digest": format!("sha256:{digest}")}]})
        .to_string()
        .as_bytes())?;
    let index = serde_json::json!({"manifests": [{"digest": format!("sha256:{manifest}")}]});
    fs::write(layout.join("index.json"), index.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The time of a shell command, whose output is discarded.
fn shell(line: &str) -> f64 {
    let start = Instant::now();
    let done = Command::new("sh").args(["-c", line]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(done.is_ok_and(|status| status.success()), "{line}");
    start.elapsed().as_secs_f64()
}
