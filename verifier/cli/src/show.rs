//! A trust list in plain data, for `trust show`.

use glimpse_core::credential::{Schema, bbs_key_id};
use glimpse_core::ids::UnixTime;
use glimpse_core::trust::{IssuerEntry, TrustList};
use glimpse_terminal::to_hex;
use serde::Serialize;

use crate::say::{days_ago, moment};

/// The list.
#[derive(Serialize)]
pub(crate) struct Shown {
    /// Hexadecimal.
    pub(crate) id: String,
    /// Its number: a later list has a larger one.
    pub(crate) sequence: u64,
    /// Seconds after 1970, as all moments.
    pub(crate) issued: u64,
    pub(crate) age_days: u64,
    pub(crate) expires: u64,
    pub(crate) ended: bool,
    /// How many publishers must sign the next one.
    pub(crate) threshold: usize,
    /// The publishers' keys, whole, as wallets and the counter page show them to be compared.
    pub(crate) keys: Vec<String>,
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) verifiers: usize,
}

/// An issuer.
#[derive(Serialize)]
pub(crate) struct Issuer {
    id: String,
    name: String,
    region: String,
    schemas: Vec<ShownSchema>,
    keys: Vec<Key>,
}

/// A kind of card.
#[derive(Serialize)]
struct ShownSchema {
    code: String,
    name: String,
    id: String,
}

/// An issuer's key.
#[derive(Serialize)]
struct Key {
    fingerprint: String,
    not_before: u64,
    not_after: u64,
    in_use: bool,
}

impl Shown {
    pub(crate) fn new(list: &TrustList, now: UnixTime, language: &str) -> Self {
        Self {
            id: to_hex(&list.id),
            sequence: list.sequence,
            issued: list.issued.0,
            age_days: now.0.saturating_sub(list.issued.0) / 86_400,
            expires: list.expires.0,
            ended: now > list.expires,
            threshold: list.threshold,
            keys: list.keys.iter().map(|k| to_hex(k.as_bytes())).collect(),
            issuers: list
                .issuers
                .iter()
                .map(|i| issuer(i, now, language))
                .collect(),
            verifiers: list.verifiers.len(),
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let issued = moment(UnixTime(self.issued));
        let age = days_ago(u32::try_from(self.age_days).unwrap_or(u32::MAX));
        let end = match self.ended {
            true => "it has ended; load a newer one: since",
            false => "good until",
        };
        let mut lines = vec![
            format!("Trust list {}, number {}", self.id, self.sequence),
            format!("  made {issued} ({age})"),
            format!("  {end} {}", moment(UnixTime(self.expires))),
            format!(
                "  a newer one needs {} of {} publishers' keys:",
                self.threshold,
                self.keys.len(),
            ),
        ];
        lines.extend(self.keys.iter().map(|key| format!("    {key}")));
        lines.push(format!(
            "  registers {} verifiers by itself",
            self.verifiers
        ));
        for issuer in &self.issuers {
            lines.push(format!(
                "{} ({}), id {}",
                issuer.name, issuer.region, issuer.id
            ));
            for schema in &issuer.schemas {
                let (name, code, id) = (&schema.name, &schema.code, &schema.id);
                lines.push(format!("  issues {name}: `{code}`, id {id}"));
            }
            for key in &issuer.keys {
                let state = match key.in_use {
                    true => "in use",
                    false => "not in use now",
                };
                let (from, to) = (UnixTime(key.not_before), UnixTime(key.not_after));
                let (print, from, to) = (&key.fingerprint, moment(from), moment(to));
                lines.push(format!("  key {print}, {state}: {from} to {to}"));
            }
        }
        lines
    }
}

fn issuer(entry: &IssuerEntry, now: UnixTime, language: &str) -> Issuer {
    let schemas = entry.schemas.iter();
    let schemas = schemas.filter_map(|octets| Schema::from_octets(octets).ok());
    let schemas = schemas.map(|schema| ShownSchema {
        code: schema.code.clone(),
        name: schema.names.get(language).to_owned(),
        id: schema.id().to_string(),
    });
    let keys = entry.keys.iter().map(|key| Key {
        fingerprint: bbs_key_id(&key.key).to_string(),
        not_before: key.not_before.0,
        not_after: key.not_after.0,
        in_use: key.in_use(now),
    });
    Issuer {
        id: entry.id.to_string(),
        name: entry.names.get(language).to_owned(),
        region: entry.region.clone(),
        schemas: schemas.collect(),
        keys: keys.collect(),
    }
}
