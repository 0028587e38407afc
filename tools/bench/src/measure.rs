//! Batches in turn, and what the medians of them are.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;

use crate::rows::{self, Row};

/// How often every contender has its turn.
const TURNS: usize = 101;
/// How often, where a turn is long.
const LONG_TURNS: usize = 11;
/// How long a batch takes at least: far longer than the clock's steps.
const BATCH: Duration = Duration::from_millis(2);

/// One way to do the work.
pub(crate) struct Contender<'a> {
    name: String,
    /// Does so many passes over the inputs, and says how long it took.
    batch: Box<dyn FnMut(u32) -> Duration + 'a>,
    passes: u32,
}

impl<'a> Contender<'a> {
    /// What `work` does with each of `inputs`.
    pub(crate) fn new<I, T>(
        name: &'static str,
        inputs: &'a [I],
        mut work: impl FnMut(&'a I) -> T + 'a,
    ) -> Self {
        // The time that this thread had on a core meanwhile: other work on the machine does not count.
        Self::timed(name, move |passes| {
            let start = ThreadTime::now();
            for _ in 0..passes {
                for input in inputs {
                    black_box(work(black_box(input)));
                }
            }
            start.elapsed()
        })
    }

    /// Work that is done and timed elsewhere.
    pub(crate) fn timed(name: impl Into<String>, batch: impl FnMut(u32) -> Duration + 'a) -> Self {
        Self { name: name.into(), batch: Box::new(batch), passes: 1 }
    }

    /// Finds out how many passes over the inputs make a batch; the work is warm afterwards.
    fn calibrate(&mut self) {
        while (self.batch)(self.passes) < BATCH {
            self.passes *= 2;
        }
    }

    fn nanoseconds(&mut self, inputs: usize) -> f64 {
        (self.batch)(self.passes).as_secs_f64() * 1e9 / f64::from(self.passes) / inputs as f64
    }
}

/// Prints a line for each contender: the time for one input, and how many times as long as the first it takes.
pub(crate) fn compare(what: &str, inputs: usize, contenders: Vec<Contender<'_>>) {
    compare_in(TURNS, what, inputs, contenders);
}

/// The same in so many turns, where a batch takes long.
pub(crate) fn compare_in(turns: usize, what: &str, inputs: usize, contenders: Vec<Contender<'_>>) {
    let rows = medians(inputs, turns, contenders);
    let (unit, size) = match rows.first() {
        Some((_, first, _)) if *first >= 5e6 => ("ms", 1e6),
        Some((_, first, _)) if *first >= 5e3 => ("µs", 1e3),
        _ => ("ns", 1.0),
    };
    let rows = rows.into_iter().map(|(name, time, ratio)| Row::beside(name, time / size, unit, ratio));
    rows::table(what, &format!("{inputs} inputs"), rows);
}

/// As [`compare`], for inputs of so many bytes in all: megabytes in a second.
pub(crate) fn compare_bytes(what: &str, inputs: usize, bytes: usize, contenders: Vec<Contender<'_>>) {
    let rows = medians(inputs, LONG_TURNS, contenders).into_iter().map(|(name, time, ratio)| {
        Row::beside(name, bytes as f64 / (time * inputs as f64) * 1e3, "MB/s", ratio)
    });
    rows::table(what, &format!("{inputs} inputs, {bytes} bytes"), rows);
}

/// The medians of each contender: nanoseconds for one input, and that beside the first.
fn medians(inputs: usize, turns: usize, mut contenders: Vec<Contender<'_>>) -> Vec<(String, f64, f64)> {
    if inputs == 0 {
        return Vec::new();
    }
    let turns = rows::turns(turns);
    contenders.iter_mut().for_each(Contender::calibrate);
    let turns: Vec<Vec<f64>> = (0..turns)
        .map(|turn| {
            let mut times = vec![0.0; contenders.len()];
            for place in 0..contenders.len() {
                // Nobody is always first.
                let at = (place + turn) % contenders.len();
                times[at] = contenders[at].nanoseconds(inputs);
            }
            times
        })
        .collect();
    let medians = contenders.iter().enumerate().map(|(at, contender)| {
        let time = median(turns.iter().map(|times| times[at]));
        let ratio = median(turns.iter().map(|times| times[at] / times[0]));
        (contender.name.clone(), time, ratio)
    });
    medians.collect()
}

/// How long one call takes.
pub(crate) fn once(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The one in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
