//! Keeps the screens' TypeScript the same as the types here.

use std::path::Path;

use ts_rs::{Config, TS};

use super::*;

macro_rules! declarations {
    ($($view:ty),* $(,)?) => {{
        let config = Config::default().with_large_int("number");
        let mut text = String::from(
            "// Generated from wallet-app/wallet/src/app/views: `GLIMPSE_WRITE=1 cargo test -p glimpse-wallet bindings`.\n\
             export type Texts = Record<string, string>;\n",
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
        Stage,
        Notice,
        Status,
        FaultCode,
        Fault,
        BackupView,
        Settings,
        CardState,
        AttributeKind,
        AttributeView,
        SchemaView,
        Card,
        Reason,
        StatedView,
        ProofView,
        DisclosedView,
        ItemView,
        WarningView,
        AlternativeView,
        ReviewView,
        Symbol,
        AnswerView,
        HistoryView,
        TrustView,
        Opened,
        CodeView,
        OfferView,
        Redeemed,
        PaperRequest,
        RenewalOf,
        RenewalView,
        RenewedView,
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/bindings.ts");
    if std::env::var_os("GLIMPSE_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == text,
        "bindings.ts is stale: run this test with GLIMPSE_WRITE=1"
    );
}
