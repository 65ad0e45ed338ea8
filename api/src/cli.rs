//! The command line: the server, the import, the document.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use processes::{SystemClock, SystemIds};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::composition::{Running, Voice};
use crate::config::Settings;
use crate::http::openapi;
use crate::import_command;
use crate::keys_command;

/// An event-sourced call center. Without a subcommand it serves.
#[derive(Parser)]
#[command(name = "voice", version)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until Ctrl-C or SIGTERM.
    Serve,
    /// Brings an old system's data in.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Changes the keys that everything personal is sealed with, while servers go on.
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
    /// Prints the OpenAPI document.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Makes another key-encryption key and wraps every key with it.
    Rotate,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Calls, from CSV or JSON lines; both may be packed by gzip.
    Calls {
        /// The file.
        file: PathBuf,
        /// Which of its columns is what.
        #[arg(long)]
        map: PathBuf,
        /// Where rejected rows are listed; by default beside the file.
        #[arg(long)]
        rejected: Option<PathBuf>,
    },
    /// What was said in calls that are there already: JSON lines, one transcript each and plain or
    /// packed by gzip, or a document of Azure's conversation analysis.
    Transcripts {
        /// The file.
        file: PathBuf,
        /// The call that a document of Azure's is of. Without it the file is JSON lines, each of
        /// which names its call.
        #[arg(long)]
        azure_call: Option<uuid::Uuid>,
    },
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("VOICE_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            match arguments.command {
                None | Some(Command::Serve) => serve(&arguments.settings).await,
                Some(Command::Openapi) => document(),
                Some(Command::Keys { what: Keys::Rotate }) => {
                    let done = keys_command::rotate(&arguments.settings).await?;
                    say(&mut std::io::stdout(), &done);
                    Ok(ExitCode::SUCCESS)
                }
                Some(Command::Import { what: Import::Calls { file, map, rejected } }) => {
                    import_command::calls(&arguments.settings, &file, &map, rejected).await
                }
                Some(Command::Import { what: Import::Transcripts { file, azure_call } }) => {
                    import_command::transcripts(&arguments.settings, &file, azure_call).await
                }
            }
        })
    });
    done.unwrap_or_else(|error| {
        say(&mut std::io::stderr(), &format!("voice: {error}"));
        ExitCode::FAILURE
    })
}

/// Writes a line; a reader that has gone away is no reason to fail.
pub(crate) fn say(to: &mut dyn Write, line: &str) {
    let _ = writeln!(to, "{line}");
    let _ = to.flush();
}

fn document() -> anyhow::Result<ExitCode> {
    let text = openapi::text()?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: &Settings) -> anyhow::Result<ExitCode> {
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let start = Voice::start(settings, Arc::new(SystemClock), Arc::new(SystemIds));
    tokio::pin!(start);
    let (mut running, stop_now) = tokio::select! {
        running = &mut start => (running?, false),
        _ = interrupt.recv() => (start.await?, true),
        _ = terminate.recv() => (start.await?, true),
    };
    let mut fault = None;
    if !stop_now {
        announce(&running);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            what = running.fault() => fault = Some(what),
        }
    }
    say(&mut std::io::stdout(), "stopping");
    running.stop().await;
    match fault {
        None => Ok(ExitCode::SUCCESS),
        Some(what) => Err(anyhow::anyhow!("stopped, because {what}")),
    }
}

fn announce(running: &Running) {
    let out = &mut std::io::stdout();
    let url = running.url();
    say(out, &format!("Voice is listening on {url}"));
    say(out, &format!("  API            {url}/api/v1"));
    say(out, &format!("  console        {url}/console"));
    say(out, &format!("  documentation  {url}/docs"));
    match running.token() {
        Some(token) => say(out, &format!("  demo token     {token}")),
        None => say(out, "  no token is given away in production"),
    }
    if let Some(path) = running.webhooks() {
        say(out, &format!("  for Stripe     {path}"));
    }
    for person in running.people() {
        let (role, email, password) = (person.role.word(), &person.email, &person.password);
        say(out, &format!("  {role:<13}  {email:<24}  {password}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
