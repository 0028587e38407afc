//! Natural numbers in 64-bit limbs, least significant first, wiped when dropped.
//!
//! Only the operations that checks of keys need. They do not run in constant time: the key is the user's own,
//! checked on the user's own machine, and no one else can measure the time.

use std::cmp::Ordering;

use zeroize::Zeroizing;

/// A natural number without leading zero limbs.
#[derive(Clone, Default)]
pub(super) struct Nat {
    limbs: Zeroizing<Vec<u64>>,
}

impl Nat {
    /// Reads big-endian bytes.
    pub(super) fn from_be(bytes: &[u8]) -> Self {
        let mut limbs = Zeroizing::new(Vec::with_capacity(bytes.len() / 8 + 1));
        for chunk in bytes.rchunks(8) {
            let mut word = [0; 8];
            word[8 - chunk.len()..].copy_from_slice(chunk);
            limbs.push(u64::from_be_bytes(word));
        }
        Self::normal(limbs)
    }

    /// A number with one limb.
    pub(super) fn small(value: u64) -> Self {
        Self::normal(Zeroizing::new(vec![value]))
    }

    fn normal(mut limbs: Zeroizing<Vec<u64>>) -> Self {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self { limbs }
    }

    /// The number as big-endian bytes without leading zeros.
    pub(super) fn to_be(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.limbs.len() * 8));
        for limb in self.limbs.iter().rev() {
            bytes.extend_from_slice(&limb.to_be_bytes());
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.drain(..zeros);
        bytes
    }

    /// The limbs, least significant first.
    pub(super) fn limbs(&self) -> &[u64] {
        &self.limbs
    }

    /// The number of significant bits.
    pub(super) fn bits(&self) -> u32 {
        self.limbs.last().map_or(0, |top| self.limbs.len() as u32 * 64 - top.leading_zeros())
    }

    pub(super) fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub(super) fn is_one(&self) -> bool {
        *self.limbs.as_slice() == [1]
    }

    pub(super) fn is_odd(&self) -> bool {
        self.limbs.first().is_some_and(|low| low & 1 == 1)
    }

    /// The value, if it fits in one limb.
    pub(super) fn to_u64(&self) -> Option<u64> {
        match self.limbs.as_slice() {
            [] => Some(0),
            [value] => Some(*value),
            _ => None,
        }
    }

    /// Returns true if the bit with the value 2^`at` is set.
    pub(super) fn bit(&self, at: u32) -> bool {
        self.limbs.get(at as usize / 64).is_some_and(|limb| limb >> (at % 64) & 1 == 1)
    }

    /// The number of set bits.
    pub(super) fn weight(&self) -> u32 {
        self.limbs.iter().map(|limb| limb.count_ones()).sum()
    }

    /// The number of trailing zero bits.
    pub(super) fn trailing_zeros(&self) -> u32 {
        let zero_limbs = self.limbs.iter().take_while(|limb| **limb == 0).count();
        zero_limbs as u32 * 64 + self.limbs.get(zero_limbs).map_or(0, |limb| limb.trailing_zeros())
    }

    /// The 128 highest bits, beginning with the highest set bit; fewer for a smaller number.
    pub(super) fn top(&self) -> u128 {
        let at = self.bits().saturating_sub(128);
        let high = self.shr(at);
        high.limbs.iter().rev().fold(0, |top, limb| top << 64 | u128::from(*limb))
    }

    pub(super) fn shr(&self, by: u32) -> Self {
        let (limbs, bits) = (by as usize / 64, by % 64);
        let rest = self.limbs.get(limbs..).unwrap_or_default();
        let mut out = Zeroizing::new(Vec::with_capacity(rest.len()));
        for (at, limb) in rest.iter().enumerate() {
            let above = rest.get(at + 1).copied().unwrap_or(0);
            out.push(if bits == 0 { *limb } else { limb >> bits | above << (64 - bits) });
        }
        Self::normal(out)
    }

    pub(super) fn shl(&self, by: u32) -> Self {
        let (limbs, bits) = (by as usize / 64, by % 64);
        let mut out = Zeroizing::new(Vec::with_capacity(self.limbs.len() + limbs + 1));
        out.resize(limbs, 0);
        let mut carry = 0;
        for limb in self.limbs.iter() {
            out.push(if bits == 0 { *limb } else { limb << bits | carry });
            carry = if bits == 0 { 0 } else { limb >> (64 - bits) };
        }
        out.push(carry);
        Self::normal(out)
    }

    /// The absolute difference of two numbers.
    pub(super) fn distance(&self, other: &Self) -> Self {
        let (big, small) = if *self >= *other { (self, other) } else { (other, self) };
        let mut out = big.limbs.clone();
        subtract(&mut out, &small.limbs);
        Self::normal(out)
    }

    /// The predecessor; zero for zero.
    pub(super) fn minus_one(&self) -> Self {
        if self.is_zero() { Self::default() } else { self.distance(&Self::small(1)) }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let (long, short) = if self.limbs.len() >= other.limbs.len() { (self, other) } else { (other, self) };
        let mut out = Zeroizing::new(Vec::with_capacity(long.limbs.len() + 1));
        let mut carry = false;
        for (at, limb) in long.limbs.iter().enumerate() {
            let (sum, over) = limb.overflowing_add(short.limbs.get(at).copied().unwrap_or(0));
            let (sum, more) = sum.overflowing_add(u64::from(carry));
            out.push(sum);
            carry = over | more;
        }
        out.push(u64::from(carry));
        Self::normal(out)
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut out = Zeroizing::new(vec![0; self.limbs.len() + other.limbs.len()]);
        for (at, limb) in self.limbs.iter().enumerate() {
            let row = &mut out[at..];
            let carry = multiply_add(row, &other.limbs, *limb);
            if let Some(next) = row.get_mut(other.limbs.len()) {
                *next = carry;
            }
        }
        Self::normal(out)
    }

    /// Returns true if no odd prime divides both, by Stein's algorithm. Only used to compare the keys of
    /// multiple submissions.
    pub(super) fn is_coprime(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.shr(self.trailing_zeros()), other.shr(other.trailing_zeros()));
        loop {
            match a.cmp(&b) {
                Ordering::Equal => return a.is_one(),
                Ordering::Less => std::mem::swap(&mut a, &mut b),
                Ordering::Greater if b.is_zero() => return a.is_one(),
                Ordering::Greater => a.reduce_by(&b),
            }
        }
    }

    /// Subtracts a number that is not larger, and makes the result odd, in place.
    fn reduce_by(&mut self, other: &Self) {
        subtract(&mut self.limbs, &other.limbs);
        let (limbs, bits) = (self.trailing_zeros() as usize / 64, self.trailing_zeros() % 64);
        self.limbs.drain(..limbs);
        if bits > 0 {
            let mut above = 0;
            for limb in self.limbs.iter_mut().rev() {
                (*limb, above) = (*limb >> bits | above, *limb << (64 - bits));
            }
        }
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }

    /// The remainder of a division; zero for a division by zero.
    pub(super) fn modulo(&self, modulus: &Self) -> Self {
        if *self < *modulus || modulus.is_zero() {
            return if modulus.is_zero() { Self::default() } else { self.clone() };
        }
        self.divided(modulus).1
    }

    /// The quotient and remainder of a division by a nonzero number, by Knuth's algorithm D (TAOCP 4.3.1).
    pub(super) fn divided(&self, divisor: &Self) -> (Self, Self) {
        let size = divisor.limbs.len();
        if *self < *divisor || size == 0 {
            return (Self::default(), self.clone());
        }
        let shift = divisor.limbs[size - 1].leading_zeros();
        let divisor = divisor.shl(shift);
        let mut rest = self.shl(shift).limbs;
        rest.resize(self.limbs.len() + 1, 0);
        let reciprocal = Reciprocal::of(divisor.limbs[size - 1]);
        let steps = rest.len() - size;
        let mut quotient = Zeroizing::new(vec![0; steps]);
        for at in (0..steps).rev() {
            let row = &mut rest[at..=at + size];
            let digit = estimate(row, &divisor.limbs, &reciprocal);
            let borrow = multiply_subtract(&mut row[..size], &divisor.limbs, digit);
            let (top, under) = row[size].overflowing_sub(borrow);
            row[size] = top;
            quotient[at] = digit;
            if under {
                add_back(row, &divisor.limbs);
                quotient[at] = digit.wrapping_sub(1);
            }
        }
        rest.truncate(size);
        (Self::normal(quotient), Self::normal(rest).shr(shift))
    }
}

