//! PEM blocks between `BEGIN` and `END`, found even if they are damaged.
//!
//! ```text
//! -----BEGIN RSA PRIVATE KEY-----      five dashes, BEGIN, a label, five dashes, alone on its line
//! MIIEow…                              lines of 64 base64 digits, the last one shorter
//! -----END RSA PRIVATE KEY-----
//! ```
//!
//! Deviations from this are recorded with their place; [`super::libcrypto`] decides whether they keep OpenSSH
//! from reading the key.

use zeroize::Zeroizing;

use super::{
    kind::Label,
    limits::MAX_DECODED_BYTES,
    problem::{ProblemKind, is_foreign_space},
};
use crate::base64::{Decoder, is_digit};

/// The maximum number of PEM boundaries; a file with more is not a key.
const MAX_MARKS: usize = 64;

/// The maximum length of a label.
const MAX_LABEL_BYTES: usize = 40;

/// A PEM boundary: `BEGIN` or `END` with dashes and label.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) begins: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) label: Label,
    /// The start of the boundary's line.
    line: usize,
    /// Its defect, with the start and the end of the wrong bytes.
    fault: Option<(ProblemKind, usize, usize)>,
}

/// A block, possibly incomplete.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) begin: Option<Mark>,
    pub(super) end: Option<Mark>,
    /// The start and the end of the body.
    pub(super) body: (usize, usize),
}

impl Block {
    pub(super) fn label(&self) -> Label {
        self.begin.or(self.end).map_or(Label::Other, |mark| mark.label)
    }

    pub(super) fn start(&self) -> usize {
        self.begin.map_or(self.body.0, |mark| mark.start)
    }

    pub(super) fn stop(&self) -> usize {
        self.end.map_or(self.body.1, |mark| mark.end)
    }
}

/// Every block of a text, in order.
pub(super) fn blocks(text: &[u8]) -> Vec<Block> {
    let marks = marks(text);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Mark> = None;
    for mark in &marks {
        if mark.begins {
            if let Some(begin) = open.replace(*mark) {
                blocks.push(Block { begin: Some(begin), end: None, body: between(begin.end, mark.start) });
            }
        } else {
            let begin = open.take();
            let from = begin.map_or_else(|| blocks.last().map_or(0, Block::stop), |begin| begin.end);
            blocks.push(Block { begin, end: Some(*mark), body: between(from, mark.start) });
        }
    }
    if let Some(begin) = open {
        blocks.push(Block { begin: Some(begin), end: None, body: (begin.end, text.len()) });
    }
    blocks
}

/// The text between two boundaries; empty if they share their dashes.
fn between(start: usize, end: usize) -> (usize, usize) {
    (start, end.max(start))
}

fn marks(text: &[u8]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut line = Line { start: 0, ink: 0 };
    line.find_ink(text);
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(|byte| matches!(byte, b'B' | b'b' | b'E' | b'e')) {
        if let Some(end) = text[at..at + found].iter().rposition(|byte| *byte == b'\n') {
            line.start = at + end + 1;
            line.find_ink(text);
        }
        at += found;
        let mark = if word_at(text, at, b"BEGIN") {
            mark(text, at, 5, &line)
        } else if word_at(text, at, b"END") {
            mark(text, at, 3, &line)
        } else {
            None
        };
        marks.extend(mark);
        if marks.len() == MAX_MARKS {
            break;
        }
        // The boundary is not skipped as a whole, since a line may end within it.
        at += 1;
    }
    marks
}

/// The line that is being read.
struct Line {
    start: usize,
    /// The place of the first byte other than spaces and quotation marks.
    ink: usize,
}

impl Line {
    fn find_ink(&mut self, text: &[u8]) {
        let blanks = text[self.start..].iter().take_while(|byte| is_blank(**byte) || **byte == b'>');
        self.ink = self.start + blanks.count();
    }
}

