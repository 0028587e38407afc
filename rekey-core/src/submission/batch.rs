//! Values that multiple submissions share although each should have its own.
#![allow(
    clippy::indexing_slicing,
    reason = "numbers are those of the submissions, keys and images that are counted here"
)]

use std::{collections::HashMap, hash::Hash};

use super::{ImageSource, Submission};
use crate::{
    credentials::registry_key::KeyForm,
    finding::Source,
    git_url::GitUrl,
    input::Text,
    private_key::{Fingerprint, PrivateKey, PublicKey, scan, shared_primes},
    reference::{ImageReference, registry::PushTarget},
};

/// The maximum number of others that a finding names.
const MOST: usize = 8;

/// The values that one submission shares with others, with the places of the others.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// The private key, used for another repository.
    pub(crate) key: Vec<(Source, Fingerprint)>,
    /// A prime of the private key.
    pub(crate) prime: Vec<Source>,
    /// The shared values of each image.
    pub(crate) images: Vec<SharedImage>,
}

/// The values that one image shares with others.
#[derive(Debug, Default)]
pub(crate) struct SharedImage {
    /// The reference, with its tag.
    pub(crate) reference: Vec<Source>,
    /// The project, with another tag and from another repository.
    pub(crate) project: Vec<Source>,
    /// The registry key, used for another project.
    pub(crate) registry_key: Vec<Source>,
}

/// The values that each submission shares with others, and its images with each other.
pub(crate) fn shared(submissions: &[Submission<'_>]) -> Vec<Shared> {
    let nothing = submissions.iter().map(|submission| Shared {
        images: submission.images.iter().map(|_| SharedImage::default()).collect(),
        ..Shared::default()
    });
    let mut shared: Vec<_> = nothing.collect();
    if submissions.len() > 1 {
        share_keys(&Key::all(submissions), &mut shared);
    }
    if shared.iter().map(|one| one.images.len()).sum::<usize>() > 1 {
        let repositories: Vec<_> = submissions.iter().map(repository).collect();
        share_images(&Image::all(submissions, &repositories), &mut shared);
    }
    shared
}

/// A private key, represented by its public half.
struct Key {
    submission: usize,
    place: Source,
    public: PublicKey,
    repository: Option<GitUrl>,
}

impl Key {
    fn all(submissions: &[Submission<'_>]) -> Vec<Self> {
        let keys = submissions.iter().enumerate().filter_map(|(number, submission)| {
            let text = submission.git.key.as_ref()?;
            let scan = scan(text.bytes());
            Some(Self {
                submission: number,
                place: place(text, "git.key", Some(number)),
                public: scan.recovered().as_ref().map(PrivateKey::public_key).or(scan.public)?,
                repository: repository(submission),
            })
        });
        keys.collect()
    }
}

fn share_keys(keys: &[Key], shared: &mut [Shared]) {
    let same = others(keys.iter().map(|key| Some(key.public.blob())), |a, b| {
        is_same(keys[a].repository.as_ref(), keys[b].repository.as_ref())
    });
    for (key, others) in keys.iter().zip(same) {
        let others = others.into_iter().map(|other| &keys[other]);
        let others = others.map(|other| (other.place.clone(), other.public.fingerprint()));
        shared[key.submission].key = others.collect();
    }

    let mut numbers = HashMap::new();
    let mut different: Vec<&Key> = Vec::new();
    for key in keys {
        numbers.entry(key.public.blob()).or_insert_with(|| {
            different.push(key);
            different.len() - 1
        });
    }
    let primes = shared_primes(&different.iter().map(|key| &key.public).collect::<Vec<_>>(), MOST);
    for key in keys {
        let others = primes[numbers[key.public.blob()]].iter();
        shared[key.submission].prime = others.map(|other| different[*other].place.clone()).collect();
    }
}

/// One image of any submission.
struct Image<'s> {
    submission: usize,
    number: usize,
    source: &'s ImageSource<'s>,
    reference: Option<ImageReference>,
    repository: Option<&'s GitUrl>,
    /// The number of the submission, if there are others.
    named_by: Option<usize>,
}

impl<'s> Image<'s> {
    fn all(submissions: &'s [Submission<'s>], repositories: &'s [Option<GitUrl>]) -> Vec<Self> {
        let each = submissions.iter().zip(repositories).enumerate();
        let images = each.flat_map(|(submission, (given, repository))| {
            given.images.iter().enumerate().map(move |(number, source)| Self {
                submission,
                number,
                source,
                reference: source.reference.as_ref().and_then(reference),
                repository: repository.as_ref(),
                named_by: (submissions.len() > 1).then_some(submission),
            })
        });
        images.collect()
    }

    /// The destination of a push, and its tag.
    fn pushed(&self) -> Option<(&str, &str, &str)> {
        let reference = self.reference.as_ref()?;
        Some((reference.domain(), reference.path(), reference.tag()?))
    }

    fn project(&self) -> Option<&str> {
        self.reference.as_ref().and_then(PushTarget::of).map(PushTarget::project)
    }

    /// The registry key; an invalid key in two places is not reported.
    fn registry_key(&self) -> Option<&'s [u8]> {
        let text = self.source.registry_key.as_ref()?.bytes();
        KeyForm::of(text).quay_fault().is_none().then_some(text.trim_ascii_end())
    }

    fn place_of_reference(&self) -> Option<Source> {
        self.source.reference.as_ref().map(|text| place(text, "reference", self.named_by))
    }

    fn place_of_registry_key(&self) -> Option<Source> {
        self.source.registry_key.as_ref().map(|text| place(text, "registry-key", self.named_by))
    }
}

