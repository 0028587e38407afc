//! `rekey rehearse` on systems without the programs that it runs.

use rekey_core::Report;
use rekey_files::submission::LoadedSubmission;

use super::{Session, USAGE};
use crate::args;

const ELSEWHERE: &str = "a rehearsal needs Linux or macOS";

impl Session<'_, '_> {
    pub(super) fn rehearse(&mut self, _: &args::Rehearse) {
        self.complain(ELSEWHERE, USAGE);
    }

    pub(super) fn reach(&mut self, _: &LoadedSubmission, _: Option<&str>) -> Option<Report> {
        self.complain(ELSEWHERE, USAGE);
        None
    }
}