fn word_at(text: &[u8], at: usize, word: &[u8]) -> bool {
    text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// Returns the boundary whose word is at `word`, if enough of it is there.
fn mark(text: &[u8], word: usize, length: usize, line: &Line) -> Option<Mark> {
    let space_before = space_ending_at(text, word).map_or(0, |(_, width)| width);
    let before = Dashes::before(text, word - space_before);
    let (spaces_after, from) = spaces(text, word + length);
    let (read, to) = label_text(text, from);
    let (label, case, label_blanks) = Label::read(&read);
    let space_last = space_at(text, to).map_or(0, |(_, width)| width);
    let after = Dashes::after(text, to + space_last);
    let alone = line.ink >= before.start;
    let dashed = before.count > 0 && (after.count > 0 || label != Label::Other);
    let bare = label != Label::Other && alone;
    if !dashed && !bare {
        return None;
    }
    let end = if after.count > 0 { after.end } else { to };
    let start = if before.count > 0 { before.start } else { word };
    let ssh2 = matches!(label, Label::Ssh2PublicKey | Label::Ssh2PrivateKey);
    let wanted = if ssh2 { 4 } else { 5 };
    let small = text[word..word + length].iter().any(u8::is_ascii_lowercase) || !case;
    let plain_blanks = spaces_after == 1 && label_blanks && (ssh2 || space_before + space_last == 0);
    let foreign_space = foreign_space(text, word - space_before, to + space_last);
    let fault = if let Some((dash, at)) = before.foreign.or(after.foreign) {
        Some((ProblemKind::ForeignDash(dash), at, at + dash.len_utf8()))
    } else if before.count != wanted || after.count != wanted {
        let count = |count: usize| count.min(99) as u8;
        Some((ProblemKind::Dashes(count(before.count), count(after.count)), start, end))
    } else if let Some((space, at)) = foreign_space {
        Some((ProblemKind::ForeignSpace(space), at, at + space.len_utf8()))
    } else if small {
        Some((ProblemKind::LabelCase, start, end))
    } else if !plain_blanks {
        Some((ProblemKind::LabelBlanks(label), start, end))
    } else {
        None
    };
    Some(Mark { begins: length == 5, start, end, label, line: line.start, fault })
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Returns a space character of any kind.
fn space_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    match text.get(at..)? {
        [byte, ..] if is_blank(*byte) => Some((char::from(*byte), 1)),
        [0xc2, 0xa0, ..] => Some(('\u{a0}', 2)),
        [0xe1..=0xe3 | 0xef, ..] => {
            let c = char_at(text, at).filter(|c| is_foreign_space(*c))?;
            Some((c, c.len_utf8()))
        }
        _ => None,
    }
}

fn space_ending_at(text: &[u8], end: usize) -> Option<(char, usize)> {
    let starts = (1..=3).filter_map(|width| end.checked_sub(width));
    let mut spaces =
        starts.filter_map(|start| space_at(text, start).filter(|(_, width)| start + width == end));
    spaces.next()
}

/// Returns the number of spaces at a place, and their end.
fn spaces(text: &[u8], mut at: usize) -> (usize, usize) {
    let mut count = 0;
    while let Some((_, width)) = space_at(text, at) {
        at += width;
        count += 1;
    }
    (count, at)
}

/// The first non-ASCII space between two places.
fn foreign_space(text: &[u8], start: usize, end: usize) -> Option<(char, usize)> {
    let mut spaces = (start..end).filter_map(|at| space_at(text, at).map(|(space, _)| (space, at)));
    spaces.find(|(space, _)| !space.is_ascii())
}

/// A label with ASCII spaces, and its end.
fn label_text(text: &[u8], from: usize) -> (Vec<u8>, usize) {
    let (mut label, mut at, mut end, mut length) = (Vec::with_capacity(MAX_LABEL_BYTES), from, from, 0);
    while label.len() < MAX_LABEL_BYTES {
        if let Some((space, width)) = space_at(text, at) {
            label.push(if space == '\t' { b'\t' } else { b' ' });
            at += width;
        } else if let Some(byte) = text.get(at).filter(|byte| is_label_byte(**byte)) {
            label.push(*byte);
            at += 1;
            (end, length) = (at, label.len());
        } else {
            break;
        }
    }
    label.truncate(length);
    (label, end)
}

/// The character that begins at a place.
pub(super) fn char_at(text: &[u8], at: usize) -> Option<char> {
    let bytes = text.get(at..(at + 4).min(text.len()))?;
    bytes.utf8_chunks().next()?.valid().chars().next()
}

const fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_blank(byte) || matches!(byte, b'_' | b'.' | b'#')
}

/// A run of dashes, and the first non-ASCII one among them.
struct Dashes {
    start: usize,
    end: usize,
    count: usize,
    foreign: Option<(char, usize)>,
}

impl Dashes {
    fn after(text: &[u8], start: usize) -> Self {
        let mut out = Self { start, end: start, count: 0, foreign: None };
        while let Some((dash, width)) = dash_at(text, out.end) {
            if !dash.is_ascii() {
                out.foreign = out.foreign.or(Some((dash, out.end)));
            }
            out.end += width;
            out.count += 1;
        }
        out
    }

