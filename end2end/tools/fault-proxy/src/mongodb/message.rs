//! Reads and builds messages of MongoDB's wire protocol.

use std::io;

use bson::{Document, RawDocument};
use tokio::io::{AsyncRead, AsyncReadExt};

const HEADER: usize = 16;
/// The largest message of a real server.
const LARGEST: usize = 48_000_000;
const OP_MSG: i32 = 2013;

const CHECKSUM_PRESENT: u32 = 1;
const MORE_TO_COME: u32 = 1 << 1;

/// One whole message, of whatever kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// The next message; `None` when the other side closed between two of them.
    ///
    /// # Errors
    /// The stream ended within a message, or is not of this protocol.
    pub(crate) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut bytes = vec![0; HEADER];
        if from.read(&mut bytes[..1]).await? == 0 {
            return Ok(None);
        }
        from.read_exact(&mut bytes[1..]).await?;
        let length = usize::try_from(read_i32(&bytes, 0)).unwrap_or(0);
        if !(HEADER..=LARGEST).contains(&length) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "not a message of MongoDB; TLS is not understood",
            ));
        }
        bytes.resize(length, 0);
        from.read_exact(&mut bytes[HEADER..]).await?;
        Ok(Some(Self { bytes }))
    }

    /// A message with one document.
    pub(crate) fn new(request_id: i32, response_to: i32, body: &Document) -> Self {
        Self::with_flags(request_id, response_to, 0, body)
    }

    fn with_flags(request_id: i32, response_to: i32, flags: u32, body: &Document) -> Self {
        let body = bson::to_vec(body).expect("the document of a test can be encoded");
        let length =
            i32::try_from(HEADER + 5 + body.len()).expect("the document of a test is small");
        let mut bytes = Vec::new();
        for number in [length, request_id, response_to, OP_MSG] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(flags.to_le_bytes());
        bytes.push(0);
        bytes.extend(body);
        Self { bytes }
    }

    /// The same message with another document. Its ids stay, so the receiver accepts it as the
    /// reply.
    pub(crate) fn replace_body(&self, body: &Document) -> Self {
        Self::with_flags(
            self.request_id(),
            self.response_to(),
            self.flags() & !CHECKSUM_PRESENT,
            body,
        )
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn request_id(&self) -> i32 {
        read_i32(&self.bytes, 4)
    }

    pub(crate) fn response_to(&self) -> i32 {
        read_i32(&self.bytes, 8)
    }

    /// Whether a further message follows without being asked for; in a request, that no reply is
    /// wanted.
    pub(crate) fn has_more_to_come(&self) -> bool {
        self.is_op_msg() && self.flags() & MORE_TO_COME != 0
    }

    /// The document of an `OP_MSG`; `None` for other messages.
    pub(crate) fn body(&self) -> Option<&RawDocument> {
        if !self.is_op_msg() {
            return None;
        }
        let end = self.bytes.len() - if self.flags() & CHECKSUM_PRESENT != 0 { 4 } else { 0 };
        let mut sections = self.bytes.get(HEADER + 4..end)?;
        // Sections with documents of the command can come before it.
        while let Some((kind, rest)) = sections.split_first() {
            let length =
                usize::try_from(i32::from_le_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
            let section = rest.get(..length)?;
            if *kind == 0 {
                return RawDocument::from_bytes(section).ok();
            }
            sections = &rest[length..];
        }
        None
    }

    fn is_op_msg(&self) -> bool {
        read_i32(&self.bytes, 12) == OP_MSG && self.bytes.len() >= HEADER + 5
    }

    fn flags(&self) -> u32 {
        read_i32(&self.bytes, HEADER).cast_unsigned()
    }
}

/// The properties of a command that rules use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    /// The collection, for commands on a collection.
    pub(crate) collection: Option<String>,
    pub(crate) is_in_transaction: bool,
    /// The driver gave it a transaction number, so that it can retry it.
    pub(crate) is_retryable_write: bool,
    /// Asks the server to answer only when its state changes.
    pub(crate) awaits_change: bool,
    pub(crate) wants_reply: bool,
}

impl Command {
    pub(crate) fn from_message(message: &Message) -> Option<Self> {
        let body = message.body()?;
        let (name, value) = body.iter().next()?.ok()?;
        let has = |field: &str| matches!(body.get(field), Ok(Some(_)));
        Some(Self {
            name: name.to_string(),
            collection: value.as_str().map(str::to_owned),
            is_in_transaction: has("autocommit"),
            is_retryable_write: has("txnNumber") && !has("autocommit"),
            awaits_change: has("topologyVersion"),
            wants_reply: !message.has_more_to_come(),
        })
    }

