//! Any bytes as a Dockerfile; the text after the last line `---` as build arguments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_core::{
    DockerfileInput, Safety, Target, apply_fixes, check_dockerfile,
    dockerfile::{Dockerfile, Instruction, Options},
    mask::masked,
};
use rekey_fuzz::{findings_are_inside, within};

fuzz_target!(|input: &[u8]| {
    let cut = input.windows(5).rposition(|window| window == b"\n---\n");
    let (text, arguments) = cut.map_or((input, &b""[..]), |cut| (&input[..=cut], &input[cut + 5..]));
    let arguments: Vec<(String, String)> = String::from_utf8_lossy(arguments)
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    reads(text, &arguments);
    judges(text, &arguments);
    masked(&String::from_utf8_lossy(text));
});

/// BuildKit reads bytes: the parts of a file may split a character, findings never do.
fn reads(text: &[u8], arguments: &[(String, String)]) {
    let mut options = Options::default();
    options.build_args = arguments.to_vec();
    let file = Dockerfile::parse(text, &options);
    let spans = file.problems.iter().map(|problem| problem.span);
    for span in spans.chain(file.comments.iter().map(|comment| comment.span)) {
        within(text, span);
    }
    let mut line = 0;
    for instruction in &file.instructions {
        assert!(instruction.line > line && instruction.end_line >= instruction.line);
        line = instruction.end_line;
        stands(text, instruction);
    }
    assert_eq!(file.accepted(), Dockerfile::parse(text, &Options::default()).accepted());
    for step in 0..file.steps.len() {
        if let Some(instruction) = file.instruction(step) {
            for word in instruction.words() {
                let _ = file.expand(step, word);
            }
        }
        let _ = file.workdir_at(step);
    }
}

fn stands(text: &[u8], instruction: &Instruction<'_>) {
    within(text, instruction.span);
    within(text, instruction.extent);
    assert!(
        instruction.extent.start <= instruction.span.start && instruction.span.end <= instruction.extent.end
    );
    for word in instruction.words() {
        within(text, word.span);
    }
    for heredoc in &instruction.heredocs {
        within(text, heredoc.content);
        assert_eq!(heredoc.text, heredoc.content.of(text));
    }
}

/// After safe fixes are applied none remain, and an accepted file is still accepted.
fn judges(text: &[u8], arguments: &[(String, String)]) {
    let report = check_dockerfile(DockerfileInput::new(text).build_args(arguments), &Target::default());
    findings_are_inside(text, &report);
    let fixes = |report: &rekey_core::Report| {
        let fixes = report.findings().filter_map(|finding| finding.fix()).cloned();
        fixes.filter(|fix| fix.safety == Safety::Safe).collect::<Vec<_>>()
    };
    let safe = fixes(&report);
    if safe.is_empty() {
        return;
    }
    let accepted = |text: &[u8]| Dockerfile::parse(text, &Options::default()).accepted();
    let (fixed, _) = apply_fixes(text, &safe, Safety::Safe);
    assert!(!accepted(text) || accepted(&fixed), "a safe fix breaks the file");
    let again = check_dockerfile(DockerfileInput::new(&fixed).build_args(arguments), &Target::default());
    assert!(fixes(&again).is_empty(), "safe fixes are left");
}
