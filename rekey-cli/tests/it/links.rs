//! Hostile checkouts: links, pipes, sockets and devices. Nothing outside of the folder is read or written,
//! and no command hangs.
#![cfg(unix)]

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::harness::{Run, folder, rekey, write};

const OUTSIDE: &str = "leads outside the directory that is checked";
const DOCKERFILE: &str = "FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER root\n";

/// A folder `inside` to check, and one `outside` it whose files contain a canary.
struct Checkout {
    inside: PathBuf,
    outside: PathBuf,
}

impl Checkout {
    fn new(name: &str) -> Self {
        let path = folder(name);
        let (inside, outside) = (path.join("inside"), path.join("outside"));
        write(&outside.join("Dockerfile"), format!("{DOCKERFILE}# CANARY\nLABEL CANARY=CANARY\n"));
        write(&outside.join("rekey.toml"), "[git]\nurl = 'https://h/CANARY'\n");
        write(&outside.join("config"), "[remote \"origin\"]\n\turl = https://h/CANARY\n");
        write(
            &outside.join("key.pem"),
            fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys/right.pem")).unwrap(),
        );
        write(&outside.join("tags"), "1.0-1\n");
        write(&outside.join("base.json"), r#"{"config":{"Labels":{"CANARY":"CANARY"}}}"#);
        write(&outside.join("ignore"), "Dockerfile\n");
        write(&outside.join("licenses/CANARY"), "terms\n");
        write(&outside.join("results.json"), r#"{"image":"CANARY","passed":true}"#);
        fs::create_dir_all(&inside).unwrap();
        Self { inside, outside }
    }

    fn link(&self, name: &str, target: impl AsRef<Path>) {
        let path = self.inside.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        drop(fs::remove_file(&path));
        symlink(target, path).unwrap();
    }

    fn write(&self, name: &str, text: &str) {
        drop(fs::remove_file(self.inside.join(name)));
        write(&self.inside.join(name), text);
    }

    fn path(&self, name: &str) -> String {
        self.inside.join(name).to_str().unwrap().trim_end_matches('/').to_owned()
    }

    /// The bytes of all files outside.
    fn outside_text(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(&self.outside)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(&path).unwrap_or_default()))
            .collect();
        files.sort();
        files
    }
}

/// Runs a command that must name the rejected file, and print nothing from outside.
#[track_caller]
fn rejected(args: &[&str], message: &str) -> Run {
    let run = rekey(args);
    let text = run.everything();
    assert!(text.contains(message), "{args:?}: {message}:\n{text}");
    assert!(!text.contains("CANARY"), "{args:?}:\n{text}");
    assert_eq!(run.status, 3, "{args:?}:\n{text}");
    run
}

/// The words of a text, independent of its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

type Make = fn(&Path);

/// The names of special files in messages, and functions that create them.
const SPECIAL: [(&str, Make); 2] = [("is a named pipe", pipe), ("is a socket", socket)];

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn socket(path: &Path) {
    // A socket's path is limited to about 100 bytes, so it is created elsewhere.
    let short = std::env::temp_dir().join(format!("rekey-socket-{}", std::process::id()));
    drop(UnixListener::bind(&short).unwrap());
    fs::rename(short, path).unwrap();
}

#[test]
fn a_found_file_that_links_outside_in_any_way_is_rejected() {
    let checkout = Checkout::new("found_link");
    checkout.link("up", "..");
    checkout.write("sub/x", "");
    let outside = checkout.outside.join("Dockerfile");
    let absolute = outside.to_str().unwrap();
    let targets = [
        "../outside/Dockerfile",
        "./sub/../../outside/Dockerfile",
        "up/outside/Dockerfile",
        "../outside/nothing-there",
        "../../../../../../../../../../etc/passwd",
        "/dev/zero",
        "/dev/tty",
        "/proc/self/environ",
        absolute,
    ];
    for target in targets {
        checkout.link("Dockerfile", target);
        rejected(&["dockerfile", &checkout.path("")], OUTSIDE);
        checkout.link("other", target);
        checkout.link("Dockerfile", "other");
        rejected(&["dockerfile", &checkout.path("")], OUTSIDE);
        rejected(&["dockerfile", &checkout.path("**/Dockerfile")], OUTSIDE);
        rejected(&["check", &checkout.path("")], OUTSIDE);
    }
    checkout.link("Dockerfile", "Dockerfile");
    rejected(&["dockerfile", &checkout.path("")], "too many links lead to it");
}

