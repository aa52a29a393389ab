//! Whether what is asked fits the schemas that it is asked of. spec:GL-6-REQUEST

use super::request::{Predicate, Query, RequestError, Test};
use crate::credential::AttributeType::{self, Count, Date, Enumeration};
use crate::credential::{Schema, Value};
use crate::predicate::Statement;

/// Whether a predicate of the query at `position` fits the schemas of the alternative's queries: its
/// attribute is there, is not disclosed as well, and has a type of which this can be proved; a choice
/// names what the schema has, and what is equal is of one type, in an earlier query.
pub fn fits(
    queries: &[Query],
    schemas: &[&Schema],
    position: usize,
    predicate: &Predicate,
) -> bool {
    let Some(own) = hidden(queries, schemas, position, predicate.attribute) else {
        return false;
    };
    match &predicate.test {
        // A choice that the schema does not have would narrow the others unseen.
        Test::Holds(Statement::OneOf(values)) => {
            values.iter().all(|v| Value::Integer(*v).fits(own))
        }
        Test::Holds(_) => matches!(own, Date | Count | Enumeration(_)),
        Test::EqualTo { query, attribute } => {
            *query < position && hidden(queries, schemas, *query, *attribute) == Some(own)
        }
    }
}

/// The type of an attribute that is there and is not disclosed.
fn hidden<'s>(
    queries: &[Query],
    schemas: &[&'s Schema],
    query: usize,
    attribute: usize,
) -> Option<&'s AttributeType> {
    let disclosed = queries.get(query)?.disclose.binary_search(&attribute);
    let schema = schemas.get(query)?;
    let found = schema.attributes.get(attribute);
    found.filter(|_| disclosed.is_err()).map(|a| &a.kind)
}

/// Checks an alternative against the schemas of its queries.
///
/// # Errors
/// [`RequestError::Schema`].
pub(crate) fn check_alternative(
    queries: &[Query],
    schemas: &[&Schema],
) -> Result<(), RequestError> {
    let mut each = queries.iter().zip(schemas).enumerate();
    let all_fit = each.all(|(position, (query, schema))| {
        let in_range = query.disclose.iter().all(|i| *i < schema.attributes.len());
        let mut predicates = query.predicates.iter();
        in_range && predicates.all(|p| fits(queries, schemas, position, p))
    });
    if queries.len() == schemas.len() && all_fit {
        Ok(())
    } else {
        Err(RequestError::Schema)
    }
}
