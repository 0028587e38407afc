//! The options that every check has.

use napi::{Error, Result, Status};
use napi_derive::napi;
use rekey_core::{Override, OverrideError, Target, TargetError, mask};
use rekey_files::settings::Settings;

/// The target of a check, and the requested forms of the report; core's defaults apply to absent options.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct CheckOptions {
    /// The way in which the image is submitted.
    pub flow: Option<String>,
    /// The certification policy.
    pub policy: Option<String>,
    /// The version of preflight.
    pub preflight_version: Option<String>,
    /// The date for judging ends of life.
    pub today: Option<String>,
    /// Selectors and their severities, in increasing order of precedence.
    pub severity: Option<Vec<(String, String)>>,
    /// True if the report is also requested as text for people.
    pub render: Option<bool>,
    /// True if the report is also requested as SARIF.
    pub sarif: Option<bool>,
}

/// The forms of a report that are requested in addition to JSON.
#[derive(Clone, Copy, Default)]
pub(crate) struct ExtraForms {
    /// Text for people.
    pub(crate) render: bool,
    /// SARIF.
    pub(crate) sarif: bool,
}

impl From<&CheckOptions> for ExtraForms {
    fn from(options: &CheckOptions) -> Self {
        let is = Option::unwrap_or_default;
        Self { render: is(options.render), sarif: is(options.sarif) }
    }
}

/// The request for a check.
#[derive(Default)]
pub(crate) struct Request {
    /// The target that the input is checked against.
    pub(crate) target: Target,
    /// The requested forms of the report.
    pub(crate) wanted: ExtraForms,
}

/// Converts the options to a request.
pub(crate) fn request(options: Option<CheckOptions>) -> Result<Request> {
    let Some(options) = options else { return Ok(Request::default()) };
    let wanted = ExtraForms::from(&options);
    let target = settings(options)?.to_target().map_err(|error| wrong(&error))?;
    Ok(Request { target, wanted })
}

/// Converts the options to settings; absent options stay unset.
pub(crate) fn settings(options: CheckOptions) -> Result<Settings> {
    let mut settings = target(&options).map_err(|error| wrong(&error))?;
    for (selector, severity) in options.severity.unwrap_or_default() {
        settings.overrides.push(change(&selector, &severity)?);
    }
    Ok(settings)
}

fn target(options: &CheckOptions) -> std::result::Result<Settings, TargetError> {
    Ok(Settings {
        flow: options.flow.as_deref().map(str::parse).transpose()?,
        policy: options.policy.as_deref().map(str::parse).transpose()?,
        preflight_version: options.preflight_version.as_deref().map(str::parse).transpose()?,
        today: options.today.as_deref().map(str::parse).transpose()?,
        overrides: Vec::new(),
    })
}

fn change(selector: &str, severity: &str) -> Result<Override> {
    Override::parse(selector, severity).map_err(|error| match error {
        OverrideError::Severity(found) => {
            let expected = "expected a severity (`off`, `note`, `warning` or `error`)";
            wrong(&format!("{expected} for `{selector}`, found `{found}`"))
        }
        error => wrong(&error),
    })
}

/// The error for an invalid option: `lib/` converts it to a `RangeError`.
pub(crate) fn wrong(why: &dyn std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, mask::message(&why.to_string()).into_owned())
}
