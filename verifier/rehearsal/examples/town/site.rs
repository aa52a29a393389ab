//! A wallet's side of OpenID4VP, for a service on this machine: it trusts whoever asks. What a wallet
//! must check besides is in specs/12, and `glimpse-wallet` checks it.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use glimpse_core::ids::{Origin, UnixTime};
use glimpse_rehearsal::{Resident, rng};
use serde_json::{Value, json};
use url::Url;

/// Fetches the request that a link names, and delivers a resident's answer; gives the address to which
/// her browser goes on, or nothing where her cards cannot answer.
pub(crate) fn answer(
    link: &Url,
    resident: &Resident,
    now: UnixTime,
) -> Result<Option<String>, Box<dyn Error>> {
    let named = link.query_pairs().find(|(name, _)| name == "request_uri");
    let (_, address) = named.ok_or("the link names no request")?;
    let object = ureq::get(&*address).call()?.body_mut().read_to_string()?;
    let claims = object.split('.').nth(1).ok_or("no request object")?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
    let member = |place: &str| {
        let text = claims.pointer(place).and_then(Value::as_str);
        text.ok_or_else(|| format!("the request object lacks {place}"))
    };
    let query = member("/dcql_query/credentials/0/id")?;
    let request = member("/dcql_query/credentials/0/meta/request")?;
    let to = Url::parse(member("/response_uri")?)?;
    let site = Origin::parse(&to.origin().ascii_serialization()).ok_or("not an origin")?;
    let request = URL_SAFE_NO_PAD.decode(request)?;
    let Some(answer) = resident.answer_to(&site, &request, now, &mut rng()) else {
        return Ok(None);
    };
    let token = json!({ query: [URL_SAFE_NO_PAD.encode(answer)] }).to_string();
    let form = [("vp_token", token.as_str()), ("state", member("/state")?)];
    let said = ureq::post(to.as_str())
        .send_form(form)?
        .body_mut()
        .read_to_string()?;
    let said: Value = serde_json::from_str(&said)?;
    let on = said.get("redirect_uri").and_then(Value::as_str);
    Ok(Some(
        on.ok_or("delivered; the browser on the other device goes on")?
            .to_owned(),
    ))
}
