//! What the system knows of a process and of the machine, from `/proc`.

use anyhow::{Context, Result};

use super::proc::{field, read};

/// The clock ticks of a second in `/proc`: the same on every Linux.
const TICKS: f64 = 100.0;

/// Seconds of processor time that all threads of a process have used, in itself and in the kernel.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/stat");
    let text = read(&path)?;
    // The name in parentheses may hold anything; what follows its end is regular.
    let (_, rest) = text
        .rsplit_once(") ")
        .with_context(|| format!("{path} is not as expected"))?;
    let ticks = rest
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>();
    Ok(ticks / TICKS)
}

/// KiB of memory that a process has in use.
pub(crate) fn resident_kib(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let kib = field(&read(&path)?, "VmRSS:");
    Ok(kib.with_context(|| format!("{path} has no VmRSS"))? as f64)
}

/// Seconds that the processors of the machine were busy, for anybody, or kept by its host.
pub(crate) fn machine_seconds() -> Result<f64> {
    let text = read("/proc/stat")?;
    let first = text.lines().next().unwrap_or_default();
    let fields: Vec<f64> = first
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system, then idle and iowait which are left out, then irq, softirq, steal.
    let busy = fields.iter().take(3).sum::<f64>() + fields.iter().skip(5).take(3).sum::<f64>();
    Ok(busy / TICKS)
}

/// The processor time of a server, of this process and of the machine, at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    server: f64,
    generator: f64,
    machine: f64,
}

impl Usage {
    /// Reads the clocks now.
    pub(crate) fn now(server: u32) -> Result<Self> {
        Ok(Self {
            server: cpu_seconds(server)?,
            generator: cpu_seconds(std::process::id())?,
            machine: machine_seconds()?,
        })
    }

    /// What was used since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            server: self.server - earlier.server,
            generator: self.generator - earlier.generator,
            machine: self.machine - earlier.machine,
        }
    }

    /// Seconds of the server.
    pub(crate) fn server(self) -> f64 {
        self.server
    }

    /// Seconds of the load generator.
    pub(crate) fn generator(self) -> f64 {
        self.generator
    }

    /// Seconds of everybody else.
    pub(crate) fn others(self) -> f64 {
        (self.machine - self.server - self.generator).max(0.0)
    }
}
