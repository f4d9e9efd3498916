//! The page about a confusion matrix: one file that needs nothing else, readable in light and dark and by ear.

mod matrix;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::Label;
use crate::confusion::{Confusion, Outcome};

const STYLE: &str = include_str!("page/page.css");
/// So many misread messages are listed.
const MISREAD: usize = 500;

/// The page. `title` says what was measured, `notes` how.
#[must_use]
pub fn page(confusion: &Confusion<'_>, title: &str, notes: &[String]) -> String {
    let misread = confusion.misread();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    p.lead {
                        (percent(Some(confusion.accuracy()))) " of " (confusion.total()) " messages are read as the label they have; "
                        (percent(Some(confusion.left()))) " are left to the built-in labels."
                    }
                    @for note in notes { p { (note) } }
                    h2 { "What was read instead of what" }
                    p {
                        "A row is what messages are, a column what was read. Blue is right, orange is mixed up; the darker, the larger the share of the row. "
                        "The last column is for messages that the built-in labels decide."
                    }
                    div.wide tabindex="0" role="region" aria-label="Confusion matrix" { (matrix::draw(confusion)) }
                    h2 { "How well each label is read" }
                    (rates(confusion))
                    h2 { "What was misread" }
                    @if misread.is_empty() {
                        p { "Nothing." }
                    } @else {
                        (list(&misread))
                    }
                }
            }
        }
    };
    page.into_string()
}

fn rates(confusion: &Confusion<'_>) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Rates by label" {
            table {
                thead {
                    tr {
                        th scope="col" { "Label" }
                        th scope="col" { "Id" }
                        th.number scope="col" { "Messages" }
                        th.number scope="col" title="Of what is read as this label, the share that has it" { "Precision" }
                        th.number scope="col" title="Of what has this label, the share that is read as it" { "Recall" }
                        th.number scope="col" title="The harmonic mean of precision and recall" { "F1" }
                    }
                }
                tbody {
                    @for (at, label) in confusion.labels.iter().enumerate() {
                        @let rates = confusion.rates(at);
                        tr {
                            th scope="row" { (label.name) }
                            td { code { (label.id) } }
                            td.number { (rates.examples) }
                            td.number { (percent(rates.precision)) }
                            td.number { (percent(rates.recall)) }
                            td.number { (percent(rates.f1)) }
                        }
                    }
                }
            }
        }
    }
}

fn list(misread: &[(&Label, &Outcome<'_>)]) -> Markup {
    html! {
        @if misread.len() > MISREAD {
            p { "The first " (MISREAD) " of " (misread.len()) "." }
        }
        div.wide tabindex="0" role="region" aria-label="Misread messages" {
            table {
                thead {
                    tr {
                        th scope="col" { "Message" }
                        th scope="col" { "Is" }
                        th scope="col" { "Was read as" }
                        th.number scope="col" { "Sure" }
                    }
                }
                tbody {
                    @for (label, outcome) in misread.iter().take(MISREAD) {
                        tr {
                            td.message { (outcome.text) }
                            td { code { (label.id) } }
                            td { code { (outcome.read) } }
                            td.number { (percent(Some(f64::from(outcome.confidence)))) }
                        }
                    }
                }
            }
        }
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}
