//! The counter's folder, its trust list, its policies, its requests: what is said, and the exit codes.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::transport::frames::{Joiner, Progress};
use glimpse_core::transport::image::decode_png;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_rehearsal::{DAY, Office, Town, rng};
use glimpse_terminal::{now, to_hex};
use glimpse_verifier::Policy;
use support::{Shop, policy};

#[test]
fn a_counter_is_made_once_and_says_what_it_lacks() {
    let shop = Shop::open();
    let again = shop.run(&["init", "--name", "en=Other"]);
    assert_eq!((again.code, again.err.contains("already")), (1, true));
    let none = shop.at("nowhere", &["trust", "show"]);
    assert_eq!(
        (none.code, none.err.contains("init")),
        (1, true),
        "{}",
        none.err
    );
    shop.at("bare", &["init", "--name", "en=Bare"]);
    let x = shop.file("x", b"x");
    for command in [&["request"][..], &["policy", "lint"], &["check"]] {
        let command: Vec<_> = command.iter().copied().chain([&*x]).collect();
        let said = shop.at("bare", &command);
        let named = said.err.contains("no trust list yet");
        assert_eq!((said.code, named), (1, true), "{}", said.err);
    }
    // A mistake on the command line is not a refusal.
    assert_eq!(shop.run(&["chek"]).code, 1);
    assert_eq!(shop.run(&["check"]).code, 1);
    assert_eq!(shop.run(&["--help"]).code, 0);
    let said = shop.at("nowhere", &["--json", "trust", "show"]);
    assert!(said.json()["error"].as_str().unwrap().contains("init"));
}

