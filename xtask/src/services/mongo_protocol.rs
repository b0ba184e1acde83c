//! The part of MongoDB's wire protocol that asks whether a server is ready and makes it a replica
//! set.
//!
//! Layout: <https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/> (OP_MSG) and
//! <https://bsonspec.org>.

use std::io::{Read, Write};

use anyhow::{Result, bail};

use super::readiness;

const OP_MSG: i32 = 2013;
const LARGEST_REPLY: usize = 1 << 20;

const DOUBLE: u8 = 1;
const TEXT: u8 = 2;
const DOCUMENT: u8 = 3;
const ARRAY: u8 = 4;
const BOOL: u8 = 8;
const INT: u8 = 16;

/// A BSON document under construction: its fields, without length and end mark.
#[derive(Clone, Default)]
pub(crate) struct Document(Vec<u8>);

impl Document {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn int(self, name: &str, value: i32) -> Self {
        self.field(INT, name, &value.to_le_bytes())
    }

    pub(crate) fn bool(self, name: &str, value: bool) -> Self {
        self.field(BOOL, name, &[u8::from(value)])
    }

    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        let mut bytes = (value.len() as i32 + 1).to_le_bytes().to_vec();
        bytes.extend(value.as_bytes());
        bytes.push(0);
        self.field(TEXT, name, &bytes)
    }

    pub(crate) fn document(self, name: &str, value: Document) -> Self {
        self.field(DOCUMENT, name, &value.encode())
    }

    pub(crate) fn array(self, name: &str, values: &[Document]) -> Self {
        let array = values.iter().enumerate().fold(Document::new(), |array, (index, value)| {
            array.document(&index.to_string(), value.clone())
        });
        self.field(ARRAY, name, &array.encode())
    }

    fn field(mut self, kind: u8, name: &str, value: &[u8]) -> Self {
        self.0.push(kind);
        self.0.extend(name.as_bytes());
        self.0.push(0);
        self.0.extend(value);
        self
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = (self.0.len() as i32 + 5).to_le_bytes().to_vec();
        bytes.extend(&self.0);
        bytes.push(0);
        bytes
    }
}

/// The top-level fields of a reply, each with its type and raw value.
pub(crate) struct Reply(Vec<(String, u8, Vec<u8>)>);

impl Reply {
    pub(crate) fn is_ok(&self) -> bool {
        self.number("ok") == Some(1.0)
    }

    pub(crate) fn bool(&self, name: &str) -> bool {
        self.field(name).is_some_and(|(kind, value)| kind == BOOL && value == [1])
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.field(name).filter(|(kind, _)| *kind == TEXT)?;
        Some(String::from_utf8_lossy(value.get(4..value.len().checked_sub(1)?)?).into_owned())
    }

    fn number(&self, name: &str) -> Option<f64> {
        match self.field(name)? {
            (DOUBLE, value) => Some(f64::from_le_bytes(value.try_into().ok()?)),
            (INT, value) => Some(i32::from_le_bytes(value.try_into().ok()?).into()),
            _ => None,
        }
    }

    fn field(&self, name: &str) -> Option<(u8, &[u8])> {
        self.0
            .iter()
            .find(|(found, _, _)| found == name)
            .map(|(_, kind, value)| (*kind, value.as_slice()))
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Vec::new();
        let mut rest = bytes.get(4..)?;
        while let Some((&kind, tail)) = rest.split_first().filter(|(kind, _)| **kind != 0) {
            let end = tail.iter().position(|byte| *byte == 0)?;
            let name = String::from_utf8_lossy(&tail[..end]).into_owned();
            let value = &tail[end + 1..];
            let length = value_length(kind, value)?;
            fields.push((name, kind, value.get(..length)?.to_vec()));
            rest = value.get(length..)?;
        }
        Some(Self(fields))
    }
}

/// How many bytes a value of this type takes; `None` for types that these replies do not have.
fn value_length(kind: u8, value: &[u8]) -> Option<usize> {
    let prefixed = || usize::try_from(i32::from_le_bytes(value.get(..4)?.try_into().ok()?)).ok();
    match kind {
        0x0A => Some(0),
        BOOL => Some(1),
        INT => Some(4),
        DOUBLE | 0x09 | 0x11 | 0x12 => Some(8),
        0x07 => Some(12),
        TEXT => Some(prefixed()? + 4),
        DOCUMENT | ARRAY => prefixed(),
        0x05 => Some(prefixed()? + 5),
        _ => None,
    }
}

/// Sends one command to the `admin` database.
pub(crate) fn run_command(port: u16, command: &Document) -> Result<Reply> {
    let body = command.clone().text("$db", "admin").encode();
    let mut message = Vec::new();
    // Header (length, request id, response to, operation), flags, then one section of kind 0 with
    // the command.
    for number in [body.len() as i32 + 21, 1, 0, OP_MSG, 0] {
        message.extend(number.to_le_bytes());
    }
    message.push(0);
    message.extend(body);
    let mut stream = readiness::connect(port)?;
    stream.write_all(&message)?;
    let mut header = [0_u8; 21];
    stream.read_exact(&mut header)?;
    let length = i32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    let Some(length) = usize::try_from(length)
        .ok()
        .and_then(|length| length.checked_sub(21))
        .filter(|length| *length <= LARGEST_REPLY)
    else {
        bail!("not a MongoDB reply");
    };
    let mut reply = vec![0; length];
    stream.read_exact(&mut reply)?;
    Reply::decode(&reply).ok_or_else(|| anyhow::anyhow!("not a MongoDB reply"))
}

#[cfg(test)]
mod tests {
    use super::{Document, Reply};

    #[test]
    fn what_is_encoded_is_read_back() {
        let nested = Document::new().array("members", &[Document::new().int("_id", 0)]);
        let bytes = Document::new()
            .text("errmsg", "no")
            .document("config", nested)
            .int("ok", 1)
            .bool("isWritablePrimary", true)
            .encode();
        assert_eq!(
            bytes.len(),
            i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize
        );
        let reply = Reply::decode(&bytes).expect("well formed");
        assert!(reply.is_ok() && reply.bool("isWritablePrimary"));
        assert_eq!(reply.text("errmsg").as_deref(), Some("no"));
    }
}
