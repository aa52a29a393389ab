//! A request: who asks, what, and until when.

use std::sync::Arc;

use glimpse_core::credential::{CredentialContext, Schema};
use glimpse_core::ids::{EpochDay, SchemaId, UnixTime};
use glimpse_core::presentation::{Freshness, Shown, VerifiedRequest};
use glimpse_core::trust::{Allowance, TrustList};
use glimpse_terminal::to_hex;
use glimpse_verifier::{Query, Request, RequestError};

use super::documents::until;
use super::{By, Explained};
use crate::say::moment;

pub(super) fn explain(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let said = Request::claimed(octets).ok()?;
    // At the moment at which it was made, and at its site: one that has ended, or that belongs to a
    // website, is explained as well.
    let made = said.issued;
    let verified = VerifiedRequest::verify_for(octets, said.answer_to.as_ref(), by.list, made);
    let verified = match verified {
        Ok(verified) => verified,
        Err(error @ (RequestError::Signed(_) | RequestError::OtherVerifier)) => {
            let words = format!("a request that no wallet would answer: {error}");
            return Some(Explained::new("request", words));
        }
        Err(_) => return None,
    };
    let request = &verified.request;
    let registered = match (verified.registered, by.list.is_some()) {
        (true, _) => "yes, by the trust list in use here",
        (false, true) => "no, not by the trust list in use here: wallets warn",
        (false, false) => "cannot be told without a trust list",
    };
    let words = match (request.freshness, &request.answer_to) {
        (Freshness::Poster { .. }, _) => "a poster: a request that many wallets answer",
        (_, None) => "a request: a counter asks, one wallet answers",
        (_, Some(_)) => "a website's request: wallets answer it over the network and show no code",
    };
    let mut explained = Explained::new("request", words);
    if let Some(site) = &request.answer_to {
        explained = explained.fact("its answer goes to", site.as_str());
    }
    explained = explained
        .fact("who asks", verified.registration.names.get(by.language))
        .fact("registered", registered)
        .fact("verifier", request.verifier.to_string())
        .fact("why", request.purpose_texts.get(by.language))
        .fact("purpose", &*request.purpose)
        .fact("made", moment(made))
        .fact("until", until(request.expires, by))
        .fact("its answers say", to_hex(&Request::digest(octets)));
    let several = request.alternatives.len() > 1;
    for (number, queries) in request.alternatives.iter().enumerate() {
        let asked = queries.iter().map(|q| asked(q, queries, made, by));
        let asked = asked.collect::<Vec<_>>().join("; and of ");
        let name = match several && number > 0 {
            true => "or asks of",
            false => "asks of",
        };
        explained = explained.fact(name, asked);
    }
    Some(explained)
}

/// What is asked of one card, in words where the trust list has its schema.
fn asked(query: &Query, beside: &[Query], made: UnixTime, by: &By<'_>) -> String {
    let unknown = || format!("a card that is not known here, schema {}", query.schema);
    let Some(list) = by.list else {
        return unknown();
    };
    let contexts = beside.iter().map(|query| context(query, list, by.now));
    let (Some(context), Some(beside)) = (
        context(query, list, by.now),
        contexts.collect::<Option<Vec<_>>>(),
    ) else {
        return unknown();
    };
    let schema = &context.schema;
    let mut words = vec![format!("{}:", schema.names.get(by.language))];
    let shows = names(&query.disclose, schema, by.language);
    if !shows.is_empty() {
        words.push(format!("to see {shows};"));
    }
    let shown = Shown {
        context: Arc::clone(&context),
        beside,
        epoch: EpochDay(0),
        disclosed: Vec::new(),
        predicates: query.predicates.clone(),
        pseudonym: None,
    };
    let proofs = shown.statements(made, by.language);
    if !proofs.is_empty() {
        words.push(format!("a proof of: {};", proofs.join(", ")));
    }
    if query.pseudonym.is_some() {
        words.push("to know the holder again by a pseudonym;".to_owned());
    }
    words.push(format!("renewed within {} days", query.max_age_days));
    words.join(" ")
}

fn context(query: &Query, list: &TrustList, now: UnixTime) -> Option<Arc<CredentialContext>> {
    let contexts = query.issuers.iter();
    let mut contexts =
        contexts.filter_map(|(issuer, key)| list.context(*issuer, *key, query.schema, now).ok());
    contexts.next().map(Arc::new)
}

/// What a registration allows, in words where the trust list has the schema.
pub(super) fn allowed(allowance: &Allowance, by: &By<'_>) -> String {
    let purpose = &allowance.purpose;
    let schema = by.list.and_then(|list| schema(allowance.schema, list));
    let Some(schema) = schema else {
        let id = allowance.schema;
        return format!("for `{purpose}`: of a card that is not known here, schema {id}");
    };
    let name = schema.names.get(by.language);
    let places: Vec<_> = allowance.prove.iter().map(|p| p.attribute).collect();
    let shows = names(&allowance.disclose, &schema, by.language);
    let proves = names(&places, &schema, by.language);
    let pseudonym = match allowance.pseudonym {
        true => ", and a pseudonym",
        false => "",
    };
    let or_nothing = |names: String| match names.is_empty() {
        true => "nothing".to_owned(),
        false => names,
    };
    let (shows, proves) = (or_nothing(shows), or_nothing(proves));
    format!("for `{purpose}`: of {name} to see {shows}, proofs about {proves}{pseudonym}")
}

fn schema(id: SchemaId, list: &TrustList) -> Option<Schema> {
    let mut listed = list.issuers.iter().flat_map(|issuer| &issuer.schemas);
    let octets = listed.find(|octets| SchemaId::of(octets) == id)?;
    Schema::from_octets(octets).ok()
}

fn names(places: &[usize], schema: &Schema, language: &str) -> String {
    let attributes = places
        .iter()
        .filter_map(|place| schema.attributes.get(*place));
    let names = attributes.map(|attribute| attribute.names.get(language));
    names.collect::<Vec<_>>().join(", ")
}
