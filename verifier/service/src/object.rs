//! What wallets read: the link, and the request object around a counter's request. spec:GL-12-OBJECT

use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::desk::{Asking, Desk};
use crate::handles::base64;

/// The media type of a request object.
pub(crate) const OBJECT: &str = "application/oauth-authz-req+jwt";
/// The id of the one credential query.
pub(crate) const QUERY: &str = "card";

/// The link to a request, as a link or as a QR code.
pub(crate) fn link(client: &str, request_uri: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", client);
    query.append_pair("request_uri", request_uri);
    query.append_pair("request_uri_method", "post");
    format!("openid4vp://?{}", query.finish())
}

/// The signed request object.
pub(crate) fn object(
    desk: &mut Desk,
    asking: &Asking,
    response_uri: &str,
    state: &str,
    wallet_nonce: Option<&str>,
) -> String {
    let mut claims = json!({
        "client_id": desk.id(),
        "aud": "https://self-issued.me/v2",
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": response_uri,
        "nonce": base64(&asking.nonce.0),
        "state": state,
        "exp": asking.expires.0,
        "dcql_query": { "credentials": [{
            "id": QUERY, "format": "glimpse_bbs", "meta": { "request": base64(&asking.octets) },
        }]},
    });
    if let (Some(nonce), Some(claims)) = (wallet_nonce, claims.as_object_mut()) {
        claims.insert("wallet_nonce".to_owned(), nonce.into());
    }
    desk.sign(&claims.to_string())
}
