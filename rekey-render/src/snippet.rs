//! Parts of a source for display: decoded lossily, with secrets masked, invisible characters escaped and long
//! lines cut, but with correct places.

use rekey_core::{
    Report, Source, Span,
    mask::{MASK, merged, secrets},
    text::{Range, is_unprintable, printable},
};

use crate::SourceText;

/// The length from which a line is cut around the place that is shown.
const LONG: usize = 400;
/// The number of characters of a long line that are shown before the place, and from the place on.
const BEFORE: usize = 60;
const AFTER: usize = 200;

/// The distance from a mark in which the ends of its line are searched, and the most bytes of a mark that are read: a longer line or mark
/// is cut anyway, and a long line may have many marks.
const FAR: usize = 4_096;

/// The number of texts that are kept: findings are sorted by source, and few point into another one.
const REMEMBERED: usize = 16;

/// The texts of a report's sources, each searched for secrets once while it is cached.
pub(crate) struct Sources<'p> {
    text: &'p SourceText<'p>,
    /// The secrets that the parsers of the sources found.
    secrets: Vec<(Source, Vec<Span>)>,
    known: Vec<Known<'p>>,
}

impl<'p> Sources<'p> {
    pub(crate) fn new(report: &Report, text: &'p SourceText<'p>) -> Self {
        let sections = report.sections().iter().filter(|section| !section.secrets().is_empty());
        let secrets = sections.map(|section| (section.source().clone(), section.secrets().to_vec()));
        Self { text, secrets: secrets.collect(), known: Vec::new() }
    }

    /// Returns a window of a source for spans, the first of which is in line `line`; `None` without the text of the source.
    pub(crate) fn window(&mut self, source: &Source, spans: &[Span], line: u32) -> Option<Window> {
        let (text, masks) = self.text(source)?;
        Some(Window::new(text, masks, spans, line))
    }

    /// Returns a window around one mark, the end of the mark, and the number of further lines that it covers.
    pub(crate) fn bounded(&mut self, source: &Source, range: &Range) -> Option<(Window, Span, Option<u32>)> {
        let (text, masks) = self.text(source)?;
        let (span, more) = bounded(text, range.bytes);
        Some((Window::new(text, masks, &[span], range.line), span, more))
    }

    /// The places of a source that must not be shown: known secrets, and text that looks like one.
    fn masks(&self, source: &Source, text: &[u8]) -> Vec<Span> {
        let known = self.secrets.iter().filter(|(known, _)| known == source);
        merged(secrets(text).into_iter().chain(known.flat_map(|(_, spans)| spans.iter().copied())).collect())
    }

    fn text(&mut self, source: &Source) -> Option<(&'p [u8], &[Span])> {
        let at = self.known.iter().rposition(|(known, _)| known == source).unwrap_or_else(|| {
            let text = (self.text)(source).map(|text| (text, self.masks(source, text)));
            if self.known.len() == REMEMBERED {
                self.known.remove(0);
            }
            self.known.push((source.clone(), text));
            self.known.len() - 1
        });
        let (text, masks) = self.known.get(at)?.1.as_ref()?;
        Some((text, masks))
    }
}

/// The text of a source, if available, and its secrets.
type Known<'p> = (Source, Option<(&'p [u8], Vec<Span>)>);

/// Some lines of a source as displayed.
#[derive(Debug)]
pub(crate) struct Window {
    /// The visible text.
    pub(crate) text: String,
    /// The number of its first line, from 1.
    pub(crate) line: usize,
    /// True if something in it is masked.
    pub(crate) masked: bool,
    /// Offsets in the source, each with the offset in `text`.
    map: Vec<(u32, usize)>,
}

impl Window {
    /// Returns the lines that contain `spans`, the first of which begins in line `line`.
    pub(crate) fn new(source: &[u8], masks: &[Span], spans: &[Span], line: u32) -> Self {
        let clamp = |at: u32| (at as usize).min(source.len());
        let first = spans.iter().map(|span| clamp(span.start)).min().unwrap_or(0);
        let last = spans.iter().map(|span| clamp(span.end)).max().unwrap_or(0).max(first);
        let start = line_start(source, first);
        let far = source.len().min(last + FAR);
        let end = source[last..far].iter().position(|b| *b == b'\n').map_or(far, |length| last + length);
        let mut window = Self { text: String::new(), line: line as usize, masked: false, map: Vec::new() };
        let mut at = start;
        loop {
            let stop = source[at..end].iter().position(|b| *b == b'\n').map_or(end, |length| at + length);
            let place = spans.iter().map(|span| clamp(span.start)).find(|place| (at..=stop).contains(place));
            window.line(source, at..stop, place, masks);
            if stop == end {
                break;
            }
            window.mark(stop);
            window.text.push('\n');
            at = stop + 1;
        }
        window.mark(end);
        window
    }

    /// Returns the place at which a span of the source is shown.
    pub(crate) fn range(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.shown(span.start);
        start..self.shown(span.end).max(start)
    }

