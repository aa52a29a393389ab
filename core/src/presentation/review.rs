//! What the holder is shown before she agrees, and the agreement. `prove` takes only a
//! [`Consent`], which comes only from a [`Review`]: what is shown and what is proved cannot differ.

use std::collections::BTreeSet;

use crate::cbor::Texts;
use crate::credential::{AttributeType, Credential, CredentialContext, Schema, Value};
use crate::ids::{UnixTime, VerifierId};
use crate::trust::Allowance;

use super::consent::{Chosen, Consent};
use super::fitting::check_alternative;
use super::poster::Freshness;
use super::registration::VerifiedRequest;
use super::request::{Predicate, Query, Test};
use super::stated::{Proved, Stated};
use super::told::told;

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
    /// Its place among the holdings.
    pub place: usize,
    /// The credential's name.
    pub credential: String,
    /// The issuer's name, which the verifier learns.
    pub issuer: String,
    /// What is disclosed.
    pub disclosed: Vec<Disclosed>,
    /// What is proved.
    pub proves: Vec<Proved>,
    /// Attributes that stay hidden.
    pub hidden: Vec<String>,
    /// Whether the verifier will recognise the holder when she comes again.
    pub pseudonym: bool,
}

/// An attribute that is disclosed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The attribute's name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the value is a day, as in "1990-05-31".
    pub date: bool,
    /// Whether few people have this value: it is of a type that has no list of choices.
    pub rare: bool,
    /// The JPEG, where it is a photo; its value in words says how large it is.
    pub photo: Option<Vec<u8>>,
}

/// Something the holder should know before she agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No key of the trust list vouches for the verifier.
    UnknownVerifier,
    /// The verifier has registered nothing for this purpose.
    UnregisteredPurpose,
    /// The request asks for more than the verifier has registered for this purpose.
    MoreThanRegistered,
    /// The request is a poster: anybody can have put it up, and it is checked less strictly.
    Poster,
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
    /// A verifier that nobody vouches for wants to know the holder again.
    #[error("who asks is not known, and may not know you again when you come back")]
    Unregistered,
    /// The request does not fit the credential's schema.
    #[error("the request does not fit your credential")]
    Schema,
}

struct Choice {
    holdings: Vec<Chosen>,
    items: Vec<ReviewItem>,
    /// What each query's predicates state, in their order.
    stated: Vec<Vec<Proved>>,
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
        let answer = |queries: &Vec<Query>| {
            // Whoever claims another's id would get that one's pseudonym.
            if !request.registered && queries.iter().any(|q| q.pseudonym.is_some()) {
                return Err(ReviewError::Unregistered);
            }
            choose(queries, holdings, now, language)
        };
        let choices = request.request.alternatives.iter().map(answer).collect();
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

    /// Who asks, by id.
    pub fn verifier_id(&self) -> VerifierId {
        self.request.request.verifier
    }

    /// What an alternative asks.
    pub fn queries(&self, alternative: usize) -> &[Query] {
        let alternatives = &self.request.request.alternatives;
        alternatives.get(alternative).map_or(&[], Vec::as_slice)
    }

    /// Every statement of an alternative about a hidden attribute, whether or not the statements
    /// together give the value away.
    pub fn asked(&self, alternative: usize) -> impl Iterator<Item = (&Query, &Predicate, &Proved)> {
        let choice = self.choices.get(alternative).and_then(|c| c.as_ref().ok());
        let stated = choice.map_or(&[][..], |choice| &choice.stated);
        let queries = self.queries(alternative).iter().zip(stated);
        queries.flat_map(|(query, stated)| {
            let pairs = query.predicates.iter().zip(stated);
            pairs.map(move |(predicate, proved)| (query, predicate, proved))
        })
    }

    /// Why.
    pub fn purpose(&self) -> &str {
        self.request.request.purpose_texts.get(&self.language)
    }

    /// The purpose's code, by which it is registered; the words are the verifier's own.
    pub fn purpose_code(&self) -> &str {
        &self.request.request.purpose
    }

    /// Until when the request may be answered.
    pub fn expires(&self) -> UnixTime {
        self.request.request.expires
    }