impl PartialEq for Nat {
    fn eq(&self, other: &Self) -> bool {
        *self.limbs == *other.limbs
    }
}

impl Eq for Nat {}

impl PartialOrd for Nat {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Nat {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = self.limbs.len().cmp(&other.limbs.len());
        size.then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }
}

/// Subtracts a number that is not larger.
fn subtract(limbs: &mut [u64], smaller: &[u64]) {
    let mut borrow = false;
    for (at, limb) in limbs.iter_mut().enumerate() {
        let take = smaller.get(at).copied().unwrap_or(0);
        let (rest, under) = limb.overflowing_sub(take);
        let (rest, more) = rest.overflowing_sub(u64::from(borrow));
        *limb = rest;
        borrow = under | more;
    }
}

/// Estimates a digit of the quotient; the estimate is at most two too large.
fn estimate(row: &[u64], divisor: &[u64], reciprocal: &Reciprocal) -> u64 {
    let size = divisor.len();
    let (high, low) = (row[size], row[size - 1]);
    let top = divisor[size - 1];
    if high >= top {
        return u64::MAX;
    }
    let (mut digit, mut rest) = reciprocal.divide(high, low);
    if size < 2 {
        return digit;
    }
    let (second, next) = (divisor[size - 2], row[size - 2]);
    while u128::from(digit) * u128::from(second) > (u128::from(rest) << 64 | u128::from(next)) {
        digit -= 1;
        let (sum, over) = rest.overflowing_add(top);
        if over {
            break;
        }
        rest = sum;
    }
    digit
}

