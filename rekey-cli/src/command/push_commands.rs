//! `rekey push-commands`: the commands that push an image to the registry in which it is certified.

use std::{ffi::OsStr, fmt::Write as _, path::Path};

use rekey_core::{
    Flow, check_image, mask,
    reference::{
        ImageReference,
        registry::{PushTarget, QUAY, QUAY_NAMESPACE, SCAN, SCAN_ENDED, is_project_id},
    },
    text::shell_quoted,
};
use rekey_files::{config, settings::Settings, submission::LoadedSubmission};

use super::{FOUND, Session, USAGE};

/// The placeholder for the local name of the image.
const IMAGE: &str = "IMAGE";

impl Session<'_, '_> {
    pub(super) fn push_commands(&mut self, target: &OsStr) {
        let path = Path::new(target);
        if path.is_dir() || target.to_string_lossy().ends_with(config::FILE) {
            self.commands_of_submission(path);
        } else {
            let settings = self.settings.clone();
            let commands = self.commands(&target.to_string_lossy(), &settings);
            self.print(&commands.unwrap_or_default());
        }
    }

    fn commands_of_submission(&mut self, path: &Path) {
        let loaded = match LoadedSubmission::load(path) {
            Ok(loaded) => loaded,
            Err(error) => return self.unloaded(&error),
        };
        let settings = self.settings.over(loaded.settings());
        let submission = loaded.submission();
        let references = submission.images.iter().filter_map(|image| image.reference.as_ref());
        let references: Vec<_> =
            references.map(|text| String::from_utf8_lossy(text.bytes()).into_owned()).collect();
        if references.is_empty() {
            return self.complain("nothing to push: no image of rekey.toml has a `reference`", USAGE);
        }
        let commands: Option<Vec<_>> =
            references.iter().map(|reference| self.commands(reference, &settings)).collect();
        self.print(&commands.unwrap_or_default().join("\n"));
    }

    /// Returns the commands for one reference, or complains about its errors.
    fn commands(&mut self, text: &str, settings: &Settings) -> Option<String> {
        let flow = settings.flow.or_else(|| flow_of(text));
        let target = Settings { flow, ..settings.clone() }.to_target();
        let target = target.map_err(|error| self.complain(&error.to_string(), USAGE)).ok()?;
        if self.complain_of(&check_image(text, &target)) {
            return None;
        }
        if mask::masked(text) != text {
            self.complain(
                "the reference contains a token or a line of a key, so rekey does not print it",
                FOUND,
            );
            return None;
        }
        let reference = ImageReference::parse(text).ok()?;
        if reference.domain().is_empty() {
            self.complain(
                "the reference has no registry: the text before the first `/` is not a host name",
                FOUND,
            );
            return None;
        }
        match (target.flow(), PushTarget::of(&reference)) {
            (Flow::BuildService, Some(target)) => Some(ended(&reference, target)),
            (Flow::External, _) | (_, None) => Some(lines(reference.domain(), None, reference.as_str())),
            (_, Some(target)) => {
                Some(lines(target.registry(), Some(&target.login_user()), reference.as_str()))
            }
        }
    }
}

/// The flow of a reference, which its registry shows.
fn flow_of(text: &str) -> Option<Flow> {
    let reference = ImageReference::parse(text).ok()?;
    match PushTarget::of(&reference) {
        Some(PushTarget::Scan { .. }) => Some(Flow::BuildService),
        Some(PushTarget::Quay { .. }) => Some(Flow::Quay),
        _ if reference.domain() == SCAN => Some(Flow::BuildService),
        _ => Some(Flow::External),
    }
}

/// The commands to log in and push. podman asks for the key, so that the history of the shell does not contain it.
pub(super) fn lines(registry: &str, user: Option<&str>, reference: &str) -> String {
    let user = user.map_or_else(String::new, |user| format!("-u {user} "));
    format!(
        "podman login {user}{}\npodman push {IMAGE} {}\n",
        shell_quoted(registry),
        shell_quoted(reference)
    )
}

/// The commands of a flow that has ended, as comments, and those of its successor.
fn ended(reference: &ImageReference, target: PushTarget<'_>) -> String {
    let mut out = format!("# Pushes to {SCAN} ended on {SCAN_ENDED}. They were:\n");
    for line in lines(target.registry(), Some(&target.login_user()), reference.as_str()).lines() {
        let _ = writeln!(out, "#   {line}");
    }
    let project = target.project().strip_prefix("ospid-").filter(|id| is_project_id(id));
    let _ = match project {
        Some(_) => writeln!(out, "# Images have been pushed to {QUAY} since then:"),
        None => writeln!(
            out,
            "# Images have been pushed to {QUAY} since then. PROJECT_ID is the id of the project today, 24 \
             hexadecimal digits in the address of its page:"
        ),
    };
    let project = project.unwrap_or("PROJECT_ID");
    let tag = reference.tag().map_or_else(String::new, |tag| format!(":{tag}"));
    let user = format!("{QUAY_NAMESPACE}+{project}-robot");
    out + &lines(QUAY, Some(&user), &format!("{QUAY}/{QUAY_NAMESPACE}/{project}{tag}"))
}
