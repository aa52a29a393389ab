//! The program; see `cli`.

fn main() -> std::process::ExitCode {
    glimpse_issuer::cli::main(std::env::args_os())
}
