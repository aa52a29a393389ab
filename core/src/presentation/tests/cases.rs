//! Presentations end to end: what is accepted, what is refused, what is learnt.

use super::*;

#[test]
fn over_eighteen_and_resident_in_one_symbol() {
    let (office, device) = (office(1, "resident"), device(2));
    let credential = office.issue(&device, values("1990-05-05", "A-1"), today());
    let (request, octets) = request(vec![vec![office.query()]], 1);
    let holdings = [holding(&credential, &office)];

    let seen = review(&octets, &holdings);
    assert_eq!(
        (seen.verifier(), seen.purpose()),
        ("Corner pharmacy", "Selling medicine")
    );
    assert_eq!(seen.warnings(), []);
    let item = &seen.items(0).unwrap()[0];
    let [city] = item.disclosed.as_slice() else {
        panic!("one value")
    };
    assert_eq!((&*city.name, &*city.value), ("city", "Aville"));
    assert!(!city.date && !city.rare);
    assert_eq!(item.proves[0].stated, Stated::Age(18));
    assert_eq!(
        in_english(item),
        ["Proves that you are 18 or older. birth_date itself is not shared."]
    );
    assert_eq!(item.hidden.len(), 7);

    let answer = answer(&octets, &holdings, &device, 5);
    eprintln!("presentation: {} octets", answer.len());
    assert!(answer.len() <= 1000);
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let verdict = verifier.verify(&request, &octets, &answer, NOW).unwrap();
    let [shown] = verdict.shown.as_slice() else {
        panic!("one credential")
    };
    assert_eq!(shown.disclosed.len(), 1);
    assert_eq!(shown.value("city").unwrap().as_integer(), Some(1));
    assert!(shown.value("birth_date").is_none());
    assert_eq!(shown.statements(NOW, "en"), ["18 or older"]);
    assert_eq!(
        shown.values_in_words("en"),
        [("city".to_owned(), "Aville".to_owned())]
    );

    // Every flip and every cut is refused.
    for bit in 0..answer.len() * 8 {
        if bit % 8 != bit / 8 % 8 {
            continue; // one bit of each octet here; the e2e crate flips them all
        }
        let mut flipped = answer.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            verifier.verify(&request, &octets, &flipped, NOW).is_err(),
            "bit {bit}"
        );
    }
    (0..answer.len()).step_by(13).for_each(|cut| {
        assert!(
            verifier
                .verify(&request, &octets, &answer[..cut], NOW)
                .is_err()
        );
    });
    assert!(
        verifier
            .verify(&request, &octets, &[answer.as_slice(), &[0]].concat(), NOW)
            .is_err()
    );

    // Another request, a changed request, later, an unknown issuer.
    let refused = |request: &Request, octets: &[u8], now| {
        verifier.verify(request, octets, &answer, now).err()
    };
    let (other, other_octets) = self::request(vec![vec![office.query()]], 2);
    assert_eq!(
        refused(&other, &other_octets, NOW),
        Some(VerifyError::OtherRequest)
    );
    assert_eq!(
        refused(&request, &octets, UnixTime(NOW.0 + 121)),
        Some(VerifyError::Expired)
    );
    let mut older = office.query();
    older.predicates = vec![over(21)];
    let changed = Request {
        alternatives: vec![vec![older]],
        ..request.clone()
    };
    assert_eq!(refused(&changed, &octets, NOW), Some(VerifyError::Invalid));
    let nobody = Verifier::new(vec![self::office(7, "resident").context]).unwrap();
    let result = nobody.verify(&request, &octets, &answer, NOW).err();
    assert_eq!(result, Some(VerifyError::UnknownIssuer));
}

