//! What an alternative as a whole tells of attributes that no query discloses. Two bounds can leave one
//! day, and an attribute can be equal to one that another query shows: a review that called such a
//! value hidden would be untrue. spec:GL-6-REVIEW

use std::collections::BTreeSet;

use crate::credential::{AttributeType, Value};
use crate::predicate::{Statement, VALUE_BITS, dates::AttributeDate};

use super::request::{Query, Test};
use super::review::Holding;

/// An attribute of a holding: the holding's place and the attribute's.
type Of = (usize, usize);

/// Attributes that are one value, and what is stated of it.
struct Class<'a> {
    members: BTreeSet<Of>,
    statements: Vec<&'a Statement>,
}

/// The attributes whose values the verifier learns when `chosen` holdings answer `queries`.
pub(super) fn told(queries: &[Query], chosen: &[usize], holdings: &[Holding<'_>]) -> BTreeSet<Of> {
    let mut known = BTreeSet::new();
    let mut classes: Vec<Class<'_>> = Vec::new();
    for (query, place) in queries.iter().zip(chosen) {
        known.extend(query.disclose.iter().map(|i| (*place, *i)));
        for predicate in &query.predicates {
            let mut class = Class {
                members: BTreeSet::from([(*place, predicate.attribute)]),
                statements: Vec::new(),
            };
            match &predicate.test {
                Test::Holds(statement) => class.statements.push(statement),
                Test::EqualTo { query, attribute } => {
                    let other = chosen.get(*query).map(|place| (*place, *attribute));
                    class.members.extend(other);
                }
            }
            join(&mut classes, class);
        }
    }
    for class in classes {
        let kind = class.members.iter().find_map(|(place, attribute)| {
            let schema = &holdings.get(*place)?.context.schema;
            schema.attributes.get(*attribute).map(|a| &a.kind)
        });
        let pinned = kind.is_some_and(|kind| leaves_one(kind, &class.statements));
        if pinned || !class.members.is_disjoint(&known) {
            known.extend(class.members);
        }
    }
    known
}

/// Adds a class, and makes one of all that it overlaps.
fn join<'a>(classes: &mut Vec<Class<'a>>, mut class: Class<'a>) {
    classes.retain_mut(|other| {
        let apart = other.members.is_disjoint(&class.members);
        if !apart {
            class.members.append(&mut other.members);
            class.statements.append(&mut other.statements);
        }
        apart
    });
    classes.push(class);
}

/// Whether at most one value of the type is left by what is stated: it is then as good as shown.
pub fn leaves_one(kind: &AttributeType, statements: &[&Statement]) -> bool {
    if statements.is_empty() {
        return false;
    }
    let possible = |value: &u32| {
        Value::Integer(*value).fits(kind) && statements.iter().all(|s| s.holds(*value))
    };
    let choices = statements.iter().find_map(|s| match s {
        Statement::OneOf(values) => Some(values),
        _ => None,
    });
    if let Some(values) = choices {
        return values.iter().filter(|v| possible(v)).count() <= 1;
    }
    if let AttributeType::Enumeration(codes) = kind {
        return codes.iter().filter(|(code, _)| possible(code)).count() <= 1;
    }
    let end = match kind {
        AttributeType::Date => AttributeDate::END,
        _ => 1 << VALUE_BITS,
    };
    let (mut low, mut high) = (0, end - 1);
    for statement in statements {
        match statement {
            Statement::AtMost(cutoff, _) => high = high.min(*cutoff),
            Statement::AtLeast(cutoff, _) => low = low.max(*cutoff),
            Statement::OneOf(_) => {}
        }
    }
    high <= low
}
