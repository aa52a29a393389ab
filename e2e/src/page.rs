//! People who do not exist for the registry's page, which the demo leaves open.

use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::credential::{
    Binding, Credential, IssuanceResponse, NonceProof, PendingIssuance, Schema,
};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::UnixTime;
use glimpse_issuer::ids::ResidentId;
use glimpse_issuer::invitation::{
    Answer, Asked, CredentialRequest, Offered, Terms, TokenRequest, Told,
};
use glimpse_issuer::residents::Record;
use glimpse_issuer::revocation::Reason;
use glimpse_issuer::staff::Role;
use glimpse_issuer::{Office, json};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use crate::world::Person;

/// The password of everybody who may sign in to the demo's page.
pub const PASSWORD: &str = "lamps along the harbour";

/// Who may sign in. Two registrars, for what takes a second pair of eyes.
pub const STAFF: [(&str, Role); 4] = [
    ("Anna", Role::Registrar),
    ("Chiara", Role::Registrar),
    ("Bram", Role::Clerk),
    ("Dora", Role::Auditor),
];

const GIVEN: [&str; 12] = [
    "Amina",
    "Björn",
    "Céline",
    "Dmitri",
    "Ewa",
    "Farid",
    "Grâce",
    "Hüseyin",
    "Inês",
    "Jan",
    "Κατερίνα",
    "Leïla",
];
const FAMILY: [&str; 11] = [
    "Aalto", "de Boer", "Çelik", "Dlamini", "Estévez", "Fontaine", "Gruber", "Haddad", "Iversen",
    "Jansen", "Kovač",
];
/// How many records there are; of the first of them have cards.
const RESIDENTS: usize = 48;
const HOLDERS: usize = 24;

/// Fills a registry: schemas, staff, residents of the first schema in every state, what waits for
/// somebody, an epoch's files.
///
/// # Errors
/// Whatever goes wrong.
pub fn fill(
    office: &Office,
    schemas: &[Schema],
    issuer: &str,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<()> {
    for schema in schemas {
        office.add_schema(schema, "command", now)?;
    }
    let schema = schemas.first().context("a schema")?;
    for (name, role) in STAFF {
        office.add_staff(name, role, PASSWORD, "command", now, rng)?;
    }
    let mut residents = Vec::with_capacity(RESIDENTS);
    for place in 0..RESIDENTS {
        let record = record(schema, place)?;
        residents.push(office.create_resident(&record, "Bram", now, rng)?);
    }
    let mut rest = residents.into_iter();
    let mut held = Vec::with_capacity(HOLDERS);
    for resident in rest.by_ref().take(HOLDERS) {
        let offered = invite(office, resident, false, now, rng)?;
        let credential = fetch(office, schema, &offered, issuer, now, rng)?;
        held.push(credential.context("a credential")?);
    }
    for resident in rest.by_ref().take(3) {
        invite(office, resident, false, now, rng)?;
    }
    for resident in rest.take(2) {
        let offered = invite(office, resident, true, now, rng)?;
        if fetch(office, schema, &offered, issuer, now, rng)?.is_some() {
            bail!("a credential came without the second person");
        }
    }
    for (credential, reason) in held
        .iter()
        .zip([Reason::Moved, Reason::Lost, Reason::Deceased])
    {
        let id = office.request_revocation(credential.handle, reason, "", "Bram", now, rng)?;
        if reason == Reason::Moved {
            office.decide_revocation(id, true, "Anna", now)?;
        }
    }
    office.renew(schema.id(), now)?;
    Ok(())
}

fn record(schema: &Schema, place: usize) -> Result<Record> {
    let name = |names: &'static [&'static str], place: usize| {
        names.get(place % names.len()).copied().unwrap_or_default()
    };
    let number = format!("R-{:04}", 1000 + 37 * place);
    let person = Person {
        given_name: name(&GIVEN, place),
        family_name: name(&FAMILY, place),
        birth_date: format!(
            "{}-{:02}-{:02}",
            1938 + 3 * place % 70,
            1 + place % 12,
            1 + place % 28
        ),
        number: &number,
    };
    Ok(Record {
        schema: schema.id(),
        reference: number.clone().into(),
        values: json::values(schema, &person.resident())?,
    })
}

fn invite(
    office: &Office,
    resident: ResidentId,
    approval: bool,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Offered> {
    let terms = Terms {
        devices: 1,
        minutes: 7 * 24 * 60,
        approval,
    };
    Ok(office.invite(resident, terms, "Bram", now, rng)?.1)
}

/// What a wallet does with an offer; nothing where a second person must approve first.
fn fetch(
    office: &Office,
    schema: &Schema,
    offered: &Offered,
    issuer: &str,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Option<Credential>> {
    const PRE_AUTHORIZED: &str =
        "/grants/urn:ietf:params:oauth:grant-type:pre-authorized_code/pre-authorized_code";
    let offer = offered.offer(issuer, "");
    let text = |json: &Value, place: &str| -> Result<String> {
        let found = json.pointer(place).and_then(Value::as_str);
        Ok(found.context("a member that is not there")?.to_owned())
    };
    let granted = office.grant(
        &TokenRequest::PreAuthorized {
            code: &text(&offer, PRE_AUTHORIZED)?,
            transaction_code: &offered.transaction_code,
        },
        None,
        now,
        rng,
    )?;
    let device = SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(rng))?;
    let (context, nonce) = (office.context(schema.id())?, office.nonce(now, rng));
    let binding = Binding::nonce(&context, issuer, &nonce);
    let (pending, commitment) = PendingIssuance::begin_bound(&context, binding, &device, rng)?;
    let proof = NonceProof { nonce, commitment };
    let proof = BASE64_URL_SAFE_NO_PAD.encode(proof.to_octets());
    let request = CredentialRequest {
        asked: Asked::Configuration(text(&offer, "/credential_configuration_ids/0")?),
        proofs: vec![("glimpse_commitment".to_owned(), json!([proof]))],
    };
    let Answer::Issued(answer) = office.answer(&granted.token, &request, issuer, now, rng)? else {
        return Ok(None);
    };
    let answer: Value = serde_json::from_slice(&answer)?;
    let octets = BASE64_URL_SAFE_NO_PAD.decode(text(&answer, "/credentials/0/credential")?)?;
    let response = IssuanceResponse::from_octets(&octets, schema)?;
    let credential = pending.finish(&context, response, &device, now)?;
    let told = Told {
        notification: &text(&answer, "/notification_id")?,
        event: "credential_accepted",
    };
    office.notified(&granted.token, &told, now)?;
    Ok(Some(credential))
}
