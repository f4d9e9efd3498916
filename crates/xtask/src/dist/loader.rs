//! What is made for the loader: its words in every language as scripts, and scripts without what only we read.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::{
    dist::{
        locales,
        sources::{Place, Source},
    },
    workspace::Workspace,
};

/// Built into the loader itself.
const BUILT_IN: &str = "en";

/// A script `loader/LANGUAGE.js` of every language but English, for pages whose policy lets the loader fetch nothing
/// but scripts.
///
/// # Errors
/// If a file of words cannot be read or has no group `loader`.
pub fn words(workspace: &Workspace) -> Result<Vec<Source>> {
    let mut languages = locales::read(workspace)?;
    languages.retain(|(tag, _)| tag != BUILT_IN);
    let sources = languages.into_iter().map(|(tag, locale)| {
        let origin = Path::new(locales::FOLDER).join(format!("{tag}.json"));
        let content = script(&tag, &locale).with_context(|| origin.display().to_string())?;
        Ok(Source {
            name: format!("loader/{tag}.js"),
            place: Place::Fixed,
            content: content.into_bytes(),
            origin,
        })
    });
    sources.collect()
}

fn script(language: &str, locale: &Map<String, Value>) -> Result<String> {
    let words = locale.get("loader").and_then(Value::as_object);
    let mut words = words.cloned().context("no group `loader`")?;
    let direction = locale.get("dir").cloned().context("no `dir`")?;
    words.insert("lang".to_owned(), Value::from(language));
    words.insert("dir".to_owned(), direction);
    Ok(format!("export default {};\n", Value::Object(words)))
}

/// A script as it is sent: without indentation, empty lines, lines that are comments, and `/** … */` blocks, but
/// with `//#` lines, which browsers read; and without the ends of lines where nothing can end. So no line inside of a text
/// may begin with `//` or `/**`, or depend on its indentation or its end.
pub fn lean(script: &str) -> String {
    let mut lean = String::with_capacity(script.len());
    let mut in_block = false;
    for line in script.lines().map(str::trim) {
        in_block |= line.starts_with("/**");
        let comment = line.starts_with("//") && !line.starts_with("//#");
        if !in_block && !line.is_empty() && !comment {
            lean.push_str(line);
            // A comment behind it ends with its line.
            if line.contains("// ") || !line.ends_with(['{', '(', '[', ',', ';']) {
                lean.push('\n');
            }
        }
        in_block &= !line.ends_with("*/");
    }
    lean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_becomes_a_script_with_its_tag_and_direction() {
        let locale =
            r#"{ "name": "x", "dir": "rtl", "loader": { "bell": "\"Ring\"" }, "shell": {} }"#;
        assert_eq!(
            script("he", &serde_json::from_str(locale).unwrap()).unwrap(),
            "export default {\"bell\":\"\\\"Ring\\\"\",\"dir\":\"rtl\",\"lang\":\"he\"};\n"
        );
        assert!(script("he", &Map::new()).is_err());
    }

    #[test]
    fn only_what_the_browser_reads_is_sent() {
        let script = "//# hint\n// Why\n/** What\n * it promises. */\nconst a = 1; // one\n\n  `\n  * { top: 0 }`\n/** Short. */\nb(1, // one,\n  2,\n);\n";
        assert_eq!(
            lean(script),
            "//# hint\nconst a = 1; // one\n`\n* { top: 0 }`\nb(1, // one,\n2,);"
        );
    }
}