    fn before(text: &[u8], end: usize) -> Self {
        let mut start = end;
        loop {
            let mut widths = (1..=3.min(start)).rev();
            let dash = |width: &usize| dash_at(text, start - width).is_some_and(|(_, found)| found == *width);
            let Some(width) = widths.find(dash) else { break };
            start -= width;
        }
        let mut out = Self::after(text, start);
        out.end = end;
        out
    }
}

/// Returns a dash of any kind: the replacements for `-` that editors make, and similar East Asian and
/// box-drawing characters.
fn dash_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    match text.get(at..)? {
        [b'-', ..] => Some(('-', 1)),
        [0xc2, 0xad, ..] => Some(('\u{ad}', 2)),
        [0xe2 | 0xe3 | 0xef, ..] => {
            let is_dash = |c: &char| {
                matches!(
                    c,
                    '\u{2010}'
                        ..='\u{2015}'
                            | '\u{2212}'
                            | '\u{2500}'
                            | '\u{2501}'
                            | '\u{30fc}'
                            | '\u{fe58}'
                            | '\u{fe63}'
                            | '\u{ff0d}'
                )
            };
            char_at(text, at).filter(is_dash).map(|c| (c, 3))
        }
        _ => None,
    }
}

/// The body of a block, decoded as base64.
pub(super) struct Body {
    /// The decoded bytes, as far as possible.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// The defects, each with the start and the end of the wrong bytes.
    pub(super) faults: Vec<(ProblemKind, usize, usize)>,
    /// True if the headers say that it is encrypted.
    pub(super) encrypted: bool,
}

/// Decodes the body of a block, and checks its boundaries and lines.
pub(super) fn body(text: &[u8], block: &Block, width: usize) -> Body {
    read_body(BodyReader::new(text, block, width))
}

/// Decodes the body of a block that has spaces within its lines, with each space read as a `+`.
pub(super) fn body_with_plus(text: &[u8], block: &Block, width: usize) -> Option<Body> {
    let mut reader = BodyReader::new(text, block, width);
    let body = &text[block.body.0..block.body.1];
    let lines = body.split(|byte| *byte == b'\n');
    // In a body on one line, the spaces may have been newlines.
    if !body.contains(&b' ') || lines.count() < 2 {
        return None;
    }
    reader.for_forms = true;
    Some(read_body(reader))
}

fn read_body(mut reader: BodyReader<'_>) -> Body {
    reader.judge_marks();
    reader.read_lines();
    reader.finish()
}

#[expect(clippy::struct_excessive_bools, reason = "four independent facts about the text")]
struct BodyReader<'a> {
    text: &'a [u8],
    block: &'a Block,
    decoder: Decoder,
    faults: Vec<(ProblemKind, usize, usize)>,
    /// The expected width of a line, and the width of the first one.
    width: (usize, Option<usize>),
    /// The width and place of a line that is shorter or longer than the first; valid only for the last line.
    uneven: Option<(usize, usize)>,
    padding: (u8, usize),
    /// The place of the last digit.
    last_digit: usize,
    on_one_line: bool,
    headers: bool,
    encrypted: bool,
    /// True if `-` and `_` may mean `+` and `/`, since neither of those occurs.
    for_urls: bool,
    /// True if each space of the body means `+`.
    for_forms: bool,
}

impl<'a> BodyReader<'a> {
    fn new(text: &'a [u8], block: &'a Block, width: usize) -> Self {
        let size = (block.body.1 - block.body.0).min(MAX_DECODED_BYTES / 3 * 4 + 8);
        Self {
            text,
            block,
            decoder: Decoder::with_capacity(size),
            faults: Vec::new(),
            width: (width, None),
            uneven: None,
            padding: (0, 0),
            last_digit: block.body.0,
            on_one_line: false,
            headers: false,
            encrypted: false,
            for_urls: !text[block.body.0..block.body.1].iter().any(|byte| matches!(byte, b'+' | b'/')),
            for_forms: false,
        }
    }

    /// Records a defect; only the first of each kind is kept.
    fn note(&mut self, kind: ProblemKind, start: usize, end: usize) {
        let same = |fault: &&(ProblemKind, usize, usize)| {
            std::mem::discriminant(&fault.0) == std::mem::discriminant(&kind)
        };
        if self.faults.iter().find(same).is_none() {
            self.faults.push((kind, start, end));
        }
    }

