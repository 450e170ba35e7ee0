//! Who says nothing: asked whether they are there, and ended when they do not answer.

use std::time::Duration;

use super::dialect::Class;
use super::ending::Ending;
use super::hub::Hub;
use crate::core::SessionId;

impl Hub {
    /// How often it is looked after them.
    pub(super) fn tick(&self) -> Duration {
        let limits = &self.floor.settings.limits;
        let shortest = limits.ping_seconds.min(limits.registration_seconds);
        (Duration::from_secs(shortest) / 4)
            .clamp(Duration::from_millis(250), Duration::from_secs(5))
    }

    /// Asks who is silent whether they are there, and ends who does not answer or never signs on.
    pub(super) fn look_after_the_silent(&mut self) {
        let limits = &self.floor.settings.limits;
        let patience = Duration::from_secs(limits.ping_seconds);
        let registration = Duration::from_secs(limits.registration_seconds);
        let mut silent = Vec::new();
        let mut late = Vec::new();
        let mut dead = Vec::new();
        for (id, session) in &self.floor.sessions {
            let silence = session.heard.elapsed();
            let is_irc = matches!(self.feed.class(*id), Some(Class::Irc(_)));
            if session.is_pinged && silence >= patience * 2 {
                dead.push(*id);
            } else if !session.is_pinged && silence >= patience {
                silent.push(*id);
            }
            if is_irc
                && session.opened.elapsed() >= registration
                && self.floor.state.session_user(*id).is_none()
            {
                late.push(*id);
            }
        }
        for id in dead {
            self.end(id, Ending::Silent(patience.as_secs() * 2));
        }
        for id in late {
            self.end(id, Ending::Unregistered);
        }
        for id in silent {
            self.ping(id);
        }
    }

    fn ping(&mut self, id: SessionId) {
        let asked = self.floor.with(id, |dialect, _| {
            let mut out = Vec::new();
            dialect.ping(&mut out).then_some(out)
        });
        let Some(out) = asked.flatten() else {
            return;
        };
        self.feed.tell(id, out.into());
        if let Some(session) = self.floor.sessions.get_mut(&id) {
            session.is_pinged = true;
        }
    }
}
