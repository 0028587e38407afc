//! Images from a registry, whole and with every fault of the network, of the registry and of a proxy.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use rekey_core::image::contents::ImageContents;
use rekey_image::{Format, Parts as _, list};
use rekey_registry::{Options, Registry};
use serde_json::{Value, json};

use crate::{
    build::{Folder, Image, Stored, digest, file, layer, layout},
    harness::{Authority, Distribution, Layout, NoWait, add_document, contents, fetch, manifest_of, options},
    proxy::{Action, Login, Proxy, Rule},
};

/// An image with five layers, the first of which is large enough for many pieces.
fn image(architecture: &str) -> Image {
    let noise: String =
        (0..400_000_u64).map(|n| char::from(b'a' + (n * n * 7 % 26 + n % 11) as u8 % 26)).collect();
    let small =
        |number: usize| layer("RUN", vec![file(&format!("licenses/{number}"), &"text".repeat(number))]);
    let mut layers = vec![layer("FROM", vec![file("big", &noise), file("etc/os-release", "ID=rhel\n")])];
    layers.extend((1..5).map(small));
    Image { layers, user: "1001".into(), architecture: architecture.into(), ..Image::default() }
}

type Files = BTreeMap<String, Vec<u8>>;

/// The digests of the layers of a manifest.
fn layers_of(files: &Files, manifest: &str) -> Vec<String> {
    let manifest: Value =
        serde_json::from_slice(&files[&format!("blobs/{}", manifest.replace(':', "/"))]).unwrap();
    let layers = manifest["layers"].as_array().unwrap();
    layers.iter().map(|layer| layer["digest"].as_str().unwrap().to_owned()).collect()
}

/// The contents, as text to compare.
fn shown(images: &[ImageContents]) -> String {
    format!("{images:#?}")
}

#[track_caller]
fn assert_same(found: Result<Vec<ImageContents>, String>, files: &Files, what: &str) {
    let found = found.unwrap_or_else(|error| panic!("{what}: {error}"));
    let expected = contents(&mut Layout(files)).unwrap();
    assert!(shown(&found) == shown(&expected), "{what}: {:?}", found[0].faults);
}

#[test]
fn every_kind_of_image_is_that_of_the_layout() {
    let Some(registry) = Distribution::start("kinds") else { return };
    let authority = Authority::new(&["127.0.0.1"]);
    let (amd64, arm64) = (image("amd64"), image("arm64"));
    for (tag, how) in [("plain", Stored::Plain), ("gzip", Stored::Gzip), ("zstd", Stored::Zstd)] {
        let files = amd64.layout(tag, how);
        let manifest = manifest_of(&files, 0);
        registry.push("a/b", &files, &[(tag, &manifest)]);
        let proxy = Proxy::start(Some(registry.port), Some(&authority), Login::Open, vec![]);
        assert_same(fetch(options(Some(&authority)), &proxy.reference(&format!("a/b:{tag}"))), &files, tag);
        // One manifest, one config, five layers.
        assert_eq!(proxy.paths().len(), 7, "{:?}", proxy.paths());
        let by_digest = proxy.reference(&format!("a/b:{tag}@{manifest}"));
        assert_same(fetch(options(Some(&authority)), &by_digest), &files, "by digest");
        let fetched = Registry::new(options(Some(&authority))).unwrap();
        let mut parts = fetched.image(&proxy.reference(&format!("a/b:{tag}"))).unwrap();
        assert_eq!(parts.digest(), manifest);
        let names = list(&mut parts, Format::Oci, None).unwrap().images[0].names().to_vec();
        assert_eq!(names, [format!("{}/a/b:{tag}", proxy.registry())]);
        contents(&mut parts).unwrap();
        let layers = layers_of(&files, &manifest);
        let sizes =
            layers.iter().map(|layer| files[&format!("blobs/{}", layer.replace(':', "/"))].len() as u64);
        assert!(
            parts.total_bytes() > sizes.sum() && parts.progress().bytes() == parts.total_bytes(),
            "{tag}"
        );
    }

    // An index of two platforms, and an attestation, which is not requested.
    let mut files = layout(&[(&amd64, "x"), (&arm64, "x")], Stored::Gzip);
    let manifests: Vec<_> = (0..2).map(|place| manifest_of(&files, place)).collect();
    let mut index: Value = serde_json::from_slice(&files["index.json"]).unwrap();
    index["mediaType"] = json!("application/vnd.oci.image.index.v1+json");
    let top = add_document(&mut files, &index);
    let outer = json!({"schemaVersion": 2, "manifests": [{
        "mediaType": "application/vnd.oci.image.index.v1+json", "digest": top,
        "size": index.to_string().len(),
    }]});
    files.insert("index.json".to_owned(), outer.to_string().into_bytes());
    let pushed = [(&*manifests[0], &*manifests[0]), (&manifests[1], &manifests[1]), ("index", &top)];
    registry.push("a/b", &files, &pushed);
    let proxy = Proxy::start(Some(registry.port), Some(&authority), Login::Open, vec![]);
    assert_same(fetch(options(Some(&authority)), &proxy.reference("a/b:index")), &files, "an index");
    // The index, and for each platform a manifest, a config and five layers.
    assert_eq!(proxy.paths().len(), 15, "{:?}", proxy.paths());

    // Docker's manifest of schema 2.
    let mut files = amd64.layout("v2s2", Stored::Gzip);
    let old = manifest_of(&files, 0);
    let text = files.remove(&format!("blobs/{}", old.replace(':', "/"))).unwrap();
    let text = String::from_utf8(text)
        .unwrap()
        .replace("vnd.oci.image.manifest.v1+json", "vnd.docker.distribution.manifest.v2+json")
        .replace("vnd.oci.image.config.v1+json", "vnd.docker.container.image.v1+json")
        .replace("vnd.oci.image.layer.v1.tar+gzip", "vnd.docker.image.rootfs.diff.tar.gzip");
    let new = digest(text.as_bytes());
    files.insert(format!("blobs/{}", new.replace(':', "/")), text.into_bytes());
    let index = String::from_utf8(files["index.json"].clone()).unwrap().replace(&old, &new);
    files.insert("index.json".to_owned(), index.into_bytes());
    registry.push("a/b", &files, &[("v2s2", &new)]);
    let proxy = Proxy::start(Some(registry.port), None, Login::Open, vec![]);
    assert_same(fetch(options(None), &proxy.reference("a/b:v2s2")), &files, "docker's manifest");
}

