//! Everybody but the holder: two offices with their services, a pharmacy's counter, a stranger's.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::presentation::answered_request;
use glimpse_core::sealed::Cost;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::Roots;
use glimpse_issuer::invitation::Terms;
use glimpse_issuer::residents::Record;
use glimpse_issuer::service::config::Config;
use glimpse_issuer::service::{Server, clock};
use glimpse_issuer::{Office, json};
use glimpse_terminal::{PngText, now, rng};
use glimpse_verifier::{Identity, Question, Ticket, Verifier};
use glimpse_wallet::app::{App, Home};
use glimpse_wallet::vault::{Devices, InMemory as InMemoryKeychain};
use rand_core::{CryptoRng, Rng};

use super::people::{self, enrol, join, said};
use super::site::Site;
use crate::refusals::{adult, counter, question};
use crate::showing::{learned, of_both_cards};
use crate::world::{At, DAY, PASSPHRASE, World, position};

/// What opens a wallet that was made here.
pub const PIN: &str = "493817";

/// Which wallet the holder has to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Begin {
    /// None.
    None,
    /// One without cards.
    Empty,
    /// One with a resident's and a patient's card.
    Cards,
}

/// What the counter may be told to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Ask {
    /// Over 18, and the city.
    Over18,
    /// Over 21, and the city.
    Over21,
    /// The city alone.
    City,
    /// The name, which the counter is not registered for.
    Name,
    /// Both cards.
    Both,
    /// Over 18, and the city, by somebody whom nobody has registered.
    Unknown,
}

/// Everybody but the holder.
pub struct Stage {
    /// The offices and the trust list.
    pub world: World,
    city: Arc<Service>,
    clinic: Arc<Service>,
    known: Verifier,
    stranger: Verifier,
    /// The pharmacy's site.
    pub site: Site,
    asked: Vec<(Ask, Ticket)>,
}

/// An office's service, and another handle of the same office, as staff at its command line has.
struct Service {
    office: Office,
    url: String,
}

