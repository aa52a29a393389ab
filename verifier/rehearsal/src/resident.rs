//! A resident: one device, her two cards, and answers to whatever is asked of them.

use std::sync::Arc;

use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::credential::{CredentialContext, Value};
use glimpse_core::curve::{FixedBases, SecretScalar};
use glimpse_core::ids::{Origin, UnixTime};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::presentation::{Holding, Review, VerifiedRequest, prove};
use rand_core::CryptoRng;

use crate::{Issued, Town};

/// What the offices know of a resident.
#[derive(Clone)]
pub struct Values {
    /// Given name.
    pub given_name: String,
    /// Date of birth, such as 1990-05-05.
    pub birth_date: String,
    /// 1 Rivermouth, 2 Hillford.
    pub city: u32,
    /// Resident number, which is on both cards.
    pub number: String,
}

impl Values {
    /// Somebody of this name, number and day of birth who lives in Rivermouth.
    pub fn of(given_name: &str, number: &str, birth_date: &str) -> Self {
        Self {
            given_name: given_name.to_owned(),
            birth_date: birth_date.to_owned(),
            city: 1,
            number: number.to_owned(),
        }
    }

    fn resident(&self) -> Vec<Value> {
        let mut photo = [0; 32];
        photo
            .iter_mut()
            .zip(self.number.bytes().cycle())
            .for_each(|(place, octet)| *place = octet);
        vec![
            Value::text(&self.given_name),
            Value::text("Vale"),
            date(&self.birth_date),
            Value::Integer(self.city),
            Value::Integer(2),
            date("2015-05-01"),
            Value::text(&self.number),
            Value::bytes(&photo),
        ]
    }

    fn patient(&self) -> Vec<Value> {
        vec![
            Value::text(&self.number),
            Value::Integer(2),
            date("2040-12-31"),
        ]
    }
}

fn date(text: &str) -> Value {
    Value::date(AttributeDate::parse(text).expect("a day of our own"))
}

/// A resident who shows whatever she is asked for: no list of whom she trusts, no warnings.
pub struct Resident {
    device: SoftwareDevice,
    squares: Arc<FixedBases>,
    /// Her cards: the registry's and the clinic's.
    pub cards: Vec<(Issued, Arc<CredentialContext>)>,
}

impl Resident {
    /// Somebody new, with a telephone and no card.
    pub fn new(town: &Town, rng: &mut dyn CryptoRng) -> Self {
        let scalar = SecretScalar::random(rng);
        Self {
            device: SoftwareDevice::new(&Interface::glimpse(), scalar).expect("a scalar"),
            squares: Arc::clone(&town.squares),
            cards: Vec::new(),
        }
    }

    /// Somebody new, with the registry's card and the clinic's.
    pub fn enrol(town: &Town, values: &Values, now: UnixTime, rng: &mut dyn CryptoRng) -> Self {
        let mut resident = Self::new(town, rng);
        resident.register(town, values, now, rng);
        let clinic = town
            .clinic
            .issue(&resident.device, values.patient(), now, rng);
        resident
            .cards
            .push((clinic, Arc::clone(&town.clinic.context)));
        resident
    }

    /// The registry issues a card to her, as of a moment.
    pub fn register(
        &mut self,
        town: &Town,
        values: &Values,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) {
        let city = town.city.issue(&self.device, values.resident(), now, rng);
        self.cards.push((city, Arc::clone(&town.city.context)));
    }

    fn holdings(&self) -> Vec<Holding<'_>> {
        let cards = self.cards.iter();
        let holdings = cards.map(|(issued, context)| Holding {
            credential: &issued.credential,
            context,
            issuer: None,
        });
        holdings.collect()
    }

    /// The answer with the first alternative that her cards can give, at what she believes to be
    /// the time; `None` where there is none.
    pub fn answer(
        &self,
        request: &[u8],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Option<Vec<u8>> {
        self.show(VerifiedRequest::verify(request, None, now).ok()?, now, rng)
    }

    /// The answer that goes by network to a site; `None` where the request is another site's as well.
    pub fn answer_to(
        &self,
        site: &Origin,
        request: &[u8],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Option<Vec<u8>> {
        let verified = VerifiedRequest::verify_for(request, Some(site), None, now).ok()?;
        self.show(verified, now, rng)
    }

    fn show(
        &self,
        verified: VerifiedRequest,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Option<Vec<u8>> {
        let holdings = self.holdings();
        let review = Review::new(verified, &holdings, now, "en");
        let alternative = (0..review.alternatives()).find(|a| review.items(*a).is_ok())?;
        let consent = review.consent(alternative).ok()?;
        prove(&consent, &holdings, &self.device, &self.squares, now, rng).ok()
    }
}