#[test]
fn an_image_that_skopeo_pushes_is_that_of_the_layout() {
    let Some(registry) = Distribution::start("skopeo") else { return };
    if !crate::skip::are_installed(&["skopeo"]) {
        return;
    }
    let folder = Folder::new("registry-skopeo-layout");
    let files = image("amd64").layout("x", Stored::Gzip);
    for (path, bytes) in &files {
        crate::build::put(&folder.0, path, bytes);
    }
    let to = format!("docker://127.0.0.1:{}/a/b:pushed", registry.port);
    let status = std::process::Command::new("skopeo")
        .args(["--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false"])
        .args([format!("oci:{}:x", folder.0.display()), to])
        .status();
    assert!(status.unwrap().success());
    let reference = format!("127.0.0.1:{}/a/b:pushed", registry.port);
    let reference = rekey_core::ImageReference::parse(reference).unwrap();
    assert_same(fetch(options(None), &reference), &files, "skopeo");
}

/// The result of a case.
enum Expected {
    /// The contents of the layout.
    Same,
    /// An error with this text.
    Error(String),
    /// The contents with this defect, and no failure of the network.
    Fault(String),
}

struct Case {
    what: &'static str,
    rules: Vec<Rule>,
    expected: Expected,
    /// The pauses in total.
    paused: Duration,
}

