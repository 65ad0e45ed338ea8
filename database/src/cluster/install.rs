//! Gets PostgreSQL through a package manager that is there.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Search;

struct Manager {
    program: &'static str,
    /// Run when the package is not known at first; may be empty.
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    /// Whether it has to be root's.
    root: bool,
}

const MANAGERS: [Manager; 5] = [
    Manager {
        program: "apt-get",
        refresh: &["update", "-q"],
        install: &["install", "-q", "-y", "--no-install-recommends", "postgresql"],
        root: true,
    },
    Manager {
        program: "dnf",
        refresh: &[],
        install: &["install", "-q", "-y", "postgresql-server"],
        root: true,
    },
    Manager { program: "apk", refresh: &["update"], install: &["add", "postgresql"], root: true },
    Manager {
        program: "pacman",
        refresh: &["-Sy", "--noconfirm"],
        install: &["-S", "--noconfirm", "--needed", "postgresql"],
        root: true,
    },
    Manager { program: "brew", refresh: &[], install: &["install", "postgresql@17"], root: false },
];

/// Installs PostgreSQL, or says why not, in words that go on after "not found".
pub(super) fn postgresql(search: &Search, say: fn(&str)) -> Result<(), String> {
    let there =
        MANAGERS.iter().find_map(|manager| Some((manager, search.program(manager.program)?)));
    let Some((manager, program)) = there else {
        return Err(", and no package manager that is known was found either".to_owned());
    };
    let sudo = match manager.root && !nix::unistd::geteuid().is_root() {
        true => search.program("sudo"),
        false => None,
    };
    let run = |arguments: &[&str]| run(sudo.as_deref(), &program, arguments);
    let line = format!("{} {}", manager.program, manager.install.join(" "));
    say(&format!("PostgreSQL is not installed: running `{line}`, which may take a minute"));
    let mut done = run(manager.install);
    if done.is_err() && !manager.refresh.is_empty() {
        done = run(manager.refresh).and_then(|()| run(manager.install));
    }
    done.map_err(|said| format!(", and `{line}` failed{said}"))
}

/// What to type here.
pub(super) fn advice(search: &Search) -> String {
    let there = MANAGERS.iter().find(|manager| search.program(manager.program).is_some());
    match there {
        None => "its package is mostly called postgresql".to_owned(),
        Some(manager) => {
            let arguments: Vec<_> = manager
                .install
                .iter()
                .filter(|argument| !argument.starts_with("-") || **argument == "-S")
                .copied()
                .collect();
            format!("`{} {}`", manager.program, arguments.join(" "))
        }
    }
}

fn run(sudo: Option<&Path>, program: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = match sudo {
        None => Command::new(program),
        Some(sudo) => {
            let mut command = Command::new(sudo);
            command.arg("-n").arg(program);
            command
        }
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let done = command.output().map_err(|error| format!(" ({error})"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    let last: String = last.chars().take(200).collect();
    Err(if last.is_empty() { String::new() } else { format!(" ({last})") })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::sync::Mutex;

    use super::super::ClusterError;
    use super::super::binaries::Binaries;
    use super::*;

    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

    /// A machine without PostgreSQL and with a package manager of our own.
    struct Machine(PathBuf);

    impl Machine {
        fn new(apt_get: &str) -> Self {
            let name = format!("voice-install-{}", hex::encode(rand::random::<[u8; 8]>()));
            let dir = std::env::temp_dir().join(name);
            fs::create_dir(&dir).unwrap();
            let script = dir.join("apt-get");
            fs::write(&script, format!("#!/bin/sh\ncd '{}'\n{apt_get}\n", dir.display())).unwrap();
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
            Self(dir)
        }

        fn find(&self, allow_install: bool, say: fn(&str)) -> Result<Binaries, ClusterError> {
            let search = Search {
                pg_bin: None,
                path: self.0.clone().into(),
                places: vec![format!("{}/pgsql/*/bin", self.0.display())],
            };
            Binaries::find(&search, None, allow_install, say)
        }
    }

    impl Drop for Machine {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    const INSTALL: &str = r#"
        [ "$1" = update ] && { /bin/mkdir -p lists; exit 0; }
        [ -d lists ] || { echo 'E: Unable to locate package' >&2; exit 100; }
        for v in 9 16 17; do
            /bin/mkdir -p pgsql/$v/bin
            for p in initdb postgres; do
                printf '#!/bin/sh\necho "%s (PostgreSQL) %s.1"\n' $p $v > pgsql/$v/bin/$p
                /bin/chmod 755 pgsql/$v/bin/$p
            done
        done"#;

    #[test]
    fn what_is_missing_is_installed_and_said_in_one_line() {
        let machine = Machine::new(INSTALL);
        let say: fn(&str) = |line| SAID.lock().unwrap().push(line.to_owned());
        let found = machine.find(true, say).unwrap();
        assert_eq!(found.major, 17);
        assert_eq!(machine.find(false, say).unwrap(), found);
        let said = SAID.lock().unwrap();
        assert_eq!(said.len(), 1);
        let line = said.first().unwrap();
        assert!(line.contains("apt-get install") && line.lines().count() == 1, "{line}");
    }

    #[test]
    fn what_can_not_or_must_not_be_installed_is_asked_for_in_one_sentence() {
        let failing = Machine::new("echo first >&2; echo 'E: no network' >&2; exit 100");
        let sentence = failing.find(false, |_| {}).unwrap_err().to_string();
        assert!(sentence.contains("not found; install it (`apt-get install postgresql`)"));
        assert!(!sentence.contains("failed"), "{sentence}");
        let sentence = failing.find(true, |_| {}).unwrap_err().to_string();
        assert!(sentence.contains("postgresql` failed (E: no network); install it"), "{sentence}");
        let useless = Machine::new("exit 0");
        let sentence = useless.find(true, |_| {}).unwrap_err().to_string();
        assert!(sentence.contains("although its packages have been installed"), "{sentence}");
    }
}
