//! Cases of what the office answers, and of what the holder makes of it.

use glimpse_core::ids::EpochDay;
use serde_json::{Value, json};

use super::item::{Item, changed, with};
use super::world::{
    ADA, ADAS_BIRTHDAY, EVE, HANDLE, Issuance, Office, REGISTRY, device, device_scalar,
    marked as marked_for, office, resident, resident_values,
};
use super::{Family, documents, hex_value};

/// What a trust list publishes of an office's context.
pub(super) fn published(office: &Office) -> Value {
    json!({
        "issuer": office.context.issuer.to_string(),
        "schema": hex::encode(office.context.schema.to_octets()),
        "key": hex::encode(office.context.key.key().to_octets()),
    })
}

/// An input with what is published and more.
pub(super) fn with_published(office: &Office, more: Value) -> Value {
    let mut input = published(office);
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

pub(super) fn signing_key(office: &Office) -> Value {
    hex_value(office.signing.verifying_key().as_bytes())
}

pub(super) fn ada() -> Issuance {
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    REGISTRY.issuance(&REGISTRY.sk, &device(ADA), values, REGISTRY.today())
}

pub(super) fn families() -> Vec<Family> {
    let ada = ada();
    vec![response(&ada), finish(&ada)]
}

/// The compressed identity.
pub(super) fn identity() -> [u8; 48] {
    let mut octets = [0; 48];
    octets[0] = 0xc0;
    octets
}

fn response(ada: &Issuance) -> Family {
    let good = ada.response.to_octets();
    let schema = hex_value(&resident().to_octets());
    let input = json!({ "octets": hex::encode(&good), "schema": schema });
    let mut family = Family::new("issuance_response", input);
    let expected = |epoch: u32, values: [&str; 6]| json!({ "epoch": epoch, "handle": HANDLE.to_string(), "values": values });
    let today = REGISTRY.today().0;
    let words = [
        "Ada",
        ADAS_BIRTHDAY,
        "Aville",
        "2",
        "A-1",
        crate::world::PHOTO_IN_WORDS,
    ];
    family.add("read", "a response", &[], expected(today, words));
    let edge = changed(&good, |d| {
        *d.at(&[1]) = Item::Uint(u32::MAX.into());
        let values = d.at(&[2]).items();
        values[0] = Item::Text("a".repeat(64));
        values[1] = Item::Uint((1 << 17) - 1);
        values[3] = Item::Uint((1 << 20) - 1);
        values[4] = Item::Text(String::new());
    });
    let a = "a".repeat(64);
    let words = [
        &a,
        "2258-11-11",
        "Aville",
        "1048575",
        "",
        crate::world::PHOTO_IN_WORDS,
    ];
    family.add(
        "edges",
        "every value at its bound",
        &[("octets", hex_value(&edge))],
        expected(u32::MAX, words),
    );
    for defect in documents::defects(&good) {
        let octets = [("octets", hex_value(&defect.octets))];
        let error = format!("Encoding({})", defect.error);
        family.bad(defect.name, defect.tests, &octets, &error);
    }
    bad_values(&mut family, &good, &[2]);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let epoch = with(&good, &[1], Item::Uint(1 << 32));
    bad("epoch_2_32", "a day too large", epoch, "Encoding(Bound)");
    for (path, name) in [
        (3, "signature_79"),
        (4, "entropy_31"),
        (5, "handle_7"),
        (6, "renewal_key_31"),
    ] {
        let short = changed(&good, |d| d.at(&[path]).cut());
        bad(name, "an octet too few", short, "Encoding(Bound)");
    }
    family
}

/// Values that do not fit the registry's schema, in a document that has them at a path.
pub(super) fn bad_values(family: &mut Family, good: &[u8], path: &[usize]) {
    let mut bad = |name: &str, tests: &str, change: &dyn Fn(&mut Vec<Item>), error: &str| {
        let octets = changed(good, |d| change(d.at(path).items()));
        let error = format!("Encoding({error})");
        family.bad(name, tests, &[("octets", hex_value(&octets))], &error);
    };
    bad("value_less", "a value too few", &|v| drop(v.pop()), "Bound");
    bad(
        "value_more",
        "a value too many",
        &|v| v.push(Item::Uint(0)),
        "Bound",
    );
    bad(
        "values_swapped",
        "two values out of order",
        &|v| v.swap(0, 1),
        "Kind",
    );
    let set = |i: usize, item: Item| move |v: &mut Vec<Item>| v[i] = item.clone();
    let long = Item::Text("a".repeat(65));
    bad("text_65", "text too long", &set(0, long), "Bound");
    let not_text = Item::Raw(vec![0x61, 0xff]);
    bad(
        "text_not_utf8",
        "text that is not UTF-8",
        &set(0, not_text),
        "Text",
    );
    let octets = Item::Bytes(b"Ada".to_vec());
    bad("text_as_octets", "octets for text", &set(0, octets), "Kind");
    let beyond = Item::Uint(1 << 17);
    bad(
        "date_2_17",
        "a date beyond the range",
        &set(1, beyond),
        "Bound",
    );
    let text = Item::Text(ADAS_BIRTHDAY.into());
    bad("date_as_text", "a date in words", &set(1, text), "Kind");
    let negative = Item::Raw(vec![0x20]);
    bad(
        "date_negative",
        "a day before the first",
        &set(1, negative),
        "Kind",
    );
    let long = Item::Raw(vec![0x1a, 0, 0, 0x80, 0]);
    bad(
        "date_long",
        "a date in too many octets",
        &set(1, long),
        "NotShortest",
    );
    bad(
        "code_3",
        "a code that is not listed",
        &set(2, Item::Uint(3)),
        "Bound",
    );
    bad(
        "code_0",
        "a code that is not listed",
        &set(2, Item::Uint(0)),
        "Bound",
    );
    let million = Item::Uint(1 << 20);
    bad("count_2_20", "a count too large", &set(3, million), "Bound");
    for length in [31, 33] {
        let octets = Item::Bytes(vec![7; length]);
        let name = format!("octets_{length}");
        bad(&name, "not the type's octets", &set(5, octets), "Bound");
    }
}

fn finish(ada: &Issuance) -> Family {
    let registry = &*REGISTRY;
    let response = ada.response.to_octets().to_vec();
    let input = json!({
        "pending": hex::encode(&ada.pending), "response": hex::encode(&response),
        "device": hex::encode(device_scalar(ADA).expose().to_octets()),
    });
    let mut family = Family::new("finish", with_published(registry, input));
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    let credential = registry.issue(ADA, values, registry.today());
    let expected = json!({ "credential": hex::encode(credential.to_octets()) });
    let tests = "the holder accepts what was published, and only that";
    family.add("accepted", tests, &[], expected);

    for defect in documents::defects(&ada.pending) {
        let name = format!("pending_{}", defect.name);
        let pending = [("pending", hex_value(&defect.octets))];
        let error = format!("Encoding({})", defect.error);
        family.bad(&name, defect.tests, &pending, &error);
    }
    let mut bad = |name: &str, tests: &str, field: &str, value: Vec<u8>, error: &str| {
        family.bad(name, tests, &[(field, hex_value(&value))], error);
    };
    for (path, name) in [(2, "pending_blind"), (3, "pending_nym")] {
        let set = |octets| with(&ada.pending, &[path], Item::Bytes(octets));
        let scalar = "Bbs(Decode(Scalar))";
        bad(
            &format!("{name}_zero"),
            "0 for a secret",
            "pending",
            set(vec![0; 32]),
            scalar,
        );
        bad(
            &format!("{name}_ones"),
            "more than r",
            "pending",
            set(vec![255; 32]),
            scalar,
        );
        bad(
            &format!("{name}_31"),
            "31 octets",
            "pending",
            set(vec![1; 31]),
            "Encoding(Bound)",
        );
    }
    let invalid = "Bbs(Invalid)";
    let edit = |path: &[usize], item: Item| with(&response, path, item);
    let name = edit(&[2, 0], Item::Text("Eve".into()));
    bad(
        "other_value",
        "a value that was not signed",
        "response",
        name,
        invalid,
    );
    let epoch = u64::from(registry.today().0);
    let next = edit(&[1], Item::Uint(epoch - 7));
    bad(
        "other_epoch",
        "a period that was not signed",
        "response",
        next,
        invalid,
    );
    let day = EpochDay(registry.today().0 + 1);
    let mut marked = edit(&[1], Item::Uint(day.0.into()));
    let signature = Item::Bytes(marked_for(registry, &ada.b0, day).to_vec());
    marked = with(&marked, &[3], signature);
    let tests = "signed, and rightly, for a day of her own";
    bad("epoch_between", tests, "response", marked, "Epoch");

    let entropy = edit(&[4], Item::Bytes(vec![1; 32]));
    bad(
        "other_entropy",
        "another nym entropy",
        "response",
        entropy,
        invalid,
    );
    let zero = edit(&[4], Item::Bytes(vec![0; 32]));
    let scalar = "Bbs(Decode(Scalar))";
    bad(
        "entropy_zero",
        "a nym entropy of 0",
        "response",
        zero,
        scalar,
    );
    let flipped = changed(&response, |d| d.at(&[3]).bytes()[79] ^= 1);
    bad("flipped_e", "a bit of e", "response", flipped, invalid);
    let identity = changed(&response, |d| {
        d.at(&[3]).bytes()[..48].copy_from_slice(&identity());
    });
    bad(
        "a_identity",
        "A is the identity",
        "response",
        identity,
        "Bbs(Decode(Point))",
    );
    let eve = device_scalar(EVE).expose().to_octets().to_vec();
    bad(
        "other_device",
        "another device than committed",
        "device",
        eve,
        invalid,
    );

    let impostor = office(7, resident());
    let key = impostor.context.key.key().to_octets().to_vec();
    bad("other_key", "another key is published", "key", key, invalid);
    bad(
        "other_issuer",
        "another issuer is published",
        "issuer",
        vec![9; 16],
        invalid,
    );
    let mut marked = resident();
    marked.epoch_days = 14;
    let marked = marked.to_octets();
    bad(
        "other_schema",
        "another schema is published",
        "schema",
        marked,
        invalid,
    );
    let (values, epoch) = (resident_values(ADAS_BIRTHDAY, "A-1"), registry.today());
    let forged = registry.issuance(&impostor.sk, &device(ADA), values, EpochDay(epoch.0));
    let forged = forged.response.to_octets().to_vec();
    let tests = "signed by another key than the published one";
    bad("other_signer", tests, "response", forged, invalid);
    family
}
