//! What becomes of a connection. Drawn, not decided: the same dice, the same fate.

use std::time::Duration;

use fastrand::Rng;

/// What a request is, as far as its fate depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names its write: delivering it twice must be the same as once.
    Write,
    /// Anything else that is answered at once.
    Other,
    /// A stream of events.
    Stream,
}

/// What happens to a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Nothing.
    Pass,
    /// The connection is cut before the server has anything of the request.
    CutBefore,
    /// It is cut when the server has this share of the request.
    CutMiddle(f32),
    /// The server has the request, and both connections are cut at once.
    CutAfter,
    /// The server answers, and the client gets this share of the answer, perhaps nothing.
    CutAnswer(f32),
    /// The server gets the request on two connections; the client gets the answer of the first, or of the second.
    Twice {
        /// Of which.
        first: bool,
    },
    /// The client gets its answer, and so much later the server gets the same request again.
    Later(Duration),
}

/// How long a stream lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// It is cut after so much of the answer.
    pub bytes: usize,
    /// Or after this time.
    pub time: Duration,
}

/// What becomes of one connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// How long the request is held back.
    pub delay: Duration,
    /// What happens to it.
    pub turn: Turn,
    /// When it is cut, if it is a stream.
    pub life: Option<Life>,
}

impl Fate {
    /// Of every connection in calm weather.
    pub const CALM: Self = Self {
        delay: Duration::ZERO,
        turn: Turn::Pass,
        life: None,
    };

    /// Of a connection in a storm.
    pub fn draw(dice: &mut Rng, kind: Kind) -> Self {
        let delay = match dice.u32(0..10) {
            0..7 => 0,
            7..9 => dice.u64(1..60),
            _ => dice.u64(60..600),
        };
        let turn = match (dice.u32(0..100), kind) {
            (0..6, _) => Turn::CutBefore,
            (6..11, _) => Turn::CutMiddle(dice.f32()),
            (11..18, Kind::Write | Kind::Other) => Turn::CutAfter,
            (18..22, Kind::Write | Kind::Other) => Turn::CutAnswer(0.0),
            (22..26, Kind::Write | Kind::Other) => Turn::CutAnswer(dice.f32()),
            (26..34, Kind::Write) => Turn::Twice { first: dice.bool() },
            (34..40, Kind::Write) => Turn::Later(Duration::from_millis(dice.u64(50..3_000))),
            _ => Turn::Pass,
        };
        let life = (kind == Kind::Stream && dice.u32(0..10) < 8).then(|| Life {
            bytes: dice.usize(0..12_000),
            time: Duration::from_millis(dice.u64(50..5_000)),
        });
        Self {
            delay: Duration::from_millis(delay),
            turn,
            life,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use super::*;

    fn drawn(kind: Kind) -> Vec<Fate> {
        let mut dice = Rng::with_seed(1);
        (0..1_000).map(|_| Fate::draw(&mut dice, kind)).collect()
    }

    #[test]
    fn a_write_can_meet_every_fate_and_mostly_passes() {
        let fates = drawn(Kind::Write);
        let turns = [
            Turn::Pass,
            Turn::CutBefore,
            Turn::CutMiddle(0.0),
            Turn::CutAfter,
            Turn::CutAnswer(0.0),
            Turn::Twice { first: true },
            Turn::Later(Duration::ZERO),
        ];
        for turn in turns {
            let times = (fates.iter())
                .filter(|fate| discriminant(&fate.turn) == discriminant(&turn))
                .count();
            assert!(times > 10, "{turn:?} {times} times");
        }
        let passed = fates.iter().filter(|fate| fate.turn == Turn::Pass).count();
        assert!((500..700).contains(&passed), "{passed}");
        assert!(fates.iter().any(|fate| !fate.delay.is_zero()));
    }

    #[test]
    fn only_writes_are_delivered_twice_and_only_streams_live_for_a_while() {
        for kind in [Kind::Other, Kind::Stream] {
            let again = |fate: &Fate| matches!(fate.turn, Turn::Twice { .. } | Turn::Later(_));
            assert!(!drawn(kind).iter().any(again), "{kind:?}");
        }
        assert!(drawn(Kind::Write).iter().all(|fate| fate.life.is_none()));
        assert!(drawn(Kind::Stream).iter().any(|fate| fate.life.is_some()));
    }

    #[test]
    fn the_same_seed_is_the_same_weather() {
        assert_eq!(drawn(Kind::Write), drawn(Kind::Write));
    }
}
