//! Logging in: auth files, helpers, tokens, and secrets that stay where they belong.

use std::fs;

use rekey_registry::{Credentials, CredentialsOrigin, Environment, Helpers, Options, Registry};
use serde_json::json;

use crate::{
    build::{Folder, Image, Stored, file, layer, put},
    harness::{Authority, Distribution, auth_file, contents, fetch, manifest_of, options},
    proxy::{Action, Login, Proxy, Rule},
};

/// `user:CANARY-password` and `user:CANARY-wrong`.
const RIGHT: &str = "dXNlcjpDQU5BUlktcGFzc3dvcmQ=";
const WRONG: &str = "dXNlcjpDQU5BUlktd3Jvbmc=";

fn image() -> std::collections::BTreeMap<String, Vec<u8>> {
    let layers =
        (0..5).map(|number| layer("RUN", vec![file(&format!("licenses/{number}"), "text")])).collect();
    Image { layers, ..Image::default() }.layout("x", Stored::Gzip)
}

fn pushed(name: &str) -> Option<Distribution> {
    let registry = Distribution::start(name)?;
    let files = image();
    registry.push("a/b", &files, &[("x", &manifest_of(&files, 0))]);
    Some(registry)
}

fn token(realm: &str, user: Option<&str>, uses: usize) -> Login {
    Login::Token { realm: realm.to_owned(), user: user.map(str::to_owned), uses }
}

#[test]
fn a_login_is_accepted_or_rejected_without_a_secret_in_the_message() {
    let Some(registry) = pushed("logins") else { return };
    let authority = Authority::new(&["127.0.0.1", "localhost"]);
    let folder = Folder::new("registry-logins");
    let basic = || Login::Basic(RIGHT.to_owned());
    let own = "https://127.0.0.1:PORT/token";
    for (what, login, secret, expected) in [
        ("basic", basic(), Some(RIGHT), Ok(8)),
        (
            "basic, wrong",
            basic(),
            Some(WRONG),
            Err("rejects the credentials of `FILE`: log in again with `podman login REGISTRY`"),
        ),
        (
            "basic, missing",
            basic(),
            None,
            Err(
                "requires a login for `a/b`, or the repository does not exist: log in with `podman login REGISTRY`, or pass `--auth-file`",
            ),
        ),
        // The manifest is requested twice, with a token between.
        ("token", token(own, Some(RIGHT), 100), Some(RIGHT), Ok(9)),
        ("token, wrong", token(own, Some(RIGHT), 100), Some(WRONG), Err("rejects the credentials of `FILE`")),
        ("token, missing", token(own, Some(RIGHT), 100), None, Err("requires a login for `a/b`")),
        ("token for anyone", token(own, None, 100), None, Ok(9)),
        (
            "no right",
            token(own, Some(RIGHT), 0),
            Some(RIGHT),
            Err("does not allow reading `a/b` (`authentication required`)"),
        ),
        ("no right for anyone", token(own, None, 0), None, Err("requires a login")),
        (
            "token of another host",
            token("https://localhost:PORT/token", Some(RIGHT), 9),
            Some(RIGHT),
            Err("requires a token from `localhost:PORT`, which is not on the same site"),
        ),
        (
            "token without TLS",
            token("http://127.0.0.1:PORT/token", Some(RIGHT), 9),
            Some(RIGHT),
            Err("which is not on the same site over TLS"),
        ),
        (
            "token of no URL",
            token("nowhere", Some(RIGHT), 9),
            Some(RIGHT),
            Err("the realm is not an HTTP URL"),
        ),
    ] {
        let proxy = Proxy::start(Some(registry.port), Some(&authority), login, vec![]);
        let mut options = options(Some(&authority));
        options.credentials = match secret {
            Some(secret) => Credentials::File(auth_file(&folder, &proxy.registry(), secret)),
            None => Credentials::Standard,
        };
        let found = fetch(options, &proxy.reference("a/b:x"));
        match (found, expected) {
            (Ok(_), Ok(requests)) => assert_eq!(proxy.paths().len(), requests, "{what}: {:?}", proxy.paths()),
            (Err(error), Err(expected)) => {
                let expected = expected
                    .replace("FILE", &folder.at("auth.json"))
                    .replace("REGISTRY", &proxy.registry())
                    .replace("PORT", &proxy.port.to_string());
                assert!(error.contains(&expected), "{what}: {error}");
                for secret in ["CANARY", RIGHT, WRONG, "Bearer", "Basic"] {
                    assert!(!error.contains(secret), "{what}: {error}");
                }
            }
            (found, _) => panic!("{what}: {:?}", found.map(|images| images.len())),
        }
        // Credentials are only for the realm and for basic authentication.
        for seen in proxy.seen() {
            let sent = seen.authorization.unwrap_or_default();
            let is_basic = what.starts_with("basic") || seen.path.starts_with("/token");
            assert!(!sent.starts_with("Basic") || is_basic, "{what}: {}", seen.path);
        }
    }
}

