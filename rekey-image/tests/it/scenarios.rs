//! One image that passes, and one for each way of failing and each pitfall of preflight's code: preflight's
//! verdicts, and the places of rekey's findings. Used by the tests and by the comparison with the real
//! preflight.

use crate::build::{
    Image, Item, Layer, Rpm, database, file, hardlink, header, layer, mode, rpm, sqlite, symlink,
};

pub(crate) const SQLITE: &str = "var/lib/rpm/rpmdb.sqlite";
pub(crate) const SYSIMAGE: &str = "usr/lib/sysimage/rpm/rpmdb.sqlite";

/// An image with its expected results.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) image: Image,
    pub(crate) tag: &'static str,
    /// The checks that do not pass, each with `fail` or `error`.
    pub(crate) verdicts: &'static [(&'static str, &'static str)],
    /// Expected findings: rule, layer and path in it.
    pub(crate) evidence: &'static [(&'static str, Option<u32>, &'static str)],
    /// True if preflight rejects the image as a whole.
    pub(crate) refused: bool,
}

impl Scenario {
    fn new(name: &'static str, image: Image) -> Self {
        Self { name, image, tag: "1.0-1", verdicts: &[], evidence: &[], refused: false }
    }

    fn says(self, verdicts: &'static [(&'static str, &'static str)]) -> Self {
        Self { verdicts, ..self }
    }

    fn points_at(self, evidence: &'static [(&'static str, Option<u32>, &'static str)]) -> Self {
        Self { evidence, ..self }
    }
}

fn bash() -> Rpm {
    rpm("bash", &["/usr/bin/bash", "/usr/bin/sh", "/usr/share/bash/deep/file"])
}

fn coreutils() -> Rpm {
    let mut coreutils =
        rpm("coreutils", &["/usr/bin/ls", "/usr/bin/su", "/etc/coreutils", "/usr/lib/x.cache"]);
    // Flags of rpm's `rpmfiles.h`: a configuration file, a document.
    coreutils.files.extend([("/usr/share/coreutils.conf", 1), ("/usr/share/doc/coreutils", 2)]);
    coreutils
}

fn packages() -> Vec<Rpm> {
    let mut acme = rpm("acme-tool", &["/usr/bin/acme"]);
    acme.vendor = "Acme";
    vec![bash(), coreutils(), acme]
}

const OS_RELEASE: &str = "NAME=\"Red Hat Enterprise Linux\"\nID=\"rhel\"\nPLATFORM_ID=\"platform:el9\"\n";

/// A base like UBI's, with its database at `place`.
fn base_at(place: &str, packages: &[Rpm]) -> Layer {
    layer(
        "FROM scratch",
        vec![
            Item::Directory("./".into()),
            Item::Directory("usr/".into()),
            Item::Directory("usr/bin/".into()),
            symlink("etc/os-release", "../usr/lib/os-release"),
            file("usr/lib/os-release", OS_RELEASE),
            file("usr/bin/bash", "bash"),
            hardlink("usr/bin/sh", "usr/bin/bash"),
            file("usr/bin/ls", "ls"),
            mode("usr/bin/su", 0o4755),
            file("usr/bin/acme", "acme"),
            file("etc/coreutils", "x"),
            file("usr/share/coreutils.conf", "x"),
            file("usr/share/bash/deep/file", "x"),
            database(place, packages),
        ],
    )
}

fn base() -> Layer {
    base_at(SQLITE, &packages())
}

fn licenses() -> Layer {
    layer("COPY licenses /licenses", vec![file("licenses/LICENSE", "MIT"), file("opt/app", "app")])
}

/// The image that passes, with layers on top of it.
fn with(layers: Vec<Layer>) -> Image {
    image([vec![base(), licenses()], layers].concat())
}

fn image(layers: Vec<Layer>) -> Image {
    let labels = [
        ("name", "app"),
        ("vendor", "Acme"),
        ("version", "1.0"),
        ("release", "1"),
        ("summary", "an app"),
        ("description", "an app of Acme"),
        ("maintainer", "Acme"),
    ];
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Image { layers, user: "1001".into(), labels, architecture: String::new() }
}

fn top(items: Vec<Item>) -> Image {
    with(vec![layer("RUN do-it", items)])
}

/// An upper layer whose database has `package` in place of the one with the same name.
fn updated(package: &Rpm, items: Vec<Item>) -> Image {
    let packages: Vec<_> = packages()
        .into_iter()
        .map(|own| if own.name == package.name { package.clone() } else { own })
        .collect();
    top([items, vec![database(SQLITE, &packages)]].concat())
}

