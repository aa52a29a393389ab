//! The commands. They run beside the window's thread, since a PIN takes a moment.

use std::sync::Arc;

use glimpse_wallet::app::views::{
    AnswerView, BackupView, Card, Fault, FaultCode, HistoryView, OfferView, Opened, PaperRequest,
    Redeemed, RenewalView, RenewedView, ReviewView, Settings, Status, TrustView,
};
use glimpse_wallet::app::{Answer, App};
use tauri::ipc::{Invoke, InvokeBody, Request};
use tauri::{Runtime, State, command, generate_handler};

type Wallet<'a> = State<'a, Arc<App>>;

pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    generate_handler![
        status,
        set_language,
        create,
        unlock,
        lock,
        touch,
        change_pin,
        settings,
        set_settings,
        erase,
        back_up,
        restore,
        cards,
        remove_card,
        revocation_code,
        open_text,
        open_file,
        scan,
        opened_link,
        paper_request,
        fetch_offer,
        redeem,
        renewal,
        renew_now,
        trust,
        accept_trust,
        fetch_request,
        agree,
        decline,
        history,
        forget,
    ]
}

/// What waits for another machine waits in a thread of its own: there are few that run commands, and
/// locking the wallet must not wait behind it.
async fn apart<T: Send + 'static>(
    app: Wallet<'_>,
    work: impl FnOnce(&App) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    let app = app.inner().clone();
    let done = tauri::async_runtime::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|_| Err(FaultCode::Other.into()))
}

#[command(async)]
fn status(app: Wallet<'_>) -> Status {
    app.status()
}

#[command(async)]
fn set_language(app: Wallet<'_>, language: &str) {
    app.set_language(language);
}

#[command(async)]
fn create(app: Wallet<'_>, pin: &str) -> Answer<Status> {
    app.create(pin)
}

#[command(async)]
fn unlock(app: Wallet<'_>, pin: &str) -> Answer<Status> {
    app.unlock(pin)
}

#[command(async)]
fn lock(app: Wallet<'_>) -> Status {
    app.lock()
}

#[command(async)]
fn touch(app: Wallet<'_>) {
    app.touch();
}

#[command(async)]
fn settings(app: Wallet<'_>) -> Answer<Settings> {
    app.settings()
}

#[command(async)]
fn set_settings(app: Wallet<'_>, settings: Settings) -> Answer<()> {
    app.set_settings(settings)
}

#[command(async)]
fn erase(app: Wallet<'_>, pin: &str) -> Answer<Status> {
    app.erase(pin)
}

#[command(async)]
fn back_up(app: Wallet<'_>) -> Answer<BackupView> {
    app.back_up()
}

#[command(async)]
fn restore(app: Wallet<'_>, file: Vec<u8>, words: &str, pin: &str) -> Answer<Status> {
    app.restore(&file, words, pin)
}

#[command(async)]
fn change_pin(app: Wallet<'_>, old: &str, new: &str) -> Answer<()> {
    app.change_pin(old, new)
}

#[command(async)]
fn cards(app: Wallet<'_>) -> Answer<Vec<Card>> {
    app.cards()
}

#[command(async)]
fn remove_card(app: Wallet<'_>, id: i64) -> Answer<()> {
    app.remove_card(id)
}

#[command(async)]
fn revocation_code(app: Wallet<'_>, id: i64) -> Answer<String> {
    app.revocation_code(id)
}

#[command(async)]
fn open_text(app: Wallet<'_>, text: &str) -> Answer<Opened> {
    app.open_text(text)
}

/// The body is the file.
#[command(async)]
fn open_file(app: Wallet<'_>, request: Request<'_>) -> Answer<Opened> {
    app.open_file(raw(&request)?)
}

/// The body is one octet a pixel, in rows of `width`, a header.
#[command(async)]
fn scan(app: Wallet<'_>, request: Request<'_>) -> Answer<Option<Opened>> {
    let pixels = raw(&request)?;
    let width = request.headers().get("width");
    let width = width.and_then(|w| w.to_str().ok()?.parse().ok());
    let width: u32 = width.filter(|w| *w > 0).ok_or(FaultCode::Unreadable)?;
    let height = u32::try_from(pixels.len()).unwrap_or(u32::MAX) / width;
    app.scan(width, height, pixels)
}

fn raw<'a>(request: &'a Request<'_>) -> Answer<&'a [u8]> {
    match request.body() {
        InvokeBody::Raw(octets) => Ok(octets),
        InvokeBody::Json(_) => Err(Fault::new(FaultCode::Unreadable)),
    }
}

#[command(async)]
fn opened_link(app: Wallet<'_>) -> Answer<Option<Opened>> {
    app.opened_link()
}

#[command(async)]
fn paper_request(app: Wallet<'_>, step: u32) -> Answer<PaperRequest> {
    app.paper_request(step)
}

#[command]
async fn fetch_offer(app: Wallet<'_>, step: u32) -> Answer<OfferView> {
    apart(app, move |app| app.fetch_offer(step)).await
}

#[command]
async fn redeem(app: Wallet<'_>, step: u32, code: Option<String>) -> Answer<Redeemed> {
    apart(app, move |app| app.redeem(step, code.as_deref())).await
}

#[command(async)]
fn renewal(app: Wallet<'_>) -> Answer<RenewalView> {
    app.renewal()
}

#[command]
async fn renew_now(app: Wallet<'_>) -> Answer<RenewedView> {
    apart(app, App::renew_now).await
}

#[command(async)]
fn trust(app: Wallet<'_>) -> Answer<Option<TrustView>> {
    app.trust()
}

#[command(async)]
fn accept_trust(app: Wallet<'_>, step: u32) -> Answer<TrustView> {
    app.accept_trust(step)
}

#[command]
async fn fetch_request(app: Wallet<'_>, step: u32) -> Answer<ReviewView> {
    apart(app, move |app| app.fetch_request(step)).await
}

#[command]
async fn agree(app: Wallet<'_>, step: u32, alternative: usize) -> Answer<AnswerView> {
    apart(app, move |app| app.agree(step, alternative)).await
}

#[command(async)]
fn decline(app: Wallet<'_>) {
    app.decline();
}

#[command(async)]
fn history(app: Wallet<'_>) -> Answer<Vec<HistoryView>> {
    app.history()
}

#[command(async)]
fn forget(app: Wallet<'_>, showing: Option<i64>) -> Answer<()> {
    app.forget(showing)
}
