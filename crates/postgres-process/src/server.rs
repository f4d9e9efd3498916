//! The server's process, under the eyes of a shell.

use std::fs::File;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Error, Programs, Stop, data, log};

/// How long a start may take, recovery from a crash included.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked whether it answers.
const ASK: Duration = Duration::from_millis(50);

/// Ports tried: another program may take a free one before PostgreSQL does.
const PORTS: usize = 5;

/// Starts the server that the arguments after the first name, and ends it when told how. When nobody is there to tell,
/// its folder, the first argument, goes too: with the end of our process its end of the pipe closes, whatever the reason.
const WATCH: &str = r#"
folder=$1
shift
"$@" <&- &
server=$!
if read -r signal; then
    kill -s "$signal" "$server"
    wait "$server"
else
    kill -s QUIT "$server"
    wait "$server"
    rm -rf "$folder"
fi
"#;

#[derive(Debug)]
pub(crate) struct Server {
    shell: Child,
}

impl Server {
    pub(crate) fn start(programs: &Programs, folder: &Path, port: u16) -> Result<Self, Error> {
        let failed = |source| Error::Run {
            program: "postgres",
            source,
        };
        let log_file = File::options()
            .create(true)
            .append(true)
            .open(log(folder))
            .map_err(failed)?;
        let mut command = programs.as_user("sh".as_ref());
        command.args(["-c", WATCH, "sh"]).arg(folder);
        command.arg(programs.path("postgres"));
        command.arg("-D").arg(data(folder));
        command.arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            // Many small servers and test programs at a time.
            "max_connections=200",
            "shared_buffers=32MB",
        ] {
            command.args(["-c", setting]);
        }
        command
            .stdin(Stdio::piped())
            .stdout(log_file.try_clone().map_err(failed)?)
            .stderr(log_file);
        let mut server = Self {
            shell: command.spawn().map_err(failed)?,
        };
        server.wait_until_ready(programs, folder, port)?;
        Ok(server)
    }

    fn wait_until_ready(
        &mut self,
        programs: &Programs,
        folder: &Path,
        port: u16,
    ) -> Result<(), Error> {
        let began = Instant::now();
        let mut ask = programs.command("pg_isready");
        ask.args(["--quiet", "--host", "127.0.0.1", "--port"]);
        ask.arg(port.to_string());
        ask.stdout(Stdio::null()).stderr(Stdio::null());
        while !succeeds(&mut ask)? {
            let ended = self.shell.try_wait().is_ok_and(|status| status.is_some());
            if ended || began.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(log(folder)).unwrap_or_default();
                let last: Vec<_> = said.lines().rev().take(5).collect();
                return Err(Error::Failed {
                    program: "postgres",
                    said: last.into_iter().rev().collect::<Vec<_>>().join("\n"),
                });
            }
            thread::sleep(ASK);
        }
        Ok(())
    }

    pub(crate) fn stop(mut self, how: Stop) -> Result<(), Error> {
        self.end(how).map_err(|source| Error::Run {
            program: "postgres",
            source,
        })
    }

    /// Does nothing if it has ended already.
    fn end(&mut self, how: Stop) -> io::Result<()> {
        if let Some(mut pipe) = self.shell.stdin.take() {
            // PostgreSQL's words for "soon" and "at once".
            pipe.write_all(match how {
                Stop::Fast => b"INT\n",
                Stop::Crash => b"QUIT\n",
            })?;
        }
        self.shell.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended by itself there is nobody to tell.
        let _ = self.end(Stop::Crash);
        let _ = self.shell.wait();
    }
}

/// Starts the server on a port that nobody uses.
pub(crate) fn on_free_port(programs: &Programs, folder: &Path) -> Result<(Server, u16), Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map_err(|source| Error::Run {
                program: "postgres",
                source,
            })?
            .port();
        match Server::start(programs, folder, port) {
            Ok(server) => return Ok((server, port)),
            Err(error) if tries == PORTS => return Err(error),
            Err(_) => {}
        }
    }
}

fn succeeds(command: &mut Command) -> Result<bool, Error> {
    command
        .status()
        .map(|status| status.success())
        .map_err(|source| Error::Run {
            program: "pg_isready",
            source,
        })
}
