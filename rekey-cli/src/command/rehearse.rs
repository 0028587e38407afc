//! `rekey rehearse`, and `rekey check --reach`.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rekey_core::{
    Flow, Report,
    reference::{ImageReference, registry::PushTarget},
    rehearsal::{Attempt, Ended, StepName, StepState},
    text::{printable, shell_quoted},
};
use rekey_files::submission::LoadedSubmission;
use rekey_rehearse::{Base, Event, Form, Options, RehearseError};
use rekey_render as render;

use super::{STOPPED, Session, UNREADABLE, USAGE, push_commands};
use crate::args::{self, Format};

impl Session<'_, '_> {
    pub(super) fn rehearse(&mut self, args: &args::Rehearse) {
        let Some(options) = self.rehearse_options(args) else { return };
        let mut loaded = match LoadedSubmission::load(&args.path) {
            Ok(loaded) => loaded,
            Err(error) => return self.unloaded(&error),
        };
        if let Some(name) = &args.image
            && let Err(error) = loaded.keep_image(name)
        {
            return self.unloaded(&error);
        }
        if loaded.build_places().len() > 1 {
            return self.complain("rekey.toml has multiple images: choose one with `--image NAME`", USAGE);
        }
        for error in loaded.unread() {
            // The Dockerfile of the commit counts, not the one here.
            if !loaded.build_places().any(|place| error.name.ends_with(place.dockerfile)) {
                self.unread(error);
            }
        }
        let branch = args.branch.as_deref();
        let settings = self.settings.clone();
        let rehearsed = self.watched(&options, |watch| {
            rekey_rehearse::rehearse_submission(&loaded, &settings, branch, &options, watch)
        });
        let Some(done) = rehearsed else { return };
        let mut notices = loaded.notices().to_vec();
        if let Some(kept) = &done.rehearsed.kept {
            notices.push(format!("kept the clone and the image in {}", kept.display()));
        }
        let status = step_status(&done.report);
        let is_text = self.global.format == Format::Text && !self.global.quiet;
        let end = (done.is_green() && is_text).then(|| to_enter(&done.form, &done.report));
        let options =
            render::Options { found: loaded.found(), notices: &notices, ..render::Options::default() };
        self.report(done.report.clone(), &|source| done.source_text(source, &loaded), &options);
        if let Some(end) = end {
            self.print(&end);
        }
        self.raise(status);
    }

    fn rehearse_options(&mut self, args: &args::Rehearse) -> Option<Options> {
        let bases: Result<Vec<Base>, String> = args.bases.iter().map(|base| base.parse()).collect();
        let bases = bases.map_err(|error| self.complain(&format!("`--base`: {error}"), USAGE)).ok()?;
        Some(Options {
            until: if args.no_build { StepName::Tree } else { args.until },
            engine: args.engine.map(|engine| match engine {
                args::Engine::Buildah => rekey_rehearse::Engine::Buildah,
                args::Engine::Podman => rekey_rehearse::Engine::Podman,
                args::Engine::Docker => rekey_rehearse::Engine::Docker,
            }),
            bases,
            host_key: args.host_key.clone(),
            timeout: args.timeout.map(Duration::from_secs),
            keep: args.keep,
            like_konflux: args.like.is_some(),
            platform: args.platform.clone(),
            ..Options::default()
        })
    }

    /// Performs the steps that ask the git host, and returns their report.
    pub(super) fn reach(&mut self, loaded: &LoadedSubmission, host_key: Option<&str>) -> Option<Report> {
        let options = Options { host_key: host_key.map(str::to_owned), ..Options::default() };
        let settings = self.settings.clone();
        let report = self.watched(&options, |watch| {
            rekey_rehearse::reach_submission(loaded, &settings, &options, watch)
        })?;
        self.raise(step_status(&report));
        Some(report)
    }

