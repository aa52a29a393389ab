//! The office is killed, at one moment after another, while it answers a credential request. Then
//! the same request gets the answer that was sent, or that would have been, and never a second one.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use glimpse_core::ids::UnixTime;
use glimpse_issuer::Office;
use glimpse_issuer::invitation::Terms;
use serde_json::{Value, json};

use crate::service::{Client, Reply, Service, on_each};
use crate::wallet::{Wallet, record, schema};

const ROUNDS: u32 = 16;

/// The program itself, which can be killed as no thread can.
struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// Starts it for the office of a service, at an address that stays the same.
    fn start(service: &Service, port: u16) -> Self {
        let folder = service.folder.path().join("office");
        let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse-issuer"));
        command.arg("--office").arg(folder).arg("serve");
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.env("GLIMPSE_PASSPHRASE", "correct");
        match &service.config.database {
            Some(database) => command.env("GLIMPSE_DATABASE", database),
            None => command.env_remove("GLIMPSE_DATABASE"),
        };
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let program = Self {
            child: command.spawn().unwrap(),
            url: format!("http://127.0.0.1:{port}"),
        };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it does not start"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        program
    }

    fn kill(&mut self) {
        // SIGKILL: nothing of it runs on.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An invitation of its own for each round, as the page would have it.
fn invited(office: &Office, url: &str, round: u32, now: UnixTime) -> Value {
    let rng = &mut glimpse_terminal::rng();
    let record = record(&format!("A-{round}"));
    let id = office
        .create_resident(&record, "command", now, rng)
        .unwrap();
    let terms = Terms {
        devices: 1,
        minutes: 60,
        approval: false,
    };
    let (_, offered) = office.invite(id, terms, "The clerk", now, rng).unwrap();
    json!({
        "offer_value_uri": offered.by_value(url, "code"),
        "code": offered.transaction_code.as_str(),
    })
}

/// Sends a request that may get no answer.
fn try_to_ask(url: &str, token: &str, request: &Value) -> Option<String> {
    let sent = ureq::post(format!("{url}/oid4vci/credential"))
        .header("authorization", format!("Bearer {token}"))
        .send_json(request);
    sent.ok()?.body_mut().read_to_string().ok()
}

fn answered(reply: Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.text
}

#[test]
fn a_killed_office_gives_the_same_answer_or_none() {
    on_each(|service| {
        let now = glimpse_terminal::now().unwrap();
        let office = service.office();
        office.add_schema(&schema(), "command", now).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);

        let mut program = Program::start(service, port);
        let url = program.url.clone();
        // How long an answer takes here, undisturbed.
        let wallet = Wallet::at(Client::new(&url));
        let token = wallet.token(&invited(&office, &url, 0, now));
        let request = wallet.request(&[&wallet.prove(&wallet.nonce())]);
        let begun = Instant::now();
        answered(wallet.ask(&token, &request));
        let whole = begun.elapsed();

        let (mut unanswered, mut answers) = (0, 0);
        for round in 1..=ROUNDS {
            let wallet = Wallet::at(Client::new(&url));
            let token = wallet.token(&invited(&office, &url, round, now));
            let pending = wallet.prove(&wallet.nonce());
            let request = wallet.request(&[&pending]);
            let first = std::thread::scope(|scope| {
                let asked = scope.spawn(|| try_to_ask(&url, &token, &request));
                std::thread::sleep(whole * (round - 1) / (ROUNDS - 2));
                program.kill();
                asked.join().unwrap()
            });
            program = Program::start(service, port);
            let second = answered(wallet.ask(&token, &request));
            match first {
                None => unanswered += 1,
                Some(first) => {
                    answers += 1;
                    assert_eq!(first, second, "round {round}");
                }
            }
            assert_eq!(answered(wallet.ask(&token, &request)), second);
            let answer = serde_json::from_str(&second).unwrap();
            let credential = wallet.finish(pending, &answer, 0, now);
            let holders = office.holders().unwrap();
            assert_eq!(holders.len(), usize::try_from(round).unwrap() + 1);
            assert!(
                holders
                    .iter()
                    .any(|holder| holder.handle == credential.handle)
            );
        }
        eprintln!("{answers} answered, {unanswered} not, within {whole:?}");
        // At the first moment of all nothing can have been answered.
        assert!(unanswered > 0);
        assert_eq!(office.check_audit().unwrap().broken_at, None);
    });
}
