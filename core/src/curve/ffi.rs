//! The core's one room that talks to C: thin, safe functions over `blst`.
//!
//! # Why this is sound
//!
//! Every function passes references to initialised, correctly sized `repr(C)` values that `blst`
//! itself defines, and lengths taken from the slices they describe. `blst` reads and writes only
//! within those bounds, keeps no pointer after it returns, allocates nothing and has no global
//! state that changes. Where an argument has a precondition in C (a scratch size, a table size,
//! a scalar length), the function here computes or checks it. Nothing else in the core may use
//! `unsafe`.
#![allow(unsafe_code)]

use blst::*;

/// A value of `blst`'s plain-data types before C writes it.
macro_rules! out {
    ($ty:ty, |$o:ident| $call:expr) => {{
        let mut $o = <$ty>::default();
        // SAFETY: see the head of this file.
        unsafe { $call };
        $o
    }};
}

// ---- scalars ----

pub(super) fn fr_add(a: &blst_fr, b: &blst_fr) -> blst_fr {
    out!(blst_fr, |o| blst_fr_add(&mut o, a, b))
}

pub(super) fn fr_sub(a: &blst_fr, b: &blst_fr) -> blst_fr {
    out!(blst_fr, |o| blst_fr_sub(&mut o, a, b))
}

pub(super) fn fr_mul(a: &blst_fr, b: &blst_fr) -> blst_fr {
    out!(blst_fr, |o| blst_fr_mul(&mut o, a, b))
}

pub(super) fn fr_neg(a: &blst_fr) -> blst_fr {
    out!(blst_fr, |o| blst_fr_cneg(&mut o, a, true))
}

/// The inverse; zero for zero. `blst`'s constant-time Euclid.
pub(super) fn fr_inverse(a: &blst_fr) -> blst_fr {
    out!(blst_fr, |o| blst_fr_eucl_inverse(&mut o, a))
}

pub(super) fn fr_from_scalar(s: &blst_scalar) -> blst_fr {
    out!(blst_fr, |o| blst_fr_from_scalar(&mut o, s))
}

pub(super) fn scalar_from_fr(a: &blst_fr) -> blst_scalar {
    out!(blst_scalar, |o| blst_scalar_from_fr(&mut o, a))
}

/// Decodes 32 big-endian octets without reduction.
pub(super) fn scalar_from_bendian(octets: &[u8; 32]) -> blst_scalar {
    out!(blst_scalar, |o| blst_scalar_from_bendian(
        &mut o,
        octets.as_ptr()
    ))
}

pub(super) fn bendian_from_scalar(s: &blst_scalar) -> [u8; 32] {
    let mut o = [0; 32];
    // SAFETY: see the head of this file; 32 octets are written.
    unsafe { blst_bendian_from_scalar(o.as_mut_ptr(), s) };
    o
}

/// Whether the integer is below the group order r.
pub(super) fn scalar_is_canonical(s: &blst_scalar) -> bool {
    // SAFETY: see the head of this file.
    unsafe { blst_scalar_fr_check(s) }
}

/// OS2IP(octets) mod r.
pub(super) fn scalar_from_be_bytes(octets: &[u8]) -> blst_scalar {
    let mut o = blst_scalar::default();
    // SAFETY: see the head of this file. The result only says whether the value is zero.
    unsafe { blst_scalar_from_be_bytes(&mut o, octets.as_ptr(), octets.len()) };
    o
}

// ---- base field, for hashing by expand_message_xof and for the endomorphism ----

pub(super) fn fp_mul(a: &blst_fp, b: &blst_fp) -> blst_fp {
    out!(blst_fp, |o| blst_fp_mul(&mut o, a, b))
}

pub(super) fn fp_add(a: &blst_fp, b: &blst_fp) -> blst_fp {
    out!(blst_fp, |o| blst_fp_add(&mut o, a, b))
}

pub(super) fn fp_neg(a: &blst_fp) -> blst_fp {
    out!(blst_fp, |o| blst_fp_cneg(&mut o, a, true))
}

/// Decodes 48 big-endian octets; the value must be below the field's modulus.
pub(super) fn fp_from_bendian(octets: &[u8; 48]) -> blst_fp {
    out!(blst_fp, |o| blst_fp_from_bendian(&mut o, octets.as_ptr()))
}

// ---- G1 ----

pub(super) fn p1_add(a: &blst_p1, b: &blst_p1) -> blst_p1 {
    out!(blst_p1, |o| blst_p1_add_or_double(&mut o, a, b))
}

pub(super) fn p1_double(a: &blst_p1) -> blst_p1 {
    out!(blst_p1, |o| blst_p1_double(&mut o, a))
}