#[test]
fn every_fault_is_survived_or_reported() {
    use Expected::{Error, Fault, Same};
    let Some(registry) = Distribution::start("faults") else { return };
    let authority = Authority::new(&["127.0.0.1", "localhost"]);
    let files = image("amd64").layout("x", Stored::Plain);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("x", &manifest)]);
    let layers = layers_of(&files, &manifest);
    let (big, last) = (&*layers[0], &*layers[4]);
    let storage = Proxy::start(Some(registry.port), Some(&authority), Login::Open, vec![]);
    let plain = Proxy::start(Some(registry.port), None, Login::Open, vec![]);
    let answer = |status: u16, headers: &str, body: &str| {
        Action::Answer(status, headers.to_owned(), body.as_bytes().to_vec())
    };
    let busy = |after: &str| answer(429, after, r#"{"errors":[{"message":"too many"}]}"#);
    let broken = answer(500, "", r#"{"errors":[{"message":"the disk is full; PASSWORD=hunter2hunter2"}]}"#);
    let case = |what, rules: Vec<Rule>, expected, seconds: f32| Case {
        what,
        rules,
        expected,
        paused: Duration::from_secs_f32(seconds),
    };
    let always = |path: &str, action| vec![Rule::always(path, action)];
    let times = |times, path: &str, action| vec![Rule::times(times, path, action)];
    let error = |text: &str| Error(text.to_owned());
    let cases = [
        case("no fault", vec![], Same, 0.0),
        case("403", always("manifests/", answer(403, "", "")), error("does not allow reading `a/b`"), 0.0),
        case(
            "404",
            always("manifests/", answer(404, "", r#"{"errors":[{"message":"manifest unknown"}]}"#)),
            error("has no `a/b:x` (`manifest unknown`)"),
            0.0,
        ),
        case("429 once", times(1, "manifests/", busy("Retry-After: 20\r\n")), Same, 20.0),
        case(
            "429 with a date",
            times(1, "manifests/", busy("Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n")),
            Same,
            30.0,
        ),
        case(
            "429 for hours",
            always("manifests/", busy("Retry-After: 21600\r\n")),
            error("limits the number of requests: try again in 6 hours"),
            0.0,
        ),
        case("429 always", always("manifests/", busy("")), error("try again later"), 7.5),
        case("429 of a layer", times(2, last, busy("Retry-After: 1\r\n")), Same, 2.0),
        case("500 twice", times(2, "manifests/", broken.clone()), Same, 1.5),
        case(
            "500 always",
            always("manifests/", broken.clone()),
            error("answers 500 (`the disk is full; PASSWORD=***`): try again"),
            7.5,
        ),
        case("500 of a layer", always(last, broken), error("answers 500"), 7.5),
        case(
            "418",
            always("manifests/", answer(418, "", "")),
            error("answers 418: check that it is a container registry"),
            0.0,
        ),
        case("no answer", times(2, "manifests/", Action::Silence), Same, 1.5),
        case("a manifest that stalls", times(1, "manifests/", Action::Stall), Same, 0.5),
        case("a manifest that is cut", times(2, "manifests/", Action::Cut(10)), Same, 1.5),
        case("a layer that stalls", times(1, big, Action::Stall), Same, 0.5),
        case("a layer that stalls always", always(big, Action::Stall), error("sent nothing for 1 s"), 7.5),
        case("a layer that is cut", times(1, big, Action::Cut(100_000)), Same, 0.5),
        case("a layer that is cut twice", times(2, big, Action::Cut(70_001)), Same, 1.5),
        case("a layer that is cut at once", times(1, big, Action::Cut(0)), Same, 0.5),
        case(
            "a layer that is cut without ranges",
            vec![
                Rule::times(1, big, Action::CutWithoutRange(90_000)),
                Rule::times(1, big, Action::IgnoreRange),
            ],
            Same,
            0.5,
        ),
        case("a layer that is cut always", always(last, Action::Cut(0)), error("broke off"), 7.5),
        case(
            "a layer of other bytes",
            always(big, Action::Flip),
            Fault(format!("should have the digest `{big}`")),
            0.0,
        ),
        case(
            "a layer that is absent",
            always(last, answer(404, "", "")),
            error(&format!("has no `a/b@{last}`")),
            0.0,
        ),
        case(
            "a layer without permission",
            always(last, answer(403, "", "")),
            error("does not allow reading"),
            0.0,
        ),
        case(
            "a manifest of other bytes",
            always("manifests/", Action::Flip),
            error("the manifest of `a/b:x` should have the digest"),
            0.0,
        ),
        case(
            "a manifest of schema 1",
            always(
                "manifests/",
                answer(
                    200,
                    "Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws\r\n",
                    r#"{"schemaVersion": 1}"#,
                ),
            ),
            error("`a/b:x` has a manifest of schema 1"),
            0.0,
        ),
        case(
            "a manifest that is too large",
            always("manifests/", answer(200, "", &" ".repeat((4 << 20) + 1))),
            error("sent a manifest of more than 4194304 bytes"),
            0.0,
        ),
        case(
            "a manifest that is no JSON",
            always("manifests/", answer(200, "", "<html>")),
            error("sent a manifest that cannot be read: invalid JSON in line 1, column 1"),
            0.0,
        ),
        case(
            "a redirect to storage",
            always("blobs/", Action::Redirect(format!("https://localhost:{}", storage.port))),
            Same,
            0.0,
        ),
        case(
            "a redirect without TLS",
            always("blobs/", Action::Redirect(format!("http://localhost:{}", plain.port))),
            error("redirects in a way that rekey does not follow: the target has no TLS"),
            0.0,
        ),
        case(
            "a redirect with a password",
            always("manifests/", answer(307, "Location: https://u:CANARY@localhost/\r\n", "")),
            error("the target is not an HTTP URL"),
            0.0,
        ),
        case(
            "a redirect without a target",
            always("manifests/", answer(302, "", "")),
            error("the target is missing or invalid"),
            0.0,
        ),
        case(
            "redirects in a circle",
            always("manifests/", Action::Redirect(String::new())),
            error("there are more than 5 redirects"),
            0.0,
        ),
        case(
            "a login in another form",
            always("manifests/", answer(401, "WWW-Authenticate: Negotiate\r\n", "")),
            error("asks for a login in a form that rekey does not support"),
            0.0,
        ),
    ];
    for Case { what, rules, expected, paused } in cases {
        let mut options = options(Some(&authority));
        if rules.iter().any(|rule| matches!(rule.action, Action::Stall | Action::Silence)) {
            options.idle_timeout = Duration::from_secs(1);
        }
        let proxy = Proxy::start(Some(registry.port), Some(&authority), Login::Open, rules);
        let clock = Arc::new(NoWait::default());
        options.clock = Arc::clone(&clock) as _;
        let started = Instant::now();
        let found = fetch(options, &proxy.reference("a/b:x"));
        assert!(started.elapsed() < Duration::from_secs(60), "{what} hangs");
        match expected {
            Same => assert_same(found, &files, what),
            Error(text) => {
                let error = found.expect_err(what);
                assert!(error.contains(&text), "{what}: {error}");
                assert!(!error.contains('\n') && !error.contains("CANARY"), "{what}: {error}");
            }
            Fault(text) => {
                let found = found.unwrap_or_else(|error| panic!("{what}: {error}"));
                let faults = &found[0].faults;
                assert!(faults.iter().any(|fault| fault.message.contains(&text)), "{what}: {faults:?}");
            }
        }
        assert_eq!(*clock.0.lock().unwrap(), paused, "{what}");
    }
    assert!(storage.seen().iter().all(|seen| seen.authorization.is_none()) && !storage.seen().is_empty());
    assert!(plain.seen().is_empty());
}

#[test]
fn a_broken_layer_is_continued_at_its_place() {
    let Some(registry) = Distribution::start("ranges") else { return };
    let files = image("amd64").layout("x", Stored::Plain);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("x", &manifest)]);
    let big = layers_of(&files, &manifest).swap_remove(0);
    let rules = vec![Rule::times(2, &big, Action::Cut(100_000))];
    let proxy = Proxy::start(Some(registry.port), None, Login::Open, rules);
    assert_same(fetch(options(None), &proxy.reference("a/b:x")), &files, "a cut layer");
    let ranges: Vec<_> =
        proxy.seen().into_iter().filter(|seen| seen.path.contains(&big)).map(|seen| seen.range).collect();
    assert_eq!(ranges, [None, Some("bytes=100000-".to_owned()), Some("bytes=200000-".to_owned())]);
}

#[test]
fn a_foreign_layer_is_not_requested() {
    let Some(registry) = Distribution::start("foreign") else { return };
    let files = image("amd64").layout("x", Stored::Gzip);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("x", &manifest)]);
    let first = layers_of(&files, &manifest).swap_remove(0);
    let mut document: Value =
        serde_json::from_slice(&files[&format!("blobs/{}", manifest.replace(':', "/"))]).unwrap();
    document["layers"][0]["mediaType"] = json!("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    document["layers"][1]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
    let rule =
        Rule::always("manifests/", Action::Answer(200, String::new(), document.to_string().into_bytes()));
    let proxy = Proxy::start(Some(registry.port), None, Login::Open, vec![rule]);
    let found = fetch(options(None), &proxy.reference("a/b:x")).unwrap();
    let messages: Vec<_> = found[0].faults.iter().map(|fault| &*fault.message).collect();
    assert!(
        messages[0].starts_with("layer 0 is not stored with the image: layers of the type"),
        "{messages:?}"
    );
    assert!(messages[1].starts_with("layer 1 is encrypted"), "{messages:?}");
    // One manifest, one config, three layers.
    assert_eq!(proxy.paths().len(), 5, "{:?}", proxy.paths());
    assert!(!proxy.paths().iter().any(|path| path.contains(&first)));
}

