//! The results: printed, and appended to the file that `REKEY_BENCH_ROWS` names, one table per line, for the
//! report.

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write as _},
};

use serde_json::json;

/// One figure.
pub(crate) struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    /// The ratio to the first row of its table.
    ratio: Option<f64>,
}

impl Row {
    /// A figure without comparison.
    pub(crate) fn alone(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, ratio: None }
    }

    /// A figure with a comparison.
    pub(crate) fn beside(name: impl Into<String>, value: f64, unit: &'static str, ratio: f64) -> Self {
        Self { name: name.into(), value, unit, ratio: Some(ratio) }
    }
}

/// Prints a table: the work, the inputs, and a figure for each contender.
pub(crate) fn table(what: &str, inputs: &str, rows: impl Iterator<Item = Row>) {
    println!("\n{what} ({inputs})");
    let rows: Vec<Row> = rows.collect();
    for Row { name, value, unit, ratio } in &rows {
        let ratio = ratio.map_or_else(String::new, |ratio| format!("  {ratio:8.2}"));
        let digits = if *unit == "s" || *unit == "ms" { 3 } else { 1 };
        println!("  {name:34} {value:10.digits$} {unit}{ratio}");
    }
    if rows.is_empty() {
        println!("  nothing to measure");
    }
    let rows = rows
        .iter()
        .map(|row| json!({ "name": row.name, "value": row.value, "unit": row.unit, "ratio": row.ratio }));
    add(&json!({ "table": what, "inputs": inputs, "rows": rows.collect::<Vec<_>>() }));
}

/// Prints that something is not measured, and why.
pub(crate) fn missing(what: &str) {
    println!("not measured: {what}");
    add(&json!({ "missing": what }));
}

/// The number of turns: `wanted`, or `REKEY_BENCH_TURNS` for a trial run.
pub(crate) fn turns(wanted: usize) -> usize {
    let asked = env::var("REKEY_BENCH_TURNS").ok().and_then(|turns| turns.parse().ok());
    asked.map_or(wanted, |turns: usize| turns.clamp(1, wanted))
}

fn add(line: &serde_json::Value) {
    let Some(path) = env::var_os("REKEY_BENCH_ROWS") else { return };
    let written: io::Result<()> = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{line}"));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
