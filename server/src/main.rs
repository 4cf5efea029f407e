//! The program `gongzhi`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gongzhi_server::cli::run()
}
