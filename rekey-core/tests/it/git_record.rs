//! A recording of how git and curl interpreted strings.

use serde_json::Value;

/// The recorded answer for one string.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// git read it with these fields.
    Accept(Fields),
    /// git and curl contacted this host.
    Host { host: String, port: u16 },
    /// git rejected it, or curl did for git.
    Refuse,
    /// The record has no answer: the recording tool does not support this form.
    Unjudged,
}

#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) protocol: String,
    pub(crate) user_and_host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) path: String,
}

/// Reads a verdict from a record, with corrections for the limitations of the recorder:
///
/// - `git fetch-pack --diag-url` does not support http(s): "protocol 'https' is not supported" is not a rejection.
/// - It calls the ssh parser for `x::y`, which `git clone` passes to a helper.
/// - "strange hostname" is decided when ssh is run, so it is in the result of the clone.
/// - The recorder also read a leading dash as an option.
pub(crate) fn oracle(row: &Value) -> Verdict {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let (url, clone) = (text("url"), text("clone_error"));
    if clone.contains("strange hostname") || clone.contains("strange pathname") || url.starts_with('-') {
        return Verdict::Refuse;
    }
    if let Some((host, port)) = contacted(text("http")) {
        return Verdict::Host { host, port };
    }
    if is_helper(url) {
        return if clone.is_empty() { Verdict::Unjudged } else { Verdict::Refuse };
    }
    if row["git"].is_object() {
        return accepted(row);
    }
    if clone.is_empty() { Verdict::Unjudged } else { Verdict::Refuse }
}

fn is_helper(url: &str) -> bool {
    let name = url.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(url.len());
    url[name..].starts_with("::") && !url.starts_with(['+', '-', '.'])
}

/// `CONNECT host:port HTTP/1.1`, or `GET http://host[:port]/…`.
fn contacted(line: &str) -> Option<(String, u16)> {
    let target = line.split(' ').nth(1)?;
    let (authority, default) = match target.split_once("://") {
        Some((_, rest)) => (rest.split('/').next()?.rsplit('@').next()?, 80),
        None => (target, 443),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (authority, default),
    };
    Some((host.trim_matches(['[', ']']).to_owned(), port))
}

fn accepted(row: &Value) -> Verdict {
    let git = &row["git"];
    let field = |key: &str| git[key].as_str().map(str::to_owned);
    let protocol = field("protocol").expect("git names the protocol");
    let proxied: Vec<&str> =
        row["ssh_argv"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (user_and_host, port) = if protocol == "git" {
        // The proxy command received host and port.
        let port = proxied.get(2).and_then(|port| port.parse().ok());
        (proxied.get(1).map(|host| (*host).to_owned()), port)
    } else {
        (field("userandhost"), field("port").and_then(|port| port.parse().ok()))
    };
    Verdict::Accept(Fields { protocol, user_and_host, port, path: field("path").unwrap_or_default() })
}