/// `row += factor * limbs`; returns the carry out of as many limbs as there are factors.
fn multiply_add(row: &mut [u64], limbs: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (out, limb) in row.iter_mut().zip(limbs) {
        (*out, carry) = mac(*out, *limb, factor, carry);
    }
    carry
}

/// `row -= factor * limbs`; returns the borrow.
fn multiply_subtract(row: &mut [u64], limbs: &[u64], factor: u64) -> u64 {
    let mut carry = 0u64;
    for (out, limb) in row.iter_mut().zip(limbs) {
        let product = (u128::from(*limb) * u128::from(factor)).wrapping_add(u128::from(carry));
        let (rest, under) = out.overflowing_sub(product as u64);
        *out = rest;
        carry = ((product >> 64) as u64).wrapping_add(u64::from(under));
    }
    carry
}

fn add_back(row: &mut [u64], limbs: &[u64]) {
    let mut carry = false;
    for (out, limb) in row.iter_mut().zip(limbs.iter().chain(std::iter::once(&0))) {
        let (sum, over) = out.overflowing_add(*limb);
        let (sum, more) = sum.overflowing_add(u64::from(carry));
        *out = sum;
        carry = over | more;
    }
}

/// `add + a * b + carry` as low and high limb. It cannot overflow.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the step of every inner loop here")]
const fn mac(add: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = (a as u128 * b as u128).wrapping_add(add as u128).wrapping_add(carry as u128);
    (wide as u64, (wide >> 64) as u64)
}

/// A divisor with its highest bit set, with the reciprocal that turns a division by it into two
/// multiplications (Möller and Granlund, "Improved division by invariant integers", algorithm 4).
#[derive(Clone, Copy)]
pub(super) struct Reciprocal {
    divisor: u64,
    inverse: u64,
}

impl Reciprocal {
    /// The reciprocal of a divisor with its highest bit set.
    pub(super) const fn of(divisor: u64) -> Self {
        Self { divisor, inverse: (u128::MAX / divisor as u128) as u64 }
    }