#[test]
fn what_is_not_true_or_not_fresh_cannot_be_shown() {
    let (office, device) = (office(1, "resident"), device(2));
    let (request, octets) = request(vec![vec![office.query()]], 1);
    let young = office.issue(&device, values("2010-05-05", "A-1"), today());
    let seen = review(&octets, &[holding(&young, &office)]);
    assert_eq!(seen.items(0).err(), Some(ReviewError::NotTrue));
    let old = office.issue(
        &device,
        values("1990-05-05", "A-1"),
        EpochDay(today().0 - 15),
    );
    let seen = review(&octets, &[holding(&old, &office)]);
    assert_eq!(seen.items(0).err(), Some(ReviewError::TooOld));
    assert!(seen.consent(0).is_err());
    assert_eq!(
        review(&octets, &[]).items(0).err(),
        Some(ReviewError::NoCredential)
    );

    // A wallet that skips its own check is refused by the verifier.
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let fresh = office.issue(
        &device,
        values("1990-05-05", "A-1"),
        EpochDay(today().0 - 14),
    );
    let sent = answer(&octets, &[holding(&fresh, &office)], &device, 5);
    assert!(verifier.verify(&request, &octets, &sent, NOW).is_ok());
    let strict = Request {
        alternatives: vec![vec![Query {
            max_age_days: 13,
            ..office.query()
        }]],
        ..request.clone()
    };
    assert_eq!(
        verifier.verify(&strict, &octets, &sent, NOW).err(),
        Some(VerifyError::TooOld)
    );
    // What was reviewed is what is proved: another credential in its place is refused.
    let consent = review(&octets, &[holding(&fresh, &office)]).consent(0);
    let other = office.issue(&device, values("1991-06-06", "A-2"), today());
    let (shown, squares) = ([holding(&other, &office)], square_bases().unwrap());
    let swapped = prove(
        &consent.unwrap(),
        &shown,
        &device,
        &squares,
        NOW,
        &mut TestRng::new(5),
    );
    assert_eq!(swapped.err(), Some(ProveError::OtherHoldings));
    // Another person's device cannot answer for this credential.
    let stolen = answer(&octets, &[holding(&fresh, &office)], &self::device(99), 5);
    assert_eq!(
        verifier.verify(&request, &octets, &stolen, NOW).err(),
        Some(VerifyError::Invalid)
    );
}

#[test]
fn two_credentials_one_device_and_an_equal_attribute() {
    let (city, clinic, device) = (office(1, "resident"), office(3, "patient"), device(2));
    let mut second = clinic.query();
    second.disclose = vec![DISTRICT];
    second.predicates = vec![
        Predicate {
            attribute: NUMBER,
            test: Test::EqualTo {
                query: 0,
                attribute: NUMBER,
            },
        },
        Predicate {
            attribute: CITY,
            test: Test::Holds(Statement::OneOf(vec![1, 2])),
        },
        Predicate {
            attribute: BORN,
            test: Test::Holds(Statement::AtLeast(100, Profile::Bits)),
        },
    ];
    second.pseudonym = Some(b"pharmacy 2026".to_vec());
    let (request, octets) = request(vec![vec![city.query(), second]], 1);
    let resident = city.issue(&device, values("1990-05-05", "A-1"), today());
    let patient = clinic.issue(&device, values("1990-05-05", "A-1"), today());
    let holdings = [holding(&resident, &city), holding(&patient, &clinic)];
    let seen = review(&octets, &holdings);
    assert_eq!(seen.warnings(), [Warning::MoreThanRegistered]);
    let verifier = Verifier::new(vec![city.context.clone(), clinic.context.clone()]).unwrap();
    let one = answer(&octets, &holdings, &device, 5);
    let verdict = verifier.verify(&request, &octets, &one, NOW).unwrap();
    // The pseudonym is the same at the next showing; nothing else is.
    let two = answer(&octets, &holdings, &device, 6);
    let again = verifier.verify(&request, &octets, &two, NOW).unwrap();
    assert_eq!(verdict.shown[1].pseudonym, again.shown[1].pseudonym);
    assert!(verdict.shown[1].pseudonym.is_some() && verdict.shown[0].pseudonym.is_none());
    assert_eq!(one.len(), two.len());

    let another = clinic.issue(&device, values("1990-05-05", "B-2"), today());
    let mixed = [holding(&resident, &city), holding(&another, &clinic)];
    assert_eq!(
        review(&octets, &mixed).items(0).err(),
        Some(ReviewError::NotTrue)
    );
    // Reviewed with one credential and proved with another: `prove` refuses, and so does the
    // verifier, where a wallet does not check.
    let consent = review(&octets, &holdings).consent(0).unwrap();
    let squares = square_bases().unwrap();
    let rng = &mut TestRng::new(5);
    let refused = prove(&consent, &mixed, &device, &squares, NOW, rng);
    assert_eq!(refused.err(), Some(ProveError::OtherHoldings));
    let forged = prove::prove_anything(&consent, &mixed, &device, &squares, NOW, rng).unwrap();
    assert_eq!(
        verifier.verify(&request, &octets, &forged, NOW).err(),
        Some(VerifyError::Invalid)
    );
}

