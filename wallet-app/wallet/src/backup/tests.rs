//! Backups: opened by their words alone, whole, and at a bounded price.

use glimpse_core::cbor::Writer;
use glimpse_core::test_rng::TestRng;

use super::*;
use crate::app::views::Settings;
use crate::vault::{Devices, InMemory, Moment};

fn contents() -> Contents {
    Contents {
        made: UnixTime(5),
        settings: Settings {
            lock_after: 9,
            renew_by_itself: false,
        },
        trust: Some(b"list".to_vec()),
        cards: Vec::new(),
    }
}

#[test]
fn every_cut_and_addition_of_the_contents_is_refused() {
    let octets = contents().to_octets();
    let read = Contents::from_octets(&octets).unwrap();
    assert_eq!(read.to_octets().as_slice(), octets.as_slice());
    assert_eq!(read.settings.lock_after, 9);
    for cut in 0..octets.len() {
        assert!(Contents::from_octets(&octets[..cut]).is_err(), "{cut}");
    }
    assert!(Contents::from_octets(&[octets.as_slice(), b"\0"].concat()).is_err());
    for minutes in [0, 31] {
        let mut wrong = contents();
        wrong.settings.lock_after = minutes;
        assert!(Contents::from_octets(&wrong.to_octets()).is_err());
    }
    // A card that no wallet could hold, and more cards than octets.
    for (count, record) in [(1, b"record".as_slice()), (250, b"")] {
        let mut w = Writer::new();
        w.array(5).uint(1).uint(5).array(2).uint(9).bool(true);
        w.array(0).array(count).array(4).bytes(record);
        w.text("").uint(1).bool(false);
        assert!(Contents::from_octets(&w.into_vec()).is_err());
    }
}

#[test]
fn a_file_opens_by_its_words_alone_and_cannot_ask_for_the_moon() {
    let words = words::fresh(&mut TestRng::new(1)).join(" ");
    let passphrase = words::passphrase(&words).unwrap();
    let sealed = seal(&contents().to_octets(), &passphrase).unwrap();
    assert_eq!(open(&sealed, &words).unwrap().trust, Some(b"list".to_vec()));
    let wrong = words::fresh(&mut TestRng::new(2)).join(" ");
    assert!(matches!(open(&sealed, &wrong), Err(BackupError::Words)));
    assert!(matches!(open(&sealed, "word"), Err(BackupError::Words)));

    // What is refused before scrypt runs is tried at every cut, the rest here and there.
    let head = sealed.windows(4).position(|w| w == b"\n---").unwrap() + 1;
    for cut in (0..head)
        .chain((head..sealed.len()).step_by(97))
        .chain([sealed.len() - 1])
    {
        assert!(open(&sealed[..cut], &words).is_err(), "{cut}");
    }
    assert!(open(&[&sealed[..], b"x"].concat(), &words).is_err());
    for flip in (head..sealed.len()).step_by(61) {
        let mut flipped = sealed.clone();
        flipped[flip] ^= 1;
        assert!(open(&flipped, &words).is_err(), "{flip}");
    }
    let text = String::from_utf8_lossy(&sealed[..head]).into_owned();
    assert!(text.contains(" 16\n"), "{text}");
    for work in [
        " 19\n",
        " 30\n",
        " 63\n",
        " 64\n",
        " 255\n",
        " 016\n",
        " 99999999999\n",
    ] {
        let moon = text.replacen(" 16\n", work, 1);
        let moon = [moon.as_bytes(), &sealed[head..]].concat();
        let said = open(&moon, &words);
        assert!(
            matches!(said, Err(BackupError::Work | BackupError::Damaged)),
            "{work}"
        );
    }
    assert!(matches!(
        open(&vec![0; MOST_OCTETS + 1], &words),
        Err(BackupError::Damaged)
    ));
    // To a key, not to words.
    let key = b"age-encryption.org/v1\n-> X25519 AAAA\nAAAA\n--- AAAA\n";
    assert!(matches!(open(key, &words), Err(BackupError::Damaged)));
}

#[test]
fn a_wallet_comes_back_with_a_new_device_key_and_no_file_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (backups, rng) = (folder.path().join("backups"), &mut TestRng::new(1));
    let place = |name: &str| Place {
        folder: folder.path().join(name),
        devices: Devices::Given(std::sync::Arc::new(InMemory::default())),
    };
    let (first, second) = (place("first"), place("second"));
    let mut wallet = Wallet::create(&first, b"493817", Cost::LEAST, rng).unwrap();
    wallet.set_settings(&contents().settings).unwrap();
    let made: Vec<Made> = (0..3)
        .map(|_| wallet.back_up(&backups, UnixTime(86_400), rng).unwrap())
        .collect();
    let names: Vec<_> = made.iter().map(|m| m.file.file_name().unwrap()).collect();
    assert_eq!(
        names,
        [
            "glimpse-backup-1970-01-02.age",
            "glimpse-backup-1970-01-02-2.age",
            "glimpse-backup-1970-01-02-3.age"
        ]
    );
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 3);
    let file = std::fs::read(&made[1].file).unwrap();
    let words = made[1].words.join(" ");
    let now = (None, UnixTime(90_000));
    let to = |place, words: &str, pin, rng: &mut TestRng| {
        Wallet::restore((place, pin, Cost::LEAST), (&file, words), now, rng)
    };
    let is = |result: Result<Wallet, WalletError>| result.err().unwrap().to_string();
    assert!(is(to(&first, &words, b"493817", rng)).contains("already"));
    assert!(is(to(&second, &made[0].words.join(" "), b"493817", rng)).contains("words"));
    assert!(is(to(&second, &words, b"123456", rng)).contains("guess"));
    assert!(!Wallet::exists(&second.folder));
    let restored = to(&second, &words, b"582946", rng).unwrap();
    assert_eq!(restored.settings().unwrap(), contents().settings);
    use glimpse_core::bbs::device::DeviceSigner;
    let (old, new) = (wallet.vault.device(), restored.vault.device());
    assert!(old.public_point() != new.public_point());
    drop(restored);
    let now = Moment::at(UnixTime(90_000));
    assert!(Wallet::open(&second, b"582946", &now).is_ok());
}
