//! Reports as text for a terminal: each finding with its line, in which secrets are masked.
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
use rekey_core::{
    Finding, Report, Safety, Section, Severity, Source, Subject,
    facts::Settle,
    rehearsal::{StepResult, StepState},
    text::printable,
};

pub use self::{
    concise::{concise, statistics},
    finding::excerpts,
    problem::{Document, Problem, problems},
    wrap::wrap,
};

mod concise;
mod finding;
mod forecast;
mod problem;
mod snippet;
mod wrap;

/// Options for [`text`].
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The amount of detail.
    pub detail: Detail,
    /// List notes. They are only counted unless this is set or the detail is [`Detail::Full`].
    pub notes: bool,
    /// ANSI colors.
    pub color: bool,
    /// Rule ids as links to their pages (OSC 8). Needs `color`.
    pub hyperlinks: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Sources that were found in the checkout and not named by the user.
    pub found: &'a [Source],
    /// Messages to print before the findings, one line each.
    pub notices: &'a [String],
    /// The command that applies safe fixes, such as `rekey check --fix`, to recommend it.
    pub fix_command: Option<&'a str>,
    /// Returns the way to supply an input that a forecast lacks, such as "pass `--context DIR`".
    pub advice: fn(Settle) -> Option<&'static str>,
}

/// The amount of detail in a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Only errors and warnings: no summary, no forecast. Empty for an input that has neither.
    Findings,
    /// A summary, the findings in at most six lines each, and the checks of preflight that do not pass.
    #[default]
    Short,
    /// Every finding with its reason and source, every input, and every check of preflight.
    Full,
}

impl Options<'_> {
    /// The width of a report that is not printed on a terminal.
    pub const WIDTH: usize = 100;

    /// Returns true if a finding is listed, and not only counted.
    fn lists(&self, finding: &Finding) -> bool {
        finding.severity() > Severity::Note || self.notes || self.detail == Detail::Full
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            detail: Detail::Short,
            notes: false,
            color: false,
            hyperlinks: false,
            width: Self::WIDTH,
            found: &[],
            notices: &[],
            fix_command: None,
            advice: forecast::advice,
        }
    }
}

/// Returns the text of a source; if it returns none, findings are printed without their lines.
pub type SourceText<'s> = dyn Fn(&Source) -> Option<&'s [u8]> + 's;

/// The number from which inputs without findings are counted instead of listed.
const MANY: usize = 10;

/// Returns a report as text: a summary, the findings by input, the forecast, the summary again with what to do next.
///
/// Secrets are masked, and control characters of an input are escaped.
pub fn text<'s>(report: &Report, source_text: &'s SourceText<'s>, options: &Options<'_>) -> String {
    let mut page = Page {
        out: String::new(),
        options,
        explained: Vec::new(),
        cited: Vec::new(),
        sources: snippet::Sources::new(report, source_text),
    };
    page.findings(report);
    if options.detail == Detail::Findings {
        return page.out;
    }
    page.forecasts(report);
    page.citations();
    let body = std::mem::take(&mut page.out);
    page.head(report, !body.is_empty());
    if !body.is_empty() {
        page.gap();
        page.out.push_str(&body);
        page.gap();
    }
    page.verdict(report, body.is_empty());
    page.out
}

/// The state while a report is written.
struct Page<'p, 's> {
    out: String,
    options: &'p Options<'p>,
    /// The rules whose reason was already written.
    explained: Vec<&'static str>,
    /// The quoted pages, in the order of their numbers.
    cited: Vec<String>,
    sources: snippet::Sources<'s>,
}

/// The findings of all sections about one source.
struct Group<'r> {
    source: &'r Source,
    sections: Vec<&'r Section>,
}

