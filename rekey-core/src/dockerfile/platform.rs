//! Platforms: `linux/amd64`, `linux/arm64/v8`, `arm64`, `windows(10.0.17763)/amd64`.

/// A platform in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Platform {
    pub(super) os: String,
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) variant: String,
}

const SYSTEMS: [&str; 17] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

const ARCHITECTURES: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "ppc64",
    "ppc64le",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

impl Platform {
    /// Parses a platform; a missing part is taken from linux/amd64.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let first = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        if rest.len() > 2 || !rest.iter().all(|part| is_component(part)) {
            return None;
        }
        let (os, version) = match first.split_once('(') {
            Some((os, options)) => (os, options.strip_suffix(')')?.split('+').next()?),
            None => (first, ""),
        };
        if !os.is_empty() && !is_component(os) {
            return None;
        }
        let os = match os.to_ascii_lowercase().as_str() {
            "" => "linux".to_owned(),
            "macos" => "darwin".to_owned(),
            os => os.to_owned(),
        };
        let version = version.to_owned();
        let (architecture, variant) = match rest.as_slice() {
            [] if SYSTEMS.contains(&os.as_str()) => ("amd64".to_owned(), String::new()),
            [] => {
                let (architecture, variant) = normal(first, "");
                if !ARCHITECTURES.contains(&architecture.as_str()) {
                    return None;
                }
                return Some(Self { os: "linux".to_owned(), version, architecture, variant });
            }
            [architecture] => normal(architecture, ""),
            [architecture, variant, ..] => normal(architecture, variant),
        };
        Some(Self { os, version, architecture, variant })
    }

    /// Returns the platform in its usual notation.
    pub(super) fn format(&self) -> String {
        let mut text = self.os.clone();
        if !self.version.is_empty() {
            text = format!("{text}({})", self.version);
        }
        for part in [&self.architecture, &self.variant] {
            if !part.is_empty() {
                text.push('/');
                text.push_str(part);
            }
        }
        text
    }
}

fn is_component(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn normal(architecture: &str, variant: &str) -> (String, String) {
    let architecture = architecture.to_ascii_lowercase();
    let variant = variant.to_ascii_lowercase();
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64" | "arm64", "9" | "9.0" | "v9.0") => ("arm64", "v9"),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) | ("arm", "7" | "") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    (architecture.to_owned(), variant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_parse() {
        for (text, expected) in [
            ("linux/amd64", Some("linux/amd64")),
            ("linux/arm64/v8", Some("linux/arm64")),
            ("aarch64", Some("linux/arm64")),
            ("linux", Some("linux/amd64")),
            ("windows(10.0.17763)/amd64", Some("windows(10.0.17763)/amd64")),
            ("linux/", None),
            ("foobar", None),
            ("", Some("linux/amd64")),
            ("a/b/c/d", None),
            ("linux/*", None),
        ] {
            assert_eq!(Platform::parse(text).map(|found| found.format()).as_deref(), expected, "{text:?}");
        }
    }
}
