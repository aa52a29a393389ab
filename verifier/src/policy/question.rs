//! From a policy to what is asked today: codes become positions, an age becomes a day, "any issuer"
//! becomes the issuers that the trust list has now. spec:GL-13-POLICY

use glimpse_core::credential::{AttributeType, Schema, bbs_key_id};
use glimpse_core::ids::{IssuerId, KeyId, SchemaId, UnixTime};
use glimpse_core::predicate::dates::{AttributeDate, DateError};
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Query, Test, fits};
use glimpse_core::trust::TrustList;

use super::{Card, Other, Policy, PolicyError, Prove};
use crate::asking::Question;

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
            check_fit(&resolved)?;
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

    /// What is to be proved, by the one key that says it; whether it fits the attribute's type is
    /// seen when all cards of the alternative are there.
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
        let range = self.range(prove, date, now)?.into_iter().map(Test::Holds);
        let choice = prove.one_of.iter().map(|codes| Test::Holds(one_of(codes)));
        let mut tests: Vec<_> = range.chain(choice).collect();
        if let Some(other) = &prove.equal_to {
            tests.push(equal_to(&prove.attribute, other, earlier)?);
        }
        match <[Test; 1]>::try_from(tests) {
            Ok([test]) => Ok(Predicate { attribute, test }),
            Err(_) => Err(PolicyError::OneStatement(prove.attribute.clone())),
        }
    }

    /// The bounds that are to be proved, of a date or of a number.
    fn range(
        &self,
        prove: &Prove,
        date: bool,
        now: UnixTime,
    ) -> Result<Vec<Statement>, PolicyError> {
        let profile = match self.document.conservative {
            true => Profile::Bits,
            false => Profile::ThreeSquares,
        };
        let wrong = || PolicyError::Type(prove.attribute.clone());
        let number = |n: u32| if date { Err(wrong()) } else { Ok(n) };
        let day = |text: &str| if date { day(text) } else { Err(wrong()) };
        let mut statements = Vec::new();
        if let Some(years) = prove.age_at_least {
            let cutoff = self.cutoff(years, now).ok().filter(|_| date);
            statements.push(Statement::AtMost(cutoff.ok_or_else(wrong)?, profile));
        }
        if let Some(bound) = prove.at_most {
            statements.push(Statement::AtMost(number(bound)?, profile));
        }
        if let Some(bound) = prove.at_least {
            statements.push(Statement::AtLeast(number(bound)?, profile));
        }
        if let Some(text) = &prove.on_or_before {
            statements.push(Statement::AtMost(day(text)?, profile));
        }
        if let Some(text) = &prove.on_or_after {
            statements.push(Statement::AtLeast(day(text)?, profile));
        }
        Ok(statements)
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

/// Equality with an attribute of an earlier card.
fn equal_to(attribute: &str, other: &Other, earlier: &[Resolved<'_>]) -> Result<Test, PolicyError> {
    let query = other.card.checked_sub(1);
    let found = query.and_then(|query| Some((query, earlier.get(query)?)));
    let (query, card) = found.ok_or_else(|| PolicyError::Equality(attribute.to_owned()))?;
    let attribute = position(&card.schema, &other.attribute)?;
    Ok(Test::EqualTo { query, attribute })
}

/// What every wallet checks before it answers: better said now than to each of them.
fn check_fit(cards: &[Resolved<'_>]) -> Result<(), PolicyError> {
    let queries: Vec<_> = cards.iter().map(|card| card.query.clone()).collect();
    let schemas: Vec<_> = cards.iter().map(|card| &card.schema).collect();
    for (place, card) in cards.iter().enumerate() {
        for (predicate, prove) in card.query.predicates.iter().zip(&card.card.prove) {
            if fits(&queries, &schemas, place, predicate) {
                continue;
            }
            let named = prove.attribute.clone();
            let shown = card.query.disclose.contains(&predicate.attribute);
            return Err(match shown {
                true => PolicyError::Shown(named),
                false => PolicyError::Type(named),
            });
        }
    }
    Ok(())
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
