//! The audit of a key's numbers: whether they are consistent, and whether others could find them.

use std::fmt;

use serde::Serialize;

use super::{
    bignum::Nat,
    primality,
    rsa::{Part, RsaKey},
    small_primes::{is_roca, small_factor},
};

/// The minimum number of equal bits at either end of p and q that is reported; by chance it occurs once in
/// 2⁶⁴ keys.
const SHARED_BITS: u32 = 64;

/// A ratio p / q is reported only if its convergent has smaller numbers than this.
const SMALL_RATIO: u128 = 1 << 16;

/// The minimum length of a pattern: a run of bytes that are equal, or equal to those one period before.
const PATTERN_BYTES: usize = 16;

/// The longest period of a pattern.
const MAX_PERIOD: usize = 8;

/// The thoroughness of primality tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Primality {
    /// No test.
    Skip,
    /// A strong test to base 2, which finds every accident but not every forgery.
    Quick,
    /// Baillie–PSW: base 2 and an extra strong Lucas test. No composite number is known to pass it.
    #[default]
    Full,
}

/// The audit of a key's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Audit {
    /// The length of the modulus in bits.
    pub bits: u32,
    /// The public exponent, if it fits in 64 bits.
    pub exponent: Option<u64>,
    /// The lengths of p and q in bits.
    pub prime_bits: (u32, u32),
    /// The length of |p − q| in bits.
    pub difference_bits: u32,
    /// The number of rounds in which Fermat's method factors the modulus: (p + q) / 2 − ⌈√n⌉; `None` if it
    /// does not fit in 64 bits.
    pub fermat_rounds: Option<u64>,
    /// True if p and q were tested; false also if one of them has too many bits for a test.
    pub primes_tested: bool,
    /// All flaws.
    pub flaws: Vec<Flaw>,
}

/// One of the two primes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prime {
    /// p.
    First,
    /// q.
    Second,
}

impl fmt::Display for Prime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "p",
            Self::Second => "q",
        })
    }
}

/// A flaw in the numbers of a key. It contains none of their digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// n is even.
    #[error("the modulus is even")]
    EvenModulus,
    /// n is not p·q.
    #[error("the modulus n is not p·q")]
    NotProduct,
    /// p = q.
    #[error("p and q are the same prime")]
    EqualPrimes,
    /// e is even, or less than 3.
    #[error("the public exponent is not an odd number of at least 3")]
    BadExponent,
    /// e ≥ n.
    #[error("the public exponent is not below the modulus")]
    GreatExponent,
    /// e·d ≠ 1 modulo p − 1 or q − 1.
    #[error("e·d is not 1 modulo {0} − 1")]
    PrivateExponent(Prime),
    /// d ≥ n.
    #[error("the private exponent is not below the modulus")]
    GreatPrivateExponent,
    /// d is short enough to be derived from the public key (Wiener; Boneh and Durfee).
    #[error("the private exponent has {bits} bits; more than {} are needed", of / 2)]
    SmallPrivateExponent {
        /// The length of d in bits.
        bits: u32,
        /// The length of n in bits.
        of: u32,
    },
    /// d mod p − 1 or d mod q − 1 is wrong.
    #[error("the exponent for {0} is not d modulo {0} − 1")]
    CrtExponent(Prime),
    /// q⁻¹ mod p is wrong.
    #[error("the coefficient is not the inverse of q modulo p")]
    Coefficient,
    /// p and q have different lengths.
    #[error("the primes have different lengths: {first} and {second} bits")]
    Unbalanced {
        /// The length of p in bits.
        first: u32,
        /// The length of q in bits.
        second: u32,
    },
    /// p or q is less than √2·2^(k/2 − 1).
    #[error("{0} is not above √2·2^(k/2 − 1)")]
    BelowRootBound(Prime),
    /// |p − q| ≤ 2^(k/2 − 100).
    #[error("p and q are too close: their first {shared} bits are equal; {}", fermat(*.rounds))]
    ClosePrimes {
        /// The number of leading bits that are equal.
        shared: u32,
        /// The number of rounds in which Fermat's method finds them.
        rounds: Option<u64>,
    },
    /// p and q begin with the same bits.
    #[error("p and q begin with {0} equal bits")]
    SharedHighBits(u32),
    /// p and q end with the same bits.
    #[error("p and q end with {0} equal bits")]
    SharedLowBits(u32),
    /// p / q is close to a ratio of small numbers.
    #[error("p / q is close to {first} / {second}")]
    SmallRatio {
        /// The numerator.
        first: u64,
        /// The denominator.
        second: u64,
    },
    /// p or q has a small factor.
    #[error("{prime} is not prime: it has the factor {factor}")]
    SmallFactor {
        /// The prime with the factor.
        prime: Prime,
        /// The factor.
        factor: u64,
    },
    /// p or q is not prime.
    #[error("{0} is not prime")]
    Composite(Prime),
    /// The key was created by the library of CVE-2017-15361.
    #[error("the primes are those of CVE-2017-15361 (ROCA)")]
    Roca,
    /// The number of set bits in a prime is far from half.
    #[error("{ones} of {bits} bits of {prime} are set; about half are expected")]
    Weight {
        /// The prime.
        prime: Prime,
        /// The number of set bits.
        ones: u32,
        /// The number of bits.
        bits: u32,
    },
    /// The bytes of a prime repeat periodically.
    #[error("{prime} is not random: its bytes repeat with a period of {period}")]
    Pattern {
        /// The prime.
        prime: Prime,
        /// The period in bytes.
        period: usize,
    },
}

