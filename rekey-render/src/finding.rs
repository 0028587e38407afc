//! One finding: message, place, reason, source, fix.

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
    wrap::{fold, wrap},
};

/// The maximum number of lines of a finding in a short report.
const LINES: usize = 6;

/// The fewest columns in which a message is folded beside its label.
const LEAST_COLUMNS: usize = 40;

impl Page<'_, '_> {
    /// Writes a finding in few lines: message, place, line, and either the fix or the help.
    pub(super) fn short(&mut self, finding: &Finding) {
        let shown = FindingView::new(self, finding);
        let count = consequences(finding);
        let helps = [finding.help(), first_sentence(finding.help())];
        let mut out = String::new();
        // Use the first form that is short enough, or the last one.
        for form in [Advice::Patch, Advice::Fix, Advice::Help(helps[0]), Advice::Help(helps[1])] {
            let advice = match (form, &shown.fix) {
                (Advice::Help(help), _) => Some(("help", printable(help).into_owned())),
                (_, Some(fix)) if fix.safety != Safety::Display => Some(("fix", fix.title.clone())),
                _ => None,
            };
            let Some((name, advice)) = advice else { continue };
            let advice = fold(&advice, self.options.width, shown.place.gutter() + name.len() + 4);
            let mut group = self.titled(&shown);
            if let Some(count) = &count {
                group = group.element(Level::NOTE.message(count.as_str()));
            }
            group = group.element(Level::NOTE.with_name(name).message(advice.as_str()));
            out = self.compact(&shown, &self.renderer().render(&[group]));
            if let (Advice::Patch, Some(patch)) =
                (form, shown.fix.as_ref().and_then(|fix| fix.patch.as_ref()))
            {
                out += &self.changes(patch, &shown.place);
            }
            if out.lines().count() <= LINES {
                break;
            }
        }
        self.out.push_str(&out);
    }

    /// Writes a finding with its reason, its source, other places, its fix and its consequences.
    pub(super) fn full(&mut self, finding: &Finding) {
        let shown = FindingView::new(self, finding);
        let notes = notes(self, finding, &shown.place);
        let mut group = self.titled(&shown);
        if !notes.is_empty() && shown.place.window.is_some() {
            group = group.element(Padding);
        }
        for (name, text) in &notes {
            group = group.element(Level::NOTE.with_name(*name).message(text.as_str()));
        }
        let mut groups = vec![group];
        for (message, place) in &shown.related {
            let title = Level::NOTE.secondary_title(message.as_str());
            groups.push(place.elements(Group::with_title(title)));
        }
        if let Some(fix) = &shown.fix {
            let title = Level::HELP.with_name("fix").secondary_title(fix.title.as_str());
            let patch = fix.patch.iter().map(PatchView::snippet);
            groups.push(patch.fold(Group::with_title(title), Group::element));
        }
        let mut text = self.renderer().render(&groups);
        for place in shown.related.iter().map(|(_, place)| place).chain([&shown.place]) {
            place.fix(&mut text);
        }
        self.out.push_str(text.trim_end());
        self.out.push('\n');
        for consequence in finding.consequences() {
            let text = format!("follows from this: {consequence}");
            self.line(&wrap(&printable(&text), self.options.width, "  "));
        }
    }

