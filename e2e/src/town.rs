//! The counter page with the rest of a town behind it: a publisher who registers counters and hands out
//! trust lists, and residents whose wallets answer. For the demo, and for the page's tests. Whoever
//! reaches it may answer in the residents' names, so it listens on this machine alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::sealed::Cost;
use glimpse_core::transport::frames::{FRAGMENT, Splitter};
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_issuer::json as records;
use glimpse_terminal::{hex, now, rng, to_hex, verifying_key};
use glimpse_wallet::{Wallet, Way};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use crate::files::file;
use crate::refusals::adult;
use crate::showing::POLICY;
use crate::world::{At, Person, World};

const PAGE: &str = include_str!("town.html");
const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../verifier/web/dist");

/// A card with a photo, by which a clerk knows its holder.
const BADGE: &str = include_str!("../../issuer/schemas/badge.json");
/// Ada's, drawn.
const FACE: &[u8] = include_bytes!("ada.jpg");
/// Tom's begins as a picture and is none.
const DAMAGED: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0];
/// What asks for the photo.
const PHOTO: &str = r#"name = { en = "Member", nl = "Lid", fr = "Membre", ar = "عضو" }
purpose = "entry"
reason = { en = "To see that it is you", nl = "Om te zien dat u het bent", fr = "Pour voir que c’est vous", ar = "للتأكد من هويتك" }
valid_seconds = 120
[[alternative]]
[[alternative.card]]
schema = "badge"
show = ["photo"]
"#;

/// Serves the page and the town until somebody ends it.
///
/// # Errors
/// Whatever goes wrong.
pub fn run(
    listen: SocketAddr,
    dist: Option<PathBuf>,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!("the town answers for its residents: name an address of this machine");
    }
    let dist = dist.unwrap_or_else(|| DIST.into());
    if !dist.join("index.html").exists() {
        bail!("the counter page is not built: npm ci && npm run build -w verifier/web");
    }
    let folder = tempfile::tempdir()?;
    let town = Arc::new(Mutex::new(Town::build(folder.path())?));
    let routes = Router::new()
        .route("/town", get(|| async { Html(PAGE) }))
        .route("/town/{what}", post(told))
        .fallback(move |uri: Uri| async move {
            match uri.path() {
                "/" => file(&dist, "index.html"),
                path => file(&dist, path),
            }
        })
        .with_state(town);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        ready(listener.local_addr()?);
        tokio::select! {
            served = axum::serve(listener, routes) => served?,
            stop = tokio::signal::ctrl_c() => stop?,
        }
        Ok(())
    })
}

async fn told(
    State(town): State<Arc<Mutex<Town>>>,
    Path(what): Path<String>,
    Json(told): Json<Value>,
) -> Result<Json<Value>, Response> {
    let work = move || {
        let mut town = town.lock().unwrap_or_else(PoisonError::into_inner);
        town.told(&what, &told)
    };
    let wrong = |words: String| (StatusCode::BAD_REQUEST, Json(json!({ "error": words })));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(said)) => Ok(Json(said)),
        Ok(Err(error)) => Err(wrong(format!("{error:#}")).into_response()),
        Err(error) => Err(wrong(error.to_string()).into_response()),
    }
}

/// Everybody but the clerk.
struct Town {
    world: World,
    ada: Wallet,
    tom: Wallet,
}

impl Town {
    fn build(folder: &std::path::Path) -> Result<Self> {
        let rng = &mut rng();
        let mut world = World::build(folder, Cost::LEAST, now()?, rng)?;
        let mut ada = world.wallet("ada", rng)?;
        let grown = adult(world.now);
        world.enrol(At::City, &mut ada, &grown, rng)?;
        world.enrol(At::Clinic, &mut ada, &grown, rng)?;
        let child = Person {
            given_name: "Tom",
            family_name: "Reed",
            birth_date: "2015-06-01".to_owned(),
            number: "R-0100",
        };
        let mut tom = world.wallet("tom", rng)?;
        world.enrol(At::City, &mut tom, &child, rng)?;
        badges(
            &mut world,
            [(&mut ada, "Ada", FACE), (&mut tom, "Tom", DAMAGED)],
            rng,
        )?;
        Ok(Self { world, ada, tom })
    }

