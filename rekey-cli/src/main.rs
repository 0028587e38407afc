//! The `rekey` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    u8::try_from(rekey_cli::run(std::env::args_os())).map_or(ExitCode::FAILURE, ExitCode::from)
}
