//! The words that open a backup: made by chance, never chosen. spec:GL-11-WORDS

use bip39::Language;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Eight words out of 2,048: 88 bits.
const COUNT: usize = 8;

/// Fresh words.
pub(super) fn fresh(rng: &mut dyn CryptoRng) -> Vec<&'static str> {
    let list = Language::English.word_list();
    let mut octets = Zeroizing::new([0; 2 * COUNT]);
    rng.fill_bytes(octets.as_mut_slice());
    let number = |two: &[u8]| two.iter().fold(0, |n, octet| n << 8 | usize::from(*octet));
    let word = |two: &[u8]| list.get(number(two) % list.len()).copied();
    octets.chunks(2).filter_map(word).collect()
}

/// The passphrase that words are, however they were typed: with other spaces, signs or capitals.
/// Nothing where they are not as many words of the list.
pub(super) fn passphrase(typed: &str) -> Option<Zeroizing<String>> {
    let typed = Zeroizing::new(typed.to_lowercase());
    let words: Vec<&str> = typed
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let known = |word: &&str| Language::English.find_word(word).is_some();
    (words.len() == COUNT && words.iter().all(known)).then(|| Zeroizing::new(words.join("-")))
}

#[cfg(test)]
mod tests {
    use glimpse_core::test_rng::TestRng;

    use super::*;

    #[test]
    fn words_are_read_however_they_are_typed() {
        let words = fresh(&mut TestRng::new(1));
        assert_eq!(words.len(), COUNT);
        assert_ne!(words, fresh(&mut TestRng::new(2)));
        let meant = words.join("-");
        for typed in [
            meant.clone(),
            words.join("  \n"),
            format!(" 1. {} ", words.join(", ").to_uppercase()),
        ] {
            assert_eq!(passphrase(&typed).unwrap().as_str(), meant, "{typed}");
        }
        for wrong in [
            "",
            &words[1..].join(" "),
            &format!("{meant} zoo"),
            &meant.replacen(words[0], "counterfoil", 1),
        ] {
            assert!(passphrase(wrong).is_none(), "{wrong}");
        }
    }
}
