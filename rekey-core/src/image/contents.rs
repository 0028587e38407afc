//! What a built image holds: its layers as they were read out of an archive, before anything is judged.

/// A package of an RPM database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Name, such as `bash`.
    pub name: String,
    /// Epoch; none where the header has none.
    pub epoch: Option<u32>,
    /// Version, such as `5.1.8`.
    pub version: String,
    /// Release, such as `9.el9`.
    pub release: String,
    /// Architecture; empty where the header has none, as for `gpg-pubkey`.
    pub arch: String,
    /// Vendor; empty where the header has none.
    pub vendor: String,
    /// When it was installed, in seconds since 1970; 0 where the header does not say.
    pub install_time: u32,
    /// The files it owns, in the order of the header.
    pub files: Vec<PackageFile>,
}

/// A file that a package owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    /// Path from the root, as the header has it: `/usr/bin/bash`.
    pub path: Box<[u8]>,
    /// `RPMFILE_*` of rpm's `rpmfiles.h`: 1 config, 2 documentation, 64 ghost, …
    pub flags: u32,
}

impl Package {
    /// Name, version, release and architecture: `bash-5.1.8-9.el9.x86_64`.
    ///
    /// ```
    /// use rekey_core::image::contents::Package;
    ///
    /// let [name, version, release, arch] = ["bash", "5.1.8", "9.el9", "x86_64"].map(str::to_owned);
    /// let bash = Package { name, version, release, arch, ..Package::default() };
    /// assert_eq!(bash.nvra(), "bash-5.1.8-9.el9.x86_64");
    /// ```
    pub fn nvra(&self) -> String {
        let Self { name, version, release, arch, .. } = self;
        let dot = if arch.is_empty() { "" } else { "." };
        format!("{name}-{version}-{release}{dot}{arch}")
    }
}