#[test]
fn a_link_that_stays_inside_is_followed() {
    let checkout = Checkout::new("inner_link");
    checkout.write("real/text", DOCKERFILE);
    checkout.link("folder", "real");
    checkout.link("a/Dockerfile", "../folder/../real/text");
    checkout.link("b.Dockerfile", checkout.inside.join("folder/text"));
    // A user can also name a link to anywhere.
    checkout.link("named", "../outside/Dockerfile");
    for file in ["", "named"] {
        let run = rekey(&["dockerfile", &checkout.path(file), "--format", "json"]);
        assert_eq!(run.status, 1, "{file}: {}", run.everything());
    }
    checkout.link("rekey.toml", "real/config");
    checkout.write("real/config", "[[image]]\ndockerfile = 'a/Dockerfile'\ncontext = 'folder'\n");
    let run = rekey(&["check", &checkout.path(""), "--flow", "quay"]);
    assert_eq!(run.status, 1, "{}", run.everything());
}

#[test]
fn folders_outside_are_not_searched() {
    let checkout = Checkout::new("folder_link");
    checkout.link("out", "../outside");
    checkout.link("deep/out", checkout.outside.clone());
    let run = rekey(&["dockerfile", &checkout.path("")]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{}", run.everything());
}

#[test]
fn rekey_toml_names_nothing_outside_of_its_folder() {
    let checkout = Checkout::new("config_paths");
    checkout.write("Dockerfile", DOCKERFILE);
    checkout.link("out", "../outside");
    let outside = checkout.outside.to_str().unwrap().to_owned();
    for prefix in ["../outside", "sub/../../outside", "out", &outside] {
        checkout.write("sub/x", "");
        for field in [
            "[git]\nkey = 'PREFIX/key.pem'",
            "[git]\npublic-key = 'PREFIX/key.pem'",
            "[[image]]\ntag = '1.0-1'\ndockerfile = 'PREFIX/Dockerfile'",
            "[[image]]\ntag = '1.0-1'\ncontext = 'PREFIX'",
            "[[image]]\ntag = '1.0-1'\npublished = 'PREFIX/tags'",
            "[[image]]\ntag = '1.0-1'\nbase-config = 'PREFIX/base.json'",
        ] {
            checkout.write("rekey.toml", &field.replace("PREFIX", prefix));
            rejected(&["check", &checkout.path("")], OUTSIDE);
            rejected(&["check", &checkout.path("rekey.toml")], OUTSIDE);
            let loaded = rekey_files::submission::LoadedSubmission::from_path(&checkout.inside);
            assert!(loaded.err().unwrap().to_string().contains(OUTSIDE), "{field}");
        }
    }
    for (path, message) in [("/dev/tty", OUTSIDE), ("/dev/zero", OUTSIDE), ("/etc/passwd", OUTSIDE)] {
        checkout.write("rekey.toml", &format!("[[image]]\ndockerfile = '{path}'\n"));
        rejected(&["check", &checkout.path("")], message);
    }
    checkout.link("rekey.toml", "../outside/rekey.toml");
    rejected(&["check", &checkout.path("")], OUTSIDE);
    rejected(&["push-commands", &checkout.path("")], OUTSIDE);
}

#[test]
fn the_repository_of_a_checkout_is_its_own() {
    let checkout = Checkout::new("git_links");
    checkout.write("Dockerfile", DOCKERFILE);
    checkout.link(".git", "../outside");
    rejected(&["check", &checkout.path("")], OUTSIDE);
    checkout.link(".git", checkout.outside.join("config"));
    rejected(&["check", &checkout.path("")], OUTSIDE);
    fs::remove_file(checkout.inside.join(".git")).unwrap();
    checkout.link(".git/config", "../../outside/config");
    rejected(&["check", &checkout.path("")], OUTSIDE);
    rejected(&["init", &checkout.path("")], OUTSIDE);
}

#[test]
fn ignore_files_are_read_with_a_limit_and_no_link_to_one_is_followed() {
    let checkout = Checkout::new("ignore_links");
    for name in [".gitignore", ".ignore", "sub/.gitignore"] {
        for target in ["/dev/zero", "../outside/ignore", "elsewhere"] {
            checkout.write("Dockerfile", DOCKERFILE);
            checkout.write("elsewhere", "Dockerfile\n");
            checkout.link(name, target);
            let run = rekey(&["dockerfile", &checkout.path("")]);
            assert_eq!(run.status, 1, "{name}: {}", run.everything());
            let notice = words(&run.stdout);
            assert!(notice.contains("is a link, expected a file; rekey ignores its patterns"), "{notice}");
            let run = rekey(&["init", &checkout.path(""), "--force"]);
            assert!(run.stderr.contains("is a link, expected a file"), "{}", run.everything());
            assert!(run.stdout.contains("wrote "), "{}", run.everything());
        }
        fs::remove_file(checkout.inside.join(name)).unwrap();
        checkout.write(name, &"x*y\n".repeat(1 << 18));
        assert_eq!(rekey(&["dockerfile", &checkout.path("")]).status, 1);
        checkout.write(name, &"x*y\n".repeat((1 << 18) + 1));
        let run = rekey(&["dockerfile", &checkout.path("")]);
        assert_eq!(run.status, 1, "{name}: {}", run.everything());
        assert!(
            words(&run.stdout).contains("larger than 1 MiB, the limit for an ignore file"),
            "{}",
            run.stdout
        );
        fs::remove_file(checkout.inside.join(name)).unwrap();
    }
    fs::create_dir_all(checkout.inside.join(".git/info")).unwrap();
    checkout.link(".git/info/exclude", "../../../outside/ignore");
    let run = rekey(&["dockerfile", &checkout.path("")]);
    assert!(run.status == 1 && words(&run.stdout).contains(OUTSIDE), "{}", run.everything());
}

#[test]
fn a_build_context_ends_at_its_links() {
    let checkout = Checkout::new("context_links");
    checkout.link("out", "../outside");
    checkout.link("deep/out", checkout.outside.clone());
    let report = |source: &str| {
        checkout.write("Dockerfile", &format!("{DOCKERFILE}COPY {source} /licenses/\n"));
        let context = ["--context", &checkout.path(""), "--format", "json"];
        let run = rekey(&[&["dockerfile", &checkout.path("Dockerfile")], &context[..]].concat());
        assert!(!run.everything().contains("CANARY"), "{}", run.everything());
        run.stdout.replace(source, "SOURCE")
    };
    // Existing and missing files have the same result, so that no report reveals which names exist.
    for (there, not) in [
        ("out/lice*", "out/nope*"),
        ("out/licenses", "out/nopenses"),
        ("o*/licenses/*", "o*/nopenses/*"),
        ("deep/out/lic*/C*", "deep/out/nop*/C*"),
    ] {
        let strip =
            |text: String| text.lines().filter(|line| !line.contains("/licenses/")).collect::<String>();
        assert_eq!(strip(report(there)), strip(report(not)), "{there}");
    }
    checkout.write("Dockerfile", DOCKERFILE);
    for name in [".dockerignore", "Dockerfile.dockerignore"] {
        for target in ["../outside/ignore", "/dev/zero"] {
            checkout.link(name, target);
            rejected(&["dockerfile", &checkout.path("Dockerfile"), "--context", &checkout.path("")], OUTSIDE);
            checkout.write("rekey.toml", "[[image]]\ncontext = '.'\n");
            rejected(&["check", &checkout.path("")], OUTSIDE);
        }
        fs::remove_file(checkout.inside.join(name)).unwrap();
    }
}

#[test]
fn an_image_layout_is_not_left() {
    let checkout = Checkout::new("layout_links");
    let digest = "a".repeat(64);
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"sha256:{digest}"}}]}}"#
    );
    checkout.write("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
    let image = format!("oci:{}", checkout.path(""));
    write(&checkout.outside.join("index.json"), &index);
    for target in ["../outside/index.json", "/dev/zero", "/etc/passwd"] {
        checkout.link("index.json", target);
        rejected(&["image", &image], OUTSIDE);
    }
    checkout.write("index.json", &index);
    checkout.link(&format!("blobs/sha256/{digest}"), "../../../outside/base.json");
    rejected(&["image", &image], OUTSIDE);
    fs::remove_dir_all(checkout.inside.join("blobs")).unwrap();
    checkout.link("blobs", "../outside");
    rejected(&["image", &image], OUTSIDE);
}

