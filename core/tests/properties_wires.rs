//! Properties of what crosses a wire or rests on a disk: every document that can be made is read
//! back as it was, and whatever is read, however it came about, is what the writer writes. What is
//! asked at random of a credential and answered is what the verifier then learns.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/arbitrary.rs"]
mod arbitrary;
#[path = "support/item.rs"]
#[allow(dead_code)]
mod item;
#[path = "support/rng.rs"]
mod rng;
#[path = "vectors_wires/world.rs"]
#[allow(dead_code)]
mod world;

use arbitrary::{Edit, edits};
use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Layout;
use glimpse_core::bbs::commitment::CommitmentWithProof;
use glimpse_core::bbs::proof::{Disclosure, ProofPart};
use glimpse_core::bbs::signature::Signature;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Bucket, Credential, IssuanceRequest, IssuanceResponse, Manifest, NonceProof, Offer,
    PendingIssuance, Schema,
};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{
    Registration, Request, RequestError, VerifiedRequest, answered_request,
};
use glimpse_core::signed::{self, Kind};
use glimpse_core::trust::TrustList;
use item::Item;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn root() -> SigningKey {
    SigningKey::from_bytes(&[2; 32])
}

fn trust() -> TrustList {
    TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(0),
        expires: UnixTime(u64::MAX),
        threshold: 1,
        keys: vec![root().verifying_key()],
        issuers: Vec::new(),
        verifiers: Vec::new(),
    }
}

/// What a decoder makes of octets, written again.
type Again<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;

/// A document is read as it was written; an edit of it is refused or read as it stands.
fn holds(again: Again<'_>, good: &[u8], edits: &[Edit]) {
    assert_eq!(again(good).as_deref(), Some(good));
    let mut all = good.to_vec();
    let canonical = |octets: &[u8]| {
        if let Some(written) = again(octets) {
            assert_eq!(written, octets, "accepted octets are written differently");
        }
    };
    for edit in edits {
        canonical(&edit.apply(good));
        if !matches!(edit, Edit::Item(..)) {
            all = edit.apply(&all);
            canonical(&all);
        }
    }
}

/// The same for a signed document, in its payload behind a new signature and in the whole.
fn signed_holds(kind: Kind, signer: &SigningKey, again: Again<'_>, good: &[u8], edits: &[Edit]) {
    let payload = signed::read(good).unwrap().payload;
    let within = |payload: &[u8]| {
        let written = again(&signed::sign(kind, payload, signer))?;
        Some(signed::read(&written).unwrap().payload.to_vec())
    };
    holds(&within, payload, edits);
    assert_eq!(again(good).as_deref(), Some(good));
    for edit in edits.iter().filter(|e| !matches!(e, Edit::Item(..))) {
        let edited = edit.apply(good);
        assert!(edited == good || again(&edited).is_none());
    }
}

fn schema_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(Schema::from_octets(octets).ok()?.to_octets())
}

fn offer_again(octets: &[u8]) -> Option<Vec<u8>> {
    let offer = Offer::verify(octets, &key().verifying_key(), UnixTime(0)).ok()?;
    Some(offer.sign(&key()))
}

fn issuance_request_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(IssuanceRequest::from_octets(octets).ok()?.to_octets())
}

fn nonce_proof_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(NonceProof::from_octets(octets).ok()?.to_octets())
}

fn response_again(octets: &[u8], schema: &Schema) -> Option<Vec<u8>> {
    let response = IssuanceResponse::from_octets(octets, schema).ok()?;
    Some(response.to_octets().to_vec())
}

fn pending_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(
        PendingIssuance::from_octets(octets)
            .ok()?
            .to_octets()
            .to_vec(),
    )
}

fn credential_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(Credential::from_octets(octets).ok()?.to_octets().to_vec())
}

fn bucket_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(Bucket::from_octets(octets).ok()?.to_octets())
}

fn manifest_again(octets: &[u8]) -> Option<Vec<u8>> {
    let manifest = Manifest::verify(octets, &key().verifying_key()).ok()?;
    Some(manifest.sign(&key()))
}

fn registration_again(octets: &[u8]) -> Option<Vec<u8>> {
    Some(Registration::verify(octets, &trust()).ok()?.sign(&root()))
}

fn request_again(octets: &[u8]) -> Option<Vec<u8>> {
    let own = Request::read_own(octets, &key().verifying_key()).ok()?;
    Some(own.sign(&key()))
}

fn bytes(octets: impl AsRef<[u8]>) -> Item {
    Item::Bytes(octets.as_ref().to_vec())
}

