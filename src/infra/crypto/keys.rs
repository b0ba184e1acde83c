//! The store's own keys: read from settings, checked, and split by purpose.

use std::collections::HashSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::mac::{self, Mac, mac_of_parts};

/// Bytes of every key.
pub(super) const KEY_BYTES: usize = 32;

pub(super) type Key = [u8; KEY_BYTES];

/// Settings are typed by people: base64 with or without `=` at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a sealed field is for; each purpose has keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Names, addresses, phone numbers, e-mail addresses, tax ids.
    Pii,
    /// What people write to us or about a customer.
    Notes,
    /// Secrets that must come back in clear, such as a second factor's.
    Tokens,
}

/// Every key of the store; clones share one copy.
///
/// Invariant: no key of one list or purpose is used for another, and none is printed, not even by
/// `Debug`.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

struct Keys {
    /// Never empty; the first one seals, all of them open.
    data: Vec<DataKey>,
    /// Never empty; the first one is the primary.
    index: Vec<(u32, Key)>,
    cookie: Key,
    rate_limit: Key,
    /// Never empty; the first one signs, all of them verify.
    access: Vec<(u32, Key)>,
}

/// One data key, already split by purpose: the key itself is not kept.
pub(super) struct DataKey {
    pub id: u32,
    pii: Key,
    notes: Key,
    tokens: Key,
}

impl DataKey {
    fn derive(id: u32, key: &Key) -> Self {
        Self {
            id,
            pii: derive(key, "cartwright/pii/v1"),
            notes: derive(key, "cartwright/notes/v1"),
            tokens: derive(key, "cartwright/tokens/v1"),
        }
    }

    pub fn for_purpose(&self, purpose: Purpose) -> &Key {
        match purpose {
            Purpose::Pii => &self.pii,
            Purpose::Notes => &self.notes,
            Purpose::Tokens => &self.tokens,
        }
    }
}

impl Keyring {
    /// Reads the four secrets of the settings.
    ///
    /// `data_keys`, `index_keys` and `access_keys` are lists `id:base64[,id:base64…]`, the primary
    /// first; `cookie_key` is one base64 text. Ids are whole numbers from 1 and never used again
    /// for another key.
    ///
    /// # Errors
    /// One sentence for the operator, without any part of a key, when a key is missing, not 32
    /// bytes long, made of one repeated byte, or given twice, in one list or across them.
    pub fn from_settings(
        data_keys: &str,
        index_keys: &str,
        cookie_key: &str,
        access_keys: &str,
    ) -> Result<Self, String> {
        let data = read_list("data keys", data_keys)?;
        let index = read_list("index keys", index_keys)?;
        let cookie = read_key("cookie key", cookie_key)?;
        let access = read_list("access keys", access_keys)?;

        let all = data.iter().chain(&index).chain(&access).map(|(_, key)| key).chain([&cookie]);
        let mut seen = HashSet::new();
        for key in all {
            if !seen.insert(key) {
                return Err(
                    "data keys, index keys, access keys and cookie key: the same key is used twice; make a new one with `openssl rand -base64 32`"
                        .to_owned(),
                );
            }
        }

        Ok(Self(Arc::new(Keys {
            data: data.iter().map(|(id, key)| DataKey::derive(*id, key)).collect(),
            index: index
                .iter()
                .map(|(id, key)| (*id, derive(key, "cartwright/index/v1")))
                .collect(),
            rate_limit: derive(&cookie, "cartwright/rate-limit/v1"),
            cookie: derive(&cookie, "cartwright/cookie/v1"),
            access: access
                .iter()
                .map(|(id, key)| (*id, derive(key, "cartwright/access/v1")))
                .collect(),
        })))
    }

    /// One value for each active index key, the primary's first, each 43 characters of base64url.
    ///
    /// Stored as an array under a unique index, so that uniqueness holds while keys rotate; looked
    /// up with any of the values. `kind` separates the indexes ("email", "phone"); `normalised` is
    /// what the caller made of the typed text, for an address [`super::canonical_email`].
    pub fn blind_index(&self, kind: &str, normalised: &str) -> Vec<String> {
        let parts = [kind.as_bytes(), normalised.as_bytes()];
        self.0
            .index
            .iter()
            .map(|(_, key)| super::tokens::base64url(&mac_of_parts(key, &parts)))
            .collect()
    }

    /// The blind index of an e-mail address, the same for all of its spellings.
    pub fn email_index(&self, email: impl AsRef<str>) -> Vec<String> {
        self.blind_index("email", &super::canonical_email(email.as_ref()))
    }

