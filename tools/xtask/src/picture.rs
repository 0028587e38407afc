//! The picture of a terminal in the README: the real output of `rekey check` for a small submission.

use anstyle_svg::Term;
use rekey_cli::{Streams, run_with};

use crate::run::root;

/// The submission that is checked, below the root.
const FOLDER: &str = "tests/partners/trademark";
/// The command. The date is an argument, because another one would make another picture.
const TYPED: &str = "rekey check --today 2026-11-23";
/// The columns of the terminal.
const WIDTH: usize = 100;
/// The most lines of output: more is a page, not a picture.
const MOST: usize = 15;

/// Returns the picture as SVG.
pub(crate) fn svg() -> Result<String, String> {
    let report = recorded()?;
    let lines = report.lines().count();
    if lines > MOST || !report.contains("error[") || !report.contains("preflight ") {
        return Err(format!("{FOLDER}: expected an error and a forecast in {MOST} lines, found\n{report}"));
    }
    Ok(drawn(&format!("\x1b[1;92m$\x1b[0m rekey check\n{report}")))
}

fn drawn(text: &str) -> String {
    let color = |r, g, b| anstyle::RgbColor(r, g, b);
    let mut palette = anstyle_svg::WIN10_CONSOLE;
    // The palette's blue is too dark on a dark background.
    palette.0[4] = color(0x5c, 0x9c, 0xf5);
    let term = Term::new().fg_color(color(0xd4, 0xd4, 0xd4).into()).bg_color(color(0x1b, 0x1d, 0x23).into());
    let svg = term.palette(palette).render_svg(text);
    // Parts of a line have no opacity of their own.
    let svg = svg.replace(".dimmed { opacity: 0.4; }", ".dimmed { fill: #8b919c; }");
    format!("<!-- Generated from the command's output; refresh with `cargo xtask generate`. -->\n{svg}")
}

/// Returns the output of the command on a terminal with colors.
fn recorded() -> Result<String, String> {
    let (mut input, mut output, mut errors) = (std::io::empty(), Vec::new(), Vec::new());
    let mut streams = Streams::new(&mut input, &mut output, &mut errors);
    (streams.color, streams.width) = (true, WIDTH);
    let before = std::env::current_dir().map_err(|error| error.to_string())?;
    std::env::set_current_dir(root().join(FOLDER)).map_err(|error| error.to_string())?;
    run_with(TYPED.split(' ').map(Into::into), &mut streams);
    std::env::set_current_dir(before).map_err(|error| error.to_string())?;
    if !errors.is_empty() {
        return Err(String::from_utf8_lossy(&errors).into_owned());
    }
    String::from_utf8(output).map_err(|error| error.to_string())
}
