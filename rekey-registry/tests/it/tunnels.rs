//! Proxies of a company, and the names of Docker Hub.

use std::{
    io::{BufRead, BufReader, Write, copy},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use rekey_core::ImageReference;
use rekey_registry::{Environment, Options};

use crate::{
    build::{Image, Stored, file, layer},
    harness::{Authority, Distribution, fetch, manifest_of, options},
    proxy::{Login, Proxy},
};

/// A proxy that connects every name with one port of this machine, or none.
struct Tunnel {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn start(target: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let own = Arc::clone(&heads);
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming() {
                let own = Arc::clone(&own);
                thread::spawn(move || connect(client.unwrap(), target, &own));
            }
        });
        Self { port, heads }
    }

    fn options(&self, authority: &Authority, exceptions: &str) -> Options {
        let mut options = options(Some(authority));
        let proxy = format!("http://user:CANARY@127.0.0.1:{}", self.port);
        options.environment =
            Environment::from_variables([("HTTPS_PROXY", &*proxy), ("NO_PROXY", exceptions)]);
        options
    }
}

fn connect(client: TcpStream, target: Option<u16>, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    heads.lock().unwrap().push(head);
    let mut client = client;
    let Some(target) = target else {
        let _ = client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
    };
    let mut server = TcpStream::connect(("127.0.0.1", target)).unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || {
        let _ = copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = copy(&mut reader, &mut server);
    let _ = server.shutdown(Shutdown::Both);
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let Some(registry) = Distribution::start("tunnel") else { return };
    let files = Image { layers: vec![layer("FROM", vec![file("a", "b")])], ..Image::default() }
        .layout("x", Stored::Gzip);
    registry.push("library/app", &files, &[("latest", &manifest_of(&files, 0))]);
    let names = ["registry-1.docker.io", "auth.docker.io", "registry.example"];
    let authority = Authority::new(&names);
    let login = Login::Token { realm: "https://auth.docker.io/token".to_owned(), user: None, uses: 100 };
    let proxy = Proxy::start(Some(registry.port), Some(&authority), login, vec![]);
    let tunnel = Tunnel::start(Some(proxy.port));
    fetch(tunnel.options(&authority, ""), &ImageReference::parse("app").unwrap()).unwrap();
    let heads = tunnel.heads.lock().unwrap().clone();
    for name in &names[..2] {
        let head = heads.iter().find(|head| head.starts_with(&format!("CONNECT {name}:443 ")));
        assert!(
            head.is_some_and(|head| head.to_lowercase().contains("proxy-authorization: basic ")),
            "{heads:?}"
        );
    }
    assert_eq!(proxy.paths()[0], "/v2/library/app/manifests/latest");
    assert!(
        proxy
            .seen()
            .iter()
            .all(|seen| seen.authorization.as_ref().is_none_or(|sent| sent.starts_with("Bearer")))
    );

    let closed = Tunnel::start(None);
    for (exceptions, expected) in [
        ("", "cannot connect to `registry.example`: the proxy does not connect"),
        ("other.example,registry.example", "the name `registry.example` cannot be resolved"),
    ] {
        let reference = ImageReference::parse("registry.example/app").unwrap();
        let error = fetch(closed.options(&authority, exceptions), &reference).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
