//! The page's text. Everything that is not ours is escaped; there is no style and no script in it.

use glimpse_core::presentation::{Proved, Stated};
use glimpse_service::escape;
use glimpse_verifier::Asks;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::words::{ALL, Words};

/// What the page says.
pub(super) struct Ask<'a> {
    pub(super) host: &'a str,
    pub(super) reason: &'a str,
    pub(super) alternatives: &'a [Vec<Asks>],
    /// The link that opens the wallet.
    pub(super) open: &'a str,
    /// The link in the QR code, where another device may answer.
    pub(super) scan: Option<&'a str>,
    pub(super) way_out: &'a str,
    pub(super) step: &'a str,
}

/// The page of a visitor who is asked.
pub(super) fn ask(w: &Words, a: &Ask<'_>) -> String {
    let body = format!(
        r#"<header><p class="asker">{asks}</p><h1>{title}</h1>
<p class="reason"><span class="soft">{why}</span> <q dir="auto">{reason}</q></p></header>
<section class="sheet stack" aria-labelledby="what"><h2 id="what">{what}</h2>
{alternatives}<p class="soft small">{only}</p></section>
<section class="stack tight"><a class="open" href="{open}">{open_words}</a>
<p class="soft small">{open_hint}</p></section>
{status}
{scan}<p><a id="out" href="{out}">{out_words}</a></p>"#,
        asks = with_host(w.asks, a.host),
        title = escape(w.title),
        why = escape(w.why),
        reason = escape(a.reason),
        what = escape(if a.alternatives.len() > 1 {
            w.one_of_these
        } else {
            w.this
        }),
        alternatives = alternatives(w, a.alternatives),
        only = escape(w.only),
        open = escape(a.open),
        open_words = escape(w.open),
        open_hint = escape(w.open_hint),
        scan = a.scan.map(|link| scan(w, link, a.host)).unwrap_or_default(),
        status = status_line(w, a.step, a.host),
        out = escape(a.way_out),
        out_words = with_host(w.leave, a.host),
    );
    // Without script, the browser looks again by itself.
    let again = match a.step {
        "over" => "",
        _ => r#"<noscript><meta http-equiv="refresh" content="4"></noscript>"#,
    };
    document(w, w.title, again, &body, true)
}

/// A text that names the site.
fn with_host(text: &str, host: &str) -> String {
    escape(text).replace("{host}", &format!("<bdi>{}</bdi>", escape(host)))
}

/// How far it is, with what the script may say there later.
fn status_line(w: &Words, step: &str, host: &str) -> String {
    let steps = [
        ("waiting", w.waiting),
        ("asked", w.asked),
        ("retry", w.retry),
        ("answered", w.answered),
        ("over", w.over),
        ("going", w.going),
    ];
    let now = steps.iter().find(|(name, _)| *name == step);
    let now = with_host(now.map_or(w.waiting, |(_, text)| text), host);
    let plain = |text: &str| escape(&text.replace("{host}", host));
    let steps = steps.map(|(name, text)| format!(r#" data-{name}="{}""#, plain(text)));
    let steps = steps.concat();
    format!(r#"<p id="status" class="status" role="status" data-step="{step}"{steps}>{now}</p>"#)
}

fn alternatives(w: &Words, alternatives: &[Vec<Asks>]) -> String {
    let each: Vec<_> = alternatives
        .iter()
        .map(|cards| cards.iter().map(|card| asked(w, card)).collect::<String>())
        .collect();
    each.join(&format!("<p class=\"or\">{}</p>\n", escape(w.or)))
}

fn asked(w: &Words, asks: &Asks) -> String {
    let line = |text: String| format!("<li>{}</li>", escape(&text));
    let shows = asks
        .shows
        .iter()
        .map(|name| line(w.shows.replace("{a}", name)));
    let proves = asks.proves.iter().map(|proved| line(statement(w, proved)));
    let again = asks.recognises.then(|| line(w.again.to_owned()));
    let lines: String = shows.chain(proves).chain(again).collect();
    let card = escape(&w.from_card.replace("{card}", &asks.card));
    format!("<div class=\"card\"><h3>{card}</h3><ul>{lines}</ul></div>\n")
}

/// What is proved, in words.
fn statement(w: &Words, proved: &Proved) -> String {
    let name = &proved.attribute;
    match &proved.stated {
        Stated::Age(years) => w.age.replace("{v}", &years.to_string()),
        Stated::AtMost(value) => fill(w.at_most, name, value),
        Stated::AtLeast(value) => fill(w.at_least, name, value),
        Stated::OnOrBefore(day) => fill(w.on_or_before, name, day),
        Stated::OnOrAfter(day) => fill(w.on_or_after, name, day),
        Stated::OneOf(values) => fill(w.one_of, name, &values.join(w.or_between)),
        Stated::SameAs {
            attribute,
            credential,
        } => fill(w.same_as, name, attribute).replace("{card}", credential),
    }
}

fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace("{a}", name).replace("{v}", value)
}

fn scan(w: &Words, link: &str, host: &str) -> String {
    let Some(symbol) = symbol(link) else {
        return String::new();
    };
    format!(
        r#"<details class="sheet"><summary>{other}</summary><div class="stack">
<p>{scan}</p><div class="symbol" role="img" aria-label="{label}">{symbol}</div>
<p class="warn">{relay}</p></div></details>
"#,
        other = escape(w.other_device),
        scan = escape(w.scan),
        label = escape(w.symbol),
        relay = with_host(w.relay, host),
    )
}

/// A QR symbol of the text as an `svg` element.
fn symbol(text: &str) -> Option<String> {
    let symbol = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let drawn = symbol
        .render::<svg::Color<'_>>()
        .module_dimensions(4, 4)
        .build();
    // Without the XML declaration, which has no place inside a page.
    let start = drawn.find("<svg")?;
    drawn.get(start..).map(str::to_owned)
}

/// A page that says one thing.
pub(super) fn notice(w: &Words, title: &str, text: &str) -> String {
    let body = format!("<h1>{}</h1>\n<p>{}</p>", escape(title), escape(text));
    document(w, title, "", &body, false)
}

fn document(w: &Words, title: &str, head: &str, body: &str, script: bool) -> String {
    let languages = ALL
        .iter()
        .filter(|other| script && other.language != w.language);
    let languages: String = languages
        .map(|o| {
            let (code, name) = (o.language, o.name);
            format!("<a href=\"?lang={code}\" lang=\"{code}\" hreflang=\"{code}\">{name}</a> ")
        })
        .collect();
    let script = if script {
        "<script src=\"/assets/ask.js\" defer></script>"
    } else {
        ""
    };
    format!(
        r#"<!doctype html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/assets/base.css"><link rel="stylesheet" href="/assets/ask.css">
{head}{script}</head>
<body><main class="stack wide">{body}
<nav class="row small" aria-label="{nav}">{languages}</nav></main></body></html>
"#,
        lang = w.language,
        dir = w.direction,
        title = escape(title),
        nav = escape(w.languages),
    )
}
