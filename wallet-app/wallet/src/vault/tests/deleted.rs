//! Deleted means gone: no page of any file holds what was deleted or replaced, once it is decrypted.

use openssl::symm::{Cipher, Crypter, Mode};

use super::*;

const PAGE: usize = 4096;
/// What SQLCipher puts at the end of a page: IV, HMAC-SHA-512.
const RESERVE: usize = 80;

/// Every page of a database in the clear, also those that nothing refers to any more.
fn decrypted(path: &Path, key: &Secret) -> Vec<u8> {
    let file = fs::read(path).unwrap();
    let mut clear = Vec::new();
    for (number, page) in file.chunks(PAGE).enumerate() {
        // The first page begins with a salt.
        let begin = if number == 0 { 16 } else { 0 };
        let (sealed, rest) = page[begin..].split_at(PAGE - RESERVE - begin);
        let mut crypter = Crypter::new(
            Cipher::aes_256_cbc(),
            Mode::Decrypt,
            key.as_slice(),
            Some(&rest[..16]),
        )
        .unwrap();
        crypter.pad(false);
        let mut out = vec![0; sealed.len() + 16];
        let mut length = crypter.update(sealed, &mut out).unwrap();
        length += crypter.finalize(&mut out[length..]).unwrap();
        clear.extend_from_slice(&out[..length]);
    }
    clear
}

fn holds(folder: &Path, vault: &Vault, mark: &[u8]) -> bool {
    let key = |name: &[u8]| {
        derive(
            None,
            vault.secret.as_slice(),
            &[b"glimpse/database/1/", name],
        )
    };
    let identity = decrypted(&folder.join("identity.db"), &key(b"identity"));
    let transactions = decrypted(&folder.join("transactions.db"), &key(b"transactions"));
    let has = |octets: &[u8]| octets.windows(mark.len()).any(|w| w == mark);
    // It is really in the clear.
    assert!(identity.windows(12).any(|w| w == b"CREATE TABLE"));
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        if name.ends_with("-journal") || name.ends_with("-wal") {
            assert_eq!(file.metadata().unwrap().len(), 0, "{name}");
        }
    }
    has(&identity) || has(&transactions)
}

#[test]
fn nothing_deleted_or_replaced_is_left_in_any_page() {
    let folder = tempfile::tempdir().unwrap();
    let wallet = wallet(folder.path());
    let (vault, path) = (&wallet.vault, folder.path());
    let mark = b"Quixotic Zephyrine";
    // Long enough for pages of its own.
    let long = |mark: &[u8]| {
        mark.iter()
            .copied()
            .cycle()
            .take(3 * PAGE)
            .collect::<Vec<u8>>()
    };
    let facts = Facts::new(glimpse_core::ids::UnixTime(1));
    for record in [mark.to_vec(), long(mark)] {
        let identity = &vault.identity;
        identity.add(&[(&record, &facts)]).unwrap();
        assert!(holds(path, vault, mark));
        let row = identity.credentials().unwrap()[0].row;
        identity.renewed(row, b"another").unwrap();
        assert!(!holds(path, vault, mark), "replaced");
        identity.renewed(row, &record).unwrap();
        identity.remove(row).unwrap();
        assert!(!holds(path, vault, mark), "deleted");

        identity.add_pending(&[7; 16], &record, &record).unwrap();
        assert!(holds(path, vault, mark));
        let row = identity
            .finish(&[7; 16], (b"credential", &facts), None)
            .unwrap();
        assert!(!holds(path, vault, mark), "finished");
        identity.remove(row).unwrap();

        let said = HistoryEntry {
            items: String::from_utf8(record).unwrap(),
            ..entry()
        };
        vault.transactions.add(&said).unwrap();
        vault.transactions.add(&entry()).unwrap();
        assert!(holds(path, vault, mark));
        let id = vault.transactions.all().unwrap().last().unwrap().0;
        vault.transactions.forget(Some(id)).unwrap();
        assert!(!holds(path, vault, mark), "forgotten");
        vault.transactions.add(&said).unwrap();
        vault.transactions.forget(None).unwrap();
        assert!(!holds(path, vault, mark), "all forgotten");
    }
}
