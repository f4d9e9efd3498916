//! The contact page: a person can be reached from any browser, without JavaScript. What the form says, what becomes of
//! it, and the HTML around it, the same for everybody who serves it.

mod form;
mod html;

pub use form::{ContactForm, FormError, SentForm};
pub use html::{ContactPage, Look, unavailable_page, unknown_page};
