//! A git host on this machine: sshd and an HTTPS server on loopback, with throw-away keys, repositories, and a base image that has an
//! RPM database. Nothing here needs a network.
#![cfg(unix)]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use crate::harness::{folder, write};

/// The programs that the tests of rehearsals run.
const PROGRAMS: &[&str] = &[
    "git",
    "ssh",
    "ssh-keygen",
    "sshd",
    "buildah",
    "umoci",
    "rpm",
    "rpmbuild",
    "busybox",
    "python3",
    "openssl",
];

/// The name of the base image in Dockerfiles.
pub(crate) const BASE: &str = "registry.access.redhat.com/ubi9/ubi-minimal:9.6";

/// A git host.
pub(crate) struct Forge {
    pub(crate) folder: PathBuf,
    pub(crate) ssh: u16,
    /// A server that has only an `ssh-rsa` host key.
    pub(crate) old_host_key: u16,
    /// A server that has only an old key exchange.
    pub(crate) old_exchange: u16,
    pub(crate) https: u16,
    /// A server with a self-signed certificate.
    pub(crate) self_made: u16,
    /// The fingerprint of the host key.
    pub(crate) host_key: String,
    user: String,
}

/// Returns the path of a program, also of one that only root has in the path.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The host, started once for all tests; `None` if a program is missing, which is an error in CI.
pub(crate) fn forge() -> Option<&'static Forge> {
    static FORGE: OnceLock<Option<Forge>> = OnceLock::new();
    FORGE
        .get_or_init(|| {
            let missing: Vec<_> = PROGRAMS.iter().filter(|name| program(name).is_none()).collect();
            if missing.is_empty() {
                return Some(Forge::start());
            }
            assert!(std::env::var_os("CI").is_none(), "programs are missing: {missing:?}");
            for name in missing {
                crate::skip::lacks_program(name);
            }
            None
        })
        .as_ref()
}

/// Runs a program that must succeed.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Git with a configuration of its own.
pub(crate) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(["-c", "user.name=A", "-c", "user.email=a@acme.example", "-c", "init.defaultBranch=main"]);
    command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]);
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn executable(path: &Path, text: &str) {
    write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Children of the test binary that end with it.
fn keep_until_the_end(child: Child, stdin_is_open: bool) {
    assert!(stdin_is_open || child.id() > 0);
    std::mem::forget(child);
}

impl Forge {
    fn start() -> Self {
        let folder = folder("forge");
        let user = run(Command::new("id").arg("-un")).trim().to_owned();
        for name in ["host", "old_host", "read", "push", "other", "stranger"] {
            let kind: &[&str] = match name {
                "host" => &["-t", "ed25519"],
                _ => &["-t", "rsa", "-b", "2048", "-m", "PEM"],
            };
            let comment = format!("throw-away {name} key of rekey's tests");
            run(Command::new("ssh-keygen")
                .args(["-q", "-N", "", "-C", &comment])
                .args(kind)
                .arg("-f")
                .arg(folder.join(name)));
        }
        let public = |name: &str| fs::read_to_string(folder.join(format!("{name}.pub"))).unwrap();
        let root = folder.join("repositories");
        fs::create_dir_all(root.join("acme")).unwrap();
        executable(&folder.join("serve"), &format!("#!/bin/sh\nroot='{}'\n{SERVE}", root.display()));
        let line = |role: &str, name: &str| {
            format!("command=\"{} {role}\" {}", folder.join("serve").display(), public(name))
        };
        write(
            &folder.join("authorized_keys"),
            line("read", "read") + &line("push", "push") + &line("other", "other"),
        );
        drop(fs::create_dir("/run/sshd"));
        let ssh = start_sshd(&folder, "host", "");
        let old_host_key = start_sshd(&folder, "old_host", "HostKeyAlgorithms ssh-rsa\n");
        let old_exchange = start_sshd(&folder, "host", "KexAlgorithms diffie-hellman-group1-sha1\n");
        certificates(&folder);
        write(&folder.join("server.py"), HTTPS);
        let https = start_https(&folder, "server", &root);
        let self_made = start_https(&folder, "stranger_server", &root);
        let host_key = run(Command::new("ssh-keygen").arg("-lf").arg(folder.join("host.pub")));
        let host_key = host_key.split(' ').nth(1).unwrap().to_owned();
        let forge = Self { folder, ssh, old_host_key, old_exchange, https, self_made, host_key, user };
        for port in [ssh, old_host_key, old_exchange, https, self_made] {
            wait_for(port);
        }
        forge
    }

    /// The ssh URL of a repository.
    pub(crate) fn url(&self, name: &str) -> String {
        self.url_at(self.ssh, name)
    }

    pub(crate) fn url_at(&self, port: u16, name: &str) -> String {
        format!("ssh://{}@127.0.0.1:{port}/acme/{name}.git", self.user)
    }

    pub(crate) fn https_url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.https)
    }

    /// A base image with an RPM database, as an OCI layout.
    pub(crate) fn base(&self) -> String {
        static BUILT: OnceLock<String> = OnceLock::new();
        BUILT.get_or_init(|| base_image(&self.folder.join("base"))).clone()
    }
}

