//! `rekey.toml`, compared with its published schema.

use std::fs;

use rekey_files::config::{self, Config};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn read(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{name}")).unwrap()
}

#[test]
fn every_rekey_toml_matches_its_schema() {
    let schema: Value = serde_json::from_str(&read("docs/schema/rekey.toml.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for entry in fs::read_dir(format!("{ROOT}/tests/partners")).unwrap().flatten() {
        let Ok(text) = fs::read_to_string(entry.path().join("rekey.toml")) else { continue };
        let value: Value = toml::from_str(&text).unwrap();
        let taken = Config::parse(text.as_bytes()).is_ok();
        assert_eq!(validator.is_valid(&value), taken, "{}", entry.path().display());
    }
    // The guide's example has every key.
    let guide = read("docs/guide/command.md");
    let example = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let value: Value = toml::from_str(example).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(Config::parse(example.as_bytes()).is_ok());
    for (table, entries) in [("", &value), ("git", &value["git"]), ("image", &value["image"][0])] {
        let schema = config::schema();
        let schema = match table {
            "" => &schema["properties"],
            "image" => &schema["properties"]["image"]["items"]["properties"],
            table => &schema["properties"][table]["properties"],
        };
        for key in schema.as_object().unwrap().keys().filter(|key| *key != "key-env") {
            assert!(entries.get(key).is_some(), "the guide's example has no `{table}.{key}`");
        }
    }
}
