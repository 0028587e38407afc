//! The part of the options that every check has.

use napi::{Error, Result, Status};
use napi_derive::napi;
use rekey_cli::settings::{Settings, known_selector};
use rekey_core::{Override, Policy, PolicyError, mask};

/// What an input is judged against, and what is wanted beside the report; what is absent is core's default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct PolicyOptions {
    /// The way in which the image is handed in.
    pub flow: Option<String>,
    /// The certification policy.
    pub policy: Option<String>,
    /// The version of preflight.
    pub preflight_version: Option<String>,
    /// The day on which ends of life are judged.
    pub today: Option<String>,
    /// Selectors and their severities, in the order in which they hold.
    pub severity: Option<Vec<(String, String)>>,
    /// Whether the report is also wanted as text for people.
    pub render: Option<bool>,
    /// Whether the report is also wanted as SARIF.
    pub sarif: Option<bool>,
}

/// What is wanted of a report beside what was found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// Text for people.
    pub(crate) render: bool,
    /// SARIF.
    pub(crate) sarif: bool,
}

impl From<&PolicyOptions> for Wanted {
    fn from(options: &PolicyOptions) -> Self {
        let is = Option::unwrap_or_default;
        Self { render: is(options.render), sarif: is(options.sarif) }
    }
}

/// What a check is asked.
#[derive(Default)]
pub(crate) struct Asked {
    /// What the input is judged against.
    pub(crate) policy: Policy,
    /// The forms that are wanted beside the report.
    pub(crate) wanted: Wanted,
}

/// What the options ask for.
pub(crate) fn asked(options: Option<PolicyOptions>) -> Result<Asked> {
    let Some(options) = options else { return Ok(Asked::default()) };
    let wanted = Wanted::from(&options);
    let policy = settings(options)?.to_policy().map_err(|error| wrong(&error))?;
    Ok(Asked { policy, wanted })
}

/// The settings that the options make; what they leave open stays open.
pub(crate) fn settings(options: PolicyOptions) -> Result<Settings> {
    let mut settings = target(&options).map_err(|error| wrong(&error))?;
    for (selector, severity) in options.severity.unwrap_or_default() {
        settings.overrides.push(change(selector, &severity)?);
    }
    Ok(settings)
}

fn target(options: &PolicyOptions) -> std::result::Result<Settings, PolicyError> {
    Ok(Settings {
        flow: options.flow.as_deref().map(str::parse).transpose()?,
        policy: options.policy.as_deref().map(str::parse).transpose()?,
        preflight_version: options.preflight_version.as_deref().map(str::parse).transpose()?,
        today: options.today.as_deref().map(str::parse).transpose()?,
        overrides: Vec::new(),
    })
}

fn change(selector: String, severity: &str) -> Result<Override> {
    if let Err(near) = known_selector(&selector) {
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(wrong(&format!(
            "expected the id of a rule or the name of a check, found `{selector}`{near}"
        )));
    }
    let severity = match severity {
        "off" => None,
        name => Some(name.parse().map_err(|_| {
            let expected = "expected a severity (`off`, `note`, `warning` or `error`)";
            wrong(&format!("{expected} for `{selector}`, found `{name}`"))
        })?),
    };
    Ok(Override { selector, severity })
}

/// A value that an option cannot have: the facade makes a `RangeError` of it.
pub(crate) fn wrong(why: &dyn std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, mask::message(&why.to_string()).into_owned())
}
