//! Variables along a chain of stages: each keeps all its values, so that its value at any step can be looked
//! up later.

use std::collections::HashMap;
use std::sync::Arc;

use super::fact::Cause;
use super::lexer::{Environment, Lookup, Usage};
use super::limits;
use super::predefined::Predefined;
use super::shape::{self, Shape};

/// A value, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Known(Arc<str>),
    /// The variable is declared and certainly has no value.
    Unset,
    /// A build argument without a default that is not given.
    NotGiven,
    /// The value is unknown for this reason and has this shape.
    Unknown(Cause, Shape),
}

/// The instruction that set a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setter {
    Env,
    Arg,
}

/// The value of a variable from one step on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binding {
    /// The step that sets it; steps count from 1, and 0 is the base image.
    pub(super) step: u32,
    pub(super) setter: Setter,
    pub(super) value: Value,
}

/// All variables of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variables {
    bindings: HashMap<Arc<str>, Vec<Binding>>,
    /// The names in the order in which they were set, so that they can be undone.
    trail: Vec<Arc<str>>,
}

impl Variables {
    pub(super) fn set(&mut self, name: &str, binding: Binding) {
        let name: Arc<str> = match self.bindings.get_key_value(name) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::from(name),
        };
        // Most variables are set once.
        self.bindings.entry(Arc::clone(&name)).or_insert_with(|| Vec::with_capacity(1)).push(binding);
        self.trail.push(name);
    }

    /// The value directly before a step.
    pub(super) fn before(&self, name: &str, step: u32) -> Option<&Binding> {
        let bindings = self.bindings.get(name)?;
        bindings.get(bindings.partition_point(|binding| binding.step < step).checked_sub(1)?)
    }

    /// The number of variables.
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// The names of all variables.
    pub(super) fn names(&self) -> Vec<&str> {
        self.bindings.keys().map(|name| &**name).collect()
    }

    pub(super) fn last(&self, name: &str) -> Option<&Binding> {
        self.bindings.get(name)?.last()
    }

    /// The variables that `ENV` set last, in the order of their first settings.
    pub(super) fn env(&self) -> impl Iterator<Item = (&str, &Binding)> {
        let mut seen = std::collections::HashSet::new();
        self.trail.iter().filter_map(move |name| {
            if !seen.insert(name) {
                return None;
            }
            let bindings = self.bindings.get(name)?;
            let binding = bindings.iter().rev().find(|binding| binding.setter == Setter::Env)?;
            Some((name.as_ref(), binding))
        })
    }

    /// Every known value with its name.
    pub(super) fn known(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bindings.iter().flat_map(|(name, bindings)| {
            bindings.iter().filter_map(move |binding| match &binding.value {
                Value::Known(value) => Some((&**name, &**value)),
                Value::Unset | Value::NotGiven | Value::Unknown(..) => None,
            })
        })
    }

    /// A mark for [`Self::undo`].
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Undoes everything that was set since the mark.
    pub(super) fn undo(&mut self, mark: usize) {
        for name in self.trail.drain(mark.min(self.trail.len())..) {
            if let Some(bindings) = self.bindings.get_mut(&name) {
                bindings.pop();
                if bindings.is_empty() {
                    self.bindings.remove(&name);
                }
            }
        }
    }
}

/// The variables that a word sees.
pub(super) struct Scope<'s> {
    pub(super) variables: &'s Variables,
    /// Only settings before this step count.
    pub(super) step: u32,
    /// True if the base image sets no other variables.
    pub(super) closed: bool,
    /// Arguments that need no declaration, and the values given for them.
    pub(super) predefined: Option<(&'s Predefined, &'s HashMap<&'s str, &'s str>)>,
    /// Steps left for expansions.
    pub(super) budget: &'s mut usize,
    /// The reason why the word is unknown, if it is.
    pub(super) unknown: Option<Cause>,
    /// The variables whose value the word uses although the file sets them nowhere above.
    pub(super) undeclared: Vec<String>,
}

impl<'s> Scope<'s> {
    /// The variables of a chain that a step sees.
    pub(super) fn at(variables: &'s Variables, step: u32, closed: bool, budget: &'s mut usize) -> Self {
        Self { variables, step, closed, predefined: None, budget, unknown: None, undeclared: Vec::new() }
    }
}

impl Environment for Scope<'_> {
    fn variable(&mut self, name: &str, usage: Usage) -> Lookup<'_> {
        match self.variables.before(name, self.step).map(|binding| &binding.value) {
            Some(Value::Known(value)) => return Lookup::Set(value),
            Some(Value::Unset) => return Lookup::Unset,
            Some(Value::NotGiven) => {
                self.unknown.get_or_insert_with(|| Cause::NoValue(name.to_owned()));
                return Lookup::Unknown(shape::ANY_TEXT);
            }
            Some(Value::Unknown(cause, shape)) => {
                self.unknown.get_or_insert_with(|| cause.clone());
                return Lookup::Unknown(shape.as_str());
            }
            None => {}
        }
        if let Some((predefined, build_args)) = self.predefined
            && let Some(value) = predefined.get(name)
        {
            return Lookup::Set(build_args.get(name).copied().unwrap_or(value));
        }
        if !is_name(name) {
            return Lookup::Unset;
        }
        if usage == Usage::Value {
            self.undeclared.push(name.to_owned());
        }
        if self.closed {
            return Lookup::Unset;
        }
        self.unknown.get_or_insert_with(|| Cause::FromBase(name.to_owned()));
        Lookup::Unknown(shape::ANY_TEXT)
    }

    fn is_not_given(&self, name: &str) -> bool {
        matches!(self.variables.before(name, self.step), Some(Binding { value: Value::NotGiven, .. }))
    }

    fn charge(&mut self, work: usize) -> bool {
        *self.budget = self.budget.saturating_sub(work);
        *self.budget > 0
    }
}

/// Returns true for a name that an image can give to a variable: `$1` and `$@` are never set.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first == '_' || first.is_alphabetic())
}

/// The limit for a whole file.
pub(super) const BUDGET: usize = limits::MAX_EXPANSION_WORK;
