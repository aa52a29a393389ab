//! The text of the page on which the resident types the code of her letter, in three languages.

use std::collections::BTreeMap;

use glimpse_service::escape;

pub(super) const STYLE: &str = include_str!("authorize.css");

struct Words {
    title: &'static str,
    intro: &'static str,
    goes_to: &'static str,
    warning: &'static str,
    number: &'static str,
    number_hint: &'static str,
    code: &'static str,
    code_hint: &'static str,
    wrong: &'static str,
    button: &'static str,
    gone_title: &'static str,
    gone: &'static str,
}

const EN: Words = Words {
    title: "Add a credential to your wallet",
    intro: "Type the code that the office gave you, or that stands on the second sheet of its letter.",
    goes_to: "The credential goes to the wallet at",
    warning: "Go on only if you started this yourself, in your own wallet. The office never asks for this code by telephone or message.",
    number: "Number of the letter",
    number_hint: "Ten letters and digits, such as 0A1B2-3C4D5.",
    code: "Transaction code",
    code_hint: "Six digits.",
    wrong: "That is not right. Check what you typed. After five wrong codes the letter is no longer good.",
    button: "Continue",
    gone_title: "This cannot go on",
    gone: "The request is not known or too old. Go back to your wallet and begin again.",
};

const NL: Words = Words {
    title: "Een bewijs toevoegen aan uw wallet",
    intro: "Typ de code die u van het kantoor kreeg, of die op het tweede blad van de brief staat.",
    goes_to: "Het bewijs gaat naar de wallet op",
    warning: "Ga alleen verder als u hier zelf mee begon, in uw eigen wallet. Het kantoor vraagt nooit per telefoon of bericht om deze code.",
    number: "Nummer van de brief",
    number_hint: "Tien letters en cijfers, zoals 0A1B2-3C4D5.",
    code: "Transactiecode",
    code_hint: "Zes cijfers.",
    wrong: "Dat klopt niet. Kijk na wat u typte. Na vijf foute codes is de brief niet meer geldig.",
    button: "Verder",
    gone_title: "Dit kan niet verder",
    gone: "Het verzoek is onbekend of te oud. Ga terug naar uw wallet en begin opnieuw.",
};

const FR: Words = Words {
    title: "Ajouter une attestation à votre portefeuille",
    intro: "Saisissez le code que le guichet vous a donné, ou qui figure sur la seconde feuille de la lettre.",
    goes_to: "L’attestation va au portefeuille à l’adresse",
    warning: "Ne continuez que si vous avez commencé vous-même, dans votre propre portefeuille. Le guichet ne demande jamais ce code par téléphone ni par message.",
    number: "Numéro de la lettre",
    number_hint: "Dix lettres et chiffres, comme 0A1B2-3C4D5.",
    code: "Code de transaction",
    code_hint: "Six chiffres.",
    wrong: "Ce n’est pas exact. Vérifiez votre saisie. Après cinq codes faux, la lettre n’est plus valable.",
    button: "Continuer",
    gone_title: "Impossible de continuer",
    gone: "La demande est inconnue ou trop ancienne. Revenez à votre portefeuille et recommencez.",
};

fn words(language: &str) -> &'static Words {
    match language {
        "nl" => &NL,
        "fr" => &FR,
        _ => &EN,
    }
}

/// The office's name in a language, or in one that it has.
pub(super) fn name<'a>(names: &'a BTreeMap<String, String>, language: &str) -> &'a str {
    let found = names.get(language).or_else(|| names.get("en"));
    found
        .or_else(|| names.values().next())
        .map_or("", String::as_str)
}

fn page(language: &str, title: &str, office: &str, body: &str) -> String {
    let (title, office) = (escape(title), escape(office));
    format!(
        r#"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {office}</title>
<link rel="stylesheet" href="/oid4vci/authorize.css">
</head>
<body>
<main>
<p class="office">{office}</p>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"#
    )
}

/// What the form says and carries.
pub(super) struct Form<'a> {
    pub(super) language: &'a str,
    pub(super) office: &'a str,
    pub(super) client: &'a str,
    pub(super) request_uri: &'a str,
    pub(super) redirect: &'a str,
    pub(super) asks_number: bool,
    pub(super) wrong: bool,
}

/// Where an address leads, as somebody can judge it: a host, or an app's own scheme.
fn place(redirect: &str) -> String {
    match url::Url::parse(redirect) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            url.host_str().unwrap_or_default().to_owned()
        }
        Ok(url) => url.scheme().to_owned(),
        Err(_) => String::new(),
    }
}

pub(super) fn form(form: &Form<'_>) -> String {
    let words = words(form.language);
    let invalid = if form.wrong {
        r#" aria-invalid="true""#
    } else {
        ""
    };
    let wrong = if form.wrong {
        format!(
            r#"<p class="wrong" role="alert" id="wrong">{}</p>"#,
            escape(words.wrong)
        )
    } else {
        String::new()
    };
    let also = if form.wrong { " wrong" } else { "" };
    let number = if form.asks_number {
        format!(
            r#"<label for="number">{}</label>
<p class="hint" id="number-hint">{}</p>
<input id="number" name="number" required maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="number-hint{also}"{invalid}>
"#,
            escape(words.number),
            escape(words.number_hint)
        )
    } else {
        String::new()
    };
    let body = format!(
        r#"{wrong}
<p>{intro}</p>
<form method="post" action="/oid4vci/authorize">
<input type="hidden" name="client_id" value="{client}">
<input type="hidden" name="request_uri" value="{request_uri}">
{number}<label for="code">{code}</label>
<p class="hint" id="code-hint">{code_hint}</p>
<input id="code" name="code" required inputmode="numeric" pattern="[0-9 ]*" maxlength="12" autocomplete="one-time-code" aria-describedby="code-hint{also}"{invalid}>
<p>{goes_to} <strong>{place}</strong>.</p>
<p class="warning">{warning}</p>
<button type="submit">{button}</button>
</form>"#,
        intro = escape(words.intro),
        client = escape(form.client),
        request_uri = escape(form.request_uri),
        code = escape(words.code),
        code_hint = escape(words.code_hint),
        goes_to = escape(words.goes_to),
        place = escape(&place(form.redirect)),
        warning = escape(words.warning),
        button = escape(words.button),
    );
    page(form.language, words.title, form.office, &body)
}

pub(super) fn gone(language: &str, office: &str) -> String {
    let words = words(language);
    let body = format!("<p>{}</p>", escape(words.gone));
    page(language, words.gone_title, office, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_came_from_outside_becomes_markup() {
        let evil = r#""><script>alert('x')</script>&"#;
        let text = form(&Form {
            language: "en",
            office: evil,
            client: evil,
            request_uri: evil,
            redirect: "org.example.<b>:/",
            asks_number: true,
            wrong: true,
        });
        assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        assert!(text.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    }
}