    /// The quotient and remainder of `high * 2^64 + low`, for `high` less than the divisor.
    #[inline]
    pub(super) const fn divide(&self, high: u64, low: u64) -> (u64, u64) {
        let product = (self.inverse as u128 * high as u128).wrapping_add((high as u128) << 64 | low as u128);
        let mut quotient = ((product >> 64) as u64).wrapping_add(1);
        let mut rest = low.wrapping_sub(quotient.wrapping_mul(self.divisor));
        if rest > product as u64 {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(self.divisor);
        }
        if rest >= self.divisor {
            quotient = quotient.wrapping_add(1);
            rest = rest.wrapping_sub(self.divisor);
        }
        (quotient, rest)
    }

    /// The remainder of a whole number.
    pub(super) fn modulo(&self, limbs: &[u64]) -> u64 {
        limbs.iter().rev().fold(0, |rest, limb| self.divide(rest, *limb).1)
    }
}

/// Arithmetic modulo an odd number of at most `N` limbs, on numbers in Montgomery form (times 2^(64 N)).
pub(super) struct Montgomery<const N: usize> {
    modulus: Zeroizing<[u64; N]>,
    /// The modulus with the most significant limb first.
    backwards: Zeroizing<[u64; N]>,
    /// -1 / modulus, modulo 2^64.
    inverse: u64,
    /// One in Montgomery form.
    one: Zeroizing<[u64; N]>,
}

impl<const N: usize> Montgomery<N> {
    /// Prepares an odd modulus above one with at most `N` limbs.
    pub(super) fn new(modulus: &Nat) -> Self {
        let one = Nat::small(1).shl(64 * N as u32).modulo(modulus);
        // Newton's iteration doubles the number of correct bits: 5 at the start, 80 after four rounds.
        let low = modulus.limbs[0];
        let mut inverse = low.wrapping_mul(3) ^ 2;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(low.wrapping_mul(inverse)));
        }
        let modulus = fixed(modulus);
        let mut backwards = modulus.clone();
        backwards.reverse();
        Self { modulus, backwards, inverse: inverse.wrapping_neg(), one: fixed(&one) }
    }

    pub(super) fn one(&self) -> Zeroizing<[u64; N]> {
        self.one.clone()
    }

    /// `a + b`.
    pub(super) fn add(&self, a: &[u64; N], b: &[u64; N], out: &mut [u64; N]) {
        let mut carry = false;
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            let (sum, over) = a.overflowing_add(*b);
            let (sum, more) = sum.overflowing_add(u64::from(carry));
            *out = sum;
            carry = over | more;
        }
        self.reduce_once(out, u64::from(carry));
    }

    /// `a - b`.
    pub(super) fn subtract(&self, a: &[u64; N], b: &[u64; N], out: &mut [u64; N]) {
        let mut borrow = false;
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            let (rest, under) = a.overflowing_sub(*b);
            let (rest, more) = rest.overflowing_sub(u64::from(borrow));
            *out = rest;
            borrow = under | more;
        }
        if borrow {
            let mut carry = false;
            for (out, limb) in out.iter_mut().zip(self.modulus.iter()) {
                let (sum, over) = out.overflowing_add(*limb);
                let (sum, more) = sum.overflowing_add(u64::from(carry));
                *out = sum;
                carry = over | more;
            }
        }
    }

    /// `a * b`, column by column: the carry stays in registers, which measures faster than rows.
    pub(super) fn multiply(&self, a: &[u64; N], b: &[u64; N], out: &mut [u64; N]) {
        let mut backwards = *b;
        backwards.reverse();
        let mut factors = [0u64; N];
        let mut column = Column::default();
        for at in 0..N {
            column.add_all(&a[..=at], &backwards[N - 1 - at..]);
            self.clear_lowest(&mut column, &mut factors, at);
        }
        for at in 1..N {
            column.add_all(&a[at..], &backwards);
            column.add_all(&factors[at..], &*self.backwards);
            out[at - 1] = column.shift();
        }
        out[N - 1] = column.shift();
        self.reduce_once(out, column.low());
    }

    /// `a * a`: products of different limbs are computed once, in rows, and doubled.
    pub(super) fn square(&self, a: &[u64; N], out: &mut [u64; N]) {
        let mut wide = [[0u64; N]; 2];
        let wide = wide.as_flattened_mut();
        for (at, limb) in a.iter().enumerate() {
            let carry = multiply_add(&mut wide[2 * at + 1..at + N], &a[at + 1..], *limb);
            wide[at + N] = carry;
        }
        let (mut carry, mut bit) = (0u64, 0);
        for (pair, limb) in wide.as_chunks_mut::<2>().0.iter_mut().zip(a) {
            let doubled = [pair[0] << 1 | bit, pair[1] << 1 | pair[0] >> 63];
            bit = pair[1] >> 63;
            let (low, high) = mac(doubled[0], *limb, *limb, carry);
            let (next, over) = doubled[1].overflowing_add(high);
            *pair = [low, next];
            carry = u64::from(over);
        }
        let (low, high) = wide.split_at(N);
        let mut factors = [0u64; N];
        let mut column = Column::default();
        for (at, limb) in low.iter().enumerate() {
            column.add(*limb, 1);
            self.clear_lowest(&mut column, &mut factors, at);
        }
        for (at, limb) in (1..N).zip(high) {
            column.add(*limb, 1);
            column.add_all(&factors[at..], &*self.backwards);
            out[at - 1] = column.shift();
        }
        column.add(high[N - 1], 1);
        out[N - 1] = column.shift();
        self.reduce_once(out, column.low());
    }

    /// Adds the multiple of the modulus that makes the column's lowest limb zero.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the step of every inner loop here")]
    fn clear_lowest(&self, column: &mut Column, factors: &mut [u64; N], at: usize) {
        column.add_all(&factors[..at], &self.backwards[N - 1 - at..]);
        factors[at] = column.low().wrapping_mul(self.inverse);
        column.add(factors[at], self.modulus[0]);
        column.shift();
    }

    /// Subtracts the modulus if the number, with `top` above it, is not less.
    fn reduce_once(&self, number: &mut [u64; N], top: u64) {
        let below = number.iter().rev().lt(self.modulus.iter().rev());
        if top == 0 && below {
            return;
        }
        let mut borrow = false;
        for (limb, take) in number.iter_mut().zip(self.modulus.iter()) {
            let (rest, under) = limb.overflowing_sub(*take);
            let (rest, more) = rest.overflowing_sub(u64::from(borrow));
            *limb = rest;
            borrow = under | more;
        }
    }
}

