//! Git source URLs.
