//! What the window may do, as its files say: a page that somebody changed can do no more than ask
//! the wallet's own commands.
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn texts<'a>(of: &'a Value, place: &str) -> Vec<&'a str> {
    let list = of.pointer(place).and_then(Value::as_array);
    let list = list.into_iter().flatten();
    list.map(|one| one.as_str().expect("a name without a scope"))
        .collect()
}

/// On a desktop the page may listen, on a telephone also use the scanner and the finger.
#[test]
fn no_page_may_do_more_than_it_needs() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let everywhere = ["core:event:allow-listen", "core:event:allow-unlisten"];
    let telephone = [
        "barcode-scanner:allow-cancel",
        "barcode-scanner:allow-check-permissions",
        "barcode-scanner:allow-request-permissions",
        "barcode-scanner:allow-scan",
        "biometric:allow-authenticate",
        "biometric:allow-status",
    ];
    let mut seen = BTreeSet::new();
    for file in std::fs::read_dir(here.join("capabilities")).unwrap() {
        let capability = read(&file.unwrap().path());
        let name = capability.pointer("/identifier").and_then(Value::as_str);
        let name = name.unwrap().to_owned();
        assert_eq!(texts(&capability, "/windows"), ["main"], "{name}");
        assert!(capability.get("remote").is_none(), "{name}");
        let may = texts(&capability, "/permissions");
        match name.as_str() {
            "main" => assert_eq!(may, everywhere),
            "mobile" => {
                assert_eq!(texts(&capability, "/platforms"), ["android", "iOS"]);
                assert!(may.iter().all(|p| telephone.contains(p)), "{may:?}");
            }
            _ => panic!("another capability: {name}"),
        }
        seen.insert(name);
    }
    let config = read(&here.join("tauri.conf.json"));
    let used = texts(&config, "/app/security/capabilities");
    assert!(used.iter().all(|name| seen.contains(*name)), "{used:?}");
}

#[test]
fn the_policy_lets_nothing_in_from_elsewhere() {
    let config = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tauri.conf.json"));
    let security = config.pointer("/app/security").unwrap();
    let policy = security.get("csp").and_then(Value::as_str).unwrap();
    let allowed = [
        "'none'",
        "'self'",
        "data:",
        "blob:",
        // How commands travel.
        "ipc:",
        "http://ipc.localhost",
    ];
    for rule in policy.split(';') {
        let (name, sources) = rule.trim().split_once(' ').unwrap();
        for source in sources.split(' ') {
            assert!(allowed.contains(&source), "{name} {source}");
        }
        if name.starts_with("script") || name.starts_with("style") {
            assert_eq!(sources, "'self'", "{name}");
        }
    }
    assert!(policy.starts_with("default-src 'none';"));
    assert_eq!(security.get("freezePrototype"), Some(&Value::Bool(true)));
    assert_eq!(
        config.pointer("/app/withGlobalTauri"),
        Some(&Value::Bool(false))
    );
    let window = config.pointer("/app/windows/0").unwrap();
    // Opened by the program, which refuses other pages and windows.
    assert_eq!(window.get("create"), Some(&Value::Bool(false)));
    assert_eq!(window.get("devtools"), Some(&Value::Bool(false)));
    assert_eq!(window.get("contentProtected"), Some(&Value::Bool(true)));
    assert!(
        security
            .get("dangerousDisableAssetCspModification")
            .is_none()
    );
}

/// A desktop hands a link to the program only where its entry says how.
#[test]
fn a_package_takes_links() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = read(&here.join("tauri.conf.json"));
    let entry = config.pointer("/bundle/linux/deb/desktopTemplate");
    let entry = std::fs::read_to_string(here.join(entry.and_then(Value::as_str).unwrap()));
    assert!(entry.unwrap().contains("Exec={{exec}} %u"));
    let schemes = texts(&config, "/plugins/deep-link/desktop/schemes");
    assert_eq!(schemes, ["glimpse", "openid-credential-offer", "openid4vp"]);
}