/// The sum of the products in one column, in three limbs.
#[derive(Clone, Copy, Default)]
struct Column {
    low: u128,
    high: u64,
}

impl Column {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the step of every inner loop here")]
    const fn add(&mut self, a: u64, b: u64) {
        let (sum, over) = self.low.overflowing_add(a as u128 * b as u128);
        self.low = sum;
        self.high = self.high.wrapping_add(over as u64);
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the step of every inner loop here")]
    fn add_all(&mut self, a: &[u64], b: &[u64]) {
        for (a, b) in a.iter().zip(b) {
            self.add(*a, *b);
        }
    }

    const fn low(self) -> u64 {
        self.low as u64
    }

    /// Returns the lowest limb and moves to the next column.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the step of every inner loop here")]
    const fn shift(&mut self) -> u64 {
        let low = self.low as u64;
        self.low = self.low >> 64 | (self.high as u128) << 64;
        self.high = 0;
        low
    }
}

fn fixed<const N: usize>(number: &Nat) -> Zeroizing<[u64; N]> {
    let mut out = Zeroizing::new([0; N]);
    for (out, limb) in out.iter_mut().zip(number.limbs()) {
        *out = *limb;
    }
    out
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    /// Numbers of many shapes, the same in every run.
    fn samples() -> Vec<Nat> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut out = vec![Nat::default(), Nat::small(1), Nat::small(u64::MAX)];
        for size in [1, 2, 3, 7, 8, 16, 17, 24, 32, 64] {
            for shape in 0..6 {
                let limb = |value: u64| match shape {
                    0 => u64::MAX,
                    1 => 0,
                    2 => 1 << 63,
                    _ => value,
                };
                let mut limbs: Vec<u64> = (0..size).map(|_| limb(next())).collect();
                *limbs.last_mut().unwrap() |= 1 << (next() % 64);
                out.push(Nat::normal(Zeroizing::new(limbs)));
            }
        }
        out
    }

