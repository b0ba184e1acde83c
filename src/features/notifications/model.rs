//! What a mail is made of, whoever composes it.

/// The shop as it writes mails.
pub struct MailSender {
    pub name: String,
    pub support_email: String,
    /// The configured address of the shop: links never come from a request.
    pub base_url: String,
}

impl MailSender {
    /// The whole address of a path of the shop.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// What a mail says. Invariant: text and HTML say the same.
pub struct MailContent {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A mail that is ready to be sent.
pub struct ComposedMail {
    /// The address of its recipient.
    pub to: String,
    pub content: MailContent,
}
