//! The holder's proof: every credential, predicate and the device under one challenge.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::bbs::device::DeviceSigner;
use crate::bbs::proof::{DevicePart, ProofInit, ProofOptions, challenge};
use crate::bbs::signature::Signature;
use crate::bbs::{self, Interface};
use crate::credential::CredentialError;
use crate::curve::{FixedBases, Scalar};
use crate::ids::{UnixTime, VerifierId};
use crate::predicate::{Bases, PredicateError, Prover};
use crate::transcript::PresentationHeader;

use super::consent::Consent;
use super::request::{Query, Request, Test};
use super::review::Holding;
use super::shape::{Shape, equalities, message, statement_octets};
use super::wire::{WireShown, write};

/// Tries after which a proof is given up; each succeeds with probability above 0.66 per predicate.
const MAX_TRIES: usize = 512;

/// Why no proof was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The holdings are not those that were reviewed.
    #[error("the credentials are not those that were reviewed")]
    OtherHoldings,
    /// The proof or the device failed.
    #[error(transparent)]
    Bbs(#[from] bbs::Error),
    /// A predicate failed.
    #[error(transparent)]
    Predicate(#[from] PredicateError),
    /// A credential's record does not make sense.
    #[error(transparent)]
    Credential(#[from] CredentialError),
}

/// Masks by (query, attribute). With a public response, a mask gives its message away.
type Masks = Zeroizing<Vec<((usize, usize), Scalar)>>;

/// One query's proof under way.
struct Part {
    init: ProofInit,
    /// In the order of the query's predicates; `None` for an equality, which needs no proof of its own.
    provers: Vec<Option<Prover>>,
    shown: WireShown,
}

/// Makes the presentation that a consent allows. `holdings` are the reviewed ones. An answer to a
/// poster says that it was made `now`.
///
/// # Errors
/// [`ProveError`].
pub fn prove(
    consent: &Consent,
    holdings: &[Holding<'_>],
    device: &dyn DeviceSigner,
    squares: &FixedBases,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, ProveError> {
    // What was shown to the holder is what is proved; and responses for unequal values under one
    // mask would give their difference away.
    if !consent.is_for(holdings) || !consent.equalities_hold(holdings) {
        return Err(ProveError::OtherHoldings);
    }
    prove_anything(consent, holdings, device, squares, now, rng)
}

/// [`prove`] without its check: what a dishonest wallet would run.
pub(super) fn prove_anything(
    consent: &Consent,
    holdings: &[Holding<'_>],
    device: &dyn DeviceSigner,
    squares: &FixedBases,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, ProveError> {
    let queries = consent.queries();
    let masks = shared_masks(queries, rng);
    let session = device.begin(rng)?;
    let commitment = session.commitment();
    let mut parts = Vec::with_capacity(queries.len());
    let mut bound = Vec::with_capacity(queries.len());
    for (position, (query, chosen)) in queries.iter().zip(&consent.holdings).enumerate() {
        let holding = holdings
            .get(chosen.place)
            .ok_or(ProveError::OtherHoldings)?;
        if holding.context.schema_id != query.schema
            || holding.context.schema_id != holding.credential.schema_id()
        {
            return Err(ProveError::OtherHoldings);
        }
        let own = masks.iter().filter(|((q, _), _)| *q == position);
        let own = own.map(|((_, attribute), mask)| (message(*attribute), *mask));
        let own = Zeroizing::new(own.collect::<Vec<_>>());
        let share = DevicePart {
            index: holding.context.device_index(),
            point: holding.credential.device_point()?,
            commitment,
        };
        let asked = (query, consent.request.request.verifier);
        parts.push(part(asked, holding, &share, &own, squares, rng)?);
        bound.push((query, holding));
    }

    let inputs = Zeroizing::new(
        parts
            .iter()
            .flat_map(|p| p.init.challenge_input())
            .collect::<Vec<_>>(),
    );
    let interface = Interface::glimpse();
    let request = consent.request.octets();
    let moment = consent.request.request.freshness.moment(now);
    let begin = || PresentationHeader::new(request, consent.alternative, moment, bound.len());
    for _ in 0..MAX_TRIES {
        let ph = header(begin(), &bound, &parts);
        let c = challenge(&interface, inputs.to_vec(), &[&ph]);
        let Some(proofs) = respond(&mut parts, &bound, &c, squares, rng) else {
            continue;
        };
        // The device answers only now, once: its commitment stands for one response.
        let response = session.respond(&c)?;
        let mut octets = Vec::new();
        let mut shown = Vec::new();
        for (part, proof) in parts.into_iter().zip(proofs) {
            octets.extend(part.init.finalize(&c, Some(response))?.to_octets());
            octets.extend(proof);
            shown.push(part.shown);
        }
        octets.extend_from_slice(&c.to_octets());
        return Ok(write(
            Request::digest(request),
            consent.alternative,
            moment,
            &shown,
            &octets,
        ));
    }
    Err(bbs::Error::Invalid.into())
}

/// One mask for each group of attributes that are to be shown equal.
fn shared_masks(queries: &[Query], rng: &mut dyn CryptoRng) -> Masks {
    let equalities = equalities(queries);
    // Room for all: a list that grows leaves copies behind.
    let mut masks: Masks = Vec::with_capacity(2 * equalities.len()).into();
    let find = |masks: &Masks, place| masks.iter().find(|m| m.0 == place).map(|m| m.1);
    for (one, other) in equalities {
        let [first, second] = [one, other].map(|place| find(&masks, place));
        let mask = second.or(first).unwrap_or_else(|| Scalar::random(rng));
        // Two groups that meet become one.
        for (_, old) in masks.iter_mut().filter(|m| Some(m.1) == first) {
            *old = mask;
        }
        for place in [one, other] {
            if find(&masks, place).is_none() {
                masks.push((place, mask));
            }
        }
    }
    masks
}

fn part(
    (query, verifier): (&Query, VerifierId),
    holding: &Holding<'_>,
    share: &DevicePart,
    masks: &[(usize, Scalar)],
    squares: &FixedBases,
    rng: &mut dyn CryptoRng,
) -> Result<Part, ProveError> {
    let (credential, context) = (holding.credential, holding.context);
    let shape = Shape::of(query, context, verifier)?;
    let options = ProofOptions {
        device: Some(share),
        masks,
        nym: shape.nym.as_ref(),
    };
    let signature = Signature::from_octets(&credential.signature)?;
    let messages = credential.messages(context);
    let init = ProofInit::new(
        &context.key,
        &signature,
        &messages,
        &shape.disclosure,
        &options,
        rng,
    )?;
    let openings = Zeroizing::new(init.openings().map(|o| o.1).collect::<Vec<_>>());
    let points: Vec<_> = init.openings().map(|o| o.0).collect();
    let bases = Bases {
        y: context.key.generators().disclosure(),
        k: squares,
    };
    let provers = query
        .predicates
        .iter()
        .map(|predicate| {
            let Test::Holds(statement) = &predicate.test else {
                return Ok(None);
            };
            let place = shape.commitment(predicate.attribute)?;
            let value = credential
                .values
                .get(predicate.attribute)
                .and_then(|v| v.as_integer());
            let (point, opening) = points
                .get(place)
                .zip(openings.get(place))
                .ok_or(bbs::Error::Indexes)?;
            let value = value.ok_or(PredicateError::Bounds)?;
            Ok(Some(Prover::commit(
                &bases, statement, point, value, opening, rng,
            )?))
        })
        .collect::<Result<_, ProveError>>()?;
    let values = query
        .disclose
        .iter()
        .filter_map(|i| credential.values.get(*i).cloned())
        .collect();
    let pseudonym = init.pseudonym().map(|p| p.to_octets());
    let shown = WireShown {
        key: context.key_id,
        epoch: credential.epoch,
        values,
        pseudonym,
    };
    Ok(Part {
        init,
        provers,
        shown,
    })
}

fn header(
    mut header: PresentationHeader,
    bound: &[(&Query, &Holding<'_>)],
    parts: &[Part],
) -> [u8; 32] {
    for (position, ((query, holding), part)) in bound.iter().zip(parts).enumerate() {
        header.credential(
            position,
            part.shown.key,
            &holding.context.header,
            part.shown.epoch,
            &part.shown.value_octets(),
            part.shown.pseudonym.as_ref().map_or(&[], |p| p.as_slice()),
            query.pseudonym.as_deref().unwrap_or_default(),
            query.predicates.len(),
        );
        for (predicate, prover) in query.predicates.iter().zip(&part.provers) {
            let first_move = prover.as_ref().map(Prover::first_move).unwrap_or_default();
            header.predicate(&statement_octets(predicate), &first_move);
        }
    }
    header.finish()
}

/// Every predicate's proof, or nothing when one of them is rejected: then all masks are drawn anew,
/// for a mask that an earlier challenge has selected is no longer uniform. spec:GL-5-TRIES
fn respond(
    parts: &mut [Part],
    bound: &[(&Query, &Holding<'_>)],
    c: &Scalar,
    squares: &FixedBases,
    rng: &mut dyn CryptoRng,
) -> Option<Vec<Vec<u8>>> {
    let respond = |part: &Part| {
        let provers = part.provers.iter().flatten();
        let proofs: Option<Vec<_>> = provers.map(|prover| prover.respond(c)).collect();
        proofs.map(|proofs| proofs.concat())
    };
    let proofs: Option<Vec<_>> = parts.iter().map(respond).collect();
    if proofs.is_none() {
        for (part, (_, holding)) in parts.iter_mut().zip(bound) {
            let bases = Bases {
                y: holding.context.key.generators().disclosure(),
                k: squares,
            };
            for prover in part.provers.iter_mut().flatten() {
                prover.resample(&bases, rng);
            }
        }
    }
    proofs
}