    /// What somebody of the town is told to do:
    /// - `trust {next?, toRegister?}`: the trust list, or a newer one, which may name a counter itself, with
    ///   the publishers' keys;
    /// - `register {toRegister}`: a registration for a counter's id and key;
    /// - `policy {which?}`: a policy that the registration covers, or "photo", which asks to see one;
    /// - `answer {text, holder?, alternative?, at?}`: a resident's wallet answers a request.
    fn told(&mut self, what: &str, told: &Value) -> Result<Value> {
        let text = |name: &str| told.get(name).and_then(Value::as_str);
        let number = |name: &str| told.get(name).and_then(Value::as_u64);
        match what {
            "trust" => {
                if told.get("next").and_then(Value::as_bool) == Some(true) {
                    if let Some(card) = text("toRegister") {
                        let (id, key) = counter(card)?;
                        self.world.list_counter(id, key)?;
                    }
                    self.world.publish_again(now()?)?;
                }
                let roots = self.world.roots.map(|root| to_hex(root.as_bytes()));
                let texts = texts(DocumentKind::TrustList, &self.world.list)?;
                Ok(json!({ "texts": texts, "roots": roots, "threshold": 2 }))
            }
            "register" => {
                let (id, key) = counter(text("toRegister").context("toRegister")?)?;
                let registration = self.world.register(id, key)?;
                Ok(json!({ "texts": texts(DocumentKind::Registration, &registration)? }))
            }
            "policy" => {
                let policy = match text("which") {
                    None => POLICY,
                    Some("photo") => PHOTO,
                    Some(_) => bail!("which is photo, or is left out"),
                };
                let texts = texts(DocumentKind::Policy, policy.as_bytes())?;
                Ok(json!({ "toml": policy, "texts": texts }))
            }
            "answer" => {
                let request = qr::decode_as(DocumentKind::Request, text("text").context("text")?)?;
                let wallet = match text("holder").unwrap_or("ada") {
                    "ada" => &self.ada,
                    "tom" => &self.tom,
                    _ => bail!("holder is ada or tom"),
                };
                let now = match number("at") {
                    Some(at) => UnixTime(at),
                    None => now()?,
                };
                let review = wallet.review(&request, now, "en")?;
                let alternative = number("alternative").unwrap_or(0).try_into()?;
                let answer = wallet.answer(review, alternative, Way::Symbol, now, &mut rng())?;
                Ok(json!({ "texts": texts(DocumentKind::Answer, &answer)? }))
            }
            _ => bail!("there is no /town/{what}"),
        }
    }
}

/// A counter's id and key, as its page shows them to whoever registers it.
fn counter(card: &str) -> Result<(VerifierId, VerifyingKey)> {
    let card: [u8; 48] = hex(card.trim()).map_err(anyhow::Error::msg)?;
    let (id, key) = card.split_at(VerifierId::LEN);
    let key = verifying_key(&to_hex(key)).map_err(anyhow::Error::msg)?;
    Ok((VerifierId::try_from(id)?, key))
}

/// The clinic's members have badges.
fn badges(
    world: &mut World,
    members: [(&mut Wallet, &str, &[u8]); 2],
    rng: &mut dyn CryptoRng,
) -> Result<()> {
    let schema = records::schema(BADGE)?;
    world.clinic.add_schema(&schema, "command", world.now)?;
    world.publish_again(world.now)?;
    for (wallet, name, photo) in members {
        let values =
            json!({ "name": name, "birth_date": "1990-05-31", "photo": STANDARD.encode(photo) });
        let values = records::values(&schema, &values.to_string())?;
        let until = UnixTime(world.now.0 + 3600);
        let offer = world.clinic.offer(schema.id(), until, rng)?;
        wallet.trust(&world.list, &world.trusted(), world.now)?;
        let request = wallet.begin(&offer, world.now, rng)?;
        let issued = world.clinic.issue(&request, values, name, world.now, rng)?;
        wallet.receive(&issued, world.now)?;
    }
    Ok(())
}

/// A document as a code shows it: one text where one symbol holds it, else those of a moving code, once
/// through.
fn texts(kind: DocumentKind, document: &[u8]) -> Result<Vec<String>> {
    use glimpse_core::transport::image::QrSymbol;
    if let Ok(text) = qr::encode(kind, document)
        && QrSymbol::new(&text).is_ok()
    {
        return Ok(vec![text]);
    }
    let mut frames = Splitter::new(kind, document, FRAGMENT)?;
    let count = frames.fragments();
    Ok((0..count)
        .map(|_| frames.next_frame())
        .collect::<Result<_, _>>()?)
}
