//! The verifier itself: each method is one call of the library's.

use glimpse_core::transport::frames::ONE_SYMBOL;
use glimpse_core::transport::image::QrSymbol;
use glimpse_core::trust::Accepted;
use glimpse_verifier::{Identity, Policy, Ticket, Verifier as Library};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{moment, plain, rng, text_or_octets};
use crate::fault::Fault;
use crate::memory::Memory;
use crate::views::{Asked, AskedOf, PolicyText, Registered, TrustListView};

/// What a policy says of itself, in a language.
///
/// # Errors
/// Code `policy`, with the line.
#[wasm_bindgen(js_name = readPolicy, unchecked_return_type = "PolicyText")]
pub fn read_policy(policy: &str, language: &str) -> Result<JsValue, Fault> {
    let policy = Policy::from_toml(policy)?;
    plain(&PolicyText {
        name: policy.name.get(language).to_owned(),
        reason: policy.reason.get(language).to_owned(),
        purpose: policy.purpose,
    })
}

/// Asks, checks what is answered, and lets each request be answered once.
#[wasm_bindgen]
pub struct Verifier {
    library: Library,
    memory: Memory,
    latest: Option<Ticket>,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier with its secret from `newIdentity`, its signed registration, a trust list that
    /// `acceptTrustList` gave, and what `save` gave before, if anything.
    ///
    /// # Errors
    /// Codes `identity`, `trust_…`, `memory`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        secret: &[u8],
        registration: Vec<u8>,
        trust_list: &[u8],
        memory: Option<Vec<u8>>,
    ) -> Result<Self, Fault> {
        let trust = Accepted::restore(trust_list)?;
        let identity = Identity::from_octets(secret)?;
        let (memory, latest) = match memory {
            Some(octets) => Memory::restore(&octets)?,
            None => (Memory::default(), None),
        };
        let library = Library::new(trust, identity, registration)?;
        let mut library = library.remembering(memory.clone());
        if let Some(ticket) = latest {
            library.expect(ticket);
        }
        Ok(Self {
            library,
            memory,
            latest,
        })
    }

    /// Makes a fresh request from a policy. Keep what `save` gives before you show it.
    ///
    /// # Errors
    /// Codes `policy`, `request`, `trust_expired`, `trust_future`, `clock_behind`, `time`.
    #[wasm_bindgen(unchecked_return_type = "Asked")]
    pub fn request(&mut self, policy: &str, now: f64) -> Result<JsValue, Fault> {
        let policy = Policy::from_toml(policy)?;
        let asked = self.library.request(&policy, moment(now)?, &mut rng())?;
        self.latest = Some(asked.ticket);
        view(asked)
    }

    /// Makes a poster from a policy: a request to be printed, which many answer until its end, each
    /// with an answer made at most `window` seconds ago, 30 to 600. It is weaker than a fresh request
    /// against somebody who carries answers from elsewhere.
    ///
    /// # Errors
    /// As `request`.
    #[wasm_bindgen(unchecked_return_type = "Asked")]
    pub fn poster(
        &mut self,
        policy: &str,
        window: u32,
        until: f64,
        now: f64,
    ) -> Result<JsValue, Fault> {
        let policy = Policy::from_toml(policy)?;
        let (until, now) = (moment(until)?, moment(now)?);
        let asked = self.library.poster(&policy, window, until, now)?;
        self.latest = Some(asked.ticket);
        view(asked)
    }

    /// Makes ready for answers to a request, once it is shown and nobody waits: what the first check
    /// would make otherwise, which takes far longer than a check.
    ///
    /// # Errors
    /// Codes `argument`, `time`.
    pub fn prepare(&mut self, ticket: &str, now: f64) -> Result<(), Fault> {
        self.library.prepare(ticket.parse()?, moment(now)?);
        Ok(())
    }

    /// Checks an answer to the latest request: octets, or the text of its QR code. Keep what `save`
    /// gives before you act on the report, so that the answer counts once even if the page is closed
    /// in between.
    ///
    /// # Errors
    /// Codes `argument`, `time`. What is wrong with an answer stands in the report.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn check(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] answer: JsValue,
        now: f64,
        language: &str,
    ) -> Result<JsValue, Fault> {
        let (answer, now) = (text_or_octets(&answer)?, moment(now)?);
        plain(&self.library.check(&answer, now).report(language, now))
    }

    /// `check` for the request of a ticket, where several wait for their answers.
    ///
    /// # Errors
    /// As `check`.
    #[wasm_bindgen(js_name = checkFor, unchecked_return_type = "Report")]
    pub fn check_for(
        &mut self,
        ticket: &str,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] answer: JsValue,
        now: f64,
        language: &str,
    ) -> Result<JsValue, Fault> {
        let (answer, now) = (text_or_octets(&answer)?, moment(now)?);
        let verdict = self.library.check_for(ticket.parse()?, &answer, now);
        plain(&verdict.report(language, now))
    }

    /// Checks many answers at once, each for the ticket in the same place: faster than one by one.
    ///
    /// # Errors
    /// As `check`.
    #[wasm_bindgen(js_name = checkMany, unchecked_return_type = "Report[]")]
    pub fn check_many(
        &mut self,
        tickets: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "(string | Uint8Array)[]")] answers: Vec<JsValue>,
        now: f64,
        language: &str,
    ) -> Result<JsValue, Fault> {
        if tickets.len() != answers.len() {
            return Err(Fault::new("argument", "give one ticket for each answer"));
        }
        let now = moment(now)?;
        let tickets = tickets.iter().map(|text| text.parse::<Ticket>());
        let tickets = tickets.collect::<Result<Vec<_>, _>>()?;
        let octets = answers.iter().map(text_or_octets);
        let octets = octets.collect::<Result<Vec<_>, _>>()?;
        let octets = octets.iter().map(Vec::as_slice);
        let answers: Vec<_> = tickets.into_iter().zip(octets).collect();
        let verdicts = self.library.check_many(&answers, now, &mut rng());
        let reports = verdicts.iter().map(|v| v.report(language, now));
        plain(&reports.collect::<Vec<_>>())
    }

    /// What this verifier remembers, to be kept and given to the next one.
    pub fn save(&self) -> Vec<u8> {
        self.memory.save(self.latest)
    }

    /// The trust list in use.
    ///
    /// # Errors
    /// Code `time`.
    #[wasm_bindgen(unchecked_return_type = "TrustListView")]
    pub fn trust(&self, now: f64, language: &str) -> Result<JsValue, Fault> {
        let list = &self.library.trust().list;
        plain(&TrustListView::new(list, moment(now)?, language))
    }

    /// Accepts a newer trust list, by the one in use. One that is refused changes nothing; keep the
    /// octets of one that is not.
    ///
    /// # Errors
    /// Codes `trust_…`, `time`.
    #[wasm_bindgen(js_name = setTrustList)]
    pub fn set_trust_list(&mut self, octets: &[u8], now: f64) -> Result<(), Fault> {
        Ok(self.library.update_trust(octets, moment(now)?)?)
    }

    /// As whom wallets know this verifier; null where they do not, and warn.
    ///
    /// # Errors
    /// Code `time`.
    #[wasm_bindgen(js_name = registeredAs, unchecked_return_type = "Registered | null")]
    pub fn registered_as(&self, now: f64, language: &str) -> Result<JsValue, Fault> {
        let registration = self.library.registration(moment(now)?);
        plain(&registration.map(|r| Registered::new(&r, language)))
    }

    /// What a policy asks now, in words: any one of these alternatives, each of one or more cards.
    ///
    /// # Errors
    /// Codes `policy`, `time`.
    #[wasm_bindgen(unchecked_return_type = "AskedOf[][]")]
    pub fn asks(&self, policy: &str, now: f64, language: &str) -> Result<JsValue, Fault> {
        let (policy, now) = (Policy::from_toml(policy)?, moment(now)?);
        let asked = policy.asks(&self.library.trust().list, now, language)?;
        let cards = |cards: Vec<_>| cards.into_iter().map(|a| AskedOf::new(a, language));
        let views: Vec<Vec<_>> = asked.into_iter().map(|c| cards(c).collect()).collect();
        plain(&views)
    }

    /// What is unwise in a policy, the worst first.
    ///
    /// # Errors
    /// Codes `policy`, `time`.
    #[wasm_bindgen(unchecked_return_type = "Finding[]")]
    pub fn lint(&self, policy: &str, now: f64) -> Result<JsValue, Fault> {
        let (policy, now) = (Policy::from_toml(policy)?, moment(now)?);
        let registration = self.library.registration(now);
        let list = &self.library.trust().list;
        plain(&policy.lint(list, registration.as_ref(), now))
    }
}

fn view(asked: glimpse_verifier::Asked) -> Result<JsValue, Fault> {
    let text = asked.text();
    let fits = asked.octets.len() <= ONE_SYMBOL;
    let shown = text.as_deref().filter(|_| fits);
    let symbol = shown.map(QrSymbol::new).transpose()?;
    plain(&Asked {
        text,
        rows: symbol.map(|s| s.rows().collect()),
        octets: asked.octets,
        ticket: asked.ticket.to_string(),
        expires: asked.expires.0,
        registered: asked.registered,
    })
}
