//! The binary `crossroads`.

use std::process::ExitCode;

use crossroads::cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    crossroads::memory::keep_pages();
    cli::main()
}
