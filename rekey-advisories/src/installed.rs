//! The packages of an image, as far as advisories need them.

use std::borrow::Cow;

use rekey_core::image::contents::Package;

use crate::{Evr, purl::name_and_stream};

/// A package of an image.
///
/// ```
/// use rekey_advisories::{Evr, Installed};
///
/// let evr = Evr::new(Some(0), "7.76.1", "14.el9");
/// let curl = Installed::new("libcurl", evr, "x86_64")
///     .vendor("Red Hat, Inc.")
///     .source_rpm("curl-7.76.1-14.el9.src.rpm");
/// assert_eq!(curl.to_string(), "libcurl-7.76.1-14.el9.x86_64");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed<'a> {
    pub(crate) name: &'a str,
    pub(crate) evr: Evr<'a>,
    pub(crate) arch: &'a str,
    pub(crate) vendor: Option<&'a str>,
    pub(crate) source: Option<SourcePackage<'a>>,
    /// `NAME:STREAM`.
    pub(crate) module: Cow<'a, str>,
    pub(crate) is_module_invalid: bool,
}

/// The source package that a package was built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourcePackage<'a> {
    pub(crate) name: &'a str,
    /// The header of a package has the name of its source package, which has no epoch.
    pub(crate) epoch: Option<u32>,
    pub(crate) version: &'a str,
    pub(crate) release: &'a str,
}

impl<'a> Installed<'a> {
    /// A package without module, of an unknown vendor and source.
    pub fn new(name: &'a str, evr: Evr<'a>, arch: &'a str) -> Self {
        Self {
            name,
            evr,
            arch,
            vendor: None,
            source: None,
            module: Cow::Borrowed(""),
            is_module_invalid: false,
        }
    }

    /// The package of an RPM database, without module and source, which it does not keep.
    pub fn of(package: &'a Package) -> Self {
        let Package { name, epoch, version, release, arch, vendor, .. } = package;
        Self::new(name, Evr::new(*epoch, version, release), arch).vendor(vendor)
    }

    /// Adds the vendor of the header, which may be empty. Only packages of Red Hat are compared, and those of an
    /// unknown vendor, to which none was added.
    #[must_use]
    pub fn vendor(mut self, vendor: &'a str) -> Self {
        self.vendor = Some(vendor);
        self
    }

    /// Adds the module label of the header, `NAME:STREAM:VERSION:CONTEXT`, of which name and stream count; an empty one
    /// stands for no module.
    #[must_use]
    pub fn module(mut self, label: &'a str) -> Self {
        let module =
            if label.is_empty() { Some(Cow::Borrowed("")) } else { name_and_stream(Cow::Borrowed(label)) };
        self.is_module_invalid = module.is_none();
        self.module = module.unwrap_or_default();
        self
    }

    /// Adds the source package. Without an epoch, it has that of the package of its name, and only version and release of
    /// other packages are compared.
    #[must_use]
    pub fn source(mut self, name: &'a str, epoch: Option<u32>, version: &'a str, release: &'a str) -> Self {
        self.source = Some(SourcePackage { name, epoch, version, release });
        self
    }

    /// Adds the source package by its file name, the header's `SOURCERPM`: `curl-7.76.1-14.el9.src.rpm`. Another text
    /// adds none.
    #[must_use]
    pub fn source_rpm(self, file: &'a str) -> Self {
        let nevr = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm"));
        let parts = nevr.and_then(|nevr| {
            let (rest, release) = nevr.rsplit_once('-')?;
            let (name, version) = rest.rsplit_once('-')?;
            Some((name, version, release))
        });
        match parts {
            Some((name, version, release)) => self.source(name, None, version, release),
            None => self,
        }
    }

    /// The name.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Epoch, version and release.
    pub const fn evr(&self) -> Evr<'a> {
        self.evr
    }

    /// The module, `NAME:STREAM`; empty if it belongs to none.
    pub fn module_name(&self) -> &str {
        &self.module
    }

    /// The architecture.
    pub const fn arch(&self) -> &'a str {
        self.arch
    }
}

impl std::fmt::Display for Installed<'_> {
    /// Writes `NAME-[EPOCH:]VERSION-RELEASE.ARCH`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}.{}", self.name, self.evr, self.arch)
    }
}
