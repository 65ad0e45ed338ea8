//! `ready.json`: written when the server is ready, removed when it stops.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// What a program that waits for the server wants to know.
#[derive(Serialize)]
pub struct Ready<'a> {
    /// The address of the API.
    pub url: &'a str,
    /// The interactive documentation.
    pub docs_url: &'a str,
    /// The demo administrator's token, in development.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// The cluster's superuser, in development.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<&'a str>,
}

/// The file while it exists.
pub struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes the file so that nobody sees half of it, readable by its owner
    /// only.
    pub fn write(data_dir: &Path, ready: &Ready<'_>) -> io::Result<Self> {
        let path = data_dir.join("ready.json");
        let draft = data_dir.join(format!("ready.json.{}", std::process::id()));
        let _ = std::fs::remove_file(&draft);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        serde_json::to_writer_pretty(&mut file, ready)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&draft, &path)?;
        Ok(Self(path))
    }

    /// Removes what an earlier run that was killed has left.
    pub fn clear(data_dir: &Path) {
        let _ = std::fs::remove_file(data_dir.join("ready.json"));
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
