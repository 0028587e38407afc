//! The matcher beside the real dnf: twelve lists of packages and thirty advisories of our own making, with epochs, `~`, `^`,
//! two architectures, `noarch`, and advisories that list only sources.
//!
//! dnf reads a repository that `createrepo_c` made, which has no packages, and a database that rpm made from empty packages.
//! Modules are left out: dnf compares them only with the metadata of an enabled module.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rekey_advisories::{Evr, Installed};

use crate::{
    oracles::{missing, of_updateinfo},
    random::Random,
    skip,
};

const LISTS: usize = 12;
const ADVISORIES: usize = 30;
const NAMES: usize = 10;
const EPOCHS: [&str; 4] = ["0", "0", "1", "2"];
const VERSIONS: [&str; 8] = ["1.0", "1.0~rc1", "1.0^git1", "1.0.1", "1.10", "1.9", "2", "1.0~rc1^git2"];
const RELEASES: [&str; 7] = ["1.el9", "2.el9", "10.el9", "2.el9_3", "2.el9_3.2", "2~beta.el9", "2^post.el9"];

fn evr(random: &mut Random) -> [&'static str; 3] {
    [random.pick(&EPOCHS), random.pick(&VERSIONS), random.pick(&RELEASES)]
}

/// The packages of this number and later are `noarch`.
const NOARCH: usize = 8;

fn arch(name: usize) -> &'static str {
    if name < NOARCH { "x86_64" } else { "noarch" }
}

