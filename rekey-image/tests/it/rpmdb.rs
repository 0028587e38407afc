//! RPM databases, each compared with `rpm -qa`: those written by SQLite and by the tests, those made by rpm,
//! and real ones.
//!
//! Tests without `rpm`, `rpmbuild` or the corpus print that they were skipped.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::build::{Folder, INT32, Rpm, STRING, STRING_ARRAY, Tag, berkeley, header, laid_out, rpm, sqlite};
use rekey_core::image::contents::Package;
use rekey_image::rpmdb::{MAX_FILES, MAX_HEADER_BYTES, MAX_PACKAGES, is_database, package, packages};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/rpmdb-open.tar.gz");

/// More packages than fit in a leaf, and more files than fit in a page.
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
fn written_databases_can_be_read() {
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
fn damage_is_an_error_with_a_place_or_has_no_effect() {
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
            // Half of the damage hits the structure.
            let span = if state & 1 == 0 { damaged.len() } else { 8192 };
            let at = usize::try_from(state >> 8).unwrap() % span;
            damaged[at] = u8::try_from(state >> 56).unwrap();
            let _ = packages(&damaged);
        }
    }
}

#[test]
fn cyclic_trees_terminate() {
    let headers: Vec<_> = many().iter().map(header).collect();
    let database = sqlite(&headers);
    let page_size = usize::from(u16::from_be_bytes([database[16], database[17]]));
    // The children of every interior page become its own number.
    let mut looped = database.clone();
    for number in 2..=database.len() / page_size {
        let start = (number - 1) * page_size;
        if looped[start] == 5 {
            let own = u32::try_from(number).unwrap().to_be_bytes();
            looped[start + 8..start + 12].copy_from_slice(&own);
        }
    }
    assert!(packages(&looped).unwrap_err().to_string().contains("page"), "{:?}", packages(&looped));
    // An overflow chain whose pages point to themselves.
    let mut looped = berkeley(&headers, false);
    for page in looped.chunks_mut(4096).filter(|page| page[25] == 7) {
        let own: [u8; 4] = page[8..12].try_into().unwrap();
        page[16..20].copy_from_slice(&own);
    }
    assert!(packages(&looped).unwrap_err().to_string().contains("more pages are named than there are"));
}

