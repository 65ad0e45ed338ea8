//! What HTTP costs: notes to calls through the whole server (authentication, validation,
//! idempotency, tracing, read models and processes that keep up), beside a bare axum handler that
//! inserts one row, and beside stock cqrs-es without any HTTP. All in processes of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tests::{TestDatabase, TestDirectory};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::contest::{Figures, Round, drive, ratio, repeat};
use crate::cpu;
use crate::meter::Meter;
use crate::server::Server;
use crate::{Size, kept, stock};

const CALLERS: usize = 64;
/// Notes of one call.
const NOTES: usize = 8;
/// As many as the baseline has.
const CONNECTIONS: u32 = 32;

/// Runs all of them, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let directory = TestDirectory::create();
    // On the same cluster as the others, with a database of its own.
    let theirs = TestDatabase::create().await;
    let settings = [
        ("DATABASE_URL", theirs.url()),
        ("VOICE_SECRETS", theirs.secrets_dir().display().to_string()),
        ("VOICE_ROLE_PREFIX", theirs.role_prefix()),
        ("VOICE_MODE", "development".to_owned()),
        ("VOICE_MAX_LIVE_CALLS", "100000".to_owned()),
    ];
    let server = Server::start_with(directory.path(), &settings).await?;
    let pool = stock::pool(&home.superuser()).await?;
    let meter = Meter::of(&pool).await?;
    sqlx::raw_sql(
        "CREATE TABLE notes (id uuid PRIMARY KEY, call_id uuid NOT NULL, note text NOT NULL,
                             at timestamptz NOT NULL DEFAULT now())",
    )
    .execute(&pool)
    .await?;
    let bare = Bare::start(home).await?;
    let calls = Calls::make(&server, size).await?;
    settle(&server).await?;
    let client =
        Arc::new(Notes { client: Client::new(), url: server.url(), token: server.token() });
    let stock = Arc::new(stock::Stock::new(pool));
    let plain = Notes { client: Client::new(), url: bare.url.clone(), token: String::new() };
    let (plain, calls) = (Arc::new(plain), Arc::new(calls));
    let (time, this) = (Duration::from_secs(size.seconds), std::process::id());
    let names = ["stock, without HTTP", "bare axum, one INSERT", "the whole server"];
    let mut rounds: [Vec<Round>; 3] = Default::default();
    for round in 0..=size.rounds {
        let done = [
            meter.round(&[this], drive(&stock, CALLERS, time)).await?,
            meter.round(&[bare.id], plain.drive(&calls, time)).await?,
            meter.round(&[server.id()], client.drive(&calls, time)).await?,
        ];
        // What it still does for these notes is not the next one's.
        settle(&server).await?;
        for (rounds, done) in rounds.iter_mut().zip(done).filter(|_| round > 0) {
            rounds.push(done);
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    println!("\n{CALLERS} callers; CPU of the process and of its database in µs per command\n");
    println!("| | commands/s | p50 ms | p99 ms | process | database | ÷ stock | ÷ bare |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let mut found = Vec::new();
    for (name, mine) in names.iter().zip(&rounds) {
        let all = Figures::of(mine, 1.0);
        let [stock, bare, _] = &rounds;
        let of_stock = ratio(mine, stock, |all| all.commands_per_s);
        let of_bare = ratio(mine, bare, |all| all.commands_per_s);
        println!(
            "| {name} | {:.0} | {:.2} | {:.2} | {:.1} | {:.1} | {of_stock:.2} | {of_bare:.2} |",
            all.commands_per_s, all.p50_ms, all.p99_ms, all.client_us, all.server_us
        );
        found.push(json!({
            "name": name, "rounds": mine, "figures": all, "rate_of_stock": of_stock,
            "rate_of_bare": of_bare,
        }));
    }
    println!("\nwhoever sends the requests shares the {} cores", cpu::cores()?);
    kept::keep("http", &json!(found));
    server.stop().await
}

/// Waits until nothing happens any more, and every read model has all of it.
async fn settle(server: &Server) -> anyhow::Result<()> {
    let (mut last, mut quiet) = (-1, 0);
    while quiet < 8 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let status = server.json("/api/v1/projections").await?;
        let head = status.get("head").and_then(Value::as_i64).context("a head")?;
        let models = status.get("items").and_then(Value::as_array).context("read models")?;
        let behind = |one: &Value| one.get("lag_events").and_then(Value::as_i64) != Some(0);
        let still = head == last && !models.iter().any(behind);
        quiet = if still { quiet + 1 } else { 0 };
        last = head;
    }
    Ok(())
}

/// Calls that notes can be added to, each given out once.
struct Calls {
    ids: Vec<String>,
    next: AtomicU64,
}

impl Calls {
    /// Has enough of them dialed for every round.
    async fn make(server: &Server, size: Size) -> anyhow::Result<Self> {
        let count = CALLERS * (size.rounds + 1) * usize::try_from(size.seconds)?;
        let mut ids = Vec::with_capacity(count);
        for number in 0..count {
            let to = format!("+4207771{:05}", number % 100_000);
            let key = Uuid::now_v7().to_string();
            let made = server.post("/api/v1/calls", &key, &json!({ "to": to })).await?;
            ids.push(made.get("id").and_then(Value::as_str).context("an id")?.to_owned());
        }
        Ok(Self { ids, next: AtomicU64::new(0) })
    }

    fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed) as usize;
        self.ids[number % self.ids.len()].clone()
    }
}

/// Whoever adds notes.
struct Notes {
    client: Client,
    url: String,
    token: String,
}

impl Notes {
    async fn drive(self: &Arc<Self>, calls: &Arc<Calls>, time: Duration) -> anyhow::Result<Round> {
        let (notes, calls) = (Arc::clone(self), Arc::clone(calls));
        let story = move || (Uuid::now_v7(), vec![calls.next(); NOTES]);
        repeat(CALLERS, time, story, move |_, call| {
            let notes = Arc::clone(&notes);
            async move { notes.add(&call).await }
        })
        .await
    }

    async fn add(&self, call: &str) -> anyhow::Result<()> {
        let request = self.client.post(format!("{}/api/v1/calls/{call}/notes", self.url));
        let request = request.bearer_auth(&self.token);
        let request = request.header("idempotency-key", Uuid::now_v7().to_string());
        let note = "Wants to be called back on Monday, before noon; has the offer at hand.";
        let answer = request.json(&json!({ "note": note })).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "{status}: {text}");
        Ok(())
    }
}

/// A process with a bare handler.
struct Bare {
    id: u32,
    url: String,
    _child: Child,
}

impl Bare {
    async fn start(home: &TestDatabase) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bare", &home.url()])
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().context("it does not speak")?;
        let url = BufReader::new(out).lines().next_line().await?.context("it does not begin")?;
        Ok(Self { id: child.id().context("it is gone")?, url, _child: child })
    }
}

/// Is such a process.
pub async fn bare(url: &str) -> anyhow::Result<()> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("search_path", stock::SCHEMA)]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
    let router = Router::new().route("/api/v1/calls/{id}/notes", post(insert)).with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

#[derive(serde::Deserialize)]
struct Note {
    note: String,
}

async fn insert(
    State(pool): State<PgPool>,
    Path(call): Path<Uuid>,
    Json(Note { note }): Json<Note>,
) -> Result<Json<Value>, http::StatusCode> {
    let id = Uuid::now_v7();
    let insert = sqlx::query("INSERT INTO notes (id, call_id, note) VALUES ($1, $2, $3)");
    let done = insert.bind(id).bind(call).bind(note).execute(&pool).await;
    done.map_err(|_| http::StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "id": id })))
}
