//! What the system knows of a process, from `/proc`.

use std::fs;

use anyhow::{Context, Result};

/// What a process has used so far, all its threads together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Nanoseconds on a processor, in itself and in the kernel.
    pub(crate) cpu_ns: u64,
    /// How often it went to sleep, which is as often as it was woken.
    pub(crate) sleeps: u64,
}

impl Usage {
    /// Reads it now.
    pub(crate) fn of(pid: u32) -> Result<Self> {
        let path = format!("/proc/{pid}/task");
        let mut usage = Self::default();
        for thread in fs::read_dir(&path).with_context(|| format!("cannot read {path}"))? {
            let thread = thread?.path();
            // A thread may end between the two.
            let read = |name| fs::read_to_string(thread.join(name)).unwrap_or_default();
            let time = read("schedstat");
            usage.cpu_ns += number(time.split(' ').next());
            usage.sleeps += field(&read("status"), "voluntary_ctxt_switches:");
        }
        Ok(usage)
    }

    /// What was used since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            cpu_ns: self.cpu_ns.saturating_sub(earlier.cpu_ns),
            sleeps: self.sleeps.saturating_sub(earlier.sleeps),
        }
    }

    /// Microseconds on a processor.
    pub(crate) fn cpu_us(self) -> f64 {
        self.cpu_ns as f64 / 1e3
    }
}

/// Bytes of memory that a process shares with nobody.
pub(crate) fn private_bytes(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let kib = field(&text, "Private_Clean:") + field(&text, "Private_Dirty:");
    Ok(kib as f64 * 1024.0)
}

/// The number behind a name at the beginning of a line.
fn field(text: &str, name: &str) -> u64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    number(value.and_then(|value| value.split_whitespace().next()))
}

fn number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}
