//! The secrets of one input, which its report must not repeat.

use std::{borrow::Cow, collections::HashSet};

use crate::{
    facts::{Fact, ImageFacts, Label},
    finding::{Finding, Place},
    mask::{self, MASK, token},
    report::groups::Single,
    text::Span,
};

/// The secrets that the parser of an input found in it.
///
/// Messages quote words of the input, whole or in part, expanded or decoded. So the search is for any
/// [`PIECE`] bytes of a secret, not for the whole of it.
#[derive(Default)]
pub(crate) struct Secrets<'a> {
    /// Their places in the text.
    pub(crate) spans: Vec<Span>,
    pub(crate) values: Vec<Cow<'a, [u8]>>,
    /// A text that may contain tokens anywhere. They are searched for if a message quotes something that may
    /// be part of one.
    pub(crate) text: &'a [u8],
}

/// The number of bytes of a secret that are masked wherever they occur; fewer would match by chance.
const PIECE: usize = 8;

/// The minimum length of a secret, shorter than a piece, that is masked as a whole word.
const SHORTEST: usize = 4;

impl<'a> Secrets<'a> {
    /// The secrets at these places.
    pub(crate) fn at(text: &'a [u8], spans: Vec<Span>) -> Self {
        let values = spans.iter().map(|span| Cow::Borrowed(span.of(text))).collect();
        Self { spans, values, text: b"" }
    }

    /// The tokens and key lines in a short text that has no dedicated place for a secret, such as a tag.
    pub(crate) fn by_form(text: &'a [u8]) -> Self {
        if mask::has_token_or_key(text) { Self::at(text, mask::secrets(text)) } else { Self::default() }
    }

    /// Returns the first secret that is certainly a token; `text` is the text that contains them.
    pub(super) fn certain_token(&self, text: &[u8]) -> Option<(Span, mask::Issuer)> {
        if self.spans.is_empty() { None } else { token::Finder::new(text, token::Need::Certain).next() }
    }

    /// All of a text, for texts whose rules get facts and no words.
    pub(crate) fn all(text: &[u8]) -> Self {
        Self { spans: vec![Span::new(0, text.len())], ..Self::default() }
    }

    /// Masks what the findings quote.
    pub(super) fn hide_in(&mut self, singles: &mut [Single]) {
        let mut findings: Vec<_> = singles.iter_mut().map(|single| &mut single.finding).collect();
        let mut may_be_part = false;
        for finding in &mut *findings {
            for_each_text(finding, &mut |text| {
                let (zone, start) = quoted(text);
                let signs = mask::Signs::of(zone.as_bytes());
                may_be_part = may_be_part || signs.may_hold_piece(PIECE) && may_be_part_of_token(zone);
                let found = mask::secrets_with(zone.as_bytes(), &signs);
                if !found.is_empty() {
                    let found: Vec<_> = found.into_iter().map(|span| span.shifted(start)).collect();
                    *text = mask::without(text, &found);
                }
            });
            let repeats = |edit: &crate::Edit| !mask::secrets(edit.text.as_bytes()).is_empty();
            // A fix that would have to repeat a secret is dropped.
            if finding.fix.as_ref().is_some_and(|fix| fix.edits.iter().any(repeats)) {
                finding.fix = None;
            }
        }
        if may_be_part {
            self.add_tokens();
        }
        if self.values.is_empty() {
            return;
        }
        let mut pieces = HashSet::new();
        for finding in &mut *findings {
            for_each_text(finding, &mut |text| pieces.extend(windows(quoted(text).0)));
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            edits.for_each(|edit| pieces.extend(windows(&edit.text)));
        }
        let secret = self.pieces_among(&pieces);
        for finding in &mut *findings {
            for_each_text(finding, &mut |text| self.hide(text, &secret));
            let repeats = |edit: &crate::Edit| windows(&edit.text).any(|piece| secret.contains(&piece));
            if finding.fix.as_ref().is_some_and(|fix| fix.edits.iter().any(repeats)) {
                finding.fix = None;
            }
        }
    }

