//! Visitors who are asked: in memory, each for some minutes. A restart forgets them, and they begin
//! again; that a request is answered once is on the counter's disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use glimpse_core::ids::UnixTime;
use glimpse_verifier::{Outcome, Report, Ticket};
use url::Url;

use crate::desk::Asking;
use crate::handles::Handle;

/// How many answers that are refused end a visit.
const MOST_REFUSED: u32 = 5;

/// On which device the wallet is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// That of the visitor's browser, which opens the wallet by a link.
    SameDevice,
    /// Another, which reads a QR code.
    Across,
}

/// What a handle opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The visitor's page.
    Page,
    /// The request, and the place for its answer.
    Wallet(Flow),
    /// The way back from a wallet on the same device.
    Back,
}

/// What a site says of a visitor whom it sends here.
pub(crate) struct Visit {
    pub(crate) site: usize,
    pub(crate) policy: String,
    pub(crate) return_to: Url,
    pub(crate) state: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) same_device_only: bool,
}

impl Visit {
    /// The language of names in the report.
    pub(crate) fn language(&self) -> &str {
        self.language.as_deref().unwrap_or("en")
    }
}

/// A visitor who is asked.
pub(crate) struct Session {
    pub(crate) visit: Visit,
    /// By which the site's backend knows it; it stands in no address.
    pub(crate) id: Handle,
    /// Of the visitor's page.
    pub(crate) page: Handle,
    /// Of the request in the link.
    pub(crate) here: Handle,
    /// Of the request in the QR code.
    pub(crate) across: Handle,
    /// What the wallet says back.
    pub(crate) wallet_state: Handle,
    /// What the browser says that opened the page first: no other goes on.
    pub(crate) browser: Option<Handle>,
    /// The request, once a wallet has fetched it.
    pub(crate) asking: Option<Asking>,
    pub(crate) phase: Phase,
    /// How many answers were refused: anybody could have sent them.
    pub(crate) refused: u32,
    /// Until when a wallet may fetch the request.
    pub(crate) until: UnixTime,
    /// When it is forgotten.
    expires: UnixTime,
}

/// How far it is.
pub(crate) enum Phase {
    /// No answer is there.
    Waiting,
    /// An answer is being checked.
    Checking,
    /// It was.
    Answered(Answered),
}

/// An answer, and what came of it.
pub(crate) struct Answered {
    digest: [u8; 32],
    report: Report,
    /// With this the site's backend fetches the report.
    code: Handle,
    /// With this a browser goes on that the wallet opens; none where the wallet is elsewhere.
    back: Option<Handle>,
}

/// What is to be done with an answer that arrives.
pub(crate) enum Arrival {
    /// Check it.
    Check(Ticket),
    /// One is being checked at this moment.
    Checking,
    /// It was checked; the wallet did not hear of it.
    Known(Option<Handle>),
    /// Nothing: the state is not ours, or another answer came first.
    Ignore,
}

/// The most visitors of one site are under way.
pub(crate) struct Full;

/// What came of a visit, for its site.
pub(crate) struct Redeemed {
    pub(crate) visit: Visit,
    pub(crate) report: Report,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Sessions {
    /// By their ids.
    sessions: HashMap<Handle, Session>,
    doors: HashMap<Handle, (Handle, Door)>,
}

impl Sessions {
    /// Begins one. Where its site has so many already, the oldest whose page nobody opened makes room.
    pub(crate) fn open(
        &mut self,
        visit: Visit,
        now: UnixTime,
        until: UnixTime,
        most: usize,
    ) -> Result<&Session, Full> {
        self.forget(now);
        let of_site = |s: &&Session| s.visit.site == visit.site;
        if self.sessions.values().filter(of_site).count() >= most {
            let unopened = self
                .sessions
                .values()
                .filter(of_site)
                .filter(|s| s.browser.is_none());
            let oldest = unopened.min_by_key(|s| s.until.0).map(|s| s.id);
            self.remove(oldest.ok_or(Full)?);
        }
        let [id, page, here, across, wallet_state] = std::array::from_fn(|_| Handle::fresh());
        self.doors.insert(page, (id, Door::Page));
        self.doors
            .insert(here, (id, Door::Wallet(Flow::SameDevice)));
        if !visit.same_device_only {
            self.doors.insert(across, (id, Door::Wallet(Flow::Across)));
        }
        let session = Session {
            visit,
            id,
            page,
            here,
            across,
            wallet_state,
            browser: None,
            asking: None,
            phase: Phase::Waiting,
            refused: 0,
            until,
            expires: until,
        };
        Ok(self.sessions.entry(id).or_insert(session))
    }

    /// The one whose page this is.
    pub(crate) fn by_page(&mut self, page: Handle, now: UnixTime) -> Option<&mut Session> {
        let (id, door) = *self.doors.get(&page)?;
        self.live(id, now).filter(|_| door == Door::Page)
    }

    /// The one to which this way back leads.
    pub(crate) fn by_back(&mut self, back: Handle, now: UnixTime) -> Option<&mut Session> {
        let (id, door) = *self.doors.get(&back)?;
        self.live(id, now).filter(|_| door == Door::Back)
    }

    /// The one whose request this is, and by which way the wallet came.
    pub(crate) fn by_request(
        &mut self,
        request: Handle,
        now: UnixTime,
    ) -> Option<(&mut Session, Flow)> {
        let (id, door) = *self.doors.get(&request)?;
        let Door::Wallet(flow) = door else {
            return None;
        };
        Some((self.live(id, now)?, flow))
    }

