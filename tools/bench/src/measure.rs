//! Batches in turn, and what the medians of them are.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;

/// How often every contender has its turn.
const TURNS: usize = 101;
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
pub(crate) fn compare_in(turns: usize, what: &str, inputs: usize, mut contenders: Vec<Contender<'_>>) {
    println!("\n{what} ({inputs} inputs)");
    if inputs == 0 {
        println!("  nothing to measure");
        return;
    }
    contenders.iter_mut().for_each(Contender::calibrate);
    let mut times_of: Vec<Vec<f64>> = Vec::with_capacity(turns);
    for turn in 0..turns {
        let mut times = vec![0.0; contenders.len()];
        for place in 0..contenders.len() {
            // Nobody is always first.
            let at = (place + turn) % contenders.len();
            times[at] = contenders[at].nanoseconds(inputs);
        }
        times_of.push(times);
    }
    let first = median(times_of.iter().map(|times| times[0]));
    let (unit, size) = if first < 5e3 { ("ns", 1.0) } else { ("µs", 1e3) };
    for (at, contender) in contenders.iter().enumerate() {
        let time = median(times_of.iter().map(|times| times[at])) / size;
        let ratio = median(times_of.iter().map(|times| times[at] / times[0]));
        println!("  {:34} {time:10.1} {unit}  {ratio:8.2}", contender.name);
    }
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
