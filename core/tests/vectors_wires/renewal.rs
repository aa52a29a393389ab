//! Cases of manifests, and of a wallet that renews.

use glimpse_core::credential::{Bucket, Manifest, SealedRow, renew, seal_row};
use glimpse_core::ids::EpochDay;
use glimpse_core::signed::{self, Kind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::issuance::{ada, signing_key, with_published};
use super::item::{Item, changed, with};
use super::record::{next, record, renewed, three};
use super::world::{
    HANDLE, LIBRARY, Office, REGISTRY, RENEWAL_KEY, device_scalar, library, marked, office,
};
use super::{Family, hex_value};

pub(super) fn families() -> Vec<Family> {
    vec![manifest(&REGISTRY), renewal(&REGISTRY)]
}

fn sign(registry: &Office, epoch: EpochDay, buckets: &[Vec<u8>]) -> Vec<u8> {
    let manifest = Manifest {
        issuer: registry.context.issuer,
        schema: registry.context.schema_id,
        key: registry.context.key_id,
        epoch,
        buckets: buckets.iter().map(|b| Sha256::digest(b).into()).collect(),
    };
    manifest.sign(&registry.signing)
}

fn manifest(registry: &Office) -> Family {
    let epoch = next(registry);
    let bucket = three(registry, epoch).to_octets();
    let good = sign(registry, epoch, &[bucket.clone(), bucket.clone()]);
    let payload = signed::read(&good).unwrap().payload.to_vec();
    let input = json!({
        "octets": hex::encode(&good), "signing_key": signing_key(registry),
        "signing_seed": hex::encode(registry.signing.to_bytes()),
    });
    let mut family = Family::new("manifest", input);
    let digest = hex::encode(Sha256::digest(&bucket));
    let context = &registry.context;
    let expected = json!({
        "issuer": context.issuer.to_string(), "schema": context.schema_id.to_string(),
        "key": context.key_id.to_string(), "epoch": epoch.0, "buckets": [&digest, &digest],
    });
    family.add("two", "a manifest of two buckets", &[], expected);
    let resign = |payload: &[u8]| signed::sign(Kind::Manifest, payload, &registry.signing);
    family.documents("octets", &payload, resign, false);
    let key = [("signing_key", signing_key(&LIBRARY))];
    let tests = "signed by another issuer";
    family.bad("other_key", tests, &key, "Signed(Signature)");
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let offer = signed::sign(Kind::Offer, &payload, &registry.signing);
    bad(
        "as_offer",
        "the payload signed as an offer",
        offer,
        "Signed(Signature)",
    );
    for (path, name) in [(2, "issuer_15"), (3, "schema_31"), (4, "key_7")] {
        let short = changed(&payload, |d| d.at(&[path]).cut());
        bad(name, "an octet too few", resign(&short), "Encoding(Bound)");
    }
    let epoch = with(&payload, &[5], Item::Uint(1 << 32));
    bad(
        "epoch_2_32",
        "a day too large",
        resign(&epoch),
        "Encoding(Bound)",
    );
    let buckets = |list: Vec<Item>| resign(&with(&payload, &[6], Item::Array(list)));
    bad("no_bucket", "no bucket", buckets(vec![]), "Encoding(Bound)");
    let many = vec![Item::Bytes(vec![1; 32]); 1025];
    bad(
        "1025_buckets",
        "a bucket too many",
        buckets(many),
        "Encoding(Bound)",
    );
    let short = vec![Item::Bytes(vec![1; 31])];
    bad(
        "digest_31",
        "a digest of 31 octets",
        buckets(short),
        "Encoding(Bound)",
    );
    family
}

fn renewal(registry: &Office) -> Family {
    let epoch = next(registry);
    let record = record();
    let bucket = three(registry, epoch).to_octets();
    let (_, signature) = renewed(registry, epoch);
    let input = json!({
        "credential": hex::encode(&record), "signing_key": signing_key(registry),
        "manifest": hex::encode(sign(registry, epoch, std::slice::from_ref(&bucket))),
        "buckets": [hex::encode(&bucket)],
    });
    let mut family = Family::new("renewal", with_published(registry, input));
    let taken = changed(&record, |d| {
        *d.at(&[4]) = Item::Uint(epoch.0.into());
        *d.at(&[6]) = Item::Bytes(signature.to_vec());
    });
    let expected = json!({ "credential": hex::encode(taken) });
    family.add(
        "taken",
        "the new signature takes the old one's place",
        &[],
        expected,
    );

    let files = |epoch: EpochDay, bucket: &[u8]| {
        let signed = sign(registry, epoch, &[bucket.to_vec()]);
        let buckets: Value = vec![hex::encode(bucket)].into();
        [("manifest", hex_value(&signed)), ("buckets", buckets)]
    };
    let mut without = three(registry, epoch);
    without.rows.remove(1);
    let changes = files(epoch, &without.to_octets());
    family.bad("revoked", "no row for the handle", &changes, "NotRenewed");
    let mut damaged = bucket.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let damaged = [("buckets", json!([hex::encode(&damaged)]))];
    let tests = "a bit of a bucket, in another's row";
    family.bad("bucket_flipped", tests, &damaged, "Digest");
    let later = files(EpochDay(epoch.0 + 7), &bucket);
    let tests = "a bucket of another period than the manifest's";
    family.bad("other_epoch", tests, &later, "Digest");
    let more = [(
        "buckets",
        json!([hex::encode(&bucket), hex::encode(&bucket)]),
    )];
    let tests = "a bucket that the manifest does not name";
    family.bad("bucket_more", tests, &more, "Digest");

    let mut bad = |name: &str, tests: &str, row: SealedRow, error: &str| {
        let rows = vec![row];
        let changes = files(epoch, &Bucket { epoch, rows }.to_octets());
        family.bad(name, tests, &changes, error);
    };
    let context = &registry.context;
    let seal = |key, at, signature| seal_row(context, &key, HANDLE, at, signature);
    let other = seal([5; 32], epoch, &signature);
    bad(
        "other_renewal_key",
        "sealed to somebody else",
        other,
        "Sealed",
    );
    let before = seal(RENEWAL_KEY, EpochDay(epoch.0 - 7), &signature);
    bad("sealed_before", "a row of another period", before, "Sealed");
    let elsewhere = office(1, library()).context;
    let header = seal_row(&elsewhere, &RENEWAL_KEY, HANDLE, epoch, &signature);
    bad("other_header", "a row of another schema", header, "Sealed");
    let (_, late) = renewed(registry, EpochDay(epoch.0 + 7));
    let wrong = seal(RENEWAL_KEY, epoch, &late);
    let tests = "a signature for another period, sealed rightly";
    bad("signature_of_later", tests, wrong, "Bbs(Invalid)");
    let key = device_scalar(71);
    let forged = renew(context, &key, &ada().b0, epoch).unwrap();
    let forged = seal(RENEWAL_KEY, epoch, &forged);
    bad(
        "other_signer",
        "a signature by another key",
        forged,
        "Bbs(Invalid)",
    );
    // The manifest, the row and the signature are right; the day is not one of the schema's.
    let between = EpochDay(epoch.0 + 1);
    let signature = marked(registry, &ada().b0, between);
    let mut bucket = Bucket {
        epoch: between,
        rows: vec![seal(RENEWAL_KEY, between, &signature)],
    };
    let changes = files(between, &bucket.to_octets());
    let tests = "signed, and rightly, for a day of her own";
    family.bad("between", tests, &changes, "Epoch");
    family
}