fn item() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        3 => (0..40u64).prop_map(Item::Uint),
        1 => any::<u64>().prop_map(Item::Uint),
        1 => vec(any::<u8>(), 0..40).prop_map(Item::Bytes),
        1 => any::<[u8; 16]>().prop_map(bytes),
        1 => any::<[u8; 32]>().prop_map(bytes),
        2 => "[a-z]{0,20}".prop_map(Item::Text),
        1 => any::<u8>().prop_map(|octet| Item::Raw(vec![octet])),
    ];
    leaf.prop_recursive(4, 40, 7, |inner| {
        let entries = vec(inner.clone(), 0..7).prop_map(|values| {
            let keys = (1..).map(Item::Uint);
            Item::Map(keys.zip(values).collect())
        });
        prop_oneof![vec(inner, 0..7).prop_map(Item::Array), entries]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn texts(texts in arbitrary::texts(), language in "[a-z]{2}") {
        // A text in English is there for whoever has no language of her own in it.
        let mut w = glimpse_core::cbor::Writer::new();
        texts.write(&mut w);
        let octets = w.into_vec();
        let mut r = glimpse_core::cbor::Reader::new(&octets);
        let read: Texts = r.texts().unwrap();
        prop_assert!(r.finish().is_ok());
        prop_assert!(read.any(read.get(&language)));
        prop_assert_eq!(read, texts);
    }

    #[test]
    fn schemas(schema in arbitrary::schema(), edits in edits()) {
        let octets = schema.to_octets();
        holds(&schema_again, &octets, &edits);
        let read = Schema::from_octets(&octets).unwrap();
        prop_assert_eq!(read.id(), schema.id());
        prop_assert_eq!(read, schema);
    }

    #[test]
    fn offers(offer in arbitrary::offer(), edits in edits()) {
        let octets = offer.sign(&key());
        signed_holds(Kind::Offer, &key(), &offer_again, &octets, &edits);
        prop_assert_eq!(Offer::claimed_issuer(&octets).unwrap(), offer.issuer);
        let at_end = Offer::verify(&octets, &key().verifying_key(), offer.expires);
        prop_assert_eq!(at_end.unwrap(), offer);
    }

    #[test]
    fn issuance_requests(
        code: [u8; 16],
        commitment in vec(any::<u8>(), 176),
        edits in edits(),
    ) {
        let request = IssuanceRequest { code, commitment: commitment.try_into().unwrap() };
        let octets = request.to_octets();
        holds(&issuance_request_again, &octets, &edits);
        prop_assert_eq!(IssuanceRequest::from_octets(&octets).unwrap(), request);
    }

    #[test]
    fn nonce_proofs(
        // Letters that nobody sees are refused.
        nonce in "\\PC{0,128}".prop_filter("plain", |nonce| glimpse_core::cbor::is_plain(nonce)),
        commitment in vec(any::<u8>(), 176),
        edits in edits(),
    ) {
        let proof = NonceProof { nonce, commitment: commitment.try_into().unwrap() };
        let octets = proof.to_octets();
        holds(&nonce_proof_again, &octets, &edits);
        prop_assert_eq!(NonceProof::from_octets(&octets).unwrap(), proof);
    }

    #[test]
    fn issuance_responses(
        (schema, values) in arbitrary::schema_and_values(),
        epoch: u32,
        (entropy, handle, renewal) in any::<([u8; 32], [u8; 8], [u8; 32])>(),
        signature in vec(any::<u8>(), 80),
        edits in edits(),
    ) {
        let items = vec![
            Item::Uint(1), Item::Uint(epoch.into()), values, bytes(signature), bytes(entropy),
            bytes(handle), bytes(renewal),
        ];
        let octets = Item::Array(items).to_octets();
        holds(&|octets| response_again(octets, &schema), &octets, &edits);
        let response = IssuanceResponse::from_octets(&octets, &schema).unwrap();
        prop_assert!(schema.check_values(&response.values).is_ok());
    }

    #[test]
    fn pending_issuances(
        offer in vec(any::<u8>(), 0..300),
        (blind, nym) in (arbitrary::scalar(), arbitrary::scalar()),
        edits in edits(),
    ) {
        let items = vec![Item::Uint(1), bytes(&offer), bytes(blind), bytes(nym)];
        let octets = Item::Array(items).to_octets();
        holds(&pending_again, &octets, &edits);
        let read = PendingIssuance::from_octets(&octets).unwrap();
        prop_assert_eq!(read.binding(), offer);
    }

    #[test]
    fn credentials(
        (schema, values) in arbitrary::schema_and_values(),
        (issuer, epoch, handle, renewal) in any::<([u8; 16], u32, [u8; 8], [u8; 32])>(),
        (key, signature) in (vec(any::<u8>(), 96), vec(any::<u8>(), 80)),
        (nym, blind) in (arbitrary::scalar(), arbitrary::scalar()),
        device in vec(any::<u8>(), 48),
        edits in edits(),
    ) {
        let items = vec![
            Item::Uint(1), bytes(schema.to_octets()), bytes(issuer), bytes(key),
            Item::Uint(epoch.into()), values, bytes(signature), bytes(nym), bytes(blind),
            bytes(handle), bytes(renewal), bytes(device),
        ];
        let octets = Item::Array(items).to_octets();
        holds(&credential_again, &octets, &edits);
        let read = Credential::from_octets(&octets).unwrap();
        prop_assert_eq!(read.schema_id(), schema.id());
    }

    #[test]
    fn buckets(
        epoch: u32,
        rows in btree_map(any::<[u8; 8]>(), vec(any::<u8>(), 96), 0..20),
        edits in edits(),
    ) {
        let row = |(handle, sealed)| Item::Array(vec![bytes(handle), Item::Bytes(sealed)]);
        let rows = rows.into_iter().map(row).collect();
        let items = vec![Item::Uint(1), Item::Uint(epoch.into()), Item::Array(rows)];
        let octets = Item::Array(items).to_octets();
        holds(&bucket_again, &octets, &edits);
        let mut bucket = Bucket::from_octets(&octets).unwrap();
        prop_assert!(bucket.rows.iter().all(|row| bucket.row(row.handle) == Ok(row)));
        bucket.rows.reverse();
        prop_assert_eq!(bucket.to_octets(), octets);
    }

    #[test]
    fn manifests(manifest in arbitrary::manifest(), edits in edits()) {
        let octets = manifest.sign(&key());
        signed_holds(Kind::Manifest, &key(), &manifest_again, &octets, &edits);
        let read = Manifest::verify(&octets, &key().verifying_key());
        prop_assert_eq!(read.unwrap(), manifest);
    }

    #[test]
    fn registrations(registration in arbitrary::registration(key()), edits in edits()) {
        let octets = registration.sign(&root());
        signed_holds(Kind::Registration, &root(), &registration_again, &octets, &edits);
        prop_assert_eq!(Registration::verify(&octets, &trust()).unwrap(), registration);
    }

    #[test]
    fn requests(request in arbitrary::request(key(), root()), edits in edits()) {
        let octets = request.sign(&key());
        signed_holds(Kind::Request, &key(), &request_again, &octets, &edits);
        let (list, now) = (trust(), request.issued);
        let shown = VerifiedRequest::verify(&octets, Some(&list), now);
        let verified = match &request.answer_to {
            None => shown.unwrap(),
            Some(site) => {
                prop_assert_eq!(shown.err(), Some(RequestError::ForSite));
                VerifiedRequest::verify_for(&octets, Some(site), Some(&list), now).unwrap()
            }
        };
        prop_assert_eq!(verified.octets(), octets);
        prop_assert_eq!(verified.registered, request.issued <= verified.registration.expires);
        prop_assert_eq!(verified.request, request);
    }

    #[test]
    fn bbs_encodings(
        points in vec(arbitrary::point(), 5),
        scalars in vec(arbitrary::scalar(), 14),
        hidden in 1usize..8,
        committed in 0usize..3,
        edits in edits(),
    ) {
        let committed = committed.min(hidden);
        let signature = [&points[0][..], &scalars[0]].concat();
        let read = |octets: &[u8]| Some(Signature::from_octets(octets).ok()?.to_octets().to_vec());
        let plain: Vec<_> =
            edits.into_iter().filter(|e| !matches!(e, Edit::Item(..))).collect();
        holds(&read, &signature, &plain);
        let commitment = [points[1].to_vec(), scalars[..hidden + 2].concat()].concat();
        let read = |octets: &[u8]| {
            Some(CommitmentWithProof::from_octets(octets, hidden).ok()?.to_octets())
        };
        holds(&read, &commitment, &plain);
        let layout = Layout { signer: hidden, committed: None };
        let indexes: Vec<_> = (0..committed).collect();
        let disclosure = Disclosure::new(layout, &[], &indexes).unwrap();
        let part = [
            points[..3].concat(),
            scalars[..3 + hidden].concat(),
            points[3..3 + committed].concat(),
            scalars[..committed].concat(),
        ];
        let read = |octets: &[u8]| {
            Some(ProofPart::from_octets(octets, layout, &disclosure).ok()?.to_octets())
        };
        holds(&read, &part.concat(), &plain);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// No decoder takes anything that it would not write, nor panics.
    #[test]
    fn whatever_comes(items in item(), octets in vec(any::<u8>(), 0..120)) {
        let schema = world::resident();
        let response = |octets: &[u8]| response_again(octets, &schema);
        let decoders: [Again<'_>; 7] = [
            &schema_again, &issuance_request_again, &nonce_proof_again, &response, &pending_again,
            &credential_again, &bucket_again,
        ];
        let signed: [(Kind, &SigningKey, Again<'_>); 4] = [
            (Kind::Offer, &key(), &offer_again),
            (Kind::Manifest, &key(), &manifest_again),
            (Kind::Registration, &root(), &registration_again),
            (Kind::Request, &key(), &request_again),
        ];
        for octets in [items.to_octets(), octets] {
            for decoder in decoders {
                prop_assert!(decoder(&octets).is_none_or(|again| again == octets));
            }
            for (kind, signer, decoder) in signed {
                let octets = signed::sign(kind, &octets, signer);
                prop_assert!(decoder(&octets).is_none_or(|again| again == octets));
            }
            prop_assert!(VerifiedRequest::verify(&octets, None, UnixTime(0)).is_err());
            let _ = answered_request(&octets);
        }
    }
}
