//! The visitor's page.

use crate::stage::Stage;

#[test]
fn the_page_says_what_is_asked_in_the_visitors_language() {
    let stage = Stage::new();
    for (accept, lang, dir, words, asked) in [
        (
            "en-GB,nl;q=0.5",
            "en",
            "ltr",
            "Open my wallet",
            "Shows that you are 18 or older",
        ),
        (
            "nl",
            "nl",
            "ltr",
            "Mijn portefeuille openen",
            "Toont dat u 18 jaar of ouder bent",
        ),
        (
            "tlh, fr;q=0.9",
            "fr",
            "ltr",
            "Ouvrir mon portefeuille",
            "Montre que vous avez 18 ans ou plus",
        ),
        (
            "ar-EG",
            "ar",
            "rtl",
            "افتح محفظتي",
            "يُظهر أن عمرك 18 سنة أو أكثر",
        ),
        ("tlh", "en", "ltr", "Open my wallet", "Shows your City"),
    ] {
        let mut visit = stage.visit();
        let accept = [("accept-language", accept)];
        let page = visit.browser.get_with(&visit.ask_url, &accept).text;
        assert!(
            page.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")),
            "{page}"
        );
        assert!(page.contains(words) && page.contains(asked), "{page}");
        // A language by hand goes before.
        let page = visit
            .browser
            .get_with(&format!("{}?lang=nl", visit.ask_url), &accept)
            .text;
        assert!(
            page.contains("<html lang=\"nl\"") && page.contains("Van uw Resident card"),
            "{page}"
        );
        assert!(page.contains("Om u wijn te verkopen"), "{page}");
    }
}

#[test]
fn the_page_is_ours_alone_and_works_without_script() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let page = visit.browser.get(&visit.ask_url).text;
    for from in ["src=\"", "rel=\"stylesheet\" href=\""] {
        for (_, rest) in page
            .match_indices(from)
            .map(|(at, _)| page.split_at(at + from.len()))
        {
            assert!(rest.starts_with("/assets/"), "{rest}");
            let path = rest.split_once('"').unwrap().0;
            assert_eq!(
                visit.browser.get(&format!("{}{path}", stage.url)).status,
                200
            );
        }
    }
    assert!(!page.contains("style=\"") && !page.contains("<style") && !page.contains(" onclick"));
    assert!(
        page.contains("<noscript><meta http-equiv=\"refresh\""),
        "{page}"
    );
    assert!(
        page.contains("role=\"status\"") && page.contains("role=\"img\" aria-label"),
        "{page}"
    );
    // It says on whose page a code may be scanned.
    assert!(page.contains("only if you opened this page yourself, on <bdi>shop.example</bdi>"));
}
