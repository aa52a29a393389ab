//! The verifier's side: offline, from the request it made, the answer, and what its trust list says.

use std::sync::Arc;

use crate::bbs::Interface;
use crate::bbs::proof::{ProofPart, challenge};
use crate::credential::CredentialContext;
use crate::curve::{DecodeError, FixedBases, G1, G1Affine, Scalar};
use crate::ids::{KeyId, UnixTime, VerifierId};
use crate::predicate::{Bases, first_move_vartime, square_bases};
use crate::transcript::PresentationHeader;

use super::fitting::check_alternative;
use super::request::{Query, Request, Test};
use super::shape::{Shape, equalities, message, statement_octets};
use super::verdict::{Shown, Unpaired, Verdict, VerifyError};
use super::wire::{self, WireShown};

/// Contexts and tables of everything a trust list lets this verifier accept.
pub struct Verifier {
    contexts: Vec<Arc<CredentialContext>>,
    squares: FixedBases,
}

impl Verifier {
    /// Takes the contexts of the issuers, keys and schemas that are trusted now.
    ///
    /// # Errors
    /// None in practice; bases are constants.
    pub fn new(contexts: Vec<Arc<CredentialContext>>) -> Result<Self, DecodeError> {
        Ok(Self {
            contexts,
            squares: square_bases()?,
        })
    }

    /// Accepts one more issuer's key and schema.
    pub fn add(&mut self, context: Arc<CredentialContext>) {
        self.contexts.push(context);
    }

    /// The contexts that it has.
    pub fn contexts(&self) -> &[Arc<CredentialContext>] {
        &self.contexts
    }

    /// Builds every table now rather than at the first answer.
    pub fn prepare_tables(&self) {
        self.squares.prepare_public();
        self.contexts
            .iter()
            .for_each(|c| c.key.generators().prepare_public());
    }

    /// Octets held by tables now.
    pub fn table_octets(&self) -> usize {
        let context =
            |c: &Arc<CredentialContext>| c.key.table_octets() + c.key.generators().table_octets();
        self.squares.table_octets() + self.contexts.iter().map(context).sum::<usize>()
    }

    fn context(&self, query: &Query, key: KeyId) -> Option<&Arc<CredentialContext>> {
        let wanted = |c: &&Arc<CredentialContext>| {
            c.schema_id == query.schema
                && c.key_id == key
                && query.issuers.contains(&(c.issuer, key))
        };
        self.contexts.iter().find(wanted)
    }

