//! The SARIF form of a report, for code hosts and editors.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Report, json::Each};
use crate::{
    finding::{Edit, Finding, Fix, Place, Safety, Source},
    rehearsal::StepResult,
    rule::Rule,
    text::Range,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

impl Report {
    /// The whole report as SARIF 2.1.0: one run, the rules that have findings, and the forecast among its
    /// properties.
    ///
    /// Columns count Unicode scalar values. A source that is a file has a physical location with its path as
    /// a relative URI; a field such as `tag` has a logical one. Fixes that a person has to make are omitted.
    ///
    /// Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
    ///
    /// ```
    /// use rekey_core::{Target, check_tag};
    ///
    /// let sarif = check_tag("1.0", &Target::default()).to_sarif();
    /// assert!(sarif.contains(r#""ruleId":"tag-missing-release""#));
    /// ```
    pub fn to_sarif(&self) -> String {
        let mut rules: Vec<&'static Rule> = Vec::new();
        for finding in self.findings() {
            if !rules.contains(&finding.rule()) {
                rules.push(finding.rule());
            }
        }
        let target = self.target();
        let properties = Properties {
            flow: target.flow().as_str(),
            policy: target.policy().as_str(),
            preflight_version: target.preflight_version().to_string(),
            today: target.today().map(|today| today.to_string()),
            steps: self.steps(),
            forecast: Each(|| self.sections().iter().flat_map(|section| section.forecast(self))),
        };
        let tool = json!({"driver": {
            "name": "rekey",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": crate::rule::DOCS,
            "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        }});
        // Results are created one by one while they are written: all of them at once take many times the
        // space of the text.
        let results = Each(|| self.findings().map(|finding| result(finding, &rules)));
        let run = Run { tool, column_kind: "unicodeCodePoints", results, properties };
        let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
        serde_json::to_string(&log).expect("a report holds nothing that JSON cannot")
    }
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, R, F> {
    tool: Value,
    column_kind: &'static str,
    results: R,
    properties: Properties<'a, F>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a, F> {
    flow: &'static str,
    policy: &'static str,
    preflight_version: String,
    today: Option<String>,
    #[serde(skip_serializing_if = "<[StepResult]>::is_empty")]
    steps: &'a [StepResult],
    forecast: F,
}

fn descriptor(rule: &Rule) -> Value {
    let mut markdown =
        format!("{}\n\n{}\n\nBasis: {}, {}", rule.why, rule.help, rule.basis.kind(), rule.basis.source());
    if let Some(quote) = rule.basis.quote() {
        let _ = write!(markdown, "\n\n> {quote}");
    }
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.help, "markdown": markdown},
        "helpUri": rule.docs(),
        "defaultConfiguration": {"level": rule.severity.as_str()},
        "properties": {"tags": [rule.subject.as_str(), rule.basis.kind()], "checks": rule.checks(), "since": rule.since()},
    })
}

fn result(finding: &Finding, rules: &[&'static Rule]) -> Value {
    let rule = finding.rule();
    let index = rules.iter().position(|known| *known == rule);
    let mut out = Map::new();
    out.insert("ruleId".into(), rule.id.into());
    out.insert("ruleIndex".into(), index.into());
    out.insert("level".into(), finding.severity().as_str().into());
    out.insert("message".into(), json!({"text": format!("{}. {}", finding.message(), finding.help())}));
    out.insert("locations".into(), json!([location(finding.source(), finding.place())]));
    let related = finding.related().iter().enumerate().map(|(id, related)| {
        let source = related.source.as_ref().unwrap_or(finding.source());
        let mut location = located(source, related.range.as_ref());
        location.insert("id".into(), id.into());
        location.insert("message".into(), json!({"text": related.message}));
        Value::Object(location)
    });
    let first = finding.related().len();
    let consequences = finding.consequences().iter().enumerate().map(|(number, other)| {
        let mut location = located(other.source(), other.range());
        location.insert("id".into(), (first + number).into());
        let text = format!("follows from this: {} ({})", other.message(), other.id());
        location.insert("message".into(), json!({"text": text}));
        Value::Object(location)
    });
    let related: Vec<_> = related.chain(consequences).collect();
    if !related.is_empty() {
        out.insert("relatedLocations".into(), related.into());
    }
    // Edits apply to files: a field has no artifact that a viewer could change.
    let fix = finding.fix().filter(|fix| fix.safety != Safety::Display && finding.source().is_file());
    if let Some(fix) = fix {
        out.insert("fixes".into(), json!([fixed(fix, finding.source())]));
    }
    let properties = json!({"parameter": finding.parameter(), "parameters": finding.parameters().collect::<Vec<_>>(), "incomplete": finding.is_incomplete()});
    out.insert("properties".into(), properties);
    Value::Object(out)
}

fn location(source: &Source, place: Option<&Place>) -> Value {
    let range = match place {
        Some(Place::Text(range)) => Some(range),
        _ => None,
    };
    let mut out = located(source, range);
    let inner = match place {
        Some(Place::Pointer(pointer)) => Some(json!({"fullyQualifiedName": pointer, "kind": "value"})),
        Some(Place::Layer { layer, path }) => {
            Some(json!({"fullyQualifiedName": format!("layer {layer}: {path}"), "kind": "resource"}))
        }
        _ => None,
    };
    if let Some(inner) = inner {
        out.insert("logicalLocations".into(), json!([inner]));
    }
    Value::Object(out)
}

fn located(source: &Source, range: Option<&Range>) -> Map<String, Value> {
    let mut out = Map::new();
    if source.is_file() {
        let mut physical = Map::new();
        physical.insert("artifactLocation".into(), artifact(source));
        physical.extend(range.map(|range| ("region".to_owned(), region(range))));
        out.insert("physicalLocation".into(), physical.into());
    } else {
        out.insert(
            "logicalLocations".into(),
            json!([{"fullyQualifiedName": source.name(), "kind": "parameter"}]),
        );
    }
    out
}

fn artifact(source: &Source) -> Value {
    json!({"uri": uri(source.name())})
}

fn region(range: &Range) -> Value {
    json!({
        "startLine": range.line,
        "startColumn": range.column,
        "endLine": range.end_line,
        "endColumn": range.end_column,
        "byteOffset": range.bytes.start,
        "byteLength": range.bytes.len(),
    })
}

fn fixed(fix: &Fix, source: &Source) -> Value {
    let replacement =
        |edit: &Edit| json!({"deletedRegion": region(&edit.range), "insertedContent": {"text": edit.text}});
    json!({
        "description": {"text": fix.description},
        "artifactChanges": [{
            "artifactLocation": artifact(source),
            "replacements": fix.edits.iter().map(replacement).collect::<Vec<_>>(),
        }],
        "properties": {"safety": fix.safety},
    })
}

/// A path as a URI reference; a relative path stays relative. Everything except letters, digits, `-`, `.`,
/// `_`, `~` and `/` is encoded.
fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut out = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char);
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri_reference() {
        for (path, expected) in [
            ("app/Dockerfile", "app/Dockerfile"),
            ("my app/a:b#c", "my%20app/a%3Ab%23c"),
            ("/srv/app/Dockerfile", "file:///srv/app/Dockerfile"),
            ("übung", "%C3%BCbung"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn a_finding_has_its_rule_its_region_and_its_fix() {
        use crate::{DockerfileInput, Target, Text, check_dockerfile};
        let text = Text::from("FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER 1001 # nonroot\n");
        let text = text.called(Source::file("app/Dockerfile"));
        let report = check_dockerfile(DockerfileInput::new(text), &Target::default());
        let sarif: Value = serde_json::from_str(&report.to_sarif()).unwrap();
        let run = &sarif["runs"][0];
        let result = run["results"].as_array().unwrap().iter();
        let result = result.into_iter().find(|one| one["ruleId"] == "dockerfile-swallowed-comment").unwrap();
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "app/Dockerfile");
        assert_eq!(place["region"]["startLine"], 2);
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "");
        assert_eq!(run["properties"]["forecast"].as_array().unwrap().len(), report.forecast().len());
    }
}
