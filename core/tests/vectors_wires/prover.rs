//! A wallet written from chapters 5 and 6 of the specifications. It checks nothing and does what
//! its orders say, so that one rule of the verifier at a time is all that stands in its way. BBS
//! itself, OR proofs and bits are the core's; `ph`, the links, the three squares and the wire are
//! its own.

use std::collections::BTreeMap;

use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::DeviceSigner;
use glimpse_core::bbs::proof::{
    DevicePart, Disclosure, NymContext, ProofInit, ProofOptions, challenge,
};
use glimpse_core::bbs::signature::Signature;
use glimpse_core::cbor::Writer;
use glimpse_core::credential::Credential;
use glimpse_core::curve::{FixedBases, G1, G1Affine, Scalar};
use glimpse_core::predicate::{Bases, Profile, Prover, Statement, square_bases};
use glimpse_core::presentation::{Query, Request, Test};
use sha2::{Digest, Sha256};

use super::item::Item;
use super::rng::Stream;
use super::squares::{Squares, Z};
use super::world::{Office, device};

/// A credential to show, and the device that answers for it.
pub(super) struct Show<'a> {
    pub(super) office: &'a Office,
    pub(super) record: &'a [u8],
    pub(super) device: u64,
}

pub(super) struct Orders<'a> {
    /// The request whose digest and alternative the answer names.
    pub(super) request: &'a [u8],
    pub(super) alternative: usize,
    /// The request and alternative that `ph` covers.
    pub(super) bound: (&'a [u8], usize),
    /// The moment that the answer names, and the one that `ph` covers.
    pub(super) moments: [Option<u64>; 2],
    /// What is proved.
    pub(super) queries: &'a [Query],
    pub(super) z: Z,
    /// One mask for all attributes in equalities.
    pub(super) one_mask: bool,
    /// One session of a device for all its credentials.
    pub(super) one_session: bool,
}

impl<'a> Orders<'a> {
    pub(super) fn honest(request: &'a [u8], queries: &'a [Query]) -> Self {
        Self {
            request,
            alternative: 0,
            bound: (request, 0),
            moments: [None; 2],
            queries,
            z: Z::Honest,
            one_mask: true,
            one_session: true,
        }
    }
}

enum Proof {
    Squares(Squares),
    Core(Prover),
    Nothing,
}

impl Proof {
    fn first_move(&self, bases: &Bases<'_>) -> Vec<u8> {
        match self {
            Self::Squares(squares) => squares.first_move(bases.y, bases.k),
            Self::Core(prover) => prover.first_move(),
            Self::Nothing => Vec::new(),
        }
    }

    fn respond(&self, first_move: &[u8], c: &Scalar) -> Option<Vec<u8>> {
        match self {
            Self::Squares(squares) => squares.respond(first_move, c),
            Self::Core(prover) => prover.respond(c),
            Self::Nothing => Some(Vec::new()),
        }
    }
}

struct Part {
    init: ProofInit,
    proofs: Vec<Proof>,
    shown: Vec<Item>,
    /// What `ph` has of it before its predicates.
    bound: Vec<u8>,
}

fn num(n: usize) -> Vec<u8> {
    (n as u64).to_be_bytes().to_vec()
}

fn str(octets: &[u8]) -> Vec<u8> {
    [num(octets.len()), octets.to_vec()].concat()
}

/// A predicate's CBOR. 5.2
fn statement(predicate: &glimpse_core::presentation::Predicate) -> Vec<u8> {
    let uint = |n: usize| Item::Uint(n as u64);
    let profile = |p: &Profile| uint(usize::from(*p == Profile::Bits));
    let attribute = uint(predicate.attribute);
    let items = match &predicate.test {
        Test::Holds(Statement::AtMost(x, p)) => {
            vec![uint(0), attribute, uint(*x as usize), profile(p)]
        }
        Test::Holds(Statement::AtLeast(x, p)) => {
            vec![uint(1), attribute, uint(*x as usize), profile(p)]
        }
        Test::Holds(Statement::OneOf(values)) => {
            let values = values.iter().map(|v| uint(*v as usize)).collect();
            vec![uint(2), attribute, Item::Array(values)]
        }
        Test::EqualTo {
            query,
            attribute: other,
        } => vec![uint(3), attribute, uint(*query), uint(*other)],
    };
    Item::Array(items).to_octets()
}