/// Serves git for known repositories; the role depends on the key.
const SERVE: &str = r#"
eval "set -- \"$1\" $SSH_ORIGINAL_COMMAND"
role=$1 command=$2 path=$root/${3#/}
case "$command" in git-upload-pack|git-receive-pack) ;; *) echo 'only git' >&2; exit 1;; esac
case "$3" in *suspended*) printf 'ERROR: Your account is suspended.\033[31m\007\n' >&2; exit 1;; esac
if [ "$command" = git-receive-pack ] && [ "$role" != push ]; then
    echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1
fi
if [ "$role" = other ] || ! [ -d "$path" ]; then echo 'ERROR: Repository not found.' >&2; exit 1; fi
exec "$command" "$path"
"#;

fn start_sshd(folder: &Path, key: &str, more: &str) -> u16 {
    let port = free_port();
    let path = |name: &str| folder.join(name).display().to_string();
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
         UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
         AcceptEnv GIT_PROTOCOL\nMaxStartups 500\nLogLevel ERROR\n{more}",
        path(key),
        path("authorized_keys")
    );
    let file = folder.join(format!("sshd_{port}"));
    write(&file, config);
    // The shell ends the server as soon as its standard input is closed, which is when the tests end.
    let sshd = program("sshd").unwrap();
    start(&format!("{} -D -e -f {}", sshd.display(), file.display()));
    port
}

/// Starts a server that ends with this process.
fn start(command: &str) {
    let script = format!("{command} </dev/null >/dev/null 2>&1 & server=$!; cat >/dev/null; kill $server");
    let child = Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap();
    keep_until_the_end(child, true);
}

fn start_https(folder: &Path, certificate: &str, root: &Path) -> u16 {
    let port = free_port();
    let path = |name: &str| folder.join(name).display().to_string();
    start(&format!(
        "python3 {} {port} {} {} {}",
        path("server.py"),
        path(&format!("{certificate}.crt")),
        path(&format!("{certificate}.key")),
        root.display()
    ));
    port
}

fn wait_for(port: u16) {
    let until = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "no server at port {port}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// An authority, a certificate of it for localhost, and a self-signed one.
fn certificates(folder: &Path) {
    let path = |name: &str| folder.join(name).display().to_string();
    let openssl = |args: &[&str]| run(Command::new("openssl").current_dir(folder).args(args));
    let name = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    let (authority, key) = (path("authority.crt"), path("authority.key"));
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=throw-away authority",
        "-keyout",
        &key,
        "-out",
        &authority,
    ]);
    openssl(&[
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-addext",
        name,
        "-keyout",
        &path("server.key"),
        "-out",
        &path("server.csr"),
    ]);
    write(&folder.join("extensions"), name);
    openssl(&[
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        &path("server.csr"),
        "-CA",
        &authority,
        "-CAkey",
        &key,
        "-CAcreateserial",
        "-extfile",
        &path("extensions"),
        "-out",
        &path("server.crt"),
    ]);
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        name,
        "-keyout",
        &path("stranger_server.key"),
        "-out",
        &path("stranger_server.crt"),
    ]);
}

/// A server around `git http-backend`, with answers that other hosts give.
const HTTPS: &str = r#"
import http.server, os, ssl, subprocess, sys

port, certificate, key, root = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
REFS = "/info/refs?service=git-upload-pack"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        first = self.path.split("/")[1]
        if first.isdigit():
            return self.answer(int(first), [("Retry-After", "60")] if first == "429" else [])
        if first == "moved":
            return self.answer(301, [("Location", "/acme" + self.path[len("/moved"):])])
        if first == "plain":
            return self.answer(301, [("Location", f"http://localhost:{port}" + self.path)])
        if first == "login":
            return self.answer(302, [("Location", f"https://localhost:{port}/users/login")])
        if first == "elsewhere":
            return self.answer(301, [("Location", f"https://127.0.0.1:{port}/acme" + self.path[len("/elsewhere"):])])
        if first == "page":
            return self.answer(200, [("Content-Type", "text/html; charset=utf-8")], b"<html>A page</html>")
        self.backend()

    def do_POST(self):
        self.backend()

    def backend(self):
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        environment = dict(
            os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
            REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(length),
            GIT_PROTOCOL=self.headers.get("Git-Protocol", ""), HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
            GIT_CONFIG_GLOBAL="/dev/null",
        )
        output = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True).stdout
        head, _, rest = output.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.answer(status, [pair for pair in headers if pair[0] != "Status"], rest)


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
"#;

