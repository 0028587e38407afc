//! The JSON form of values in a report: an object of their parts, while a value alone is one string.

use serde::{Serialize, Serializer};

use crate::{git_url::GitUrl, reference::ImageReference, tag::Tag};

pub(super) fn tag<S: Serializer>(tag: &Tag, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Parts<'a> {
        version: &'a str,
        release: Option<&'a str>,
    }
    Parts { version: tag.version(), release: tag.release() }.serialize(serializer)
}

pub(super) fn git_url<S: Serializer>(url: &GitUrl, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Parts<'a> {
        transport: &'static str,
        user: Option<&'a str>,
        host: &'a str,
        port: Option<u16>,
        path: &'a str,
        owner: Option<&'a str>,
        repository: Option<&'a str>,
    }
    let parts = Parts {
        transport: url.transport().scheme(),
        user: url.user(),
        host: url.host(),
        port: url.port(),
        path: url.path(),
        owner: url.owner(),
        repository: url.repository(),
    };
    parts.serialize(serializer)
}

pub(super) fn image_reference<S: Serializer>(
    reference: &ImageReference,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Parts<'a> {
        domain: &'a str,
        path: &'a str,
        tag: Option<&'a str>,
        digest: Option<&'a str>,
    }
    let parts = Parts {
        domain: reference.domain(),
        path: reference.path(),
        tag: reference.tag(),
        digest: reference.digest(),
    };
    parts.serialize(serializer)
}
