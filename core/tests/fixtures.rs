//! The published fixtures of BBS, blind BBS and pseudonyms, valid and invalid cases.
//!
//! They are read from the folder named by `GLIMPSE_FIXTURES`, else from `../shared/vectors` beside
//! the repository. Where neither exists the tests fail, except when the variable is set to
//! `skip`, which says so on standard error.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::path::{Path, PathBuf};

use glimpse_core::bbs::{Interface, Layout, blind, plain, pseudonym};
use glimpse_core::curve::{PublicKey, Scalar, SecretScalar, Suite};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

const SUITES: [(Suite, &str); 2] = [
    (Suite::Sha256, "bls12-381-sha-256"),
    (Suite::Shake256, "bls12-381-shake-256"),
];
const SEED: &[u8] = b"3.141592653589793238462643383279";

/// `mocked_calculate_random_scalars`: a fixed stream that serves 48 octets a scalar.
struct Mocked(Vec<u8>);

impl Mocked {
    fn new(suite: Suite, dst: &[u8], count: usize) -> Self {
        let mut stream = vec![0; 48 * count];
        suite.expand_message(SEED, dst, &mut stream);
        stream.reverse();
        Self(stream)
    }
}

impl TryRng for Mocked {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        unreachable!("scalars are drawn as octets")
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        unreachable!("scalars are drawn as octets")
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.iter_mut()
            .for_each(|o| *o = self.0.pop().expect("the fixture's count"));
        Ok(())
    }
}

impl TryCryptoRng for Mocked {}

fn root() -> Option<PathBuf> {
    match std::env::var("GLIMPSE_FIXTURES") {
        Ok(path) if path == "skip" => {
            eprintln!("SKIPPED: the published fixtures, by GLIMPSE_FIXTURES=skip");
            None
        }
        Ok(path) => Some(path.into()),
        Err(_) => Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors")),
    }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{e}: set GLIMPSE_FIXTURES to the folder of the fixtures"));
    serde_json::from_str(&text).unwrap()
}

/// Runs `case` over every file of a folder, and says how many there were.
fn each(set: &str, folder: &str, mut case: impl FnMut(Suite, &Value)) -> usize {
    let Some(root) = root() else {
        return usize::MAX;
    };
    let mut count = 0;
    for (suite, name) in SUITES {
        let path = root.join(set).join(name).join(folder);
        let mut files: Vec<_> = std::fs::read_dir(&path)
            .unwrap_or_else(|e| panic!("{e}: set GLIMPSE_FIXTURES to the folder of the fixtures"))
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            eprintln!("{set} {name} {}", file.file_name().unwrap().display());
            case(suite, &read(&file));
            count += 1;
        }
    }
    count
}

fn expect_count(found: usize, expected: usize) {
    assert!(
        found == expected || found == usize::MAX,
        "{found} fixture files, not {expected}"
    );
}

fn octets(value: &Value) -> Vec<u8> {
    value
        .as_str()
        .map(|s| hex::decode(s).unwrap())
        .unwrap_or_default()
}

/// Two scalars of the pseudonym fixtures miss leading zeros.
fn scalar(value: &Value) -> SecretScalar {
    let padded = format!("{:0>64}", value.as_str().unwrap());
    SecretScalar::from_octets(&hex::decode(padded).unwrap().try_into().unwrap()).unwrap()
}

fn list(value: &Value) -> Vec<Vec<u8>> {
    value
        .as_array()
        .map(|l| l.iter().map(octets).collect())
        .unwrap_or_default()
}

fn slices(list: &[Vec<u8>]) -> Vec<&[u8]> {
    list.iter().map(Vec::as_slice).collect()
}

fn pk(value: &Value) -> [u8; PublicKey::LEN] {
    octets(value).try_into().unwrap()
}

fn valid(case: &Value) -> bool {
    case["result"]["valid"].as_bool().unwrap()
}

/// Disclosed messages by index, those of the prover shifted behind the signer's and the blind.
fn revealed(case: &Value, signer: usize) -> (Vec<usize>, Vec<Vec<u8>>) {
    let map = |value: &Value, shift: usize| {
        let mut entries: Vec<_> = value
            .as_object()
            .map(|m| {
                m.iter()
                    .map(|(i, m)| (i.parse::<usize>().unwrap() + shift, octets(m)))
                    .collect()
            })
            .unwrap_or_default();
        entries.sort_by_key(|e: &(usize, Vec<u8>)| e.0);
        entries
    };
    let mut all = map(&case["revealedMessages"], 0);
    all.extend(map(&case["revealedCommittedMessages"], signer + 1));
    all.into_iter().unzip()
}

