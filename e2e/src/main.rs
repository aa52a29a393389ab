//! `glimpse-e2e demo`: the whole journey, on real keys, real QR pictures and real files.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use glimpse_core::sealed::Cost;
use glimpse_core::transport::DocumentKind;
use glimpse_e2e::page;
use glimpse_e2e::refusals::{self, Refusal, adult};
use glimpse_e2e::showing::{self, Counter};
use glimpse_e2e::world::{At, PASSPHRASE, World};
use glimpse_issuer::Office;
use glimpse_issuer::service::{self, config::Config};
use glimpse_terminal::{PngText, now, rng};
use glimpse_wallet::Wallet;

/// See Glimpse work from end to end.
#[derive(Parser)]
#[command(name = "glimpse-e2e", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A registry and a clinic, a resident, a counter; then everything that is refused; then the
    /// registry's page, until you press Ctrl-C
    Demo {
        /// Leave every file in this new folder
        #[arg(long, value_name = "FOLDER")]
        keep: Option<PathBuf>,
        /// Where the registry's page listens; another free port where this one is taken
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8700")]
        listen: SocketAddr,
        /// End without the page
        #[arg(long)]
        no_page: bool,
    },
    /// The counter page in your browser, with a publisher who registers it and residents who answer
    Counter {
        /// Where to listen
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8720")]
        listen: SocketAddr,
        /// The built page, where it is not in `verifier/web/dist`
        #[arg(long, value_name = "FOLDER")]
        dist: Option<PathBuf>,
    },
    /// The wallet in its window, with demo cards, a counter that asks and an office that offers
    #[cfg(feature = "window")]
    Wallet {
        /// Where the counter's and the office's pictures go
        #[arg(long, value_name = "FOLDER", default_value = "glimpse-demo")]
        pictures: PathBuf,
    },
    /// The wallet's screens in a browser, for tests and for whoever works at them
    #[cfg(feature = "window")]
    Bridge {
        /// Where to listen
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8710")]
        listen: SocketAddr,
        /// The wallet to begin with
        #[arg(long, value_enum, default_value = "cards")]
        wallet: glimpse_e2e::window::stage::Begin,
    },
    /// Run one of the programs: `issuer`, `wallet`, `verifier` or, with the window, `app`
    #[command(hide = true, disable_help_flag = true)]
    Run {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Demo {
            keep,
            listen,
            no_page,
        } => glimpse_terminal::run(|| {
            let temporary = tempfile::tempdir()?;
            let kept = keep.map(new_folder).transpose()?;
            let folder = kept.as_deref().unwrap_or(temporary.path());
            let world = demo(folder)?;
            if let Some(folder) = &kept {
                say(&format!("\nEvery file is in {}", folder.display()));
            }
            if !no_page {
                open_page(&world, listen)?;
            }
            Ok(ExitCode::SUCCESS)
        }),
        Command::Counter { listen, dist } => glimpse_terminal::run(|| {
            glimpse_e2e::town::run(listen, dist, |address| {
                say(&format!("The counter:          http://{address}"));
                say(&format!("The rest of the town: http://{address}/town"));
            })?;
            Ok(ExitCode::SUCCESS)
        }),
        #[cfg(feature = "window")]
        Command::Wallet { pictures } => glimpse_terminal::run(|| {
            let temporary = tempfile::tempdir()?;
            glimpse_e2e::window::demo::run(temporary.path(), &pictures)?;
            Ok(ExitCode::SUCCESS)
        }),
        #[cfg(feature = "window")]
        Command::Bridge { listen, wallet } => glimpse_terminal::run(|| {
            glimpse_e2e::window::bridge::run(listen, wallet, |address| {
                say(&format!("http://{address}"));
            })?;
            Ok(ExitCode::SUCCESS)
        }),
        Command::Run { arguments } => match arguments.first().and_then(|a| a.to_str()) {
            Some("issuer") => glimpse_issuer::cli::main(arguments.into_iter()),
            Some("wallet") => glimpse_wallet::cli::main(arguments.into_iter()),
            #[cfg(feature = "window")]
            // The offices of the tests are on this machine.
            Some("app") => glimpse_app::main_with(|home| glimpse_app::Home {
                loopback: true,
                ..home
            }),
            Some("verifier") => glimpse_verifier_cli::main(arguments.into_iter()),
            _ => ExitCode::FAILURE,
        },
    }
}

