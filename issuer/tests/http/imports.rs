//! Residents from a spreadsheet, over HTTP, with the service's own worker.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use glimpse_issuer::service::config::Config;
use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::schemas::{PATIENT, add};
use crate::service::{Client, Reply, on_each, on_each_with};

const HEADING: &str = "Referentie;Ingezetenennummer;Recht op;Geldig tot\r\n";

fn send(client: &Client, schema: &str, file: &[u8]) -> Reply {
    let path = format!("/api/imports?schema={schema}&name=people.csv");
    client.send("POST", &path, &[("content-type", "text/csv")], file)
}

fn rows(number: u32) -> String {
    let row = |n| format!("A-{n};N-{n};1;31-01-2030\r\n");
    HEADING.to_owned() + &(0..number).map(row).collect::<String>()
}

/// Polls until the import is in this state.
fn until(client: &Client, path: &str, state: &str) -> Value {
    let start = Instant::now();
    loop {
        let import = client.get(path);
        assert_eq!(import.status, 200, "{}", import.text);
        if import.json["state"] == state {
            return import.json;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{}", import.text);
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn check(client: &Client, import: &Value) -> String {
    let path = format!("/api/imports/{}", import["id"].as_str().unwrap());
    let mapping = json!({ "mapping": import["mapping"] });
    let reply = client.post(&format!("{path}/check"), &mapping);
    assert_eq!(reply.status, 202, "{}", reply.text);
    until(client, &path, "checked");
    path
}

#[test]
fn a_spreadsheet_becomes_residents() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let file = format!(
            "{HEADING}A-1;Zo\u{eb};Ordinary medicine;31-01-2030\r\nA-2;=1+2;9;2030-01-31\r\n"
        );
        // As a spreadsheet program of the West saves it.
        let latin: Vec<u8> = file.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let sent = send(&clerk, &schema, &latin);
        assert_eq!(sent.status, 201, "{}", sent.text);
        let import = &sent.json;
        assert_eq!(
            (&import["encoding"], &import["delimiter"], &import["rows"]),
            (&json!("windows-1252"), &json!(";"), &json!(2))
        );
        assert_eq!(import["sample"][0][1], "Zoë");
        let path = check(&clerk, import);
        let checked = clerk.get(&path).json;
        assert_eq!(checked["checked"], json!({ "good": 1, "bad": 1 }));
        assert_eq!(clerk.post(&format!("{path}/run"), &json!({})).status, 202);
        let done = until(&clerk, &path, "done");
        assert_eq!(
            (&done["created"], &done["skipped"], &done["bad"]),
            (&json!(1), &json!(0), &json!(1))
        );
        let found = clerk.get("/api/residents?search=zoe");
        assert_eq!(found.json["items"][0]["reference"], "A-1");
        let errors = clerk.get(&format!("{path}/errors"));
        assert_eq!(
            errors.json["items"],
            json!([{ "row": 3, "field": "entitlement", "code": "enumeration",
                "message": "must be one of the schema's codes or names" }])
        );
        let csv = clerk.get(&format!("{path}/errors.csv"));
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert!(csv.headers["content-disposition"].starts_with("attachment"));
        assert!(csv.text.contains("3,\"entitlement\"") && !csv.text.contains("1+2"));
        assert_eq!(clerk.get("/api/imports").json["total"], 1);
        assert_eq!(clerk.delete(&path).status, 204);
        assert_eq!(clerk.get(&path).said(), (404, "not-found"));
    });
}

#[test]
fn a_service_that_stops_in_the_middle_of_an_import_is_followed_by_another() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let sent = send(&clerk, &schema, rows(4000).as_bytes());
        let path = check(&clerk, &sent.json);
        let first = service.replica();
        let mut other = clerk.clone();
        other.url.clone_from(&first.url);
        assert_eq!(other.post(&format!("{path}/run"), &json!({})).status, 202);
        // Whichever of the two works, one goes while it does.
        drop(first);
        service.wait(61);
        let done = until(&clerk, &path, "done");
        assert_eq!(
            (&done["created"], &done["skipped"], &done["done"]),
            (&json!(4000), &json!(0), &json!(4000))
        );
        assert_eq!(clerk.get("/api/residents").json["total"], 4000);
    });
}

