//! Pages, files, and how the server is.

use deskbell_protocol::{ContactText, MessageText, ProblemCode, SiteKey};
use serde_json::json;

use super::operation::{Content, Operation, Tag};
use super::schemas::{Schemas, inline};
use crate::routes::health::Readiness;

const HTML: Content = Content::Text("text/html");
const SCRIPT: Content = Content::Text("text/javascript");
const UNCHANGED: &str = "The browser has it already.";
const UNKNOWN: &str = "No site has this key.";
const TOO_OFTEN: &str = "Too often in a short time.";
const FAILED: &str = "Something went wrong on our side; another way to reach the shop.";
const BUSY: &str =
    "Too much to do just now, or no access to the data; another way to reach the shop.";

fn page(method: &'static str, path: &str, id: &str, summary: &str) -> Operation {
    Operation::new(Tag::Page, method, path, id, summary)
}

impl Operation {
    fn of_site(self) -> Self {
        self.parameter("path", "key", true, "The site.", inline::<SiteKey>())
    }

    fn cached(self) -> Self {
        self.answers(304, UNCHANGED, Content::Nothing)
    }

    /// Of the web build, which a server may have been built without.
    fn built(self) -> Self {
        let about = "The server was built without its web files.";
        self.answers(503, about, Content::Text("text/plain"))
    }

    /// The language of a page for people, who may also have their browser's.
    fn in_a_language(self) -> Self {
        let about = "The page's language; else the browser's, else the shop's.";
        let schema = json!({ "type": "string" });
        self.parameter("query", "language", false, about, schema)
    }
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut operations = Vec::from(of_contact());
    operations.extend(of_operation(schemas));
    operations.extend([
        page("get", "/embed.js", "embed", "The loader, for any page")
            .answers(200, "The script.", SCRIPT)
            .cached()
            .built(),
        page(
            "get",
            "/loader/{file}",
            "loader_words",
            "The loader's words in a language, as a script",
        )
        .parameter(
            "path",
            "file",
            true,
            "A language tag, then `.js`.",
            json!({ "type": "string", "examples": ["de.js"] }),
        )
        .answers(200, "The words; none for a language that has none.", SCRIPT)
        .cached()
        .refuses(&[ProblemCode::NotFound]),
        page(
            "get",
            "/loader/site/{key}",
            "loader_site",
            "Other ways to reach a site's people, as a script",
        )
        .of_site()
        .answers(200, "The ways; none of a site that is not known.", SCRIPT)
        .refuses(&[ProblemCode::NotFound, ProblemCode::TooManyRequests]),
        page(
            "get",
            "/widget",
            "widget",
            "The chat's page, which only pages of the site may show",
        )
        .parameter("query", "site", true, "The site.", inline::<SiteKey>())
        .in_a_language()
        .answers(200, "The page.", HTML)
        .cached()
        .refuses_with_pages(&[(404, UNKNOWN), (429, TOO_OFTEN), (503, BUSY)]),
        page("get", "/console", "console", "The agents' console")
            .answers(200, "The page.", HTML)
            .cached()
            .built(),
        page(
            "get",
            "/assets/{path}",
            "asset",
            "A file whose name changes with its content",
        )
        .parameter(
            "path",
            "path",
            true,
            "The path of the file, which may have slashes.",
            json!({ "type": "string" }),
        )
        .answers(200, "The file.", Content::Text("*/*"))
        .cached()
        .refuses(&[ProblemCode::NotFound]),
    ]);
    operations
}

fn of_contact() -> [Operation; 2] {
    let form = json!({
        "type": "object",
        "required": ["message", "contact"],
        "properties": {
            "message": inline::<MessageText>(),
            "contact": inline::<ContactText>(),
            "token": { "type": "string", "description": "As the form came with it; anything else counts as none." },
        },
    });
    [
        page(
            "get",
            "/contact/{key}",
            "contact_form",
            "A form that reaches a person without JavaScript",
        )
        .of_site()
        .in_a_language()
        .answers(200, "The form.", HTML)
        .refuses_with_pages(&[(404, UNKNOWN), (429, TOO_OFTEN), (500, FAILED), (503, BUSY)])
        .refuses(&[ProblemCode::NotFound]),
        page(
            "post",
            "/contact/{key}",
            "contact_submit",
            "Sends the form: a message, how to reach its writer, and a person please",
        )
        .about("`token` comes with the form, so that sent twice it is stored once. Whatever is refused comes back filled in.")
        .of_site()
        .in_a_language()
        .form(form)
        .answers(200, "Stored.", HTML)
        .refuses_with_pages(&[
            (400, "The form did not come completely."),
            (404, UNKNOWN),
            (409, "Not possible now."),
            (413, "Too large."),
            (422, "Something is missing or too long."),
            (429, TOO_OFTEN),
            (500, FAILED),
            (503, BUSY),
        ])
        .refuses(&[ProblemCode::NotFound]),
    ]
}

fn of_operation(schemas: &mut Schemas) -> [Operation; 3] {
    let readiness = schemas.refer::<Readiness>();
    let about = |path, id, summary| Operation::new(Tag::Operation, "get", path, id, summary);
    [
        about("/healthz", "live", "Whether the process answers").answers(
            200,
            "It does.",
            Content::Text("text/plain"),
        ),
        about("/readyz", "ready", "Whether the server can do its work")
            .answers(200, "It can.", Content::Json(readiness.clone()))
            .answers(
                503,
                "Something is missing, or it stops.",
                Content::Json(readiness),
            ),
        about("/openapi.json", "openapi", "This document").answers(
            200,
            "OpenAPI 3.1.",
            Content::Json(json!({ "type": "object" })),
        ),
    ]
}
