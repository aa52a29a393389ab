//! What the code makes of a vector's input. Accepted octets must encode to themselves again.

use glimpse_core::bbs::commitment::CommitmentWithProof;
use glimpse_core::bbs::signature::Signature;
use glimpse_core::bbs::{Error, Interface, Layout, blind, plain, pseudonym};
use glimpse_core::curve::{DecodeError, PublicKey, SecretScalar, Suite};
use serde_json::{Value, json};

pub(super) fn octets(value: &Value) -> Vec<u8> {
    match value["count"].as_u64() {
        Some(count) => octets(&value["repeat"]).repeat(count as usize),
        None => hex::decode(value.as_str().unwrap()).unwrap(),
    }
}

fn list(value: &Value) -> Vec<Vec<u8>> {
    match value["count"].as_u64() {
        Some(count) => vec![octets(&value["repeat"]); count as usize],
        None => value.as_array().unwrap().iter().map(octets).collect(),
    }
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap().try_into().unwrap()
}

fn indexes(value: &Value) -> Vec<usize> {
    match value["count"].as_u64() {
        Some(count) => (0..count as usize).collect(),
        None => value.as_array().unwrap().iter().map(number).collect(),
    }
}

fn slices(list: &[Vec<u8>]) -> Vec<&[u8]> {
    list.iter().map(Vec::as_slice).collect()
}

/// Fixed lengths are in the types of the functions; this is where they meet octets from outside.
fn sized<const N: usize>(value: &Value) -> Result<[u8; N], Error> {
    octets(value).try_into().map_err(|_| Error::Length)
}

fn optional_secret(value: &Value) -> Result<Option<SecretScalar>, DecodeError> {
    (!value.is_null()).then(|| secret(value)).transpose()
}

fn secret(value: &Value) -> Result<SecretScalar, DecodeError> {
    SecretScalar::from_octets(&octets(value).try_into().unwrap())
}

fn same_again(octets: &[u8], again: &[u8]) {
    assert_eq!(octets, again, "accepted octets encode to others");
}

pub(super) fn run(suite: Suite, operation: &str, input: &Value) -> Value {
    match attempt(suite, operation, input) {
        Ok(value) => value,
        Err(e) => json!({ "error": format!("{e:?}") }),
    }
}

fn attempt(suite: Suite, operation: &str, input: &Value) -> Result<Value, Error> {
    let (interface, procedure) = match operation.split_once('_').unwrap() {
        ("bbs", rest) => (Interface::plain(suite), rest),
        ("blind", rest) => (Interface::blind(suite), rest),
        ("nym", rest) => (Interface::pseudonym(suite), rest),
        _ => panic!("{operation} is no operation"),
    };
    let pk: [u8; PublicKey::LEN] = sized(&input["public_key"])?;
    if procedure == "public_key" {
        same_again(&pk, &PublicKey::from_octets(&pk)?.to_octets());
        return Ok(json!({ "valid": true }));
    }
    let header = octets(&input["header"]);
    let signed = match (operation, procedure) {
        (_, "sign") => sign(&interface, operation, input, &pk, &header).map(Some),
        (_, "verify") => verify(&interface, operation, input, &pk, &header).map(|()| None),
        (_, "proof_verify") => prove(&interface, operation, input, &pk, &header).map(|()| None),
        _ => panic!("{operation} is no operation"),
    }?;
    Ok(match signed {
        Some(signature) => json!({ "signature": hex::encode(signature) }),
        None => json!({ "valid": true }),
    })
}

fn sign(
    interface: &Interface,
    operation: &str,
    input: &Value,
    pk: &[u8; PublicKey::LEN],
    header: &[u8],
) -> Result<[u8; Signature::LEN], Error> {
    let sk = secret(&input["secret_key"])?;
    let messages = list(&input["messages"]);
    let messages = slices(&messages);
    if operation == "bbs_sign" {
        return plain::sign(interface, &sk, pk, header, &messages);
    }
    let commitment = octets(&input["commitment_with_proof"]);
    let signature = if operation == "blind_sign" {
        blind::blind_sign(interface, &sk, pk, &commitment, header, &messages)
    } else {
        pseudonym::blind_sign_with_nym(
            interface,
            &sk,
            pk,
            &commitment,
            number(&input["length_nym_vector"]),
            header,
            &secret(&input["signer_nym_entropy"])?.expose(),
            &messages,
        )
    }?;
    if !commitment.is_empty() {
        let committed = (commitment.len() - 112) / 32;
        let again = CommitmentWithProof::from_octets(&commitment, committed)?.to_octets();
        same_again(&commitment, &again);
    }
    Ok(signature)
}

fn verify(
    interface: &Interface,
    operation: &str,
    input: &Value,
    pk: &[u8; PublicKey::LEN],
    header: &[u8],
) -> Result<(), Error> {
    let messages = list(&input["messages"]);
    let messages = slices(&messages);
    let signature = octets(&input["signature"]);
    if operation == "bbs_verify" {
        plain::verify(interface, pk, &signature, header, &messages)?;
    } else {
        let committed = list(&input["committed_messages"]);
        let committed = slices(&committed);
        let blind = optional_secret(&input["secret_prover_blind"])?;
        if operation == "blind_verify" {
            let blind = blind.as_ref();
            let signature = &signature;
            blind::verify_blind_sign(
                interface, pk, signature, header, &messages, &committed, blind,
            )?;
        } else {
            let nyms = input["nym_secrets"].as_array().unwrap();
            let nyms = nyms.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
            let holdings = pseudonym::Holdings {
                messages: &messages,
                committed_messages: &committed,
                secret_prover_blind: &blind.unwrap(),
                nym_secrets: &nyms,
            };
            pseudonym::verify_with_nym(interface, pk, &signature, header, &holdings)?;
        }
    }
    same_again(&signature, &Signature::from_octets(&signature)?.to_octets());
    Ok(())
}

fn prove(
    interface: &Interface,
    operation: &str,
    input: &Value,
    pk: &[u8; PublicKey::LEN],
    header: &[u8],
) -> Result<(), Error> {
    let (proof, ph) = (octets(&input["proof"]), octets(&input["ph"]));
    let messages = list(&input["disclosed_messages"]);
    let messages = slices(&messages);
    let disclosed = indexes(&input["disclosed_indexes"]);
    match operation {
        "bbs_proof_verify" => {
            plain::proof_verify(interface, pk, &proof, header, &ph, &messages, &disclosed)
        }
        "blind_proof_verify" => {
            let layout = Layout {
                signer: number(&input["signer_messages"]),
                committed: Some(number(&input["committed_messages"])),
            };
            let choice = blind::Choice {
                disclosed: &disclosed,
                committed: &indexes(&input["committed_indexes"]),
            };
            blind::blind_proof_verify(
                interface, pk, &proof, header, &ph, layout, &messages, &choice,
            )
        }
        _ => pseudonym::proof_verify_with_nym(
            interface,
            pk,
            &proof,
            header,
            &ph,
            &sized(&input["pseudonym"])?,
            &octets(&input["context_id"]),
            number(&input["length_nym_vector"]),
            number(&input["signer_messages"]),
            &messages,
            &disclosed,
        ),
    }
}
