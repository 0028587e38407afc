//! Reports as text for a terminal: each finding with its lines, in which secrets are masked.
//!
//! ```
//! use rekey_core::{Target, check_tag};
//!
//! let report = check_tag("1.0", &Target::default());
//! let text = rekey_render::text(&report, &|_| Some(b"1.0"), &rekey_render::Options::default());
//! assert!(text.contains("error[tag-missing-release]"));
//! ```
#![forbid(unsafe_code)]

pub use annotate_snippets::renderer::Style;
use annotate_snippets::renderer::{AnsiColor, Effects};
use rekey_core::{Finding, Report, Section, Severity, Source, text::printable};

pub use self::{
    finding::excerpts,
    problem::{Document, Problem, problems},
    wrap::wrap,
};

mod finding;
mod forecast;
mod problem;
mod snippet;
mod wrap;

/// How a report is shown.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Whether to colour.
    pub colour: bool,
    /// How many columns there are.
    pub width: usize,
    /// Findings alone: no first line, no forecast, nothing about what is right.
    pub quiet: bool,
    /// Every finding explained in full, and every input and every image's forecast by its name.
    pub verbose: bool,
    /// Sources that were found rather than given, to be marked so.
    pub found: &'a [Source],
    /// What to say before the findings, one line each.
    pub notices: &'a [String],
}

impl Options<'_> {
    /// How wide a report is unless a terminal says otherwise.
    pub const WIDTH: usize = 100;
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { colour: false, width: Self::WIDTH, quiet: false, verbose: false, found: &[], notices: &[] }
    }
}

/// Where a renderer looks up the text of a source; without the text there are no snippets.
pub type SourceText<'s> = dyn Fn(&Source) -> Option<&'s [u8]> + 's;

/// From how many inputs without findings on they are counted rather than named.
const MANY: usize = 10;

/// The report as text: what it was judged against, the findings of each input, the forecast, the verdict.
///
/// Secrets are masked, and nothing in an input can command the terminal.
pub fn text<'s>(report: &Report, source_text: &'s SourceText<'s>, options: &Options<'_>) -> String {
    let mut page = Page {
        out: String::new(),
        options,
        explained: Vec::new(),
        cited: Vec::new(),
        sources: snippet::Sources::new(report, source_text),
    };
    if !options.quiet {
        page.head(report);
    }
    let clean = report.sections().iter().filter(|section| section.findings().is_empty()).count();
    let named = options.verbose || clean < MANY;
    for section in report.sections() {
        page.section(section, named);
    }
    if !named && !options.quiet {
        page.nothing_found_in(clean);
    }
    if !options.quiet {
        page.forecasts(report);
    }
    page.citations();
    page.verdict(report);
    page.out
}

/// A report as it is being written.
struct Page<'p, 's> {
    out: String,
    options: &'p Options<'p>,
    /// Rules whose reason has been given.
    explained: Vec<&'static str>,
    /// Pages that have been quoted.
    cited: Vec<String>,
    sources: snippet::Sources<'s>,
}

impl Page<'_, '_> {
    fn head(&mut self, report: &Report) {
        let target = report.target();
        let version = env!("CARGO_PKG_VERSION");
        let (flow, kind, preflight) = (target.flow(), target.policy(), target.preflight_version());
        let head = format!("rekey {version}: flow {flow}, policy {kind}, preflight {preflight}");
        let today = target.today().map_or_else(|| "no date".to_owned(), |today| today.to_string());
        let head = wrap(&format!("{head}, {today}"), self.options.width, "  ");
        self.line(&self.paint(DIM, &head));
        if !self.options.found.is_empty() {
            let names: Vec<_> = self.options.found.iter().map(|source| printable(source.name())).collect();
            let found = format!("found in the checkout: {}", names.join(", "));
            self.line(&self.paint(DIM, &wrap(&found, self.options.width, "  ")));
        }
        for notice in target.notice().iter().chain(self.options.notices) {
            let text = wrap(&printable(notice), self.options.width, "      ");
            self.line(&format!("{} {text}", self.paint(NOTE, "note:")));
        }
        self.out.push('\n');
    }

    /// What was found in one input; if it is nothing, a line says so where inputs are `named`.
    fn section(&mut self, section: &Section, named: bool) {
        if section.findings().is_empty() {
            if named && !self.options.quiet {
                self.nothing_found(section);
            }
            return;
        }
        self.gap();
        let mut last: Option<&Finding> = None;
        for finding in section.findings() {
            let again =
                last.is_some_and(|last| last.rule() == finding.rule() && last.place() == finding.place());
            if again && self.out.ends_with("\n\n") {
                self.out.pop();
            }
            self.finding(finding, again);
            self.out.push('\n');
            last = Some(finding);
        }
    }

    /// One quiet line.
    fn nothing_found(&mut self, section: &Section) {
        let source = section.source();
        let subject = section.subject().as_str().replace('_', " ");
        let name = printable(source.name());
        let is_place = source.is_file() || name == "stdin" || name.starts_with('$');
        let what = if is_place { format!("{subject}  {name}") } else { name.into_owned() };
        let line = format!("{}  {what}", self.paint(GOOD, "ok"));
        self.line(&line);
    }

    fn nothing_found_in(&mut self, inputs: usize) {
        self.gap();
        let line = format!("{}  {inputs} inputs without findings", self.paint(GOOD, "ok"));
        self.line(&line);
    }

    /// The number under which a page stands at the end.
    fn cite(&mut self, page: String) -> usize {
        let known = self.cited.iter().position(|cited| *cited == page);
        known.unwrap_or_else(|| {
            self.cited.push(page);
            self.cited.len() - 1
        }) + 1
    }

    fn citations(&mut self) {
        if !self.cited.is_empty() {
            self.gap();
        }
        for (number, page) in std::mem::take(&mut self.cited).iter().enumerate() {
            let text = format!("[{}] {}", number + 1, wrap(&printable(page), self.options.width, "    "));
            self.line(&self.paint(DIM, &text));
        }
    }

    fn verdict(&mut self, report: &Report) {
        let counts = report.counts();
        if self.options.quiet && counts.errors + counts.warnings + counts.notes == 0 {
            return;
        }
        self.gap();
        let verdict = match (report.passed(), report.sections().is_empty()) {
            (_, true) => self.paint(BAD, "nothing was checked"),
            (true, _) => format!("{}: {}", self.paint(GOOD, "passed"), counts),
            (false, _) => format!("{}: {}", self.paint(BAD, "failed"), counts),
        };
        self.line(&verdict);
        if !self.options.quiet {
            self.online_checks(report);
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Makes the last line a blank one.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        paint(self.options.colour, style, text)
    }
}

const GOOD: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
/// The style of errors.
pub const BAD: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
const CARE: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const NOTE: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
/// The style of names.
pub const BOLD: Style = Style::new().effects(Effects::BOLD);

/// Returns a text in a style, or as it is where nothing is coloured.
pub fn paint(colour: bool, style: Style, text: &str) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The style of a severity's name.
pub fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => CARE,
        Severity::Note => NOTE,
    }
}
