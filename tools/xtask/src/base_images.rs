//! The table of Red Hat's base images as a page.

use std::fmt::Write as _;

use rekey_core::{
    facts::base_images::{self, BaseImage, BaseLabel},
    preflight::REQUIRED_LABELS,
};

/// The page, without the line that says that it is generated.
pub(crate) fn page() -> String {
    let mut out = format!(
        "# Red Hat's base images\n\nAs of {}. What a `FROM` line brings along, of the builds that were \
         read; each row names where. No image was pulled, and a cell without a source is `?`: then a forecast says that it \
         is unknown, and what would settle it (`--base-config`). A tag of the past may have had other values, so every \
         verdict that rests on this table names its date.\n\n\
         Names are brought to one form: `ubi9/ubi-minimal`, `rhel9-minimal` and `redhat/ubi9-minimal` are other names for `ubi9-minimal`.\n",
        base_images::AS_OF
    );
    let (systems, runtimes) = base_images::table();
    out.push_str("\n## Operating systems\n\n");
    rows(&mut out, systems);
    out.push_str("\n## Languages and servers\n\nBelow `ubi8/` to `ubi10/` and `rhel8/` to `rhel10/`, by the beginning of the name; not their `-micro` variants.\n\n");
    rows(&mut out, &runtimes);
    out.push_str(
        "\n## End of maintenance\n\nOf RHEL by Red Hat's product life cycle; that of UBI is derived from it. \
        `dockerfile-base-end-of-life` compares it with `--today`.\n\n| major | until |\n|---|---|\n",
    );
    for major in 7..=10 {
        if let Some(end) = base_images::end_of_maintenance(major) {
            let _ = writeln!(out, "| {major} | {end} |");
        }
    }
    out
}

fn rows(out: &mut String, rows: &[BaseImage]) {
    let _ = writeln!(
        out,
        "| image | user | layers | packages | `/licenses` | variables | {} | source |",
        REQUIRED_LABELS.join(" | ")
    );
    let _ = writeln!(out, "|---|---|---|---|---|---|{}---|", "---|".repeat(REQUIRED_LABELS.len()));
    for row in rows {
        let user = match row.user {
            None => "?".to_owned(),
            Some("") => "none (root)".to_owned(),
            Some(user) => format!("`{user}`"),
        };
        let layers = match row.layers {
            None => "?".to_owned(),
            Some((least, most)) if least == most => least.to_string(),
            Some((least, most)) => format!("{least} to {most}"),
        };
        let manager = match row.package_manager {
            None => "?".to_owned(),
            Some("") => "none".to_owned(),
            Some(manager) => format!("`{manager}`"),
        };
        let licenses = match row.licenses {
            None => "?",
            Some(true) => "there",
            Some(false) => "not there",
        };
        let variables = row.variables.map_or_else(
            || "?".to_owned(),
            |names| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        );
        let labels: Vec<_> = row.labels.iter().map(label).collect();
        let source = row.source.replace('|', "\\|");
        let _ = writeln!(
            out,
            "| `{}` | {user} | {layers} | {manager} | {licenses} | {variables} | {} | {source} |",
            row.family,
            labels.join(" | ")
        );
    }
}

fn label(label: &BaseLabel) -> String {
    match label {
        BaseLabel::Present => "set".to_owned(),
        BaseLabel::Value(value) => format!("`{value}`"),
        BaseLabel::Absent => "absent".to_owned(),
        BaseLabel::Unknown => "?".to_owned(),
    }
}
