//! The matrix as a picture.

use maud::{Markup, html};

use crate::confusion::Confusion;

/// What stands over the last column.
const OTHERS: &str = "(built-in labels)";
/// Characters of a label that are drawn; all of it is in the titles.
const DRAWN: usize = 28;

/// Sizes in pixels, by how many labels there are.
struct Sizes {
    cell: usize,
    font: usize,
    /// Room for the names of rows and columns.
    names: usize,
}

impl Sizes {
    fn of(labels: &[String]) -> Self {
        let (cell, font) = match labels.len() {
            0..=12 => (44, 14),
            13..=40 => (30, 12),
            _ => (20, 10),
        };
        let longest = labels
            .iter()
            .map(|label| label.chars().count())
            .max()
            .unwrap_or(0);
        Self {
            cell,
            font,
            names: 16 + longest * font * 6 / 10,
        }
    }

    /// The left or upper edge of a cell.
    fn edge(&self, at: usize) -> usize {
        self.names + at * self.cell
    }

    fn middle(&self, at: usize) -> usize {
        self.edge(at) + self.cell / 2
    }
}

/// The picture: only cells that are not 0, so that many labels give no giant file.
pub(super) fn draw(confusion: &Confusion<'_>) -> Markup {
    let ids = confusion.labels.iter().map(|label| label.id.as_str());
    let columns: Vec<String> = ids.chain([OTHERS]).map(shortened).collect();
    let rows = confusion.labels.len();
    let sizes = Sizes::of(&columns);
    let (width, height) = (sizes.edge(columns.len()) + 8, sizes.edge(rows) + 8);
    let ground = (columns.len() * sizes.cell, rows * sizes.cell);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox=(format!("0 0 {width} {height}"))
            font-size=(sizes.font) role="img" aria-labelledby="matrix-title matrix-text" {
            title id="matrix-title" { "Confusion matrix of " (rows) " labels" }
            desc id="matrix-text" { "The tables below have the same numbers: rates by label, and every misread message." }
            rect.ground x=(sizes.names) y=(sizes.names) width=(ground.0) height=(ground.1) {}
            @for at in 1..columns.len() {
                line.rule x1=(sizes.edge(at)) x2=(sizes.edge(at)) y1=(sizes.names) y2=(sizes.edge(rows)) {}
            }
            @for at in 1..rows {
                line.rule x1=(sizes.names) x2=(sizes.edge(columns.len())) y1=(sizes.edge(at)) y2=(sizes.edge(at)) {}
            }
            @for (at, name) in columns.iter().enumerate() {
                @let (x, y) = (sizes.middle(at), sizes.names - 8);
                text.axis x=(x) y=(y) dominant-baseline="central" transform=(format!("rotate(-90 {x} {y})")) { (name) }
            }
            @for (at, name) in columns.iter().take(rows).enumerate() {
                text.axis x=(sizes.names - 8) y=(sizes.middle(at)) text-anchor="end" dominant-baseline="central" { (name) }
            }
            @for (row, counts) in confusion.counts.iter().enumerate() {
                @let all: usize = counts.iter().sum();
                @for (column, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                    @let shade = (count * 5).div_ceil(all).clamp(1, 5);
                    @let hue = if row == column { 'a' } else { 'b' };
                    g {
                        title { (cell_title(confusion, row, column, count, all)) }
                        rect class=(format!("{hue}{shade}")) x=(sizes.edge(column) + 1) y=(sizes.edge(row) + 1)
                            width=(sizes.cell - 2) height=(sizes.cell - 2) {}
                        text class=(format!("n t{shade}")) x=(sizes.middle(column)) y=(sizes.middle(row)) { (count) }
                    }
                }
            }
        }
    }
}

fn cell_title(
    confusion: &Confusion<'_>,
    row: usize,
    column: usize,
    count: usize,
    all: usize,
) -> String {
    let label = &confusion.labels[row].id;
    let share = 100.0 * count as f64 / all as f64;
    match confusion.labels.get(column).map(|label| &label.id) {
        Some(read) if row == column => {
            format!("{read}: {count} of {all} read rightly ({share:.0} %)")
        }
        Some(read) => format!("{label} read as {read}: {count} of {all} ({share:.0} %)"),
        None => format!("{label} left to the built-in labels: {count} of {all} ({share:.0} %)"),
    }
}

fn shortened(label: &str) -> String {
    match label.char_indices().nth(DRAWN) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}
