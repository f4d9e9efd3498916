use super::*;

fn read(file: impl AsRef<[u8]>) -> Result<Examples, String> {
    Examples::read(file.as_ref(), Purpose::Training).map_err(|problems| problems.to_string())
}

fn refused(file: impl AsRef<[u8]>) -> String {
    read(file).unwrap_err()
}

const GOOD: &str = "text,label\nmy brakes squeak,Brakes\nthe brake lever is soft,brakes\n\"wobbly wheel, rear\",Wheel truing\nbuckled front rim,wheel_truing\n";

#[test]
fn rows_labels_and_their_shown_names_are_read() {
    let read = read(GOOD).unwrap();
    let labels: Vec<_> = read
        .labels
        .iter()
        .map(|it| (it.id.as_str(), it.name.as_str()))
        .collect();
    assert_eq!(
        labels,
        [("brakes", "Brakes"), ("wheel_truing", "Wheel truing")]
    );
    let third = &read.examples[2];
    assert_eq!(
        (third.text.as_str(), third.label, third.line),
        ("wobbly wheel, rear", 1, 4)
    );
    assert!(read.warnings.is_empty());
}

#[test]
fn column_order_other_columns_separator_byte_order_mark_and_line_ends_make_no_difference() {
    let expected = read(GOOD).unwrap();
    let semicolons = "\u{feff}Label;id;TEXT\r\nBrakes;1;my brakes squeak\r\nbrakes;2;the brake lever is soft\r\n\
        Wheel truing;3;wobbly wheel, rear\r\nwheel_truing;4;buckled front rim\r\n";
    assert_eq!(read(semicolons), Ok(expected.clone()));
    assert_eq!(read(semicolons.replace(';', "\t")), Ok(expected));
}

#[test]
fn a_text_may_have_several_lines_and_rows_after_it_and_after_empty_lines_keep_their_number() {
    let read = read("text,label\n\"one\ntwo\",a\n\n\nthree,a\nfour,b\nfive,b\n").unwrap();
    let lines: Vec<_> = read.examples.iter().map(|it| it.line).collect();
    assert_eq!(lines, [2, 6, 7, 8]);
    assert_eq!(read.examples[0].text, "one\ntwo");
}

#[test]
fn an_encoding_that_is_not_utf8_is_named_with_its_lines() {
    assert_eq!(
        refused(b"text,label\ngood,a\ncaf\xe9,a\ngood too,b\nna\xefve,b\n"),
        "line 3: not UTF-8 text; save the file as UTF-8\nline 5: not UTF-8 text; save the file as UTF-8"
    );
    assert_eq!(
        refused(b"t\xe9xt,label\nx,a\n"),
        "line 1: not UTF-8 text; save the file as UTF-8"
    );
    assert!(refused(b"\xff\xfet\0e\0x\0t\0").starts_with("line 1: this is UTF-16"));
}

#[test]
fn a_missing_header_or_column_is_named_with_what_is_there() {
    assert_eq!(refused(" \n"), "line 1: the file is empty");
    assert_eq!(
        refused("my brakes squeak,brakes\nx,y\n"),
        "line 1: no header; the first line must name the columns text and label, and has \"my brakes squeak\", \"brakes\""
    );
    assert_eq!(
        refused("text;intent\nx;y\n"),
        "line 1: there is no column label; the header has \"text\", \"intent\""
    );
    assert_eq!(
        refused("message,label\nx,y\n"),
        "line 1: there is no column text; the header has \"message\", \"label\""
    );
    assert_eq!(
        refused("text,label\n"),
        "line 1: there is no row below the header"
    );
}

#[test]
fn empty_cells_and_labels_that_cannot_be_are_named_by_line_and_column() {
    assert_eq!(
        refused("text,label\n ,a\nsomething,\nsomewhat,退货\n"),
        "line 2, column text: the text is empty\n\
         line 3, column label: the label is empty\n\
         line 4, column label: the label \"退货\" has no letters a to z and no digits; write one such as \"opening_hours\""
    );
    let long = format!("text,label\nx,{}\n", "a".repeat(65));
    assert_eq!(
        refused(long),
        "line 2, column label: the label has 65 characters; at most 64 are possible"
    );
    let long = format!("text,label\n{},a\n", "x ".repeat(2001));
    assert_eq!(
        refused(long),
        "line 2, column text: the text has 4001 characters; at most 4000 are possible"
    );
}

#[test]
fn a_row_that_does_not_fit_the_header_is_named() {
    assert_eq!(
        refused("text,label\nhello, where is it,track\njust a text\n"),
        "line 2: 3 columns where the header has 2; a text with a comma in it needs quotation marks around it\n\
         line 3: 1 column where the header has 2; a text with a comma in it needs quotation marks around it"
    );
    assert!(
        refused("text,label\nx,a\n\"never closed,b\ny,b\n")
            .starts_with("line 3: a quotation mark is opened and not closed")
    );
}

#[test]
fn too_little_to_learn_from_is_said() {
    assert_eq!(
        refused("text,label\nx,only\ny,only\n"),
        "line 2, column label: only one label, only; a model needs at least 2 to tell apart"
    );
    assert_eq!(
        refused("text,label\nx,a\ny,a\nz,rare\n"),
        "line 4, column label: the label rare has 1 example; at least 2 are needed, and 10 are a good start"
    );
}

#[test]
fn a_text_said_twice_counts_once_and_one_with_two_labels_is_refused() {
    let twice = format!("{GOOD}My brakes SQUEAK,brakes\n");
    let examples = read(twice).unwrap();
    assert_eq!(
        examples.warnings,
        ["line 6: says the same as line 2; it is used once"]
    );
    assert_eq!(examples.examples.len(), 4);
    let contradiction = format!("{GOOD}My brakes squeak,wheel truing\n");
    assert_eq!(
        refused(contradiction),
        "line 6, column label: \"My brakes squeak\" has the label wheel_truing here and brakes in line 2; only one can be right"
    );
}

#[test]
fn the_first_twenty_problems_are_told_at_once() {
    let told = refused(format!("text,label\n{}", ",a\n".repeat(25)));
    assert_eq!(told.lines().count(), 21);
    assert!(told.ends_with("line 21, column text: the text is empty\nand 5 more"));
}

#[test]
fn too_many_rows_or_labels_are_refused() {
    let table = |rows: usize, labels: usize| {
        let rows = (0..rows).map(|row| {
            let letters = |mut n: usize| {
                let mut word = String::new();
                for _ in 0..4 {
                    word.push(char::from(b'a' + (n % 26) as u8));
                    n /= 26;
                }
                word
            };
            format!("{},l{}\n", letters(row), row % labels)
        });
        format!("text,label\n{}", rows.collect::<String>())
    };
    assert_eq!(
        refused(table(1_001, 1_001)),
        "line 1002, column label: more than 1000 labels; is this the right column?"
    );
    assert!(refused(table(100_001, 2)).contains("line 100002: more than 100000 rows"));
}

#[test]
fn a_test_has_only_labels_that_were_learnt_and_nothing_that_was_learnt_from() {
    let training = read(GOOD).unwrap();
    let purpose = Purpose::Test(&training.labels);
    let problems = Examples::read(b"text,label\nx,gears\n", purpose).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "line 2, column label: there is no label \"gears\" in the training data"
    );
    let mut test = Examples::read(
        b"text,label\nsqueaky brake,brakes\nMY brakes squeak,brakes\n",
        purpose,
    )
    .unwrap();
    assert_eq!(test.remove_those_of(&training), 1);
    assert_eq!(test.examples.len(), 1);
    assert_eq!(test.labels, training.labels);
}