    /// Returns the message and the place.
    fn titled<'v>(&self, shown: &'v FindingView) -> Group<'v> {
        let mut title = level(shown.severity).primary_title(&*shown.message).id(shown.id.as_str());
        if self.options.hyperlinks {
            title = title.id_url(shown.url.as_str());
        }
        shown.place.elements(Group::with_title(title))
    }

    /// Removes the lines that only draw the margin.
    fn compact(&self, shown: &FindingView, text: &str) -> String {
        let mut text = text.to_owned();
        shown.place.fix(&mut text);
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let plain = if self.options.color { plain(line) } else { line.to_owned() };
            if !["", "|"].contains(&plain.trim()) {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// Returns the lines that a fix removes and adds, without removed lines that the finding already shows.
    fn changes(&self, patch: &PatchView, place: &PlaceView) -> String {
        let new = patch.new_text();
        let (old, new): (Vec<_>, Vec<_>) = (patch.window.text.lines().collect(), new.lines().collect());
        let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let rest = old.len().min(new.len()) - same;
        let same_end =
            old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
        let known = |line: &&str| {
            place.window.as_ref().is_some_and(|(window, ..)| window.text.lines().any(|shown| shown == *line))
        };
        let removed = old.get(same..old.len() - same_end).unwrap_or_default();
        let removed = if removed.iter().all(known) { &[] } else { removed };
        let added = new.get(same..new.len() - same_end).unwrap_or_default();
        let first = patch.window.line + same;
        let width = place.gutter() - 1;
        let line = |sign: char, style: Style, (number, text): (usize, &&str)| {
            let number = format!("{:width$}", first + number);
            let number = self.paint(AnsiColor::Blue.on_default(), &number);
            let text = format!("{sign} {text}")
                .chars()
                .take(self.options.width.saturating_sub(width + 1))
                .collect::<String>();
            format!("{number} {}\n", self.paint(style, text.trim_end()))
        };
        let removed = removed.iter().enumerate().map(|part| line('-', AnsiColor::Red.on_default(), part));
        let added = added.iter().enumerate().map(|part| line('+', AnsiColor::Green.on_default(), part));
        removed.chain(added).collect()
    }

    fn renderer(&self) -> Renderer {
        let renderer = if self.options.color { Renderer::styled() } else { Renderer::plain() };
        let quiet = AnsiColor::Blue.on_default();
        renderer
            .line_num(if self.options.color { quiet } else { Style::new() })
            .context(if self.options.color { quiet.effects(Effects::BOLD) } else { Style::new() })
            .term_width(self.options.width)
    }
}

/// The last lines of a short finding.
#[derive(Clone, Copy)]
enum Advice<'h> {
    /// The fix as a diff.
    Patch,
    /// The fix in words.
    Fix,
    /// The help.
    Help(&'h str),
}

/// A text up to its first period.
fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// `3 more follow from this`.
fn consequences(finding: &Finding) -> Option<String> {
    match finding.consequences().len() {
        0 => None,
        1 => Some("1 more follows from this".to_owned()),
        count => Some(format!("{count} more follow from this")),
    }
}

/// A line without its escape sequences.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        let end = if after.starts_with(']') {
            after.find("\u{1b}\\").map(|at| at + 2)
        } else {
            after.find('m').map(|at| at + 1)
        };
        rest = end.and_then(|end| after.get(end..)).unwrap_or_default();
    }
    out + rest
}

/// A finding with every text made safe for display.
struct FindingView {
    severity: Severity,
    id: String,
    url: String,
    message: String,
    place: PlaceView,
    related: Vec<(String, PlaceView)>,
    fix: Option<FixView>,
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
        let id = printable(&finding.id()).into_owned();
        let label = finding.severity().as_str().len() + id.len() + "[]: ".len();
        let message = printable(finding.message()).into_owned();
        // Beside a long id on a narrow terminal, the terminal wraps better than a column of few words.
        let has_room = page.options.width >= label + LEAST_COLUMNS;
        let message = if has_room { fold(&message, page.options.width, label) } else { message };
        Self { severity: finding.severity(), id, url: rule.docs(), message, place, related, fix }
    }
}

/// Returns a function that returns the marked lines of a finding, masked as in the text, or none if they must not be shown.
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

/// The part of its input that a finding may show. Secrets in the lines are masked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visibility {
    /// The lines.
    Lines,
    /// Only the place: a private key is secret as a whole.
    Place,
}

impl Visibility {
    fn of(rule: &Rule) -> Self {
        if rule.subject == Subject::PrivateKey { Self::Place } else { Self::Lines }
    }
}

