//! Cards are renewed by themselves, at their own moment, from the registry's real files.

use glimpse_core::ids::UnixTime;
use glimpse_e2e::world::DAY;
use glimpse_issuer::json;
use glimpse_wallet::app::App;
use glimpse_wallet::app::views::{CardState, Settings};

use super::between::{Act, answer};
use super::holders::populate;
use super::support::{PIN, RESIDENT, Registry, open_offer};

/// The first second of the period after the one of now, and the end of the window in which wallets ask.
pub fn next_period(registry: &Registry) -> (u64, UnixTime) {
    let period = 7 * DAY;
    let begins = (registry.now().0 / period + 1) * period;
    (begins - registry.now().0, UnixTime(begins + period / 3))
}

pub fn renew(registry: &Registry) {
    let schema = json::schema(RESIDENT).unwrap().id();
    let published = registry.office().renew(schema, registry.now()).unwrap();
    assert!(!published.is_empty());
}

/// What of the renewal files was asked for.
fn asked(registry: &Registry) -> Vec<String> {
    let mut seen = registry.between.seen.lock().unwrap();
    let heads = std::mem::take(&mut *seen).into_iter();
    let line = |head: String| head.lines().next().unwrap_or_default().to_owned();
    heads
        .map(line)
        .filter(|line| line.contains("/renewal/"))
        .collect()
}

fn renewed(app: &App) -> (String, CardState) {
    let card = app.cards().unwrap().remove(0);
    (card.renewed, card.state)
}

#[test]
fn cards_are_renewed_at_their_moment_and_a_revoked_one_is_told() {
    let registry = Registry::start();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let live = registry.wallet_with_card(one.path(), "R-1");
    let first = registry.office().holders().unwrap().remove(0).handle;
    let gone = registry.wallet_with_card(two.path(), "R-2");
    let holders = registry.office().holders().unwrap();
    let revoked = holders
        .iter()
        .find(|holder| holder.handle != first)
        .unwrap()
        .handle;
    populate(
        &registry.office(),
        json::schema(RESIDENT).unwrap().id(),
        3700,
        1,
    );
    let before = renewed(&live);
    let view = live.renewal().unwrap();
    assert_eq!((view.next, view.last, view.waiting), (None, None, 0));
    assert_eq!(
        format!("http://{}", view.cards[0].host.as_ref().unwrap()),
        registry.url
    );
    // Nothing is due in the period of issue.
    assert!(!live.tick(registry.now()).unwrap());
    assert_eq!(live.renew_now().unwrap().renewed, 0);
    asked(&registry);

    let (until, end) = next_period(&registry);
    registry.wait(until);
    let office = registry.office();
    office.revoke(revoked, "lost", registry.now()).unwrap();
    renew(&registry);
    // The period has begun; the moment, drawn from two days, is not there.
    assert!(!live.tick(registry.now()).unwrap());
    assert!(asked(&registry).is_empty());
    assert!(live.tick(end).unwrap());
    let files = asked(&registry);
    assert_eq!(
        files.len(),
        4,
        "a manifest and all of three buckets: {files:?}"
    );
    let after = renewed(&live);
    assert!(after.0 > before.0);
    assert!(!live.tick(end).unwrap());
    assert!(asked(&registry).is_empty());

    assert!(!gone.tick(registry.now()).unwrap());
    assert!(gone.tick(end).unwrap());
    assert_eq!(asked(&registry).len(), 4);
    assert_eq!(renewed(&gone), (before.0, CardState::Revoked));
    // It stays so after a restart, and is not asked for again in this period: nobody else does.
    let gone = registry.reopened(gone, two.path());
    assert_eq!(renewed(&gone).1, CardState::Revoked);
    for later in [0, DAY, 4 * DAY] {
        assert!(!gone.tick(UnixTime(end.0 + later)).unwrap());
        assert!(asked(&registry).is_empty());
    }
    // In the next one it is: one set of files does not revoke for ever. Its set is not there yet.
    for later in [0, 6 * 3600] {
        assert!(!gone.tick(UnixTime(end.0 + 7 * DAY + later)).unwrap());
    }
    assert_eq!(asked(&registry).len(), 1);

    // Another period, in which the wallet is closed when its moment comes.
    registry.wait(7 * DAY);
    renew(&registry);
    assert!(!live.tick(registry.now()).unwrap());
    live.lock();
    assert!(!live.tick(UnixTime(end.0 + 7 * DAY)).unwrap());
    assert_eq!(asked(&registry).len(), 4);
    live.unlock(PIN).unwrap();
    assert!(live.tick(UnixTime(end.0 + 7 * DAY)).unwrap());
    assert!(asked(&registry).is_empty());
    assert!(renewed(&live).0 > after.0);
    assert_eq!(live.renewal().unwrap().last, Some(end.0 + 7 * DAY));
}

