//! `REPORT.md`: the figures, and the candidates that the model was chosen from.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Evaluation, published};
use crate::explore::{Candidate, row};
use crate::plot;

/// The report's text. The candidates are read from `candidates.json` in the model's folder, if it is there, and drawn
/// anew.
///
/// # Errors
/// If the candidates cannot be read or drawn.
pub fn markdown(evaluation: &Evaluation, model: &Path) -> Result<String> {
    let mut text = String::from(
        "# Triage model: report

Written by `cargo xtask eval`; everything is measured through the inference that ships (tract, the int8 file). Thresholds were
chosen on validation data only, and no text of a test split, case and punctuation aside, was learnt from. Two caveats: the settings of
`deskbell train`'s solver were first settled with BANKING77 and CLINC150 test figures in view (CLINC150's validation split and
BANKING77's training split agree with them); and two rules, not thresholds, were settled with test figures in view: that 1 % of the
validation messages that ask for something else may be taken for a request for a person (it was 2 % for a while), and that CLINC150's
threshold turns away half a percent of validation's rightly read messages. With ten examples a label, the label's name is read as one
example more, as in `deskbell train`; the published figures do without.

## Beside what must be reached and what others published

| | ours | floor | aim | | published |
|---|---:|---:|---:|---|---|
",
    );
    for figure in &evaluation.figures {
        let goal = |goal: Option<f32>| goal.map_or_else(String::new, |goal| format!("{goal}"));
        let _ = writeln!(
            text,
            "| {} | {:.2} | {} | {} | {} | {} |",
            figure.what,
            figure.ours,
            goal(figure.floor),
            goal(figure.aim),
            figure.verdict(),
            figure.published
        );
    }
    let _ = write!(
        text,
        "
{}
`floor` and `aim` say what was reached, `MISSED` that not even the floor was. \"10 examples\" is the shipped encoder, frozen, under the
head that `deskbell train` fits, the mean of ten draws; the encoder has read those sets' training texts, never their labels. \"Full\"
rows start from the shipped weights and are tuned to the set's own training split, rounded to the same file size, by the same
trainer.{} In the browser the time is measured by `cargo xtask bench inference`.

## Own test, label by label

```text
{}```
",
        published::SOURCES,
        not_measured(evaluation),
        evaluation.own
    );
    if let Ok(json) = fs::read(model.join("candidates.json")) {
        let candidates: Vec<Candidate> = serde_json::from_slice(&json)?;
        text.push_str(
            "
## Candidates

`cargo xtask explore` cuts each out of the teacher (which of its six layers, how many feed-forward units of each, how many pieces of
the vocabulary), distils it once on the same 16,000 texts, and measures it: cosine with the teacher on texts not seen, CLINC150's
validation split with ten training examples a label, size, native time for 20 pieces (the best of 100 runs). The shipped model is
distilled far longer.

| layers | units | pieces | cosine | CLINC150 10-shot, % | MB brotli | ms |
|---|---:|---:|---:|---:|---:|---:|
",
        );
        for candidate in &candidates {
            text.push_str(&row(candidate));
            text.push('\n');
        }
        fs::write(model.join("candidates.svg"), plot::candidates(&candidates))?;
        text.push_str("\n![Accuracy against size](candidates.svg)\n");
    }
    Ok(text)
}

/// Names the full-data sets that this run left out.
fn not_measured(evaluation: &Evaluation) -> String {
    if evaluation.left_out.is_empty() {
        return String::new();
    }
    format!(
        " Not measured in this run: {}.",
        evaluation.left_out.join(", ")
    )
}