#[test]
fn a_service_of_tokens_can_fail_as_a_registry_can() {
    let Some(registry) = pushed("realms") else { return };
    let folder = Folder::new("registry-realms");
    let answer =
        |status, headers: &str, body: String| Action::Answer(status, headers.to_owned(), body.into_bytes());
    let token_of = |text: &str| answer(200, "", json!({"token": text}).to_string());
    for (what, rule, expected) in [
        ("500 twice", Rule::times(2, "/token", answer(500, "", String::new())), None),
        ("429", Rule::times(1, "/token", answer(429, "Retry-After: 3\r\n", String::new())), None),
        (
            "429 for hours",
            Rule::always("/token", answer(429, "Retry-After: 86400\r\n", String::new())),
            Some("try again in 24 hours"),
        ),
        (
            "404",
            Rule::always("/token", answer(404, "", String::new())),
            Some("answers 404: check that it is a container registry"),
        ),
        ("stalled", Rule::always("/token", Action::Silence), Some("sent nothing for 0.3 s")),
        (
            "a redirect",
            Rule::always("/token", Action::Redirect("http://127.0.0.1:1".to_owned())),
            Some("an address of tokens may not redirect"),
        ),
        (
            "too long",
            Rule::always("/token", token_of(&"a".repeat((64 << 10) + 1))),
            Some("sent a token that cannot be read"),
        ),
        (
            "an answer too long",
            Rule::always("/token", token_of(&"a".repeat(300 << 10))),
            Some("sent a token of more than 262144 bytes"),
        ),
        (
            "a newline",
            Rule::always("/token", token_of("CANARY\r\nX: y")),
            Some("sent a token that cannot be read"),
        ),
        ("empty", Rule::always("/token", token_of("")), Some("there is no `token`")),
        (
            "no JSON",
            Rule::always("/token", answer(200, "", "CANARY".to_owned())),
            Some("there is no `token`"),
        ),
        (
            "headers too large",
            Rule::always("/token", answer(200, &format!("X: {}\r\n", "a".repeat(70 << 10)), String::new())),
            Some("sent headers that cannot be read"),
        ),
    ] {
        let login = token("http://127.0.0.1:PORT/token", Some(RIGHT), 100);
        let proxy = Proxy::start(Some(registry.port), None, login, vec![rule]);
        let mut options = options(None);
        if what == "stalled" {
            options.idle_timeout = std::time::Duration::from_millis(300);
        }
        options.credentials = Credentials::File(auth_file(&folder, &proxy.registry(), RIGHT));
        match (fetch(options, &proxy.reference("a/b:x")), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => {
                assert!(error.contains(expected) && !error.contains("CANARY"), "{what}: {error}");
            }
            (found, _) => panic!("{what}: {:?}", found.map(|images| images.len())),
        }
    }
}

