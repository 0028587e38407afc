//! RPM databases: those that SQLite and our own writer make, those that rpm makes, and real ones, each against `rpm -qa`.
//!
//! Where `rpm`, `rpmbuild` or the corpus is not there, that is said and passed over.

mod build;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use build::{Rpm, berkeley, header, rpm, sqlite};
use rekey_core::image::contents::Package;
use rekey_image::rpmdb::{is_database, packages};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/rpmdb-open.tar.gz");

/// More packages than a leaf holds, and more files than a page does.
fn many() -> Vec<Rpm> {
    let mut many: Vec<_> = ["bash", "coreutils", "zlib", "tzdata"]
        .into_iter()
        .cycle()
        .take(300)
        .map(|name| rpm(name, &["/usr/bin/x", "/usr/share/x/y", "/etc/x"]))
        .collect();
    let long: &'static [&'static str] = Vec::leak(
        (0..5000)
            .map(|number| &*String::leak(format!("/usr/share/zoneinfo/{}/{number}", number % 7)))
            .collect(),
    );
    many[7].files = long.iter().map(|path| (*path, 2)).collect();
    many[8].arch = "";
    many[9].files.clear();
    many[10].vendor = "(none)";
    many
}

fn expected(rpm: &Rpm) -> Package {
    let vendor = if rpm.vendor == "(none)" { "" } else { rpm.vendor };
    let file = |(path, flags): &(&str, u32)| rekey_core::image::contents::PackageFile {
        path: path.as_bytes().into(),
        flags: *flags,
    };
    Package {
        name: rpm.name.into(),
        epoch: None,
        version: rpm.version.into(),
        release: rpm.release.into(),
        arch: rpm.arch.into(),
        vendor: vendor.into(),
        install_time: rpm.time,
        files: rpm.files.iter().map(file).collect(),
    }
}

#[test]
fn what_was_written_is_read() {
    let many = many();
    let headers: Vec<_> = many.iter().map(header).collect();
    let expected: Vec<_> = many.iter().map(expected).collect();
    for database in [sqlite(&headers), berkeley(&headers, false), berkeley(&headers, true)] {
        assert!(is_database(&database[..16]));
        assert_eq!(packages(&database).unwrap(), expected);
    }
    for empty in [sqlite(&[]), berkeley(&[], false)] {
        assert_eq!(packages(&empty).unwrap(), []);
    }
}

#[test]
fn damage_is_an_error_with_a_place_or_does_not_matter() {
    let headers: Vec<_> = many().iter().take(40).map(header).collect();
    for database in [sqlite(&headers), berkeley(&headers, false), berkeley(&headers, true)] {
        for cut in (0..database.len()).step_by(database.len() / 150) {
            assert!(packages(&database[..cut]).is_err(), "cut at {cut} of {}", database.len());
        }
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..600 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut damaged = database.clone();
            // Half of the damage goes where the structure is.
            let span = if state & 1 == 0 { damaged.len() } else { 8192 };
            let at = usize::try_from(state >> 8).unwrap() % span;
            damaged[at] = u8::try_from(state >> 56).unwrap();
            let _ = packages(&damaged);
        }
    }
}

#[test]
fn trees_that_lead_into_themselves_end() {
    let headers: Vec<_> = many().iter().map(header).collect();
    let database = sqlite(&headers);
    let page_size = usize::from(u16::from_be_bytes([database[16], database[17]]));
    // Every interior page's children become its own number.
    let mut looped = database.clone();
    for number in 2..=database.len() / page_size {
        let start = (number - 1) * page_size;
        if looped[start] == 5 {
            let own = u32::try_from(number).unwrap().to_be_bytes();
            looped[start + 8..start + 12].copy_from_slice(&own);
        }
    }
    assert!(packages(&looped).unwrap_err().to_string().contains("page"), "{:?}", packages(&looped));
    // An overflow chain whose pages follow themselves.
    let mut looped = berkeley(&headers, false);
    for page in looped.chunks_mut(4096).filter(|page| page[25] == 7) {
        let own: [u8; 4] = page[8..12].try_into().unwrap();
        page[16..20].copy_from_slice(&own);
    }
    assert!(packages(&looped).unwrap_err().to_string().contains("more pages are named than there are"));
}

#[test]
fn a_directory_that_is_named_by_every_file_is_not_written_out_for_each() {
    // 300 KB of header that would be 20 GB of paths.
    let folder: &'static str = String::leak(format!("/{}", "x".repeat(200_000)));
    let mut bomb = rpm("bomb", &[]);
    let path: &'static str = String::leak(format!("{folder}/y"));
    bomb.files = vec![(path, 0); 10_000];
    let error = packages(&sqlite(&[header(&bomb)])).unwrap_err().to_string();
    assert_eq!(error, "package 0: its paths are longer than is read");
}

