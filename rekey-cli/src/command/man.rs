//! `rekey man`.

use super::{Session, USAGE};
use crate::args::Cli;

impl Session<'_, '_> {
    pub(super) fn man(&mut self, command: Option<&str>) {
        let mut all = Cli::described();
        all.build();
        let page = match command {
            None => Some(all),
            Some(name) => all.find_subcommand(name).cloned(),
        };
        let Some(page) = page else {
            return self.complain(&format!("no command is named `{}`", command.unwrap_or_default()), USAGE);
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text).expect("a vector takes every byte");
        self.print(&String::from_utf8_lossy(&text));
    }
}