    /// Until when an answer that is made now is accepted.
    pub fn accepted_until(&self, now: UnixTime) -> UnixTime {
        let request = &self.request.request;
        let moment = request.freshness.moment(now);
        let end = moment.and_then(|moment| request.freshness.accepted_until(moment));
        end.map_or(request.expires, |end| end.min(request.expires))
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
        let queries = request.alternatives.iter().flatten();
        let mut allowances = registration.allowances.iter();
        let covered = |q: &Query| {
            let covers = |a: &Allowance| a.covers(&request.purpose, q);
            registration.allowances.iter().any(covers)
        };
        if !allowances.any(|a| a.purpose == request.purpose) {
            warnings.push(Warning::UnregisteredPurpose);
        } else if !queries.clone().all(covered) {
            warnings.push(Warning::MoreThanRegistered);
        }
        if matches!(request.freshness, Freshness::Poster { .. }) {
            warnings.push(Warning::Poster);
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
    let told = told(queries, &chosen, holdings);
    let view = View {
        beside: &schemas,
        told: &told,
        now,
        language,
    };
    let answered = || queries.iter().zip(&picked);
    let stated: Vec<_> = answered().map(|(q, h)| view.stated(q, h)).collect();
    let items = answered()
        .zip(chosen.iter().zip(&stated))
        .map(|((query, holding), (place, stated))| view.item(query, *place, holding, stated))
        .collect();
    let known = |(place, holding): (usize, &&Holding<'_>)| Chosen {
        place,
        signature: holding.credential.signature,
    };
    Ok(Choice {
        holdings: chosen.into_iter().zip(&picked).map(known).collect(),
        items,
        stated,
    })
}

/// How an alternative is put in words.
struct View<'a> {
    /// The schemas of its queries, in their order.
    beside: &'a [&'a Schema],
    /// The attributes whose values the verifier learns.
    told: &'a BTreeSet<(usize, usize)>,
    now: UnixTime,
    language: &'a str,
}

impl View<'_> {
    fn stated(&self, query: &Query, holding: &Holding<'_>) -> Vec<Proved> {
        let attributes = &holding.context.schema.attributes;
        let proved = |p: &Predicate| {
            let attribute = attributes.get(p.attribute)?;
            Some(Proved {
                attribute: attribute.names.get(self.language).to_owned(),
                stated: Stated::new(p, attribute, self.beside, self.now, self.language),
            })
        };
        query.predicates.iter().filter_map(proved).collect()
    }

    fn item(
        &self,
        query: &Query,
        place: usize,
        holding: &Holding<'_>,
        stated: &[Proved],
    ) -> ReviewItem {
        let (schema, language) = (&holding.context.schema, self.language);
        let told = |i: &usize| self.told.contains(&(place, *i));
        let disclosed = |i: usize| {
            let attribute = schema.attributes.get(i)?;
            let value = holding.credential.values.get(i)?;
            Some(Disclosed {
                name: attribute.names.get(language).to_owned(),
                value: value.display(&attribute.kind, language),
                date: matches!(attribute.kind, AttributeType::Date),
                rare: !matches!(attribute.kind, AttributeType::Enumeration(_)),
                photo: value.photo(&attribute.kind).map(<[u8]>::to_vec),
            })
        };
        // A value that the statements give away is shared as much as one that is shown.
        let given_away = query.predicates.iter().map(|p| p.attribute).filter(told);
        let shared: BTreeSet<_> = query.disclose.iter().copied().chain(given_away).collect();
        let pairs = query.predicates.iter().zip(stated);
        let kept = pairs.filter(|(p, _)| !shared.contains(&p.attribute));
        let names = schema.attributes.iter().map(|a| a.names.get(language));
        ReviewItem {
            place,
            credential: schema.names.get(language).to_owned(),
            issuer: holding.issuer.map_or_else(
                || holding.context.issuer.to_string(),
                |n| n.get(language).to_owned(),
            ),
            proves: kept.map(|(_, proved)| proved.clone()).collect(),
            hidden: names
                .enumerate()
                .filter(|(i, _)| !told(i))
                .map(|(_, name)| name.to_owned())
                .collect(),
            disclosed: shared.into_iter().filter_map(disclosed).collect(),
            pseudonym: query.pseudonym.is_some(),
        }
    }
}
