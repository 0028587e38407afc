//! One finding: what, where, why, who says so, what to do.

use std::cell::RefCell;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Padding, Patch, Renderer, Snippet,
    renderer::{AnsiColor, Effects},
};
use rekey_core::{
    Basis, Finding, Fix, Place, Report, Rule, Safety, Severity, Source, Span, Subject,
    finding::Related,
    text::{Range, printable},
};

use crate::{
    Page, SourceText, Style,
    snippet::{Sources, Window, inserted},
    wrap::fold,
};

impl Page<'_, '_> {
    /// Writes one finding down; where it says of the same place `again` what the one before said, without the place.
    pub(super) fn finding(&mut self, finding: &Finding, again: bool) {
        let shown = FindingView::new(self, finding);
        let title = level(finding.severity()).primary_title(&*shown.message).id(shown.id.as_str());
        let mut group = Group::with_title(title);
        if !again {
            group = shown.place.elements(group);
        }
        if !again && !shown.notes.is_empty() && shown.place.window.is_some() {
            group = group.element(Padding);
        }
        for (name, text) in &shown.notes {
            group = group.element(Level::NOTE.with_name(*name).message(text.as_str()));
        }
        let mut groups = vec![group];
        for (message, place) in &shown.related {
            let title = Level::NOTE.secondary_title(message.as_str());
            groups.push(place.elements(Group::with_title(title)));
        }
        if let Some((title, patch)) = &shown.fix {
            let title = Level::HELP.with_name("fix").secondary_title(title.as_str());
            groups.push(
                patch.iter().fold(Group::with_title(title), |group, patch| group.element(patch.snippet())),
            );
        }
        // A title alone is tied by a line to what comes next, unless that is drawn apart.
        let alone = usize::from(again && groups.len() > 1);
        let (title, rest) = groups.split_at(alone);
        let mut text = self.renderer().render(rest);
        if !title.is_empty() {
            text = format!("{}\n{text}", self.renderer().render(title).trim_end());
        }
        for place in shown.related.iter().map(|(_, place)| place).chain([&shown.place]) {
            place.fix(&mut text);
        }
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn renderer(&self) -> Renderer {
        let renderer = if self.options.colour { Renderer::styled() } else { Renderer::plain() };
        let quiet = AnsiColor::Blue.on_default();
        renderer
            .line_num(if self.options.colour { quiet } else { Style::new() })
            .context(if self.options.colour { quiet.effects(Effects::BOLD) } else { Style::new() })
            .term_width(self.options.width)
    }
}

/// A finding with every text made fit to be shown.
struct FindingView {
    id: String,
    message: String,
    place: PlaceView,
    notes: Vec<(&'static str, String)>,
    related: Vec<(String, PlaceView)>,
    fix: Option<(String, Option<PatchView>)>,
}

impl FindingView {
    fn new(page: &mut Page<'_, '_>, finding: &Finding) -> Self {
        let rule = finding.rule();
        let visibility = Visibility::of(rule);
        let source = finding.source();
        let place = match finding.place() {
            Some(Place::Text(range)) => PlaceView::new(page, source, Some(range), visibility),
            Some(Place::Pointer(pointer)) => PlaceView::path(&format!("{source} {pointer}")),
            Some(Place::Layer { layer, path }) => PlaceView::path(&format!("{source} layer {layer} /{path}")),
            _ => PlaceView::new(page, source, None, visibility),
        };
        let related = finding.related().iter().map(|Related { message, source: other, range, .. }| {
            let source = other.as_ref().unwrap_or(source);
            (
                fold(&printable(message), page.options.width, "note: ".len()),
                PlaceView::new(page, source, range.as_ref(), visibility),
            )
        });
        let related = related.collect();
        let fix =
            finding.fix().filter(|_| visibility == Visibility::Lines).map(|fix| fixed(page, source, fix));
        let notes = notes(page, finding, &place);
        let id = printable(&finding.id()).into_owned();
        let label = finding.severity().as_str().len() + id.len() + "[]: ".len();
        let message = fold(&printable(finding.message()), page.options.width, label);
        Self { id, message, place, notes, related, fix }
    }
}

/// Returns what gives the lines that a finding of a report marks, as the text shows them: none if it may not show any.
pub fn excerpts<'t>(
    report: &Report,
    source_text: &'t SourceText<'t>,
) -> impl Fn(&Finding) -> Option<String> + use<'t> {
    let sources = RefCell::new(Sources::new(report, source_text));
    move |finding| excerpt(&mut sources.borrow_mut(), finding)
}

fn excerpt(sources: &mut Sources<'_>, finding: &Finding) -> Option<String> {
    let visibility = Visibility::of(finding.rule());
    let range = finding.range().filter(|_| visibility == Visibility::Lines)?;
    let (window, ..) = sources.bounded(finding.source(), range)?;
    Some(window.text)
}

/// How much of its input a finding may show. What is secret in the lines is masked, as the report says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visibility {
    /// The lines.
    Lines,
    /// The place alone: a private key is secret as a whole.
    Place,
}

impl Visibility {
    fn of(rule: &Rule) -> Self {
        if rule.subject == Subject::PrivateKey { Self::Place } else { Self::Lines }
    }
}