impl Stage {
    /// Builds everything in a folder and starts the services.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn build(folder: &Path) -> Result<Self> {
        let (rng, now) = (&mut rng(), now()?);
        let world = World::build(folder, Cost::LEAST, now, rng)?;
        let known = counter(&world, rng)?;
        let stranger = stranger(&world, rng)?;
        let site = Site::open(&world, rng)?;
        let service = |folder: &str, name| serve(&world.folder.join(folder), name);
        Ok(Self {
            city: Arc::new(service("city-office", "City of Rivermouth")?),
            clinic: Arc::new(service("clinic-office", "Harbour Clinic")?),
            world,
            known,
            stranger,
            site,
            asked: Vec::new(),
        })
    }

    /// Makes the holder's wallet in a new folder; it is closed.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn wallet(&self, folder: &Path, begin: Begin) -> Result<App> {
        let app = App::new(Home {
            folder: folder.join("wallet"),
            backups: folder.join("backups"),
            roots: Some(Roots {
                list: None,
                keys: self.world.roots.to_vec(),
                threshold: 2,
            }),
            list: Some(self.world.list.clone()),
            devices: Devices::Given(Arc::new(InMemoryKeychain::default())),
            cost: Some(Cost::LEAST),
            loopback: true,
        });
        if begin == Begin::None {
            return Ok(app);
        }
        app.create(PIN).map_err(said)?;
        if begin == Begin::Cards {
            for at in [At::City, At::Clinic] {
                enrol(&self.world, at, &app, now()?)?;
            }
        }
        app.lock();
        Ok(app)
    }

    /// Makes a fresh request.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn ask(&mut self, ask: Ask) -> Result<PngText> {
        let question = self.question(ask)?;
        let asking = match ask {
            Ask::Unknown => &mut self.stranger,
            _ => &mut self.known,
        };
        let asked = asking.ask(&question, now()?, &mut rng())?;
        let shown = PngText::new(DocumentKind::Request, &asked.octets)?;
        self.asked.push((ask, asked.ticket));
        Ok(shown)
    }

    fn question(&self, ask: Ask) -> Result<Question> {
        let of_age = |years| self.world.of_age_and_resident(years);
        let mut query = match ask {
            Ask::Both => return of_both_cards(&self.world),
            Ask::Over21 => of_age(21)?,
            _ => of_age(18)?,
        };
        if matches!(ask, Ask::City | Ask::Name) {
            query.predicates.clear();
        }
        if ask == Ask::Name {
            let place = |code| position(&self.world.resident, code);
            query.disclose = vec![place("given_name")?, place("family_name")?];
        }
        Ok(Question {
            seconds: 600,
            ..question(query)
        })
    }

    /// Asks a visitor of the site, whose addresses are under `base`: the link.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn ask_visitor(&mut self, ask: Ask, base: &str) -> Result<String> {
        let question = self.question(ask)?;
        self.site.ask(&question, base)
    }

    /// Checks the answer of a code's text, or of a moving code's texts: whether it is accepted, and
    /// what the clerk reads.
    ///
    /// # Errors
    /// When it is no answer at all.
    pub fn check<'a>(
        &mut self,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<(bool, String)> {
        let (kind, answer) = join(texts)?;
        if kind != DocumentKind::Answer {
            bail!("another kind of document");
        }
        let ticket = Ticket(answered_request(&answer)?);
        let found = self.asked.iter().find(|(_, asked)| *asked == ticket);
        let Some((ask, _)) = found else {
            return Ok((false, "this counter did not ask that".to_owned()));
        };
        let asking = match ask {
            Ask::Unknown => &mut self.stranger,
            _ => &mut self.known,
        };
        let now = now()?;
        Ok(match asking.check_for(ticket, &answer, now).into_result() {
            Ok(verdict) => (true, learned(&verdict, now).join("\n")),
            Err(error) => (false, error.to_string()),
        })
    }

    /// Invites the resident, or the patient, to fetch her card online: the link and the transaction
    /// code. With `approval` a second person must approve once the wallet has come.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn offer(&self, at: At, approval: bool) -> Result<(String, String)> {
        let person = adult(self.world.now);
        let (service, schema, values) = match at {
            At::City => (&self.city, &self.world.resident, person.resident()),
            At::Clinic => (&self.clinic, &self.world.patient, person.patient()),
        };
        let (now, rng) = (now()?, &mut rng());
        let record = Record {
            schema: schema.id(),
            reference: format!("{}-{}", person.number, rng.next_u64()).into(),
            values: json::values(schema, &values)?,
        };
        let resident = service.office.create_resident(&record, "Bram", now, rng)?;
        let terms = Terms {
            devices: 1,
            minutes: 60,
            approval,
        };
        let (_, offered) = service.office.invite(resident, terms, "Bram", now, rng)?;
        let link = offered.by_reference(&service.url);
        Ok((link, offered.transaction_code.to_string()))
    }

    /// The text of the city's code that offers a card at its desk.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn desk_offer(&self) -> Result<String> {
        people::offer(&self.world, At::City, now()?)
    }

    /// The text of the city's code with the card, from the texts of the wallet's.
    ///
    /// # Errors
    /// When it is no request.
    pub fn desk_issue<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Result<String> {
        let (_, request) = join(texts)?;
        people::issue(&self.world, At::City, &request, now()?)
    }

    /// A second person approves whatever waits at both offices; how much that was.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn approve(&self) -> Result<usize> {
        let (now, mut done) = (now()?, 0);
        for service in [&self.city, &self.clinic] {
            for waiting in service.office.approvals(now, 0, 100)?.0 {
                let (id, version) = (waiting.invitation.id, waiting.resident.version);
                service.office.approve(id, version, "Anna", now)?;
                done += 1;
            }
        }
        Ok(done)
    }

    /// The trust list, as the town hall shows it.
    ///
    /// # Errors
    /// When it is too large for one symbol.
    pub fn trust_list(&self) -> Result<PngText> {
        PngText::new(DocumentKind::TrustList, &self.world.list)
    }

    /// The next trust list.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn next_trust_list(&mut self) -> Result<PngText> {
        self.world.publish_again(now()?)?;
        self.trust_list()
    }

    /// Where the offices' services are: the city's, the clinic's.
    pub fn urls(&self) -> [&str; 2] {
        [&self.city.url, &self.clinic.url]
    }
}

/// Opens the office once more and starts its service, which lasts as long as the program.
fn serve(folder: &Path, name: &str) -> Result<Service> {
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        demo: true,
        names: BTreeMap::from([("en".to_owned(), name.to_owned())]),
        ..Config::default()
    };
    let served = Office::open(folder, PASSPHRASE)?;
    let server = Server::bind(served, config, clock())?;
    let url = server.public_url().to_owned();
    std::thread::Builder::new()
        .name("office".into())
        .spawn(|| server.run(std::future::pending()))
        .context("starting the office's service")?;
    Ok(Service {
        office: Office::open(folder, PASSPHRASE)?,
        url,
    })
}

/// A counter that has signed its own registration.
fn stranger(world: &World, rng: &mut dyn CryptoRng) -> Result<Verifier> {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let identity = Identity::new(VerifierId([9; 16]), SigningKey::from_bytes(&seed));
    let names = Texts::new(&[("en", "Lucky Sweepstakes")]);
    let registration = identity.self_registration(names, UnixTime(world.now.0 + 365 * DAY));
    Ok(Verifier::new(world.accepted()?, identity, registration)?)
}