#[test]
fn the_trust_list_is_shown_and_only_a_newer_one_replaces_it() {
    let mut shop = Shop::open();
    let shown = shop.run(&["trust", "show"]).out;
    let key = shop.town.city.context.key_id.to_string();
    for word in [
        "number 1",
        "City of Rivermouth",
        "Harbour Clinic",
        &key,
        "`patient`",
        "in use",
        &to_hex(shop.town.root().as_bytes()),
    ] {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    let json = shop.run(&["trust", "show", "--json"]).json();
    assert_eq!(json["sequence"], 1);
    assert_eq!(json["ended"], false);
    assert_eq!(json["issuers"].as_array().unwrap().len(), 2);
    shop.town.list.sequence = 2;
    let newer = shop.file("newer", &shop.town.signed());
    assert_eq!(shop.run(&["trust", &newer]).code, 0);
    shop.town.list.issuers[0].region = "ELSEWHERE".to_owned();
    let fork = shop.file("fork", &shop.town.signed());
    let said = shop.run(&["trust", &fork]);
    assert_eq!(
        (said.code, said.err.contains("same number")),
        (1, true),
        "{}",
        said.err
    );
    shop.town.list.sequence = 1;
    let older = shop.file("older", &shop.town.signed());
    let said = shop.run(&["trust", &older]);
    assert_eq!(
        (said.code, said.err.contains("older")),
        (1, true),
        "{}",
        said.err
    );
    let stranger = Town::new(shop.town.now, &mut rng());
    let root = to_hex(stranger.root().as_bytes());
    let strange = shop.file("strange", &stranger.signed());
    assert_eq!(shop.run(&["trust", &strange, "--root", &root]).code, 1);
    // A later list is taken on the one in use, and no root would help.
    let said = shop.run(&["trust", &strange]);
    assert_eq!((said.code, said.err.contains("--root")), (1, false));
    assert_eq!(shop.run(&["trust", "show", "--json"]).json()["sequence"], 2);
    // A first list needs a root that came another way.
    shop.at("bare", &["init", "--name", "en=Bare"]);
    let said = shop.at("bare", &["trust", &newer]);
    assert_eq!(
        (said.code, said.err.contains("--root")),
        (1, true),
        "{}",
        said.err
    );
}

#[test]
fn a_registration_of_another_counter_or_publisher_is_not_kept() {
    let shop = Shop::open();
    shop.furnish("second");
    // `registration` is now the second counter's.
    let other = shop.path("registration");
    let said = shop.run(&["registration", other.to_str().unwrap()]);
    assert_eq!(
        (said.code, said.err.contains("another")),
        (1, true),
        "{}",
        said.err
    );
    let garbage = shop.file("garbage", b"garbage");
    assert_eq!(shop.run(&["registration", &garbage]).code, 1);
    let json = shop
        .at(
            "second",
            &["registration", other.to_str().unwrap(), "--json"],
        )
        .json();
    assert_eq!(json["name"], "Corner Pharmacy");
}

#[test]
fn a_lint_fails_on_errors_and_on_warnings_where_it_is_strict() {
    let shop = Shop::open();
    let fine = shop.run(&["policy", "lint", "--strict", &policy("over-18")]);
    assert_eq!(
        (fine.code, fine.out.contains("nothing to remark")),
        (0, true),
        "{}",
        fine.out
    );
    let asks = |show: &str| {
        format!(
            "name = {{ en = \"x\" }}\npurpose = \"medicine\"\nreason = {{ en = \"x\" }}\n[[alternative]]\n[[alternative.card]]\nschema = \"resident\"\nshow = [\"{show}\"]\n"
        )
    };
    let curious = shop.file("curious.toml", asks("number").as_bytes());
    let wrong = shop.file("wrong.toml", asks("shoe_size").as_bytes());
    let broken = shop.file("broken.toml", b"name = ");
    let said = shop.run(&["policy", "lint", &curious]);
    assert_eq!(
        (said.code, said.out.contains("warning")),
        (0, true),
        "{}",
        said.out
    );
    assert_eq!(shop.run(&["policy", "lint", "--strict", &curious]).code, 1);
    let said = shop.run(&["policy", "lint", &curious, &wrong, &broken, "--json"]);
    assert_eq!(said.code, 1);
    let json = said.json();
    let codes = |file: usize| {
        let findings = json[file]["findings"].as_array().unwrap().iter();
        findings
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(codes(0).contains(&"identifies".to_owned()));
    assert!(codes(0).contains(&"beyond_registration".to_owned()));
    assert_eq!(codes(1), ["cannot_be_asked"]);
    assert_eq!(codes(2), ["cannot_be_read"]);
    assert_eq!(json[1]["findings"][0]["severity"], "error");
    assert_eq!(shop.run(&["policy", "lint", "/nowhere"]).code, 1);
}

/// The collection, by the demo's own schemas and a registration for just what they ask.
#[test]
fn every_policy_of_the_collection_is_linted_clean() {
    let (rng, now) = (&mut rng(), now().unwrap());
    let mut town = Town::new(now, rng);
    let demo = [
        include_str!("../../../issuer/schemas/resident.json"),
        include_str!("../../../issuer/schemas/patient.json"),
    ];
    let [resident, patient] = demo.map(|text| glimpse_issuer::json::schema(text).unwrap());
    let until = UnixTime(now.0 + 90 * DAY);
    town.city = Office::new(resident, rng);
    town.clinic = Office::new(patient, rng);
    let entries = [
        town.city.entry("City", now, until),
        town.clinic.entry("Clinic", now, until),
    ];
    town.list.issuers = entries.to_vec();
    let mut read = 0;
    for entry in std::fs::read_dir(support::POLICIES).unwrap() {
        let path = entry.unwrap().path();
        let policy = Policy::from_toml(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let question = policy.question(&town.list, now).unwrap();
        let queries = question.alternatives.iter().flatten();
        let registration = glimpse_verifier::Registration {
            verifier: glimpse_core::ids::VerifierId([7; 16]),
            key: town.root(),
            names: Texts::new(&[("en", "Counter")]),
            allowances: queries
                .map(|query| allowance(&policy.purpose, query))
                .collect(),
            expires: until,
        };
        let findings = policy.lint(&town.list, Some(&registration), now);
        assert_eq!(findings, [], "{}", path.display());
        let languages: Vec<_> = policy.reason.iter().map(|(language, _)| language).collect();
        assert_eq!(languages.len(), 4, "{}", path.display());
        read += 1;
    }
    assert!(read >= 5);
}

fn allowance(purpose: &str, query: &glimpse_verifier::Query) -> glimpse_core::trust::Allowance {
    let proves = query
        .predicates
        .iter()
        .map(|p| glimpse_core::trust::Provable {
            kind: p.kind(),
            attribute: p.attribute,
        });
    let mut prove: Vec<_> = proves.collect();
    prove.sort_by_key(|p| (p.kind, p.attribute));
    glimpse_core::trust::Allowance {
        purpose: purpose.to_owned(),
        schema: query.schema,
        disclose: query.disclose.clone(),
        prove,
        pseudonym: false,
    }
}

#[test]
fn a_request_goes_out_as_text_picture_file_drawing_and_frames() {
    let shop = Shop::open();
    let name = policy("medicine");
    let (png, file) = (shop.path("request.png"), shop.path("request"));
    let (png, file) = (png.to_str().unwrap(), file.to_str().unwrap());
    let frames = shop.path("frames");
    let said = shop.run(&[
        "request",
        &name,
        "--png",
        png,
        "--out",
        file,
        "--animated",
        frames.to_str().unwrap(),
        "--json",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let json = said.json();
    assert_eq!(json["registered"], true);
    let octets = std::fs::read(file).unwrap();
    let text = decode_png(&std::fs::read(png).unwrap()).unwrap();
    assert_eq!(json["text"], text);
    assert_eq!(qr::decode_as(DocumentKind::Request, &text).unwrap(), octets);
    let pictures = support::contents(&frames);
    assert_eq!(json["frames"], pictures.len());
    let mut joiner = Joiner::new();
    let joined = pictures.iter().rev().find_map(|(_, picture)| {
        match joiner.receive(&decode_png(picture).unwrap()).unwrap() {
            Progress::Complete(kind, document) => Some((kind, document)),
            Progress::Waiting { .. } => None,
        }
    });
    assert_eq!(joined, Some((DocumentKind::Request, octets)));
    assert!(shop.run(&["request", &name, "--qr"]).out.contains('█'));
    // An unregistered counter may ask, and is told.
    shop.at("bare", &["init", "--name", "en=Bare"]);
    let (list, root) = (shop.path("trust-list"), to_hex(shop.town.root().as_bytes()));
    shop.at("bare", &["trust", list.to_str().unwrap(), "--root", &root]);
    let said = shop.at("bare", &["request", &name]);
    assert_eq!(
        (said.code, said.err.contains("not registered")),
        (0, true),
        "{}",
        said.err
    );
}
