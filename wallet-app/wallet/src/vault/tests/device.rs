//! The device entry: in a keychain the files alone are worth nothing; and a real keychain.

use std::process::Command;

use super::*;

#[test]
fn files_without_their_keychain_open_under_no_pin() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::default();
    let here = place(folder.path(), &keychain);
    drop(created(&here, PIN));
    assert!(!folder.path().join("device.key").exists());
    let thief = place(folder.path(), &Arc::default());
    assert!(matches!(
        error(Wallet::open(&thief, PIN, &at(0))),
        VaultError::DeviceKeyLost
    ));
    drop(Wallet::open(&here, PIN, &at(0)).unwrap());
}

#[test]
fn a_lost_wallet_makes_room_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (keychain, other) = (Arc::default(), Arc::default());
    let first = created(&place(folder.path(), &keychain), PIN);
    first.vault.transactions.add(&entry()).unwrap();
    let aside = format!(
        "lost-{}",
        glimpse_terminal::to_hex(&first.vault.device.wallet.0)
    );
    drop(first);
    let elsewhere = place(folder.path(), &other);
    assert!(matches!(
        Wallet::standing(&elsewhere, &at(0)),
        Err(WalletError::Vault(VaultError::DeviceKeyLost))
    ));
    // Too weak a PIN moves nothing.
    let new = |pin| Wallet::create(&elsewhere, pin, Cost::LEAST, &mut TestRng::new(2));
    assert!(new(b"111111").is_err());
    assert!(Wallet::exists(folder.path()));
    assert_eq!(new(PIN).unwrap().history().unwrap(), []);
    // Its keychain is there again: nothing is lost.
    let back = Wallet::open(&place(&folder.path().join(aside), &keychain), PIN, &at(0)).unwrap();
    assert!(!back.vault.is_rolled_back);
    assert_eq!(history(&back), [entry()]);
}

#[test]
fn a_wallet_without_its_device_file_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    drop(wallet(folder.path()));
    fs::remove_file(folder.path().join("device.key")).unwrap();
    assert!(matches!(
        Wallet::standing(&Place::with_file(folder.path()), &at(0)),
        Err(WalletError::Vault(VaultError::DeviceKeyLost))
    ));
    drop(wallet(folder.path()));
}

#[test]
fn what_the_keychain_holds_needs_the_pin() {
    let folder = tempfile::tempdir().unwrap();
    let keychain: Arc<InMemory> = Arc::default();
    let wallet = created(&place(folder.path(), &keychain), PIN);
    let octets = keychain.load(wallet.vault.device.wallet).unwrap().unwrap();
    let entry = DeviceEntry::load(&*keychain, wallet.vault.device.wallet).unwrap();
    let keys = KeyFile::read(folder.path()).unwrap();
    assert!(keys.unwrap(&entry.secret, b"493818").unwrap().is_none());
    let secret = keys.unwrap(&entry.secret, PIN).unwrap().unwrap();
    let scalar = seal::unseal(&scalar_key(&secret), &keys.wallet.0, &entry.scalar).unwrap();
    assert!(!octets.windows(32).any(|w| w == scalar.as_slice()));
    // Another wallet's name does not open it.
    assert!(seal::unseal(&scalar_key(&secret), &[0; 16], &entry.scalar).is_none());
}

#[test]
fn every_flip_and_cut_of_the_key_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::default();
    drop(created(&place(folder.path(), &keychain), PIN));
    let path = folder.path().join("vault.key");
    let whole = fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        assert!(KeyFile::from_octets(&whole[..cut]).is_err());
    }
    let wallet = KeyFile::from_octets(&whole).unwrap().wallet;
    let secret = DeviceEntry::load(&*keychain, wallet).unwrap().secret;
    // The costs: a flip there is refused as well, but only after it was paid.
    let costs = 21..25;
    for flip in (0..whole.len() * 8).filter(|flip| !costs.contains(&(flip / 8))) {
        let mut flipped = whole.clone();
        flipped[flip / 8] ^= 1 << (flip % 8);
        if let Ok(keys) = KeyFile::from_octets(&flipped) {
            assert!(keys.unwrap(&secret, PIN).unwrap().is_none(), "{flip}");
        }
    }
}

#[test]
fn erasing_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let keychain: Arc<InMemory> = Arc::default();
    let place = place(folder.path(), &keychain);
    let wallet = created(&place, PIN);
    wallet.vault.transactions.add(&entry()).unwrap();
    let id = wallet.vault.device.wallet;
    let Err((_, Some(wallet))) = wallet.erase(b"000001", &at(0)) else {
        panic!("erased under a wrong PIN");
    };
    assert!(wallet.erase(PIN, &at(0)).is_ok());
    assert!(keychain.load(id).unwrap().is_none());
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert_eq!(left, ["wallet.lock"]);
    assert!(!Wallet::exists(folder.path()));
    drop(created(&place, PIN));
}

/// What the test below runs within a session of its own.
#[test]
#[ignore = "runs within a session bus with a keychain of its own"]
fn within_a_keychain() {
    assert!(Keychain::answers());
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        folder: folder.path().to_owned(),
        devices: Devices::KeychainOrFile,
    };
    assert!(place.has_keychain());
    let wallet = created(&place, PIN);
    wallet.vault.transactions.add(&entry()).unwrap();
    let point = glimpse_core::bbs::device::DeviceSigner::public_point(wallet.vault.device());
    drop(wallet);
    assert!(!folder.path().join("device.key").exists());
    assert!(matches!(
        error(Wallet::open(&place, b"000001", &at(0))),
        VaultError::WrongPin { wait: 0 }
    ));
    let again = Wallet::open(&place, PIN, &at(0)).unwrap();
    assert!(!again.vault.is_rolled_back);
    assert_eq!(history(&again), [entry()]);
    let same = glimpse_core::bbs::device::DeviceSigner::public_point(again.vault.device());
    assert!(point == same);
    assert!(again.erase(PIN, &at(0)).is_ok());
    eprintln!("a keychain was used");
}

#[test]
fn a_real_keychain_keeps_the_device_key() {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !has("dbus-run-session") || !has("gnome-keyring-daemon") {
        eprintln!("SKIPPED: the system's keychain, for there is no gnome-keyring here");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let script = "echo -n keychain | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
                  exec \"$0\" --ignored --exact --nocapture vault::tests::device::within_a_keychain";
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(said.contains("a keychain was used"), "{said}");
}
