//! The text of a reference.

use super::{Context, Entry};
use crate::{
    finding::{Findings, Safety},
    preflight::{Check, infringes_trademark},
    reference::{ImageReference, ProblemKind, mistaken::Mistaken, scan},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::{filler, source::preflight},
    severity::Severity,
    tag,
    target::{Flow, Policy},
    text::Span,
};

pub(super) static INVALID: Entry = Entry {
    rule: Rule {
        id: "reference-invalid",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is not an image reference",
        why: "Podman, docker and skopeo reject it before anything is pushed.",
        help: "Write `registry/project/name:tag`, the name in lowercase, without spaces.",
        basis: Basis::Upstream { source: "distribution/reference regexp.go and normalize.go" },
        examples: &[
            Example::bad(""),
            Example::bad("quay.io/a//b:1"),
            Example::fixed("quay.io/a:1.0+2", "quay.io/a:1.0_2"),
            Example::bad("quay.io/a:1:2"),
            Example::bad("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
            Example::fixed(" quay.io/a/b:1\n", "quay.io/a/b:1"),
            Example::good("quay.io/a/b:1"),
        ],
    },
    check: invalid,
};

fn invalid(context: &Context<'_>, findings: &mut Findings) {
    match context.mistaken {
        Some(Mistaken::Digest) => {
            let whole = Span::new(0, context.scan.text.len());
            findings.report("expected a name, found only a digest, which is an image id").at(whole);
            return;
        }
        // Other rules report these.
        Some(Mistaken::Transport(_) | Mistaken::WebPage(_)) => return,
        None => {}
    }
    if context.scan.problems.is_empty() || holds_credentials(context) || placeholder_in(context).is_some() {
        return;
    }
    let text = context.scan.text;
    let mut trimmed = std::str::from_utf8(text)
        .ok()
        .map(str::trim)
        .filter(|inner| inner.len() < text.len() && ImageReference::parse(inner).is_ok());
    for problem in &context.scan.problems {
        match problem.kind {
            // Other rules report these.
            ProblemKind::Scheme | ProblemKind::Uppercase(_) => continue,
            _ => {}
        }
        let draft = findings.report(problem.to_string()).at(problem.span);
        if problem.kind == ProblemKind::Empty {
            draft.incomplete();
        }
        if problem.kind == ProblemKind::Tag(tag::ProblemKind::Character('+')) {
            draft.fix(Safety::Unsafe, "replace `+` with `_`", problem.span, "_");
        } else if let Some(trimmed) = trimmed.take() {
            draft.fix(
                Safety::Safe,
                "remove the spaces around the reference",
                Span::new(0, text.len()),
                trimmed,
            );
        }
    }
}

pub(super) static SCHEME: Entry = Entry {
    rule: Rule {
        id: "reference-scheme",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "reference begins with a scheme or a transport",
        why: "A reference is not a URL: it begins with the registry. `docker://` belongs to skopeo's commands, not to \
              the reference.",
        help: "Begin with the registry's host.",
        basis: Basis::Upstream { source: "distribution/reference regexp.go" },
        examples: &[
            Example::fixed("https://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
            Example::fixed("docker://quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
            Example::fixed("docker:quay.io/acme/app:1.0-1", "quay.io/acme/app:1.0-1"),
            Example::bad("docker-daemon:app:1.0-1"),
            Example::good("quay.io/acme/app:1.0-1"),
        ],
    },
    check: scheme,
};

fn scheme(context: &Context<'_>, findings: &mut Findings) {
    let is_transport = match context.mistaken {
        Some(Mistaken::WebPage(_)) => return, // `reference-web-page` reports it.
        Some(Mistaken::Transport(_)) => true,
        _ => false,
    };
    let span = match context.mistaken {
        Some(Mistaken::Transport(span)) => Some(span),
        _ => context.scan.scheme,
    };
    let Some(span) = span.filter(|_| !holds_credentials(context)) else { return };
    let text = context.scan.text;
    let scheme = span.str(text).unwrap_or_default();
    let found = if is_transport { "the transport " } else { "the scheme " };
    let draft =
        findings.report(format!("the reference begins with {found}`{scheme}`, not with a host")).at(span);
    if placeholder_in(context).is_some() {
        return;
    }
    if !is_transport {
        draft.fix(Safety::Safe, format!("remove `{scheme}`"), span, "");
        return;
    }
    draft.help(
        "Give only the reference, beginning with the registry's host: a transport belongs to commands.",
    );
    let rest = Span { start: span.end, end: text.len() as u32 };
    let names_registry =
        |rest: &str| scan(rest.as_bytes()).domain.is_some() && ImageReference::parse(rest).is_ok();
    if rest.str(text).is_some_and(names_registry) {
        let safety = if scheme == "docker:" { Safety::Safe } else { Safety::Unsafe };
        draft.fix(safety, format!("remove `{scheme}`"), span, "");
    }
}

pub(super) static USER_INFO: Entry = Entry {
    rule: Rule {
        id: "reference-user-info",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "reference has a user or a password in front of the registry",
        why: "A reference has no place for them: the tools reject it, and it ends up in shell histories and logs \
              together with the key.",
        help: "Log in with `podman login` first and give only the reference. If the key was real, ask for a new one.",
        basis: Basis::Upstream { source: "distribution/reference regexp.go" },
        examples: &[
            Example::bad("user:password@quay.io/acme/app:1.0-1"),
            Example::bad("https://user@quay.io/acme/app:1.0-1"),
            Example::good("quay.io/acme/app:1.0-1"),
            Example::good("quay.io/acme/app@sha256:12"),
        ],
    },
    check: user_info,
};

/// The finding has no place, since a snippet would show the credentials.
fn user_info(context: &Context<'_>, findings: &mut Findings) {
    if holds_credentials(context) {
        findings.report("the reference begins with a user, not with the registry");
    }
}

/// Returns true if the text after the first `@` is itself a reference and not a digest.
pub(super) fn holds_credentials(context: &Context<'_>) -> bool {
    let scan = context.scan;
    let wrong = scan.problems.iter().any(|problem| problem.kind == ProblemKind::DigestForm);
    wrong && scan.digest.is_some_and(|digest| digest.of(scan.text).contains(&b'/'))
}

pub(super) static PLACEHOLDER: Entry = Entry {
    rule: Rule {
        id: "reference-placeholder",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "reference has a placeholder",
        why: "The instructions of a project contain `[image-name]`, and a variable that the shell did not expand \
              stays as it is: no reference contains such characters.",
        help: "Replace the placeholder with the value.",
        basis: Basis::Upstream { source: "distribution/reference regexp.go" },
        examples: &[
            Example::bad("quay.io/acme/[image-name]:1.0-1"),
            Example::bad("quay.io/acme/app:${VERSION}"),
            Example::bad("quay.io/acme/app:$VERSION-1"),
            Example::bad("scan.connect.redhat.com/<project id>/app:1.0-1"),
            Example::bad("quay.io/acme/CHANGEME:1.0-1"),
            Example::good("quay.io/acme/todo:1.0-1"),
            Example::good("[2001:db8::1]/app:1"),
            Example::good("quay.io/acme/app:1.0-1"),
        ],
    },
    check: placeholder,
};

/// The maximum length of a placeholder in a message.
const MAX_NAME: usize = 40;

fn placeholder(context: &Context<'_>, findings: &mut Findings) {
    if holds_credentials(context) {
        return;
    }
    if let Some(span) = placeholder_in(context) {
        // A longer text is not a name: it may be JSON, possibly with a key in it.
        let name = span.str(context.scan.text).filter(|name| name.len() <= MAX_NAME);
        let message = match name {
            Some(name) => format!("the reference contains the placeholder `{name}`"),
            None => "the reference contains brackets".to_owned(),
        };
        findings.report(message).at(span);
    }
}

/// The first placeholder: `$NAME`, `${…}`, `$(…)`, `[…]`, `<…>`, `{…}`, or a word such as `TODO` in the path.
pub(super) fn placeholder_in(context: &Context<'_>) -> Option<Span> {
    let (text, path) = (context.scan.text, context.scan.path);
    if let Some(place) = path.str(text).and_then(|path| filler::find(path, b"/")) {
        let start = path.start as usize;
        return Some(Span::new(start + place.start, start + place.end));
    }
    if context.scan.problems.is_empty() {
        return None; // References contain these characters only as the brackets of an address.
    }
    let start = text.iter().position(|b| matches!(b, b'$' | b'[' | b'<' | b'{'))?;
    let rest = text.get(start..)?;
    let closed = |by: u8| rest.iter().position(|b| *b == by).map(|end| end + 1);
    if start == 0 && rest.starts_with(b"[") && rest.get(..closed(b']')?)?.contains(&b':') {
        return None; // An invalid IPv6 address.
    }
    let len = match rest {
        [b'$', b'{', ..] | [b'{', ..] => closed(b'}')? + usize::from(rest.starts_with(b"{{")),
        [b'$', b'(', ..] => closed(b')')?,
        [b'[', ..] => closed(b']')?,
        [b'<', ..] => closed(b'>')?,
        _ => 1 + rest.iter().skip(1).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count(),
    };
    Some(Span::new(start, start + len.min(rest.len())))
}

pub(super) static UPPERCASE: Entry = Entry {
    rule: Rule {
        id: "reference-uppercase",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "name has uppercase letters",
        why: "Repositories are lowercase: docker and podman report `repository name must be lowercase`.",
        help: "Write the name in lowercase; only the tag may have uppercase letters.",
        basis: Basis::Upstream { source: "distribution/reference normalize.go" },
        examples: &[
            Example::fixed("quay.io/Acme/App:1.0-RC1", "quay.io/acme/app:1.0-RC1"),
            Example::good("quay.io/acme/app:1.0-RC1"),
        ],
    },
    check: uppercase,
};

fn uppercase(context: &Context<'_>, findings: &mut Findings) {
    let scan = context.scan;
    let capital = |kind| matches!(kind, ProblemKind::Uppercase(_));
    let capitals = scan.problems.iter().find(|problem| capital(problem.kind));
    let Some(problem) = capitals.filter(|_| context.mistaken.is_none()) else { return };
    let (Some(path), None) = (scan.path.str(scan.text), placeholder_in(context)) else { return };
    if holds_credentials(context) {
        return;
    }
    let draft = findings.report(problem.to_string()).at(problem.span);
    // A different text in this field, such as a key, is not a reference in lowercase either, and must not be
    // repeated.
    if scan.problems.iter().all(|problem| capital(problem.kind) || problem.kind == ProblemKind::Scheme) {
        draft.fix(Safety::Unsafe, "write the name in lowercase", scan.path, path.to_ascii_lowercase());
    }
}

pub(super) static TRADEMARK: Entry = Entry {
    rule: Rule {
        id: "reference-trademark",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::ScratchNonroot, Policy::ScratchRoot])
            .of_checks(&[Check::HasProhibitedContainerName]),
        summary: "image's name infringes Red Hat's trademark",
        why: "Preflight fails an image whose last name component begins with `redhat`, or contains it without one \
              `for` in front. It does not look for word boundaries: `hundred-hats` fails as well.",
        help: "Rename the image; `app-for-redhat` is allowed.",
        basis: preflight("internal/policy/container/has_prohibited_container_name.go"),
        examples: &[
            Example::bad("quay.io/acme/redhat-app:1.0-1"),
            Example::bad("quay.io/acme/app-on-red-hat:1.0-1"),
            Example::good("quay.io/acme/app-for-redhat:1.0-1"),
            Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        ],
    },
    check: trademark,
};

fn trademark(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.reference.map(crate::reference::ImageReference::last_component) else { return };
    if infringes_trademark(name) {
        let end = context.scan.path.end as usize;
        let message = format!("the name `{name}` uses Red Hat's trademark");
        findings.report(message).at(Span::new(end - name.len(), end));
    }
}

pub(super) static SHORT_NAME: Entry = Entry {
    rule: Rule {
        id: "reference-short-name",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::External),
        summary: "reference names no registry and no project",
        why: "A bare name means an official image of Docker Hub, below `docker.io/library/`, to which only Docker \
              pushes.",
        help: "Begin the reference with your registry's host and your project there.",
        basis: Basis::Upstream { source: "distribution/reference normalize.go, officialRepoName" },
        examples: &[
            Example::bad("app:1.0-1"),
            Example::bad("localhost:5000"),
            Example::bad("docker.io/app:1.0-1"),
            Example::good("docker.io/acme/app:1.0-1"),
            Example::good("acme/app:1.0-1"),
        ],
    },
    check: short_name,
};

