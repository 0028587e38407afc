//! `rehearse`: the steps of a rehearsal, one after another.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
    thread::JoinHandle,
    time::Duration,
};

use pyo3::{
    exceptions::{PyOSError, PyRuntimeError, PyValueError},
    prelude::*,
    types::PyDict,
};
use rekey_core::rehearsal::{Attempt, StepName};
use rekey_files::submission::LoadedSubmission;
use rekey_rehearse::{Base, Event, Options, RehearseError, rehearse_submission};

use crate::{
    convert::Units,
    report::Report,
    target::{Target, settings},
};

type Outcome = Result<rekey_core::Report, String>;

/// The steps of a rehearsal as they end, each a dictionary; then ``report`` has the result.
///
/// Dropping it stops the rehearsal.
///
/// >>> import pathlib, tempfile
/// >>> folder = pathlib.Path(tempfile.mkdtemp())
/// >>> text = "[git]\nurl = 'git@github.com/acme/app'\n[[image]]\ntag = '1.0-1'\n"
/// >>> _ = (folder / "rekey.toml").write_text(text)
/// >>> steps = rehearse(folder, until="reach")
/// >>> [step["name"] for step in steps]
/// ['reach']
/// >>> [finding.rule for finding in steps.report.findings]
/// ['git-url-scp-missing-colon']
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Rehearsal {
    steps: Mutex<Receiver<Attempt>>,
    thread: Mutex<Option<JoinHandle<Outcome>>>,
    stop: Arc<AtomicBool>,
    report: Mutex<Option<rekey_core::Report>>,
}

#[pymethods]
impl Rehearsal {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        loop {
            let next = py.detach(|| match self.steps.lock() {
                Ok(steps) => steps.recv_timeout(Duration::from_millis(100)),
                Err(_) => Err(mpsc::RecvTimeoutError::Disconnected),
            });
            match next {
                Ok(attempt) => return step(py, &attempt).map(Some),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    // Ctrl-C raises here, and stops the rehearsal.
                    py.check_signals().inspect_err(|_| self.stop.store(true, Ordering::Relaxed))?;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    /// The report, after the last step; it waits for it.
    #[getter]
    fn report(&self, py: Python<'_>) -> PyResult<Report> {
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            let outcome =
                py.detach(|| thread.join()).map_err(|_| PyRuntimeError::new_err("the rehearsal failed"))?;
            let report = outcome.map_err(PyValueError::new_err)?;
            if let Ok(mut kept) = self.report.lock() {
                *kept = Some(report);
            }
        }
        let report = self.report.lock().ok().and_then(|report| report.clone());
        let report = report.ok_or_else(|| PyRuntimeError::new_err("the rehearsal has no report"))?;
        Ok(Report::new(report, Units::Chars(Vec::new())))
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn step<'py>(py: Python<'py>, attempt: &Attempt) -> PyResult<Bound<'py, PyDict>> {
    let step = PyDict::new(py);
    step.set_item("name", attempt.step.as_str())?;
    step.set_item("milliseconds", attempt.milliseconds)?;
    step.set_item("evidence", attempt.evidence.as_deref())?;
    Ok(step)
}

/// Rehearses the submission in a folder: clones, builds and examines it with the very details of the form.
///
/// It yields each step as it ends, as a dictionary with ``name``, ``milliseconds`` and ``evidence``; ``report`` of the result has their states
/// and all findings. ``until`` is the last step, ``bases`` are base images on disk such as
/// ``"registry.access.redhat.com/ubi9/ubi:9.6=oci:ubi9"``, and ``timeout`` is the limit of each step in seconds. The build runs
/// the commands of the repository. The other keywords are those of :class:`Target`.
///
/// >>> rehearse("no-such-folder")
/// Traceback (most recent call last):
///     ...
/// OSError: no-such-folder: no such file
#[pyfunction]
#[pyo3(
    signature = (path, *, until = "image", branch = None, bases = Vec::new(), host_key = None, timeout = None, target = None, **keywords),
    text_signature = "(path, *, until=\"image\", branch=None, bases=(), host_key=None, timeout=None, target=None, **keywords)"
)]
#[allow(clippy::too_many_arguments, reason = "keywords of Python")]
pub(crate) fn rehearse(
    path: PathBuf,
    until: &str,
    branch: Option<String>,
    bases: Vec<String>,
    host_key: Option<String>,
    timeout: Option<u64>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Rehearsal> {
    let until: StepName =
        until.parse().map_err(|error: rekey_core::UnknownName| PyValueError::new_err(error.to_string()))?;
    let bases = bases
        .iter()
        .map(|base| base.parse::<Base>())
        .collect::<Result<_, _>>()
        .map_err(PyValueError::new_err)?;
    let settings = settings("rehearse", target, keywords)?;
    let loaded = LoadedSubmission::load(&path).map_err(|error| PyOSError::new_err(error.to_string()))?;
    let stop = Arc::new(AtomicBool::new(false));
    let options = Options {
        until,
        bases,
        host_key,
        timeout: timeout.map(Duration::from_secs),
        stop: Arc::clone(&stop),
        ..Options::default()
    };
    let (sender, steps) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let mut watch = |event: Event<'_>| {
            if let Event::Ended(attempt) = event {
                // The receiver may be gone.
                drop(sender.send(attempt.clone()));
            }
        };
        let done = rehearse_submission(&loaded, &settings, branch.as_deref(), &options, &mut watch);
        done.map(|done| done.report).map_err(|error: RehearseError| error.to_string())
    });
    Ok(Rehearsal {
        steps: Mutex::new(steps),
        thread: Mutex::new(Some(thread)),
        stop,
        report: Mutex::new(None),
    })
}
