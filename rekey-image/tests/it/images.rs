//! Images through the reader and the rules: verdicts and evidence, in every form that an archive has.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    build::{self, Folder, Stored, archive, header, is_installed, put, rpm, sqlite},
    scenarios::{SQLITE, Scenario, scenarios},
};
use rekey_core::{ImageInput, Place, Policy, Report, Source, check_image, image::contents::ImageContents};
use rekey_image::{Budget, Limits, Parts, TarParts, list, read};

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
    read(parts, &listing.images[0], &mut Budget::new(Limits::default())).unwrap()
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
fn what_passes_is_told_with_what_was_seen() {
    let passing = &scenarios()[0];
    let report = judge(&contents(&mut Files(passing.image.layout("app:1.0-1", Stored::Plain))), passing.tag);
    for (check, expected) in [
        ("HasLicense", "`/licenses/LICENSE` of layer 1 has 3 bytes"),
        (
            "HasNoProhibitedPackages",
            "none of the 3 packages in `/var/lib/rpm/rpmdb.sqlite` of layer 0 is prohibited",
        ),
        ("HasModifiedFiles", "no upper layer changes a file of a Red Hat package without rpm"),
    ] {
        let row = report.forecast().into_iter().find(|row| row.check == check).unwrap();
        assert_eq!(row.reason, expected);
    }
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
            is_the_same(scenario, &form, &expected);
        }
    }
}

#[track_caller]
fn is_the_same(scenario: &Scenario, form: &ImageContents, expected: &ImageContents) {
    assert!(form.faults.is_empty(), "{}: {:?}", scenario.name, form.faults);
    assert_eq!(form.layers.len(), expected.layers.len());
    for (own, other) in form.layers.iter().zip(&expected.layers) {
        assert_eq!((&own.diff_id, own.size), (&other.diff_id, other.size), "{}", scenario.name);
        assert_eq!(own.entries, other.entries, "{}", scenario.name);
        assert_eq!(own.created_by, other.created_by);
    }
    holds(scenario, &judge(form, scenario.tag));
}

/// A layout in a directory.
struct Directory(PathBuf);

impl Parts for Directory {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        match File::open(self.0.join(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[track_caller]
fn run(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_skopeo_copies_tells_the_same() {
    if !is_installed("skopeo") {
        return;
    }
    for scenario in scenarios().iter().step_by(3) {
        let folder = Folder::new("skopeo");
        let files = scenario.image.layout("app:1.0-1", Stored::Gzip);
        for (path, bytes) in &files {
            put(&folder.0, &format!("own/{path}"), bytes);
        }
        let expected = contents(&mut Files(files));
        let own = format!("oci:{}", folder.at("own"));
        let copy = |to: &str, options: &[&str]| {
            run("skopeo", &[&["--insecure-policy", "copy", "--quiet"], options, &[&own, to]].concat());
        };
        copy(&format!("oci-archive:{}", folder.at("oci.tar")), &[]);
        copy(&format!("docker-archive:{}:localhost/app:1", folder.at("docker.tar")), &[]);
        copy(&format!("oci:{}", folder.at("")), &["--dest-compress-format=zstd", "--dest-decompress=false"]);
        for tar in ["oci.tar", "docker.tar"] {
            let tar = File::open(folder.at(tar)).unwrap();
            is_the_same(scenario, &contents(&mut TarParts::new(tar).unwrap()), &expected);
        }
        is_the_same(scenario, &contents(&mut Directory(folder.0.clone())), &expected);
    }
}

/// Unpacks, lets the root file system be changed, and packs what changed as a layer.
#[cfg(unix)]
fn by_umoci(folder: &Folder, number: u32, change: impl FnOnce(&Path)) {
    let (image, bundle) = (format!("{}:app", folder.at("image")), folder.at(&format!("bundle{number}")));
    run("umoci", &["unpack", "--rootless", "--image", &image, &bundle]);
    change(&Path::new(&bundle).join("rootfs"));
    run("umoci", &["repack", "--image", &image, &bundle]);
}

#[cfg(unix)]
#[test]
fn an_image_made_by_umoci_is_judged() {
    if !is_installed("umoci") {
        return;
    }
    let folder = Folder::new("umoci");
    let (layout, image) = (folder.at("image"), format!("{}:app", folder.at("image")));
    run("umoci", &["init", "--layout", &layout]);
    run("umoci", &["new", "--image", &image]);
    let mut bash = rpm("bash", &["/usr/bin/bash", "/usr/share/bash/a", "/usr/share/bash/b"]);
    let packages = |packages: &[build::Rpm]| sqlite(&packages.iter().map(header).collect::<Vec<_>>());
    by_umoci(&folder, 0, |root| {
        put(root, "usr/lib/os-release", b"NAME=\"Red Hat Enterprise Linux\"\nPLATFORM_ID=\"platform:el9\"\n");
        put(root, "etc/empty", b"");
        std::os::unix::fs::symlink("../usr/lib/os-release", root.join("etc/os-release")).unwrap();
        for path in ["usr/bin/bash", "usr/share/bash/a", "usr/share/bash/b"] {
            put(root, path, b"bash");
        }
        put(root, SQLITE, packages(std::slice::from_ref(&bash)));
    });
    by_umoci(&folder, 1, |root| put(root, "licenses/LICENSE", b"MIT"));
    let labels = ["name", "vendor", "version", "release", "summary", "description", "maintainer"];
    let labels = labels.map(|label| format!("--config.label={label}=acme"));
    let mut config = vec!["config", "--image", &image, "--config.user=1001"];
    config.extend(labels.iter().map(String::as_str));
    run("umoci", &config);

    let verdicts = |expected: &[(&str, &str)]| {
        let report = judge(&contents(&mut Directory(folder.0.join("image"))), "1.0-1");
        for row in report.forecast().iter().filter(|row| row.check != "BasedOnUbi") {
            let told =
                expected.iter().find(|(check, _)| *check == row.check).map_or("pass", |(_, told)| told);
            assert_eq!(row.outcome.as_str(), told, "{row:?}");
        }
        let modified = report.findings().filter(|finding| finding.rule().id == "image-files-modified");
        let places = modified.filter_map(|finding| match finding.place() {
            Some(Place::Layer { layer, path }) => Some((*layer, path.clone())),
            _ => None,
        });
        places.collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&[]), []);
    // What rpm itself updates is no modification. It makes and removes files beside its database, so the layer has the
    // directory too, without which preflight would not see the database.
    bash.release = "2.el9";
    by_umoci(&folder, 2, |root| {
        put(root, "usr/bin/bash", b"bash 2");
        put(root, SQLITE, packages(&[bash]));
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
        File::open(root.join("var/lib/rpm")).unwrap().set_modified(later).unwrap();
    });
    assert_eq!(verdicts(&[]), []);
    by_umoci(&folder, 3, |root| {
        put(root, "usr/share/bash/a", b"changed");
        fs::remove_file(root.join("usr/share/bash/b")).unwrap();
        fs::remove_dir_all(root.join("licenses")).unwrap();
    });
    let failing = [("HasModifiedFiles", "fail"), ("HasLicense", "fail")];
    assert_eq!(verdicts(&failing), [(3, "usr/share/bash/a".to_owned())]);
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
