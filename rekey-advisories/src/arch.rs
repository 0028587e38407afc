//! Architectures of packages.

/// A set of architectures; the empty set stands for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arches(u16);

/// The architectures of RPMs, in the order of their bits. The last bit stands for all others.
const NAMES: &[&str] = &[
    "x86_64", "aarch64", "ppc64le", "s390x", "noarch", "i686", "i586", "i486", "i386", "ppc64", "ppc",
    "s390", "ia64", "riscv64", "armv7hl",
];

/// The bit of architectures without a name.
const OTHER: u16 = 1 << 15;

impl Arches {
    /// Returns the set of one architecture. Names that are not those of RPMs are one architecture.
    pub fn of(arch: &str) -> Self {
        let arch = if arch == "amd64" { "x86_64" } else { arch };
        Self(NAMES.iter().position(|name| *name == arch).map_or(OTHER, |bit| 1 << bit))
    }

    pub(crate) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    /// Returns true if a statement about these architectures applies to a package of `arch`.
    ///
    /// It applies to every package if it names no architecture, and a `noarch` package exists for all of them.
    ///
    /// ```
    /// use rekey_advisories::Arches;
    ///
    /// assert!(Arches::of("x86_64").contains("noarch"));
    /// assert!(!Arches::of("x86_64").contains("i686"));
    /// assert!(Arches::default().contains("i686"));
    /// ```
    pub fn contains(self, arch: &str) -> bool {
        self.0 == 0 || arch == "noarch" || self.0 & Self::of(arch).0 != 0
    }

    /// The names of the architectures.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let named = NAMES.iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0);
        named.map(|(_, name)| *name).chain((self.0 & OTHER != 0).then_some("other"))
    }
}
