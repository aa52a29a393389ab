//! Documents by their kind, and those whose kind nothing announces.

use glimpse_core::credential::{IssuanceRequest, IssuanceResponse, Manifest, Offer, Schema};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::answered_request;
use glimpse_core::signed;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::{Accepted, TrustList};
use glimpse_terminal::to_hex;
use glimpse_verifier::Registration;

use super::{By, Explained, policy, request};
use crate::say::moment;
use crate::show::Shown;

/// A document that is said to be of this kind.
pub(super) fn of_kind(kind: DocumentKind, octets: &[u8], by: &By<'_>) -> Explained {
    let read = match kind {
        DocumentKind::Request => request::explain(octets, by),
        DocumentKind::Answer => answer(octets),
        DocumentKind::Offer => offer(octets, by),
        DocumentKind::IssuanceRequest => issuance_request(octets),
        // Whether it is one or not, it is personal.
        DocumentKind::IssuanceResponse => Some(issuance_response()),
        DocumentKind::TrustList => trust_list(octets, by),
        DocumentKind::Manifest => Some(manifest(octets, by)),
        DocumentKind::Policy => core::str::from_utf8(octets).ok().and_then(policy),
        DocumentKind::Registration => registration(octets, by),
        _ => None,
    };
    let kind = kind.ur_type();
    let damaged = || Explained::new("damaged", format!("a damaged code of Glimpse ({kind})"));
    let said = read.unwrap_or_else(damaged);
    said.fact("octets", octets.len().to_string())
}

/// A file's octets, where they are a document of ours.
pub(super) fn of_unknown_kind(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let kinds = || {
        trust_list(octets, by)
            .or_else(|| request::explain(octets, by))
            .or_else(|| registration(octets, by))
            .or_else(|| offer(octets, by))
            .or_else(|| known_manifest(octets, by))
            .or_else(|| answer(octets))
            .or_else(|| issuance_request(octets))
            .or_else(|| known_response(octets, by))
            .or_else(|| schema(octets, by))
    };
    let document = kinds().or_else(|| {
        let signed = signed::read(octets).ok()?;
        let words = "a signed document of Glimpse, by a key that is not known here";
        Some(Explained::new("signed", words).fact("key", to_hex(&signed.key_id)))
    })?;
    Some(document.fact("octets", octets.len().to_string()))
}

fn answer(octets: &[u8]) -> Option<Explained> {
    let ticket = answered_request(octets).ok()?;
    let words =
        "an answer: what a resident showed, for one counter and one request; `check` judges it";
    Some(Explained::new("answer", words).fact("answers request", to_hex(&ticket)))
}

fn offer(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let issuer = Offer::claimed_issuer(octets).ok()?;
    let explained = Explained::new("offer", "an office's offer of a card, for a wallet to scan");
    let entry = by.list.and_then(|list| list.issuer(issuer));
    let Some(entry) = entry else {
        return Some(explained.fact(
            "from",
            format!("an office that is not known here, id {issuer}"),
        ));
    };
    // At any time: an offer that has ended is explained as well.
    let offer = Offer::verify(octets, &entry.signing, UnixTime(0));
    let explained = explained.fact("from", entry.names.get(by.language));
    Some(match offer {
        Ok(offer) => explained.fact("until", until(offer.expires, by)),
        Err(_) => explained.fact("signature", "does not hold: it was changed or is a forgery"),
    })
}

fn issuance_request(octets: &[u8]) -> Option<Explained> {
    IssuanceRequest::from_octets(octets).ok()?;
    let words = "a wallet's request for a card, for the office that made the offer";
    Some(Explained::new("issuance_request", words))
}

fn issuance_response() -> Explained {
    let words =
        "an office's answer with a card in it: personal, for one wallet alone, and not shown here";
    Explained::new("issuance_response", words)
}

fn known_response(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let schemas = by.list?.issuers.iter().flat_map(|issuer| &issuer.schemas);
    let mut read = schemas.filter_map(|octets| Schema::from_octets(octets).ok());
    let fits = read.any(|schema| IssuanceResponse::from_octets(octets, &schema).is_ok());
    fits.then(issuance_response)
}

