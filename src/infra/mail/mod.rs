//! Outgoing mail: one connection a message, one deadline, and errors that say whether trying again
//! makes sense.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::Url;

use crate::shared::error::AppError;

/// From looking up the mail server's name to its last answer.
const DEADLINE: Duration = Duration::from_secs(15);
/// Longer than any server's answer needs to be read by an operator.
const REASON_CHARS: usize = 200;

/// One message to one person.
#[derive(Clone)]
pub struct Mail {
    /// A bare address, as its owner wrote it.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// `local@domain` without angle brackets; the same for every try of one message, so that a
    /// second copy is recognised as such.
    pub message_id: String,
}

/// Address, subject and text are personal: only the message's id is ever printed.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Why a message was not sent. The texts name neither recipient nor content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// This message will never go through: a malformed address or header, or a final refusal by the
    /// server (5xx).
    #[error("mail refused for good: {0}")]
    Permanent(String),
    /// The server is away, busy or wrongly set up; the same message can be tried again.
    #[error("mail not sent for now: {0}")]
    Temporary(String),
}

impl MailError {
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_))
    }
}

impl From<MailError> for AppError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Permanent(_) => Self::internal(error),
            MailError::Temporary(_) => Self::unavailable(error),
        }
    }
}

/// Sends through one mail server, under one sender.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    #[cfg(test)]
    encrypted: bool,
    deadline: Duration,
}

impl Mailer {
    /// `smtp://host:1025` (plain), `smtps://user:password@host:465`, or
    /// `smtp://user:password@host:587?tls=required`. User and password are percent-encoded. `from`
    /// is the sender, `Name <address>` or a bare address.
    ///
    /// # Errors
    /// One sentence for the operator, without the password, for an address that cannot be read, for
    /// a password that would travel in clear to another machine, and for a sender that is no
    /// mailbox.
    pub fn from_url(url: &str, from: &str) -> Result<Self, String> {
        // The library's message could repeat the address with its password.
        let unreadable = || {
            "the mail server's address is not written as smtp://host:port, smtps://user:password@host:465 or smtp://user:password@host:587?tls=required".to_owned()
        };
        let server = Server::read(url).ok_or_else(unreadable)?;
        let builder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| unreadable())?;
        if server.has_password && !server.encrypted && !server.is_loopback {
            return Err("the mail server's address holds a password but no encryption; add ?tls=required or use smtps://".to_owned());
        }

        let from = read_sender(from)?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self {
            transport: builder.hello_name(hello).timeout(Some(DEADLINE)).build(),
            from,
            #[cfg(test)]
            encrypted: server.encrypted,
            deadline: DEADLINE,
        })
    }

    /// Whether messages leave under TLS; a plain connection is for the same machine only.
    #[cfg(test)]
    pub const fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Hands one message to the mail server: connected, accepted and answered within 15 seconds in
    /// all.
    ///
    /// # Errors
    /// [`MailError`]; after a temporary one the server may still have accepted the message, which
    /// is what the stable message id is for.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.compose(mail)?;
        match tokio::time::timeout(self.deadline, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err(MailError::Temporary(format!(
                "no final answer in {} s",
                self.deadline.as_secs()
            ))),
        }
    }

    fn compose(&self, mail: &Mail) -> Result<Message, MailError> {
        let refused = |why: &str| MailError::Permanent(why.to_owned());
        for (what, value) in
            [("address", &mail.to), ("subject", &mail.subject), ("message id", &mail.message_id)]
        {
            if has_control(value) {
                return Err(MailError::Permanent(format!(
                    "the {what} contains a line break or another control character"
                )));
            }
        }
        let to: Address =
            mail.to.trim().parse().map_err(|_| refused("the address is not an e-mail address"))?;
        if !is_message_id(&mail.message_id) {
            return Err(refused("the message id is not written as local@domain"));
        }
        // Asks vacation robots to keep quiet (RFC 3834).
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.as_str())
            .message_id(Some(format!("<{}>", mail.message_id)))
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|_| refused("the message cannot be composed"))
    }
}

/// Takes the name as it stands: a comma or full stop in a shop's name is no syntax here.
fn read_sender(from: &str) -> Result<Mailbox, String> {
    if has_control(from) {
        return Err("the mail sender contains a line break or another control character".to_owned());
    }
    let from = from.trim();
    let (name, address) = match from.strip_suffix('>').and_then(|open| open.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", from),
    };
    let address: Address = address
        .trim()
        .parse()
        .map_err(|_| "the mail sender is not written as `Name <address>`".to_owned())?;
    Ok(Mailbox::new(Some(name.to_owned()).filter(|name| !name.is_empty()), address))
}

/// What the settings' address says about the connection.
struct Server {
    encrypted: bool,
    has_password: bool,
    is_loopback: bool,
}

impl Server {
    fn read(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value);
        // Encryption that is merely possible is none: whoever sits in between can switch it off.
        let encrypted = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) | ("smtp", Some("required")) => true,
            ("smtp", None) => false,
            _ => return None,
        };
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
        let is_loopback =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        (!host.is_empty()).then_some(Self {
            encrypted,
            has_password: url.password().is_some(),
            is_loopback,
        })
    }
}

/// Line breaks and whatever else some program along the way could take for one.
fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
}

/// Printable ASCII without brackets and spaces, one `@` with something on both sides.
fn is_message_id(id: &str) -> bool {
    let plain = id.len() <= 200
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.@".contains(&b));
    plain
        && id.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

fn classify(error: &lettre::transport::smtp::Error) -> MailError {
    let Some(code) = error.status() else {
        let what = if error.is_tls() {
            "TLS failed"
        } else if error.is_timeout() {
            "timed out"
        } else {
            "the connection failed"
        };
        return MailError::Temporary(format!("{what}: {}", without_addresses(&reason(error))));
    };
    let text = format!("the server answered {code}: {}", without_addresses(&reason(error)));
    // A refused login is the operator's to mend, and no fault of the message.
    let login = matches!(code.to_string().as_str(), "530" | "534" | "535" | "538");
    if error.is_permanent() && !login {
        MailError::Permanent(text)
    } else {
        MailError::Temporary(text)
    }
}

fn reason(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// One short line in which no word can be an e-mail address: servers like to repeat the
/// recipient's.
fn without_addresses(text: &str) -> String {
    let words =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: Vec<&str> =
        words.map(|word| if word.contains('@') { "(address)" } else { word }).collect();
    line.join(" ").chars().take(REASON_CHARS).collect()
}

#[cfg(test)]
mod tests;
