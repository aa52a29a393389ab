//! What the service answers, area by area. Each area's `routes` names its handlers; what they
//! answer is in the OpenAPI document by the same words.
#![allow(unused_qualifications, reason = "of the code that utoipa derives")]

mod account;
mod audit;
mod imports;
mod invitations;
mod keys;
mod office;
mod overview;
mod public;
mod renewals;
mod residents;
mod revocations;
mod schemas;
mod staff;

use axum::Router;
use utoipa::ToSchema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, Response,
    ResponseBuilder,
};
use utoipa_axum::router::OpenApiRouter;

use super::problem::{FieldError, Problem};
use super::{State, renewal_files};

fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(foundation())
        .merge(account::routes())
        .merge(staff::routes())
        .merge(audit::routes())
        .merge(invitations::routes())
        .merge(office::routes())
        .merge(overview::routes())
        .merge(schemas::routes())
        .merge(residents::routes())
        .merge(imports::routes())
        .merge(revocations::routes())
        .merge(keys::routes())
        .merge(renewals::routes())
        .merge(public::routes())
        .merge(renewal_files::routes())
        .merge(super::openid4vci::routes())
}

/// Every route, and the document of them all.
pub(super) fn router() -> (Router<State>, OpenApi) {
    let (router, mut document) = routes().split_for_parts();
    complete(&mut document);
    (router, document)
}

/// The OpenAPI document of everything that the service answers.
pub fn openapi() -> OpenApi {
    router().1
}

fn foundation() -> OpenApi {
    let mut components = Components::new();
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "__Host-glimpse",
            "The cookie that `POST /api/session` sets. Every change also needs the header \
             X-CSRF-Token with the session's `csrf`. The roles that may call are named as scopes.",
        ))),
    );
    components.add_security_scheme(
        "wallet",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("An access token of `POST /oid4vci/token`"))
                .build(),
        ),
    );
    let mut schemas = vec![
        (
            Problem::name().into_owned(),
            <Problem as utoipa::PartialSchema>::schema(),
        ),
        (
            FieldError::name().into_owned(),
            <FieldError as utoipa::PartialSchema>::schema(),
        ),
    ];
    components.schemas.extend(schemas.drain(..));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Glimpse issuing office")
                .version(env!("CARGO_PKG_VERSION"))
                .contact(Some(ContactBuilder::new().name(Some("Glimpse")).build())),
        )
        .components(Some(components))
        .build()
}

/// What holds for every call: anything that is not answered as named is a problem document.
fn complete(document: &mut OpenApi) {
    let problem: Response = ResponseBuilder::new()
        .description("A problem document")
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name(Problem::name()))),
        )
        .build();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("head", &mut item.head),
            ("patch", &mut item.patch),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            // Functions of different areas may share a name; calls do not.
            let path = path.replace(['{', '}'], "").replace(['/', '.', '-'], "_");
            operation.operation_id = Some(format!("{method}{path}"));
            let responses = &mut operation.responses.responses;
            responses
                .entry("default".to_owned())
                .or_insert_with(|| problem.clone().into());
        }
    }
}
