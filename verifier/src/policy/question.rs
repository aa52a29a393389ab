//! From a policy to what is asked today: codes become positions, an age becomes a day, "any issuer"
//! becomes the issuers that the trust list has now. spec:GL-13-POLICY

use glimpse_core::credential::{AttributeType, Schema, bbs_key_id};
use glimpse_core::ids::{IssuerId, KeyId, SchemaId, UnixTime};
use glimpse_core::predicate::dates::{AttributeDate, DateError};
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Query, Test};
use glimpse_core::trust::TrustList;

use super::{Card, Policy, Prove};
use crate::asking::Question;

/// Why a policy cannot be asked. It quotes the policy, which is public.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not a policy's file.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A file beyond the bound.
    #[error("a policy has at most 16 KiB")]
    TooLarge,
    /// Texts that wallets could not read.
    #[error("`{0}` needs 1 to 16 languages, each with plain text of at most 200 octets")]
    Texts(&'static str),
    /// A schema that no listed issuer issues.
    #[error("the trust list has no schema `{0}`")]
    UnknownSchema(String),
    /// A code that several schemas have.
    #[error("the trust list has several schemas `{code}`; name one by its id: {}", ids.join(", "))]
    SeveralSchemas {
        /// The code.
        code: String,
        /// The schemas' ids.
        ids: Vec<String>,
    },
    /// An attribute that the schema does not have.
    #[error("the schema `{schema}` has no attribute `{attribute}`")]
    UnknownAttribute {
        /// The schema.
        schema: String,
        /// The attribute.
        attribute: String,
    },
    /// No issuer, or none of those named, has a key in use for this schema.
    #[error("no issuer that is accepted issues `{0}` now")]
    NoIssuer(String),
    /// Not exactly one thing to prove.
    #[error(
        "say exactly one thing to prove of `{0}`: age_at_least, at_most, at_least, on_or_before, on_or_after, one_of or equal_to"
    )]
    OneStatement(String),
    /// A statement that does not fit the attribute's type.
    #[error("this cannot be proved of `{0}`: it does not fit the attribute's type")]
    Type(String),
    /// A day that is none.
    #[error("`{0}` is not a day such as 2026-01-31, or is out of range")]
    Day(String),
    /// An equality with a card that does not come before.
    #[error("`{0}` can only be equal to an attribute of an earlier card of the same alternative")]
    Equality(String),
    /// A card of which nothing is asked.
    #[error("the card `{0}` is asked for nothing: say what it must show or prove")]
    Nothing(String),
}

impl PolicyError {
    /// A short name that stays the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::TooLarge => "too_large",
            Self::Texts(_) => "texts",
            Self::UnknownSchema(_) => "unknown_schema",
            Self::SeveralSchemas { .. } => "several_schemas",
            Self::UnknownAttribute { .. } => "unknown_attribute",
            Self::NoIssuer(_) => "no_issuer",
            Self::OneStatement(_) => "one_statement",
            Self::Type(_) => "type",
            Self::Day(_) => "day",
            Self::Equality(_) => "equality",
            Self::Nothing(_) => "nothing",
        }
    }

    /// What its words name: for whoever says it in another language.
    pub(super) fn given(&self) -> Vec<String> {
        match self {
            Self::Syntax { line, message } => vec![line.to_string(), message.clone()],
            Self::TooLarge => Vec::new(),
            Self::Texts(key) => vec![(*key).to_owned()],
            Self::SeveralSchemas { code, ids } => vec![code.clone(), ids.join(", ")],
            Self::UnknownAttribute { schema, attribute } => vec![schema.clone(), attribute.clone()],
            Self::UnknownSchema(named)
            | Self::NoIssuer(named)
            | Self::OneStatement(named)
            | Self::Type(named)
            | Self::Day(named)
            | Self::Equality(named)
            | Self::Nothing(named) => vec![named.clone()],
        }
    }
}

