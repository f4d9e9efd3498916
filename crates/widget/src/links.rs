//! Finds web addresses in plain text.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Text(&'a str),
    /// An address that begins with `http://` or `https://`, safe to put into a link's `href`.
    Link(&'a str),
}

/// Cuts `text` into pieces; together they are `text` again. Only `http` and `https` are links: no other scheme, and
/// nothing that merely looks like an address, may become something to click on.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(start) = next_scheme(text, at) {
        let end = start + address_len(&text[start..]);
        let host = text[start..end]
            .find("//")
            .map_or(end, |slashes| start + slashes + 2);
        let begins_word = !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
        if begins_word && text[host..end].starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            if from < start {
                pieces.push(Piece::Text(&text[from..start]));
            }
            pieces.push(Piece::Link(&text[start..end]));
            from = end;
        }
        at = end.max(start + 1);
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    pieces
}

/// Where the next `http://` or `https://` begins, in any case.
fn next_scheme(text: &str, at: usize) -> Option<usize> {
    let is_scheme = |rest: &[u8]| {
        [b"http://".as_slice(), b"https://"].iter().any(|scheme| {
            rest.get(..scheme.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(scheme))
        })
    };
    // A scheme is ASCII, so a match always begins at a character's first byte.
    (at..text.len()).find(|start| is_scheme(&text.as_bytes()[*start..]))
}

/// Length of the address at the start of `text`, without the punctuation that ends a sentence.
fn address_len(text: &str) -> usize {
    let stops = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`');
    let mut address = &text[..text.find(stops).unwrap_or(text.len())];
    loop {
        let unpaired = |close, open| {
            address.ends_with(close)
                && address.matches(close).count() > address.matches(open).count()
        };
        let ends_sentence = address.ends_with([
            '.', ',', ';', ':', '!', '?', '\'', '*', '_', '…', '’', '”', '»',
        ]) || unpaired(')', '(')
            || unpaired(']', '[')
            || unpaired('}', '{');
        match address.char_indices().next_back() {
            Some((last, _)) if ends_sentence => address = &address[..last],
            _ => return address.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Text};
    use super::*;

    #[test]
    fn an_address_ends_where_the_sentence_does() {
        assert_eq!(
            pieces("See https://example.com/a?b=1, or (http://example.com/x_(y))."),
            [
                Text("See "),
                Link("https://example.com/a?b=1"),
                Text(", or ("),
                Link("http://example.com/x_(y)"),
                Text(")."),
            ]
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "example.com",
            "xhttps://example.com",
            "https://",
            "http:// example.com",
            "ftp://example.com",
        ] {
            assert_eq!(pieces(text), [Text(text)], "{text}");
        }
    }

    #[test]
    fn markup_never_gets_into_an_address() {
        assert_eq!(
            pieces("https://example.com/\"onclick=\"x <b>"),
            [Link("https://example.com/"), Text("\"onclick=\"x <b>")]
        );
    }

    #[test]
    fn the_pieces_are_the_text_again_whatever_it_is() {
        for text in [
            "",
            "é https://example.com/ü…",
            "HTTPS://EXAMPLE.COM",
            "http://http://a",
            "🌿http://🌿 https://a.b",
        ] {
            let joined: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Text(text) | Link(text) => text,
                })
                .collect();
            assert_eq!(joined, text);
        }
        assert_eq!(pieces("HTTPS://EXAMPLE.COM"), [Link("HTTPS://EXAMPLE.COM")]);
    }
}
