//! What a policy asks, taken apart so that a page can say it to whoever is asked, in her language.

use glimpse_core::credential::AttributeType;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Proved, Stated};
use glimpse_core::trust::TrustList;

use super::Policy;
use super::PolicyError;
use super::question::Resolved;

/// What is asked of one card. Names are in the language that was wanted, as far as the schema has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The card's name.
    pub card: String,
    /// The names of the attributes that are to be shown.
    pub shows: Vec<String>,
    /// Whether a photo is among them, with which somebody has to compare a face.
    pub photo: bool,
    /// What is to be proved of attributes that stay hidden.
    pub proves: Vec<Proved>,
    /// Whether the verifier would know the holder again.
    pub recognises: bool,
}

impl Policy {
    /// What this policy asks at a moment, with a trust list: any one of these alternatives.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn asks(
        &self,
        list: &TrustList,
        now: UnixTime,
        language: &str,
    ) -> Result<Vec<Vec<Asks>>, PolicyError> {
        let resolved = self.resolved(list, now)?;
        let alternative = |cards: &Vec<Resolved<'_>>| {
            let asks = cards.iter().map(|card| asks(card, cards, now, language));
            asks.collect()
        };
        Ok(resolved.iter().map(alternative).collect())
    }
}

fn asks(card: &Resolved<'_>, beside: &[Resolved<'_>], now: UnixTime, language: &str) -> Asks {
    let attributes = &card.schema.attributes;
    let beside: Vec<_> = beside.iter().map(|card| &card.schema).collect();
    let shown = card
        .query
        .disclose
        .iter()
        .filter_map(|i| attributes.get(*i));
    let proved = card.query.predicates.iter().filter_map(|predicate| {
        let attribute = attributes.get(predicate.attribute)?;
        Some(Proved {
            attribute: attribute.names.get(language).to_owned(),
            stated: Stated::new(predicate, attribute, &beside, now, language),
        })
    });
    Asks {
        card: card.schema.names.get(language).to_owned(),
        photo: shown
            .clone()
            .any(|a| matches!(a.kind, AttributeType::Photo(_))),
        shows: shown.map(|a| a.names.get(language).to_owned()).collect(),
        proves: proved.collect(),
        recognises: card.query.pseudonym.is_some(),
    }
}
