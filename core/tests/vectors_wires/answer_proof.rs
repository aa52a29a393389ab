//! Cases of an answer changed within its proof, by the layout of 6.6.

use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::Query;

use super::answers::{adult, resident_record};
use super::asking::{Asked, answer, ask, at_least, at_most, cutoff, holds, query, scene};
use super::item::changed;
use super::world::{ADA, BORN, CHILDREN, REGISTRY};
use super::{Family, defects, hex_value};

pub(super) fn families() -> Vec<Family> {
    vec![fields(), ranges(), two_parts(), one_of(), bits()]
}

/// A family of changed proofs.
struct Proofs {
    family: Family,
    good: Vec<u8>,
}

impl Proofs {
    fn new(queries: Vec<Query>, seed: u64) -> Self {
        let asked = ask(vec![queries], 1);
        let good = sent(&asked, seed);
        let input = scene(&asked, &[&REGISTRY], &good);
        Self {
            family: Family::new("answer", input),
            good,
        }
    }

    fn bad(&mut self, name: &str, tests: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let octets = changed(&self.good, |d| change(d.at(&[4]).bytes()));
        let octets = [("answer", hex_value(&octets))];
        self.family.bad(name, tests, &octets, "Invalid");
    }

    fn proof(&self) -> Vec<u8> {
        super::item::Item::parse(&self.good)
            .at(&[4])
            .bytes()
            .clone()
    }
}

fn sent(asked: &Asked, seed: u64) -> Vec<u8> {
    answer(asked, 0, &[(&REGISTRY, &resident_record())], ADA, seed)
}

/// Exchanges two runs of octets.
fn swap(proof: &mut [u8], one: usize, other: usize, length: usize) {
    for i in 0..length {
        proof.swap(one + i, other + i);
    }
}

// Places in the proof of `adult`: 6 attributes, of which one is disclosed and one committed to.
const POINTS: [(&str, usize); 5] = [
    ("abar", 0),
    ("bbar", 48),
    ("d", 96),
    ("c_of_birth_date", 496),
    ("c_y", 576),
];
const SCALARS: [(&str, usize); 14] = [
    ("e_hat", 144),
    ("r1_hat", 176),
    ("r3_hat", 208),
    ("name_hat", 240),
    ("birth_date_hat", 272),
    ("children_hat", 304),
    ("number_hat", 336),
    ("photo_hat", 368),
    ("blind_hat", 400),
    ("device_hat", 432),
    ("nym_hat", 464),
    ("s_hat", 544),
    ("t", 672),
    ("challenge", 704),
];
/// z_1, z_2, z_3
const Z: [usize; 3] = [624, 640, 656];
const LENGTH: usize = 736;

fn fields() -> Family {
    // A D whose x leaves room for p, which one in four does.
    let room = |proofs: &Proofs| defects::x_plus_p(&proofs.proof()[96..144]).is_some();
    let mut tries = (1000..).map(|seed| Proofs::new(vec![adult()], seed));
    let mut proofs = tries.find(room).unwrap();
    let good = proofs.proof();
    assert_eq!(good.len(), LENGTH);
    for (field, place) in POINTS {
        let point = &good[place..place + 48];
        // One point has every defect: all are read by one function.
        let defects = if field == "d" {
            defects::g1(point)
        } else {
            defects::g1_few(point)
        };
        for defect in defects {
            let (name, tests) = (defect.name, defect.tests);
            let (name, tests) = (format!("{field}_{name}"), format!("{field}: {tests}"));
            proofs.bad(&name, &tests, |p| {
                p[place..place + 48].copy_from_slice(&defect.octets)
            });
        }
        let (name, tests) = (
            format!("{field}_negative"),
            format!("{field}: the negative"),
        );
        proofs.bad(&name, &tests, |p| p[place] ^= 0x20);
    }
    for (field, place) in SCALARS {
        let scalar = &good[place..place + 32];
        let defects = if field == "challenge" || field == "t" {
            defects::scalar(scalar)
        } else {
            defects::scalar_few(scalar)
        };
        for defect in defects {
            let (name, tests) = (defect.name, defect.tests);
            let (name, tests) = (format!("{field}_{name}"), format!("{field}: {tests}"));
            proofs.bad(&name, &tests, |p| {
                p[place..place + 32].copy_from_slice(&defect.octets)
            });
        }
        let (name, tests) = (format!("{field}_other"), format!("{field}: its last bit"));
        proofs.bad(&name, &tests, |p| p[place + 31] ^= 1);
    }
    proofs.bad(
        "points_negative",
        "all three points of the signature negated, which the pairing does not see",
        |p| [0, 48, 96].into_iter().for_each(|i| p[i] ^= 0x20),
    );
    let copy = |p: &mut Vec<u8>, from: usize, to: usize| p.copy_within(from..from + 48, to);
    let same = "two points of which one takes the other's place";
    proofs.bad("bbar_for_abar", same, |p| copy(p, 48, 0));
    proofs.bad("d_for_c", same, |p| copy(p, 96, 496));
    proofs.bad("c_for_c_y", same, |p| copy(p, 496, 576));
    let responses = "two responses exchanged";
    proofs.bad("device_and_nym", responses, |p| swap(p, 432, 464, 32));
    proofs.bad("name_and_number", responses, |p| swap(p, 240, 336, 32));
    proofs.family
}

