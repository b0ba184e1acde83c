//! Markup of a mail in the making.

/// HTML that is put together piece by piece.
///
/// Invariant: what is not written in this program enters escaped. Markup is `&'static str`;
/// everything else comes in by [`Markup::text`] or as the value of an attribute.
#[derive(Default)]
pub struct Markup(String);

impl Markup {
    pub fn new() -> Self {
        Self::default()
    }

    /// Tags as this program writes them.
    pub fn tags(mut self, markup: &'static str) -> Self {
        self.0.push_str(markup);
        self
    }

    /// Words of any origin, between tags or inside a quoted attribute.
    pub fn text(mut self, text: &str) -> Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    pub fn append(mut self, other: Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    pub fn into_html(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn a26_msg_3_names_cannot_bring_markup_into_a_mail() {
        let html = Markup::new()
            .tags("<p title=\"")
            .text("\" onclick='x'")
            .tags("\">")
            .text("<img src=x onerror=\"a\">&")
            .tags("</p>");
        assert_eq!(
            html.into_html(),
            "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;img src=x onerror=&quot;a&quot;&gt;&amp;</p>"
        );
    }
}