impl<'r> Group<'r> {
    /// The groups of a report in the order in which their sources occur.
    fn all(report: &'r Report) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for section in report.sections() {
            let number = *known.entry(section.source()).or_insert(groups.len());
            match groups.get_mut(number) {
                Some(group) => group.sections.push(section),
                None => groups.push(Self { source: section.source(), sections: vec![section] }),
            }
        }
        groups
    }

    /// The findings, the most severe first, and among these the ones with consequences.
    fn findings(&self) -> Vec<&'r Finding> {
        let mut findings: Vec<_> = self.sections.iter().flat_map(|section| section.findings()).collect();
        findings.sort_by_key(|finding| {
            (std::cmp::Reverse(finding.severity()), finding.consequences().is_empty())
        });
        findings
    }
}

impl Page<'_, '_> {
    /// The summary, the notices and, with full detail, the inputs that were found.
    fn head(&mut self, report: &Report, summary: bool) {
        let full = self.options.detail == Detail::Full;
        if summary {
            let text = format!("{} {}", summary_of(report), target_of(report, full));
            let text = wrap(&text, self.options.width, "  ");
            self.line(&self.paint(BOLD, &text));
        }
        if full && !self.options.found.is_empty() {
            let names: Vec<_> = self.options.found.iter().map(|source| printable(source.name())).collect();
            let found = format!("found in the checkout: {}", names.join(", "));
            self.line(&self.paint(DIM, &wrap(&found, self.options.width, "  ")));
        }
        for notice in report.target().notices().iter().chain(self.options.notices) {
            let text = wrap(&printable(notice), self.options.width, "      ");
            self.line(&format!("{} {text}", self.paint(NOTE, "note:")));
        }
        self.steps(report);
    }

    /// The steps of a rehearsal, one line each; steps that did not run for the same reason share a line.
    fn steps(&mut self, report: &Report) {
        const DETAIL: usize = 39;
        if !report.steps().is_empty() {
            self.gap();
        }
        let is_skipped = |step: &StepResult| step.state == StepState::NotRun;
        let groups = report.steps().chunk_by(|a, b| is_skipped(a) && is_skipped(b) && a.reason == b.reason);
        for (step, others) in groups.filter_map(<[StepResult]>::split_first) {
            let name = match others.last() {
                Some(last) => format!("{} to {}", step.name, last.name),
                None => step.name.to_string(),
            };
            let (word, style) = match step.state {
                StepState::Ok => ("ok", GOOD),
                StepState::NotRun => ("not run", DIM),
                StepState::Findings => ("findings", BAD),
                StepState::Blocked => ("blocked", CARE),
                _ => ("cancelled", CARE),
            };
            let time = match step.state {
                StepState::NotRun => String::new(),
                _ => format!("{} ms", step.milliseconds),
            };
            let detail = step.evidence.as_deref().or(step.reason.as_deref()).unwrap_or_default();
            let word = self.paint(style, &format!("{word:<9}"));
            let detail = wrap(&printable(detail), self.options.width.max(80) - DETAIL, "");
            let detail = detail.replace('\n', &format!("\n{}", " ".repeat(DETAIL)));
            let line = format!("{name:<16} {word} {time:>10}  {detail}");
            self.line(line.trim_end());
        }
    }

    fn findings(&mut self, report: &Report) {
        let full = self.options.detail == Detail::Full;
        let groups = Group::all(report);
        let clean = groups.iter().filter(|group| group.findings().is_empty()).count();
        for group in &groups {
            let findings = group.findings();
            if findings.is_empty() && full && clean < MANY {
                self.no_findings(group);
            }
            for finding in findings.into_iter().filter(|finding| self.options.lists(finding)) {
                self.gap();
                if full {
                    self.full(finding);
                } else {
                    self.short(finding);
                }
            }
        }
        if full && clean >= MANY {
            self.gap();
            let line = format!("{}  {clean} inputs without findings", self.paint(GOOD, "ok"));
            self.line(&line);
        }
    }

