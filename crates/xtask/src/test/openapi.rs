//! Whether the server answers as `/openapi.json` says: Schemathesis makes requests of the document, right and wrong ones,
//! and compares every answer with it.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{self, Command},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    demo::{
        self,
        desk::{AGENT_EMAIL, AGENT_PASSWORD, Cli, Desk, SITE},
    },
    steps::Steps,
    test::browser,
    workspace::{self, Workspace},
};

/// Changes with the versions in `tests/openapi/requirements.txt`.
const TOOL: &str = "schemathesis-4.32.5";
/// Requests made for each operation beside those that its schema suggests.
const EXAMPLES: &str = "40";
/// The same requests every time.
const SEED: &str = "5";
/// What ends a session or a chat with a person: asked last.
const LAST: [&str; 4] = ["close", "hand_back", "sign_out", "sign_out_everywhere"];

/// Builds the server and asks it.
///
/// # Errors
/// If Python is missing and cannot be installed, or an answer is not as the document says.
pub fn run(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new();
    let tool = tool(workspace, &mut steps)?;
    demo::build_server(workspace, &mut steps)?;
    let folder = env::temp_dir().join(format!("deskbell-openapi-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = ask(workspace, &mut steps, &tool, &folder);
    fs::remove_dir_all(&folder)?;
    outcome
}

fn ask(workspace: &Workspace, steps: &mut Steps, tool: &Path, folder: &Path) -> Result<()> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let cli = Cli {
        program: workspace.deskbell(),
        database: folder.join("openapi.db"),
    };
    cli.prepare("https://shop.example")?;
    let settings = [
        ("DESKBELL_LIMITS__RATES", "false"),
        ("DESKBELL_LOG__FILTER", "warn"),
    ];
    let mut desk = Desk::start_with(&cli, port, &settings)?;
    let scene = scene(&desk.origin)?;
    let schemathesis = || {
        let mut command = Command::new(tool);
        command.current_dir(folder).envs(scene.clone());
        command.arg("--config-file");
        command.arg(workspace.path("tests/openapi/schemathesis.toml"));
        command
            .arg("run")
            .arg(format!("{}/openapi.json", desk.origin));
        command.args(["--phases", "examples,coverage,fuzzing", "--no-shrink"]);
        command.args(["--max-examples", EXAMPLES, "--seed", SEED]);
        command.args(["--continue-on-failure", "--warnings", "off"]);
        command.args(["--generation-database", "none"]);
        command
    };
    let filtered = |filter: &str| {
        let mut command = schemathesis();
        for operation in LAST {
            command.args([filter, operation]);
        }
        command
    };
    steps.command(
        "ask everything of the server",
        &mut filtered("--exclude-operation-id"),
    )?;
    steps.command(
        "ask for what ends something",
        &mut filtered("--include-operation-id"),
    )?;
    desk.stop()
}

/// Who and what there is to ask about, under the names that `schemathesis.toml` has for it.
fn scene(origin: &str) -> Result<[(&'static str, String); 5]> {
    let (own, claimed) = ("o".repeat(43), "c".repeat(43));
    let conversation = open(origin, &own)?;
    let taken = open(origin, &claimed)?;
    let path = format!("{origin}/v1/conversations/{taken}/escalation");
    ureq::post(&path)
        .header("authorization", format!("Bearer {claimed}"))
        .send_json(json!({ "write": "ring-for-openapi" }))?;
    let sign_in = ureq::post(format!("{origin}/v1/agent/session"))
        .header("origin", origin)
        .send_json(json!({ "email": AGENT_EMAIL, "password": AGENT_PASSWORD }))?;
    let cookie = sign_in.headers().get("set-cookie");
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    let cookie = cookie.context("no session's cookie")?;
    let (_, session) = cookie.split_once('=').context("no session in the cookie")?;
    ureq::post(format!("{origin}/v1/agent/conversations/{taken}/claim"))
        .header("origin", origin)
        .header("cookie", cookie)
        .send_json(json!({ "write": "claim-for-openapi" }))?;
    Ok([
        ("DESKBELL_ORIGIN", origin.to_owned()),
        ("DESKBELL_VISITOR", own),
        ("DESKBELL_CONVERSATION", conversation),
        ("DESKBELL_CLAIMED", taken),
        ("DESKBELL_SESSION", session.to_owned()),
    ])
}

/// Opens a conversation for whoever has `token`; gives its id.
fn open(origin: &str, token: &str) -> Result<String> {
    let mut opened = ureq::post(format!("{origin}/v1/conversations"))
        .header("authorization", format!("Bearer {token}"))
        .send_json(json!({ "write": "open-for-openapi", "site": SITE }))?;
    let opened: Value = opened.body_mut().read_json()?;
    let id = opened["conversation"].as_str();
    Ok(id.context("no conversation")?.to_owned())
}

/// Schemathesis, in a virtual environment of its own.
fn tool(workspace: &Workspace, steps: &mut Steps) -> Result<PathBuf> {
    let folder = workspace.target("tools").join(TOOL);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let program = |name: &str| programs.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if program("st").is_file() {
        return Ok(program("st"));
    }
    let missing = "Python 3 with `venv` is missing (Debian: apt-get install python3-venv)";
    let make = || {
        let mut python = Command::new("python3");
        python.args(["-m", "venv", "--clear"]).arg(&folder);
        workspace::must_succeed(&mut python)
    };
    // Debian's Python may be there without what makes environments.
    if workspace::find_program("python3").is_none() || make().is_err() {
        if !browser::install(&["python3-venv"], steps)? {
            bail!(missing);
        }
        make().context(missing)?;
    }
    let mut pip = Command::new(program("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.arg("--requirement");
    pip.arg(workspace.path("tests/openapi/requirements.txt"));
    steps.command("install Schemathesis", &mut pip)?;
    Ok(program("st"))
}
