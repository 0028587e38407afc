//! RSA private keys in PEM.

mod bignum;
mod primality;
mod small_primes;
