//! The program `replay`, as people call it: what it prints and how it ends.

mod build;
mod look;
mod private;
mod verify;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use replay_tool::Output;
use serde_json::Value;

pub use super::projections::World;

/// What one run of the program has said, and its exit code.
#[derive(Debug)]
pub struct Said {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Every line as a JSON document.
    pub fn documents(&self) -> Vec<Value> {
        let document = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        self.out.lines().map(document).collect()
    }

    pub fn document(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        self.documents().remove(0)
    }
}

#[derive(Clone, Default)]
pub struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the program.
pub async fn run(words: &[&str], out: Buffer) -> Said {
    let err = Buffer::default();
    let mut output = Output::to(out.clone(), err.clone());
    let words = ["replay"].iter().chain(words).map(Into::into);
    let code = replay_tool::run(words.collect::<Vec<_>>(), &mut output).await;
    Said { code, out: out.text(), err: err.text() }
}

/// Runs it on the database of a world.
pub async fn replay(world: &World, words: &[&str]) -> Said {
    watched(world, words, Buffer::default()).await
}

/// The same, while somebody reads along.
pub async fn watched(world: &World, words: &[&str], out: Buffer) -> Said {
    let (url, prefix) = (world.db.url(), world.db.role_prefix());
    let secrets = world.db.secrets_dir().display().to_string();
    let place = ["--database-url", &url, "--secrets", &secrets, "--role-prefix", &prefix];
    let words: Vec<&str> = words.iter().copied().chain(place).collect();
    run(&words, out).await
}
