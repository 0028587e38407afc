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

/// A bar appears after this time.
const DELAY: Duration = Duration::from_millis(500);
/// The time between two drawings.
const TICK: Duration = Duration::from_millis(100);

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

/// A spinner or a bar that appears after [`DELAY`]; it disappears on drop.
pub(super) struct Indicator {
    done: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Indicator {
    /// A spinner with a message for work of unknown length, which appears only if it is `wanted`.
    pub(super) fn spinner(message: &str, wanted: bool) -> Self {
        let message = message.to_owned();
        Self::new(wanted, move |wait| {
            let bar = ProgressBar::new_spinner().with_message(message);
            bar.enable_steady_tick(TICK);
            // The sender is dropped when the work is done.
            let _ = wait.recv();
            bar.finish_and_clear();
        })
    }

    /// A bar with bytes and rate for a download, which appears only if it is `wanted`; `state` returns the
    /// numbers of bytes that are done and expected.
    #[cfg(feature = "registry")]
    pub(super) fn download(state: impl Fn() -> (u64, u64) + Send + 'static, wanted: bool) -> Self {
        Self::new(wanted, move |wait| {
            let (done, _) = state();
            let bar = ProgressBar::new(0).with_position(done);
            let template = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            while wait.recv_timeout(TICK) == Err(mpsc::RecvTimeoutError::Timeout) {
                let (done, expected) = state();
                bar.set_length(expected);
                bar.set_position(done);
            }
            bar.finish_and_clear();
        })
    }

    /// Draws in a thread of its own if the work is not done after [`DELAY`].
    fn new(wanted: bool, draw: impl FnOnce(&mpsc::Receiver<()>) + Send + 'static) -> Self {
        if !wanted {
            return Self { done: None, thread: None };
        }
        let (done, wait) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            if wait.recv_timeout(DELAY) == Err(mpsc::RecvTimeoutError::Timeout) {
                draw(&wait);
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Indicator {
    fn drop(&mut self) {
        self.done.take();
        if let Some(thread) = self.thread.take() {
            // Ignore a panic of the thread: it only draws.
            drop(thread.join());
        }
    }
}
