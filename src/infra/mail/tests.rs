//! Mail towards a server that takes it, refuses it, stalls, or is not there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use super::*;

/// What a server answers to one command, instead of taking the message.
#[derive(Clone, Copy)]
struct Refusal {
    to: &'static str,
    answer: &'static str,
}

/// Everything one client said, a line an entry, and the address to reach the server.
fn server(refusal: Option<Refusal>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (heard, said) = channel();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            // A client that hangs up in the middle ends its conversation alone.
            let _ = converse(client.unwrap(), refusal, &heard);
        }
    });
    (url, said)
}

fn converse(
    mut client: TcpStream,
    refusal: Option<Refusal>,
    heard: &Sender<String>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let answer_to = |command: &str, usual: &'static str| {
        refusal.filter(|r| command.starts_with(r.to)).map_or(usual, |r| r.answer)
    };
    write!(client, "{}\r\n", answer_to("GREETING", "220 test"))?;
    while let Some(line) = lines.next().transpose()? {
        let usual = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        let answer = answer_to(&line, usual);
        let data = answer.starts_with("354");
        let _ = heard.send(line);
        write!(client, "{answer}\r\n")?;
        if data {
            for line in lines.by_ref() {
                let line = line?;
                let end = line == ".";
                let _ = heard.send(line);
                if end {
                    break;
                }
            }
            write!(client, "{}\r\n", answer_to(".", "250 taken"))?;
        }
    }
    Ok(())
}

fn mailer(url: &str) -> Mailer {
    Mailer::from_url(url, "Cartwright, Ltd. <store@example.org>").unwrap()
}

fn mail() -> Mail {
    Mail {
        to: "ada@example.net".into(),
        subject: "Your order – thank you".into(),
        text: "Hello Ada,\n.\nyour tea is on its way: 茶".into(),
        html: "<p>Hello Ada</p>".into(),
        message_id: "order-17.confirmation@example.org".into(),
    }
}

fn everything(said: &Receiver<String>) -> Vec<String> {
    let mut lines = Vec::new();
    while let Ok(line) = said.recv_timeout(Duration::from_millis(300)) {
        lines.push(line);
    }
    lines
}

#[tokio::test]
async fn a_message_arrives_as_text_and_html_under_its_own_id() {
    let (url, said) = server(None);
    let mailer = mailer(&url);
    mailer.send(&mail()).await.unwrap();
    mailer.send(&mail()).await.unwrap();

    let lines = everything(&said);
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(lines[0], "EHLO example.org");
    assert!(
        lines[1].starts_with("MAIL FROM:<store@example.org>")
            && lines[2].starts_with("RCPT TO:<ada@example.net>"),
        "{lines:?}"
    );
    assert_eq!(count("Message-ID: <order-17.confirmation@example.org>"), 2, "{lines:#?}");
    assert_eq!(
        count("From: =?utf-8?b?Q2FydHdyaWdodCwgTHRkLg==?= <store@example.org>"),
        2,
        "a comma in the name ends no address"
    );
    assert_eq!(count("To: ada@example.net"), 2);
    assert_eq!(count("Auto-Submitted: auto-generated"), 2);
    assert_eq!(count("Content-Type: multipart/alternative"), 2);
    assert_eq!(count("Content-Type: text/plain; charset=utf-8"), 2);
    assert_eq!(count("Content-Type: text/html; charset=utf-8"), 2);
    assert_eq!(count("Date: "), 2);
    assert_eq!(
        lines.iter().filter(|line| *line == ".").count(),
        2,
        "a line with one full stop ends no message"
    );
}

#[tokio::test]
async fn r54_a43_nothing_typed_becomes_a_header() {
    let (url, said) = server(None);
    let mailer = mailer(&url);
    for bad in [
        "a\r\nBcc: x@y.z",
        "a\nBcc: x@y.z",
        "a\rBcc: x@y.z",
        "a\0",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{1b}[2J",
    ] {
        let attacks = [
            Mail { subject: bad.into(), ..mail() },
            Mail { to: format!("{bad}@example.net"), ..mail() },
            Mail { to: format!("ada@example.net{bad}"), ..mail() },
            Mail { message_id: format!("{bad}@example.org"), ..mail() },
        ];
        for attack in attacks {
            let error = mailer.send(&attack).await.expect_err(bad);
            assert!(error.is_permanent() && !error.to_string().contains("Bcc"), "{error}");
        }
        assert!(Mailer::from_url(&url, &format!("{bad} <store@example.org>")).is_err());
    }
    assert_eq!(everything(&said), Vec::<String>::new(), "the server was never asked");

    mailer
        .send(&Mail { text: "Bcc: x@y.z\r\n\r\nRCPT TO:<x@y.z>\r\n.\r\nQUIT".into(), ..mail() })
        .await
        .unwrap();
    let lines = everything(&said);
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("RCPT") && line.contains("ada@")).count(),
        1
    );
    let end_of_headers = lines.iter().position(String::is_empty).unwrap();
    assert!(lines[..end_of_headers].iter().all(|line| !line.starts_with("Bcc")), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| *line == ".").count(), 1);
}

