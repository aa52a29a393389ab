//! Wrong PINs: counted before they are checked, whatever happens to the clock, the file or the
//! process.

use super::*;

fn wait_of(error: VaultError) -> Option<u32> {
    match error {
        VaultError::WrongPin { wait } | VaultError::Wait(wait) => Some(wait),
        _ => None,
    }
}

struct Thief {
    place: Place,
    now: Moment,
}

impl Thief {
    fn try_wrong(&self) -> VaultError {
        error(Wallet::open(&self.place, b"000001", &self.now))
    }

    /// Five wrong ones, after which there is a wait.
    fn to_the_wait(&self) {
        for number in 1..=5 {
            let said = self.try_wrong();
            assert!(
                matches!(said, VaultError::WrongPin { .. }),
                "{number}: {said}"
            );
        }
        assert_eq!(self.left(), 30);
    }

    fn left(&self) -> u32 {
        Wallet::standing(&self.place, &self.now).unwrap().wait
    }

    fn pass(&mut self, seconds: u64) {
        self.now.wall.0 += seconds;
        self.now.boot += seconds;
    }

    fn owner(&self) -> Result<Wallet, WalletError> {
        Wallet::open(&self.place, PIN, &self.now)
    }
}

fn thief(folder: &Path) -> Thief {
    let place = place(folder, &Arc::default());
    drop(created(&place, PIN));
    Thief { place, now: at(0) }
}

#[test]
fn waits_grow_and_the_right_one_ends_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut thief = thief(folder.path());
    thief.to_the_wait();
    for (wait, next) in [
        (30, 60),
        (60, 300),
        (300, 900),
        (900, 3600),
        (3600, 3600),
        (3600, 3600),
    ] {
        assert_eq!(thief.left(), wait);
        thief.pass(u64::from(wait) - 1);
        // Not even the right one is looked at, and trying early costs nothing more.
        assert!(matches!(error(thief.owner()), VaultError::Wait(1)));
        thief.pass(1);
        assert_eq!(wait_of(thief.try_wrong()), Some(next));
    }
    assert_eq!(
        Wallet::standing(&thief.place, &thief.now).unwrap().wrong,
        11
    );
    thief.pass(3600);
    drop(thief.owner().unwrap());
    let standing = Wallet::standing(&thief.place, &thief.now).unwrap();
    assert_eq!((standing.wrong, standing.wait), (0, 0));
    thief.to_the_wait();
}

#[test]
fn no_clock_helps() {
    let folder = tempfile::tempdir().unwrap();
    let mut thief = thief(folder.path());
    thief.to_the_wait();
    // Forward: the clock since the start has not moved.
    thief.now.wall.0 += 86_400;
    assert_eq!(thief.left(), 30);
    assert!(matches!(thief.try_wrong(), VaultError::Wait(30)));
    // Back: the wait begins anew, and goes by.
    thief.now = at(20);
    thief.now.wall.0 -= 86_400;
    assert_eq!(thief.left(), 30);
    thief.pass(29);
    assert_eq!(thief.left(), 1);
    thief.pass(1);
    assert_eq!(wait_of(thief.try_wrong()), Some(60));
    // After another start the wall clock alone counts.
    thief.now.boot_id = [2; 16];
    thief.now.boot = 3;
    thief.now.wall.0 += 59;
    assert_eq!(thief.left(), 1);
    thief.now.wall.0 += 1;
    drop(thief.owner().unwrap());
}

#[test]
fn a_file_that_is_gone_old_or_forged_gives_no_try() {
    let folder = tempfile::tempdir().unwrap();
    let mut thief = thief(folder.path());
    let path = folder.path().join("attempts");
    drop(thief.owner().unwrap());
    let fresh = fs::read(&path).unwrap();
    thief.to_the_wait();
    let late = fs::read(&path).unwrap();
    let mut flipped = late.clone();
    flipped[5] ^= 1;
    for put in [None, Some(&fresh), Some(&flipped), Some(&b"x".to_vec())] {
        thief.pass(10);
        match put {
            Some(octets) => fs::write(&path, octets).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert!(matches!(thief.try_wrong(), VaultError::Wait(30)));
    }
    thief.pass(30);
    drop(thief.owner().unwrap());
}

#[test]
fn a_crash_while_a_pin_is_checked_has_counted_it() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(rollback::Dying::default());
    let place = Place {
        folder: folder.path().to_owned(),
        devices: Devices::Given(keychain.clone()),
    };
    drop(created(&place, PIN));
    let thief = Thief { place, now: at(0) };
    let dead = |is| {
        keychain
            .is_dead
            .store(is, std::sync::atomic::Ordering::Relaxed)
    };
    // It ends where the keychain is told, which is before the PIN is looked at: a wrong one is not
    // called wrong.
    dead(true);
    for _ in 0..5 {
        let said = thief.try_wrong();
        assert!(matches!(said, VaultError::Keychain(_)), "{said}");
    }
    dead(false);
    assert_eq!(thief.left(), 30);
    assert!(matches!(thief.try_wrong(), VaultError::Wait(30)));
}

#[test]
fn whoever_is_in_counts_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let thief = thief(folder.path());
    let wallet = thief.owner().unwrap();
    for _ in 0..5 {
        let both = (b"000001".as_slice(), b"582946".as_slice());
        let said = wallet.change_pin(both, Cost::LEAST, &thief.now, &mut TestRng::new(4));
        let said = error(said.map(|()| unreachable!()));
        assert!(matches!(said, VaultError::WrongPin { .. }), "{said}");
    }
    // Writing something in between does not make the keychain forget.
    wallet.vault.transactions.add(&entry()).unwrap();
    let Err((_, Some(wallet))) = wallet.erase(PIN, &thief.now) else {
        panic!("erased in spite of the wait");
    };
    drop(wallet);
    assert_eq!(thief.left(), 30);
}

/// Without a keychain the file of attempts is all there is: it counts, but whoever can write it can
/// also copy `device.key` and guess elsewhere.
#[test]
fn passphrases_wait_as_well() {
    let folder = tempfile::tempdir().unwrap();
    drop(wallet(folder.path()));
    for _ in 0..5 {
        assert!(open(folder.path(), OTHER).is_err());
    }
    assert!(matches!(
        error(open(folder.path(), GOOD)),
        VaultError::Wait(30)
    ));
    assert!(Wallet::open(&Place::with_file(folder.path()), GOOD, &at(30)).is_ok());
}

#[test]
fn two_at_once_have_no_more_tries_than_one() {
    let folder = tempfile::tempdir().unwrap();
    let thief = thief(folder.path());
    let checked = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..6 {
                    if matches!(thief.try_wrong(), VaultError::WrongPin { .. }) {
                        checked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert!((1..=5).contains(&checked.into_inner()));
    let standing = Wallet::standing(&thief.place, &thief.now).unwrap();
    assert!(standing.wrong <= 5, "{standing:?}");
}
