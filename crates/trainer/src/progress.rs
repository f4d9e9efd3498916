//! Progress of long work: a bar on a terminal, a line for every twentieth elsewhere.

use std::cell::Cell;

use indicatif::{ProgressBar, ProgressStyle};

/// One piece of long work.
pub struct Progress {
    bar: ProgressBar,
    what: String,
    printed: Cell<u64>,
}

impl Progress {
    /// Begins.
    pub fn new(what: impl Into<String>) -> Self {
        let what = what.into();
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template(
            "{prefix:34} {wide_bar} {percent:>3} %  {eta} left  {msg}",
        );
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(what.clone());
        Self {
            bar,
            what,
            printed: Cell::new(0),
        }
    }

    /// So much is done, of so much; `note` says how it goes.
    pub fn at(&self, done: usize, all: usize, note: &str) {
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(note.to_owned());
        let twentieth = (20 * done / all.max(1)) as u64;
        if self.bar.is_hidden()
            && twentieth > self.printed.replace(twentieth.max(self.printed.get()))
        {
            println!("{}: {} % {note}", self.what, 5 * twentieth);
        }
    }

    /// The work is done.
    pub fn end(&self) {
        self.bar.finish();
    }
}
