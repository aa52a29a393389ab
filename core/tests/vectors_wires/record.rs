//! Cases of what a holder keeps and of renewal.

use glimpse_core::credential::{Bucket, SealedRow, renew, seal_row};
use glimpse_core::ids::{EpochDay, Handle};
use serde_json::json;

use super::issuance::{ada, bad_values, identity, with_published};
use super::item::{Item, changed, with};
use super::world::{
    ADA, ADAS_BIRTHDAY, HANDLE, Office, REGISTRY, RENEWAL_KEY, marked, office, resident,
    resident_values,
};
use super::{Family, hex_value};

pub(super) fn families() -> Vec<Family> {
    let registry = &*REGISTRY;
    vec![credential(registry), row(registry), bucket(registry)]
}

/// Ada's record, as she keeps it.
pub(super) fn record() -> Vec<u8> {
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    let credential = REGISTRY.issue(ADA, values, REGISTRY.today());
    credential.to_octets().to_vec()
}

fn credential(registry: &Office) -> Family {
    let good = record();
    let input = json!({ "octets": hex::encode(&good) });
    let mut family = Family::new("credential", with_published(registry, input));
    let expected = json!({
        "schema": registry.context.schema_id.to_string(),
        "issuer": registry.context.issuer.to_string(), "epoch": registry.today().0,
    });
    family.add(
        "kept",
        "a record under its published context",
        &[],
        expected,
    );
    family.documents("octets", &good, <[u8]>::to_vec, false);
    bad_values(&mut family, &good, &[5]);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    for (path, name) in [
        (2, "issuer_15"),
        (3, "key_95"),
        (6, "signature_79"),
        (7, "nym_31"),
        (8, "blind_31"),
        (9, "handle_7"),
        (10, "renewal_key_31"),
        (11, "device_47"),
    ] {
        let short = changed(&good, |d| d.at(&[path]).cut());
        bad(name, "an octet too few", short, "Encoding(Bound)");
    }
    let scalar = "Bbs(Decode(Scalar))";
    for (path, name) in [(7, "nym"), (8, "blind")] {
        let set = |octets| with(&good, &[path], Item::Bytes(octets));
        bad(
            &format!("{name}_zero"),
            "0 for a secret",
            set(vec![0; 32]),
            scalar,
        );
        bad(
            &format!("{name}_ones"),
            "more than r",
            set(vec![255; 32]),
            scalar,
        );
        let other = set(vec![1; 32]);
        bad(
            &format!("{name}_other"),
            "another secret",
            other,
            "Bbs(Invalid)",
        );
    }
    let schema = changed(&good, |d| d.at(&[1]).cut());
    let inner = "Schema(Encoding(Truncated))";
    bad("schema_cut", "a schema cut short", schema, inner);
    let epoch = u64::from(registry.today().0);
    let at = |epoch| with(&good, &[4], Item::Uint(epoch));
    bad(
        "epoch_2_32",
        "a day too large",
        at(1 << 32),
        "Encoding(Bound)",
    );
    let day = EpochDay(registry.today().0 + 1);
    let marked = changed(&at(day.0.into()), |d| {
        *d.at(&[6]) = Item::Bytes(marked(registry, &ada().b0, day).to_vec());
    });
    let tests = "signed, and rightly, for a day within a period";
    bad("epoch_between", tests, marked, "Epoch");
    let tests = "a later period than was signed";
    bad("epoch_later", tests, at(epoch + 7), "Bbs(Invalid)");
    let older = with(&good, &[5, 1], Item::Uint(20_000));
    bad(
        "born_earlier",
        "an age that was not signed",
        older,
        "Bbs(Invalid)",
    );
    let point = |path: &[usize]| {
        changed(&good, |d| {
            d.at(path).bytes()[..48].copy_from_slice(&identity());
        })
    };
    let points = "Bbs(Decode(Point))";
    bad("a_identity", "A is the identity", point(&[6]), points);
    bad("key_identity", "the key is no point", point(&[3]), points);
    bad(
        "device_identity",
        "the device is the identity",
        point(&[11]),
        points,
    );
    let published = |field: &'static str, octets: &[u8]| [(field, hex_value(octets))];
    let key = office(7, resident()).context.key.key().to_octets();
    let tests = "the context that is published has another key";
    family.bad("other_key", tests, &published("key", &key), "Bbs(Invalid)");
    let tests = "the context that is published has another issuer";
    let issuer = published("issuer", &[9; 16]);
    family.bad("other_issuer", tests, &issuer, "Bbs(Invalid)");
    family
}

