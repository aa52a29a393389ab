//! What no document of this project may be, whatever its format: each made from a good one.

use super::item::{Item, head};

pub(super) struct Defect {
    pub(super) name: &'static str,
    pub(super) tests: &'static str,
    pub(super) octets: Vec<u8>,
    /// The `CborError`.
    pub(super) error: &'static str,
}

const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// Defects of a document whose first item is its version, 1.
pub(super) fn defects(good: &[u8]) -> Vec<Defect> {
    let mut defects = Vec::new();
    let mut add = |name, tests, octets: Vec<u8>, error| {
        assert_ne!(octets, good, "{name}");
        defects.push(Defect {
            name,
            tests,
            octets,
            error,
        });
    };
    let (major, count) = (good[0] >> 5, u64::from(good[0] & 31));
    assert!(major == ARRAY || major == MAP);
    let is_map = major == MAP;
    // A map's head says how many keys there are, an array's how many items.
    let other_count = if is_map { "Keys" } else { "Bound" };
    let beheaded = |head: &[u8]| [head, &good[1..]].concat();
    add("nothing", "no octets at all", vec![], "Truncated");
    let cut = good[..good.len() - 1].to_vec();
    add("cut", "the last octet is missing", cut, "Truncated");
    let more = [good, &[0]].concat();
    add("more", "an octet after the document", more, "Trailing");
    let tagged = [&[0xc1], good].concat();
    add("tagged", "a tag before the document", tagged, "Kind");
    let long = beheaded(&head(major, count, 1));
    add(
        "long_head",
        "the count in one octet more than it needs",
        long,
        "NotShortest",
    );
    let endless = [&[major << 5 | 31], &good[1..], &[0xff]].concat();
    add("endless", "an indefinite length", endless, "NotShortest");
    let bomb = beheaded(&head(major, u64::MAX, 8));
    add("bomb", "a count of 2^64 - 1", bomb, other_count);
    let other_major = if is_map { ARRAY } else { MAP };
    let other = beheaded(&head(other_major, count, 0));
    add(
        "other_kind",
        "an array in place of a map, or a map of an array",
        other,
        "Kind",
    );

    let edit = |change: &dyn Fn(&mut Item)| super::item::changed(good, |item| change(item));
    let version = |version: Item| edit(&|d| *d.at(&[usize::from(is_map)]) = version.clone());
    add("version_0", "version 0", version(Item::Uint(0)), "Bound");
    add(
        "version_2",
        "a later version",
        version(Item::Uint(2)),
        "Bound",
    );
    let long = version(Item::Raw(vec![0x18, 1]));
    add(
        "version_long",
        "the version in two octets",
        long,
        "NotShortest",
    );
    let text = version(Item::Text("1".into()));
    add("version_text", "the version as text", text, "Kind");
    if is_map {
        let pop = edit(&|d| drop(d.entries().pop()));
        add("entry_less", "the last entry is missing", pop, "Keys");
        let push = edit(&|d| d.entries().push((Item::Uint(30), Item::Uint(0))));
        add("entry_more", "an entry that is not known", push, "Keys");
        let swap = edit(&|d| d.entries().swap(1, 2));
        add("keys_swapped", "two entries out of order", swap, "Keys");
        let twice = edit(&|d| d.entries()[1].0 = Item::Uint(1));
        add("key_twice", "the first key twice", twice, "Keys");
        let unknown = edit(&|d| d.entries().last_mut().unwrap().0 = Item::Uint(30));
        add(
            "key_unknown",
            "another key in the last one's place",
            unknown,
            "Keys",
        );
        let long = edit(&|d| d.entries()[1].0 = Item::Raw(vec![0x18, 2]));
        add("key_long", "a key in two octets", long, "NotShortest");
    } else {
        let pop = edit(&|d| drop(d.items().pop()));
        add("item_less", "the last item is missing", pop, "Bound");
        let push = edit(&|d| d.items().push(Item::Uint(0)));
        add("item_more", "an item more", push, "Bound");
    }
    defects
}