fn share_images<'s>(images: &[Image<'s>], shared: &mut [Shared]) {
    let references = others(images.iter().map(Image::pushed), |_, _| false);
    let projects = others(images.iter().map(Image::project), |a, b| {
        let (a, b) = (&images[a], &images[b]);
        let versions = a.submission != b.submission && is_same(a.repository, b.repository);
        versions || a.pushed().is_some() && a.pushed() == b.pushed()
    });
    let registry_keys = others(images.iter().map(Image::registry_key), |a, b| {
        images[a].project().is_some() && images[a].project() == images[b].project()
    });
    for (at, image) in images.iter().enumerate() {
        let places = |others: &[Vec<usize>], place: fn(&Image<'s>) -> Option<Source>| {
            others[at].iter().filter_map(|other| place(&images[*other])).collect()
        };
        shared[image.submission].images[image.number] = SharedImage {
            reference: places(&references, Image::place_of_reference),
            project: places(&projects, Image::place_of_reference),
            registry_key: places(&registry_keys, Image::place_of_registry_key),
        };
    }
}

/// For each of the keys, some other places with the same key. Those that are `alike` may share it.
fn others<K: Hash + Eq>(
    keys: impl Iterator<Item = Option<K>>,
    alike: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let keys: Vec<_> = keys.collect();
    // A few places that differ among themselves are enough: any place is alike to at most one of them.
    let mut places: HashMap<&K, Vec<usize>> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        let Some(key) = key else { continue };
        let known = places.entry(key).or_default();
        if known.len() <= MOST && !known.iter().any(|other| alike(*other, at)) {
            known.push(at);
        }
    }
    let others = keys.iter().enumerate().map(|(at, key)| {
        let known = key.as_ref().map_or(&[][..], |key| &places[key]);
        known.iter().copied().filter(|other| *other != at && !alike(*other, at)).take(MOST).collect()
    });
    others.collect()
}

fn repository(submission: &Submission<'_>) -> Option<GitUrl> {
    GitUrl::parse(submission.git.url.as_ref()?.bytes()).ok()
}

fn is_same(a: Option<&GitUrl>, b: Option<&GitUrl>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.same_repository(b))
}

fn reference(text: &Text<'_>) -> Option<ImageReference> {
    ImageReference::parse(std::str::from_utf8(text.bytes()).ok()?).ok()
}

/// The name of a field in the findings about others: the path of a file, or the field with its submission's
/// number.
fn place(text: &Text<'_>, field: &'static str, submission: Option<usize>) -> Source {
    let source = text.source(field);
    match submission {
        Some(number) if !source.is_file() => Source::named_field(format!("submissions[{number}].{source}")),
        _ => source,
    }
}
