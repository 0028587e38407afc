//! RSA private keys in PEM.
