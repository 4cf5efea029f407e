//! Public keys of authenticators as they come: COSE (RFC 9052), of the three kinds that phones and computers make. Whether a
//! signature is one of theirs `ring` decides.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// The algorithms that are asked for, by their COSE numbers, the best liked first.
pub(super) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// A point on P-256, uncompressed.
    Es256(Vec<u8>),
    /// Ed25519.
    EdDsa(Vec<u8>),
    /// Modulus and exponent.
    Rs256(Vec<u8>, Vec<u8>),
}

impl PublicKey {
    /// Reads a key from the beginning of `bytes`; answers how long it is too.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut rest = bytes;
        let Some((5, members)) = head(&mut rest) else { return None };
        if members > 8 {
            return None;
        }
        let (mut kind, mut algorithm, mut curve, mut first, mut second) = (None, None, None, None, None);
        for _ in 0..members {
            let name = value(&mut rest)?.number()?;
            let value = value(&mut rest)?;
            match (name, kind) {
                (1, _) => kind = value.number(),
                (3, _) => algorithm = value.number(),
                (-1, Some(3)) => first = value.bytes(),
                (-2, Some(3)) => second = value.bytes(),
                (-1, _) => curve = value.number(),
                (-2, _) => first = value.bytes(),
                (-3, _) => second = value.bytes(),
                _ => {}
            }
        }
        let key = match (kind?, algorithm?, curve, first?, second) {
            (2, ES256, Some(1), x, Some(y)) if x.len() == 32 && y.len() == 32 => {
                Self::Es256([&[4], x.as_slice(), y.as_slice()].concat())
            }
            (1, EDDSA, Some(6), x, None) if x.len() == 32 => Self::EdDsa(x),
            (3, RS256, None, n, Some(e)) => Self::Rs256(n, e),
            _ => return None,
        };
        Some((key, bytes.len() - rest.len()))
    }

    /// Whether the signature of this message was made with the private half.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256(n, e) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }
}

/// The only values that the members of a key have.
enum Value {
    Number(i64),
    Bytes(Vec<u8>),
}

impl Value {
    fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    fn bytes(self) -> Option<Vec<u8>> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

fn value(rest: &mut &[u8]) -> Option<Value> {
    let (major, argument) = head(rest)?;
    match major {
        0 => i64::try_from(argument).ok().map(Value::Number),
        1 => i64::try_from(argument).ok().map(|n| Value::Number(-1 - n)),
        2 => {
            let length = usize::try_from(argument).ok()?;
            let (bytes, after) = rest.split_at_checked(length)?;
            *rest = after;
            Some(Value::Bytes(bytes.to_vec()))
        }
        _ => None,
    }
}

/// The kind and the argument that a CBOR item begins with (RFC 8949); lengths that are left open are refused.
fn head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, after) = rest.split_first()?;
    let length = match first & 0x1f {
        small @ 0..=23 => {
            *rest = after;
            return Some((first >> 5, u64::from(small)));
        }
        24 => 1,
        25 => 2,
        26 => 4,
        _ => return None,
    };
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((first >> 5, bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn es256() -> Vec<u8> {
        [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], [7; 32].as_slice(), &[0x22, 0x58, 32], &[9; 32]].concat()
    }

    #[test]
    fn a_key_is_read_to_its_last_byte_and_no_further() {
        let key = es256();
        let longer = [key.as_slice(), b"more"].concat();
        let (read, length) = PublicKey::read(&longer).unwrap();
        assert_eq!(length, key.len());
        assert!(matches!(read, PublicKey::Es256(point) if point.len() == 65 && point[0] == 4));
        for cut in 0..key.len() {
            assert_eq!(PublicKey::read(&key[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let mut other_curve = es256();
        other_curve[6] = 2;
        let mut other_algorithm = es256();
        other_algorithm[4] = 0x27;
        let mut open_length = es256();
        open_length[0] = 0xbf;
        for bytes in [vec![], vec![0xff; 80], other_curve, other_algorithm, open_length, vec![0xb9, 0xff, 0xff]] {
            assert_eq!(PublicKey::read(&bytes), None);
        }
        assert!(!PublicKey::read(&es256()).unwrap().0.verifies(b"message", b"signature"), "no point of the curve");
    }
}
