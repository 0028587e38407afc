//! The layers of an image, read one after another or at the same time.

use std::{
    io::{self, Read},
    num::NonZero,
    sync::{Mutex, PoisonError, mpsc::sync_channel},
    thread,
};

use rekey_core::image::{
    config::ConfigLayers,
    contents::{Fault, FaultKind, ImageContents, Layer},
};

use crate::{
    Parts, PartsApart,
    layer::{Budget, Unreadable, read_layer, shown},
    layout::{Blob, Blobs, part_name},
};

/// The maximum number of threads that read layers.
const THREADS: usize = 4;

/// A layer as the archive identifies it.
pub(crate) enum Stored {
    /// Identified by its digest.
    Blob(Blob, Blobs),
    /// Identified by the name of its part.
    Part(String),
}

impl Stored {
    fn digest(&self) -> Option<&String> {
        match self {
            Self::Blob(blob, _) => Some(&blob.digest),
            Self::Part(_) => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Blob(blob, _) => &blob.digest,
            Self::Part(name) => name,
        }
    }

    /// The part that contains it.
    fn part(&self) -> Option<String> {
        match self {
            Self::Blob(blob, blobs) => blobs.name(&blob.digest),
            Self::Part(name) => part_name(name),
        }
    }

    fn media_type(&self) -> Option<&str> {
        match self {
            Self::Blob(blob, _) => blob.media_type.as_deref(),
            Self::Part(_) => None,
        }
    }

    fn unreadable(&self) -> Option<Unreadable> {
        Unreadable::of(self.media_type())
    }

    /// The part to open; `None` if the layer cannot be read anyway.
    fn readable_part(&self) -> Option<String> {
        self.part().filter(|_| self.unreadable() != Some(Unreadable::Encrypted))
    }

    /// The fault of a layer that is missing.
    fn missing(&self, number: u32, is_cut_off: bool) -> Fault {
        let message = match (self.unreadable(), self.media_type().and_then(shown)) {
            (Some(reason), media_type) => reason.message(number, media_type.unwrap_or("?")),
            (None, _) if is_cut_off => format!("layer {number} is missing: the archive is cut off"),
            (None, _) => format!("layer {number}, `{}`, is missing", self.name()),
        };
        Fault::new(FaultKind::Unreadable, Some(number), message)
    }
}

/// Reads the layers of an image and compares them with its manifest and config.
pub(crate) fn read_layers(
    parts: &mut dyn Parts,
    layers: &[Stored],
    said: ConfigLayers,
    budget: &mut Budget,
    contents: &mut ImageContents,
) {
    let ConfigLayers { diff_ids, instructions, .. } = said;
    let faults = &mut contents.faults;
    if diff_ids.len() != layers.len() {
        let message = format!("the config lists {} layers, but there are {}", diff_ids.len(), layers.len());
        faults.push(Fault::new(FaultKind::Digest, None, message));
    }
    let read = read_apart(parts, layers, budget).unwrap_or_else(|| read_in_turn(parts, layers, budget));
    for ((number, stored), (mut layer, own_faults)) in (0_u32..).zip(layers).zip(read) {
        faults.extend(own_faults);
        let (index, expected) = (number as usize, stored.digest());
        let named = [("digest", &layer.digest, expected), ("diff ID", &layer.diff_id, diff_ids.get(index))];
        for (what, found, expected) in named {
            if let Some(expected) = expected.filter(|expected| !found.is_empty() && *expected != found) {
                let message =
                    format!("layer {number} should have the {what} `{expected}`, but has `{found}`");
                faults.push(Fault::new(FaultKind::Digest, Some(number), message));
            }
        }
        if layer.diff_id.is_empty() {
            layer.diff_id = diff_ids.get(index).cloned().unwrap_or_default();
        }
        if layer.digest.is_empty() {
            layer.digest = expected.cloned().unwrap_or_default();
        }
        layer.created_by = instructions.get(index).cloned().flatten();
        contents.layers.push(layer);
    }
}

