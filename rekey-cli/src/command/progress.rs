//! How far many inputs are, on a terminal, once it takes long enough for somebody to wonder.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nobody wonders before.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that shows itself when patience is at its end.
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// Whether it may still show itself.
    waits: AtomicBool,
}

impl Progress {
    /// A bar for so many inputs, which never shows itself unless it is `wanted`.
    pub(super) fn new(inputs: usize, wanted: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(inputs as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self { bar, start: Instant::now(), waits: AtomicBool::new(wanted) }
    }

    /// One input is done; any thread may say so.
    pub(super) fn step(&self) {
        self.bar.inc(1);
        let due = self.waits.load(Ordering::Relaxed) && self.start.elapsed() > PATIENCE;
        if due && self.waits.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
