//! What each command does: a few calls of the library, and what is said about them.

use std::path::{Path, PathBuf};

use crate::{Office, json};
use anyhow::{Context, Result, bail};
use ed25519_dalek::VerifyingKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{RevocationCode, Schema};
use glimpse_core::ids::{Handle, UnixTime, VerifierId};
use glimpse_core::presentation::Registration;
use glimpse_core::sealed::Cost;
use glimpse_core::signed::read_many;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::{Accepted, Allowance, IssuerEntry, Provable, TrustError, TrustList};
use glimpse_terminal::{names, now, read_document, read_file, rng, to_hex, write_file};
use zeroize::Zeroizing;

use super::{Arguments, Command, renewal};

const DAY: u64 = 86_400;

/// What only the office can say for its entry.
#[derive(clap::Args)]
pub(crate) struct About {
    /// The office's name, as LANGUAGE=TEXT; once for each language
    #[arg(long = "name", required = true, value_name = "LANGUAGE=TEXT")]
    names: Vec<String>,
    /// Where the office is competent, such as NL-GM0363
    #[arg(long, default_value = "")]
    region: String,
}

#[derive(clap::Args)]
pub(crate) struct Entry {
    #[command(flatten)]
    about: About,
    /// How long a key may be used whose time is not fixed, such as one of an earlier version
    #[arg(long, default_value_t = 730)]
    days: u32,
    /// Name the next signing key, which signs nothing yet
    #[arg(long)]
    next_signing: bool,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl About {
    /// What the trust list is to say of the office.
    pub(super) fn entry(
        &self,
        office: &Office,
        days: u32,
        next_signing: bool,
    ) -> Result<IssuerEntry> {
        let from = now()?;
        let until = UnixTime(from.0 + u64::from(days) * DAY);
        let mut made = office.trust_entry(names(&self.names)?, &self.region, from, until)?;
        if made.schemas.is_empty() {
            bail!("this office has no schema yet; add one with `schema`");
        }
        if next_signing {
            made.signing = next_signing_key(office)?;
        }
        Ok(made)
    }
}

impl Entry {
    fn write(&self, office: &Office) -> Result<()> {
        let entry = self.about.entry(office, self.days, self.next_signing)?;
        write_file(&self.out, &entry.to_octets())
    }
}

fn next_signing_key(office: &Office) -> Result<VerifyingKey> {
    let next = office.next_signing_key();
    next.context("there is no next key; make one with `key next-signing`")
}

#[derive(clap::Args)]
pub(crate) struct Publish {
    /// An office's entry, written by `entry`; once for each office
    #[arg(long = "entry", required = true, value_name = "FILE")]
    entries: Vec<PathBuf>,
    /// The list that this one replaces; its id, number and verifiers go on
    #[arg(long, value_name = "FILE")]
    replaces: Option<PathBuf>,
    /// Another publisher's signing key; once for each. They sign with `countersign`
    #[arg(long = "with", value_name = "HEX", value_parser = glimpse_terminal::verifying_key)]
    with: Vec<VerifyingKey>,
    /// How many publishers must sign
    #[arg(long, default_value_t = 1)]
    threshold: usize,
    /// Put this office's next signing key in the place of the one in use; both sign
    #[arg(long)]
    next_signing: bool,
    /// How long the list stands
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub(crate) struct Register {
    /// The verifier's id and key, as `glimpse-verifier init` shows them
    #[arg(long, value_parser = glimpse_terminal::hex::<48>)]
    verifier: [u8; 48],
    /// The verifier's name, as LANGUAGE=TEXT; once for each language
    #[arg(long = "name", required = true, value_name = "LANGUAGE=TEXT")]
    names: Vec<String>,
    /// The purpose's code, such as `age`
    #[arg(long)]
    purpose: String,
    /// The schema of which it may ask, as the JSON file it was made from
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
    /// An attribute that it may see; once for each
    #[arg(long = "disclose", value_name = "ATTRIBUTE")]
    disclose: Vec<String>,
    /// An attribute of which it may have "at most" proved, which is how ages are; once for each
    #[arg(long = "at-most", value_name = "ATTRIBUTE")]
    at_most: Vec<String>,
    /// An attribute of which it may have "at least" proved; once for each
    #[arg(long = "at-least", value_name = "ATTRIBUTE")]
    at_least: Vec<String>,
    /// Whether it may ask for a pseudonym, by which it knows a person again
    #[arg(long)]
    pseudonym: bool,
    /// How long the registration stands
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.office;
    if matches!(arguments.command, Command::Openapi) {
        say(&crate::service::openapi().to_pretty_json()?);
        return Ok(());
    }
    let config = arguments.settings.config()?;
    if let Command::Init(days) = &arguments.command {
        let passphrase = arguments.unlock.passphrase.read_new()?;
        let born = now()?;
        let born = (born, Some(days.window(born)));
        let (passphrase, store) = (passphrase.as_bytes(), config.store()?);
        let office =
            Office::create_with(folder, passphrase, Cost::STANDARD, born, store, &mut rng())?;
        say(&format!("The office stands in {}.", folder.display()));
        return show(&office);
    }
    // Before the passphrase is asked for: there may be nothing to open.
    if !Office::exists(folder) {
        bail!(
            "there is no office in {}; create one with `init`",
            folder.display()
        );
    }
    let office = arguments.unlock.open(folder, &config)?;
    if let Command::Serve(serve) = &arguments.command {
        return serve.run(office, config);
    }
    match &arguments.command {
        Command::Init(_) | Command::Serve(_) | Command::Openapi => Ok(()),
        Command::Staff(staff) => staff.run(&office),
        Command::Key(key) => key.run(&office),
        Command::Ceremony(ceremony) => ceremony.run(&office),
        Command::Passphrase(new) => new.run(&office, &arguments.unlock),
        Command::Audit(audit) => audit.run(&office),
        Command::Show => show(&office),
        Command::Schema { file } => {
            let schema = read_schema(file)?;
            say(&format!(
                "{} {}",
                office.add_schema(&schema, "command", now()?)?,
                schema.code
            ));
            Ok(())
        }
        Command::Offer {
            schema,
            minutes,
            output,
        } => {
            let expires = UnixTime(now()?.0 + 60 * u64::from(*minutes));
            let offer = office.offer(find(&office, schema)?.id(), expires, &mut rng())?;
            output.write(DocumentKind::Offer, &offer)
        }
        Command::Issue {
            request,
            values,
            reference,
            output,
        } => {
            let request = read_document(DocumentKind::IssuanceRequest, request)?;
            if office.was_answered(&request)? {
                eprintln!(
                    "note: this request was answered before; here is that answer again, with the \
                     values of then. For other values make a new offer."
                );
            }
            let text = Zeroizing::new(text(values)?);
            let values = json::values(&office.schema_of(&request)?, &text)?;
            let answer = office.issue(&request, values, reference, now()?, &mut rng())?;
            output.write(DocumentKind::IssuanceResponse, &answer)
        }
        Command::List => list(&office),
        Command::Revoke {
            handle,
            code,
            reason,
        } => {
            let handle = match (handle, code) {
                (Some(handle), _) => Handle(*handle),
                (None, Some(code)) => office.credential_of(&read_code(code)?)?,
                (None, None) => bail!("name the credential by its handle or its code"),
            };
            office.revoke(handle, reason, now()?)?;
            say("Revoked. It is absent from the next renewal; publish one with `renew`.");
            Ok(())
        }
        Command::Renew { schema, to } => {
            renewal::renew(&office, find(&office, schema)?.id(), to.as_deref())
        }
        Command::Export { to } => renewal::export(&office, to),
        Command::Entry(entry) => entry.write(&office),
        Command::TrustList(publish) => write_list(&office, publish),
        Command::Countersign { list, out } => {
            let octets = read_file(list)?;
            // Whoever signs sees what she signs.
            let read = TrustList::from_payload(read_many(&octets)?.payload)?;
            say(&format!("trust list number {}", read.sequence));
            show_entries(&read.issuers)?;
            write_file(out, &office.countersign_list(&octets)?)
        }
        Command::Register(register) => write_registration(&office, register),
    }
}

#[expect(clippy::print_stdout, reason = "what a command says is its output")]
pub(super) fn say(text: &str) {
    println!("{text}");
}

fn show(office: &Office) -> Result<()> {
    say(&format!("office id:   {}", office.id()));
    let key = office.signing_key();
    let key = to_hex(key.as_bytes());
    say(&format!("signing key: {key}"));
    for schema in office.schemas()? {
        say(&format!("schema:      {} {}", schema.id(), schema.code));
    }
    Ok(())
}

fn list(office: &Office) -> Result<()> {
    let schemas = office.schemas()?;
    for holder in office.holders()? {
        let schema = schemas.iter().find(|s| s.id() == holder.schema);
        let schema = schema.map_or("?", |s| &s.code);
        let status = match &holder.revoked {
            Some(reason) => format!("revoked ({reason})"),
            None => "live".to_owned(),
        };
        say(&format!(
            "{}  {schema}  {status}  {}",
            holder.handle, holder.reference
        ));
    }
    Ok(())
}

fn write_list(office: &Office, publish: &Publish) -> Result<()> {
    let now = now()?;
    let mut issuers = Vec::new();
    for path in &publish.entries {
        let entry = IssuerEntry::from_octets(&read_file(path)?);
        issuers.push(entry.with_context(|| format!("{} is no entry", path.display()))?);
    }
    show_entries(&issuers)?;
    let (mut id, mut sequence, mut verifiers) = ([0; 16], 1, Vec::new());
    rand_core::Rng::fill_bytes(&mut rng(), &mut id);
    if let Some(path) = &publish.replaces {
        let old = Accepted::restore(&read_file(path)?);
        let old = old.with_context(|| format!("{} is no trust list", path.display()))?;
        (id, sequence, verifiers) = (old.list.id, old.list.sequence + 1, old.list.verifiers);
    }
    let mut keys = publish.with.clone();
    keys.push(if publish.next_signing {
        next_signing_key(office)?
    } else {
        office.signing_key()
    });
    keys.sort_by_key(|key| key.to_bytes());
    keys.dedup();
    let list = TrustList {
        id,
        sequence,
        issued: now,
        expires: UnixTime(now.0 + u64::from(publish.days) * DAY),
        threshold: publish.threshold,
        keys,
        issuers,
        verifiers,
    };
    let octets = office.sign_list(&list);
    // What others would refuse, but for signatures that are to come, is not published.
    let missing = match Accepted::restore(&octets) {
        Ok(_) => 0,
        Err(TrustError::Signatures) => list.threshold.saturating_sub(1),
        Err(error) => return Err(error).context("these entries make no acceptable list"),
    };
    write_file(&publish.out, &octets)?;
    say(&format!(
        "trust list number {sequence} is in {}",
        publish.out.display()
    ));
    if missing > 0 {
        say(&format!(
            "It needs {missing} more signatures: `countersign` by the other publishers."
        ));
    }
    Ok(())
}

/// Says what each entry's schemas are. Two of one code would let an office answer for another.
fn show_entries(issuers: &[IssuerEntry]) -> Result<()> {
    let mut codes = std::collections::BTreeMap::new();
    for issuer in issuers {
        for octets in &issuer.schemas {
            let schema = Schema::from_octets(octets).context("an entry's schema")?;
            let (id, name) = (schema.id(), issuer.names.get("en"));
            say(&format!("{name}: {} {id}", schema.code));
            if *codes.entry(schema.code.clone()).or_insert(id) != id {
                bail!(
                    "two different schemas have the code `{}`; rename one",
                    schema.code
                );
            }
        }
    }
    Ok(())
}

fn write_registration(office: &Office, register: &Register) -> Result<()> {
    let schema = read_schema(&register.schema)?;
    let position = |code: &String| {
        let found = schema.position(code);
        found.with_context(|| format!("the schema has no attribute `{code}`"))
    };
    let positions = |codes: &[String]| codes.iter().map(position).collect::<Result<Vec<_>>>();
    let provable = |kind, codes: &[String]| -> Result<Vec<Provable>> {
        let made = |attribute| Provable { kind, attribute };
        Ok(positions(codes)?.into_iter().map(made).collect())
    };
    let mut disclose = positions(&register.disclose)?;
    disclose.sort_unstable();
    disclose.dedup();
    let mut prove = provable(0, &register.at_most)?;
    prove.extend(provable(1, &register.at_least)?);
    prove.sort_unstable();
    prove.dedup();
    let (id, key) = register.verifier.split_at(VerifierId::LEN);
    let texts: Texts = names(&register.names)?;
    let registration = Registration {
        verifier: VerifierId::try_from(id)?,
        key: VerifyingKey::from_bytes(key.try_into()?).context("that is no verifier's key")?,
        names: texts,
        allowances: vec![Allowance {
            purpose: register.purpose.clone(),
            schema: schema.id(),
            disclose,
            prove,
            pseudonym: register.pseudonym,
        }],
        expires: UnixTime(now()?.0 + u64::from(register.days) * DAY),
    };
    write_file(&register.out, &office.sign_registration(&registration))
}

fn read_code(given: &str) -> Result<RevocationCode> {
    if given != "-" {
        return Ok(RevocationCode::read(given)?);
    }
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().read_line(&mut line);
    read.context("reading the code from standard input")?;
    Ok(RevocationCode::read(&line)?)
}

fn find(office: &Office, code: &str) -> Result<Schema> {
    let found = office.schemas()?.into_iter().find(|s| s.code == code);
    found.with_context(|| format!("this office has no schema `{code}`; `show` lists them"))
}

fn text(path: &Path) -> Result<String> {
    String::from_utf8(read_file(path)?).with_context(|| format!("{} is no text", path.display()))
}

fn read_schema(path: &Path) -> Result<Schema> {
    json::schema(&text(path)?).with_context(|| format!("reading {}", path.display()))
}
