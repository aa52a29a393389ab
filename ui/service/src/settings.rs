//! Settings in a TOML file.

use serde::de::DeserializeOwned;

/// A file that is not as it should be.
#[derive(Debug, thiserror::Error)]
#[error("the configuration file, line {line}: {message}")]
pub struct SyntaxError {
    /// Where.
    line: usize,
    /// What is wrong.
    message: String,
}

/// Reads them.
///
/// # Errors
/// [`SyntaxError`].
pub fn settings<T: DeserializeOwned>(text: &str) -> Result<T, SyntaxError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        SyntaxError {
            line: before.map_or(1, |before| before.matches('\n').count() + 1),
            message: error.message().to_owned(),
        }
    })
}
