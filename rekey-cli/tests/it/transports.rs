//! The same images through every transport give the same report.
//!
//! skopeo copies each image, the registry is CNCF distribution, and podman has the storage and the socket. All of
//! them listen on loopback or on a socket in a temporary folder.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    harness::folder,
    image_builder::{Image, Stored, archive, database, file, layer, layout, mode, put, rpm, symlink},
    skip,
};

/// Images with one defect each, or none.
fn images() -> Vec<(&'static str, Image)> {
    let keys = ["name", "vendor", "version", "release", "summary", "description", "maintainer"];
    let labels: BTreeMap<_, _> = keys.map(|key| (key.to_owned(), format!("{key} of app"))).into();
    let bash = rpm("bash", &["/usr/bin/bash"]);
    let release = "ID=\"rhel\"\nPLATFORM_ID=\"platform:el9\"\n";
    let base = layer(
        "FROM base",
        vec![
            file("etc/os-release", release),
            file("usr/bin/bash", "bash"),
            database("var/lib/rpm/rpmdb.sqlite", std::slice::from_ref(&bash)),
        ],
    );
    let licensed = layer("COPY licenses /licenses", vec![file("licenses/LICENSE", "terms")]);
    let good = Image {
        layers: vec![base.clone(), licensed.clone()],
        user: "1001".into(),
        labels,
        architecture: "amd64".into(),
    };
    let with = |change: fn(&mut Image)| {
        let mut image = good.clone();
        change(&mut image);
        image
    };
    let unlicensed = Image { layers: vec![base.clone()], ..good.clone() };
    let linked = layer("RUN ln -s", vec![symlink("licenses/LICENSE", "/nowhere")]);
    let linked = Image { layers: vec![base.clone(), linked], ..good.clone() };
    let changed = layer("RUN chmod u+s /usr/bin/bash", vec![mode("usr/bin/bash", 0o4755)]);
    let changed = Image { layers: vec![base, licensed, changed], ..good.clone() };
    let rootless = with(|image| {
        image.user.clear();
        image.labels.remove("vendor");
    });
    vec![
        ("good", good.clone()),
        ("unlicensed", unlicensed),
        ("linked", linked),
        ("changed", changed),
        ("rootless", rootless),
    ]
}

/// A program that is ended with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("the program was found before"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Waits until a service answers.
#[track_caller]
fn wait_for(what: &str, is_ready: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_ready() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what} does not answer");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a registry on a free port of loopback.
fn registry(folder: &Path) -> (Running, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let config = format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: {address}}}\n",
        folder.join("registry").display()
    );
    let path = folder.join("registry.yml");
    fs::write(&path, config).unwrap();
    let running = Running::start(Command::new("docker-registry").arg("serve").arg(path));
    wait_for("the registry", || TcpStream::connect(&address).is_ok());
    (running, address)
}

/// A storage of podman that only this test uses.
struct Storage {
    arguments: Vec<String>,
    name: String,
}

impl Storage {
    fn new(folder: &Path) -> Self {
        let [root, run] = ["root", "run"].map(|part| folder.join("storage").join(part).display().to_string());
        let name = format!("vfs@{root}+{run}");
        let arguments = ["--root", &root, "--runroot", &run, "--storage-driver", "vfs"];
        Self { arguments: arguments.map(str::to_owned).to_vec(), name }
    }

    /// podman's API on a socket.
    fn serve(&self, socket: &Path) -> Running {
        let mut podman = Command::new("podman");
        podman.args(&self.arguments).args(["system", "service", "--time", "300"]);
        let running = Running::start(podman.arg(format!("unix://{}", socket.display())));
        wait_for("podman", || std::os::unix::net::UnixStream::connect(socket).is_ok());
        running
    }
}

#[track_caller]
fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn skopeo(from: &str, to: &str) {
    let arguments = ["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", from, to];
    run(Command::new("skopeo").args(arguments));
}

