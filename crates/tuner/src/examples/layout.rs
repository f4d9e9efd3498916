//! How a file is laid out: its encoding, its separator, its columns and where its rows begin.

use csv::{ReaderBuilder, StringRecord};

use super::{Problem, Problems, Row};

const SEPARATORS: [(u8, &str); 3] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab")];
const NOT_UTF8: &str = "not UTF-8 text; save the file as UTF-8";

pub(super) struct Layout {
    text: String,
    separator: u8,
    columns: usize,
    text_column: usize,
    label_column: usize,
    /// Where the lines begin, in bytes.
    lines: Vec<usize>,
    /// Lines that are not UTF-8, counted from 1.
    damaged: Vec<u64>,
}

impl Layout {
    pub(super) fn of(file: &[u8]) -> Result<Self, Problems> {
        if file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff]) {
            let what = "this is UTF-16 (\"Unicode text\"); save the file as UTF-8";
            return Err(Problem::at(1, None, what).into());
        }
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let mut damaged = Vec::new();
        for (line, number) in file.split(|&byte| byte == b'\n').zip(1..) {
            if std::str::from_utf8(line).is_err() {
                damaged.push(number);
            }
        }
        // Line by line, so that no line break is lost in a damaged character.
        let text: Vec<_> = file
            .split(|&byte| byte == b'\n')
            .map(String::from_utf8_lossy)
            .collect();
        let text = text.join("\n");
        if text.trim().is_empty() {
            return Err(Problem::at(1, None, "the file is empty").into());
        }
        let breaks = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(_, next)| next));
        let mut layout = Self {
            lines: lines.collect(),
            separator: b',',
            columns: 0,
            text_column: 0,
            label_column: 0,
            text,
            damaged,
        };
        layout.find_columns()?;
        Ok(layout)
    }

    fn find_columns(&mut self) -> Result<(), Problems> {
        let mut candidates: Vec<_> = SEPARATORS
            .iter()
            .map(|&(separator, _)| (separator, self.header(separator)))
            .collect();
        let find = |header: &[String], wanted: &str| {
            header
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
        };
        // The separator with which both columns are there, or else the one that gives most columns.
        candidates.sort_by_key(|(_, (_, header))| {
            let found = ["text", "label"]
                .into_iter()
                .filter(|name| find(header, name).is_some());
            (found.count(), header.len())
        });
        candidates.reverse();
        let Some((separator, (line, header))) = candidates.into_iter().next() else {
            return Ok(());
        };
        if self.damaged.contains(&line) {
            return Err(Problem::at(line, None, NOT_UTF8).into());
        }
        let found: Vec<_> = header
            .iter()
            .map(|name| format!("\"{}\"", super::shortened(name)))
            .collect();
        let found = found.join(", ");
        let columns = (find(&header, "text"), find(&header, "label"));
        let what = match columns {
            (Some(text), Some(label)) => {
                self.separator = separator;
                self.columns = header.len();
                self.text_column = text;
                self.label_column = label;
                return Ok(());
            }
            (None, None) => format!(
                "no header; the first line must name the columns text and label, and has {found}"
            ),
            (None, Some(_)) => format!("there is no column text; the header has {found}"),
            (Some(_), None) => format!("there is no column label; the header has {found}"),
        };
        Err(Problem::at(line, None, what).into())
    }

    /// The first record and its line.
    fn header(&self, separator: u8) -> (u64, Vec<String>) {
        let mut reader = self.reader(separator);
        let mut record = StringRecord::new();
        let read = reader.read_record(&mut record);
        let names = record.iter().map(|name| name.trim().to_owned());
        let names = if matches!(read, Ok(true)) {
            names.collect()
        } else {
            Vec::new()
        };
        (self.line(self.begin(0)), names)
    }

    fn reader(&self, separator: u8) -> csv::Reader<&[u8]> {
        ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes())
    }

    /// The line of a byte, counted from 1.
    fn line(&self, byte: usize) -> u64 {
        self.lines.partition_point(|&begin| begin <= byte) as u64
    }

    /// Where a record begins that is read from `byte` on: empty lines before it are no part of it.
    fn begin(&self, byte: usize) -> usize {
        let rest = &self.text[byte.min(self.text.len())..];
        byte + rest.len() - rest.trim_start_matches(['\r', '\n']).len()
    }

    /// The rows below the header.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        let mut reader = self.reader(self.separator);
        let mut record = StringRecord::new();
        let mut from = 0;
        let records = std::iter::from_fn(move || {
            let read = reader.read_record(&mut record);
            let to = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let begin = self.begin(std::mem::replace(&mut from, to));
            match read {
                Ok(true) => Some(self.row(begin, to, &record)),
                // The text is UTF-8 and rows may have any length: nothing else can be wrong.
                Ok(false) | Err(_) => None,
            }
        });
        records.skip(1)
    }

    fn row(&self, begin: usize, end: usize, record: &StringRecord) -> Row {
        let line = self.line(begin);
        let raw = self
            .text
            .get(begin..end.min(self.text.len()))
            .unwrap_or_default();
        let content = raw.trim_end_matches(['\r', '\n']);
        let lines = line..=self.line(begin + content.len());
        let damaged = self.damaged.iter().find(|number| lines.contains(number));
        let quotes = raw.bytes().filter(|&byte| byte == b'"').count();
        let content = if let Some(&damaged) = damaged {
            Err(Problem::at(damaged, None, NOT_UTF8))
        } else if quotes % 2 == 1 && content.contains('\n') {
            let what =
                "a quotation mark is opened and not closed; write \"\" for one inside a text";
            Err(Problem::at(line, None, what))
        } else if record.len() != self.columns {
            let separator = SEPARATORS.iter().find(|(byte, _)| *byte == self.separator);
            let separator = separator.map_or("comma", |(_, name)| name);
            Err(Problem::at(
                line,
                None,
                format!(
                    "{} where the header has {}; a text with a {separator} in it needs quotation marks around it",
                    columns(record.len()),
                    self.columns
                ),
            ))
        } else {
            let cell = |at| record.get(at).unwrap_or_default().to_owned();
            Ok((cell(self.text_column), cell(self.label_column)))
        };
        Row { line, content }
    }
}

fn columns(count: usize) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} column{end}")
}