/// a becomes 2·a.
pub(super) fn p1_double_assign(a: &mut blst_p1) {
    let a: *mut blst_p1 = a;
    // SAFETY: see the head of this file; blst lets a result stand where its argument was.
    unsafe { blst_p1_double(a, a) }
}

/// a becomes a + b.
pub(super) fn p1_add_affine_assign(a: &mut blst_p1, b: &blst_p1_affine) {
    let a: *mut blst_p1 = a;
    // SAFETY: as above.
    unsafe { blst_p1_add_or_double_affine(a, a, b) }
}

pub(super) fn p1_neg(a: &blst_p1) -> blst_p1 {
    let mut o = *a;
    // SAFETY: see the head of this file.
    unsafe { blst_p1_cneg(&mut o, true) };
    o
}

/// Constant-time multiplication by a 255-bit scalar.
pub(super) fn p1_mult(p: &blst_p1, s: &blst_scalar) -> blst_p1 {
    out!(blst_p1, |o| blst_p1_mult(&mut o, p, s.b.as_ptr(), 255))
}

pub(super) fn p1_from_affine(a: &blst_p1_affine) -> blst_p1 {
    out!(blst_p1, |o| blst_p1_from_affine(&mut o, a))
}

pub(super) fn p1_to_affine(p: &blst_p1) -> blst_p1_affine {
    out!(blst_p1_affine, |o| blst_p1_to_affine(&mut o, p))
}

/// Many conversions with one inversion. No point may be the identity.
pub(super) fn p1s_to_affine(points: &[blst_p1]) -> Vec<blst_p1_affine> {
    let mut o = vec![blst_p1_affine::default(); points.len()];
    if points.is_empty() {
        return o;
    }
    // A list whose second pointer is null means "the points lie one after another".
    let list = [points.as_ptr(), core::ptr::null()];
    // SAFETY: see the head of this file; both slices hold `points.len()` values.
    unsafe { blst_p1s_to_affine(o.as_mut_ptr(), list.as_ptr(), points.len()) };
    o
}

pub(super) fn p1_is_identity(p: &blst_p1) -> bool {
    // SAFETY: see the head of this file.
    unsafe { blst_p1_is_inf(p) }
}

pub(super) fn p1_is_equal(a: &blst_p1, b: &blst_p1) -> bool {
    // SAFETY: see the head of this file.
    unsafe { blst_p1_is_equal(a, b) }
}

pub(super) fn p1_compress(p: &blst_p1) -> [u8; 48] {
    let mut o = [0; 48];
    // SAFETY: see the head of this file; 48 octets are written.
    unsafe { blst_p1_compress(o.as_mut_ptr(), p) };
    o
}

/// Decodes a compressed point: canonical, on the curve, in the subgroup and not the identity.
pub(super) fn p1_uncompress(octets: &[u8; 48]) -> Option<blst_p1_affine> {
    let mut o = blst_p1_affine::default();
    // SAFETY: see the head of this file; 48 octets are read.
    let valid = unsafe {
        blst_p1_uncompress(&mut o, octets.as_ptr()) == BLST_ERROR::BLST_SUCCESS
            && !blst_p1_affine_is_inf(&o)
            && blst_p1_affine_in_g1(&o)
    };
    valid.then_some(o)
}

/// RFC 9380 hash_to_curve with expand_message_xmd and SHA-256.
pub(super) fn hash_to_g1(message: &[u8], dst: &[u8]) -> blst_p1 {
    let none = core::ptr::null();
    out!(blst_p1, |o| blst_hash_to_g1(
        &mut o,
        message.as_ptr(),
        message.len(),
        dst.as_ptr(),
        dst.len(),
        none,
        0
    ))
}

/// RFC 9380 map_to_curve of two field elements, their sum, and the cofactor cleared.
pub(super) fn map_to_g1(u: &blst_fp, v: &blst_fp) -> blst_p1 {
    out!(blst_p1, |o| blst_map_to_g1(&mut o, u, v))
}

/// expand_message_xmd with SHA-256.
pub(super) fn expand_message_xmd(message: &[u8], dst: &[u8], out: &mut [u8]) {
    // SAFETY: see the head of this file.
    unsafe {
        blst_expand_message_xmd(
            out.as_mut_ptr(),
            out.len(),
            message.as_ptr(),
            message.len(),
            dst.as_ptr(),
            dst.len(),
        );
    }
}

/// The sum of the points, by additions that share their inversions. Variable time.
pub(super) fn p1s_sum_vartime(points: &[blst_p1_affine]) -> blst_p1 {
    if points.is_empty() {
        return blst_p1::default();
    }
    let list = [points.as_ptr(), core::ptr::null()];
    // SAFETY: see the head of this file.
    out!(blst_p1, |o| blst_p1s_add(
        &mut o,
        list.as_ptr(),
        points.len()
    ))
}

