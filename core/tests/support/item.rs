//! CBOR as a tree, to change a document in one place and write it again, rightly or wrongly.

/// An item; `Raw` is written as it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Uint(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Raw(Vec<u8>),
}

/// A head in `octets` octets after the first; 0 puts the number into the first.
pub(crate) fn head(major: u8, value: u64, octets: usize) -> Vec<u8> {
    let small = match octets {
        0 => value as u8,
        1 => 24,
        2 => 25,
        4 => 26,
        _ => 27,
    };
    let number = value.to_be_bytes();
    [&[major << 5 | small], &number[8 - octets..]].concat()
}

fn shortest(major: u8, value: u64) -> Vec<u8> {
    let octets = match value {
        0..24 => 0,
        24..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8,
    };
    head(major, value, octets)
}

impl Item {
    /// Reads a whole document of this project, but for tags, which none of these has.
    pub(crate) fn parse(octets: &[u8]) -> Self {
        let mut rest = octets;
        let item = Self::read(&mut rest);
        assert!(rest.is_empty(), "octets follow the document");
        item
    }

    fn read(rest: &mut &[u8]) -> Self {
        let (first, more) = rest.split_first().unwrap();
        let (major, small) = (first >> 5, first & 31);
        let octets = [1, 2, 4, 8].get(usize::from(small.saturating_sub(24)));
        let octets = octets.filter(|_| small >= 24).copied().unwrap_or(0);
        let (number, more) = more.split_at(octets);
        let fold = |n, o: &u8| n << 8 | u64::from(*o);
        let value = number.iter().fold(0, fold);
        let value = if octets == 0 { small.into() } else { value };
        *rest = more;
        let mut take = |length: u64| {
            let (head, tail) = rest.split_at(length as usize);
            *rest = tail;
            head.to_vec()
        };
        match major {
            0 => Self::Uint(value),
            2 => Self::Bytes(take(value)),
            3 => Self::Text(String::from_utf8(take(value)).unwrap()),
            4 => Self::Array((0..value).map(|_| Self::read(rest)).collect()),
            5 => {
                let entry = |_| {
                    let key = Self::read(rest);
                    (key, Self::read(rest))
                };
                Self::Map((0..value).map(entry).collect())
            }
            _ => Self::Raw(vec![*first]),
        }
    }

    pub(crate) fn to_octets(&self) -> Vec<u8> {
        match self {
            Self::Uint(n) => shortest(0, *n),
            Self::Bytes(b) => [shortest(2, b.len() as u64), b.clone()].concat(),
            Self::Text(t) => [shortest(3, t.len() as u64), t.clone().into_bytes()].concat(),
            Self::Array(items) => {
                let items = items.iter().flat_map(Self::to_octets);
                shortest(4, self.len()).into_iter().chain(items).collect()
            }
            Self::Map(entries) => {
                let entries = entries
                    .iter()
                    .flat_map(|(k, v)| [k.to_octets(), v.to_octets()].concat());
                shortest(5, self.len()).into_iter().chain(entries).collect()
            }
            Self::Raw(octets) => octets.clone(),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::Array(items) => items.len() as u64,
            Self::Map(entries) => entries.len() as u64,
            other => panic!("{other:?} has no items"),
        }
    }

    /// The item at a path: positions in arrays, keys in maps.
    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Self {
        let Some((step, rest)) = path.split_first() else {
            return self;
        };
        match self {
            Self::Array(items) => items[*step].at(rest),
            Self::Map(entries) => {
                let key = Self::Uint(*step as u64);
                let found = entries.iter_mut().find(|e| e.0 == key);
                found.unwrap().1.at(rest)
            }
            other => panic!("{other:?} has no items"),
        }
    }

    pub(crate) fn items(&mut self) -> &mut Vec<Self> {
        match self {
            Self::Array(items) => items,
            other => panic!("{other:?} is no array"),
        }
    }

    pub(crate) fn entries(&mut self) -> &mut Vec<(Self, Self)> {
        match self {
            Self::Map(entries) => entries,
            other => panic!("{other:?} is no map"),
        }
    }

    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("{other:?} is no byte string"),
        }
    }

    /// Takes a byte string's last octet.
    pub(crate) fn cut(&mut self) {
        assert!(self.bytes().pop().is_some());
    }
}

/// A document changed in one place.
pub(crate) fn changed(octets: &[u8], change: impl FnOnce(&mut Item)) -> Vec<u8> {
    let mut item = Item::parse(octets);
    assert_eq!(item.to_octets(), octets, "the reader reads what it writes");
    change(&mut item);
    item.to_octets()
}

/// A document with another item at a path.
pub(crate) fn with(octets: &[u8], path: &[usize], item: Item) -> Vec<u8> {
    changed(octets, |document| *document.at(path) = item)
}
