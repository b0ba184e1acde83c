//! What each mail says, and that nothing in it becomes markup.

use strum::VariantArray;

use super::*;

fn sender() -> MailSender {
    MailSender {
        name: "Juniper Row".into(),
        support_email: "hello@shop.example".into(),
        base_url: "https://shop.example".into(),
    }
}

#[test]
fn r11_every_mail_links_to_the_configured_address_and_says_what_to_do_otherwise() {
    for mail in AccountMail::VARIANTS {
        let MailContent { subject, text, html } =
            render_account_mail(&sender(), *mail, "/verify?token=abc").unwrap();
        assert!(text.contains("https://shop.example/verify?token=abc"), "{text}");
        assert!(html.contains("href=\"https://shop.example/verify?token=abc\""), "{html}");
        assert!(subject.ends_with(" at Juniper Row"), "{subject}");
        for part in [content(*mail).explanation, content(*mail).otherwise] {
            assert!(text.contains(part) && html.contains(part), "{part}");
            assert!(!part.contains(['<', '&', '!']), "{part}");
        }
    }
}

#[test]
fn a26_msg_3_names_cannot_bring_markup_into_a_mail() {
    let sender = MailSender { name: "<img src=x onerror=\"a\">&".into(), ..sender() };
    let mail = render_account_mail(&sender, AccountMail::VerifyEmail, "/\" onclick='x'").unwrap();
    for escaped in [
        ">&#60;img src=x onerror=&#34;a&#34;&#62;&#38;</a>",
        "href=\"https://shop.example/&#34; onclick=&#39;x&#39;\"",
    ] {
        assert!(mail.html.contains(escaped), "{escaped}: {}", mail.html);
    }
    assert!(!mail.html.contains("<img") && !mail.html.contains("onclick='"), "{}", mail.html);
}

#[test]
fn msg_3_every_mail_says_what_its_snapshots_hold() {
    for mail in AccountMail::VARIANTS {
        let MailContent { subject, text, html } =
            render_account_mail(&sender(), *mail, "/path?token=abc").unwrap();
        let name: &str = mail.into();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}.txt"), format!("Subject: {subject}\n\n{text}"));
            insta::assert_snapshot!(format!("{name}.html"), html);
        });
    }
}
