//! QR text: two letters for the kind, one digit for the version, then the document in Base45
//! (RFC 9285). Every character is in the QR alphanumeric set, which packs two into eleven bits.
//! A document has exactly one text. spec:GL-2-QR

use super::DocumentKind;

/// Largest document in QR text, in octets. What one symbol can hold is less: 2,862 octets at
/// version 40 and level L; see `QrSymbol` for what fits.
pub const MAX_DOCUMENT: usize = 4096;
const VERSION: char = '1';
/// Three characters for two octets, and two for a last odd one; then kind and version.
const MAX_TEXT: usize = MAX_DOCUMENT / 2 * 3 + 3;

/// Why QR text is refused. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrTextError {
    /// The document is larger than [`MAX_DOCUMENT`], or empty.
    #[error("the document is empty or too large for one QR code; show it as frames")]
    Size,
    /// Not text of this project.
    #[error("this QR code is not a Glimpse code")]
    Kind,
    /// A later version.
    #[error("this QR code needs a newer version of this program")]
    Version,
    /// Not the one Base45 text of any document.
    #[error("this QR code is damaged")]
    Base45,
    /// Another kind of document than the one that is waited for.
    #[error("this QR code holds another kind of document than expected")]
    OtherKind,
}

/// The text of a document.
///
/// # Errors
/// [`QrTextError::Size`].
pub fn encode(kind: DocumentKind, document: &[u8]) -> Result<String, QrTextError> {
    if document.is_empty() || document.len() > MAX_DOCUMENT {
        return Err(QrTextError::Size);
    }
    Ok(format!(
        "{}{VERSION}{}",
        kind.letters(),
        base45::encode(document)
    ))
}

/// The kind and document of a text.
///
/// # Errors
/// [`QrTextError`]; the first that applies in the order size, kind, version, Base45.
pub fn decode(text: &str) -> Result<(DocumentKind, Vec<u8>), QrTextError> {
    if text.len() > MAX_TEXT {
        return Err(QrTextError::Size);
    }
    let strip = |kind: &DocumentKind| Some((*kind, text.strip_prefix(kind.letters())?));
    let (kind, rest) = DocumentKind::ALL
        .iter()
        .find_map(strip)
        .ok_or(QrTextError::Kind)?;
    let body = match rest.strip_prefix(VERSION) {
        Some(body) => body,
        None if rest.starts_with(|c: char| c.is_ascii_digit()) => return Err(QrTextError::Version),
        None => return Err(QrTextError::Kind),
    };
    let document = base45::decode(body).map_err(|_| QrTextError::Base45)?;
    if document.is_empty() || document.len() > MAX_DOCUMENT {
        return Err(QrTextError::Size);
    }
    // Lax decoders take lower case and other spellings: one document, one text.
    if base45::encode(&document) != body {
        return Err(QrTextError::Base45);
    }
    Ok((kind, document))
}

/// The document of a text that must be of this kind.
///
/// # Errors
/// [`QrTextError::OtherKind`] and those of [`decode`].
pub fn decode_as(expected: DocumentKind, text: &str) -> Result<Vec<u8>, QrTextError> {
    match decode(text)? {
        (kind, document) if kind == expected => Ok(document),
        _ => Err(QrTextError::OtherKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_rfc_9285_examples() {
        for (octets, text) in [
            (&b"AB"[..], "GQ1BB8"),
            (b"Hello!!", "GQ1%69 VD92EX0"),
            (b"ietf!", "GQ1QED8WEX0"),
        ] {
            assert_eq!(encode(DocumentKind::Request, octets).unwrap(), text);
            assert_eq!(
                decode(text).unwrap(),
                (DocumentKind::Request, octets.to_vec())
            );
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_reason() {
        let reason = |text: &str| decode(text).unwrap_err();
        assert_eq!(reason(""), QrTextError::Kind);
        assert_eq!(reason("GX1BB8"), QrTextError::Kind);
        assert_eq!(reason("GQ"), QrTextError::Kind);
        assert_eq!(reason("GQBB8"), QrTextError::Kind);
        assert_eq!(reason("gq1BB8"), QrTextError::Kind);
        assert_eq!(reason("GQ2BB8"), QrTextError::Version);
        assert_eq!(reason("GQ1"), QrTextError::Size);
        // A group beyond two octets, one beyond one octet, a lone character, lower case, space.
        for bad in [
            "GQ1GGW", "GQ1:::", "GQ1BB8ZZ", "GQ1BB8B", "GQ1bb8", "GQ1BB8\n", "GQ1BBé",
        ] {
            assert_eq!(reason(bad), QrTextError::Base45, "{bad:?}");
        }
        assert_eq!(
            decode_as(DocumentKind::Answer, "GQ1BB8"),
            Err(QrTextError::OtherKind)
        );
    }

    #[test]
    fn size_is_bounded_both_ways() {
        let largest = vec![255; MAX_DOCUMENT];
        let text = encode(DocumentKind::Answer, &largest).unwrap();
        assert_eq!(decode(&text).unwrap().1, largest);
        assert_eq!(
            encode(DocumentKind::Answer, &vec![0; MAX_DOCUMENT + 1]),
            Err(QrTextError::Size)
        );
        assert_eq!(encode(DocumentKind::Answer, &[]), Err(QrTextError::Size));
        assert_eq!(decode(&format!("{text}00")), Err(QrTextError::Size));
    }

    proptest! {
        #[test]
        fn accepted_text_is_the_encoders(text in "G[QAOIRTMPN]1[0-9A-Z $%*+./:-]{0,12}") {
            if let Ok((kind, document)) = decode(&text) {
                prop_assert_eq!(encode(kind, &document).unwrap(), text);
            }
        }

        #[test]
        fn every_document_comes_back(document in proptest::collection::vec(any::<u8>(), 1..300), kind in 0..DocumentKind::ALL.len()) {
            let kind = DocumentKind::ALL[kind];
            prop_assert_eq!(decode(&encode(kind, &document).unwrap()).unwrap(), (kind, document));
        }
    }
}
