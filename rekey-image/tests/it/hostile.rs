//! Archives that are damaged or designed to exhaust their reader: an error or a fault that names the place,
//! and bounded work.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Cursor, Read, Seek, SeekFrom, Write as _},
    sync::Arc,
};

use crate::build::{Image, Item, Stored, archive, database, digest, file, layer, layout, rpm, stored};
use rekey_core::{
    ImageInput, Source, Target, check_image,
    image::contents::{EntryKind, FaultKind, ImageContents},
};
use rekey_image::{Budget, Error, Format, Limits, Parts, TarParts, list, read, rpmdb::PackageLimits};

fn small() -> Image {
    let base = vec![
        file("etc/os-release", "ID=rhel\n"),
        database("var/lib/rpm/rpmdb.sqlite", &[rpm("bash", &["/usr/bin/bash"])]),
    ];
    let layers = vec![layer("a", base), layer("b", vec![file("licenses/LICENSE", "MIT")])];
    Image { layers, user: "1001".into(), ..Image::default() }
}

/// The images of an archive, read in turn and on threads with the same result.
#[track_caller]
fn open(archive: &[u8], limits: &Limits) -> Result<Vec<ImageContents>, Error> {
    let read_from = |parts: &mut dyn Parts| -> Result<Vec<_>, Error> {
        let listing = list(parts, Format::Unstated, None)?;
        let mut budget = Budget::new(*limits);
        listing.images.iter().map(|image| read(parts, image, &mut budget)).collect()
    };
    let in_turn = read_from(&mut TarParts::new(Cursor::new(archive))?);
    let shared: Arc<[u8]> = archive.into();
    let on_threads = read_from(&mut TarParts::shared(Cursor::new(shared))?);
    assert!(format!("{in_turn:?}") == format!("{on_threads:?}"), "threads give another result");
    in_turn
}

/// The first image of an archive, read with these limits.
#[track_caller]
fn bounded(image: &Image, how: Stored, limits: Limits) -> ImageContents {
    open(&archive(&image.layout("app:1", how)), &limits).unwrap().remove(0)
}

#[track_caller]
fn fault(contents: &ImageContents, kind: FaultKind, layer: Option<u32>, text: &str) {
    let found = contents
        .faults
        .iter()
        .any(|fault| (fault.kind, fault.layer) == (kind, layer) && fault.message.contains(text));
    assert!(found, "{kind:?} {layer:?} {text:?}: {:?}", contents.faults);
}

/// A layout with one layer, stored as these bytes.
fn with_layer(bytes: &[u8]) -> Vec<u8> {
    let image = Image { layers: vec![layer("a", vec![])], ..Image::default() };
    let mut files = image.layout("app:1", Stored::Plain);
    let (old, new) = (digest(&image.layers[0].tar()), digest(bytes));
    let name = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
    files.remove(&name(&old));
    // Every document that refers to the layer gets another digest in turn.
    let mut renamed = VecDeque::from([(old, new)]);
    while let Some((old, new)) = renamed.pop_front() {
        for (path, text) in files.clone() {
            let replaced = String::from_utf8_lossy(&text).replace(&old, &new).into_bytes();
            if replaced != text {
                files.remove(&path);
                let path = if path == "index.json" {
                    path
                } else {
                    renamed.push_back((digest(&text), digest(&replaced)));
                    name(&digest(&replaced))
                };
                files.insert(path, replaced);
            }
        }
    }
    files.insert(name(&digest(bytes)), bytes.to_vec());
    archive(&files)
}

/// A handwritten tar header, for what no library writes.
fn header(path: &str, kind: u8, size: &[u8; 12]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..path.len()].copy_from_slice(path.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[124..136].copy_from_slice(size);
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    summed(block)
}

