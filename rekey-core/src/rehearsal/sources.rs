//! The parts of a Dockerfile that a rehearsal has to look up.

use crate::{
    dockerfile::{Arguments, Base, Dockerfile, Fact, Keyword, Options},
    text::Span,
};

/// Returns the sources that the `COPY` and `ADD` instructions of a build take from its context, with their places.
///
/// ```
/// use rekey_core::rehearsal::copied_sources;
///
/// let file = b"FROM scratch\nCOPY bin/app /app\nADD https://example.com/a /a\n";
/// let sources = copied_sources(file, &[], None);
/// assert_eq!(sources[0].1, "bin/app");
/// assert_eq!(sources.len(), 1);
/// ```
pub fn copied_sources(
    dockerfile: &[u8],
    build_args: &[(String, String)],
    stage: Option<&str>,
) -> Vec<(Span, String)> {
    let file = parse(dockerfile, build_args, stage);
    let mut found = Vec::new();
    for stage in file.stages.iter().filter(|stage| stage.reachable) {
        for number in stage.instructions.clone() {
            let Some(instruction) = file.instructions.get(number) else { continue };
            let Arguments::Copy { sources, .. } = &instruction.arguments else { continue };
            let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add)
                && instruction.flag("from").is_none();
            // Only the steps of the chain of the target know their variables.
            let step = file.steps.iter().position(|step| step.instruction == number);
            for word in sources.iter().filter(|_| copies) {
                let is_heredoc = instruction.heredocs.iter().any(|heredoc| heredoc.opener == word.span);
                let source = match step.map(|step| file.expand(step, word)) {
                    Some(Fact::Known(source)) => source,
                    None if !word.text().contains('$') => word.text().into_owned(),
                    _ => continue,
                };
                let is_remote = source.contains("://") || source.starts_with("git@");
                if !is_heredoc && !is_remote {
                    found.push((word.span, source));
                }
            }
        }
    }
    found
}

/// Returns the images that a build begins with, without `scratch` and other stages, each once.
///
/// ```
/// use rekey_core::rehearsal::external_bases;
///
/// let file = b"ARG V=9.6\nFROM registry.access.redhat.com/ubi9/ubi:$V AS a\nFROM a\n";
/// assert_eq!(external_bases(file, &[], None), ["registry.access.redhat.com/ubi9/ubi:9.6"]);
/// ```
pub fn external_bases(
    dockerfile: &[u8],
    build_args: &[(String, String)],
    stage: Option<&str>,
) -> Vec<String> {
    let file = parse(dockerfile, build_args, stage);
    let mut names = Vec::new();
    for stage in file.stages.iter().filter(|stage| stage.reachable) {
        if let Base::Image(name) = &stage.base
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

fn parse<'a>(text: &'a [u8], build_args: &[(String, String)], stage: Option<&str>) -> Dockerfile<'a> {
    let options =
        Options { build_args: build_args.to_vec(), stage: stage.map(str::to_owned), ..Options::default() };
    Dockerfile::parse(text, &options)
}
