//! Posters: many answers, each within its window, each in one form.

use super::*;
use crate::cbor::CborError;

const WINDOW: u32 = 60;
const DAY: u64 = 86_400;

fn poster(office: &Office) -> (Request, Vec<u8>) {
    let (request, _) = request(vec![vec![office.query()]], 1);
    let request = Request {
        freshness: Freshness::Poster { window: WINDOW },
        expires: UnixTime(NOW.0 + 366 * DAY),
        ..request
    };
    let octets = request.sign(&counter());
    (request, octets)
}

/// An answer that is made so many seconds after [`NOW`].
fn answer_at(
    seconds: u64,
    octets: &[u8],
    holdings: &[Holding<'_>],
    device: &SoftwareDevice,
) -> Vec<u8> {
    let consent = review(octets, holdings).consent(0).unwrap();
    let (squares, rng) = (square_bases().unwrap(), &mut TestRng::new(seconds));
    let now = UnixTime(NOW.0 + seconds);
    prove(&consent, holdings, device, &squares, now, rng).unwrap()
}

#[test]
fn a_poster_is_answered_by_many_each_within_its_window() {
    let (office, device, other) = (office(1, "resident"), device(2), device(3));
    let (request, octets) = poster(&office);
    let cards = [(&device, "A-1"), (&other, "B-2")]
        .map(|(device, number)| office.issue(device, values("1990-05-05", number), today()));
    let holdings = [0, 1].map(|i| [holding(&cards[i], &office)]);
    let seen = review(&octets, &holdings[0]);
    assert_eq!(seen.warnings(), [Warning::Poster]);
    assert_eq!(seen.expires(), request.expires);
    assert_eq!(
        seen.accepted_until(UnixTime(NOW.0 + 17)),
        UnixTime(NOW.0 + 10 + 60)
    );
    assert_eq!(seen.accepted_until(request.expires), request.expires);

    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let moment = NOW.0 + 30;
    for (holding, device) in holdings.iter().zip([&device, &other]) {
        let answer = answer_at(39, &octets, holding, device);
        let check = |now| verifier.verify(&request, &octets, &answer, UnixTime(now));
        for now in [moment - 60, moment, moment + 60] {
            assert_eq!(check(now).unwrap().moment, Some(UnixTime(moment)));
        }
        for now in [0, moment - 61, moment + 61, moment + DAY] {
            assert_eq!(check(now).err(), Some(VerifyError::Moment));
        }
        assert_eq!(
            check(request.expires.0 + 1).err(),
            Some(VerifyError::Expired)
        );

        // Dated anew, without its date, or as an answer to a request of another kind.
        let at = |answer: &[u8]| {
            let octets = u32::try_from(moment).unwrap().to_be_bytes();
            answer.windows(4).position(|four| four == octets).unwrap()
        };
        let later = u32::try_from(moment + 60).unwrap().to_be_bytes();
        let mut dated = answer.clone();
        dated[at(&answer)..at(&answer) + 4].copy_from_slice(&later);
        let refused = |answer: &[u8], now| verifier.verify(&request, &octets, answer, now).err();
        assert_eq!(
            refused(&dated, UnixTime(moment + 120)),
            Some(VerifyError::Invalid)
        );
        let mut odd = answer.clone();
        odd[at(&answer) + 3] ^= 1;
        let bound = Some(VerifyError::Encoding(CborError::Bound));
        assert_eq!(refused(&odd, NOW), bound);
        let mut undated = answer.clone();
        undated.drain(at(&answer) - 1..at(&answer) + 4);
        undated[0] = 0x85;
        assert_eq!(refused(&undated, NOW), bound);
        let once = Request {
            freshness: Freshness::Nonce(Nonce([1; 16])),
            ..request.clone()
        };
        let taken = verifier.verify(&once, &octets, &answer, NOW).err();
        assert_eq!(taken, bound);
    }

    // Whoever asks with a nonce is answered without a date, whatever the time.
    let (request, octets) = super::request(vec![vec![office.query()]], 1);
    let answer = answer_at(39, &octets, &holdings[0], &device);
    let verdict = verifier.verify(&request, &octets, &answer, NOW).unwrap();
    assert_eq!(verdict.moment, None);
}

#[test]
fn an_answer_to_a_poster_has_one_form() {
    let (office, device) = (office(1, "resident"), device(2));
    let (request, octets) = poster(&office);
    let card = office.issue(&device, values("1990-05-05", "A-1"), today());
    let answer = answer_at(5, &octets, &[holding(&card, &office)], &device);
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let refused = |answer: &[u8]| verifier.verify(&request, &octets, answer, NOW).is_err();
    assert!(!refused(&answer));
    for bit in 0..answer.len() * 8 {
        // Every bit of what is not the proof, and one of each octet of the proof.
        if bit / 8 < 64 || bit % 8 == bit / 8 % 8 {
            let mut flipped = answer.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(&flipped), "bit {bit}");
            assert_ne!(answer_digest(&flipped), answer_digest(&answer));
        }
    }
    (0..answer.len()).for_each(|cut| assert!(refused(&answer[..cut])));
    assert!(refused(&[answer.as_slice(), &[0]].concat()));
    // The holder's next answer is another one, though it tells the same.
    let again = answer_at(6, &octets, &[holding(&card, &office)], &device);
    assert!(!refused(&again));
    assert_ne!(answer_digest(&again), answer_digest(&answer));
}
