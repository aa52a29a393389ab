//! A browser without script: it keeps cookies and follows nothing by itself.

use std::collections::BTreeMap;

use glimpse_core::transport::image::decode_luma;
use serde_json::Value;

/// What came back.
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The status and the problem's code.
    pub fn said(&self) -> (u16, String) {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.text
        );
        let kind = self.json()["type"].as_str().unwrap().to_owned();
        (self.status, kind.rsplit(':').next().unwrap().to_owned())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        &self.headers["location"]
    }

    /// The links of the visitor's page, for a wallet here and for one elsewhere: the second is read
    /// off the drawn QR code.
    pub fn links(&self) -> (String, Option<String>) {
        let after = self.text.split_once("class=\"open\" href=\"").unwrap().1;
        let here = after.split_once('"').unwrap().0.replace("&amp;", "&");
        (here, symbol(&self.text))
    }
}

/// What the QR code on a page says.
pub fn symbol(page: &str) -> Option<String> {
    let drawn = &page[page.find("<svg")?..page.find("</svg>")?];
    let path = drawn
        .rsplit_once(" d=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    let side = drawn.split_once("viewBox=\"0 0 ").unwrap().1;
    let side: usize = side.split_once(' ').unwrap().0.parse().unwrap();
    let mut pixels = vec![255; side * side];
    // Each module is "Mx yhWvHh-WV..." of the renderer's.
    for square in path.split('M').filter(|s| !s.is_empty()) {
        let (start, rest) = square.split_once('h').unwrap();
        let (x, y) = start.split_once([' ', ',']).unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let (width, rest) = rest.split_once('v').unwrap();
        let height: usize = rest.split_once('H').unwrap().0.parse().unwrap();
        for row in y..y + height {
            let start = row * side + x;
            pixels[start..start + width.parse::<usize>().unwrap()].fill(0);
        }
    }
    let side = u32::try_from(side).unwrap();
    Some(decode_luma(side, side, &pixels).unwrap())
}

/// Cookies of one browser: by host and path, and name.
#[derive(Default, Clone)]
pub struct Browser {
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    pub fn get(&mut self, address: &str) -> Reply {
        self.get_with(address, &[])
    }

    pub fn get_with(&mut self, address: &str, heads: &[(&str, &str)]) -> Reply {
        self.send("GET", address, heads)
    }

    pub fn post(&mut self, address: &str) -> Reply {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send("POST", address, &[kind])
    }

    /// What it would send to an address.
    pub fn cookies(&self, address: &str) -> String {
        let address = url::Url::parse(address).unwrap();
        let place = format!("{}{}", address.authority(), address.path());
        let within = |at: &str| {
            let rest = place.strip_prefix(at);
            rest.is_some_and(|rest| at.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
        };
        let sent = self.cookies.iter().filter(|((at, _), _)| within(at));
        let sent: Vec<_> = sent.map(|((_, n), v)| format!("{n}={v}")).collect();
        sent.join("; ")
    }

    fn send(&mut self, method: &str, address: &str, heads: &[(&str, &str)]) -> Reply {
        let cookies = self.cookies(address);
        let mut heads = heads.to_vec();
        if !cookies.is_empty() {
            heads.push(("cookie", &cookies));
        }
        let reply = send(method, address, &heads, b"");
        if let Some(set) = reply.headers.get("set-cookie") {
            self.keep(address, set);
        }
        reply
    }

    fn keep(&mut self, address: &str, set: &str) {
        let (pair, about) = set.split_once(';').unwrap();
        let has = |word| about.contains(word);
        assert!(has("HttpOnly") && has("SameSite=Lax"), "{set}");
        let (name, value) = pair.split_once('=').unwrap();
        let path = about.split_once("Path=").unwrap().1;
        let path = path.split(';').next().unwrap();
        let address = url::Url::parse(address).unwrap();
        let key = (format!("{}{path}", address.authority()), name.to_owned());
        if has("Max-Age=0;") {
            self.cookies.remove(&key);
        } else {
            self.cookies.insert(key, value.to_owned());
        }
    }
}

/// One request.
pub fn send(method: &str, address: &str, heads: &[(&str, &str)], body: &[u8]) -> Reply {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0);
    let agent = config.max_redirects_will_error(false).build().new_agent();
    let mut request = ureq::http::Request::builder().method(method).uri(address);
    for (name, value) in heads {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body).unwrap()).unwrap();
    let headers = response.headers().iter();
    let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()));
    Reply {
        status: response.status().as_u16(),
        headers: headers.collect(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}
