//! `rekey completions`.

use clap::CommandFactory as _;

use super::Session;
use crate::args::Cli;

impl Session<'_, '_> {
    pub(super) fn completions(&mut self, shell: clap_complete::Shell) {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "rekey", &mut script);
        self.print(&String::from_utf8_lossy(&script));
    }
}
