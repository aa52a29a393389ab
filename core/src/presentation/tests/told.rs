//! A review calls hidden only what stays hidden: statements together, and equalities, can give a value
//! away without a query that discloses it.

use super::*;

fn born(test: Statement) -> Predicate {
    Predicate {
        attribute: BORN,
        test: Test::Holds(test),
    }
}

fn day(text: &str) -> u32 {
    AttributeDate::parse(text).unwrap().days()
}

fn seen_of(alternative: Vec<Query>, offices: &[&Office]) -> Result<Vec<ReviewItem>, ReviewError> {
    let device = device(2);
    let issue = |office: &&Office| office.issue(&device, values("1990-05-05", "A-1"), today());
    let credentials: Vec<_> = offices.iter().map(issue).collect();
    let pairs = credentials.iter().zip(offices);
    let holdings: Vec<_> = pairs.map(|(c, office)| holding(c, office)).collect();
    let (_, octets) = request(vec![alternative], 1);
    let seen = review(&octets, &holdings);
    seen.items(0).map(<[_]>::to_vec)
}

fn words(item: &ReviewItem) -> Vec<(&str, &str)> {
    let disclosed = item.disclosed.iter();
    disclosed.map(|d| (&*d.name, &*d.value)).collect()
}

fn hides(item: &ReviewItem, name: &str) -> bool {
    item.hidden.iter().any(|hidden| hidden == name)
}

#[test]
fn two_bounds_that_leave_one_day_show_that_day() {
    let office = office(1, "resident");
    let mut query = office.query();
    query.disclose = vec![];
    let bounds = |low: &str, high: &str| {
        vec![
            born(Statement::AtLeast(day(low), Profile::ThreeSquares)),
            born(Statement::AtMost(day(high), Profile::ThreeSquares)),
        ]
    };
    query.predicates = bounds("1990-05-05", "1990-05-05");
    let items = seen_of(vec![query.clone()], &[&office]).unwrap();
    assert_eq!(words(&items[0]), [("birth_date", "1990-05-05")]);
    assert!(items[0].disclosed[0].rare && items[0].disclosed[0].date);
    assert!(items[0].proves.is_empty() && !hides(&items[0], "birth_date"));

    // The same split over two queries that one card answers.
    let mut one = query.clone();
    let mut two = query.clone();
    one.predicates.truncate(1);
    two.predicates.remove(0);
    for item in seen_of(vec![one, two], &[&office]).unwrap() {
        assert_eq!(words(&item), [("birth_date", "1990-05-05")]);
        assert!(!hides(&item, "birth_date"));
    }

    query.predicates = bounds("1990-05-04", "1990-05-05");
    let items = seen_of(vec![query], &[&office]).unwrap();
    assert_eq!(words(&items[0]), []);
    assert_eq!(items[0].proves.len(), 2);
    assert!(hides(&items[0], "birth_date"));
}

#[test]
fn choices_that_leave_one_show_it_and_foreign_ones_fit_no_card() {
    let office = office(1, "resident");
    let mut query = office.query();
    query.disclose = vec![];
    let one_of = |values: &[u32]| Predicate {
        attribute: CITY,
        test: Test::Holds(Statement::OneOf(values.to_vec())),
    };
    query.predicates = vec![one_of(&[1, 2])];
    let items = seen_of(vec![query.clone()], &[&office]).unwrap();
    assert!(hides(&items[0], "city"));

    let below = Predicate {
        attribute: CITY,
        test: Test::Holds(Statement::AtMost(1, Profile::ThreeSquares)),
    };
    query.predicates.push(below);
    let items = seen_of(vec![query.clone()], &[&office]).unwrap();
    assert_eq!(words(&items[0]), [("city", "Aville")]);
    assert!(!items[0].disclosed[0].rare);

    query.predicates = vec![one_of(&[1, 77])];
    assert_eq!(seen_of(vec![query], &[&office]), Err(ReviewError::Schema));
}

#[test]
fn what_is_equal_to_a_shown_value_is_not_hidden() {
    let (city, clinic) = (office(1, "resident"), office(3, "patient"));
    let mut first = city.query();
    first.disclose = vec![];
    first.predicates = vec![over(18)];
    let mut equal = clinic.query();
    equal.disclose = vec![];
    equal.predicates = vec![Predicate {
        attribute: NUMBER,
        test: Test::EqualTo {
            query: 0,
            attribute: NUMBER,
        },
    }];
    let alternative = vec![first.clone(), equal.clone()];
    for item in seen_of(alternative, &[&city, &clinic]).unwrap() {
        assert!(hides(&item, "number"));
    }
    // A third query, answered by the first card again, shows the number.
    first.predicates = vec![];
    let shows = Query {
        disclose: vec![NUMBER],
        ..first.clone()
    };
    let items = seen_of(vec![first, equal, shows], &[&city, &clinic]).unwrap();
    assert!(items.iter().all(|item| !hides(item, "number")));
    assert_eq!(words(&items[1]), [("number", "A-1")]);
}

#[test]
fn nobody_unknown_learns_a_pseudonym() {
    let (office, device) = (office(1, "resident"), device(2));
    let credential = office.issue(&device, values("1990-05-05", "A-1"), today());
    let mut query = office.query();
    query.pseudonym = Some(b"hospital".to_vec());
    let (_, octets) = request(vec![vec![query], vec![office.query()]], 1);
    let holdings = [holding(&credential, &office)];
    let known = review(&octets, &holdings);
    assert!(known.items(0).is_ok());
    let stranger = VerifiedRequest::verify(&octets, None, NOW).unwrap();
    let seen = Review::new(stranger, &holdings, NOW, "en");
    assert_eq!(seen.items(0), Err(ReviewError::Unregistered));
    assert!(seen.items(1).is_ok());
    assert!(seen.consent(0).is_err());
}