    /// The displayed column of an offset in `text`, from 1.
    pub(crate) fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default().chars().count() + 1
    }

    fn shown(&self, at: u32) -> usize {
        let after = self.map.partition_point(|(source, _)| *source <= at);
        after.checked_sub(1).and_then(|last| self.map.get(last)).map_or(0, |(_, shown)| *shown)
    }

    fn mark(&mut self, source: usize) {
        self.map.push((source as u32, self.text.len()));
    }

    /// Adds one line without its newline.
    fn line(&mut self, source: &[u8], range: std::ops::Range<usize>, place: Option<usize>, masks: &[Span]) {
        let carriage = usize::from(source[range.clone()].ends_with(b"\r"));
        let line = range.start..range.end - carriage;
        let shown = shown_part(line.clone(), place);
        self.mark(line.start);
        if shown.start > line.start {
            self.text.push('…');
        }
        let mut at = shown.start;
        let first = masks.partition_point(|mask| mask.end as usize <= at);
        for mask in &masks[first..] {
            let (from, to) = ((mask.start as usize).max(at), (mask.end as usize).min(shown.end));
            if from >= shown.end {
                break;
            }
            self.decode(&source[at..from], at);
            self.mark(from);
            self.text.push_str(MASK);
            self.masked = true;
            at = to;
            self.mark(at);
        }
        self.decode(&source[at..shown.end], at);
        self.mark(shown.end);
        if shown.end < line.end {
            self.text.push('…');
        }
    }

    fn decode(&mut self, bytes: &[u8], mut at: usize) {
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                self.mark(at);
                if is_unprintable(c) && c != '\t' {
                    self.text.extend(c.escape_default());
                } else {
                    self.text.push(c);
                }
                at += c.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                self.mark(at);
                self.text.push(char::REPLACEMENT_CHARACTER);
                at += chunk.invalid().len();
            }
        }
    }
}

/// The end of a mark: at most a few lines, without the newline at its end; or else the end of its line.
fn bounded(source: &[u8], span: Span) -> (Span, Option<u32>) {
    const LINES: usize = 6;
    let bytes = span.of(source);
    let bytes = &bytes[..bytes.len().min(FAR)];
    let ends = bytes.iter().rev().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let kept = if ends < bytes.len() { bytes.len() - ends } else { 0 };
    let breaks = bytes[..kept].split(|b| *b == b'\n').count() - 1;
    let length = if breaks < LINES { kept } else { bytes.iter().position(|b| *b == b'\n').unwrap_or(kept) };
    let start = (span.start as usize).min(source.len());
    (Span::new(start, start + length), (breaks >= LINES).then_some(breaks as u32))
}

/// The part of a line that is displayed.
fn shown_part(line: std::ops::Range<usize>, place: Option<usize>) -> std::ops::Range<usize> {
    if line.len() <= LONG {
        return line;
    }
    let place = place.unwrap_or(line.start);
    let start = place.saturating_sub(BEFORE).max(line.start);
    let start = if start - line.start <= 2 { line.start } else { start };
    start..(place + AFTER).min(line.end)
}

fn line_start(source: &[u8], at: usize) -> usize {
    let far = at.saturating_sub(FAR);
    source[far..at].iter().rposition(|b| *b == b'\n').map_or(far, |end| far + end + 1)
}

/// Text of rekey's own that is displayed in a user's place.
pub(crate) fn inserted(text: &str) -> String {
    let masked = rekey_core::mask::masked(text);
    let lines: Vec<_> = masked
        .split('\n')
        .map(|line| line.split('\t').map(printable).collect::<Vec<_>>().join("\t"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use rekey_core::text::Locator;

    use super::*;

    #[track_caller]
    fn window(source: &[u8], start: usize, end: usize) -> (String, usize, String) {
        let span = Span::new(start, end);
        let line = Locator::new(source).locate(span).line;
        let window = Window::new(source, &secrets(source), &[span], line);
        let marked = window.text[window.range(span)].to_owned();
        (window.text, window.line, marked)
    }

    #[test]
    fn a_window_contains_whole_lines() {
        assert_eq!(window(b"a\nbcd\ne", 3, 4), ("bcd".into(), 2, "c".into()));
        assert_eq!(window(b"a\r\nbcd\r\ne", 4, 5), ("bcd".into(), 2, "c".into()));
        assert_eq!(window(b"ab\ncd\n", 1, 4), ("ab\ncd".into(), 1, "b\nc".into()));
        assert_eq!(window(b"ab\n", 3, 3), (String::new(), 2, String::new()));
        assert_eq!(window(b"", 0, 0), (String::new(), 1, String::new()));
    }

    #[test]
    fn marks_are_correct_after_a_mask_and_broken_utf8() {
        let source = b"x https://u:pw@h/p \xff\xfe y";
        assert_eq!(window(source, 15, 16).2, "h");
        assert_eq!(window(source, 22, 23), ("x https://***@h/p \u{fffd}\u{fffd} y".into(), 1, "y".into()));
        assert_eq!(window(source, 10, 14).2, "***");
    }

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        let (text, _, marked) = window("a\u{9b}31m\u{200b}\u{202e}\tb".as_bytes(), 3, 4);
        assert_eq!((text.as_str(), marked.as_str()), ("a\\u{9b}31m\\u{200b}\\u{202e}\tb", "3"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = [vec![b'a'; 5000], vec![b'X'], vec![b'b'; 5000]].concat();
        let (text, _, marked) = window(&source, 5000, 5001);
        assert_eq!(marked, "X");
        assert!(text.chars().count() < 300 && text.starts_with('…') && text.ends_with('…'));
    }

    #[test]
    fn a_mark_over_many_lines_ends_with_the_first() {
        let source = b"ab\n".repeat(20);
        assert_eq!(bounded(&source, Span::new(0, 60)), (Span::new(0, 2), Some(19)));
        assert_eq!(bounded(&source, Span::new(0, 6)), (Span::new(0, 5), None));
    }
}
