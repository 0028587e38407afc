//! The predefined build arguments: those of the platform, and the name of the target.

use super::Options;
use super::platform::Platform;

/// Arguments that `FROM` sees directly, and a stage after `ARG NAME`.
#[derive(Clone, Debug, Default)]
pub(super) struct Predefined {
    platform: String,
    os: String,
    version: String,
    architecture: String,
    variant: String,
    target: String,
}

impl Predefined {
    /// `last` is the name of the last stage.
    pub(super) fn of(options: &Options, last: Option<String>) -> Self {
        let target = options.stage.clone().or(last).unwrap_or_else(|| "default".to_owned());
        let Some(platform) = Platform::parse(&options.platform) else {
            return Self { target, ..Self::default() };
        };
        Self {
            platform: platform.format(),
            os: platform.os,
            version: platform.version,
            architecture: platform.architecture,
            variant: platform.variant,
            target,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        if name == "TARGETSTAGE" {
            return Some(&self.target);
        }
        let part = name.strip_prefix("TARGET").or_else(|| name.strip_prefix("BUILD"))?;
        Some(match part {
            "PLATFORM" => &self.platform,
            "OS" => &self.os,
            "OSVERSION" => &self.version,
            "ARCH" => &self.architecture,
            "VARIANT" => &self.variant,
            _ => return None,
        })
    }
}
