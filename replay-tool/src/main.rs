//! The binary `replay`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(replay_tool::main(std::env::args_os()))
}
