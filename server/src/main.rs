//! The program `gongzhi`; everything it does is in the library.

use std::process::ExitCode;

/// Pages are made of many short texts: an allocator for that serves a list a fifth faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gongzhi_server::cli::run()
}