    fn no_findings(&mut self, group: &Group<'_>) {
        let subjects: Vec<_> =
            group.sections.iter().map(|section| section.subject().as_str().replace('_', " ")).collect();
        let name = printable(group.source.name());
        let is_place = group.source.is_file() || name == "stdin" || name.starts_with('$');
        let what = if is_place { format!("{}  {name}", subjects.join(", ")) } else { name.into_owned() };
        let line = format!("{}  {what}", self.paint(GOOD, "ok"));
        self.line(&line);
    }

    /// The number of a page in the list at the end.
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

    /// Writes the last line: the result, and the next step.
    fn verdict(&mut self, report: &Report, alone: bool) {
        let (verdict, style) = match (report.passed(), report.sections().is_empty()) {
            (_, true) => ("nothing was checked", BAD),
            (true, _) => ("passed", GOOD),
            (false, _) => ("failed", BAD),
        };
        let counts = if alone { summary_of(report) } else { report.counts().to_string() };
        let mut parts = vec![if alone {
            format!("{counts} {}", target_of(report, self.options.detail == Detail::Full))
        } else {
            counts
        }];
        if self.options.detail != Detail::Full
            && report.findings().any(|finding| !self.options.lists(finding))
        {
            parts.push("`-v` lists the notes".to_owned());
        }
        parts.extend(self.fixable(report));
        let open = report.online_checks();
        if self.options.detail == Detail::Full && !open.is_empty() {
            parts.push(format!("not checked offline: {}", open.join(", ")));
        } else if let Some(grade) = open.last() {
            parts.push(format!("{grade} is not checked"));
        }
        let text = wrap(&format!("{verdict}: {}", parts.join("; ")), self.options.width, "  ");
        let text = text.strip_prefix(verdict).unwrap_or_default();
        self.line(&format!("{}{text}", self.paint(style, verdict)));
    }

    /// The number of findings that have a fix, with the command that applies them.
    fn fixable(&self, report: &Report) -> Option<String> {
        let command = self.options.fix_command?;
        let visible = report.findings().filter(|finding| finding.rule().subject != Subject::PrivateKey);
        let fixes: Vec<_> = visible.filter_map(Finding::fix).map(|fix| fix.safety).collect();
        let count = |safety| fixes.iter().filter(|one| **one == safety).count();
        match (count(Safety::Safe), count(Safety::Unsafe)) {
            (0, 0) => None,
            (0, guesses) => Some(format!("{guesses} fixable with `{command} --unsafe-fixes`")),
            (safe, 0) => Some(format!("{safe} fixable with `{command}`")),
            (safe, guesses) => {
                Some(format!("{safe} fixable with `{command}`, {guesses} more with `--unsafe-fixes`"))
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Adds an empty line unless there is one already, or nothing before it.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        paint(self.options.color, style, text)
    }
}

/// `2 errors, 1 note in 4 inputs`.
fn summary_of(report: &Report) -> String {
    let is_input =
        |section: &&Section| !matches!(section.subject(), Subject::Submission | Subject::Rehearsal);
    let inputs = report.sections().iter().filter(is_input).count();
    let plural = if inputs == 1 { "" } else { "s" };
    format!("{} in {inputs} input{plural}", report.counts())
}

/// The target of a report, in parentheses.
fn target_of(report: &Report, with_date: bool) -> String {
    let target = report.target();
    let (flow, policy, preflight) = (target.flow(), target.policy(), target.preflight_version());
    let today = match target.today() {
        _ if !with_date => String::new(),
        Some(today) => format!(", {today}"),
        None => ", no date".to_owned(),
    };
    format!("(flow {flow}, policy {policy}, preflight {preflight}{today})")
}

const GOOD: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
/// The style of errors.
pub const BAD: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
const CARE: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const NOTE: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
/// The style of names.
pub const BOLD: Style = Style::new().effects(Effects::BOLD);

/// Returns a text in a style, or unchanged without color.
pub fn paint(color: bool, style: Style, text: &str) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// Returns the style of a severity's name.
pub fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => CARE,
        Severity::Note => NOTE,
    }
}
