//! The mistakes in a document that could not be read, with their lines.

use annotate_snippets::{AnnotationKind, Group, Level, Padding, Renderer, Snippet};
use rekey_core::{
    Span,
    text::{Locator, printable},
};

use crate::{Options, snippet::Window};

/// A document that could not be read.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The path that the user knows.
    pub name: &'a str,
    /// The content.
    pub text: &'a [u8],
    /// The places that must not be shown.
    pub secrets: &'a [Span],
}

/// One mistake in a document.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// The mistake.
    pub message: &'a str,
    /// The place of the mistake.
    pub span: Span,
    /// The help, if any.
    pub help: Option<&'a str>,
}

/// Returns every mistake with its place and the advice.
pub fn problems<'a>(
    document: &Document<'_>,
    problems: impl IntoIterator<Item = Problem<'a>>,
    options: &Options<'_>,
) -> String {
    let locator = Locator::new(document.text);
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width);
    let path = printable(document.name);
    let mut out = String::new();
    for problem in problems {
        let message = printable(problem.message);
        let help = problem.help.map(printable);
        let line = locator.locate(problem.span).line;
        let window = Window::new(document.text, document.secrets, &[problem.span], line);
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

impl std::fmt::Debug for Document<'_> {
    /// Omits the text, which may contain a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("name", &self.name).finish_non_exhaustive()
    }
}
