//! The words of the chat, one file per language, and where a script finds them.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::{
    dist::sources::{Place, Source},
    workspace::Workspace,
};

/// Where the files lie.
pub const FOLDER: &str = "web/locales";

/// Stands in a script for an object from language tag to address.
const ADDRESSES: &str = "{{locales}}";

/// Every locale, by language tag in alphabetical order.
///
/// # Errors
/// If a file cannot be read or is not a JSON object.
pub fn read(workspace: &Workspace) -> Result<Vec<(String, Map<String, Value>)>> {
    let folder = workspace.path(FOLDER);
    let mut locales = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let tag = path.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read(&path).with_context(|| path.display().to_string())?;
            let locale =
                serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
            locales.push((tag.into_owned(), locale));
        }
    }
    locales.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(locales)
}

/// The logical name of a language's file in the web build.
pub fn name(tag: &str) -> String {
    format!("locale-{tag}.json")
}

/// One asset per language: what the chat's frame says, without the words of the merchant's page.
///
/// # Errors
/// As [`read`].
pub fn sources(workspace: &Workspace) -> Result<Vec<Source>> {
    let locales = read(workspace)?;
    locales
        .into_iter()
        .map(|(tag, mut locale)| {
            // What the merchant's page and the server say is no part of the chat.
            for group in ["loader", "contactPage", "bot"] {
                locale.remove(group);
            }
            Ok(Source {
                name: name(&tag),
                place: Place::Hashed,
                content: serde_json::to_vec(&locale)?,
                origin: Path::new(FOLDER).join(format!("{tag}.json")),
            })
        })
        .collect()
}

