//! Cases of the pseudonym interface: commitments and signatures.

use glimpse_core::bbs::pseudonym::{self, Holdings};
use glimpse_core::bbs::{Interface, Layout, blind};
use glimpse_core::curve::{Scalar, SecretScalar, Suite};
use serde_json::json;

use super::bbs::{PH, keys, other_key};
use super::blind::{HEADER, SIGNED};
use super::equations::Setting;
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value};

pub(super) const COMMITTED: [&[u8]; 1] = [b"the prover's only"];
/// Message indexes: 0 and 1 the signer's, 2 the blind, 3 committed, 4 and 5 the nym secrets.
pub(super) const LAYOUT: Layout = Layout {
    signer: 2,
    committed: Some(3),
};

/// What prover and signer have when the nym secrets are these.
pub(super) struct Prover {
    pub(super) interface: Interface,
    commitment: Vec<u8>,
    entropy: Scalar,
    pub(super) signature: [u8; 80],
    blind: SecretScalar,
    /// With the signer's entropy in the last.
    nyms: [SecretScalar; 2],
}

impl Prover {
    pub(super) fn new(suite: Suite, nyms: [Scalar; 2], seed: u64) -> Self {
        let (sk, pk) = keys();
        let interface = Interface::pseudonym(suite);
        let mut rng = Stream::new(seed);
        let entropy = Scalar::random(&mut rng);
        let own = [nyms[0], nyms[1] - entropy].map(SecretScalar::new);
        let (commitment, blind) =
            pseudonym::commit_with_nym(&interface, &COMMITTED, &own, &mut rng).unwrap();
        let signature = pseudonym::blind_sign_with_nym(
            &interface,
            &sk,
            &pk,
            &commitment,
            2,
            HEADER,
            &entropy,
            &SIGNED,
        )
        .unwrap();
        Self {
            interface,
            commitment,
            entropy,
            signature,
            blind,
            nyms: nyms.map(SecretScalar::new),
        }
    }

    pub(super) fn prove(
        &self,
        signature: &[u8],
        disclosed: &[usize],
        context_id: &[u8],
        seed: u64,
    ) -> (Vec<u8>, [u8; 48]) {
        let holdings = Holdings {
            messages: &SIGNED,
            committed_messages: &COMMITTED,
            secret_prover_blind: &self.blind,
            nym_secrets: &self.nyms,
        };
        let (pk, rng) = (keys().1, &mut Stream::new(seed));
        pseudonym::proof_gen_with_nym(
            &self.interface,
            &pk,
            signature,
            HEADER,
            PH,
            context_id,
            &holdings,
            disclosed,
            rng,
        )
        .unwrap()
    }
}

pub(super) fn secrets() -> [Scalar; 2] {
    let mut rng = Stream::new(8);
    [(); 2].map(|()| Scalar::random(&mut rng))
}

pub(super) fn families(suite: Suite) -> Vec<Family> {
    let prover = Prover::new(suite, secrets(), 9);
    vec![commitments(&prover), signatures(&prover)]
}

