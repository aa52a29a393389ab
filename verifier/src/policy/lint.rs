//! What is unwise in a policy: more than the purpose needs, what wallets will warn of, what keeps
//! people out. spec:GL-13-LINT

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use glimpse_core::credential::{Attribute, AttributeType};
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::presentation::{
    Freshness, Registration, Request, RequestError, Test, VerifiedRequest, leaves_one,
};
use glimpse_core::trust::TrustList;
use serde::Serialize;

use super::Policy;
use super::question::Resolved;
use crate::identity::Identity;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Severity {
    /// Worth a thought.
    Advice,
    /// People are asked for more than they need to give, or wallets will warn them.
    Warning,
    /// It cannot be asked at all.
    Error,
}

/// Something that the linter found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A short name that stays the same.
    pub code: &'static str,
    /// Where, such as "alternative 1, card 2".
    pub place: String,
    /// The alternative and its card, each from 1, where it is about one card.
    pub card: Option<(usize, usize)>,
    /// What `words` name, in the order of specs/13, 13.2: for whoever says it in another language.
    pub given: Vec<String>,
    /// In words, with what to do instead.
    pub words: String,
}

/// Where something was found.
#[derive(Clone, Copy)]
enum Place {
    Whole,
    Key(&'static str),
    Card(usize, usize),
}

impl core::fmt::Display for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Key(key) => f.write_str(key),
            Self::Card(alternative, card) => write!(f, "alternative {alternative}, card {card}"),
        }
    }
}

/// More than this many values together single people out, whatever they are.
const MANY: usize = 3;
const VALID: Place = Place::Key("valid_seconds");

impl Policy {
    /// Looks for what is unwise. `registration` is the verifier's, where it has one.
    pub fn lint(
        &self,
        list: &TrustList,
        registration: Option<&Registration>,
        now: UnixTime,
    ) -> Vec<Finding> {
        let mut findings = Findings(Vec::new());
        self.lint_whole(registration, &mut findings);
        match self.resolved(list, now) {
            Err(error) => {
                let mut given = vec![error.code().to_owned()];
                given.extend(error.given());
                findings.cannot(given, error.to_string());
            }
            Ok(alternatives) => {
                if let Err(error) = self.trial(&alternatives, now) {
                    let words = format!("no wallet would take this: {error}");
                    findings.cannot(vec!["request".to_owned()], words);
                }
                for (a, cards) in alternatives.iter().enumerate() {
                    for (c, card) in cards.iter().enumerate() {
                        let place = Place::Card(a + 1, c + 1);
                        self.lint_card(card, registration, place, &mut findings);
                    }
                }
            }
        }
        findings.0.sort_by_key(|f| core::cmp::Reverse(f.severity));
        findings.0
    }

    /// Makes a request that is shown to nobody and reads it as a wallet would: the bounds of requests
    /// are the core's to know.
    fn trial(&self, alternatives: &[Vec<Resolved<'_>>], now: UnixTime) -> Result<(), RequestError> {
        let key = SigningKey::from_bytes(&[1; 32]);
        let identity = Identity::new(VerifierId([0; VerifierId::LEN]), key.clone());
        let queries = |cards: &Vec<Resolved<'_>>| cards.iter().map(|c| c.query.clone()).collect();
        let seconds = self.document.valid_seconds.into();
        let request = Request {
            freshness: Freshness::Nonce(Nonce([0; Nonce::LEN])),
            verifier: identity.id(),
            purpose: self.purpose.clone(),
            purpose_texts: self.reason.clone(),
            issued: now,
            expires: UnixTime(now.0.saturating_add(seconds)),
            alternatives: alternatives.iter().map(queries).collect(),
            registration: identity.self_registration(self.name.clone(), now),
            answer_to: None,
        };
        VerifiedRequest::verify(&request.sign(&key), None, now).map(drop)
    }

    fn lint_whole(&self, registration: Option<&Registration>, findings: &mut Findings) {
        let seconds = self.document.valid_seconds;
        if seconds < 30 {
            let words = format!(
                "{seconds} seconds are too few for somebody who reads what is asked; give 60 or more"
            );
            findings.warn("short_time", VALID, [seconds.to_string()], words);
        }
        if seconds > 600 {
            let words = format!(
                "a code that is good for {seconds} seconds can be passed on to somebody far away; \
                 120 do for most"
            );
            findings.advise("long_time", VALID, [seconds.to_string()], words);
        }
        let reasons: BTreeSet<_> = self.reason.iter().map(|(language, _)| language).collect();
        let names = self.name.iter().map(|(language, _)| language);
        let missing: Vec<_> = names.filter(|name| !reasons.contains(name)).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let words = format!(
                "the name is there in {missing}, the reason is not; residents read the reason"
            );
            findings.advise("missing_language", Place::Key("reason"), [missing], words);
        }
        if registration.is_none() {
            let words = "this verifier is not registered: every wallet warns before it answers";
            findings.warn("not_registered", Place::Whole, [], words.to_owned());
        }
    }

