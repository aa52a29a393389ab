//! What people do between a wallet and an office: the codes that she shows and reads.

use anyhow::{Context, Result, bail};
use glimpse_core::ids::UnixTime;
use glimpse_core::transport::frames::{Joiner, Progress, is_frame};
use glimpse_core::transport::image::decode_luma;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_issuer::json;
use glimpse_terminal::rng;
use glimpse_wallet::app::App;
use glimpse_wallet::app::views::{Fault, Opened, Symbol};

use crate::refusals::adult;
use crate::world::{At, World};

/// Pixels of a module's side.
const MODULE: usize = 4;
/// Light modules around a symbol.
const QUIET: usize = 4;

/// A fault as an error.
pub(super) fn said(fault: Fault) -> anyhow::Error {
    anyhow::anyhow!("{:?} {}", fault.code, fault.detail.unwrap_or_default())
}

/// An office issues a card to an open wallet: offer, the wallet's code read from its pixels, card.
pub(super) fn enrol(world: &World, at: At, app: &App, now: UnixTime) -> Result<()> {
    let Opened::PaperOffer { .. } = app.open_text(&offer(world, at, now)?).map_err(said)? else {
        bail!("the wallet does not take the offer for one");
    };
    let request = app.paper_request(app.current()).map_err(said)?;
    let (_, request) = read(&request.symbols)?;
    let card = issue(world, at, &request, now)?;
    let Opened::Card { .. } = app.open_text(&card).map_err(said)? else {
        bail!("the wallet does not take the card for one");
    };
    Ok(())
}

/// The text of an office's code that offers a card.
pub(super) fn offer(world: &World, at: At, now: UnixTime) -> Result<String> {
    let (office, schema) = match at {
        At::City => (&world.city, &world.resident),
        At::Clinic => (&world.clinic, &world.patient),
    };
    let offer = office.offer(schema.id(), UnixTime(now.0 + 3600), &mut rng())?;
    Ok(qr::encode(DocumentKind::Offer, &offer)?)
}

/// The text of an office's code that holds the card for a wallet's request.
pub(super) fn issue(world: &World, at: At, request: &[u8], now: UnixTime) -> Result<String> {
    let person = adult(world.now);
    let (office, schema, values) = match at {
        At::City => (&world.city, &world.resident, person.resident()),
        At::Clinic => (&world.clinic, &world.patient, person.patient()),
    };
    let values = json::values(schema, &values)?;
    let card = office.issue(request, values, person.number, now, &mut rng())?;
    Ok(qr::encode(DocumentKind::IssuanceResponse, &card)?)
}

/// Reads symbols as a camera would that sees one after the other.
fn read(symbols: &[Symbol]) -> Result<(DocumentKind, Vec<u8>)> {
    let texts = symbols
        .iter()
        .map(read_symbol)
        .collect::<Result<Vec<_>>>()?;
    join(texts.iter().map(String::as_str))
}

/// The document of a code's text, or of a moving code's.
pub(super) fn join<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<(DocumentKind, Vec<u8>)> {
    let mut joiner = Joiner::new();
    for text in texts {
        if !is_frame(text) {
            return Ok(qr::decode(text)?);
        }
        if let Progress::Complete(kind, octets) = joiner.receive(text)? {
            return Ok((kind, octets));
        }
    }
    bail!("a moving code that does not end")
}

fn read_symbol(symbol: &Symbol) -> Result<String> {
    let side = usize::try_from(symbol.side)? + 2 * QUIET;
    let mut pixels = vec![255; side * side * MODULE * MODULE];
    for (y, row) in symbol.rows.iter().enumerate() {
        for (x, _) in row
            .bytes()
            .enumerate()
            .filter(|(_, module)| *module == b'1')
        {
            for line in 0..MODULE {
                let start = ((y + QUIET) * MODULE + line) * side * MODULE + (x + QUIET) * MODULE;
                let module = pixels.get_mut(start..start + MODULE);
                module
                    .context("a symbol that is wider than it says")?
                    .fill(0);
            }
        }
    }
    let width = u32::try_from(side * MODULE)?;
    Ok(decode_luma(width, width, &pixels)?)
}
