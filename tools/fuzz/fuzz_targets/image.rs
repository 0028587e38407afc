//! Any bytes as a layer, and as a whole archive.
#![no_main]

use std::{
    io::{self, Cursor, Read},
    sync::OnceLock,
};

use libfuzzer_sys::fuzz_target;
use rekey_core::{Flow, ImageInput, Outcome, Policy, Severity, Source, Target, check_image};
use rekey_image::{Budget, Format, Limits, Parts, TarParts, list, read, rpmdb};

/// Small enough that each is exceeded.
const LIMITS: Limits = Limits {
    layers: 8,
    entries: 2000,
    path_length: 1 << 10,
    path_depth: 64,
    path_bytes: 1 << 16,
    header_bytes: 1 << 12,
    layer_bytes: 1 << 22,
    document_bytes: 1 << 20,
    database_bytes: 1 << 20,
    databases: rpmdb::PackageLimits { packages: 100, files: 1000, name_bytes: 1 << 16 },
    text_bytes: 1 << 17,
    window_bytes: 1 << 20,
};

/// A docker archive whose two layers are one base and the bytes, or the bytes twice.
struct Layered<'b>(&'b [u8]);

impl Parts for Layered<'_> {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let part: &[u8] = match name {
            "manifest.json" => br#"[{"Config":"c","RepoTags":["localhost/app:1.0-1"],"Layers":["l","l"]}]"#,
            "c" => br#"{"os":"linux","architecture":"amd64","config":{"User":"1"},"rootfs":{"diff_ids":["sha256:0","sha256:0"]}}"#,
            "l" => self.0,
            _ => return Ok(None),
        };
        Ok(Some(Box::new(part)))
    }
}

fuzz_target!(|bytes: &[u8]| {
    judges(&mut Layered(bytes));
    if let Ok(mut parts) = TarParts::new(Cursor::new(bytes)) {
        judges(&mut parts);
    }
});

fn judges(parts: &mut dyn Parts) {
    let Ok(listing) = list(parts, Format::Unstated, None) else { return };
    let mut budget = Budget::new(LIMITS);
    for image in listing.images.iter().take(4) {
        let Ok(contents) = read(parts, image, &mut budget) else { continue };
        let entries: usize = contents.layers.iter().map(|layer| layer.entries.len()).sum();
        assert!(entries <= LIMITS.entries);
        let called = Source::field("image");
        for target in policies() {
            let report = check_image(ImageInput::archive(&contents, &called), target);
            let _ = report.to_json();
            for row in
                report.forecast().iter().filter(|row| matches!(row.outcome, Outcome::Fail | Outcome::Error))
            {
                let errors = report.findings().filter(|finding| finding.severity() == Severity::Error);
                let told =
                    errors.flat_map(|finding| finding.rule().checks()).any(|check| *check == row.check);
                assert!(told, "{row:?}");
            }
        }
    }
}

fn policies() -> &'static [Target; 2] {
    static POLICIES: OnceLock<[Target; 2]> = OnceLock::new();
    POLICIES.get_or_init(|| {
        ["1.21.0", "1.11.0"]
            .map(|version| Target::new(Flow::External, Policy::Container, version.parse().unwrap()).unwrap())
    })
}
