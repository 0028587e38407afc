//! The common version of all packages.

use std::fs;

use semver::Version;

use crate::run::{Step, root};

/// The places of the version, with the text right before it. In `package-lock.json` it occurs twice.
const PLACES: &[(&str, &str)] = &[
    ("Cargo.toml", "[workspace.package]\nversion = \""),
    ("rekey-node/package.json", "\n  \"version\": \""),
    ("rekey-node/package-lock.json", "{\n  \"name\": \"rekey-node\",\n  \"version\": \""),
    ("rekey-node/package-lock.json", "\"\": {\n      \"name\": \"rekey-node\",\n      \"version\": \""),
];

/// The lock files that contain the project's crates, by their manifests.
const LOCKED: &[&str] = &["Cargo.toml", "tools/fuzz/Cargo.toml"];

const CHANGES: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## Unreleased\n";

/// Prints the version, if all places agree.
pub(crate) fn check() -> Result<(), String> {
    println!("{}", agreed()?);
    Ok(())
}

/// Sets the version everywhere, and begins its section in the changelog.
pub(crate) fn set(wanted: &str) -> Result<(), String> {
    let now = agreed()?;
    let wanted =
        Version::parse(wanted).map_err(|error| format!("expected a version, found `{wanted}`: {error}"))?;
    if wanted <= now {
        return Err(format!("expected a version after {now}, found {wanted}"));
    }
    for (file, before) in PLACES {
        let text = read(file)?;
        let (at, old) = place(file, before, &text)?;
        write(file, &format!("{}{wanted}{}", &text[..at], &text[at + old.len()..]))?;
    }
    let changes = read(CHANGES)?;
    write(CHANGES, &changes.replacen(UNRELEASED, &format!("{UNRELEASED}\n## {wanted}\n"), 1))?;
    for manifest in LOCKED {
        let update = ["update", "--workspace", "--offline", "--quiet", "--manifest-path", manifest];
        Step::new(env!("CARGO"), &update).run()?;
    }
    println!(
        "{now} is now {}; refresh the snapshots of the command, commit, and tag the commit `v{wanted}`",
        agreed()?
    );
    Ok(())
}

/// The version, if all places agree.
fn agreed() -> Result<Version, String> {
    let mut versions = Vec::new();
    for (file, before) in PLACES {
        versions.push((*file, place(file, before, &read(file)?)?.1.to_owned()));
    }
    for manifest in LOCKED {
        let lock = manifest.replace(".toml", ".lock");
        let text = read(&lock)?;
        for name in [
            "rekey-core",
            "rekey-image",
            "rekey-advisories",
            "rekey-files",
            "rekey-registry",
            "rekey-render",
            "rekey-cli",
        ] {
            let entry = format!("name = \"{name}\"\nversion = \"");
            if let Some((_, rest)) = text.split_once(&entry) {
                let version = rest.split('"').next().unwrap_or_default().to_owned();
                versions.push((
                    if manifest.contains('/') { "tools/fuzz/Cargo.lock" } else { "Cargo.lock" },
                    version,
                ));
            }
        }
    }
    let first = &versions[0].1;
    if let Some((file, other)) = versions.iter().find(|(_, version)| version != first) {
        return Err(format!("{file} has version {other}, Cargo.toml has {first}"));
    }
    if !read(CHANGES)?.contains(UNRELEASED) {
        return Err(format!("{CHANGES} has no section `{}`", UNRELEASED.trim()));
    }
    Version::parse(first).map_err(|error| format!("Cargo.toml: `{first}`: {error}"))
}

/// The offset of the version, and its text.
fn place<'t>(file: &str, before: &str, text: &'t str) -> Result<(usize, &'t str), String> {
    let at = text.find(before).ok_or_else(|| format!("{file} has nothing like `{}`", before.trim()))?
        + before.len();
    let version = text[at..].split('"').next().unwrap_or_default();
    Ok((at, version))
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))
}

/// Writes a temporary file and renames it, so that the file is never half written.
fn write(file: &str, text: &str) -> Result<(), String> {
    let (path, beside) = (root().join(file), root().join(format!("{file}.new")));
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, &path))
        .map_err(|error| format!("{file}: {error}"))
}
