//! The goals of DESIGN.md, and the figures that show whether they are reached.

use std::fmt::Write as _;

use super::{Place, shown};

/// A goal: the work, the target figure, and the places of the figures for rekey and its peers.
pub(super) struct Goal {
    work: &'static str,
    wanted: Wanted,
    unit: &'static str,
    /// Each of these must reach the target.
    pub(super) reached: &'static [Place],
    pub(super) peers: &'static [Place],
}

enum Wanted {
    AtMost(f64),
    AtLeast(f64),
}

use Wanted::{AtLeast, AtMost};

/// The unit of a goal that is relative to a peer's time.
pub(super) const TIMES: &str = "times";

pub(super) const GOALS: &[Goal] = &[
    Goal {
        work: "Dockerfile: parse (`Syntax::scan`)",
        wanted: AtLeast(250.0),
        unit: "MB/s",
        reached: &[("dockerfiles", "every file", "rekey Syntax::scan")],
        peers: &[("dockerfiles", "files that rekey and parse-dockerfile", "parse-dockerfile parse")],
    },
    Goal {
        work: "Dockerfile: parse and evaluate (`Dockerfile::parse`)",
        wanted: AtLeast(250.0),
        unit: "MB/s",
        reached: &[("dockerfiles", "every file", "rekey Dockerfile::parse")],
        peers: &[("dockerfiles", "files that rekey and dockerfile-parser-rs", "dockerfile-parser-rs")],
    },
    Goal {
        work: "Dockerfile: full check",
        wanted: AtLeast(60.0),
        unit: "MB/s",
        reached: &[("dockerfiles", "every file", "rekey check_dockerfile")],
        peers: &[
            ("dockerfiles", "programs over every", "hadolint"),
            ("dockerfiles", "programs over every", "tally"),
        ],
    },
    Goal {
        work: "private key of 2048 bits, every arithmetic check, no primality",
        wanted: AtMost(40.0),
        unit: "µs",
        reached: &[("keys", "2048 bits: reading", "rekey scan, audit, no primality")],
        peers: &[("keys", "2048 bits: reading", "ring KeyPair::from_der")],
    },
    Goal {
        work: "private key of 2048 bits, all checks with Baillie–PSW",
        wanted: AtMost(2500.0),
        unit: "µs",
        reached: &[("keys", "2048 bits: all checks", "rekey check_private_key")],
        peers: &[
            ("keys", "2048 bits: all checks", "pyca load_pem_private_key"),
            ("keys", "2048 bits: all checks", "badkeys detectandcheck"),
        ],
    },
    Goal {
        work: "private key of 4096 bits, all checks with Baillie–PSW",
        wanted: AtMost(18000.0),
        unit: "µs",
        reached: &[("keys", "4096 bits: all checks", "rekey check_private_key")],
        peers: &[
            ("keys", "4096 bits: all checks", "pyca load_pem_private_key"),
            ("keys", "4096 bits: all checks", "badkeys detectandcheck"),
        ],
    },
    Goal {
        work: "tag check, nothing found",
        wanted: AtMost(100.0),
        unit: "ns",
        reached: &[("tags", "a tag's check, nothing found", "rekey check_tag")],
        peers: &[],
    },
    Goal {
        work: "URL check, nothing found",
        wanted: AtMost(300.0),
        unit: "ns",
        reached: &[("urls", "a URL's check, nothing found", "rekey check_git_url")],
        peers: &[("urls", "reading a URL in which nothing is found", "gix-url parse")],
    },
    Goal {
        work: "Python call returning a value (`Tag.parse`)",
        wanted: AtMost(150.0),
        unit: "ns",
        reached: &[("tags-python", "reading a tag", "rekey Tag.parse")],
        peers: &[("tags-python", "reading a tag", "re")],
    },
    Goal {
        work: "Node call returning a value (`parseTag`)",
        wanted: AtMost(450.0),
        unit: "ns",
        reached: &[("tags-node", "reading a tag", "rekey parseTag")],
        peers: &[("tags-node", "reading a tag", "regex")],
    },
    Goal {
        work: "Node, a tag of a batch (`parseTags`)",
        wanted: AtMost(40.0),
        unit: "ns",
        reached: &[("tags-node", "reading many tags at once", "rekey parseTags")],
        peers: &[("tags-node", "reading many tags at once", "regex")],
    },
    Goal {
        work: "`rekey check` on a submission, whole process",
        wanted: AtMost(10.0),
        unit: "ms",
        reached: &[("command", "whole processes", "rekey check, a key of 2048 bits")],
        peers: &[],
    },
    Goal {
        work: "a built image, plain layers",
        wanted: AtLeast(300.0),
        unit: "MB/s",
        reached: &[("images", "an image of one layer, plain", "rekey image")],
        peers: &[("images", "an image of one layer, plain", "tar tf layer.tar")],
    },
    Goal {
        work: "a built image, gzip, beside `gzip -dc` into `tar t`",
        wanted: AtMost(1.3),
        unit: TIMES,
        reached: &[("images", "an image of one layer, gzip", "gzip -dc layer.gzip | tar t")],
        peers: &[],
    },
    Goal {
        work: "a built image, peak of memory",
        wanted: AtMost(100.0),
        unit: "MiB",
        reached: &[
            ("images", "memory at its highest", "rekey image, plain"),
            ("images", "memory at its highest", "rekey image, gzip"),
            ("images", "memory at its highest", "rekey image, zstd"),
        ],
        peers: &[],
    },
    Goal {
        work: "Python wheel with the command; Node addon",
        wanted: AtMost(5.0),
        unit: "MB",
        reached: &[("sizes", "what users get", "Python wheel"), ("sizes", "what users get", "Node addon")],
        peers: &[],
    },
];

/// The table of goals, with the values of `figure`.
pub(super) fn table(figure: impl Fn(Place, &str) -> Option<(f64, String)>) -> String {
    let mut out = String::from("| work | goal | reached | | peers |\n|---|---|---|---|---|\n");
    for goal in GOALS {
        let (sign, limit) = match goal.wanted {
            AtMost(limit) => ('≤', limit),
            AtLeast(limit) => ('≥', limit),
        };
        let found: Option<Vec<f64>> =
            goal.reached.iter().map(|place| in_unit(figure(*place, goal.unit)?, goal.unit)).collect();
        let is_met = |value: &f64| match goal.wanted {
            AtMost(limit) => *value <= limit,
            AtLeast(limit) => *value >= limit,
        };
        let verdict = match &found {
            None => "not measured",
            Some(values) if values.iter().all(is_met) => "reached",
            Some(_) => "**missed**",
        };
        let values = found.unwrap_or_default().into_iter().map(|value| shown(value, goal.unit));
        let peers = goal.peers.iter().filter_map(|place| {
            let (value, unit) = figure(*place, "")?;
            Some(format!("{} {}", place.2.replace('|', "\\|"), shown(value, &unit)))
        });
        let _ = writeln!(
            out,
            "| {} | {sign} {} | {} | {verdict} | {} |",
            goal.work,
            shown(limit, goal.unit),
            values.collect::<Vec<_>>().join("; "),
            peers.collect::<Vec<_>>().join("; ")
        );
    }
    out
}

/// Converts a figure to the unit of its goal.
fn in_unit((value, unit): (f64, String), wanted: &str) -> Option<f64> {
    let scale = |unit: &str| match unit {
        "ns" => Some(1.0),
        "µs" => Some(1e3),
        "ms" => Some(1e6),
        "s" => Some(1e9),
        _ => None,
    };
    if unit == wanted { Some(value) } else { Some(value * scale(&unit)? / scale(wanted)?) }
}
