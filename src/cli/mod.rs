//! The command line of `crossroads`: arguments are parsed and checked, then the library does the work.

mod data;
mod demo;
mod film;
mod models;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
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
    Demo(demo::Demo),
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
        Command::Demo(command) => command.run(),
        Command::Record(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Measure(command) => command.run(),
    }
}

/// Writes a line on standard output. A reader that has seen enough and closed the pipe is no error.
pub(crate) fn print_line(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("standard output"),
        _ => Ok(()),
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
