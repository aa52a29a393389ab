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

type Rule = Box<dyn FnMut(&str) -> Act + Send>;

/// The one in between. Its threads end with the process.
pub struct Between {
    pub address: SocketAddr,
    rule: Arc<Mutex<Rule>>,
    to: Arc<Mutex<Option<SocketAddr>>>,
    /// The heads of the requests so far.
    pub seen: Arc<Mutex<Vec<String>>>,
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
        };
        let (rule, to, seen) = (
            between.rule.clone(),
            between.to.clone(),
            between.seen.clone(),
        );
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (rule, to, seen) = (rule.clone(), to.clone(), seen.clone());
                std::thread::spawn(move || serve(stream, &rule, &to, &seen));
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

fn serve(
    mut stream: TcpStream,
    rule: &Mutex<Rule>,
    to: &Mutex<Option<SocketAddr>>,
    seen: &Mutex<Vec<String>>,
) -> Option<()> {
    let (mut head, body) = read_request(&mut stream)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    let first = text
        .lines()
        .next()?
        .trim_end_matches(" HTTP/1.1")
        .to_owned();
    seen.lock().unwrap().push(text);
    let act = rule.lock().unwrap()(&first);
    if let Act::Say(answer) = &act {
        // Whoever reads no more has seen enough.
        let _ = stream.write_all(answer);
        return Some(());
    }
    head.truncate(head.len() - 2);
    head.extend(b"connection: close\r\n\r\n");
    head.extend(body);
    let to = (*to.lock().unwrap())?;
    let mut service = TcpStream::connect(to).ok()?;
    service.write_all(&head).ok()?;
    let mut answer = Vec::new();
    service.read_to_end(&mut answer).ok()?;
    if matches!(act, Act::Pass) {
        stream.write_all(&answer).ok()?;
    }
    Some(())
}

/// An answer over HTTP.
pub fn answer(status: u16, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
