//! The commands as the screens call them, through Tauri's mock runtime: what the screens' `api.ts`
//! names is there, a closed wallet gives nothing away, and no body whatever makes one panic.
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::Arc;

use glimpse_app::{App, Home, with_commands};
use glimpse_wallet::vault::{Devices, InMemory};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{WebviewUrl, WebviewWindow, WebviewWindowBuilder};

const API: &str = include_str!("../../ui/src/api.ts");
/// What a closed wallet does.
const CLOSED: [&str; 9] = [
    "status",
    "set_language",
    "create",
    "unlock",
    "lock",
    "touch",
    "decline",
    "restore",
    "erase",
];

struct Screens {
    view: WebviewWindow<MockRuntime>,
    _app: tauri::App<MockRuntime>,
    _folder: tempfile::TempDir,
}

impl Screens {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::new(Home {
            folder: folder.path().join("wallet"),
            backups: folder.path().join("backups"),
            devices: Devices::Given(Arc::new(InMemory::default())),
            ..Home::standard().unwrap()
        });
        let app = with_commands(mock_builder(), Arc::new(app))
            .build(mock_context(noop_assets()))
            .unwrap();
        let view = WebviewWindowBuilder::new(&app, "main", WebviewUrl::default());
        Self {
            view: view.build().unwrap(),
            _app: app,
            _folder: folder,
        }
    }

    fn send(&self, command: &str, body: InvokeBody) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body,
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        let answer = get_ipc_response(&self.view, request)?;
        Ok(answer.deserialize().unwrap())
    }

    fn invoke(&self, command: &str, body: Value) -> Result<Value, Value> {
        self.send(command, InvokeBody::Json(body))
    }
}

/// The commands that the screens name.
fn named() -> BTreeSet<&'static str> {
    let calls = API.split("invoke('").skip(1);
    calls
        .filter_map(|call| Some(call.split_once('\'')?.0))
        .collect()
}

/// A body that every command takes.
fn any_body() -> Value {
    json!({
        "pin": "493817", "old": "493817", "new": "738291", "language": "en", "id": 1, "text": "x",
        "alternative": 0, "showing": null, "code": null, "file": [1], "words": "x", "step": 1,
        "settings": { "lock_after": 5, "renew_by_itself": true },
    })
}

#[test]
fn every_command_that_the_screens_name_is_there() {
    let screens = Screens::new();
    assert!(named().len() > 25, "{:?}", named());
    for command in named() {
        if let Err(said) = screens.invoke(command, any_body()) {
            let said = said.as_str().unwrap_or_default();
            assert!(!said.contains("not found"), "{said}");
            assert!(!said.contains("missing required key"), "{command}: {said}");
        }
    }
    let unknown = screens.invoke("no_such_command", json!({})).unwrap_err();
    assert!(unknown.as_str().unwrap().contains("not found"));
}

#[test]
fn a_closed_wallet_gives_nothing_away() {
    let screens = Screens::new();
    screens
        .invoke("create", json!({ "pin": "493817" }))
        .unwrap();
    assert_eq!(screens.invoke("cards", json!({})).unwrap(), json!([]));
    screens.invoke("lock", json!({})).unwrap();
    for command in named() {
        if CLOSED.contains(&command) {
            continue;
        }
        let body = match command {
            "open_file" | "scan" => InvokeBody::Raw(b"GQ1".to_vec()),
            _ => InvokeBody::Json(any_body()),
        };
        match screens.send(command, body) {
            Err(fault) => {
                let code = fault.get("code").and_then(Value::as_str);
                // Without a wallet nothing is under review either, and no pixels have a width.
                let closed = match command {
                    "scan" => code.is_some(),
                    _ => matches!(code, Some("locked" | "missing")),
                };
                assert!(closed, "{command}: {fault}");
            }
            Ok(answer) => panic!("{command} answers {answer}"),
        }
    }
}

#[test]
fn no_body_makes_a_command_panic() {
    let screens = Screens::new();
    screens
        .invoke("create", json!({ "pin": "493817" }))
        .unwrap();
    let long = "9".repeat(1 << 16);
    let bodies = [
        json!(null),
        json!([]),
        json!({}),
        json!({ "pin": 1, "text": [], "id": "x", "alternative": -1, "settings": 7 }),
        json!({ "pin": "", "text": "", "id": i64::MIN, "alternative": u64::MAX, "showing": -1,
                "language": "\u{202e}", "old": "", "new": "", "code": "", "file": [],
                "words": "", "settings": { "lock_after": u32::MAX, "renew_by_itself": false } }),
        json!({ "pin": long, "text": long, "language": long, "code": long, "words": long,
                "id": 0, "alternative": 0, "file": [0, 1, 2], "old": long, "new": long }),
    ];
    for command in named() {
        for body in &bodies {
            // A panic would leave no answer, and the test without an end.
            let _ = screens.invoke(command, body.clone());
        }
        let _ = screens.send(command, InvokeBody::Raw(vec![255; 4096]));
    }
    let status = screens.invoke("status", json!({})).unwrap();
    assert!(status.get("stage").is_some());
}