fn without_license(layers: Vec<Layer>) -> Image {
    image([vec![base()], layers].concat())
}

const LICENSE: &[(&str, &str)] = &[("HasLicense", "fail")];
const MODIFIED: &[(&str, &str)] = &[("HasModifiedFiles", "fail")];

pub(crate) fn scenarios() -> Vec<Scenario> {
    let changed = |change: fn(&mut Image)| {
        let mut image = with(Vec::new());
        change(&mut image);
        image
    };
    let label = |key: &'static str, value: Option<&'static str>| {
        let mut image = with(Vec::new());
        match value {
            Some(value) => drop(image.labels.insert(key.into(), value.into())),
            None => drop(image.labels.remove(key)),
        }
        image
    };
    let installed = |name: &'static str| {
        let more = [packages(), vec![rpm(name, &[])]].concat();
        with(vec![layer("RUN dnf install it", vec![database(SQLITE, &more)])])
    };
    let layers = |count: usize| {
        let more = (2..count).map(|number| layer("RUN x", vec![file("opt/x", &number.to_string())]));
        with(more.collect())
    };
    let mut all = vec![
        Scenario::new("passes", with(Vec::new())),
        // HasLicense
        Scenario::new("no-license", without_license(vec![])).says(LICENSE).points_at(&[(
            "image-missing-license",
            None,
            "",
        )]),
        Scenario::new("license-empty", without_license(vec![layer("x", vec![file("licenses/LICENSE", "")])]))
            .says(LICENSE)
            .points_at(&[("image-missing-license", Some(1), "licenses/LICENSE")]),
        Scenario::new("license-a-file", without_license(vec![layer("x", vec![file("licenses", "MIT")])]))
            .says(LICENSE),
        Scenario::new(
            "license-below",
            without_license(vec![layer("x", vec![file("licenses/a/b/LICENSE", "MIT")])]),
        ),
        Scenario::new(
            "license-folder-linked",
            without_license(vec![layer(
                "x",
                vec![
                    symlink("licenses", "/usr/share/licenses"),
                    file("usr/share/licenses/app/LICENSE", "MIT"),
                ],
            )]),
        ),
        Scenario::new(
            "license-folder-linked-in-upper-layer",
            without_license(vec![
                layer("x", vec![file("usr/share/licenses/LICENSE", "MIT")]),
                layer("x", vec![symlink("licenses", "usr/share/licenses")]),
            ]),
        ),
        Scenario::new(
            "license-linked",
            without_license(vec![layer(
                "x",
                vec![symlink("licenses/LICENSE", "../usr/share/LICENSE"), file("usr/share/LICENSE", "MIT")],
            )]),
        ),
        Scenario::new(
            "license-linked-by-absolute-target",
            without_license(vec![layer(
                "x",
                vec![symlink("licenses/LICENSE", "/usr/share/LICENSE"), file("usr/share/LICENSE", "MIT")],
            )]),
        )
        .says(LICENSE)
        .points_at(&[("image-license-undetected", Some(1), "usr/share/LICENSE")]),
        Scenario::new(
            "license-hard-link",
            without_license(vec![layer(
                "x",
                vec![file("usr/share/LICENSE", "MIT"), hardlink("licenses/LICENSE", "usr/share/LICENSE")],
            )]),
        )
        .says(LICENSE)
        .points_at(&[("image-license-undetected", Some(1), "usr/share/LICENSE")]),
        Scenario::new(
            "license-hard-link-within",
            without_license(vec![layer(
                "x",
                vec![file("licenses/A", "MIT"), hardlink("licenses/B", "licenses/A")],
            )]),
        ),
        Scenario::new(
            "license-through-two-links",
            without_license(vec![layer(
                "x",
                vec![
                    symlink("licenses", "/opt/l"),
                    symlink("opt/l", "../data/l"),
                    file("data/l/LICENSE", "MIT"),
                ],
            )]),
        ),
        Scenario::new(
            "license-behind-a-linked-folder",
            without_license(vec![layer(
                "x",
                vec![symlink("licenses", "/srv/l"), symlink("srv", "data"), file("data/l/LICENSE", "MIT")],
            )]),
        )
        .says(LICENSE)
        .points_at(&[("image-license-undetected", Some(1), "data/l/LICENSE")]),
        Scenario::new("license-link-broken", top(vec![symlink("licenses/OTHER", "../nowhere")]))
            .points_at(&[("image-license-link-broken", None, "")]),
        Scenario::new("license-whited-out", top(vec![file(".wh.licenses", "")])).says(LICENSE),
        Scenario::new("license-file-whited-out", top(vec![file("licenses/.wh.LICENSE", "")])).says(LICENSE),
        Scenario::new("license-hidden-by-opaque", top(vec![file("licenses/.wh..wh..opq", "")])).says(LICENSE),
        Scenario::new(
            "license-beside-opaque",
            top(vec![file("licenses/.wh..wh..opq", ""), file("licenses/OTHER", "MIT")]),
        ),
        Scenario::new(
            "license-twice-in-a-layer",
            top(vec![file("licenses/LICENSE", ""), file("licenses/LICENSE", "MIT")]),
        )
        .says(LICENSE),
        Scenario::new(
            "license-dot-slash",
            without_license(vec![layer("x", vec![file("./licenses/LICENSE", "MIT")])]),
        ),
        // HasUniqueTag
        Scenario { tag: "Latest", ..Scenario::new("tag-latest-in-capitals", with(Vec::new())) }
            .says(&[("HasUniqueTag", "fail")]),
        // LayerCountAcceptable
        Scenario::new("layers-40", layers(40)).points_at(&[("image-layer-limit", None, "")]),
        Scenario::new("layers-41", layers(41)).says(&[("LayerCountAcceptable", "fail")]).points_at(&[(
            "image-too-many-layers",
            None,
            "",
        )]),
        // HasNoProhibitedPackages
        Scenario::new("kernel", installed("kernel-core"))
            .says(&[("HasNoProhibitedPackages", "fail")])
            .points_at(&[("image-prohibited-package", Some(2), SQLITE)]),
        Scenario::new("kpatch", installed("kpatch-patch-5_14"))
            .says(&[("HasNoProhibitedPackages", "fail")])
            .points_at(&[("image-prohibited-package", Some(2), SQLITE)]),
        Scenario::new("kernel-headers", installed("kernel-headers")),
        Scenario::new(
            "no-rpm-database",
            image(vec![layer(
                "x",
                vec![file("etc/os-release", OS_RELEASE), file("licenses/LICENSE", "MIT")],
            )]),
        )
        .says(&[("HasNoProhibitedPackages", "error")])
        .points_at(&[("image-missing-rpm-database", None, "")]),
        Scenario::new("rpm-database-removed", top(vec![file("var/lib/rpm/.wh.rpmdb.sqlite", "")]))
            .says(&[("HasNoProhibitedPackages", "error")]),
        // Labels and user
        Scenario::new("label-missing", label("release", None)).says(&[("HasRequiredLabel", "fail")]),
        Scenario::new("label-empty", label("summary", Some(""))).says(&[("HasRequiredLabel", "fail")]),
        Scenario::new("label-blank", label("summary", Some(" "))),
        Scenario::new("label-trademark", label("vendor", Some("Red Hat, Inc.")))
            .says(&[("HasNoProhibitedLabels", "fail")]),
        Scenario::new("label-for-red-hat", label("name", Some("app for Red Hat"))),
        Scenario::new("no-user", changed(|image| image.user.clear())).says(&[("RunAsNonRoot", "fail")]),
        Scenario::new("user-root", changed(|image| image.user = "root".into()))
            .says(&[("RunAsNonRoot", "fail")]),
        Scenario::new("user-root-unseen", changed(|image| image.user = "0:0".into())).points_at(&[(
            "image-user-root-undetected",
            None,
            "",
        )]),
        // HasModifiedFiles
        Scenario::new("file-changed", top(vec![file("usr/bin/bash", "other")]))
            .says(MODIFIED)
            .points_at(&[("image-files-modified", Some(2), "usr/bin/bash")]),
        Scenario::new(
            "file-changed-in-license-layer-too",
            top(vec![file("usr/bin/ls", "other"), file("usr/bin/bash", "o")]),
        )
        .says(MODIFIED)
        .points_at(&[
            ("image-files-modified", Some(2), "usr/bin/bash"),
            ("image-files-modified", Some(2), "usr/bin/ls"),
        ]),
        Scenario::new("file-removed", top(vec![file("usr/bin/.wh.bash", "")])).says(MODIFIED).points_at(&[(
            "image-files-modified",
            Some(2),
            "usr/bin/bash",
        )]),
        Scenario::new("file-made-a-link", top(vec![symlink("usr/bin/ls", "/opt/app")]))
            .says(MODIFIED)
            .points_at(&[("image-files-modified", Some(2), "usr/bin/ls")]),
        Scenario::new("folder-removed", top(vec![file("usr/share/.wh.bash", "")])).points_at(&[(
            "image-files-modified-undetected",
            Some(2),
            "usr/share/bash/deep/file",
        )]),
        Scenario::new("folder-opaque", top(vec![file("usr/share/bash/.wh..wh..opq", "")])).points_at(&[(
            "image-files-modified-undetected",
            Some(2),
            "usr/share/bash/deep/file",
        )]),
        Scenario::new("setuid-removed", top(vec![mode("usr/bin/su", 0o755)])),
        Scenario::new("setuid-kept", top(vec![mode("usr/bin/su", 0o4755)])).says(MODIFIED).points_at(&[(
            "image-files-modified",
            Some(2),
            "usr/bin/su",
        )]),
        Scenario::new("third-party-changed", top(vec![file("usr/bin/acme", "other")])).points_at(&[(
            "image-files-modified-third-party",
            Some(2),
            "usr/bin/acme",
        )]),
        Scenario::new(
            "config-changed",
            top(vec![file("usr/share/coreutils.conf", "o"), file("etc/coreutils", "o")]),
        ),
        Scenario::new("cache-changed", top(vec![file("usr/lib/x.cache", "o")])),
        Scenario::new(
            "with-capability",
            top(vec![Item::File {
                path: "usr/bin/ls".into(),
                bytes: b"ls".to_vec(),
                mode: 0o755,
                capability: true,
            }]),
        ),
        Scenario::new(
            "changed-and-pointed-at",
            top(vec![file("usr/bin/ls", "other"), symlink("opt/ls", "/usr/bin/ls")]),
        )
        .points_at(&[("image-files-modified-undetected", Some(2), "usr/bin/ls")]),
        Scenario::new(
            "changed-and-pointed-at-relatively",
            top(vec![file("usr/bin/ls", "other"), symlink("usr/bin/dir", "ls")]),
        )
        .says(MODIFIED),
        Scenario::new(
            "updated",
            updated(&Rpm { release: "2.el9", ..bash() }, vec![file("usr/bin/bash", "new")]),
        ),
        Scenario::new(
            "reinstalled",
            updated(&Rpm { time: 1_800_000_000, ..bash() }, vec![file("usr/bin/bash", "new")]),
        ),
        Scenario::new("database-alone", updated(&bash(), vec![file("usr/bin/bash", "new")]))
            .says(MODIFIED)
            .points_at(&[("image-files-modified", Some(2), "usr/bin/bash")]),
        Scenario::new(
            "other-distribution",
            updated(
                &Rpm { release: "2.fc40", vendor: "Fedora", ..bash() },
                vec![file("usr/bin/bash", "new")],
            ),
        )
        .says(MODIFIED)
        .points_at(&[("image-package-distribution", Some(2), "usr/bin/bash")]),
        Scenario::new(
            "other-architecture",
            updated(&Rpm { release: "2.el9", arch: "i686", ..bash() }, vec![file("usr/bin/bash", "new")]),
        )
        .says(MODIFIED)
        .points_at(&[("image-package-architecture", Some(2), "usr/bin/bash")]),
        Scenario::new("new-package", {
            let more = [packages(), vec![rpm("zip", &["/usr/bin/zip"])]].concat();
            top(vec![file("usr/bin/zip", "zip"), database(SQLITE, &more)])
        }),
        Scenario::new(
            "removed-package",
            top(vec![file("usr/bin/.wh.acme", ""), database(SQLITE, &[bash(), coreutils()])]),
        ),
        Scenario::new("two-architectures", {
            let more = [packages(), vec![Rpm { arch: "i686", ..bash() }]].concat();
            top(vec![file("usr/bin/zip", "zip"), database(SQLITE, &more)])
        }),
        Scenario::new("two-architectures-of-a-name-with-a-dash", {
            let both = |arch| Rpm { arch, ..rpm("bash-libs", &["/usr/share/bash-libs"]) };
            let first = [packages(), vec![both("x86_64")]].concat();
            let second = [first.clone(), vec![both("i686")]].concat();
            with(vec![
                layer("RUN a", vec![file("usr/share/bash-libs", "x"), database(SQLITE, &first)]),
                layer("RUN b", vec![file("usr/share/bash-libs", "x"), database(SQLITE, &second)]),
            ])
        })
        .says(MODIFIED)
        .points_at(&[("image-package-architecture", Some(3), "usr/share/bash-libs")]),
        Scenario::new("no-os-release", top(vec![file("usr/lib/.wh.os-release", "")]))
            .says(&[("HasModifiedFiles", "error")])
            .points_at(&[("image-missing-os-release", None, "")]),
        Scenario::new(
            "os-release-without-platform",
            top(vec![file("usr/lib/os-release", "ID=rhel\n"), file("usr/bin/bash", "other")]),
        )
        .says(MODIFIED),
        Scenario::new("database-without-its-folder", {
            let mut image = top(vec![file("usr/bin/bash", "other")]);
            let bytes = sqlite(&packages().iter().map(header).collect::<Vec<_>>());
            image.layers[0].items.retain(|item| !matches!(item, Item::Database { .. }));
            image.layers[0].items.push(Item::File {
                path: SQLITE.into(),
                bytes,
                mode: 0o644,
                capability: false,
            });
            image
        })
        .points_at(&[("image-files-modified-undetected", Some(2), "usr/bin/bash")]),
        Scenario::new("file-beside-the-database-without-its-folder", {
            let mut image = top(vec![file("usr/bin/bash", "other")]);
            image.layers[0].items.push(file("var/lib/rpm-state/x", "x"));
            image
        })
        .points_at(&[("image-files-modified-undetected", Some(2), "usr/bin/bash")]),
        Scenario::new("database-of-ubi10", {
            let mut image = top(vec![file("usr/bin/bash", "other")]);
            image.layers[0] = base_at(SYSIMAGE, &packages());
            image
        })
        .points_at(&[("image-files-modified-undetected", Some(2), "usr/bin/bash")]),
        Scenario::new("database-of-ubi10-linked", {
            let mut image = with(Vec::new());
            image.layers[0] = base_at(SYSIMAGE, &packages());
            image.layers[0].items.push(symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"));
            image
        }),
        // Defects of an archive.
        Scenario::new("link-outside", top(vec![symlink("opt/x", "../../../etc/passwd")])).points_at(&[(
            "image-link-outside",
            Some(2),
            "opt/x",
        )]),
    ];
    all.push(Scenario {
        refused: true,
        ..Scenario::new("path-outside", top(vec![file("../etc/passwd", "x")])).points_at(&[(
            "image-unsafe-path",
            Some(2),
            "../etc/passwd",
        )])
    });
    all
}

