//! The benchmark of the client: `cargo bench --bench client`. It drives the real program on a
//! pseudo-terminal, against a scripted server, with irssi beside it where it is installed, and
//! prints medians. `docs/benchmarks.md` says what the figures mean.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod comparison;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    comparison::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the benchmark of the client reads /proc, which only Linux has");
    ExitCode::FAILURE
}
