//! Images for tests: layers of files, and RPM databases written by SQLite itself, in every supported format.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use sha2::{Digest as _, Sha256};

/// An image, the base layer first.
#[derive(Clone, Default)]
pub(crate) struct Image {
    pub(crate) layers: Vec<Layer>,
    pub(crate) user: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) architecture: String,
}

/// A layer, and the instruction that made it.
#[derive(Clone, Default)]
pub(crate) struct Layer {
    pub(crate) created_by: String,
    pub(crate) items: Vec<Item>,
}

/// An entry of a layer.
#[derive(Clone)]
pub(crate) enum Item {
    File {
        path: String,
        bytes: Vec<u8>,
        mode: u32,
        capability: bool,
    },
    Directory(String),
    /// A database with the directory that contains it.
    Database {
        path: String,
        bytes: Vec<u8>,
    },
    Symlink(String, String),
    Hardlink(String, String),
}

/// The way in which layers are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    Plain,
    Gzip,
    Zstd,
}

/// A package in the notation of the tests.
#[derive(Clone)]
pub(crate) struct Rpm {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) release: &'static str,
    pub(crate) arch: &'static str,
    pub(crate) vendor: &'static str,
    pub(crate) time: u32,
    /// Path and flags.
    pub(crate) files: Vec<(&'static str, u32)>,
}

pub(crate) fn rpm(name: &'static str, files: &[&'static str]) -> Rpm {
    let files = files.iter().map(|path| (*path, 0)).collect();
    let (version, release, arch, vendor) = ("1.0", "1.el9", "x86_64", "Red Hat, Inc.");
    Rpm { name, version, release, arch, vendor, time: 1_700_000_000, files }
}

pub(crate) fn file(path: &str, text: &str) -> Item {
    Item::File { path: path.into(), bytes: text.into(), mode: 0o644, capability: false }
}

pub(crate) fn mode(path: &str, mode: u32) -> Item {
    Item::File { path: path.into(), bytes: b"changed".to_vec(), mode, capability: false }
}

pub(crate) fn symlink(path: &str, target: &str) -> Item {
    Item::Symlink(path.into(), target.into())
}

pub(crate) fn hardlink(path: &str, target: &str) -> Item {
    Item::Hardlink(path.into(), target.into())
}

pub(crate) fn database(path: &str, packages: &[Rpm]) -> Item {
    let bytes = sqlite(&packages.iter().map(header).collect::<Vec<_>>());
    Item::Database { path: path.into(), bytes }
}

pub(crate) fn layer(created_by: &str, items: Vec<Item>) -> Layer {
    Layer { created_by: created_by.into(), items }
}

/// A database with rpm's layout, written by SQLite.
pub(crate) fn sqlite(headers: &[Vec<u8>]) -> Vec<u8> {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database
        .execute_batch(
            "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);
             CREATE TABLE 'Name' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL);",
        )
        .unwrap();
    for blob in headers {
        database.execute("INSERT INTO Packages (blob) VALUES (?1)", [blob]).unwrap();
    }
    database.serialize(rusqlite::MAIN_DB).unwrap().to_vec()
}

/// A tag of a header: number, type, count and value.
pub(crate) type Tag<'t> = (u32, u32, u32, &'t [u8]);

pub(crate) const INT32: u32 = 4;
pub(crate) const STRING: u32 = 6;
const BIN: u32 = 7;
pub(crate) const STRING_ARRAY: u32 = 8;