#[test]
fn downloads_in_the_background_end_with_the_image() {
    let Some(registry) = Distribution::start("threads") else { return };
    let files = image("amd64").layout("x", Stored::Plain);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("x", &manifest)]);
    let proxy =
        Proxy::start(Some(registry.port), None, Login::Open, vec![Rule::always("blobs/", Action::Stall)]);
    let mut options = options(None);
    options.idle_timeout = Duration::from_secs(50);
    let access = Registry::new(options).unwrap();
    let mut parts = access.image(&proxy.reference("a/b:x")).unwrap();
    let names: Vec<_> = layers_of(&files, &manifest)
        .iter()
        .map(|layer| format!("blobs/{}", layer.replace(':', "/")))
        .collect();
    parts.announce(&names);
    let wait = |is_done: &dyn Fn() -> bool| {
        let started = Instant::now();
        while !is_done() {
            assert!(started.elapsed() < Duration::from_secs(20), "{} {}", proxy.stalled(), proxy.ended());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait(&|| proxy.stalled() == 3);
    drop(parts);
    wait(&|| proxy.ended() == 3);
    assert_eq!(proxy.stalled(), 3);
}

#[test]
fn layers_may_be_opened_in_any_order_or_not_at_all() {
    let Some(registry) = Distribution::start("order") else { return };
    let files = image("amd64").layout("x", Stored::Plain);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("x", &manifest)]);
    let proxy = Proxy::start(Some(registry.port), None, Login::Open, vec![]);
    let access = Registry::new(options(None)).unwrap();
    let mut parts = access.image(&proxy.reference("a/b:x")).unwrap();
    let names: Vec<_> = layers_of(&files, &manifest)
        .iter()
        .map(|layer| format!("blobs/{}", layer.replace(':', "/")))
        .collect();
    let mut announced = names.clone();
    announced.extend(names.clone());
    for order in [&[4, 0, 1][..], &[0, 0, 4, 3], &[2], &[], &[1, 2, 3, 4, 0, 1, 2]] {
        parts.announce(&announced);
        for place in order {
            let mut text = Vec::new();
            parts.open(&names[*place]).unwrap().expect("a layer").read_to_end(&mut text).unwrap();
            assert!(text == files[&names[*place]], "{order:?} {place}");
        }
    }
    for name in ["manifest.json", "oci-layout", "blobs/sha256/../x", "blobs/sha256", "../index.json"] {
        assert!(parts.open(name).unwrap().is_none(), "{name}");
    }
    assert!(parts.take_failure().is_none());
}