#[test]
fn artifacts_are_those_of_the_folder() {
    let checkout = Checkout::new("artifact_links");
    for name in ["results.json", "amd64/cert-image.json", "amd64/rpm-manifest.json", "preflight.log"] {
        checkout.link(name, checkout.outside.join("results.json"));
        rejected(&["explain", &checkout.path("")], OUTSIDE);
        fs::remove_file(checkout.inside.join(name)).unwrap();
    }
    checkout.write("artifacts/results.json", r#"{"image":"x","passed":true}"#);
    checkout.link("preflight.log", "../outside/results.json");
    rejected(&["explain", &checkout.path("artifacts")], OUTSIDE);
}

#[test]
fn nothing_outside_is_written() {
    let checkout = Checkout::new("written_links");
    let before = checkout.outside_text();
    checkout.link("Dockerfile", "../outside/Dockerfile");
    let fix = ["--fix", "--unsafe-fixes"];
    rejected(&[&["dockerfile", &checkout.path("")], &fix[..]].concat(), OUTSIDE);
    // The file is read, since the user named it, and left unchanged.
    let run = rekey(&[&["dockerfile", &checkout.path("Dockerfile")], &fix[..]].concat());
    assert!(
        run.status == 3 && run.stderr.contains(&format!("not rewritten: it {OUTSIDE}")),
        "{}",
        run.everything()
    );

    for target in ["../outside/rekey.toml", "../outside/new"] {
        checkout.link("rekey.toml", target);
        let run = rekey(&["init", &checkout.path("")]);
        assert!(run.status == 1 && run.stderr.contains("already exists"), "{}", run.everything());
        let run = rekey(&["init", &checkout.path(""), "--force"]);
        assert!(run.status == 3 && run.stderr.contains(OUTSIDE), "{}", run.everything());

        checkout.link("report.json", target);
        let report = checkout.path("report.json");
        rejected(&["tag", "1.0-1", "--output", &format!("json={report}")], OUTSIDE);
        rejected(&["tag", "1.0-1", "--baseline", &report, "--write-baseline"], OUTSIDE);
        checkout.link("key", target);
        let (key, out) = (checkout.outside.join("key.pem"), checkout.path("key"));
        let run = rekey(&["convert", "key", key.to_str().unwrap(), "--out", &out]);
        assert!(run.status == 1 && run.stderr.contains("already exists"), "{}", run.everything());
        let run = rekey(&["convert", "key", key.to_str().unwrap(), "--out", &out, "--force"]);
        assert_eq!(run.status, 0, "{}", run.everything());
        assert!(fs::symlink_metadata(&out).unwrap().is_file());
    }
    // The same for a pipe.
    let pipe_path = checkout.inside.join("pipe");
    pipe(&pipe_path);
    let writer = std::thread::spawn({
        let path = pipe_path.clone();
        move || fs::write(path, DOCKERFILE).unwrap()
    });
    let run = rekey(&[&["dockerfile", pipe_path.to_str().unwrap()], &fix[..]].concat());
    writer.join().unwrap();
    let message = "not rewritten: it is a named pipe, expected a file";
    assert!(run.status == 3 && run.stderr.contains(message), "{}", run.everything());
    assert!(checkout.outside_text() == before);
}

#[test]
fn pipes_and_sockets_are_rejected_at_once() {
    let checkout = Checkout::new("special_files");
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"sha256:{}"}}]}}"#,
        "a".repeat(64)
    );
    let all = "[git]\nkey = 'f/key'\npublic-key = 'f/public'\n[[image]]\ntag = '1.0-1'\ndockerfile = 'f/file'\ncontext = 'f'\n\
               published = 'f/tags'\nbase-config = 'f/base'\n";
    let blob = format!("blobs/sha256/{}", "a".repeat(64));
    let path = checkout.path("");
    let image = format!("oci:{path}");
    let file = checkout.path("named");
    let context = ["dockerfile", file.as_str(), "--context", path.as_str()];
    let (check, dockerfile) = (["check", path.as_str()], ["dockerfile", path.as_str()]);
    let table: [(&str, &[&str]); 20] = [
        ("Dockerfile", &dockerfile),
        ("sub/app.Dockerfile", &dockerfile),
        ("Dockerfile", &check),
        ("Containerfile", &check),
        ("rekey.toml", &check),
        ("rekey.toml", &["push-commands", &path]),
        (".git", &check),
        (".git/config", &check),
        (".git/config", &["init", &path]),
        ("f/key", &check),
        ("f/public", &check),
        ("f/file", &check),
        ("f/tags", &check),
        ("f/base", &check),
        ("f/.dockerignore", &check),
        (".dockerignore", &context),
        ("named.dockerignore", &context),
        ("results.json", &["explain", &path]),
        ("amd64/cert-image.json", &["explain", &path]),
        ("index.json", &["image", &image]),
    ];
    for (name, args) in table.into_iter().chain([(&*blob, &["image", &*image][..])]) {
        for (word, make) in SPECIAL {
            fs::remove_dir_all(&checkout.inside).unwrap();
            checkout.write("named", DOCKERFILE);
            if name.starts_with("f/") {
                checkout.write("rekey.toml", all);
            }
            checkout.write("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
            checkout.write("index.json", &index);
            checkout.write(name, "");
            fs::remove_file(checkout.inside.join(name)).unwrap();
            make(&checkout.inside.join(name));
            rejected(args, word);
        }
    }
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        for (word, make) in SPECIAL {
            fs::remove_dir_all(&checkout.inside).unwrap();
            checkout.write("Dockerfile", DOCKERFILE);
            checkout.write(name, "");
            fs::remove_file(checkout.inside.join(name)).unwrap();
            make(&checkout.inside.join(name));
            let run = rekey(&dockerfile);
            assert!(run.status == 1 && words(&run.stdout).contains(word), "{name}: {}", run.everything());
        }
    }
    // Writing to a pipe without a reader would hang too.
    for (word, make) in SPECIAL {
        drop(fs::remove_file(checkout.inside.join("report")));
        make(&checkout.inside.join("report"));
        rejected(&["tag", "1.0-1", "--output", &format!("json={}", checkout.path("report"))], word);
        let key = checkout.outside.join("key.pem");
        let out = checkout.path("report");
        rejected(&["convert", "key", key.to_str().unwrap(), "--out", &out, "--force"], word);
    }
}

