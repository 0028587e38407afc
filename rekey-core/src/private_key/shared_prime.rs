//! Primes that several keys have.
//!
//! Each modulus is divided into the product of those before it, so that only a key that shares a prime is compared with
//! others one by one: Heninger and others, "Mining Your Ps and Qs", 2012, without their trees, which would gain nothing
//! from multiplication by rows.

use super::{bignum::Nat, public::PublicKey};

/// How many bits of moduli are compared with each other, as of 4096 keys of 2048 bits; more keys than that are compared
/// within groups, so that the work stays linear.
const MAX_COMPARED_BITS: u32 = 1 << 23;

/// For each key which others have one of its primes, at most `most` of them. The keys are different ones.
pub(crate) fn shared_primes(keys: &[&PublicKey], most: usize) -> Vec<Vec<usize>> {
    let moduli: Vec<_> = keys.iter().map(|key| key.modulus().unwrap_or_default()).collect();
    let mut shared = vec![Vec::new(); keys.len()];
    let mut begin = 0;
    let mut product = Nat::small(1);
    for (at, modulus) in moduli.iter().enumerate().filter(|(_, modulus)| !modulus.is_zero()) {
        if product.bits() + modulus.bits() > MAX_COMPARED_BITS {
            (begin, product) = (at, Nat::small(1));
        }
        if !product.modulo(modulus).is_coprime(modulus) {
            let before =
                (begin..at).filter(|other| !moduli[*other].is_zero() && !moduli[*other].is_coprime(modulus));
            for other in before.take(most).collect::<Vec<_>>() {
                shared[at].push(other);
                if shared[other].len() < most {
                    shared[other].push(at);
                }
            }
        }
        product = product.times(modulus);
    }
    shared
}