/// Sets the correct checksum in a block.
fn summed(mut block: Vec<u8>) -> Vec<u8> {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn octal(size: usize) -> [u8; 12] {
    format!("{size:011o}\0").as_bytes().try_into().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    stored(bytes, Stored::Gzip)
}

#[test]
fn an_archive_cut_anywhere_is_an_error_or_a_fault() {
    for how in [Stored::Plain, Stored::Gzip, Stored::Zstd] {
        let mut files = small().layout("app:1", how);
        // Files that no one reads may be cut.
        files.remove("oci-layout");
        let whole = archive(&files);
        let content = whole.iter().rposition(|byte| *byte != 0).unwrap();
        for cut in (0..content).step_by(97) {
            let told = match open(&whole[..cut], &Limits::default()) {
                Err(_) => true,
                Ok(images) => images.iter().any(|image| !image.faults.is_empty()) || images.is_empty(),
            };
            assert!(told, "cut at {cut} of {content}");
        }
    }
}

#[test]
fn a_flipped_byte_never_panics_and_is_reported_in_its_layer() {
    let image = small();
    for how in [Stored::Plain, Stored::Gzip, Stored::Zstd] {
        let files = image.layout("app:1", how);
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        for _ in 0..400 {
            let mut damaged = files.clone();
            let count = damaged.len();
            let (name, bytes) = damaged.iter_mut().nth(random(count)).unwrap();
            let (at, bit) = (random(bytes.len()), random(8));
            bytes[at] ^= 1 << bit;
            let is_layer = name.starts_with("blobs/") && !bytes.starts_with(b"{") && !bytes.starts_with(b"z");
            let name = name.clone();
            let Ok(contents) = open(&archive(&damaged), &Limits::default()) else { continue };
            if is_layer && !contents.is_empty() {
                assert!(contents.iter().any(|image| !image.faults.is_empty()), "{name} at {at}");
            }
        }
    }
}

#[test]
fn limits_are_faults_of_the_layer() {
    let usual = Limits::default();
    let image = small();
    let few = bounded(&image, Stored::Plain, Limits { entries: 2, ..usual });
    fault(&few, FaultKind::Limit, Some(0), "more than 2 entries");
    let flat = bounded(&image, Stored::Plain, Limits { path_depth: 2, ..usual });
    fault(&flat, FaultKind::Limit, Some(0), "a path of more than 2 directories");
    let near = bounded(&image, Stored::Plain, Limits { path_length: 14, ..usual });
    fault(&near, FaultKind::Limit, Some(0), "a path of more than 14 bytes");
    let short = bounded(&image, Stored::Plain, Limits { path_bytes: 20, ..usual });
    fault(&short, FaultKind::Limit, Some(0), "paths of more than 20 bytes");
    // All paths together have 65 bytes; including the directories above them, those of the first layer alone
    // have 83.
    let above = bounded(&image, Stored::Plain, Limits { path_bytes: 80, ..usual });
    fault(&above, FaultKind::Limit, Some(0), "paths of more than 80 bytes");
    let small_layers = Limits { layer_bytes: 4096, ..usual };
    for how in [Stored::Plain, Stored::Gzip, Stored::Zstd] {
        let cut = bounded(&image, how, small_layers);
        fault(&cut, FaultKind::Limit, Some(0), "more than 4096 bytes");
    }
    let none = bounded(&image, Stored::Plain, Limits { layers: 1, ..usual });
    fault(&none, FaultKind::Limit, None, "more than 1 layers");
    let database = bounded(&image, Stored::Plain, Limits { database_bytes: 100, ..usual });
    let reason = database.layers[0].databases[0].packages.as_ref().unwrap_err();
    assert_eq!(reason, "it has more than 100 bytes");
}

#[test]
fn a_layer_that_explodes_stops_at_the_limit() {
    // A file of 24 MB of zeros, which takes a few kilobytes with gzip.
    let size = 24 << 20;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&header("bomb", b'0', &octal(size))).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..size / zeros.len() {
        encoder.write_all(&zeros).unwrap();
    }
    let stored = encoder.finish().unwrap();
    assert!(stored.len() < 1 << 18);
    let limits = Limits { layer_bytes: 1 << 20, ..Limits::default() };
    let contents = open(&with_layer(&stored), &limits).unwrap().remove(0);
    fault(&contents, FaultKind::Limit, Some(0), "more than 1048576 bytes");
    assert!(contents.layers[0].size < 2 << 20, "{}", contents.layers[0].size);
}

