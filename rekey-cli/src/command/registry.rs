//! Images in registries and in the storage of podman and docker.

use std::{path::Path, time::Duration};

use rekey_core::{
    Flow, ImageReference, Source, Target, Text, image::contents::Repository, reference::registry::PushTarget,
};
use rekey_files::{
    archive::{CheckedImages, ImageLocation, PartsOrigin, Transport, has_user_info},
    read::{ReadError, Reason, shown},
};
use rekey_image::Format;
use rekey_registry::{Credentials, Error, Helpers, Options, Protocol, Registry, RegistryImage};

use super::{Session, USAGE, progress::Indicator};
use crate::args::{Connection, Image, Next};

impl Session<'_, '_> {
    /// Checks an image in a registry; `pushed_to` is the destination of its push.
    pub(super) fn image_in_registry(
        &mut self,
        location: &ImageLocation,
        pushed_to: Option<&Text<'_>>,
        args: &Image,
        target: &Target,
    ) -> Option<CheckedImages> {
        let text = location.path().to_string_lossy().into_owned();
        let reference = self.reference(&text)?;
        let registry = self.registry(args.connection, args.auth_file.as_deref())?;
        let spinner = self.spinner("asking the registry");
        // Preflight needs the tags only for `latest` and a digest, so the image is checked without them, too.
        let opened = registry.image(&reference).map(|image| (image, registry.tags(&reference)));
        drop(spinner);
        let (mut image, tags) = opened.map_err(|error| self.unfetched(&text, &error)).ok()?;
        let repository = Repository::new(reference.clone());
        let (repository, unlisted) = match tags {
            Ok(tags) => (repository.tags(tags), None),
            Err(error) => (repository, Some(format!("the tags of the repository: {error}"))),
        };
        let origin = PartsOrigin::new(Source::named_field(format!("docker://{text}")));
        let origin = origin.index(Format::Oci, None).repository(repository);
        let checked = {
            let _bar = self.download(&image);
            CheckedImages::of_parts(&mut image, &origin, pushed_to, target)
        };
        let mut checked = self.keep(checked)?;
        checked.left_out.extend(unlisted);
        Some(checked)
    }

    /// Checks an image of podman's or docker's storage.
    #[cfg(unix)]
    pub(super) fn image_of_engine(
        &mut self,
        location: &ImageLocation,
        pushed_to: Option<&Text<'_>>,
        target: &Target,
    ) -> Option<CheckedImages> {
        use rekey_registry::engine::{self, docker_save, podman_save};

        let text = location.path().to_string_lossy().into_owned();
        let mut options = engine::Options::default();
        let (prefix, saved) = if location.transport() == Transport::DockerDaemon {
            ("docker-daemon", docker_save(&text, &options))
        } else {
            let (store, name) = split_store(&text);
            options.podman_arguments = store.into_iter().map(Into::into).collect();
            ("containers-storage", podman_save(name, &options))
        };
        let called = format!("{prefix}:{text}");
        let checked = saved.map_err(|error| unread(&called, &error)).and_then(|mut saved| {
            let _spinner = self.spinner("reading the image");
            let origin = PartsOrigin::new(Source::named_field(called.as_str())).index(Format::Docker, None);
            let checked = CheckedImages::of_stream(&mut saved, &origin, pushed_to, target);
            // An engine that failed explains why its archive is incomplete.
            saved.finish().map_err(|error| unread(&called, &error)).and(checked)
        });
        self.keep(checked)
    }

    #[cfg(not(unix))]
    pub(super) fn image_of_engine(
        &mut self,
        _: &ImageLocation,
        _: Option<&Text<'_>>,
        _: &Target,
    ) -> Option<CheckedImages> {
        let complaint = "on this system, save the image first: `podman save --output app.tar IMAGE`";
        self.complain(complaint, USAGE);
        None
    }

    /// The tags that a registry lists, and the tag of the reference.
    pub(super) fn tags_in_registry(
        &mut self,
        text: &str,
        args: &Next,
    ) -> Option<(Option<String>, Vec<String>)> {
        let text = text.strip_prefix("docker://").unwrap_or(text);
        let reference = self.reference(text)?;
        let registry = self.registry(args.connection, args.auth_file.as_deref())?;
        let spinner = self.spinner("asking the registry");
        let tags = registry.tags(&reference);
        drop(spinner);
        let tags = tags.map_err(|error| self.unfetched(text, &error)).ok()?;
        Some((reference.tag().map(str::to_owned), tags))
    }

