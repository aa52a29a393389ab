//! Keeps the package's TypeScript the same as the types here and in the library.

use std::path::Path;

use glimpse_verifier::{Card, Finding, Outcome, Report, Severity, Shows};
use ts_rs::{Config, TS};

use super::*;

macro_rules! declarations {
    ($($view:ty),* $(,)?) => {{
        let config = Config::default().with_large_int("number");
        let mut text = String::from(
            "// Generated from the Rust types: `GLIMPSE_WRITE=1 cargo test -p glimpse-verifier-wasm --all-features bindings`.\n",
        );
        $(
            text += "\nexport ";
            text += &<$view as TS>::decl(&config);
            text += "\n";
        )*
        text
    }};
}

#[test]
fn the_bindings_are_those_of_the_types() {
    let text = declarations![
        NewIdentity,
        PolicyText,
        AskedOf,
        Asked,
        Outcome,
        Report,
        Card,
        Shows,
        Severity,
        Finding,
        Registered,
        TrustListView,
        Kind,
        Progress,
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/types.ts");
    if std::env::var_os("GLIMPSE_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == text,
        "types.ts is stale: run this test with GLIMPSE_WRITE=1"
    );
}