#[test]
fn an_extended_header_that_explodes_is_not_held() {
    for kind in [b'x', b'L', b'K'] {
        let size = 4 << 20;
        let bomb = [header("x", kind, &octal(size)), vec![b'a'; size]].concat();
        let contents = open(&with_layer(&gzip(&bomb)), &Limits::default()).unwrap().remove(0);
        fault(&contents, FaultKind::Limit, Some(0), "an extended tar header of more than 1048576 bytes");
    }
}

#[test]
fn malformed_tars_are_reported() {
    let mut wrong_sum = header("a", b'0', &octal(0));
    wrong_sum[0] = b'b';
    let negative = header("a", b'0', b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    let huge = header("a", b'0', b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
    let records = |records: &str| [header("x", b'x', &octal(records.len())), padded(records.into())].concat();
    for (tar, text) in [
        (wrong_sum, "wrong checksum"),
        (negative, "header's size"),
        (huge, "ends within a file"),
        (header("a", b'0', b"00000000009\0"), "header's size"),
        (header("a", b'0', &octal(600)), "ends within a file"),
        (header("a", b'0', &octal(0))[..300].to_vec(), "ends within a header"),
        (records("99 path=a\n"), "record"),
        (records("x path=a\n"), "record"),
        (records("10 path=ab"), "record"),
        (records("12 size=-12\n"), "record"),
    ] {
        let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
        fault(&contents, FaultKind::Unreadable, Some(0), text);
    }
}

#[test]
fn every_way_to_write_a_long_path_is_read() {
    let long = format!("usr/{}/file", "x".repeat(200));
    let gnu =
        [header("././@LongLink", b'L', &octal(long.len() + 1)), padded([long.as_bytes(), b"\0"].concat())]
            .concat();
    let record = |key: &str, value: &str| {
        let rest = format!(" {key}={value}\n");
        let length = (1..999).find(|length| length.to_string().len() + rest.len() == *length).unwrap();
        format!("{length}{rest}")
    };
    let pax = record("path", &long);
    let pax = [header("x", b'x', &octal(pax.len())), padded(pax.into_bytes())].concat();
    let mut split = header("file", b'0', &octal(3));
    let folder = format!("usr/{}", "y".repeat(100));
    split[345..345 + folder.len()].copy_from_slice(folder.as_bytes());
    let split = summed(split);
    let content = padded(b"abc".to_vec());
    let plain = header("short", b'0', &octal(3));
    for (tar, path) in [
        ([gnu, plain.clone(), content.clone()].concat(), long.clone()),
        ([pax, plain, content.clone()].concat(), long),
        ([split, content].concat(), format!("{folder}/file")),
    ] {
        let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
        let [entry] = &contents.layers[0].entries[..] else { panic!("{:?}", contents.faults) };
        assert_eq!((String::from_utf8_lossy(&entry.path).as_ref(), entry.size), (path.as_str(), 3));
        assert_eq!(entry.kind, EntryKind::File);
    }
}

#[test]
fn sparse_files_are_stepped_over() {
    // GNU's old format: a map in the header, continued in its own block, and fewer bytes than the file has.
    let mut sparse = header("sparse", b'S', &octal(512));
    sparse[257..265].copy_from_slice(b"ustar  \0");
    sparse[482] = 1;
    let sparse = summed(sparse);
    let tar = [sparse, vec![0; 512], vec![b'z'; 512], header("after", b'0', &octal(0))].concat();
    let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
    assert!(contents.faults.is_empty(), "{:?}", contents.faults);
    let kinds: Vec<_> = contents.layers[0].entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Other, EntryKind::File]);
}