#[test]
fn bbs_key_pair_hashes_and_generators() {
    let Some(root) = root() else { return };
    for (suite, name) in SUITES {
        let interface = Interface::plain(suite);
        let folder = root.join("bbs-signatures").join(name);
        let keys = read(&folder.join("keypair.json"));
        let (material, info) = (octets(&keys["keyMaterial"]), octets(&keys["keyInfo"]));
        let sk = interface.key_gen(&material, &info, None).unwrap();
        let with_dst = interface
            .key_gen(&material, &info, Some(&octets(&keys["keyDst"])))
            .unwrap();
        let expected = octets(&keys["keyPair"]["secretKey"]);
        assert_eq!(sk.expose().to_octets().to_vec(), expected);
        assert_eq!(with_dst.expose().to_octets().to_vec(), expected);
        assert_eq!(
            PublicKey::of(&sk).to_octets().to_vec(),
            octets(&keys["keyPair"]["publicKey"])
        );

        let h2s = read(&folder.join("h2s.json"));
        let hashed = suite.hash_to_scalar(&octets(&h2s["message"]), &octets(&h2s["dst"]));
        assert_eq!(hashed.to_octets().to_vec(), octets(&h2s["scalar"]));

        let map = read(&folder.join("MapMessageToScalarAsHash.json"));
        for case in map["cases"].as_array().unwrap() {
            let mapped = interface.message_to_scalar(&octets(&case["message"]));
            assert_eq!(mapped.to_octets().to_vec(), octets(&case["scalar"]));
        }

        let mocked = read(&folder.join("mockedRng.json"));
        let expected = list(&mocked["mockedScalars"]);
        assert!(!expected.is_empty());
        let mut rng = Mocked::new(suite, &octets(&mocked["dst"]), expected.len());
        for scalar in expected {
            assert_eq!(Scalar::random(&mut rng).to_octets().to_vec(), scalar);
        }
    }
}

#[test]
fn generators_of_all_three_drafts() {
    let Some(root) = root() else { return };
    type MakeInterface = fn(Suite) -> Interface;
    let sets: [(&str, MakeInterface); 3] = [
        ("bbs-signatures", Interface::plain),
        ("bbs-blind", Interface::blind),
        ("bbs-pseudonyms", Interface::pseudonym),
    ];
    for (suite, name) in SUITES {
        for (set, interface) in sets {
            let file = read(&root.join(set).join(name).join("generators.json"));
            let parts = if file["generators"].is_object() {
                vec![
                    (&file["generators"], ""),
                    (&file["blindGenerators"], "BLIND_"),
                ]
            } else {
                vec![(&file, "")]
            };
            for (part, prefix) in parts {
                let mut expected = vec![octets(&part["Q1"])];
                expected.extend(list(&part["MsgGenerators"]));
                let found = interface(suite)
                    .create_generators(expected.len(), prefix)
                    .unwrap();
                let found: Vec<_> = found.iter().map(|g| g.to_octets().to_vec()).collect();
                assert_eq!(found, expected);
            }
        }
    }
}

#[test]
fn bbs_signatures() {
    let count = each("bbs-signatures", "signature", |suite, case| {
        let interface = Interface::plain(suite);
        let messages = list(&case["messages"]);
        let messages = slices(&messages);
        let header = octets(&case["header"]);
        let pk = pk(&case["signerKeyPair"]["publicKey"]);
        let signature = octets(&case["signature"]);
        let checked = plain::verify(&interface, &pk, &signature, &header, &messages);
        assert_eq!(checked.is_ok(), valid(case), "{}", case["caseName"]);
        if valid(case) {
            let sk = scalar(&case["signerKeyPair"]["secretKey"]);
            let signed = plain::sign(&interface, &sk, &pk, &header, &messages).unwrap();
            assert_eq!(signed.to_vec(), signature);
        }
    });
    expect_count(count, 20);
}

