//! The command line of `crossroads`: arguments are parsed and checked, then the library does the work.

mod data;
mod film;
mod models;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use film::{FilmJob, compare};
pub use models::open_models;

/// A maze game and a laboratory: at a corner the agent turns left or right; predict the next frame.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Record(data::Record),
    Train(models::Train),
    Measure(models::Measure),
}

/// Runs the program: exit code 0, or 2 with one line on standard error.
pub fn main() -> ExitCode {
    finish(run(Arguments::parse()))
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Record(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Measure(command) => command.run(),
    }
}

/// Says what went wrong on one line, from the outermost cause to the innermost.
pub fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
