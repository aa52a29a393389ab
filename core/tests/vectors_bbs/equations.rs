//! The drafts' equations written out anew, without the checks that decoding makes: to build what
//! satisfies them and must be refused all the same, and to show that it satisfies them.

use glimpse_core::bbs::proof::challenge;
use glimpse_core::bbs::{Interface, Layout};
use glimpse_core::curve::{G1, G1Affine, Scalar, Suite};

use super::rng::Stream;

pub(super) const IDENTITY_G1: [u8; 48] = {
    let mut octets = [0; 48];
    octets[0] = 0xc0;
    octets
};

/// One key's octets, header and layout; the key need not decode.
pub(super) struct Setting {
    pub(super) interface: Interface,
    p1: G1,
    /// Q_1, then the message generators in message order.
    generators: Vec<G1>,
    domain: Scalar,
}

/// A pseudonym's context id and the number of nym secrets, the last of the messages.
pub(super) struct Nym<'a> {
    pub(super) context: &'a [u8],
    pub(super) secrets: usize,
}

fn point(octets: &[u8]) -> G1 {
    let octets: &[u8; 48] = octets.try_into().unwrap();
    if *octets == IDENTITY_G1 {
        return G1::identity();
    }
    G1Affine::from_octets(octets).unwrap().into()
}

fn scalar(octets: &[u8]) -> Scalar {
    Scalar::from_octets(octets.try_into().unwrap()).unwrap()
}

fn length(octets: &[u8]) -> [u8; 8] {
    (octets.len() as u64).to_be_bytes()
}

impl Setting {
    pub(super) fn new(interface: Interface, pk: &[u8], header: &[u8], layout: Layout) -> Self {
        let p1 = match interface.suite() {
            Suite::Sha256 => {
                "a8ce256102840821a3e94ea9025e4662b205762f9776b3a7\
                 66c872b948f1fd225e7c59698588e70d11406d161b4e28c9"
            }
            Suite::Shake256 => {
                "8929dfbc7e6642c4ed9cba0856e493f8b9d7d5fcb0c31ef8\
                 fdcd34d50648a56c795e106e9eada6e0bda386b414150755"
            }
        };
        let mut list = interface.create_generators(layout.signer + 1, "").unwrap();
        if let Some(committed) = layout.committed {
            let blind = interface.create_generators(committed + 1, "BLIND_");
            list.extend(blind.unwrap());
        }
        let mut input = pk.to_vec();
        input.extend((layout.total() as u64).to_be_bytes());
        list.iter().for_each(|g| input.extend(g.to_octets()));
        input.extend(interface.api_id().as_bytes());
        input.extend([&length(header), header].concat());
        Self {
            p1: point(&hex::decode(p1).unwrap()),
            generators: list.into_iter().map(G1::from).collect(),
            domain: interface.hash_to_scalar(&input, "H2S_"),
            interface,
        }
    }

    /// P1 + Q_1·domain + Σ H_i·msg_i over some of the messages.
    pub(super) fn b(&self, messages: impl IntoIterator<Item = (usize, Scalar)>) -> G1 {
        let constant = self.p1 + self.generators[0].mul(&self.domain);
        constant + self.sum(messages)
    }

    fn sum(&self, messages: impl IntoIterator<Item = (usize, Scalar)>) -> G1 {
        let terms = messages.into_iter();
        terms.fold(G1::identity(), |sum, (i, m)| {
            sum + self.generators[i + 1].mul(&m)
        })
    }

    fn hidden(&self, disclosed: &[usize]) -> Vec<usize> {
        let all = 0..self.generators.len() - 1;
        all.filter(|i| !disclosed.contains(i)).collect()
    }

    /// Σ value_i·OP·z^i over the nym secrets, the last `nym.secrets` of the values.
    fn nym_point(&self, nym: &Nym<'_>, values: &[Scalar]) -> G1 {
        let api_id = self.interface.api_id().as_bytes();
        let base = self.interface.suite().hash_to_curve(nym.context, api_id);
        let z = self
            .interface
            .hash_to_scalar(nym.context, "VECT_NYM_SECRETS");
        let mut power = Scalar::one();
        let mut sum = Scalar::zero();
        for value in &values[values.len() - nym.secrets..] {
            sum = sum + *value * power;
            power = power * z;
        }
        base.mul(&sum)
    }

    fn challenge(&self, disclosed: &[(usize, Scalar)], points: &[G1], tail: &[&[u8]]) -> Scalar {
        let mut input = (disclosed.len() as u64).to_be_bytes().to_vec();
        for (index, message) in disclosed {
            input.extend((*index as u64).to_be_bytes());
            input.extend(message.to_octets());
        }
        points.iter().for_each(|p| input.extend(p.to_octets()));
        input.extend(self.domain.to_octets());
        challenge(&self.interface, input, tail)
    }

