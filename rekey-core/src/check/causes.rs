//! The cause of a finding: another finding whose fix makes it disappear.

use std::collections::HashMap;

use crate::{
    finding::{Draft, DraftPlace, Safety},
    fix::edited,
    severity::Severity,
    text::Span,
};

/// The most texts that are judged again to see what a fix does to other findings.
const MAX_TRIALS: usize = 16;
/// The size in bytes up to which a text is judged again: a check of a larger one would need twice its memory.
const MAX_TEXT: usize = 256 << 10;

/// Notes for each draft which other one is its cause: the one whose fix, applied to the text, makes it disappear.
///
/// `rank` is the order in which the fixes of drafts are tried; it is none for those that are not. Of two findings that each make the
/// other disappear, the first one is the cause. Nothing is judged again unless there are two drafts in a text of at most [`MAX_TEXT`] bytes.
pub(crate) fn find_causes(
    drafts: &mut [Draft],
    text: &[u8],
    rank: impl Fn(&Draft) -> Option<usize>,
    judge: impl Fn(&[u8]) -> Vec<Draft>,
) {
    if drafts.len() < 2 || text.len() > MAX_TEXT {
        return;
    }
    let mut order: Vec<_> =
        drafts.iter().enumerate().filter_map(|(number, draft)| Some((rank(draft)?, number))).collect();
    order.sort_unstable();
    let mut trials = 0;
    for (_, number) in order {
        let Some(candidate) = drafts.get(number).filter(|draft| draft.cause.is_none()) else { continue };
        let Some(fix) = candidate.fix.as_ref().filter(|fix| fix.safety != Safety::Display) else { continue };
        if trials == MAX_TRIALS {
            break;
        }
        trials += 1;
        let fixed = edited(text, fix.edits.iter().map(|(span, text)| (*span, text.as_str())));
        let moved = moves(&fix.edits);
        let mut left: HashMap<_, Left> = HashMap::new();
        for draft in judge(&fixed) {
            let left = left.entry(key(&draft)).or_default();
            *left.places.entry(start(&draft)).or_default() += 1;
            left.count += 1;
        }
        let others =
            |other: &usize| *other != number && drafts.get(*other).is_some_and(|draft| draft.cause.is_none());
        let mut gone: Vec<usize> = (0..drafts.len()).filter(others).collect();
        // First those that are found again at their place, then those of the same kind at another one.
        for anywhere in [false, true] {
            gone.retain(|other| {
                let again = drafts.get(*other).and_then(|draft| {
                    let left = left.get_mut(&key(draft))?;
                    left.take(start(draft).map(&moved), anywhere).then_some(())
                });
                again.is_none()
            });
        }
        for other in gone {
            if let Some(draft) = drafts.get_mut(other) {
                draft.cause = Some(number);
            }
        }
    }
}

/// The findings of one rule and case in a changed text that no earlier finding is.
#[derive(Default)]
struct Left {
    places: HashMap<Option<u32>, usize>,
    count: usize,
}

impl Left {
    /// Takes one finding at a place, or at any; returns false if there is none.
    fn take(&mut self, place: Option<u32>, anywhere: bool) -> bool {
        let here = self.places.get_mut(&place).filter(|count| **count > 0 && !anywhere);
        let found = here.map(|count| *count -= 1).is_some() || anywhere && self.count > 0;
        self.count -= usize::from(found);
        found
    }
}

/// The order for [`find_causes`] in which errors come first.
pub(crate) fn by_severity(draft: &Draft) -> Option<usize> {
    Severity::ALL.iter().rev().position(|severity| *severity == draft.rule.severity)
}

/// A finding's rule and case.
fn key(draft: &Draft) -> (&'static str, Option<String>) {
    (draft.rule.id, draft.parameter.as_deref().map(str::to_owned))
}

fn start(draft: &Draft) -> Option<u32> {
    match &draft.place {
        Some(DraftPlace::Text(span)) => Some(span.start),
        _ => None,
    }
}

/// Returns a function that moves a place by edits, which are in the order of their places.
fn moves(edits: &[(Span, String)]) -> impl Fn(u32) -> u32 + use<> {
    let edits: Vec<_> = edits.iter().map(|(span, text)| (*span, text.len() as u32)).collect();
    move |place| {
        let before = edits.iter().filter(|(span, _)| span.end <= place);
        before.fold(place, |place, (span, added)| place + added - (span.end - span.start))
    }
}
