//! Our own credential as a format of OpenID4VCI. spec:GL-8-CONFIGURATION spec:GL-8-PROOF
//! spec:GL-8-CREDENTIAL

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::credential::{
    Binding, COMMITMENT_LEN, CredentialContext, CredentialError, Decided, NonceProof,
    check_commitment, issue_bound,
};
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::format::{Audience, CredentialFormat, Signed};
use super::{Refusal, encode};
use crate::keys::OfficeKeys;

const ALGORITHM: &str = "BBS-BLS12381-SHA256";
const PROOF: &str = "glimpse_commitment";
/// Longest proof: the longest nonce, the commitment, and the heads of three items.
const MAX_PROOF: usize = 512 + COMMITMENT_LEN + 16;

/// A BBS credential with the holder's device in it.
pub(super) struct GlimpseBbs;

fn read(proof: &Value) -> Result<NonceProof, Refusal> {
    let text = proof.as_str().ok_or(Refusal::Proof)?;
    if text.len() > base64::encoded_len(MAX_PROOF, false).unwrap_or_default() {
        return Err(Refusal::Proof);
    }
    let octets = BASE64_URL_SAFE_NO_PAD.decode(text);
    let octets = octets.map_err(|_| Refusal::Proof)?;
    NonceProof::from_octets(&octets).map_err(|_| Refusal::Proof)
}

fn binding(audience: Audience<'_>, proof: &NonceProof) -> Binding {
    Binding::nonce(audience.context, audience.issuer, &proof.nonce)
}

impl CredentialFormat for GlimpseBbs {
    fn identifier(&self) -> &'static str {
        "glimpse_bbs"
    }

    fn proof_type(&self) -> &'static str {
        PROOF
    }

    fn metadata(&self, context: &CredentialContext) -> Map<String, Value> {
        let members = json!({
            "cryptographic_binding_methods_supported": ["glimpse_device"],
            "credential_signing_alg_values_supported": [ALGORITHM],
            "proof_types_supported": {
                PROOF: { "proof_signing_alg_values_supported": [ALGORITHM] },
            },
            "issuer_id": context.issuer.to_string(),
            "schema_id": context.schema_id.to_string(),
            "schema": encode(&context.schema.to_octets()),
            "key_id": context.key_id.to_string(),
            "bbs_public_key": encode(&context.key.key().to_octets()),
            "epoch_days": context.schema.epoch_days,
        });
        match members {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    fn nonce(&self, proof: &Value) -> Result<String, Refusal> {
        Ok(read(proof)?.nonce)
    }

    fn verify(&self, audience: Audience<'_>, proof: &Value) -> Result<(), Refusal> {
        let proof = read(proof)?;
        let binding = binding(audience, &proof);
        check_commitment(audience.context, &binding, &proof.commitment).map_err(|_| Refusal::Proof)
    }

    fn sign(
        &self,
        keys: &OfficeKeys,
        audience: Audience<'_>,
        proof: &Value,
        decided: Decided,
        rng: &mut dyn CryptoRng,
    ) -> Result<Signed, Refusal> {
        let proof = read(proof)?;
        let binding = binding(audience, &proof);
        let (context, ring) = (audience.context, keys.ring());
        // A key that was retired signs nothing more.
        let key = ring.secret(context.key_id).map_err(|_| Refusal::Denied)?;
        let issued = issue_bound(context, key, &binding, &proof.commitment, decided, rng);
        let issued = issued.map_err(|error| match error {
            CredentialError::Bbs(_) => Refusal::Proof,
            _ => Refusal::Denied,
        })?;
        Ok(Signed {
            credential: Zeroizing::new(encode(&issued.response.to_octets())),
            b0: issued.b0,
        })
    }
}
