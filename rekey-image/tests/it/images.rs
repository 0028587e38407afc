//! Images read and checked: verdicts and evidence, in every format of an archive.

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
use rekey_core::{ImageInput, Place, Report, Source, Target, check_image, image::contents::ImageContents};
use rekey_image::{Budget, Error, Format, Limits, NoImage, Parts, TarParts, list, read};
use serde_json::{Value, json};

/// The files of a layout, as in a directory.
struct Files(BTreeMap<String, Vec<u8>>);

impl Parts for Files {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.0.get(name).map(|bytes| Box::new(bytes.as_slice()) as Box<dyn Read>))
    }
}

fn contents(parts: &mut dyn Parts) -> ImageContents {
    let listing = list(parts, Format::Unstated, None).unwrap();
    assert_eq!(listing.images.len(), 1, "{:?}", listing.left_out);
    read(parts, &listing.images[0], &mut Budget::new(Limits::default())).unwrap()
}

fn judge(contents: &ImageContents, tag: &str) -> Report {
    let reference = format!("quay.io/acme/app:{tag}");
    let target =
        Target::new(rekey_core::Flow::External, rekey_core::Policy::Container, "1.21.0".parse().unwrap());
    let called = Source::file("app.tar");
    let input = ImageInput::archive(contents, &called).reference(Some(reference.as_str().into()));
    check_image(input, &target.unwrap())
}

