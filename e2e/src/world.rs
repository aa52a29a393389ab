//! A city registry, a clinic, the trust list that names them, and residents with wallets: real
//! keys in real files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ed25519_dalek::VerifyingKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::Schema;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Query, Registration, Test};
use glimpse_core::sealed::Cost;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::{
    Accepted, Allowance, IssuerEntry, Provable, Roots, TrustList, VerifierEntry,
};
use glimpse_issuer::{Office, json};
use glimpse_terminal::{PngText, read_document, to_hex, write_file};
use glimpse_wallet::Wallet;
use glimpse_wallet::vault::Place;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

/// The passphrase of everything in the demo.
pub const PASSPHRASE: &[u8] = b"correct horse battery";
/// A day in seconds.
pub const DAY: u64 = 86_400;

const RESIDENT: &str = include_str!("../../issuer/schemas/resident.json");
const PATIENT: &str = include_str!("../../issuer/schemas/patient.json");

/// Two offices and who trusts them.
pub struct World {
    /// Where every file is.
    pub folder: PathBuf,
    /// The moment at which everything is set up.
    pub now: UnixTime,
    /// The city's registry.
    pub city: Office,
    /// The clinic.
    pub clinic: Office,
    /// The registry's schema.
    pub resident: Schema,
    /// The clinic's schema.
    pub patient: Schema,
    /// The trust list, signed by both offices.
    pub list: Vec<u8>,
    /// The keys that sign it.
    pub roots: [VerifyingKey; 2],
    /// The counters that the next list names.
    listed: Vec<VerifierEntry>,
    cost: Cost,
}

/// Which office.
#[derive(Clone, Copy)]
pub enum At {
    /// The city's registry.
    City,
    /// The clinic.
    Clinic,
}

/// A person, as an office's records have her.
pub struct Person<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// Date of birth, as in "1990-05-31".
    pub birth_date: String,
    /// Resident number.
    pub number: &'a str,
}

impl Person<'_> {
    /// Her values for the registry's schema.
    pub fn resident(&self) -> String {
        let photo = to_hex(&Sha256::digest(self.number.as_bytes()));
        format!(
            r#"{{"given_name": "{}", "family_name": "{}", "birth_date": "{}", "city": "Rivermouth",
                "district": "Old Town", "resident_since": "2015-03-01", "number": "{}", "photo": "{photo}"}}"#,
            self.given_name, self.family_name, self.birth_date, self.number
        )
    }

    /// Her values for the clinic's schema.
    pub fn patient(&self) -> String {
        format!(
            r#"{{"number": "{}", "entitlement": "Medicine at no charge", "valid_until": "2040-12-31"}}"#,
            self.number
        )
    }
}

impl World {
    /// Creates both offices and the trust list in a folder.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn build(
        folder: &Path,
        cost: Cost,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self> {
        let city = Office::create(&folder.join("city-office"), PASSPHRASE, cost, rng)?;
        let clinic = Office::create(&folder.join("clinic-office"), PASSPHRASE, cost, rng)?;
        let (resident, patient) = (json::schema(RESIDENT)?, json::schema(PATIENT)?);
        city.add_schema(&resident, "command", now)?;
        clinic.add_schema(&patient, "command", now)?;
        let octets = publish(&city, &clinic, Vec::new(), 1, now)?;
        write_file(&folder.join("trust-list"), &octets)?;
        Ok(Self {
            folder: folder.to_owned(),
            now,
            roots: [city.signing_key(), clinic.signing_key()],
            city,
            clinic,
            resident,
            patient,
            list: octets,
            listed: Vec::new(),
            cost,
        })
    }

