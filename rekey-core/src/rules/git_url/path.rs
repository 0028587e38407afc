//! Paths, queries and fragments.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::{Forge, PageKind, ProblemKind, Transport, is_codecommit},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    text::Span,
};

pub(super) static DOT_SEGMENT: Entry = Entry {
    rule: Rule {
        id: "git-url-dot-segment",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "path contains `.`, `..` or an empty part",
        why: "curl resolves them, git over ssh does not, and forges reject them: the same text names different \
              repositories (CVE-2020-11008).",
        help: "Write the path without them.",
        basis: Basis::Upstream { source: "RFC 3986, section 5.2.4; curl; CVE-2020-11008" },
        examples: &[
            Example::fixed("https://github.com/acme/../acme/app", "https://github.com/acme/app"),
            Example::fixed("https://github.com/acme//app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: dot_segment,
};

fn dot_segment(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::DotSegment, ProblemKind::EmptySegment]);
}

pub(super) static INVALID_PATH: Entry = Entry {
    rule: Rule {
        id: "git-url-invalid-path",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "path is read differently by different programs",
        why: "Some programs read an encoded slash or dot as a separator, others do not; git drops a single character \
              in front of `~`.",
        help: "Write the path without such escapes.",
        basis: Basis::Upstream { source: "git url.c, url_decode; connect.c, parse_connect_url" },
        examples: &[
            Example::bad("https://github.com/acme%2fapp"),
            Example::bad("https://github.com/acme/app%zz"),
            Example::bad("git.example.com:x~jane/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: invalid_path,
};

fn invalid_path(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.problems(&[ProblemKind::SwallowedByte, ProblemKind::Escape, ProblemKind::EncodedSeparator])
    {
        context.report(findings, problem.to_string(), problem.span);
    }
}

pub(super) static QUERY: Entry = Entry {
    rule: Rule {
        id: "git-url-query",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has a query",
        why: "git appends `/info/refs` to the URL, where it becomes part of the query, so the clone fails; over ssh \
              the text becomes part of the repository's name.",
        help: "Remove `?` and everything after it.",
        basis: Basis::Upstream { source: "git remote-curl.c, discover_refs; curl" },
        examples: &[
            Example::fixed("https://github.com/acme/app?tab=readme", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: query,
};

fn query(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::Query]);
}

pub(super) static FRAGMENT: Entry = Entry {
    rule: Rule {
        id: "git-url-fragment",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has a fragment",
        why: "The server sees neither a fragment nor what git appends after it, so the clone fails; over ssh the text \
              becomes part of the repository's name.",
        help: "Remove `#` and everything after it. The URL cannot name a branch.",
        basis: Basis::Upstream { source: "RFC 3986, section 3.5; git remote-curl.c, discover_refs" },
        examples: &[
            Example::fixed("https://github.com/acme/app#main", "https://github.com/acme/app"),
            Example::fixed("git@github.com:acme/app.git#v1", "git@github.com:acme/app.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: fragment,
};

fn fragment(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::Fragment]);
}

pub(super) static MISSING_REPOSITORY: Entry = Entry {
    rule: Rule {
        id: "git-url-missing-repository",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL names no repository",
        why: "A repository's address has an owner and a name; this is only a host or an owner's page.",
        help: "Append the owner and the repository: `https://github.com/owner/repository`.",
        basis: Basis::Upstream {
            source: "docs.github.com, \"About remote repositories\"; git connect.c: no path specified",
        },
        examples: &[
            Example::bad("https://github.com"),
            Example::bad("https://github.com/acme"),
            Example::bad("git@github.com:"),
            Example::bad("ssh://git@github.com"),
            Example::bad("https://git-codecommit.us-east-1.amazonaws.com/app"),
            Example::good("https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app"),
            Example::good("https://gitlab.com/group/sub/app"),
        ],
    },
    check: missing_repository,
};

fn missing_repository(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.problem_of(ProblemKind::PathForPort).is_some() {
        return;
    }
    context.report_problems(findings, &[ProblemKind::MissingPath]);
    let is_codecommit = scan.str(scan.host).is_some_and(|host| is_codecommit(host.as_bytes()));
    if let Some(path) = scan.path.filter(|_| is_codecommit && context.is_sound()) {
        return check_codecommit(context, findings, path);
    }
    if !context.is_sound() || scan.repository.is_some() || scan.page.is_some() || scan.forge == Forge::NoGit {
        return;
    }
    let Some(path) = scan.path.filter(|_| scan.azure_path().is_none()) else { return };
    let only_slash = path.len() < 2;
    let has_place = matches!(scan.forge, Forge::Unknown | Forge::Gist);
    if only_slash || !has_place {
        context.report(findings, "the path does not name an owner and a repository".to_owned(), path);
    }
}

/// AWS CodeCommit has `/v1/repos/NAME`.
fn check_codecommit(context: &Context<'_>, findings: &mut Findings, path: Span) {
    let text = context.scan.str(Some(path)).unwrap_or_default();
    let name = text.trim_start_matches('/').strip_prefix("v1/repos/").unwrap_or_default();
    if name.is_empty() {
        let message = "expected `/v1/repos/` and a repository name, found another path".to_owned();
        context.report(findings, message, path);
    }
}

pub(super) static BROWSER_PAGE: Entry = Entry {
    rule: Rule {
        id: "git-url-browser-page",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is a page of a web interface",
        why: "A page's address is not the repository's address: git asks for it and gets a page or nothing.",
        help: "Give the address of the repository. It does not include a branch.",
        basis: Basis::Upstream {
            source: "docs.github.com, \"Cloning a repository\"; docs.gitlab.com, \"Clone a repository\"",
        },
        examples: &[
            Example::fixed("https://github.com/acme/app/tree/main", "https://github.com/acme/app"),
            Example::fixed(
                "https://gitlab.com/acme/sub/app/-/blob/main/Dockerfile",
                "https://gitlab.com/acme/sub/app",
            ),
            Example::fixed(
                "https://bitbucket.acme.com/projects/P/repos/app/browse",
                "https://bitbucket.acme.com/scm/P/app.git",
            ),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: browser_page,
};

fn browser_page(context: &Context<'_>, findings: &mut Findings) {
    let (Some(page), Some(extra), true) = (context.scan.page, context.scan.extra, context.is_sound()) else {
        return;
    };
    let what = match page.kind {
        PageKind::Files => "a page of its files",
        PageKind::Commit => "the page of a commit",
        PageKind::PullRequest => "a page of pull or merge requests",
        PageKind::Issues => "a page of issues",
        PageKind::Releases => "a page of releases, tags or branches",
        PageKind::Wiki => "a page of its wiki",
        PageKind::Archive => "an archive to download",
        _ => "a page",
    };
    let draft = context.fix(findings, format!("this is {what}, not the address of a repository"), extra);
    if let Some(reference) = context.scan.str(page.reference) {
        draft.help(format!(
            "Give the address of the repository. The URL cannot carry the branch or tag `{reference}`."
        ));
    }
}

pub(super) static EXTRA_PATH: Entry = Entry {
    rule: Rule {
        id: "git-url-extra-path",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "path goes on after the repository",
        why: "GitHub addresses consist of an owner and a repository; a directory inside a repository cannot be cloned.",
        help: "Give the address of the repository.",
        basis: Basis::Upstream { source: "docs.github.com, \"About remote repositories\"" },
        examples: &[
            Example::fixed("https://github.com/acme/app/docker", "https://github.com/acme/app"),
            Example::good("https://gitlab.com/acme/sub/app"),
        ],
    },
    check: extra_path,
};

fn extra_path(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    if scan.page.is_some() || scan.scp_port().is_some() || !context.is_sound() {
        return;
    }
    let Some(extra) = scan.extra else { return };
    context.fix(findings, "the path goes on after the repository".to_owned(), extra);
}

pub(super) static GIST: Entry = Entry {
    rule: Rule {
        id: "git-url-gist",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL is a gist",
        why: "A gist can be cloned, but it has no directories and no owner's settings, and its name is an id that \
              does not show what is built.",
        help: "Put the files into a repository.",
        basis: Basis::Practice { source: "a gist holds files without directories" },
        examples: &[
            Example::bad("https://gist.github.com/acme/0123456789abcdef0123"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: gist,
};

fn gist(context: &Context<'_>, findings: &mut Findings) {
    let Some(host) = context.scan.host.filter(|_| context.scan.forge == Forge::Gist && context.is_sound())
    else {
        return;
    };
    context.report(findings, "this is a gist, not a repository".to_owned(), host);
}

pub(super) static UNNECESSARY_ESCAPE: Entry = Entry {
    rule: Rule {
        id: "git-url-unnecessary-escape",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "character is percent-encoded unnecessarily",
        why: "Some programs read the escape as the same letter, others as a different name.",
        help: "Write the letter itself.",
        basis: Basis::Upstream { source: "RFC 3986, section 6.2.2.2" },
        examples: &[
            Example::fixed("https://github.com/acme/%61pp", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: unnecessary_escape,
};

fn unnecessary_escape(context: &Context<'_>, findings: &mut Findings) {
    let Some(escape) = context.scan.needless_escape.filter(|_| context.is_sound()) else { return };
    context.fix(findings, "this character does not need an escape".to_owned(), escape);
}

pub(super) static TRAILING_SLASH: Entry = Entry {
    rule: Rule {
        id: "git-url-trailing-slash",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL ends with a slash",
        why: "The URL works, but the repository's name is empty to programs that read it from the text after the last \
              slash.",
        help: "Remove the slash.",
        basis: Basis::Practice { source: "names are compared as text" },
        examples: &[
            Example::fixed("https://github.com/acme/app/", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: trailing_slash,
};

fn trailing_slash(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let Some(slash) = scan.trailing_slash().filter(|_| context.is_sound()) else { return };
    if scan.extra.is_none() && scan.repository.is_some() {
        context.fix(findings, "the URL ends with a slash".to_owned(), slash);
    }
}

pub(super) static DOUBLE_SUFFIX: Entry = Entry {
    rule: Rule {
        id: "git-url-double-suffix",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "repository ends with `.git` twice",
        why: "Forges strip one `.git`; no repository's name ends with another.",
        help: "Remove one `.git`.",
        basis: Basis::Upstream {
            source: "docs.gitlab.com, \"Reserved project and group names\": not ending in .git",
        },
        examples: &[
            Example::bad("https://github.com/acme/app.git.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: double_suffix,
};

fn double_suffix(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    // At Azure Repos, `.git` is part of the name; another rule reports it.
    if context.scan.forge != Forge::Azure && name.of(context.scan.text()).ends_with(b".git") {
        let suffix = Span { start: name.end - 4, end: name.end };
        context.report(findings, "the repository ends with `.git` twice".to_owned(), suffix);
    }
}

pub(super) static AZURE_SUFFIX: Entry = Entry {
    rule: Rule {
        id: "git-url-azure-suffix",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "`.git` is part of the name at Azure Repos",
        why: "Other forges strip `.git`; Azure Repos looks for a repository with this name and answers `TF401019`.",
        help: "Remove `.git`, unless the repository's name ends with it.",
        basis: Basis::Upstream {
            source: "learn.microsoft.com, Azure Repos, \"Clone an existing Git repo\": its URLs have no `.git`",
        },
        examples: &[
            Example::bad("https://dev.azure.com/acme/shop/_git/app.git"),
            Example::bad("git@ssh.dev.azure.com:v3/acme/shop/app.git"),
            Example::good("https://dev.azure.com/acme/shop/_git/app"),
        ],
    },
    check: azure_suffix,
};

fn azure_suffix(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    if context.scan.forge == Forge::Azure && name.of(context.scan.text()).ends_with(b".git") {
        let suffix = Span { start: name.end - 4, end: name.end };
        context.report(findings, "Azure Repos does not strip `.git` from the name".to_owned(), suffix);
    }
}

pub(super) static WIKI: Entry = Entry {
    rule: Rule {
        id: "git-url-wiki",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL is the repository of a wiki",
        why: "Forges keep a wiki's pages in a separate repository, which has no Dockerfile.",
        help: "Remove `.wiki`.",
        basis: Basis::Upstream { source: "docs.github.com, \"Adding or editing wiki pages\"" },
        examples: &[
            Example::bad("https://github.com/acme/app.wiki.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: wiki,
};

fn wiki(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.scan.repository.filter(|_| context.is_sound()) else { return };
    if name.of(context.scan.text()).ends_with(b".wiki") {
        let suffix = Span { start: name.end - 5, end: name.end };
        context.report(findings, "this is the repository of a wiki".to_owned(), suffix);
    }
}

pub(super) static AZURE_PATH: Entry = Entry {
    rule: Rule {
        id: "git-url-azure-path",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "path at Azure Repos does not fit the transport",
        why: "Over SSH the path begins with `v3` and has no `_git`; over HTTPS it is the other way round.",
        help: "Write `v3/ORGANIZATION/PROJECT/REPOSITORY` over SSH, `ORGANIZATION/PROJECT/_git/REPOSITORY` over HTTPS.",
        basis: Basis::Upstream {
            source: "learn.microsoft.com, Azure Repos, \"Clone an existing Git repo\" and \"Use SSH key authentication\"",
        },
        examples: &[
            Example::fixed(
                "git@ssh.dev.azure.com:acme/shop/_git/app",
                "git@ssh.dev.azure.com:v3/acme/shop/app",
            ),
            Example::fixed("git@ssh.dev.azure.com:acme/shop/app", "git@ssh.dev.azure.com:v3/acme/shop/app"),
            Example::fixed(
                "https://dev.azure.com/v3/acme/shop/app",
                "https://dev.azure.com/acme/shop/_git/app",
            ),
            Example::good("git@ssh.dev.azure.com:v3/acme/shop/app"),
            Example::good("https://dev.azure.com/acme/_git/app"),
        ],
    },
    check: azure_path,
};

fn azure_path(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let (Some(path), true) = (scan.path, context.is_sound()) else { return };
    if scan.azure_path().is_some() {
        let expected = match scan.transport() {
            Some(Transport::Ssh) => "v3/ORGANIZATION/PROJECT/REPOSITORY",
            _ => "ORGANIZATION/PROJECT/_git/REPOSITORY",
        };
        context.fix(findings, format!("the path must be `{expected}` for this transport"), path);
    }
}