#[test]
fn any_page_may_name_any_other() {
    // Every four bytes that contain a page number are replaced by each of the other pages in turn: children,
    // overflow pages, free ones.
    let many: Vec<_> = (0..12).map(|_| header(&rpm("bash", &["/usr/bin/bash"]))).collect();
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection
        .execute_batch("PRAGMA page_size=512; CREATE TABLE Packages(n INTEGER PRIMARY KEY, b BLOB)")
        .unwrap();
    for (number, header) in many.iter().enumerate() {
        let long = [header, &vec![0; 700 * (number % 3)][..]].concat();
        connection.execute("INSERT INTO Packages(b) VALUES (?1)", [long]).unwrap();
    }
    connection.execute("DELETE FROM Packages WHERE n % 5 = 0", []).unwrap();
    let sqlite = connection.serialize(rusqlite::MAIN_DB).unwrap().to_vec();
    let number =
        |big: bool, bytes: [u8; 4]| if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    let mut tried = 0;
    for (mut database, page_size, big) in
        [(sqlite, 512, true), (berkeley(&many, false), 4096, false), (berkeley(&many, true), 4096, true)]
    {
        let whole = packages(&database).unwrap().len();
        let pages = u32::try_from(database.len() / page_size).unwrap();
        for at in (0..database.len() - 4).filter(|at| page_size == 512 || at % page_size < 40) {
            let named = number(big, database[at..at + 4].try_into().unwrap());
            if !(1..=pages).contains(&named) {
                continue;
            }
            let own: [u8; 4] = database[at..at + 4].try_into().unwrap();
            for other in [0, 1, 2, pages / 2, pages - 1, pages, pages + 1, u32::MAX] {
                let bytes = if big { other.to_be_bytes() } else { other.to_le_bytes() };
                database[at..at + 4].copy_from_slice(&bytes);
                tried += 1;
                if let Ok(found) = packages(&database) {
                    // A page that is referred to twice is read at most twice, and its bytes count each time.
                    assert!(found.len() <= 2 * whole, "{at} {other}");
                }
            }
            database[at..at + 4].copy_from_slice(&own);
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn a_directory_of_many_files_is_not_copied_for_each() {
    // A header of 300 KB that would expand to 20 GB of paths.
    let folder: &'static str = String::leak(format!("/{}", "x".repeat(200_000)));
    let mut bomb = rpm("bomb", &[]);
    let path: &'static str = String::leak(format!("{folder}/y"));
    bomb.files = vec![(path, 0); 10_000];
    let error = packages(&sqlite(&[header(&bomb)])).unwrap_err().to_string();
    assert_eq!(error, "package 0: its names and paths are longer than is read");
}

/// The message of an error.
#[track_caller]
fn refused(database: &[u8]) -> String {
    packages(database).unwrap_err().to_string()
}

#[test]
fn every_truncation_of_a_small_database_is_an_error_or_loses_nothing() {
    let headers = [header(&rpm("bash", &["/usr/bin/bash", "/etc/x"])), header(&rpm("zlib", &[]))];
    for database in [sqlite(&headers), berkeley(&headers, false), berkeley(&headers, true)] {
        let whole = packages(&database).unwrap();
        for cut in 0..database.len() {
            // SQLite treats the beginning of a page as a page; the last one here has no packages.
            let last = cut > database.len() - 4096;
            if let Ok(found) = packages(&database[..cut]) {
                assert!(last && found == whole, "cut at {cut} of {}", database.len());
            }
        }
    }
}

#[test]
fn sqlite_databases_of_other_kinds_are_reported() {
    let headers = [header(&rpm("bash", &["/usr/bin/bash"]))];
    let database = sqlite(&headers);
    for (at, byte, error) in [
        (16, 3, "page 1: a page size that SQLite does not have"),
        (19, 3, "an SQLite database of another version is not supported"),
        (21, 65, "an SQLite database of another version is not supported"),
        (47, 5, "an SQLite schema of another version is not supported"),
        (59, 2, "an SQLite database in UTF-16 is not supported"),
        (31, 200, "page 1: it names more pages than the database has"),
        (100, 10, "page 1: it is not a page of a table"),
    ] {
        let mut other = database.clone();
        other[at] = byte;
        assert_eq!(refused(&other), error, "byte {at}");
    }
    // With a log, as the two version fields say.
    let mut logged = database;
    (logged[18], logged[19]) = (2, 2);
    assert_eq!(packages(&logged).unwrap().len(), 1);
}

#[test]
fn sqlite_databases_are_read_with_any_page_size_and_rejected_with_another_table() {
    let many = many();
    let expected: Vec<_> = many.iter().map(expected).collect();
    let made = |sql: &str| {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database.execute_batch(sql).unwrap();
        for rpm in &many {
            database.execute("INSERT OR IGNORE INTO packages (blob) VALUES (?1)", [header(rpm)]).unwrap();
        }
        database.serialize(rusqlite::MAIN_DB).unwrap().to_vec()
    };
    for size in [512, 1024, 8192, 65536] {
        for vacuum in [0, 1] {
            let database = made(&format!(
                "PRAGMA page_size={size}; PRAGMA auto_vacuum={vacuum}; CREATE TABLE a(b);
                 CREATE TABLE packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);"
            ));
            assert_eq!(packages(&database).unwrap(), expected, "{size} {vacuum}");
        }
    }
    for (table, error) in [
        ("blob BLOB", "a row is malformed"),
        ("blob BLOB, hnum INTEGER PRIMARY KEY", "a package that is not a number and a blob"),
        ("hnum INTEGER PRIMARY KEY, blob BLOB, more TEXT", "a row is malformed"),
        ("blob BLOB PRIMARY KEY) WITHOUT ROWID; CREATE TABLE c(d", "it is not a page of a table"),
    ] {
        let message = refused(&made(&format!("CREATE TABLE Packages({table})")));
        assert!(message.ends_with(error), "{table}: {message}");
    }
    let none = rusqlite::Connection::open_in_memory().unwrap();
    none.execute_batch("CREATE TABLE other(a); CREATE VIEW Packages AS SELECT a AS blob FROM other").unwrap();
    assert_eq!(refused(&none.serialize(rusqlite::MAIN_DB).unwrap()), "it has no table `Packages`");
}

#[test]
fn cells_that_share_bytes_are_not_read_repeatedly() {
    let database = sqlite(&[header(&rpm("a", &[])), header(&rpm("b", &["/usr/bin/b"]))]);
    let page_size = usize::from(u16::from_be_bytes([database[16], database[17]]));
    let mut shared = database;
    let leaf = (1..shared.len() / page_size)
        .map(|number| number * page_size)
        .find(|start| shared[*start] == 13 && shared[start + 4] == 2);
    let leaf = leaf.expect("the table is a leaf of two rows");
    // As many cells as fit before the rows, all of them the first row.
    let first = [shared[leaf + 8], shared[leaf + 9]];
    let content = usize::from(u16::from_be_bytes([shared[leaf + 5], shared[leaf + 6]]));
    let cells = (content - 8) / 2;
    shared[leaf + 3..leaf + 5].copy_from_slice(&u16::try_from(cells).unwrap().to_be_bytes());
    for cell in 0..cells {
        shared[leaf + 8 + 2 * cell..leaf + 10 + 2 * cell].copy_from_slice(&first);
    }
    assert!(refused(&shared).ends_with("rows have more bytes than the database"), "{}", refused(&shared));
}

#[test]
fn berkeley_databases_of_other_kinds_are_reported() {
    let database = berkeley(&[header(&rpm("bash", &["/usr/bin/bash"]))], false);
    for (at, bytes, error) in [
        (12, &[0x62, 0x31, 0x05][..], "a Berkeley DB that is a btree is not supported"),
        (12, &[0, 0, 0], "its first bytes are not those of an RPM database"),
        (21, &[3], "page 0: it is not a page of a hash"),
        (24, &[1], "an encrypted Berkeley DB is not supported"),
        (25, &[9], "page 0: it is not a page of a hash"),
        (4096 + 20, &[3], "page 1: a key without a value"),
        (4096 + 28, &[0xff, 0xff], "page 1: an item ends too early"),
        (2 * 4096 + 25, &[13], "page 2: it is not an overflow page"),
    ] {
        let mut other = database.clone();
        other[at..at + bytes.len()].copy_from_slice(bytes);
        assert_eq!(refused(&other), error, "byte {at}");
    }
    assert!(is_database(&[&[0; 12][..], &[0, 5, 0x31, 0x62]].concat()));
}

const BUILT: &[Tag<'_>] = &[
    (1000, STRING, 1, b"bash\0"),
    (1001, STRING, 1, b"5.2\0"),
    (1003, INT32, 1, &[0, 0, 0, 3]),
    (1116, INT32, 2, &[0; 8]),
    (1117, STRING_ARRAY, 2, b"a\0b\0"),
    (1118, STRING_ARRAY, 1, b"/usr/\0"),
];
const ADDED: &[Tag<'_>] = &[(1008, INT32, 1, &[0, 0, 0, 7]), (1127, INT32, 2, &[0; 8])];

#[test]
fn headers_are_read_as_rpm_lays_them_out() {
    let whole = laid_out(BUILT, Some(ADDED));
    let read = package(&whole).unwrap();
    assert_eq!((&*read.name, &*read.version, read.epoch, read.install_time), ("bash", "5.2", Some(3), 7));
    assert_eq!((&*read.arch, &*read.vendor, &*read.release), ("", "", ""));
    let paths: Vec<_> = read.files.iter().map(|file| &*file.path).collect();
    assert_eq!(paths, [b"/usr/a", b"/usr/b"]);
    // Added values override those of the build.
    let again = [(1000, STRING, 1, &b"dash\0"[..]), (1011, STRING, 1, b"(none)\0")];
    let read = package(&laid_out(BUILT, Some(&again))).unwrap();
    assert_eq!((&*read.name, &*read.vendor, read.install_time), ("dash", "", 0));
    // The blob is longer than the header says.
    assert_eq!(package(&[&whole[..], b"more"].concat()).unwrap(), package(&whole).unwrap());
    // The oldest headers have no region.
    let all = [BUILT, ADDED].concat();
    assert_eq!(package(&laid_out(&all, None)).unwrap(), package(&whole).unwrap());
    // rpm skips a single added tag, and then the header is too long.
    assert!(package(&laid_out(BUILT, Some(&ADDED[..1]))).is_err());
    assert!(package(&laid_out(BUILT, Some(&[]))).is_ok());
}

#[test]
fn lists_of_files_are_of_one_length() {
    for (tag, error) in [
        ((1116, INT32, 1, &[0; 4][..]), "its lists of files are not of one length"),
        ((1117, STRING_ARRAY, 1, b"a\0"), "its lists of files are not of one length"),
        ((1118, STRING_ARRAY, 3, b"/\0/usr/\0/etc/\0"), "its lists of files are not of one length"),
        ((1116, INT32, 2, &[0, 0, 0, 0, 0, 0, 0, 1]), "a file is in a directory that is not listed"),
        ((1116, INT32, 2, &[0, 0, 0, 0, 255, 255, 255, 255]), "a file is in a directory that is not listed"),
    ] {
        let built: Vec<_> = BUILT.iter().map(|own| if own.0 == tag.0 { tag } else { *own }).collect();
        let message = package(&laid_out(&built, Some(ADDED))).unwrap_err().to_string();
        assert_eq!(message, format!("package 0: {error}"));
    }
    // If one of them is missing, there are no files; missing flags mean none.
    for missing in [1116, 1117, 1118] {
        let built: Vec<_> = BUILT.iter().filter(|tag| tag.0 != missing).copied().collect();
        assert_eq!(package(&laid_out(&built, Some(ADDED))).unwrap().files, []);
    }
    let flags = [(1037, INT32, 1, &[0, 0, 0, 2][..]), ADDED[0]];
    let files = package(&laid_out(BUILT, Some(&flags))).unwrap().files;
    assert_eq!(files.iter().map(|file| file.flags).collect::<Vec<_>>(), [2, 0]);
}

#[test]
fn headers_that_rpm_rejects_are_rejected() {
    const TAG: usize = 0;
    const KIND: usize = 1;
    const OFFSET: usize = 2;
    const COUNT: usize = 3;
    let whole = laid_out(BUILT, Some(ADDED));
    let length = u32::from_be_bytes(whole[4..8].try_into().unwrap());
    let field = |entry: usize, field: usize| 8 + 16 * entry + 4 * field;
    let trailer = whole.windows(8).rposition(|window| window == [0, 0, 0, 63, 0, 0, 0, 7]).unwrap() + 8;
    for (at, number, error) in [
        (0, 0, "its header has no tags"),
        (0, 0x1_0000, "its header has too many tags"),
        (4, length + 1, "its header ends too early"),
        (4, u32::try_from(MAX_HEADER_BYTES).unwrap(), "its header is too large"),
        (field(0, KIND), INT32, "its region is malformed"),
        (field(0, COUNT), 17, "its region is malformed"),
        (field(0, OFFSET), length, "its region points outside of the header"),
        (trailer, 160_u32.wrapping_neg(), "its region has more tags than there are"),
        (trailer, 24_u32.wrapping_neg(), "its region has more tags than there are"),
        (trailer, 0, "its region has no tags"),
        (field(1, TAG), 99, "a tag has a number that does not exist"),
        (field(1, TAG), 1 << 31, "a tag has a number that does not exist"),
        (field(8, KIND), 10, "a tag has no type"),
        (field(1, KIND), STRING_ARRAY, "a tag does not have the type that rpm gives it"),
        (field(8, TAG), 1044, "a tag does not have the type that rpm gives it"),
        (field(3, OFFSET), 13, "a tag is not aligned"),
        (field(3, OFFSET), 4000, "a tag points outside of the header"),
        (field(1, COUNT), 2, "a tag should have one text"),
        (field(6, COUNT), u32::MAX, "a text has no end"),
        (field(8, COUNT), u32::MAX, "a list is longer than the header"),
        (field(3, COUNT), 0, "a tag has no value"),
        (field(5, COUNT), 0, "a tag has no value"),
        (field(2, OFFSET), 0, "two tags share their bytes"),
        (field(8, COUNT), 1, "its tags are not as long as its data"),
    ] {
        let mut other = whole.clone();
        other[at..at + 4].copy_from_slice(&number.to_be_bytes());
        let message = package(&other).expect_err(error).to_string();
        assert_eq!(message, format!("package 0: {error}"), "at {at}");
    }
    for cut in 0..whole.len() {
        assert!(package(&whole[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn as_many_packages_and_files_as_the_limits_say_are_read_and_one_more_is_not() {
    let small = laid_out(&[(1000, STRING, 1, b"a\0")], Some(&[]));
    let mut headers = vec![small; MAX_PACKAGES];
    assert_eq!(packages(&sqlite(&headers)).unwrap().len(), MAX_PACKAGES);
    headers.push(headers[0].clone());
    assert_eq!(refused(&sqlite(&headers)), "it has more than 100000 packages");
    let files = |count: usize| {
        let (bases, indexes) = (b"a\0".repeat(count), vec![0; 4 * count]);
        let count = u32::try_from(count).unwrap();
        package(&laid_out(
            &[
                (1116, INT32, count, &indexes),
                (1117, STRING_ARRAY, count, &bases),
                (1118, STRING_ARRAY, 1, b"/\0"),
            ],
            None,
        ))
    };
    assert_eq!(files(MAX_FILES).unwrap().files.len(), MAX_FILES);
    assert_eq!(files(MAX_FILES + 1).unwrap_err().to_string(), "package 0: it has more files than are read");
}

/// The output of `rpm -qa` for a database: a line for each package and one for each file.
fn asked(folder: &Path, backend: &str) -> Option<Vec<String>> {
    let format = "P %{NAME} %{EPOCH} %{VERSION} %{RELEASE} %|ARCH?{%{ARCH}}:{}| %{INSTALLTIME} %|VENDOR?{%{VENDOR}}:{}|\\n[F %{FILEFLAGS:hex} %{FILENAMES}\\n]";
    let output = Command::new("rpm")
        .args(["-qa", "--nodigest", "--nosignature", "--dbpath"])
        .arg(folder)
        .args(["--define", &format!("_db_backend {backend}"), "--qf", format])
        .output();
    let Ok(output) = output else {
        crate::skip::lacks_program("rpm");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(sorted(text.lines().map(str::to_owned)))
}

/// The same output from rekey's reader.
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

#[test]
fn rpm_agrees_on_its_own_databases() {
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
%package none
Summary: no files
%description none
no files
%install
mkdir -p %{buildroot}/usr/share/\u{e9}t\u{e9} %{buildroot}/usr/bin %{buildroot}/etc/NAME %{buildroot}/usr/share/doc/NAME
FILES
%files
%config(noreplace) /etc/NAME/conf
%doc /usr/share/doc/NAME/README
%license /usr/share/doc/NAME/LICENSE
%config(missingok) /etc/NAME/maybe
%ghost /usr/bin/NAME-ghost
/usr/share/\u{e9}t\u{e9}
%dir /etc/NAME
/usr/bin/*
%files none
";
    let folder = Folder::new("made");
    let database = folder.0.join("db");
    let mut built = Vec::new();
    for (name, epoch, count, target) in [
        ("acme", "Epoch: 3", 1, "x86_64"),
        ("beta", "", 3000, "noarch"),
        ("name-with-dash", "Epoch: 0", 2, "s390x"),
    ] {
        let file = |number| format!("echo {number} > %{{buildroot}}/usr/bin/{name}-{number}\n");
        let files: Vec<_> = (0..count).map(file).collect();
        let files = files.concat();
        let more = format!(
            "{files}touch %{{buildroot}}/etc/{name}/conf %{{buildroot}}/etc/{name}/maybe %{{buildroot}}/usr/bin/{name}-ghost\n\
             touch %{{buildroot}}/usr/share/doc/{name}/README %{{buildroot}}/usr/share/doc/{name}/LICENSE"
        );
        let spec = SPEC.replace("FILES", &more).replace("EPOCH", epoch).replace("NAME", name);
        let path = folder.0.join(format!("{count}.spec"));
        fs::write(&path, spec).unwrap();
        let output = Command::new("rpmbuild")
            .args(["-bb", "--quiet", "--target", target, "--define"])
            .arg(format!("_topdir {}", folder.0.display()))
            .arg(&path)
            .output();
        let Ok(output) = output else { return crate::skip::lacks_program("rpmbuild") };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let packages = fs::read_dir(folder.0.join("RPMS").join(target)).unwrap();
        built.extend(packages.map(|entry| entry.unwrap().path()));
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
    assert_eq!(packages(&bytes).unwrap().len(), 6);
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
fn rpm_agrees_on_real_databases() {
    let Ok(archive) = fs::File::open(CORPUS) else {
        return crate::skip::lacks("real RPM databases", "put them into `shared/corpus` beside the checkout");
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
