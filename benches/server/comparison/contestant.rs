//! The servers that are measured: how each is set up and started, with nothing that slows a
//! client down on purpose.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// How long a server may take until it accepts connections.
const START: Duration = Duration::from_secs(15);

/// A server program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contestant {
    /// Ours.
    Chatroom,
    /// `ngircd`, where it is installed.
    Ngircd,
    /// `inspircd`, where it is installed.
    Inspircd,
}

impl Contestant {
    /// All of them, ours first.
    pub(crate) const ALL: [Self; 3] = [Self::Chatroom, Self::Ngircd, Self::Inspircd];

    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chatroom => "chatroom",
            Self::Ngircd => "ngircd",
            Self::Inspircd => "inspircd",
        }
    }

    /// Where the program is, if it is installed.
    pub(crate) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Chatroom => Some(PathBuf::from(env!("CARGO_BIN_EXE_chatroom"))),
            Self::Ngircd | Self::Inspircd => installed(self.name()),
        }
    }

    /// How many clients may be on their way in at once. ngircd's listen backlog is 10, and what
    /// overflows it waits for seconds; InspIRCd finishes registrations once a second only, so
    /// a few at a time would take it minutes.
    fn arrivals(self) -> usize {
        match self {
            Self::Chatroom => 256,
            Self::Ngircd => 8,
            Self::Inspircd => 1_000,
        }
    }

    fn config(self, port: u16) -> String {
        let template = match self {
            Self::Chatroom => include_str!("chatroom.toml"),
            Self::Ngircd => include_str!("ngircd.conf"),
            Self::Inspircd => include_str!("inspircd.conf"),
        };
        template.replace("@PORT@", &port.to_string())
    }

    fn command(self, program: &Path, config: &Path, folder: &Path, port: u16) -> Command {
        let mut command = Command::new(program);
        match self {
            Self::Chatroom => {
                command.arg("serve").arg("--config").arg(config);
                command.arg("--data").arg(folder.join("data"));
                command.arg("--listen").arg(format!("127.0.0.1:{port}"));
            }
            Self::Ngircd => {
                command.arg("--nodaemon").arg("--config").arg(config);
            }
            Self::Inspircd => {
                command.args(["--nofork", "--nolog", "--nopid"]);
                command.arg("--config").arg(config);
                if rustix::process::geteuid().is_root() {
                    command.arg("--runasroot");
                }
            }
        }
        command
    }
}

/// A server that runs; it ends with this value, and its folder goes.
pub(crate) struct Server {
    contestant: Contestant,
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Server {
    /// Starts a fresh server, and returns once it accepts connections.
    pub(crate) fn start(contestant: Contestant) -> Result<Self> {
        let program = contestant.program().context("it is not installed")?;
        // The build's folder is on a disk, which a folder for temporary files often is not.
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
        let port = free_port()?;
        let config = folder.path().join("config");
        fs::write(&config, contestant.config(port))?;
        let said = folder.path().join("output");
        let output = File::create(&said)?;
        let child = contestant
            .command(&program, &config, folder.path(), port)
            // Ctrl-C is for the benchmark alone, which then ends its server.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let mut server = Self {
            contestant,
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            _folder: folder,
        };
        server.wait_until_it_accepts(&said)?;
        Ok(server)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many clients may be on their way in at once.
    pub(crate) fn arrivals(&self) -> usize {
        self.contestant.arrivals()
    }

    fn wait_until_it_accepts(&mut self, said: &Path) -> Result<()> {
        let deadline = Instant::now() + START;
        while TcpStream::connect(self.address).is_err() {
            let words = || fs::read_to_string(said).unwrap_or_default();
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended with {status}: {}", words().trim());
            }
            if Instant::now() > deadline {
                bail!("it accepted no connection in time: {}", words().trim());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Finds a program where the system keeps its servers.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(system)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
