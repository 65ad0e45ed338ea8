//! The server as users start it, for the tests that start, kill and restart
//! it: cargo gives a test the path of its own package's programs only.

fn main() -> std::process::ExitCode {
    api::cli::main()
}
