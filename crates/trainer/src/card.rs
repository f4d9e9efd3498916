//! The model card.

use crate::data::Corpus;
use crate::model::{DIM, FEATURES, HEADS, HIDDEN};
use crate::report::Report;
use crate::train::Validation;

/// What a training run was and gave.
pub struct Run<'a> {
    /// What was learnt from.
    pub corpus: &'a Corpus,
    /// Families of the own rows.
    pub families: usize,
    /// The seed.
    pub seed: u64,
    /// Folds of the validation.
    pub folds: usize,
    /// What the validation chose and found.
    pub validation: &'a Validation,
    /// Quality on the test set.
    pub test: &'a Report,
    /// Size of the ONNX file.
    pub model_bytes: usize,
}

/// The text of `CARD.md`.
pub fn card(run: &Run<'_>) -> String {
    let Run {
        corpus,
        families,
        seed,
        folds,
        validation,
        test,
        model_bytes,
    } = run;
    let used: String = corpus
        .used
        .iter()
        .map(|(set, rows)| format!("| {set} | {rows} |\n"))
        .collect();
    format!(
        "# Deskbell triage model

Reads one message of a shop's customer and says what they need most (27 intents) and how they feel about us (negative,
neutral, positive). Written by `cargo xtask train`; `cargo xtask eval` measures it again.

## Model

Hashed words, word pairs and character {}- to {}-grams ({} buckets of {DIM} values, 8-bit integers), {HEADS} attention heads that
pool them, a hidden layer of {HIDDEN} units, two softmax heads. A standard ONNX file (operator set 17) of {model_bytes} bytes. Trained
from random weights with seed {seed}; no other model's weights are in it.

## Data

{} rows in {families} families of paraphrases written for this project (`models/data/*.tsv`), and public rows:

| set | rows |
|---|---|
{used}
{} public rows were left out because their text, normalised, is in the test set. `models/data/test.tsv` was written separately and
is never trained on; the trainer refuses to run if one of its texts is among our training rows.

## Quality

Validation with whole families held out ({folds} folds, {} epochs): intent {:.1} %, sentiment {:.1} %. Thresholds for asking for a person
and for the sensitive intents were chosen there. On the test set, through the inference that ships:

```text
{test}```

## Intended use

Choosing between the answers of a shop's answer book and a person, in English, with a person one press away at every moment.
The policy sends every request for a person and every sensitive intent straight to one.

## What it must not be used for

Deciding anything with consequences for a customer (refunds, credit, closure of an account); judging people or employees;
anything without a way to reach a person. Sentiment is read from the words of one message and says nothing about a person.

## Limits

English only: in other languages it guesses, and should be read as out of scope. One writer labelled the test set. It is weak on
messages out of scope and on anger that is not said in words. Families held out in validation are harder than the test set:
expect new kinds of wording to be read worse than the test figures say.

## Licences and attribution

Our own rows: as this project. Public sets, used for training only and not contained here: BANKING77 and NLU++ (PolyAI, CC BY
4.0), CLINC150 (Larson et al. 2019, CC BY 3.0), Bitext customer-service samples (CDLA-Sharing 1.0, which puts no duty on
models), MultiDoGO (Amazon, CDLA-Permissive 1.0), GoEmotions (Google, CC BY 4.0), MASSIVE (Amazon, CC BY 4.0).
",
        FEATURES.char_ngrams.0,
        FEATURES.char_ngrams.1,
        FEATURES.buckets,
        corpus.own.len(),
        corpus.dropped,
        validation.epochs,
        100.0 * validation.intent_accuracy,
        100.0 * validation.sentiment_accuracy,
    )
}