fn ranges() -> Family {
    let two = Query {
        predicates: vec![
            at_most(BORN, cutoff(18)),
            at_least(BORN, 1),
            at_least(CHILDREN, 1),
        ],
        ..query(&REGISTRY)
    };
    let mut proofs = Proofs::new(vec![two.clone()], 71);
    // Six hidden attributes, blind, device, nym; two commitments; three proofs.
    let commitments = 144 + 32 * 3 + 32 * 9;
    let first = commitments + 2 * 80;
    let length = first + 3 * 128 + 32;
    assert_eq!(proofs.proof().len(), length);
    let z = [48, 64, 80].map(|z| first + z);
    let put = |p: &mut Vec<u8>, at: usize, value: u128| {
        p[at..at + 16].copy_from_slice(&value.to_be_bytes());
    };
    for (i, at) in z.into_iter().enumerate() {
        let field = format!("z_{}", i + 1);
        for (name, tests, value) in [
            ("zero", "0 in its place", 0),
            ("edge", "2^126 - 1 in its place", (1 << 126) - 1),
            ("bound", "2^126 in its place", 1 << 126),
            ("ones", "2^128 - 1 in its place", u128::MAX),
        ] {
            let (name, tests) = (format!("{field}_{name}"), format!("{field}: {tests}"));
            proofs.bad(&name, &tests, |p| put(p, at, value));
        }
        let tests = format!("{field}: its last bit");
        proofs.bad(&format!("{field}_other"), &tests, |p| p[at + 15] ^= 1);
    }
    proofs.bad("z_swapped", "z_1 and z_2 exchanged", |p| {
        swap(p, z[0], z[1], 16)
    });
    let order = "the first two proofs exchanged: one attribute, other statements";
    proofs.bad("predicates_swapped", order, |p| {
        swap(p, first, first + 128, 128)
    });
    let order = "the last two proofs exchanged: other attributes, one kind";
    proofs.bad("predicates_of_two", order, |p| {
        swap(p, first + 128, first + 256, 128)
    });
    proofs.bad(
        "commitments_swapped",
        "the two commitments exchanged",
        |p| {
            swap(p, commitments, commitments + 48, 48);
        },
    );
    let again = sent(&ask(vec![vec![two]], 1), 72);
    let again = super::item::Item::parse(&again).at(&[4]).bytes().clone();
    let tests = "a range proof from another answer to the same request";
    proofs.bad("predicate_spliced", tests, |p| {
        p[first..first + 128].copy_from_slice(&again[first..first + 128]);
    });
    let tests = "everything but the range proofs from another answer to the same request";
    proofs.bad("part_spliced", tests, |p| {
        p[..first].copy_from_slice(&again[..first])
    });
    let tests = "the challenge of another answer to the same request";
    proofs.bad("challenge_spliced", tests, |p| {
        p[length - 32..].copy_from_slice(&again[length - 32..]);
    });
    assert!(Z.iter().all(|z| *z < LENGTH));
    proofs.family
}

