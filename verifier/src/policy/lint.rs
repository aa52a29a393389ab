//! What is unwise in a policy: more than the purpose needs, what wallets will warn of, what keeps
//! people out. spec:GL-13-LINT

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use glimpse_core::credential::{Attribute, AttributeType};
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::presentation::{Freshness, Registration, Request, RequestError, VerifiedRequest};
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
    /// In words, with what to do instead.
    pub words: String,
}

/// More than this many values together single people out, whatever they are.
const MANY: usize = 3;

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
            Err(error) => findings.add(Severity::Error, "cannot_be_asked", "", error.to_string()),
            Ok(alternatives) => {
                if let Err(error) = self.trial(&alternatives, now) {
                    let words = format!("no wallet would take this: {error}");
                    findings.add(Severity::Error, "cannot_be_asked", "", words);
                }
                for (a, cards) in alternatives.iter().enumerate() {
                    for (c, card) in cards.iter().enumerate() {
                        let place = format!("alternative {}, card {}", a + 1, c + 1);
                        self.lint_card(card, registration, &place, &mut findings);
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
        };
        VerifiedRequest::verify(&request.sign(&key), None, now).map(drop)
    }

    fn lint_whole(&self, registration: Option<&Registration>, findings: &mut Findings) {
        let seconds = self.document.valid_seconds;
        if seconds < 30 {
            findings.add(Severity::Warning, "short_time", "valid_seconds", format!(
                "{seconds} seconds are too few for somebody who reads what is asked; give 60 or more"
            ));
        }
        if seconds > 600 {
            findings.add(Severity::Advice, "long_time", "valid_seconds", format!(
                "a code that is good for {seconds} seconds can be passed on to somebody far away; 120 do for most"
            ));
        }
        let languages = |texts: &glimpse_core::cbor::Texts| {
            texts
                .iter()
                .map(|(language, _)| language.to_owned())
                .collect::<BTreeSet<_>>()
        };
        let missing: Vec<_> = languages(&self.name)
            .difference(&languages(&self.reason))
            .cloned()
            .collect();
        if !missing.is_empty() {
            findings.add(
                Severity::Advice,
                "missing_language",
                "reason",
                format!(
                    "the name is there in {}, the reason is not; residents read the reason",
                    missing.join(", ")
                ),
            );
        }
        if registration.is_none() {
            findings.add(
                Severity::Warning,
                "not_registered",
                "",
                "this verifier is not registered: every wallet warns before it answers".to_owned(),
            );
        }
    }

    fn lint_card(
        &self,
        resolved: &Resolved<'_>,
        registration: Option<&Registration>,
        place: &str,
        findings: &mut Findings,
    ) {
        let (card, schema, query) = (resolved.card, &resolved.schema, &resolved.query);
        let shown: Vec<&Attribute> = query
            .disclose
            .iter()
            .filter_map(|i| schema.attributes.get(*i))
            .collect();
        for attribute in &shown {
            let code = &attribute.code;
            match attribute.kind {
                AttributeType::Date => findings.add(Severity::Warning, "date_shown", place, format!(
                    "asks to see `{code}`; where an age or a limit is enough, prove age_at_least, on_or_before or on_or_after of it instead"
                )),
                AttributeType::Count => findings.add(Severity::Warning, "count_shown", place, format!(
                    "asks to see `{code}`; where a limit is enough, prove at_most or at_least of it instead"
                )),
                AttributeType::Enumeration(_) => {}
                _ => findings.add(Severity::Warning, "identifies", place, format!(
                    "asks to see `{code}`, by which a person can be known again; ask only where the purpose needs it"
                )),
            }
        }
        if shown.len() > MANY {
            findings.add(
                Severity::Warning,
                "many_shown",
                place,
                format!(
                    "asks to see {} values of one card; together they single people out",
                    shown.len()
                ),
            );
        }
        if query.pseudonym.is_some() {
            findings.add(Severity::Warning, "recognises", place,
                "asks for a pseudonym: this verifier will know people again; leave it out unless that is the purpose".to_owned());
        }
        if card.max_age_days < schema.epoch_days {
            findings.add(
                Severity::Warning,
                "too_fresh",
                place,
                format!(
                    "cards are renewed every {} days; with max_age_days = {} good ones are refused",
                    schema.epoch_days, card.max_age_days
                ),
            );
        }
        if card.max_age_days > schema.epoch_days.saturating_mul(4) {
            findings.add(Severity::Advice, "too_stale", place, format!(
                "a card that was withdrawn is still accepted for up to {} days; cards are renewed every {}",
                card.max_age_days, schema.epoch_days
            ));
        }
        let covered =
            |r: &Registration| r.allowances.iter().any(|a| a.covers(&self.purpose, query));
        if registration.is_some_and(|r| !covered(r)) {
            findings.add(Severity::Warning, "beyond_registration", place, format!(
                "asks for more than this verifier is registered for under `{}`: every wallet warns before it answers", self.purpose
            ));
        }
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, code: &'static str, place: &str, words: String) {
        self.0.push(Finding {
            severity,
            code,
            place: place.to_owned(),
            words,
        });
    }
}