/// Ada's renewal for a day.
pub(super) fn renewed(registry: &Office, epoch: EpochDay) -> (SealedRow, [u8; 80]) {
    let signature = renew(&registry.context, &registry.sk, &ada().b0, epoch).unwrap();
    let row = seal_row(&registry.context, &RENEWAL_KEY, HANDLE, epoch, &signature);
    (row, signature)
}

pub(super) fn next(registry: &Office) -> EpochDay {
    EpochDay(registry.today().0 + 7)
}

fn row(registry: &Office) -> Family {
    let (row, signature) = renewed(registry, next(registry));
    let input = json!({
        "secret_key": hex::encode(registry.sk.expose().to_octets()), "b0": hex::encode(ada().b0),
        "epoch": next(registry).0, "handle": hex::encode(HANDLE.0),
        "renewal_key": hex::encode(RENEWAL_KEY),
    });
    let mut family = Family::new("renew", with_published(registry, input));
    let mut bucket = Bucket {
        epoch: next(registry),
        rows: vec![row],
    };
    let expected = json!({
        "signature": hex::encode(signature), "bucket": hex::encode(bucket.to_octets()),
    });
    let tests = "the signature for a period, and the bucket with its one row";
    family.add("signed", tests, &[], expected);
    let between = [("epoch", json!(next(registry).0 + 1))];
    let tests = "a day that is not the first of a period";
    family.bad("between", tests, &between, "Epoch");
    let b0 = [("b0", hex_value(&identity()))];
    family.bad(
        "b0_identity",
        "B0 is the identity",
        &b0,
        "Bbs(Decode(Point))",
    );
    family
}

/// Three rows, of which the second is Ada's.
pub(super) fn three(registry: &Office, epoch: EpochDay) -> Bucket {
    let (row, signature) = renewed(registry, epoch);
    let context = &registry.context;
    let seal = |octet: u8| seal_row(context, &[octet; 32], Handle([octet; 8]), epoch, &signature);
    Bucket {
        epoch,
        rows: vec![seal(2), row, seal(9)],
    }
}

fn bucket(registry: &Office) -> Family {
    let epoch = next(registry);
    let good = three(registry, epoch).to_octets();
    let mut family = Family::new("bucket", json!({ "octets": hex::encode(&good) }));
    let handles = [[2; 8], HANDLE.0, [9; 8]].map(hex::encode);
    let expected = json!({ "epoch": epoch.0, "handles": handles });
    family.add("three", "three rows, ascending", &[], expected);
    let none = with(&good, &[2], Item::Array(vec![]));
    let expected = json!({ "epoch": epoch.0, "handles": [] });
    let tests = "nobody was renewed";
    family.add("empty", tests, &[("octets", hex_value(&none))], expected);
    family.documents("octets", &good, <[u8]>::to_vec, true);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let rows = |change: &dyn Fn(&mut Vec<Item>)| changed(&good, |d| change(d.at(&[2]).items()));
    bad(
        "unsorted",
        "rows out of order",
        rows(&|r| r.swap(0, 1)),
        "Keys",
    );
    let twice = rows(&|r| r.insert(1, r[0].clone()));
    bad("twice", "a row twice", twice, "Keys");
    let same = rows(&|r| *r[1].at(&[0]) = Item::Bytes(vec![2; 8]));
    bad("handle_twice", "two rows of one handle", same, "Keys");
    let handle = rows(&|r| r[0].at(&[0]).cut());
    bad("handle_7", "a handle of 7 octets", handle, "Bound");
    let sealed = rows(&|r| r[0].at(&[1]).cut());
    bad("sealed_95", "a row of 95 octets", sealed, "Bound");
    let sealed = rows(&|r| r[0].at(&[1]).bytes().push(0));
    bad("sealed_97", "a row of 97 octets", sealed, "Bound");
    let triple = rows(&|r| r[0].items().push(Item::Uint(0)));
    bad("row_of_three", "a row of three items", triple, "Bound");
    let epoch = with(&good, &[1], Item::Uint(1 << 32));
    bad("epoch_2_32", "a day too large", epoch, "Bound");
    let count = with(&good, &[2], Item::Raw(super::item::head(4, 65_537, 4)));
    bad(
        "65537_rows",
        "a count too large, before any row",
        count,
        "Bound",
    );
    family
}