#[test]
fn dnf_agrees_on_lists_of_our_own_making() {
    for program in ["dnf", "createrepo_c", "modifyrepo_c", "rpmbuild"] {
        let is_in = |folder: PathBuf| folder.join(program).is_file();
        if !std::env::var_os("PATH").iter().flat_map(std::env::split_paths).any(is_in) {
            return skip::lacks_program(program);
        }
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("dnf-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(".rpmmacros"), "%_dbpath /var/lib/rpm\n").unwrap();
    let mut random = Random::new(24);
    let updateinfo = updateinfo(&mut random);
    let file = folder.join("updateinfo.xml");
    fs::write(&file, &updateinfo).unwrap();
    let repository = folder.join("repository");
    fs::create_dir_all(&repository).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).env("HOME", &folder).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    run("createrepo_c", &["--quiet", &text(&repository)]);
    let metadata = text(&repository.join("repodata"));
    run("modifyrepo_c", &["--mdtype", "updateinfo", &text(&file), &metadata]);
    let index = of_updateinfo(updateinfo.as_bytes());
    let (mut rows, mut differences) = (0, Vec::new());
    for list in 0..LISTS {
        let releases: Vec<_> = (0..NAMES).map(|_| evr(&mut random)).collect();
        let root = folder.join(format!("root-{list}"));
        let packages = folder.join(format!("packages-{list}"));
        let spec = folder.join(format!("list-{list}.spec"));
        fs::write(&spec, self::spec(&releases)).unwrap();
        let define = format!("_topdir {}", text(&packages));
        run("rpmbuild", &["-bb", "--quiet", "--target", "x86_64", "--define", &define, &text(&spec)]);
        let root = text(&root);
        // With the path of a database and not a root, rpm needs no privileges.
        let database = format!("{root}/var/lib/rpm");
        fs::create_dir_all(&database).unwrap();
        run("rpm", &["--dbpath", &database, "--initdb"]);
        let built = ["x86_64", "noarch"].map(|arch| packages.join("RPMS").join(arch));
        let files: Vec<_> = built
            .iter()
            .flat_map(|built| fs::read_dir(built).unwrap())
            .map(|file| text(&file.unwrap().path()))
            .collect();
        assert_eq!(files.len(), NAMES);
        let options = [
            "--dbpath",
            &database,
            "--install",
            "--justdb",
            "--nodeps",
            "--ignorearch",
            "--ignoreos",
            "--nosignature",
        ];
        let install: Vec<&str> = options.into_iter().chain(files.iter().map(String::as_str)).collect();
        run("rpm", &install);
        let answers = run(
            "dnf",
            &[
                "--quiet",
                &format!("--installroot={root}"),
                "--forcearch=x86_64",
                "--releasever=9",
                "--setopt=reposdir=/nonexistent",
                "--setopt=module_platform_id=platform:el9",
                &format!("--repofrompath=u,file://{}", text(&repository)),
                "--disablerepo=*",
                "--enablerepo=u",
                "updateinfo",
                "list",
                "--security",
                "--with-cve",
            ],
        );
        // `CVE-2026-1 Important/Sec. p1-1:1.0-2.el9.x86_64`
        let row = |line: &str| {
            let parts: Vec<_> = line.split_whitespace().collect();
            format!("{} {}", parts[0], parts.last().unwrap())
        };
        let answers: BTreeSet<String> =
            answers.lines().filter(|line| line.starts_with("CVE-")).map(row).collect();
        let names: Vec<String> = (0..NAMES).map(|name| format!("p{name}")).collect();
        let installed: Vec<_> = names
            .iter()
            .zip(&releases)
            .enumerate()
            .map(|(name, (called, [epoch, version, release]))| {
                Installed::new(called, Evr::new(epoch.parse().ok(), version, release), arch(name))
                    .vendor("Red Hat, Inc.")
            })
            .collect();
        let ours = missing(&index, &installed);
        rows += answers.len();
        differences.extend(ours.symmetric_difference(&answers).map(|row| format!("list {list}: {row}")));
    }
    fs::remove_dir_all(&folder).unwrap();
    println!("{rows} rows of {LISTS} lists and {ADVISORIES} advisories, {} differences", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(rows > 100, "dnf answers with {rows} rows");
}

/// Thirty advisories about random packages.
fn updateinfo(random: &mut Random) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><updates>".to_owned();
    for advisory in 0..ADVISORIES {
        write!(
            text,
            "<update from=\"a\" status=\"final\" type=\"security\" version=\"1\"><id>RHSA-2026:{advisory}</id><title>a</title>\
             <issued date=\"2026-01-01 00:00:00\"/><severity>Important</severity><references>\
             <reference href=\"a\" id=\"CVE-2026-{advisory}\" type=\"cve\" title=\"a\"/></references>\
             <pkglist><collection short=\"a\"><name>a</name>"
        )
        .unwrap();
        for _ in 0..4 {
            let name = random.below(NAMES);
            let [epoch, version, release] = evr(random);
            let arches = match arch(name) {
                "noarch" => &["noarch"][..],
                _ => [&["x86_64", "aarch64"][..], &["x86_64"], &["aarch64"], &["src"]][random.below(4)],
            };
            for arch in arches {
                write!(
                    text,
                    "<package name=\"p{name}\" epoch=\"{epoch}\" version=\"{version}\" release=\"{release}\" arch=\"{arch}\" src=\"a\">\
                     <filename>p{name}-{version}-{release}.{arch}.rpm</filename></package>"
                )
                .unwrap();
            }
        }
        text += "</collection></pkglist></update>";
    }
    text + "</updates>"
}

/// A spec of empty packages.
fn spec(releases: &[[&str; 3]]) -> String {
    let mut spec =
        "Name: main\nVersion: 1\nRelease: 1\nSummary: a\nLicense: MIT\n%description\na\n".to_owned();
    for (name, [epoch, version, release]) in releases.iter().enumerate() {
        let noarch = if arch(name) == "noarch" { "BuildArch: noarch\n" } else { "" };
        let epoch = if *epoch == "0" { String::new() } else { format!("Epoch: {epoch}\n") };
        write!(
            spec,
            "%package -n p{name}\n{epoch}Version: {version}\nRelease: {release}\nSummary: a\n{noarch}%description -n p{name}\na\n%files -n p{name}\n"
        )
        .unwrap();
    }
    spec
}