    fn live(&mut self, id: Handle, now: UnixTime) -> Option<&mut Session> {
        self.sessions.get_mut(&id).filter(|s| now <= s.expires)
    }

    /// Keeps what an answer came to, for so many seconds; where a wallet on the same device sends the
    /// browser on. A refusal is kept by nobody: it arises before the proof or at it, so whoever saw the
    /// link could have sent that answer, and it says nothing of the visitor.
    pub(crate) fn settle(
        &mut self,
        request: Handle,
        (digest, report): ([u8; 32], Report),
        now: UnixTime,
        seconds: u64,
    ) -> Option<Handle> {
        let (session, flow) = self.by_request(request, now)?;
        if !matches!(session.phase, Phase::Checking) {
            return None;
        }
        if matches!(report.outcome, Outcome::Refused) {
            session.refused += 1;
            session.phase = Phase::Waiting;
            let (id, over) = (session.id, session.refused == MOST_REFUSED);
            if over {
                self.remove(id);
            }
            return None;
        }
        let back = (flow == Flow::SameDevice).then(Handle::fresh);
        session.phase = Phase::Answered(Answered {
            digest,
            report,
            code: Handle::fresh(),
            back,
        });
        session.expires = UnixTime(now.0.saturating_add(seconds));
        let id = session.id;
        self.doors.extend(back.map(|back| (back, (id, Door::Back))));
        back
    }

    /// Waits again where an answer could not be looked at.
    pub(crate) fn unsettle(&mut self, request: Handle, now: UnixTime) {
        if let Some((session, _)) = self.by_request(request, now)
            && matches!(session.phase, Phase::Checking)
        {
            session.phase = Phase::Waiting;
        }
    }

    /// What came of a visit: once, for its own site, which knows its id as well as the code.
    pub(crate) fn redeem(
        &mut self,
        site: usize,
        id: Handle,
        code: Handle,
        now: UnixTime,
    ) -> Option<Redeemed> {
        let session = self.live(id, now)?;
        let known = matches!(&session.phase, Phase::Answered(a) if a.code == code);
        if !known || session.visit.site != site {
            return None;
        }
        let session = self.remove(id)?;
        let Phase::Answered(answered) = session.phase else {
            return None;
        };
        Some(Redeemed {
            visit: session.visit,
            report: answered.report,
        })
    }

    /// Forgets those whose time is over.
    pub(crate) fn forget(&mut self, now: UnixTime) {
        let over = self.sessions.values().filter(|s| now > s.expires);
        for id in over.map(|s| s.id).collect::<Vec<_>>() {
            self.remove(id);
        }
    }

    /// Ends a visit: no way leads on from it.
    pub(crate) fn remove(&mut self, id: Handle) -> Option<Session> {
        let session = self.sessions.remove(&id)?;
        let back = match &session.phase {
            Phase::Answered(answered) => answered.back,
            _ => None,
        };
        for handle in [session.page, session.here, session.across]
            .iter()
            .chain(&back)
        {
            self.doors.remove(handle);
        }
        Some(session)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.sessions.len()
    }
}

/// The visitors: locked for moments only.
pub(crate) fn lock(sessions: &Mutex<Sessions>) -> MutexGuard<'_, Sessions> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// The request, while it may be answered.
    pub(crate) fn live_request(&self, now: UnixTime) -> Option<&Asking> {
        self.asking.as_ref().filter(|asking| now <= asking.expires)
    }

    /// Takes a request for the wallet that fetches it.
    pub(crate) fn ask(&mut self, asking: Asking) {
        // A question that was put may be answered.
        self.expires = self.expires.max(asking.expires);
        self.asking = Some(asking);
    }

    /// What to do with an answer. The first that is accepted settles the visit; while one is checked,
    /// another is told to come again.
    pub(crate) fn arrive(&mut self, state: &str, digest: [u8; 32]) -> Arrival {
        let ours = state
            .parse()
            .is_ok_and(|state: Handle| state == self.wallet_state);
        let Some(asking) = self.asking.as_ref().filter(|_| ours) else {
            return Arrival::Ignore;
        };
        match &self.phase {
            Phase::Waiting => {
                let ticket = asking.ticket;
                self.phase = Phase::Checking;
                Arrival::Check(ticket)
            }
            Phase::Checking => Arrival::Checking,
            Phase::Answered(answered) if answered.digest == digest => Arrival::Known(answered.back),
            Phase::Answered(_) => Arrival::Ignore,
        }
    }

    /// Whether the wallet was on the visitor's device, where there is an answer.
    pub(crate) fn answered(&self) -> Option<Flow> {
        match &self.phase {
            Phase::Answered(Answered { back: Some(_), .. }) => Some(Flow::SameDevice),
            Phase::Answered(_) => Some(Flow::Across),
            _ => None,
        }
    }

    /// The site's address with the code, where there is an answer.
    pub(crate) fn way_on(&self) -> Option<Url> {
        match &self.phase {
            Phase::Answered(answered) => Some(self.return_with("code", &answered.code.to_string())),
            _ => None,
        }
    }

    /// The site's address for whoever does not answer.
    pub(crate) fn way_out(&self) -> Url {
        self.return_with("error", "no_answer")
    }

    fn return_with(&self, name: &str, value: &str) -> Url {
        let mut url = self.visit.return_to.clone();
        let mut query = url.query_pairs_mut();
        query.append_pair(name, value);
        if let Some(state) = &self.visit.state {
            query.append_pair("state", state);
        }
        drop(query);
        url
    }
}