/// A card of the policy with the schema that it names.
pub(super) struct Resolved<'p> {
    pub(super) card: &'p Card,
    pub(super) schema: Schema,
    pub(super) query: Query,
}

impl Policy {
    /// What this policy asks at a moment, with a trust list.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn question(&self, list: &TrustList, now: UnixTime) -> Result<Question, PolicyError> {
        let resolved = self.resolved(list, now)?;
        let queries = |cards: Vec<Resolved<'_>>| cards.into_iter().map(|c| c.query).collect();
        Ok(Question {
            purpose: self.purpose.clone(),
            purpose_texts: self.reason.clone(),
            alternatives: resolved.into_iter().map(queries).collect(),
            seconds: self.document.valid_seconds.into(),
            answer_to: None,
        })
    }

    pub(super) fn resolved(
        &self,
        list: &TrustList,
        now: UnixTime,
    ) -> Result<Vec<Vec<Resolved<'_>>>, PolicyError> {
        let mut alternatives = Vec::new();
        for alternative in &self.document.alternative {
            let mut resolved: Vec<Resolved<'_>> = Vec::new();
            for card in &alternative.card {
                let next = self.card(card, &resolved, list, now)?;
                resolved.push(next);
            }
            alternatives.push(resolved);
        }
        Ok(alternatives)
    }

    fn card<'p>(
        &'p self,
        card: &'p Card,
        earlier: &[Resolved<'p>],
        list: &TrustList,
        now: UnixTime,
    ) -> Result<Resolved<'p>, PolicyError> {
        let schema = listed_schema(list, &card.schema)?;
        let shown = card.show.iter().map(|code| position(&schema, code));
        let mut disclose = shown.collect::<Result<Vec<_>, _>>()?;
        disclose.sort_unstable();
        disclose.dedup();
        let predicate = |prove| self.predicate(prove, &schema, earlier, now);
        let predicates = card
            .prove
            .iter()
            .map(predicate)
            .collect::<Result<Vec<_>, _>>()?;
        if disclose.is_empty() && predicates.is_empty() && card.pseudonym.is_none() {
            return Err(PolicyError::Nothing(card.schema.clone()));
        }
        let issuers = issuers_of(list, schema.id(), &card.issuers, now);
        if issuers.is_empty() {
            return Err(PolicyError::NoIssuer(card.schema.clone()));
        }
        let query = Query {
            schema: schema.id(),
            issuers,
            disclose,
            predicates,
            max_age_days: card.max_age_days,
            pseudonym: card.pseudonym.as_ref().map(|p| p.as_bytes().to_vec()),
        };
        Ok(Resolved {
            card,
            schema,
            query,
        })
    }

    fn predicate(
        &self,
        prove: &Prove,
        schema: &Schema,
        earlier: &[Resolved<'_>],
        now: UnixTime,
    ) -> Result<Predicate, PolicyError> {
        let attribute = position(schema, &prove.attribute)?;
        let kind = schema.attributes.get(attribute).map(|a| &a.kind);
        let date = matches!(kind, Some(AttributeType::Date));
        let wrong = || PolicyError::Type(prove.attribute.clone());
        let profile = if self.document.conservative {
            Profile::Bits
        } else {
            Profile::ThreeSquares
        };
        let number = |n: u32| if date { Err(wrong()) } else { Ok(n) };
        let day = |text: &str| if date { day(text) } else { Err(wrong()) };
        let mut tests = Vec::new();
        if let Some(years) = prove.age_at_least {
            let cutoff = self.cutoff(years, now).ok().filter(|_| date);
            tests.push(Test::Holds(Statement::AtMost(
                cutoff.ok_or_else(wrong)?,
                profile,
            )));
        }
        if let Some(bound) = prove.at_most {
            tests.push(Test::Holds(Statement::AtMost(number(bound)?, profile)));
        }
        if let Some(bound) = prove.at_least {
            tests.push(Test::Holds(Statement::AtLeast(number(bound)?, profile)));
        }
        if let Some(text) = &prove.on_or_before {
            tests.push(Test::Holds(Statement::AtMost(day(text)?, profile)));
        }
        if let Some(text) = &prove.on_or_after {
            tests.push(Test::Holds(Statement::AtLeast(day(text)?, profile)));
        }
        if let Some(codes) = &prove.one_of {
            tests.push(Test::Holds(one_of(codes)));
        }
        if let Some(other) = &prove.equal_to {
            let query = other.card.checked_sub(1);
            let card = query.and_then(|query| Some((query, earlier.get(query)?)));
            let (query, card) =
                card.ok_or_else(|| PolicyError::Equality(prove.attribute.clone()))?;
            let attribute = position(&card.schema, &other.attribute)?;
            tests.push(Test::EqualTo { query, attribute });
        }
        let mut tests = tests.into_iter();
        match (tests.next(), tests.next()) {
            (Some(test), None) => Ok(Predicate { attribute, test }),
            _ => Err(PolicyError::OneStatement(prove.attribute.clone())),
        }
    }

    /// The latest birth date of somebody of this age today, in the policy's time zone.
    fn cutoff(&self, years: u8, now: UnixTime) -> Result<u32, DateError> {
        let today = AttributeDate::at(now, self.document.zone_minutes)?;
        Ok(today.age_cutoff(years)?.days())
    }
}

