//! The command, run in this process with its own streams.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use rekey_cli::{Streams, run_with};

/// The result of one run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// All output.
    pub(crate) fn everything(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs `rekey` with these arguments.
pub(crate) fn rekey(args: &[&str]) -> Run {
    reading(args, b"")
}

/// Runs `rekey` with these arguments and this standard input.
pub(crate) fn reading(args: &[&str], input: &[u8]) -> Run {
    CLOSED.call_once(close_keys);
    let args = ["rekey"].iter().chain(args).map(OsString::from);
    let (mut stdin, mut stdout, mut stderr) = (input, Vec::new(), Vec::new());
    let status = run_with(args, &mut Streams::new(&mut stdin, &mut stdout, &mut stderr));
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Run { status, stdout: text(stdout), stderr: text(stderr) }
}

static CLOSED: std::sync::Once = std::sync::Once::new();

/// Sets the permissions that key files should have: in a checkout they depend on the umask.
fn close_keys() {
    let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/partners");
    let folders = fs::read_dir(partners).unwrap().flatten().filter(|entry| entry.path().is_dir());
    for file in folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap().flatten()) {
        let name = file.file_name();
        if name == "id_rsa" || name.to_string_lossy().starts_with("deploy_key") {
            #[cfg(unix)]
            fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
    }
}

/// An empty folder of that name.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(&path).unwrap();
    path
}

/// Writes a file, and creates the folders above it.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes `app.tar`, as `docker save` does: an image of two layers without licenses, user and most labels.
pub(crate) fn built_image(folder: &Path) {
    use sha2::Digest as _;

    let tar = |files: &[(&str, &[u8])]| {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, path, *bytes).unwrap();
        }
        tar.into_inner().unwrap()
    };
    let layers =
        [tar(&[("etc/os-release", b"PLATFORM_ID=\"platform:el9\"\n")]), tar(&[("licenses/LICENSE", b"")])];
    let diff_id = |layer: &Vec<u8>| {
        let hash = sha2::Sha256::digest(layer);
        hash.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    };
    let [base, top] = layers.each_ref().map(diff_id);
    let config = format!(
        r#"{{"os":"linux","architecture":"amd64","config":{{"Labels":{{"name":"app","vendor":"Acme"}}}},
        "rootfs":{{"type":"layers","diff_ids":["{base}","{top}"]}},
        "history":[{{"created_by":"FROM scratch"}},{{"created_by":"COPY licenses /licenses"}}]}}"#
    );
    let manifest =
        r#"[{"Config":"config.json","RepoTags":["localhost/app:1.0-1"],"Layers":["0.tar","1.tar"]}]"#;
    let archive = tar(&[
        ("config.json", config.as_bytes()),
        ("manifest.json", manifest.as_bytes()),
        ("0.tar", &layers[0]),
        ("1.tar", &layers[1]),
    ]);
    write(&folder.join("app.tar"), archive);
}

/// Writes preflight's output for an image with wrong labels, packages and files: a folder `artifacts` with
/// one folder for each platform, and the log beside it.
pub(crate) fn preflight_run(folder: &Path, platforms: &[&str]) {
    let mut log = String::new();
    for platform in platforms {
        let run = folder.join("artifacts").join(platform);
        let line = |rest: &str| format!("time=\"2026-11-25T23:48:28Z\" level=info msg={rest}\n");
        let changed = "\"found disallowed modification in layer\" check=HasModifiedFiles file=usr/bin/bash layer=\"01-sha256:b2\"";
        log += &line(&format!("\"running checks for quay.io/acme/app:1.0-1 for platform {platform}\""));
        log += &line("\"target image\" image=\"quay.io/acme/app:1.0-1\"");
        log += &line(changed);
        log += &line("\"check completed\" check=HasModifiedFiles result=FAILED");
        log += &line("\"Preflight result: FAILED\"");
        write(&run.join("results.json"), PREFLIGHT_RESULTS);
        write(&run.join("cert-image.json"), PREFLIGHT_IMAGE);
        write(&run.join("rpm-manifest.json"), PREFLIGHT_PACKAGES);
    }
    write(&folder.join("preflight.log"), log);
}

const PREFLIGHT_RESULTS: &str = r#"{
    "image": "quay.io/acme/app:1.0-1",
    "passed": false,
    "test_library": {"name": "github.com/redhat-openshift-ecosystem/openshift-preflight", "version": "1.21.0"},
    "results": {
        "passed": [
            {"name": "HasLicense"}, {"name": "HasUniqueTag"}, {"name": "LayerCountAcceptable"},
            {"name": "RunAsNonRoot"}, {"name": "BasedOnUbi"}, {"name": "HasProhibitedContainerName"}
        ],
        "failed": [
            {"name": "HasNoProhibitedPackages"}, {"name": "HasRequiredLabel"}, {"name": "HasNoProhibitedLabels"},
            {"name": "HasModifiedFiles"}
        ],
        "errors": []
    }
}
"#;

const PREFLIGHT_IMAGE: &str = r#"{
    "docker_image_digest": "sha256:d1",
    "parsed_data": {"layers": ["sha256:b2", "sha256:b1"]},
    "raw_config": "{\"config\": {\"User\": \"1001\", \"Env\": [\"API_TOKEN=CANARY\"], \"Labels\": {\"name\": \"app\", \"vendor\": \"Red Hat, Inc.\", \"version\": \"1.0\", \"summary\": \"an app\", \"description\": \"an app of Acme\", \"maintainer\": \"Acme\"}}, \"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:a1\", \"sha256:a2\"]}, \"history\": [{\"created_by\": \"ADD rootfs.tar /\"}, {\"created_by\": \"RUN |1 API_TOKEN=CANARY /bin/sh -c chmod -R g=u /usr/bin # buildkit\"}]}",
    "repositories": [{"registry": "quay.io", "repository": "acme/app", "tags": [{"name": "1.0-1"}]}]
}
"#;

const PREFLIGHT_PACKAGES: &str = r#"{
    "rpms": [
        {"name": "bash", "nvra": "bash-5.1.8-9.el9.x86_64"},
        {"name": "kernel-core", "nvra": "kernel-core-5.14.0-1.el9.x86_64"}
    ]
}
"#;

/// Compares a text with a file beside the tests; with `REKEY_REFRESH` set it rewrites the file instead.
#[track_caller]
pub(crate) fn snapshot(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if found == expected {
        return;
    }
    if std::env::var_os("REKEY_REFRESH").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    panic!("{} differs; REKEY_REFRESH=1 rewrites it\nexpected:\n{expected}\nfound:\n{found}", path.display());
}
