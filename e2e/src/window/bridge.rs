//! The screens in a browser: the wallet's very commands over HTTP, through Tauri's mock runtime, and
//! the other sides at `/world`. For tests, and for whoever works at the screens: it gives whoever
//! reaches it the wallet, so it listens on this machine alone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::prelude::{BASE64_STANDARD, Engine};
use glimpse_core::transport::image::decode_png;
use glimpse_wallet::app::App;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{Emitter, Listener, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::pages;
use super::site;
use super::stage::{Ask, Begin, Stage};
use crate::world::At;

/// A photograph of a code is the largest.
const MAX_BODY: usize = 64 << 20;
/// How long a question for events waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs the bridge until somebody ends it.
///
/// # Errors
/// Whatever goes wrong.
pub fn run(listen: SocketAddr, begin: Begin, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!("the bridge gives the wallet to whoever reaches it: name an address of this machine");
    }
    let folder = tempfile::tempdir()?;
    let bridge = Arc::new(Bridge {
        stage: Mutex::new(Stage::build(folder.path())?),
        window: Mutex::new(None),
        at: OnceLock::new(),
        events: Mutex::default(),
        happened: Notify::new(),
    });
    bridge.reset(begin)?;
    let routes = Router::new()
        .route("/invoke/{command}", post(invoke))
        .route("/events", get(events))
        .route("/world/{what}", post(world))
        .route("/site/{visit}", get(object).post(answer))
        .route("/bridge.js", get(script))
        .fallback(pages::file)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(bridge.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        bridge.at.get_or_init(|| format!("http://{address}/site"));
        ready(address);
        tokio::select! {
            served = axum::serve(listener, routes) => served?,
            stop = tokio::signal::ctrl_c() => stop?,
        }
        Ok(())
    })
}

/// One wallet, and everybody else.
struct Bridge {
    stage: Mutex<Stage>,
    window: Mutex<Option<Window>>,
    /// Where the pharmacy's site is.
    at: OnceLock<String>,
    events: Mutex<Vec<Value>>,
    happened: Notify,
}

/// The wallet behind a window that nobody sees.
struct Window {
    wallet: Arc<App>,
    view: WebviewWindow<MockRuntime>,
    /// Holds the commands' state.
    _app: tauri::App<MockRuntime>,
    _folder: TempDir,
}

fn own<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bridge {
    /// Another wallet.
    fn reset(self: &Arc<Self>, begin: Begin) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let wallet = Arc::new(own(&self.stage).wallet(folder.path(), begin)?);
        let builder = glimpse_app::with_commands(mock_builder(), wallet.clone());
        let app = builder.build(mock_context(noop_assets()))?;
        let view = WebviewWindowBuilder::new(&app, "main", WebviewUrl::default()).build()?;
        for event in ["locked", "link", "changed"] {
            let bridge = Arc::downgrade(self);
            app.listen_any(event, move |_| {
                if let Some(bridge) = bridge.upgrade() {
                    own(&bridge.events).push(json!({ "event": event, "payload": null }));
                    bridge.happened.notify_waiters();
                }
            });
        }
        let window = Window {
            wallet,
            view,
            _app: app,
            _folder: folder,
        };
        if let Some(last) = own(&self.window).replace(window) {
            last.wallet.lock();
        }
        Ok(())
    }

    fn invoke(
        &self,
        command: String,
        headers: HeaderMap,
        body: InvokeBody,
    ) -> Result<Result<InvokeResponseBody, Value>> {
        let view = own(&self.window).as_ref().map(|window| window.view.clone());
        let request = InvokeRequest {
            cmd: command,
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse()?,
            body,
            headers,
            invoke_key: INVOKE_KEY.to_owned(),
        };
        Ok(get_ipc_response(&view.context("no wallet yet")?, request))
    }

    /// What the other sides, and the passing of time, are told to do.
    fn world(self: &Arc<Self>, what: &str, told: &Value) -> Result<Value> {
        let text = |name: &str| told.get(name).and_then(Value::as_str);
        match what {
            "reset" => {
                self.reset(choice(text("wallet").unwrap_or("cards"))?)?;
                Ok(json!({ "pin": super::stage::PIN }))
            }
            "ask" => {
                let ask: Ask = choice(text("policy").unwrap_or("over18"))?;
                let shown = own(&self.stage).ask(ask)?;
                let png = BASE64_STANDARD.encode(shown.symbol.to_png()?);
                Ok(json!({ "text": shown.text, "png": png }))
            }
            "visit" => {
                let ask: Ask = choice(text("policy").unwrap_or("over18"))?;
                let at = self.at.get().context("not there yet")?;
                Ok(json!({ "link": own(&self.stage).ask_visitor(ask, at)? }))
            }
            "heard" => {
                let stage = own(&self.stage);
                let (accepted, said) = stage.site.heard().context("no answer yet")?;
                Ok(json!({ "accepted": accepted, "said": said }))
            }
            "check" => {
                let (accepted, said) = own(&self.stage).check(seen(told)?.lines())?;
                Ok(json!({ "accepted": accepted, "said": said }))
            }
            "desk" => Ok(json!({ "text": own(&self.stage).desk_offer()? })),
            "issue" => {
                let card = own(&self.stage).desk_issue(seen(told)?.lines())?;
                Ok(json!({ "text": card }))
            }
            "offer" => {
                let at = match text("schema").unwrap_or("resident") {
                    "resident" => At::City,
                    "patient" => At::Clinic,
                    _ => bail!("schema is resident or patient"),
                };
                let approval = told.get("approve").and_then(Value::as_bool);
                let offer = own(&self.stage).offer(at, approval.unwrap_or(false))?;
                Ok(json!({ "link": offer.0, "code": offer.1 }))
            }
            "approve" => Ok(json!({ "approved": own(&self.stage).approve()? })),
            "trust" => {
                let shown = own(&self.stage).next_trust_list()?;
                Ok(json!({ "text": shown.text }))
            }
            "lock" | "link" => self.happens(what, text("text")),
            _ => bail!("there is no /world/{what}"),
        }
    }

    /// What comes to the window by itself.
    fn happens(&self, what: &str, link: Option<&str>) -> Result<Value> {
        let window = own(&self.window);
        let window = window.as_ref().context("no wallet yet")?;
        if what == "lock" {
            window.wallet.lock();
            window.view.emit("locked", ())?;
        } else {
            window.wallet.link(link.context("text")?.to_owned());
            window.view.emit("link", ())?;
        }
        Ok(Value::Null)
    }
}

