//! The JSON Schema of `rekey.toml`, with which editors complete it and mark mistakes.
#![allow(clippy::needless_pass_by_value, reason = "what `json!` makes is handed over")]

use rekey_core::{Flow, Policy, preflight::Check, rules};
use serde_json::{Map, Value, json};

/// The input of `Config::parse` as a JSON Schema of draft 7, which TOML editors support best.
///
/// ```
/// let schema = rekey_files::config::schema();
/// assert!(schema["properties"]["image"]["items"]["properties"]["tag"].is_object());
/// ```
pub fn schema() -> Value {
    let flows: Vec<_> = Flow::ALL.iter().map(|flow| flow.as_str()).collect();
    let policies: Vec<_> = Policy::ALL.iter().map(|kind| kind.as_str()).collect();
    let target = json!({"description": "The certification policy.", "enum": policies});
    let rules = json!({"$ref": "#/definitions/severities"});
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Generated out of the code; refresh with `cargo xtask generate`.",
        "title": "rekey.toml",
        "description": "What is submitted to Red Hat's container certification.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "flow": {"description": "How the image is handed in.", "enum": flows},
            "policy": target,
            "preflight-version": text("The version of openshift-preflight, 1.11 or later."),
            "git": object("The git source.", json!({
                "url": text("The git source URL."),
                "private": {"description": "Whether the repository is private.", "type": "boolean"},
                "key": text("The path of the private key."),
                "key-env": text("The environment variable that holds the private key."),
                "public-key": text("The path of the public key that the git host has."),
                "key-fingerprint": text("The fingerprint that the git host shows."),
            })),
            "image": list("The images.", object("An image.", json!({
                "name": text("What reports call it."),
                "dockerfile": text("The path of the Dockerfile."),
                "context": text("The path of the build context; by default, the folder of this file."),
                "target": text("The stage to build."),
                "tag": text("The image tag."),
                "published": {
                    "description": "The tags that are published, or the path of a list of them.",
                    "type": ["string", "array"],
                    "items": {"type": "string"},
                },
                "reference": text("The reference that the image is pushed to."),
                "build-args": texts("Values of build arguments."),
                "labels": texts("Labels that the build sets."),
                "base-config": text("The path of the base image's config JSON."),
                "policy": target,
            }))),
            "rules": rules,
            "override": list("Rules for some files only.", json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["paths"],
                "properties": {
                    "paths": {
                        "description": "Patterns of files, relative to rekey.toml.",
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string"},
                    },
                    "rules": rules,
                },
            })),
        },
        "definitions": {"severities": severities()},
    })
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn texts(description: &str) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": {"type": "string"}})
}

fn list(description: &str, items: Value) -> Value {
    json!({"description": description, "type": "array", "items": items})
}

fn object(description: &str, properties: Value) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": false, "properties": properties})
}

/// Every rule and check with its summary, for completion in editors; `rule:parameter` is allowed too.
fn severities() -> Value {
    let severity = json!({"enum": ["off", "note", "warning", "error"]});
    let with = |description: &str| {
        let mut severity = severity.clone();
        severity["description"] = description.into();
        severity
    };
    let mut properties: Map<String, Value> =
        rules().map(|rule| (rule.id.to_owned(), with(rule.summary))).collect();
    properties.extend(
        Check::ALL
            .iter()
            .map(|check| (check.to_string(), with("Every rule about this check of openshift-preflight."))),
    );
    json!({
        "description": "What a rule's findings weigh.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "patternProperties": {"^[A-Za-z-]+:.+$": severity},
    })
}
