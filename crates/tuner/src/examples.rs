//! Reads a merchant's examples, and says of a bad file everything that is wrong with it.

mod layout;
mod problems;

use std::collections::HashMap;

use deskbell_protocol::IntentId;
use deskbell_triage::normalise;

pub use crate::label::Label;
use layout::Layout;
pub use problems::{Problem, Problems};

/// Most rows of a file.
pub const MAX_ROWS: usize = 100_000;
/// Most labels of a file.
pub const MAX_LABELS: usize = 1_000;
/// Longest text, in characters: as long as a message may be.
pub const MAX_CHARS: usize = 4_000;
/// Fewest examples of a label.
pub const MIN_EXAMPLES: usize = 2;

/// What a file is read for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To learn from.
    Training,
    /// To measure with: these labels are known, and one example of a label will do.
    Test(&'a [Label]),
}

/// One example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What a customer wrote.
    pub text: String,
    /// Which of the labels, counted from 0.
    pub label: usize,
    /// Where the row begins, counted from 1.
    pub line: u64,
}

/// What is in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examples {
    /// The labels, in the order in which they come first; of a test those that are known.
    pub labels: Vec<Label>,
    /// The rows that are used, in the file's order.
    pub examples: Vec<Example>,
    /// What is odd but no reason to stop, one sentence each.
    pub warnings: Vec<String>,
}

impl Examples {
    /// Reads a table with the columns `text` and `label`, in any order and among others; separated by commas, semicolons
    /// or tabs; in UTF-8.
    ///
    /// # Errors
    /// Everything that is wrong, in the file's order.
    pub fn read(file: &[u8], purpose: Purpose<'_>) -> Result<Self, Problems> {
        let layout = Layout::of(file)?;
        let mut reading = Reading::new(purpose);
        for row in layout.rows() {
            reading.take(row);
            if reading.problems.stopped() {
                break;
            }
        }
        reading.finish()
    }

    /// Takes out what `other` has, too, so that nothing is measured with what was learnt. Gives how many rows that were.
    pub fn remove_those_of(&mut self, other: &Self) -> usize {
        let known: std::collections::HashSet<_> =
            other.examples.iter().map(|it| key(&it.text)).collect();
        let before = self.examples.len();
        self.examples.retain(|it| !known.contains(&key(&it.text)));
        before - self.examples.len()
    }
}

/// What two texts have in common that say the same.
fn key(text: &str) -> String {
    let tokens = normalise::normalise(text);
    if tokens.is_empty() {
        return text.to_owned();
    }
    let tokens: Vec<_> = tokens.iter().map(normalise::Token::as_str).collect();
    tokens.join(" ")
}

/// A row of the file as it stands there.
struct Row {
    line: u64,
    content: Result<(String, String), Problem>,
}

struct Reading<'a> {
    purpose: Purpose<'a>,
    labels: Vec<Label>,
    by_id: HashMap<IntentId, usize>,
    /// Rows of each label and the line of the first, those left out included.
    counts: Vec<(usize, u64)>,
    seen: HashMap<String, (u64, usize)>,
    examples: Vec<Example>,
    warnings: Vec<String>,
    problems: Problems,
    rows: usize,
}

impl<'a> Reading<'a> {
    fn new(purpose: Purpose<'a>) -> Self {
        let labels = match purpose {
            Purpose::Training => Vec::new(),
            Purpose::Test(known) => known.to_vec(),
        };
        let ids = labels.iter().map(|label| label.id.clone());
        Self {
            purpose,
            by_id: ids.zip(0..).collect(),
            counts: vec![(0, 0); labels.len()],
            labels,
            seen: HashMap::new(),
            examples: Vec::new(),
            warnings: Vec::new(),
            problems: Problems::default(),
            rows: 0,
        }
    }

