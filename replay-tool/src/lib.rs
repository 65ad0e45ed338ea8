//! `replay`: looks into the log, tells what happened to a call, checks the
//! chain and builds read models anew. It never dials: it knows no process.
//!
//! Exit codes: 0 fine, 1 wrong usage or a fault, 2 a difference was found,
//! 3 corruption was found. Everything but `rebuild` only reads.

mod call;
mod cli;
mod diff;
mod events;
mod output;
mod personal;
mod progress;
mod rebuild;
mod session;
mod status;
mod story;
mod stream;
mod verify;

use std::ffi::OsString;

use clap::Parser;
use tracing_subscriber::EnvFilter;

pub use cli::{Arguments, Command};
pub use output::Output;
pub use session::Session;

/// Fine.
pub const FINE: u8 = 0;
/// Wrong usage, or a fault on the way.
pub const FAULT: u8 = 1;
/// A difference was found.
pub const DIFFERENCE: u8 = 2;
/// Corruption was found.
pub const CORRUPTION: u8 = 3;

/// The whole program: parses, runs, and answers the exit code.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let filter = EnvFilter::try_from_env("VOICE_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(args, &mut Output::standard())),
        Err(error) => {
            Output::standard().complain(&format!("replay: {error}"));
            FAULT
        }
    }
}

/// Runs one command line (its first word is the program's name) and answers
/// the exit code.
pub async fn run(args: impl IntoIterator<Item = OsString>, output: &mut Output) -> u8 {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(usage) => {
            if usage.use_stderr() {
                output.complain(usage.render().to_string().trim_end());
                return FAULT;
            }
            return finish(output.line(usage.render().to_string().trim_end()), FINE, output);
        }
    };
    let session = match Session::open(&arguments).await {
        Ok(session) => session,
        Err(fault) => {
            output.complain(&format!("replay: {fault:#}"));
            return FAULT;
        }
    };
    let code = execute(&session, &arguments.command, arguments.json, output).await;
    session.close().await;
    code
}

/// Runs one command on an open session.
pub async fn execute(session: &Session, command: &Command, json: bool, output: &mut Output) -> u8 {
    output.json = json;
    let done = match command {
        // It ends in order by itself, where it can go on the next time.
        Command::Rebuild(wanted) => rebuild::run(session, wanted, output).await,
        command => tokio::select! {
            done = look(session, command, output) => done,
            _ = tokio::signal::ctrl_c() => Ok(interrupted(command)),
        },
    };
    match done {
        Ok(code) => code,
        Err(fault) => finish(Err(fault), FINE, output),
    }
}

async fn look(session: &Session, command: &Command, output: &mut Output) -> anyhow::Result<u8> {
    match command {
        Command::Status => status::run(session, output).await,
        Command::Call(wanted) => call::run(session, wanted, output).await,
        Command::Stream(wanted) => stream::run(session, wanted, output).await,
        Command::Events(wanted) => events::run(session, wanted, output).await,
        Command::Verify(range) => verify::run(session, range, output).await,
        Command::Rebuild(wanted) => rebuild::run(session, wanted, output).await,
    }
}

/// Following the log ends like that; nothing else is done then.
fn interrupted(command: &Command) -> u8 {
    match command {
        Command::Events(wanted) if wanted.follow => FINE,
        _ => FAULT,
    }
}

fn finish(done: anyhow::Result<()>, code: u8, output: &mut Output) -> u8 {
    let Err(fault) = done else { return code };
    let gone = fault.downcast_ref::<std::io::Error>();
    if gone.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) {
        return FINE;
    }
    output.complain(&format!("replay: {fault:#}"));
    FAULT
}
