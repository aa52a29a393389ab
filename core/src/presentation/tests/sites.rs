//! Requests whose answers go to one site: nowhere else does a wallet answer them.

use super::*;
use crate::ids::Origin;

#[test]
fn a_sites_request_is_answered_to_its_site_alone() {
    let (office, device) = (office(1, "resident"), device(2));
    let card = office.issue(&device, values("1990-05-05", "A-1"), today());
    let holdings = [holding(&card, &office)];
    let site = Origin::parse("https://shop.example").unwrap();
    let (request, _) = request(vec![vec![office.query()]], 1);
    let request = Request {
        answer_to: Some(site.clone()),
        ..request
    };
    let octets = request.sign(&counter());
    let list = trust();
    let shown = VerifiedRequest::verify(&octets, Some(&list), NOW);
    assert_eq!(shown.err(), Some(RequestError::ForSite));
    let sent = |to: &Origin| VerifiedRequest::verify_for(&octets, Some(to), Some(&list), NOW);
    let other = Origin::parse("https://shop.example.evil.example").unwrap();
    assert_eq!(sent(&other).err(), Some(RequestError::ForSite));

    let review = Review::new(sent(&site).unwrap(), &holdings, NOW, "en");
    let consent = review.consent(0).unwrap();
    let (squares, rng) = (square_bases().unwrap(), &mut TestRng::new(5));
    let answer = prove(&consent, &holdings, &device, &squares, NOW, rng).unwrap();
    let verifier = Verifier::new(vec![office.context.clone()]).unwrap();
    let check = |request: &Request, octets: &[u8]| {
        verifier
            .verify(request, octets, &answer, NOW)
            .map(|v| v.alternative)
    };
    assert_eq!(check(&request, &octets), Ok(0));
    // The origin is among what the answer is bound to.
    let counters = Request {
        answer_to: None,
        ..request
    };
    let error = check(&counters, &counters.sign(&counter()));
    assert_eq!(error, Err(VerifyError::OtherRequest));
}
