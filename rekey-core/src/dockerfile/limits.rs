//! What a Dockerfile may cost: every limit of this module. Going over one is a problem, never a crash or a long wait.

/// Longest input that is read, in bytes; what lies beyond is not looked at.
pub const MAX_INPUT: usize = 16 << 20;

/// Longest physical line in bytes, without its newline: BuildKit reads lines into a buffer of 65,536 bytes.
pub const MAX_LINE: usize = 65_535;

/// Most instructions that are read.
pub const MAX_INSTRUCTIONS: usize = 50_000;

/// Most words, flags, heredocs and comments together that are kept of a file. The text of a shell command is one word.
pub const MAX_WORDS: usize = 150_000;

/// Most words of shell commands and shell scripts that rules look at.
pub const MAX_SHELL_WORDS: usize = 150_000;

/// Most problems that are kept.
pub const MAX_PROBLEMS: usize = 10_000;

/// Heredocs without an end after which no more are looked for: each costs a walk to the end of the file.
pub const MAX_UNTERMINATED_HEREDOCS: usize = 8;

/// How many bytes of `ONBUILD` instructions may run in the stages of a file, each counted as often as it runs: each stage
/// that begins with another runs all of its instructions.
pub fn max_triggers(input: usize) -> usize {
    (256 << 10).max(16 * input)
}

/// Longest value that an expansion may give, in bytes.
pub const MAX_VALUE: usize = 1 << 20;

/// Longest working directory, in bytes: Linux takes no longer path.
pub const MAX_WORKDIR: usize = 4_095;

/// Steps (bytes written, characters compared) that all expansions of a file may take together.
pub const MAX_EXPANSION_WORK: usize = 64 << 20;

/// Deepest nesting of `${a:-${b:-…}}`.
pub const MAX_SUBSTITUTION_DEPTH: usize = 100;

/// Deepest nesting of arrays and objects in the JSON form of an instruction, as in Go's `encoding/json`.
pub const MAX_JSON_DEPTH: usize = 10_000;
