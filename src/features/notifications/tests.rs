//! The confirmation as it leaves: two parts of one mail, with links that lead back.

use crate::testing::app::TestApp;
use crate::testing::shopper::PAID;

#[tokio::test(flavor = "multi_thread")]
async fn msg_3_msg_4_the_confirmation_has_two_parts_whose_links_work() {
    let app = TestApp::start().await;
    let base = app.app.clients.settings.base_url.clone();
    let to = format!("anna-{:016x}@example.com", rand::random::<u64>());
    let mut shopper = app.browser();
    let session = shopper.come_to_payment(&[("TEAPOT", "1"), ("MUG", "2")], &to).await;
    app.sandbox.pay(&session, PAID).await;
    shopper.come_back(&session).await;
    app.run_due_jobs().await;
    let mails = app.mails_to(&to).await;
    assert_eq!(mails.len(), 1);
    let header = |name: &str| {
        let headers = mails[0]["headers"].as_array().unwrap();
        let found =
            headers.iter().find(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name));
        found.map(|pair| pair[1].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert!(
        header("content-type").starts_with("multipart/alternative"),
        "{}",
        header("content-type")
    );
    assert_eq!(mails[0]["attachments"].as_array().unwrap().len(), 0);
    let (text, html) = (mails[0]["text"].as_str().unwrap(), mails[0]["html"].as_str().unwrap());
    for part in [text, html] {
        for words in [
            "Teapot",
            "Mug",
            "€49.00",
            "€24.00",
            "Anna Visser",
            "Keizersgracht 1",
            &format!("{base}/order/"),
        ] {
            assert!(part.contains(words), "{words}: {part}");
        }
    }
    let mut reader = app.browser();
    let links = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| !link.starts_with("mailto:"));
    let mut followed = 0;
    for link in links {
        assert!(link.starts_with(&format!("{base}/")), "{link}");
        reader.get(&link.replace("&#38;", "&")).await.assert_status(200);
        followed += 1;
    }
    assert!(followed >= 8, "{followed}");
}
