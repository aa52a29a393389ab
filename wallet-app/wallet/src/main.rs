//! The program; see `cli`.

fn main() -> std::process::ExitCode {
    glimpse_wallet::cli::main(std::env::args_os())
}
