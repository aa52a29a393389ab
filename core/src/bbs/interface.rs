//! Interfaces: which generators, which message mapping, which api id; and what a key, a header
//! and a message layout fix once and for all.

use crate::curve::{FixedBases, G1, G1Affine, PreparedKey, PublicKey, Scalar, SecretScalar, Suite};

use super::{Error, MAX_MESSAGES};

/// A BBS interface in the sense of BBS "Defining New Interfaces".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    suite: Suite,
    api_id: String,
}

impl Interface {
    /// The BBS interface: `ciphersuite_id || "H2G_HM2S_"`.
    pub fn plain(suite: Suite) -> Self {
        Self::new(suite, "H2G_HM2S_")
    }

    /// The BLIND interface: `ciphersuite_id || "BLIND_H2G_HM2S_"`.
    pub fn blind(suite: Suite) -> Self {
        Self::new(suite, "BLIND_H2G_HM2S_")
    }

    /// The NYM interface: `ciphersuite_id || "H2G_HM2S_PSEUDONYM_"`.
    pub fn pseudonym(suite: Suite) -> Self {
        Self::new(suite, "H2G_HM2S_PSEUDONYM_")
    }

    /// This project's own interface: messages are mapped by their schema type, so nothing signed
    /// under it can be mistaken for a signature of another interface. spec:GL-3-INTERFACE
    pub fn glimpse() -> Self {
        Self::new(Suite::Sha256, "H2G_GLIMPSE_TYPED_V1_")
    }

    fn new(suite: Suite, rest: &str) -> Self {
        Self {
            suite,
            api_id: format!("{}{rest}", suite.id()),
        }
    }

    /// The ciphersuite.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// `api_id`.
    pub fn api_id(&self) -> &str {
        &self.api_id
    }

    /// `hash_to_scalar` under a tag of this interface.
    pub fn hash_to_scalar(&self, octets: &[u8], tag: &str) -> Scalar {
        self.suite
            .hash_to_scalar(octets, format!("{}{tag}", self.api_id).as_bytes())
    }

    /// `messages_to_scalars` for one message.
    pub fn message_to_scalar(&self, message: &[u8]) -> Scalar {
        self.hash_to_scalar(message, "MAP_MSG_TO_SCALAR_AS_HASH_")
    }

    /// `create_generators(count, prefix || api_id)`. spec:BBS-4.1.1
    ///
    /// # Errors
    /// [`Error::TooManyMessages`] past the bound; nothing is derived then.
    pub fn create_generators(&self, count: usize, prefix: &str) -> Result<Vec<G1Affine>, Error> {
        if count > MAX_MESSAGES + 2 {
            return Err(Error::TooManyMessages);
        }
        let api_id = format!("{prefix}{}", self.api_id);
        generators(self.suite, count, &api_id, "MESSAGE_GENERATOR_SEED")
    }

    /// `P1` of the ciphersuite. spec:BBS-6
    fn p1(&self) -> Result<G1Affine, Error> {
        let api_id = format!("{}H2G_HM2S_", self.suite.id());
        let list = generators(self.suite, 1, &api_id, "BP_MESSAGE_GENERATOR_SEED")?;
        list.into_iter().next().ok_or(Error::Invalid)
    }

    /// `KeyGen`. spec:BBS-3.4.1
    ///
    /// # Errors
    /// [`Error::KeyMaterial`] below 32 octets of material or above 65,535 of information.
    pub fn key_gen(
        &self,
        key_material: &[u8],
        key_info: &[u8],
        key_dst: Option<&[u8]>,
    ) -> Result<SecretScalar, Error> {
        let length = u16::try_from(key_info.len()).map_err(|_| Error::KeyMaterial)?;
        if key_material.len() < 32 {
            return Err(Error::KeyMaterial);
        }
        let mut input = zeroize::Zeroizing::new(key_material.to_vec());
        input.extend_from_slice(&length.to_be_bytes());
        input.extend_from_slice(key_info);
        let default = format!("{}KEYGEN_DST_", self.api_id);
        let secret = self
            .suite
            .hash_to_scalar(&input, key_dst.unwrap_or(default.as_bytes()));
        if secret.is_zero() {
            Err(Error::KeyMaterial)
        } else {
            Ok(SecretScalar::new(secret))
        }
    }
}

fn generators(
    suite: Suite,
    count: usize,
    api_id: &str,
    seed: &str,
) -> Result<Vec<G1Affine>, Error> {
    let seed_dst = format!("{api_id}SIG_GENERATOR_SEED_");
    let generator_dst = format!("{api_id}SIG_GENERATOR_DST_");
    let mut v = [0; Scalar::WIDE_LEN];
    suite.expand_message(
        format!("{api_id}{seed}").as_bytes(),
        seed_dst.as_bytes(),
        &mut v,
    );
    (1..=count as u64)
        .map(|i| {
            let input = [v.as_slice(), &i.to_be_bytes()].concat();
            suite.expand_message(&input, seed_dst.as_bytes(), &mut v);
            Ok(suite
                .hash_to_curve(&v, generator_dst.as_bytes())
                .to_affine()?)
        })
        .collect()
}

/// How many messages the signer and the prover contribute.
///
/// The full message vector is: the signer's messages; then, when `committed` is given,
/// `secret_prover_blind` and the committed messages. That is the order of the published fixtures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Messages the signer knows.
    pub signer: usize,
    /// Messages the prover commits to; `None` for the plain interface, which has no blind.
    pub committed: Option<usize>,
}