/// Puts the addresses of `locales` into the scripts among `sources` that ask for them.
pub fn put_addresses(sources: &mut [Source], locales: &[Source]) {
    let entries: Vec<_> = locales
        .iter()
        .filter_map(|locale| {
            let tag = locale.name.strip_prefix("locale-")?.strip_suffix(".json")?;
            Some(format!("\"{tag}\":\"{{{{asset:{}}}}}\"", locale.name))
        })
        .collect();
    let addresses = format!("{{{}}}", entries.join(","));
    for source in sources.iter_mut().filter(|it| it.name.ends_with(".js")) {
        if let Ok(text) = str::from_utf8(&source.content)
            && text.contains(ADDRESSES)
        {
            source.content = text.replace(ADDRESSES, &addresses).into_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The plural categories of whole numbers below a million (CLDR 48), and the languages that have them.
    const CATEGORIES: [(&[&str], &[&str]); 8] = [
        (&["other"], &["zh", "ja", "ko", "vi", "th", "id"]),
        (
            &["one", "few", "other"],
            &["cs", "sk", "ro", "hr", "sr", "lt"],
        ),
        (&["one", "few", "many"], &["pl", "uk"]),
        (&["zero", "one", "other"], &["lv"]),
        (&["one", "two", "other"], &["he"]),
        (&["zero", "one", "two", "few", "many", "other"], &["ar"]),
        (
            &["one", "other"],
            &[
                "en", "de", "fr", "es", "it", "pt", "nl", "sv", "nb", "da", "fi",
            ],
        ),
        (
            &["one", "other"],
            &["hu", "bg", "el", "et", "tr", "hi", "bn"],
        ),
    ];

    /// The forms in which `{count}` may be left out, because there is only one number they are said of.
    const OF_ONE_NUMBER: [&str; 3] = ["zero", "one", "two"];

    fn categories(tag: &str) -> BTreeSet<&'static str> {
        let found = CATEGORIES.iter().find(|(_, tags)| tags.contains(&tag));
        let (categories, _) = found.unwrap_or_else(|| panic!("{tag} is not a language of ours"));
        categories.iter().copied().collect()
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        let opened = text.split('{').skip(1);
        opened
            .filter_map(|rest| rest.split_once('}'))
            .map(|it| it.0)
            .collect()
    }

    /// What is wrong with a text and its forms beside the English one.
    fn faults(tag: &str, key: &str, text: &Value, english: &Value) -> Vec<String> {
        let fault = |what: &str| format!("{tag}: {key}: {what}");
        match (text, english) {
            (Value::String(text), Value::String(english)) => {
                let mut faults = Vec::new();
                if placeholders(text) != placeholders(english) {
                    faults.push(fault("other placeholders than in English"));
                }
                if text.trim() != text || text.is_empty() {
                    faults.push(fault("empty, or with space around it"));
                }
                let hidden = |c: char| {
                    c.is_control()
                        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
                };
                if text.chars().any(hidden) || text.contains(['<', '>']) {
                    faults.push(fault("markup or an invisible character"));
                }
                if text.contains('!') && !english.contains('!') {
                    faults.push(fault("an exclamation mark that English does not have"));
                }
                faults
            }
            (Value::Object(forms), Value::Object(_)) => {
                let has: BTreeSet<&str> = forms.keys().map(String::as_str).collect();
                let mut faults = Vec::new();
                if has != categories(tag) {
                    faults.push(fault("other plural categories than the language has"));
                }
                for (category, form) in forms {
                    let names = form.as_str().map(placeholders).unwrap_or_default();
                    let counts = names == BTreeSet::from(["count"]);
                    let one = names.is_empty() && OF_ONE_NUMBER.contains(&category.as_str());
                    if !(counts || one) {
                        faults.push(fault(&format!(
                            "the form `{category}` lacks {{count}} or has more"
                        )));
                    }
                }
                faults
            }
            _ => vec![fault(
                "a text where English has forms, or the other way round",
            )],
        }
    }

    fn compare(
        tag: &str,
        locale: &Map<String, Value>,
        english: &Map<String, Value>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let keys = |it: &Map<String, Value>| it.keys().cloned().collect::<BTreeSet<_>>();
        for group in keys(locale).symmetric_difference(&keys(english)) {
            found.push(format!("{tag}: {group}: missing here, or unknown"));
        }
        for (group, words) in english {
            let (Some(words), Some(own)) = (
                words.as_object(),
                locale.get(group).and_then(Value::as_object),
            ) else {
                continue;
            };
            for key in keys(words).symmetric_difference(&keys(own)) {
                found.push(format!("{tag}: {group}.{key}: missing here, or unknown"));
            }
            for (key, word) in words {
                if let Some(text) = own.get(key) {
                    found.extend(faults(tag, &format!("{group}.{key}"), text, word));
                }
            }
        }
        let direction = if matches!(tag, "ar" | "he") {
            "rtl"
        } else {
            "ltr"
        };
        if locale.get("dir").and_then(Value::as_str) != Some(direction) {
            found.push(format!("{tag}: dir: is written {direction}"));
        }
        found
    }

    #[test]
    fn every_language_says_what_english_says_with_its_own_plurals() {
        let locales = read(&Workspace::find()).unwrap();
        let english = &locales.iter().find(|it| it.0 == "en").unwrap().1;
        let found: Vec<_> = locales
            .iter()
            .flat_map(|(tag, locale)| compare(tag, locale, english))
            .collect();
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }

    #[test]
    fn every_language_that_we_promise_is_there() {
        let locales = read(&Workspace::find()).unwrap();
        let there: BTreeSet<&str> = locales.iter().map(|it| it.0.as_str()).collect();
        let promised: BTreeSet<&str> = CATEGORIES.iter().flat_map(|it| it.1).copied().collect();
        assert_eq!(promised.len(), 35);
        assert_eq!(there, promised);
    }

    #[test]
    fn what_is_missing_unknown_or_otherwise_filled_in_is_found() {
        let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let english =
            object(r#"{"dir":"ltr","a":{"b":"Hi {x}","n":{"one":"{count}","other":"{count}"}}}"#);
        let faults = |text: &str| compare("pl", &object(text), &english).len();
        assert_eq!(
            faults(
                r#"{"dir":"ltr","a":{"b":"{x}?","n":{"one":"1","few":"{count}","many":"{count}"}}}"#
            ),
            0
        );
        assert_eq!(
            faults(
                r#"{"dir":"ltr","a":{"b":"{y}","n":{"one":"1","few":"{count}","many":"{count}"}}}"#
            ),
            1
        );
        assert_eq!(
            faults(r#"{"dir":"ltr","a":{"b":"{x}","n":{"one":"1","few":"2","other":"{count}"}}}"#),
            2
        );
        assert_eq!(faults(r#"{"dir":"rtl","a":{"c":"","n":"1"},"d":{}}"#), 5);
    }

    #[test]
    fn a_script_gets_the_addresses_of_all_languages() {
        let source = |name: &str, text: &str| Source {
            name: name.to_owned(),
            place: Place::Hashed,
            content: text.as_bytes().to_vec(),
            origin: name.into(),
        };
        let locales = [
            source("locale-de.json", "{}"),
            source("locale-en.json", "{}"),
        ];
        let mut sources = [source("words.js", "const files = {{locales}};")];
        put_addresses(&mut sources, &locales);
        assert_eq!(
            String::from_utf8_lossy(&sources[0].content),
            r#"const files = {"de":"{{asset:locale-de.json}}","en":"{{asset:locale-en.json}}"};"#
        );
    }
}
