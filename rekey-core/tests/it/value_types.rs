//! The standard traits of public types, which users of other crates expect, and their behavior.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{Debug, Display},
    hash::Hash,
    str::FromStr,
};

use rekey_core::{
    Counts, Date, DockerfileInput, Edit, Finding, Fix, Flow, Forecast, GitUrl, GitUrlInput, ImageInput,
    ImageReference, Outcome, Override, Place, Policy, PreflightVersion, PrivateKey, PrivateKeyInput, Report,
    Rule, Safety, Section, Severity, Source, Span, Subject, Submission, Tag, TagInput, Target, Text,
    check_dockerfile, check_git_url, check_image, check_private_key, check_submission, check_tag,
    dockerfile::{BuildContext, Dockerfile, Instruction, Options, Syntax},
    finding::Related,
    private_key::{self, Fingerprint, FingerprintProblem, PublicKey, PublicKeyProblem},
    severity::UnknownName,
    submission::{GitSource, ImageSource},
    text::Range,
};
use serde::{Serialize, de::DeserializeOwned};

fn shared<T: Send + Sync + Debug + ?Sized>() {}

fn input<T: Send + Sync + Debug + Clone>() {}

fn data<T: Send + Sync + Debug + Clone + PartialEq>() {}

fn serialized<T: Serialize>() {}

fn hashed<T: Eq + Hash>() {}

fn ordered<T: Eq + Hash + Ord>() {}

fn error<T: Error + Send + Sync + Clone + PartialEq + 'static>() {}

/// Asserts that a value is written as one text and read from it.
fn text<T>()
where
    T: Send + Sync + Debug + Clone + Eq + Hash + Display + Into<String> + Serialize + DeserializeOwned,
    T: FromStr<Err: Error + Send + Sync + 'static> + TryFrom<String>,
    for<'a> T: TryFrom<&'a str>,
{
}

fn borrowed<T: AsRef<str>>() {}

/// Asserts that every type on the right implements each of the traits on the left.
macro_rules! assert_traits {
    ($($($bound:ident),+: $types:tt;)+) => {
        $($(assert_traits!(@each $bound $types);)+)+
    };
    (@each $bound:ident [$($type:ty),+ $(,)?]) => { $($bound::<$type>();)+ };
}

/// Fails to compile if the type implements one of the traits.
macro_rules! assert_lacks {
    ($type:ty: $($bound:path),+) => {
        $({
            trait Ambiguous<A> { fn there() {} }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Has;
            impl<T: ?Sized + $bound> Ambiguous<Has> for T {}
            let _ = <$type as Ambiguous<_>>::there;
        })+
    };
}

