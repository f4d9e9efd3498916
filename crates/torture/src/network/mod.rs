//! The network between clients and servers: doors that pass connections on, and what befalls them there.

mod deliveries;
mod fate;
mod request;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::dice;
use crate::tally::{Count, Tally};
use deliveries::Deliveries;
use fate::{Fate, Life, Turn};
use request::Request;

/// The weather, and what it did.
#[derive(Debug)]
pub struct Network {
    seed: u64,
    calm: watch::Sender<bool>,
    connections: AtomicU64,
    tally: Arc<Tally>,
    deliveries: Deliveries,
    /// Requests under way, and copies that are still to come; not streams.
    busy: watch::Sender<u32>,
}

impl Network {
    /// A stormy one.
    pub fn new(seed: u64, tally: Arc<Tally>) -> Self {
        Self {
            seed,
            calm: watch::Sender::new(false),
            connections: AtomicU64::new(0),
            tally,
            deliveries: Deliveries::default(),
            busy: watch::Sender::new(0),
        }
    }

    /// From now on everything that begins passes. Streams that were to be cut are cut now.
    pub fn calm_down(&self) {
        self.calm.send_replace(true);
    }

    /// Whether a copy of this write may still be on its way to a server.
    pub fn under_way(&self, write: &str) -> bool {
        self.deliveries.under_way(write)
    }

    /// Waits until no request and no copy of one is under way.
    pub async fn quiet(&self) {
        // An error would mean that the network is gone.
        let _ = self.busy.subscribe().wait_for(|busy| *busy == 0).await;
    }

    fn dice(&self) -> Rng {
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        dice(self.seed, "network", number)
    }
}

/// A fixed address that leads to a server, wherever that is just now. Dropping it closes it.
#[derive(Debug)]
pub struct Door {
    /// Such as `http://127.0.0.1:40123`.
    pub origin: String,
    leads_to: watch::Sender<Option<SocketAddr>>,
    listening: JoinHandle<()>,
}

