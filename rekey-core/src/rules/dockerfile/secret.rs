//! A secret that everybody who pulls the image can read.

use super::Context;
use crate::{
    dockerfile::{Arguments, Keyword, Word, is_secret_name},
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-secret",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "variable of the build or the image looks like a secret",
    why: "What `ENV` and `ARG` set stands in the image's config and history, for everybody who pulls it.",
    help: "Remove the value, have it replaced where it was issued, and use `RUN --mount=type=secret` or a variable that is \
           set when the container starts.",
    basis: Basis::Upstream {
        source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, SecretsUsedInArgOrEnv",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nENV DB_PASSWORD=hunter2\n"),
        Example::bad("FROM scratch\nARG API_TOKEN=hunter2\n"),
        Example::good("FROM scratch\nARG API_TOKEN\n"),
        Example::good("FROM scratch\nENV DB_PASSWORD=\n"),
        Example::good("FROM scratch\nENV DB_PASSWORD_FILE=/run/secrets/db\n"),
        Example::good("FROM scratch\nENV MONKEY=1 TOKENIZER=2\n"),
        Example::good("FROM scratch\nENV VAULT_SECRET_HOST=vault.acme.example SECRET_STORE=vault\n"),
        Example::good("FROM scratch\nENV KEY_RPM_SHA256=00\n"),
        Example::good("FROM scratch\nARG TOKEN\nENV TOKEN=$TOKEN\n"),
    ],
    check: Check::Dockerfile(check),
};

/// Whether a name says where a secret is kept or how it is read: `VAULT_SECRET_HOST`.
fn names_its_place(name: &str) -> bool {
    const PLACES: &[&str] = &[
        "adapter",
        "backend",
        "config",
        "dir",
        "directory",
        "enabled",
        "endpoint",
        "expiry",
        "host",
        "mode",
        "namespace",
        "port",
        "provider",
        "scheme",
        "store",
        "ttl",
        "verify",
    ];
    name.rsplit(['_', '-', '.'])
        .next()
        .is_some_and(|last| PLACES.iter().any(|place| last.eq_ignore_ascii_case(place)))
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    for instruction in &context.file.instructions {
        let set: Vec<(&Word<'_>, &Word<'_>)> = match &instruction.arguments {
            Arguments::Pairs(pairs) if instruction.keyword == Keyword::Env => {
                pairs.iter().map(|pair| (&pair.key, &pair.value)).collect()
            }
            Arguments::Variables(all) => {
                all.iter().filter_map(|variable| Some((&variable.name, variable.value.as_ref()?))).collect()
            }
            _ => continue,
        };
        for (name, value) in set {
            let fixed = value.cooked().is_some_and(|value| !value.is_empty());
            if fixed && is_secret_name(&name.text()) && !names_its_place(&name.text()) {
                findings.report(format!("`{}` looks like a secret", name.text())).at(name.span);
            }
        }
    }
}