/// Σ scalars[i]·points[i] by Pippenger's method over `bits`-bit scalars. Variable time.
pub(super) fn p1s_pippenger_vartime(
    points: &[blst_p1_affine],
    scalars: &[blst_scalar],
    bits: usize,
) -> blst_p1 {
    assert!(points.len() == scalars.len() && bits <= 255);
    let mut o = blst_p1::default();
    if points.is_empty() {
        return o;
    }
    let point_list = [points.as_ptr(), core::ptr::null()];
    // Each pointer names one 32-octet scalar: with fewer bits blst expects them packed more
    // tightly, so they are listed one by one.
    let scalar_list: Vec<*const u8> = scalars.iter().map(|s| s.b.as_ptr()).collect();
    // SAFETY: see the head of this file; the scratch has the size blst asks for.
    unsafe {
        let scratch = blst_p1s_mult_pippenger_scratch_sizeof(points.len());
        let mut scratch = vec![0 as limb_t; scratch.div_ceil(size_of::<limb_t>())];
        blst_p1s_mult_pippenger(
            &mut o,
            point_list.as_ptr(),
            points.len(),
            scalar_list.as_ptr(),
            bits,
            scratch.as_mut_ptr(),
        );
    }
    o
}

// ---- G2 and the pairing ----

pub(super) fn p2_generator() -> blst_p2_affine {
    // SAFETY: blst returns a pointer to a constant of static lifetime.
    unsafe { *blst_p2_affine_generator() }
}

/// Secret key to public key, in constant time.
pub(super) fn sk_to_pk(sk: &blst_scalar) -> blst_p2_affine {
    let pk = out!(blst_p2, |o| blst_sk_to_pk_in_g2(&mut o, sk));
    out!(blst_p2_affine, |o| blst_p2_to_affine(&mut o, &pk))
}

pub(super) fn p2_compress(p: &blst_p2_affine) -> [u8; 96] {
    let mut o = [0; 96];
    // SAFETY: see the head of this file; 96 octets are written.
    unsafe { blst_p2_affine_compress(o.as_mut_ptr(), p) };
    o
}

/// Decodes a compressed point: canonical, on the curve, in the subgroup and not the identity.
pub(super) fn p2_uncompress(octets: &[u8; 96]) -> Option<blst_p2_affine> {
    let mut o = blst_p2_affine::default();
    // SAFETY: see the head of this file; 96 octets are read.
    let valid = unsafe {
        blst_p2_uncompress(&mut o, octets.as_ptr()) == BLST_ERROR::BLST_SUCCESS
            && !blst_p2_affine_is_inf(&o)
            && blst_p2_affine_in_g2(&o)
    };
    valid.then_some(o)
}

/// The number of line evaluations of one Miller loop.
pub(super) const LINES: usize = 68;

pub(super) fn precompute_lines(q: &blst_p2_affine) -> Vec<blst_fp6> {
    let mut lines = vec![blst_fp6::default(); LINES];
    // SAFETY: see the head of this file; blst writes 68 lines.
    unsafe { blst_precompute_lines(lines.as_mut_ptr(), q) };
    lines
}

pub(super) fn fp12_one() -> blst_fp12 {
    // SAFETY: blst returns a pointer to a constant of static lifetime.
    unsafe { *blst_fp12_one() }
}

pub(super) fn fp12_sqr(a: &blst_fp12) -> blst_fp12 {
    out!(blst_fp12, |o| blst_fp12_sqr(&mut o, a))
}

/// a·line, where the line's three coefficients stand at x, y and z of blst's "xy00z0".
pub(super) fn fp12_mul_by_line(a: &blst_fp12, line: &blst_fp6) -> blst_fp12 {
    out!(blst_fp12, |o| blst_fp12_mul_by_xy00z0(&mut o, a, line))
}

/// Whether the final exponentiation of f is 1.
pub(super) fn final_exp_is_one(f: &blst_fp12) -> bool {
    let power = out!(blst_fp12, |o| blst_final_exp(&mut o, f));
    // SAFETY: see the head of this file.
    unsafe { blst_fp12_is_one(&power) }
}

pub(super) fn miller_loop(q: &blst_p2_affine, p: &blst_p1_affine) -> blst_fp12 {
    out!(blst_fp12, |o| blst_miller_loop(&mut o, q, p))
}

/// Whether the final exponentiations of two Miller-loop results agree.
pub(super) fn finalverify(a: &blst_fp12, b: &blst_fp12) -> bool {
    // SAFETY: see the head of this file.
    unsafe { blst_fp12_finalverify(a, b) }
}
