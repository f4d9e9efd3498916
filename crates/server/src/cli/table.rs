//! Aligned tables.

use std::io::{self, Write};

/// Writes `rows` under `titles`, columns aligned, nothing after the last column's text.
pub(super) fn write<const N: usize>(
    out: &mut impl Write,
    titles: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells
            .chain([titles[column].chars().count()])
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for row in std::iter::once(&titles.map(str::to_owned)).chain(rows) {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_aligned_also_with_letters_of_several_bytes() {
        let mut out = Vec::new();
        let rows = [
            ["é".to_owned(), "one".to_owned()],
            ["long key".to_owned(), String::new()],
        ];
        super::write(&mut out, ["KEY", "NAME"], &rows).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "KEY       NAME\né         one\nlong key\n"
        );
    }
}
