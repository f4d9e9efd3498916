//! `deskbell-trainer train`: from text to everything in `models/triage`.
//!
//! Four stages. The teacher's vectors, and the student after every epoch, are kept in the work folder, so that an
//! interrupted run goes on where it stopped and gives the same:
//! 1. the teacher reads all texts, and each text's vector is drawn to its neighbours';
//! 2. a student is cut out of the teacher and distilled on them;
//! 3. student and heads learn the labels together, the weights rounded towards the end;
//! 4. temperature and thresholds are chosen on the validation set, and everything is written.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use deskbell_triage::policy::{OUT_OF_SCOPE, TALK_TO_HUMAN};
use deskbell_triage::taxonomy::INTENTS;
use sha2::{Digest, Sha256};

use crate::calibrate::{likeliest, temperature};
use crate::data::augment::augment;
use crate::data::{Corpus, Row, SENTIMENTS, corpus, key, measured, own};
use crate::encoder::distil::{Schedule, distil, teach};
use crate::encoder::export::onnx;
use crate::encoder::fetch;
use crate::encoder::heads::{Heads, Lesson, Tuning, predict, tune};
use crate::encoder::neighbours::smoothed;
use crate::encoder::student::{Cut, Student};
use crate::encoder::teacher::Teacher;
use crate::progress::Progress;
use crate::publish::{Made, publish};
use crate::random::Random;

/// How the student is cut out of the teacher. Chosen in `models/triage/REPORT.md` from the candidates there.
pub const SHAPE: Chosen = Chosen {
    layers: &[0, 3, 5],
    feed: 576,
    pieces: 8_000,
};
/// Most pieces of a message.
pub const POSITIONS: usize = 64;
/// One step of the rounded weights, as a share of their deviation.
pub const ROUNDING: f32 = 0.35;
/// Units between the vector and the two heads.
const HIDDEN: usize = 256;
/// Public rows learnt from, as a share of the own rows, and their weight beside them.
const PUBLIC: (f32, f32) = (0.25, 0.3);
/// Texts without label, as a share of the own rows, on which the student is held to its teacher while it learns labels:
/// else it forgets what merchants' own intents are told apart by.
const REMINDERS: f32 = 0.5;
/// Weight of a request for a person: the one message that must never be missed.
const HUMAN_WEIGHT: f32 = 2.0;
/// Share of the messages that are seen typed differently.
const RETYPED: f32 = 0.6;

/// See [`Cut`].
pub struct Chosen {
    /// The teacher's layers that are kept.
    pub layers: &'static [usize],
    /// Units of each one's feed-forward network.
    pub feed: usize,
    /// Pieces of the vocabulary.
    pub pieces: usize,
}

/// What to train from and where to.
pub struct Settings<'a> {
    /// Folder of the public sets.
    pub data: &'a Path,
    /// Folder of the own data.
    pub own: &'a Path,
    /// Folder of the teacher.
    pub teacher: &'a Path,
    /// Folder for what an interrupted run goes on from.
    pub work: &'a Path,
    /// Folder to write to.
    pub out: &'a Path,
    /// Decides everything random.
    pub seed: u64,
    /// How often the student sees every text while it is distilled, and every labelled message after that.
    pub epochs: (usize, usize),
}

