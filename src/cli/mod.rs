//! The command line of `crossroads`: arguments are parsed and checked, then the library does the work.

mod data;
mod demo;
mod models;
mod say;
mod walks;
mod window;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::game::Opening;
use crate::progress::tell;

/// A maze game and a laboratory: at a corner the agent turns left or right; predict the next frame.
///
/// Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Play(window::Play),
    Watch(window::Watch),
    Dream(window::Dream),
    Browse(window::Browse),
    Record(data::Record),
    Train(models::Train),
    Measure(models::Measure),
    Walks(walks::Walks),
    Say(say::Say),
}

/// Runs the program: exit code 0, or 2 with one line on standard error.
pub fn main() -> ExitCode {
    run_with(run)
}

/// Parses the command line and runs a program with it. What was asked for, also help and the version, was written, or
/// the exit code is 2.
pub fn run_with<T: Parser>(run: impl FnOnce(T) -> anyhow::Result<()>) -> ExitCode {
    match T::try_parse() {
        Ok(arguments) => finish(run(arguments)),
        Err(error) if error.use_stderr() => {
            let _nobody_listens = error.print();
            ExitCode::from(2)
        }
        Err(help) => finish(written(help.print())),
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Some(command) = arguments.command else {
        return window::WindowArguments::default().open(Opening::Start);
    };
    match command {
        Command::Demo(command) => command.run(),
        Command::Play(command) => command.run(),
        Command::Watch(command) => command.run(),
        Command::Dream(command) => command.run(),
        Command::Browse(command) => command.run(),
        Command::Record(command) => command.run(),
        Command::Train(command) => command.run(),
        Command::Measure(command) => command.run(),
        Command::Walks(command) => command.run(),
        Command::Say(command) => command.run(),
    }
}

/// Writes a line on standard output. A reader that has seen enough and closed the pipe is no error.
pub fn print_line(line: &str) -> anyhow::Result<()> {
    written(writeln!(std::io::stdout().lock(), "{line}"))
}

fn written(result: std::io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written")
        }
        _ => Ok(()),
    }
}

/// Says what went wrong on one line, from the outermost cause to the innermost.
pub fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("error: {}", one_line(&error)));
            ExitCode::from(2)
        }
    }
}

/// Causes from the outermost to the innermost; those that an outer one has told already are not told again.
pub fn one_line(error: &anyhow::Error) -> String {
    let line = error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text.as_str() {
        "" => cause,
        told if told.contains(&cause) => text,
        told => format!("{told}: {cause}"),
    });
    // What was given may end lines, and steer terminals.
    line.chars()
        .map(|char| if char.is_control() { char.escape_debug().to_string() } else { char.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;
    use crate::film::FilmError;

    #[test]
    fn nothing_is_told_twice() {
        let source = std::io::Error::other("no space left");
        let error = anyhow::Error::from(FilmError::Io { file: "a.mp4".into(), source }).context("the film");
        assert_eq!(one_line(&error), "the film: a.mp4: no space left");
    }

    #[test]
    fn what_a_file_says_stays_on_the_line() {
        let error = anyhow::anyhow!("unknown field `a\nb\u{1b}[2J`");
        assert_eq!(one_line(&error), "unknown field `a\\nb\\u{1b}[2J`");
    }
}