    fn lint_card(
        &self,
        resolved: &Resolved<'_>,
        registration: Option<&Registration>,
        place: Place,
        findings: &mut Findings,
    ) {
        lint_shown(resolved, place, findings);
        lint_statements(resolved, place, findings);
        lint_age(resolved, place, findings);
        let query = &resolved.query;
        if query.pseudonym.is_some() {
            let words = "asks for a pseudonym: this verifier will know people again; leave it out \
                         unless that is the purpose";
            findings.warn("recognises", place, [], words.to_owned());
        }
        let covers = |r: &Registration| {
            let mut allowances = r.allowances.iter();
            allowances.any(|a| a.covers(&self.purpose, query))
        };
        if registration.is_some_and(|r| !covers(r)) {
            let words = format!(
                "asks for more than this verifier is registered for under `{}`: every wallet warns \
                 before it answers",
                self.purpose
            );
            findings.warn("beyond_registration", place, [self.purpose.clone()], words);
        }
    }
}

/// Values that are shown where less would do.
fn lint_shown(resolved: &Resolved<'_>, place: Place, findings: &mut Findings) {
    let (shown, attributes) = (&resolved.query.disclose, &resolved.schema.attributes);
    for Attribute { code, kind, .. } in shown.iter().filter_map(|i| attributes.get(*i)) {
        let (finding, instead) = match kind {
            AttributeType::Enumeration(_) => continue,
            AttributeType::Date => (
                "date_shown",
                "where an age or a limit is enough, prove age_at_least, on_or_before or on_or_after \
                 of it instead",
            ),
            AttributeType::Count => (
                "count_shown",
                "where a limit is enough, prove at_most or at_least of it instead",
            ),
            _ => (
                "identifies",
                "a person can be known again by it; ask only where the purpose needs it",
            ),
        };
        let words = format!("asks to see `{code}`; {instead}");
        findings.warn(finding, place, [code.clone()], words);
    }
    if shown.len() > MANY {
        let many = shown.len();
        let words =
            format!("asks to see {many} values of one card; together they single people out");
        findings.warn("many_shown", place, [many.to_string()], words);
    }
}

/// How old a card may be, beside how often it is renewed.
fn lint_age(resolved: &Resolved<'_>, place: Place, findings: &mut Findings) {
    let (days, renewed) = (resolved.card.max_age_days, resolved.schema.epoch_days);
    let given = [days.to_string(), renewed.to_string()];
    if days < renewed {
        let words = format!(
            "cards are renewed every {renewed} days; with max_age_days = {days} good ones are refused"
        );
        findings.warn("too_fresh", place, given.clone(), words);
    }
    if days > renewed.saturating_mul(4) {
        let words = format!(
            "a card that was withdrawn is still accepted for up to {days} days; cards are renewed \
             every {renewed}"
        );
        findings.advise("too_stale", place, given, words);
    }
}

/// Statements that together leave one value: the value is hidden in name only.
fn lint_statements(resolved: &Resolved<'_>, place: Place, findings: &mut Findings) {
    let predicates = &resolved.query.predicates;
    for (position, attribute) in resolved.schema.attributes.iter().enumerate() {
        let of_this = predicates.iter().filter(|p| p.attribute == position);
        let statements: Vec<_> = of_this
            .filter_map(|p| match &p.test {
                Test::Holds(statement) => Some(statement),
                Test::EqualTo { .. } => None,
            })
            .collect();
        if leaves_one(&attribute.kind, &statements) {
            let words = format!(
                "what is proved of `{}` leaves one value at most: wallets say that it is shown",
                attribute.code
            );
            findings.warn("pins_value", place, [attribute.code.clone()], words);
        }
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn cannot(&mut self, given: Vec<String>, words: String) {
        self.add(
            Severity::Error,
            "cannot_be_asked",
            Place::Whole,
            given,
            words,
        );
    }

    fn warn<const N: usize>(
        &mut self,
        code: &'static str,
        place: Place,
        given: [String; N],
        words: String,
    ) {
        self.add(Severity::Warning, code, place, given.into(), words);
    }

    fn advise<const N: usize>(
        &mut self,
        code: &'static str,
        place: Place,
        given: [String; N],
        words: String,
    ) {
        self.add(Severity::Advice, code, place, given.into(), words);
    }

    fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        place: Place,
        given: Vec<String>,
        words: String,
    ) {
        let card = match place {
            Place::Card(alternative, card) => Some((alternative, card)),
            Place::Whole | Place::Key(_) => None,
        };
        self.0.push(Finding {
            severity,
            code,
            place: place.to_string(),
            card,
            given,
            words,
        });
    }
}
