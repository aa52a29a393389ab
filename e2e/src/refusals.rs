//! What is refused, and by whom. Each refusal is tried for real: an honest wallet refuses first,
//! and then a dishonest one that skips its own checks is refused by the counter.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Credential, CredentialContext, IssuanceResponse, Offer, PendingIssuance,
};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::{Holding, Query, RequestError, Review, VerifiedRequest, prove};
use glimpse_core::sealed::Cost;
use glimpse_issuer::{Office, json};
use glimpse_verifier::{Asked, Identity, Question, Verdict, Verifier};
use rand_core::CryptoRng;

use crate::world::{At, DAY, PASSPHRASE, Person, World};

/// A refusal: what was tried, who refused it, in which words.
pub struct Refusal {
    /// What was tried.
    pub attempt: &'static str,
    /// What the wallet says; `None` where a wallet has no say.
    pub wallet: Option<String>,
    /// What the counter says; `None` where nothing reaches it.
    pub counter: Option<String>,
}

/// A holder whose wallet does as it likes: a device, a credential, no checks of its own.
pub struct Rogue {
    device: SoftwareDevice,
    credential: Credential,
    context: Arc<CredentialContext>,
}

impl Rogue {
    /// Receives a credential of the registry's schema.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn enrol(
        office: &Office,
        person: &Person<'_>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self> {
        let schemas = office.schemas()?;
        let schema = schemas.first().context("a schema")?;
        let context = office.context(schema.id())?;
        let device = SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(rng))?;
        let octets = office.offer(schema.id(), UnixTime(now.0 + 60), rng)?;
        let offer = Offer::verify(&octets, &office.signing_key(), now)?;
        let (pending, request) = PendingIssuance::begin(&context, &offer, &octets, &device, rng)?;
        let values = json::values(schema, &person.resident())?;
        let answer = office.issue(&request.to_octets(), values, person.number, now, rng)?;
        let response = IssuanceResponse::from_octets(&answer, schema)?;
        let credential = pending.finish(&context, response, &device, now)?;
        Ok(Self {
            device,
            credential,
            context,
        })
    }

    /// The credential as a wallet stores it.
    pub fn stored(&self) -> zeroize::Zeroizing<Vec<u8>> {
        self.credential.to_octets()
    }

    fn holding(&self) -> Holding<'_> {
        Holding {
            credential: &self.credential,
            context: &self.context,
            issuer: None,
        }
    }

    /// Answers a request with its own credential and device.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn answer(
        &self,
        request: &[u8],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>> {
        self.answer_with(&self.credential, &self.device, request, now, rng)
    }

    fn answer_with(
        &self,
        credential: &Credential,
        device: &SoftwareDevice,
        request: &[u8],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>> {
        let review = Review::new(
            VerifiedRequest::verify(request, None, now)?,
            &[self.holding()],
            now,
            "en",
        );
        let shown = Holding {
            credential,
            ..self.holding()
        };
        let (consent, squares) = (review.consent(0)?, square_bases()?);
        Ok(prove(&consent, &[shown], device, &squares, now, rng)?)
    }
}

/// A counter in memory, at whatever time it is told.
///
/// # Errors
/// Whatever goes wrong.
pub fn counter(world: &World, rng: &mut dyn CryptoRng) -> Result<Verifier> {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let identity = Identity::new(VerifierId([7; 16]), SigningKey::from_bytes(&seed));
    let registration = world.register(identity.id(), identity.verifying_key())?;
    Ok(Verifier::new(world.accepted()?, identity, registration)?.with_grace(0))
}

/// A question of one query.
pub fn question(query: Query) -> Question {
    Question {
        purpose: "medicine".into(),
        purpose_texts: Texts::new(&[
            ("en", "To sell you medicine"),
            ("nl", "Om u medicijnen te verkopen"),
            ("fr", "Pour vous vendre des médicaments"),
            ("ar", "لبيعك الدواء"),
        ]),
        alternatives: vec![vec![query]],
        seconds: 120,
        answer_to: None,
    }
}

