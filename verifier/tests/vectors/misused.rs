//! Cases in which the answer itself is wrong: changed, forged, stale, or no answer at all.

use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Test};
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_verifier::{Policy, Question};

use super::scene::asked_anyway;
use super::scene::{Answer, Case, Made, NOW, OVER_18, PHARMACY, WORLD, answered, asked};
use super::world::holding;

const DAY: u64 = 86_400;
/// Where an answer names its request: after the head, the version and the string's head.
const DIGEST: core::ops::Range<usize> = 3..11;
const NO_ANSWER: (&str, &str) = ("refused", "not_an_answer");
const FALSE: (&str, &str) = ("refused", "false_proof");

pub(super) fn cases() -> Vec<Case> {
    [changed(), garbage(), stale(), damaged()].concat()
}

/// An answer that says it is for another request.
fn readdressed(answer: &[u8], made: &Made) -> Vec<u8> {
    let mut octets = answer.to_vec();
    octets[DIGEST].copy_from_slice(&made.ticket().0);
    octets
}

fn changed() -> Vec<Case> {
    let flipped = |place: fn(usize) -> usize| {
        move |case: &mut Case| {
            let octets = case.octets();
            let place = place(octets.len());
            octets[place] ^= 1;
        }
    };
    vec![
        Case::bad(
            "bad_proof_bit_flipped",
            "one bit of the proof's middle is changed",
            FALSE,
        )
        .with(flipped(|length| length / 2)),
        Case::bad(
            "bad_last_bit_flipped",
            "the last bit of the answer is changed",
            FALSE,
        )
        .with(flipped(|length| length - 1)),
        Case::bad(
            "bad_other_city",
            "the city that is shown is another one",
            FALSE,
        )
        .with(|case| {
            // [1, digest, 0, [[key, epoch, [city]]], proof]: a small number, its place from the front.
            let octets = case.octets();
            let (key, epoch) = (11 + 1 + 1 + 1, 9 + 3);
            let city = key + epoch + 1;
            assert_eq!(octets[city], 1);
            octets[city] = 2;
        }),
        Case::bad(
            "bad_readdressed",
            "an answer to an earlier request, made to name the one on the screen",
            FALSE,
        )
        .with(|case| {
            let later = asked(PHARMACY, OVER_18, 32);
            *case.octets() = readdressed(case.octets(), &later);
            case.requests.push(later);
            case.latest = Some(1);
        }),
        Case::bad(
            "bad_cut_short",
            "the answer's last octet is missing",
            NO_ANSWER,
        )
        .with(|case| {
            case.octets().pop();
        }),
        Case::bad("bad_more_octets", "an octet follows the answer", NO_ANSWER).with(|case| {
            case.octets().push(0);
        }),
    ]
}

fn garbage() -> Vec<Case> {
    let answers = |name, tests, answer| {
        Case::bad(name, tests, NO_ANSWER).with(move |case| case.answer = answer)
    };
    let text = |text: &str| Answer::Text(text.to_owned());
    let made = asked(PHARMACY, OVER_18, 31);
    let request = qr::encode(DocumentKind::Request, &made.request).unwrap();
    let trust = qr::encode(DocumentKind::TrustList, &WORLD.trust_list(|_| {})).unwrap();
    vec![
        answers("bad_empty", "no octets at all", Answer::Octets(Vec::new())),
        answers(
            "bad_garbage",
            "octets that are no document",
            Answer::Octets(vec![0xff; 64]),
        ),
        answers(
            "bad_garbage_text",
            "another program's QR code",
            text("https://example.org/"),
        ),
        answers(
            "bad_damaged_text",
            "an answer's text with a letter that Base45 does not have",
            text("GA1abc"),
        ),
        answers(
            "bad_not_utf8",
            "octets that are neither text nor a document",
            Answer::Octets(vec![b'G', b'A', b'1', 0xc3, 0x28]),
        ),
        answers(
            "bad_huge",
            "a hundred thousand octets",
            Answer::Octets(vec![0x85; 100_000]),
        ),
        answers("bad_huge_text", "a text longer than any QR code", {
            Answer::Text("GA1".to_owned() + &"0".repeat(7000))
        }),
        Case::bad(
            "bad_request_text",
            "the QR text of the counter's own request",
            ("refused", "other_document"),
        )
        .with(|case| case.answer = Answer::Text(request)),
        Case::bad("bad_trust_list_text", "the QR text of a trust list", {
            ("refused", "other_document")
        })
        .with(|case| case.answer = Answer::Text(trust)),
    ]
}

fn stale() -> Vec<Case> {
    let too_old = ("refused", "too_old");
    let old = UnixTime(NOW.0 - 21 * DAY);
    let early = UnixTime(NOW.0 + 14 * DAY);
    let renewed = |name, tests, when: UnixTime| {
        Case::bad(name, tests, too_old).with(|case| {
            let card = WORLD
                .registry
                .issue(super::world::World::resident_values(), when);
            let cards = [holding(&card, &WORLD.registry)];
            let answer = WORLD.answer(&case.requests[0].request, 0, &cards, when);
            *case.octets() = answer;
        })
    };
    vec![
        renewed(
            "bad_too_old",
            "a card that was renewed three weeks ago, by a wallet whose clock stands still",
            old,
        ),
        renewed(
            "bad_renewed_in_the_future",
            "a card of a period that has not begun",
            early,
        ),
    ]
}

fn damaged() -> Vec<Case> {
    // The number of the registry's attribute `name`, of which no bound can be proved.
    let bound = Statement::AtMost(10, Profile::ThreeSquares);
    let trust = glimpse_core::trust::Accepted::restore(&WORLD.trust_list(|_| {})).unwrap();
    let policy = Policy::from_toml(OVER_18).unwrap();
    let mut question: Question = policy.question(&trust.list, NOW).unwrap();
    question.purpose_texts = Texts::new(&[("en", "A question that no policy makes")]);
    question.alternatives[0][0].predicates = vec![Predicate {
        attribute: 0,
        test: Test::Holds(bound),
    }];
    let misfit = asked_anyway(&question, 34);
    vec![
        Case::bad(
            "bad_request_misfits",
            "the request asks for what the card's schema cannot prove",
            ("cannot_tell", "misfit"),
        )
        .with(|case| {
            *case.octets() = readdressed(&answered(&case.requests[0], 0), &misfit);
            case.requests = vec![misfit];
        }),
        Case::bad(
            "bad_record_damaged",
            "what the record holds is no request of this counter",
            ("cannot_tell", "damaged"),
        )
        .with(|case| {
            case.requests[0].request.pop();
            let damaged = case.requests[0].clone();
            *case.octets() = readdressed(case.octets(), &damaged);
        }),
    ]
}
