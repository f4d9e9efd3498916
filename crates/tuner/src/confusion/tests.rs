use super::*;

fn labels() -> Vec<Label> {
    ["Brakes", "Wheel truing", "Test rides"]
        .map(|name| Label::new(name).unwrap())
        .into()
}

fn outcomes(labels: &[Label]) -> Vec<Outcome<'static>> {
    let read = |text, label, read: &str, confidence| Outcome {
        text,
        label,
        read: IntentId::new(read).unwrap(),
        confidence,
    };
    assert_eq!(labels.len(), 3);
    vec![
        read("my brakes squeak", 0, "brakes", 0.93),
        read("soft lever", 0, "brakes", 0.81),
        read("it rubs <b>always</b> & \"sings\"", 0, "wheel_truing", 0.52),
        read("buckled rim", 1, "wheel_truing", 0.88),
        read("wobbly wheel", 1, "wheel_truing", 0.9),
        read("can I try the red one", 2, "test_rides", 0.7),
        read("may I have a go on it", 2, "place_order", 0.41),
    ]
}

#[test]
fn rates_are_counted_from_what_was_read() {
    let labels = labels();
    let outcomes = outcomes(&labels);
    let confusion = Confusion::new(&labels, &outcomes);
    assert_eq!(confusion.counts, [[2, 1, 0, 0], [0, 2, 0, 0], [0, 0, 1, 1]]);
    assert_eq!(confusion.total(), 7);
    assert!((confusion.accuracy() - 5.0 / 7.0).abs() < 1e-12);
    assert!((confusion.left() - 1.0 / 7.0).abs() < 1e-12);
    let wheels = confusion.rates(1);
    assert_eq!(
        (wheels.examples, wheels.precision, wheels.recall),
        (2, Some(2.0 / 3.0), Some(1.0))
    );
    assert_eq!(wheels.f1, Some(0.8));
    let mixed_up: Vec<_> = confusion
        .mixed_up()
        .into_iter()
        .map(|(label, read, count)| (label.id.as_str(), read.map(|it| it.id.as_str()), count))
        .collect();
    assert_eq!(
        mixed_up,
        [("brakes", Some("wheel_truing"), 1), ("test_rides", None, 1)]
    );
}

#[test]
fn a_label_that_was_never_seen_or_read_has_no_rates() {
    let labels = labels();
    let confusion = Confusion::new(&labels, &[]);
    let nothing = Rates {
        examples: 0,
        precision: None,
        recall: None,
        f1: None,
    };
    assert_eq!(confusion.rates(0), nothing);
    assert!(page(&confusion, "Nothing", &[]).contains("Nothing."));
}

#[test]
fn the_page_shows_the_matrix_the_rates_and_what_was_misread_escaped() {
    let labels = labels();
    let outcomes = outcomes(&labels);
    let confusion = Confusion::new(&labels, &outcomes);
    let notes = ["Cross-validated: each message by a head that had not seen it.".to_owned()];
    let page = page(&confusion, "Bicycle workshop", &notes);
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;"));
    let (_, body) = page.split_once("</style>").unwrap();
    insta::assert_snapshot!(body.replace("><", ">\n<"));
}

#[test]
fn many_labels_give_a_page_that_is_no_giant() {
    let labels: Vec<_> = (0..150)
        .map(|at| Label::new(&format!("label number {at}")).unwrap())
        .collect();
    let outcomes: Vec<_> = (0..1500)
        .map(|at| Outcome {
            text: "a message of the usual length, about this or that",
            label: at % 150,
            read: labels[(at + at / 1400) % 150].id.clone(),
            confidence: 0.5,
        })
        .collect();
    let page = page(&Confusion::new(&labels, &outcomes), "Many", &[]);
    assert!(page.len() < 300_000, "{}", page.len());
    assert!(page.contains("label_number_149"));
}
