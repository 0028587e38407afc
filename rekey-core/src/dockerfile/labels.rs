//! Labels of the final image.

use super::fact::Fact;
use crate::text::Span;

/// A label that the file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The key, which may contain variables.
    pub key: Fact,
    /// The value.
    pub value: Fact,
    /// The step that sets it; `None` for a label of the base image.
    pub step: Option<usize>,
    /// The place of the key.
    pub key_span: Span,
    /// The place of the value.
    pub value_span: Span,
    /// True if it is written as `LABEL key value`.
    pub legacy: bool,
}

/// The maximum number of labels that are searched one by one, which is faster than sorting them.
const FEW: usize = 32;

/// All labels that the file or a known base sets; the last of two with the same key wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    all: Vec<Label>,
    /// The indices of labels with a known key, by key and then in file order. Empty if there are at most
    /// [`FEW`] labels.
    by_key: Vec<u32>,
}

impl Labels {
    pub(super) fn of(all: Vec<Label>) -> Self {
        if all.len() <= FEW {
            return Self { all, by_key: Vec::new() };
        }
        let keys = all.iter().zip(0..).filter_map(|(label, index)| Some((label.key.value()?, index)));
        let mut keys: Vec<(&str, u32)> = keys.collect();
        keys.sort_unstable();
        let by_key = keys.into_iter().map(|(_, index)| index).collect();
        Self { all, by_key }
    }

    /// The final label of that key.
    pub fn get(&self, key: &str) -> Option<&Label> {
        if self.all.len() <= FEW {
            return self.all.iter().rev().find(|label| label.key.value() == Some(key));
        }
        let label = |index: &u32| self.all.get(*index as usize);
        let is_before = |index: &u32| label(index).and_then(|label| label.key.value()) <= Some(key);
        let last = self.by_key.partition_point(is_before).checked_sub(1)?;
        self.by_key.get(last).and_then(label).filter(|label| label.key.value() == Some(key))
    }

    /// The value of the label, if it is set and known.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.value()
    }

    /// The labels that take effect, in the order in which they are set, including those whose key is unknown.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        let counts = |label: &&Label| {
            let last = label.key.value().and_then(|key| self.get(key));
            last.is_none_or(|last| std::ptr::eq(last, *label))
        };
        self.all.iter().filter(counts)
    }

    /// All labels in the order in which they are set, including those that a later one replaces.
    pub fn settings(&self) -> &[Label] {
        &self.all
    }

    /// Returns true if there is a label whose key is unknown: it may be any.
    pub fn has_unknown_key(&self) -> bool {
        self.all.iter().any(|label| label.key.value().is_none())
    }
}