#[test]
fn a_pipe_that_was_named_is_read() {
    let path = folder("named_pipe").join("pipe");
    pipe(&path);
    let writer = std::thread::spawn({
        let path = path.clone();
        move || fs::write(path, DOCKERFILE).unwrap()
    });
    assert_eq!(rekey(&["dockerfile", path.to_str().unwrap()]).status, 1);
    writer.join().unwrap();
    for name in ["-", "/dev/stdin", "/dev/fd/0"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rekey"))
            .args(["dockerfile", name, "--output", "json=/dev/stderr"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(DOCKERFILE.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let report = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(1) && report.contains("dockerfile-user-root"),
            "{name}: {report}"
        );
    }
}

/// Paths that every program opens: libraries, and files about its process and the processors.
const SYSTEM: &[&str] = &[
    "/etc/ld.so.",
    "/lib/",
    "/lib64/",
    "/usr/lib/",
    "/proc/self/",
    "/sys/fs/cgroup/",
    "/sys/devices/system/cpu",
];

/// Runs `rekey` in a folder under strace; returns the calls that opened or examined paths outside of that
/// folder, started a program or opened a socket, one per line.
fn traced(checkout: &Checkout, args: &[&str]) -> Vec<String> {
    let log = checkout.outside.with_file_name("trace");
    let output = Command::new("strace")
        .args(["-f", "-y", "-s", "4096", "-e", "trace=%file,socket,execve", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_rekey"))
        .args(args)
        // Cargo passes its own folders to the linker.
        .env_remove("LD_LIBRARY_PATH")
        .current_dir(&checkout.inside)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    assert!(!printed.contains("CANARY"), "{args:?}:\n{printed}");
    assert!(output.status.code().is_some(), "{args:?}: {}\n{printed}", output.status);
    let trace = fs::read_to_string(&log).unwrap();
    assert!(trace.contains("exited with"), "{args:?}: strace wrote no trace");
    let lines = trace.lines().filter(|line| leads_outside(line, checkout) || reaches_out(line));
    lines.map(str::to_owned).collect()
}

/// Returns true if a line of strace opens a socket or starts a program other than `rekey`.
fn reaches_out(line: &str) -> bool {
    line.contains(" socket(") || line.contains(" execve(") && !line.contains(env!("CARGO_BIN_EXE_rekey"))
}

/// Returns true if a line of strace opens a path that is neither below the folder nor part of the system, or names one outside.
fn leads_outside(line: &str, checkout: &Checkout) -> bool {
    // The process id comes first, padded with spaces; a call that another thread interrupted has two lines.
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').trim_start_matches("<... ");
    let (call, result) = line.rsplit_once(" = ").unwrap_or((line, ""));
    let (call, arguments) = call.split_once('(').unwrap_or((call, ""));
    // The second text of `readlink` is its result.
    let texts =
        arguments.split('"').skip(1).step_by(2).take(if call.starts_with("readlink") { 1 } else { 2 });
    let folder = descriptor(arguments).unwrap_or(checkout.inside.to_str().unwrap());
    let asked = texts.map(|text| plain(&Path::new(folder).join(text)));
    let opened = descriptor(result).map(PathBuf::from);
    let opens = call.starts_with("open") || call == "creat";
    asked.chain(opened).any(|path| {
        let system = SYSTEM.iter().any(|start| path.to_str().unwrap().starts_with(start));
        let own = path.strip_prefix("/proc").is_ok_and(|path| path.ends_with("maps"));
        path.starts_with(&checkout.outside) || opens && !path.starts_with(&checkout.inside) && !system && !own
    })
}

/// The path of a file descriptor, which strace writes as `3</path>`.
fn descriptor(text: &str) -> Option<&str> {
    text.split_once('<')?.1.split_once('>').map(|(path, _)| path).filter(|path| path.starts_with('/'))
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
        plain
    })
}

/// A checkout in which every file that rekey looks for is a link to the outside.
fn hostile(name: &str) -> Checkout {
    let checkout = Checkout::new(name);
    let absolute = checkout.outside.to_str().unwrap();
    checkout.write(
        "Dockerfile",
        "FROM registry.access.redhat.com/ubi9/ubi:9.6\nCOPY out/lic* o*/licenses/* absolute/CAN* /licenses/\nCOPY ../outside /x\nUSER root\n",
    );
    for (link, target) in [
        ("app.Dockerfile", "../outside/Dockerfile"),
        ("absolute.Dockerfile", &format!("{absolute}/Dockerfile")),
        ("zero.Dockerfile", "/dev/zero"),
        ("passwd.Dockerfile", "/etc/passwd"),
        ("nothing.Dockerfile", "../outside/nothing"),
        ("sub/Dockerfile", "../out/Dockerfile"),
        ("out", "../outside"),
        ("absolute", absolute),
        ("root", "/"),
        (".gitignore", "../outside/ignore"),
        (".ignore", "/dev/zero"),
        ("sub/.gitignore", absolute),
        (".git/config", "../../outside/config"),
        (".git/info/exclude", "../../../outside/ignore"),
        (".dockerignore", "../outside/ignore"),
        ("Dockerfile.dockerignore", "/dev/zero"),
        ("layout/index.json", "../../outside/base.json"),
        ("layout/oci-layout", "/dev/zero"),
        ("layout/blobs", "../../outside"),
        ("artifacts/results.json", "../../outside/results.json"),
        ("artifacts/preflight.log", "/etc/passwd"),
        ("artifacts/amd64", "../../outside"),
        ("logs/preflight.log", "../../outside/results.json"),
        ("report.json", "../outside/Dockerfile"),
        ("new.json", "../outside/new"),
    ] {
        checkout.link(link, target);
    }
    checkout.write("logs/artifacts/results.json", r#"{"image":"x","passed":true}"#);
    checkout.write(
        "rekey.toml",
        "[git]\nkey = 'out/key.pem'\npublic-key = '../outside/key.pem'\n[[image]]\nname = 'a'\ntag = '1.0-1'\ndockerfile = \
         'sub/Dockerfile'\ncontext = 'out'\npublished = '/etc/passwd'\nbase-config = 'absolute/base.json'\nreference = \
         'quay.io/acme/app:1.0-1'\n[[image]]\nname = 'b'\ntag = '1.0-2'\ncontext = '.'\n",
    );
    checkout
}

#[test]
fn no_path_outside_is_opened_as_strace_sees_it() {
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        return crate::skip::lacks_program("strace");
    }
    let checkout = hostile("traced");
    let before = checkout.outside_text();
    // The test of the detector: a file outside that the user names is opened, and detected.
    assert!(!traced(&checkout, &["dockerfile", "../outside/ignore"]).is_empty());
    // So is a connection, which `--offline` forbids.
    let registry = "docker://127.0.0.1:9/acme/app:1.0-1";
    assert!(traced(&checkout, &["image", registry]).iter().any(|line| line.contains("socket(")));
    for args in [
        &["image", registry][..],
        &["next", "1.0-1", "--registry", "127.0.0.1:9/a"],
        &["check", "--reach"],
        &["rehearse"],
    ] {
        let args = [args, &["--offline"]].concat();
        assert!(!traced(&checkout, &args).iter().any(|line| reaches_out(line)), "{args:?}");
    }
    let inside = checkout.path("");
    let commands: &[&[&str]] = &[
        &["check"],
        &["check", &inside],
        &["check", "rekey.toml"],
        &["check", ".", "--image", "b", "--flow", "quay"],
        &["check", ".", "--output", "json=report.json", "--output", "sarif=new.json"],
        &["check", ".", "--baseline", "report.json", "--write-baseline"],
        &["dockerfile", "."],
        &["dockerfile", &inside],
        &["dockerfile", "**/*Dockerfile"],
        &["dockerfile", ".", "--fix", "--unsafe-fixes"],
        &["dockerfile", ".", "--diff"],
        &["dockerfile", "app.Dockerfile/x", "sub", "out/../Dockerfile"],
        &["dockerfile", "Dockerfile", "--context", "."],
        &["explain", "artifacts"],
        &["explain", "logs/artifacts", "--dockerfile", "Dockerfile", "--context", "."],
        &["explain", "dockerfile-user-root"],
        &["image", "oci:layout"],
        &["image", "quay.io/acme/app:1.0-1"],
        &["push-commands", "."],
        &["push-commands", "quay.io/acme/app:1.0-1"],
        &["init", "."],
        &["init", "--force"],
        &["tag", "1.0-1", "--output", "markdown=new.json"],
        &["url", "https://github.com/acme/app"],
        &["next", "1.0-1"],
        &["latest", "1.0-1", "1.0-2"],
        &["convert", "url", "https://github.com/acme/app", "--to", "ssh"],
        &["rules"],
        &["man"],
        &["completions", "bash"],
    ];
    let mut seen = Vec::new();
    let mut runs = 0;
    let mut run_all = |checkout: &Checkout, what: &str| {
        // A link that the user names is followed, so such a command proves nothing.
        for args in commands.iter().filter(|args| !args.contains(&what)) {
            runs += 1;
            seen.extend(traced(checkout, args).into_iter().map(|line| format!("{what}: {args:?}: {line}")));
        }
    };
    run_all(&checkout, "links");
    for (link, target) in [
        ("rekey.toml", "../outside/rekey.toml"),
        (".git", "../outside"),
        ("Dockerfile", "../outside/Dockerfile"),
    ] {
        let checkout = hostile("traced");
        drop(fs::remove_dir_all(checkout.inside.join(link)));
        checkout.link(link, target);
        run_all(&checkout, link);
        assert!(checkout.outside_text() == before, "{link}");
    }
    assert!(seen.is_empty(), "{} of {runs} runs:\n{}", seen.len(), seen.join("\n"));
    println!("{runs} runs under strace");
}
