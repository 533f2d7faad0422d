//! The binary `tools`: trainings of all recipes, reports, films, checks of data sets, timing, and the making of textures
//! and of files of weights.

mod bench;
mod calibration;
mod check;
mod compare;
mod course;
mod dream;
mod dream_up;
mod export;
mod gather;
mod growth;
mod latents;
mod map;
mod merge;
mod quality;
mod report;
mod textures;
mod torture;
mod train_all;
mod translate;
mod window;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use crossroads::cli::{print_line, run_with};
use crossroads::files::Shown;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tools around Crossroads: trainings of all recipes, reports, films, checks, timing, textures, weights.
#[derive(Debug, Parser)]
#[command(name = "tools", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(bench::Bench),
    Calibration(calibration::Calibration),
    Compare(compare::Compare),
    Course(course::CourseOf),
    Dream(dream::Dream),
    DreamUp(dream_up::DreamUp),
    CheckData(check::CheckData),
    Export(export::Export),
    Growth(growth::Growth),
    Latents(latents::Latents),
    Map(map::Map),
    Merge(merge::Merge),
    Quality(quality::Quality),
    Report(report::Report),
    Textures(Textures),
    Torture(torture::Torture),
    TrainAll(train_all::TrainAll),
    Translate(translate::Translate),
    Window(window::Window),
    Words(words::Words),
}

/// Paint the textures of all themes anew.
#[derive(Debug, Args)]
struct Textures {
    /// Folder that they are written into
    #[arg(default_value = "assets/textures")]
    out: PathBuf,
}

fn main() -> ExitCode {
    crossroads::memory::keep_pages();
    run_with(run)
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Bench(command) => command.run(),
        Command::Calibration(command) => command.run(),
        Command::Compare(command) => command.run(),
        Command::Course(command) => command.run(),
        Command::Dream(command) => command.run(),
        Command::DreamUp(command) => command.run(),
        Command::CheckData(command) => command.run(),
        Command::Window(command) => command.run(),
        Command::Words(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Growth(command) => command.run(),
        Command::Latents(command) => command.run(),
        Command::Map(command) => command.run(),
        Command::Merge(command) => command.run(),
        Command::Quality(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Torture(command) => command.run(),
        Command::TrainAll(command) => command.run(),
        Command::Translate(command) => command.run(),
        Command::Textures(command) => {
            for path in textures::write_all(&command.out)? {
                print_line(&path.shown())?;
            }
            Ok(())
        }
    }
}