#[test]
fn files_that_cannot_be_read_are_refused_and_leave_nothing() {
    let small = |config: &mut Config| config.limits.import_octets = 20_000;
    on_each_with(small, |service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let mixed = [rows(3).as_bytes(), "Zoë\r\n\u{7}".as_bytes(), b"\xeb"].concat();
        for (file, code) in [
            (Vec::new(), "empty"),
            (HEADING.as_bytes().to_vec(), "empty"),
            (mixed, "encoding"),
            (
                format!("{HEADING}\"{}\"", "x".repeat(5000)).into_bytes(),
                "field",
            ),
            (vec![b';'; 300], "columns"),
        ] {
            let reply = send(&clerk, &schema, &file);
            assert_eq!(reply.said(), (422, "invalid"), "{code}: {}", reply.text);
            assert_eq!(reply.json["errors"][0]["code"], code);
        }
        let large = rows(2000);
        assert_eq!(
            send(&clerk, &schema, large.as_bytes()).said(),
            (413, "too-large")
        );
        // The same without a length beforehand, in pieces.
        let said = chunked(&clerk, &schema, large.as_bytes());
        assert!(said.starts_with("HTTP/1.1 413"), "{said}");
        // A line that breaks before all has come.
        let said = broken(&clerk, &schema, &large.as_bytes()[..9000]);
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 400"),
            "{said}"
        );
        let path = format!("/api/imports?schema={schema}&name=a.csv");
        let json = [("content-type", "application/json")];
        assert_eq!(clerk.send("POST", &path, &json, b"{}").status, 415);
        for query in [
            "",
            "?schema=1&name=a",
            "?name=a",
            &format!("?schema={schema}"),
        ] {
            let kind = [("content-type", "text/csv")];
            let path = format!("/api/imports{query}");
            let reply = clerk.send("POST", &path, &kind, b"a;b\n1;2\n");
            assert_eq!(reply.said(), (400, "bad-request"), "{query}");
        }
        let name = format!("/api/imports?schema={schema}&name=a%0d%0ab");
        let reply = clerk.send("POST", &name, &[("content-type", "text/csv")], b"a\n1\n");
        assert_eq!(reply.json["errors"][0]["field"], "name", "{}", reply.text);
        let other = send(&clerk, &"0".repeat(64), b"a\n1\n");
        assert_eq!(other.said(), (404, "not-found"));
        assert_eq!(clerk.get("/api/imports").json["total"], 0);
        let count = |sql: &'static str| {
            let office = service.office();
            office.store().read(|tx| tx.number(sql, &[])).unwrap()
        };
        let start = Instant::now();
        while count("SELECT count(*) FROM imports") > 0 {
            assert!(start.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(count("SELECT count(*) FROM import_pieces"), 0);
    });
}

fn begin(client: &Client, schema: &str, header: &str) -> TcpStream {
    let address = client.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let (cookie, csrf) = (
        client.cookie.as_ref().unwrap(),
        client.csrf.as_ref().unwrap(),
    );
    write!(
        stream,
        "POST /api/imports?schema={schema}&name=a.csv HTTP/1.1\r\nhost: {address}\r\n\
         cookie: {cookie}\r\nx-csrf-token: {csrf}\r\ncontent-type: text/csv\r\n\
         connection: close\r\n{header}\r\n\r\n"
    )
    .unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    text
}

fn chunked(client: &Client, schema: &str, file: &[u8]) -> String {
    let mut stream = begin(client, schema, "transfer-encoding: chunked");
    for piece in file.chunks(1000) {
        write!(stream, "{:x}\r\n", piece.len()).unwrap();
        // It may be refused before all of it is sent.
        if stream.write_all(&[piece, b"\r\n"].concat()).is_err() {
            break;
        }
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    answer(stream)
}

fn broken(client: &Client, schema: &str, file: &[u8]) -> String {
    let mut stream = begin(client, schema, "content-length: 10000");
    stream.write_all(file).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    answer(stream)
}

#[test]
fn steps_out_of_order_are_refused() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let sent = send(&clerk, &schema, rows(2).as_bytes());
        let path = format!("/api/imports/{}", sent.json["id"].as_str().unwrap());
        let post = |step: &str, body: &Value| clerk.post(&format!("{path}/{step}"), body);
        assert_eq!(post("run", &json!({})).said(), (409, "state"));
        for mapping in [
            json!({}),
            json!({ "mapping": "x" }),
            json!({ "mapping": [] }),
            json!({ "mapping": [{ "column": -1, "attribute": "number" }] }),
            json!({ "mapping": [{ "column": 99, "attribute": "<script>" }] }),
            json!({ "mapping": [{ "column": 0, "attribute": "number", "dates": "never" }] }),
        ] {
            assert_eq!(
                post("check", &mapping).said(),
                (422, "invalid"),
                "{mapping}"
            );
        }
        assert_eq!(clerk.get(&path).json["state"], "mapping");
        assert_eq!(clerk.delete(&path).status, 204);
        assert_eq!(clerk.get(&path).json["state"], "cancelled");
        let mapping = json!({ "mapping": sent.json["mapping"] });
        assert_eq!(post("check", &mapping).said(), (409, "state"));
        assert_eq!(post("run", &json!({})).said(), (409, "state"));
        let nothing = format!("/api/imports/{}", "0".repeat(32));
        for step in ["run", "check"] {
            let reply = clerk.post(&format!("{nothing}/{step}"), &mapping);
            assert_eq!(reply.said(), (404, "not-found"));
        }
        for path in ["", "/errors", "/errors.csv"] {
            assert_eq!(
                clerk.get(&format!("{nothing}{path}")).said(),
                (404, "not-found")
            );
        }
        let auditor = service.signed_in(Role::Auditor);
        assert_eq!(
            send(&auditor, &schema, b"a\n1\n").said(),
            (403, "forbidden")
        );
    });
}
