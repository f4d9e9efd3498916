//! How many files and connections the operating system lets be open, and how many streams fit among them.

use crate::limits::settings::LoadSettings;

/// Kept for the store, the log and connections between two requests.
const OTHERS: usize = 200;

/// Asks for as many as there may be without more rights, and says how many that is; nothing where that is not known.
#[cfg(unix)]
fn raise() -> Option<usize> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // A service's own rules may forbid it; then the first number counts.
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    usize::try_from(if raised { hard } else { soft }).ok()
}

#[cfg(not(unix))]
const fn raise() -> Option<usize> {
    None
}

/// Lets no more streams in than there can be beside everything else: without a file for its connection a bell is not heard.
pub(super) fn fit(load: &mut LoadSettings) {
    let Some(files) = raise() else { return };
    let room = room_for_streams(files, load);
    if load.streams == 0 || load.streams > room {
        if load.streams > 0 {
            tracing::warn!(
                files,
                streams = room,
                "fewer streams than in limits.load.streams: the operating system lets no more files be open"
            );
        }
        load.streams = room;
    }
}

/// What is left for streams of so many files.
fn room_for_streams(files: usize, load: &LoadSettings) -> usize {
    // Every request has a connection.
    let requests = if load.requests == 0 {
        files / 4
    } else {
        load.requests
    };
    // However few there are, most chats are to hear what is said.
    files
        .saturating_sub(requests + OTHERS)
        .max(files / 4)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Overrides, Settings};

    #[test]
    fn streams_leave_room_for_requests_and_the_store() {
        let mut load = Settings::load(None, [], Overrides::default())
            .unwrap()
            .limits
            .load;
        assert_eq!(room_for_streams(65_536, &load), 65_536 - 512 - 200);
        assert_eq!(room_for_streams(1_024, &load), 312);
        assert_eq!(room_for_streams(256, &load), 64);
        load.requests = 0;
        assert_eq!(room_for_streams(4_000, &load), 2_800);
    }
}
