//! A progress bar for commands that take longer than half a second.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar appears after this time.
const DELAY: Duration = Duration::from_millis(500);

/// A bar that appears after [`DELAY`].
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
    /// True while the bar has not appeared yet.
    waits: AtomicBool,
}

impl Progress {
    /// A bar for this number of inputs, which appears only if it is `wanted`.
    pub(super) fn new(inputs: usize, wanted: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(inputs as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self { bar, start: Instant::now(), waits: AtomicBool::new(wanted) }
    }

    /// Counts one input as done, from any thread.
    pub(super) fn step(&self) {
        self.bar.inc(1);
        let due = self.waits.load(Ordering::Relaxed) && self.start.elapsed() > DELAY;
        if due && self.waits.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// A spinner that appears after [`DELAY`], for work of unknown length; it disappears on drop.
pub(super) struct Spinner {
    done: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Spinner {
    /// A spinner with a message, which appears only if it is `wanted`.
    pub(super) fn new(message: &str, wanted: bool) -> Self {
        if !wanted {
            return Self { done: None, thread: None };
        }
        let (done, wait) = mpsc::channel::<()>();
        let message = message.to_owned();
        let thread = thread::spawn(move || {
            if wait.recv_timeout(DELAY) == Err(mpsc::RecvTimeoutError::Timeout) {
                let bar = ProgressBar::new_spinner().with_message(message);
                bar.enable_steady_tick(Duration::from_millis(100));
                // The sender is dropped when the work is done.
                let _ = wait.recv();
                bar.finish_and_clear();
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.done.take();
        if let Some(thread) = self.thread.take() {
            // Ignore a panic of the thread: it only draws.
            drop(thread.join());
        }
    }
}
