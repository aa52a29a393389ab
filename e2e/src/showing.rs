//! The main job: a counter asks, the wallet answers, the counter learns exactly what it asked, and
//! it does so as its own program in a process that has no network.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::transport::DocumentKind;
use glimpse_terminal::{PngText, hex, read_document, to_hex, verifying_key, write_file};
use glimpse_wallet::{Wallet, Way};
use rand_core::CryptoRng;

use glimpse_verifier::{Learned, Predicate, Query, Question, ShownCard, Test};

use crate::refusals::{counter, question};
use crate::world::{World, carry, position};

/// What the counter asks: over 18, and the city.
pub const POLICY: &str = include_str!("../../verifier/policies/over-18-and-city.toml");

/// How the counter's program is started: without a network where the system lets it.
pub struct Counter<'a> {
    world: &'a World,
    /// A program that runs `glimpse-verifier` with the arguments after these.
    program: Vec<String>,
    /// What the process sees of networks; `None` where they could not be taken away.
    pub interfaces: Option<String>,
}

/// Takes every network interface away from a program that it starts.
const WITHOUT_NETWORK: [&str; 3] = ["unshare", "--net", "--map-root-user"];

impl<'a> Counter<'a> {
    /// A counter with its key, trust list and registration in the world's folder.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn set_up(world: &'a World, program: &[String]) -> Result<Self> {
        let (unshare, rest) = WITHOUT_NETWORK.split_first().context("a program")?;
        let probe = Command::new(unshare)
            .args(rest)
            .args(["cat", "/proc/net/dev"])
            .output();
        let interfaces = probe.ok().filter(|p| p.status.success()).map(|p| {
            let text = String::from_utf8_lossy(&p.stdout).into_owned();
            let names = text
                .lines()
                .filter_map(|l| Some(l.split_once(':')?.0.trim().to_owned()));
            names.collect::<Vec<_>>().join(", ")
        });
        let mut start: Vec<String> = Vec::new();
        if interfaces.is_some() {
            start.extend(WITHOUT_NETWORK.map(str::to_owned));
        }
        start.extend(program.iter().cloned());
        let counter = Self {
            world,
            program: start,
            interfaces,
        };
        let shown = counter.run(&["init", "--name", "en=Corner Pharmacy"])?;
        let card: [u8; 48] = shown
            .lines()
            .find_map(|line| hex(line).ok())
            .context("the counter's id and key")?;
        let (id, key) = card.split_at(VerifierId::LEN);
        let key = verifying_key(&to_hex(key)).map_err(anyhow::Error::msg)?;
        let registration = world.register(VerifierId::try_from(id)?, key)?;
        let path = world.folder.join("registration");
        write_file(&path, &registration)?;
        let list = world.folder.join("trust-list");
        let [one, two] = world.roots.map(|root| to_hex(root.as_bytes()));
        let list = utf8(&list)?;
        counter.run(&[
            "trust",
            list,
            "--root",
            &one,
            "--root",
            &two,
            "--threshold",
            "2",
        ])?;
        counter.run(&["registration", utf8(&path)?])?;
        Ok(counter)
    }

    /// Runs the counter's program; what it prints.
    ///
    /// # Errors
    /// What it says where it fails.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.start(arguments)?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn start(&self, arguments: &[&str]) -> Result<Output> {
        let (program, rest) = self.program.split_first().context("a program")?;
        let folder = self.world.folder.join("counter");
        Command::new(program)
            .args(rest)
            .arg("--counter")
            .arg(folder)
            .args(arguments)
            .output()
            .context("starting the counter's program")
    }

    /// Asks: over 18 and the city. The request as the wallet reads it from the picture.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn ask(&self) -> Result<Vec<u8>> {
        let picture = self.world.folder.join("request.png");
        let policy = self.world.folder.join("policy.toml");
        write_file(&policy, POLICY.as_bytes())?;
        self.run(&["request", utf8(&policy)?, "--png", utf8(&picture)?])?;
        read_document(DocumentKind::Request, utf8(&picture)?)
    }

    /// Checks the answer in a picture; what the clerk reads, and whether it is accepted.
    ///
    /// # Errors
    /// Where the check itself does not work.
    pub fn check(&self, picture: &Path) -> Result<(bool, String)> {
        let output = self.start(&["check", utf8(picture)?])?;
        let said = String::from_utf8(output.stdout)?;
        match output.status.code() {
            Some(0) => Ok((true, said)),
            Some(2) => Ok((false, said)),
            _ => bail!("{}", String::from_utf8_lossy(&output.stderr).trim()),
        }
    }
}

