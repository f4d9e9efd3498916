//! `deskbell health`.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, bail};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Far more than the answer has.
const LONGEST: u64 = 64 * 1024;

/// Asks the server that listens at `listen` whether it is ready, and repeats what it says.
///
/// # Errors
/// If it does not answer, or is not ready: then with its reasons.
pub(super) fn run(listen: SocketAddr, out: &mut impl Write) -> anyhow::Result<()> {
    let answer = ask(reachable(listen)).with_context(|| {
        format!("no server answers at {listen}; --listen names another address")
    })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        bail!("the server is not ready: {}", body.trim());
    }
    writeln!(out, "{}", body.trim())?;
    Ok(())
}

/// Every network of this machine is an address to listen at, but none to connect to.
fn reachable(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    listen
}

/// One request in HTTP/1.0, whose answer is neither in chunks nor followed by another.
fn ask(address: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    write!(
        connection,
        "GET /readyz HTTP/1.0\r\nhost: {address}\r\n\r\n"
    )?;
    let mut answer = String::new();
    connection.take(LONGEST).read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_network_is_asked_on_its_own_machine() {
        for (listen, asked) in [
            ("0.0.0.0:8737", "127.0.0.1:8737"),
            ("[::]:8737", "[::1]:8737"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
