//! The messages of ssh and git, read into facts. Their texts were recorded with OpenSSH 9.2 and git 2.39 under `LC_ALL=C`.

use rekey_core::rehearsal::SourceFailure;

/// The reason why ssh did not get as far as the authentication; `None` if it did.
pub(crate) fn of_connection(messages: &str, host: &str, seconds: u64) -> Option<SourceFailure> {
    let has = |part: &str| messages.contains(part);
    let host = host.to_owned();
    if has("Could not resolve hostname") {
        return Some(SourceFailure::UnknownHost { host });
    }
    if has("Connection refused") {
        return Some(SourceFailure::ClosedPort { host });
    }
    if let Some((what, offer)) = outdated(messages) {
        return Some(SourceFailure::OutdatedAlgorithms { what, offer });
    }
    if has("REMOTE HOST IDENTIFICATION HAS CHANGED") {
        let fingerprint = fingerprint(messages).unwrap_or_default();
        return Some(SourceFailure::ChangedHostKey { host, fingerprint, known: offending_line(messages) });
    }
    if has("Host key verification failed") {
        let algorithm = messages
            .lines()
            .find_map(|line| line.strip_prefix("No ")?.split_once(" host key is known"))
            .map_or_else(String::new, |(algorithm, _)| algorithm.to_owned());
        let fingerprint = fingerprint(messages).unwrap_or_default();
        return Some(SourceFailure::UnknownHostKey { host, algorithm, fingerprint });
    }
    if has("timed out") || has("Timeout, server") {
        return Some(SourceFailure::Timeout { host, seconds });
    }
    let broken = [
        "Network is unreachable",
        "No route to host",
        "kex_exchange_identification",
        "Connection reset",
        "Connection closed by",
        "Bad packet length",
        "invalid format",
    ];
    let line = messages.lines().find(|line| broken.iter().any(|part| line.contains(part)));
    // A server that rejects a key may close the connection, too.
    let line = line.filter(|_| !has("Permission denied") && !has("Authenticated to"));
    line.map(|line| SourceFailure::Network { message: line.trim().to_owned() })
}

/// The kind of algorithm that the two sides have none of in common, and the offer of the host.
fn outdated(messages: &str) -> Option<(String, String)> {
    let line = messages.lines().find(|line| line.contains("Unable to negotiate with"))?;
    let (_, rest) = line.split_once("no matching ")?;
    let (what, rest) = rest.split_once(" found")?;
    let offer = rest.split_once("Their offer: ").map_or("", |(_, offer)| offer.trim());
    let what = match what {
        "host key type" => "host key",
        "key exchange method" => "key exchange",
        other => other,
    };
    Some((what.to_owned(), offer.to_owned()))
}