fn new_folder(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        bail!("{} is there already; name a new folder", folder.display());
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder.canonicalize()?)
}

#[expect(clippy::print_stdout, reason = "the demo is what it prints")]
fn say(text: &str) {
    println!("{text}");
}

fn demo(folder: &Path) -> Result<World> {
    let (rng, now) = (&mut rng(), now()?);
    say("1. A city registry and a clinic create their keys, and sign a trust list together.");
    let mut world = World::build(folder, Cost::STANDARD, now, rng)?;
    say(&format!(
        "   trust list: {} octets, signed by 2 of 2",
        world.list.len()
    ));

    say(
        "\n2. A resident enrols at both. Every document goes as a QR picture, read back from pixels.",
    );
    let mut wallet = world.wallet("wallet", rng)?;
    let person = adult(now);
    world.enrol(At::City, &mut wallet, &person, rng)?;
    world.enrol(At::Clinic, &mut wallet, &person, rng)?;
    for summary in wallet.credentials("en") {
        let many = summary.attributes.len();
        say(&format!(
            "   {} from {}: {many} attributes",
            summary.name, summary.issuer
        ));
    }

    let program = [
        utf8(&std::env::current_exe()?)?,
        "run".into(),
        "verifier".into(),
    ];
    let counter = Counter::set_up(&world, &program)?;
    show(&world, &wallet, &counter)?;

    say("\n6. Both cards in one answer, and that they are of one person:");
    let both = showing::both_cards(&world, &wallet, rng)?;
    let (octets, version) = (both.answer.octets.len(), both.answer.shown.symbol.version());
    say(&format!("   answer: {octets} octets, QR version {version}"));
    both.learned
        .iter()
        .for_each(|line| say(&format!("   {line}")));

    say("\n7. What is refused:");
    let picture = folder.join("answer.png");
    let (accepted, said) = counter.check(&picture)?;
    if accepted {
        bail!("a replay was accepted");
    }
    tell(&Refusal {
        attempt: "the same answer again (a replay)",
        wallet: None,
        counter: Some(said.trim().trim_start_matches("REFUSED: ").to_owned()),
    });
    tell(&refusals::changed_request(&mut world, rng)?);
    tell(&refusals::another_device(&mut world, rng)?);
    tell(&refusals::revoked(&mut world, rng)?);
    tell(&refusals::under_age(&mut world, rng)?);
    tell(&refusals::unknown_issuer(&mut world, rng)?);
    Ok(world)
}

/// The page of a registry with people who do not exist, until somebody ends it.
fn open_page(world: &World, listen: SocketAddr) -> Result<()> {
    // The journey's registry has renewed for next week.
    let folder = world.folder.join("page-office");
    let registry = Office::create(&folder, PASSPHRASE, Cost::STANDARD, &mut rng())?;
    let taken = std::net::TcpListener::bind(listen).is_err();
    let listen = SocketAddr::new(listen.ip(), if taken { 0 } else { listen.port() });
    let config = Config {
        listen,
        demo: true,
        names: BTreeMap::from([
            ("en".to_owned(), "City of Rivermouth".to_owned()),
            ("nl".to_owned(), "Gemeente Riviermond".to_owned()),
            ("fr".to_owned(), "Ville de Rivebouche".to_owned()),
        ]),
        ..Config::default()
    };
    page::fill(
        &registry,
        &[world.resident.clone(), world.patient.clone()],
        &format!("http://{listen}"),
        now()?,
        &mut rng(),
    )?;
    service::serve(registry, config, |url| {
        say(&format!("\n8. The registry's page is open: {url}"));
        say(&format!(
            "   Everybody's password is \"{}\".",
            page::PASSWORD
        ));
        for (name, role) in page::STAFF {
            say(&format!("   {name:<7} {}", role.code()));
        }
        say("   Press Ctrl-C to end it.");
    })?;
    Ok(())
}