#[track_caller]
fn holds(scenario: &Scenario, report: &Report) {
    let Scenario { name, verdicts, evidence, refused, .. } = scenario;
    for row in report.forecast() {
        let expected = verdicts.iter().find(|(check, _)| row.check == *check);
        let found = row.outcome.as_str();
        let layers = ["HasLicense", "HasNoProhibitedPackages", "HasModifiedFiles", "BasedOnUbi"];
        match expected {
            Some((_, expected)) => assert_eq!(found, *expected, "{name}: {row:?}"),
            None if row.check == "BasedOnUbi" || *refused && layers.contains(&row.check.as_str()) => {
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
    // An error reports every check that does not pass.
    for (check, _) in *verdicts {
        let told = report.findings().any(|finding| {
            finding.severity() == rekey_core::Severity::Error && finding.rule().check_names().contains(check)
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
fn every_scenario_has_preflights_verdicts() {
    let scenarios = scenarios();
    for scenario in &scenarios {
        let contents = contents(&mut Files(scenario.image.layout("app:1.0-1", Stored::Plain)));
        assert!(contents.faults.is_empty(), "{}: {:?}", scenario.name, contents.faults);
        holds(scenario, &judge(&contents, scenario.tag));
    }
    println!("{} images", scenarios.len());
}

#[test]
fn passing_checks_have_evidence() {
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
fn every_format_of_archive_has_the_same_report() {
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
fn a_copy_by_skopeo_has_the_same_report() {
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

/// Unpacks an image, changes the root file system, and packs the changes as a layer.
#[cfg(unix)]
fn by_umoci(folder: &Folder, number: u32, change: impl FnOnce(&Path)) {
    let (image, bundle) = (format!("{}:app", folder.at("image")), folder.at(&format!("bundle{number}")));
    run("umoci", &["unpack", "--rootless", "--image", &image, &bundle]);
    change(&Path::new(&bundle).join("rootfs"));
    run("umoci", &["repack", "--image", &image, &bundle]);
}

#[cfg(unix)]
#[test]
fn an_image_made_by_umoci_is_checked() {
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
                expected.iter().find(|(check, _)| row.check == *check).map_or("pass", |(_, told)| told);
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
    // Updates by rpm itself are not modifications. rpm creates and removes files beside its database, so the
    // layer contains the directory too, without which preflight would not see the database.
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

/// The files of a layout whose index lists these manifests, each with the other fields of its descriptor.
fn indexed(manifests: &[(Value, Value)]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut descriptors = Vec::new();
    for (manifest, fields) in manifests {
        let text = manifest.to_string().into_bytes();
        let digest = build::digest(&text);
        let mut descriptor = fields.clone();
        descriptor["digest"] = digest.as_str().into();
        descriptors.push(descriptor);
        files.insert(format!("blobs/{}", digest.replace(':', "/")), text);
    }
    files.insert("index.json".to_owned(), json!({"manifests": descriptors}).to_string().into_bytes());
    files
}

/// An image without defects: its parts, and its manifest.
fn good_image() -> (BTreeMap<String, Vec<u8>>, Value) {
    let mut files = scenarios()[0].image.layout("app:1.0-1", Stored::Plain);
    let index: Value = serde_json::from_slice(&files.remove("index.json").unwrap()).unwrap();
    let digest = index["manifests"][0]["digest"].as_str().unwrap().replace(':', "/");
    let manifest = serde_json::from_slice(&files.remove(&format!("blobs/{digest}")).unwrap()).unwrap();
    (files, manifest)
}

/// The entry for an image in the `manifest.json` of `docker save`.
fn saved(manifest: &Value, name: &str) -> Value {
    let part = |digest: &Value| format!("blobs/{}", digest.as_str().unwrap().replace(':', "/"));
    let layers: Vec<_> =
        manifest["layers"].as_array().unwrap().iter().map(|layer| part(&layer["digest"])).collect();
    json!({"Config": part(&manifest["config"]["digest"]), "RepoTags": [name], "Layers": layers})
}

fn ids(report: &Report) -> Vec<&'static str> {
    report.findings().map(|finding| finding.rule().id).collect()
}

/// The findings in the images that a format lists, image by image.
fn found(files: &BTreeMap<String, Vec<u8>>, format: Format) -> Vec<Vec<&'static str>> {
    let mut parts = Files(files.clone());
    let listing = list(&mut parts, format, None).unwrap();
    let mut budget = Budget::new(Limits::default());
    let read = |image| read(&mut parts, image, &mut budget).unwrap();
    listing.images.iter().map(read).map(|contents| ids(&judge(&contents, "1.0-1"))).collect()
}

#[test]
fn of_two_indexes_the_format_decides_and_a_difference_is_reported() {
    let (mut files, manifest) = good_image();
    let (mut root, root_manifest) = {
        let image = build::Image { user: "root".into(), ..scenarios()[0].image.clone() };
        let mut files = image.layout("root:1", Stored::Plain);
        let index: Value = serde_json::from_slice(&files.remove("index.json").unwrap()).unwrap();
        let digest = index["manifests"][0]["digest"].as_str().unwrap().replace(':', "/");
        let manifest = serde_json::from_slice(&files[&format!("blobs/{digest}")]).unwrap();
        (files, manifest)
    };
    files.append(&mut root);
    let nothing: &[&str] = &[];
    let with = |index: &[(Value, Value)], saved: Value| {
        let mut files = files.clone();
        files.extend(indexed(index));
        files.insert("manifest.json".to_owned(), saved.to_string().into_bytes());
        files
    };
    let own = [(manifest.clone(), json!({}))];
    // Both refer to the same image.
    let same = with(&own, json!([saved(&manifest, "app:1")]));
    for format in [Format::Unstated, Format::Oci, Format::Docker] {
        assert_eq!(found(&same, format), [nothing], "{format:?}");
    }
    // moby issue 51389: the second image is only in `manifest.json`.
    let second = with(&own, json!([saved(&manifest, "app:1"), saved(&root_manifest, "root:1")]));
    assert_eq!(found(&second, Format::Oci), [nothing]);
    assert_eq!(found(&second, Format::Docker), [nothing, &["image-user-root"]]);
    assert_eq!(found(&second, Format::Unstated), [&["image-indexes-differ"][..], &["image-user-root"]]);
    let message = |files: &BTreeMap<_, _>| {
        let mut parts = Files(files.clone());
        let listing = list(&mut parts, Format::Unstated, None).unwrap();
        let contents = read(&mut parts, &listing.images[0], &mut Budget::new(Limits::default())).unwrap();
        contents.faults[0].message.clone()
    };
    assert_eq!(
        message(&second),
        "the archive has two indexes that differ: 1 image is in `manifest.json` and not in `index.json`; rekey checks `manifest.json`"
    );
    // moby issue 47065: the manifest of `index.json` has no layers.
    let mut without = manifest.clone();
    without["layers"] = json!([]);
    let empty = with(&[(without, json!({}))], json!([saved(&manifest, "app:1")]));
    assert_eq!(found(&empty, Format::Unstated), [["image-indexes-differ"]]);
    assert_eq!(found(&empty, Format::Docker), [nothing]);
    assert!(found(&empty, Format::Oci)[0].contains(&"image-digest-mismatch"));
    // moby issue 47210: no manifests at all.
    let mut none = with(&own, json!([saved(&manifest, "app:1")]));
    none.insert("index.json".to_owned(), br#"{"schemaVersion": 2, "manifests": null}"#.to_vec());
    assert_eq!(found(&none, Format::Unstated), [["image-indexes-differ"]]);
    assert!(matches!(list(&mut Files(none), Format::Oci, None), Err(Error::Empty)));
    // More images, only in `index.json`.
    let more =
        with(&[own[0].clone(), (root_manifest.clone(), json!({}))], json!([saved(&manifest, "app:1")]));
    assert_eq!(found(&more, Format::Unstated), [["image-indexes-differ"]]);
    assert!(message(&more).contains("1 image is in `index.json` and not in `manifest.json`"));
    // docker lists other platforms in a nested index, and `manifest.json` has only that of the machine.
    let platform = |architecture: &str| json!({"platform": {"os": "linux", "architecture": architecture}});
    let inner = indexed(&[(manifest.clone(), platform("amd64")), (root_manifest.clone(), platform("arm64"))]);
    let inner_index: Value = serde_json::from_slice(&inner["index.json"]).unwrap();
    let fields = json!({"mediaType": "application/vnd.oci.image.index.v1+json"});
    let mut platforms = with(&[(inner_index, fields)], json!([saved(&manifest, "app:1")]));
    platforms.extend(inner.into_iter().filter(|(path, _)| path != "index.json"));
    assert_eq!(found(&platforms, Format::Unstated), [nothing, &["image-user-root"]]);
    // A name that is missing in one index is looked up in the other.
    let mut parts = Files(second.clone());
    let listing = list(&mut parts, Format::Unstated, Some("root:1")).unwrap();
    assert_eq!(listing.images.len(), 1);
    // A file called `manifest.json` that is not a docker index.
    let mut other = with(&own, json!({"name": "web app"}));
    assert_eq!(found(&other, Format::Unstated), [nothing]);
    other.remove("index.json");
    assert!(matches!(list(&mut Files(other), Format::Oci, None), Err(Error::NoImage(NoImage::OnlyManifest))));
    let mut other = same;
    other.remove("manifest.json");
    assert!(matches!(list(&mut Files(other), Format::Docker, None), Err(Error::NoImage(NoImage::OnlyIndex))));
}

#[test]
fn signatures_and_other_artifacts_are_omitted() {
    let (files, manifest) = good_image();
    let typed = |config: &str, layer: &str| json!({"config": {"mediaType": config, "digest": "sha256:0"}, "layers": [{"mediaType": layer, "digest": "sha256:1"}]});
    let image_config = "application/vnd.oci.image.config.v1+json";
    let kind = |kind: &str| json!({"annotations": {"kind": kind}});
    let subject = json!({
        "artifactType": "application/vnd.cncf.notary.signature",
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "sha256:0"},
        "layers": [{"mediaType": "application/jose+json", "digest": "sha256:1"}],
        "subject": {"digest": "sha256:2"},
    });
    let chart = typed(
        "application/vnd.cncf.helm.config.v1+json",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    );
    let artifacts = [
        (
            typed(image_config, "application/vnd.dev.cosign.simplesigning.v1+json"),
            kind("dev.cosignproject.cosign/sigs"),
            "a cosign signature",
        ),
        (
            typed(image_config, "application/vnd.dev.cosign.simplesigning.v1+json"),
            json!({}),
            "a cosign signature",
        ),
        (
            typed(image_config, "application/vnd.dsse.envelope.v1+json"),
            kind("dev.cosignproject.cosign/atts"),
            "an attestation",
        ),
        (typed(image_config, "text/spdx+json"), json!({}), "an SBOM"),
        (subject, json!({}), "a notation signature"),
        (chart.clone(), json!({}), "a Helm chart"),
        (
            typed("application/vnd.buildkit.cacheconfig.v0", "application/vnd.oci.image.layer.v1.tar+gzip"),
            json!({}),
            "a build cache",
        ),
        (
            typed("application/vnd.oci.empty.v1+json", "text/plain"),
            json!({"artifactType": "application/x.acme"}),
            "an artifact of the type `application/x.acme`",
        ),
    ];
    for (artifact, fields, noun) in &artifacts {
        let image = (manifest.clone(), kind("dev.cosignproject.cosign/image"));
        for order in
            [[image.clone(), (artifact.clone(), fields.clone())], [(artifact.clone(), fields.clone()), image]]
        {
            let mut files = files.clone();
            files.extend(indexed(&order));
            let listing = list(&mut Files(files.clone()), Format::Unstated, None).unwrap();
            let [left_out] = &*listing.left_out else { panic!("{noun}: {:?}", listing.left_out) };
            assert!(left_out.ends_with(&format!(": {noun}, not an image")), "{left_out}");
            assert_eq!(found(&files, Format::Unstated), [&[] as &[&str]], "{noun}");
        }
    }
    let listing = list(&mut Files(indexed(&[(chart, json!({}))])), Format::Unstated, None).unwrap();
    assert!(listing.images.is_empty());
    assert!(listing.left_out[0].ends_with("a Helm chart, not an image"));
}

#[test]
fn attestations_of_the_build_are_noted() {
    let (mut files, manifest) = good_image();
    let unknown = json!({"platform": {"os": "unknown", "architecture": "unknown"}, "annotations": {
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "sha256:0"}});
    let platform = json!({"platform": {"os": "linux", "architecture": "amd64"}});
    files.extend(indexed(&[
        (manifest, platform),
        (json!({"config": {"digest": "sha256:0"}, "layers": []}), unknown),
    ]));
    assert_eq!(found(&files, Format::Unstated), [["image-provenance-attached"]]);
}

#[test]
fn images_for_other_systems_are_omitted_from_an_index() {
    let (files, manifest) = good_image();
    let platform =
        |os: &str, architecture: &str| json!({"platform": {"os": os, "architecture": architecture}});
    let windows = (json!({"config": {"digest": "sha256:0"}, "layers": []}), platform("windows", "amd64"));
    let linux = (manifest.clone(), platform("linux", "amd64"));
    for order in [[linux.clone(), windows.clone()], [windows.clone(), linux]] {
        let mut files = files.clone();
        files.extend(indexed(&order));
        let listing = list(&mut Files(files.clone()), Format::Unstated, None).unwrap();
        assert_eq!(listing.left_out, ["windows/amd64: preflight pulls linux/amd64 instead"]);
        assert_eq!(found(&files, Format::Unstated), [&[] as &[&str]]);
    }
    let mut alone = files.clone();
    alone.extend(indexed(&[windows.clone(), (manifest.clone(), platform("linux", "arm64"))]));
    let listing = list(&mut Files(alone), Format::Unstated, None).unwrap();
    assert_eq!(
        listing.left_out,
        ["windows/amd64: preflight pulls linux/amd64 instead, which is not in the index, and stops"]
    );
    // preflight checks an image that is in no index, whatever its operating system.
    let mut single = files;
    single.extend(indexed(&[(manifest, platform("windows", "amd64"))]));
    assert_eq!(list(&mut Files(single), Format::Unstated, None).unwrap().images.len(), 1);
}

#[test]
fn a_directory_of_skopeo_is_read() {
    let (files, manifest) = good_image();
    let flat = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let mut directory: BTreeMap<_, _> =
        files.iter().map(|(path, bytes)| (flat(path), bytes.clone())).collect();
    directory.insert("version".to_owned(), b"Directory Transport Version: 1.1\n".to_vec());
    let text = manifest.to_string().into_bytes();
    directory.insert("manifest.json".to_owned(), text.clone());
    for format in [Format::Unstated, Format::Directory] {
        assert_eq!(found(&directory, format), [&[] as &[&str]], "{format:?}");
    }
    // `skopeo copy --all`: the manifests of a list are beside it.
    let digest = build::digest(&text);
    let platform = json!({"os": "linux", "architecture": "amd64"});
    let index = json!({"manifests": [{"digest": digest, "platform": platform}]}).to_string();
    directory.insert("manifest.json".to_owned(), index.into_bytes());
    directory.insert(format!("{}.manifest.json", digest.trim_start_matches("sha256:")), text);
    assert_eq!(found(&directory, Format::Unstated), [&[] as &[&str]]);
}

#[test]
fn a_directory_written_by_skopeo_is_read() {
    if !is_installed("skopeo") {
        return;
    }
    let (folder, image) = (Folder::new("skopeo-dir"), &scenarios()[0].image);
    for (path, bytes) in &image.layout("app:1.0-1", Stored::Gzip) {
        put(&folder.0, &format!("own/{path}"), bytes);
    }
    let (from, to) = (format!("oci:{}", folder.at("own")), format!("dir:{}", folder.at("dir")));
    run("skopeo", &["--insecure-policy", "copy", "--quiet", &from, &to]);
    let mut parts = Directory(folder.0.join("dir"));
    let listing = list(&mut parts, Format::Directory, None).unwrap();
    let contents = read(&mut parts, &listing.images[0], &mut Budget::new(Limits::default())).unwrap();
    assert_eq!(ids(&judge(&contents, "1.0-1")), [] as [&str; 0]);
}

#[test]
fn layers_that_cannot_be_read_are_named_by_their_type() {
    let encrypted = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
    let foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    let nondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    let own = "application/vnd.oci.image.layer.v1.tar";
    let held = |bytes: &[u8]| Some(bytes.to_vec());
    for (media_type, bytes, expected) in [
        (
            encrypted,
            held(b"?"),
            "layer 0 is encrypted (`application/vnd.oci.image.layer.v1.tar+gzip+encrypted`)",
        ),
        (
            foreign,
            None,
            "layers of the type `application/vnd.docker.image.rootfs.foreign.diff.tar.gzip` are downloaded",
        ),
        (
            nondistributable,
            None,
            "`application/vnd.oci.image.layer.nondistributable.v1.tar+gzip` are downloaded",
        ),
        (own, held(b"\xfd7zXZ\0\0\x04"), "layer 0 is compressed with xz"),
        (own, held(b"BZh91AY&SY"), "layer 0 is compressed with bzip2"),
        (own, None, "is missing"),
    ] {
        let (mut files, mut manifest) = good_image();
        let digest = build::digest(bytes.as_deref().unwrap_or_default());
        manifest["layers"][0] = json!({"mediaType": media_type, "digest": digest});
        files.extend(indexed(&[(manifest, json!({}))]));
        files.extend(bytes.map(|bytes| (format!("blobs/{}", digest.replace(':', "/")), bytes)));
        let contents = contents(&mut Files(files));
        assert!(contents.faults[0].message.contains(expected), "{:?}", contents.faults);
        assert_eq!(ids(&judge(&contents, "1.0-1"))[0], "image-unreadable-layer");
    }
}

#[test]
fn an_archive_that_is_cut_off_is_reported_as_such() {
    let mut whole = archive(&scenarios()[0].image.layout("app:1.0-1", Stored::Plain));
    let docker = scenarios()[0].image.docker_archive("app:1");
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let opened = |bytes: &[u8]| {
        let mut parts = TarParts::new(Cursor::new(bytes.to_vec()))?;
        let listing = list(&mut parts, Format::Unstated, None)?;
        read(&mut parts, &listing.images[0], &mut Budget::new(Limits::default()))
    };
    let mut cuts = 0;
    for bytes in [&whole[..end], &docker[..docker.len() - 1024]] {
        for cut in (600..bytes.len() - 1024).step_by(509) {
            let told = match opened(&bytes[..cut]) {
                Err(error @ Error::CutOff(_)) => error.to_string(),
                Err(error) => panic!("{cut}: {error}"),
                Ok(contents) => contents.faults.iter().map(|fault| fault.message.clone()).collect(),
            };
            assert!(told.contains("cut off"), "{cut} of {}: {told:?}", bytes.len());
            cuts += 1;
        }
    }
    assert!(cuts > 50, "{cuts}");
    // Bytes after the last part are not missed.
    whole.truncate(end.next_multiple_of(512));
    assert!(opened(&whole).unwrap().faults.is_empty());
}

#[test]
fn an_archive_that_is_compressed_as_a_whole_names_the_program() {
    for (head, program) in [
        (&b"\x1f\x8b\x08\0\0\0\0\0"[..], "gunzip"),
        (b"\x28\xb5\x2f\xfd\0\0\0\0", "unzstd"),
        (b"\xfd7zXZ\0\0\x04", "unxz"),
        (b"BZh91AY&", "bunzip2"),
        (b"\x04\x22\x4d\x18\0\0\0\0", "unlz4"),
    ] {
        let Err(error) = TarParts::new(Cursor::new(head.to_vec())) else { panic!("{program}") };
        assert!(error.to_string().contains(&format!("`{program}`")), "{error}");
    }
}

/// Writes seed inputs for the fuzzer: `REKEY_SEEDS` names the folder of corpora.
#[test]
#[ignore = "writes files; `cargo xtask seeds` runs it"]
fn seeds_for_the_fuzzer() {
    let folder = std::env::var_os("REKEY_SEEDS").expect("`cargo xtask seeds` sets REKEY_SEEDS");
    let folder = std::path::PathBuf::from(folder);
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
