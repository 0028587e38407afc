//! The places to which a Dockerfile copies licenses, as far as it and its build context show.

use crate::{
    dockerfile::{
        self, Arguments, Base, Dockerfile, EntryKind, Instruction, Keyword, Origin,
        build_context::{Found, View},
        shell::{Command, Run},
    },
    facts::{
        Evidence, Fact, Readable, Settle,
        base_images::BaseImage,
        effects::{Effect, are_plain, changes, sets_root},
    },
};

/// The effects of a Dockerfile on `/licenses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Licenses {
    pub(crate) terms: Terms,
    /// The first step that makes it a file rather than a folder, and true if that is certain. Later copies go
    /// into the folder if that step makes one.
    pub(crate) file: Option<(usize, bool)>,
    /// The last step that copies something into it.
    pub(crate) copied: Option<usize>,
    /// The last step that removes all of it, including the base image's files.
    pub(crate) removed: Option<usize>,
}

/// The content of `/licenses`, in increasing order of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Terms {
    /// Nothing writes to it.
    Nowhere,
    /// Only empty files or folders.
    Empty,
    /// Possibly something: a command names the folder, or a tree is copied to the root.
    Possible,
    /// A `COPY` or `ADD` writes to it; whether the files are empty is unknown.
    Copied,
    /// A non-empty file.
    Filled,
}