/// Trains, calibrates, exports, measures and writes.
///
/// # Errors
/// If data are missing or malformed, measured texts are among them, or nothing can be written.
pub fn train(settings: &Settings<'_>) -> Result<()> {
    let corpus = Corpus::read(settings.own, settings.data, settings.seed)?;
    println!(
        "{} own rows in {} families; {} labelled public rows; {} rows left out because they are measured on",
        corpus.own.len(),
        corpus.families(),
        corpus.public.len(),
        corpus.dropped
    );
    fetch::teacher(settings.teacher)?;
    let teacher = Teacher::read(settings.teacher)?;
    let own: Vec<String> = corpus.own.iter().map(|own| own.row.text.clone()).collect();
    let mut texts = corpus::texts(settings.data, &own, &measured(settings.own)?)?;
    Random::new(settings.seed, 5).shuffle(&mut texts);
    let progress = Progress::new("texts through the teacher");
    let cache = settings.work.join("teacher.f32");
    let taught = teach(&teacher, &texts, &cache, &progress)?;
    let width = teacher.encoder.shape.width;
    let targets = smoothed(&taught, width, &Progress::new("looking for neighbours"))?;
    drop(taught);
    let mut student = distilled(&teacher, &texts, &targets, settings)?;
    let heads = learn(
        &mut student,
        &corpus,
        &Taught::new(&texts, &targets, width),
        settings,
    )?;
    let validation = own::validation(settings.own)?;
    let valid: Vec<&str> = validation.iter().map(|row| row.text.as_str()).collect();
    let heads = calibrated(&student, heads, &validation, &valid)?;
    let onnx = onnx(&student, &heads, &["intent", "sentiment"], ROUNDING)?;
    let made = Made {
        onnx,
        pieces: &student.pieces,
        shape: &student.encoder.shape,
        distilled: texts.len(),
    };
    publish(&made, &corpus, &validation, settings)
}

/// The distilled student. After every epoch it is kept in the work folder, under a name that stands for everything that
/// it depends on.
fn distilled(
    teacher: &Teacher,
    texts: &[String],
    targets: &[f32],
    settings: &Settings<'_>,
) -> Result<Student> {
    let cut = Cut {
        layers: SHAPE.layers.to_vec(),
        feed: SHAPE.feed,
        pieces: SHAPE.pieces,
        positions: POSITIONS,
    };
    let schedule = Schedule {
        epochs: settings.epochs.0,
        rate: 8e-4,
        table_rate: 1.5e-3,
        seed: settings.seed,
    };
    let mut sum = Sha256::new_with_prefix(format!("{cut:?} {schedule:?}"));
    sum.update(texts.join("\n"));
    targets
        .iter()
        .for_each(|value| sum.update(value.to_le_bytes()));
    let name: String = hex(&sum.finalize()[..6]);
    let kept = |epochs: usize| settings.work.join(format!("distilled-{name}-{epochs}"));

    let (mut student, start) = match (1..=schedule.epochs)
        .rev()
        .find_map(|epochs| Some((Student::load(&kept(epochs)).ok()?, epochs)))
    {
        Some((student, epochs)) => {
            println!("going on after epoch {epochs} of {}", schedule.epochs);
            (student, epochs)
        }
        None => (
            Student::cut(teacher, &cut, texts.iter().map(String::as_str))?,
            0,
        ),
    };
    let progress = Progress::new("distilling");
    let all = texts.len() * schedule.epochs;
    for epoch in start..schedule.epochs {
        let each = |done, distance| {
            progress.at(
                epoch * texts.len() + done,
                all,
                &format!("distance {distance:.3}"),
            );
        };
        distil(&mut student, texts, targets, &schedule, epoch, each)?;
        student.save(&kept(epoch + 1))?;
    }
    progress.end();
    Ok(student)
}

/// What the student was distilled to: a vector for each text.
struct Taught<'a> {
    texts: &'a [String],
    vectors: Vec<&'a [f32]>,
    /// Places of texts, by their [`key`].
    places: HashMap<String, usize>,
}

impl<'a> Taught<'a> {
    fn new(texts: &'a [String], targets: &'a [f32], width: usize) -> Self {
        Self {
            texts,
            vectors: targets.chunks_exact(width).collect(),
            places: texts
                .iter()
                .enumerate()
                .map(|(at, text)| (key(text), at))
                .collect(),
        }
    }

    fn of(&self, text: &str) -> Option<&'a [f32]> {
        self.places.get(&key(text)).map(|&at| self.vectors[at])
    }
}

