//! The Baillie–PSW primality test.
//!
//! A number passes if it is a strong probable prime to base 2 and an extra strong Lucas probable prime (Q =
//! 1, P = 3, 4, 5, … until the Jacobi symbol of P² − 4 is −1; Mo and Jones, Grantham). No composite number is
//! known to pass both, none exists below 2⁶⁴, and the test needs no random numbers. OEIS A217719 lists the
//! extra strong Lucas pseudoprimes.

use zeroize::Zeroizing;

use super::bignum::{Montgomery, Nat, Reciprocal};

/// The maximum number of bits of a number that is tested: the time grows with the cube, and no key in use has
/// larger primes.
pub(super) const MAX_TESTED_BITS: u32 = 4096;

/// Returns whether an odd number above 3 is a strong probable prime to base 2 and, unless `quick`, an extra
/// strong Lucas probable prime. `None` for a number that is too large.
pub(super) fn is_prime(number: &Nat, quick: bool) -> Option<bool> {
    if let Some(small) = number.to_u64().filter(|small| *small < 4) {
        return Some(small >= 2);
    }
    if !number.is_odd() {
        return Some(false);
    }
    Some(match number.limbs().len() {
        0..=8 => passes::<8>(number, quick),
        9..=12 => passes::<12>(number, quick),
        13..=16 => passes::<16>(number, quick),
        17..=24 => passes::<24>(number, quick),
        25..=32 => passes::<32>(number, quick),
        33..=48 => passes::<48>(number, quick),
        _ if number.bits() <= MAX_TESTED_BITS => passes::<64>(number, quick),
        _ => return None,
    })
}

fn passes<const N: usize>(number: &Nat, quick: bool) -> bool {
    let field = Montgomery::<N>::new(number);
    passes_base_two(&field, number) && (quick || passes_lucas(&field, number))
}

/// The strong test to base 2: with n − 1 = d·2ˢ, 2ᵈ = 1 or 2^(d·2ʳ) = −1 for an r < s.
fn passes_base_two<const N: usize>(field: &Montgomery<N>, number: &Nat) -> bool {
    let below = number.minus_one();
    let s = below.trailing_zeros();
    let d = below.shr(s);
    let one = field.one();
    let mut minus_one = Zeroizing::new([0; N]);
    field.subtract(&[0; N], &one, &mut minus_one);
    let mut power = Zeroizing::new([0; N]);
    field.add(&one, &one, &mut power);
    let mut next = Zeroizing::new([0; N]);
    for at in (0..d.bits() - 1).rev() {
        field.square(&power, &mut next);
        if d.bit(at) {
            let half = next.clone();
            field.add(&half, &half, &mut power);
        } else {
            std::mem::swap(&mut power, &mut next);
        }
    }
    if *power == *one || *power == *minus_one {
        return true;
    }
    for _ in 1..s {
        field.square(&power, &mut next);
        std::mem::swap(&mut power, &mut next);
        if *power == *minus_one {
            return true;
        }
    }
    false
}

/// The extra strong Lucas test: with n + 1 = d·2ˢ, either U_d = 0 and V_d = ±2, or V_(d·2ʳ) = 0 for an r < s − 1.
fn passes_lucas<const N: usize>(field: &Montgomery<N>, number: &Nat) -> bool {
    let Some(p) = parameter(number) else { return false };
    let above = number.plus(&Nat::small(1));
    let s = above.trailing_zeros();
    let d = above.shr(s);
    let one = field.one();
    let small = |value: u64| {
        let mut sum = Zeroizing::new([0; N]);
        for _ in 0..value {
            let before = sum.clone();
            field.add(&before, &one, &mut sum);
        }
        sum
    };
    let (two, p) = (small(2), small(p));
    let mut minus_two = Zeroizing::new([0; N]);
    field.subtract(&[0; N], &two, &mut minus_two);
    // (low, high) = (V_k, V_(k+1)), where k is the part of d that was read.
    let (mut low, mut high) = (two.clone(), p.clone());
    let mut product = Zeroizing::new([0; N]);
    for at in (0..d.bits()).rev() {
        field.multiply(&low, &high, &mut product);
        if d.bit(at) {
            field.subtract(&product, &p, &mut low);
            field.square(&high, &mut product);
            field.subtract(&product, &two, &mut high);
        } else {
            field.subtract(&product, &p, &mut high);
            field.square(&low, &mut product);
            field.subtract(&product, &two, &mut low);
        }
    }
    if *low == *two || *low == *minus_two {
        // (P² − 4) U_d = 2 V_(d+1) − P V_d.
        let mut left = Zeroizing::new([0; N]);
        field.add(&high, &high, &mut left);
        field.multiply(&p, &low, &mut product);
        // `p` and `low` are in Montgomery form, so their product is too.
        if left == product {
            return true;
        }
    }
    for _ in 0..s - 1 {
        if low.iter().all(|limb| *limb == 0) {
            return true;
        }
        field.square(&low, &mut product);
        field.subtract(&product, &two, &mut low);
    }
    false
}

