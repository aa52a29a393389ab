//! Arbitrary documents within the bounds of their formats, and edits of octets and of items.

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::{Texts, is_plain};
use glimpse_core::credential::{Attribute, AttributeType, Manifest, Offer, Schema};
use glimpse_core::curve::{G1, Scalar};
use glimpse_core::ids::{EpochDay, IssuerId, KeyId, Nonce, Origin, SchemaId, UnixTime, VerifierId};
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{
    Freshness, POSTER_WINDOW, Predicate, Query, Registration, Request, Test,
};
use glimpse_core::trust::{Allowance, Provable};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use super::item::Item;

/// Text of at most so many octets.
fn text(max: usize) -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..=max.min(64)).prop_map(move |chars| {
        let mut text = String::new();
        for char in chars {
            let plain = is_plain(char.encode_utf8(&mut [0; 4]));
            if plain && text.len() + char.len_utf8() <= max {
                text.push(char);
            }
        }
        text
    })
}

pub(crate) fn texts() -> impl Strategy<Value = Texts> {
    let languages = "[a-zA-Z-]{1,16}";
    vec((languages, text(200)), 1..=3).prop_map(|entries| {
        let entries: Vec<_> = entries
            .iter()
            .map(|(l, t)| (l.as_str(), t.as_str()))
            .collect();
        Texts::new(&entries)
    })
}

fn attribute_type() -> impl Strategy<Value = AttributeType> {
    prop_oneof![
        (0..=256u16).prop_map(AttributeType::Text),
        (0..=256u16).prop_map(AttributeType::Bytes),
        (3..=4096u16).prop_map(AttributeType::Photo),
        Just(AttributeType::Date),
        Just(AttributeType::Count),
        btree_map(0..=0xffffu32, texts(), 1..=4)
            .prop_map(|codes| AttributeType::Enumeration(codes.into_iter().collect())),
    ]
}

pub(crate) fn schema() -> impl Strategy<Value = Schema> {
    let code = "[a-z0-9_]{1,32}";
    let attributes = btree_map(code, (attribute_type(), texts()), 1..=6);
    let attributes = attributes
        .prop_map(|map| map.into_iter().collect::<Vec<_>>())
        .prop_shuffle();
    (code, texts(), attributes, 1..=3660u32).prop_map(|(code, names, attributes, epoch_days)| {
        let mut photos = 0;
        let attribute = |(code, (mut kind, names))| {
            photos += usize::from(matches!(kind, AttributeType::Photo(_)));
            if photos > 1 && matches!(kind, AttributeType::Photo(_)) {
                kind = AttributeType::Date;
            }
            Attribute { code, kind, names }
        };
        Schema {
            code,
            names,
            attributes: attributes.into_iter().map(attribute).collect(),
            epoch_days,
        }
    })
}

fn value(kind: &AttributeType) -> BoxedStrategy<Vec<u8>> {
    let integer = |n: u32| Item::Uint(n.into()).to_octets();
    match kind {
        AttributeType::Text(max) => text((*max).into())
            .prop_map(|t| Item::Text(t).to_octets())
            .boxed(),
        AttributeType::Bytes(length) => vec(any::<u8>(), usize::from(*length))
            .prop_map(|b| Item::Bytes(b).to_octets())
            .boxed(),
        AttributeType::Photo(max) => vec(any::<u8>(), 0..=usize::from(*max - 3).min(64))
            .prop_map(|rest| Item::Bytes([&[0xff, 0xd8, 0xff], &rest[..]].concat()).to_octets())
            .boxed(),
        AttributeType::Date => (0..1u32 << 17).prop_map(integer).boxed(),
        AttributeType::Count => (0..1u32 << 20).prop_map(integer).boxed(),
        AttributeType::Enumeration(codes) => {
            let codes: Vec<_> = codes.iter().map(|c| c.0).collect();
            proptest::sample::select(codes).prop_map(integer).boxed()
        }
    }
}

/// A schema and values that fit it, as a document has them.
pub(crate) fn schema_and_values() -> impl Strategy<Value = (Schema, Item)> {
    schema().prop_flat_map(|schema| {
        let values: Vec<_> = schema.attributes.iter().map(|a| value(&a.kind)).collect();
        (Just(schema), values)
            .prop_map(|(s, v)| (s, Item::Array(v.into_iter().map(Item::Raw).collect())))
    })
}

pub(crate) fn offer() -> impl Strategy<Value = Offer> {
    any::<([u8; 16], [u8; 32], [u8; 8], [u8; 16], u64)>().prop_map(
        |(issuer, schema, key, code, expires)| Offer {
            issuer: IssuerId(issuer),
            schema: SchemaId(schema),
            key: KeyId(key),
            code,
            expires: UnixTime(expires),
        },
    )
}