/// A place, with its lines where they may be shown.
struct PlaceView {
    /// `path`, `path:line` or `path:line:column`.
    path: String,
    window: Option<(Window, std::ops::Range<usize>, Option<String>)>,
    range: Option<(u32, u32)>,
    /// Whether the place goes without saying: a value that was typed, one line long.
    plain: bool,
}

impl PlaceView {
    fn new(page: &mut Page<'_, '_>, source: &Source, range: Option<&Range>, visibility: Visibility) -> Self {
        let mut marked = Self::path(source.name());
        let Some(range) = range else { return marked };
        marked.range = Some((range.line, range.column));
        marked.plain = !source.is_file() && range.line == 1;
        if visibility == Visibility::Lines {
            marked.window = page.sources.bounded(source, range).map(|(window, span, more)| {
                let place = window.range(span);
                let label = more.map(|lines| format!("goes on to line {}", range.line + lines));
                (window, place, label)
            });
        }
        marked
    }

    fn path(path: &str) -> Self {
        Self { path: printable(path).into_owned(), window: None, range: None, plain: false }
    }

    /// The place as elements of a group.
    fn elements<'a>(&'a self, group: Group<'a>) -> Group<'a> {
        let Some((window, shown, label)) = &self.window else {
            let origin = Origin::path(self.path.as_str());
            return group.element(match self.range {
                Some((line, column)) => origin.line(line as usize).char_column(column as usize),
                None => origin,
            });
        };
        let mark = AnnotationKind::Primary.span(shown.clone()).label(label.as_deref());
        let snippet = Snippet::source(window.text.as_str()).path(self.path.as_str()).line_start(window.line);
        group.element(snippet.annotation(mark))
    }

    /// Puts the true place where the renderer counted one in a text that is not shown as it is.
    fn fix(&self, text: &mut String) {
        let (Some((window, shown, _)), Some((line, column))) = (&self.window, self.range) else { return };
        let counted = format!("{}:{line}:{}", self.path, window.column(shown.start));
        let right = if self.plain { self.path.clone() } else { format!("{}:{line}:{column}", self.path) };
        if counted != right {
            *text = text.replacen(&counted, &right, 1);
        }
    }
}

/// A fix, drawn as lines before and after.
struct PatchView {
    window: Window,
    edits: Vec<(std::ops::Range<usize>, String)>,
}

impl PatchView {
    fn snippet(&self) -> Snippet<'_, Patch<'_>> {
        let patches = self.edits.iter().map(|(range, text)| Patch::new(range.clone(), text.as_str()));
        Snippet::source(self.window.text.as_str()).line_start(self.window.line).patches(patches)
    }
}

/// What a fix is called, and how it looks where it touches no secret and is no longer than a few lines.
fn fixed(page: &mut Page<'_, '_>, source: &Source, fix: &Fix) -> (String, Option<PatchView>) {
    const LINES: u32 = 12;
    let title = match fix.safety {
        Safety::Unsafe => format!("{} (unsafe: check it)", fix.description),
        Safety::Display => format!("{} (manual)", fix.description),
        Safety::Safe => fix.description.clone(),
    };
    let title = fold(&printable(&title), page.options.width, "fix: ".len());
    let spans: Vec<Span> = fix.edits.iter().map(|edit| edit.range.bytes).collect();
    let first = fix.edits.iter().map(|edit| edit.range.line).min().unwrap_or(0);
    let last = fix.edits.iter().map(|edit| edit.range.end_line).max().unwrap_or(0);
    let added: usize = fix.edits.iter().map(|edit| edit.text.len()).sum();
    if spans.is_empty() || last - first > LINES || added > 4000 {
        return (title, None);
    }
    let patched = page.sources.window(source, &spans, first).filter(|window| !window.masked).map(|window| {
        let edit = |edit: &rekey_core::Edit| (window.range(edit.range.bytes), inserted(&edit.text));
        let edits = fix.edits.iter().map(edit).collect();
        PatchView { window, edits }
    });
    (title, patched)
}

/// Why, who says so and what to do; the first two once for each rule.
fn notes(page: &mut Page<'_, '_>, finding: &Finding, place: &PlaceView) -> Vec<(&'static str, String)> {
    let rule = finding.rule();
    let gutter = place
        .window
        .as_ref()
        .map_or(1, |(window, ..)| (window.line + window.text.matches('\n').count()).to_string().len() + 1);
    let width = page.options.width;
    let explain = page.options.verbose || !page.explained.contains(&rule.id);
    let basis = if explain { basis(page, finding.basis()) } else { String::new() };
    let text = |name: &str, text: &str| {
        let lines: Vec<_> = text.lines().map(printable).collect();
        fold(&lines.join("\n"), width, gutter + name.len() + 4)
    };
    let mut notes = Vec::new();
    if explain {
        page.explained.push(rule.id);
        notes.push(("why", text("why", rule.why)));
        notes.push(("basis", text("basis", &basis)));
        notes.push(("help", text("help", finding.help())));
    } else if finding.help() != rule.help {
        notes.push(("help", text("help", finding.help())));
    }
    notes
}

/// Who requires it; a page that is quoted is named at the end of the report.
fn basis(page: &mut Page<'_, '_>, basis: &Basis) -> String {
    match basis {
        Basis::Documented { source, quote, date } => {
            let number = page.cite(format!("{source}, as of {date}"));
            format!("\"{quote}\" [{number}]")
        }
        other => other.to_string(),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}
