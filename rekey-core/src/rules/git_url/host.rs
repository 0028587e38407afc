//! Hosts and ports.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::{Forge, ProblemKind, Reach, Transport, to_unicode},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    target::Flow,
    text::Span,
};

pub(super) static MISSING_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-missing-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has no host",
        why: "curl uses the first part of the path as the host, and git calls ssh without one (CVE-2020-11008).",
        help: "Write the host after `//`.",
        basis: Basis::Upstream { source: "git fsck.c, CVE-2020-11008; curl" },
        examples: &[
            Example::bad("https:///acme/app"),
            Example::bad("git@:acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: missing_host,
};

fn missing_host(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::MissingHost]);
}

pub(super) static INVALID_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-invalid-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "invalid host name",
        why: "git decodes names that curl rejects, curl reads `0x7f.1` as 127.0.0.1, and a shell may interpret \
              special characters (CVE-2023-51385): it is unclear which machine is meant.",
        help: "Write a host name of letters, digits, dots and dashes.",
        basis: Basis::Upstream {
            source: "git connect.c; curl; WHATWG URL, \"host parsing\"; CVE-2023-51385",
        },
        examples: &[
            Example::bad("https://github%2ecom/acme/app"),
            Example::bad("https://2130706433/acme/app"),
            Example::bad("https://git..example.com/acme/app"),
            Example::bad("ssh://git@[git]/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: invalid_host,
};

fn invalid_host(context: &Context<'_>, findings: &mut Findings) {
    let kinds = [
        ProblemKind::HostCharacter,
        ProblemKind::HostEscape,
        ProblemKind::HostLabel,
        ProblemKind::HostNotAscii,
        ProblemKind::NumericHost,
        ProblemKind::Brackets,
    ];
    for problem in context.problems(&kinds) {
        if context.pretended_host().is_none() {
            context.report(findings, problem.to_string(), problem.span);
        }
    }
}

pub(super) static CONFUSABLE_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-confusable-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host name imitates that of a forge",
        why: "Look-alike letters of other scripts lead to somebody else's server.",
        help: "Retype the host name by hand.",
        basis: Basis::Upstream { source: "Unicode UTS #39, confusables; RFC 5890" },
        examples: &[
            Example::bad("https://g\u{456}thub.com/acme/app"),
            Example::bad("https://\u{ff47}ithub.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: confusable_host,
};

fn confusable_host(context: &Context<'_>, findings: &mut Findings) {
    let (Some(known), Some(host)) = (context.pretended_host(), context.scan.host) else { return };
    context.report(findings, format!("the host name looks like `{known}` but has other letters"), host);
}

pub(super) static IDN_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-idn-host",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "host name is internationalized",
        why: "Name servers and certificates use its `xn--` form, people see another; few can tell which server is meant.",
        help: "Check that the name is the one you mean.",
        basis: Basis::Upstream { source: "RFC 5890, section 4.4; Unicode UTS #39" },
        examples: &[
            Example::bad("https://xn--bcher-kva.de/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: idn_host,
};

fn idn_host(context: &Context<'_>, findings: &mut Findings) {
    if !context.may_be_encoded() || !context.is_sound() || context.pretended_host().is_some() {
        return;
    }
    let Some(host) = context.scan.host else { return };
    let Some(name) = host.str(context.scan.text()).filter(|name| has_encoded_label(name)) else { return };
    let message = match to_unicode(name) {
        Some(shown) => format!("`{name}` is shown as `{shown}`"),
        None => format!("`{name}` has a label that begins with `xn--` but encodes nothing"),
    };
    context.report(findings, message, host);
}

fn has_encoded_label(name: &str) -> bool {
    name.split('.').any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}

pub(super) static NOT_A_GIT_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-not-a-git-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host serves files, not repositories",
        why: "The host belongs to a forge but serves downloads and programs; git cannot clone from it.",
        help: "Give the address of the repository at `github.com`.",
        basis: Basis::Upstream { source: "docs.github.com, REST API, \"Repository contents\"" },
        examples: &[
            Example::fixed(
                "https://raw.githubusercontent.com/acme/app/main/Dockerfile",
                "https://github.com/acme/app",
            ),
            Example::fixed("https://api.github.com/repos/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: not_a_git_host,
};

fn not_a_git_host(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.scan.forge == Forge::NoGit && context.is_sound())
    else {
        return;
    };
    context.fix(findings, "this host serves files, not repositories".to_owned(), host);
}

pub(super) static PRIVATE_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-private-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host cannot be reached from outside",
        why: "The service clones from outside your network. Names without a dot, names that public name servers do \
              not know and private addresses mean nothing there, or something else. An alias such as \
              `github.com-work` is known only to the ssh configuration that defines it.",
        help: "Give a repository on a host that is reachable from the Internet.",
        basis: Basis::Inferred {
            source: "partner guide, \"The Build Service\": the service clones onto a build server",
        },
        examples: &[
            Example::bad("https://intranet/acme/app"),
            Example::bad("https://localhost/acme/app"),
            Example::bad("ssh://git@10.0.0.5/acme/app"),
            Example::bad("https://git.acme.internal/acme/app"),
            Example::fixed("git@github.com-work:acme/app.git", "git@github.com:acme/app.git"),
            Example::bad("git@gitlab-work:acme/app.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: private_host,
};

fn private_host(context: &Context<'_>, findings: &mut Findings) {
    let (Some(host), true) = (context.scan.host, context.is_sound()) else { return };
    let Some(found) = context.reach().and_then(Reach::obstacle) else { return };
    let message = format!("the host cannot be reached from the Internet: it is {found}");
    let may_be_alias = matches!(context.reach(), Some(Reach::SingleLabel | Reach::NoTopLevelDomain))
        && context.scan.transport() == Some(Transport::Ssh);
    let draft = if context.scan.meant_host().is_some() {
        context.fix(findings, message, host)
    } else {
        context.report(findings, message, host)
    };
    if let Some(name) = context.scan.str(Some(host)).filter(|_| may_be_alias) {
        draft.help(format!(
            "If this is an alias in your ssh configuration, write the host that it stands for: `ssh -G \
             {name}` prints it as `hostname`."
        ));
    }
}

pub(super) static IP_ADDRESS: Entry = Entry {
    rule: Rule {
        id: "git-url-ip-address",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host is an IP address",
        why: "Certificates and host keys belong to names, so the connection is rejected or accepted without \
              verification.",
        help: "Write the name of the host.",
        basis: Basis::Inferred {
            source: "a non-interactive clone cannot confirm an unknown certificate or host key",
        },
        examples: &[Example::bad("https://8.8.8.8/acme/app"), Example::good("https://github.com/acme/app")],
    },
    check: ip_address,
};

fn ip_address(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) =
        context.scan.host.filter(|_| context.reach() == Some(Reach::Address) && context.is_sound())
    else {
        return;
    };
    context.report(findings, "the host is an IP address, not a name".to_owned(), host);
}

pub(super) static HOST_CASE: Entry = Entry {
    rule: Rule {
        id: "git-url-host-case",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "host name has uppercase letters",
        why: "Case does not matter in host names, but programs that compare text do not know that.",
        help: "Write the host in lowercase.",
        basis: Basis::Upstream { source: "RFC 3986, section 6.2.2.1" },
        examples: &[
            Example::fixed("https://GitHub.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: host_case,
};

fn host_case(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.is_sound()) else { return };
    let text = host.of(context.scan.text());
    let usual = context.scan.known_host().is_some_and(|name| name.as_bytes() == text);
    if !usual && text.iter().any(u8::is_ascii_uppercase) {
        context.fix(findings, "the host name has uppercase letters".to_owned(), host);
    }
}

pub(super) static WWW: Entry = Entry {
    rule: Rule {
        id: "git-url-www",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "host begins with `www.`",
        why: "The forge answers with a redirect to the name without `www.`, and ssh does not know the name at \
              all.",
        help: "Remove `www.`.",
        basis: Basis::Upstream { source: "github.com and gitlab.com redirect `www.`" },
        examples: &[
            Example::fixed("https://www.github.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: www,
};

fn www(context: &Context<'_>, findings: &mut Findings) {
    let (Some(host), Some(known), true) = (context.scan.host, context.known_host(), context.is_sound())
    else {
        return;
    };
    let begins =
        host.of(context.scan.text()).get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"www."));
    if begins {
        let www = Span { start: host.start, end: host.start + 4 };
        context.fix(findings, format!("the host is `{known}`, without `www.`"), www);
    }
}

pub(super) static OTHER_FORGE: Entry = Entry {
    rule: Rule {
        id: "git-url-other-forge",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "host is neither GitHub nor GitLab",
        why: "The partner guide names GitHub and GitLab. Other forges may work, but this is not promised.",
        help: "Mirror the repository to GitHub or GitLab if the service cannot clone it.",
        basis: partner_guide(
            "The build service clones your Github/Gitlab repository onto a build server, and uses the Dockerfile to build your \
             image.",
        ),
        examples: &[
            Example::bad("https://bitbucket.org/acme/app.git"),
            Example::bad("https://git.example.com/acme/app.git"),
            Example::fixed("https://githb.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
            Example::good("git@gitlab.com:acme/app.git"),
        ],
    },
    check: other_forge,
};

fn other_forge(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let named = matches!(context.known_host(), Some("github.com" | "gitlab.com" | "gist.github.com"));
    if named || scan.forge == Forge::NoGit || context.reach() != Some(Reach::Public) || !context.is_sound() {
        return;
    }
    let (Some(place), Some(host)) = (scan.host, scan.str(scan.host)) else { return };
    let found = match scan.forge {
        Forge::Unknown => format!("`{host}`"),
        forge => format!("`{host}` ({})", forge.name()),
    };
    let message = format!("{found} is neither GitHub nor GitLab");
    match scan.meant_host() {
        Some(meant) => {
            let help = format!("If you mean `{meant}`, write it; `{host}` is another host.");
            context.fix(findings, message, place).help(help);
        }
        None => drop(context.report(findings, message, place)),
    }
}

pub(super) static SCP_MISSING_COLON: Entry = Entry {
    rule: Rule {
        id: "git-url-scp-missing-colon",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "SSH link has `/` instead of `:` after the host",
        why: "Without the colon, git reads the text as a local directory.",
        help: "Write a colon between host and path.",
        basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
        examples: &[
            Example::fixed("git@github.com/acme/app.git", "git@github.com:acme/app.git"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: scp_missing_colon,
};

fn scp_missing_colon(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::SlashForColon]);
}

pub(super) static PATH_IN_PORT: Entry = Entry {
    rule: Rule {
        id: "git-url-path-in-port",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has a path in the place of a port",
        why: "A port follows the colon of an `ssh://` URL; git reads anything else as part of the host name and never \
              reaches the host.",
        help: "Write a slash instead of the colon, or remove `ssh://`.",
        basis: Basis::Upstream { source: "git connect.c, get_host_and_port" },
        examples: &[
            Example::fixed("ssh://git@github.com:acme/app.git", "ssh://git@github.com/acme/app.git"),
            Example::fixed("https://github.com:acme/app.git", "https://github.com/acme/app.git"),
            Example::good("ssh://git@gitlab.com/acme/app.git"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: path_in_port,
};

fn path_in_port(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::PathForPort]);
}

pub(super) static INVALID_PORT: Entry = Entry {
    rule: Rule {
        id: "git-url-invalid-port",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "port is not a number from 1 to 65535",
        why: "curl rejects the URL, and git reads the text as part of the ssh host name.",
        help: "Correct the port or remove it.",
        basis: Basis::Upstream {
            source: "git connect.c, get_host_and_port; curl: URL using bad/illegal format",
        },
        examples: &[
            Example::bad("https://github.com:99999/acme/app"),
            Example::bad("ssh://git@github.com:0/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: invalid_port,
};

fn invalid_port(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::Port]);
}

pub(super) static SCP_PORT: Entry = Entry {
    rule: Rule {
        id: "git-url-scp-port",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "SSH link in scp form cannot have a port",
        why: "In the form `host:path` everything after the colon is the path: git looks for a directory `22`.",
        help: "Remove the port, or write `ssh://git@host:22/…`.",
        basis: Basis::Upstream { source: "git-clone(1), \"GIT URLS\"; connect.c, parse_connect_url" },
        examples: &[
            Example::fixed("git@github.com:22/acme/app.git", "git@github.com:acme/app.git"),
            Example::good("ssh://git@github.com/acme/app.git"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: scp_port,
};

fn scp_port(context: &Context<'_>, findings: &mut Findings) {
    let Some(port) = context.scan.scp_port().filter(|_| context.is_sound()) else { return };
    context.fix(findings, "expected the path after the colon, found what looks like a port".to_owned(), port);
}

pub(super) static DEFAULT_PORT: Entry = Entry {
    rule: Rule {
        id: "git-url-default-port",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL names the default port",
        why: "The port adds nothing, and programs that compare text see another repository.",
        help: "Remove the colon and the port.",
        basis: Basis::Upstream { source: "RFC 3986, section 6.2.3" },
        examples: &[
            Example::fixed("https://github.com:443/acme/app", "https://github.com/acme/app"),
            Example::fixed("ssh://git@github.com:22/acme/app.git", "ssh://git@github.com/acme/app.git"),
            Example::fixed("https://github.com:/acme/app", "https://github.com/acme/app"),
            Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
        ],
    },
    check: default_port,
};

fn default_port(context: &Context<'_>, findings: &mut Findings) {
    let (Some(port), Some(transport), true) =
        (context.scan.port, context.scan.transport(), context.is_sound())
    else {
        return;
    };
    let default = context.scan.port_number.is_none_or(|port| port == transport.default_port());
    if default {
        let with_colon = Span { start: port.start - 1, end: port.end };
        let message =
            if port.is_empty() { "the colon has no port" } else { "the default port is unnecessary" };
        context.fix(findings, message.to_owned(), with_colon);
    }
}

pub(super) static FORGE_HOST: Entry = Entry {
    rule: Rule {
        id: "git-url-forge-host",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "host of the forge does not serve the transport",
        why: "Some forges have one host for HTTPS and another for SSH. The wrong one does not answer a clone.",
        help: "Write the forge's host for the transport.",
        basis: Basis::Upstream {
            source: "docs.github.com, \"Using SSH over the HTTPS port\"; learn.microsoft.com, Azure Repos, \"Use SSH key \
                     authentication\"",
        },
        examples: &[
            Example::fixed("https://ssh.github.com/acme/app", "https://github.com/acme/app"),
            Example::fixed("git@dev.azure.com:v3/acme/shop/app", "git@ssh.dev.azure.com:v3/acme/shop/app"),
            Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
            Example::good("git@ssh.dev.azure.com:v3/acme/shop/app"),
        ],
    },
    check: forge_host,
};

fn forge_host(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let right = scan.host_for_transport().filter(|_| context.is_sound());
    if let (Some(right), Some(host), Some(transport)) = (right, scan.host, scan.transport()) {
        context.fix(findings, format!("this host does not serve {transport}; `{right}` does"), host);
    }
}

pub(super) static FORGE_PORT: Entry = Entry {
    rule: Rule {
        id: "git-url-forge-port",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "forge does not serve git on this port",
        why: "GitHub, GitLab, Bitbucket and Azure Repos serve https on port 443 and ssh on port 22. Those that serve \
              ssh on port 443 use another host, such as `ssh.github.com`.",
        help: "Remove the port.",
        basis: Basis::Upstream {
            source: "docs.github.com, \"Using SSH over the HTTPS port\"; docs.gitlab.com, \"Use SSH keys\"; \
                     support.atlassian.com, \"Use the SSH protocol with Bitbucket Cloud\"",
        },
        examples: &[
            Example::fixed("https://github.com:8443/acme/app", "https://github.com/acme/app"),
            Example::fixed("ssh://git@gitlab.com:2222/acme/app.git", "ssh://git@gitlab.com/acme/app.git"),
            Example::fixed(
                "ssh://git@github.com:443/acme/app.git",
                "ssh://git@ssh.github.com:443/acme/app.git",
            ),
            Example::good("ssh://git@ssh.github.com:443/acme/app.git"),
            Example::good("ssh://git@gitlab.example.com:2222/acme/app.git"),
        ],
    },
    check: forge_port,
};

fn forge_port(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let unserved = scan.unserved_port().filter(|_| context.is_sound());
    if let (Some(port), Some(place), Some(host), Some(transport)) =
        (unserved, scan.port, context.known_host(), scan.transport())
    {
        let message = format!("`{host}` does not serve {transport} on port {port}");
        context.fix(findings, message, place);
    }
}
