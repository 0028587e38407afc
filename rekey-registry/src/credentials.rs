//! Credentials, found as podman and docker find them.

use std::{
    fs::File,
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rekey_core::{
    ImageReference,
    credentials::auth_file::{AuthFile, Login, LoginSecret, MAX_AUTH_FILE_BYTES, NoCredential, Problem},
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    CredentialsOrigin, Error,
    error::shown,
    options::{Credentials, Environment, Helpers, Options},
};

/// The result of the search for credentials.
pub(crate) enum Search {
    /// Credentials and their origin.
    Found(LoginSecret, CredentialsOrigin),
    /// No credentials; possibly a helper that has them and was not run.
    Missing { helper: Option<String> },
}

/// Searches the credentials for a reference: the first file that has some for it decides.
///
/// Source: containers/image `pkg/docker/config/config.go`, `getAuthFilePaths`.
pub(crate) fn search(options: &Options, reference: &ImageReference) -> Result<Search, Error> {
    let mut helper = None;
    for file in files(options) {
        let Some(json) = read(&file)? else { continue };
        let auth_file = match AuthFile::read(&json) {
            Ok(auth_file) => auth_file,
            // docker's file is also a file of settings, which can be without `auths`.
            Err(Problem::NoAuths) if !file.is_required => continue,
            Err(problem) => return Err(unreadable(&file.path, problem.to_string())),
        };
        if let Login::Entry { key, credential } = auth_file.login(reference) {
            if let Some(secret) = LoginSecret::of_entry(&json, key) {
                return Ok(Search::Found(secret, CredentialsOrigin::File(file.path)));
            }
            if let Err(problem @ (NoCredential::NotBase64 | NoCredential::NoColon)) = credential {
                return Err(unreadable(&file.path, problem.to_string()));
            }
        }
        let Some(name) = auth_file.helper(reference) else { continue };
        match options.helpers {
            Helpers::Ignore => helper = helper.or_else(|| Some(shown(name))),
            Helpers::Run => {
                let program = program(name)?;
                if let Some(secret) = ask(&program, reference, &options.environment)? {
                    return Ok(Search::Found(secret, CredentialsOrigin::Helper { program, file: file.path }));
                }
            }
        }
    }
    Ok(Search::Missing { helper })
}

/// A file that may contain credentials.
struct AuthPath {
    path: PathBuf,
    /// True if a person named the file, so that it has to exist.
    is_required: bool,
}

fn files(options: &Options) -> Vec<AuthPath> {
    let environment = &options.environment;
    let named = match &options.credentials {
        Credentials::Anonymous => return Vec::new(),
        Credentials::File(path) => Some(path.clone()),
        Credentials::Standard => environment.path("REGISTRY_AUTH_FILE"),
    };
    if let Some(path) = named {
        return vec![AuthPath { path, is_required: true }];
    }
    let runtime = environment.path("XDG_RUNTIME_DIR").or_else(|| Some(Path::new("/run").join(own_folder()?)));
    let docker = environment.path("DOCKER_CONFIG").or_else(|| Some(environment.home()?.join(".docker")));
    let paths = [
        runtime.map(|folder| folder.join("containers/auth.json")),
        environment.config_folder().map(|folder| folder.join("containers/auth.json")),
        docker.map(|folder| folder.join("config.json")),
    ];
    paths.into_iter().flatten().map(|path| AuthPath { path, is_required: false }).collect()
}

/// Reads a file; `None` if it does not exist and need not.
fn read(file: &AuthPath) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let opened = match File::open(&file.path) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !file.is_required => return Ok(None),
        // Another user's runtime folder.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !file.is_required => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&file.path, error.to_string())),
    };
    // The capacity keeps copies of the text from being left behind.
    let length = opened.metadata().map_or(0, |metadata| metadata.len());
    let capacity = usize::try_from(length).unwrap_or(usize::MAX).min(MAX_AUTH_FILE_BYTES) + 1;
    let mut json = Zeroizing::new(Vec::with_capacity(capacity));
    opened
        .take(MAX_AUTH_FILE_BYTES as u64 + 1)
        .read_to_end(&mut json)
        .map_err(|error| unreadable(&file.path, error.to_string()))?;
    Ok(Some(json))
}

