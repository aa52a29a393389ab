//! Showing: review, answer, history, and what earlier questions say of this one.

use std::collections::BTreeSet;

use glimpse_core::ids::{EpochDay, UnixTime, VerifierId};
use glimpse_core::predicate::Statement;
use glimpse_core::presentation::{
    Consent, Predicate, Proved, Query, Review, ReviewItem, Stated, Test, VerifiedRequest, Warning,
    prove,
};
use rand_core::CryptoRng;

use crate::WalletError;
use crate::app::views::{HistoryView, ItemView, WarningView, day};
use crate::vault::{HistoryEntry, Question};
use crate::wallet::Wallet;

impl Wallet {
    /// What a request that came as a code, a file or a text asks, and what each alternative would show.
    ///
    /// # Errors
    /// [`WalletError::Request`] for one that is forged, expired or a site's.
    pub fn review(
        &self,
        request: &[u8],
        now: UnixTime,
        language: &str,
    ) -> Result<Review, WalletError> {
        // Under a list whose time is over, nobody is known: the holder is warned.
        let list = self.trusted(now).ok();
        let request = VerifiedRequest::verify(request, list, now)?;
        Ok(Review::new(request, &self.holdings(), now, language))
    }

    /// Agrees to one alternative of a review and answers. No answer leaves without being noted in the
    /// history.
    ///
    /// # Errors
    /// [`WalletError::Review`], [`WalletError::Prove`], [`WalletError::Vault`].
    pub fn answer(
        &self,
        review: Review,
        alternative: usize,
        way: Way,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, WalletError> {
        let items = review.items(alternative)?.iter();
        let items = items.map(|item| remembered(item, self.place(item.place).1));
        let entry = HistoryEntry {
            time: now,
            verifier: asker(&review),
            name: review.verifier().to_owned(),
            known: !review.warnings().contains(&Warning::UnknownVerifier),
            purpose: review.purpose().to_owned(),
            online: matches!(way, Way::Network),
            items: serde_json::to_string(&items.collect::<Vec<_>>()).unwrap_or_default(),
            questions: questions(&review, alternative),
        };
        let consent: Consent = review.consent(alternative)?;
        let answer = prove(
            &consent,
            &self.holdings(),
            self.vault.device(),
            &self.squares,
            now,
            rng,
        )?;
        self.vault.transactions.add(&entry)?;
        Ok(answer)
    }

    /// What the holder should know of one alternative before she agrees: values that few people have,
    /// and what this question says together with earlier ones. spec:GL-6-REVIEW
    pub fn warnings(
        &self,
        review: &Review,
        alternative: usize,
    ) -> Result<Vec<WarningView>, WalletError> {
        let items = review.items(alternative).unwrap_or_default();
        let rare = items.iter().flat_map(|item| &item.disclosed);
        let mut warnings: Vec<_> = rare
            .filter(|shown| shown.rare)
            .map(|shown| WarningView::RareValue {
                attribute: shown.name.clone(),
            })
            .collect();
        let asker = asker(review);
        let mut by_attribute: Vec<(Question, BTreeSet<String>)> = Vec::new();
        for question in questions(review, alternative) {
            let statement = question.statement.clone();
            let same = |(q, _): &&mut (Question, BTreeSet<String>)| {
                (q.schema, q.attribute) == (question.schema, question.attribute)
            };
            match by_attribute.iter_mut().find(same) {
                Some((_, statements)) => _ = statements.insert(statement),
                None => by_attribute.push((question, BTreeSet::from([statement]))),
            }
        }
        for (question, mut statements) in by_attribute {
            statements.extend(self.vault.transactions.asked(asker, &question)?);
            let questions = u32::try_from(statements.len()).unwrap_or(u32::MAX);
            if questions > 1 {
                let attribute = question.name;
                warnings.push(WarningView::Narrowing {
                    attribute,
                    questions,
                });
            }
        }
        Ok(warnings)
    }

    /// The showings so far, the latest first.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn history(&self) -> Result<Vec<HistoryView>, WalletError> {
        let entries = self.vault.transactions.all()?.into_iter();
        let view = |(id, entry): (i64, HistoryEntry)| HistoryView {
            id,
            time: entry.time.0,
            verifier: entry.name,
            known: entry.known,
            purpose: entry.purpose,
            online: entry.online,
            // Written here; one that a later version wrote is shown without them.
            items: serde_json::from_str(&entry.items).unwrap_or_default(),
        };
        Ok(entries.map(view).collect())
    }

    /// Forgets one showing, or all of them, with the questions that were answered.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn forget(&self, showing: Option<i64>) -> Result<(), WalletError> {
        Ok(self.vault.transactions.forget(showing)?)
    }
}

/// How an answer goes to the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As a QR code.
    Symbol,
    /// By network.
    Network,
}

/// What the history keeps of an item: names and statements, no values.
fn remembered(item: &ReviewItem, renewed: EpochDay) -> ItemView {
    let mut view = ItemView::new(item, 0, day(renewed));
    for shown in &mut view.disclosed {
        shown.value.clear();
        shown.photo = None;
    }
    view
}

/// Under which id questions are counted. Whoever nobody vouches for can take a new id for each
/// question, so all of them are one.
fn asker(review: &Review) -> VerifierId {
    if review.warnings().contains(&Warning::UnknownVerifier) {
        VerifierId([0; 16])
    } else {
        review.verifier_id()
    }
}

/// What an alternative asks of hidden attributes.
fn questions(review: &Review, alternative: usize) -> Vec<Question> {
    let asked = review.asked(alternative);
    let question = |(query, predicate, proved): (&Query, &Predicate, &Proved)| {
        Some(Question {
            schema: query.schema,
            attribute: predicate.attribute,
            statement: statement(predicate, &proved.stated)?,
            name: proved.attribute.clone(),
        })
    };
    asked.filter_map(question).collect()
}

/// A statement in a form in which the same question is the same text: the cutoff of an age moves
/// every day, the age does not. An equality between one's own cards narrows nothing down.
fn statement(predicate: &Predicate, stated: &Stated) -> Option<String> {
    match (stated, &predicate.test) {
        (Stated::Age(years), _) => Some(format!("age {years}")),
        (_, Test::Holds(Statement::AtMost(cutoff, _))) => Some(format!("most {cutoff}")),
        (_, Test::Holds(Statement::AtLeast(cutoff, _))) => Some(format!("least {cutoff}")),
        (_, Test::Holds(Statement::OneOf(values))) => Some(format!("of {values:?}")),
        (_, Test::EqualTo { .. }) => None,
    }
}
