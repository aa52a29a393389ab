//! Which language somebody reads, by what her browser or wallet says.

use axum::http::{HeaderMap, header};

/// The best of the languages that there are, by `Accept-Language`: the first of equals, and nothing
/// where none is asked for. A region counts for less than its language.
pub(super) fn choose<'a>(headers: &HeaderMap, there_are: &[&'a str]) -> Option<&'a str> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u32, &'a str)> = None;
    // Nobody reads more languages than that.
    for range in wanted.split(',').take(32) {
        let (tag, weight) = match range.split_once(';') {
            Some((tag, parameter)) => (tag, weight(parameter)),
            None => (range, 1000),
        };
        let language = tag.trim().split('-').next().unwrap_or_default();
        let known = there_are
            .iter()
            .find(|known| known.eq_ignore_ascii_case(language));
        if let Some(known) = known.filter(|_| weight > 0)
            && best.is_none_or(|(before, _)| weight > before)
        {
            best = Some((weight, known));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` in thousandths.
fn weight(parameter: &str) -> u32 {
    let value = parameter
        .trim()
        .strip_prefix("q=")
        .and_then(|q| q.parse::<f32>().ok());
    let value = value.filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0);
    // In bounds by the line above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let thousandths = (value * 1000.0) as u32;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_is_chosen() {
        let chosen = |wanted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wanted.parse().unwrap());
            choose(&headers, &["en", "nl", "fr"])
        };
        for (wanted, language) in [
            ("nl", Some("nl")),
            ("fr-CH, fr;q=0.9, en;q=0.8", Some("fr")),
            ("de, en;q=0.3, nl;q=0.7", Some("nl")),
            ("NL-be", Some("nl")),
            ("nl;q=0, en;q=0.1", Some("en")),
            ("de", None),
            ("*", None),
            ("nl;q=x", None),
            ("", None),
        ] {
            assert_eq!(chosen(wanted), language, "{wanted}");
        }
        assert_eq!(choose(&HeaderMap::new(), &["en"]), None);
    }
}