    /// Runs the steps, and shows their progress on standard error.
    fn watched<T>(
        &mut self,
        options: &Options,
        run: impl FnOnce(&mut dyn FnMut(Event<'_>)) -> Result<T, RehearseError>,
    ) -> Option<T> {
        if self.is_offline("a git host") {
            return None;
        }
        let signals = Signals::watch(&options.stop);
        let quiet = self.global.quiet;
        let mut progress = Progress {
            stderr: &mut *self.streams.stderr,
            bar: (self.streams.progress && !quiet).then(spinner),
            quiet,
        };
        let result = run(&mut |event| progress.show(event));
        if let Some(bar) = &progress.bar {
            bar.finish_and_clear();
        }
        drop(signals);
        result
            .map_err(|error| {
                let status = match error {
                    RehearseError::Folder(_) => UNREADABLE,
                    _ => USAGE,
                };
                self.complain(&error.to_string(), status);
            })
            .ok()
    }
}

/// The exit code of the steps: a step that could not look is like an input that could not be read.
fn step_status(report: &Report) -> i32 {
    let has = |state| report.steps().iter().any(|step| step.state == state);
    if has(StepState::Cancelled) {
        STOPPED
    } else if has(StepState::Blocked) {
        UNREADABLE
    } else {
        0
    }
}

/// The details to enter in the form, or the commands of today's flow.
fn to_enter(form: &Form, report: &Report) -> String {
    let mut lines = Vec::new();
    match (report.target().flow(), form.reference.as_deref()) {
        (Flow::BuildService, _) => {
            lines.push("Enter in the form:".to_owned());
            lines.push(format!("  git source URL   {}", printable(&form.url)));
            if let Some((key, fingerprint)) = &form.key {
                let fingerprint = fingerprint.as_deref().unwrap_or_default();
                lines.push(format!("  private key      {} {fingerprint}", printable(key.name())));
            }
            lines.push(format!("  Dockerfile       {}", printable(&form.dockerfile)));
            lines.push(format!("  tag              {}", printable(form.tag.as_deref().unwrap_or("TAG"))));
        }
        (_, Some(reference)) => {
            lines.push("Push the image and submit its results:".to_owned());
            let parsed = ImageReference::parse(reference).ok();
            let push = parsed.as_ref().and_then(PushTarget::of);
            let domain = parsed.as_ref().map_or("", |reference| reference.domain());
            let (registry, user) = match &push {
                Some(target) => (target.registry(), Some(target.login_user())),
                None => (domain, None),
            };
            let commands = push_commands::lines(registry, user.as_deref(), reference);
            lines.extend(commands.lines().map(|line| format!("  {line}")));
            let component = push.as_ref().map_or("COMPONENT_ID", |target| target.project());
            lines.push(format!(
                "  PFLT_PYXIS_API_TOKEN=\"$PYXIS_API_TOKEN\" preflight check container {} --submit \
                 --certification-component-id={component} --docker-config=auth.json",
                shell_quoted(reference)
            ));
        }
        (_, None) => {
            lines.push("Set `reference` in rekey.toml to print the commands of the push.".to_owned());
        }
    }
    let steps = report.steps().iter();
    let total: u64 = steps.map(|step| step.milliseconds).sum();
    lines.push(format!("It was cloned and built here in {total} ms; a service may still differ."));
    format!("\n{}\n", lines.join("\n"))
}

/// The progress on standard error: lines, and on a terminal a spinner with the time and a bar of the build.
struct Progress<'s> {
    stderr: &'s mut dyn std::io::Write,
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Progress<'_> {
    fn show(&mut self, event: Event<'_>) {
        if self.quiet {
            return;
        }
        match event {
            Event::Begins(step) => {
                if step == StepName::Build {
                    self.line("note: the build runs the commands of the repository on this machine");
                }
                if let Some(bar) = &self.bar {
                    bar.set_message(step.as_str());
                    bar.reset_elapsed();
                }
            }
            Event::Output(line) => {
                if let (Some(bar), Some((done, all))) = (&self.bar, counter(line)) {
                    bar.set_length(all);
                    bar.set_position(done);
                }
                let line = printable(line);
                self.line(&format!("  | {}", rekey_core::mask::masked(&line)));
            }
            Event::Ended(attempt) => self.ended(attempt),
            _ => {}
        }
    }

    fn ended(&mut self, attempt: &Attempt) {
        let text = match &attempt.ended {
            Ended::Done => format!("{}: {} ms", attempt.step, attempt.milliseconds),
            Ended::Cancelled => format!("{}: cancelled after {} ms", attempt.step, attempt.milliseconds),
            _ => return,
        };
        self.line(&text);
    }

    fn line(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| drop(writeln!(self.stderr, "{text}"))),
            // Ignore the error: progress is not a result.
            None => drop(writeln!(self.stderr, "{text}")),
        }
    }
}

/// The counter in `STEP 2/3: RUN …`.
fn counter(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.split_once("STEP ")?;
    let (done, all) = rest.split_once(':')?.0.split_once('/')?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed} {wide_bar}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Signals that stop a rehearsal, until this is dropped; a second one ends the process.
struct Signals {
    over: Arc<AtomicBool>,
}

impl Signals {
    fn watch(stop: &Arc<AtomicBool>) -> Self {
        use signal_hook::{consts, flag};

        let over = Arc::new(AtomicBool::new(false));
        for signal in [consts::SIGINT, consts::SIGTERM, consts::SIGHUP] {
            // The first signal sets the flag; the default applies once the flag is set, or the rehearsal is over.
            drop(flag::register_conditional_default(signal, Arc::clone(&over)));
            drop(flag::register(signal, Arc::clone(stop)));
        }
        Self { over }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.over.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use rekey_core::{Policy, Source, Target, check_tag};

    use super::*;

    #[test]
    fn the_end_names_the_fields_of_the_form_or_the_commands_of_the_flow() {
        let quay = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1";
        let form = |reference: Option<&str>| {
            let mut form = Form::default();
            form.url = "git@github.com:acme/app.git".to_owned();
            form.key = Some((Source::file("project_key"), Some("SHA256:abc".to_owned())));
            form.dockerfile = "Dockerfile".to_owned();
            form.tag = Some("1.0-1".to_owned());
            form.reference = reference.map(str::to_owned);
            form
        };
        for (flow, reference, expected) in [
            (
                Flow::BuildService,
                None,
                &["git@github.com:acme/app.git", "project_key SHA256:abc", "tag              1.0-1"][..],
            ),
            (
                Flow::Quay,
                Some(quay),
                &[
                    "podman login -u redhat-isv-containers+60d30f5bbd852dbf4220902b-robot quay.io",
                    "podman push IMAGE quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1",
                    "PFLT_PYXIS_API_TOKEN=\"$PYXIS_API_TOKEN\" preflight check container quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1 \
                     --submit --certification-component-id=60d30f5bbd852dbf4220902b",
                ],
            ),
            (
                Flow::External,
                Some("registry.example.com/acme/app:1.0-1"),
                &["podman login registry.example.com", "--certification-component-id=COMPONENT_ID"],
            ),
            (Flow::Quay, None, &["Set `reference` in rekey.toml"]),
        ] {
            let target = Target::new(flow, Policy::Container, "1.21.0".parse().unwrap()).unwrap();
            let text = to_enter(&form(reference), &check_tag("1.0-1", &target));
            for part in expected {
                assert!(text.contains(part), "{flow}: {part}: {text}");
            }
        }
    }
}
