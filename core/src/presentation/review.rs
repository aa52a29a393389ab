//! What the holder is shown before she agrees, and the agreement. `prove` takes only a
//! [`Consent`], which comes only from a [`Review`]: what is shown and what is proved cannot differ.

use crate::bbs::signature::Signature;
use crate::cbor::Texts;
use crate::credential::{Attribute, AttributeType, Credential, CredentialContext, Schema, Value};
use crate::ids::UnixTime;
use crate::predicate::{Statement, dates::AttributeDate};
use crate::trust::Allowance;

use super::registration::VerifiedRequest;
use super::request::{Predicate, Query, Test, check_alternative};
use super::shape::equalities;

/// One credential the holder has, as a review needs it.
pub struct Holding<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// Its context.
    pub context: &'a CredentialContext,
    /// The issuer's names, from a trust list.
    pub issuer: Option<&'a Texts>,
}

/// What one credential would show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItem {
    /// The credential's name.
    pub credential: String,
    /// The issuer's name, which the verifier learns.
    pub issuer: String,
    /// (attribute, value) to be disclosed.
    pub disclosed: Vec<(String, String)>,
    /// What is proved, in words.
    pub proves: Vec<String>,
    /// Attributes that stay hidden.
    pub hidden: Vec<String>,
    /// Whether the verifier will recognise the holder when she comes again.
    pub pseudonym: bool,
}

/// Something the holder should know before she agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No key of the trust list vouches for the verifier.
    UnknownVerifier,
    /// The request asks for more than the verifier has registered for this purpose.
    MoreThanRegistered,
}

/// Why an alternative cannot be answered; later ones came closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// No credential of the kind and issuer asked.
    #[error("you have no credential of the kind that is asked for")]
    NoCredential,
    /// There is one, but it is too old.
    #[error("your credential must be renewed first")]
    TooOld,
    /// There is one, but what is asked is not true of it.
    #[error("your credential does not show what is asked for")]
    NotTrue,
    /// The request does not fit the credential's schema.
    #[error("the request does not fit your credential")]
    Schema,
}

struct Choice {
    holdings: Vec<Chosen>,
    items: Vec<ReviewItem>,
}

/// A request, as the holder sees it.
pub struct Review {
    request: VerifiedRequest,
    choices: Vec<Result<Choice, ReviewError>>,
    language: String,
}

impl Review {
    /// Works out, for each alternative, which credentials would answer it and what they would show.
    pub fn new(
        request: VerifiedRequest,
        holdings: &[Holding<'_>],
        now: UnixTime,
        language: &str,
    ) -> Self {
        let choices = request
            .request
            .alternatives
            .iter()
            .map(|queries| choose(queries, holdings, now, language))
            .collect();
        Self {
            request,
            choices,
            language: language.to_owned(),
        }
    }

    /// Who asks.
    pub fn verifier(&self) -> &str {
        self.request.registration.names.get(&self.language)
    }

    /// Why.
    pub fn purpose(&self) -> &str {
        self.request.request.purpose_texts.get(&self.language)
    }

    /// The purpose's code, by which it is registered; the words are the verifier's own.
    pub fn purpose_code(&self) -> &str {
        &self.request.request.purpose
    }

    /// Until when an answer is accepted.
    pub fn expires(&self) -> UnixTime {
        self.request.request.expires
    }

    /// How many alternatives there are.
    pub fn alternatives(&self) -> usize {
        self.choices.len()
    }

    /// What an alternative would show.
    ///
    /// # Errors
    /// [`ReviewError`]: why it cannot be answered.
    pub fn items(&self, alternative: usize) -> Result<&[ReviewItem], ReviewError> {
        match self.choices.get(alternative) {
            Some(Ok(choice)) => Ok(&choice.items),
            Some(Err(error)) => Err(*error),
            None => Err(ReviewError::Schema),
        }
    }

    /// What the holder should know first.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let (request, registration) = (&self.request.request, &self.request.registration);
        if !self.request.registered {
            warnings.push(Warning::UnknownVerifier);
        }
        let allowed = |query: &Query| {
            let covers = |a: &Allowance| a.covers(&request.purpose, query);
            registration.allowances.iter().any(covers)
        };
        if !request.alternatives.iter().flatten().all(allowed) {
            warnings.push(Warning::MoreThanRegistered);
        }
        warnings
    }