#[test]
fn tls_must_be_trusted() {
    let Some(registry) = Distribution::start("tls") else { return };
    let files = image("amd64").layout("x", Stored::Gzip);
    registry.push("a/b", &files, &[("x", &manifest_of(&files, 0))]);
    let (own, other) = (Authority::new(&["127.0.0.1"]), Authority::new(&["example.com"]));
    let secure = Proxy::start(Some(registry.port), Some(&own), Login::Open, vec![]);
    let misnamed = Proxy::start(Some(registry.port), Some(&other), Login::Open, vec![]);
    let plain = Proxy::start(Some(registry.port), None, Login::Open, vec![]);
    let folder = Folder::new("registry-certs");
    crate::build::put(&folder.0, &format!("{}/ca.crt", secure.registry()), &own.pem);
    crate::build::put(&folder.0, &format!("{}/ca.crt", plain.registry()), "no certificate");
    let with_folder = |mut options: Options| {
        options.ca_certificates.clear();
        options.certificate_folders = vec![folder.0.clone()];
        options
    };
    let without = |mut options: Options| {
        options.ca_certificates.clear();
        options
    };
    for (what, proxy, options, expected) in [
        ("trusted", &secure, options(Some(&own)), None),
        ("trusted by a folder", &secure, with_folder(options(Some(&own))), None),
        (
            "untrusted",
            &secure,
            options(Some(&other)),
            Some("is not trusted: another authority of the same name issued it"),
        ),
        (
            "of no authority",
            &secure,
            without(options(Some(&own))),
            Some("set `SSL_CERT_FILE` to your company's CA"),
        ),
        ("for another name", &misnamed, options(Some(&other)), Some("is invalid: it is for another host")),
        ("without TLS", &plain, options(Some(&own)), Some("answers plain HTTP: pass `--plain-http`")),
        ("unreadable", &plain, with_folder(options(Some(&own))), Some("there is no `BEGIN CERTIFICATE`")),
        ("TLS for a client without", &secure, options(None), Some("broke off")),
    ] {
        match (fetch(options, &proxy.reference("a/b:x")), expected) {
            (found, None) => assert_same(found, &files, what),
            (Ok(_), Some(_)) => panic!("{what} is accepted"),
            (Err(error), Some(expected)) => assert!(error.contains(expected), "{what}: {error}"),
        }
    }
}