fn fermat(rounds: Option<u64>) -> String {
    match rounds {
        Some(0) => "Fermat's method finds them at once".to_owned(),
        Some(1) => "Fermat's method finds them in 1 round".to_owned(),
        Some(rounds) => format!("Fermat's method finds them in {rounds} rounds"),
        None => "Fermat's method finds them in more than 2^64 rounds".to_owned(),
    }
}

struct Numbers {
    n: Nat,
    e: Nat,
    d: Nat,
    primes: [(Prime, Nat, Nat); 2],
    coefficient: Nat,
}

/// Makes all checks and returns all flaws.
pub(super) fn audit(key: &RsaKey, primality: Primality) -> Audit {
    let numbers = Numbers {
        n: key.number(Part::Modulus),
        e: key.number(Part::PublicExponent),
        d: key.number(Part::PrivateExponent),
        primes: [
            (Prime::First, key.number(Part::FirstPrime), key.number(Part::FirstExponent)),
            (Prime::Second, key.number(Part::SecondPrime), key.number(Part::SecondExponent)),
        ],
        coefficient: key.number(Part::Coefficient),
    };
    let [(_, p, _), (_, q, _)] = &numbers.primes;
    let difference = p.distance(q);
    let mut audit = Audit {
        bits: numbers.n.bits(),
        exponent: numbers.e.to_u64(),
        prime_bits: (p.bits(), q.bits()),
        difference_bits: difference.bits(),
        fermat_rounds: fermat_rounds(p, q, &difference),
        primes_tested: false,
        flaws: Vec::new(),
    };
    public_part(&numbers, &mut audit.flaws);
    private_part(&numbers, &mut audit.flaws);
    distances(&numbers, &difference, &mut audit);
    for (prime, value, _) in &numbers.primes {
        shape(*prime, value, &mut audit.flaws);
    }
    if is_roca(&numbers.n) || is_roca(p) || is_roca(q) {
        audit.flaws.push(Flaw::Roca);
    }
    audit.primes_tested = primality != Primality::Skip;
    for (prime, value, _) in &numbers.primes {
        let composite = factored(*prime, value);
        audit.flaws.extend(composite);
        if composite.is_none() && primality != Primality::Skip {
            match primality::is_prime(value, primality == Primality::Quick) {
                Some(true) => {}
                Some(false) => audit.flaws.push(Flaw::Composite(*prime)),
                None => audit.primes_tested = false,
            }
        }
    }
    audit
}

fn public_part(numbers: &Numbers, flaws: &mut Vec<Flaw>) {
    let Numbers { n, e, primes: [(_, p, _), (_, q, _)], .. } = numbers;
    if !n.is_odd() {
        flaws.push(Flaw::EvenModulus);
    }
    if p.times(q) != *n {
        flaws.push(Flaw::NotProduct);
    }
    if !e.is_odd() || e.is_one() {
        flaws.push(Flaw::BadExponent);
    }
    if e >= n {
        flaws.push(Flaw::GreatExponent);
    }
}

