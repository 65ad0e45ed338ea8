//! The binary `voice`. Everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::main()
}
