//! The formats of a report, and the baseline. JSON and SARIF are made in `rekey_core`, text in `rekey_render`.

use rekey_core::{Report, text::printable_json};
use rekey_render as render;

use self::{code_climate::to_code_climate, github::to_github, junit::to_junit, markdown::to_markdown};
use crate::args::Format;

pub(crate) mod baseline;
mod code_climate;
mod fingerprint;
mod github;
mod junit;
mod markdown;

/// Returns a report in a format.
pub(crate) fn formatted<'t>(
    format: Format,
    report: &Report,
    source_text: &'t render::SourceText<'t>,
    options: &render::Options<'_>,
) -> String {
    match format {
        Format::Text => render::text(report, source_text, options),
        Format::Concise => render::concise(report, options),
        Format::Json => printable_json(report.to_json()) + "\n",
        Format::Sarif => printable_json(report.to_sarif()) + "\n",
        Format::Junit => to_junit(report),
        Format::Markdown => to_markdown(report),
        Format::Github => to_github(report),
        Format::CodeClimate => {
            printable_json(to_code_climate(report, &render::excerpts(report, source_text))) + "\n"
        }
    }
}
