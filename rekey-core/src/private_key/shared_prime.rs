//! Primes that multiple keys share.
//!
//! Each modulus is divided into the product of those before it, so that only a key that shares a prime is
//! compared with others one by one: Heninger and others, "Mining Your Ps and Qs", 2012, without their trees,
//! which gain nothing with schoolbook multiplication.

use super::{bignum::Nat, public::PublicKey};

/// The total number of bits of moduli that are compared with each other: 4096 keys of 2048 bits. More keys
/// are compared in groups, so that the work stays linear.
const MAX_COMPARED_BITS: u32 = 1 << 23;

/// For each key, the others that share one of its primes, at most `most` of them. The keys must be distinct.
pub(crate) fn shared_primes(keys: &[&PublicKey], most: usize) -> Vec<Vec<usize>> {
    within_groups(keys, most, MAX_COMPARED_BITS)
}

fn within_groups(keys: &[&PublicKey], most: usize, bits: u32) -> Vec<Vec<usize>> {
    let moduli: Vec<_> = keys.iter().map(|key| key.modulus().unwrap_or_default()).collect();
    let mut shared = vec![Vec::new(); keys.len()];
    let mut begin = 0;
    let mut product = Nat::small(1);
    for (at, modulus) in moduli.iter().enumerate().filter(|(_, modulus)| !modulus.is_zero()) {
        if product.bits() + modulus.bits() > bits {
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

#[cfg(test)]
mod tests {
    use super::{super::public::rsa_blob, *};
    use crate::private_key::PublicKeyForm;

    /// A key whose modulus is the product of two numbers.
    fn key(p: &Nat, q: &Nat) -> PublicKey {
        let blob = rsa_blob(&[1, 0, 1], &p.times(q).to_be());
        PublicKey::of_blob(PublicKeyForm::Line, blob, None).expect("a key")
    }

    fn shared(pairs: &[(u64, u64)], most: usize) -> Vec<Vec<usize>> {
        let keys: Vec<_> = pairs.iter().map(|(p, q)| key(&Nat::small(*p), &Nat::small(*q))).collect();
        shared_primes(&keys.iter().collect::<Vec<_>>(), most)
    }

    #[test]
    fn a_prime_is_found_in_both_keys_that_have_it() {
        assert_eq!(shared(&[(101, 103), (107, 109), (113, 103)], 8), [vec![2], vec![], vec![0]]);
    }

    #[test]
    fn a_key_may_share_each_of_its_primes() {
        assert_eq!(shared(&[(101, 103), (103, 107), (107, 109)], 8), [vec![1], vec![0, 2], vec![1]]);
    }

    #[test]
    fn no_more_keys_are_named_than_requested() {
        let many: Vec<_> = [103, 107, 109, 113, 127].map(|other| (101, other)).into();
        let shared = shared(&many, 2);
        assert!(shared.iter().all(|others| others.len() == 2), "{shared:?}");
    }

    #[test]
    fn keys_are_compared_within_groups() {
        let keys = [103, 107, 109].map(|other| key(&Nat::small(101), &Nat::small(other)));
        let keys: Vec<_> = keys.iter().collect();
        assert_eq!(within_groups(&keys, 8, 1000), [vec![1, 2], vec![0, 2], vec![0, 1]]);
        // Each modulus has 14 bits: the third begins a group of its own.
        assert_eq!(within_groups(&keys, 8, 30), [vec![1], vec![0], vec![]]);
    }
}
