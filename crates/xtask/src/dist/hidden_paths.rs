//! Hides where the sources of other people's code lie. Rust keeps the file's name for every place that may panic, with the
//! home folder of whoever built the program: nobody's business, and more than a kilobyte of the widget.

/// How a hidden byte reads.
const HIDDEN: u8 = b'-';

/// Overwrites every path in `data` that begins with one of `roots` and ends with `.rs`. Nothing moves: lengths and places
/// are kept elsewhere. The names of our own files, which are relative, stay.
pub fn hide(data: &mut [u8], roots: &[String]) {
    let mut at = 0;
    while at < data.len() {
        let rest = &data[at..];
        let begins = roots.iter().any(|root| rest.starts_with(root.as_bytes()));
        let end = begins.then(|| rest.windows(3).position(|it| it == b".rs"));
        let len = end.flatten().map_or(0, |end| end + 3);
        data[at..at + len].fill(HIDDEN);
        at += len.max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_others_are_hidden_and_everything_else_stays_where_it_is() {
        let mut data =
            b"left/home/ana/registry/yew/src/app.rs/rustc/59/vec.rscrates/widget/src/app.rs/home"
                .to_vec();
        let roots = ["/home/ana/registry/".to_owned(), "/rustc/".to_owned()];
        hide(&mut data, &roots);
        let hidden = "-".repeat("/home/ana/registry/yew/src/app.rs/rustc/59/vec.rs".len());
        let expected = format!("left{hidden}crates/widget/src/app.rs/home");
        assert_eq!(String::from_utf8(data), Ok(expected));
    }
}