#[test]
fn an_unregistered_verifier_is_named_and_a_forged_request_refused() {
    let office = office(1, "resident");
    let (_, octets) = request(vec![vec![office.query()]], 1);
    let verified = VerifiedRequest::verify(&octets, None, NOW).unwrap();
    let seen = Review::new(verified, &[], NOW, "en");
    assert_eq!(seen.warnings(), [Warning::UnknownVerifier]);
    for bit in 0..octets.len() * 8 {
        let mut flipped = octets.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let result = VerifiedRequest::verify(&flipped, Some(&trust()), NOW);
        assert!(result.is_err(), "bit {bit}");
    }
    (0..octets.len()).for_each(|cut| {
        assert!(VerifiedRequest::verify(&octets[..cut], None, NOW).is_err());
    });
    let early = VerifiedRequest::verify(&octets, None, UnixTime(NOW.0 - 301)).err();
    assert_eq!(early, Some(RequestError::Time));
}

/// What the trust list says of a verifier counts more than what the verifier carries.
#[test]
fn a_listed_verifier_is_known_by_its_listed_key() {
    let office = office(1, "resident");
    let (_, octets) = request(vec![vec![office.query()]], 1);
    let listed = |signing: &SigningKey, allowances| TrustList {
        verifiers: vec![VerifierEntry {
            id: VerifierId([8; 16]),
            names: texts("Pharmacy as listed"),
            signing: signing.verifying_key(),
            allowances,
        }],
        ..trust()
    };
    let warnings = |list: &TrustList| {
        let verified = VerifiedRequest::verify(&octets, Some(list), NOW).unwrap();
        let seen = Review::new(verified, &[], NOW, "en");
        assert_eq!(seen.verifier(), "Pharmacy as listed");
        seen.warnings()
    };
    let mut allowance = Allowance {
        purpose: "age".into(),
        schema: office.context.schema_id,
        disclose: vec![CITY],
        prove: vec![Provable {
            kind: 0,
            attribute: BORN,
        }],
        pseudonym: false,
    };
    assert_eq!(warnings(&listed(&counter(), vec![allowance.clone()])), []);
    let impostor = listed(&root(), vec![allowance.clone()]);
    assert_eq!(
        VerifiedRequest::verify(&octets, Some(&impostor), NOW).err(),
        Some(RequestError::OtherVerifier)
    );
    allowance.prove[0].kind = 1;
    assert_eq!(
        warnings(&listed(&counter(), vec![allowance.clone()])),
        [Warning::MoreThanRegistered]
    );
    allowance.purpose = "rent".into();
    assert_eq!(
        warnings(&listed(&counter(), vec![allowance])),
        [Warning::UnregisteredPurpose]
    );
}

fn in_english(item: &ReviewItem) -> Vec<String> {
    item.proves.iter().map(Proved::to_string).collect()
}

/// An age is said of the date of birth alone: eighteen years of residence make nobody of age.
#[test]
fn an_age_is_said_of_the_birth_date_alone() {
    const SINCE: usize = 5;
    let (office, device) = (office(1, "resident"), device(2));
    let credential = office.issue(&device, values("1990-05-05", "A-1"), today());
    let mut query = office.query();
    query.predicates[0] = over(11);
    query.predicates[0].attribute = SINCE;
    let (_, octets) = request(vec![vec![query]], 1);
    let seen = review(&octets, &[holding(&credential, &office)]);
    assert_eq!(
        in_english(&seen.items(0).unwrap()[0]),
        ["Proves that since is on or before 2015-11-23. since itself is not shared."]
    );
}

#[test]
fn more_range_proofs_than_can_be_tried_together_are_refused() {
    let office = office(1, "resident");
    let mut query = office.query();
    query.predicates = vec![over(18); 4];
    let at_most = |n| {
        let (_, octets) = request(vec![vec![query.clone(); n]], 1);
        VerifiedRequest::verify(&octets, None, NOW).err()
    };
    assert_eq!(at_most(2), None);
    assert!(matches!(at_most(3), Some(RequestError::Encoding(_))));
}

