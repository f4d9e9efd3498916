//! Numbers.

use super::{Reader, Result};
use crate::json::JsonError;

/// What a number turned out to be.
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Reader<'_> {
    /// Passes over digits and gives them as a number with the count of those that did not fit; at least one is needed.
    fn digits(&mut self, mut number: u64, places: &mut i32) -> Result<u64> {
        let from = self.at;
        while let Some(digit) = self.byte().filter(u8::is_ascii_digit) {
            let next = number
                .checked_mul(10)
                .and_then(|it| it.checked_add(u64::from(digit - b'0')));
            match next {
                Some(next) if *places <= 0 => number = next,
                _ => *places += 1,
            }
            self.at += 1;
        }
        (self.at > from).then_some(number).ok_or(JsonError)
    }

    /// The number that begins here.
    pub(super) fn number(&mut self) -> Result<Number> {
        let negative = self.takes(b'-');
        let from = self.at;
        let mut lost = 0;
        let mut number = self.digits(0, &mut lost)?;
        if self.at > from + 1 && self.text.as_bytes().get(from) == Some(&b'0') {
            return Err(JsonError);
        }
        let mut is_whole = lost == 0;
        let mut exponent = lost;
        if self.byte() == Some(b'.') {
            self.at += 1;
            is_whole = false;
            let from = self.at;
            let before = lost;
            number = self.digits(number, &mut lost)?;
            exponent -= i32::try_from(self.at - from).map_err(|_| JsonError)? - (lost - before);
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            is_whole = false;
            let down = self.byte() == Some(b'-');
            self.at += usize::from(down || self.byte() == Some(b'+'));
            let mut beyond = 0;
            let power = self.digits(0, &mut beyond)?;
            // Far outside of what a float can be, in either direction.
            let power = if beyond > 0 {
                9_999
            } else {
                i32::try_from(power.min(9_999)).unwrap_or(9_999)
            };
            exponent += if down { -power } else { power };
        }
        Ok(match (is_whole, negative) {
            (true, false) => Number::Unsigned(number),
            (true, true) if number == 0 => Number::Float(-0.0),
            (true, true) if number <= 1 << 63 => {
                Number::Signed(0_i64.wrapping_sub_unsigned(number))
            }
            _ => {
                let float = scaled(number, exponent);
                if !float.is_finite() {
                    return Err(JsonError);
                }
                Number::Float(if negative { -float } else { float })
            }
        })
    }
}

/// `number` times ten to the power of `exponent`.
#[expect(clippy::cast_precision_loss, reason = "a float is what is wanted")]
fn scaled(number: u64, exponent: i32) -> f64 {
    let mut float = number as f64;
    let mut left = exponent.unsigned_abs();
    while left > 0 && float != 0.0 && float.is_finite() {
        // Ten to the power of 22 is the last one that a float holds exactly.
        let step = left.min(22);
        let power = 10_f64.powi(i32::try_from(step).unwrap_or(22));
        float = if exponent < 0 {
            float / power
        } else {
            float * power
        };
        left -= step;
    }
    float
}
