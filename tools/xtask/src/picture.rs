//! The picture of a terminal in the README: the real output of `rekey check`.

use std::{fs, path::Path};

use anstyle_svg::Term;
use rekey_cli::{Streams, run_with};

use crate::run::root;

/// The command in the picture. It includes the date, on which the output depends.
const TYPED: &str = "rekey check tests/partners/first-try --today 2026-11-23";
/// The number of columns of the terminal.
const WIDTH: usize = 100;
/// The picture as SVG: the first error of each field, and the end of the report; the whole report would fill
/// multiple screens.
pub(crate) fn svg() -> Result<String, String> {
    let report = recorded()?;
    let paragraphs: Vec<&str> = report.trim_end().split("\n\n").collect();
    let end = paragraphs.iter().position(|text| text.contains("preflight 1.21.0 on "));
    let end = end.ok_or("the report has no forecast")?;
    let mut shown = vec![format!("\x1b[1;92m$\x1b[0m {TYPED}\n{}", paragraphs[0])];
    let mut fields = Vec::new();
    let mut left_out = 0;
    for text in &paragraphs[1..end] {
        let field = text.split_once("error[").and_then(|(_, id)| id.split('-').next());
        match field.filter(|field| !fields.contains(field)) {
            Some(field) => {
                fields.push(field);
                shown.extend(gap(&mut left_out));
                shown.push((*text).to_owned());
            }
            None => left_out += text.lines().count() + 1,
        }
    }
    if fields.is_empty() {
        return Err("the report has no error".to_owned());
    }
    shown.extend(gap(&mut left_out));
    shown.extend(paragraphs[end..].iter().map(|text| (*text).to_owned()));
    Ok(drawn(&shown.join("\n\n")))
}

/// A mark for omitted lines.
fn gap(lines: &mut usize) -> Option<String> {
    let lines = std::mem::take(lines);
    (lines > 0).then(|| format!("\x1b[2m⋮ {lines} lines\x1b[0m"))
}

fn drawn(text: &str) -> String {
    let colour = |r, g, b| anstyle::RgbColor(r, g, b);
    let mut palette = anstyle_svg::WIN10_CONSOLE;
    // The default blue is hard to see on a dark background.
    palette.0[4] = colour(0x5c, 0x9c, 0xf5);
    let term =
        Term::new().fg_color(colour(0xd4, 0xd4, 0xd4).into()).bg_color(colour(0x1b, 0x1d, 0x23).into());
    let svg = term.palette(palette).render_svg(text);
    // SVG text spans have no opacity of their own.
    let svg = svg.replace(".dimmed { opacity: 0.4; }", ".dimmed { fill: #8b919c; }");
    format!("<!-- Generated out of the command's output; refresh with `cargo xtask generate`. -->\n{svg}")
}

/// The output of the command on a terminal with colors.
fn recorded() -> Result<String, String> {
    close(&root().join("tests/partners/first-try/id_rsa"))?;
    let (mut input, mut output, mut errors) = (std::io::empty(), Vec::new(), Vec::new());
    let mut streams = Streams::new(&mut input, &mut output, &mut errors);
    (streams.color, streams.width) = (true, WIDTH);
    std::env::set_current_dir(root()).map_err(|error| error.to_string())?;
    run_with(TYPED.split(' ').map(Into::into), &mut streams);
    if !errors.is_empty() {
        return Err(String::from_utf8_lossy(&errors).into_owned());
    }
    String::from_utf8(output).map_err(|error| error.to_string())
}

/// Sets the permissions that a key file should have: in a checkout they depend on the umask, and the report
/// would mention them.
#[cfg(unix)]
fn close(key: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn close(_: &Path) -> Result<(), String> {
    Ok(())
}
