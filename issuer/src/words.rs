//! Enumerations that are words in the database, in JSON and in the OpenAPI document.

/// An enumeration, each of whose values is one word. The words are taken as plain tokens: utoipa
/// does not look into a `literal`.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:tt,)+ }) => {
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            pub(crate) fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use words;
