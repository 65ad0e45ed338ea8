//! A way to the server that can be cut at a chosen moment.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use database::Database;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tests::TestDatabase;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use super::kit::database_by;

/// What the way does with what comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nobody gets through, and who is through is cut off.
    Closed,
    /// The answer to the next append is lost with its connection, and then this.
    LosesAnswer(End),
    /// The writer is cut off, but the server does not see it; others get through.
    Severed,
}

/// What comes after a lost answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Open,
    Closed,
}

/// The way.
pub struct Proxy {
    way: watch::Sender<Way>,
    port: u16,
}

type Parked = Arc<Mutex<Vec<Box<dyn Send>>>>;

impl Proxy {
    /// A way to the server of a database.
    pub async fn to(home: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (way, looks) = watch::channel(Way::Open);
        let (target, sender) = (home.superuser(), way.clone());
        let parked = Parked::default();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (looks, sender) = (looks.clone(), sender.clone());
                tokio::spawn(carry(client, target.clone(), looks, sender, Arc::clone(&parked)));
            }
        });
        Self { way, port }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// The database behind the way.
    pub fn database(&self, home: &TestDatabase) -> Database {
        let to = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.port);
        database_by(home, &to.database(home.name()).ssl_mode(PgSslMode::Disable))
    }
}

async fn carry(
    mut client: TcpStream,
    target: PgConnectOptions,
    looks: watch::Receiver<Way>,
    way: watch::Sender<Way>,
    parked: Parked,
) {
    if *looks.borrow() == Way::Closed {
        return;
    }
    match target.get_socket() {
        Some(dir) => {
            let path: PathBuf = dir.join(format!(".s.PGSQL.{}", target.get_port()));
            let server = UnixStream::connect(path).await.expect("the server");
            relay(&mut client, server, looks, way, parked).await;
        }
        None => {
            let to = (target.get_host().to_owned(), target.get_port());
            let server = TcpStream::connect(to).await.expect("the server");
            relay(&mut client, server, looks, way, parked).await;
        }
    }
}

/// Passes bytes both ways until the way is cut.
async fn relay<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    client: &mut TcpStream,
    mut server: S,
    mut looks: watch::Receiver<Way>,
    way: watch::Sender<Way>,
    parked: Parked,
) {
    let (mut up, mut down) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let (mut writer, mut appends) = (None, false);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                let bytes = &up[..count];
                // The first bytes name the role.
                writer.get_or_insert_with(|| has(bytes, b"_writer\0"));
                // What an append brings along: the source of its events, or its operation.
                appends = [&b"\"suite\""[..], b"/counters"].iter().any(|word| has(bytes, word));
                if server.write_all(bytes).await.is_err() { return }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                let lost = writer == Some(true) && appends && way.send_if_modified(|way| {
                    let Way::LosesAnswer(end) = *way else { return false };
                    *way = if end == End::Open { Way::Open } else { Way::Closed };
                    true
                });
                if lost || client.write_all(&down[..count]).await.is_err() { return }
            }
            changed = looks.changed() => {
                let now = *looks.borrow();
                if changed.is_err() || now == Way::Closed { return }
                if now == Way::Severed && writer == Some(true) {
                    parked.lock().unwrap().push(Box::new(server));
                    return;
                }
            }
        }
    }
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}