    /// The ids of the data keys that still open and seal nothing any more.
    pub fn older_data_keys(&self) -> Vec<u32> {
        self.0.data.iter().skip(1).map(|key| key.id).collect()
    }

    /// The ids of the index keys behind the primary.
    pub fn older_index_keys(&self) -> Vec<u32> {
        self.0.index.iter().skip(1).map(|(id, _)| *id).collect()
    }

    /// A stable pseudonym of a rate limit's subject (address, account), 32 hexadecimal digits,
    /// equal on all instances.
    ///
    /// Keyed, because four thousand million IP addresses are quickly hashed one by one.
    pub(in crate::infra) fn rate_limit_pseudonym(&self, rule: &str, subject: &str) -> String {
        hex::encode(&mac_of_parts(&self.0.rate_limit, &[rule.as_bytes(), subject.as_bytes()])[..16])
    }

    /// How the security log names an address: equal for equal addresses, and of no use without the
    /// key (R91).
    pub(in crate::infra) fn pseudonym_of_address(&self, address: &str) -> String {
        hex::encode(&mac_of_parts(&self.0.rate_limit, &[b"address", address.as_bytes()])[..8])
    }

    pub(super) fn primary_data_key(&self) -> &DataKey {
        // `from_settings` refuses an empty list.
        &self.0.data[0]
    }

    pub(super) fn data_key(&self, id: u32) -> Option<&DataKey> {
        self.0.data.iter().find(|key| key.id == id)
    }

    /// The key that signs access tokens, with its id.
    pub(super) fn signing_key(&self) -> (u32, &Key) {
        // `from_settings` refuses an empty list.
        (self.0.access[0].0, &self.0.access[0].1)
    }

    pub(super) fn access_key(&self, id: u32) -> Option<&Key> {
        self.0.access.iter().find(|(known, _)| *known == id).map(|(_, key)| key)
    }

