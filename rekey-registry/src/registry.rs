//! Registries: images and tags.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rekey_core::ImageReference;
use serde::Deserialize;
use ureq::{
    http::{HeaderMap, Uri, header},
    tls::Certificate,
};

use crate::{
    Error, RegistryImage,
    address::{Address, resolved},
    agents::{self, Agents},
    options::Options,
    session::{Part, PartUrl, Session},
};

/// The maximum number of pages of tags.
const TAG_PAGES: usize = 100;
/// The maximum number of tags.
const TAGS: usize = 100_000;
/// The maximum size of a page of tags.
const TAG_PAGE_BYTES: usize = 16 << 20;
/// The number of tags that a page should have.
const TAGS_PER_PAGE: usize = 1000;
/// The maximum length of a tag.
const TAG_LENGTH: usize = 128;

/// The access to registries. Connections and logins are reused for the same repository.
pub struct Registry {
    options: Arc<Options>,
    roots: Vec<Certificate<'static>>,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
}

impl Registry {
    /// Returns the access with these options.
    ///
    /// # Errors
    /// Returns an error if the certificates of the options cannot be read.
    pub fn new(options: Options) -> Result<Self, Error> {
        let roots = agents::roots(&options)?;
        Ok(Self { options: Arc::new(options), roots, sessions: Mutex::default() })
    }

    /// Opens an image: requests its manifest or its multi-platform index, and nothing else.
    ///
    /// # Errors
    /// Returns an error if the registry cannot be reached, or does not allow or have it.
    pub fn image(&self, reference: &ImageReference) -> Result<RegistryImage, Error> {
        let session = self.session(reference)?;
        let (options, roots) = (Arc::clone(&self.options), self.all_roots(reference)?);
        let new_agents = move || Agents::new(&options, &roots).ok();
        RegistryImage::open(session, reference, Box::new(new_agents))
    }

    /// Lists the tags of a repository in the registry's order.
    ///
    /// # Errors
    /// Returns an error if the registry cannot be reached, or does not allow or have the repository, or if
    /// there are too many tags.
    pub fn tags(&self, reference: &ImageReference) -> Result<Vec<String>, Error> {
        let session = self.session(reference)?;
        let mut next: Option<Uri> = None;
        let mut tags = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..TAG_PAGES {
            let url = match &next {
                Some(url) => PartUrl::Next(url),
                None => PartUrl::Path(format!("tags/list?n={TAGS_PER_PAGE}")),
            };
            let part = Part { url, accept: None, from: 0, called: "" };
            let (url, headers, text) = session.get_document(&part, "a list of tags", TAG_PAGE_BYTES)?;
            let page: Page = serde_json::from_slice(&text).map_err(|error| Error::Invalid {
                host: session.host(),
                what: "a list of tags",
                reason: format!("invalid JSON in line {}, column {}", error.line(), error.column()),
            })?;
            tags.extend(page.tags.unwrap_or_default().into_iter().filter(|tag| is_tag(tag)));
            if tags.len() > TAGS {
                break;
            }
            let Some(target) = next_page(&headers) else { return Ok(tags) };
            let same = resolved(&url, &target)
                .filter(|target| Address::of(target).as_ref() == Some(session.registry()));
            let target = same.ok_or_else(|| Error::Redirect {
                host: session.host(),
                reason: "the next page of tags is on another host".to_owned(),
            })?;
            if !seen.insert(target.to_string()) {
                break;
            }
            next = Some(target);
        }
        Err(Error::TooManyTags(session.name("")))
    }

    fn session(&self, reference: &ImageReference) -> Result<Arc<Session>, Error> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = sessions.get(reference.name()) {
            return Ok(Arc::clone(session));
        }
        if reference.domain().is_empty() {
            return Err(Error::NoRegistry(reference.name().to_owned()));
        }
        let agents = Agents::new(&self.options, &self.all_roots(reference)?)?;
        let session = Arc::new(Session::new(Arc::clone(&self.options), agents, reference)?);
        sessions.insert(reference.name().to_owned(), Arc::clone(&session));
        Ok(session)
    }

    fn all_roots(&self, reference: &ImageReference) -> Result<Vec<Certificate<'static>>, Error> {
        let mut roots = self.roots.clone();
        roots.extend(agents::own_roots(&self.options, reference.domain())?);
        Ok(roots)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("options", &self.options).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    (1..=TAG_LENGTH).contains(&text.len()) && text.bytes().all(is_word)
}

/// The target of the link to the next page: `<…>; rel="next"`.
fn next_page(headers: &HeaderMap) -> Option<String> {
    let links = headers.get_all(header::LINK).into_iter().filter_map(|link| link.to_str().ok());
    links.flat_map(|links| links.split(',')).find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = |parameter: &str| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("next")
        };
        parameters.split(';').any(is_next).then(|| target.to_owned())
    })
}
