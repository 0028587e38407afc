//! Images through the reader and the rules: verdicts and evidence, in every form that an archive has.

mod build;
mod scenarios;

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
};

use build::{Stored, archive};
use rekey_core::{ImageInput, Place, Policy, Report, Source, check_image, image::contents::ImageContents};
use rekey_image::{Limits, Parts, TarParts, list, read};
use scenarios::{Scenario, scenarios};

/// The files of a layout, as a directory would give them.
struct Files(BTreeMap<String, Vec<u8>>);

impl Parts for Files {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.0.get(name).map(|bytes| Box::new(bytes.as_slice()) as Box<dyn Read>))
    }
}

fn contents(parts: &mut dyn Parts) -> ImageContents {
    let listing = list(parts, None).unwrap();
    assert_eq!(listing.images.len(), 1, "{:?}", listing.left_out);
    read(parts, &listing.images[0], &Limits::default()).unwrap()
}

fn judge(contents: &ImageContents, tag: &str) -> Report {
    let reference = format!("quay.io/acme/app:{tag}");
    let policy =
        Policy::new(rekey_core::Flow::External, rekey_core::PolicyKind::Container, "1.21.0".parse().unwrap());
    let called = Source::file("app.tar");
    let input = ImageInput::archive(contents, &called).reference(Some(reference.as_str().into()));
    check_image(input, &policy.unwrap())
}

#[track_caller]
fn holds(scenario: &Scenario, report: &Report) {
    let Scenario { name, verdicts, evidence, refused, .. } = scenario;
    for row in report.forecast() {
        let expected = verdicts.iter().find(|(check, _)| *check == row.check);
        let found = row.outcome.as_str();
        let layers = ["HasLicense", "HasNoProhibitedPackages", "HasModifiedFiles", "BasedOnUbi"];
        match expected {
            Some((_, expected)) => assert_eq!(found, *expected, "{name}: {row:?}"),
            None if row.check == "BasedOnUbi" || *refused && layers.contains(&row.check) => {
                assert_eq!(found, "unknown", "{name}: {row:?}");
            }
            None => assert_eq!(found, "pass", "{name}: {row:?}"),
        }
    }
    let places: Vec<_> = report
        .findings()
        .map(|finding| match finding.place() {
            Some(Place::Layer { layer, path }) => (finding.rule().id, Some(*layer), path.as_str()),
            _ => (finding.rule().id, None, ""),
        })
        .collect();
    for expected in *evidence {
        assert!(places.contains(expected), "{name}: {expected:?} not in {places:?}");
    }
    // A check that does not pass is told of as an error.
    for (check, _) in *verdicts {
        let told = report.findings().any(|finding| {
            finding.severity() == rekey_core::Severity::Error && finding.rule().checks.contains(check)
        });
        assert!(told, "{name}: no error tells of {check}");
    }
    if verdicts.is_empty() && !refused {
        let errors: Vec<_> = report
            .findings()
            .filter(|finding| finding.severity() == rekey_core::Severity::Error)
            .map(rekey_core::Finding::message)
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn every_scenario_is_judged_as_preflight_judges_it() {
    let scenarios = scenarios();
    for scenario in &scenarios {
        let contents = contents(&mut Files(scenario.image.layout("app:1.0-1", Stored::Plain)));
        assert!(contents.faults.is_empty(), "{}: {:?}", scenario.name, contents.faults);
        holds(scenario, &judge(&contents, scenario.tag));
    }
    println!("{} images", scenarios.len());
}

#[test]
fn every_form_of_archive_tells_the_same() {
    for scenario in scenarios().iter().step_by(5) {
        let expected = contents(&mut Files(scenario.image.layout("app:1.0-1", Stored::Plain)));
        let mut forms = Vec::new();
        for how in [Stored::Plain, Stored::Gzip, Stored::Zstd] {
            let files = scenario.image.layout("app:1.0-1", how);
            forms.push(contents(&mut TarParts::new(Cursor::new(archive(&files))).unwrap()));
            forms.push(contents(&mut Files(files)));
        }
        let docker = scenario.image.docker_archive("localhost/app:1.0-1");
        forms.push(contents(&mut TarParts::new(Cursor::new(docker)).unwrap()));
        for form in forms {
            assert!(form.faults.is_empty(), "{}: {:?}", scenario.name, form.faults);
            assert_eq!(form.layers.len(), expected.layers.len());
            for (own, other) in form.layers.iter().zip(&expected.layers) {
                assert_eq!((&own.diff_id, own.size), (&other.diff_id, other.size), "{}", scenario.name);
                assert_eq!(own.entries, other.entries, "{}", scenario.name);
                assert_eq!(own.created_by, other.created_by);
            }
            holds(scenario, &judge(&form, scenario.tag));
        }
    }
}

/// Writes inputs for the fuzzer to begin with: `REKEY_SEEDS` names the folder of corpora.
#[test]
fn seeds_for_the_fuzzer() {
    let Some(folder) = std::env::var_os("REKEY_SEEDS").map(std::path::PathBuf::from) else {
        return println!("skipped: REKEY_SEEDS names no folder");
    };
    let put = |target: &str, name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(folder.join(target)).unwrap();
        std::fs::write(folder.join(target).join(name), bytes).unwrap();
    };
    for scenario in scenarios() {
        let name = scenario.name;
        if let Some(layer) = scenario.image.layers.get(2) {
            put("image", name, &layer.tar());
        }
    }
    let base = &scenarios()[0].image.layers[0];
    put("image", "base", &base.tar());
    let archive = archive(&scenarios()[0].image.layout("app:1", Stored::Gzip));
    put("image", "archive", &archive);
    let packages = [build::rpm("bash", &["/usr/bin/bash", "/etc/bash"]), build::rpm("zlib", &[])];
    let headers = packages.each_ref().map(build::header);
    put("rpm_header", "bash", &headers[0]);
    put("rpm_header", "zlib", &headers[1]);
    put("rpm_sqlite", "two", &build::sqlite(&headers)[16..]);
    put("rpm_berkeley", "little", &build::berkeley(&headers, false));
    put("rpm_berkeley", "big", &build::berkeley(&headers, true));
}
