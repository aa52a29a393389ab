//! What is too easy for a PIN or a passphrase, and how long one takes to try.

use std::time::{Duration, Instant};

use glimpse_core::sealed::{Cost, derive_key};
use zxcvbn::{Score, zxcvbn};

/// Fewest characters of a PIN, which a keychain and a count of attempts stand behind.
const LEAST_PIN: usize = 6;
/// Fewest of a passphrase, which stands alone.
const LEAST_PASSPHRASE: usize = 8;
/// What one try should take.
const AIM: Duration = Duration::from_millis(500);
/// No phone has to find more memory than this for a PIN, in KiB.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// Whether a secret is long enough and none of those that are tried first: one repeated part, or a
/// run up or down. A passphrase, which can be guessed elsewhere and without a count, must moreover
/// take some hundred million tries by names, words, dates and keyboards. spec:GL-11-PIN
pub(super) fn is_strong(secret: &[u8], in_keychain: bool) -> bool {
    let Ok(text) = std::str::from_utf8(secret) else {
        return false;
    };
    let signs: Vec<u32> = text.chars().map(u32::from).collect();
    let least = if in_keychain {
        LEAST_PIN
    } else {
        LEAST_PASSPHRASE
    };
    let repeats = |part: usize| {
        signs
            .iter()
            .zip(signs.iter().skip(part))
            .all(|(a, b)| a == b)
    };
    let step = |a: u32, b: u32| {
        // After 9 comes 0.
        let digits = (48..58).contains(&a) && (48..58).contains(&b);
        let back = if digits {
            (a + 9 - 48) % 10 + 48
        } else {
            a.wrapping_sub(1)
        };
        let on = if digits {
            (a + 1 - 48) % 10 + 48
        } else {
            a + 1
        };
        (b == on, b == back)
    };
    let steps: Vec<_> = signs
        .iter()
        .zip(signs.iter().skip(1))
        .map(|(a, b)| step(*a, *b))
        .collect();
    signs.len() >= least
        && !(1..=signs.len() / 2).any(repeats)
        && !steps.iter().all(|s| s.0)
        && !steps.iter().all(|s| s.1)
        && (in_keychain || zxcvbn(text, &[]).score() >= Score::Three)
}

/// The cost at which one try takes about half a second here; never less than the standard.
/// spec:GL-11-PIN
pub fn calibrated() -> Cost {
    let mut cost = Cost::STANDARD;
    loop {
        let begun = Instant::now();
        let tried = derive_key(b"how long does it take", &[0; 16], cost);
        let took = begun.elapsed().max(Duration::from_millis(1));
        if tried.is_err() || took >= AIM {
            return cost;
        }
        let (memory, passes) = (cost.memory(), cost.passes());
        if took * 2 <= AIM && memory < MOST_MEMORY {
            cost = Cost::new(memory * 2, passes).unwrap_or(cost);
            continue;
        }
        let fit = u128::from(passes) * AIM.as_millis() / took.as_millis().max(1);
        let fit = u32::try_from(fit).unwrap_or(MOST_PASSES);
        return Cost::new(memory, fit.clamp(passes, MOST_PASSES)).unwrap_or(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        for weak in [
            "",
            "49381",
            "111111",
            "123456",
            "654321",
            "890123",
            "210987",
            "121212",
            "123123",
            "12341234",
            "4938749387",
            "abcdef",
            "\u{e9}\u{e9}\u{e9}",
        ] {
            assert!(!is_strong(weak.as_bytes(), true), "{weak}");
        }
        assert!(!is_strong(b"\xff\xfe\xfd\xfa\xf1\xf9", true));
        assert!(is_strong(b"493817", true));
        assert!(!is_strong(b"493817", false));
        assert!(!is_strong(b"12345678", false));
        assert!(!is_strong(b"aaaaaaaaaa", false));
        assert!(is_strong(b"lamps along the harbour", false));
        for weak in [
            "password",
            "qwertyui",
            "12341234",
            "19901990",
            "P4ssw0rd!",
            "14-03-1987",
        ] {
            assert!(!is_strong(weak.as_bytes(), false), "{weak}");
        }
        for strong in ["een kaars bij het raam", "une lampe au port"] {
            assert!(is_strong(strong.as_bytes(), false), "{strong}");
        }
    }
}