/// Trains the student and its heads on the labels.
fn learn(
    student: &mut Student,
    corpus: &Corpus,
    taught: &Taught<'_>,
    settings: &Settings<'_>,
) -> Result<Heads> {
    let mut random = Random::new(settings.seed, 30);
    let width = student.encoder.shape.width;
    let human = INTENTS.iter().position(|name| *name == TALK_TO_HUMAN);
    let lesson = |row: &Row, weight: f32| Lesson {
        text: row.text.clone(),
        labels: vec![row.intent, row.sentiment],
        weight: if row.intent == human {
            weight * HUMAN_WEIGHT
        } else {
            weight
        },
        taught: taught.of(&row.text),
    };
    let mut lessons: Vec<Lesson<'_>> = corpus.own.iter().map(|own| lesson(&own.row, 1.0)).collect();
    let own = lessons.len() as f32;
    let mut public: Vec<&Row> = corpus.public.iter().collect();
    random.shuffle(&mut public);
    public.truncate((own * PUBLIC.0) as usize);
    lessons.extend(public.into_iter().map(|row| lesson(row, PUBLIC.1)));
    // The texts are in random order already.
    let reminders = taught.texts.iter().zip(&taught.vectors);
    lessons.extend(
        reminders
            .take((own * REMINDERS) as usize)
            .map(|(text, vector)| Lesson {
                text: text.clone(),
                labels: vec![None, None],
                weight: 0.0,
                taught: Some(vector),
            }),
    );
    let heads = Heads::new(
        width,
        HIDDEN,
        &[INTENTS.len(), SENTIMENTS.len()],
        &mut random,
    )?;
    let tuning = Tuning {
        epochs: settings.epochs.1,
        rate: 2e-4,
        table_rate: 5e-4,
        head_rate: 2e-3,
        dropout: 0.1,
        smoothing: 0.05,
        task_weights: vec![1.0, 0.5],
        teacher_weight: 1.0,
        rounding: Some(ROUNDING),
        seed: settings.seed,
    };
    let framed = |lesson: &Lesson<'_>| {
        let alone = ["greeting", "thanks_goodbye", OUT_OF_SCOPE];
        lesson.labels[0].is_some_and(|intent| !alone.contains(&INTENTS[intent]))
    };
    let typed = |lesson: &Lesson<'_>, random: &mut Random| {
        if lesson.weight > 0.0 && random.chance(RETYPED) {
            augment(&lesson.text, framed(lesson), random)
        } else {
            lesson.text.clone()
        }
    };
    let progress = Progress::new("learning the labels");
    tune(
        student,
        &heads,
        &lessons,
        &tuning,
        typed,
        |step, steps, loss| {
            progress.at(step, steps, &format!("loss {loss:.3}"));
        },
    )?;
    progress.end();
    Ok(heads)
}

/// The heads with their scores divided by the temperatures that fit the validation rows best (Guo et al. 2017).
fn calibrated(
    student: &Student,
    heads: Heads,
    validation: &[Row],
    texts: &[&str],
) -> Result<Heads> {
    let predictions = predict(student, &heads, texts)?;
    let mut heads = heads;
    let truths = [
        validation.iter().map(|row| row.intent).collect::<Vec<_>>(),
        validation.iter().map(|row| row.sentiment).collect(),
    ];
    for (task, truth) in truths.iter().enumerate() {
        let scores: Vec<&[f32]> = predictions
            .iter()
            .map(|prediction| prediction[task].as_slice())
            .collect();
        let temperature = temperature(&scores, truth);
        println!(
            "temperature of {}: {temperature:.2}",
            ["intent", "sentiment"][task]
        );
        heads.tasks[task] = heads.tasks[task].scaled(1.0 / f64::from(temperature))?;
    }
    Ok(heads)
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the likeliest label is the true one, for how large a share.
pub fn accuracy<'a>(scores: impl Iterator<Item = (&'a [f32], usize)>) -> f32 {
    let (mut right, mut all) = (0, 0);
    for (scores, truth) in scores {
        right += usize::from(likeliest(scores) == truth);
        all += 1;
    }
    right as f32 / all.max(1) as f32
}