/// The header of a package as it is in a database: counts, index entries, data. Tags that were added on
/// installation come after the region of those from the build; the oldest headers have no region.
///
/// Source: rpm, `lib/header.c`.
pub(crate) fn laid_out(built: &[Tag<'_>], added: Option<&[Tag<'_>]>) -> Vec<u8> {
    let (mut index, mut data) = (Vec::new(), Vec::new());
    let put = |tags: &[Tag<'_>], index: &mut Vec<u8>, data: &mut Vec<u8>| {
        for (tag, kind, count, bytes) in tags {
            if *kind == INT32 {
                data.resize(data.len().next_multiple_of(4), 0);
            }
            index.extend(words(&[*tag, *kind, u32::try_from(data.len()).unwrap(), *count]));
            data.extend_from_slice(bytes);
        }
    };
    put(built, &mut index, &mut data);
    if let Some(added) = added {
        let size = 16 * u32::try_from(built.len() + 1).unwrap();
        index.splice(..0, words(&[63, BIN, u32::try_from(data.len()).unwrap(), 16]));
        data.extend(words(&[63, BIN, size.wrapping_neg(), 16]));
        put(added, &mut index, &mut data);
    }
    let counts = [index.len() / 16, data.len()].map(|count| u32::try_from(count).unwrap());
    [words(&counts), index, data].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A header as rpm would write it.
pub(crate) fn header(rpm: &Rpm) -> Vec<u8> {
    let mut folders: Vec<String> = Vec::new();
    let (mut bases, mut indexes, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for (path, flag) in &rpm.files {
        let (folder, base) = path.rsplit_once('/').unwrap();
        let folder = format!("{folder}/");
        let index = folders.iter().position(|own| *own == folder).unwrap_or_else(|| {
            folders.push(folder);
            folders.len() - 1
        });
        bases.push(base.to_owned());
        indexes.push(u32::try_from(index).unwrap());
        flags.push(*flag);
    }
    let texts = |texts: &[String]| {
        texts.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat()).collect::<Vec<u8>>()
    };
    let text = |text: &str| [text.as_bytes(), b"\0"].concat();
    let [name, version, release, vendor, arch] =
        [rpm.name, rpm.version, rpm.release, rpm.vendor, rpm.arch].map(text);
    let mut tags: Vec<Tag<'_>> = vec![
        (1000, STRING, 1, &name),
        (1001, STRING, 1, &version),
        (1002, STRING, 1, &release),
        (1011, STRING, 1, &vendor),
        (1022, STRING, 1, &arch),
    ];
    let [flags, indexes] = [words(&flags), words(&indexes)];
    let [bases, folder_texts] = [texts(&bases), texts(&folders)];
    let [count, folder_count] = [rpm.files.len(), folders.len()].map(|count| u32::try_from(count).unwrap());
    if count > 0 {
        tags.extend([
            (1037, INT32, count, &*flags),
            (1116, INT32, count, &*indexes),
            (1117, STRING_ARRAY, count, &*bases),
            (1118, STRING_ARRAY, folder_count, &*folder_texts),
        ]);
    }
    // The time of installation, and the color (architecture) of the installation.
    let [time, color] = [words(&[rpm.time]), words(&[0])];
    laid_out(&tags, Some(&[(1008, INT32, 1, &time), (1127, INT32, 1, &color)]))
}

impl Layer {
    /// The layer as a tar.
    pub(crate) fn tar(&self) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        let items = self.items.iter().flat_map(|item| match item {
            Item::Database { path, bytes } => {
                let folder = path.rsplit_once('/').unwrap().0;
                let file =
                    Item::File { path: path.clone(), bytes: bytes.clone(), mode: 0o644, capability: false };
                vec![Item::Directory(format!("{folder}/")), file]
            }
            other => vec![other.clone()],
        });
        for item in items {
            let mut header = tar::Header::new_ustar();
            header.set_mtime(1_700_000_000);
            match &item {
                Item::Database { .. } => unreachable!("it was made a directory and a file"),
                Item::File { path, bytes, mode, capability } => {
                    if *capability {
                        tar.append_pax_extensions([(
                            "SCHILY.xattr.security.capability",
                            &b"\x01\0\0\x02"[..],
                        )])
                        .unwrap();
                    }
                    header.set_mode(*mode);
                    header.set_size(bytes.len() as u64);
                    named(&mut header, path);
                    tar.append(&header, bytes.as_slice()).unwrap();
                }
                Item::Directory(path) => {
                    header.set_entry_type(tar::EntryType::Directory);
                    header.set_mode(0o755);
                    header.set_size(0);
                    named(&mut header, path);
                    tar.append(&header, &[][..]).unwrap();
                }
                Item::Symlink(path, target) | Item::Hardlink(path, target) => {
                    let symbolic = matches!(item, Item::Symlink(..));
                    header.set_entry_type(if symbolic {
                        tar::EntryType::Symlink
                    } else {
                        tar::EntryType::Link
                    });
                    header.set_mode(0o777);
                    header.set_size(0);
                    let field = &mut header.as_ustar_mut().unwrap().linkname;
                    field[..target.len()].copy_from_slice(target.as_bytes());
                    named(&mut header, path);
                    tar.append(&header, &[][..]).unwrap();
                }
            }
        }
        tar.into_inner().unwrap()
    }
}

