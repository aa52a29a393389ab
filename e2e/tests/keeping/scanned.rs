//! Codes that are not for a wallet: it says whom they are for.

use std::sync::Arc;

use glimpse_core::sealed::Cost;
use glimpse_core::transport::frames::Splitter;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_wallet::app::views::FaultCode;
use glimpse_wallet::app::{App, Home};
use glimpse_wallet::vault::{Devices, InMemory};

#[test]
fn a_counters_codes_are_said_to_be_a_counters() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::new(Home {
        folder: folder.path().join("wallet"),
        backups: folder.path().join("backups"),
        roots: None,
        list: None,
        devices: Devices::Given(Arc::<InMemory>::default()),
        cost: Some(Cost::LEAST),
        loopback: false,
    });
    app.create("493817").unwrap();
    let code = |text: &str| app.open_text(text).unwrap_err().code;
    let symbol = |kind| qr::encode(kind, b"purpose = \"age-check\"").unwrap();
    for kind in [
        DocumentKind::Answer,
        DocumentKind::Policy,
        DocumentKind::Registration,
    ] {
        assert_eq!(code(&symbol(kind)), FaultCode::ForCounter);
    }
    assert_eq!(code(&symbol(DocumentKind::Manifest)), FaultCode::Unreadable);
    let mut moving = Splitter::new(DocumentKind::Policy, b"purpose", 16).unwrap();
    assert_eq!(code(&moving.next_frame().unwrap()), FaultCode::ForCounter);
}
