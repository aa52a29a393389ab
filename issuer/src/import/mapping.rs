//! Which column is which attribute: guessed by names, chosen by the clerk, and applied to rows.

use glimpse_core::credential::Schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::dates::{self, DateOrder, Seen};
use super::table::Row;
use crate::json::{self, FieldError};
use crate::residents::{Record, read_reference, words_of};

/// What stands for the reference in a mapping.
pub const REFERENCE: &str = "reference";
/// What people call it.
const REFERENCE_NAMES: [&str; 9] = [
    "reference",
    "ref",
    "file number",
    "referentie",
    "kenmerk",
    "dossiernummer",
    "référence",
    "numéro de dossier",
    "dossier",
];

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnUse {
    /// The column, from 0.
    pub column: u32,
    /// An attribute's code, `reference`, or nothing.
    pub attribute: Option<String>,
    /// For dates: what comes first in one such as 05/06/1990, where that must be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
}

fn plain(name: &str) -> String {
    let words = words_of(name);
    words.iter().map(|word| word.as_str()).collect()
}

/// Guesses by the columns' names: each attribute's code and its names in every language.
pub(super) fn guess(schema: &Schema, columns: &[Zeroizing<String>]) -> Vec<ColumnUse> {
    let mut known: Vec<(&str, Vec<String>)> = schema
        .attributes
        .iter()
        .map(|attribute| {
            let names = attribute.names.iter().map(|(_, name)| plain(name));
            let names = names.chain([plain(&attribute.code)]).collect();
            (attribute.code.as_str(), names)
        })
        .collect();
    let names = REFERENCE_NAMES.iter().map(|name| plain(name)).collect();
    known.push((REFERENCE, names));
    let guess = |(column, name): (u32, &Zeroizing<String>)| {
        let name = plain(name);
        let found = known.iter().position(|(_, names)| names.contains(&name));
        ColumnUse {
            column,
            // Each once: the first column of a name has it.
            attribute: found.map(|place| known.swap_remove(place).0.to_owned()),
            dates: None,
        }
    };
    (0..).zip(columns).map(guess).collect()
}

/// A mapping that fits a schema and a file.
pub(super) struct Plan<'a> {
    schema: &'a Schema,
    columns: usize,
    reference: usize,
    /// For each attribute its column, and the order of its dates.
    attributes: Vec<(usize, DateOrder)>,
}

impl<'a> Plan<'a> {
    /// Checks a mapping.
    pub(super) fn new(
        schema: &'a Schema,
        seen: &[Seen],
        mapping: &[ColumnUse],
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        for (place, used) in mapping.iter().enumerate() {
            let known = used
                .attribute
                .as_deref()
                .is_none_or(|code| code == REFERENCE || schema.position(code).is_some());
            if !known {
                let field = format!("mapping[{place}].attribute");
                let message = "is no attribute of the schema";
                errors.push(FieldError::new(&field, "unknown", message));
            }
            if usize::try_from(used.column).is_ok_and(|column| column >= seen.len()) {
                let field = format!("mapping[{place}].column");
                errors.push(FieldError::new(
                    &field,
                    "unknown",
                    "is no column of the file",
                ));
            }
        }
        let mut column = |code: &str, is_date: bool| {
            let mut uses = mapping
                .iter()
                .filter(|used| used.attribute.as_deref() == Some(code));
            let Some(used) = uses.next() else {
                let message = "must be one of the file's columns";
                errors.push(FieldError::new(code, "missing", message));
                return (0, DateOrder::DayFirst);
            };
            if uses.next().is_some() {
                let message = "can be only one of the file's columns";
                errors.push(FieldError::new(code, "repeated", message));
            }
            let place = usize::try_from(used.column).unwrap_or(usize::MAX);
            let seen = seen.get(place).copied().unwrap_or_default();
            let order = used.dates.or_else(|| seen.order());
            if is_date && order.is_none() {
                let message = "could have the day or the month first; say which";
                errors.push(FieldError::new(code, "date-order", message));
            }
            (place, order.unwrap_or(DateOrder::DayFirst))
        };
        let (reference, _) = column(REFERENCE, false);
        let attributes = schema.attributes.iter().map(|attribute| {
            let kind = &attribute.kind;
            let is_date = matches!(kind, glimpse_core::credential::AttributeType::Date);
            column(&attribute.code, is_date)
        });
        let attributes = attributes.collect();
        if errors.is_empty() {
            Ok(Self {
                schema,
                columns: seen.len(),
                reference,
                attributes,
            })
        } else {
            Err(errors)
        }
    }

    /// A row as a record, or all that is wrong with it.
    pub(super) fn record(&self, row: &Row) -> Result<Record, Vec<FieldError>> {
        let field = |column: usize| row.fields.get(column).map_or("", |field| field.as_str());
        let mut errors = Vec::new();
        let more = row.fields.iter().skip(self.columns);
        if more.into_iter().any(|field| !field.trim().is_empty()) {
            let message = "has more fields than the heading";
            errors.push(FieldError::new("", "columns", message));
        }
        let reference = read_reference(field(self.reference)).map_err(|e| errors.push(e));
        let mut values = Vec::with_capacity(self.attributes.len());
        for (attribute, (column, order)) in self.schema.attributes.iter().zip(&self.attributes) {
            let date = |text: &str| dates::read(text, *order);
            match json::cell(&attribute.code, &attribute.kind, field(*column), date) {
                Ok(value) => values.push(value),
                Err(error) => errors.push(error),
            }
        }
        match reference {
            Ok(reference) if errors.is_empty() => Ok(Record {
                schema: self.schema.id(),
                reference,
                values,
            }),
            _ => Err(errors),
        }
    }
}