    /// The next trust list: what the offices' keys are now, which becomes this world's moment.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn publish_again(&mut self, now: UnixTime) -> Result<()> {
        let sequence = Accepted::restore(&self.list)?.list.sequence + 1;
        self.list = publish(&self.city, &self.clinic, self.listed.clone(), sequence, now)?;
        self.now = now;
        Ok(())
    }

    /// The trust list as a program accepts it the first time.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn accepted(&self) -> Result<Accepted> {
        Ok(Accepted::first(&self.list, &self.roots, 2, self.now)?)
    }

    /// A new wallet that trusts the list.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn wallet(&self, name: &str, rng: &mut dyn CryptoRng) -> Result<Wallet> {
        let place = Place::with_file(&self.folder.join(name));
        let mut wallet = Wallet::create(&place, PASSPHRASE, self.cost, rng)?;
        wallet.trust(&self.list, &self.trusted(), self.now)?;
        Ok(wallet)
    }

    /// The keys by which a wallet trusts the list.
    pub fn trusted(&self) -> Roots {
        Roots {
            list: None,
            keys: self.roots.to_vec(),
            threshold: 2,
        }
    }

    /// An office issues to a wallet. Every document goes as a QR picture and is read back.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn enrol(
        &mut self,
        at: At,
        wallet: &mut Wallet,
        person: &Person<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<()> {
        let (office, schema, values) = match at {
            At::City => (&mut self.city, &self.resident, person.resident()),
            At::Clinic => (&mut self.clinic, &self.patient, person.patient()),
        };
        let carry = |name: &str, kind, document: &[u8]| {
            let name = format!("{}-{name}-{}", schema.code, person.number);
            carry(&self.folder, &name, kind, document)
        };
        let values = json::values(schema, &values)?;
        let until = UnixTime(self.now.0 + 3600);
        let offer = office.offer(schema.id(), until, rng)?;
        let offer = carry("1-offer", DocumentKind::Offer, &offer)?;
        let request = wallet.begin(&offer, self.now, rng)?;
        let request = carry("2-request", DocumentKind::IssuanceRequest, &request)?;
        let answer = office.issue(&request, values, person.number, self.now, rng)?;
        let answer = carry("3-credential", DocumentKind::IssuanceResponse, &answer)?;
        wallet.receive(&answer, self.now)?;
        Ok(())
    }

    /// What the counter asks of a resident's credential: that she is of age, and her city.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn of_age_and_resident(&self, years: u8) -> Result<Query> {
        let context = self.city.context(self.resident.id())?;
        let cutoff = AttributeDate::at(self.now, 0)?.age_cutoff(years)?;
        Ok(Query {
            schema: context.schema_id,
            issuers: vec![(context.issuer, context.key_id)],
            disclose: vec![position(&self.resident, "city")?],
            predicates: vec![Predicate {
                attribute: position(&self.resident, "birth_date")?,
                test: Test::Holds(Statement::AtMost(cutoff.days(), Profile::ThreeSquares)),
            }],
            max_age_days: 14,
            pseudonym: None,
        })
    }

    /// A counter's registration, signed.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn register(&self, verifier: VerifierId, key: VerifyingKey) -> Result<Vec<u8>> {
        let registration = self.registration(verifier, key)?;
        Ok(self.city.sign_registration(&registration))
    }

    /// Names a counter in the trust lists that are published from now on, in the words of its
    /// registration.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn list_counter(&mut self, verifier: VerifierId, key: VerifyingKey) -> Result<()> {
        let registration = self.registration(verifier, key)?;
        self.listed.push(VerifierEntry {
            id: registration.verifier,
            names: registration.names,
            signing: registration.key,
            allowances: registration.allowances,
        });
        Ok(())
    }

    /// What a counter may ask: of age and city, for selling medicine; and with a clinic card, its
    /// entitlement and that the two are of one person.
    fn registration(&self, verifier: VerifierId, key: VerifyingKey) -> Result<Registration> {
        let prove = |kind, schema: &Schema, code| -> Result<Provable> {
            let attribute = position(schema, code)?;
            Ok(Provable { kind, attribute })
        };
        Ok(Registration {
            verifier,
            key,
            names: Texts::new(&[
                ("en", "Corner Pharmacy"),
                ("nl", "Apotheek op de Hoek"),
                ("fr", "Pharmacie du Coin"),
                ("ar", "صيدلية الزاوية"),
            ]),
            allowances: vec![
                Allowance {
                    purpose: "medicine".into(),
                    schema: self.resident.id(),
                    disclose: vec![position(&self.resident, "city")?],
                    prove: vec![prove(0, &self.resident, "birth_date")?],
                    pseudonym: false,
                },
                Allowance {
                    purpose: "medicine".into(),
                    schema: self.patient.id(),
                    disclose: vec![position(&self.patient, "entitlement")?],
                    prove: vec![prove(3, &self.patient, "number")?],
                    pseudonym: false,
                },
            ],
            expires: UnixTime(self.now.0 + 365 * DAY),
        })
    }
}

/// An attribute's position.
///
/// # Errors
/// When the schema has no such attribute.
pub fn position(schema: &Schema, code: &str) -> Result<usize> {
    schema.position(code).context("no such attribute")
}

/// Draws a document as a QR picture in a file, and reads it back from the file's pixels.
///
/// # Errors
/// Whatever goes wrong.
pub fn carry(folder: &Path, name: &str, kind: DocumentKind, document: &[u8]) -> Result<Vec<u8>> {
    let path = folder.join(format!("{name}.png"));
    write_file(&path, &PngText::new(kind, document)?.symbol.to_png()?)?;
    read_document(
        kind,
        path.to_str().context("the folder's name is not UTF-8")?,
    )
}

fn publish(
    city: &Office,
    clinic: &Office,
    verifiers: Vec<VerifierEntry>,
    sequence: u64,
    now: UnixTime,
) -> Result<Vec<u8>> {
    let until = UnixTime(now.0 + 730 * DAY);
    let rivermouth = Texts::new(&[
        ("en", "City of Rivermouth"),
        ("nl", "Gemeente Riviermond"),
        ("fr", "Ville de Rivebouche"),
        ("ar", "مدينة ريفرماوث"),
    ]);
    let harbour_clinic = Texts::new(&[
        ("en", "Harbour Clinic"),
        ("nl", "Havenkliniek"),
        ("fr", "Clinique du Port"),
        ("ar", "عيادة الميناء"),
    ]);
    let entries = vec![
        city.trust_entry(rivermouth, "RIV", now, until)?,
        clinic.trust_entry(harbour_clinic, "RIV", now, until)?,
    ];
    let mut list = trust_list(&[city, clinic], entries, now);
    list.sequence = sequence;
    list.verifiers = verifiers;
    // Each publisher signs with its own key, on its own machine.
    Ok(clinic.countersign_list(&city.sign_list(&list))?)
}

fn trust_list(publishers: &[&Office], mut issuers: Vec<IssuerEntry>, now: UnixTime) -> TrustList {
    issuers.sort_by_key(|i| i.id);
    let mut keys: Vec<_> = publishers.iter().map(|o| o.signing_key()).collect();
    keys.sort_by_key(|k| k.to_bytes());
    TrustList {
        id: *b"glimpse-demolist",
        sequence: 1,
        issued: now,
        expires: UnixTime(now.0 + 90 * DAY),
        threshold: publishers.len(),
        keys,
        issuers,
        verifiers: Vec::new(),
    }
}
