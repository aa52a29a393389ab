//! Why a policy cannot be read or asked.

/// Why a policy cannot be read or asked. It quotes the policy, which is public.
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
    /// A purpose that a request could not hold, or that could not stand on a screen.
    #[error("`purpose` needs 1 to 32 octets of plain text")]
    Purpose,
    /// A time zone that is none: ages would be counted on another day.
    #[error("`zone_minutes` must be -720 to 840: the minutes that local time is ahead of UTC")]
    Zone,
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
    /// An attribute that is shown as well.
    #[error("`{0}` is shown and proved: what is shown needs no proof")]
    Shown(String),
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
            Self::Purpose => "purpose",
            Self::Zone => "zone",
            Self::UnknownSchema(_) => "unknown_schema",
            Self::SeveralSchemas { .. } => "several_schemas",
            Self::UnknownAttribute { .. } => "unknown_attribute",
            Self::NoIssuer(_) => "no_issuer",
            Self::OneStatement(_) => "one_statement",
            Self::Type(_) => "type",
            Self::Shown(_) => "shown_and_proved",
            Self::Day(_) => "day",
            Self::Equality(_) => "equality",
            Self::Nothing(_) => "nothing",
        }
    }

    /// What its words name: for whoever says it in another language.
    pub(super) fn given(&self) -> Vec<String> {
        match self {
            Self::Syntax { line, message } => vec![line.to_string(), message.clone()],
            Self::TooLarge | Self::Purpose | Self::Zone => Vec::new(),
            Self::Texts(key) => vec![(*key).to_owned()],
            Self::SeveralSchemas { code, ids } => vec![code.clone(), ids.join(", ")],
            Self::UnknownAttribute { schema, attribute } => vec![schema.clone(), attribute.clone()],
            Self::UnknownSchema(named)
            | Self::NoIssuer(named)
            | Self::OneStatement(named)
            | Self::Type(named)
            | Self::Shown(named)
            | Self::Day(named)
            | Self::Equality(named)
            | Self::Nothing(named) => vec![named.clone()],
        }
    }
}