impl Layout {
    /// Length of the full message vector; a count that no number holds is the largest.
    pub fn total(&self) -> usize {
        let behind = self.committed.map_or(0, |m| m.saturating_add(1));
        self.signer.saturating_add(behind)
    }

    /// Where `secret_prover_blind` stands.
    pub fn blind_index(&self) -> usize {
        self.signer
    }
}

/// Generators of one interface and layout, with their tables: P1, Q_1, H_1 …; and the bases
/// Y_0, Y_1 of committed disclosure.
pub struct Generators {
    pub(super) interface: Interface,
    pub(super) layout: Layout,
    /// P1, Q_1, then the message generators in message order.
    pub(super) bases: FixedBases,
    /// Y_0, Y_1. spec:BLIND-CoreProofGen
    pub(super) disclosure: FixedBases,
}

/// Position of Q_1 in the bases; P1 stands before it.
pub(super) const Q1: usize = 1;
/// Position of the first message generator in the bases.
pub(super) const H: usize = 2;

impl Generators {
    /// Derives the generators.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`] when the layout exceeds [`MAX_MESSAGES`].
    pub fn new(interface: Interface, layout: Layout) -> Result<Self, Error> {
        Self::with(interface, layout, FixedBases::new)
    }

    /// Derives generators that serve one operation, without tables.
    ///
    /// # Errors
    /// As [`Generators::new`].
    pub fn once(interface: Interface, layout: Layout) -> Result<Self, Error> {
        Self::with(interface, layout, FixedBases::without_tables)
    }

    fn with(
        interface: Interface,
        layout: Layout,
        bases_of: fn(Vec<G1Affine>) -> FixedBases,
    ) -> Result<Self, Error> {
        let total = layout.signer.saturating_add(layout.committed.unwrap_or(0));
        if total > MAX_MESSAGES {
            return Err(Error::TooManyMessages);
        }
        let mut bases = vec![interface.p1()?];
        bases.extend(interface.create_generators(layout.signer + 1, "")?);
        if let Some(committed) = layout.committed {
            bases.extend(interface.create_generators(committed + 1, "BLIND_")?);
        }
        let disclosure = bases_of(interface.create_generators(2, "COM_DIS_")?);
        Ok(Self {
            interface,
            layout,
            bases: bases_of(bases),
            disclosure,
        })
    }

    /// The interface they belong to.
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// The layout they belong to.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Y_0 and Y_1, the bases of committed disclosure.
    pub fn disclosure(&self) -> &FixedBases {
        &self.disclosure
    }

    /// Octets held by tables now.
    pub fn table_octets(&self) -> usize {
        self.bases.table_octets() + self.disclosure.table_octets()
    }

    /// Builds the tables of provers and signers now rather than at first use.
    pub fn prepare_secret(&self) {
        self.bases.prepare_secret();
        self.disclosure.prepare_secret();
    }

    /// Builds the tables of verifiers now rather than at first use.
    pub fn prepare_public(&self) {
        self.bases.prepare_public();
        self.disclosure.prepare_public();
    }

    /// The bases Q_2, J_1 … of the commitment, as base positions.
    pub(super) fn blind_range(&self) -> core::ops::Range<usize> {
        H + self.layout.signer..H + self.layout.total()
    }

    /// Σ message·H over (message index, scalar), in constant time.
    pub(crate) fn sum_secret(&self, terms: impl Iterator<Item = (usize, Scalar)>) -> G1 {
        let terms = zeroize::Zeroizing::new(terms.map(|(i, m)| (H + i, m)).collect::<Vec<_>>());
        self.bases.msm_secret(&terms, 255)
    }
}

/// What one signer's key and header fix for a layout: the domain, the constant part of B and the
/// pairing's lines. Making one costs some milliseconds; keep it.
pub struct KeyContext {
    pub(super) generators: std::sync::Arc<Generators>,
    pub(super) key: PublicKey,
    pub(super) prepared: PreparedKey,
    pub(super) domain: Scalar,
    /// P1 + Q_1·domain
    pub(super) constant: G1,
}

impl KeyContext {
    /// `calculate_domain` and what follows from it. spec:BBS-4.2.3
    pub fn new(generators: std::sync::Arc<Generators>, key: PublicKey, header: &[u8]) -> Self {
        let points = generators.bases.bases();
        let mut input = key.to_octets().to_vec();
        input.extend_from_slice(&(generators.layout.total() as u64).to_be_bytes());
        for point in points.iter().skip(Q1) {
            input.extend_from_slice(&point.to_octets());
        }
        input.extend_from_slice(generators.interface.api_id().as_bytes());
        input.extend_from_slice(&(header.len() as u64).to_be_bytes());
        input.extend_from_slice(header);
        let domain = generators.interface.hash_to_scalar(&input, "H2S_");
        let constant = points
            .get(..H)
            .and_then(|p| <[G1Affine; 2]>::try_from(p).ok())
            .map(|[p1, q1]| G1::from(p1) + G1::from(q1).mul(&domain))
            .unwrap_or_default();
        Self {
            prepared: key.prepare(),
            generators,
            key,
            domain,
            constant,
        }
    }

    /// The generators.
    pub fn generators(&self) -> &Generators {
        &self.generators
    }

    /// The signer's public key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The prepared pairing.
    pub fn prepared(&self) -> &PreparedKey {
        &self.prepared
    }

    /// The domain.
    pub fn domain(&self) -> Scalar {
        self.domain
    }

    /// Octets held by this key's lines; the generators' tables are shared and counted there.
    pub fn table_octets(&self) -> usize {
        self.prepared.table_octets()
    }
}