#[test]
fn an_expired_token_is_renewed() {
    let Some(registry) = pushed("expired") else { return };
    let folder = Folder::new("registry-expired");
    let login = token("http://127.0.0.1:PORT/token", Some(RIGHT), 3);
    let proxy = Proxy::start(Some(registry.port), None, login, vec![]);
    let mut options = options(None);
    options.credentials = Credentials::File(auth_file(&folder, &proxy.registry(), RIGHT));
    let access = Registry::new(options).unwrap();
    let mut parts = access.image(&proxy.reference("a/b:x")).unwrap();
    assert_eq!(contents(&mut parts).unwrap().len(), 1);
    assert_eq!(parts.credentials(), Some(&CredentialsOrigin::File(folder.at("auth.json").into())));
    let tokens = proxy.paths().iter().filter(|path| path.starts_with("/token")).count();
    assert!((2..=4).contains(&tokens), "{:?}", proxy.paths());
}

#[test]
fn an_authorization_does_not_follow_a_redirect() {
    let Some(registry) = pushed("redirects") else { return };
    let authority = Authority::new(&["127.0.0.1", "localhost"]);
    let folder = Folder::new("registry-redirects");
    for login in [Login::Basic(RIGHT.to_owned()), token("https://127.0.0.1:PORT/token", Some(RIGHT), 100)] {
        for host in ["localhost", "127.0.0.1"] {
            let storage = Proxy::start(Some(registry.port), Some(&authority), Login::Open, vec![]);
            let to = Action::Redirect(format!("https://{host}:{}", storage.port));
            let proxy = Proxy::start(
                Some(registry.port),
                Some(&authority),
                login.clone(),
                vec![Rule::always("blobs/", to)],
            );
            let mut options = options(Some(&authority));
            options.credentials = Credentials::File(auth_file(&folder, &proxy.registry(), RIGHT));
            fetch(options, &proxy.reference("a/b:x")).unwrap();
            let seen = storage.seen();
            assert_eq!(seen.len(), 6);
            assert!(seen.iter().all(|seen| seen.authorization.is_none()), "{seen:?}");
        }
    }
}

#[test]
fn a_message_that_repeats_a_secret_is_left_out() {
    let folder = Folder::new("registry-echo");
    for (login, message) in [
        (Login::Basic(RIGHT.to_owned()), "wrong: CANARY-password"),
        (Login::Basic(RIGHT.to_owned()), RIGHT),
        (token("http://127.0.0.1:PORT/token", Some(RIGHT), 9), "wrong: CANARY-password"),
    ] {
        let body = json!({"errors": [{"message": message}]}).to_string().into_bytes();
        let rule = Rule::always("manifests/", Action::Answer(403, String::new(), body));
        let proxy = Proxy::start(None, None, login, vec![rule]);
        let mut options = options(None);
        options.credentials = Credentials::File(auth_file(&folder, &proxy.registry(), RIGHT));
        let access = Registry::new(options).unwrap();
        let error = access.image(&proxy.reference("a/b:x")).unwrap_err();
        let shown = format!("{error} {error:?} {access:?}");
        assert!(!shown.contains("CANARY") && !shown.contains(RIGHT), "{shown}");
    }
}

#[test]
fn an_identity_token_is_exchanged() {
    let Some(registry) = pushed("identity") else { return };
    let folder = Folder::new("registry-identity");
    let login = token("http://127.0.0.1:PORT/token", None, 100);
    let proxy = Proxy::start(Some(registry.port), None, login, vec![]);
    let text = json!({"auths": {proxy.registry(): {"auth": "PHRva2VuPjo=", "identitytoken": "CANARY/long"}}});
    fs::write(folder.at("auth.json"), text.to_string()).unwrap();
    let mut options = options(None);
    options.credentials = Credentials::File(folder.at("auth.json").into());
    fetch(options, &proxy.reference("a/b:x")).unwrap();
    let sent = proxy.seen().into_iter().find(|seen| seen.path == "/token").unwrap();
    assert_eq!(
        sent.body,
        "scope=repository%3Aa%2Fb%3Apull&service=tests&grant_type=refresh_token&client_id=rekey&refresh_token=CANARY%2Flong"
    );
}