fn unreadable(path: &Path, reason: String) -> Error {
    Error::AuthFile { path: path.to_owned(), reason }
}

/// The program of a helper. Its name comes from a file, so it may not lead to another folder.
fn program(name: &str) -> Result<String, Error> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let program = format!("docker-credential-{name}");
    if name.len() > 100 || !name.chars().all(is_word) {
        let reason = "its name has characters other than letters, digits, `-`, `_` and `.`".to_owned();
        return Err(Error::Helper { program: shown(&program), reason });
    }
    Ok(program)
}

/// The answer of a helper.
///
/// Source: docker/docker-credential-helpers `credentials/credentials.go`.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Username")]
    user: String,
    #[serde(rename = "Secret")]
    secret: Zeroizing<String>,
}

/// The maximum size of a helper's answer.
const ANSWER_BYTES: u64 = 64 << 10;
/// The maximum time that a helper may take; it can ask a person for the password of a keychain.
const HELPER_TIME: Duration = Duration::from_secs(60);
/// The maximum time in which a helper has to end after its answer.
const END_TIME: Duration = Duration::from_secs(5);
/// The user for which the secret is an identity token.
const TOKEN_USER: &str = "<token>";

/// Runs a helper; `None` if it has no credentials for the registry.
fn ask(
    program: &str,
    reference: &ImageReference,
    environment: &Environment,
) -> Result<Option<LoginSecret>, Error> {
    let failed = |reason: &str| Error::Helper { program: program.to_owned(), reason: reason.to_owned() };
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(path) = environment.get("PATH") {
        command.env("PATH", path);
    }
    let mut child = command.spawn().map_err(|error| failed(&error.to_string()))?;
    let registry = match reference.domain() {
        "docker.io" => "https://index.docker.io/v1/",
        other => other,
    };
    // A helper that does not read its input has another reason to fail.
    let _ = child.stdin.take().map(|mut input| input.write_all(registry.as_bytes()));
    let output = child.stdout.take();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Zeroizing::new(Vec::with_capacity(ANSWER_BYTES as usize));
        let read = output.map(|output| output.take(ANSWER_BYTES).read_to_end(&mut answer));
        let _ = sender.send((answer, matches!(read, Some(Ok(_)))));
    });
    let Ok((answer, true)) = receiver.recv_timeout(HELPER_TIME) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed("it did not answer within 60 s"));
    };
    let status = ended(&mut child).ok_or_else(|| failed("it did not end after its answer"))?;
    if !status.success() {
        let absent = answer.trim_ascii().starts_with(b"credentials not found");
        return if absent { Ok(None) } else { Err(failed(&format!("it ended with {status}"))) };
    }
    let answer: Answer = serde_json::from_slice(&answer)
        .map_err(|_| failed("its answer is not JSON with a user and a secret"))?;
    Ok(Some(match answer.user.as_str() {
        TOKEN_USER => LoginSecret::of_identity_token(&answer.secret),
        user => LoginSecret::new(user, &answer.secret),
    }))
}

/// Waits for a program that has closed its output; `None` if it had to be ended.
fn ended(child: &mut Child) -> Option<ExitStatus> {
    const STEP: Duration = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    while waited < END_TIME {
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => return Some(status),
            Err(_) => break,
        }
        thread::sleep(STEP);
        waited += STEP;
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// The folder of a user below `/run`, where podman keeps its file if there is no `XDG_RUNTIME_DIR`.
#[cfg(target_os = "linux")]
fn own_folder() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    Some(format!("containers/{}", std::fs::metadata("/proc/self").ok()?.uid()))
}

#[cfg(not(target_os = "linux"))]
fn own_folder() -> Option<String> {
    None
}
