//! Encodings of BBS, blind BBS and pseudonyms: what is decoded is what is encoded, and of all octets
//! only those of a known proof or commitment are accepted.
#![no_main]

use std::sync::LazyLock;

use glimpse_core::bbs::commitment::CommitmentWithProof;
use glimpse_core::bbs::proof::{Disclosure, ProofPart};
use glimpse_core::bbs::signature::Signature;
use glimpse_core::bbs::{Error, Interface, Layout, blind, plain, pseudonym};
use glimpse_core::curve::{PublicKey, SecretScalar, Suite};
use glimpse_fuzz::{Input, only_known};
use libfuzzer_sys::fuzz_target;

/// Whatever the shape, what is decoded is what is encoded.
fn decode(shape: u8, octets: &[u8]) {
    if let Ok(signature) = Signature::from_octets(octets) {
        assert_eq!(signature.to_octets(), octets);
    }
    if let Some(key) = octets.first_chunk()
        && let Ok(decoded) = PublicKey::from_octets(key)
    {
        assert_eq!(&decoded.to_octets(), key);
    }
    let count = usize::from(shape % 8);
    if let Ok(commitment) = CommitmentWithProof::from_octets(octets, count) {
        assert_eq!(commitment.to_octets(), octets);
    }
    let layout = Layout {
        signer: count,
        committed: Some(2),
    };
    let committed: Vec<_> = (0..usize::from(shape >> 3 & 3).min(count)).collect();
    let disclosed: Vec<_> = (committed.len()..count.min(usize::from(shape >> 5))).collect();
    let disclosure = Disclosure::new(layout, &disclosed, &committed).expect("two lists apart");
    if let Ok(part) = ProofPart::from_octets(octets, layout, &disclosure) {
        assert_eq!(part.to_octets(), octets);
    }
}

struct Known {
    key: [u8; PublicKey::LEN],
    header: Vec<u8>,
    octets: Vec<u8>,
    messages: Vec<Vec<u8>>,
    indexes: Vec<usize>,
    input: Input,
}

impl Known {
    fn new(file: &str, octets: &str, messages: &str) -> Self {
        let input = Input::new(file);
        let bytes = |list: Vec<Input>| list.iter().map(Input::bytes).collect();
        let indexes = |list: Vec<Input>| list.iter().map(Input::index).collect();
        let is_proof = octets == "proof";
        Self {
            key: input.octets("public_key").try_into().expect("96 octets"),
            header: input.octets("header"),
            octets: input.octets(octets),
            messages: bytes(input.list(messages)),
            indexes: if is_proof {
                indexes(input.list("disclosed_indexes"))
            } else {
                Vec::new()
            },
            input,
        }
    }

    fn messages(&self) -> Vec<&[u8]> {
        self.messages.iter().map(Vec::as_slice).collect()
    }

    fn plain(&self, proof: &[u8]) -> Result<(), Error> {
        let (interface, ph) = (Interface::plain(Suite::Sha256), self.input.octets("ph"));
        let messages = self.messages();
        let indexes = &self.indexes;
        plain::proof_verify(
            &interface,
            &self.key,
            proof,
            &self.header,
            &ph,
            &messages,
            indexes,
        )
    }

    fn blind(&self, proof: &[u8]) -> Result<(), Error> {
        let (interface, ph) = (Interface::blind(Suite::Sha256), self.input.octets("ph"));
        let layout = Layout {
            signer: self.input.number("signer_messages"),
            committed: Some(self.input.number("committed_messages")),
        };
        let committed: Vec<_> = self.input.list("committed_indexes");
        let committed: Vec<_> = committed.iter().map(Input::index).collect();
        let choice = blind::Choice {
            disclosed: &self.indexes,
            committed: &committed,
        };
        let messages = self.messages();
        blind::blind_proof_verify(
            &interface,
            &self.key,
            proof,
            &self.header,
            &ph,
            layout,
            &messages,
            &choice,
        )
    }

    fn pseudonym(&self, proof: &[u8]) -> Result<(), Error> {
        let interface = Interface::pseudonym(Suite::Sha256);
        let nym = self.input.octets("pseudonym").try_into();
        pseudonym::proof_verify_with_nym(
            &interface,
            &self.key,
            proof,
            &self.header,
            &self.input.octets("ph"),
            &nym.expect("48 octets"),
            &self.input.octets("context_id"),
            self.input.number("length_nym_vector"),
            self.input.number("signer_messages"),
            &self.messages(),
            &self.indexes,
        )
    }

    fn commitment(&self, octets: &[u8]) -> Result<(), Error> {
        let interface = Interface::blind(Suite::Sha256);
        let key = self.input.octets("secret_key").try_into();
        let key = SecretScalar::from_octets(&key.expect("32 octets"))?;
        let messages = self.messages();
        blind::blind_sign(&interface, &key, &self.key, octets, &self.header, &messages).map(drop)
    }
}

type Check = fn(&Known, &[u8]) -> Result<(), Error>;

static KNOWN: LazyLock<[(Known, Check); 5]> = LazyLock::new(|| {
    let proof = |file| Known::new(file, "proof", "disclosed_messages");
    let commitment = |file| Known::new(file, "commitment_with_proof", "messages");
    [
        (
            proof(include_str!(
                "../../test-vectors/bbs/good_bbs_proof_some.json"
            )),
            Known::plain as Check,
        ),
        (
            proof(include_str!(
                "../../test-vectors/bbs/good_blind_proof_some.json"
            )),
            Known::blind,
        ),
        (
            proof(include_str!(
                "../../test-vectors/bbs/good_blind_committed_two.json"
            )),
            Known::blind,
        ),
        (
            proof(include_str!(
                "../../test-vectors/bbs/good_nym_proof_some.json"
            )),
            Known::pseudonym,
        ),
        (
            commitment(include_str!(
                "../../test-vectors/bbs/good_blind_commitment_signed.json"
            )),
            Known::commitment,
        ),
    ]
});

fuzz_target!(|octets: &[u8]| {
    let Some((first, octets)) = octets.split_first() else {
        return;
    };
    decode(*first, octets);
    let (known, check) = &KNOWN[usize::from(*first) % 5];
    only_known(&known.octets, octets, |octets| check(known, octets));
    // Other honest octets are accepted too; the fuzzer cannot make them, but a corpus may have them.
    let _ = check(known, octets);
});
