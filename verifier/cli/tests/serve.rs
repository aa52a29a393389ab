//! The service as a program: its settings, its start and its end.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use glimpse_core::ids::Origin;
use serde_json::{Value, json};
use support::Shop;
use ureq::http::Request;

fn settings(shop: &Shop, digest: &str) -> String {
    shop.file(
        "serve.toml",
        format!(
            "listen = \"127.0.0.1:0\"\npolicies = \"{}\"\n[[site]]\nname = \"shop\"\n\
             tokens = [\"{digest}\"]\nreturn_to = [\"https://shop.example/back\"]\n",
            support::POLICIES
        )
        .as_bytes(),
    )
}

/// The service as a program of its own.
struct Service {
    process: Child,
    address: String,
    token: String,
    log: JoinHandle<String>,
}

impl Service {
    fn start(shop: &Shop) -> Self {
        let made = shop.run(&["serve", "--new-token"]);
        assert_eq!(made.code, 0, "{}", made.err);
        let digest = made.out.split('"').nth(1).unwrap();
        assert_eq!(digest.len(), 64, "{}", made.out);
        let token = made
            .out
            .split_whitespace()
            .find(|w| w.starts_with("glimpse_"));
        let settings = settings(shop, digest);
        let mut command = shop.command("counter", &["serve", "--config", &settings]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // All that there is to log of ours, and of what it is built on.
        let mut process = command.env("GLIMPSE_LOG", "trace").spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let at = line.find("http://127.0.0.1:").unwrap();
        // All the time, so that the service never waits for a reader.
        let mut errors = process.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut logged = String::new();
            errors.read_to_string(&mut logged).unwrap();
            logged
        });
        Self {
            log,
            process,
            address: line[at..].trim().to_owned(),
            token: token.unwrap().to_owned(),
        }
    }

    /// Ends it as the system does; what it logged.
    fn end(mut self) -> String {
        let id = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success() && self.process.wait().unwrap().success());
        self.log.join().unwrap()
    }

    fn site(&self, path: &str, body: &Value) -> Value {
        let request = Request::post(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        let reply = say(request.body(body.to_string()).unwrap());
        serde_json::from_str(&reply.text).unwrap()
    }
}

/// What came back.
struct Reply {
    text: String,
    cookie: Option<String>,
    location: Option<String>,
}

fn say(request: Request<String>) -> Reply {
    let config = ureq::Agent::config_builder().max_redirects(0);
    let agent = config.max_redirects_will_error(false).build().new_agent();
    let mut reply = agent.run(request).unwrap();
    let head = |name: &str| {
        let said = reply.headers().get(name)?.to_str().unwrap();
        Some(said.to_owned())
    };
    let (cookie, location) = (head("set-cookie"), head("location"));
    let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
    Reply {
        text: reply.body_mut().read_to_string().unwrap(),
        cookie,
        location,
    }
}

fn get(address: &str, cookie: &str) -> Reply {
    let request = Request::get(address).header("cookie", cookie);
    say(request.body(String::new()).unwrap())
}

#[test]
fn a_service_starts_over_a_counter_and_ends_when_it_is_told_to() {
    let shop = Shop::open();
    Service::start(&shop).end();
}

#[test]
fn what_was_shown_stands_in_no_log() {
    let shop = Shop::open();
    let service = Service::start(&shop);
    let begin = json!({ "policy": "over-18-and-city", "return_to": "https://shop.example/back" });
    let begun = service.site("/sessions", &begin);
    let page = get(begun["ask_url"].as_str().unwrap(), "");
    let cookie = page.cookie.unwrap();
    let link = page.text.split_once("class=\"open\" href=\"").unwrap().1;
    let link = link.split_once('"').unwrap().0.replace("&amp;", "&");
    let link = url::Url::parse(&link).unwrap();
    let uri = link.query_pairs().find(|(name, _)| name == "request_uri");
    let object = get(&uri.unwrap().1, "").text;
    let octets = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let claims: Value = serde_json::from_slice(&octets(object.split('.').nth(1).unwrap())).unwrap();
    let request = &claims["dcql_query"]["credentials"][0]["meta"]["request"];
    let here = Origin::parse(&service.address).unwrap();
    let request = octets(request.as_str().unwrap());
    let moment = glimpse_terminal::now().unwrap();
    let answer = shop
        .ada
        .answer_to(&here, &request, moment, &mut glimpse_terminal::rng());
    let answer = URL_SAFE_NO_PAD.encode(answer.unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (to, state) = (text(&claims["response_uri"]), text(&claims["state"]));
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("vp_token", &json!({ "card": [answer] }).to_string());
    form.append_pair("state", &state);
    let kind = "application/x-www-form-urlencoded";
    let form = Request::post(&to)
        .header("content-type", kind)
        .body(form.finish());
    let on = serde_json::from_str::<Value>(&say(form.unwrap()).text).unwrap();
    let on = text(&on["redirect_uri"]);
    let back = get(&on, &cookie).location.unwrap();
    let back = url::Url::parse(&back).unwrap();
    let code = back.query_pairs().next().unwrap().1.into_owned();
    let redeem = json!({ "id": begun["id"], "code": code });
    let report = service.site("/sessions/redeem", &redeem);
    assert_eq!(report["cards"][0]["values"][0]["value"], "Rivermouth");
    // What the service has been told and has said by now, and what came of it.
    let mut secrets = vec![answer, state, on, service.token.clone()];
    secrets.extend(["id", "ask_url"].map(|name| text(&begun[name])));
    secrets.push(to);
    let handles: Vec<_> = secrets
        .iter()
        .filter_map(|s| s.rsplit_once('/').map(|(_, handle)| handle.to_owned()))
        .collect();
    secrets.extend(handles);
    secrets.extend(["Rivermouth", "R-0042", "1990-05-05", "shop.example"].map(str::to_owned));
    secrets.extend([cookie, code]);
    let log = service.end();
    // The log is really read: the visit is in it, with its verdict.
    for said in [
        "\"code\":\"accepted\"",
        "\"route\":\"/answer/{handle}\"",
        "\"route\":\"/sessions/redeem\"",
    ] {
        assert!(log.contains(said), "{log}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret}\n{log}");
    }
}

#[test]
fn settings_that_cannot_be_used_say_what_to_do() {
    let shop = Shop::open();
    let wrong = settings(&shop, "a token in the clear");
    for (arguments, says) in [
        (vec!["serve", "--config", "nowhere.toml"], "nowhere.toml"),
        (vec!["serve", "--config", &wrong], "--new-token"),
    ] {
        let said = shop.run(&arguments);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains(says), "{}", said.err);
    }
}
