//! What is wrong with a `rekey.toml`, with its lines.

use annotate_snippets::{AnnotationKind, Group, Level, Padding, Renderer, Snippet};

use rekey_core::text::Locator;

use super::snippet::Window;
use crate::{config::ConfigError, printable};

/// Every mistake with its place and a suggestion.
pub(crate) fn config_error(error: &ConfigError, colour: bool, width: usize) -> String {
    let (document, masks) = error.document();
    let locator = Locator::new(document);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let path = printable(&error.name);
    let mut out = String::new();
    for problem in &error.problems {
        let message = printable(&problem.message);
        let help = problem.help.as_deref().map(printable);
        let window = Window::new(document, &masks, &[problem.span], locator.locate(problem.span).line);
        let mark = AnnotationKind::Primary.span(window.range(problem.span));
        let snippet = Snippet::source(window.text.as_str()).path(&*path).line_start(window.line);
        let mut group =
            Group::with_title(Level::ERROR.primary_title(&*message)).element(snippet.annotation(mark));
        if let Some(help) = &help {
            group = group.element(Padding).element(Level::HELP.message(&**help));
        }
        out += &renderer.render(&[group]);
        out.push_str("\n\n");
    }
    out
}
