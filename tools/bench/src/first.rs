//! The time of first calls, each in a new process.

use std::process::Command;

use crate::{
    measure::{median, once},
    rows::{self, Row},
};

/// The flag for one call in this process.
pub(crate) const FLAG: &str = "--first";

/// The number of processes.
const PROCESSES: usize = 31;

/// Does the work once, and prints its time in nanoseconds.
pub(crate) fn report(work: fn()) {
    println!("{}", once(work).as_nanos());
}

/// Prints a line for each piece of work: the time of the first call in microseconds.
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