#[test]
fn digests_are_checked() {
    let image = small();
    let mut files = image.layout("app:1", Stored::Gzip);
    let other = gzip(&layer("c", vec![file("x", "y")]).tar());
    let gzipped = |bytes: &Vec<u8>| bytes.starts_with(&[0x1f, 0x8b]);
    *files.values_mut().find(|bytes| gzipped(bytes)).unwrap() = other;
    let contents = open(&archive(&files), &Limits::default()).unwrap().remove(0);
    let digests = contents.faults.iter().filter(|fault| fault.kind == FaultKind::Digest).count();
    assert_eq!(digests, 2, "of the layer as stored, and of what is in it: {:?}", contents.faults);
}

#[test]
fn an_archive_without_an_image_is_reported() {
    let tar = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        archive(&files.collect::<BTreeMap<_, _>>())
    };
    for (bytes, expected) in [
        (b"".to_vec(), "the archive is cut off"),
        (b"hello".to_vec(), "the tar ends within a header"),
        (vec![b'x'; 1024], "expected a number in the tar header's checksum"),
        (gzip(&tar(&[])), "archive is compressed with gzip"),
        (tar(&[("a", "b")]), "no image: neither `index.json` nor `manifest.json`"),
        (tar(&[("index.json", "nonsense")]), "invalid JSON in index.json of the archive: line 1, column 2"),
        (tar(&[("index.json", "[]")]), "the archive names no image"),
        (tar(&[("index.json", "{}")]), "the archive names no image"),
        (tar(&[("manifest.json", "{}")]), "invalid JSON in "),
        (tar(&[("manifest.json", "nonsense")]), "invalid JSON in "),
        (
            tar(&[("manifest.json", r#"[{"Config":"a.json","Layers":[]}]"#)]),
            "the archive names `a.json` but does not contain it",
        ),
        (
            tar(&[("manifest.json", r#"[{"Config":"../../etc/passwd","Layers":[]}]"#)]),
            "but does not contain it",
        ),
        (tar(&[("index.json", r#"{"manifests":[{"digest":"sha256:../../x"}]}"#)]), "but does not contain it"),
    ] {
        let error = open(&bytes, &Limits::default()).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn nested_indexes_are_limited() {
    // An index cannot contain its own digest, so this reader returns the same index for every name.
    struct Endless;
    impl Parts for Endless {
        fn open(&mut self, _: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
            const INDEX: &str = r#"{"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:00"}]}"#;
            Ok(Some(Box::new(INDEX.as_bytes())))
        }
    }
    let error = list(&mut Endless, Format::Unstated, None).expect_err("no image").to_string();
    assert!(error.contains("an index within 4 others"), "{error}");
}

#[test]
fn architectures_are_selected_as_in_preflight() {
    let of = |architecture: &str| Image { architecture: architecture.into(), ..small() };
    let all = ["amd64", "arm64", "riscv64", "s390x", "unknown"].map(of);
    let images: Vec<_> = all.iter().map(|image| (image, "app:1")).collect();
    let bytes = archive(&layout(&images, Stored::Plain));
    let mut parts = TarParts::new(Cursor::new(bytes)).unwrap();
    let listing = list(&mut parts, Format::Unstated, None).unwrap();
    let platform = |image| read(&mut parts, image, &mut Budget::new(Limits::default())).unwrap().platform;
    let platforms: Vec<_> = listing.images.iter().map(platform).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64", "linux/s390x"]);
    assert_eq!(
        listing.left_out,
        [
            "linux/riscv64: preflight skips this architecture",
            "linux/unknown: preflight skips this architecture"
        ]
    );
}

#[test]
fn an_image_is_found_by_its_name() {
    let (one, two) = (small(), Image { user: "2".into(), ..small() });
    let mut files = layout(&[(&one, "localhost/app:1.0-1"), (&two, "localhost/app:1.0-2")], Stored::Plain);
    let mut parts = TarParts::new(Cursor::new(archive(&files))).unwrap();
    assert_eq!(list(&mut parts, Format::Unstated, None).unwrap().images.len(), 2);
    for name in ["localhost/app:1.0-2", "1.0-2"] {
        let listing = list(&mut parts, Format::Unstated, Some(name)).unwrap();
        assert_eq!(listing.images[0].names(), ["localhost/app:1.0-2"], "{name}");
    }
    assert!(
        matches!(list(&mut parts, Format::Unstated, Some("2.0-1")), Err(Error::NotNamed(name)) if name == "2.0-1")
    );
    // A blob that an index refers to and the archive does not contain, as for other platforms in a
    // `docker save`.
    let manifests: Vec<_> = files
        .iter()
        .filter(|(_, bytes)| bytes.starts_with(b"{\"config\":{\"digest\""))
        .map(|(name, _)| name.clone())
        .collect();
    files.remove(&manifests[0]);
    let mut parts = TarParts::new(Cursor::new(archive(&files))).unwrap();
    let listing = list(&mut parts, Format::Unstated, None).unwrap();
    assert_eq!((listing.images.len(), listing.left_out.len()), (1, 1));
}

#[test]
fn an_entry_that_is_not_a_file_is_not_a_database() {
    let items = vec![
        Item::Symlink("var/lib/rpm/rpmdb.sqlite".into(), "/etc/passwd".into()),
        file("opt/Packages", "Package: bash\n"),
    ];
    let image = Image { layers: vec![layer("a", items)], ..Image::default() };
    let contents = bounded(&image, Stored::Plain, Limits::default());
    assert!(contents.layers[0].databases.is_empty());
}

#[test]
fn images_of_one_archive_share_its_limits() {
    // A layer that many images share is read as often as the limits of the archive allow, not as often as it
    // is referred to.
    let image = small();
    let bytes = archive(&layout(&[(&image, "app:1"); 6], Stored::Plain));
    let size: u64 = image.layers.iter().map(|layer| layer.tar().len() as u64).sum();
    let once = bounded(&image, Stored::Plain, Limits::default());
    let entries: usize = once.layers.iter().map(|layer| layer.entries.len()).sum();
    for (limits, whole, limit) in [
        (Limits { layer_bytes: 2 * size + 1, ..Limits::default() }, 2, "bytes in the layers of the archive"),
        (Limits { entries, ..Limits::default() }, 4, "4 times as many in the archive"),
    ] {
        let images = open(&bytes, &limits).unwrap();
        let read: usize =
            images.iter().flat_map(|image| &image.layers).map(|layer| layer.entries.len()).sum();
        assert!((whole * entries..=(whole + 1) * entries).contains(&read), "{read} entries");
        for image in &images[..whole] {
            assert!(image.faults.is_empty(), "{:?}", image.faults);
        }
        for image in &images[whole..] {
            fault(image, FaultKind::Limit, Some(0), limit);
        }
    }
    let error = open(&bytes, &Limits { document_bytes: once.config.len(), ..Limits::default() }).unwrap_err();
    assert!(error.to_string().contains("manifests and configs of more than"), "{error}");
}

#[test]
fn an_index_that_is_named_many_times_is_read_as_often_as_there_may_be_images() {
    struct Counting(usize);
    impl Parts for Counting {
        fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
            self.0 += 1;
            if name != "index.json" {
                return Ok(Some(Box::new(&b"{\"manifests\":[]}"[..])));
            }
            let descriptor =
                r#"{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:00"}"#;
            let index = format!(r#"{{"manifests":[{}]}}"#, vec![descriptor; 5_000].join(","));
            Ok(Some(Box::new(Cursor::new(index.into_bytes()))))
        }
    }
    let mut parts = Counting(0);
    let error = list(&mut parts, Format::Unstated, None).unwrap_err().to_string();
    assert!(error.contains("more than 256 images"), "{error}");
    assert!(parts.0 < 300, "{} parts were read", parts.0);
}

#[test]
fn the_memory_for_an_image_is_bounded() {
    let limits = Limits { text_bytes: 100, ..Limits::default() };
    let texts: Vec<_> = (0..9).map(|number| file(&format!("{number}/os-release"), &"x".repeat(40))).collect();
    let image = Image { layers: vec![layer("a", texts)], ..Image::default() };
    let contents = bounded(&image, Stored::Plain, limits);
    fault(&contents, FaultKind::Limit, Some(0), "files called `os-release` of more than 100 bytes");
    assert_eq!(contents.layers[0].texts.len(), 2);

    // The same database in many directories and layers: those that exceed the limit are replaced by an error.
    let most = PackageLimits { packages: 3, files: 100, name_bytes: 1000 };
    let package = rpm("a", &["/1", "/2"]);
    for (databases, read, error) in [
        (most, 3, "it has more than 0 packages"),
        (PackageLimits { packages: 100, files: 4, ..most }, 2, "it has more files than are read"),
        (PackageLimits { name_bytes: 60, ..most }, 1, "its names and paths are longer than is read"),
    ] {
        let limits = Limits { databases, ..limits };
        let databases = |layer: u8| -> Vec<_> {
            let path = |number| format!("{layer}/{number}/rpmdb.sqlite");
            (0..3).map(|number| database(&path(number), std::slice::from_ref(&package))).collect()
        };
        let layers = (0..2).map(|number| layer("a", databases(number))).collect();
        let contents = bounded(&Image { layers, ..Image::default() }, Stored::Plain, limits);
        let all = contents.layers.iter().flat_map(|layer| &layer.databases);
        let (kept, refused): (Vec<_>, Vec<_>) =
            all.map(|database| &database.packages).partition(|of| of.is_ok());
        assert_eq!((kept.len(), refused.len()), (read, 6 - read), "{error}");
        let first = refused[0].as_ref().unwrap_err();
        assert!(first.contains(error), "{first}");
    }
}

/// A block of a zstd frame: 0 raw, 1 one byte repeated, 2 compressed.
fn zstd_block(kind: u32, size: u32, last: bool, body: &[u8]) -> Vec<u8> {
    [&(u32::from(last) | kind << 1 | size << 3).to_le_bytes()[..3], body].concat()
}

/// A zstd frame with this byte for its window.
fn zstd_frame(window: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
    [&[0x28, 0xb5, 0x2f, 0xfd, 0, window][..], &blocks.concat()].concat()
}

#[test]
fn zstd_streams_that_explode_or_lie_are_reported() {
    const WINDOW_128K: u8 = 7 << 3;
    const WINDOW_64M: u8 = 16 << 3;
    const WINDOW_128M: u8 = 17 << 3;
    let entry = header("a", b'0', &octal(0));
    let block = || zstd_block(0, 512, true, &entry);
    let skipped = |length: u32| [&[0x50, 0x2a, 0x4d, 0x18][..], &length.to_le_bytes()].concat();
    let magic = [0x28, 0xb5, 0x2f, 0xfd];
    let good = zstd_frame(WINDOW_128K, &[block()]);
    for (stored, expected) in [
        (zstd_frame(WINDOW_64M, &[block()]), None),
        (zstd_frame(WINDOW_128M, &[block()]), Some("window_size is too big")),
        (zstd_frame(0xff, &[block()]), Some("WindowTooBig")),
        // Content of 2^62 bytes in a single segment, a dictionary, an invalid type of block.
        (
            [&magic[..], &[0xe0], &(1_u64 << 62).to_le_bytes(), &block()].concat(),
            Some("window_size is too big"),
        ),
        ([&magic[..], &[3, WINDOW_128K], &[7, 0, 0, 0], &block()].concat(), Some("dictionary")),
        (zstd_frame(WINDOW_128K, &[zstd_block(3, 512, true, &entry)]), Some("Reserved")),
        (zstd_frame(WINDOW_128K, &[zstd_block(2, 0, true, &[])]), Some("zstd")),
        // A skippable frame that is longer than the stream, and many that are not.
        (skipped(u32::MAX), Some("unexpected end of file")),
        ([skipped(0).repeat(50_000), good.clone()].concat(), None),
        // Many empty frames, each with the largest window; many empty blocks.
        (
            [zstd_frame(WINDOW_64M, &[zstd_block(0, 0, true, &[])]).repeat(50_000), good.clone()].concat(),
            None,
        ),
        (zstd_frame(WINDOW_64M, &[zstd_block(1, 0, false, &[0]).repeat(50_000), block()]), None),
        ([&good[..], b"more"].concat(), Some("BadMagicNumber")),
    ] {
        let contents = open(&with_layer(&stored), &Limits::default()).unwrap().remove(0);
        match expected {
            Some(text) => fault(&contents, FaultKind::Unreadable, Some(0), text),
            None => assert_eq!(contents.layers[0].entries.len(), 1, "{:?}", contents.faults),
        }
    }
    // A gigabyte from 33 KB.
    let zeros = zstd_block(1, 1 << 17, false, &[0]).repeat(8191);
    let bomb = header("bomb", b'0', &octal(1 << 30));
    let bomb =
        zstd_frame(WINDOW_128K, &[zstd_block(0, 512, false, &bomb), zeros, zstd_block(0, 0, true, &[])]);
    let limits = Limits { layer_bytes: 1 << 20, ..Limits::default() };
    let contents = open(&with_layer(&bomb), &limits).unwrap().remove(0);
    fault(&contents, FaultKind::Limit, Some(0), "more than 1048576 bytes");
    assert!(contents.layers[0].size < 2 << 20, "{}", contents.layers[0].size);
}

#[test]
fn gzip_streams_of_many_members_or_unusual_headers_are_read_or_reported() {
    let entry = header("a", b'0', &octal(0));
    let (empty, whole) = (gzip(b""), gzip(&entry));
    let flagged =
        |flags: u8, fields: &[u8]| [&[0x1f, 0x8b, 8, flags][..], &[0; 6], fields, &whole[10..]].concat();
    let halves = [gzip(&entry[..100]), empty.clone(), gzip(&entry[100..])].concat();
    for (stored, expected) in [
        (halves, None),
        ([empty.repeat(20_000), whole.clone()].concat(), None),
        ([whole.clone(), empty.repeat(20_000)].concat(), None),
        ([&whole[..], b"more"].concat(), Some("gzip")),
        // An unterminated name, an extra field longer than the stream, invalid flags, a wrong checksum.
        (flagged(8, &vec![b'n'; 1 << 20]), Some("gzip")),
        (flagged(4, &[0xff, 0xff]), Some("gzip")),
        (flagged(0xe0, &[]), Some("gzip")),
        ([&whole[..whole.len() - 8], &[0; 8]].concat(), Some("gzip")),
    ] {
        let contents = open(&with_layer(&stored), &Limits::default()).unwrap().remove(0);
        match expected {
            Some(text) => fault(&contents, FaultKind::Unreadable, Some(0), text),
            None => assert_eq!(contents.layers[0].entries.len(), 1, "{:?}", contents.faults),
        }
    }
}

#[test]
fn sparse_files_that_lie_about_their_size_cost_nothing() {
    let record = |key: &str, value: &str| {
        let rest = format!(" {key}={value}\n");
        let length = (1..999).find(|length| length.to_string().len() + rest.len() == *length).unwrap();
        format!("{length}{rest}")
    };
    let pax = |records: &[(&str, &str)], path: &str| {
        let records: String = records.iter().map(|(key, value)| record(key, value)).collect();
        let extended = [header("x", b'x', &octal(records.len())), padded(records.into_bytes())].concat();
        [extended, header(path, b'0', &octal(512)), vec![b'1'; 512]].concat()
    };
    let most = u64::MAX.to_string();
    let mut tar = Vec::new();
    // The three PAX formats, in names that are read.
    for name in ["etc/os-release", "var/lib/rpm/rpmdb.sqlite", "licenses/LICENSE"] {
        for records in [
            &[("GNU.sparse.size", &*most), ("GNU.sparse.numblocks", "1"), ("GNU.sparse.offset", &most)][..],
            &[("GNU.sparse.size", &most), ("GNU.sparse.map", "0,18446744073709551615,1,1")],
            &[("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", &most)],
            &[("GNU.sparse.realsize", &most), ("GNU.sparse.name", name)],
        ] {
            tar.extend(pax(records, name));
        }
    }
    let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
    assert!(contents.faults.is_empty(), "{:?}", contents.faults);
    let layer = &contents.layers[0];
    assert_eq!((layer.entries.len(), layer.texts.len(), layer.databases.len()), (12, 0, 4));
    assert!(layer.entries.iter().all(|entry| entry.size == u64::MAX));
    assert!(layer.databases.iter().all(|database| database.packages.is_err()));
    // Sizes are never summed: the rules see the same values.
    let report = check_image(ImageInput::archive(&contents, &Source::field("image")), &Target::default());
    assert!(report.to_json().contains("RunAsNonRoot"));
    for size in ["18446744073709551616", "-1", "1e9", "99999999999999999999999"] {
        let tar = pax(&[("GNU.sparse.realsize", size)], "a");
        let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
        fault(&contents, FaultKind::Unreadable, Some(0), "record");
    }
    let short = pax(&[("size", &most)], "a");
    let contents = open(&with_layer(&short), &Limits::default()).unwrap().remove(0);
    fault(&contents, FaultKind::Unreadable, Some(0), "ends within a file");
    // An endless map in GNU's old format.
    let mut endless = header("sparse", b'S', &octal(512));
    endless[482] = 1;
    let more = vec![1; 512];
    let tar = [summed(endless), more.repeat(3_000)].concat();
    let contents = open(&with_layer(&tar), &Limits::default()).unwrap().remove(0);
    fault(&contents, FaultKind::Limit, Some(0), "an extended tar header of more than 1048576 bytes");
}

/// A file that is replaced by another one at its nth read.
struct Changing<'b> {
    before: Cursor<&'b [u8]>,
    after: &'b [u8],
    reads_left: usize,
}

impl Read for Changing<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.reads_left == 0 {
            let at = self.before.position();
            self.before = Cursor::new(self.after);
            self.before.set_position(at);
        }
        self.reads_left = self.reads_left.wrapping_sub(1);
        // Small reads, so that the file can change at many moments.
        let length = buf.len().min(700);
        self.before.read(&mut buf[..length])
    }
}

impl Seek for Changing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.before.seek(to)
    }
}

#[test]
fn an_archive_that_changes_while_it_is_read_is_one_of_both_or_reported() {
    let (one, two) = (small(), Image { layers: vec![layer("c", vec![file("x", "y")])], ..small() });
    let forms = |image: &Image| {
        [archive(&image.layout("app:1", Stored::Gzip)), image.docker_archive("localhost/app:1.0-1")]
    };
    let (mut moments, mut told) = (0, 0);
    for (before, other) in forms(&one).iter().zip(forms(&two).iter()) {
        let grown = [&vec![b'x'; 1536][..], before].concat();
        let expected = format!("{:?}", open(before, &Limits::default()).unwrap());
        for after in [&b""[..], &before[..before.len() / 2], other, &grown] {
            let replaced = format!("{:?}", open(after, &Limits::default()).unwrap_or_default());
            for moment in 0.. {
                let mut file = Changing { before: Cursor::new(before), after, reads_left: moment };
                let read = TarParts::new(&mut file).and_then(|mut parts| {
                    let mut budget = Budget::new(Limits::default());
                    let listing = list(&mut parts, Format::Unstated, None)?;
                    listing.images.iter().map(|image| read(&mut parts, image, &mut budget)).collect()
                });
                moments += 1;
                let read: Result<Vec<ImageContents>, _> = read;
                match read {
                    Ok(images)
                        if !images.is_empty() && images.iter().all(|image| image.faults.is_empty()) =>
                    {
                        let images = format!("{images:?}");
                        assert!(images == expected || images == replaced, "{moment}");
                    }
                    _ => told += 1,
                }
                // The whole file was read before that moment.
                if (1..usize::MAX / 2).contains(&file.reads_left) {
                    break;
                }
            }
        }
    }
    assert!(moments > 300 && told > 250, "{told} of {moments}");
}