    /// The holder agrees to one alternative.
    ///
    /// # Errors
    /// [`ReviewError`] when it cannot be answered.
    pub fn consent(self, alternative: usize) -> Result<Consent, ReviewError> {
        self.items(alternative)?;
        let choice = self
            .choices
            .into_iter()
            .nth(alternative)
            .ok_or(ReviewError::Schema)??;
        Ok(Consent {
            request: self.request,
            alternative,
            holdings: choice.holdings,
        })
    }
}

/// A reviewed credential: its place among the holdings, and its signature, by which it is known again
/// when it is to be proved.
pub(super) struct Chosen {
    pub(super) place: usize,
    signature: [u8; Signature::LEN],
}

/// The holder's agreement to show exactly what a review said.
pub struct Consent {
    pub(super) request: VerifiedRequest,
    pub(super) alternative: usize,
    /// Which holding answers each query.
    pub(super) holdings: Vec<Chosen>,
}

impl Consent {
    pub(super) fn queries(&self) -> &[Query] {
        self.request
            .request
            .alternatives
            .get(self.alternative)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether the values that are to be shown equal are equal in these holdings.
    pub(super) fn equalities_hold(&self, holdings: &[Holding<'_>]) -> bool {
        let scalar = |(query, attribute): (usize, usize)| {
            let holding = holdings.get(self.holdings.get(query)?.place)?;
            let value = holding.credential.values.get(attribute)?;
            Some(value.to_scalar(holding.context.interface()))
        };
        equalities(self.queries())
            .into_iter()
            .all(|(one, other)| scalar(one).is_some() && scalar(one) == scalar(other))
    }

    /// Whether these are the holdings that were reviewed.
    pub(super) fn is_for(&self, holdings: &[Holding<'_>]) -> bool {
        let known = |chosen: &Chosen| {
            let holding = holdings.get(chosen.place);
            holding.is_some_and(|h| h.credential.signature == chosen.signature)
        };
        self.holdings.iter().all(known)
    }
}

fn choose(
    queries: &[Query],
    holdings: &[Holding<'_>],
    now: UnixTime,
    language: &str,
) -> Result<Choice, ReviewError> {
    let mut chosen: Vec<usize> = Vec::new();
    for query in queries {
        let mut reason = ReviewError::NoCredential;
        let fits = |holding: &Holding<'_>| {
            let context = holding.context;
            let listed = query.issuers.contains(&(context.issuer, context.key_id));
            if context.schema_id != query.schema || !listed {
                return Err(ReviewError::NoCredential);
            }
            let age = now.epoch_day().0.saturating_sub(holding.credential.epoch.0);
            if age > query.max_age_days {
                return Err(ReviewError::TooOld);
            }
            let truthful = query.predicates.iter().all(|p| {
                let value = holding.credential.values.get(p.attribute);
                match &p.test {
                    Test::Holds(statement) => value
                        .and_then(|v| v.as_integer())
                        .is_some_and(|v| statement.holds(v)),
                    Test::EqualTo { query, attribute } => {
                        let other = chosen.get(*query).and_then(|h| holdings.get(*h));
                        let other =
                            other.and_then(|o| Some((o, o.credential.values.get(*attribute)?)));
                        let scalar =
                            |h: &Holding<'_>, v: &Value| v.to_scalar(h.context.interface());
                        value
                            .zip(other)
                            .is_some_and(|(v, (o, w))| scalar(holding, v) == scalar(o, w))
                    }
                }
            });
            if truthful {
                Ok(())
            } else {
                Err(ReviewError::NotTrue)
            }
        };
        // Where several fail, the one that came closest says why.
        let found = holdings
            .iter()
            .position(|h| fits(h).map_err(|e| reason = reason.max(e)).is_ok());
        chosen.push(found.ok_or(reason)?);
    }
    let picked: Vec<_> = chosen.iter().filter_map(|i| holdings.get(*i)).collect();
    let schemas: Vec<_> = picked.iter().map(|h| &h.context.schema).collect();
    check_alternative(queries, &schemas).map_err(|_| ReviewError::Schema)?;
    let items = queries
        .iter()
        .zip(&picked)
        .map(|(q, h)| item(q, h, &schemas, now, language))
        .collect();
    let known = |(place, holding): (usize, &&Holding<'_>)| Chosen {
        place,
        signature: holding.credential.signature,
    };
    Ok(Choice {
        holdings: chosen.into_iter().zip(&picked).map(known).collect(),
        items,
    })
}

fn item(
    query: &Query,
    holding: &Holding<'_>,
    beside: &[&Schema],
    now: UnixTime,
    language: &str,
) -> ReviewItem {
    let schema = &holding.context.schema;
    let name = |i: usize| {
        schema
            .attributes
            .get(i)
            .map_or("", |a| a.names.get(language))
            .to_owned()
    };
    let value = |i: usize| {
        let attribute = schema
            .attributes
            .get(i)
            .zip(holding.credential.values.get(i));
        attribute
            .map(|(a, v)| v.display(&a.kind, language))
            .unwrap_or_default()
    };
    let words = |p: &Predicate| {
        let attribute = schema.attributes.get(p.attribute)?;
        Some(in_words(p, attribute, beside, now, language))
    };
    let proves = query.predicates.iter().filter_map(words).collect();
    ReviewItem {
        credential: schema.names.get(language).to_owned(),
        issuer: holding.issuer.map_or_else(
            || holding.context.issuer.to_string(),
            |n| n.get(language).to_owned(),
        ),
        disclosed: query
            .disclose
            .iter()
            .map(|i| (name(*i), value(*i)))
            .collect(),
        proves,
        hidden: (0..schema.attributes.len())
            .filter(|i| query.disclose.binary_search(i).is_err())
            .map(name)
            .collect(),
        pseudonym: query.pseudonym.is_some(),
    }
}

/// A predicate in words, for the holder.
fn in_words(
    predicate: &Predicate,
    attribute: &Attribute,
    beside: &[&Schema],
    now: UnixTime,
    language: &str,
) -> String {
    let name = attribute.names.get(language);
    let statement = match statement(predicate, attribute, beside, now, language) {
        InWords::Age(text) => format!("you are {text}"),
        InWords::Other(text) => text,
    };
    format!("Proves that {statement}. {name} itself is not shared.")
}

/// What a predicate states, in words.
pub(super) enum InWords {
    /// Of the holder: "18 or older".
    Age(String),
    /// A whole sentence.
    Other(String),
}

/// What a predicate states. A cutoff on the birth date that is an age's is said as that age.
/// `beside` are the schemas of the alternative's queries, in their order.
pub(super) fn statement(
    predicate: &Predicate,
    attribute: &Attribute,
    beside: &[&Schema],
    now: UnixTime,
    language: &str,
) -> InWords {
    let age = |cutoff: u32| {
        let today = AttributeDate::at(now, 0).ok()?;
        // The counter's day may be the one before or after the holder's.
        [0i64, -1, 1].into_iter().find_map(|shift| {
            let day = u32::try_from(i64::from(today.days()) + shift).ok()?;
            let day = AttributeDate::from_days(day).ok()?;
            AttributeDate::from_days(cutoff).ok()?.as_age_on(day)
        })
    };
    let date = matches!(attribute.kind, AttributeType::Date);
    let name = attribute.names.get(language);
    let shown = |value: u32| Value::Integer(value).display(&attribute.kind, language);
    InWords::Other(match &predicate.test {
        Test::Holds(Statement::AtMost(cutoff, _)) => {
            if let Some(years) = age(*cutoff).filter(|_| attribute.is_birth_date()) {
                return InWords::Age(format!("{years} or older"));
            }
            let words = if date { "on or before" } else { "at most" };
            format!("{name} is {words} {}", shown(*cutoff))
        }
        Test::Holds(Statement::AtLeast(cutoff, _)) => {
            let words = if date { "on or after" } else { "at least" };
            format!("{name} is {words} {}", shown(*cutoff))
        }
        Test::Holds(Statement::OneOf(values)) => {
            let list: Vec<_> = values.iter().map(|v| shown(*v)).collect();
            format!("{name} is one of: {}", list.join(", "))
        }
        Test::EqualTo {
            query,
            attribute: other,
        } => {
            let schema = beside.get(*query);
            let of = schema.map_or("", |s| s.names.get(language));
            let other = schema.and_then(|s| s.attributes.get(*other));
            let other = other.map_or("", |a| a.names.get(language));
            format!("{name} is the same as {other} of {of}")
        }
    })
}
