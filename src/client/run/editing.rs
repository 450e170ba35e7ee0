//! A draft in the reader's own editor: the terminal is lent to it, and the loop goes on meanwhile.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal as Kill, WaitOptions, kill_process, waitpid};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::Client;
use super::signals::Signal;
use crate::client::happening::Happening;
use crate::client::model::Input;
use crate::client::model::editor::TEXT_MAX;
use crate::client::sentence::Sentence;
use crate::client::terminal::Terminal;

/// An editor that runs.
pub(super) struct Editing {
    pid: Pid,
    path: PathBuf,
    /// How it ended; none when it did not end by itself.
    ended: oneshot::Receiver<Option<i32>>,
    /// Keys that mean a signal are the editor's, while it has the terminal.
    _deaf: [tokio::signal::unix::Signal; 2],
}

impl Editing {
    /// Waits for its end. Dropped, it has lost nothing.
    pub(super) async fn end(editing: &mut Option<Self>) -> Option<i32> {
        match editing {
            Some(editing) => (&mut editing.ended).await.unwrap_or(None),
            None => std::future::pending().await,
        }
    }
}

impl Drop for Editing {
    fn drop(&mut self) {
        // It has ended already, unless the program ends before it.
        let _ = kill_process(self.pid, Kill::TERM);
    }
}

impl<T: Terminal> Client<'_, T> {
    /// Does what a signal asks for; what keys at an editor ask for is the editor's.
    pub(super) fn signalled(&mut self, signal: Signal) {
        match signal {
            Signal::End => self.end(),
            Signal::Interrupt if self.editing.is_none() => self.end(),
            Signal::Continue if self.editing.is_none() => self.resume(),
            Signal::Interrupt | Signal::Continue => {}
        }
    }

    /// Opens a draft in the editor.
    pub(super) fn edit(&mut self, text: &str) {
        if self.editing.is_some() {
            return;
        }
        let Some(local) = self.local.clone() else {
            return;
        };
        if let Err(error) = self.begin_editing(&local.editor, text) {
            let why = Sentence::text("editor-cannot-start").with("why", Sentence::from(&error));
            self.editor_failed(why);
        }
    }

    fn begin_editing(&mut self, command: &str, text: &str) -> Result<()> {
        let deaf = [
            signal(SignalKind::quit())?,
            signal(SignalKind::from_raw(Kill::TSTP.as_raw()))?,
        ];
        let path = self.store.write_scratch(text)?;
        if !self.terminal.lend() {
            remove(&path);
            bail!(Sentence::text("editor-no-terminal"));
        }
        match spawn(command, &path) {
            Ok((pid, ended)) => {
                self.editing = Some(Editing {
                    pid,
                    path,
                    ended,
                    _deaf: deaf,
                });
                Ok(())
            }
            Err(error) => {
                self.terminal.take_back();
                remove(&path);
                Err(error)
            }
        }
    }

    /// The editor has ended: what it left is the draft.
    pub(super) fn end_editing(&mut self, code: Option<i32>) {
        let Some(editing) = self.editing.take() else {
            return;
        };
        self.terminal.take_back();
        if code != Some(0) {
            let code = code.map_or_else(|| "-".to_owned(), |code| code.to_string());
            remove(&editing.path);
            return self.editor_failed(Sentence::text("editor-failed").with("code", code));
        }
        match std::fs::read_to_string(&editing.path) {
            Ok(text) if text.len() <= TEXT_MAX => {
                remove(&editing.path);
                self.update(Input::Edited(text));
            }
            // What cannot be taken is not thrown away.
            Ok(_) | Err(_) => {
                let path = editing.path.display().to_string();
                let why = Sentence::text("editor-unfit").with("path", path);
                self.editor_failed(why.with("max", TEXT_MAX));
            }
        }
    }

    fn editor_failed(&mut self, text: Sentence) {
        self.happened(Happening::Told {
            buffer: self.model.buffer().name.clone(),
            text,
            is_failure: true,
        });
    }
}

/// Starts the editor, and a thread that waits for it. One that stops itself is told to go on: nobody
/// could wake it.
fn spawn(command: &str, path: &Path) -> Result<(Pid, oneshot::Receiver<Option<i32>>)> {
    let child = Command::new("sh")
        .arg("-c")
        .arg(format!("exec {command} \"$1\""))
        .arg("sh")
        .arg(path)
        .spawn()?;
    let pid = Pid::from_child(&child);
    let (tell, ended) = oneshot::channel();
    std::thread::Builder::new()
        .name("editor".into())
        .spawn(move || {
            // Nobody may be waiting for it any more.
            let _ = tell.send(wait(pid));
        })
        .map_err(|error| Sentence::text("system-no-thread").with("why", &error))?;
    Ok((pid, ended))
}

fn wait(pid: Pid) -> Option<i32> {
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => {
                // It has ended meanwhile, or goes on.
                let _ = kill_process(pid, Kill::CONT);
            }
            Ok(Some((_, status))) => return status.exit_status(),
            Ok(None) | Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}

fn remove(path: &Path) {
    // A scratch file that stays harms nobody: only its owner can read it.
    let _ = std::fs::remove_file(path);
}
