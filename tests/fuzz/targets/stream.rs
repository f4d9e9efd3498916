//! Event streams: the same messages are found wherever the network cuts them.
#![no_main]

use deskbell_client::sse::{Message, Parser};
use libfuzzer_sys::fuzz_target;

/// What was found before the stream ended or could not be read, and whether it could.
fn read<'a>(mut parser: Parser, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Message>, bool) {
    let mut found = Vec::new();
    for piece in pieces {
        match parser.feed(piece) {
            Ok(messages) => found.extend(messages),
            Err(_) => return (found, false),
        }
    }
    (found, true)
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte says into which pieces the others are cut.
    let Some((size, bytes)) = bytes.split_first() else {
        return;
    };
    let parser = || {
        if size % 2 == 0 {
            Parser::default()
        } else {
            Parser::for_agents()
        }
    };
    let cut = read(parser(), bytes.chunks(usize::from(size / 2) + 1));
    let one_by_one = read(parser(), bytes.chunks(1));
    assert_eq!(
        cut.1, one_by_one.1,
        "whether it can be read depends on where it is cut"
    );
    if cut.1 {
        assert_eq!(
            cut.0, one_by_one.0,
            "what is found depends on where it is cut"
        );
    }
});
