//! Compiles in what the server itself says to customers, in every language of `web/locales`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// Field of `Words`, and group and key of the text.
const FIELDS: [(&str, &str, &str); 20] = [
    ("title", "contactPage", "title"),
    ("lead", "contactPage", "lead"),
    ("message", "compose", "label"),
    ("contact", "contactPage", "contact"),
    ("send", "compose", "send"),
    ("message_empty", "compose", "empty"),
    ("contact_missing", "contactPage", "contactMissing"),
    ("control", "compose", "control"),
    ("too_long", "contactPage", "tooLong"),
    ("unavailable", "contactPage", "unavailable"),
    ("thanks", "contactPage", "thanks"),
    ("answer", "contactPage", "answer"),
    ("somebody", "contactPage", "somebody"),
    ("nobody", "contactPage", "nobody"),
    ("other_ways", "contact", "otherWays"),
    ("unknown", "contactPage", "unknown"),
    ("unknown_next", "loader", "unknown"),
    ("disclosure", "bot", "disclosure"),
    ("no_answer", "bot", "noAnswer"),
    ("not_helped", "bot", "notHelped"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../../web/locales");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut languages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json") {
            let locale: Value = serde_json::from_slice(&fs::read(&path)?)?;
            let tag = path.file_stem().unwrap_or_default();
            languages.push((tag.to_string_lossy().into_owned(), locale));
        }
    }
    languages.sort_by(|a, b| a.0.cmp(&b.0));
    let english = languages.iter().position(|it| it.0 == "en");
    let english = english.ok_or("web/locales/en.json is missing")?;
    let mut code = format!(
        "static ENGLISH: &Entry = &ALL[{english}];\nstatic ALL: [Entry; {}] = [\n",
        languages.len()
    );
    for (tag, locale) in &languages {
        let text = |place: &str, text: &Value| {
            let text = text.as_str().map(str::to_owned);
            text.ok_or(format!("web/locales/{tag}.json: {place} is no text"))
        };
        let direction = text("dir", &locale["dir"])?;
        writeln!(
            code,
            "Entry {{ tag: {tag:?}, direction: {direction:?}, words: Words {{"
        )?;
        for (field, group, key) in FIELDS {
            let text = text(&format!("{group}.{key}"), &locale[group][key])?;
            writeln!(code, "    {field}: {text:?},")?;
        }
        code.push_str("} },\n");
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
}
