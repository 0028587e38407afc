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
}

impl Labels {
    pub(super) fn of(all: Vec<Label>) -> Self {
        Self { all }
    }

    /// The label of that key, as it is in the end.
    pub fn get(&self, key: &str) -> Option<&Label> {
        self.all.iter().rev().find(|label| label.key.value() == Some(key))
    }

    /// The value of the label, if it is set and known.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.value()
    }

    /// The labels that count, in the order in which they are set; those whose key is not known too.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        let last: HashMap<&str, usize> = self
            .all
            .iter()
            .enumerate()
            .filter_map(|(index, label)| Some((label.key.value()?, index)))
            .collect();
        let counts = move |(index, label): &(usize, &Label)| {
            label.key.value().is_none_or(|key| last.get(key) == Some(index))
        };
        self.all.iter().enumerate().filter(counts).map(|(_, label)| label)
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
