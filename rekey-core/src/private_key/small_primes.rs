//! Remainders of division by small primes: small factors, and the fingerprint of ROCA.

use super::bignum::{Nat, Reciprocal};

/// The limit below which primes are tried as factors.
pub const SMALL_PRIME_LIMIT: u64 = 2000;

/// Odd primes below the limit.
const PRIMES: [u64; 302] = primes();

/// The primes of ROCA's fingerprint: the library's generator works modulo the product of those up to 167.
const ROCA_PRIMES: usize = 38;

/// The base of ROCA's generator.
const ROCA_GENERATOR: u64 = 65537;

/// Products of adjacent primes, each as large as fits in a limb, for computing remainders.
const GROUPS: [Group; 48] = groups();

#[derive(Clone, Copy)]
struct Group {
    /// Index of the first prime.
    first: usize,
    /// Index after the last prime.
    last: usize,
    /// The product, shifted until its highest bit is set.
    product: Reciprocal,
}

/// The smallest odd prime below [`SMALL_PRIME_LIMIT`] that divides the number, if any; 2 for an even number.
pub(super) fn small_factor(number: &Nat) -> Option<u64> {
    if !number.is_odd() {
        return Some(2);
    }
    // Four remainders at once: each depends only on its own previous step.
    for four in GROUPS.chunks(4) {
        let mut rests = [0; 4];
        for limb in number.limbs().iter().rev() {
            for (rest, group) in rests.iter_mut().zip(four) {
                *rest = group.product.divide(*rest, *limb).1;
            }
        }
        for (rest, group) in rests.into_iter().zip(four) {
            let primes = PRIMES[group.first..group.last].iter().copied();
            if let Some(prime) = primes.into_iter().find(|prime| rest.is_multiple_of(*prime)) {
                return Some(prime);
            }
        }
    }
    None
}

/// Returns true if the number is a power of 65537 modulo the product of the primes up to 167.
///
/// Both primes and the modulus of a key from Infineon's library are (CVE-2017-15361, "ROCA"). The discrete
/// logarithms modulo each prime must exist and be consistent: a test for existence alone would wrongly match
/// one key in about 2²⁷.
pub(super) fn is_roca(number: &Nat) -> bool {
    if !number.is_odd() {
        return false;
    }
    let (mut logarithm, mut order) = (0u128, 1u128);
    for group in &GROUPS {
        let rest = group.product.modulo(number.limbs());
        for prime in &PRIMES[group.first..group.last.min(ROCA_PRIMES).max(group.first)] {
            let Some((here, order_here)) = discrete_logarithm(rest % prime, *prime) else { return false };
            let common = gcd(order, order_here);
            if logarithm % common != here % common {
                return false;
            }
            // Merges the two congruences into one, modulo the least common multiple.
            while logarithm % order_here != here {
                logarithm += order;
            }
            order *= order_here / common;
        }
        if group.last >= ROCA_PRIMES {
            break;
        }
    }
    true
}

/// The exponent for which the generator is `value` modulo a prime, and the generator's order.
fn discrete_logarithm(value: u64, prime: u64) -> Option<(u128, u128)> {
    let (mut power, mut exponent, mut found) = (1, 0, None);
    loop {
        if power == value {
            found = Some(exponent);
        }
        power = power * (ROCA_GENERATOR % prime) % prime;
        exponent += 1;
        if power == 1 {
            return found.map(|found| (found, exponent));
        }
    }
}

const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

const fn primes() -> [u64; 302] {
    let mut out = [0; 302];
    let (mut count, mut candidate) = (0, 3);
    while candidate < SMALL_PRIME_LIMIT {
        let mut divisor = 3;
        while divisor * divisor <= candidate && candidate % divisor != 0 {
            divisor += 2;
        }
        if divisor * divisor > candidate {
            out[count] = candidate;
            count += 1;
        }
        candidate += 2;
    }
    assert!(count == 302, "as many primes as there are");
    out
}

const fn groups() -> [Group; 48] {
    let mut out = [Group { first: 0, last: 0, product: Reciprocal::of(1 << 63) }; 48];
    let (mut count, mut first) = (0, 0);
    while first < PRIMES.len() {
        let (mut product, mut last) = (1u64, first);
        while last < PRIMES.len() && product <= u64::MAX / PRIMES[last] {
            product *= PRIMES[last];
            last += 1;
        }
        let product = Reciprocal::of(product << product.leading_zeros());
        out[count] = Group { first, last, product };
        count += 1;
        first = last;
    }
    assert!(count == out.len(), "as many groups as there are");
    out
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    #[test]
    fn each_prime_is_found_in_a_large_number() {
        let rest = Nat::small(1).shl(521).minus_one();
        assert_eq!(small_factor(&rest), None);
        for prime in PRIMES {
            assert_eq!(small_factor(&rest.times(&Nat::small(prime))), Some(prime));
        }
        assert_eq!(small_factor(&rest.shl(1)), Some(2));
    }

    fn product() -> BigUint {
        PRIMES[..ROCA_PRIMES].iter().fold(BigUint::from(2u8), |product, prime| product * prime)
    }

    #[test]
    fn the_product_is_that_of_the_primes_up_to_167() {
        assert_eq!(PRIMES[ROCA_PRIMES - 1], 167);
        assert_eq!(product().bits(), 220);
    }

    #[test]
    fn powers_of_the_generator_are_roca() {
        let modulus = product();
        for exponent in [0u64, 1, 2, 1000, 0xdead_beef, u64::MAX >> 3] {
            let power = BigUint::from(ROCA_GENERATOR).modpow(&exponent.into(), &modulus);
            for factor in [0u64, 1, 12345] {
                let number = &power + &modulus * factor * 2u8;
                assert!(is_roca(&Nat::from_be(&number.to_bytes_be())), "{exponent}");
            }
        }
    }

    #[test]
    fn logarithms_that_exist_but_contradict_each_other_are_not_roca() {
        // A power modulo some primes and another power modulo the rest.
        let modulus = product();
        let split: BigUint = PRIMES[..ROCA_PRIMES / 2].iter().fold(BigUint::from(2u8), |p, q| p * q);
        let rest = &modulus / &split;
        let generator = BigUint::from(ROCA_GENERATOR);
        let inverse = split.modinv(&rest).unwrap();
        for exponent in 1u64..20 {
            let (a, b) =
                (generator.modpow(&exponent.into(), &split), generator.modpow(&1000u64.into(), &rest));
            let step = (&b + &rest - &a % &rest) * &inverse % &rest;
            let number = &a + &split * step;
            assert!(!is_roca(&Nat::from_be(&number.to_bytes_be())), "{exponent}");
            for prime in &PRIMES[..ROCA_PRIMES] {
                let rest: u64 = (&number % *prime).try_into().unwrap();
                assert!(discrete_logarithm(rest, *prime).is_some());
            }
        }
    }

    #[test]
    fn common_numbers_are_not_roca() {
        for exponent in [521, 607, 1279, 2203] {
            assert!(!is_roca(&Nat::small(1).shl(exponent).minus_one()), "{exponent}");
        }
    }
}