/// An answer and the symbol that shows it.
pub struct Answer {
    /// The document.
    pub octets: Vec<u8>,
    /// The QR symbol.
    pub shown: PngText,
}

/// The holder agrees and her wallet answers, as a picture in a file.
///
/// # Errors
/// Whatever goes wrong.
pub fn answer(
    world: &World,
    wallet: &Wallet,
    request: &[u8],
    name: &str,
    rng: &mut dyn CryptoRng,
) -> Result<Answer> {
    let now = glimpse_terminal::now()?;
    let review = wallet.review(request, now, "en")?;
    let octets = wallet.answer(review, 0, Way::Symbol, now, rng)?;
    let octets = carry(&world.folder, name, DocumentKind::Answer, &octets)?;
    let shown = PngText::new(DocumentKind::Answer, &octets)?;
    Ok(Answer { octets, shown })
}

/// What came of a showing of two cards.
pub struct BothCards {
    /// The answer.
    pub answer: Answer,
    /// What the counter learned, line by line.
    pub learned: Vec<String>,
}

/// What the counter asks of both cards: of age, the city, the entitlement, and that the resident
/// numbers are equal, without seeing them.
///
/// # Errors
/// Whatever goes wrong.
pub fn of_both_cards(world: &World) -> Result<Question> {
    let context = world.clinic.context(world.patient.id())?;
    let patient = Query {
        schema: context.schema_id,
        issuers: vec![(context.issuer, context.key_id)],
        disclose: vec![position(&world.patient, "entitlement")?],
        predicates: vec![Predicate {
            attribute: position(&world.patient, "number")?,
            test: Test::EqualTo {
                query: 0,
                attribute: position(&world.resident, "number")?,
            },
        }],
        max_age_days: 14,
        pseudonym: None,
    };
    let mut question = question(world.of_age_and_resident(18)?);
    question
        .alternatives
        .iter_mut()
        .for_each(|a| a.push(patient.clone()));
    Ok(question)
}

/// The counter asks for both cards, and learns this.
///
/// # Errors
/// Whatever goes wrong.
pub fn both_cards(world: &World, wallet: &Wallet, rng: &mut dyn CryptoRng) -> Result<BothCards> {
    let (question, now) = (of_both_cards(world)?, world.now);
    let mut counter = counter(world, rng)?;
    let asked = counter.ask(&question, now, rng)?;
    let answer = answer(world, wallet, &asked.octets, "answer-both", rng)?;
    let verdict = counter.check(&answer.octets, now).into_result()?;
    let learned = learned(&verdict, now);
    Ok(BothCards { answer, learned })
}

/// What a counter learned, line by line.
pub fn learned(verdict: &Learned, now: UnixTime) -> Vec<String> {
    let mut learned = Vec::new();
    for ShownCard { shown, .. } in &verdict.cards {
        learned.push(shown.context.schema.names.get("en").to_owned());
        let values = shown.values_in_words("en").into_iter();
        learned.extend(values.map(|(name, value)| format!("  {name}: {value}")));
        let statements = shown.statements(now, "en").into_iter();
        learned.extend(statements.map(|words| format!("  {words}")));
    }
    learned
}

fn utf8(path: &Path) -> Result<&str> {
    path.to_str().context("the folder's name is not UTF-8")
}