#[test]
fn a_registry_that_cannot_be_reached_is_named() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (reference, expected) in [
        (
            format!("127.0.0.1:{closed}/a:1"),
            format!("cannot connect to `127.0.0.1:{closed}`: no program accepts"),
        ),
        ("registry.invalid/a:1".to_owned(), "the name `registry.invalid` cannot be resolved".to_owned()),
        ("host_x.com/a:1".to_owned(), "`host_x.com/a` names no registry".to_owned()),
    ] {
        let parsed = rekey_core::ImageReference::parse(&reference).unwrap();
        let error = fetch(options(None), &parsed).unwrap_err();
        assert!(error.starts_with(&expected), "{reference}: {error}");
    }
}

/// Answers to requests for tags: the first two pages, and pages without end.
#[test]
fn tags_are_listed_page_by_page() {
    let page = |tags: &[&str], link: &str| {
        let link = if link.is_empty() { String::new() } else { format!("Link: <{link}>; rel=\"next\"\r\n") };
        Action::Answer(200, link, json!({"name": "a/b", "tags": tags}).to_string().into_bytes())
    };
    let two = vec![
        Rule::times(1, "last=2", page(&["3"], "")),
        Rule::times(1, "tags/list", page(&["1", "2", "no tag\n"], "/v2/a/b/tags/list?n=1000&last=2")),
    ];
    let elsewhere = vec![Rule::always("tags/list", page(&["1"], "https://example.com/v2/a/b/tags/list"))];
    let circle = vec![Rule::always("tags/list", page(&["1"], "/v2/a/b/tags/list?n=1000&last=1"))];
    let endless = (0..200).map(|number| {
        let next = format!("/v2/a/b/tags/list?last=z{:03}", number + 1);
        Rule::always(
            &if number == 0 { "n=1000".to_owned() } else { format!("last=z{number:03}") },
            page(&["1"], &next),
        )
    });
    let null = Action::Answer(200, String::new(), br#"{"name": "a/b", "tags": null}"#.to_vec());
    for (what, rules, expected) in [
        ("two pages", two, Ok(vec!["1", "2", "3"])),
        ("no tags", vec![Rule::always("tags/list", null)], Ok(vec![])),
        ("another host", elsewhere, Err("the next page of tags is on another host")),
        ("a circle", circle, Err("`a/b` has too many tags")),
        ("no end", endless.collect(), Err("`a/b` has too many tags: rekey reads at most 100 pages")),
        ("no repository", vec![], Err("has no `a/b`")),
    ] {
        let proxy = Proxy::start(None, None, Login::Open, rules);
        let tags = Registry::new(options(None)).unwrap().tags(&proxy.reference("a/b:1"));
        match (tags, expected) {
            (Ok(tags), Ok(expected)) => assert_eq!(tags, expected, "{what}"),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{what}: {error}"),
            (found, _) => panic!("{what}: {found:?}"),
        }
        assert!(proxy.paths().len() <= 100, "{what}");
    }
    let Some(registry) = Distribution::start("tags") else { return };
    let files = image("amd64").layout("x", Stored::Gzip);
    let manifest = manifest_of(&files, 0);
    registry.push("a/b", &files, &[("1.0", &manifest), ("latest", &manifest)]);
    let reference = rekey_core::ImageReference::parse(format!("127.0.0.1:{}/a/b", registry.port)).unwrap();
    let mut tags = Registry::new(options(None)).unwrap().tags(&reference).unwrap();
    tags.sort();
    assert_eq!(tags, ["1.0", "latest"]);
}
