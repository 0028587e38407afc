//! The way to the git host: name, port, proxy, TLS, HTTP.

use super::{Context, Entry, Judge, quoted};
use crate::{
    finding::Findings,
    rehearsal::{RedirectPlace, SourceFailure, StepName},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static MISSING_PROGRAM: Entry = Entry {
    rule: Rule {
        id: "rehearsal-missing-program",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "`git` or `ssh` is not installed, or is too old",
        why: "A rehearsal runs the programs `git` and `ssh`, as a service does, since libraries differ from them in algorithms and messages.",
        help: "Install git 2.32 or later and the client of OpenSSH 7.6 or later.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git, \"GIT_CONFIG_GLOBAL\"; openssh.com/releasenotes.html, 7.6" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "missing-program", "program": "git"}}}"#)]),
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "missing-program", "program": "git", "found": "git version 1.8.3"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, missing_program),
};

fn missing_program(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::MissingProgram { program, found }) = context.failure() {
        findings.report(match found {
            Some(version) => format!("`{}` is too old: `{}`", quoted(program), quoted(version)),
            None => format!("`{}` is not installed", quoted(program)),
        });
    }
}

pub(super) static UNKNOWN_HOST: Entry = Entry {
    rule: Rule {
        id: "rehearsal-unknown-host",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "name of the git host has no address",
        why: "The name cannot be resolved from here: it is misspelled, exists only in another network, or this machine has no name service at the moment.",
        help: "Compare the name with the address bar of the host's web page. If the name exists only in your company's network, no service outside can clone from it.",
        basis: Basis::Upstream {
            source: "openssh-portable sshconnect.c, \"Could not resolve hostname\"; curl error 6",
        },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "unknown-host", "host": "git.acme.example"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, unknown_host),
};

fn unknown_host(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::UnknownHost { host }) = context.failure() {
        findings.report(format!("the name `{}` has no address", quoted(host)));
    }
}

pub(super) static CLOSED_PORT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-closed-port",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "nothing listens at the port of the git host",
        why: "The machine answers and has no server at this port: the port in the URL is wrong, the server is down, or a firewall rejects the connection.",
        help: "Try the port from another network. Many hosts also serve ssh at port 443, GitHub as `ssh://git@ssh.github.com:443/OWNER/REPOSITORY.git`.",
        basis: Basis::Upstream {
            source: "openssh-portable sshconnect.c, \"Connection refused\"; curl error 7",
        },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "closed-port", "host": "git.acme.example:22"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, closed_port),
};

fn closed_port(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::ClosedPort { host }) = context.failure() {
        findings.report(format!("nothing listens at `{}`", quoted(host)));
    }
}

pub(super) static TIMEOUT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-timeout",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host does not answer in time",
        why: "A firewall that drops packets looks like this, and so does an overloaded host or a port that another program uses.",
        help: "Try again, with a longer `--timeout`, and from another network.",
        basis: Basis::Upstream { source: "OpenSSH ssh_config(5), \"ConnectTimeout\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "timeout", "host": "git.acme.example:22", "seconds": 10}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, timeout),
};

fn timeout(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Timeout { host, seconds }) = context.failure() {
        findings.report(format!("`{}` does not answer within {seconds} s", quoted(host)));
    }
}

pub(super) static NETWORK_ERROR: Entry = Entry {
    rule: Rule {
        id: "rehearsal-network-error",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "connection to the git host breaks",
        why: "There is no way to the host, or the connection ended before the host answered.",
        help: "Try again, and from another network.",
        basis: Basis::Upstream { source: "openssh-portable sshconnect.c; git remote-curl.c" },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "network", "message": "Network is unreachable"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, network_error),
};

fn network_error(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Network { message }) = context.failure() {
        findings.report(format!("the connection fails: `{}`", quoted(message)));
    }
}

pub(super) static PROXY_ERROR: Entry = Entry {
    rule: Rule {
        id: "rehearsal-proxy-error",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "proxy of this machine cannot be used",
        why: "The environment names a proxy, and git would use it too. The proxy does not answer, wants a login, or does not allow the host.",
        help: "Correct `https_proxy`, or list the host in `no_proxy`. A service outside of your network does not use your proxy.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-config, \"http.proxy\"; curl error 5 and 56" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "proxy", "message": "407 Proxy Authentication Required"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, proxy_error),
};