/// What `rpm -qa` says of a database: a line for each package and one for each file.
fn asked(folder: &Path, backend: &str) -> Option<Vec<String>> {
    let format = "P %{NAME} %{EPOCH} %{VERSION} %{RELEASE} %|ARCH?{%{ARCH}}:{}| %{INSTALLTIME} %|VENDOR?{%{VENDOR}}:{}|\\n[F %{FILEFLAGS:hex} %{FILENAMES}\\n]";
    let output = Command::new("rpm")
        .args(["-qa", "--nodigest", "--nosignature", "--dbpath"])
        .arg(folder)
        .args(["--define", &format!("_db_backend {backend}"), "--qf", format])
        .output();
    let Ok(output) = output else {
        println!("skipped: rpm is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(sorted(text.lines().map(str::to_owned)))
}

/// The same out of our reader.
fn said(database: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for package in packages(database).unwrap() {
        let Package { name, epoch, version, release, arch, vendor, install_time, files } = package;
        let epoch = epoch.map_or("(none)".into(), |epoch| epoch.to_string());
        lines.push(format!("P {name} {epoch} {version} {release} {arch} {install_time} {vendor}"));
        let file = |file: &rekey_core::image::contents::PackageFile| {
            format!("F {:x} {}", file.flags, String::from_utf8_lossy(&file.path))
        };
        lines.extend(files.iter().map(file));
    }
    sorted(lines.into_iter())
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

#[track_caller]
fn agrees(name: &str, folder: &Path, backend: &str, database: &[u8]) {
    let Some(asked) = asked(folder, backend) else { return };
    let said = said(database);
    println!("{name}: {} lines", said.len());
    if let Some((theirs, ours)) = asked.iter().zip(&said).find(|(theirs, ours)| theirs != ours) {
        panic!("{name}: rpm says {theirs}, we say {ours}");
    }
    assert_eq!(asked.len(), said.len(), "{name}");
}

/// A folder of a test, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rekey-rpmdb-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn rpm_reads_the_same_out_of_what_it_wrote_itself() {
    const SPEC: &str = "
Name: NAME
Version: 1.0~beta
Release: 1.el9
EPOCH
Summary: a test
License: MIT
Vendor: Acme, \u{e9}
%description
a test
%install
mkdir -p %{buildroot}/usr/share/\u{e9}t\u{e9} %{buildroot}/usr/bin %{buildroot}/etc/NAME %{buildroot}/usr/share/doc/NAME
FILES
%files
%config(noreplace) /etc/NAME/conf
%doc /usr/share/doc/NAME/README
%license /usr/share/doc/NAME/LICENSE
%ghost /usr/bin/NAME-ghost
/usr/share/\u{e9}t\u{e9}
%dir /etc/NAME
/usr/bin/*
";
    let folder = Folder::new("made");
    let database = folder.0.join("db");
    let mut built = Vec::new();
    for (name, epoch, count) in
        [("acme", "Epoch: 3", 1), ("beta", "", 3000), ("name-with-dash", "Epoch: 0", 2)]
    {
        let file = |number| format!("echo {number} > %{{buildroot}}/usr/bin/{name}-{number}\n");
        let files: Vec<_> = (0..count).map(file).collect();
        let files = files.concat();
        let more = format!(
            "{files}touch %{{buildroot}}/etc/{name}/conf %{{buildroot}}/usr/bin/{name}-ghost\n\
             touch %{{buildroot}}/usr/share/doc/{name}/README %{{buildroot}}/usr/share/doc/{name}/LICENSE"
        );
        let spec = SPEC.replace("FILES", &more).replace("EPOCH", epoch).replace("NAME", name);
        let path = folder.0.join(format!("{count}.spec"));
        fs::write(&path, spec).unwrap();
        let output = Command::new("rpmbuild")
            .args(["-bb", "--quiet", "--target", "x86_64", "--define"])
            .arg(format!("_topdir {}", folder.0.display()))
            .arg(&path)
            .output();
        let Ok(output) = output else { return println!("skipped: rpmbuild is not installed") };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        built =
            fs::read_dir(folder.0.join("RPMS/x86_64")).unwrap().map(|entry| entry.unwrap().path()).collect();
    }
    let install = Command::new("rpm")
        .args(["-i", "--justdb", "--nodeps", "--noscripts", "--ignorearch", "--dbpath"])
        .arg(&database)
        .args(["--define", "_db_backend sqlite"])
        .args(&built)
        .output()
        .unwrap();
    assert!(install.status.success(), "{}", String::from_utf8_lossy(&install.stderr));
    let bytes = fs::read(database.join("rpmdb.sqlite")).unwrap();
    assert_eq!(packages(&bytes).unwrap().len(), 3);
    agrees("made by rpm", &database, "sqlite", &bytes);
    // The same headers in the other format.
    let blobs = blobs(&bytes);
    let other = Folder::new("made-bdb");
    let bytes = berkeley(&blobs, false);
    fs::write(other.0.join("Packages"), &bytes).unwrap();
    agrees("the same as Berkeley DB", &other.0, "bdb_ro", &bytes);
}

/// The headers of an SQLite database, as SQLite reads them.
fn blobs(database: &[u8]) -> Vec<Vec<u8>> {
    let folder = Folder::new("blobs");
    let path = folder.0.join("rpmdb.sqlite");
    fs::write(&path, database).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut rows = connection.prepare("SELECT blob FROM Packages").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn rpm_reads_the_same_out_of_real_databases() {
    let Ok(archive) = fs::File::open(CORPUS) else {
        return println!("skipped: the corpus is not beside the checkout");
    };
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        files.insert(path, bytes);
    }
    let mut asked = 0;
    for (path, bytes) in files.iter().filter(|(_, bytes)| is_database(bytes)) {
        let folder = Folder::new(&format!("corpus-{asked}"));
        let (name, backend) = match path.file_name().and_then(|name| name.to_str()).unwrap() {
            "rpmdb.sqlite" => ("rpmdb.sqlite", "sqlite"),
            "Packages" | "Packages-small" => ("Packages", "bdb_ro"),
            _ => {
                assert!(packages(bytes).unwrap_err().to_string().contains("ndb"));
                continue;
            }
        };
        fs::write(folder.0.join(name), bytes).unwrap();
        agrees(&path.display().to_string(), &folder.0, backend, bytes);
        asked += 1;
    }
    assert_eq!(asked, 3);
}
