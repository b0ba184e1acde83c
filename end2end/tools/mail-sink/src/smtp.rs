//! The server side of SMTP (RFC 5321), as far as clients that send to a relay need it.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use crate::mailbox::{DeliveryMode, Mailbox};

const MAX_MAIL_BYTES: usize = 10 * 1024 * 1024;
const MAX_COMMAND_BYTES: u64 = 4096;

#[derive(Default)]
struct Envelope {
    from: Option<String>,
    recipients: Vec<String>,
}

enum Reaction {
    Reply(&'static str),
    ReadData,
    /// Read this many more lines of a login. Their content does not matter.
    Login(u8),
    Quit,
}

/// Serves one client until it disconnects.
pub(crate) async fn serve_client<Stream: AsyncRead + AsyncWrite + Unpin>(
    stream: Stream,
    mailbox: Arc<Mailbox>,
) -> std::io::Result<()> {
    if mailbox.mode() == DeliveryMode::Down {
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    let mut envelope = Envelope::default();
    send_reply(&mut stream, "220 mail-sink ESMTP").await?;
    while let Some(line) = read_command(&mut stream).await? {
        match handle_command(&line, &mut envelope, mailbox.mode()) {
            Reaction::Reply(answer) => send_reply(&mut stream, answer).await?,
            Reaction::ReadData => {
                send_reply(&mut stream, "354 End data with <CR><LF>.<CR><LF>").await?;
                let data = read_data(&mut stream).await?;
                let envelope = std::mem::take(&mut envelope);
                send_reply(&mut stream, store_mail(&mailbox, &envelope, data.as_deref())).await?;
            }
            Reaction::Login(lines) => {
                for _ in 0..lines {
                    send_reply(&mut stream, "334 ").await?;
                    read_command(&mut stream).await?;
                }
                send_reply(&mut stream, "235 2.7.0 Accepted").await?;
            }
            Reaction::Quit => return send_reply(&mut stream, "221 2.0.0 Bye").await,
        }
    }
    Ok(())
}

fn handle_command(line: &str, envelope: &mut Envelope, mode: DeliveryMode) -> Reaction {
    let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
    match command.to_ascii_uppercase().as_str() {
        "EHLO" => Reaction::Reply(
            "250-mail-sink\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN",
        ),
        "HELO" => Reaction::Reply("250 mail-sink"),
        "AUTH" => match argument.to_ascii_uppercase().split(' ').collect::<Vec<_>>().as_slice() {
            ["PLAIN", _] => Reaction::Login(0),
            ["PLAIN"] | ["LOGIN", _] => Reaction::Login(1),
            ["LOGIN"] => Reaction::Login(2),
            _ => Reaction::Reply("504 5.5.4 Unknown mechanism"),
        },
        "MAIL" => match parse_address(argument, "FROM:") {
            _ if parse_size(argument) > MAX_MAIL_BYTES => Reaction::Reply("552 5.3.4 Too large"),
            Some(from) => {
                *envelope = Envelope { from: Some(from), recipients: Vec::new() };
                Reaction::Reply("250 2.1.0 Ok")
            }
            None => Reaction::Reply("501 5.5.4 Syntax: MAIL FROM:<address>"),
        },
        "RCPT" => match (parse_address(argument, "TO:"), mode) {
            _ if envelope.from.is_none() => Reaction::Reply("503 5.5.1 MAIL first"),
            (_, DeliveryMode::RejectTemporarily) => Reaction::Reply("451 4.3.0 Try again later"),
            (_, DeliveryMode::RejectPermanently) => Reaction::Reply("550 5.1.1 No such recipient"),
            (Some(recipient), _) if !recipient.is_empty() => {
                envelope.recipients.push(recipient);
                Reaction::Reply("250 2.1.5 Ok")
            }
            _ => Reaction::Reply("501 5.5.4 Syntax: RCPT TO:<address>"),
        },
        "DATA" if envelope.recipients.is_empty() => Reaction::Reply("503 5.5.1 RCPT first"),
        "DATA" => Reaction::ReadData,
        "RSET" => {
            *envelope = Envelope::default();
            Reaction::Reply("250 2.0.0 Ok")
        }
        "NOOP" => Reaction::Reply("250 2.0.0 Ok"),
        "VRFY" => Reaction::Reply("252 2.5.0 Send some mail"),
        "QUIT" => Reaction::Quit,
        _ => Reaction::Reply("502 5.5.2 Command not known"),
    }
}

/// The address in `FROM:<address> SIZE=…`; empty for the null sender.
fn parse_address(argument: &str, keyword: &str) -> Option<String> {
    let start = argument.get(..keyword.len())?;
    let rest = argument.get(keyword.len()..)?.trim_start();
    let (address, _) = rest.strip_prefix('<')?.split_once('>')?;
    start.eq_ignore_ascii_case(keyword).then(|| address.to_owned())
}

fn parse_size(argument: &str) -> usize {
    let size = argument
        .split(' ')
        .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
    size.unwrap_or(0)
}

fn store_mail(mailbox: &Mailbox, envelope: &Envelope, data: Option<&[u8]>) -> &'static str {
    let Some(data) = data else {
        return "552 5.3.4 Too large";
    };
    match mailbox.store(envelope.from.as_deref().unwrap_or_default(), &envelope.recipients, data) {
        Ok(_) => "250 2.0.0 Stored",
        Err(error) => {
            eprintln!("mail-sink: a mail could not be stored: {error}");
            "452 4.3.1 Not stored"
        }
    }
}

async fn send_reply<Stream: AsyncWrite + Unpin>(
    stream: &mut Stream,
    answer: &str,
) -> std::io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// One command line without its line end; `None` when the client has closed or the line is too
/// long.
async fn read_command<Stream: AsyncRead + Unpin>(
    stream: &mut BufReader<Stream>,
) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    stream.take(MAX_COMMAND_BYTES).read_until(b'\n', &mut line).await?;
    Ok(line.ends_with(b"\n").then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
}

/// The mail up to the final dot, with doubled dots reduced to one. `None` when it is too large; it
/// is still read to its end.
async fn read_data<Stream: AsyncRead + Unpin>(
    stream: &mut BufReader<Stream>,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut data = Vec::new();
    let mut is_too_large = false;
    let mut at_line_start = true;
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_MAIL_BYTES).unwrap_or(u64::MAX);
        if stream.take(limit).read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if at_line_start && (line == b".\r\n" || line == b".\n") {
            return Ok((!is_too_large).then_some(data));
        }
        let stuffed = usize::from(at_line_start && line.starts_with(b"."));
        at_line_start = line.ends_with(b"\n");
        is_too_large = is_too_large || data.len() + line.len() > MAX_MAIL_BYTES;
        if !is_too_large {
            data.extend_from_slice(&line[stuffed..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn talk(mailbox: &Arc<Mailbox>, input: &str) -> String {
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let task = tokio::spawn(serve_client(server, mailbox.clone()));
        client.write_all(input.as_bytes()).await.expect("the sink reads");
        client.shutdown().await.expect("closed");
        let mut output = String::new();
        client.read_to_string(&mut output).await.expect("text");
        task.await.expect("no panic").ok();
        output
    }

    #[tokio::test]
    async fn a_mail_is_stored_with_single_dots() {
        let mailbox = Arc::new(Mailbox::default());
        let output = talk(&mailbox, "EHLO x\r\nMAIL FROM:<a@test> SIZE=10\r\nRCPT TO:<b@test>\r\nRCPT TO:<c@test>\r\nDATA\r\nSubject: s\r\n\r\n..one\r\n.two\r\n.\r\nQUIT\r\n").await;
        assert!(output.contains("250 2.0.0 Stored"), "{output}");
        let mail = mailbox.get(1).expect("stored");
        assert_eq!(mail.to, ["b@test", "c@test"]);
        assert_eq!(mail.text.as_deref(), Some(".one\r\ntwo\r\n"));
    }

    #[tokio::test]
    async fn logins_are_accepted() {
        let mailbox = Arc::new(Mailbox::default());
        let output = talk(
            &mailbox,
            "EHLO x\r\nAUTH LOGIN\r\nYQ==\r\nYg==\r\nAUTH PLAIN AGEAYg==\r\nQUIT\r\n",
        )
        .await;
        assert_eq!(output.matches("235").count(), 2, "{output}");
    }

    #[tokio::test]
    async fn faults_refuse_recipients_or_everything() {
        let mailbox = Arc::new(Mailbox::default());
        let hello = "HELO x\r\nMAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\nQUIT\r\n";
        mailbox.set_mode(DeliveryMode::RejectTemporarily);
        assert!(talk(&mailbox, hello).await.contains("451"));
        mailbox.set_mode(DeliveryMode::RejectPermanently);
        assert!(talk(&mailbox, hello).await.contains("550"));
        mailbox.set_mode(DeliveryMode::Down);
        let (mut client, server) = tokio::io::duplex(1024);
        serve_client(server, mailbox.clone()).await.expect("closed quietly");
        let mut output = String::new();
        client.read_to_string(&mut output).await.expect("text");
        assert_eq!(output, "");
    }

    #[tokio::test]
    async fn commands_out_of_turn_are_refused() {
        let mailbox = Arc::new(Mailbox::default());
        let output =
            talk(&mailbox, "DATA\r\nRCPT TO:<b@test>\r\nMAIL FROM:x\r\nMAIL FROM:<a@test> SIZE=99999999\r\nSPAM\r\nQUIT\r\n").await;
        for code in ["503 5.5.1 RCPT", "503 5.5.1 MAIL", "501", "552", "502", "221"] {
            assert!(output.contains(code), "{code}: {output}");
        }
    }
}