#[test]
fn a_batch_finds_the_bad_ones() {
    let (office, device) = (office(1, "resident"), device(2));
    let credential = office.issue(&device, values("1990-05-05", "A-1"), today());
    // A credential by another key under the same ids: everything but the pairing is right.
    let impostor = SecretScalar::random(&mut TestRng::new(50));
    let mut forged = Credential::from_octets(&credential.to_octets()).unwrap();
    let b = office.context.key.b(
        &credential.messages(&office.context),
        Some(&credential.device_point().unwrap()),
    );
    forged.signature = office
        .context
        .key
        .finalize_blind_sign(&impostor, &b.unwrap())
        .unwrap()
        .to_octets();
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let unpaired: Vec<_> = (0..12u8)
        .map(|i| {
            let (request, octets) = request(vec![vec![office.query()]], i);
            let chosen = if i % 5 == 3 { &forged } else { &credential };
            let mut sent = answer(&octets, &[holding(chosen, &office)], &device, i.into());
            if i == 6 {
                sent[100] ^= 1;
            }
            verifier.verify_unpaired(&request, &octets, &sent, NOW)
        })
        .collect();
    let verdicts = verifier.verify_batch(unpaired, &mut TestRng::new(1));
    let bad: Vec<_> = verdicts
        .iter()
        .enumerate()
        .filter(|v| v.1.is_err())
        .map(|v| v.0)
        .collect();
    assert_eq!(bad, [3, 6, 8]);
}

/// Answers checked by one verifier and settled by another, as after a new trust list.
#[test]
fn a_batch_is_settled_under_the_keys_its_answers_hold() {
    let (office, other, device) = (office(1, "resident"), office(3, "patient"), device(2));
    let mut forged = office.issue(&device, values("1990-05-05", "A-1"), today());
    let a = crate::curve::G1Affine::from_octets(forged.signature.first_chunk().unwrap()).unwrap();
    forged.signature[..48].copy_from_slice(&crate::curve::G1::from(a).double().to_octets());
    let good = office.issue(&device, values("1990-05-05", "A-1"), today());
    let contexts = [other.context.clone(), office.context.clone()];
    let (both, one) = (
        Verifier::new(contexts.to_vec()).unwrap(),
        Verifier::new(contexts[..1].to_vec()).unwrap(),
    );
    let unpaired = |credential, seed| {
        let (request, octets) = request(vec![vec![office.query()]], seed);
        let sent = answer(
            &octets,
            &[holding(credential, &office)],
            &device,
            seed.into(),
        );
        both.verify_unpaired(&request, &octets, &sent, NOW)
    };
    let answers = vec![unpaired(&good, 1), unpaired(&forged, 2)];
    let settled = one.verify_batch(answers, &mut TestRng::new(1));
    assert!(settled[0].is_ok() && settled[1].is_err());
}

/// The reason that helps: her card is there and only too old, whatever other cards she has.
#[test]
fn the_reason_is_that_of_the_card_which_came_closest() {
    let (office, other, device) = (office(1, "resident"), office(3, "patient"), device(2));
    let (_, octets) = request(vec![vec![office.query()]], 1);
    let old = EpochDay(today().0 - 15);
    let old = office.issue(&device, values("1990-05-05", "A-1"), old);
    let patient = other.issue(&device, values("1990-05-05", "A-1"), today());
    let holdings = [holding(&old, &office), holding(&patient, &other)];
    assert_eq!(
        review(&octets, &holdings).items(0).err(),
        Some(ReviewError::TooOld)
    );
    let young = office.issue(&device, values("2010-05-05", "A-1"), today());
    let holdings = [holding(&young, &office), holding(&old, &office)];
    assert_eq!(
        review(&octets, &holdings).items(0).err(),
        Some(ReviewError::NotTrue)
    );
}

/// Two verifiers that name one scope get two pseudonyms.
#[test]
fn a_pseudonym_is_one_verifiers_own() {
    let (office, device) = (office(1, "resident"), device(2));
    let credential = office.issue(&device, values("1990-05-05", "A-1"), today());
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let pseudonym = |id: u8, seed| {
        let mut query = office.query();
        query.pseudonym = Some(b"join us".to_vec());
        let (mut request, _) = request(vec![vec![query]], seed);
        request.verifier = VerifierId([id; 16]);
        let registration = Registration {
            verifier: request.verifier,
            key: counter().verifying_key(),
            names: texts("Somebody"),
            allowances: Vec::new(),
            expires: UnixTime(NOW.0 + 1000),
        };
        request.registration = registration.sign(&root());
        let octets = request.sign(&counter());
        let sent = answer(
            &octets,
            &[holding(&credential, &office)],
            &device,
            seed.into(),
        );
        let verdict = verifier.verify(&request, &octets, &sent, NOW).unwrap();
        verdict.shown[0].pseudonym.unwrap()
    };
    assert_eq!(pseudonym(1, 1), pseudonym(1, 2));
    assert_ne!(pseudonym(1, 3), pseudonym(2, 4));
}
