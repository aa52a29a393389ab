//! The library reaches no network, file, clock or ambient randomness: what it calls itself is kept out
//! by clippy (`clippy.toml`, denied in `lib.rs`), and what it stands on is this list.
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::process::Command;

/// Pure computation: arithmetic, ciphers, encodings.
const PURE: [&str; 55] = [
    "aead",
    "base45",
    "base64",
    "bitcoin-consensus-encoding",
    "bitcoin-internals",
    "bitcoin_hashes",
    "block-buffer",
    "blst",
    "cfg-if",
    "chacha20",
    "chacha20poly1305",
    "cipher",
    "cmov",
    "const-oid",
    "crc",
    "crc-catalog",
    "crypto-common",
    "ctutils",
    "curve25519-dalek",
    "deranged",
    "digest",
    "ed25519",
    "ed25519-dalek",
    "fiat-crypto",
    "hkdf",
    "hmac",
    "hybrid-array",
    "inout",
    "keccak",
    "minicbor",
    "num-conv",
    "poly1305",
    "powerfmt",
    "rand_core",
    "rand_xoshiro",
    "serde",
    "serde_core",
    "serde_spanned",
    "sha2",
    "shake",
    "signature",
    "sponge-cursor",
    "subtle",
    "thiserror",
    "time",
    "time-core",
    "toml",
    "toml_datetime",
    "toml_parser",
    "toml_writer",
    "typenum",
    "universal-hash",
    "ur",
    "winnow",
    "zeroize",
];

/// What runs while compiling only.
const COMPILING: [&str; 8] = [
    "curve25519-dalek-derive",
    "proc-macro2",
    "quote",
    "serde_derive",
    "syn",
    "thiserror-impl",
    "unicode-ident",
    "zeroize_derive",
];

/// What comes along and is not called: processor features through the C library, and threads that the
/// curve offers. Each with whoever brings it, which may be nobody else.
const NOT_CALLED: [(&str, &[&str]); 5] = [
    (
        "cpufeatures",
        &["chacha20", "curve25519-dalek", "keccak", "poly1305", "sha2"],
    ),
    ("libc", &["cpufeatures", "num_cpus"]),
    ("threadpool", &["blst"]),
    ("num_cpus", &["threadpool"]),
    ("hermit-abi", &["num_cpus"]),
];

/// Never, with any feature of the core: what reaches a network, a database, a runtime.
const NEVER: [&str; 12] = [
    "axum",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "reqwest",
    "rusqlite",
    "rustls",
    "socket2",
    "tokio",
    "ureq",
    "web-sys",
];

/// The crates that `package` is built from on any system, or those that `more` asks for. Cargo brings
/// those of other systems the first time, as it brings this one's for the build.
fn tree(package: &str, more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--locked", "--package", package])
        .args([
            "--edges", "normal", "--target", "all", "--prefix", "none", "--format", "{p}",
        ])
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = said
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn the_library_stands_on_nothing_that_reaches_out() {
    let mut found = tree("glimpse-verifier", &[]);
    assert!(found.remove("glimpse-verifier") && found.remove("glimpse-core"));
    let known = |name: &&str| {
        let along = NOT_CALLED.iter().map(|(name, _)| name);
        PURE.iter()
            .chain(&COMPILING)
            .chain(along)
            .any(|known| known == name)
    };
    let unknown: Vec<_> = found
        .iter()
        .map(String::as_str)
        .filter(|name| !known(name))
        .collect();
    assert_eq!(unknown, [""; 0], "say why it is pure, or leave it out");
    for (name, by) in NOT_CALLED {
        if found.contains(name) {
            let users = tree("glimpse-verifier", &["--invert", name, "--depth", "1"]);
            let others: Vec<_> = users.iter().filter(|user| *user != name).collect();
            assert!(
                others.iter().all(|user| by.contains(&user.as_str())),
                "{name}: {others:?}"
            );
        }
    }
}

#[test]
fn no_feature_of_the_core_reaches_out() {
    let found = tree("glimpse-core", &["--all-features"]);
    assert!(
        found.contains("image") && found.contains("argon2"),
        "the features are in it"
    );
    for name in NEVER {
        assert!(!found.contains(name), "{name}");
    }
}
