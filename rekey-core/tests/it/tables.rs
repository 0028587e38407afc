//! The tables in `tests/cases`, which Python and Node run too: `cases.rs` describes them.

use std::{fs, path::PathBuf};

use rekey_core::Subject;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) input: Option<String>,
    pub(crate) input_hex: Option<String>,
    pub(crate) file: Option<String>,
    #[serde(default)]
    pub(crate) options: toml::Table,
    pub(crate) find: Vec<[String; 2]>,
    pub(crate) fixed: Option<String>,
}

fn tests() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

impl Case {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if let Some(text) = &self.input {
            return text.clone().into_bytes();
        }
        if let Some(hex) = &self.input_hex {
            let digits: Vec<_> = hex.chars().filter(|c| !c.is_whitespace()).collect();
            let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("hex");
            return digits.chunks(2).map(byte).collect();
        }
        let file = self.file.as_ref().expect("a case has input, input_hex or file");
        fs::read(tests().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }
}

/// Every case, with its subject.
pub(crate) fn cases() -> Vec<(Subject, Case)> {
    let mut files: Vec<_> = fs::read_dir(tests().join("cases")).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let tables = files.iter().filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let cases = tables.flat_map(|path| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let subject = Subject::ALL.iter().find(|subject| subject.as_str() == stem);
        let subject = *subject.unwrap_or_else(|| panic!("{stem} is no subject"));
        let table: Table = toml::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        table.case.into_iter().map(move |case| (subject, case))
    });
    cases.collect()
}