fn schema(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let schema = Schema::from_octets(octets).ok()?;
    let explained = Explained::new("schema", "a schema: what a kind of card says");
    let codes = schema.attributes.iter().map(|a| a.code.as_str());
    let codes = codes.collect::<Vec<_>>().join(", ");
    let id = schema.id().to_string();
    let explained = explained.fact("name", schema.names.get(by.language));
    Some(explained.fact("id", id).fact("attributes", codes))
}

fn manifest(octets: &[u8], by: &By<'_>) -> Explained {
    let unknown = || {
        let words = "a renewal manifest, by an office that is not known here";
        Explained::new("manifest", words)
    };
    known_manifest(octets, by).unwrap_or_else(unknown)
}

fn known_manifest(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let mut issuers = by.list?.issuers.iter();
    let read = issuers.find_map(|i| Some((i, Manifest::verify(octets, &i.signing).ok()?)));
    let (issuer, manifest) = read?;
    let words = "a renewal manifest: what an office publishes for a period, for wallets to fetch";
    let day = moment(UnixTime(u64::from(manifest.epoch.0) * 86_400));
    let explained = Explained::new("manifest", words).fact("from", issuer.names.get(by.language));
    let explained = explained.fact("period begins", day);
    Some(explained.fact("files", manifest.buckets.len().to_string()))
}

fn trust_list(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let document = signed::read_many(octets).ok()?;
    let list = TrustList::from_payload(document.payload).ok()?;
    let whole = Accepted::restore(octets).is_ok();
    let shown = Shown::new(&list, by.now, by.language);
    let names = list.issuers.iter().map(|i| i.names.get(by.language));
    let names = names.collect::<Vec<_>>().join(", ");
    let signatures = match whole {
        true => "enough of its own keys have signed; whether to trust them is yours to say",
        false => "too few of its own keys have signed",
    };
    let here = match by.list {
        None => "no trust list is in use here to compare it with",
        Some(used) if used == &list => "it is the one in use here",
        Some(used) if used.id != list.id => "another list than the one in use here",
        Some(used) if used.sequence < list.sequence => "newer than the one in use here",
        Some(used) if used.sequence > list.sequence => "older than the one in use here",
        Some(_) => "it has the number of the one in use here and other content: ask the publisher",
    };
    let explained = Explained::new(
        "trust_list",
        "a trust list: which issuers a town vouches for",
    );
    Some(
        explained
            .fact("number", list.sequence.to_string())
            .fact("made", moment(list.issued))
            .fact("until", until(list.expires, by))
            .fact("issuers", names)
            .fact("keys", shown.keys.join(", "))
            .fact("signatures", signatures)
            .fact("here", here),
    )
}

fn registration(octets: &[u8], by: &By<'_>) -> Option<Explained> {
    let claimed = Registration::claimed(octets).ok()?;
    let by_publisher = by
        .list
        .map(|list| Registration::verify(octets, list).is_ok());
    let signed = match by_publisher {
        Some(true) => "signed by a publisher of the trust list in use here",
        Some(false) => "not signed by a publisher of the trust list in use here: wallets warn",
        None => "by whom it is signed cannot be told without a trust list",
    };
    let explained = Explained::new(
        "registration",
        "a registration: who a counter is, and what it may ask",
    );
    let mut explained = explained
        .fact("name", claimed.names.get(by.language))
        .fact("verifier", claimed.verifier.to_string())
        .fact("until", until(claimed.expires, by))
        .fact("signature", signed);
    for allowance in &claimed.allowances {
        explained = explained.fact("may ask", request::allowed(allowance, by));
    }
    Some(explained)
}

/// An end, and whether it has passed.
pub(super) fn until(end: UnixTime, by: &By<'_>) -> String {
    match by.now > end {
        true => format!("{}, which is over", moment(end)),
        false => moment(end),
    }
}
