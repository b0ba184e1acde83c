//! Renders the pages. All text from a mail goes through `escape`.

use std::fmt::Write;

use crate::mail::Mail;

const STYLE: &str = "
:root{--ink:#1a1f2b;--quiet:#5b6474;--line:#d9dee7;--accent:#3b3bd6}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 3rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:#f6f7fa}
h1{margin:0 0 1rem;font-size:1.375rem;overflow-wrap:anywhere}
h2{margin:1.5rem 0 .5rem;font-size:1.0625rem}
a{color:var(--accent)}
form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin-bottom:1rem}
label{display:block;font-size:.875rem;font-weight:600}
input,button{min-height:2.75rem;padding:.4rem .75rem;border:1px solid #8d96a6;border-radius:.5rem;background:#fff;color:inherit;font:inherit}
button{font-weight:600;cursor:pointer}
ul{list-style:none;margin:0;padding:0;background:#fff;border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
li+li{border-top:1px solid var(--line)}
li a{display:block;padding:.75rem 1rem;color:inherit;text-decoration:none;overflow-wrap:anywhere}
li a:hover{background:#f0f1fb}
li strong{display:block}
.quiet{color:var(--quiet);font-size:.9375rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0 0 1rem}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
iframe{display:block;width:100%;height:70vh;border:1px solid var(--line);border-radius:.75rem;background:#fff}
pre{padding:1rem;border:1px solid var(--line);border-radius:.75rem;background:#fff;white-space:pre-wrap;overflow-wrap:anywhere;font:.9375rem/1.5 ui-monospace,monospace}
:focus-visible{outline:3px solid #7c7cf0;outline-offset:2px}
";

pub(crate) fn render_list(mails: &[Mail], to: &str, subject: &str) -> String {
    let mut rows = String::new();
    for mail in mails {
        let _ = write!(
            rows,
            "<li><a href=\"/messages/{}\"><strong>{}</strong><span class=\"quiet\">to {} · {}</span></a></li>",
            mail.id,
            escape(if mail.subject.is_empty() { "(no subject)" } else { &mail.subject }),
            escape(&mail.to.join(", ")),
            escape(mail.date.as_deref().unwrap_or("no date"))
        );
    }
    let body = match mails.is_empty() {
        true => {
            "<p class=\"quiet\">No mail here yet. Reload the page to look again.</p>".to_owned()
        }
        false => format!("<ul>{rows}</ul>"),
    };
    render_document(
        "Mail sink",
        &format!(
            "<h1>Mail sink</h1><form method=\"get\"><div><label for=\"to\">To</label><input id=\"to\" name=\"to\" value=\"{}\"></div><div><label for=\"subject\">Subject</label><input id=\"subject\" name=\"subject\" value=\"{}\"></div><button>Find</button></form>{body}",
            escape(to),
            escape(subject)
        ),
    )
}

pub(crate) fn render_mail(mail: &Mail) -> String {
    let mut facts = String::new();
    for (name, value) in [
        ("From", mail.from.clone()),
        ("To", mail.to.join(", ")),
        ("Date", mail.date.clone().unwrap_or_default()),
        ("Attachments", mail.attachments.join(", ")),
    ] {
        if !value.is_empty() {
            let _ = write!(facts, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
        }
    }
    let html = match &mail.html {
        Some(_) => format!(
            "<h2>HTML part</h2><iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"/messages/{}/html\" title=\"HTML part\"></iframe>",
            mail.id
        ),
        None => String::new(),
    };
    let text =
        mail.text.as_ref().map(|text| format!("<h2>Text part</h2><pre>{}</pre>", escape(text)));
    let headers: String = mail
        .headers
        .iter()
        .map(|(name, value)| format!("{}: {}\n", escape(name), escape(value)))
        .collect();
    render_document(
        &mail.subject,
        &format!(
            "<p><a href=\"/\">All mail</a></p><h1>{}</h1><dl>{facts}</dl>{html}{}<details><summary>Headers</summary><pre>{headers}</pre></details>",
            escape(&mail.subject),
            text.unwrap_or_default()
        ),
    )
}

pub(crate) fn render_not_found() -> String {
    render_document("Not found", "<h1>No such mail</h1><p><a href=\"/\">All mail</a></p>")
}

fn render_document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
