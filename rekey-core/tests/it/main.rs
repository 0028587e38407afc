//! The tests of the library from outside, in one binary.

mod arrows;
mod artifacts;
mod cases;
mod consequences;
mod corpus;
mod dockerfile_corpus;
mod dockerfile_linear;
mod dockerfile_policy;
mod dockerfile_spans;
mod fixes;
mod git_record;
mod git_url_corpus;
mod image_facts;
mod image_push;
mod judge;
mod limits;
mod private_key;
mod private_key_mutations;
mod private_key_rules;
mod rpm_order;
mod rules;
mod shapes;
#[path = "../../../tests/skip.rs"]
mod skip;
mod strings_corpus;
mod tables;
mod trademark_judge;
mod traps;
mod value_types;
mod words;