/// The texts of codes, a line each, from pictures of a screen or as they are. A moving code is several
/// pictures.
fn seen(told: &Value) -> Result<String> {
    let read = |png: &Value| -> Result<String> {
        let png = png.as_str().context("a picture as text")?;
        Ok(decode_png(&BASE64_STANDARD.decode(png)?)?)
    };
    match told.get("png") {
        Some(Value::Array(pictures)) => {
            let texts: Result<Vec<_>> = pictures.iter().map(read).collect();
            Ok(texts?.join("\n"))
        }
        Some(picture) => read(picture),
        None => {
            let text = told.get("text").and_then(Value::as_str);
            Ok(text.context("text or png")?.to_owned())
        }
    }
}

fn choice<T: clap::ValueEnum>(name: &str) -> Result<T> {
    T::from_str(name, false).map_err(anyhow::Error::msg)
}

/// Does what blocks in a thread that may.
async fn work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T, Response> {
    let wrong = |error: String| (StatusCode::INTERNAL_SERVER_ERROR, error).into_response();
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| wrong(error.to_string()))?;
    done.map_err(|error| wrong(format!("{error:#}")))
}

async fn invoke(
    State(bridge): State<Arc<Bridge>>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let json = headers.get(header::CONTENT_TYPE);
    let json = json.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let body = if json {
        let body = serde_json::from_slice(&body);
        InvokeBody::Json(body.map_err(|_| StatusCode::BAD_REQUEST.into_response())?)
    } else {
        InvokeBody::Raw(body.into())
    };
    Ok(
        match work(move || bridge.invoke(command, headers, body)).await? {
            Ok(InvokeResponseBody::Json(text)) => {
                ([(header::CONTENT_TYPE, "application/json")], text).into_response()
            }
            Ok(InvokeResponseBody::Raw(octets)) => octets.into_response(),
            Err(fault) => (StatusCode::BAD_REQUEST, Json(fault)).into_response(),
        },
    )
}

/// Events after the given one, as soon as there is one; without a number those yet to come.
async fn events(
    State(bridge): State<Arc<Bridge>>,
    Query(asked): Query<BTreeMap<String, usize>>,
) -> Json<Value> {
    let after = asked.get("after").copied();
    let after = after.unwrap_or_else(|| own(&bridge.events).len());
    let since = || {
        own(&bridge.events)
            .get(after..)
            .unwrap_or_default()
            .to_vec()
    };
    let waiting = bridge.happened.notified();
    let mut found = since();
    if found.is_empty() {
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
        found = since();
    }
    Json(json!({ "next": after + found.len(), "events": found }))
}

async fn world(
    State(bridge): State<Arc<Bridge>>,
    Path(what): Path<String>,
    told: Bytes,
) -> Result<Json<Value>, Response> {
    let told = if told.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&told).map_err(|_| StatusCode::BAD_REQUEST.into_response())?
    };
    work(move || bridge.world(&what, &told)).await.map(Json)
}

/// What the pharmacy's site asks a visitor.
async fn object(State(bridge): State<Arc<Bridge>>, Path(visit): Path<usize>) -> Response {
    match own(&bridge.stage).site.object(visit) {
        Some(object) => ([(header::CONTENT_TYPE, site::OBJECT)], object).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A visitor's answer.
async fn answer(
    State(bridge): State<Arc<Bridge>>,
    Path(visit): Path<usize>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, Response> {
    let answered = work(move || own(&bridge.stage).site.answer(visit, &form)).await;
    answered.map(Json)
}

async fn script() -> impl IntoResponse {
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], pages::SCRIPT)
}