fn two_parts() -> Family {
    let mut proofs = Proofs::new(vec![adult(), adult()], 73);
    let part = LENGTH - 32;
    assert_eq!(proofs.proof().len(), 2 * part + 32);
    let tests = "two parts of one shape exchanged";
    proofs.bad("parts_swapped", tests, |p| swap(p, 0, part, part));
    let tests = "the second part a copy of the first";
    proofs.bad("part_copied", tests, |p| p.copy_within(..part, part));
    let tests = "the range proofs of two parts exchanged";
    proofs.bad("ranges_swapped", tests, |p| swap(p, 576, part + 576, 128));
    let tests = "a device's response in one part that is not the other's";
    proofs.bad("device_hats_differ", tests, |p| p[part + 432 + 31] ^= 1);
    proofs.family
}

fn one_of() -> Family {
    let among = Query {
        predicates: vec![holds(CHILDREN, Statement::OneOf(vec![1, 2, 3]))],
        ..query(&REGISTRY)
    };
    let mut proofs = Proofs::new(vec![among], 74);
    let first = 144 + 32 * 3 + 32 * 9 + 80;
    assert_eq!(proofs.proof().len(), first + 5 * 32 + 32);
    let z = |j: usize| first + 32 * j;
    let c = |j: usize| first + 32 * (3 + j);
    let fields = [
        ("or_z_1", z(0)),
        ("or_z_3", z(2)),
        ("or_c_1", c(0)),
        ("or_c_2", c(1)),
    ];
    let good = proofs.proof();
    for (field, at) in fields {
        for defect in defects::scalar_few(&good[at..at + 32]) {
            let (name, tests) = (defect.name, defect.tests);
            let (name, tests) = (format!("{field}_{name}"), format!("{field}: {tests}"));
            proofs.bad(&name, &tests, |p| {
                p[at..at + 32].copy_from_slice(&defect.octets)
            });
        }
        let tests = format!("{field}: its last bit");
        proofs.bad(&format!("{field}_other"), &tests, |p| p[at + 31] ^= 1);
    }
    proofs.bad("or_branches_swapped", "two branches exchanged whole", |p| {
        swap(p, z(0), z(1), 32);
        swap(p, c(0), c(1), 32);
    });
    proofs.bad(
        "or_challenges_swapped",
        "two challenges of one sum exchanged",
        |p| {
            swap(p, c(0), c(1), 32);
        },
    );
    proofs.family
}

fn bits() -> Family {
    let range = Query {
        predicates: vec![holds(BORN, Statement::AtMost(cutoff(18), Profile::Bits))],
        ..query(&REGISTRY)
    };
    let mut proofs = Proofs::new(vec![range], 75);
    let first = 144 + 32 * 3 + 32 * 9 + 80;
    assert_eq!(proofs.proof().len(), first + 2832 + 32);
    let or = first + 19 * 48;
    let good = proofs.proof();
    for defect in defects::g1_few(&good[first..first + 48]) {
        let (name, tests) = (defect.name, defect.tests);
        let (name, tests) = (format!("bit_{name}"), format!("C_1: {tests}"));
        proofs.bad(&name, &tests, |p| {
            p[first..first + 48].copy_from_slice(&defect.octets)
        });
    }
    let tests = "the commitments to bits 1 and 2 exchanged";
    proofs.bad("bits_swapped", tests, |p| swap(p, first, first + 48, 48));
    let tests = "the same with their proofs, so that v is another number";
    proofs.bad("bits_swapped_whole", tests, |p| {
        swap(p, first, first + 48, 48);
        swap(p, or + 96, or + 192, 96);
    });
    let tests = "the proofs for bits 0 and 19 exchanged";
    proofs.bad("bit_proofs_swapped", tests, |p| {
        swap(p, or, or + 19 * 96, 96)
    });
    let tests = "a bit of the last bit's proof";
    proofs.bad("bit_flipped", tests, |p| p[or + 20 * 96 - 1] ^= 1);
    proofs.family
}
