//! Dockerfiles that take too long, or all memory, if any step is not linear.

/// A family of files.
pub(crate) struct Shape {
    /// The repeated element.
    pub(crate) name: &'static str,
    /// The number of repetitions in a large file.
    pub(crate) size: usize,
    /// Creates the file with so many repetitions.
    pub(crate) make: fn(usize) -> String,
}

/// Every shape.
pub(crate) const SHAPES: &[Shape] = &[
    Shape { name: "bytes of one line", size: 1 << 20, make: |n| format!("{FROM}RUN {}\n", "x".repeat(n)) },
    Shape {
        name: "bytes of one instruction",
        size: 1 << 20,
        make: |n| format!("{FROM}RUN {}\n", "x \\\n".repeat(n / 4)),
    },
    Shape {
        name: "continuations",
        size: 50_000,
        make: |n| format!("{FROM}LABEL a=b {}\n", "\\\n# why\n\n  c=d ".repeat(n)),
    },
    Shape {
        name: "words of one instruction",
        size: 100_000,
        make: |n| format!("{FROM}COPY {}/\n", words(n)),
    },
    Shape {
        name: "strings of one array",
        size: 100_000,
        make: |n| format!("{FROM}CMD [{}\"\"]\n", strings(n)),
    },
    Shape {
        name: "flags",
        size: 100_000,
        make: |n| format!("{FROM}COPY {}a /\n", "--exclude=b \\\n".repeat(n)),
    },
    Shape { name: "heredocs", size: 10_000, make: |n| format!("{FROM}{}", "RUN <<END\nx\nEND\n".repeat(n)) },
    Shape { name: "heredocs of one line", size: 10_000, make: one_line },
    Shape {
        name: "heredocs without end",
        size: 10_000,
        make: |n| format!("{FROM}{}", "RUN <<END\nx\n".repeat(n)),
    },
    Shape { name: "stages", size: 20_000, make: stages },
    Shape { name: "stages that keep a trigger", size: 20_000, make: triggers },
    Shape {
        name: "doublings",
        size: 40,
        make: |n| format!("{FROM}ENV A=aa\n{}USER $A\n", "ENV A=$A$A\n".repeat(n)),
    },
    Shape {
        name: "nested substitutions",
        size: 10_000,
        make: |n| format!("{FROM}USER {}{}\n", "${U:-".repeat(n), "}".repeat(n)),
    },
    Shape {
        name: "substitutions nested as deep as may be",
        size: 4_000,
        make: |n| {
            format!("{FROM}{}", format!("USER {}1{}\n", "${U:-".repeat(99), "}".repeat(99)).repeat(n / 40))
        },
    },
    Shape {
        name: "stars of a pattern",
        size: 20_000,
        make: |n| format!("{FROM}ENV A={}\nUSER ${{A##{}b}}\n", "a".repeat(n), "*a".repeat(n)),
    },
    Shape { name: "labels", size: 40_000, make: |n| format!("{FROM}{}", "LABEL a=1\n".repeat(n)) },
    Shape { name: "labels of other names", size: 100_000, make: labels },
    Shape { name: "variables", size: 40_000, make: variables },
    Shape { name: "comments", size: 100_000, make: |n| format!("{}{FROM}", "# why\n".repeat(n)) },
    Shape {
        name: "words behind ONBUILD",
        size: 8_000,
        make: |n| format!("{FROM}{}\n", "ONBUILD ".repeat(n)),
    },
    Shape { name: "arrays in an array", size: 30_000, make: |n| format!("{FROM}CMD {}\n", "[".repeat(n)) },
    Shape {
        name: "packages that come and go",
        size: 20_000,
        make: |n| format!("{FROM}{}", "RUN dnf install kernel\nRUN rpm -e a b\n".repeat(n)),
    },
    Shape {
        name: "words of a package manager",
        size: 100_000,
        make: |n| format!("{FROM}RUN dnf install {0} && rpm -e {0}\n", "kernel \\\n".repeat(n)),
    },
    Shape {
        name: "commands in commands",
        size: 20_000,
        make: |n| format!("{FROM}RUN {}true\n", "sh -c \"sh -c 'rm -r /licenses'\"; \\\n".repeat(n)),
    },
    Shape {
        name: "comments that silence",
        size: 40_000,
        make: |n| format!("{FROM}{}", "# rekey ignore=HasLicense,x y\nUSER root\n".repeat(n)),
    },
    Shape {
        name: "unknown instructions",
        size: 100_000,
        make: |n| format!("{FROM}{}", "WHAT is this\n".repeat(n)),
    },
    Shape {
        name: "bytes",
        size: 16 << 20,
        make: |n| {
            format!("{FROM}{}", format!("RUN {}\n", "x".repeat(1_019)).repeat((n - FROM.len()) / 1_024))
        },
    },
];

const FROM: &str = "FROM scratch\n";

fn words(n: usize) -> String {
    "a \\\n".repeat(n)
}

fn strings(n: usize) -> String {
    "\"a\", \\\n".repeat(n)
}

fn one_line(n: usize) -> String {
    format!("{FROM}RUN {}\n{}", "<<END \\\n".repeat(n), "x\nEND\n".repeat(n))
}

fn stages(n: usize) -> String {
    let stage = |at: usize| format!("FROM s{} AS s{at}\nENV A{at}=$X\n", at - 1);
    format!("FROM scratch AS s0\nENV X=1\n{}USER $A{}\n", (1..n).map(stage).collect::<String>(), n - 1)
}

fn triggers(n: usize) -> String {
    let stage = |at: usize| format!("FROM s{} AS s{at}\nONBUILD LABEL a={at}\n", at - 1);
    format!("FROM scratch AS s0\nONBUILD LABEL a=0\n{}", (1..n).map(stage).collect::<String>())
}

fn labels(n: usize) -> String {
    let label = |at: usize| format!(" \\\n a{at}=1");
    format!("{FROM}LABEL{}\n", (0..n).map(label).collect::<String>())
}

fn variables(n: usize) -> String {
    let variable = |at: usize| format!("ENV A{}=$A{at}\n", at + 1);
    format!("{FROM}ENV A0=1\n{}USER $A{n}\n", (0..n).map(variable).collect::<String>())
}