pub(crate) fn manifest() -> impl Strategy<Value = Manifest> {
    let buckets = vec(any::<[u8; 32]>(), 1..20);
    (any::<([u8; 16], [u8; 32], [u8; 8], u32)>(), buckets).prop_map(
        |((issuer, schema, key, epoch), buckets)| Manifest {
            issuer: IssuerId(issuer),
            schema: SchemaId(schema),
            key: KeyId(key),
            epoch: EpochDay(epoch),
            buckets,
        },
    )
}

fn statement() -> impl Strategy<Value = Statement> {
    let cutoff = 0..1u32 << 20;
    let profile = prop_oneof![Just(Profile::ThreeSquares), Just(Profile::Bits)];
    prop_oneof![
        (cutoff.clone(), profile.clone()).prop_map(|(x, p)| Statement::AtMost(x, p)),
        (cutoff.clone(), profile).prop_map(|(x, p)| Statement::AtLeast(x, p)),
        btree_set(cutoff, 2..=16).prop_map(|set| Statement::OneOf(set.into_iter().collect())),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let test = prop_oneof![
        3 => statement().prop_map(Test::Holds),
        1 => (0..4usize, 0..32usize)
            .prop_map(|(query, attribute)| Test::EqualTo { query, attribute }),
    ];
    (0..32usize, test).prop_map(|(attribute, test)| Predicate { attribute, test })
}

/// At most two predicates, so that four queries cannot have too many three-squares proofs.
fn query() -> impl Strategy<Value = Query> {
    let issuers = vec(any::<([u8; 16], [u8; 8])>(), 1..=8);
    let pseudonym = option::of(vec(any::<u8>(), 1..=64));
    (
        any::<[u8; 32]>(),
        issuers,
        btree_set(0..32usize, 0..=32),
        vec(predicate(), 0..=2),
        0..=3660u32,
        pseudonym,
    )
        .prop_map(
            |(schema, issuers, disclose, predicates, max_age_days, pseudonym)| Query {
                schema: SchemaId(schema),
                issuers: issuers
                    .into_iter()
                    .map(|(i, k)| (IssuerId(i), KeyId(k)))
                    .collect(),
                disclose: disclose.into_iter().collect(),
                predicates,
                max_age_days,
                pseudonym,
            },
        )
}

fn allowance() -> impl Strategy<Value = Allowance> {
    let prove = btree_set((0..4u32, 0..32usize), 0..=64);
    let disclose = btree_set(0..32usize, 0..=32);
    (
        "[ -~]{1,32}",
        any::<[u8; 32]>(),
        disclose,
        prove,
        any::<bool>(),
    )
        .prop_map(|(purpose, schema, disclose, prove, pseudonym)| Allowance {
            purpose,
            schema: SchemaId(schema),
            disclose: disclose.into_iter().collect(),
            prove: prove
                .into_iter()
                .map(|(kind, attribute)| Provable { kind, attribute })
                .collect(),
            pseudonym,
        })
}

/// By the key of this seed.
pub(crate) fn registration(key: SigningKey) -> impl Strategy<Value = Registration> {
    let verifier = any::<[u8; 16]>();
    (verifier, texts(), vec(allowance(), 0..=3), any::<u64>()).prop_map(
        move |(verifier, names, allowances, expires)| Registration {
            verifier: VerifierId(verifier),
            key: key.verifying_key(),
            names,
            allowances,
            expires: UnixTime(expires),
        },
    )
}

/// With how long a request may be valid by it, in seconds.
pub(crate) fn freshness() -> impl Strategy<Value = (Freshness, u64)> {
    let nonce = any::<[u8; 16]>().prop_map(|nonce| Freshness::Nonce(Nonce(nonce)));
    let poster = POSTER_WINDOW.prop_map(|window| Freshness::Poster { window });
    prop_oneof![(nonce, 1..=86_400u64), (poster, 1..=366 * 86_400u64)]
}

fn origin() -> impl Strategy<Value = Origin> {
    "https?://[a-z0-9._:-]{1,259}".prop_map(|text| Origin::parse(&text).unwrap())
}

/// With the verifier's registration in it.
pub(crate) fn request(key: SigningKey, root: SigningKey) -> impl Strategy<Value = Request> {
    let alternatives = vec(vec(query(), 1..=4), 1..=4);
    (
        freshness(),
        text(32),
        texts(),
        0..u64::MAX - 366 * 86_400,
        alternatives,
        (registration(key), option::of(origin())),
    )
        .prop_map(
            move |(
                (freshness, lifetime),
                purpose,
                purpose_texts,
                issued,
                alternatives,
                (by, site),
            )| {
                Request {
                    answer_to: site.filter(|_| freshness.nonce().is_some()),
                    freshness,
                    verifier: by.verifier,
                    purpose,
                    purpose_texts,
                    issued: UnixTime(issued),
                    expires: UnixTime(issued + lifetime),
                    alternatives,
                    registration: by.sign(&root),
                }
            },
        )
}

/// 32 octets of a scalar that is not 0.
pub(crate) fn scalar() -> impl Strategy<Value = [u8; 32]> {
    any::<u64>().prop_map(|n| {
        let wide = Scalar::from(n) * Scalar::from(u64::MAX) - Scalar::one();
        wide.to_octets()
    })
}

/// 48 octets of a point that is not the identity.
pub(crate) fn point() -> impl Strategy<Value = [u8; 48]> {
    scalar().prop_map(|octets| {
        let base = glimpse_core::predicate::square_bases().unwrap().bases()[0];
        let scalar = Scalar::from_octets(&octets).unwrap();
        G1::from(base).mul(&scalar).to_octets()
    })
}

/// Something that happens to a document.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Flip(Index, u8),
    Set(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Cut(Index),
    Repeat(Index, Index),
    /// The item that begins at or after an octet, in another form.
    Item(Index, u8),
}

pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<Index>;
    let edit = prop_oneof![
        1 => (at(), 0..8u8).prop_map(|(i, bit)| Edit::Flip(i, bit)),
        1 => (at(), any::<u8>()).prop_map(|(i, o)| Edit::Set(i, o)),
        1 => (at(), any::<u8>()).prop_map(|(i, o)| Edit::Insert(i, o)),
        1 => at().prop_map(Edit::Remove),
        1 => at().prop_map(Edit::Cut),
        1 => (at(), at()).prop_map(|(i, j)| Edit::Repeat(i, j)),
        4 => (at(), any::<u8>()).prop_map(|(i, how)| Edit::Item(i, how)),
    ];
    vec(edit, 1..=8)
}

