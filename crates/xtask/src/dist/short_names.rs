//! Short names for what JavaScript and WebAssembly call each other by. wasm-bindgen's carry a hash each, which does not
//! compress: together some four kilobytes of the widget.

use std::collections::BTreeMap;

/// The short names given so far, by the long ones.
#[derive(Debug, Default)]
pub struct ShortNames(BTreeMap<String, String>);

impl ShortNames {
    /// Shortens a name; the same name always in the same way.
    pub fn shorten(&mut self, name: &mut String) {
        let next = self.0.len();
        let short = self.0.entry(std::mem::take(name));
        *name = short.or_insert_with(|| format!("_{next}")).clone();
    }

    /// `script` with every identifier that was shortened. wasm-bindgen itself begins none with `_` and a digit.
    pub fn replaced(&self, script: &str) -> String {
        let mut out = String::with_capacity(script.len());
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let mut rest = script;
        while let Some(start) = rest.find(is_part) {
            let (before, word) = rest.split_at(start);
            let (word, after) = word.split_at(word.find(|c| !is_part(c)).unwrap_or(word.len()));
            out.push_str(before);
            out.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Whether an export is called by wasm-bindgen's script alone, so that nobody else knows its name.
pub fn is_internal(export: &str) -> bool {
    ["__", "_ZN", "_R", "wasm_bindgen__"]
        .iter()
        .any(|start| export.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_names_and_nothing_else_changes() {
        let mut names = ShortNames::default();
        let (mut log, mut again) = ("__wbg_log_0a1b".to_owned(), "__wbg_log_0a1b".to_owned());
        names.shorten(&mut log);
        let mut other = "__wbg_log_0a1b2".to_owned();
        names.shorten(&mut other);
        names.shorten(&mut again);
        assert_eq!([log.as_str(), &other, &again], ["_0", "_1", "_0"]);
        assert_eq!(
            names.replaced("x.__wbg_log_0a1b(__wbg_log_0a1b2, '__wbg_log');"),
            "x._0(_1, '__wbg_log');"
        );
        assert!(is_internal("__wbindgen_malloc") && !is_internal("memory"));
    }
}