/// The findings and the forecast of a report, without the name of the source.
fn essence(json: &[u8]) -> Value {
    let report: Value = serde_json::from_slice(json).expect("the report is JSON");
    let parts = report["reports"].as_array().expect("a report has parts");
    let of = |part: &Value, list: &str, keys: &[&str]| -> Vec<Value> {
        let rows = part[list].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| keys.iter().map(|key| row[*key].clone()).collect()).collect()
    };
    let findings: Vec<_> = parts
        .iter()
        .flat_map(|part| of(part, "findings", &["rule", "severity", "message", "layer", "path", "pointer"]))
        .collect();
    let forecast: Vec<_> =
        parts.iter().flat_map(|part| of(part, "forecast", &["check", "outcome", "evidence"])).collect();
    let facts = parts.iter().map(|part| &part["facts"]).find(|facts| facts["layers"].is_array());
    let facts = facts.expect("a report of an image has its facts");
    let diff_ids: Vec<_> =
        facts["layers"].as_array().unwrap().iter().map(|layer| &layer["diff_id"]).collect();
    json!([findings, forecast, facts["platform"], facts["packages"], facts["licenses"], diff_ids])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_transport_gives_the_same_report() {
    if !skip::are_installed(&["skopeo", "podman", "docker-registry"]) {
        return;
    }
    let folder = folder("transports");
    let (_registry, address) = registry(&folder);
    let storage = Storage::new(&folder);
    let socket = folder.join("podman.sock");
    let _service = storage.serve(&socket);
    for (name, image) in images() {
        let at = |file: &str| folder.join(name).join(file).display().to_string();
        for (path, bytes) in layout(&[(&image, "1.0-1")], Stored::Gzip) {
            put(&folder.join(name).join("oci"), &path, bytes);
        }
        let from = format!("oci:{}:1.0-1", at("oci"));
        let local = format!("localhost/{name}:1.0-1");
        let remote = format!("docker://{address}/acme/{name}:1.0-1");
        for to in [
            format!("oci-archive:{}:1.0-1", at("oci.tar")),
            format!("docker-archive:{}:{local}", at("docker.tar")),
            format!("dir:{}", at("dir")),
            format!("containers-storage:[{}]{local}", storage.name),
            remote.clone(),
        ] {
            skopeo(&from, &to);
        }
        let docker = fs::read(at("docker.tar")).unwrap();
        fs::write(at("docker.tar.gz"), gzip(&docker)).unwrap();
        let compressed = ruzstd::encoding::compress_to_vec(
            &*fs::read(at("oci.tar")).unwrap(),
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        fs::write(at("oci.tar.zst"), compressed).unwrap();
        let transports = [
            (at("oci"), None),
            (from, None),
            (format!("oci-archive:{}", at("oci.tar")), None),
            (format!("docker-archive:{}", at("docker.tar")), None),
            (format!("dir:{}", at("dir")), None),
            (at("docker.tar.gz"), None),
            (at("oci.tar.zst"), None),
            ("-".to_owned(), Some(at("docker.tar"))),
            ("oci-archive:-".to_owned(), Some(at("oci.tar"))),
            ("-".to_owned(), Some(at("docker.tar.gz"))),
            (format!("containers-storage:[{}]{local}", storage.name), None),
            (format!("docker-daemon:{local}"), None),
            (remote, None),
        ];
        let reference = format!("quay.io/acme/{name}:1.0-1");
        let mut expected = None;
        for (transport, stdin) in transports {
            let mut rekey = Command::new(env!("CARGO_BIN_EXE_rekey"));
            rekey.args([
                "image",
                &transport,
                "--plain-http",
                "--reference",
                &reference,
                "--flow",
                "external",
            ]);
            rekey.args(["--format", "json"]).env("DOCKER_HOST", format!("unix://{}", socket.display()));
            let stdin = stdin.map_or_else(Stdio::null, |path| fs::File::open(path).unwrap().into());
            let output = rekey.stdin(stdin).output().unwrap();
            assert!(output.stderr.is_empty(), "{transport}: {}", String::from_utf8_lossy(&output.stderr));
            let found = essence(&output.stdout);
            let count = found[0].as_array().unwrap().len();
            let place = transport.replace(&folder.display().to_string(), "…");
            println!("{name:11} {place:70} {count} findings, exit code {}", output.status.code().unwrap());
            assert_eq!(&found, expected.get_or_insert(found.clone()), "{name} {transport}");
        }
    }
}

#[test]
fn the_tags_of_a_registry_decide_a_check_and_the_next_tag() {
    if !skip::are_installed(&["skopeo", "docker-registry"]) {
        return;
    }
    let folder = folder("transports-tags");
    let (_registry, address) = registry(&folder);
    let (_, image) = images().swap_remove(0);
    for (path, bytes) in layout(&[(&image, "1.0-1")], Stored::Gzip) {
        put(&folder.join("oci"), &path, bytes);
    }
    let from = format!("oci:{}:1.0-1", folder.join("oci").display());
    let rekey = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rekey")).args(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()),
        )
    };
    let unique_tag = |tag: &str| {
        let image = format!("docker://{address}/acme/app{tag}");
        let (_, [report, _]) = rekey(&["image", &image, "--plain-http", "--format", "json"]);
        let report: Value = serde_json::from_str(&report).unwrap();
        let part = &report["reports"][0];
        let rules: Vec<_> =
            part["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
        let row =
            part["forecast"].as_array().unwrap().iter().find(|row| row["check"] == "HasUniqueTag").unwrap();
        (
            row["outcome"].clone(),
            row["evidence"].clone(),
            rules.contains(&json!("image-only-latest")),
            part["facts"].clone(),
        )
    };
    skopeo(&from, &format!("docker://{address}/acme/app:latest"));
    let (outcome, evidence, found, facts) = unique_tag(":latest");
    assert_eq!((outcome, evidence, found), (json!("fail"), json!("registry"), true));
    assert_eq!(facts["published_tags"], 1);
    let digest = facts["digest"].as_str().unwrap().to_owned();
    for tag in ["1.0-1", "1.0-2"] {
        skopeo(&from, &format!("docker://{address}/acme/app:{tag}"));
    }
    for tag in [":latest", &format!("@{digest}")] {
        let (outcome, evidence, found, facts) = unique_tag(tag);
        assert_eq!((outcome, evidence, found), (json!("pass"), json!("registry"), false), "{tag}");
        assert_eq!((&facts["published_tags"], &facts["digest"]), (&json!(3), &json!(digest)));
        assert_eq!(facts["pulled_from"], json!(format!("{address}/acme/app{tag}")));
    }
    let repository = format!("{address}/acme/app");
    for (arguments, expected) in [
        (vec!["next", "1.0-1", "--registry", &repository, "--plain-http"], (0, "1.0-3\n", "")),
        (
            vec!["next", "--registry", &format!("docker://{repository}:1.0-1"), "--plain-http"],
            (0, "1.0-3\n", ""),
        ),
        (vec!["next", "--registry", &repository, "--plain-http"], (2, "", "expected a tag of the version")),
        (vec!["next", "1.0-1", "--registry", &repository, "--offline"], (2, "", "`--offline` forbids")),
        (vec!["next", "1.0-1", "--registry", &repository], (3, "", "pass `--plain-http`")),
        (vec!["next", "1.0-1", "--registry", "a.io//b"], (2, "", "a.io//b")),
        (vec!["next", "1.0-1", "--registry", "user:hun/ter2@a.io/b"], (2, "", "has no user or password")),
        (vec!["image", "docker://ghp_hunter2@a.io/b:1"], (2, "", "has no user or password")),
        (vec!["image", &format!("docker://{repository}:1.0-1"), "--offline"], (2, "", "`--offline` forbids")),
        (vec!["image", &format!("docker://{repository}:2"), "--plain-http"], (3, "", "has no `acme/app:2`")),
    ] {
        let (status, [stdout, stderr]) = rekey(&arguments);
        assert_eq!((status, stdout.as_str()), (expected.0, expected.1), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected.2), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("ter2"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_transport_selects_the_index_that_skopeo_reads() {
    if !skip::are_installed(&["skopeo"]) {
        return;
    }
    let folder = folder("transports-indexes");
    let images = images();
    let (indexed, saved) = (&images[0].1, &images[3].1);
    // As docker 25 wrote it: both indexes, of which only one names the second image.
    let mut files = layout(&[(indexed, "1.0-1")], Stored::Gzip);
    let docker = saved.docker_archive("localhost/app:1.0-1");
    for entry in tar::Archive::new(&*docker).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(entry.path().unwrap().display().to_string(), bytes);
    }
    fs::write(folder.join("both.tar"), archive(&files)).unwrap();
    let path = folder.join("both.tar").display().to_string();
    let mut found = Vec::new();
    for (transport, key) in
        [(format!("oci-archive:{path}"), "digest"), (format!("docker-archive:{path}"), "diff_id")]
    {
        let inspected = run(Command::new("skopeo").args(["inspect", &transport]));
        let inspected: Value = serde_json::from_slice(&inspected).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rekey"))
            .args(["image", &transport, "--format", "json"])
            .output();
        let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let layers = report["reports"][0]["facts"]["layers"].as_array().unwrap();
        let layers: Vec<_> = layers.iter().map(|layer| layer[key].clone()).collect();
        assert_eq!(json!(layers), inspected["Layers"], "{transport}");
        found.push(layers.len());
    }
    assert_eq!(found, [2, 3]);
}