#[test]
fn bbs_proofs() {
    let count = each("bbs-signatures", "proof", |suite, case| {
        let interface = Interface::plain(suite);
        let messages = list(&case["messages"]);
        let indexes: Vec<usize> = case["disclosedIndexes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i.as_u64().unwrap() as usize)
            .collect();
        let (header, ph) = (octets(&case["header"]), octets(&case["presentationHeader"]));
        let pk = pk(&case["signerPublicKey"]);
        let proof = octets(&case["proof"]);
        let disclosed: Vec<&[u8]> = indexes.iter().map(|i| messages[*i].as_slice()).collect();
        let checked =
            plain::proof_verify(&interface, &pk, &proof, &header, &ph, &disclosed, &indexes);
        assert_eq!(checked.is_ok(), valid(case), "{}", case["caseName"]);
        if valid(case) {
            let dst = format!("{}MOCK_RANDOM_SCALARS_DST_", interface.api_id());
            let mut rng = Mocked::new(suite, dst.as_bytes(), 5 + messages.len() - indexes.len());
            let made = plain::proof_gen(
                &interface,
                &pk,
                &octets(&case["signature"]),
                &header,
                &ph,
                &slices(&messages),
                &indexes,
                &mut rng,
            )
            .unwrap();
            assert_eq!(made, proof, "{}", case["caseName"]);
        }
    });
    expect_count(count, 30);
}

#[test]
fn blind_commitments_and_signatures() {
    let count = each("bbs-blind", "commit", |suite, case| {
        let interface = Interface::blind(suite);
        let messages = list(&case["committedMessages"]);
        let dst = case["mockRngParameters"]["commit"]["DST"].as_str().unwrap();
        let mut rng = Mocked::new(suite, dst.as_bytes(), messages.len() + 2);
        let (made, secret) = blind::commit(&interface, &slices(&messages), &mut rng).unwrap();
        assert_eq!(
            made,
            octets(&case["commitmentWithProof"]),
            "{}",
            case["caseName"]
        );
        assert!(secret.expose() == scalar(&case["proverBlind"]).expose());
    });
    expect_count(count, 4);
    let count = each("bbs-blind", "signature", |suite, case| {
        let interface = Interface::blind(suite);
        let (messages, committed) = (list(&case["messages"]), list(&case["committedMessages"]));
        let header = octets(&case["header"]);
        let pk = pk(&case["signerKeyPair"]["publicKey"]);
        let sk = scalar(&case["signerKeyPair"]["secretKey"]);
        let commitment = octets(&case["commitmentWithProof"]);
        let signed = blind::blind_sign(
            &interface,
            &sk,
            &pk,
            &commitment,
            &header,
            &slices(&messages),
        )
        .unwrap();
        assert_eq!(
            signed.to_vec(),
            octets(&case["signature"]),
            "{}",
            case["caseName"]
        );
        let secret = case["proverBlind"]
            .as_str()
            .map(|_| scalar(&case["proverBlind"]));
        blind::verify_blind_sign(
            &interface,
            &pk,
            &signed,
            &header,
            &slices(&messages),
            &slices(&committed),
            secret.as_ref(),
        )
        .unwrap();
    });
    expect_count(count, 10);
}

#[test]
fn blind_proofs() {
    let Some(root) = root() else { return };
    let all = read(&root.join("bbs-blind/messages.json"));
    let count = each("bbs-blind", "proof", |suite, case| {
        let interface = Interface::blind(suite);
        let signer = case["L"].as_u64().unwrap() as usize;
        let (indexes, disclosed) = revealed(case, signer);
        let proof = octets(&case["proof"]);
        let committed = if case["commitmentWithProof"].is_string() {
            // One fixture's commitment ends in a stray letter; only its length is used.
            (case["commitmentWithProof"].as_str().unwrap().len() / 2 - 112) / 32
        } else {
            0
        };
        let choice = blind::Choice {
            disclosed: &indexes,
            committed: &[],
        };
        let (header, ph) = (octets(&case["header"]), octets(&case["presentationHeader"]));
        let pk = pk(&case["signerPublicKey"]);
        let layout = Layout {
            signer,
            committed: Some(committed),
        };
        let checked = blind::blind_proof_verify(
            &interface,
            &pk,
            &proof,
            &header,
            &ph,
            layout,
            &slices(&disclosed),
            &choice,
        );
        assert_eq!(checked.is_ok(), valid(case), "{}", case["caseName"]);

        let messages: Vec<_> = list(&all["messages"]).into_iter().take(signer).collect();
        let committed: Vec<_> = list(&all["committedMessages"])
            .into_iter()
            .take(committed)
            .collect();
        let dst = case["mockRngParameters"]["proof"]["DST"].as_str().unwrap();
        let mut rng = Mocked::new(suite, dst.as_bytes(), 5 + layout.total() - indexes.len());
        let secret = case["proverBlind"]
            .as_str()
            .map(|_| scalar(&case["proverBlind"]));
        let made = blind::blind_proof_gen(
            &interface,
            &pk,
            &octets(&case["signature"]),
            &header,
            &ph,
            &slices(&messages),
            &slices(&committed),
            secret.as_ref(),
            &choice,
            &mut rng,
        )
        .unwrap();
        assert_eq!(made, proof, "{}", case["caseName"]);
    });
    expect_count(count, 16);
}

#[test]
fn pseudonyms() {
    let count = each("bbs-pseudonyms", "nymCommit", |suite, case| {
        let interface = Interface::pseudonym(suite);
        let messages = list(&case["committedMessages"]);
        let nyms: Vec<_> = case["proverNyms"]
            .as_array()
            .unwrap()
            .iter()
            .map(scalar)
            .collect();
        let dst = case["mockRngParameters"]["commit"]["DST"].as_str().unwrap();
        let mut rng = Mocked::new(suite, dst.as_bytes(), messages.len() + nyms.len() + 2);
        let (made, secret) =
            pseudonym::commit_with_nym(&interface, &slices(&messages), &nyms, &mut rng).unwrap();
        assert_eq!(
            made,
            octets(&case["commitmentWithProof"]),
            "{}",
            case["caseName"]
        );
        assert!(secret.expose() == scalar(&case["proverBlind"]).expose());
    });
    expect_count(count, 8);
    let count = each("bbs-pseudonyms", "nymSignature", |suite, case| {
        let interface = Interface::pseudonym(suite);
        let (messages, committed) = (list(&case["messages"]), list(&case["committedMessages"]));
        let nyms: Vec<_> = case["nym_secrets"]
            .as_array()
            .unwrap()
            .iter()
            .map(scalar)
            .collect();
        let header = octets(&case["header"]);
        let pk = pk(&case["signerKeyPair"]["publicKey"]);
        let signed = pseudonym::blind_sign_with_nym(
            &interface,
            &scalar(&case["signerKeyPair"]["secretKey"]),
            &pk,
            &octets(&case["commitmentWithProof"]),
            nyms.len(),
            &header,
            &scalar(&case["signer_nym_entropy"]).expose(),
            &slices(&messages),
        )
        .unwrap();
        assert_eq!(
            signed.to_vec(),
            octets(&case["signature"]),
            "{}",
            case["caseName"]
        );
        let secret = scalar(&case["proverBlind"]);
        let (messages, committed) = (slices(&messages), slices(&committed));
        let holdings = pseudonym::Holdings {
            messages: &messages,
            committed_messages: &committed,
            secret_prover_blind: &secret,
            nym_secrets: &nyms,
        };
        pseudonym::verify_with_nym(&interface, &pk, &signed, &header, &holdings).unwrap();
    });
    expect_count(count, 12);
    let count = each("bbs-pseudonyms", "nymProof", |suite, case| {
        let interface = Interface::pseudonym(suite);
        let (messages, committed) = (list(&case["messages"]), list(&case["committedMessages"]));
        let nyms: Vec<_> = case["nym_secrets"]
            .as_array()
            .unwrap()
            .iter()
            .map(scalar)
            .collect();
        let (indexes, disclosed) = revealed(case, messages.len());
        let (header, ph) = (octets(&case["header"]), octets(&case["presentationHeader"]));
        let (pk, context) = (pk(&case["signerPublicKey"]), octets(&case["context_id"]));
        let proof = octets(&case["proof"]);
        let nym = octets(&case["pseudonym"]).try_into().unwrap();
        pseudonym::proof_verify_with_nym(
            &interface,
            &pk,
            &proof,
            &header,
            &ph,
            &nym,
            &context,
            nyms.len(),
            messages.len(),
            &slices(&disclosed),
            &indexes,
        )
        .unwrap();
        let secret = scalar(&case["proverBlind"]);
        let (messages, committed) = (slices(&messages), slices(&committed));
        let holdings = pseudonym::Holdings {
            messages: &messages,
            committed_messages: &committed,
            secret_prover_blind: &secret,
            nym_secrets: &nyms,
        };
        let total = messages.len() + 1 + committed.len() + nyms.len();
        let dst = case["mockRngParameters"]["proof"]["DST"].as_str().unwrap();
        let mut rng = Mocked::new(suite, dst.as_bytes(), 5 + total - indexes.len());
        let made = pseudonym::proof_gen_with_nym(
            &interface,
            &pk,
            &octets(&case["signature"]),
            &header,
            &ph,
            &context,
            &holdings,
            &indexes,
            &mut rng,
        )
        .unwrap();
        assert_eq!(made.1, nym, "{}", case["caseName"]);
        assert_eq!(made.0, proof, "{}", case["caseName"]);
    });
    expect_count(count, 22);
}
