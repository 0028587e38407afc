//! Alternating batches, and their medians.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;

use crate::rows::{self, Row};

/// The number of turns of every contender.
const TURNS: usize = 101;
/// The number of turns if a turn is long.
const LONG_TURNS: usize = 11;
/// The minimum time of a batch: far longer than the clock's resolution.
const BATCH: Duration = Duration::from_millis(2);

/// One way to do the work.
pub(crate) struct Contender<'a> {
    name: String,
    /// Makes this number of passes over the inputs, and returns the time.
    batch: Box<dyn FnMut(u32) -> Duration + 'a>,
    passes: u32,
}

impl<'a> Contender<'a> {
    /// A contender that does `work` with each of `inputs`.
    pub(crate) fn new<I, T>(
        name: &'static str,
        inputs: &'a [I],
        mut work: impl FnMut(&'a I) -> T + 'a,
    ) -> Self {
        // The CPU time of this thread: other load of the machine does not count.
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

    /// A contender that is timed elsewhere.
    pub(crate) fn timed(name: impl Into<String>, batch: impl FnMut(u32) -> Duration + 'a) -> Self {
        Self { name: name.into(), batch: Box::new(batch), passes: 1 }
    }

    /// Determines the number of passes over the inputs in a batch; this also warms up the work.
    fn calibrate(&mut self) {
        while (self.batch)(self.passes) < BATCH {
            self.passes *= 2;
        }
    }

    fn nanoseconds(&mut self, inputs: usize) -> f64 {
        (self.batch)(self.passes).as_secs_f64() * 1e9 / f64::from(self.passes) / inputs as f64
    }
}

/// Prints a line for each contender: the time per input, and its ratio to the first contender's.
pub(crate) fn compare(what: &str, inputs: usize, contenders: Vec<Contender<'_>>) {
    compare_in(TURNS, what, inputs, contenders);
}

/// Like [`compare`], with this number of turns, for slow batches.
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

/// Like [`compare`], for inputs with this total size: throughput in megabytes per second.
pub(crate) fn compare_bytes(what: &str, inputs: usize, bytes: usize, contenders: Vec<Contender<'_>>) {
    let rows = medians(inputs, LONG_TURNS, contenders).into_iter().map(|(name, time, ratio)| {
        Row::beside(name, bytes as f64 / (time * inputs as f64) * 1e3, "MB/s", ratio)
    });
    rows::table(what, &format!("{inputs} inputs, {bytes} bytes"), rows);
}

/// The medians of each contender: nanoseconds per input, and the ratio to the first.
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
                // The first contender changes with each turn.
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

/// The time of one call.
pub(crate) fn once(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The median.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
