//! Encodings that no decoder may accept, each made from a good one.

/// p, the modulus of the base field.
const P: &str = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf\
                 6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
/// r, the order of the groups.
const R: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

const COMPRESSED: u8 = 0x80;
const INFINITY: u8 = 0x40;
const SIGN: u8 = 0x20;

pub(super) struct Defect {
    pub(super) name: &'static str,
    pub(super) tests: &'static str,
    pub(super) octets: Vec<u8>,
}

fn defect(name: &'static str, tests: &'static str, octets: Vec<u8>) -> Defect {
    Defect {
        name,
        tests,
        octets,
    }
}

/// The big-endian sum of two integers of one length, unless it is longer.
fn add(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    assert_eq!(a.len(), b.len());
    let mut carry = 0;
    let mut sum: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            digit as u8
        })
        .collect();
    sum.reverse();
    (carry == 0).then_some(sum)
}

/// A compressed point with p added to x, where the three flag bits leave room for it.
pub(super) fn x_plus_p(point: &[u8]) -> Option<Vec<u8>> {
    let flags = point[0] & 0xe0;
    let mut x = point.to_vec();
    x[0] &= 0x1f;
    let mut sum = add(&x, &hex::decode(P).unwrap())?;
    if sum[0] & 0xe0 != 0 {
        return None;
    }
    sum[0] |= flags;
    Some(sum)
}

fn point_of(flags: u8, low: u8, length: usize) -> Vec<u8> {
    let mut octets = vec![0; length];
    octets[length - 1] = low;
    octets[0] = flags;
    octets
}

fn flip(octets: &[u8], flags: u8) -> Vec<u8> {
    let mut flipped = octets.to_vec();
    flipped[0] ^= flags;
    flipped
}

/// Defects that both groups' encodings can have.
fn flags(valid: &[u8]) -> Vec<Defect> {
    let point = |flags, low| point_of(flags, low, valid.len());
    let mut x_is_p = point(0, 0);
    let length = valid.len();
    x_is_p[length - 48..].copy_from_slice(&hex::decode(P).unwrap());
    x_is_p[0] |= COMPRESSED;
    vec![
        defect("identity", "the identity", point(COMPRESSED | INFINITY, 0)),
        defect(
            "not_compressed",
            "the good encoding without its compression flag",
            flip(valid, COMPRESSED),
        ),
        defect(
            "infinity_flag",
            "the good encoding with the infinity flag as well",
            flip(valid, INFINITY),
        ),
        defect(
            "infinity_low_bit",
            "the identity with another bit, the last",
            point(COMPRESSED | INFINITY, 1),
        ),
        defect(
            "infinity_sign",
            "the identity with the sign flag",
            point(COMPRESSED | INFINITY | SIGN, 0),
        ),
        defect(
            "infinity_not_compressed",
            "the identity without the compression flag",
            point(INFINITY, 0),
        ),
        defect("zeros", "nothing but zeros", point(0, 0)),
        defect("x_is_p", "p for an x of 0", x_is_p),
    ]
}