impl Edit {
    pub(crate) fn apply(&self, document: &[u8]) -> Vec<u8> {
        let mut octets = document.to_vec();
        if octets.is_empty() {
            return octets;
        }
        match self {
            Self::Flip(i, bit) => octets[i.index(document.len())] ^= 1 << bit,
            Self::Set(i, octet) => octets[i.index(document.len())] = *octet,
            Self::Insert(i, octet) => octets.insert(i.index(document.len() + 1), *octet),
            Self::Remove(i) => {
                octets.remove(i.index(document.len()));
            }
            Self::Cut(i) => octets.truncate(i.index(document.len())),
            Self::Repeat(i, j) => {
                let (i, j) = (i.index(document.len()), j.index(document.len()));
                let run = document[i.min(j)..i.max(j)].to_vec();
                octets.splice(i.max(j)..i.max(j), run);
            }
            Self::Item(i, how) => {
                let mut item = Item::parse(document);
                let mut left = i.index(item.count());
                item.edit(&mut left, *how);
                return item.to_octets();
            }
        }
        octets
    }
}

impl Item {
    /// How many items there are in it, itself included.
    fn count(&self) -> usize {
        1 + match self {
            Self::Array(items) => items.iter().map(Self::count).sum(),
            Self::Map(entries) => entries.iter().map(|(k, v)| k.count() + v.count()).sum(),
            _ => 0,
        }
    }

    /// Changes the item before which `left` others stand.
    fn edit(&mut self, left: &mut usize, how: u8) {
        if *left == 0 {
            *left = usize::MAX;
            self.change(how);
            return;
        }
        *left -= 1;
        let mut go = |item: &mut Self| {
            if *left != usize::MAX {
                item.edit(left, how);
            }
        };
        match self {
            Self::Array(items) => items.iter_mut().for_each(go),
            Self::Map(entries) => entries.iter_mut().for_each(|(k, v)| {
                go(k);
                go(v);
            }),
            _ => {}
        }
    }

    fn change(&mut self, how: u8) {
        let half = usize::from(how / 2);
        match self {
            Self::Uint(n) if how.is_multiple_of(2) => {
                *n = n.wrapping_add(half as u64).wrapping_sub(20)
            }
            Self::Uint(n) => {
                let octets = [1, 2, 4, 8][half % 4];
                *self = Self::Raw(super::item::head(0, *n, octets));
            }
            Self::Bytes(bytes) if how.is_multiple_of(2) => bytes.resize(half, 0),
            Self::Bytes(bytes) => *self = Self::Text("t".repeat(bytes.len())),
            Self::Text(text) if how.is_multiple_of(2) => *text = "t".repeat(half),
            Self::Text(text) => text.make_ascii_uppercase(),
            Self::Array(items) => match (items.len(), how % 3) {
                (0, _) | (_, 0) => items.push(Self::Uint(half as u64)),
                (n, 1) => drop(items.remove(half % n)),
                (n, _) => items.swap(half % n, how as usize % n),
            },
            Self::Map(entries) => match (entries.len(), how % 3) {
                (0, _) | (_, 0) => {
                    entries.push((Self::Uint(half as u64), Self::Uint(0)));
                }
                (n, 1) => drop(entries.remove(half % n)),
                (n, _) => entries.swap(half % n, how as usize % n),
            },
            Self::Raw(octets) => octets.push(how),
        }
    }
}
