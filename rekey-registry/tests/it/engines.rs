//! Images of podman's storage and of the services of the engines.

use std::{
    fs,
    io::{Cursor, Read, Write},
    os::unix::net::UnixListener,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rekey_core::image::contents::ImageContents;
use rekey_image::{Budget, Format, Limits, TarParts, list, read};
use rekey_registry::{
    Environment,
    engine::{Options, Saved, docker_save, podman_save},
};

use crate::build::{Folder, Image, file, layer};

/// Podman with a storage of its own.
struct Podman {
    folder: Folder,
}

impl Podman {
    fn new(name: &str) -> Option<Self> {
        if !crate::skip::are_installed(&["podman"]) {
            return None;
        }
        let podman = Self { folder: Folder::new(name) };
        let image = Image {
            layers: vec![
                layer("FROM", vec![file("a", &"text".repeat(50_000))]),
                layer("RUN", vec![file("b", "c")]),
            ],
            user: "1001".into(),
            ..Image::default()
        };
        fs::write(podman.folder.at("image.tar"), image.docker_archive("localhost/app:1")).unwrap();
        let load = Command::new("podman")
            .args(podman.arguments())
            .args(["load", "--quiet", "--input", &podman.folder.at("image.tar")])
            .output()
            .unwrap();
        assert!(load.status.success(), "{}", String::from_utf8_lossy(&load.stderr));
        Some(podman)
    }

    fn arguments(&self) -> Vec<String> {
        let folder = |name: &str| self.folder.at(name);
        let arguments = [
            "--root",
            &folder("root"),
            "--runroot",
            &folder("run"),
            "--storage-driver",
            "vfs",
            "--events-backend",
            "none",
        ];
        arguments.map(str::to_owned).into()
    }

    fn options(&self) -> Options {
        let mut options = options(&[]);
        options.podman_arguments = self.arguments().into_iter().map(Into::into).collect();
        options
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        // The folder is removed after it.
        let _ = Command::new("podman").args(self.arguments()).args(["rmi", "--all", "--force"]).output();
    }
}

/// Options that know no socket of this machine.
fn options(variables: &[(&str, &str)]) -> Options {
    let mut options = Options::default();
    options.environment = Environment::from_variables(variables.iter().copied());
    options.docker_sockets = vec!["/absent/docker.sock".into()];
    options.podman_sockets = vec!["/absent/podman.sock".into()];
    options.idle_timeout = Duration::from_secs(20);
    options
}

fn contents(mut saved: Saved) -> ImageContents {
    let mut archive = Vec::new();
    saved.read_to_end(&mut archive).unwrap();
    saved.finish().unwrap();
    let mut parts = TarParts::new(Cursor::new(archive)).unwrap();
    let listing = list(&mut parts, Format::Unstated, None).unwrap();
    read(&mut parts, &listing.images[0], &mut Budget::new(Limits::default())).unwrap()
}

#[track_caller]
fn assert_saved(saved: Saved) {
    let contents = contents(saved);
    assert_eq!((contents.names, contents.layers.len()), (vec!["localhost/app:1".to_owned()], 2));
    assert!(contents.faults.is_empty(), "{:?}", contents.faults);
}

#[test]
fn podman_saves_an_image_of_its_storage() {
    let Some(podman) = Podman::new("engine-podman") else { return };
    assert_saved(podman_save("localhost/app:1", &podman.options()).unwrap());
    let mut absent = podman_save("localhost/absent:1", &podman.options()).unwrap();
    let mut archive = Vec::new();
    absent.read_to_end(&mut archive).unwrap();
    assert_eq!(
        absent.finish().unwrap_err().to_string(),
        "podman has no image `localhost/absent:1`; `podman images` lists them"
    );
    let mut odd = podman.options();
    odd.podman_arguments.push("--no-such-option".into());
    let error = podman_save("localhost/app:1", &odd).unwrap().finish().unwrap_err().to_string();
    assert!(error.starts_with("podman cannot save `localhost/app:1`: ") && !error.contains('\n'), "{error}");
    // An image that is not read to its end.
    let mut first = podman_save("localhost/app:1", &podman.options()).unwrap();
    first.read_exact(&mut [0; 512]).unwrap();
    drop(first);
}

/// Podman's service, which ends with this value.
struct PodmanService(Child);

impl Drop for PodmanService {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_service_of_podman_takes_the_place_of_both_programs() {
    let Some(podman) = Podman::new("engine-service") else { return };
    let socket = podman.folder.at("podman/podman.sock");
    fs::create_dir(podman.folder.at("podman")).unwrap();
    let service = Command::new("podman")
        .args(podman.arguments())
        .args(["system", "service", "--time", "60", &format!("unix://{socket}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _service = PodmanService(service);
    let started = Instant::now();
    while !fs::exists(&socket).unwrap() {
        assert!(started.elapsed() < Duration::from_secs(30), "podman's service does not start");
        thread::sleep(Duration::from_millis(20));
    }
    let address = format!("unix://{socket}");
    let runtime = podman.folder.at("");
    for variables in [[("CONTAINER_HOST", &*address)], [("XDG_RUNTIME_DIR", &runtime)]] {
        let mut options = options(&variables);
        options.podman = "/absent/podman".into();
        assert_saved(podman_save("localhost/app:1", &options).unwrap());
    }
    for variables in [[("DOCKER_HOST", &*address)], [("XDG_RUNTIME_DIR", &runtime)]] {
        assert_saved(docker_save("localhost/app:1", &options(&variables)).unwrap());
        let error = docker_save("localhost/absent:1", &options(&variables)).unwrap_err().to_string();
        assert_eq!(error, "docker has no image `localhost/absent:1`; `docker images` lists them");
    }
}

#[test]
fn a_missing_engine_is_reported() {
    let mut absent = options(&[]);
    absent.podman = "/absent/podman".into();
    let mut remote = options(&[("CONTAINER_HOST", "ssh://host/run/podman.sock")]);
    remote.podman = "/absent/podman".into();
    for (found, expected) in [
        (podman_save("app:1", &absent), "podman is not installed, and its service does not run"),
        (
            podman_save("app:1", &remote),
            "rekey reads images only through a Unix socket, and `CONTAINER_HOST` is set",
        ),
        (podman_save("--output", &absent), "podman cannot save `--output`: this is not the name of an image"),
        (docker_save("app:1", &options(&[])), "docker's service cannot be reached at `/absent/docker.sock`"),
        (
            docker_save("app:1", &options(&[("DOCKER_HOST", "tcp://host:2375")])),
            "and `DOCKER_HOST` is set to another address",
        ),
        (
            docker_save("app:1", &options(&[("DOCKER_HOST", "unix:///absent/x.sock")])),
            "docker's service cannot be reached at `/absent/x.sock`",
        ),
        (docker_save("a b", &options(&[])), "this is not the name of an image"),
    ] {
        let error = found.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// A service that answers one request for each of these texts, and then keeps the connection.
fn service(folder: &Folder, answers: Vec<&'static str>) -> String {
    let listener = UnixListener::bind(folder.at("docker.sock")).unwrap();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let count = stream.read(&mut request).unwrap();
            assert!(request[..count].starts_with(b"GET /v1.41/images/team/app:1%2B2/get HTTP/1.1\r\n"));
            let (answer, ends) = answer.strip_suffix("END").map_or((answer, false), |answer| (answer, true));
            stream.write_all(answer.as_bytes()).unwrap();
            if !ends {
                kept.push(stream);
            }
        }
        thread::sleep(Duration::from_secs(20));
    });
    format!("unix://{}", folder.at("docker.sock"))
}

#[test]
fn the_faults_of_a_service_are_reported() {
    let folder = Folder::new("engine-faults");
    let cases = [
        ("HTTP/1.1 404 X\r\nContent-Length: 2\r\n\r\n{}", "docker has no image `team/app:1+2`"),
        (
            "HTTP/1.1 500 X\r\nContent-Length: 46\r\n\r\n{\"message\": \"the disk is full PASSWORD=hunter2\"}",
            "the service answers 500",
        ),
        ("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabc", "the service sent nothing for 0.3 s"),
        ("", "the service sent nothing for 0.3 s"),
        ("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabcEND", "docker cannot save `team/app:1+2`"),
        (
            "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nEND",
            "docker cannot save `team/app:1+2`",
        ),
        ("junk\r\n\r\n", "the service's answer is not valid HTTP"),
    ];
    let address = service(&folder, cases.iter().map(|(answer, _)| *answer).collect());
    let mut options = options(&[("DOCKER_HOST", &address)]);
    options.idle_timeout = Duration::from_millis(300);
    for (answer, expected) in cases {
        let error = match docker_save("team/app:1+2", &options) {
            Ok(mut saved) => saved.read_to_end(&mut Vec::new()).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(expected) && !error.contains("hunter2"), "{answer:?}: {error}");
    }
}