impl Licenses {
    /// Follows the steps to the image. Without `context` the sources of `COPY` are unknown.
    pub(crate) fn of(
        file: &Dockerfile<'_>,
        runs: &[Run<'_, '_>],
        commands: &[Command<'_>],
        context: Option<&View<'_>>,
    ) -> Self {
        let mut licenses = Self { terms: Terms::Nowhere, file: None, copied: None, removed: None };
        let mut may_be_folder = false;
        let mut by_root = true;
        for (at, step) in file.steps.iter().enumerate() {
            let Some(instruction) = file.instruction(at) else {
                debug_assert_eq!(step.origin, Origin::BaseTrigger);
                licenses.terms = licenses.terms.max(Terms::Possible);
                may_be_folder = true;
                continue;
            };
            by_root = sets_root(file, at, instruction, by_root);
            match (instruction.keyword, &instruction.arguments) {
                (Keyword::Copy | Keyword::Add, Arguments::Copy { .. }) => {
                    let copy = Copy { file, at, instruction, context };
                    let Some(destination) = copy.destination() else {
                        licenses.terms = licenses.terms.max(Terms::Possible);
                        continue;
                    };
                    let inside = destination.strip_prefix("/licenses").filter(|rest| is_below(rest));
                    if let Some(rest) = inside {
                        let kind = if rest.is_empty() { copy.makes_file() } else { Some(false) };
                        match kind {
                            Some(true) if !may_be_folder => {
                                licenses.file.get_or_insert((at, true));
                            }
                            None if !may_be_folder && copy.looks_like_file() => {
                                licenses.file.get_or_insert((at, false));
                            }
                            _ => may_be_folder = true,
                        }
                        licenses.terms = licenses.terms.max(copy.terms(""));
                        licenses.copied = Some(at);
                    } else if destination.trim_matches('/').is_empty() {
                        let terms = copy.terms("licenses");
                        may_be_folder |= terms > Terms::Nowhere;
                        licenses.terms = licenses.terms.max(terms);
                    }
                }
                // A missing working directory is created.
                (Keyword::Workdir, _) => {
                    let workdir = file.workdir_at(at + 1);
                    let inside = workdir.value().and_then(|path| path.strip_prefix("/licenses"));
                    may_be_folder |= inside.is_some_and(is_below);
                }
                (Keyword::Run, _) if names_licenses(runs, at) => {
                    let before = licenses.terms;
                    may_be_folder = true;
                    licenses.terms = match before {
                        _ if by_root && removes_all(commands, at) => {
                            may_be_folder = false;
                            licenses = Self { file: None, copied: None, removed: Some(at), ..licenses };
                            Terms::Nowhere
                        }
                        terms if removes(commands, at) => terms.min(Terms::Possible),
                        terms => terms.max(Terms::Possible),
                    };
                }
                _ => {}
            }
        }
        licenses
    }

    /// Returns whether preflight will find a file there.
    pub(crate) fn fact(
        &self,
        file: &Dockerfile<'_>,
        runs: &[Run<'_, '_>],
        commands: &[Command<'_>],
        row: Option<&BaseImage>,
        seen: bool,
    ) -> Fact<Readable<bool>> {
        let evidence = if seen { Evidence::Context } else { Evidence::Dockerfile };
        // The outcome if nothing in the file writes to it.
        let lacks = match file.base {
            Base::Scratch => Some(evidence),
            _ if self.removed.is_some() => Some(evidence),
            _ => row.filter(|row| row.licenses == Some(false)).map(|_| Evidence::BaseTable),
        };
        let none =
            matches!((self.terms, self.file), (Terms::Nowhere | Terms::Empty, _) | (_, Some((_, true))));
        if let Some(by) = lacks.filter(|_| none && are_plain(file, runs, commands)) {
            return Fact::Known(Ok(false), by);
        }
        match (self.terms, self.file) {
            (_, Some(_)) => Fact::unknown(
                "a file is copied as `/licenses`, which must be a directory; the base image may have the \
                 directory",
                Settle::Image,
            ),
            (Terms::Filled, None) => Fact::Known(Ok(true), evidence),
            (Terms::Copied, _) if seen => Fact::unknown(
                "files are copied to `/licenses`; only the image shows whether one is not empty",
                Settle::Image,
            ),
            (Terms::Copied, _) => Fact::unknown(
                "files are copied to `/licenses`; only the build context shows whether one is not empty",
                Settle::Context,
            ),
            (Terms::Possible, _) => Fact::unknown(
                "only the image shows whether a command or a copied tree fills `/licenses`",
                Settle::Image,
            ),
            (Terms::Empty, _) => Fact::unknown(
                "only empty files are copied to `/licenses`; the base image may have others",
                Settle::Image,
            ),
            (Terms::Nowhere, _) => Fact::unknown(
                "no instruction writes to `/licenses`; the base image may have it",
                Settle::Image,
            ),
        }
    }
}

/// Returns true if the rest of a path is empty or continues below a folder.
fn is_below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// Returns true if a command line or a heredoc of a step names the folder.
fn names_licenses(runs: &[Run<'_, '_>], step: usize) -> bool {
    let run = runs.binary_search_by_key(&step, |run| run.step).ok().and_then(|at| runs.get(at));
    run.is_some_and(|run| run.scripts.iter().any(|script| script.text.contains("licenses")))
}

/// Returns true if the last effect of a step on the folder is to remove it.
fn removes_all(commands: &[Command<'_>], step: usize) -> bool {
    let first = commands.partition_point(|command| command.step < step);
    let of_step = || commands.iter().skip(first).take_while(|command| command.step == step);
    let names = |command: &&Command<'_>| {
        command.words.iter().chain(&command.outputs).any(|word| word.text.contains("licenses"))
    };
    let removes = |command: &Command<'_>| {
        let mut changes = changes(command).into_iter();
        let is_folder = |path: &str| matches!(path.trim_end_matches('/'), "/licenses");
        command.is_certain
            && command.program() == "rm"
            && changes.any(|change| change.effect == Effect::RemovedTree && is_folder(change.path()))
    };
    of_step().filter(names).last().is_some_and(removes)
}

/// Returns true if a step removes or moves the content of `/licenses`.
fn removes(commands: &[Command<'_>], step: usize) -> bool {
    let first = commands.partition_point(|command| command.step < step);
    let of_step = commands.iter().skip(first).take_while(|command| command.step == step);
    of_step.filter(|command| matches!(command.program(), "rm" | "mv" | "rmdir")).any(|command| {
        command.arguments().iter().any(|word| word.text.strip_prefix("/licenses").is_some_and(is_below))
    })
}

/// A `COPY` or `ADD` of a step.
struct Copy<'c, 'a> {
    file: &'c Dockerfile<'a>,
    at: usize,
    instruction: &'c Instruction<'a>,
    context: Option<&'c View<'c>>,
}

impl<'c> Copy<'c, '_> {
    fn destination(&self) -> Option<String> {
        let Arguments::Copy { destination, .. } = &self.instruction.arguments else { return None };
        match self.file.expand_path(self.at, destination) {
            dockerfile::Fact::Known(path) => Some(plain(&path)),
            // The base image's own working directory is usually the root.
            dockerfile::Fact::Unresolved(dockerfile::Cause::BaseWorkdir, _) => {
                let dockerfile::Fact::Known(path) = self.file.expand(self.at, destination) else {
                    return None;
                };
                Some(plain(&format!("/{path}")))
            }
            _ => None,
        }
    }

    /// Each source with its variables replaced; `None` if it is unknown.
    fn sources(&self) -> impl Iterator<Item = Option<String>> {
        let Arguments::Copy { sources, .. } = &self.instruction.arguments else { unreachable!("a copy") };
        sources.iter().map(|word| match self.file.expand(self.at, word) {
            dockerfile::Fact::Known(source) => Some(source),
            _ => None,
        })
    }

    /// The build context, if the sources are copied from it unchanged.
    fn view(&self) -> Option<&'c View<'c>> {
        let plain = ["from", "exclude", "parents"].iter().all(|name| self.instruction.flag(name).is_none());
        self.context.filter(|_| plain)
    }

    /// Returns whether the destination, which has no trailing slash, becomes a file; `None` if that is
    /// unknown.
    fn makes_file(&self) -> Option<bool> {
        if !self.instruction.heredocs.is_empty() {
            return Some(self.sources().count() == 1);
        }
        let mut sources = self.sources();
        let (Some(source), None) = (sources.next()?, sources.next()) else { return Some(false) };
        if source.ends_with('/') || (self.instruction.keyword == Keyword::Add && is_git(&source)) {
            return Some(false);
        }
        match self.view()?.find(&source) {
            Found::Entry(EntryKind::File(_)) => Some(true),
            Found::Entry(EntryKind::Folder) => Some(false),
            _ => None,
        }
    }

    /// Returns true if the only source has a name typical of files.
    fn looks_like_file(&self) -> bool {
        let mut sources = self.sources();
        let (Some(Some(source)), None) = (sources.next(), sources.next()) else { return false };
        let name = source.rsplit('/').next().unwrap_or(&source).to_ascii_lowercase();
        // A dot proves nothing: `v1.0` and `licenses.d` are folders.
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let is_text = ["txt", "md", "rst", "adoc", "html", "htm", "pdf", "rtf"].contains(&extension);
        let is_named = ["license", "licence", "copying", "copyright", "notice", "eula"].contains(&&*name);
        is_named || (is_text && !stem.is_empty() && !name.contains('*'))
    }

    /// The content that the copy puts into the folder `inside` of its destination.
    fn terms(&self, inside: &str) -> Terms {
        if self.instruction.heredocs.iter().any(|heredoc| !heredoc.text.is_empty()) && inside.is_empty() {
            return Terms::Filled;
        }
        let unseen = if inside.is_empty() { Terms::Copied } else { Terms::Possible };
        let Some(view) = self.view() else { return self.by_name(inside, unseen) };
        let mut terms = if inside.is_empty() { Terms::Empty } else { Terms::Nowhere };
        for source in self.sources() {
            let Some(source) = source.filter(|source| !is_remote(source)) else {
                terms = terms.max(unseen);
                continue;
            };
            if self.instruction.keyword == Keyword::Add && is_archive(&source) {
                terms = terms.max(unseen);
                continue;
            }
            let Some(paths) = view.expand(&source) else {
                terms = terms.max(unseen);
                continue;
            };
            for path in paths {
                let path = if inside.is_empty() { path } else { format!("{path}/{inside}") };
                terms = terms.max(match (view.find(&path), view.holds_text(&path)) {
                    (_, Some(true)) => Terms::Filled,
                    (Found::Entry(_), Some(false)) => Terms::Empty,
                    (_, Some(false)) => terms,
                    (_, None) => unseen,
                });
            }
        }
        terms
    }

    /// A copy to the root can contain `/licenses` only if it is a tree.
    fn by_name(&self, inside: &str, unseen: Terms) -> Terms {
        let tree = |source: Option<String>| {
            source.is_none_or(|source| {
                let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
                let is_file = extension.is_some_and(|(_, extension)| OF_FILES.contains(&extension));
                !is_file || source.ends_with('/') || is_archive(&source) || is_remote(&source)
            })
        };
        if inside.is_empty() || self.sources().any(tree) { unseen } else { Terms::Nowhere }
    }
}

/// A path without empty parts and `.`; a trailing slash is kept.
fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let slash = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{slash}", parts.join("/"))
}

