//! A mail server that keeps what it gets (RFC 5321, as much as a client needs).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail that has come.
#[derive(Clone, Debug)]
pub struct Came {
    pub to: String,
    /// Headers and text, as they came, with soft line breaks undone.
    pub message: String,
}

/// The server.
pub struct Smtp {
    address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Smtp {
    /// Starts one that answers to every recipient with this.
    pub async fn start(to_recipients: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let keep = Arc::clone(&came);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let keep = Arc::clone(&keep);
                tokio::spawn(async move { serve(stream, to_recipients, &keep).await });
            }
        });
        Self { address, came }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The first mail to somebody about something.
    pub async fn mail(&self, to: &str, subject: &str) -> Came {
        for _ in 0..2_000 {
            let came = self.came.lock().expect("one").clone();
            let about = format!("Subject: {subject}");
            let fits = |mail: &&Came| mail.to == to && mail.message.contains(&about);
            if let Some(mail) = came.iter().find(fits) {
                return mail.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail to {to} about {subject}: {:?}", self.came.lock().expect("one"));
    }

    /// The token of the link in such a mail.
    pub async fn token(&self, to: &str, subject: &str) -> String {
        let mail = self.mail(to, subject).await;
        let (_, token) = mail.message.split_once("#token=").expect("a link");
        token.lines().next().expect("a line").trim().to_owned()
    }
}

async fn serve(stream: TcpStream, to_recipients: &str, keep: &Mutex<Vec<Came>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 kit\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                to_recipients
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    match line.strip_suffix('=') {
                        Some(soft) => message.push_str(soft),
                        None => message.push_str(&(line + "\n")),
                    }
                }
                let message = message.replace("=3D", "=");
                keep.lock().expect("one").push(Came { to: to.clone(), message });
                "250 kept"
            }
            "QUIT" => "221 gone",
            _ => "250 kit",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}
