//! RPM databases.