/// The smallest P from 3 on for which P² − 4 is not a square modulo the number. `None` proves that the number
/// is composite.
fn parameter(number: &Nat) -> Option<u64> {
    for p in 3u64.. {
        match jacobi(p * p - 4, number) {
            -1 => return Some(p),
            // P + 2 or P − 2 has a factor in common with the number.
            0 if number.to_u64().is_none_or(|number| number != p + 2) => return None,
            _ => {}
        }
        // A square has no such P; every other number has a small one.
        if p == 24 && is_square(number) {
            return None;
        }
    }
    None
}

/// The Jacobi symbol of a small number over a large odd one.
fn jacobi(a: u64, number: &Nat) -> i32 {
    let twos = a.trailing_zeros();
    let odd = a >> twos;
    let low = number.limbs()[0];
    let mut sign = 1;
    if twos % 2 == 1 && matches!(low % 8, 3 | 5) {
        sign = -sign;
    }
    if odd % 4 == 3 && low % 4 == 3 {
        sign = -sign;
    }
    let shift = odd.leading_zeros();
    let rest = Reciprocal::of(odd << shift).modulo(number.limbs()) % odd;
    sign * jacobi_small(rest, odd)
}

fn jacobi_small(mut a: u64, mut n: u64) -> i32 {
    let mut sign = 1;
    while a != 0 {
        let twos = a.trailing_zeros();
        a >>= twos;
        if twos % 2 == 1 && matches!(n % 8, 3 | 5) {
            sign = -sign;
        }
        if a % 4 == 3 && n % 4 == 3 {
            sign = -sign;
        }
        (a, n) = (n % a, a);
    }
    if n == 1 { sign } else { 0 }
}

/// Returns true if the number is a square, by Newton's iteration.
fn is_square(number: &Nat) -> bool {
    let mut root = Nat::small(1).shl(number.bits().div_ceil(2));
    loop {
        let next = root.plus(&number.divided(&root).0).shr(1);
        if next >= root {
            return root.times(&root) == *number;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_division(number: u64) -> bool {
        number >= 2 && (2..number).take_while(|d| d * d <= number).all(|d| !number.is_multiple_of(d))
    }

    #[test]
    fn small_numbers_agree_with_trial_division() {
        for number in 0..20_000 {
            assert_eq!(is_prime(&Nat::small(number), false), Some(by_division(number)), "{number}");
        }
    }

    #[test]
    fn pseudoprimes_to_base_two_are_caught_by_lucas() {
        for number in [2047u64, 3277, 4033, 4681, 8321, 15841, 29341, 42799, 49141, 52633, 3_215_031_751] {
            assert_eq!(is_prime(&Nat::small(number), true), Some(true), "{number} fools base 2");
            assert_eq!(is_prime(&Nat::small(number), false), Some(false), "{number}");
        }
    }

    #[test]
    fn lucas_pseudoprimes_are_caught_by_base_two() {
        // OEIS A217719.
        for number in [989u64, 3239, 5777, 10877, 27971, 29681, 30739, 31631, 39059, 72389, 73919, 75077] {
            let nat = Nat::small(number);
            assert!(passes_lucas(&Montgomery::<8>::new(&nat), &nat), "{number} fools Lucas");
            assert_eq!(is_prime(&nat, false), Some(false), "{number}");
        }
    }

    #[test]
    fn mersenne_primes_and_composites_are_distinguished() {
        for (exponent, prime) in
            [(521, true), (523, false), (607, true), (1279, true), (1277, false), (2203, true), (3217, true)]
        {
            let number = Nat::small(1).shl(exponent).minus_one();
            assert_eq!(is_prime(&number, false), Some(prime), "2^{exponent} - 1");
        }
    }

    #[test]
    fn squares_of_primes_are_composite() {
        for root in [1093u64, 3511, 65537, 4_294_967_291] {
            assert_eq!(is_prime(&Nat::small(root).times(&Nat::small(root)), false), Some(false), "{root}");
        }
        let root = Nat::small(1).shl(521).minus_one();
        assert_eq!(is_prime(&root.times(&root), false), Some(false));
    }
}