    /// Checks an answer to a request of this verifier's own.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        &self,
        request: &Request,
        request_octets: &[u8],
        answer: &[u8],
        now: UnixTime,
    ) -> Result<Verdict, VerifyError> {
        self.pair(self.verify_unpaired(request, request_octets, answer, now)?)
    }

    /// Settles the pairing equations of one answer; for many, see [`Verifier::verify_batch`].
    ///
    /// # Errors
    /// [`VerifyError::Invalid`].
    pub fn pair(&self, unpaired: Unpaired) -> Result<Verdict, VerifyError> {
        let holds = |(context, abar, bbar): &(Arc<CredentialContext>, G1Affine, G1Affine)| {
            let (abar, bbar) = ((*abar).into(), (*bbar).into());
            context.key.prepared().check(&abar, &bbar)
        };
        if unpaired.pairs.iter().all(holds) {
            Ok(unpaired.verdict)
        } else {
            Err(VerifyError::Invalid)
        }
    }

    /// [`Verifier::verify`] but for the pairing equations.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify_unpaired(
        &self,
        request: &Request,
        request_octets: &[u8],
        answer: &[u8],
        now: UnixTime,
    ) -> Result<Unpaired, VerifyError> {
        let mut head = wire::read(answer)?;
        if !wire::is_for(head.digest, request_octets) {
            return Err(VerifyError::OtherRequest);
        }
        if now > request.expires {
            return Err(VerifyError::Expired);
        }
        let moment = head.moment(&request.freshness)?;
        if !request.freshness.is_fresh(moment, now) {
            return Err(VerifyError::Moment);
        }
        let alternative = head.alternative;
        let queries = request
            .alternatives
            .get(alternative)
            .ok_or(VerifyError::OtherRequest)?;
        let schema = |query: &Query| {
            self.contexts
                .iter()
                .find(|c| c.schema_id == query.schema)
                .map(|c| &c.schema)
        };
        if !queries.iter().all(|q| schema(q).is_some()) {
            return Err(VerifyError::UnknownIssuer);
        }
        let (shown, proof) = head.read(queries, schema)?;
        let found = queries
            .iter()
            .zip(&shown)
            .map(|(query, shown)| {
                self.context(query, shown.key)
                    .ok_or(VerifyError::UnknownIssuer)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let contexts: Vec<&CredentialContext> = found.iter().map(|f| f.as_ref()).collect();
        let schemas: Vec<_> = contexts.iter().map(|c| &c.schema).collect();
        check_alternative(queries, &schemas).map_err(|_| VerifyError::Request)?;
        for (query, shown) in queries.iter().zip(&shown) {
            let today = now.epoch_day().0;
            // A day's tolerance for a renewal dated in another time zone.
            if shown.epoch.0 > today.saturating_add(1)
                || today.saturating_sub(shown.epoch.0) > query.max_age_days
            {
                return Err(VerifyError::TooOld);
            }
        }
        let parts = self.check_proof(
            PresentationHeader::new(request_octets, alternative, moment, queries.len()),
            request.verifier,
            queries,
            &contexts,
            &shown,
            proof,
        )?;
        let pairs = found
            .iter()
            .zip(&parts)
            .map(|(context, part)| {
                let (abar, bbar) = part.pairing_points();
                ((*context).clone(), abar, bbar)
            })
            .collect();
        let shown = queries
            .iter()
            .zip(&found)
            .zip(shown)
            .map(|((query, context), shown)| learn(query, context, &found, shown))
            .collect();
        Ok(Unpaired {
            verdict: Verdict {
                alternative,
                moment,
                shown,
            },
            pairs,
        })
    }

    /// The one challenge over every part, predicate and link.
    fn check_proof(
        &self,
        mut header: PresentationHeader,
        verifier: VerifierId,
        queries: &[Query],
        contexts: &[&CredentialContext],
        shown: &[WireShown],
        proof: &[u8],
    ) -> Result<Vec<ProofPart>, VerifyError> {
        let invalid = |_| VerifyError::Invalid;
        let (mut rest, c) = proof.split_last_chunk().ok_or(VerifyError::Invalid)?;
        let c = Scalar::from_octets(c).map_err(|_| VerifyError::Invalid)?;
        let mut take = |length: usize| {
            let (head, tail) = rest.split_at_checked(length).ok_or(VerifyError::Invalid)?;
            rest = tail;
            Ok::<_, VerifyError>(head)
        };
        let mut inputs = Vec::new();
        let mut parts = Vec::with_capacity(queries.len());
        let mut shapes = Vec::with_capacity(queries.len());
        for (position, ((query, context), shown)) in
            queries.iter().zip(contexts).zip(shown).enumerate()
        {
            let shape = Shape::of(query, context, verifier).map_err(invalid)?;
            let layout = context.key.generators().layout();
            let part =
                ProofPart::from_octets(take(shape.part_len(context))?, layout, &shape.disclosure)
                    .map_err(invalid)?;
            let pseudonym = shown
                .pseudonym
                .as_ref()
                .map(G1Affine::from_octets)
                .transpose();
            let pseudonym = pseudonym.map_err(|_| VerifyError::Invalid)?.map(G1::from);
            let disclosed: Vec<_> = core::iter::once(Scalar::from(shown.epoch.0))
                .chain(
                    shown
                        .values
                        .iter()
                        .map(|v| v.to_scalar(context.interface())),
                )
                .collect();
            let nym = shape.nym.as_ref().zip(pseudonym.as_ref());
            inputs.extend(
                part.verify_init_vartime(&context.key, &shape.disclosure, &disclosed, nym, &c)
                    .map_err(invalid)?,
            );
            header.credential(
                position,
                shown.key,
                &context.header,
                shown.epoch,
                &shown.value_octets(),
                shown.pseudonym.as_ref().map_or(&[], |p| p.as_slice()),
                query.pseudonym.as_deref().unwrap_or_default(),
                query.predicates.len(),
            );
            let bases = Bases {
                y: context.key.generators().disclosure(),
                k: &self.squares,
            };
            for predicate in &query.predicates {
                let mut first_move = Vec::new();
                if let Test::Holds(statement) = &predicate.test {
                    let place = shape.commitment(predicate.attribute).map_err(invalid)?;
                    let commitment = part.commitments().get(place).ok_or(VerifyError::Invalid)?;
                    let octets = take(statement.proof_len())?;
                    first_move =
                        first_move_vartime(&bases, statement, &commitment.point, octets, &c)
                            .map_err(|_| VerifyError::Invalid)?;
                }
                header.predicate(&statement_octets(predicate), &first_move);
            }
            parts.push(part);
            shapes.push(shape);
        }
        let ph = header.finish();
        let whole = rest.is_empty();
        let links = self.links_hold(queries, contexts, &parts, &shapes);
        if whole && links && challenge(&Interface::glimpse(), inputs, &[&ph]) == c {
            Ok(parts)
        } else {
            Err(VerifyError::Invalid)
        }
    }

    /// Equal responses under one challenge: the same device in every credential, and the same
    /// value wherever an equality is asked.
    fn links_hold(
        &self,
        queries: &[Query],
        contexts: &[&CredentialContext],
        parts: &[ProofPart],
        shapes: &[Shape],
    ) -> bool {
        let response = |query: usize, index: usize| {
            parts
                .get(query)?
                .response(&shapes.get(query)?.disclosure, index)
        };
        let device = |query: usize| response(query, contexts.get(query)?.device_index());
        let one_device = (0..parts.len()).all(|q| device(q).is_some() && device(q) == device(0));
        one_device
            && equalities(queries).into_iter().all(|(one, other)| {
                let of = |(query, attribute)| response(query, message(attribute));
                of(one).is_some() && of(one) == of(other)
            })
    }
}

fn learn(
    query: &Query,
    context: &Arc<CredentialContext>,
    beside: &[&Arc<CredentialContext>],
    shown: WireShown,
) -> Shown {
    Shown {
        context: context.clone(),
        beside: beside.iter().copied().cloned().collect(),
        epoch: shown.epoch,
        disclosed: query.disclose.iter().copied().zip(shown.values).collect(),
        predicates: query.predicates.clone(),
        pseudonym: shown.pseudonym,
    }
}
