//! Labels of the final image.

use std::collections::HashMap;

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

/// All labels that the file or a known base sets; of two of one key the last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    all: Vec<Label>,
    last: HashMap<String, usize>,
}

impl Labels {
    pub(super) fn of(all: Vec<Label>) -> Self {
        let known = |(index, label): (usize, &Label)| Some((label.key.value()?.to_owned(), index));
        Self { last: all.iter().enumerate().filter_map(known).collect(), all }
    }

    /// The label of that key, as it is in the end.
    pub fn get(&self, key: &str) -> Option<&Label> {
        self.all.get(*self.last.get(key)?)
    }

    /// The value of the label, if it is set and known.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.value()
    }

    /// The labels that count, in the order of the file; those whose key is not known too.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        self.all.iter().enumerate().filter(|(index, label)| self.counts(*index, label)).map(|(_, label)| label)
    }

    /// All labels in the order in which they are set, also those that a later one replaces.
    pub fn settings(&self) -> &[Label] {
        &self.all
    }

    /// Whether there is a label whose key is not known: it may be any.
    pub fn has_unknown_key(&self) -> bool {
        self.all.iter().any(|label| label.key.value().is_none())
    }

    fn counts(&self, index: usize, label: &Label) -> bool {
        label.key.value().is_none_or(|key| self.last.get(key) == Some(&index))
    }
}