/// Writes a path unchecked: the crate rejects hostile ones.
fn named(header: &mut tar::Header, path: &str) {
    header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_cksum();
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

pub(crate) fn stored(tar: &[u8], how: Stored) -> Vec<u8> {
    match how {
        Stored::Plain => tar.to_vec(),
        Stored::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(tar).unwrap();
            encoder.finish().unwrap()
        }
        Stored::Zstd => ruzstd::encoding::compress_to_vec(tar, ruzstd::encoding::CompressionLevel::Fastest),
    }
}

impl Image {
    pub(crate) fn config(&self, diff_ids: &[String]) -> Vec<u8> {
        let history: Vec<_> =
            self.layers.iter().map(|layer| json!({"created_by": layer.created_by})).collect();
        let architecture = if self.architecture.is_empty() { "amd64" } else { &self.architecture };
        let config = json!({
            "created": "2026-01-01T00:00:00Z",
            "architecture": architecture,
            "os": "linux",
            "config": {"User": self.user, "Labels": self.labels},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": history,
        });
        config.to_string().into_bytes()
    }

    /// The blobs of a layout, and the digest of the manifest.
    fn blobs(&self, how: Stored) -> (BTreeMap<String, Vec<u8>>, String, usize) {
        let media = match how {
            Stored::Plain => "application/vnd.oci.image.layer.v1.tar",
            Stored::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
            Stored::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
        };
        let mut blobs = BTreeMap::new();
        let (mut layers, mut diff_ids) = (Vec::new(), Vec::new());
        for layer in &self.layers {
            let tar = layer.tar();
            diff_ids.push(digest(&tar));
            let bytes = stored(&tar, how);
            layers.push(json!({"mediaType": media, "digest": digest(&bytes), "size": bytes.len()}));
            blobs.insert(digest(&bytes), bytes);
        }
        let config = self.config(&diff_ids);
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(&config), "size": config.len(),
            },
            "layers": layers,
        });
        blobs.insert(digest(&config), config);
        let manifest = manifest.to_string().into_bytes();
        let (name, size) = (digest(&manifest), manifest.len());
        blobs.insert(name.clone(), manifest);
        (blobs, name, size)
    }

    /// The files of an OCI layout, by path.
    pub(crate) fn layout(&self, name: &str, how: Stored) -> BTreeMap<String, Vec<u8>> {
        layout(&[(self, name)], how)
    }

    /// A docker archive, as `docker save` writes it.
    pub(crate) fn docker_archive(&self, name: &str) -> Vec<u8> {
        let tars: Vec<_> = self.layers.iter().map(Layer::tar).collect();
        let diff_ids: Vec<_> = tars.iter().map(|tar| digest(tar)).collect();
        let config = self.config(&diff_ids);
        let config_name = format!("{}.json", digest(&config).trim_start_matches("sha256:"));
        let names: Vec<_> = (0..tars.len()).map(|number| format!("{number}/layer.tar")).collect();
        let manifest = json!([{"Config": config_name, "RepoTags": [name], "Layers": names}]).to_string();
        let mut files =
            BTreeMap::from([(config_name, config), ("manifest.json".to_owned(), manifest.into_bytes())]);
        files.extend(names.into_iter().zip(tars));
        archive(&files)
    }
}

