//! The stages that are needed, and the order in which they run.

use std::rc::Rc;

use super::Evaluator;
use crate::{
    dockerfile::{
        fact::Setting,
        keyword::Keyword,
        lexer::{self, Mode},
        mount,
        problem::ProblemKind,
        stage::Stage,
        word::Word,
    },
    reference,
    text::Span,
};

/// A stage that is copied from or mounted, the place that names it, and the line of that instruction.
type Source = (usize, Span, u32);

/// The changes to undo when a stage and its children are done.
struct Mark {
    steps: usize,
    user: Rc<Setting>,
    workdir: Rc<Setting>,
    workdirs: usize,
    labels: usize,
    layers: usize,
    uncertain_layers: u32,
    ports: usize,
    command: Option<usize>,
    entrypoint: Option<usize>,
    variables: usize,
    closed: bool,
}

impl Evaluator<'_, '_> {
    /// Marks the stages that the target needs, and reports invalid sources.
    pub(super) fn follow(&mut self, target: usize) {
        let sources: Vec<Vec<Source>> = (0..self.stages.len()).map(|index| self.sources(index)).collect();
        self.circles(&sources);
        let mut open = vec![target];
        while let Some(index) = open.pop() {
            let Some(stage) = self.stages.get_mut(index).filter(|stage| !stage.reachable) else { continue };
            stage.reachable = true;
            open.extend(stage.parent());
            for &(source, span, line) in sources.get(index).into_iter().flatten() {
                if source > index {
                    let name = self.stages.get(source).and_then(|stage| stage.name.clone());
                    self.line = line;
                    self.report(
                        ProblemKind::StageBelow(name.unwrap_or_else(|| source.to_string()).into()),
                        span,
                    );
                }
                open.push(source);
            }
        }
    }

    /// The stages that a stage copies from or mounts.
    fn sources(&mut self, index: usize) -> Vec<Source> {
        let syntax = self.syntax;
        let Some(stage) = self.stages.get(index) else { return Vec::new() };
        let own = syntax.instructions.get(stage.instructions.clone()).unwrap_or_default();
        let triggers = self.triggers(index).into_iter().map(|(_, trigger)| &trigger.instruction);
        let mut sources = Vec::new();
        for instruction in triggers.chain(own) {
            if instruction.flags.is_empty() || !matches!(instruction.keyword, Keyword::Copy | Keyword::Run) {
                continue;
            }
            self.line = instruction.line;
            for flag in &instruction.flags {
                let Some(value) = &flag.value else { continue };
                let source = match (instruction.keyword, flag.name.as_ref()) {
                    (Keyword::Copy, "from") => self.copy_source(value),
                    (Keyword::Run, "mount") => {
                        mount::from(&value.text()).and_then(|name| self.image_or_stage(&name, value))
                    }
                    _ => None,
                };
                sources.extend(source.map(|source| (source, value.span, instruction.line)));
            }
        }
        sources
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.names.get(&name.to_lowercase()).copied()
    }

    /// Returns the stage of that name; any other name must be that of an image.
    fn image_or_stage(&mut self, name: &str, word: &Word<'_>) -> Option<usize> {
        let stage = self.named(name);
        if stage.is_none() && name != "scratch" && !reference::is_reference(name) {
            self.report(ProblemKind::Reference(name.into()), word.span);
        }
        stage
    }

    fn copy_source(&mut self, word: &Word<'_>) -> Option<usize> {
        let text = word.text();
        if text.is_empty() {
            return None;
        }
        let constant = lexer::expand(&text, Mode::word(self.escape), &mut lexer::Nothing { asked: false });
        if constant.as_deref().is_ok_and(|constant| constant != text) {
            self.report(ProblemKind::CopyFromVariable(text.into()), word.span);
            return None;
        }
        if let Err(error) = constant {
            let kind = ProblemKind::Substitution { word: text.into(), error };
            self.report(kind, word.span);
            return None;
        }
        let Ok(number) = text.parse::<i64>() else {
            return self.image_or_stage(&text, word);
        };
        let index = usize::try_from(number).ok().filter(|&index| index < self.stages.len());
        if index.is_none() {
            self.report(ProblemKind::CopyFromIndex(text.into()), word.span);
        }
        index
    }

