//! How long something takes the first time: each time in a new process.

use std::process::Command;

use crate::{
    measure::{median, once},
    rows::{self, Row},
};

/// What asks for one call in this process.
pub(crate) const FLAG: &str = "--first";

/// How many processes are asked.
const PROCESSES: usize = 31;

/// Does the work once, and prints how many nanoseconds it took.
pub(crate) fn report(work: fn()) {
    println!("{}", once(work).as_nanos());
}

/// A line for each of the works: what the first call costs, in microseconds.
pub(crate) fn compare(what: &str, works: &[&str]) {
    let processes = rows::turns(PROCESSES);
    let times: Vec<Vec<f64>> = (0..processes).map(|_| works.iter().map(|work| ask(work)).collect()).collect();
    let rows = works.iter().enumerate().map(|(at, work)| {
        let time = median(times.iter().map(|times| times[at]));
        let ratio = median(times.iter().map(|times| times[at] / times[0]));
        Row::beside(*work, time / 1e3, "µs", ratio)
    });
    rows::table(what, &format!("{processes} processes each"), rows);
}

fn ask(work: &str) -> f64 {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program).args([FLAG, work]).output().expect("this program runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of nanoseconds")
}