/// A counter that has asked: over 18, and the city.
fn ask(world: &World, now: UnixTime, rng: &mut dyn CryptoRng) -> Result<(Verifier, Asked)> {
    let mut counter = counter(world, rng)?;
    let asked = counter.ask(&question(world.of_age_and_resident(18)?), now, rng)?;
    Ok((counter, asked))
}

/// What the counter says of an answer that it must refuse.
fn refused_by_counter(verdict: Verdict) -> Result<Option<String>> {
    refused(verdict.into_result())
}

fn refused<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<Option<String>> {
    match result {
        Ok(_) => bail!("what must be refused was accepted"),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// The request is changed on its way, or is another's.
///
/// # Errors
/// Whatever goes wrong, a wrong acceptance above all.
pub fn changed_request(world: &mut World, rng: &mut dyn CryptoRng) -> Result<Refusal> {
    let now = world.now;
    let adult = Rogue::enrol(&world.city, &adult(world.now), now, rng)?;
    let (mut counter, asked) = ask(world, now, rng)?;
    let (asked, ticket) = (asked.octets, asked.ticket);
    // Somebody changes one bit on the way, such as one of the cutoff of "over 18".
    let middle = asked.len() / 2;
    let wallet = (middle..asked.len()).find_map(|place| {
        let mut changed = asked.clone();
        *changed.get_mut(place)? ^= 1;
        match VerifiedRequest::verify(&changed, None, now).err()? {
            RequestError::Signed(error) => Some(error.to_string()),
            _ => None,
        }
    });
    // Or shows the resident a request of his own, and carries her answer to this counter.
    let mut other = self::counter(world, rng)?;
    let foreign = other
        .ask(&question(world.of_age_and_resident(16)?), now, rng)?
        .octets;
    let answer = adult.answer(&foreign, now, rng)?;
    Ok(Refusal {
        attempt: "a changed request",
        wallet,
        counter: refused_by_counter(counter.check_for(ticket, &answer, now))?,
    })
}

/// A thief has the credential but not the device.
///
/// # Errors
/// Whatever goes wrong, a wrong acceptance above all.
pub fn another_device(world: &mut World, rng: &mut dyn CryptoRng) -> Result<Refusal> {
    let now = world.now;
    let adult = Rogue::enrol(&world.city, &adult(world.now), now, rng)?;
    let thief = SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(rng))?;
    let (mut counter, asked) = ask(world, now, rng)?;
    let (asked, ticket) = (asked.octets, asked.ticket);
    let stolen = adult.answer_with(&adult.credential, &thief, &asked, now, rng)?;
    Ok(Refusal {
        attempt: "another person's device",
        wallet: None,
        counter: refused_by_counter(counter.check_for(ticket, &stolen, now))?,
    })
}

/// A resident moves away and is revoked; three weeks and three renewals later she shows her card.
///
/// # Errors
/// Whatever goes wrong, a wrong acceptance above all.
pub fn revoked(world: &mut World, rng: &mut dyn CryptoRng) -> Result<Refusal> {
    let now = world.now;
    let person = Person {
        given_name: "Mara",
        family_name: "Lind",
        number: "R-0077",
        ..adult(now)
    };
    let mut wallet = world.wallet("wallet-revoked", rng)?;
    world.enrol(At::City, &mut wallet, &person, rng)?;
    let rogue = Rogue::enrol(&world.city, &person, now, rng)?;
    for holder in world.city.holders()? {
        if holder.reference == person.number {
            world.city.revoke(holder.handle, "moved away", now)?;
        }
    }
    let later = UnixTime(now.0 + 21 * DAY);
    for renewal in world.city.renew(world.resident.id(), later)? {
        let buckets = world.city.renewal_buckets(&renewal)?;
        let outcome = wallet.renew(&renewal.manifest, &buckets, later)?;
        if (outcome.renewed, outcome.absent) != (0, 1) {
            bail!("a revoked credential was renewed");
        }
    }
    let (mut counter, asked) = ask(world, later, rng)?;
    let (asked, ticket) = (asked.octets, asked.ticket);
    let review = wallet.review(&asked, later, "en")?;
    // A wallet that believes itself to live three weeks ago answers all the same.
    let review_in_the_past = Review::new(
        VerifiedRequest::verify(&asked, None, later)?,
        &[rogue.holding()],
        now,
        "en",
    );
    let consent = review_in_the_past.consent(0)?;
    let squares = square_bases()?;
    let answer = prove(
        &consent,
        &[rogue.holding()],
        &rogue.device,
        &squares,
        later,
        rng,
    )?;
    Ok(Refusal {
        attempt: "a revoked resident, after renewal",
        wallet: refused(review.items(0))?,
        counter: refused_by_counter(counter.check_for(ticket, &answer, later))?,
    })
}

/// A sixteen-year-old.
///
/// # Errors
/// Whatever goes wrong, a wrong acceptance above all.
pub fn under_age(world: &mut World, rng: &mut dyn CryptoRng) -> Result<Refusal> {
    let now = world.now;
    let child = Person {
        given_name: "Tom",
        family_name: "Reed",
        birth_date: years_before(now, 16),
        number: "R-0100",
    };
    let mut wallet = world.wallet("wallet-child", rng)?;
    world.enrol(At::City, &mut wallet, &child, rng)?;
    let (mut counter, asked) = ask(world, now, rng)?;
    let (asked, ticket) = (asked.octets, asked.ticket);
    let review = wallet.review(&asked, now, "en")?;
    let wallet = refused(review.items(0))?;
    // A dishonest wallet puts an adult's birth date into its own signed credential.
    let mut rogue = Rogue::enrol(&world.city, &child, now, rng)?;
    rogue.credential.values = json::values(&world.resident, &adult(now).resident())?;
    let answer = rogue.answer(&asked, now, rng)?;
    Ok(Refusal {
        attempt: "an under-age resident",
        wallet,
        counter: refused_by_counter(counter.check_for(ticket, &answer, now))?,
    })
}

/// An office that nobody trusts, with the registry's schema.
///
/// # Errors
/// Whatever goes wrong, a wrong acceptance above all.
pub fn unknown_issuer(world: &mut World, rng: &mut dyn CryptoRng) -> Result<Refusal> {
    let now = world.now;
    let folder = world.folder.join("impostor-office");
    let impostor = Office::create(&folder, PASSPHRASE, Cost::LEAST, rng)?;
    impostor.add_schema(&world.resident, "command", now)?;
    let rogue = Rogue::enrol(&impostor, &adult(now), now, rng)?;
    let (mut counter, asked) = ask(world, now, rng)?;
    let wallet = refused(rogue.answer(&asked.octets, now, rng))?;
    // A request that names the impostor as accepted reaches the wallet; the counter's own trust
    // list does not name it.
    let mut query = world.of_age_and_resident(18)?;
    query.issuers = vec![(rogue.context.issuer, rogue.context.key_id)];
    let fooled = counter.ask(&question(query), now, rng)?;
    let answer = rogue.answer(&fooled.octets, now, rng)?;
    let ticket = fooled.ticket;
    Ok(Refusal {
        attempt: "an unknown issuer",
        wallet,
        counter: refused_by_counter(counter.check_for(ticket, &answer, now))?,
    })
}

/// Somebody born twenty-five years ago.
pub fn adult(now: UnixTime) -> Person<'static> {
    Person {
        given_name: "Ada",
        family_name: "Vale",
        birth_date: years_before(now, 25),
        number: "R-0042",
    }
}

fn years_before(now: UnixTime, years: u8) -> String {
    use glimpse_core::predicate::dates::AttributeDate;
    let date = AttributeDate::at(now, 0).and_then(|today| today.age_cutoff(years));
    date.map(|d| d.to_string()).unwrap_or_default()
}
