//! Figures beside what they have to be.

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger, the better.
    More,
    /// The smaller, the better.
    Less,
}

/// How good a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// As good as we want it.
    Aim,
    /// Good enough.
    Floor,
    /// Not good enough.
    Missed,
}

impl Reached {
    /// In the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Aim => "aim",
            Self::Floor => "floor",
            Self::Missed => "MISSED",
        }
    }
}

/// Something that was measured and has to be so good.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What.
    pub what: String,
    /// As it was measured.
    pub value: f64,
    /// What it has to be.
    pub floor: f64,
    /// What it should be; nothing if the floor is all that is asked.
    pub aim: Option<f64>,
    /// Which way is better.
    pub better: Better,
}

impl Figure {
    /// How good it is.
    pub fn reached(&self) -> Reached {
        let as_good_as = |wanted: f64| match self.better {
            Better::More => self.value >= wanted,
            Better::Less => self.value <= wanted,
        };
        match self.aim {
            Some(aim) if as_good_as(aim) => Reached::Aim,
            None if as_good_as(self.floor) => Reached::Aim,
            _ if as_good_as(self.floor) => Reached::Floor,
            _ => Reached::Missed,
        }
    }
}

/// A number with as many digits as are worth reading.
pub fn shown(number: f64) -> String {
    if number.abs() < 10.0 {
        format!("{number:.2}")
    } else if number.abs() < 100.0 {
        format!("{number:.1}")
    } else {
        grouped(number.round() as u64)
    }
}

/// A count in groups of three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_held_against_its_floor_and_its_aim_in_the_right_direction() {
        let figure = |value, better| Figure {
            what: String::new(),
            value,
            floor: 4.0,
            aim: Some(if better == Better::More { 7.0 } else { 2.0 }),
            better,
        };
        let reached = |value, better| figure(value, better).reached();
        assert_eq!(reached(7.0, Better::More), Reached::Aim);
        assert_eq!(reached(4.0, Better::More), Reached::Floor);
        assert_eq!(reached(3.9, Better::More), Reached::Missed);
        assert_eq!(reached(2.0, Better::Less), Reached::Aim);
        assert_eq!(reached(3.0, Better::Less), Reached::Floor);
        assert_eq!(reached(4.1, Better::Less), Reached::Missed);
        let nan = figure(f64::NAN, Better::Less);
        assert_eq!(nan.reached(), Reached::Missed);
    }

    #[test]
    fn numbers_have_the_digits_that_are_worth_reading() {
        assert_eq!(shown(0.123), "0.12");
        assert_eq!(shown(12.34), "12.3");
        assert_eq!(shown(1_234_567.0), "1,234,567");
    }
}