/// Writes an image with one package, busybox and the files of a base of Red Hat, and returns its location.
fn base_image(folder: &Path) -> String {
    let root = folder.join("root");
    for name in ["bin", "etc", "tmp", "run", "proc", "sys", "dev", "usr/share/base", "var/lib/rpm"] {
        fs::create_dir_all(root.join(name)).unwrap();
    }
    fs::copy(program("busybox").unwrap(), root.join("bin/busybox")).unwrap();
    for name in ["sh", "echo", "cat", "true", "false", "sleep", "mkdir", "rm", "touch", "ls"] {
        std::os::unix::fs::symlink("busybox", root.join("bin").join(name)).unwrap();
    }
    write(&root.join("etc/os-release"), "ID=\"rhel\"\nVERSION_ID=\"9.6\"\nPLATFORM_ID=\"platform:el9\"\n");
    for name in ["hosts", "hostname", "resolv.conf"] {
        write(&root.join("etc").join(name), "");
    }
    write(&root.join("etc/passwd"), "root:x:0:0:root:/:/bin/sh\napp:x:1001:0:app:/:/bin/sh\n");
    let spec = "Name: base-files\nVersion: 1\nRelease: 1.el9\nSummary: Files\nLicense: MIT\nVendor: Red Hat, Inc.\n\
                BuildArch: noarch\n%description\nFiles.\n%install\nmkdir -p %{buildroot}/usr/share/base\n\
                echo a > %{buildroot}/usr/share/base/a\n%files\n/usr/share/base/a\n";
    write(&folder.join("base.spec"), spec);
    let top = format!("_topdir {}", folder.join("rpmbuild").display());
    run(Command::new("rpmbuild").args(["-bb", "--quiet", "--define", &top]).arg(folder.join("base.spec")));
    let package = folder.join("rpmbuild/RPMS/noarch/base-files-1-1.el9.noarch.rpm");
    let settings = ["--define", "_db_backend sqlite", "--define", "_dbpath /var/lib/rpm"];
    run(Command::new("rpm").arg("--root").arg(&root).args(settings).args(["-i", "--nodeps"]).arg(package));
    let (layer, image) = (folder.join("layer.tar"), folder.join("oci"));
    run(Command::new("tar")
        .args(["--owner=0", "--group=0", "-C"])
        .arg(&root)
        .arg("-cf")
        .arg(&layer)
        .arg("."));
    let umoci = |args: &[&str]| run(Command::new("umoci").current_dir(folder).args(args));
    umoci(&["init", "--layout", "oci"]);
    umoci(&["new", "--image", "oci:base"]);
    umoci(&["raw", "add-layer", "--image", "oci:base", "layer.tar"]);
    umoci(&[
        "config",
        "--image",
        "oci:base",
        "--config.env",
        "PATH=/bin:/usr/bin",
        "--architecture",
        "amd64",
        "--os",
        "linux",
    ]);
    format!("oci:{}:base", image.display())
}

/// A submission: a checkout whose commit is pushed, a `rekey.toml` and a deploy key.
pub(crate) struct Submission {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    key: &'static str,
    url: String,
    more: String,
    environment: Vec<(String, String)>,
}

/// A Dockerfile without findings, for the base image of these tests.
pub(crate) fn dockerfile() -> String {
    format!(
        "FROM {BASE}\nLABEL name=\"app\" vendor=\"Acme\" version=\"1.0\" release=\"1\" summary=\"An app\" \\\n      \
         description=\"An app of Acme\" maintainer=\"Acme\"\nCOPY licenses /licenses\nCOPY app /opt/app\n\
         RUN echo built > /opt/built\nUSER 1001\n"
    )
}

impl Submission {
    /// A good submission.
    pub(crate) fn good(forge: &Forge, name: &str) -> Self {
        let checkout = Self::empty(forge, name);
        write(&checkout.folder.join("Dockerfile"), dockerfile());
        write(&checkout.folder.join("licenses/LICENSE"), "The license.\n");
        write(&checkout.folder.join("app"), "an app\n");
        checkout.commit_and_push();
        checkout
    }

