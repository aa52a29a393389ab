//! Somebody between a wallet and a service: passes on, breaks off, or answers in the service's place.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What happens to a request.
#[derive(Clone)]
pub enum Act {
    Pass,
    /// The service gets it, and the line breaks before its answer arrives.
    Break,
    /// The service does not get it; these octets are the answer.
    Say(Vec<u8>),
}

type Lines = Arc<Mutex<Vec<Vec<String>>>>;
type Rule = Box<dyn FnMut(&str) -> Act + Send>;

/// The one in between. Its threads end with the process.
pub struct Between {
    pub address: SocketAddr,
    rule: Arc<Mutex<Rule>>,
    to: Arc<Mutex<Option<SocketAddr>>>,
    /// The heads of the requests so far.
    pub seen: Arc<Mutex<Vec<String>>>,
    /// Methods and paths of the requests so far, by connection.
    pub lines: Lines,
}

impl Between {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let pass: Rule = Box::new(|_| Act::Pass);
        let between = Self {
            address: listener.local_addr().unwrap(),
            rule: Arc::new(Mutex::new(pass)),
            to: Arc::default(),
            seen: Arc::default(),
            lines: Arc::default(),
        };
        let (rule, to, seen) = (
            between.rule.clone(),
            between.to.clone(),
            between.seen.clone(),
        );
        let lines = between.lines.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (rule, to, seen) = (rule.clone(), to.clone(), seen.clone());
                let lines = lines.clone();
                std::thread::spawn(move || {
                    let mut stream = stream;
                    let number = {
                        let mut lines = lines.lock().unwrap();
                        lines.push(Vec::new());
                        lines.len() - 1
                    };
                    let note = |line: &str| lines.lock().unwrap()[number].push(line.to_owned());
                    while serve(&mut stream, &rule, &to, &seen, &note) == Some(true) {}
                });
            }
        });
        between
    }

    pub fn lead_to(&self, service: SocketAddr) {
        *self.to.lock().unwrap() = Some(service);
    }

    /// From now on; the rule sees the method and path.
    pub fn rule(&self, rule: impl FnMut(&str) -> Act + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }
}

/// A request's head, with the blank line after it, and its body.
pub fn read_request(stream: &mut TcpStream) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut head = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).ok().filter(|n| *n > 0)?;
        head.extend(&part[..read]);
        if let Some(end) = head.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let mut body = head.split_off(end);
    let text = String::from_utf8_lossy(&head).to_lowercase();
    let length = text.lines().find_map(|l| l.strip_prefix("content-length:"));
    let have = body.len();
    body.resize(length.map_or(0, |l| l.trim().parse().unwrap()), 0);
    stream.read_exact(&mut body[have..]).ok()?;
    Some((head, body))
}

/// Whether another request may come on this connection.
fn serve(
    stream: &mut TcpStream,
    rule: &Mutex<Rule>,
    to: &Mutex<Option<SocketAddr>>,
    seen: &Mutex<Vec<String>>,
    note: &dyn Fn(&str),
) -> Option<bool> {
    let (mut head, body) = read_request(stream)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    let first = text
        .lines()
        .next()?
        .trim_end_matches(" HTTP/1.1")
        .to_owned();
    note(&first);
    seen.lock().unwrap().push(text);
    let act = rule.lock().unwrap()(&first);
    if let Act::Say(answer) = &act {
        // Whoever reads no more has seen enough.
        let _ = stream.write_all(answer);
        return Some(false);
    }
    head.truncate(head.len() - 2);
    head.extend(b"connection: close\r\n\r\n");
    head.extend(body);
    let to = (*to.lock().unwrap())?;
    let mut service = TcpStream::connect(to).ok()?;
    service.write_all(&head).ok()?;
    let mut answer = Vec::new();
    service.read_to_end(&mut answer).ok()?;
    if !matches!(act, Act::Pass) {
        return Some(false);
    }
    let lasts = outlast(&mut answer);
    stream.write_all(&answer).ok()?;
    Some(lasts)
}

/// Takes from an answer of known length that its connection ends with it.
fn outlast(answer: &mut Vec<u8>) -> bool {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
    let Some(end) = end else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    if !head.contains("content-length:") {
        return false;
    }
    let kept: Vec<_> = head
        .split("\r\n")
        .filter(|line| !line.starts_with("connection:"))
        .collect();
    let head = kept.join("\r\n").replacen("http/", "HTTP/", 1);
    answer.splice(..end, head.into_bytes());
    true
}

/// An answer over HTTP.
pub fn answer(status: u16, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