fn commitments(prover: &Prover) -> Family {
    let (sk, pk) = keys();
    let suite = prover.interface.suite();
    let good = json!({
        "secret_key": hex_value(&sk.expose().to_octets()), "public_key": hex_value(&pk),
        "commitment_with_proof": hex_value(&prover.commitment), "length_nym_vector": 2,
        "header": hex_value(HEADER), "messages": hex_list(&SIGNED),
        "signer_nym_entropy": hex_value(&prover.entropy.to_octets()),
    });
    let mut family = Family::new(suite, "nym_sign", "nym_commitment", good);
    family.add(
        "signed",
        "two messages signed beside a commitment to one and to two nym secrets; the header ends \
         in the number of nym secrets, and the entropy is added to the last",
        &[],
        json!({ "signature": hex::encode(prover.signature) }),
    );
    let field = "commitment_with_proof";
    let points = defects::g1_few(&prover.commitment[..48]);
    family.pieces(field, "C", 0, &points, "Decode(Point)");
    let scalars = defects::scalar_few(&prover.commitment[176..]);
    family.pieces(field, "challenge", 176, &scalars, "Decode(Scalar)");
    family.lengths(field, &[1, 80, 207, 209]);
    for (name, tests, count) in [
        ("no_secret", "no nym secret", 0),
        ("secrets_4", "more nym secrets than committed messages", 4),
        (
            "secrets_huge",
            "the largest number of nym secrets of 64 bits",
            u64::MAX,
        ),
    ] {
        family.bad(
            name,
            tests,
            &[("length_nym_vector", json!(count))],
            "Indexes",
        );
    }
    let tests = "no commitment, and so no nym secret";
    family.bad("empty", tests, &[(field, json!(""))], "Indexes");
    let (by_blind, _) = blind::commit(
        &Interface::blind(suite),
        &[b"1", b"2", b"3"],
        &mut Stream::new(0),
    )
    .unwrap();
    let changes = [(field, hex_value(&by_blind))];
    family.bad(
        "blind",
        "made under the blind interface",
        &changes,
        "Invalid",
    );
    let tests = "more than 256 messages, refused before any generator is derived";
    let changes = [(field, json!({ "repeat": "01", "count": 112 + 32 * 255 }))];
    family.bad("255_committed", tests, &changes, "TooManyMessages");
    let setting = Setting::new(prover.interface.clone(), &pk, HEADER, LAYOUT);
    let nothing = setting.commit_to_nothing(LAYOUT, &mut Stream::new(4));
    // The equation written out anew is the code's own: it holds for a good commitment.
    assert!(setting.commitment_holds(LAYOUT, &prover.commitment));
    assert!(setting.commitment_holds(LAYOUT, &nothing));
    family.bad(
        "identity_forged",
        "a commitment to zeros under a blind of 0: C is the identity, and the challenge holds",
        &[(field, hex_value(&nothing))],
        "Decode(Point)",
    );
    family
}

fn signatures(prover: &Prover) -> Family {
    let suite = prover.interface.suite();
    let [first, last] = [0, 1].map(|i| prover.nyms[i].expose().to_octets());
    let good = json!({
        "public_key": hex_value(&keys().1), "signature": hex_value(&prover.signature),
        "header": hex_value(HEADER), "messages": hex_list(&SIGNED),
        "committed_messages": hex_list(&COMMITTED),
        "secret_prover_blind": hex_value(&prover.blind.expose().to_octets()),
        "nym_secrets": hex_list(&[&first, &last]),
    });
    let mut family = Family::new(suite, "nym_verify", "nym_signature", good);
    family.good(
        "verifies",
        "a signature with nym secrets; its message vector is the signer's messages, \
         secret_prover_blind, the committed messages, the nym secrets",
    );
    let points = defects::g1_few(&prover.signature[..48]);
    family.pieces("signature", "A", 0, &points, "Decode(Point)");
    let scalars = defects::scalar_few(&prover.signature[48..]);
    family.pieces("signature", "e", 48, &scalars, "Decode(Scalar)");
    for defect in defects::scalar_few(&last) {
        let secrets = hex_list(&[&first, &defect.octets]);
        let name = format!("nym_secret_{}", defect.name);
        let tests = format!("a nym secret: {}", defect.tests);
        family.bad(&name, &tests, &[("nym_secrets", secrets)], "Decode(Scalar)");
    }
    let own = (prover.nyms[1].expose() - prover.entropy).to_octets();
    for (name, tests, field, value) in [
        (
            "secrets_swapped",
            "the nym secrets swapped",
            "nym_secrets",
            hex_list(&[&last, &first]),
        ),
        (
            "no_entropy",
            "the prover's own last nym secret, without the signer's entropy",
            "nym_secrets",
            hex_list(&[&first, &own]),
        ),
        (
            "secret_less",
            "one nym secret less",
            "nym_secrets",
            hex_list(&[&first]),
        ),
        ("other_header", "another header", "header", hex_value(b"")),
        (
            "other_key",
            "another key",
            "public_key",
            hex_value(&other_key()),
        ),
    ] {
        family.bad(name, tests, &[(field, value)], "Invalid");
    }
    family
}