    fn take(&mut self, row: Row) {
        let line = row.line;
        let (text, name) = match row.content {
            Ok(content) => content,
            Err(problem) => return self.problems.add(problem),
        };
        self.rows += 1;
        if self.rows > MAX_ROWS {
            let what = format!("more than {MAX_ROWS} rows; a few hundred per label are enough");
            return self.problems.stop(Problem::at(line, None, what));
        }
        let (text, name) = (text.trim(), name.trim());
        let label = self.label(line, name);
        let characters = text.chars().count();
        if text.is_empty() {
            self.problems
                .add(Problem::at(line, Some("text"), "the text is empty"));
        } else if characters > MAX_CHARS {
            let what =
                format!("the text has {characters} characters; at most {MAX_CHARS} are possible");
            self.problems.add(Problem::at(line, Some("text"), what));
        } else if let Some(label) = label {
            self.example(line, text, label);
        }
    }

    fn label(&mut self, line: u64, name: &str) -> Option<usize> {
        let refused = |what: String| Problem::at(line, Some("label"), what);
        if name.is_empty() {
            self.problems.add(refused("the label is empty".into()));
            return None;
        }
        let label = match Label::new(name) {
            Ok(label) => label,
            Err(error) => {
                self.problems.add(refused(error.to_string()));
                return None;
            }
        };
        if let Some(&known) = self.by_id.get(&label.id) {
            return Some(known);
        }
        match self.purpose {
            Purpose::Test(_) => {
                let what = format!("there is no label \"{name}\" in the training data");
                self.problems.add(refused(what));
                None
            }
            Purpose::Training if self.labels.len() == MAX_LABELS => {
                let what = format!("more than {MAX_LABELS} labels; is this the right column?");
                self.problems.stop(refused(what));
                None
            }
            Purpose::Training => {
                let at = self.labels.len();
                self.by_id.insert(label.id.clone(), at);
                self.labels.push(label);
                self.counts.push((0, line));
                Some(at)
            }
        }
    }

    fn example(&mut self, line: u64, text: &str, label: usize) {
        match self.seen.get(&key(text)) {
            Some(&(first, same)) if same == label => self.warnings.push(format!(
                "line {line}: says the same as line {first}; it is used once"
            )),
            Some(&(first, other)) => {
                let (here, there) = (&self.labels[label].id, &self.labels[other].id);
                let what = format!(
                    "\"{}\" has the label {here} here and {there} in line {first}; only one can be right",
                    shortened(text)
                );
                self.problems.add(Problem::at(line, Some("label"), what));
            }
            None => {
                self.seen.insert(key(text), (line, label));
                self.counts[label].0 += 1;
                self.examples.push(Example {
                    text: text.to_owned(),
                    label,
                    line,
                });
            }
        }
    }

    fn finish(mut self) -> Result<Examples, Problems> {
        if !self.problems.stopped() && self.rows == 0 && self.problems.is_empty() {
            let what = "there is no row below the header";
            self.problems.add(Problem::at(1, None, what));
        }
        // A file that was not read to its end or in part says nothing about how many there are.
        if matches!(self.purpose, Purpose::Training) && self.problems.is_empty() {
            match self.labels.as_slice() {
                [only] => {
                    let what = format!(
                        "only one label, {}; a model needs at least 2 to tell apart",
                        only.id
                    );
                    self.problems.add(Problem::at(2, Some("label"), what));
                }
                labels => {
                    for (label, &(count, line)) in labels.iter().zip(&self.counts) {
                        if count < MIN_EXAMPLES {
                            let what = format!(
                                "the label {} has {count} example; at least {MIN_EXAMPLES} are needed, and 10 are a good start",
                                label.id
                            );
                            self.problems.add(Problem::at(line, Some("label"), what));
                        }
                    }
                }
            }
        }
        if !self.problems.is_empty() {
            return Err(self.problems.sorted());
        }
        Ok(Examples {
            labels: self.labels,
            examples: self.examples,
            warnings: self.warnings,
        })
    }
}

/// The beginning of a text, for a message about it.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests;
