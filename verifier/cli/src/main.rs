//! The program; see the library.

fn main() -> std::process::ExitCode {
    glimpse_verifier_cli::main(std::env::args_os())
}