fn private_part(numbers: &Numbers, flaws: &mut Vec<Flaw>) {
    let Numbers { n, e, d, primes, coefficient } = numbers;
    if d >= n {
        flaws.push(Flaw::GreatPrivateExponent);
    }
    if d.bits() <= n.bits() / 2 {
        flaws.push(Flaw::SmallPrivateExponent { bits: d.bits(), of: n.bits() });
    }
    for (prime, value, exponent) in primes {
        let order = value.minus_one();
        let reduced = d.modulo(&order);
        let right = is_one(&e.times(&reduced), &order);
        if !right {
            flaws.push(Flaw::PrivateExponent(*prime));
        }
        let fits = if right { *exponent == reduced } else { is_one(&e.times(exponent), &order) };
        if !fits || *exponent >= order {
            flaws.push(Flaw::CrtExponent(*prime));
        }
    }
    let [(_, p, _), (_, q, _)] = primes;
    if coefficient >= p || !is_one(&q.times(coefficient), p) {
        flaws.push(Flaw::Coefficient);
    }
}

/// Returns true if a number is 1 modulo another; everything is, modulo one.
fn is_one(number: &Nat, modulus: &Nat) -> bool {
    modulus.is_one() || number.modulo(modulus).is_one()
}

fn distances(numbers: &Numbers, difference: &Nat, audit: &mut Audit) {
    let [(first, p, _), (second, q, _)] = &numbers.primes;
    let flaws = &mut audit.flaws;
    if difference.is_zero() {
        flaws.push(Flaw::EqualPrimes);
        return;
    }
    if p.bits() == q.bits() {
        for (prime, value) in [(first, p), (second, q)] {
            // 2 p² < 2^k is equivalent to p < √2·2^(k/2 − 1), for n with k = 2·bits(p) bits.
            if value.times(value).bits() < 2 * p.bits() {
                flaws.push(Flaw::BelowRootBound(*prime));
            }
        }
    } else {
        flaws.push(Flaw::Unbalanced { first: p.bits(), second: q.bits() });
    }
    let shared = p.bits().max(q.bits()) - difference.bits();
    if is_at_most_power_of_two(difference, (numbers.n.bits() / 2).saturating_sub(100)) {
        flaws.push(Flaw::ClosePrimes { shared, rounds: audit.fermat_rounds });
    } else if shared >= SHARED_BITS {
        flaws.push(Flaw::SharedHighBits(shared));
    } else if let Some((first, second)) = small_ratio(p, q) {
        flaws.push(Flaw::SmallRatio { first, second });
    }
    let low = difference.trailing_zeros();
    if low >= SHARED_BITS {
        flaws.push(Flaw::SharedLowBits(low));
    }
}

fn is_at_most_power_of_two(number: &Nat, power: u32) -> bool {
    number.bits() <= power || (number.bits() == power + 1 && number.trailing_zeros() == power)
}

/// Computes (p + q) / 2 − ⌈√n⌉ for n = p·q, from an inequality rather than a root.
fn fermat_rounds(p: &Nat, q: &Nat, difference: &Nat) -> Option<u64> {
    if !p.is_odd() || !q.is_odd() || p.bits().min(q.bits()) < 130 {
        return None;
    }
    let (sum, half) = (p.plus(q), difference.shr(1));
    // With a = (p + q) / 2 and b = |p − q| / 2, it is the largest t for which (a − t)² ≥ a² − b².
    if 2 * half.bits() > sum.bits() + 64 {
        return None;
    }
    let square = half.times(&half);
    let mut rounds = square.divided(&sum).0.to_u64()?;
    while let Some(next) = rounds.checked_add(1) {
        let next_nat = Nat::small(next);
        if sum.times(&next_nat) > square.plus(&next_nat.times(&next_nat)) {
            break;
        }
        rounds = next;
    }
    Some(rounds)
}