#[tokio::test]
async fn addresses_and_ids_that_are_none_are_refused_for_good() {
    let mailer = mailer("smtp://127.0.0.1:1");
    for to in [
        "",
        "ada",
        "ada@",
        "@example.net",
        "ada@example.net, eve@example.net",
        "Ada <ada@example.net>",
        "ada@exa mple.net",
    ] {
        assert!(
            mailer.send(&Mail { to: to.into(), ..mail() }).await.unwrap_err().is_permanent(),
            "{to}"
        );
    }
    for id in
        ["", "x", "x@", "@x", "a@b@c", "<a@b>", "a b@c", "é@x", &format!("{}@x", "a".repeat(300))]
    {
        assert!(
            mailer
                .send(&Mail { message_id: id.into(), ..mail() })
                .await
                .unwrap_err()
                .is_permanent(),
            "{id}"
        );
    }
}

#[tokio::test]
async fn f28_the_servers_answer_decides_whether_to_try_again() {
    let cases = [
        ("RCPT", "550 5.1.1 <ada@example.net>: no such user", true),
        ("RCPT", "450 4.2.1 <ada@example.net>: mailbox busy", false),
        ("MAIL", "552 too large", true),
        (".", "554 looks like spam", true),
        (".", "451 try later", false),
        ("GREETING", "421 too busy", false),
        ("MAIL", "530 authentication required", false),
    ];
    for (to, answer, permanent) in cases {
        let (url, _said) = server(Some(Refusal { to, answer }));
        let error = mailer(&url).send(&mail()).await.expect_err(answer);
        assert_eq!(error.is_permanent(), permanent, "{answer}: {error}");
        assert!(error.to_string().contains(&answer[..3]), "{error}");
        assert!(!error.to_string().contains("ada@"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_login_is_no_fault_of_the_message() {
    let (url, said) = server(Some(Refusal { to: "AUTH", answer: "535 5.7.8 wrong password" }));
    let url = url.replace("smtp://", "smtp://store:hunter2%21@");
    let error = mailer(&url).send(&mail()).await.unwrap_err();
    assert!(
        !error.is_permanent()
            && error.to_string().contains("535")
            && !error.to_string().contains("hunter2"),
        "{error}"
    );
    assert!(everything(&said).iter().any(|line| line.starts_with("AUTH PLAIN")));
}

#[tokio::test]
async fn f28_a_server_that_is_away_is_tried_again_later() {
    let error = mailer("smtp://127.0.0.1:1").send(&mail()).await.unwrap_err();
    assert!(!error.is_permanent(), "{error}");
    assert_eq!(AppError::from(error).code, "unavailable");
}

#[tokio::test]
async fn r98_a_server_that_never_answers_costs_one_deadline() {
    // Connections are taken by the system and nobody says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut mailer = mailer(&format!("smtp://{}", listener.local_addr().unwrap()));
    assert_eq!(mailer.deadline, Duration::from_secs(15));
    mailer.deadline = Duration::from_millis(200);
    let started = Instant::now();
    let error = mailer.send(&mail()).await.unwrap_err();
    assert!(!error.is_permanent(), "{error}");
    assert!((200..2_000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn f29_a_server_without_the_encryption_asked_for_gets_nothing() {
    let (url, said) = server(None);
    let error = mailer(&format!("{url}?tls=required")).send(&mail()).await.unwrap_err();
    assert!(!error.is_permanent(), "{error}");
    let lines = everything(&said);
    assert!(
        !lines.iter().any(|line| line.starts_with("MAIL") || line.contains("ada@")),
        "{lines:?}"
    );
}

#[test]
fn the_address_of_the_server_is_checked_without_showing_its_password() {
    let from = "Cartwright <store@example.org>";
    let encrypted = |url: &str| Mailer::from_url(url, from).map(|mailer| mailer.is_encrypted());
    assert_eq!(encrypted("smtp://127.0.0.1:1025"), Ok(false));
    assert_eq!(encrypted("smtp://mail:1025"), Ok(false));
    assert_eq!(encrypted("smtp://u:p@[::1]:1025"), Ok(false));
    assert_eq!(encrypted("smtps://u:hunter2@mail.example.org:465"), Ok(true));
    assert_eq!(encrypted("smtp://u%40x:hunter2@mail.example.org:587?tls=required"), Ok(true));
    for url in [
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://u:hunter2@mail.example.org:587?tls=opportunistic",
        "smtp://u:hunter2@mail.example.org:587",
    ] {
        let refusal = encrypted(url).expect_err(url);
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}

#[test]
fn the_sender_is_read_with_and_without_a_name() {
    let sender = |from: &str| {
        Mailer::from_url("smtp://127.0.0.1", from)
            .map(|mailer| (mailer.from.name.unwrap_or_default(), mailer.from.email.to_string()))
    };
    assert_eq!(sender("store@example.org"), Ok((String::new(), "store@example.org".into())));
    assert_eq!(
        sender("Tea & Sons, Inc. <store@example.org>"),
        Ok(("Tea & Sons, Inc.".into(), "store@example.org".into()))
    );
    assert_eq!(
        sender("\"Teehaus Müller\" <store@example.org>"),
        Ok(("Teehaus Müller".into(), "store@example.org".into()))
    );
    for from in ["", "Tea", "Tea <>", "Tea <store>", "<a@example.org> <b@"] {
        assert!(sender(from).is_err(), "{from}");
    }
}

#[test]
fn r91_a_message_is_printed_as_its_id_alone() {
    assert_eq!(
        format!("{:?}", mail()),
        "Mail { message_id: \"order-17.confirmation@example.org\", .. }"
    );
}