#[test]
fn types_have_the_traits_that_users_expect() {
    assert_traits! {
        text: [Tag, GitUrl, ImageReference, PublicKey, Fingerprint, Date, PreflightVersion];
        text, borrowed, ordered: [Flow, Policy, Subject, Severity, Safety, Outcome];
        ordered: [Tag, GitUrl, ImageReference, Fingerprint, Date, PreflightVersion, Source, Span, Range];
        borrowed: [Tag, ImageReference];
        data: [Report, Section, Finding, Forecast, Counts, Place, Related, Fix, Edit, Target, Override];
        data: [&Rule, Dockerfile<'_>, Instruction<'_>, Syntax<'_>, private_key::Summary];
        serialized: [Report, Finding, Forecast, Counts, private_key::Summary];
        hashed: [Counts, Rule];
        input: [Text<'_>, TagInput<'_>, GitUrlInput<'_>, PrivateKeyInput<'_>, DockerfileInput<'_>, ImageInput<'_>];
        input: [Submission<'_>, GitSource<'_>, ImageSource<'_>, Options];
        shared: [PrivateKey, dyn BuildContext];
        error: [UnknownName, FingerprintProblem, PublicKeyProblem, private_key::Problem, rekey_core::TargetError];
    }
    assert_lacks!(PrivateKey: Clone, Display, PartialEq, Serialize, DeserializeOwned);
    assert_lacks!(Text<'static>: Display, AsRef<[u8]>, Serialize);
}

#[test]
fn a_value_is_one_string_in_serde_and_reads_back() {
    fn back<T>(text: &str)
    where
        T: Clone + Debug + PartialEq + Serialize + DeserializeOwned,
        T: FromStr<Err: Debug> + Into<String> + for<'a> TryFrom<&'a str, Error: Debug>,
    {
        let value: T = text.parse().unwrap();
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, format!("{text:?}"));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
        assert_eq!(T::try_from(text).unwrap(), value);
        assert_eq!(Into::<String>::into(value.clone()), text);
        assert!(serde_json::from_str::<T>("1").is_err());
        assert!(T::try_from("\u{1}?").is_err(), "{text}");
    }
    back::<Tag>("1.0-beta-3");
    back::<GitUrl>("git@github.com:acme/app.git");
    back::<ImageReference>("quay.io/acme/app:1.0-1");
    back::<Fingerprint>("SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA");
    back::<PublicKey>("SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA");
    back::<PublicKey>("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl");
    back::<Date>("2026-11-23");
    back::<PreflightVersion>("1.21.0");
    back::<Flow>("quay");
    back::<Policy>("scratch-root");
    back::<Subject>("git_url");
    back::<Severity>("warning");
    back::<Safety>("display");
    back::<Outcome>("unknown");
}

#[test]
fn an_error_of_serde_quotes_no_secret() {
    let error =
        serde_json::from_str::<GitUrl>(r#""https://jane:hunter2hunter2@github.com/a/b""#).unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
    let error =
        serde_json::from_str::<Severity>(r#""ghp_0123456789abcdefghijABCDEFGHIJ012345""#).unwrap_err();
    assert!(!error.to_string().contains("0123456789"), "{error}");
}

#[test]
fn owned_and_borrowed_inputs_have_the_same_report() {
    let target = Target::default();
    let tag = String::from("1.0");
    let report = check_tag(&tag, &target);
    assert_eq!(check_tag(tag.clone(), &target), report);
    assert_eq!(check_tag(tag.clone().into_bytes(), &target), report);
    assert_eq!(check_tag(Cow::Borrowed(tag.as_str()), &target), report);
    assert_eq!(check_tag(Cow::<str>::Owned(tag), &target), report);
    assert_ne!(check_tag("1.1", &target), report);
    let url = "https://github.com/acme/app";
    assert_eq!(check_git_url(url.to_owned(), &target), check_git_url(url, &target));
    let file = "FROM scratch\n";
    assert_eq!(check_dockerfile(file.as_bytes().to_vec(), &target), check_dockerfile(file, &target));
    assert_eq!(check_image("a/b".to_owned(), &target), check_image("a/b", &target));
    assert_eq!(check_private_key(vec![b'x'], &target), check_private_key("x", &target));
}

#[test]
fn submissions_can_be_checked_in_threads() {
    let context = std::collections::BTreeMap::from([("licenses/LICENSE".to_owned(), 1_u64)]);
    let mut submission = Submission::default();
    submission.images.push(ImageSource {
        dockerfile: Some("FROM scratch\n".into()),
        context: Some(&context),
        ..ImageSource::default()
    });
    let target = Target::default();
    let reports: Vec<_> = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| check_submission(&submission, &target)));
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(reports[0], reports[1]);
}

#[test]
fn addresses_of_one_repository_are_adjacent() {
    let mut urls = ["https://b.org/a/b", "git@a.org:z/y.git", "https://a.org/z/y", "https://a.org/zz/y"]
        .map(|url| GitUrl::parse(url).unwrap());
    urls.sort();
    let sorted = urls.map(|url| url.to_string());
    assert_eq!(sorted, ["https://a.org/z/y", "git@a.org:z/y.git", "https://a.org/zz/y", "https://b.org/a/b"]);
}