fn proxy_error(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Proxy { message }) = context.failure() {
        findings.report(format!("the proxy fails: `{}`", quoted(message)));
    }
}

pub(super) static PROXY_USED: Entry = Entry {
    rule: Rule {
        id: "rehearsal-proxy-used",
        subject: Subject::Rehearsal,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "proxy or further certificates of this machine are used",
        why: "They belong to your network. A service outside of it reaches the host without them, so its result may differ.",
        help: "Rehearse once from a network without a proxy.",
        basis: Basis::Practice {
            source: "a rehearsal uses as little of this machine as possible, and names the rest",
        },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"source": {"proxy": "http://proxy.acme.example:3128"}}"#)]),
            Example::bad("").given(&[("facts", r#"{"source": {"certificates": "SSL_CERT_FILE"}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, proxy_used),
};

fn proxy_used(context: &Context<'_>, findings: &mut Findings) {
    let Some(source) = context.source() else { return };
    if let Some(proxy) = &source.proxy {
        findings.report(format!("the proxy `{}` of this machine is used", quoted(proxy)));
    }
    if let Some(variable) = &source.certificates {
        findings.report(format!("the certificates that `{}` names are used", quoted(variable)));
    }
}

pub(super) static UNTRUSTED_CERTIFICATE: Entry = Entry {
    rule: Rule {
        id: "rehearsal-untrusted-certificate",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "certificate of the git host is not trusted",
        why: "The certificate is self-signed, expired, or for another name, or its chain is incomplete. A service that does not know your company's authority rejects it in the same way.",
        help: "Give the server a certificate of a public authority with its whole chain, or submit the ssh form of the URL.",
        basis: Basis::Upstream { source: "curl error 60; git-scm.com/docs/git-config, \"http.sslVerify\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "certificate", "message": "invalid peer certificate: UnknownIssuer"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, untrusted_certificate),
};

fn untrusted_certificate(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Certificate { message }) = context.failure() {
        findings.report(format!("the certificate of the host is not trusted: `{}`", quoted(message)));
    }
}

pub(super) static NO_TLS: Entry = Entry {
    rule: Rule {
        id: "rehearsal-no-tls",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "port of the URL does not speak TLS",
        why: "The URL begins with `https`, and the server at this port answers in another protocol, usually plain HTTP or ssh.",
        help: "Correct the port. Servers often have separate ports for `http`, `https` and `ssh`.",
        basis: Basis::Upstream { source: "curl error 35" },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "not-tls", "message": "received corrupt message"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, no_tls),
};

fn no_tls(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::NotTls { message }) = context.failure() {
        findings.report(format!("the server at this port does not speak TLS: `{}`", quoted(message)));
    }
}

pub(super) static REDIRECT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-redirect",
        subject: Subject::Rehearsal,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL leads to another address",
        why: "Git follows a redirect of the first request, and a service may be set not to. Hosts redirect a renamed repository only until another one takes its name.",
        help: "Submit the new address.",
        basis: Basis::Upstream { source: "git-scm.com/docs/git-config, \"http.followRedirects\"; docs.github.com, \"Renaming a repository\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"redirect": {"status": 301, "to": "same-host", "location": "https://git.acme.example/new/app"}}}"#)]),
            Example::bad("").given(&[("facts", r#"{"source": {"redirect": {"status": 302, "to": "other-host", "location": "https://code.acme.example/app"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, redirect),
};

fn redirect(context: &Context<'_>, findings: &mut Findings) {
    let redirect = context.source().and_then(|source| source.redirect.as_ref());
    if let Some(redirect) = redirect {
        let place = match redirect.to {
            RedirectPlace::OtherHost => "another host",
            _ => "another address",
        };
        let location = quoted(&redirect.location);
        findings
            .report(format!("the URL leads to {place}, with status {}: `{location}`", redirect.status))
            .parameter(redirect.to.as_str());
    }
}

pub(super) static UNUSABLE_REDIRECT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-unusable-redirect",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL leads to a page or to an address without TLS",
        why: "A redirect to the page of a login means that the repository is not public. A redirect to `http` would send everything unencrypted, so git does not follow it.",
        help: "Submit the URL that the host shows under \"clone\"; for a private repository, its ssh form and a deploy key.",
        basis: Basis::Upstream { source: "git remote-curl.c, \"unable to update url base from redirection\"" },
        examples: &[
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "redirect", "status": 302, "to": "page", "location": "https://git.acme.example/users/login"}}}"#)]),
            Example::bad("").given(&[("facts", r#"{"source": {"failure": {"kind": "redirect", "status": 301, "to": "http", "location": "http://git.acme.example/app"}}}"#)]),
            Example::good("").given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, unusable_redirect),
};

fn unusable_redirect(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Redirect(redirect)) = context.failure() {
        let place = match redirect.to {
            RedirectPlace::Http => "an address without TLS",
            _ => "a page that is no repository",
        };
        let location = quoted(&redirect.location);
        findings
            .report(format!("the URL leads to {place}, with status {}: `{location}`", redirect.status))
            .parameter(redirect.to.as_str());
    }
}

pub(super) static NOT_GIT: Entry = Entry {
    rule: Rule {
        id: "rehearsal-not-git",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL does not lead to a git repository",
        why: "The host answers with a page or a file. Git itself takes such an answer for an empty repository.",
        help: "Submit the URL that the host shows under \"clone\", not the one of the address bar.",
        basis: Basis::Upstream { source: "git-scm.com/docs/http-protocol, \"Smart Server Response\"" },
        examples: &[
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "not-git", "status": 200, "content_type": "text/html"}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, not_git),
};

fn not_git(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::NotGit { content_type, .. }) = context.failure() {
        findings.report(if content_type.is_empty() {
            "the host answers without the type of a git repository".to_owned()
        } else {
            format!("the host answers with `{}`, which is no git repository", quoted(content_type))
        });
    }
}

pub(super) static HOST_BUSY: Entry = Entry {
    rule: Rule {
        id: "rehearsal-host-busy",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host is overloaded or limits requests",
        why: "The host answers for the moment with a status that says nothing about the repository.",
        help: "Try again later.",
        basis: Basis::Upstream { source: "RFC 9110, 15.6; RFC 6585, 4" },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"source": {"failure": {"kind": "status", "status": 503}}}"#)]),
            Example::bad("").given(&[(
                "facts",
                r#"{"source": {"failure": {"kind": "status", "status": 429, "retry_after": 60}}}"#,
            )]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"failure": {"kind": "status", "status": 403}}}"#)]),
        ],
    },
    check: Judge::blocked(StepName::Reach, host_busy),
};

