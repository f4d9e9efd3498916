//! The command line, as the operator uses it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder with a database of its own.
pub(crate) struct Operator(tempfile::TempDir);

pub(crate) struct Told {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            ok: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Operator {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn run_with(&self, input: &[u8], arguments: &[&str]) -> Told {
        let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell"))
            .env("DESKBELL_DATABASE", self.0.path().join("desk.db"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses before it reads closes its end.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap().into()
    }

    fn run(&self, arguments: &[&str]) -> Told {
        self.run_with(b"", arguments)
    }

    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let told = self.run(arguments);
        assert!(told.ok, "{}", told.error);
        told.out
    }

    /// Runs what must fail; gives what it said.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let told = self.run(arguments);
        assert!(!told.ok, "{}", told.out);
        assert!(told.out.is_empty(), "{}", told.out);
        told.error
    }
}

#[test]
fn an_agent_is_added_listed_and_gets_a_new_password() {
    let operator = Operator::new();
    assert!(operator.done(&["agent", "list"]).contains("no agent yet"));
    let add = [
        "agent",
        "add",
        "--email",
        "Sam@Fern.example",
        "--name",
        "Sam",
        "--password-stdin",
    ];
    let told = operator.run_with(b"correct horse\n", &add);
    assert!(
        told.ok && told.out.contains("sam@fern.example"),
        "{}{}",
        told.out,
        told.error
    );
    let list = operator.done(&["agent", "list"]);
    assert_eq!(
        list,
        "EMAIL             NAME  ROLE      AVAILABLE\nsam@fern.example  Sam   operator  no\n"
    );
    let twice = operator.run_with(b"correct horse\n", &add);
    assert!(
        !twice.ok && twice.error.contains("is there already"),
        "{}",
        twice.error
    );
    let change = [
        "agent",
        "password",
        "--email",
        "sam@fern.example",
        "--password-stdin",
    ];
    assert!(
        operator
            .run_with(b"another horse\n", &change)
            .out
            .contains("signed out everywhere")
    );
}

#[test]
fn mistakes_with_agents_are_named() {
    let operator = Operator::new();
    let add = |email: &str, name: &str, password: &str| {
        let arguments = [
            "agent",
            "add",
            "--email",
            email,
            "--name",
            name,
            "--password-stdin",
        ];
        let told = operator.run_with(password.as_bytes(), &arguments);
        assert!(!told.ok);
        told.error
    };
    assert!(add("sam", "Sam", "correct horse").contains("no e-mail address"));
    assert!(add("sam@fern.example", " ", "correct horse").contains("--name"));
    assert!(add("sam@fern.example", "Sam", "short\n").contains("at least 10 characters"));
    let unknown = [
        "agent",
        "password",
        "--email",
        "kim@fern.example",
        "--password-stdin",
    ];
    assert!(
        operator
            .run_with(b"correct horse", &unknown)
            .error
            .contains("nobody has the e-mail address")
    );
    assert!(operator.done(&["agent", "list"]).contains("no agent yet"));
}

#[test]
fn settings_explain_themselves() {
    let operator = Operator::new();
    let manual = operator.done(&["config"]);
    let path = operator.write("deskbell.toml", &manual);
    operator.done(&["--config", &path, "site", "list"]);
    let typo = operator.write("typo.toml", "[server]\nlissten = \"127.0.0.1:1\"\n");
    let told = operator.refused(&["--config", &typo, "site", "list"]);
    assert!(
        told.contains("lissten") && told.contains("deskbell config"),
        "{told}"
    );
    assert!(
        operator
            .refused(&["--config", "/nowhere.toml", "site", "list"])
            .contains("/nowhere.toml")
    );
}

#[test]
fn help_shows_examples() {
    let operator = Operator::new();
    for arguments in [
        &["--help"][..],
        &["site", "add", "--help"],
        &["site", "answers", "--help"],
        &["agent", "add", "--help"],
        &["serve", "--help"],
        &["train", "--help"],
        &["triage", "--help"],
    ] {
        let told = operator.done(arguments);
        assert!(told.contains("Example"), "{told}");
    }
}

#[test]
fn triage_prints_one_object_per_line_with_exactly_the_fields_promised() {
    let operator = Operator::new();
    let input = b"where is my parcel?? order 1042\n\ncan I speak to somebody\nbad \x01 text\nnot \xff utf-8\n";
    let told = operator.run_with(input, &["triage"]);
    assert!(told.ok, "{}", told.error);
    let lines: Vec<Value> = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
    let fields = |line: &Value| {
        line.as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let mut expected = [
        "text",
        "intent",
        "confidence",
        "sentiment",
        "sentiment_scores",
        "decision",
        "reason",
    ];
    expected.sort_unstable();
    assert_eq!(fields(&lines[0]), expected);
    assert_eq!(lines[0]["text"], "where is my parcel?? order 1042");
    assert_eq!(
        (&lines[2]["decision"], &lines[2]["reason"]),
        (&"escalate".into(), &"asked_for_human".into())
    );
    for (line, text) in [(1, ""), (3, "bad \u{1} text"), (4, "not \u{fffd} utf-8")] {
        assert_eq!(fields(&lines[line]), ["error", "text"]);
        assert_eq!(lines[line]["text"], text);
    }
}

#[test]
fn triage_answers_each_line_before_the_next_and_stops_when_nobody_listens() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .arg("triage")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (
        child.stdin.take().unwrap(),
        BufReader::new(child.stdout.take().unwrap()),
    );
    for text in ["where is my parcel", "thank you"] {
        writeln!(input, "{text}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["text"], text);
    }
    drop(output);
    writeln!(input, "goodbye").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_model_folder_that_is_none_is_named() {
    let operator = Operator::new();
    let told = operator.run_with(b"hello\n", &["triage", "--model", "/nowhere"]);
    assert!(
        !told.ok && told.error.contains("/nowhere/model.onnx cannot be read"),
        "{}",
        told.error
    );
    operator.write("model.onnx", "not a model");
    operator.write("manifest.json", "{}");
    let folder = operator.0.path().to_str().unwrap().to_owned();
    let told = operator.run_with(b"hello\n", &["triage", "--model", &folder]);
    assert!(
        !told.ok && told.error.contains("cannot be used"),
        "{}",
        told.error
    );
}
