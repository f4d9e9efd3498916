//! Style sheets: the widget's is written in parts and sent as one file, and none carries what only we read.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    dist::sources::{Place, Source},
    workspace::Workspace,
};

const FOLDER: &str = "web/css/widget";

/// The parts, in the order in which later rules win.
const PARTS: [&str; 10] = [
    "base.css",
    "header.css",
    "conversation.css",
    "choices.css",
    "rating.css",
    "standing.css",
    "composer.css",
    "motion.css",
    "small.css",
    "forced-colors.css",
];

/// `widget.css`: one file, so that the first paint waits for one request.
///
/// # Errors
/// If a part cannot be read, or the folder has one whose place is not known.
pub fn widget(workspace: &Workspace) -> Result<Source> {
    let folder = workspace.path(FOLDER);
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name();
        let known = PARTS.iter().any(|part| name == *part);
        ensure!(known, "{FOLDER}: say where {} belongs", name.display());
    }
    let mut sheet = String::new();
    for part in PARTS {
        let path = folder.join(part);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        sheet.push_str(&lean(&text));
    }
    Ok(Source {
        name: "widget.css".to_owned(),
        place: Place::Hashed,
        content: sheet.into_bytes(),
        origin: Path::new(FOLDER).to_owned(),
    })
}

/// A style sheet as it is sent: without indentation, empty lines, the ends of lines
/// where nothing ends, and comments that begin their line. No line inside of a
/// text may begin with `/*`.
pub fn lean(sheet: &str) -> String {
    let mut lean = String::with_capacity(sheet.len());
    let mut in_comment = false;
    for line in sheet.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        let sent = match line.split_once("*/") {
            Some((_, after)) if in_comment => {
                in_comment = false;
                after.trim()
            }
            _ if in_comment => "",
            _ => line,
        };
        if !sent.is_empty() {
            lean.push_str(sent);
            if !sent.ends_with(['{', ';', ',']) {
                lean.push('\n');
            }
        }
    }
    lean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_browser_reads_is_sent() {
        let sheet = "/*\n * Why.\n */\na {\n  color: red; /* kept */\n}\n\n/* One line. */\n/* And */ b {\n}\n";
        assert_eq!(lean(sheet), "a {color: red; /* kept */\n}\nb {}\n");
    }

    #[test]
    fn the_parts_of_the_widget_are_one_sheet_in_their_order() {
        let sheet = widget(&Workspace::find()).unwrap();
        let text = String::from_utf8(sheet.content).unwrap();
        let at = |rule: &str| text.find(rule).unwrap();
        assert!(at(".unseen {") < at("header {"));
        assert!(at(".composer {") < at("@media (forced-colors: active)"));
    }
}