    /// Reports stages that depend on themselves through copies and mounts.
    fn circles(&mut self, sources: &[Vec<Source>]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Visit {
            New,
            Open,
            Done,
        }
        let mut visits = vec![Visit::New; sources.len()];
        for start in 0..sources.len() {
            let mut path = vec![(start, 0)];
            while let Some((index, next)) = path.last_mut() {
                let index = *index;
                let Some(visit) = visits.get_mut(index) else { break };
                if *next == 0 && *visit != Visit::New {
                    path.pop();
                    continue;
                }
                *visit = Visit::Open;
                let source = sources.get(index).and_then(|sources| sources.get(*next)).copied();
                *next += 1;
                let Some((source, span, line)) = source else {
                    *visit = Visit::Done;
                    path.pop();
                    continue;
                };
                if visits.get(source) == Some(&Visit::Open) {
                    let name = self.stages.get(source).and_then(|stage| stage.name.clone());
                    self.line = line;
                    self.report(
                        ProblemKind::Circular(name.unwrap_or_else(|| source.to_string()).into()),
                        span,
                    );
                } else {
                    path.push((source, 0));
                }
            }
        }
    }

    /// Runs all reachable stages, the target's chain last.
    pub(super) fn walk(&mut self, target: usize) {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.stages.len()];
        let mut in_chain = vec![false; self.stages.len()];
        let mut chain = Vec::new();
        let mut next = Some(target);
        while let Some(index) = next {
            chain.push(index);
            if let Some(flag) = in_chain.get_mut(index) {
                *flag = true;
            }
            next = self.stages.get(index).and_then(Stage::parent);
        }
        let mut roots = Vec::new();
        for stage in self.stages.iter().filter(|stage| stage.reachable) {
            if in_chain.get(stage.index) == Some(&true) {
                continue;
            }
            match stage.parent().and_then(|parent| children.get_mut(parent)) {
                Some(siblings) => siblings.push(stage.index),
                None => roots.push(stage.index),
            }
        }
        for root in roots {
            self.tree(root, &children);
        }
        for index in chain.into_iter().rev() {
            self.enter(index, true);
            let offspring = children.get(index).cloned().unwrap_or_default();
            if index != target {
                for child in offspring {
                    self.tree(child, &children);
                }
            }
        }
    }

    /// Runs a stage and all stages that begin with it, and undoes them.
    fn tree(&mut self, root: usize, children: &[Vec<usize>]) {
        enum Task {
            Run(usize),
            Undo(Box<Mark>),
        }
        let mut tasks = vec![Task::Run(root)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Run(index) => {
                    tasks.push(Task::Undo(Box::new(self.mark())));
                    self.enter(index, false);
                    tasks.extend(children.get(index).into_iter().flatten().map(|&child| Task::Run(child)));
                }
                Task::Undo(mark) => self.undo(*mark),
            }
        }
    }

    fn mark(&self) -> Mark {
        let image = &self.image;
        Mark {
            steps: image.steps.len(),
            user: Rc::clone(&image.user),
            workdir: Rc::clone(&image.workdir),
            workdirs: image.workdirs.len(),
            labels: image.labels.len(),
            layers: image.layers.len(),
            uncertain_layers: image.uncertain_layers,
            ports: image.ports.len(),
            command: image.command,
            entrypoint: image.entrypoint,
            variables: image.variables.mark(),
            closed: image.closed,
        }
    }

    fn undo(&mut self, mark: Mark) {
        let image = &mut self.image;
        image.steps.truncate(mark.steps);
        image.user = mark.user;
        image.workdir = mark.workdir;
        image.workdirs.truncate(mark.workdirs);
        image.labels.truncate(mark.labels);
        image.layers.truncate(mark.layers);
        image.uncertain_layers = mark.uncertain_layers;
        image.ports.truncate(mark.ports);
        image.command = mark.command;
        image.entrypoint = mark.entrypoint;
        image.variables.undo(mark.variables);
        image.closed = mark.closed;
    }
}