    /// Parses the reference of an image in a registry.
    fn reference(&mut self, text: &str) -> Option<ImageReference> {
        if has_user_info(text) {
            let complaint = "a reference has no user or password before an `@`: remove it, and log in with `podman login`";
            self.complain(complaint, USAGE);
            return None;
        }
        let name = shown(text);
        match ImageReference::parse(text) {
            Ok(reference) if !reference.domain().is_empty() => Some(reference),
            Ok(_) => {
                self.complain(&format!("`{name}`: the text before the first `/` is not a host name"), USAGE);
                None
            }
            Err(problem) => {
                self.complain(&format!("`{name}`: {problem}"), USAGE);
                None
            }
        }
    }

    fn registry(&mut self, connection: Connection, auth_file: Option<&Path>) -> Option<Registry> {
        if self.is_offline("a registry") {
            return None;
        }
        let mut options = Options::default();
        options.idle_timeout = Duration::from_secs(connection.timeout);
        options.connect_timeout = options.connect_timeout.min(options.idle_timeout);
        if connection.plain_http {
            options.protocol = Protocol::PlainHttp;
        }
        if connection.credential_helpers {
            options.helpers = Helpers::Run;
        }
        if let Some(path) = auth_file {
            options.credentials = Credentials::File(path.to_owned());
        }
        let registry = Registry::new(options);
        registry.map_err(|error| self.complain(&error.to_string(), USAGE)).ok()
    }

    /// A progress bar for a download, on a terminal.
    fn download(&self, image: &RegistryImage) -> Indicator {
        let progress = image.progress();
        let state = move || (progress.bytes(), progress.total_bytes());
        Indicator::download(state, self.streams.progress && !self.global.quiet)
    }

    fn unfetched(&mut self, name: &str, error: &Error) {
        self.unread(&unread(name, error));
    }
}

fn unread(name: &str, error: &Error) -> ReadError {
    ReadError::new(name, Reason::Other(error.to_string()))
}

/// The reference of an image in a registry, if images are pushed to this place in the flow: then the rules of
/// references apply to it.
pub(super) fn push_target(location: &ImageLocation, target: &Target) -> Option<Vec<u8>> {
    let text = location.path().as_os_str().as_encoded_bytes();
    let reference =
        ImageReference::parse(text).ok().filter(|_| location.transport() == Transport::Registry)?;
    let is_target = target.flow() == Flow::External || PushTarget::of(&reference).is_some();
    is_target.then(|| text.to_vec())
}

/// Splits skopeo's `[DRIVER@ROOT+RUNROOT:OPTIONS]NAME` into podman's arguments and the name.
#[cfg(unix)]
fn split_store(text: &str) -> (Vec<String>, &str) {
    let Some((store, name)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return (Vec::new(), text);
    };
    let (driver, store) = store.split_once('@').map_or((None, store), |(driver, rest)| (Some(driver), rest));
    let (store, settings) =
        store.split_once(':').map_or((store, None), |(store, settings)| (store, Some(settings)));
    let (root, run) = store.split_once('+').map_or((store, None), |(root, run)| (root, Some(run)));
    let root = Some(root).filter(|root| !root.is_empty());
    let settings = settings.into_iter().flat_map(|settings| settings.split(',')).map(Some);
    let named = [("--storage-driver", driver), ("--root", root), ("--runroot", run)];
    let named = named.into_iter().chain(settings.map(|setting| ("--storage-opt", setting)));
    let arguments = named.filter_map(|(name, value)| Some([name.to_owned(), value?.to_owned()]));
    (arguments.flatten().collect(), name)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_an_argument_of_podman() {
        for (text, arguments, name) in [
            ("localhost/app:1", "", "localhost/app:1"),
            ("[/store]app", "--root /store", "app"),
            ("[vfs@/store+/run]app:1", "--storage-driver vfs --root /store --runroot /run", "app:1"),
            (
                "[vfs@/s+/r:a=b,c=d]app",
                "--storage-driver vfs --root /s --runroot /r --storage-opt a=b --storage-opt c=d",
                "app",
            ),
            ("[open", "", "[open"),
        ] {
            let (found, rest) = split_store(text);
            assert_eq!((found.join(" ").as_str(), rest), (arguments, name), "{text}");
        }
    }
}