/// A layer with the faults that were found while it was read.
type ReadLayer = (Layer, Vec<Fault>);

/// The result for a layer that cannot be opened.
fn unopened(number: u32, error: &io::Error) -> ReadLayer {
    let message = format!("layer {number} cannot be read: {error}");
    (Layer::default(), vec![Fault::new(FaultKind::Unreadable, Some(number), message)])
}

/// Announces the parts of the layers, and returns them; `None` for a layer that cannot be read anyway.
fn announce(parts: &mut dyn Parts, layers: &[Stored]) -> Vec<Option<String>> {
    let names: Vec<_> = layers.iter().map(Stored::readable_part).collect();
    parts.announce(&names.iter().flatten().cloned().collect::<Vec<_>>());
    names
}

fn read_in_turn(parts: &mut dyn Parts, layers: &[Stored], budget: &Budget) -> Vec<ReadLayer> {
    let names = announce(parts, layers);
    let is_cut_off = parts.is_cut_off();
    let read = |((number, stored), name): ((u32, &Stored), &Option<String>)| {
        let opened = name.as_deref().map_or(Ok(None), |name| parts.open(name));
        match opened {
            Ok(Some(stream)) => {
                let mut faults = Vec::new();
                (read_layer(number, stream, budget, &mut faults), faults)
            }
            Ok(None) => (Layer::default(), vec![stored.missing(number, is_cut_off)]),
            Err(error) => unopened(number, &error),
        }
    };
    (0_u32..).zip(layers).zip(&names).map(read).collect()
}

/// Reads the layers on multiple threads, if the source allows that. Otherwise returns `None`, and so it does if a
/// limit is exceeded: the threads share the budget, so only reading in turn finds the same layer each time.
fn read_apart(parts: &mut dyn Parts, layers: &[Stored], budget: &mut Budget) -> Option<Vec<ReadLayer>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(THREADS).min(layers.len());
    if threads < 2 || parts.apart().is_none() {
        return None;
    }
    let names = announce(parts, layers);
    let is_cut_off = parts.is_cut_off();
    let apart = parts.apart()?;
    let saved = budget.clone();
    let read = read_on_threads(apart, layers, &names, is_cut_off, budget, threads);
    if budget.is_exceeded() {
        *budget = saved;
        return None;
    }
    Some(read)
}

fn read_on_threads(
    parts: &mut dyn PartsApart,
    layers: &[Stored],
    names: &[Option<String>],
    is_cut_off: bool,
    budget: &Budget,
    threads: usize,
) -> Vec<ReadLayer> {
    let results: Mutex<Vec<Option<ReadLayer>>> = Mutex::new(layers.iter().map(|_| None).collect());
    let put = |number: u32, read: ReadLayer| {
        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = results.get_mut(number as usize) {
            *place = Some(read);
        }
    };
    // A layer is opened only if a thread is free, so that no stream waits.
    let (sender, receiver) = sync_channel::<(u32, Box<dyn Read + Send>)>(0);
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let received = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, stream)) = received else { break };
                    let mut faults = Vec::new();
                    let layer = read_layer(number, stream, budget, &mut faults);
                    put(number, (layer, faults));
                }
            });
        }
        for ((number, stored), name) in (0_u32..).zip(layers).zip(names) {
            match name.as_deref().map_or(Ok(None), |name| parts.open_apart(name)) {
                Ok(Some(stream)) => {
                    if sender.send((number, stream)).is_err() {
                        break;
                    }
                }
                Ok(None) => put(number, (Layer::default(), vec![stored.missing(number, is_cut_off)])),
                Err(error) => put(number, unopened(number, &error)),
            }
        }
        drop(sender);
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let numbered = (0_u32..).zip(results);
    let or_unread = |(number, read): (u32, Option<ReadLayer>)| {
        read.unwrap_or_else(|| unopened(number, &io::Error::other("it was not read")))
    };
    numbered.map(or_unread).collect()
}
