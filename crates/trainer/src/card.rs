//! The model card.

use crate::data::Corpus;
use crate::encoder::Shape;
use crate::report::Report;

/// What a training run was and gave.
pub struct Run<'a> {
    /// What was learnt from.
    pub corpus: &'a Corpus,
    /// Texts that the student was distilled on; their labels played no part.
    pub distilled: usize,
    /// The encoder.
    pub shape: &'a Shape,
    /// The seed.
    pub seed: u64,
    /// Quality on the validation set, where temperature and thresholds were chosen.
    pub validation: &'a Report,
    /// Quality on the test set.
    pub test: &'a Report,
    /// Size of the ONNX file.
    pub model_bytes: usize,
}

/// The text of `CARD.md`.
pub fn card(run: &Run<'_>) -> String {
    let Run {
        corpus,
        distilled,
        shape,
        seed,
        validation,
        test,
        model_bytes,
    } = run;
    let Shape {
        layers,
        width,
        heads,
        feed,
        pieces,
        positions,
    } = shape;
    let used: String = corpus
        .used
        .iter()
        .map(|(set, rows)| format!("| {set} | {rows} |\n"))
        .collect();
    format!(
        "# Deskbell triage model

Reads one message of a shop's customer and says what they need most (27 intents) and how they feel about us (negative,
neutral, positive). Written by `cargo xtask train`; `cargo xtask eval` measures it again. How it compares with others is in
[REPORT.md](REPORT.md).

## Model

A BERT of {layers} layers, width {width}, {heads} heads and {feed} feed-forward units, cut out of all-MiniLM-L6-v2 (of each layer
the units of the largest weights), its vocabulary reduced to the {pieces} pieces that service chat uses, at most {positions} pieces a message. Distilled on the
teacher's sentence vectors of {distilled} texts, then trained with its two heads on the labels below, the weights rounded while it
learnt. Seed {seed}. A standard ONNX file (operator set 17, weights int8) of {model_bytes} bytes, which also gives the message's vector.

## Data

{} rows in {} families of paraphrases written for this project (`models/data/*.tsv`), and labelled public rows, of which a
quarter of the own rows' number is drawn:

| set | rows |
|---|---|
{used}
{} public rows were left out because their text, normalised, is in the test or validation set. The labels of BANKING77 and CLINC150
are not learnt: the model is measured on them with few examples. Their training texts are among those distilled on, without labels;
no text of a test split is. `models/data/test.tsv` was written by somebody who had not seen the training rows, and is never trained
on; the trainer refuses to run if one of its texts is among our training rows. Every test message was labelled a second time by a
reader who did not see the first label; those with two readings were taken out.

## Quality

Temperature and thresholds were chosen on `models/data/validation.tsv`: intent {:.1} %, sentiment {:.1} % there. On the test set,
through the inference that ships:

```text
{test}```

## Intended use

Choosing between the answers of a shop's answer book and a person, in English, with a person one press away at every moment.
The policy sends every request for a person and every sensitive intent straight to one. The message's vector is for merchants'
own intents (`deskbell train`).

## What it must not be used for

Deciding anything with consequences for a customer (refunds, credit, closure of an account); judging people or employees;
anything without a way to reach a person. Sentiment is read from the words of one message and says nothing about a person.

## Limits

English only: in other languages it guesses, and should be read as out of scope. All own data, the test set included, was written
for the project, not collected: real chats are messier. It is weakest on messages out of scope and on anger that is not said in words.

## Licences and attribution

The weights derive from all-MiniLM-L6-v2 (sentence-transformers; Apache-2.0), itself from MiniLM (Microsoft; MIT). Our own rows: as
this project. Public sets, used for training only and not contained here: BANKING77 and NLU++ (PolyAI, CC BY 4.0), CLINC150 (Larson
et al. 2019, CC BY 3.0), Bitext customer-service samples (CDLA-Sharing 1.0, which puts no duty on models), MultiDoGO (Amazon,
CDLA-Permissive 1.0), GoEmotions (Google, CC BY 4.0), MASSIVE (Amazon, CC BY 4.0).
",
        corpus.own.len(),
        corpus.families(),
        corpus.dropped,
        100.0 * validation.intent_accuracy,
        100.0 * validation.sentiment_accuracy,
    )
}
