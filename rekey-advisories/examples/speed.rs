//! Measures reading, building and matching on one thread:
//! `cargo run --release -p rekey-advisories --example speed -- FOLDER`, in which a folder has VEX documents (`*.json`).
//!
//! The documents are repeated under other ids until the index has 100,000 statements. A package list is made of the names
//! in the documents, all of them with an old release.

use std::{error::Error, fs, time::Instant};

use rekey_advisories::{Cpe, Document, Evr, Index, IndexBuilder, Installed, Limits, Products, csaf};

/// The number of statements of the large index.
const STATEMENTS: usize = 100_000;
/// The number of packages of the image.
const PACKAGES: usize = 300;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder with VEX documents")?;
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            texts.push(fs::read_to_string(path)?);
        }
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let limits = Limits::default();
    let mut documents: Vec<Document> = Vec::new();
    let seconds = best(|| {
        documents = texts.iter().filter_map(|text| csaf::parse(text.as_bytes(), &limits).ok()).collect();
    });
    let statements: usize = documents.iter().map(|document| document.statements().len()).sum();
    println!(
        "read: {} documents, {bytes} bytes, {statements} statements, {:.0} MB/s",
        documents.len(),
        speed(bytes, seconds)
    );

    let mut size = 0;
    let seconds = best(|| size = build(&texts, 1).map_or(0, |(index, _)| index.as_bytes().len()));
    println!("build: {size} bytes, {:.0} MB/s", speed(bytes, seconds));

    let repeats = STATEMENTS.div_ceil(statements);
    let start = Instant::now();
    let (index, read) = build(&texts, repeats)?;
    println!(
        "build of {} statements: {} bytes from {read}, {:.0} MB/s",
        index.len(),
        index.as_bytes().len(),
        speed(read, start.elapsed().as_secs_f64())
    );
    let file = index.as_bytes().to_vec();
    let seconds = best(|| {
        let read = Index::from_bytes(file.clone());
        assert!(read.is_ok());
    });
    println!("read the index: {:.2} ms", seconds * 1000.0);

    let mut names: Vec<&str> =
        documents.iter().flat_map(Document::statements).map(|statement| statement.name).collect();
    names.sort_unstable();
    names.dedup();
    let evr = Evr::parse("0-0").ok_or("an EVR")?;
    let packages: Vec<_> = names
        .iter()
        .cycle()
        .take(PACKAGES)
        .map(|name| Installed::new(name, evr, "x86_64").source_rpm("curl-0-0.src.rpm"))
        .collect();
    let products =
        ["cpe:/o:redhat:enterprise_linux:9::baseos", "cpe:/a:redhat:enterprise_linux:9::appstream"];
    let products = Products::given(products.iter().filter_map(|cpe| Cpe::parse(cpe)).collect());
    let mut matches = 0;
    let seconds = best(|| matches = index.assess(&packages, Some(&products)).matches().len());
    println!("match {} packages: {matches} matches, {:.2} ms", packages.len(), seconds * 1000.0);
    Ok(())
}

/// Builds an index of the documents, repeated under other ids; returns it with the number of bytes read.
fn build(texts: &[String], repeats: usize) -> Result<(Index, usize), Box<dyn Error>> {
    let mut builder = IndexBuilder::new(Limits::default());
    let mut read = 0;
    for repeat in 0..repeats {
        for text in texts {
            let text = if repeat == 0 {
                text.into()
            } else {
                std::borrow::Cow::Owned(text.replace("CVE-20", &format!("CVE-{repeat}-20")))
            };
            read += text.len();
            // A template is no document.
            let _ = builder.add_csaf(text.as_bytes());
        }
    }
    Ok((builder.build()?, read))
}

/// Returns the shortest time of ten runs in seconds.
fn best(mut run: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..10).map(time).fold(f64::INFINITY, f64::min)
}

/// Returns megabytes for each second.
#[expect(clippy::cast_precision_loss, reason = "sizes of documents are far smaller than 2^52")]
fn speed(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / 1e6 / seconds
}