impl Door {
    /// Opens a door on a free port that leads nowhere yet.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn open(network: Arc<Network>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (leads_to, server) = watch::channel(None);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (network, server) = (Arc::clone(&network), server.clone());
                tokio::spawn(async move {
                    let passage = Passage { network, server };
                    // A connection that fails is cut, which is what it is for.
                    let _ = passage.serve(client).await;
                });
            }
        });
        Ok(Self {
            origin,
            leads_to,
            listening,
        })
    }

    /// Where it leads from now on.
    pub fn lead_to(&self, server: Option<SocketAddr>) {
        self.leads_to.send_replace(server);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// One client's connection. That it is cut means that it is dropped.
struct Passage {
    network: Arc<Network>,
    server: watch::Receiver<Option<SocketAddr>>,
}

impl Passage {
    async fn serve(self, mut client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let request = Request::read(&mut client).await?;
        let mut dice = self.network.dice();
        let fate = if *self.network.calm.borrow() {
            Fate::CALM
        } else {
            Fate::draw(&mut dice, request.kind)
        };
        let tally = &self.network.tally;
        let write = request.write.as_deref();
        let _busy = (request.kind != fate::Kind::Stream).then(|| Busy::new(&self.network));
        if !fate.delay.is_zero() {
            tally.one(Count::Delayed);
            sleep(fate.delay).await;
        }
        if request.kind == fate::Kind::Stream && fate.turn == Turn::Pass {
            return self
                .stream(client, &request.bytes, fate.life, &mut dice)
                .await;
        }
        let whole = &request.bytes[..];
        match fate.turn {
            Turn::Pass => {
                let answer = self.deliver(whole, write).await?;
                client.write_all(&answer).await
            }
            Turn::CutBefore => {
                tally.one(Count::CutBefore);
                Ok(())
            }
            Turn::CutMiddle(share) => {
                tally.one(Count::CutMiddle);
                // Never all of it: half a request is none.
                let end = part(whole.len() - 1, share);
                self.connect().await?.write_all(&whole[..end]).await
            }
            Turn::CutAfter => {
                tally.one(Count::CutAfter);
                let mut server = self.connect().await?;
                self.network.deliveries.set_off(write);
                server.write_all(whole).await?;
                // What the kernel still holds is delivered when the connection is closed in order.
                server.shutdown().await
            }
            Turn::CutAnswer(share) => {
                tally.one(Count::CutAnswer);
                let answer = self.deliver(whole, write).await?;
                client.write_all(&answer[..part(answer.len(), share)]).await
            }
            Turn::Twice { first } => {
                tally.one(Count::Twice);
                let (one, two) =
                    tokio::join!(self.deliver(whole, write), self.deliver(whole, write));
                client.write_all(&if first { one } else { two }?).await
            }
            Turn::Later(pause) => {
                tally.one(Count::Later);
                self.network.deliveries.set_off(write);
                let answered = async {
                    let answer = self.deliver(whole, write).await?;
                    client.write_all(&answer).await?;
                    client.shutdown().await
                };
                let answered = answered.await;
                sleep(pause).await;
                let again = self.deliver(whole, write).await;
                self.network.deliveries.done(write);
                answered.and(again.map(drop))
            }
        }
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let address = self
            .server
            .borrow()
            .ok_or(io::ErrorKind::ConnectionRefused)?;
        let server = TcpStream::connect(address).await?;
        server.set_nodelay(true)?;
        Ok(server)
    }

    /// Brings a request to the server and fetches the whole answer; nothing if the server ends before.
    async fn deliver(&self, request: &[u8], write: Option<&str>) -> io::Result<Vec<u8>> {
        let mut answer = Vec::new();
        self.network.deliveries.set_off(write);
        let fetched = async {
            let mut server = self.connect().await?;
            server.write_all(request).await?;
            server.read_to_end(&mut answer).await
        };
        let fetched = fetched.await;
        // The server has answered, or it is dead.
        self.network.deliveries.done(write);
        fetched?;
        let bytes = request.len() + answer.len();
        self.network.tally.add(Count::Bytes, bytes as u64);
        Ok(answer)
    }

    /// Passes a stream on as it comes, until it ends or its time has come.
    async fn stream(
        &self,
        mut client: TcpStream,
        request: &[u8],
        life: Option<Life>,
        dice: &mut Rng,
    ) -> io::Result<()> {
        let tally = &self.network.tally;
        let mut server = self.connect().await?;
        server.write_all(request).await?;
        let mut left = life.map_or(usize::MAX, |life| life.bytes);
        let mut calm = self.network.calm.subscribe();
        let cut = async {
            let Some(life) = life else {
                return std::future::pending().await;
            };
            // In either case its time has come; an error would mean that the network is gone.
            let _ = timeout(life.time, calm.wait_for(|calm| *calm)).await;
        };
        let mut cut = std::pin::pin!(cut);
        let mut buffer = vec![0; 4 * 1024];
        let mut nothing = [0];
        while left > 0 {
            let size = buffer.len().min(left);
            let read = tokio::select! {
                read = server.read(&mut buffer[..size]) => read?,
                // The client went away; then so does the stream.
                _ = client.read(&mut nothing) => 0,
                () = &mut cut => break,
            };
            if read == 0 {
                return Ok(());
            }
            tally.add(Count::Bytes, read as u64);
            if life.is_some() && dice.u32(0..10) == 0 {
                sleep(Duration::from_millis(dice.u64(1..150))).await;
            }
            client.write_all(&buffer[..read]).await?;
            left -= read;
        }
        tally.one(Count::CutStreams);
        Ok(())
    }
}

/// A request that is under way, until this is dropped.
struct Busy<'a>(&'a Network);

impl<'a> Busy<'a> {
    fn new(network: &'a Network) -> Self {
        network.busy.send_modify(|busy| *busy += 1);
        Self(network)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.send_modify(|busy| *busy -= 1);
    }
}

/// This share of `whole`.
fn part(whole: usize, share: f32) -> usize {
    let part = (whole as f32 * share) as usize;
    part.min(whole)
}
