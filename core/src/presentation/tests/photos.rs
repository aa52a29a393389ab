//! Photos: what the holder is shown of one, and how an answer that holds it travels.

use super::*;
use crate::transport::DocumentKind;
use crate::transport::frames::{Joiner, Progress, Splitter};

/// A badge with a photo of at most 3,000 octets.
fn gym() -> Office {
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    };
    let schema = Schema {
        code: "badge".into(),
        names: texts("Badge"),
        attributes: vec![
            attribute("birth_date", AttributeType::Date),
            attribute("photo", AttributeType::Photo(3000)),
        ],
        epoch_days: 1,
    };
    let sk = SecretScalar::random(&mut TestRng::new(4));
    let context = CredentialContext::new(schema, IssuerId([4; 16]), PublicKey::of(&sk)).unwrap();
    Office {
        sk,
        context: Arc::new(context),
    }
}

#[test]
fn a_photo_is_seen_before_it_is_shown_and_comes_as_a_moving_code() {
    let (gym, device) = (gym(), device(2));
    let jpeg = [&[0xff, 0xd8, 0xff][..], &[7; 2997]].concat();
    let born = Value::date(AttributeDate::parse("1990-05-05").unwrap());
    let card = gym.issue(&device, vec![born, Value::bytes(&jpeg)], today());
    let holdings = [holding(&card, &gym)];
    let photo = Query {
        disclose: vec![1],
        predicates: vec![Predicate {
            attribute: 0,
            ..over(18)
        }],
        ..gym.query()
    };
    let (request, octets) = request(vec![vec![photo]], 1);
    let seen = review(&octets, &holdings);
    let [shown] = seen.items(0).unwrap()[0].disclosed.as_slice() else {
        panic!("one value")
    };
    assert_eq!(shown.value, "photo, 3,000 octets");
    assert_eq!(shown.photo.as_deref(), Some(jpeg.as_slice()));
    assert!(shown.rare && !shown.date);

    let sent = answer(&octets, &holdings, &device, 5);
    eprintln!("with a photo of 3,000 octets: {} octets", sent.len());
    assert!(sent.len() < 3_000 + 700);
    let mut frames = Splitter::new(DocumentKind::Answer, &sent, 400).unwrap();
    assert!(frames.fragments() <= 10);
    let mut joiner = Joiner::new();
    let came = loop {
        let frame = frames.next_frame().unwrap();
        if let Progress::Complete(DocumentKind::Answer, came) = joiner.receive(&frame).unwrap() {
            break came;
        }
    };
    let verifier = Verifier::new(vec![gym.context.clone()]).unwrap();
    let verdict = verifier.verify(&request, &octets, &came, NOW).unwrap();
    let [shown] = verdict.shown.as_slice() else {
        panic!("one credential")
    };
    let kind = &gym.context.schema.attributes[1].kind;
    let photo = shown.value("photo").unwrap();
    assert_eq!(photo.photo(kind), Some(jpeg.as_slice()));
    assert_eq!(photo.photo(&AttributeType::Bytes(3000)), None);
}
