//! What the system knows of a process, from `/proc`.

use std::fs;

use anyhow::{Context, Result};

use super::proc::{field, read};

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
            let read = |name| read(thread.join(name)).unwrap_or_default();
            usage.cpu_ns += field(&read("schedstat"), "").unwrap_or(0);
            usage.sleeps += field(&read("status"), "voluntary_ctxt_switches:").unwrap_or(0);
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
    let text = read(&path)?;
    let kib = |name| field(&text, name).with_context(|| format!("{path} has no {name}"));
    Ok((kib("Private_Clean:")? + kib("Private_Dirty:")?) as f64 * 1024.0)
}
