//! Older files, put back: noticed where a keychain remembers, and a crash is none.

use super::*;

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn opened(place: &Place, pin: &[u8]) -> Wallet {
    Wallet::open(place, pin, &at(0)).unwrap()
}

#[test]
fn older_files_are_noticed_each_by_itself() {
    let (folder, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keychain = Arc::default();
    let place = place(folder.path(), &keychain);
    let first = created(&place, PIN);
    first.vault.transactions.add(&entry()).unwrap();
    drop(first);
    copy(folder.path(), old.path());
    let later = opened(&place, PIN);
    assert!(!later.vault.is_rolled_back);
    later.vault.transactions.add(&entry()).unwrap();
    later.vault.identity.set_trust(b"list").unwrap();
    let both = (PIN, b"582946".as_slice());
    later
        .change_pin(both, Cost::LEAST, &at(0), &mut TestRng::new(4))
        .unwrap();
    drop(later);
    assert!(!opened(&place, b"582946").vault.is_rolled_back);

    for name in ["identity.db", "transactions.db"] {
        let pin = b"582946";
        let now = fs::read(folder.path().join(name)).unwrap();
        fs::copy(old.path().join(name), folder.path().join(name)).unwrap();
        assert!(opened(&place, pin).vault.is_rolled_back, "{name}");
        // It is said again at the next opening.
        assert!(opened(&place, pin).vault.is_rolled_back, "{name}");
        let mut on = opened(&place, pin);
        on.vault.identity.set_trust(b"other").unwrap();
        on.vault.transactions.add(&entry()).unwrap();
        drop(on);
        // Nor does writing end it; the holder does.
        on = opened(&place, pin);
        assert!(on.vault.is_rolled_back, "{name}");
        on.vault.acknowledge().unwrap();
        drop(on);
        assert!(!opened(&place, pin).vault.is_rolled_back, "{name}");
        // The newest of before is an older one by now.
        let newest = fs::read(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name), now).unwrap();
        assert!(opened(&place, pin).vault.is_rolled_back, "{name}");
        fs::write(folder.path().join(name), newest).unwrap();
        opened(&place, pin).vault.acknowledge().unwrap();
    }
    // She who goes on without a word to another file is at the newest with it.
    fs::copy(
        old.path().join("transactions.db"),
        folder.path().join("transactions.db"),
    )
    .unwrap();
    let on = opened(&place, b"582946");
    assert_eq!(history(&on).len(), 1);
    drop(on);
    opened(&place, b"582946").vault.acknowledge().unwrap();
    assert!(!opened(&place, b"582946").vault.is_rolled_back);
}

/// A keychain that stops taking anything: as if the process died before it could tell it.
#[derive(Default)]
pub(super) struct Dying {
    inner: InMemory,
    pub(super) is_dead: std::sync::atomic::AtomicBool,
}

impl DeviceStore for Dying {
    fn is_keychain(&self) -> bool {
        true
    }
    fn load(&self, wallet: WalletId) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.inner.load(wallet)
    }
    fn store(&self, wallet: WalletId, entry: &[u8]) -> Result<(), VaultError> {
        match self.is_dead.load(std::sync::atomic::Ordering::Relaxed) {
            true => Err(VaultError::Keychain("gone".into())),
            false => self.inner.store(wallet, entry),
        }
    }
    fn delete(&self, wallet: WalletId) -> Result<(), VaultError> {
        self.inner.delete(wallet)
    }
}

/// Whoever saw the PIN of before and kept the file of before opens nothing, open or closed.
#[test]
fn a_changed_pin_is_over_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let keychain: Arc<InMemory> = Arc::default();
    let place = place(folder.path(), &keychain);
    let path = folder.path().join("vault.key");
    let first = created(&place, PIN);
    let old = fs::read(&path).unwrap();
    let new = b"582946".as_slice();
    let id = first.vault.device.wallet;
    let before = keychain.load(id).unwrap().unwrap();
    let change = |from, to| first.change_pin((from, to), Cost::LEAST, &at(0), &mut TestRng::new(4));
    change(PIN, new).unwrap();
    let newest = fs::read(&path).unwrap();
    fs::write(&path, &old).unwrap();
    assert!(change(PIN, b"739164").is_err());
    drop(first);
    let refused = |pin| error(Wallet::open(&place, pin, &at(0)));
    assert!(matches!(refused(PIN), VaultError::OldKeys));
    assert!(matches!(refused(new), VaultError::OldKeys));
    // It was no try.
    assert_eq!(Wallet::standing(&place, &at(0)).unwrap().wrong, 0);
    // A crash before the keychain knew: the next opening tells it.
    fs::write(&path, &newest).unwrap();
    keychain.store(id, &before).unwrap();
    drop(opened(&place, new));
    fs::write(&path, &old).unwrap();
    assert!(matches!(refused(PIN), VaultError::OldKeys));
}

#[test]
fn a_crash_between_file_and_keychain_is_no_rollback() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(Dying::default());
    let place = Place {
        folder: folder.path().to_owned(),
        devices: Devices::Given(keychain.clone()),
    };
    let wallet = created(&place, PIN);
    let dead = |is| {
        keychain
            .is_dead
            .store(is, std::sync::atomic::Ordering::Relaxed)
    };
    dead(true);
    wallet.vault.transactions.add(&entry()).unwrap();
    wallet.vault.identity.set_trust(b"list").unwrap();
    drop(wallet);
    // No try is given while the keychain cannot count it.
    assert!(matches!(
        error(Wallet::open(&place, PIN, &at(0))),
        VaultError::Keychain(_)
    ));
    dead(false);
    let again = opened(&place, PIN);
    assert!(!again.vault.is_rolled_back);
    assert_eq!(history(&again), [entry()]);
}