/// (query, attribute) of everything that stands in an equality.
fn in_equalities(queries: &[Query]) -> Vec<(usize, usize)> {
    let mut list = Vec::new();
    for (position, query) in queries.iter().enumerate() {
        for predicate in &query.predicates {
            if let Test::EqualTo { query, attribute } = predicate.test {
                list.extend([(position, predicate.attribute), (query, attribute)]);
            }
        }
    }
    list
}

fn part(
    orders: &Orders<'_>,
    position: usize,
    show: &Show<'_>,
    (device_point, commitment): (G1, G1),
    mask: Scalar,
    k: &FixedBases,
    rng: &mut Stream,
) -> Part {
    let (query, context) = (&orders.queries[position], &show.office.context);
    let credential = Credential::from_octets(show.record).unwrap();
    let mut record = Item::parse(show.record);
    let mut secret = |place| {
        let octets = record.at(&[place]).bytes().clone();
        Scalar::from_octets(&octets.try_into().unwrap()).unwrap()
    };
    let (nym, blind) = (secret(7), secret(8));
    let interface = Interface::glimpse();
    let values = credential.values.iter().map(|v| v.to_scalar(&interface));
    let messages: Vec<_> = [Scalar::from(credential.epoch.0)]
        .into_iter()
        .chain(values)
        .chain([blind, Scalar::zero(), nym])
        .collect();

    let holds = |p: &&glimpse_core::presentation::Predicate| matches!(p.test, Test::Holds(_));
    let committed = query.predicates.iter().filter(holds);
    let mut committed: Vec<_> = committed.map(|p| p.attribute + 1).collect();
    committed.sort_unstable();
    committed.dedup();
    let disclosed: Vec<_> = [0]
        .into_iter()
        .chain(query.disclose.iter().map(|i| i + 1))
        .collect();
    let layout = context.key.generators().layout();
    let nym_index = vec![context.nym_index()];
    let nym = query.pseudonym.as_ref();
    // The scope is the verifier's own.
    let scope = |asked: &Vec<u8>| [crate::asking::VERIFIER.0.as_slice(), asked].concat();
    let nym = nym.map(|asked| NymContext::new(&interface, &scope(asked), nym_index));
    let equalities = in_equalities(orders.queries).into_iter();
    let own = equalities.filter(|(q, _)| orders.one_mask && *q == position);
    let masks: Vec<_> = own.map(|(_, attribute)| (attribute + 1, mask)).collect();
    let share = DevicePart {
        index: context.device_index(),
        point: device_point,
        commitment,
    };
    let init = ProofInit::new(
        &context.key,
        &Signature::from_octets(&credential.signature).unwrap(),
        &messages,
        &Disclosure::new(layout, &disclosed, &committed).unwrap(),
        &ProofOptions {
            device: Some(&share),
            masks: &masks,
            nym: nym.as_ref(),
        },
        rng,
    )
    .unwrap();

    let openings: Vec<_> = init.openings().collect();
    let bases = Bases {
        y: context.key.generators().disclosure(),
        k,
    };
    let prover = |predicate: &glimpse_core::presentation::Predicate| {
        let Test::Holds(statement) = &predicate.test else {
            return Proof::Nothing;
        };
        let place = committed.binary_search(&(predicate.attribute + 1)).unwrap();
        let (point, opening) = openings[place];
        let m = credential.values[predicate.attribute].as_integer().unwrap();
        let four = Scalar::from(4u64);
        let (v, s_m) = match statement {
            Statement::AtMost(x, Profile::ThreeSquares) => (x - m, -four * opening),
            Statement::AtLeast(x, Profile::ThreeSquares) => (m - x, four * opening),
            _ => {
                let prover = Prover::commit(&bases, statement, &point, m, &opening, rng);
                return Proof::Core(prover.unwrap());
            }
        };
        Proof::Squares(Squares::new(v.into(), s_m, orders.z, rng))
    };
    let proofs = query.predicates.iter().map(prover).collect();

    let mut w = Writer::new();
    w.array(query.disclose.len());
    let disclosed = query.disclose.iter().map(|i| &credential.values[*i]);
    disclosed.for_each(|value| value.write(&mut w));
    let (values, epoch) = (w.into_vec(), credential.epoch.0);
    let pseudonym = init.pseudonym().map(|p| p.to_octets().to_vec());
    let mut shown = vec![
        Item::Bytes(context.key_id.0.to_vec()),
        Item::Uint(epoch.into()),
        Item::Raw(values.clone()),
    ];
    shown.extend(pseudonym.clone().map(Item::Bytes));
    let bound = [
        num(position),
        str(&context.key_id.0),
        str(&context.header),
        str(&epoch.to_be_bytes()),
        str(&values),
        str(&pseudonym.unwrap_or_default()),
        str(query.pseudonym.as_deref().unwrap_or_default()),
        num(query.predicates.len()),
    ];
    Part {
        init,
        proofs,
        shown,
        bound: bound.concat(),
    }
}