fn short_name(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.scan.is_docker_hub()) else { return };
    if reference.path().starts_with("library/") {
        let expected = if context.scan.domain.is_none() { "a registry" } else { "your project" };
        let name = reference.name();
        let message = format!("{expected} is missing before the name, which means `{name}`");
        findings.report(message).at(context.scan.path);
    }
}

pub(super) static WEB_PAGE: Entry = Entry {
    rule: Rule {
        id: "reference-web-page",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is the address of a web page",
        why: "A page about an image is not a push target: the registry has another host, or another path.",
        help: "Write the reference that `podman push` takes: registry, repository, colon and tag.",
        basis: Basis::Upstream {
            source: "docs.docker.com, \"Docker Hub\"; docs.quay.io, \"Getting Started\"",
        },
        examples: &[
            Example::fixed("https://quay.io/repository/acme/app?tab=tags", "quay.io/acme/app"),
            Example::fixed("https://hub.docker.com/r/acme/app/tags", "docker.io/acme/app"),
            Example::bad("https://catalog.redhat.com/software/containers/acme/app"),
            Example::good("quay.io/acme/app:1.0-1"),
        ],
    },
    check: web_page,
};

fn web_page(context: &Context<'_>, findings: &mut Findings) {
    let Some(Mistaken::WebPage(shown)) = &context.mistaken else { return };
    let whole = Span::new(0, context.scan.text.len());
    let draft = findings.report("this is the address of a web page, not an image reference").at(whole);
    if let Some(shown) = shown {
        draft.fix(Safety::Unsafe, format!("write `{shown}`"), whole, shown.as_str());
    }
}
