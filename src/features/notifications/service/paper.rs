//! The paper every mail is written on: the shop's name above, the words, the way back below.
//!
//! Tables and inline styles, because mail programs read little else; the same colours as the shop,
//! which the few that know about the dark exchange for its dark ones. Nothing is loaded from
//! anywhere, so nobody learns who read it when.

use super::markup::Markup;

/// Who writes.
pub struct Sender {
    pub name: String,
    pub support_email: String,
    /// The configured address of the shop: links never come from a request.
    pub base_url: String,
}

impl Sender {
    /// The whole address of a path of ours.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// The shop's tokens in hexadecimal (`style/base.css`, `style/theme.css`): mail programs know no
/// others.
const HEAD: &str = concat!(
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">",
    "<style>@media (prefers-color-scheme: dark){",
    ".paper{background:#0e1612!important}.sheet{background:#17211c!important;border-color:#2f3833!important}",
    ".ink{color:#efefe9!important}.soft{color:#b3b5ad!important}.line{border-color:#2f3833!important}",
    ".link{color:#8dcfae!important}.button{background:#8dcfae!important}.button a{color:#071a13!important}}</style>",
    "<title>",
);

const BODY: &str = concat!(
    "</title></head><body class=\"paper\" style=\"margin:0;padding:0;background:#fcfaf6\">",
    "<div style=\"display:none;max-height:0;overflow:hidden\">",
);

const SHEET: &str = concat!(
    "</div><table role=\"presentation\" class=\"paper\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"background:#fcfaf6\">",
    "<tr><td align=\"center\" style=\"padding:24px 12px\">",
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"max-width:600px\">",
    "<tr><td style=\"padding:0 8px 16px\"><a class=\"ink\" style=\"color:#1a241f;text-decoration:none;font:600 20px/1.3 Georgia,'Times New Roman',serif\" href=\"",
);

const WORDS: &str = concat!(
    "</a></td></tr><tr><td class=\"sheet\" style=\"background:#ffffff;border:1px solid #dfdcd5;border-radius:14px;padding:32px 28px\">",
    "<h1 class=\"ink\" style=\"margin:0 0 16px;color:#1a241f;font:500 28px/1.2 Georgia,'Times New Roman',serif\">",
);

const FOOT: &str = concat!(
    "</td></tr><tr><td class=\"soft\" style=\"padding:20px 8px;color:#525b53;font:14px/1.6 Calibri,Ubuntu,'Segoe UI',Arial,sans-serif\">",
    "<p style=\"margin:0 0 8px\">Questions? Write to ",
);

const LINK: &str = "<a class=\"link\" style=\"color:#225541\" href=\"";
const END: &str = "</p></td></tr></table></td></tr></table></body></html>";

/// A whole mail. `preview` is what lists of mails show behind the subject.
pub fn letter(sender: &Sender, heading: &'static str, preview: &str, words: Markup) -> String {
    let page = |name: &'static str, path: &str| link(name, &sender.address(path));
    Markup::new()
        .tags(HEAD)
        .tags(heading)
        .tags(BODY)
        .text(preview)
        .tags(SHEET)
        .text(&sender.address("/"))
        .tags("\">")
        .text(&sender.name)
        .tags(WORDS)
        .tags(heading)
        .tags("</h1>")
        .append(words)
        .tags(FOOT)
        .append(link(&sender.support_email, &format!("mailto:{}", sender.support_email)))
        .tags(".</p><p style=\"margin:0\">")
        .append(page("Delivery", "/pages/shipping"))
        .tags(" &nbsp; ")
        .append(page("Returns", "/pages/returns"))
        .tags(" &nbsp; ")
        .append(page("Terms", "/pages/terms"))
        .tags(" &nbsp; ")
        .append(page("Privacy", "/pages/privacy"))
        .tags(END)
        .into_html()
}

pub fn link(words: &str, address: &str) -> Markup {
    Markup::new().tags(LINK).text(address).tags("\">").text(words).tags("</a>")
}

/// The one thing to do, as large as a thumb.
pub fn button(words: &'static str, address: &str) -> Markup {
    Markup::new()
        .tags("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:24px 0\"><tr>")
        .tags("<td class=\"button\" style=\"background:#225541;border-radius:6px\">")
        .tags("<a style=\"display:inline-block;padding:14px 24px;color:#fbfdf7;text-decoration:none;font:600 16px/1 Calibri,Ubuntu,'Segoe UI',Arial,sans-serif\" href=\"")
        .text(address)
        .tags("\">")
        .tags(words)
        .tags("</a></td></tr></table>")
}

pub fn paragraph(words: Markup) -> Markup {
    Markup::new()
        .tags("<p class=\"ink\" style=\"margin:0 0 16px;color:#1a241f;font:16px/1.6 Calibri,Ubuntu,'Segoe UI',Arial,sans-serif\">")
        .append(words)
        .tags("</p>")
}

pub fn heading(words: &'static str) -> Markup {
    Markup::new()
        .tags("<h2 class=\"ink\" style=\"margin:28px 0 8px;color:#1a241f;font:600 18px/1.3 Calibri,Ubuntu,'Segoe UI',Arial,sans-serif\">")
        .tags(words)
        .tags("</h2>")
}

/// What stands in a row of figures, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Usual,
    /// What the rows above add up to.
    Sum,
    /// A remark on the sum.
    Remark,
}

/// Rows of words on the left and an amount on the right.
pub fn figures(rows: Vec<(Markup, String, Weight)>) -> Markup {
    let table =
        Markup::new().tags("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse\">");
    rows.into_iter()
        .fold(table, |table, (words, amount, weight)| {
            table
                .tags("<tr>")
                .append(cell(weight, LEFT))
                .append(words)
                .tags("</td>")
                .append(cell(weight, RIGHT))
                .text(&amount)
                .tags("</td></tr>")
        })
        .tags("</table>")
}

/// One side of a row.
struct Side {
    attributes: &'static str,
    look: &'static str,
    /// Space below and above, by weight.
    padding: [&'static str; 3],
}

const LEFT: Side = Side {
    attributes: "",
    look: "",
    padding: ["10px 12px 10px 0", "12px 12px 4px 0", "2px 12px 2px 0"],
};
const RIGHT: Side = Side {
    attributes: " align=\"right\" valign=\"top\"",
    look: "white-space:nowrap;",
    padding: ["10px 0", "12px 0 4px", "2px 0"],
};

/// The opening tag of a cell.
fn cell(weight: Weight, side: Side) -> Markup {
    let [usual, sum, remark] = side.padding;
    let (class, padding, look) = match weight {
        Weight::Usual => {
            ("ink line", usual, "border-top:1px solid #dfdcd5;color:#1a241f;font:16px/1.5 ")
        }
        Weight::Sum => {
            ("ink line", sum, "border-top:2px solid #dfdcd5;color:#1a241f;font:600 18px/1.4 ")
        }
        Weight::Remark => ("soft", remark, "color:#525b53;font:14px/1.5 "),
    };
    let opening = Markup::new()
        .tags("<td class=\"")
        .tags(class)
        .tags("\"")
        .tags(side.attributes)
        .tags(" style=\"padding:")
        .tags(padding);
    opening.tags(";").tags(side.look).tags(look).tags(FACE).tags("\">")
}

const FACE: &str = "Calibri,Ubuntu,'Segoe UI',Arial,sans-serif";

/// Small soft words below others.
pub fn remark(words: &str) -> Markup {
    Markup::new()
        .tags("<br><span class=\"soft\" style=\"color:#525b53;font-size:14px\">")
        .text(words)
        .tags("</span>")
}