/// The showing: request, review, answer, check, and what came of it.
fn show(world: &World, wallet: &Wallet, counter: &Counter<'_>) -> Result<()> {
    say("\n3. The counter of the corner pharmacy asks. Its screen shows this:");
    let request = counter.ask()?;
    let symbol = PngText::new(DocumentKind::Request, &request)?.symbol;
    say(&symbol.to_terminal());
    say(&format!(
        "   request: {} octets, QR version {}",
        request.len(),
        symbol.version()
    ));

    say("\n4. The wallet shows who asks for what, she agrees, and it answers with this:");
    let moment = now()?;
    let review = wallet.review(&request, moment, "en")?;
    say(&format!(
        "   {} asks: {}",
        review.verifier(),
        review.purpose()
    ));
    for item in review.items(0)? {
        for shown in &item.disclosed {
            say(&format!("   + {}: {}", shown.name, shown.value));
        }
        item.proves
            .iter()
            .for_each(|words| say(&format!("   + {words}")));
        say(&format!("   - stays hidden: {}", item.hidden.join(", ")));
    }
    let begun = Instant::now();
    let answer = showing::answer(world, wallet, &request, "answer", &mut rng())?;
    let took = begun.elapsed().as_millis();
    say(&answer.shown.symbol.to_terminal());
    let (octets, version) = (answer.octets.len(), answer.shown.symbol.version());
    say(&format!(
        "   answer: {octets} octets, QR version {version}, {took} ms with drawing and reading it back"
    ));

    say("\n5. The counter reads the picture and checks it.");
    match &counter.interfaces {
        Some(names) => say(&format!(
            "   Its program runs in a network namespace of its own; interfaces there: {names} (down)."
        )),
        None => say(
            "   NOTE: this system lets no program give up its network; the counter's has no code for one.",
        ),
    }
    let (accepted, said) = counter.check(&world.folder.join("answer.png"))?;
    if !accepted {
        bail!("a good answer was refused: {said}");
    }
    side_by_side(wallet, &said);
    Ok(())
}

/// What the credential holds beside what the counter learned.
fn side_by_side(wallet: &Wallet, said: &str) {
    let credentials = wallet.credentials("en");
    let holds = credentials.iter().take(1).flat_map(|c| &c.attributes);
    let mut left: Vec<_> = holds
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    left.insert(0, "THE CREDENTIAL HOLDS".to_owned());
    let learned = std::iter::once("THE COUNTER LEARNED").chain(said.lines().skip(1));
    let right: Vec<_> = learned.map(str::trim).collect();
    for row in 0..left.len().max(right.len()) {
        let cell = |column: Option<&str>| column.unwrap_or_default().to_owned();
        let (l, r) = (
            cell(left.get(row).map(String::as_str)),
            cell(right.get(row).copied()),
        );
        // A digest is too long for its column.
        let cut = l.char_indices().nth(42).map(|(place, _)| place);
        let l = cut
            .and_then(|place| l.get(..place))
            .map_or(l.clone(), |head| format!("{head}…"));
        say(&format!("   {l:<44}| {r}"));
    }
}

fn tell(refusal: &Refusal) {
    say(&format!("   {}", refusal.attempt));
    if let Some(words) = &refusal.wallet {
        say(&format!("     wallet:  {words}"));
    }
    if let Some(words) = &refusal.counter {
        say(&format!("     counter: {words}"));
    }
}

fn utf8(path: &Path) -> Result<String> {
    Ok(path
        .to_str()
        .context("the program's path is not UTF-8")?
        .to_owned())
}