    fn big(number: &Nat) -> BigUint {
        BigUint::from_bytes_be(&number.to_be())
    }

    #[test]
    fn bytes_round_trip() {
        for number in samples() {
            assert!(Nat::from_be(&number.to_be()) == number);
            assert_eq!(u64::from(number.bits()), big(&number).bits());
        }
        assert_eq!(*Nat::from_be(&[0, 0, 1, 2]).to_be(), [1, 2]);
    }

    fn odd_gcd(a: BigUint, b: BigUint) -> BigUint {
        let odd = |number: BigUint| number.trailing_zeros().map_or(BigUint::ZERO, |zeros| number >> zeros);
        let (mut a, mut b) = (odd(a), odd(b));
        while b != BigUint::ZERO {
            (a, b) = (b.clone(), a % b);
        }
        a
    }

    #[test]
    fn arithmetic_agrees_with_a_reference() {
        let samples = samples();
        for a in &samples {
            for b in &samples {
                assert_eq!(big(&a.times(b)), big(a) * big(b));
                assert_eq!(big(&a.plus(b)), big(a) + big(b));
                assert_eq!(a.is_coprime(b), odd_gcd(big(a), big(b)) == BigUint::from(1u32));
                let distance = if a >= b { big(a) - big(b) } else { big(b) - big(a) };
                assert_eq!(big(&a.distance(b)), distance);
                if !b.is_zero() {
                    assert_eq!(big(&a.modulo(b)), big(a) % big(b));
                    assert_eq!(big(&a.divided(b).0), big(a) / big(b));
                }
            }
            for by in [0, 1, 63, 64, 65, 200] {
                assert_eq!(big(&a.shl(by)), big(a) << by);
                assert_eq!(big(&a.shr(by)), big(a) >> by);
            }
        }
    }

    #[test]
    fn reciprocal_division_agrees_with_a_reference() {
        for divisor in [1 << 63, (1 << 63) + 1, u64::MAX, u64::MAX - 1, 0xdead_beef_0123_4567] {
            let reciprocal = Reciprocal::of(divisor);
            for number in samples() {
                assert_eq!(BigUint::from(reciprocal.modulo(number.limbs())), big(&number) % divisor);
            }
        }
    }

    fn montgomery<const N: usize>() {
        let samples = samples();
        let fits = |number: &&Nat| number.limbs().len() <= N;
        for modulus in samples.iter().filter(fits).filter(|m| m.is_odd() && !m.is_one()) {
            let field = Montgomery::<N>::new(modulus);
            let r = BigUint::from(1u8) << (64 * N);
            let m = big(modulus);
            let value = |limbs: &[u64; N]| big(&Nat::normal(Zeroizing::new(limbs.to_vec())));
            for a in samples.iter().filter(fits) {
                let a = a.modulo(modulus);
                let (fa, mut out) = (fixed::<N>(&a), [0; N]);
                field.square(&fa, &mut out);
                assert_eq!(value(&out) * &r % &m, &big(&a) * big(&a) % &m);
                for b in samples.iter().filter(fits) {
                    let b = b.modulo(modulus);
                    let fb = fixed::<N>(&b);
                    field.multiply(&fa, &fb, &mut out);
                    assert_eq!(value(&out) * &r % &m, &big(&a) * big(&b) % &m);
                    field.add(&fa, &fb, &mut out);
                    assert_eq!(value(&out), (big(&a) + big(&b)) % &m);
                    field.subtract(&fa, &fb, &mut out);
                    assert_eq!(value(&out), (big(&a) + &m - big(&b)) % &m);
                }
            }
        }
    }

    #[test]
    fn montgomery_arithmetic_agrees_with_a_reference() {
        montgomery::<8>();
        montgomery::<16>();
        montgomery::<24>();
    }
}
