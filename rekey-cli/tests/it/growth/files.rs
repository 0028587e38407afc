//! Files that the command reads with a submission: `rekey.toml`, git's configuration, lists of tags, build
//! contexts.

use std::path::Path;

use super::{Shape, Work, dockerfile::numbered};
use crate::harness::{self, folder, rekey, write};

/// The shapes of files.
pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        files("git configuration, remotes", |n, folder| {
            let text = numbered("[remote \"a@\"]\n\turl = https://a/b@\n", n);
            write(&folder.join(".git/config"), text + "[remote \"origin\"]\nurl = https://a/b\n");
        }),
        files("git configuration, remotes without a URL", |n, folder| {
            let text = numbered("[remote \"a@\"]\n", n) + "[remote \"origin\"]\nurl = https://a/b\n";
            write(&folder.join(".git/config"), text);
        }),
        files("git configuration, URLs of one remote", |n, folder| {
            write(
                &folder.join(".git/config"),
                format!("[remote \"a\"]\n{}", numbered("url = https://a/b@\n", n)),
            );
        }),
        files("git configuration, continued lines", |n, folder| {
            write(&folder.join(".git/config"), format!("[remote \"a\"]\nurl = a{}\n", "\\\n".repeat(n)));
        }),
        files("build context of the command", |n, folder| {
            write(&folder.join("Dockerfile"), format!("FROM a\n{}", numbered("COPY a/b@ /licenses/\n", n)));
            for number in 0..n {
                write(&folder.join(format!("a/b{number}")), "");
            }
            write(&folder.join("rekey.toml"), "[[image]]\ncontext = '.'\n");
        }),
        files("images that name one file", |n, folder| {
            let n = n.min(100);
            write(&folder.join("tags"), numbered("1.@-1\n", 10 * n));
            write(&folder.join("Dockerfile"), "FROM a\n");
            let image = "[[image]]\nname = 'a@'\ndockerfile = 'Dockerfile'\ntag = '1.0-1'\n";
            write(&folder.join("rekey.toml"), numbered(image, n));
        }),
    ];
    for (name, part) in
        [("rules", "\"dockerfile-missing-label:a@\" = 'off'\n"), ("unknown rules", "a@ = 'off'\n")]
    {
        shapes.push(toml(name, move |n| format!("[[image]]\ntag = '1'\n[rules]\n{}", numbered(part, n))));
    }
    shapes.extend([
        toml("unknown keys", |n| format!("{}[[image]]\ntag = '1'\n", numbered("a@ = 1\n", n))),
        toml("keys of the wrong type", |n| {
            format!("[[image]]\ntag = '1'\npublished = [{}]\n", "1,".repeat(n))
        }),
        toml("overrides", |n| {
            format!(
                "[[image]]\ntag = '1'\n{}",
                numbered("[[override]]\npaths = ['a@']\nrules = { HasLicense = 'off' }\n", n)
            )
        }),
        toml("paths of an override", |n| {
            format!(
                "[[image]]\ntag = '1'\n[[override]]\npaths = [{}]\nrules = {{ HasLicense = 'off' }}\n",
                numbered("'a@',", n)
            )
        }),
        toml("published tags", |n| {
            format!("[[image]]\ntag = '1'\npublished = [{}]\n", numbered("'1.@-1',", n))
        }),
        toml("build arguments", |n| {
            format!("[[image]]\ntag = '1'\n[image.build-args]\n{}", numbered("A@ = 'b'\n", n))
        }),
        toml("labels", |n| format!("[[image]]\ntag = '1'\n[image.labels]\n{}", numbered("a@ = 'b'\n", n))),
        toml("comments", |n| format!("{}[[image]]\ntag = '1'\n", "# a\n".repeat(n))),
        toml("nested arrays", |n| format!("a = {}", "[".repeat(n))),
        toml("nested keys", |n| format!("a{} = 1\n", ".a".repeat(n))),
        toml("names of images", |n| numbered("[[image]]\nname = 'a'\ntag = '1.0-@'\n", n.min(200))),
    ]);
    for (name, make) in [
        ("lines", (|n| numbered("1.@-1\n", n)) as fn(usize) -> String),
        ("wrong lines", |n| numbered("a b@\n", n)),
        ("JSON", |n| format!("{{\"Tags\":[{}\"1.0-1\"]}}", numbered("\"1.@-1\",", n))),
        ("tags of one version", |n| numbered("1.0-@\n", n)),
    ] {
        for command in ["latest", "next"] {
            shapes.push(Shape::of_text(
                format!("rekey {command}, {name}"),
                move |n| make(n).into_bytes(),
                move |text| {
                    let words: &[&str] = if command == "next" {
                        &["next", "1.0-1", "--published", "-"]
                    } else {
                        &["latest", "-"]
                    };
                    harness::reading(words, text);
                },
            ));
        }
    }
    shapes
}

/// A shape with files in a folder, which `rekey check` reads; a part has about 20 bytes.
fn files(name: &'static str, fill: fn(usize, &Path)) -> Shape {
    Shape::new(name, move |n| Work {
        size: 20 * n,
        run: {
            let folder = folder(&format!("growth files/{n}"));
            fill(n, &folder);
            Box::new(move || {
                let run = rekey(&["check", &folder.to_string_lossy()]);
                assert!(run.status < 2, "{}", run.stderr);
            })
        },
    })
}

/// A shape of a `rekey.toml`.
fn toml(name: &str, make: impl Fn(usize) -> String + 'static) -> Shape {
    Shape::new(format!("rekey.toml, {name}"), move |n| {
        let (text, folder) = (make(n), folder(&format!("growth files/toml {n}")));
        write(&folder.join("rekey.toml"), &text);
        Work {
            size: text.len(),
            run: Box::new(move || {
                rekey(&["check", &folder.to_string_lossy()]);
            }),
        }
    })
}
