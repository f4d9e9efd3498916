//! `deskbell train`, from a table to a server that uses it: a bicycle workshop teaches what it is asked.

use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::{Method, header};
use serde_json::Value;

use crate::support::{Server, client};

const DATA: &str = include_str!("workshop.csv");
const TEST: &str = include_str!("workshop-test.csv");

struct Workshop(tempfile::TempDir);

struct Told {
    ok: bool,
    out: String,
    error: String,
}

impl Workshop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("data.csv"), DATA).unwrap();
        std::fs::write(folder.path().join("test.csv"), TEST).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Told {
        let output = Command::new(env!("CARGO_BIN_EXE_deskbell"))
            .current_dir(self.0.path())
            .env("DESKBELL_DATABASE", self.path("desk.db"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Told {
            ok: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn done(&self, arguments: &[&str]) -> Told {
        let told = self.run(arguments);
        assert!(told.ok, "{}", told.error);
        told
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let told = self.run(arguments);
        assert!(!told.ok && told.out.is_empty(), "{}", told.out);
        told.error
    }

    /// The model of all examples, in the folder `model`.
    fn train(&self) -> Told {
        self.done(&[
            "train", "--data", "data.csv", "--test", "test.csv", "--out", "model",
        ])
    }

    fn triage(&self, text: &str) -> Value {
        let told = self.done(&["triage", "--model", "model", text]);
        serde_json::from_str(&told.out).unwrap()
    }
}

fn percent(line: &str) -> f64 {
    let (number, _) = line.split_once(" %").unwrap();
    number.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn twelve_examples_a_label_teach_what_is_asked_in_other_words_and_keep_the_way_to_a_person() {
    let workshop = Workshop::new();
    let told = workshop.train();
    // One message of the test is in the examples, too.
    assert!(
        told.error
            .contains("1 message left out that data.csv has, too"),
        "{}",
        told.error
    );
    assert!(
        told.out.starts_with("Learnt 5 labels from 60 examples in "),
        "{}",
        told.out
    );
    let line = |start: &str| {
        told.out
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap()
    };
    assert!(line("Test:").contains("of 20 messages"), "{}", told.out);
    assert!(percent(line("Test:")) >= 75.0, "{}", told.out);
    assert!(percent(line("Held out:")) >= 60.0, "{}", told.out);
    assert!(
        told.out.contains("deskbell serve --model model"),
        "{}",
        told.out
    );
    let page = std::fs::read_to_string(workshop.path("model/confusion.html")).unwrap();
    assert!(
        page.contains("How test.csv is read")
            && page.contains("<svg")
            && page.contains("Wheel truing")
    );

    let squeak = workshop.triage("hi, my brakes squeak when I stop");
    assert_eq!(squeak["intent"], "brakes", "{squeak}");
    assert!(squeak["built_in"]["intent"].is_string(), "{squeak}");
    let person = workshop.triage("I want to talk to a real person about my brakes, now");
    assert_eq!(person["reason"], "asked_for_human", "{person}");
    let parcel = workshop.triage("where is my parcel? order 1042 was due on Monday");
    assert_eq!(parcel["intent"], "track_order", "{parcel}");
}

#[test]
fn the_same_examples_give_the_same_model_and_a_trained_folder_may_be_trained_again() {
    let workshop = Workshop::new();
    workshop.train();
    let read = |name: &str| std::fs::read(workshop.0.path().join("model").join(name)).unwrap();
    let first = (read("model.onnx"), read("manifest.json"));
    workshop.done(&[
        "train", "--data", "data.csv", "--model", "model", "--out", "model",
    ]);
    assert!(first == (read("model.onnx"), read("manifest.json")));
}

#[test]
fn mistakes_are_named_before_anything_is_written() {
    let workshop = Workshop::new();
    let refused =
        |data: &str, out: &str| workshop.refused(&["train", "--data", data, "--out", out]);
    assert!(refused("nowhere.csv", "model").contains("nowhere.csv cannot be read"));
    std::fs::write(workshop.path("bad.csv"), "text,label\n,a\nx,\n").unwrap();
    let told = refused("bad.csv", "model");
    assert!(
        told.contains(
            "bad.csv cannot be used\nline 2, column text: the text is empty\nline 3, column label"
        ),
        "{told}"
    );
    assert!(refused("data.csv", ".").contains("is not empty"));
    std::fs::write(workshop.path("other.csv"), "text,label\nhello,Greetings\n").unwrap();
    let told = workshop.refused(&[
        "train",
        "--data",
        "data.csv",
        "--test",
        "other.csv",
        "--out",
        "model",
    ]);
    assert!(
        told.contains("line 2, column label: there is no label \"Greetings\" in the training data"),
        "{told}"
    );
    let told = workshop.refused(&[
        "train", "--data", "data.csv", "--test", "data.csv", "--out", "model",
    ]);
    assert!(told.contains("nothing is left to measure with"), "{told}");
    assert!(!Path::new(&workshop.path("model")).exists());
}

#[test]
fn the_answer_book_takes_the_labels_of_the_model_that_is_served() {
    let workshop = Workshop::new();
    workshop.train();
    let book = "said_again = \"again\"\n[not_understood]\ntext = \"what?\"\n[answers.flat_tyre]\ntext = \"Come by, it takes ten minutes.\"\n";
    std::fs::write(workshop.path("answers.toml"), book).unwrap();
    let add = [
        "site",
        "add",
        "--key",
        "bike",
        "--name",
        "Bike",
        "--origin",
        "https://bike.example",
        "--answers",
        "answers.toml",
    ];
    let told = workshop.refused(&add);
    assert!(
        told.contains("answers.flat_tyre: the model knows no such intent")
            && told.contains("--model"),
        "{told}"
    );
    workshop.done(&[&add[..], &["--model", "model"]].concat());
}

#[tokio::test]
async fn devices_get_the_model_that_is_served_under_an_address_of_its_own() {
    let workshop = Workshop::new();
    workshop.train();
    let folder = workshop.path("model");
    let files = deskbell_server::ModelFiles::open(Some(Path::new(&folder))).unwrap();
    let server = Server::start_with_model(&files).await;
    let get = |path: String| client().get(format!("{}{path}", server.address)).send();
    let page = get("/widget?site=demo".to_owned()).await.unwrap();
    if page.status() == 503 {
        // Without a web build there is no page.
        return;
    }
    let tag = page.headers()[header::ETAG].clone();
    let page = page.text().await.unwrap();
    for (attribute, name) in [
        ("data-model", "model.onnx"),
        ("data-manifest", "manifest.json"),
    ] {
        let (_, rest) = page.split_once(&format!("{attribute}=\"")).unwrap();
        let path = rest.split('"').next().unwrap().to_owned();
        let response = get(path).await.unwrap();
        assert_eq!(
            response.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        let sent = response.bytes().await.unwrap();
        assert!(
            sent == std::fs::read(Path::new(&folder).join(name)).unwrap(),
            "{name}"
        );
    }
    let again = server
        .request(Method::GET, "/widget?site=demo")
        .header(header::IF_NONE_MATCH, tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
}