    /// Masks values that facts contain. Returns true if it masked any.
    pub(super) fn hide_values<'v>(&mut self, values: impl Iterator<Item = &'v mut String>) -> bool {
        let values: Vec<_> = values.collect();
        let signs: Vec<_> = values.iter().map(|value| mask::Signs::of(value.as_bytes())).collect();
        let mut each = values.iter().zip(&signs);
        if each.any(|(value, signs)| signs.may_hold_piece(PIECE) && may_be_part_of_token(value)) {
            self.add_tokens();
        }
        let pieces: HashSet<_> = if self.values.is_empty() {
            HashSet::new()
        } else {
            values.iter().flat_map(|value| windows(value)).collect()
        };
        let secret = self.pieces_among(&pieces);
        let mut hidden = false;
        for (value, signs) in values.into_iter().zip(signs) {
            let is_secret = windows(value).any(|piece| secret.contains(&piece))
                || self.values.iter().any(|known| is_short(known) && **known == *value.as_bytes());
            if is_secret {
                MASK.clone_into(value);
                hidden = true;
            } else if value.len() > PIECE {
                let masked = mask::secrets_with(value.as_bytes(), &signs);
                if !masked.is_empty() {
                    *value = mask::without(value, &masked);
                    hidden = true;
                }
            }
        }
        hidden
    }

    /// Masks the user and the labels in the facts about an image.
    pub(super) fn hide_in_image(&mut self, image: &mut ImageFacts) {
        let user = match &mut image.user {
            Fact::Known(user, _) => Some(user),
            Fact::Unknown(_) => None,
        };
        let labels = image.labels.values_mut().filter_map(|label| match label {
            Fact::Known(Label::Value(value), _) => Some(value),
            _ => None,
        });
        self.hide_values(user.into_iter().chain(labels));
    }

    /// Looks for tokens in the whole text, once.
    fn add_tokens(&mut self) {
        let text = std::mem::take(&mut self.text);
        let tokens = token::Finder::new(text, token::Need::Likely);
        self.values.extend(tokens.map(|(span, _)| Cow::Borrowed(span.of(text))));
    }

    /// Returns the pieces that occur in a secret, in one pass over the secrets however many texts there are.
    fn pieces_among(&self, pieces: &HashSet<u64>) -> HashSet<u64> {
        if pieces.is_empty() {
            return HashSet::new();
        }
        let all = self.values.iter().flat_map(|value| bytes_windows(value));
        all.filter(|piece| pieces.contains(piece)).collect()
    }

    fn hide(&self, text: &mut String, secret: &HashSet<u64>) {
        let (zone, start) = quoted(text);
        let mut spans: Vec<_> = windows(zone)
            .enumerate()
            .filter(|(_, piece)| secret.contains(piece))
            .map(|(at, _)| Span::new(at, at + PIECE).shifted(start))
            .collect();
        let mut at = start;
        for word in zone.split('`') {
            if self.values.iter().any(|known| is_short(known) && **known == *word.as_bytes()) {
                spans.push(Span::new(at, at + word.len()));
            }
            at += word.len() + 1;
        }
        if !spans.is_empty() {
            *text = mask::without(text, &whole_characters(text, mask::merged(spans)));
        }
    }
}

/// Returns true if a text has a word that may be part of a token: a long one with digits and uppercase
/// letters.
fn may_be_part_of_token(text: &str) -> bool {
    let (mut length, mut digits, mut uppercase) = (0, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' => uppercase += 1,
            b'a'..=b'z' | b'_' | b'-' => {}
            _ => {
                (length, digits, uppercase) = (0, 0, 0);
                continue;
            }
        }
        length += 1;
        if length > PIECE && digits > 0 && uppercase > 1 {
            return true;
        }
    }
    false
}

fn is_short(secret: &[u8]) -> bool {
    (SHORTEST..PIECE).contains(&secret.len())
}

/// The quoted part of a message, and its start.
fn quoted(text: &str) -> (&str, usize) {
    match mask::quoted_part(text) {
        Some((start, end)) => (text.get(start..end).unwrap_or_default(), start),
        None => ("", 0),
    }
}

fn windows(text: &str) -> impl Iterator<Item = u64> {
    bytes_windows(text.as_bytes())
}

/// Every piece of a text, as a number.
fn bytes_windows(text: &[u8]) -> impl Iterator<Item = u64> {
    text.windows(PIECE).map(|piece| piece.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Widens spans that begin or end within a character to the whole character.
fn whole_characters(text: &str, spans: Vec<Span>) -> Vec<Span> {
    let spans = spans.into_iter().map(|span| {
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end)
    });
    mask::merged(spans.collect())
}

/// Calls `change` with every text of a finding that may quote the input.
fn for_each_text(finding: &mut Finding, change: &mut dyn FnMut(&mut String)) {
    change(&mut finding.message);
    if let Cow::Owned(help) = &mut finding.help {
        change(help);
    }
    for related in &mut finding.related {
        change(&mut related.message);
    }
    if let Some(fix) = &mut finding.fix {
        change(&mut fix.description);
    }
    let parameter = match &mut finding.parameter {
        Some(Cow::Owned(parameter)) => Some(parameter),
        _ => None,
    };
    let place = match &mut finding.place {
        Some(Place::Pointer(pointer)) => Some(pointer),
        Some(Place::Layer { path, .. }) => Some(path),
        _ => None,
    };
    for word in parameter.into_iter().chain(place) {
        let mut quoted = format!("`{word}`");
        change(&mut quoted);
        let unquoted = quoted.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        unquoted.unwrap_or_default().clone_into(word);
    }
}
