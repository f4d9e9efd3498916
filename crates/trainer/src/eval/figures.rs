//! A measured number beside what it should reach and what others reached.

use std::fmt::Write;

use serde::Serialize;

use super::published;
use crate::report::Report;

/// One measured number.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// What came out.
    pub ours: f32,
    /// What it must reach, if that is set.
    pub floor: Option<f32>,
    /// What it should reach.
    pub aim: Option<f32>,
    /// Whether less is better.
    pub at_most: bool,
    /// What others published, with their names.
    pub published: &'static str,
}

impl Figure {
    /// A number of which more is better.
    pub fn new(what: impl Into<String>, ours: f32) -> Self {
        Self {
            what: what.into(),
            ours,
            floor: None,
            aim: None,
            at_most: false,
            published: "",
        }
    }

    /// With what it must and should reach.
    pub fn goals(self, floor: f32, aim: f32) -> Self {
        Self {
            floor: Some(floor),
            aim: Some(aim),
            ..self
        }
    }

    /// Less is better.
    pub fn at_most(self) -> Self {
        Self {
            at_most: true,
            ..self
        }
    }

    /// With what others published.
    pub fn published(self, published: &'static str) -> Self {
        Self { published, ..self }
    }

    /// `aim`, `floor` or `MISSED`; nothing if there is no goal.
    pub fn verdict(&self) -> &'static str {
        let reached = |goal: Option<f32>| {
            // As printed: one digit behind the point.
            let rounded = |value: f32| (value * 100.0).round();
            goal.is_some_and(|goal| {
                if self.at_most {
                    rounded(self.ours) <= rounded(goal)
                } else {
                    rounded(self.ours) >= rounded(goal)
                }
            })
        };
        match self.floor {
            None => "",
            Some(_) if reached(self.aim) => "aim",
            Some(_) if reached(self.floor) => "floor",
            Some(_) => "MISSED",
        }
    }
}

/// The own test's figures.
pub fn own(report: &Report) -> Vec<Figure> {
    let percent =
        |what: &str, share: f32| Figure::new(format!("own test: {what}, %"), 100.0 * share);
    let negative = report.sentiments.first().map_or(0.0, |label| label.f1);
    vec![
        percent("intent accuracy", report.intent_accuracy).goals(90.0, 95.0),
        percent("asks for a person: recognised", report.human_recall).goals(99.0, 99.7),
        percent("does not ask: false alarms", report.human_false_alarms)
            .at_most()
            .goals(1.0, 0.3),
        percent(
            "sensitive: reaching a person",
            report.sensitive_reaching_a_person,
        )
        .goals(95.0, 98.0),
        percent("routine: sent to a person", report.routine_sent_to_a_person).at_most(),
        percent("negative sentiment F1", negative).goals(85.0, 92.0),
        percent("sentiment accuracy", report.sentiment_accuracy),
        percent("intent calibration error (ECE)", report.calibration_error).at_most(),
    ]
}

/// The model file's size as it travels.
pub fn model_size(bytes: usize) -> Figure {
    Figure::new("model file, brotli, MB", bytes as f32 / 1e6)
        .at_most()
        .goals(3.0, 2.0)
}

/// All figures as a text table.
pub fn table(figures: &[Figure]) -> String {
    format!(
        "{:52} {:>7} {:>7} {:>7}  {:7} published\n{}\n{}",
        "",
        "ours",
        "floor",
        "aim",
        "",
        rows(figures),
        published::SOURCES
    )
}

/// The rows of such a table.
pub fn rows(figures: &[Figure]) -> String {
    let mut rows = String::new();
    for figure in figures {
        let goal = |goal: Option<f32>| goal.map_or_else(String::new, |goal| format!("{goal:.1}"));
        let _ = writeln!(
            rows,
            "{:52} {:>7.2} {:>7} {:>7}  {:7} {}",
            figure.what,
            figure.ours,
            goal(figure.floor),
            goal(figure.aim),
            figure.verdict(),
            figure.published
        );
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_reached_from_either_side_only() {
        let more = |ours| Figure::new("", ours).goals(90.0, 95.0).verdict();
        assert_eq!(
            [more(89.9), more(90.0), more(95.0)],
            ["MISSED", "floor", "aim"]
        );
        let less = |ours| Figure::new("", ours).at_most().goals(1.0, 0.3).verdict();
        assert_eq!(
            [less(1.1), less(1.0), less(0.3)],
            ["MISSED", "floor", "aim"]
        );
    }
}