/// Extensions that are typical of files and not of folders.
#[rustfmt::skip]
const OF_FILES: &[&str] = &[
    "bash", "bin", "cfg", "class", "conf", "crt", "css", "env", "gpg", "html", "ini", "jar", "js", "json", "key", "lua", "md", "pem",
    "php", "pl", "properties", "py", "rb", "repo", "rpm", "service", "sh", "so", "sql", "toml", "txt", "war", "whl", "xml", "yaml",
    "yml", "zip",
];

/// Returns true if `ADD` fetches the source.
pub(crate) fn is_remote(source: &str) -> bool {
    source.contains("://") || is_git(source)
}

/// Returns true if `ADD` clones the source with git.
///
/// Source: docs.docker.com/reference/dockerfile, "Adding files from a Git repository"; moby/buildkit
/// util/gitutil/git_ref.go, `ParseGitRef`.
fn is_git(source: &str) -> bool {
    let has_scheme =
        |scheme: &str| source.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if has_scheme("git://") || has_scheme("ssh://") {
        return true;
    }
    let end = source.find(['#', '?']).unwrap_or(source.len());
    let path = source.get(..end).unwrap_or_default();
    if has_scheme("http://") || has_scheme("https://") {
        return path.rsplit_once('.').is_some_and(|(_, extension)| extension == "git");
    }
    // `user@host:path`, as in scp.
    let address = path.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?.0)));
    address.is_some_and(|(user, host)| ![user, host].iter().any(|part| part.is_empty() || part.contains('/')))
}