/// The fingerprint in a message of ssh.
fn fingerprint(messages: &str) -> Option<String> {
    let start = messages.rfind("SHA256:")?;
    let digits = messages.get(start + 7..)?;
    let end =
        digits.find(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/').unwrap_or(digits.len());
    Some(format!("SHA256:{}", digits.get(..end)?))
}

/// The line of the user's file that has another key.
fn offending_line(messages: &str) -> String {
    let line = messages.lines().find(|line| line.contains("Offending"));
    line.and_then(|line| line.rsplit_once(':'))
        .map_or_else(|| "known_hosts".to_owned(), |(_, number)| format!("known_hosts line {}", number.trim()))
}

/// The reason why `git ls-remote` over ssh failed after the host key was accepted.
pub(crate) fn of_request(messages: &str) -> SourceFailure {
    let line_with =
        |part: &str| messages.lines().find(|line| line.contains(part)).map(|line| line.trim().to_owned());
    if !messages.contains("Authenticated to") {
        if let Some(line) = line_with("Load key") {
            let reason = line.rsplit_once("\": ").map_or(line.as_str(), |(_, reason)| reason);
            return SourceFailure::KeyUnusable { message: reason.to_owned() };
        }
        if let Some(message) = line_with("no mutual signature").or_else(|| line_with("Permission denied")) {
            return SourceFailure::KeyRejected { message };
        }
        if let Some(message) = line_with("Too many authentication failures") {
            return SourceFailure::KeyRejected { message };
        }
    }
    let said = host_message(messages);
    // GitHub says so for a key that a very old client uses with SHA-1.
    if said.contains("You're using an RSA key with SHA-1") {
        return SourceFailure::KeyRejected { message: said };
    }
    let lower = said.to_lowercase();
    let absent = [
        "not found",
        "could not be found",
        "does not exist",
        "access denied",
        "not appear to be a git repository",
        "permission to view",
        "permission denied",
        "no such",
        "not exported",
    ];
    if absent.iter().any(|part| lower.contains(part)) {
        SourceFailure::NotFound { message: said }
    } else {
        SourceFailure::Rejected { message: said }
    }
}

/// The host's own words: the lines that neither git nor ssh adds.
pub(crate) fn host_message(messages: &str) -> String {
    let own = |line: &&str| {
        let line = line.trim();
        let is_frame = line.trim_start_matches("remote:").trim().trim_matches('=').is_empty();
        let added = [
            "Authenticated to",
            "Transferred:",
            "Bytes per second",
            "fatal: Could not read from remote repository",
            "Please make sure you have the correct access rights",
            "and the repository exists",
            "Cloning into",
            "Connection to ",
            "Connection closed by",
            "Disconnected from",
            "Warning: Permanently added",
        ];
        !line.is_empty() && !is_frame && !added.iter().any(|start| line.starts_with(start))
    };
    let lines: Vec<_> = messages
        .lines()
        .filter(own)
        .map(|line| line.trim().trim_start_matches("remote:").trim())
        .filter(|line| !line.is_empty())
        .take(3)
        .collect();
    if lines.is_empty() { "the host closed the connection".to_owned() } else { lines.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(failure: &SourceFailure) -> String {
        let text = format!("{failure:?}");
        text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn recorded_messages_are_told_apart() {
        let connections = [
            ("ssh: connect to host h port 22: Connection refused", "ClosedPort"),
            ("ssh: Could not resolve hostname h: Name or service not known", "UnknownHost"),
            ("Connection timed out during banner exchange", "Timeout"),
            (
                "No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.",
                "UnknownHostKey",
            ),
            (
                "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nSHA256:abc.\nOffending ED25519 key in /x/known_hosts:3\nHost key verification failed.",
                "ChangedHostKey",
            ),
            (
                "Unable to negotiate with 127.0.0.1 port 1: no matching host key type found. Their offer: ssh-rsa",
                "OutdatedAlgorithms",
            ),
            ("kex_exchange_identification: Connection closed by remote host", "Network"),
        ];
        for (messages, expected) in connections {
            assert_eq!(kind(&of_connection(messages, "h:22", 10).unwrap()), expected, "{messages}");
        }
        assert!(of_connection("git@h: Permission denied (publickey).", "h:22", 10).is_none());
        let requests = [
            ("git@h: Permission denied (publickey).", "KeyRejected"),
            ("Load key \"/x/key\": error in libcrypto\ngit@h: Permission denied (publickey).", "KeyUnusable"),
            (
                "Authenticated to h ([1]:22) using \"publickey\".\nERROR: Repository not found.\nfatal: Could not read from remote repository.",
                "NotFound",
            ),
            (
                "Authenticated to h\nremote: \nremote: ========\nremote: The project you were looking for could not be found.\n",
                "NotFound",
            ),
            ("Authenticated to h\nconq: repository access denied.", "NotFound"),
            ("Authenticated to h\nYour account is suspended.", "Rejected"),
        ];
        for (messages, expected) in requests {
            assert_eq!(kind(&of_request(messages)), expected, "{messages}");
        }
    }
}