    fn judge_marks(&mut self) {
        let block = self.block;
        match block.begin {
            None => self.note(ProblemKind::NoBegin, block.body.0, block.body.0),
            Some(mark) => self.judge_mark(&mark),
        }
        match block.end {
            None => self.note(ProblemKind::NoEnd, block.body.1, block.body.1),
            Some(mark) => self.judge_mark(&mark),
        }
        if let (Some(begin), Some(end)) = (block.begin, block.end) {
            if begin.label != end.label {
                let kind = ProblemKind::LabelsDiffer(begin.label, end.label);
                self.note(kind, end.start, end.end);
            }
            let (start, stop) = block.body;
            self.on_one_line = start < stop && !self.text[start..stop].contains(&b'\n');
        }
    }

    fn judge_mark(&mut self, mark: &Mark) {
        if let Some((kind, start, end)) = mark.fault {
            self.note(kind, start, end);
        }
        let before = &self.text[mark.line..mark.start];
        if before.contains(&b'>') && before.iter().all(|byte| is_blank(*byte) || *byte == b'>') {
            self.note(ProblemKind::Quoted, mark.line, mark.start);
        } else if !before.is_empty() && before.iter().all(|byte| is_blank(*byte)) {
            self.note(ProblemKind::Indented, mark.line, mark.start);
        }
        let rest = &self.text[mark.end..];
        let line = rest.iter().position(|byte| *byte == b'\n');
        let rest = &rest[..line.unwrap_or(rest.len())];
        if line.is_some() && rest.ends_with(b"\r") {
            self.note(ProblemKind::CrLf, mark.end + rest.len() - 1, mark.end + rest.len() + 1);
        }
        if line.is_none() && !mark.begins && rest.iter().all(u8::is_ascii_whitespace) {
            self.note(ProblemKind::NoFinalLineEnd, self.text.len(), self.text.len());
        }
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        if blanks > 0 && rest[blanks..].iter().all(u8::is_ascii_whitespace) {
            self.note(ProblemKind::TrailingBlanks, mark.end, mark.end + blanks);
        }
    }

    fn read_lines(&mut self) {
        let (mut start, stop) = self.block.body;
        let mut first = self.block.begin.is_some();
        if self.on_one_line {
            self.note(ProblemKind::OneLine, start, start);
        }
        while start < stop {
            let length = self.text[start..stop].iter().position(|byte| *byte == b'\n');
            let end = length.map_or(stop, |length| start + length);
            let last = length.is_none();
            self.read_line(start, end, first, last);
            first = false;
            start = end + 1;
        }
    }

    fn read_line(&mut self, start: usize, end: usize, first: bool, last: bool) {
        let (mut from, mut to) = (start, end);
        if to > from && self.text[to - 1] == b'\r' {
            to -= 1;
            if !last {
                self.note(ProblemKind::CrLf, to, to + 2);
            }
        }
        if self.for_forms && from < to && !self.text[from..to].iter().all(|byte| is_blank(*byte)) {
            self.read_digits(from, to);
            return;
        }
        let quoted = self.text[from..to].iter().take_while(|byte| is_blank(**byte) || **byte == b'>').count();
        if self.text[from..from + quoted].contains(&b'>') {
            from += quoted;
            self.note(ProblemKind::Quoted, start, from);
        }
        let indent = self.text[from..to].iter().take_while(|byte| is_blank(**byte)).count();
        from += indent;
        while to > from && is_blank(self.text[to - 1]) {
            to -= 1;
        }
        if from == to {
            // Characters on the line of a boundary are checked with the boundary.
            let between = !(first || last || self.headers);
            if between {
                self.note(ProblemKind::BlankLine, start, start);
            }
            self.headers = false;
            return;
        }
        // Other characters there, such as terminal color codes, are reported as such.
        let beside_mark = (first || last && self.block.end.is_some()) && !self.on_one_line;
        if beside_mark && is_digit(self.text[from]) {
            self.note(ProblemKind::OneLine, from, from);
        }
        if indent > 0 && !self.on_one_line {
            self.note(ProblemKind::Indented, from - indent, from);
        }
        let trailing = self.text[to..end].iter().take_while(|byte| is_blank(**byte)).count();
        if trailing > 0 && !self.on_one_line {
            self.note(ProblemKind::TrailingBlanks, to, to + trailing);
        }
        let line = &self.text[from..to];
        if self.decoder.digits() == 0 && line.contains(&b':') {
            self.header(line, from);
            return;
        }
        self.headers = false;
        self.read_digits(from, to);
    }