/// Returns true if `ADD` unpacks the source.
fn is_archive(source: &str) -> bool {
    [".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"]
        .iter()
        .any(|end| source.ends_with(end))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::dockerfile::{Options, shell};

    /// The content of `/licenses`, and whether it becomes a file; `context` is `path=length path=length`.
    #[track_caller]
    fn licenses(text: &str, context: Option<&str>) -> (Terms, Option<bool>) {
        let text = format!("FROM acme/base\n{text}\n");
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let runs = shell::runs(&file);
        let commands = shell::commands(&file, &runs);
        let entry = |entry: &str| {
            let (path, len) = entry.split_once('=').unwrap();
            (path.to_owned(), len.parse().unwrap())
        };
        let context: Option<BTreeMap<String, u64>> =
            context.map(|list| list.split_whitespace().map(entry).collect());
        let view = context.as_ref().map(|context| View::of(context));
        let found = Licenses::of(&file, &runs, &commands, view.as_ref());
        (found.terms, found.file.map(|(_, certain)| certain))
    }

    #[test]
    fn the_file_alone_shows_the_destination_but_not_the_content() {
        for (text, terms, file) in [
            ("COPY licenses /licenses", Terms::Copied, None),
            ("COPY --from=acme/x /l /licenses/", Terms::Copied, None),
            ("COPY a b /licenses/", Terms::Copied, None),
            ("COPY LICENSE /licenses", Terms::Copied, Some(false)),
            ("COPY LICENSE.txt /licenses", Terms::Copied, Some(false)),
            ("COPY docs/terms.md /licenses", Terms::Copied, Some(false)),
            ("COPY --from=acme/x /out/COPYING /licenses", Terms::Copied, Some(false)),
            ("ADD https://acme.example/LICENSE /licenses", Terms::Copied, Some(false)),
            ("COPY licenses-1.2 /licenses", Terms::Copied, None),
            ("COPY third_party/v1.0 /licenses", Terms::Copied, None),
            ("COPY --from=acme/x /out/licences.d /licenses", Terms::Copied, None),
            ("COPY .licenses /licenses", Terms::Copied, None),
            ("COPY .txt /licenses", Terms::Copied, None),
            ("ADD https://github.com/acme/l.git /licenses", Terms::Copied, None),
            ("ADD https://github.com/acme/l.git#main:license /licenses", Terms::Copied, None),
            ("ADD https://github.com/acme/l.git?branch=main&subdir=LICENSE /licenses", Terms::Copied, None),
            ("ADD git@github.com:acme/l.git#main:LICENSE /licenses", Terms::Copied, None),
            ("ADD jo@git.acme.example:LICENSE /licenses", Terms::Copied, None),
            ("ADD ssh://git@acme.example/license /licenses", Terms::Copied, None),
            ("ADD GIT://acme.example/license /licenses", Terms::Copied, None),
            ("COPY LICENSE /licenses/", Terms::Copied, None),
            ("COPY LICENSE /licenses/LICENSE", Terms::Copied, None),
            ("ADD licenses.tar.gz /licenses", Terms::Copied, None),
            ("WORKDIR /licenses\nCOPY LICENSE .", Terms::Copied, None),
            ("RUN mkdir /licenses\nCOPY LICENSE /licenses", Terms::Copied, None),
            ("COPY <<EOF /licenses/a\ntext\nEOF", Terms::Filled, None),
            ("COPY <<EOF /licenses\ntext\nEOF", Terms::Filled, Some(true)),
            ("COPY licenses /licensesold", Terms::Nowhere, None),
            ("COPY licenses /usr/licenses", Terms::Nowhere, None),
            ("COPY . /", Terms::Possible, None),
            ("COPY app.sh /", Terms::Nowhere, None),
            ("COPY rootfs.d /", Terms::Possible, None),
            ("COPY a /licenses/\nRUN rm -rf /licenses", Terms::Nowhere, None),
            ("COPY a /licenses/\nRUN rm -rf /licenses || true", Terms::Possible, None),
            ("COPY a /licenses/\nRUN rm -rf /licenses && mkdir /licenses", Terms::Possible, None),
            ("COPY a /licenses/\nRUN rm -rf /licenses\nCOPY b /licenses/", Terms::Copied, None),
            ("ADD root.tar.xz /", Terms::Possible, None),
            ("RUN cp x /licenses", Terms::Possible, None),
            ("COPY x $WHERE", Terms::Possible, None),
        ] {
            assert_eq!(licenses(text, None), (terms, file), "{text}");
        }
    }

    #[test]
    fn the_build_context_shows_the_content() {
        for (text, context, terms, file) in [
            ("COPY licenses /licenses", "licenses/a=1", Terms::Filled, None),
            ("COPY licenses /licenses", "licenses/a=0 licenses/b/c=0", Terms::Empty, None),
            ("COPY licenses /licenses", "licenses/a=0 licenses/b/c=2", Terms::Filled, None),
            ("COPY licenses /licenses", "other=1", Terms::Empty, None),
            ("COPY licenses/* /licenses/", "licenses/a=1", Terms::Filled, None),
            ("COPY licenses/*.txt /licenses/", "licenses/a=1", Terms::Empty, None),
            ("COPY terms /licenses", "terms=1", Terms::Filled, Some(true)),
            ("COPY LICENSE /licenses", "LICENSE/a=1", Terms::Filled, None),
            ("COPY . /", "licenses/a=1", Terms::Filled, None),
            ("COPY . /", "other/a=1", Terms::Nowhere, None),
            ("COPY root/ /", "root/licenses/a=0", Terms::Empty, None),
            ("COPY --from=acme/x licenses /licenses", "licenses/a=1", Terms::Copied, None),
            ("COPY --exclude=*.txt licenses /licenses", "licenses/a=1", Terms::Copied, None),
            ("ADD https://example.com/a /licenses/", "x=1", Terms::Copied, None),
            ("COPY licenses /licenses\nRUN rm -r /licenses/a", "licenses/a=1", Terms::Possible, None),
            ("COPY licenses /licenses\nRUN chmod -R a+r /licenses", "licenses/a=1", Terms::Filled, None),
        ] {
            assert_eq!(licenses(text, Some(context)), (terms, file), "{text} {context}");
        }
    }
}
