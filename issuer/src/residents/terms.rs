//! Words to search for, as tags that only this office can make. spec:GL-10-TERMS

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

use crate::keys::Tagger;

/// A word, or the first letters of one.
pub(crate) type Term = [u8; 8];

/// Most words of a record that it is found by.
const MAX_WORDS: usize = 64;
/// Most words of a search.
pub(crate) const MAX_SEARCH: usize = 8;
/// The letters of a word that must be given at least, and that count at most where the rest of it
/// is not given.
const LEAST: usize = 3;
const MOST: usize = 8;

fn term(tagger: &Tagger, word: &str) -> Term {
    let tag = tagger.tag(word.as_bytes());
    tag.first_chunk().copied().unwrap_or_default()
}

/// The first letters of a word, where it has so many.
fn start(word: &str, letters: usize) -> Option<&str> {
    let mut ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    word.get(..ends.nth(letters.checked_sub(1)?)?)
}

/// Splits text into words without case and accents.
pub(crate) fn words(text: &str) -> Vec<Zeroizing<String>> {
    let folded = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase);
    let mut plain = Zeroizing::new(String::with_capacity(2 * text.len()));
    for c in folded {
        match c {
            // Letters that Unicode does not take apart, and people leave out.
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            c => plain.push(c),
        }
    }
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| Zeroizing::new(word.to_owned()))
        .collect()
}

/// The terms of a record's texts, ascending, each once.
pub(crate) fn of<'a>(tagger: &Tagger, texts: impl Iterator<Item = &'a str>) -> Vec<Term> {
    let mut terms = BTreeSet::new();
    for word in texts.flat_map(words).take(MAX_WORDS) {
        terms.insert(term(tagger, &word));
        let starts = (LEAST..=MOST).map_while(|letters| start(&word, letters));
        terms.extend(starts.map(|start| term(tagger, start)));
    }
    terms.into_iter().collect()
}

/// A word of a search: the whole of it, and what stands for it where no record has the whole.
pub(crate) struct Wanted {
    pub(crate) whole: Term,
    pub(crate) start: Term,
}

/// The words of a search.
pub(crate) fn wanted(tagger: &Tagger, search: &str) -> Vec<Wanted> {
    let words = words(search);
    let wanted = |word: &Zeroizing<String>| Wanted {
        whole: term(tagger, word),
        start: term(tagger, start(word, MOST).unwrap_or(word)),
    };
    words.iter().take(MAX_SEARCH).map(wanted).collect()
}
