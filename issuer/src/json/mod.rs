//! Schemas and values as JSON that a clerk's own software writes and the office's page reads. All
//! that is wrong is said at once, field by field; no error quotes a value.

mod schema;
mod values;

use std::fmt::Write as _;

use serde::Serialize;
use utoipa::ToSchema;

pub use schema::{AttributeJson, SchemaJson, TypeJson, schema};
pub(crate) use values::NOT_PLAIN;
pub use values::{cell, read_values, values, write_values};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, as a path such as `attributes[2].code`.
    pub field: String,
    /// A word by which the page finds its own text.
    pub code: String,
    /// In English, as what follows the field's name.
    pub message: String,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON, or not of the form that is expected.
    #[error("line {line}, column {column}: not a schema file of this program")]
    Schema {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// Not JSON, or not one object.
    #[error("line {line}, column {column}: the values must be one JSON object")]
    Values {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// Fields that do not fit.
    #[error("{}", in_words(.0))]
    Fields(Vec<FieldError>),
}

fn in_words(errors: &[FieldError]) -> String {
    let mut words = String::new();
    for error in errors {
        let between = if words.is_empty() { "" } else { "; " };
        // Writing to a string does not fail.
        let _ = write!(words, "{between}`{}` {}", error.field, error.message);
    }
    words
}

#[cfg(test)]
mod tests;