    /// A checkout of an empty repository.
    pub(crate) fn empty(forge: &Forge, name: &str) -> Self {
        let folder = folder(&format!("rehearse_{name}"));
        let bare = forge.folder.join(format!("repositories/acme/{name}.git"));
        run(git(&forge.folder).args(["init", "--quiet", "--bare"]).arg(&bare));
        run(git(&folder).args(["init", "--quiet"]));
        run(git(&folder).args(["remote", "add", "origin"]).arg(&bare));
        write(&folder.join(".git/info/exclude"), "rekey.toml\ndeploy_key\n");
        let submission = Self {
            folder,
            name: name.to_owned(),
            key: "read",
            url: forge.url(name),
            more: String::new(),
            environment: Vec::new(),
        };
        submission.write_key(forge);
        submission
    }

    fn write_key(&self, forge: &Forge) {
        let key = self.folder.join("deploy_key");
        fs::copy(forge.folder.join(self.key), &key).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn with_key(mut self, forge: &Forge, key: &'static str) -> Self {
        self.key = key;
        self.write_key(forge);
        self
    }

    pub(crate) fn with_url(mut self, url: String) -> Self {
        self.url = url;
        self
    }

    /// Adds lines to `[[image]]` of rekey.toml.
    pub(crate) fn with_lines(mut self, lines: &str) -> Self {
        self.more.push_str(lines);
        self
    }

    pub(crate) fn with_variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn commit(&self) {
        run(git(&self.folder).args(["add", "--all"]));
        run(git(&self.folder).args(["commit", "--quiet", "--allow-empty", "-m", "A commit"]));
    }

    pub(crate) fn push(&self) {
        run(git(&self.folder).args(["push", "--quiet", "origin", "HEAD"]));
    }

    pub(crate) fn commit_and_push(&self) {
        self.commit();
        self.push();
    }

    /// `rekey rehearse` with these arguments.
    pub(crate) fn command(&self, forge: &Forge, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.args(self.arguments(forge, args)).envs(self.variables(forge));
        command
    }

    /// The arguments of the command, after writing rekey.toml.
    pub(crate) fn arguments(&self, forge: &Forge, args: &[&str]) -> Vec<String> {
        let key = if self.url.starts_with("https") { "" } else { "key = \"deploy_key\"\n" };
        let private = self.url.starts_with("ssh");
        let more = if self.more.contains("dockerfile") { "" } else { "dockerfile = \"Dockerfile\"\n" };
        let toml = format!(
            "[git]\nurl = \"{}\"\nprivate = {private}\n{key}\n[[image]]\ntag = \"1.0-1\"\n{more}{}",
            self.url, self.more
        );
        write(&self.folder.join("rekey.toml"), toml);
        let mut all = vec!["rehearse".to_owned(), self.folder.display().to_string()];
        all.extend(["--ignore", "git-url-private-host"].map(str::to_owned));
        all.extend(["--base".to_owned(), format!("{BASE}={}", forge.base())]);
        if !args.contains(&"--host-key") {
            all.extend(["--host-key".to_owned(), forge.host_key.clone()]);
        }
        all.extend(args.iter().map(|arg| (*arg).to_owned()).filter(|arg| !arg.is_empty()));
        all
    }

    pub(crate) fn variables(&self, forge: &Forge) -> Vec<(String, String)> {
        let temporary = self.temporary();
        let home = self.folder.with_extension("home");
        fs::create_dir_all(&home).unwrap();
        let mut variables = vec![
            ("TMPDIR".to_owned(), temporary.display().to_string()),
            ("XDG_RUNTIME_DIR".to_owned(), temporary.display().to_string()),
            ("HOME".to_owned(), home.display().to_string()),
            ("SSL_CERT_FILE".to_owned(), forge.folder.join("authority.crt").display().to_string()),
        ];
        variables.extend(self.environment.iter().cloned());
        variables
    }

    /// The folder for temporary files, which is empty after every rehearsal.
    pub(crate) fn temporary(&self) -> PathBuf {
        let path = self.folder.with_extension("tmp");
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Runs the command, and checks that it leaves nothing.
    #[track_caller]
    pub(crate) fn rehearse(&self, forge: &Forge, args: &[&str]) -> Output {
        let output = self.command(forge, args).output().unwrap();
        let left: Vec<_> =
            fs::read_dir(self.temporary()).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{}: left {left:?}", self.name);
        output
    }
}