#[test]
fn credentials_are_found_where_the_tools_look_for_them() {
    let Some(registry) = pushed("files") else { return };
    let proxy = Proxy::start(Some(registry.port), None, Login::Basic(RIGHT.to_owned()), vec![]);
    let entry = |key: &str, basic: &str| json!({"auths": {key: {"auth": basic}}}).to_string();
    let own = entry(&proxy.registry(), RIGHT);
    let folder = Folder::new("registry-files");
    let runtime = ("XDG_RUNTIME_DIR", "run", "run/containers/auth.json");
    let config = ("XDG_CONFIG_HOME", "config", "config/containers/auth.json");
    let home = ("HOME", "home", "home/.config/containers/auth.json");
    let docker = ("DOCKER_CONFIG", "docker", "docker/config.json");
    let docker_home = ("HOME", "home", "home/.docker/config.json");
    let named = ("REGISTRY_AUTH_FILE", "named.json", "named.json");
    let wrong = entry(&proxy.registry(), WRONG);
    for (what, files, expected) in [
        ("runtime", vec![(runtime, own.clone())], Ok("run/containers/auth.json")),
        ("config", vec![(config, own.clone())], Ok("config/containers/auth.json")),
        ("home", vec![(home, own.clone())], Ok("home/.config/containers/auth.json")),
        ("docker", vec![(docker, own.clone())], Ok("docker/config.json")),
        ("docker's home", vec![(docker_home, own.clone())], Ok("home/.docker/config.json")),
        ("named", vec![(named, own.clone())], Ok("named.json")),
        ("the first", vec![(runtime, own.clone()), (docker, wrong.clone())], Ok("run/containers/auth.json")),
        (
            "the first with an entry",
            vec![(runtime, entry("quay.io", WRONG)), (docker, own.clone())],
            Ok("docker/config.json"),
        ),
        (
            "named alone",
            vec![(named, entry("quay.io", WRONG)), (docker, own.clone())],
            Err("requires a login"),
        ),
        (
            "the longest key",
            vec![(
                runtime,
                json!({"auths": {
                    proxy.registry(): {"auth": WRONG}, format!("{}/a", proxy.registry()): {"auth": RIGHT},
                    format!("{}/a/c", proxy.registry()): {"auth": WRONG},
                }})
                .to_string(),
            )],
            Ok("run/containers/auth.json"),
        ),
        (
            "docker's settings",
            vec![(docker, "{\"detachKeys\": \"ctrl-z\"}".to_owned())],
            Err("requires a login"),
        ),
        (
            "invalid",
            vec![(runtime, "{\"auths\": CANARY".to_owned())],
            Err("cannot be read: invalid JSON in line 1, column 11"),
        ),
        (
            "too large",
            vec![(runtime, " ".repeat((1 << 20) + 5))],
            Err("cannot be read: the file has 1048577 bytes"),
        ),
    ] {
        let _ = fs::remove_dir_all(&folder.0);
        let mut variables = Vec::new();
        for ((variable, value, path), text) in &files {
            put(&folder.0, path, text);
            variables.push((*variable, folder.at(value)));
        }
        let mut options = options(None);
        options.environment = Environment::from_variables(variables);
        let access = Registry::new(options).unwrap();
        match (access.image(&proxy.reference("a/b:x")), expected) {
            (Ok(image), Ok(path)) => {
                assert_eq!(
                    image.credentials(),
                    Some(&CredentialsOrigin::File(folder.at(path).into())),
                    "{what}"
                );
            }
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{what}: {error}"),
            (found, _) => panic!("{what}: {found:?}"),
        }
    }
    let mut options = options(None);
    options.credentials = Credentials::File(folder.at("absent.json").into());
    let error = fetch(options, &proxy.reference("a/b:x")).unwrap_err();
    assert!(error.contains("absent.json` cannot be read"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_helper_runs_only_if_it_may() {
    use std::os::unix::fs::PermissionsExt as _;

    let Some(registry) = pushed("helpers") else { return };
    let proxy = Proxy::start(Some(registry.port), None, Login::Basic(RIGHT.to_owned()), vec![]);
    let folder = Folder::new("registry-helpers");
    let answer = r#"{"ServerURL": "x", "Username": "user", "Secret": "CANARY-password"}"#;
    for (name, script) in [
        ("fine", format!("echo '{answer}'")),
        ("absent", "echo 'credentials not found in native keychain'; exit 1".to_owned()),
        ("failing", "echo CANARY; exit 3".to_owned()),
        ("odd", "echo CANARY".to_owned()),
        ("asked", format!("test \"$(cat)\" = '{}' && echo '{answer}'", proxy.registry())),
    ] {
        let path = folder.at(&format!("docker-credential-{name}"));
        put(
            &folder.0,
            &format!("docker-credential-{name}"),
            format!("#!/bin/sh\ntouch {path}.ran\n{script}\n"),
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let of_registry = |name: &str| json!({"credHelpers": {proxy.registry(): name}});
    for (what, file, helpers, name, expected) in [
        (
            "not asked for",
            of_registry("fine"),
            Helpers::Ignore,
            "fine",
            Err("the credentials are with the helper `fine`: pass `--credential-helpers` to run it"),
        ),
        ("of a registry", of_registry("fine"), Helpers::Run, "fine", Ok(())),
        ("of all registries", json!({"credsStore": "fine"}), Helpers::Run, "fine", Ok(())),
        ("with the registry", of_registry("asked"), Helpers::Run, "asked", Ok(())),
        (
            "of another registry",
            json!({"credHelpers": {"quay.io": "fine"}}),
            Helpers::Run,
            "fine",
            Err("log in with `podman login"),
        ),
        (
            "without credentials",
            of_registry("absent"),
            Helpers::Run,
            "absent",
            Err("log in with `podman login"),
        ),
        (
            "failing",
            of_registry("failing"),
            Helpers::Run,
            "failing",
            Err("the credential helper `docker-credential-failing` failed: it ended with exit status: 3"),
        ),
        (
            "odd",
            of_registry("odd"),
            Helpers::Run,
            "odd",
            Err("its answer is not JSON with a user and a secret"),
        ),
        (
            "not installed",
            of_registry("nowhere"),
            Helpers::Run,
            "nowhere",
            Err("the credential helper `docker-credential-nowhere` failed"),
        ),
        ("in a folder", of_registry("../x"), Helpers::Run, "x", Err("its name has characters other than")),
    ] {
        put(&folder.0, "config.json", file.to_string());
        let mut options: Options = options(None);
        let path = std::env::var("PATH").unwrap_or_default();
        options.environment =
            Environment::from_variables([("PATH", format!("{}:{path}", folder.0.display()))]);
        options.credentials = Credentials::File(folder.at("config.json").into());
        options.helpers = helpers;
        let found = fetch(options, &proxy.reference("a/b:x"));
        match (found, expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(expected)) => {
                assert!(error.contains(expected) && !error.contains("CANARY"), "{what}: {error}");
            }
            (found, _) => panic!("{what}: {:?}", found.map(|images| images.len())),
        }
        let ran = folder.at(&format!("docker-credential-{name}.ran"));
        let may_run = helpers == Helpers::Run
            && !["of another registry", "not installed", "in a folder"].contains(&what);
        assert_eq!(fs::remove_file(ran).is_ok(), may_run, "{what}");
    }
}
