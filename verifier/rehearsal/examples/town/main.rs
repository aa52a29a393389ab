//! A town to try a verifier with: its trust list, a registration for one counter, and two residents who
//! answer. It is gone when the program ends.
//!
//! `cargo run -p glimpse-rehearsal --example town -- FOLDER CARD`; CARD is the last line of `glimpse-verifier init`.
#![allow(clippy::print_stdout, reason = "it talks to whoever tries it")]

mod site;

use std::{env, error::Error, fs, io, path::Path};

use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::transport::DocumentKind::{Answer, Request};
use glimpse_core::transport::qr;
use glimpse_rehearsal::{DAY, Resident, Town, Values, rng};
use glimpse_terminal::{hex, now, to_hex, verifying_key};
use url::Url;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, card] = &arguments[..] else {
        return Err("give a folder, and the card that `glimpse-verifier init` says".into());
    };
    let (id, key) = card
        .split_at_checked(2 * VerifierId::LEN)
        .ok_or("a card is 96 hexadecimal digits")?;
    let (id, key) = (VerifierId(hex(id)?), verifying_key(key)?);
    let mut rng = rng();
    // Of yesterday, so that no clock is behind it.
    let town = Town::new(UnixTime(now()?.0 - DAY), &mut rng);
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let registration = town.register(id, key);
    fs::write(folder.join("trust-list"), town.signed())?;
    fs::write(folder.join("registration"), registration)?;
    println!("KEY is {}", to_hex(town.root().as_bytes()));

    let mut enrol = |name, number, born| {
        let card = Values::of(name, number, born);
        (name, Resident::enrol(&town, &card, town.now, &mut rng))
    };
    let residents = [
        enrol("Ada", "1", "1990-05-05"),
        enrol("Tom, a child", "2", "2015-05-05"),
    ];
    println!("Give the text of a request, or the link of a site's page, a line each:");
    for line in io::stdin().lines() {
        let line = line?;
        let link = Url::parse(line.trim()).ok();
        for (name, resident) in &residents {
            let answered = match &link {
                Some(link) => site::answer(link, resident, now()?),
                None => answer(&line, resident),
            };
            match answered {
                Ok(Some(answer)) => println!("{name}:\n{answer}"),
                Ok(None) => {
                    println!("{name}: cannot answer this");
                    continue;
                }
                Err(error) => println!("{name}: {error}"),
            }
            // A site asks one visitor.
            if link.is_some() {
                break;
            }
        }
    }
    Ok(())
}

/// The text of a resident's answer to a counter.
fn answer(asked: &str, resident: &Resident) -> Result<Option<String>, Box<dyn Error>> {
    let request = qr::decode_as(Request, asked)?;
    let answer = resident.answer(&request, now()?, &mut rng());
    Ok(answer
        .map(|octets| qr::encode(Answer, &octets))
        .transpose()?)
}