    /// A proof of any messages by somebody who has no signature: with Abar and Bbar the identity,
    /// the pairing equation says nothing, and T1 has no part of e. Also the pseudonym, if any.
    pub(super) fn forge(
        &self,
        messages: &[Scalar],
        disclosed: &[usize],
        nym: Option<&Nym<'_>>,
        tail: &[&[u8]],
        rng: &mut Stream,
    ) -> (Vec<u8>, Option<[u8; 48]>) {
        let hidden = self.hidden(disclosed);
        let [r2, e_hat, r1_hat, r3_mask] = [(); 4].map(|()| Scalar::random(rng));
        let masks: Vec<_> = hidden.iter().map(|_| Scalar::random(rng)).collect();
        let d = self.b(messages.iter().copied().enumerate()).mul(&r2);
        let t1 = d.mul(&r1_hat);
        let t2 = d.mul(&r3_mask) + self.sum(hidden.iter().copied().zip(masks.iter().copied()));
        let mut points = vec![G1::identity(), G1::identity(), d, t1, t2];
        let pseudonym = nym.map(|nym| self.nym_point(nym, messages));
        points.extend(pseudonym);
        points.extend(nym.map(|nym| self.nym_point(nym, &masks)));
        let shown: Vec<_> = disclosed.iter().map(|i| (*i, messages[*i])).collect();
        let c = self.challenge(&shown, &points, tail);

        let mut proof = [IDENTITY_G1, IDENTITY_G1, d.to_octets()].concat();
        let mut scalars = vec![e_hat, r1_hat, r3_mask - r2.invert() * c];
        scalars.extend(hidden.iter().zip(masks).map(|(i, m)| m + messages[*i] * c));
        scalars.push(c);
        scalars.iter().for_each(|s| proof.extend(s.to_octets()));
        (proof, pseudonym.map(|p| p.to_octets()))
    }

    /// Whether the challenge of a proof is the one that its other parts give.
    pub(super) fn challenge_holds(
        &self,
        proof: &[u8],
        disclosed: &[(usize, Scalar)],
        nym: Option<(&Nym<'_>, &[u8])>,
        tail: &[&[u8]],
    ) -> bool {
        let (head, rest) = proof.split_at(144);
        let [abar, bbar, d] = [0, 48, 96].map(|at| point(&head[at..at + 48]));
        let scalars: Vec<_> = rest.chunks(32).map(scalar).collect();
        let [e_hat, r1_hat, r3_hat, m_hats @ .., c] = scalars.as_slice() else {
            return false;
        };
        let indexes: Vec<_> = disclosed.iter().map(|d| d.0).collect();
        let hidden = self.hidden(&indexes);
        // T1 = Bbar·c + Abar·e^ + D·r1^, T2 = B(disclosed)·c + D·r3^ + Σ H_j·m^_j
        let t1 = bbar.mul(c) + abar.mul(e_hat) + d.mul(r1_hat);
        let t2 = self.b(disclosed.iter().copied()).mul(c)
            + d.mul(r3_hat)
            + self.sum(hidden.into_iter().zip(m_hats.iter().copied()));
        let mut points = vec![abar, bbar, d, t1, t2];
        if let Some((nym, pseudonym)) = nym {
            // Ut = OP·Σ m^_i·z^i − pseudonym·c
            let pseudonym = point(pseudonym);
            points.extend([pseudonym, self.nym_point(nym, m_hats) - pseudonym.mul(c)]);
        }
        self.challenge(disclosed, &points, tail) == *c
    }

    /// A commitment-with-proof to zeros under a blind of 0, which is the identity.
    pub(super) fn commit_to_nothing(&self, layout: Layout, rng: &mut Stream) -> Vec<u8> {
        let bases = &self.generators[layout.signer + 1..];
        let responses: Vec<_> = bases.iter().map(|_| Scalar::random(rng)).collect();
        let c = commit_challenge(&self.interface, bases, &responses, &IDENTITY_G1, None);
        let mut octets = IDENTITY_G1.to_vec();
        responses.iter().for_each(|s| octets.extend(s.to_octets()));
        octets.extend(c.to_octets());
        octets
    }

    /// Whether the challenge of a commitment-with-proof is the one that its other parts give.
    pub(super) fn commitment_holds(&self, layout: Layout, octets: &[u8]) -> bool {
        let bases = &self.generators[layout.signer + 1..];
        let (c_point, rest) = octets.split_at(48);
        let mut responses: Vec<_> = rest.chunks(32).map(scalar).collect();
        let c = responses.pop().unwrap();
        commit_challenge(&self.interface, bases, &responses, c_point, Some(&c)) == c
    }
}

/// The challenge over M, Q_2, J_1 …, C and Cbar = Q_2·s^ + Σ J_i·m^_i − C·c. For the identity the
/// last term is nothing, and so it can be computed before c is known.
fn commit_challenge(
    interface: &Interface,
    bases: &[G1],
    responses: &[Scalar],
    c_point: &[u8],
    c: Option<&Scalar>,
) -> Scalar {
    let terms = bases.iter().zip(responses);
    let sum = terms.fold(G1::identity(), |sum, (base, s)| sum + base.mul(s));
    let c_bar = c.map_or(sum, |c| sum - point(c_point).mul(c));
    let mut input = (bases.len() as u64 - 1).to_be_bytes().to_vec();
    bases.iter().for_each(|b| input.extend(b.to_octets()));
    input.extend([c_point, &c_bar.to_octets()].concat());
    interface.hash_to_scalar(&input, "H2S_")
}