/// An OCI layout of multiple images; those with the same name are in a nested index.
pub(crate) fn layout(images: &[(&Image, &str)], how: Stored) -> BTreeMap<String, Vec<u8>> {
    let mut files =
        BTreeMap::from([("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec())]);
    let mut manifests = Vec::new();
    for (image, name) in images {
        let (blobs, manifest, size) = image.blobs(how);
        files.extend(
            blobs.into_iter().map(|(name, bytes)| (format!("blobs/{}", name.replace(':', "/")), bytes)),
        );
        let architecture = if image.architecture.is_empty() { "amd64" } else { &image.architecture };
        manifests.push(json!({
            "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": manifest, "size": size,
            "platform": {"os": "linux", "architecture": architecture},
            "annotations": {"org.opencontainers.image.ref.name": name},
        }));
    }
    let index = json!({"schemaVersion": 2, "manifests": manifests}).to_string();
    files.insert("index.json".to_owned(), index.into_bytes());
    files
}

/// A tar of these files.
pub(crate) fn archive(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A Berkeley DB hash with the layout of rpm 4.14: a page of metadata, pages of keys and values, and each
/// header on its own overflow pages.
///
/// Source: berkeleydb/libdb 5.3, `src/dbinc/db_page.h`.
pub(crate) fn berkeley(headers: &[Vec<u8>], big: bool) -> Vec<u8> {
    const PAGE: usize = 4096;
    const HEADER: usize = 26;
    const PAIRS: usize = 32;
    let four = |number: u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    let two = |number: usize| {
        let number = u16::try_from(number).unwrap();
        if big { number.to_be_bytes() } else { number.to_le_bytes() }
    };
    let put = |page: &mut Vec<u8>, at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
    let new_page = |number: usize, kind: u8| {
        let mut page = vec![0; PAGE];
        put(&mut page, 8, &four(u32::try_from(number).unwrap()));
        page[25] = kind;
        page
    };
    let mut pages = vec![new_page(0, 8)];
    let tables: Vec<usize> = headers.chunks(PAIRS).map(|_| 0).collect();
    let first_overflow = 1 + tables.len();
    let mut overflow: Vec<Vec<u8>> = Vec::new();
    for (table, chunk) in headers.chunks(PAIRS).enumerate() {
        let mut page = new_page(1 + table, 13);
        put(&mut page, 20, &two(2 * chunk.len()));
        let mut end = PAGE;
        for (pair, header) in chunk.iter().enumerate() {
            let number = u32::try_from(table * PAIRS + pair + 1).unwrap();
            // The key is on the page: its type, and the number of the header.
            end -= 5;
            put(&mut page, end, &[&[1], &four(number)[..]].concat());
            put(&mut page, HEADER + 4 * pair, &two(end));
            end -= 12;
            let first = u32::try_from(first_overflow + overflow.len()).unwrap();
            let length = four(u32::try_from(header.len()).unwrap());
            put(&mut page, end, &[&[3, 0, 0, 0], &four(first)[..], &length[..]].concat());
            put(&mut page, HEADER + 4 * pair + 2, &two(end));
            let pieces: Vec<_> = header.chunks(PAGE - HEADER).collect();
            for (piece, bytes) in pieces.iter().enumerate() {
                let number = first_overflow + overflow.len();
                let mut page = new_page(number, 7);
                if piece + 1 < pieces.len() {
                    put(&mut page, 16, &four(u32::try_from(number + 1).unwrap()));
                }
                // The reference count, and the used length.
                put(&mut page, 20, &two(1));
                put(&mut page, 22, &two(bytes.len()));
                put(&mut page, HEADER, bytes);
                overflow.push(page);
            }
        }
        put(&mut page, 22, &two(end));
        pages.push(page);
    }
    pages.extend(overflow);
    let last = u32::try_from(pages.len() - 1).unwrap();
    let meta = &mut pages[0];
    put(meta, 12, &four(0x0006_1561));
    put(meta, 16, &four(9));
    put(meta, 20, &four(u32::try_from(PAGE).unwrap()));
    put(meta, 32, &four(last));
    // One bucket per page: the last bucket, the masks of its number, and the number of pages before each
    // doubling.
    let buckets = u32::try_from(headers.len().div_ceil(PAIRS).max(1)).unwrap();
    let mask = buckets.next_power_of_two() - 1;
    for (at, number) in
        [(72, buckets - 1), (76, mask), (80, mask >> 1), (88, u32::try_from(headers.len()).unwrap())]
    {
        put(meta, at, &four(number));
    }
    for doubling in 0..32 {
        put(meta, 96 + 4 * doubling, &four(1));
    }
    pages.concat()
}

/// A temporary folder that is removed with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rekey-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A path in it, as an argument.
    pub(crate) fn at(&self, path: &str) -> String {
        self.0.join(path).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a file below a folder, with the folders above it.
pub(crate) fn put(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Returns true if a program is installed; prints a note if not.
pub(crate) fn is_installed(program: &str) -> bool {
    let installed = Command::new(program).arg("--version").output().is_ok();
    if !installed {
        crate::skip::lacks_program(program);
    }
    installed
}
