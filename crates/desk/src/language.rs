//! The languages in which customers are spoken to, and what the server itself says in them. The texts are those of
//! `web/locales`, compiled in.

/// What is said in one language: plain text, in which `{name}` stands for what has to be filled in.
/// Which is which tells `web/locales/en.json` with the table in `build.rs`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) message: &'static str,
    pub(crate) contact: &'static str,
    pub(crate) send: &'static str,
    pub(crate) message_empty: &'static str,
    pub(crate) contact_missing: &'static str,
    pub(crate) control: &'static str,
    pub(crate) too_long: &'static str,
    pub(crate) unavailable: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) somebody: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) other_ways: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) unknown_next: &'static str,
    pub(crate) disclosure: &'static str,
    pub(crate) no_answer: &'static str,
    pub(crate) not_helped: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    tag: &'static str,
    direction: &'static str,
    words: Words,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A language that we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(&'static Entry);

impl Language {
    /// The language that a BCP 47 tag such as `pt-BR` names. Regions and scripts share one.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let language = match tag.split(['-', '_']).next().unwrap_or_default() {
            // One Norwegian; and codes that browsers have not given up.
            "no" | "nn" => "nb",
            "iw" => "he",
            "in" => "id",
            other => other,
        };
        ALL.iter().find(|it| it.tag == language).map(Self)
    }

    /// The language for a page: the one that the address asks for (`language=`, in `query`), else the best that the
    /// browser accepts (`accepted`, the header `Accept-Language`), else the site's, else English.
    #[must_use]
    pub fn for_page(query: &str, accepted: &str, site: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let mut asked = pairs.filter(|(name, _)| name == "language");
        asked
            .find_map(|(_, tag)| Self::named(&tag))
            .or_else(|| Self::accepted(accepted))
            .or_else(|| site.and_then(Self::named))
            .unwrap_or_default()
    }

    /// The language with the highest quality among those that we have; the first of several.
    fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let language = parts.next().and_then(Self::named);
            let quality = parts
                .filter_map(|part| part.split_once('='))
                .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            // What is no number from 0 to 1 is not wanted.
            let quality = quality.map_or(1.0, |(_, it)| it.trim().parse().unwrap_or(0.0));
            if let Some(language) = language
                && quality <= 1.0
                && quality > best.map_or(0.0, |it| it.1)
            {
                best = Some((language, quality));
            }
        }
        best.map(|it| it.0)
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(self) -> &'static str {
        self.0.direction
    }

    /// What is said in it.
    pub(crate) fn words(self) -> &'static Words {
        &self.0.words
    }
}

/// English.
impl Default for Language {
    fn default() -> Self {
        Self(ENGLISH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_of_a_language_names_it() {
        for (tag, expected) in [
            ("de", Some("de")),
            ("pt-BR", Some("pt")),
            ("zh-Hant-TW", Some("zh")),
            ("DE_at", Some("de")),
            ("nn-NO", Some("nb")),
            ("no", Some("nb")),
            ("iw", Some("he")),
            ("in", Some("id")),
            ("tlh", None),
            ("..%2fembed", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::named(tag).map(Language::tag), expected, "{tag}");
        }
    }

    #[test]
    fn the_address_comes_before_the_browser_and_the_browser_before_the_site() {
        let choose = |query, accepted, site| Language::for_page(query, accepted, site).tag();
        assert_eq!(choose("language=pl&x=1", "de", Some("fr")), "pl");
        assert_eq!(choose("language=pt%2DBR", "de", Some("fr")), "pt");
        assert_eq!(choose("language=tlh", "de", Some("fr")), "de");
        assert_eq!(choose("", "tlh", Some("fr-CA")), "fr");
        assert_eq!(choose("", "", Some("tlh")), "en");
        assert_eq!(choose("", "", None), "en");
    }

    #[test]
    fn the_browsers_wishes_count_by_their_quality() {
        for (header, expected) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
            ("en;q=0.2,de;q=0.7", "de"),
            ("tlh, ar ; q=0.4", "ar"),
            ("de;q=0, pl;q=0.1", "pl"),
            ("de;Q=0.1, es;q=0.1", "de"),
            ("de;q=much, cs;q=0.1", "cs"),
            ("de;q=nan, cs;q=0.1", "cs"),
            ("*", "en"),
            (",;q=1,;;", "en"),
        ] {
            let chosen = Language::for_page("", header, None);
            assert_eq!(chosen.tag(), expected, "{header}");
        }
    }

    #[test]
    fn what_is_filled_in_has_its_place_in_every_language() {
        for Entry { tag, words, .. } in &ALL {
            assert_eq!(words.title.matches("{shop}").count(), 1, "{tag}");
            assert_eq!(words.answer.matches("{shop}").count(), 1, "{tag}");
            assert_eq!(words.answer.matches("{contact}").count(), 1, "{tag}");
            assert_eq!(words.disclosure.matches("{shop}").count(), 1, "{tag}");
        }
    }
}