    pub(crate) fn is_hello(&self) -> bool {
        ["hello", "isMaster", "ismaster"].contains(&self.name.as_str())
    }

    /// `commitTransaction` or `abortTransaction`.
    pub(crate) fn ends_transaction(&self) -> bool {
        ["commitTransaction", "abortTransaction"].contains(&self.name.as_str())
    }
}

fn read_i32(bytes: &[u8], at: usize) -> i32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    i32::from_le_bytes(four)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[tokio::test]
    async fn messages_are_cut_from_any_pieces() {
        let first = Message::new(1, 0, &doc! { "ping": 1, "$db": "admin" });
        let second = Message::new(
            2,
            0,
            &doc! { "insert": "orders", "note": "x".repeat(20_000), "$db": "shop" },
        );
        let stream = [first.bytes(), second.bytes()].concat();
        for piece in [1, 7, 16, 4_096, stream.len()] {
            let (mut writer, mut reader) = tokio::io::duplex(piece);
            let bytes = stream.clone();
            let writing = tokio::spawn(async move {
                tokio::io::AsyncWriteExt::write_all(&mut writer, &bytes).await
            });
            assert_eq!(
                Message::read(&mut reader).await.expect("a message").as_ref(),
                Some(&first),
                "{piece}"
            );
            assert_eq!(
                Message::read(&mut reader).await.expect("a message").as_ref(),
                Some(&second),
                "{piece}"
            );
            assert_eq!(Message::read(&mut reader).await.expect("the end"), None);
            writing.await.expect("no panic").expect("written");
        }
    }

    #[tokio::test]
    async fn a_message_that_breaks_off_or_is_none_is_an_error() {
        let message = Message::new(1, 0, &doc! { "ping": 1 });
        let mut half = &message.bytes()[..message.bytes().len() - 1];
        assert_eq!(
            Message::read(&mut half).await.map_err(|e| e.kind()),
            Err(io::ErrorKind::UnexpectedEof)
        );
        let mut http = &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..];
        assert_eq!(
            Message::read(&mut http).await.map_err(|e| e.kind()),
            Err(io::ErrorKind::InvalidData)
        );
    }

    #[test]
    fn a_command_is_read_with_its_transaction() {
        let message = Message::new(
            1,
            0,
            &doc! { "insert": "orders", "txnNumber": 3_i64, "autocommit": false },
        );
        let command = Command::from_message(&message).expect("a command");
        assert_eq!(
            (command.name.as_str(), command.collection.as_deref()),
            ("insert", Some("orders"))
        );
        assert!(command.is_in_transaction && !command.is_retryable_write && command.wants_reply);
        let alone = Command::from_message(&Message::new(
            1,
            0,
            &doc! { "update": "stock", "txnNumber": 4_i64 },
        ))
        .expect("a command");
        assert!(!alone.is_in_transaction && alone.is_retryable_write);
        let commit = Command::from_message(&Message::new(1, 0, &doc! { "commitTransaction": 1 }))
            .expect("a command");
        assert!(commit.ends_transaction() && commit.collection.is_none());
    }

    #[test]
    fn the_command_is_found_behind_its_documents_and_before_a_checksum() {
        let body = bson::to_vec(&doc! { "insert": "orders" }).expect("a document");
        let documents = [b"documents\0".as_slice(), &body].concat();
        let mut bytes = Message::new(7, 0, &doc! {}).bytes[..HEADER].to_vec();
        bytes.extend((CHECKSUM_PRESENT | MORE_TO_COME).to_le_bytes());
        bytes.push(1);
        bytes.extend(i32::try_from(documents.len() + 4).expect("small").to_le_bytes());
        bytes.extend(&documents);
        bytes.push(0);
        bytes.extend(&body);
        bytes.extend([9; 4]);
        let length = i32::try_from(bytes.len()).expect("small");
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        let message = Message { bytes };
        let command = Command::from_message(&message).expect("a command");
        assert_eq!((command.name.as_str(), command.wants_reply), ("insert", false));
        let changed = message.replace_body(&doc! { "ok": 1 });
        assert_eq!((changed.request_id(), changed.flags()), (7, MORE_TO_COME));
    }

    #[test]
    fn what_is_not_understood_has_no_body() {
        let mut bytes = Message::new(1, 0, &doc! { "ping": 1 }).bytes;
        bytes[12..16].copy_from_slice(&2012_i32.to_le_bytes());
        assert_eq!(Message { bytes }.body(), None);
        for cut in HEADER..HEADER + 12 {
            let bytes = Message::new(1, 0, &doc! { "ping": 1 }).bytes[..cut].to_vec();
            assert_eq!(Message { bytes }.body(), None, "{cut} bytes");
        }
    }
}