/// A place, with its lines if they may be shown.
struct PlaceView {
    /// `path`, `path:line` or `path:line:column`.
    path: String,
    window: Option<(Window, std::ops::Range<usize>, Option<String>)>,
    range: Option<(u32, u32)>,
    /// True for a typed value of one line, whose place is obvious.
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

    /// Width of the column of line numbers.
    fn gutter(&self) -> usize {
        let last = |(window, ..): &(Window, _, _)| window.line + window.text.matches('\n').count();
        self.window.as_ref().map_or(1, |shown| last(shown).to_string().len() + 1)
    }

    /// Corrects the place if the renderer counted it in a text that is not shown as it is.
    fn fix(&self, text: &mut String) {
        let (Some((window, shown, _)), Some((line, column))) = (&self.window, self.range) else { return };
        let counted = format!("{}:{line}:{}", self.path, window.column(shown.start));
        let right = if self.plain { self.path.clone() } else { format!("{}:{line}:{column}", self.path) };
        if counted != right {
            *text = text.replacen(&counted, &right, 1);
        }
    }
}

/// A fix as lines before and after.
struct PatchView {
    window: Window,
    edits: Vec<(std::ops::Range<usize>, String)>,
}

impl PatchView {
    /// The lines after the fix.
    fn new_text(&self) -> String {
        let mut edits: Vec<_> = self.edits.iter().collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::new();
        let mut at = 0;
        for (range, text) in edits {
            out += self.window.text.get(at..range.start).unwrap_or_default();
            out += text;
            at = range.end.max(at);
        }
        out + self.window.text.get(at..).unwrap_or_default()
    }

    fn snippet(&self) -> Snippet<'_, Patch<'_>> {
        let patches = self.edits.iter().map(|(range, text)| Patch::new(range.clone(), text.as_str()));
        Snippet::source(self.window.text.as_str()).line_start(self.window.line).patches(patches)
    }
}

/// A fix.
struct FixView {
    safety: Safety,
    title: String,
    /// The lines before and after, unless they contain a secret or are too many.
    patch: Option<PatchView>,
}

fn fixed(page: &mut Page<'_, '_>, source: &Source, fix: &Fix) -> FixView {
    const LINES: u32 = 12;
    let title = match fix.safety {
        Safety::Unsafe => format!("{} (unsafe)", fix.description),
        Safety::Display => format!("{} (manual)", fix.description),
        Safety::Safe => fix.description.clone(),
    };
    let title = fold(&printable(&title), page.options.width, "fix: ".len());
    let spans: Vec<Span> = fix.edits.iter().map(|edit| edit.range.bytes).collect();
    let first = fix.edits.iter().map(|edit| edit.range.line).min().unwrap_or(0);
    let last = fix.edits.iter().map(|edit| edit.range.end_line).max().unwrap_or(0);
    let added: usize = fix.edits.iter().map(|edit| edit.text.len()).sum();
    if spans.is_empty() || last - first > LINES || added > 4000 {
        return FixView { safety: fix.safety, title, patch: None };
    }
    let patched = page.sources.window(source, &spans, first).filter(|window| !window.masked).map(|window| {
        let edit = |edit: &rekey_core::Edit| (window.range(edit.range.bytes), inserted(&edit.text));
        let edits = fix.edits.iter().map(edit).collect();
        PatchView { window, edits }
    });
    FixView { safety: fix.safety, title, patch: patched }
}

/// The reason, the source and the help; the first two once for each rule.
fn notes(page: &mut Page<'_, '_>, finding: &Finding, place: &PlaceView) -> Vec<(&'static str, String)> {
    let rule = finding.rule();
    let gutter = place.gutter();
    let width = page.options.width;
    let explain = !page.explained.contains(&rule.id);
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

/// The basis of the requirement; a quoted page is listed at the end of the report.
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
