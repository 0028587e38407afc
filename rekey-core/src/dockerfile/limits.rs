//! Limits on the cost of a Dockerfile. Exceeding one is a problem, never a crash or a long wait.

/// The maximum input in bytes; anything beyond is ignored.
pub const MAX_INPUT: usize = 16 << 20;

/// The maximum length of a physical line in bytes, without its newline: BuildKit reads lines into a buffer of
/// 65,536 bytes.
pub const MAX_LINE: usize = 65_535;

/// The maximum number of instructions.
pub const MAX_INSTRUCTIONS: usize = 50_000;

/// The maximum number of words, flags, heredocs and comments together in a file. The text of a shell command
/// is one word.
pub const MAX_WORDS: usize = 150_000;

/// The maximum number of words in shell commands and shell scripts that rules look at.
pub const MAX_SHELL_WORDS: usize = 150_000;

/// The maximum number of problems.
pub const MAX_PROBLEMS: usize = 10_000;

/// The maximum number of unterminated heredocs: each costs a walk to the end of the file.
pub const MAX_UNTERMINATED_HEREDOCS: usize = 8;

/// Returns the maximum number of bytes of `ONBUILD` instructions that may run in the stages of a file, each
/// counted as often as it runs: each stage that begins with another runs all of its instructions.
pub fn max_triggers(input: usize) -> usize {
    (256 << 10).max(16 * input)
}

/// The maximum length of an expanded value in bytes.
pub const MAX_VALUE: usize = 1 << 20;

/// The maximum length of the working directory in bytes, as in Linux.
pub const MAX_WORKDIR: usize = 4_095;

/// The maximum number of steps (bytes written, characters compared) for all expansions of a file together.
pub const MAX_EXPANSION_WORK: usize = 64 << 20;

/// The maximum nesting of `${a:-${b:-…}}`.
pub const MAX_SUBSTITUTION_DEPTH: usize = 100;

/// The maximum nesting of arrays and objects in the JSON form of an instruction, as in Go's `encoding/json`.
pub const MAX_JSON_DEPTH: usize = 10_000;
