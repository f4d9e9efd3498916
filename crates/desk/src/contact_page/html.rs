//! What the customer sees. maud escapes whatever is put in.

use deskbell_protocol::{ContactText, MessageText};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::form::{ContactForm, FormError};
use crate::Site;
use crate::language::Language;

/// Addresses of what the pages are drawn with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Look {
    /// An icon (SVG).
    pub icon: Option<String>,
    /// Style sheets, in order.
    pub sheets: Vec<String>,
}

/// The contact page of a site, in a language.
#[derive(Clone, Copy, Debug)]
pub struct ContactPage<'a> {
    /// Whose.
    pub site: &'a Site,
    /// In which language.
    pub language: Language,
    /// How it looks.
    pub look: &'a Look,
}

impl ContactPage<'_> {
    /// The form, with what is wrong with it.
    #[must_use]
    pub fn form(&self, form: &ContactForm, error: Option<&FormError>) -> String {
        let words = self.language.words();
        let described = error.map(|_| "error");
        let invalid = |wrong: bool| wrong.then_some("true");
        let content = html! {
            h1 { (fill(words.title, &[("shop", &self.shop())])) }
            p.lead { (words.lead) }
            @if let Some(error) = error {
                p.error #error role="alert" { (error.text(words)) }
            }
            form method="post" {
                input type="hidden" name="token" value=(form.token.reveal());
                label {
                    (words.message)
                    textarea name="message" rows="6" dir="auto" required maxlength=(MessageText::MAX_CHARS)
                        aria-describedby=[described]
                        aria-invalid=[invalid(matches!(error, Some(FormError::Message(_))))] { (form.message) }
                }
                label {
                    (words.contact)
                    input type="text" name="contact" dir="auto" autocomplete="email" required
                        maxlength=(ContactText::MAX_CHARS) value=(form.contact) aria-describedby=[described]
                        aria-invalid=[invalid(matches!(error, Some(FormError::Contact(_))))];
                }
                button type="submit" { (words.send) }
            }
            (self.other_ways())
        };
        let title = words.title.replace("{shop}", &self.site.name);
        document(self.language, self.look, &title, &content)
    }

    /// What is said once the message is stored. `online`: how many people are at the desk.
    #[must_use]
    pub fn thanks(&self, contact: &ContactText, online: u32) -> String {
        let words = self.language.words();
        let contact = html! { strong { bdi { (contact.as_str()) } } };
        let answer = [("shop", &self.shop()), ("contact", &contact)];
        let content = html! {
            h1 { (words.thanks) }
            p.lead { (fill(words.answer, &answer)) }
            p.note { @if online > 0 { (words.somebody) } @else { (words.nobody) } }
            (self.other_ways())
        };
        document(self.language, self.look, words.thanks, &content)
    }

    /// The shop's name, which may run in another direction than the text around it.
    fn shop(&self) -> Markup {
        html! { bdi { (self.site.name) } }
    }

    /// Phone and e-mail of the shop, if it gave any.
    fn other_ways(&self) -> Markup {
        let contact = &self.site.contact;
        html! {
            @if contact.phone.is_some() || contact.email.is_some() {
                section.ways {
                    h2 { (self.language.words().other_ways) }
                    @if let Some(phone) = &contact.phone {
                        p { a dir="ltr" href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
                    }
                    @if let Some(email) = &contact.email {
                        p { a dir="ltr" href={ "mailto:" (email) } { (email) } }
                    }
                }
            }
        }
    }
}

/// The page of a key that no site has.
#[must_use]
pub fn unknown_page(language: Language, look: &Look) -> String {
    let words = language.words();
    let content = html! {
        h1 { (words.unknown) }
        p.lead { (words.unknown_next) }
        // For the one who set it up, as the command line is.
        p.note lang="en" dir="ltr" {
            "For the shop's owner: no site has this key. Compare data-site in the page's script tag, or the key in this address, with "
            code { "deskbell site list" } "."
        }
    };
    document(language, look, words.unknown, &content)
}

/// The page while nothing can be stored.
#[must_use]
pub fn unavailable_page(language: Language, look: &Look) -> String {
    let said = language.words().unavailable;
    document(language, look, said, &html! { h1 { (said) } })
}

fn document(language: Language, look: &Look, title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                @if let Some(address) = &look.icon {
                    link rel="icon" type="image/svg+xml" href=(address);
                }
                @for address in &look.sheets {
                    link rel="stylesheet" href=(address);
                }
            }
            body { main.contact { (content) } }
        }
    };
    page.into_string()
}

/// The text with values in the places of `{name}`.
fn fill(text: &str, values: &[(&str, &Markup)]) -> Markup {
    let mut pieces = text.split('{');
    html! {
        (pieces.next().unwrap_or_default())
        @for (name, rest) in pieces.filter_map(|piece| piece.split_once('}')) {
            @for (_, value) in values.iter().filter(|it| it.0 == name) { (value) }
            (rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::VisitorToken;

    use super::*;
    use crate::contract;

    fn page_in(tag: &str) -> String {
        let mut site = contract::site("demo");
        site.name = "<i>Fern".to_owned();
        site.contact.phone = Some("+49 30 12".to_owned());
        let look = Look {
            icon: None,
            sheets: vec!["/assets/a.css".to_owned()],
        };
        let page = ContactPage {
            site: &site,
            language: Language::named(tag).unwrap(),
            look: &look,
        };
        let form = ContactForm {
            message: "</textarea><script>".to_owned(),
            contact: "\"><script>".to_owned(),
            ..ContactForm::new(VisitorToken::new("a".repeat(43)).unwrap())
        };
        let contact = ContactText::new("<b>@example.org").unwrap();
        page.form(&form, Some(&FormError::NotStored)) + &page.thanks(&contact, 0)
    }

    #[test]
    fn the_page_has_the_language_and_direction_of_its_reader() {
        let german = page_in("de-AT");
        assert!(german.contains(r#"<html lang="de" dir="ltr">"#), "{german}");
        assert!(german.contains("Sprechen Sie mit einem Menschen bei <bdi>"));
        assert!(german.contains("Das funktioniert im Moment nicht."));
        let arabic = page_in("ar");
        assert!(arabic.contains(r#"<html lang="ar" dir="rtl">"#), "{arabic}");
        assert!(arabic.contains(r#"<a dir="ltr" href="tel:+493012">+49 30 12</a>"#));
    }

    #[test]
    fn nothing_that_anybody_typed_becomes_markup() {
        let page = page_in("en");
        assert!(page.contains("&lt;i&gt;Fern") && page.contains("&lt;b&gt;@example.org"));
        assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;"));
        for tag in ["<script", "<i>", "<b>"] {
            assert!(!page.contains(tag), "{page}");
        }
    }
}
