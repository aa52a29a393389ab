//! This project's BBS against `zkryptium`, an implementation by other people in other arithmetic.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/oracle.rs"]
mod oracle;
#[path = "support/rng.rs"]
mod rng;

use glimpse_core::curve::Suite;
use oracle::{Bbs, Shown, agree};
use zkryptium::bbsplus::keys::{BBSplusPublicKey, BBSplusSecretKey};
use zkryptium::keys::pair::KeyPair;
use zkryptium::schemes::algorithms::{BbsBls12381Sha256, BbsBls12381Shake256};
use zkryptium::schemes::generics::{PoKSignature, Signature};

/// The library's generics cannot be named without a trait of another crate; hence a macro.
macro_rules! peer {
    ($name:ident, $scheme:ty) => {
        struct $name;

        impl Bbs for $name {
            fn name(&self) -> &'static str {
                "zkryptium"
            }

            fn key_gen(
                &mut self,
                material: &[u8],
                info: &[u8],
                dst: Option<&[u8]>,
            ) -> [Vec<u8>; 2] {
                let pair = KeyPair::<$scheme>::generate(material, Some(info), dst).unwrap();
                let (sk, pk) = (pair.private_key(), pair.public_key());
                [sk.to_bytes().to_vec(), pk.to_bytes().to_vec()]
            }

            fn sign(
                &mut self,
                keys: &[Vec<u8>; 2],
                header: &[u8],
                messages: &[Vec<u8>],
            ) -> Vec<u8> {
                let sk = BBSplusSecretKey::from_bytes(&keys[0]).unwrap();
                let pk = BBSplusPublicKey::from_bytes(&keys[1]).unwrap();
                Signature::<$scheme>::sign(Some(messages), &sk, &pk, given(header))
                    .unwrap()
                    .to_bytes()
                    .to_vec()
            }

            fn verify(
                &mut self,
                pk: &[u8],
                signature: &[u8],
                header: &[u8],
                messages: &[Vec<u8>],
            ) -> bool {
                let pk = BBSplusPublicKey::from_bytes(pk).unwrap();
                Signature::<$scheme>::from_bytes(signature.try_into().unwrap())
                    .unwrap()
                    .verify(&pk, Some(messages), given(header))
                    .is_ok()
            }

            fn prove(
                &mut self,
                pk: &[u8],
                signature: &[u8],
                shown: &Shown,
                all: &[Vec<u8>],
            ) -> Vec<u8> {
                let pk = BBSplusPublicKey::from_bytes(pk).unwrap();
                PoKSignature::<$scheme>::proof_gen(
                    &pk,
                    signature,
                    given(&shown.header),
                    given(&shown.ph),
                    Some(all),
                    Some(&shown.indexes),
                )
                .unwrap()
                .to_bytes()
            }

            fn verify_proof(&mut self, pk: &[u8], proof: &[u8], shown: &Shown) -> bool {
                let pk = BBSplusPublicKey::from_bytes(pk).unwrap();
                PoKSignature::<$scheme>::from_bytes(proof)
                    .unwrap()
                    .proof_verify(
                        &pk,
                        Some(&shown.messages),
                        Some(&shown.indexes),
                        given(&shown.header),
                        given(&shown.ph),
                    )
                    .is_ok()
            }
        }
    };
}

peer!(Sha256, BbsBls12381Sha256);
peer!(Shake256, BbsBls12381Shake256);

/// Their "not supplied" must mean our empty octets.
fn given(octets: &[u8]) -> Option<&[u8]> {
    (!octets.is_empty()).then_some(octets)
}

#[test]
fn zkryptium_and_this_project_agree_on_sha_256() {
    agree(Suite::Sha256, &mut Sha256);
}

#[test]
fn zkryptium_and_this_project_agree_on_shake_256() {
    agree(Suite::Shake256, &mut Shake256);
}
