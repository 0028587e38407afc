//! Labels of the final image.

use super::fact::Fact;
use crate::text::Span;

/// A label that the file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its key; keys may have variables, too.
    pub key: Fact,
    /// Its value.
    pub value: Fact,
    /// The step that sets it; none for a label of the base image.
    pub step: Option<usize>,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands.
    pub value_span: Span,
    /// Whether it is written as `LABEL key value`.
    pub legacy: bool,
}

/// So many labels are searched one by one, which takes less than sorting them.
const FEW: usize = 32;

/// All labels that the file or a known base sets; of two of one key the last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    all: Vec<Label>,
    /// The indices of labels whose key is known, by key; those of one key in the order of the file. Empty for a [`FEW`].
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

    /// The label of that key, as it is in the end.
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

    /// The labels that count, in the order in which they are set; those whose key is not known too.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        let counts = |label: &&Label| {
            let last = label.key.value().and_then(|key| self.get(key));
            last.is_none_or(|last| std::ptr::eq(last, *label))
        };
        self.all.iter().filter(counts)
    }

    /// All labels in the order in which they are set, also those that a later one replaces.
    pub fn settings(&self) -> &[Label] {
        &self.all
    }

    /// Whether there is a label whose key is not known: it may be any.
    pub fn has_unknown_key(&self) -> bool {
        self.all.iter().any(|label| label.key.value().is_none())
    }
}
