//! `tools torture`: what must be found is broken on purpose, at every place, and counted.

mod bytes;

use clap::{Args, Subcommand};

/// Break files on purpose, and count what is found.
#[derive(Debug, Args)]
pub(super) struct Torture {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Bytes(bytes::Bytes),
}

impl Torture {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self.what {
            What::Bytes(command) => command.run(),
        }
    }
}