/// An image with random layers from the parts of the scenarios, the same for the same number.
pub(crate) fn drawn(number: u64) -> Image {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    let places = [SQLITE, SQLITE, SQLITE, SYSIMAGE, "var/lib/rpm/Packages"];
    let mut installed = packages();
    let mut layers = vec![base_at(places[below(places.len())], &installed)];
    for _ in 0..=below(4) {
        let mut items = Vec::new();
        for _ in 0..=below(5) {
            let files =
                ["usr/bin/bash", "usr/bin/sh", "usr/bin/ls", "usr/bin/su", "usr/bin/acme", "usr/lib/x.cache"];
            let more = [
                "usr/share/bash/deep/file",
                "etc/coreutils",
                "licenses/LICENSE",
                "licenses/a/LICENSE",
                "data/l/L",
            ];
            let all = [&files[..], &more[..]].concat();
            let path = all[below(all.len())];
            let (folder, name) = path.rsplit_once('/').unwrap();
            let targets = [
                "/usr/bin/bash",
                "../usr/bin/ls",
                "licenses",
                "/data/l",
                "data/l",
                "../data/l/L",
                "usr/bin/su",
                "bash",
            ];
            let target = targets[below(targets.len())];
            items.push(match below(16) {
                0..=3 => file(path, "changed"),
                4 => file(path, ""),
                5 => mode(path, 0o755),
                6 => mode(path, 0o4755),
                7 | 8 => file(&format!("{folder}/.wh.{name}"), ""),
                9 => file(&format!("{folder}/.wh..wh..opq"), ""),
                10 => symlink(path, target),
                11 => hardlink(path, target),
                12 => symlink(["licenses", "opt/l", "srv", "data", "etc/os-release"][below(5)], target),
                13 => file(&format!("./{path}"), "changed"),
                14 => file(
                    [".wh.licenses", "usr/lib/.wh.os-release", "usr/.wh.bin", "var/lib/rpm-state/x"]
                        [below(4)],
                    "",
                ),
                _ => {
                    let own = below(installed.len());
                    let package = &mut installed[own];
                    match below(7) {
                        0 => package.release = "2.el9",
                        1 => package.release = "2.fc40",
                        2 => package.arch = "i686",
                        3 => package.time += 1,
                        4 => package.vendor = "Acme",
                        5 => drop(installed.remove(own)),
                        _ => {
                            let other = Rpm { arch: "i686", ..package.clone() };
                            installed.push(other);
                        }
                    }
                    if installed.is_empty() {
                        installed = packages();
                    }
                    database(places[below(places.len())], &installed)
                }
            });
        }
        layers.push(layer("RUN drawn", items));
    }
    image(layers)
}
