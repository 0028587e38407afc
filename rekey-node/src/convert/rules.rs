//! The table of rules.

use rekey_core::{Rule, rules as all};
use serde::Serialize;

/// All rules as JSON.
pub(crate) fn rules() -> String {
    let rules: Vec<_> = all().map(RuleForm::from).collect();
    serde_json::to_string(&rules).expect("a rule holds nothing that JSON cannot")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleForm {
    id: &'static str,
    subject: &'static str,
    severity: &'static str,
    summary: &'static str,
    why: &'static str,
    help: &'static str,
    basis: BasisForm,
    checks: &'static [rekey_core::preflight::Check],
    docs: String,
    since: &'static str,
    flows: Vec<&'static str>,
    policies: Vec<&'static str>,
    since_preflight: Option<String>,
    before_preflight: Option<String>,
}

#[derive(Serialize)]
struct BasisForm {
    kind: &'static str,
    source: String,
    quote: Option<&'static str>,
    date: Option<&'static str>,
}

impl From<&'static Rule> for RuleForm {
    fn from(rule: &'static Rule) -> Self {
        let version = |(major, minor, patch): (u16, u16, u16)| format!("{major}.{minor}.{patch}");
        Self {
            id: rule.id,
            subject: rule.subject.as_str(),
            severity: rule.severity.as_str(),
            summary: rule.summary,
            why: rule.why,
            help: rule.help,
            basis: BasisForm {
                kind: rule.basis.kind(),
                source: rule.basis.source().into_owned(),
                quote: rule.basis.quote(),
                date: rule.basis.date(),
            },
            checks: rule.checks(),
            docs: rule.docs(),
            since: rule.since(),
            flows: rule.scope.flows().map(rekey_core::Flow::as_str).collect(),
            policies: rule.scope.policies().map(rekey_core::Policy::as_str).collect(),
            since_preflight: rule.scope.since().map(version),
            before_preflight: rule.scope.before().map(version),
        }
    }
}
