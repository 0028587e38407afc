//! Host keys that are known: those that hosts publish, and those of the user.

/// The day on which the table was compared with its sources.
pub(crate) const DAY: &str = "2026-11-30";

/// Hosts with the fingerprints that they publish. Each was found in at least two independent sources, and for all but two RSA keys it was
/// also computed from the public key.
///
/// - GitHub: docs.github.com, "GitHub's SSH key fingerprints"; api.github.com/meta, quoted by other projects. The RSA key is that of
///   2023-03-23.
/// - GitLab: docs.gitlab.com, "GitLab.com settings"; the source of about.gitlab.com, 79bdb63f, for ECDSA and RSA.
/// - Bitbucket: support.atlassian.com, "Configure SSH and two-step verification"; the announcement of 2023-05-15.
const PUBLISHED: &[(&[&str], &[&str])] = &[
    (
        &["github.com", "ssh.github.com"],
        &[
            "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
            "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
            "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
        ],
    ),
    (
        &["gitlab.com", "altssh.gitlab.com"],
        &[
            "SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
            "SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw",
            "SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ",
        ],
    ),
    (
        &["bitbucket.org", "altssh.bitbucket.org"],
        &[
            "SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
            "SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0",
            "SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E",
        ],
    ),
];

/// The published fingerprints of a host.
pub(crate) fn published(host: &str) -> Option<&'static [&'static str]> {
    PUBLISHED.iter().find(|(hosts, _)| hosts.contains(&host)).map(|(_, fingerprints)| *fingerprints)
}

/// The fingerprint of a line of a file of known hosts, with the name of its algorithm.
pub(crate) fn of_line(line: &str) -> Option<(String, String)> {
    let words: Vec<_> = line.split_whitespace().filter(|word| !word.starts_with('@')).collect();
    let [_, algorithm, digits, ..] = words.as_slice() else { return None };
    let public = rekey_core::private_key::PublicKey::parse(format!("{algorithm} {digits}\n")).ok()?;
    Some(((*algorithm).to_owned(), public.fingerprint().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_those_of_the_published_keys() {
        let lines = [
            "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
            "gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
            "bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO",
        ];
        for line in lines {
            let host = line.split(' ').next().unwrap();
            let (algorithm, fingerprint) = of_line(line).unwrap();
            assert_eq!(algorithm, "ssh-ed25519");
            assert!(published(host).unwrap().contains(&fingerprint.as_str()), "{fingerprint}");
        }
        assert!(published("git.acme.example").is_none());
    }
}