    /// Reads a header of RFC 1421: `Proc-Type` and `DEK-Info` describe the encryption of the body.
    fn header(&mut self, line: &[u8], at: usize) {
        self.headers = true;
        if line.starts_with(b"Proc-Type:") {
            self.encrypted |= line.ends_with(b"ENCRYPTED");
        } else if !line.starts_with(b"DEK-Info:") {
            self.note(ProblemKind::Header, at, at);
        }
    }

    fn read_digits(&mut self, from: usize, to: usize) {
        let mut count = 0;
        let mut at = from;
        while at < to {
            let byte = self.text[at];
            if is_digit(byte) {
                if self.padding.0 > 0 {
                    self.note(ProblemKind::AfterPadding, at, at);
                    return;
                }
                if self.decoder.digits() / 4 * 3 >= MAX_DECODED_BYTES {
                    self.note(ProblemKind::DecodedTooLong, at, at);
                    return;
                }
                self.decoder.push(byte);
                self.last_digit = at;
                count += 1;
                at += 1;
            } else {
                at += self.foreign(byte, at, &mut count);
            }
        }
        match self.width.1 {
            None => self.width.1 = Some(count),
            Some(_) if self.uneven.is_some_and(|(_, line)| line == usize::MAX) => {}
            Some(width) => {
                if let Some((found, line)) = self.uneven {
                    // The uneven line was not the last one.
                    self.note(ProblemKind::UnevenLine { expected: width, found }, line, line);
                    self.uneven = Some((0, usize::MAX));
                } else if count != width {
                    self.uneven = Some((count, from));
                }
            }
        }
    }

    /// Records characters that are not digits, and returns their width.
    fn foreign(&mut self, byte: u8, at: usize, count: &mut usize) -> usize {
        match byte {
            b'=' => {
                self.padding = (self.padding.0.saturating_add(1), at);
                *count += 1;
            }
            b' ' if self.for_forms => {
                self.note(ProblemKind::LostPlus, at, at + 1);
                self.decoder.push(b'+');
                self.last_digit = at;
                *count += 1;
            }
            b' ' | b'\t' if self.on_one_line => {}
            b' ' | b'\t' => self.note(ProblemKind::BlankInside, at, at + 1),
            b'-' | b'_' => {
                self.note(ProblemKind::UrlDigit(byte as char), at, at + 1);
                if self.for_urls {
                    self.decoder.push(if byte == b'-' { b'+' } else { b'/' });
                    self.last_digit = at;
                    *count += 1;
                }
            }
            _ => {
                let chunk = self.text[at..(at + 4).min(self.text.len())].utf8_chunks().next();
                let c = chunk.and_then(|chunk| chunk.valid().chars().next());
                let (kind, width) = match c {
                    Some(c) => (ProblemKind::Foreign(c), c.len_utf8()),
                    None => (ProblemKind::ForeignByte, 1),
                };
                self.note(kind, at, at + width);
                return width;
            }
        }
        1
    }

    fn finish(mut self) -> Body {
        let digits = self.decoder.digits();
        let (padding, at) = self.padding;
        let expected = ((4 - digits % 4) % 4) as u8;
        let place = if padding > 0 { at } else { (self.last_digit + 1).min(self.block.body.1) };
        if digits == 0 {
            self.note(ProblemKind::NoBody, self.block.body.0, self.block.body.0);
        } else if expected == 3 {
            self.note(ProblemKind::DigitCount(digits), place, place);
        } else if padding != expected {
            self.note(ProblemKind::Padding { expected, found: padding }, place, place);
        } else if self.decoder.left_over() != 0 {
            self.note(ProblemKind::LeftOverBits, self.last_digit, self.last_digit);
        }
        if let Some(found) = self.width.1.filter(|_| !self.on_one_line) {
            let (expected, alone) = (self.width.0, self.uneven.is_none());
            let long_last = self.uneven.filter(|(count, line)| *line != usize::MAX && *count > found);
            if let Some((count, line)) = long_last {
                self.note(ProblemKind::UnevenLine { expected: found, found: count }, line, line);
            } else if found != expected && !(alone && found < expected && digits <= expected) {
                let start = self.block.body.0;
                self.note(ProblemKind::LineWidth { expected, found }, start, start);
            }
        }
        self.faults.sort_by_key(|(_, start, _)| *start);
        Body { bytes: self.decoder.into_bytes(), faults: self.faults, encrypted: self.encrypted }
    }
}
