//! Which addresses are asked, and servers that take their time or say too much.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;

use super::*;

fn read(text: &str) -> Option<String> {
    Address::read(text).map(|address| address.host())
}

#[test]
fn https_everywhere_and_http_here_alone() {
    for (text, host) in [
        ("https://city.example", "city.example"),
        ("https://city.example:8443/a?b=c", "city.example:8443"),
        ("https://CITY.example:443/", "city.example"),
        ("http://localhost:8700", "localhost:8700"),
        ("http://127.0.0.1:1/x", "127.0.0.1:1"),
        ("http://[::1]:1/x", "[::1]:1"),
        // A Cyrillic letter shows itself.
        ("https://c\u{456}ty.example", "xn--cty-jnb.example"),
    ] {
        let found = read(text).unwrap_or_else(|| panic!("{text}"));
        assert!(
            found == host || found.starts_with("xn--"),
            "{text}: {found}"
        );
    }
    let long = format!("https://city.example/{}", "a".repeat(MAX_ADDRESS));
    for text in [
        "",
        "city.example",
        "http://city.example",
        "http://localhost.example/",
        "http://127.0.0.1.example/",
        "http://10.0.0.1/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://city.example@evil.example/",
        "https://user:word@city.example/",
        "https://city.example/#part",
        "https://city.example/ x",
        "https:\\\\city.example",
        "https://",
        &long,
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_link_reaches_neither_this_machine_nor_its_network() {
    let open = |text: &str, loopback| Address::read(text).unwrap().is_open(loopback);
    for (text, demo) in [
        ("http://127.0.0.1:1/", true),
        ("http://localhost:1/", true),
        ("https://localhost/", true),
        ("https://LOCALHOST./", true),
        ("https://a.localhost/", true),
        ("https://127.1/", true),
        ("https://2130706433/", true),
        ("https://[::1]/", true),
        ("https://[::ffff:127.0.0.1]/", true),
        ("https://169.254.169.254/", false),
        ("https://10.0.0.1/", false),
        ("https://172.16.0.1/", false),
        ("https://192.168.1.1/", false),
        ("https://100.64.0.1/", false),
        ("https://0.0.0.0/", false),
        ("https://[::]/", false),
        ("https://[fe80::1]/", false),
        ("https://[fd00::1]/", false),
        ("https://[::ffff:10.0.0.1]/", false),
    ] {
        assert!(!open(text, false), "{text}");
        assert_eq!(open(text, true), demo, "{text}");
    }
    for text in [
        "https://city.example/",
        "https://93.184.216.34/",
        "https://[2606:2800::1]/",
    ] {
        assert!(open(text, false) && open(text, true), "{text}");
    }
    // And it is the client that sees to it.
    let (asked, heard) = std::sync::mpsc::channel();
    let here = server(move |_stream| asked.send(()).unwrap());
    let refused = Client::new(Times::default(), false).get(&here);
    assert!(matches!(error(refused), OnlineError::OtherSide(_)));
    assert!(heard.try_recv().is_err());
}

#[test]
fn well_known_documents_stand_before_the_path() {
    let at = |text: &str, name: &str| Address::read(text).unwrap().well_known(name).0.to_string();
    assert_eq!(
        at("https://a.example", "x"),
        "https://a.example/.well-known/x"
    );
    assert_eq!(
        at("https://a.example/b/c?d", "x"),
        "https://a.example/.well-known/x/b/c"
    );
    let under = Address::read("https://a.example/b/").unwrap().under("c/d");
    assert_eq!(under.as_str(), "https://a.example/b/c/d");
}

fn client() -> Client {
    Client::new(
        Times {
            connect: Duration::from_millis(500),
            answer: Duration::from_millis(300),
            file: Duration::from_millis(300),
        },
        true,
    )
}

/// Serves one connection, and gives what is to be asked.
fn server(serve: impl FnOnce(TcpStream) + Send + 'static) -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        serve(stream);
    });
    Address::read(&address).unwrap()
}

fn error(reply: Result<Reply, OnlineError>) -> OnlineError {
    reply.err().unwrap()
}

#[test]
fn who_takes_too_long_is_left() {
    let silent = server(|_stream| sleep(Duration::from_millis(900)));
    assert_eq!(error(client().get(&silent)), OnlineError::Offline);
    // One octet at a time, for ever.
    let slow = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            sleep(Duration::from_millis(50));
        }
    });
    assert_eq!(error(client().get(&slow)), OnlineError::Offline);
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = Address::read(&format!("http://{gone}/")).unwrap();
    assert_eq!(error(client().get(&gone)), OnlineError::Offline);
}

#[test]
fn who_says_too_much_is_left() {
    let large = OnlineError::OtherSide("its answer is too large");
    let body = |length: usize| {
        server(move |mut stream| {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&vec![b'x'; length]);
        })
    };
    assert!(client().file(&body(1000), 1000).is_ok());
    assert_eq!(error(client().file(&body(1001), 1000)), large);
    let endless = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(b"4\r\nxxxx\r\n").is_ok() {}
    });
    assert_eq!(error(client().file(&endless, 1000)), large);
    let head = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        while stream.write_all(&[b'x'; 1024]).is_ok() {}
    });
    assert!(matches!(
        error(client().get(&head)),
        OnlineError::OtherSide(_)
    ));
    // TLS is asked for, and something else speaks.
    let plain = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    });
    let plain = Address::read(&plain.as_str().replace("http:", "https:")).unwrap();
    assert!(client().get(&plain).is_err());
}