/// The searches and sums over one group of `blst`'s, whose two interfaces have no trait in common.
macro_rules! group {
    ($name:ident, $module:ident) => {
        mod $name {
            use blst::BLST_ERROR::BLST_POINT_NOT_ON_CURVE;
            use blst::$module::{AggregateSignature as Sum, Signature as Point};

            use super::{COMPRESSED, R, point_of};

            fn read(x: u8, length: usize) -> Result<Point, blst::BLST_ERROR> {
                Point::uncompress(&point_of(COMPRESSED, x, length))
            }

            /// The first x for which there is no point.
            pub(super) fn off_curve(length: usize) -> Vec<u8> {
                let x = (1..).find(|x| read(*x, length) == Err(BLST_POINT_NOT_ON_CURVE));
                point_of(COMPRESSED, x.unwrap(), length)
            }

            /// The first x for which the points are not in the subgroup.
            pub(super) fn off_subgroup(length: usize) -> Vec<u8> {
                let outside = |x: &u8| read(*x, length).is_ok_and(|p| !p.subgroup_check());
                point_of(COMPRESSED, (1..).find(outside).unwrap(), length)
            }

            /// The good point plus r times one that is not in the subgroup.
            pub(super) fn plus_cofactor(valid: &[u8]) -> Vec<u8> {
                let good = Point::uncompress(valid).unwrap();
                assert!(good.subgroup_check());
                let outside = Point::uncompress(&off_subgroup(valid.len())).unwrap();
                let outside = Sum::from_signature(&outside);
                // r begins with a zero bit and a one; the others double and add.
                let r = hex::decode(R).unwrap();
                let mut multiple = outside;
                for bit in 2..256 {
                    let same = multiple;
                    multiple.add_aggregate(&same);
                    if r[bit / 8] >> (7 - bit % 8) & 1 == 1 {
                        multiple.add_aggregate(&outside);
                    }
                }
                assert!(!multiple.to_signature().subgroup_check());
                multiple.add_signature(&good, true).unwrap();
                assert!(!multiple.to_signature().subgroup_check());
                multiple.to_signature().compress().to_vec()
            }
        }
    };
}

group!(group1, min_sig);
group!(group2, min_pk);

/// Every defect of a point of G1; x of the good one leaves room for p.
pub(super) fn g1(valid: &[u8]) -> Vec<Defect> {
    let mut defects = flags(valid);
    defects.extend([
        defect("x_plus_p", "the good x plus p", x_plus_p(valid).unwrap()),
        defect(
            "order_3",
            "(0, 2), on the curve and of order 3",
            point_of(COMPRESSED, 0, 48),
        ),
        defect("off_curve", OFF_CURVE, group1::off_curve(48)),
        defect("off_subgroup", OFF_SUBGROUP, group1::off_subgroup(48)),
        defect("plus_cofactor", PLUS_COFACTOR, group1::plus_cofactor(valid)),
    ]);
    defects
}

/// Every defect of a point of G2.
pub(super) fn g2(valid: &[u8]) -> Vec<Defect> {
    // The flags are in the first half, so the second has room for p.
    let (c1, c0) = valid.split_at(48);
    let c0_plus_p = [c1, &add(c0, &hex::decode(P).unwrap()).unwrap()].concat();
    let mut defects = flags(valid);
    defects.extend([
        defect("x_plus_p", "the real half of the good x plus p", c0_plus_p),
        defect("off_curve", OFF_CURVE, group2::off_curve(96)),
        defect("off_subgroup", OFF_SUBGROUP, group2::off_subgroup(96)),
        defect("plus_cofactor", PLUS_COFACTOR, group2::plus_cofactor(valid)),
    ]);
    defects
}

const OFF_CURVE: &str = "an x for which no point is on the curve";
const OFF_SUBGROUP: &str = "on the curve and not in the subgroup";
const PLUS_COFACTOR: &str = "the good point plus one of the cofactor's order, \
                             which pairings do not see";

/// The defects of a point that the equations may not see, for places beside the first of a kind.
pub(super) fn g1_few(valid: &[u8]) -> Vec<Defect> {
    let mut defects = flags(valid);
    defects.retain(|d| d.name == "identity");
    let sum = group1::plus_cofactor(valid);
    defects.push(defect("plus_cofactor", PLUS_COFACTOR, sum));
    defects
}

/// Every defect of a scalar.
pub(super) fn scalar(valid: &[u8]) -> Vec<Defect> {
    let r = hex::decode(R).unwrap();
    vec![
        defect("zero", "0", vec![0; 32]),
        defect("r", "the group's order", r.clone()),
        defect("plus_r", "the good scalar plus r", add(valid, &r).unwrap()),
        defect("ones", "nothing but ones", vec![0xff; 32]),
    ]
}

/// The two defects of a scalar that the equations may not see.
pub(super) fn scalar_few(valid: &[u8]) -> Vec<Defect> {
    let mut defects = scalar(valid);
    defects.retain(|d| ["zero", "plus_r"].contains(&d.name));
    defects
}