fn host_busy(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Status { status, retry_after }) = context.failure()
        && is_temporary(*status)
    {
        let wait = retry_after.map_or_else(String::new, |seconds| format!(", and asks to wait {seconds} s"));
        findings.report(format!("the host answers with status {status}{wait}"));
    }
}

pub(super) static HTTP_ERROR: Entry = Entry {
    rule: Rule {
        id: "rehearsal-http-error",
        subject: Subject::Rehearsal,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git host answers with an error",
        why: "The host rejects the request before it looks for the repository: a firewall, a rule for addresses, or a server that does not serve git over HTTPS.",
        help: "Open the URL in a browser without a login. If it works there, ask the administrators of the host whether clones over HTTPS are allowed.",
        basis: Basis::Upstream { source: "RFC 9110, 15.5" },
        examples: &[
            Example::bad("")
                .given(&[("facts", r#"{"source": {"failure": {"kind": "status", "status": 403}}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"branch": "main", "commit": "0123456789"}}"#)]),
            Example::good("")
                .given(&[("facts", r#"{"source": {"failure": {"kind": "status", "status": 503}}}"#)]),
        ],
    },
    check: Judge::looked(StepName::Reach, http_error),
};

fn http_error(context: &Context<'_>, findings: &mut Findings) {
    if let Some(SourceFailure::Status { status, .. }) = context.failure()
        && !is_temporary(*status)
    {
        findings.report(format!("the host answers with status {status}"));
    }
}

/// Returns true for a status that passes by itself.
fn is_temporary(status: u16) -> bool {
    status == 429 || status >= 500
}