/// The ratio of small numbers that is close to p / q, if there is one other than 1 / 1.
fn small_ratio(p: &Nat, q: &Nat) -> Option<(u64, u64)> {
    /// The number of bits of the 128 that the shorter one may lose.
    const MOST_APART: u32 = 16;
    let (first, second) = (p.bits(), q.bits());
    if first.min(second) < 256 || first.abs_diff(second) > MOST_APART {
        return None;
    }
    let longer = first.max(second);
    let (mut x, mut y) = (p.top() >> (longer - first), q.top() >> (longer - second));
    let (mut numerators, mut denominators) = ((0u128, 1u128), (1u128, 0u128));
    while y != 0 {
        let quotient = x / y;
        if quotient >= SMALL_RATIO {
            return None;
        }
        (x, y) = (y, x % y);
        numerators = (numerators.1, quotient * numerators.1 + numerators.0);
        denominators = (denominators.1, quotient * denominators.1 + denominators.0);
        let (first, second) = (numerators.1, denominators.1);
        if first >= SMALL_RATIO || second >= SMALL_RATIO {
            return None;
        }
        if y.leading_zeros() >= SHARED_BITS - 16 {
            let (first, second) = (first as u64, second as u64);
            let rest = p.times(&Nat::small(second)).distance(&q.times(&Nat::small(first)));
            let close = rest.bits() + SHARED_BITS <= p.bits();
            return close.then_some((first, second)).filter(|ratio| *ratio != (1, 1));
        }
    }
    None
}

/// Reports patterns in the digits of a prime.
fn shape(prime: Prime, value: &Nat, flaws: &mut Vec<Flaw>) {
    let (ones, bits) = (value.weight(), value.bits());
    // Eight standard deviations: by chance, once in 10¹⁵ primes.
    let far = u64::from((2 * ones).abs_diff(bits));
    if far * far > 64 * u64::from(bits) {
        flaws.push(Flaw::Weight { prime, ones, bits });
    }
    let bytes = value.to_be();
    if let Some(period) = (1..=MAX_PERIOD).find(|period| repeats(&bytes, *period)) {
        flaws.push(Flaw::Pattern { prime, period });
    }
}

/// Returns true if [`PATTERN_BYTES`] bytes in a row each equal the byte `period` bytes later.
fn repeats(bytes: &[u8], period: usize) -> bool {
    let later = bytes.get(period..).unwrap_or_default();
    // Such a row contains eight bytes that begin at a multiple of eight.
    let eights = bytes.as_chunks::<8>().0.iter().zip(later.as_chunks::<8>().0);
    let found = |at: usize| {
        let run = |at: usize| bytes.get(at) == later.get(at);
        let before = (0..at).rev().take_while(|at| run(*at)).take(PATTERN_BYTES).count();
        let after = (at..later.len()).take_while(|at| run(*at)).take(PATTERN_BYTES).count();
        before + after >= PATTERN_BYTES
    };
    eights.enumerate().any(|(at, (here, there))| here == there && found(8 * at))
}

/// Returns a flaw if the number has the wrong size for a prime or a small factor.
fn factored(prime: Prime, value: &Nat) -> Option<Flaw> {
    if value.bits() < 2 {
        return Some(Flaw::Composite(prime));
    }
    let factor = small_factor(value).filter(|factor| value.to_u64() != Some(*factor))?;
    Some(Flaw::SmallFactor { prime, factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_of_small_numbers_is_found_whichever_prime_is_longer() {
        let some = Nat::from_be(&std::array::from_fn::<u8, 64, _>(|at| (at * 37 + 0x9d) as u8));
        let half_more = some.times(&Nat::small(3)).shr(1);
        let eightfold = some.shl(3);
        for (p, q, expected) in [
            (&half_more, &some, Some((3, 2))),
            (&some, &half_more, Some((2, 3))),
            (&eightfold, &some, Some((8, 1))),
            (&some, &eightfold, Some((1, 8))),
            (&some.times(&some).shr(512), &some, None),
            (&some, &some, None),
        ] {
            assert_eq!(small_ratio(p, q), expected);
        }
    }

    #[test]
    fn a_power_of_two_is_at_most_itself() {
        let power = Nat::small(1).shl(100);
        assert!(is_at_most_power_of_two(&power, 100));
        assert!(is_at_most_power_of_two(&power.minus_one(), 100));
        assert!(!is_at_most_power_of_two(&power.plus(&Nat::small(1)), 100));
        assert!(!is_at_most_power_of_two(&power.shl(1), 100));
    }
}
