//! Parses a stored mail.

use mail_parser::{Message, MessageParser, PartType};
use serde::Serialize;

#[derive(Clone, Serialize)]
pub(crate) struct Mail {
    pub(crate) id: u64,
    /// The envelope's sender.
    pub(crate) envelope_from: String,
    pub(crate) from: String,
    /// The envelope's recipients: blind copies are among them.
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) date: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) attachments: Vec<String>,
}

const ENVELOPE_FROM: &str = "X-Envelope-From";
const ENVELOPE_TO: &str = "X-Envelope-To";

/// The mail with its envelope written in front, so that a stored file holds everything.
pub(crate) fn prepend_envelope(from: &str, recipients: &[String], data: &[u8]) -> Vec<u8> {
    let mut raw = format!("{ENVELOPE_FROM}: {from}\r\n").into_bytes();
    for recipient in recipients {
        raw.extend(format!("{ENVELOPE_TO}: {recipient}\r\n").into_bytes());
    }
    raw.extend_from_slice(data);
    raw
}

/// Reads a mail that `prepend_envelope` wrote; whatever cannot be parsed is shown as plain text.
pub(crate) fn parse(id: u64, raw: &[u8]) -> Mail {
    let Some(message) = MessageParser::default().parse(raw) else {
        let text = Some(String::from_utf8_lossy(raw).into_owned());
        return Mail {
            id,
            envelope_from: String::new(),
            from: String::new(),
            to: Vec::new(),
            subject: String::new(),
            message_id: String::new(),
            date: None,
            text,
            html: None,
            headers: Vec::new(),
            attachments: Vec::new(),
        };
    };
    let headers: Vec<(String, String)> = message
        .headers_raw()
        .map(|(name, value)| (name.trim().to_owned(), value.trim().replace("\r\n", "")))
        .collect();
    let envelope = |header: &str| {
        headers.iter().filter(|(name, _)| name == header).map(|(_, value)| value.clone()).collect()
    };
    let envelope_from: Vec<String> = envelope(ENVELOPE_FROM);
    let to: Vec<String> = envelope(ENVELOPE_TO);
    Mail {
        id,
        envelope_from: envelope_from.into_iter().next().unwrap_or_default(),
        from: format_sender(&message),
        to,
        subject: message.subject().unwrap_or_default().to_owned(),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        date: message.date().map(mail_parser::DateTime::to_rfc3339),
        text: message.text_part(0).and_then(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        }),
        html: message.html_part(0).and_then(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        }),
        attachments: message.attachments().map(attachment_name).collect(),
        headers: headers.into_iter().filter(|(name, _)| !name.starts_with("X-Envelope-")).collect(),
    }
}

fn format_sender(message: &Message) -> String {
    let Some(address) = message.from().and_then(mail_parser::Address::first) else {
        return String::new();
    };
    match (address.name(), address.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => address.or(name).unwrap_or_default().to_owned(),
    }
}

fn attachment_name(part: &mail_parser::MessagePart) -> String {
    use mail_parser::MimeHeaders;
    part.attachment_name().unwrap_or("unnamed").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_and_encoded_words_are_decoded() {
        let data = b"From: Shop <shop@test>\r\nTo: ann@test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n";
        let mail = parse(
            7,
            &prepend_envelope(
                "bounce@test",
                &["ann@test".to_owned(), "hidden@test".to_owned()],
                data,
            ),
        );
        assert_eq!(mail.subject, "Grüße");
        assert_eq!(mail.from, "Shop <shop@test>");
        assert_eq!(mail.to, ["ann@test", "hidden@test"]);
        assert_eq!(mail.message_id, "1@test");
        assert_eq!(mail.text.as_deref().map(str::trim), Some("plain"));
        assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>rich</p>"));
    }

    #[test]
    fn a_plain_mail_has_no_html_part() {
        let mail = parse(1, b"Subject: x\r\n\r\nhello\r\n");
        assert!(mail.html.is_none());
        assert_eq!(mail.text.as_deref().map(str::trim), Some("hello"));
    }
}
