//! The benchmark of the server: `cargo bench --bench server`. It drives the real program over
//! real sockets, with ngircd and InspIRCd beside it where they are installed, and prints
//! medians. `docs/benchmarks.md` says what the figures mean.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod comparison;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    comparison::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("the benchmark of the server reads /proc, which only Linux has");
    ExitCode::FAILURE
}