    pub(super) fn cookie_mac(&self) -> Mac {
        mac::mac(&self.0.cookie)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

/// A key for one use, from which neither its parent nor its siblings can be computed.
pub(super) fn derive(key: &Key, label: &str) -> Key {
    mac::finish(mac::mac(key), label.as_bytes())
}

fn read_list(what: &str, text: &str) -> Result<Vec<(u32, Key)>, String> {
    if text.trim().is_empty() {
        return Err(format!(
            "{what}: missing; write 1: followed by the output of `openssl rand -base64 32`"
        ));
    }
    let mut keys: Vec<(u32, Key)> = Vec::new();
    for (place, entry) in text.split(',').enumerate() {
        let place = place + 1;
        let (id, key) = entry
            .trim()
            .split_once(':')
            .ok_or_else(|| format!("{what}: entry {place} is not written as id:base64"))?;
        let id = id.parse::<u32>().ok().filter(|id| *id > 0);
        let id = id.ok_or_else(|| {
            format!("{what}: the id of entry {place} is not a whole number from 1")
        })?;
        if keys.iter().any(|(known, _)| *known == id) {
            return Err(format!("{what}: the id {id} is used twice"));
        }
        keys.push((id, read_key(&format!("{what}, id {id}"), key)?));
    }
    Ok(keys)
}

fn read_key(what: &str, text: &str) -> Result<Key, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{what}: missing; make one with `openssl rand -base64 32`"));
    }
    let bytes = BASE64.decode(text).map_err(|_| format!("{what}: not base64"))?;
    let length = bytes.len();
    let key = Key::try_from(bytes)
        .map_err(|_| format!("{what}: {length} bytes long instead of {KEY_BYTES}"))?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err(format!(
            "{what}: one byte repeated is no key; make one with `openssl rand -base64 32`"
        ));
    }
    Ok(key)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Base64 of 32 bytes that count up from `start`.
    pub fn key_text(start: u8) -> String {
        let bytes: Vec<u8> = (0..32).map(|i| start.wrapping_add(i)).collect();
        BASE64.encode(bytes)
    }

    pub fn keyring() -> Keyring {
        keyring_with(&format!("1:{}", key_text(1)), &format!("1:{}", key_text(2)))
    }

    pub fn keyring_with(data: &str, index: &str) -> Keyring {
        Keyring::from_settings(data, index, &key_text(3), &format!("1:{}", key_text(90)))
            .expect("test keys")
    }

    #[test]
    fn r94_missing_short_equal_and_constant_keys_are_refused_without_showing_them() {
        let (a, b, c) = (key_text(1), key_text(2), key_text(3));
        let list = |key: &str| format!("1:{key}");
        let short = BASE64.encode([7u8, 8, 9]);
        let long = BASE64.encode((0..33).collect::<Vec<u8>>());
        let zero = BASE64.encode([0u8; 32]);
        let cases = [
            (String::new(), list(&b), c.clone(), "data keys: missing"),
            (list(&a), " ".into(), c.clone(), "index keys: missing"),
            (list(&a), list(&b), String::new(), "cookie key: missing"),
            (list(""), list(&b), c.clone(), "data keys, id 1: missing"),
            (list(&short), list(&b), c.clone(), "data keys, id 1: 3 bytes long instead of 32"),
            (list(&a), list(&long), c.clone(), "index keys, id 1: 33 bytes long instead of 32"),
            (list(&a), list(&b), zero.clone(), "cookie key: one byte repeated"),
            (list(&zero), list(&b), c.clone(), "data keys, id 1: one byte repeated"),
            (list(&a), list(&a), c.clone(), "the same key is used twice"),
            (list(&a), list(&b), b.clone(), "the same key is used twice"),
            (format!("1:{a},2:{a}"), list(&b), c.clone(), "the same key is used twice"),
            (format!("1:{a},1:{b}"), list(&c), key_text(9), "data keys: the id 1 is used twice"),
            (a.clone(), list(&b), c.clone(), "data keys: entry 1 is not written as id:base64"),
            (format!("0:{a}"), list(&b), c.clone(), "data keys: the id of entry 1"),
            (format!("1:{a},"), list(&b), c.clone(), "data keys: entry 2 is not written"),
            (list("%%%"), list(&b), c.clone(), "data keys, id 1: not base64"),
        ];
        for (data, index, cookie, expected) in cases {
            let refusal = Keyring::from_settings(&data, &index, &cookie, &list(&key_text(90)))
                .expect_err(expected);
            assert!(refusal.contains(expected), "{refusal} instead of {expected}");
            for secret in [&a, &b, &c, &short, &long, &zero] {
                assert!(!refusal.contains(secret.as_str()), "{refusal}");
            }
        }
    }

    #[test]
    fn keys_may_be_written_without_padding_and_with_spaces_between_them() {
        let data = format!(" 2:{} , 1:{}", key_text(5).trim_end_matches('='), key_text(1));
        let keyring = keyring_with(&data, &format!("1:{}", key_text(2)));
        assert_eq!(keyring.primary_data_key().id, 2);
        assert!(keyring.data_key(1).is_some() && keyring.data_key(3).is_none());
        assert_eq!((keyring.older_data_keys(), keyring.older_index_keys()), (vec![1], vec![]));
        assert_eq!(format!("{keyring:?}"), "Keyring(…)");
    }

    #[test]
    fn r83_each_purpose_has_a_key_of_its_own() {
        let keyring = keyring();
        let key = keyring.primary_data_key();
        let purposes = [Purpose::Pii, Purpose::Notes, Purpose::Tokens];
        let distinct: HashSet<&Key> =
            purposes.iter().map(|purpose| key.for_purpose(*purpose)).collect();
        assert_eq!(distinct.len(), purposes.len());
    }

    #[test]
    fn r84_the_blind_index_has_one_value_for_each_key_and_none_is_a_plain_hash() {
        use sha2::{Digest, Sha256};

        let old = keyring_with(&format!("1:{}", key_text(1)), &format!("1:{}", key_text(2)));
        let both = keyring_with(
            &format!("1:{}", key_text(1)),
            &format!("2:{},1:{}", key_text(7), key_text(2)),
        );
        let of_old = old.blind_index("email", "ada@example.org");
        let of_both = both.blind_index("email", "ada@example.org");
        assert_eq!((of_old.len(), of_both.len()), (1, 2));
        assert_eq!(of_both[1], of_old[0], "a value written before the rotation is still found");
        assert_ne!(of_both[0], of_both[1]);
        let plain = super::super::tokens::base64url(&Sha256::digest("ada@example.org"));
        for value in of_both {
            assert_eq!(value.len(), 43);
            assert_ne!(value, plain);
        }
    }

    #[test]
    fn r84_kinds_and_values_do_not_run_into_each_other() {
        let keyring = keyring();
        assert_eq!(keyring.blind_index("email", "x"), keyring.blind_index("email", "x"));
        assert_ne!(keyring.blind_index("email", "x"), keyring.blind_index("phone", "x"));
        assert_ne!(keyring.blind_index("email", "x"), keyring.blind_index("emai", "lx"));
        assert_ne!(keyring.blind_index("email", "x"), keyring.blind_index("email", "y"));
    }
}