/// An answer as ordered.
pub(super) fn prove(orders: &Orders<'_>, shows: &[Show<'_>], seed: u64) -> Vec<u8> {
    let rng = &mut Stream::new(seed);
    let (interface, k) = (Interface::glimpse(), square_bases().unwrap());
    let mask = Scalar::random(rng);
    let devices: Vec<_> = shows.iter().map(|show| device(show.device)).collect();
    // Which session answers for which credential.
    let session_of = |i: usize| {
        let first = shows.iter().position(|s| s.device == shows[i].device);
        first.filter(|_| orders.one_session).unwrap_or(i)
    };
    let mut sessions = BTreeMap::new();
    for (i, device) in devices.iter().enumerate() {
        let begin = || device.begin(rng).unwrap();
        sessions.entry(session_of(i)).or_insert_with(begin);
    }
    let mut parts = Vec::new();
    for (i, show) in shows.iter().enumerate() {
        let octets = Item::parse(show.record).at(&[11]).bytes().clone();
        let point = G1Affine::from_octets(&octets.try_into().unwrap()).unwrap();
        let shares = (point.into(), sessions[&session_of(i)].commitment());
        parts.push(part(orders, i, show, shares, mask, &k, rng));
    }
    let inputs: Vec<_> = parts
        .iter()
        .flat_map(|p| p.init.challenge_input())
        .collect();
    loop {
        let mut bound = str(b"glimpse/presentation-header/1");
        bound.extend([str(orders.bound.0), num(orders.bound.1)].concat());
        bound.extend(orders.moments[1].iter().flat_map(|m| m.to_be_bytes()));
        bound.extend(num(parts.len()));
        let mut moves = Vec::new();
        for ((part, query), show) in parts.iter().zip(orders.queries).zip(shows) {
            let bases = Bases {
                y: show.office.context.key.generators().disclosure(),
                k: &k,
            };
            bound.extend(&part.bound);
            for (predicate, proof) in query.predicates.iter().zip(&part.proofs) {
                moves.push(proof.first_move(&bases));
                bound.extend(str(&statement(predicate)));
                bound.extend(str(moves.last().unwrap()));
            }
        }
        let ph = Sha256::digest(&bound);
        let c = challenge(&interface, inputs.clone(), &[&ph]);
        let mut moves = moves.iter();
        let responses: Vec<Vec<Option<Vec<u8>>>> = parts
            .iter()
            .map(|p| {
                p.proofs
                    .iter()
                    .map(|proof| proof.respond(moves.next().unwrap(), &c))
                    .collect()
            })
            .collect();
        if responses.iter().flatten().any(Option::is_none) {
            for proof in parts.iter_mut().flat_map(|p| &mut p.proofs) {
                if let Proof::Squares(squares) = proof {
                    squares.resample(rng);
                }
            }
            continue;
        }
        let answers: BTreeMap<_, _> = sessions
            .into_iter()
            .map(|(i, session)| (i, session.respond(&c).unwrap()))
            .collect();
        let (mut octets, mut shown) = (Vec::new(), Vec::new());
        for (i, (part, responses)) in parts.into_iter().zip(responses).enumerate() {
            let answer = Some(answers[&session_of(i)]);
            octets.extend(part.init.finalize(&c, answer).unwrap().to_octets());
            octets.extend(responses.into_iter().flatten().flatten());
            shown.push(Item::Array(part.shown));
        }
        octets.extend(c.to_octets());
        let mut answer = vec![
            Item::Uint(1),
            Item::Bytes(Request::digest(orders.request).to_vec()),
            Item::Uint(orders.alternative as u64),
        ];
        answer.extend(orders.moments[0].map(Item::Uint));
        answer.extend([Item::Array(shown), Item::Bytes(octets)]);
        return Item::Array(answer).to_octets();
    }
}