/// Ascending, once each: the one form that the core takes.
fn one_of(codes: &[u32]) -> Statement {
    let mut codes = codes.to_vec();
    codes.sort_unstable();
    codes.dedup();
    Statement::OneOf(codes)
}

fn day(text: &str) -> Result<u32, PolicyError> {
    let day = AttributeDate::parse(text);
    day.map(AttributeDate::days)
        .map_err(|_| PolicyError::Day(text.to_owned()))
}

fn position(schema: &Schema, code: &str) -> Result<usize, PolicyError> {
    schema
        .position(code)
        .ok_or_else(|| PolicyError::UnknownAttribute {
            schema: schema.code.clone(),
            attribute: code.to_owned(),
        })
}

/// The schema with this code or id. Two issuers may list schemas of one code: then the id decides,
/// and nobody takes over another's code.
fn listed_schema(list: &TrustList, wanted: &str) -> Result<Schema, PolicyError> {
    let listed = list.issuers.iter().flat_map(|i| &i.schemas);
    let read = listed.filter_map(|octets| Schema::from_octets(octets).ok());
    let mut found: Vec<_> = read
        .filter(|s| s.code == wanted || s.id().to_string() == wanted)
        .collect();
    found.sort_by_key(Schema::id);
    found.dedup();
    if found.len() > 1 {
        return Err(PolicyError::SeveralSchemas {
            code: wanted.to_owned(),
            ids: found.iter().map(|s| s.id().to_string()).collect(),
        });
    }
    found
        .pop()
        .ok_or_else(|| PolicyError::UnknownSchema(wanted.to_owned()))
}

/// The issuers and keys of the trust list that issue a schema and are in use now; of all issuers, or
/// of those with these ids.
fn issuers_of(
    list: &TrustList,
    schema: SchemaId,
    wanted: &[String],
    now: UnixTime,
) -> Vec<(IssuerId, KeyId)> {
    let issues = list.issuers.iter().filter(|issuer| {
        issuer.schemas.iter().any(|s| SchemaId::of(s) == schema)
            && (wanted.is_empty() || wanted.contains(&issuer.id.to_string()))
    });
    let keys = issues.flat_map(|issuer| issuer.keys.iter().map(move |k| (issuer.id, k)));
    let in_use = keys.filter(|(_, k)| k.in_use(now));
    in_use.map(|(id, k)| (id, bbs_key_id(&k.key))).collect()
}