/// Which requests a lie is told to.
type Which = fn(&str) -> bool;

#[test]
fn what_does_not_fit_renews_and_revokes_nothing() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet_with_card(folder.path(), "R-1");
    let before = renewed(&app);
    let (until, end) = next_period(&registry);
    registry.wait(until);
    assert!(!app.tick(registry.now()).unwrap());
    // Not yet published: the office's last manifest is none.
    assert!(!app.tick(end).unwrap());
    assert_eq!(asked(&registry).len(), 1);
    renew(&registry);
    let cbor = "application/cbor";
    let cases: [(&str, Which, Vec<u8>); 4] = [
        (
            "no manifest",
            |r| r.ends_with("/manifest"),
            answer(200, cbor, b"\x82\x01"),
        ),
        (
            "no bucket",
            |r| !r.ends_with("/manifest"),
            answer(404, cbor, b""),
        ),
        (
            "another bucket",
            |r| !r.ends_with("/manifest"),
            answer(200, cbor, b"\x83\x01\x19\x51\x2f\x80"),
        ),
        ("a page", |_| true, answer(200, "text/html", b"<html>")),
    ];
    let mut now = end;
    for (name, what, said) in cases {
        // Pauses are of at most some hours.
        now.0 += 12 * 3600;
        registry.between.rule(move |request| {
            match request.contains("/renewal/") && what(request) {
                true => Act::Say(said.clone()),
                false => Act::Pass,
            }
        });
        assert!(!app.tick(now).unwrap(), "{name}");
        assert!(!asked(&registry).is_empty(), "{name}");
        // Not again in the next minute.
        assert!(!app.tick(UnixTime(now.0 + 60)).unwrap());
        assert!(asked(&registry).is_empty(), "{name}");
        assert_eq!(renewed(&app).0, before.0, "{name}");
        assert_ne!(renewed(&app).1, CardState::Revoked, "{name}");
    }
    registry.between.rule(|_| Act::Pass);
    now.0 += 12 * 3600;
    assert!(app.tick(now).unwrap());
    assert!(renewed(&app).0 > before.0);
}

#[test]
fn nothing_is_fetched_by_itself_where_the_holder_wants_none() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet_with_card(folder.path(), "R-1");
    let mut settings = app.settings().unwrap();
    settings.renew_by_itself = false;
    app.set_settings(settings).unwrap();
    let (until, end) = next_period(&registry);
    registry.wait(until);
    renew(&registry);
    asked(&registry);
    for at in [registry.now(), end, UnixTime(end.0 + DAY)] {
        assert!(!app.tick(at).unwrap());
        assert!(asked(&registry).is_empty());
    }
    app.lock();
    assert!(!app.tick(UnixTime(end.0 + 2 * DAY)).unwrap());
    assert!(asked(&registry).is_empty());
    app.unlock(PIN).unwrap();
    app.set_settings(Settings {
        renew_by_itself: true,
        ..settings
    })
    .unwrap();
    // Its moment passed long ago, and is made up for.
    assert!(app.tick(UnixTime(end.0 + 3 * DAY)).unwrap());
}

#[test]
fn what_names_the_holder_and_what_does_not_share_no_connection() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet_with_card(folder.path(), "R-1");
    let offered = registry.invite("R-2", true);
    open_offer(&app, &offered.by_reference(&registry.url));
    app.fetch_offer(app.current()).unwrap();
    app.redeem(app.current(), Some(&offered.transaction_code))
        .unwrap();
    let (until, end) = next_period(&registry);
    registry.wait(until);
    renew(&registry);
    app.tick(registry.now()).unwrap();
    registry.between.lines.lock().unwrap().clear();
    app.tick(end).unwrap();
    let lines = registry.between.lines.lock().unwrap();
    let of = |line: &[String], part: &str| line.iter().any(|l| l.contains(part));
    assert!(lines.iter().any(|line| of(line, "/deferred")), "{lines:?}");
    let files: Vec<_> = lines.iter().filter(|l| of(l, "/renewal/")).collect();
    // One set of files may share one, so that there is something to be told apart.
    assert!(files.len() == 1 && files[0].len() > 1, "{lines:?}");
    assert!(!of(files[0], "/oid4vci/"), "{lines:?}");
}
