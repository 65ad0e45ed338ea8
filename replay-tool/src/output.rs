//! Where the answers go.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Standard output and error, or a test's buffers.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    terminal: bool,
    /// Whether answers are JSON.
    pub(crate) json: bool,
}

impl Output {
    /// The program's own.
    #[must_use]
    pub fn standard() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let (out, err) = (Box::new(std::io::stdout()), Box::new(std::io::stderr()));
        Self { out, err, terminal, json: false }
    }

    /// Anything that can be written to; never a terminal.
    #[must_use]
    pub fn to(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self { out: Box::new(out), err: Box::new(err), terminal: false, json: false }
    }

    /// Whether a person watches, so that progress bars make sense.
    pub(crate) fn watched(&self) -> bool {
        self.terminal
    }

    pub(crate) fn line(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.out, "{line}")?;
        self.out.flush()?;
        Ok(())
    }

    /// One JSON document on one line.
    pub(crate) fn document(&mut self, document: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(document)?;
        self.line(&text)
    }

    pub(crate) fn complain(&mut self, words: &str) {
        let _ = writeln!(self.err, "{words}");
    }
}
