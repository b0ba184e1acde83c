//! What the tests of accounts do again and again.

use crate::features::accounts::service;
use crate::shared::access::Role;
use crate::shared::ids::AccountId;
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};

pub const PASSWORD: &str = "seven quiet herons at dusk";

/// An address that no other test uses: the mail sink is shared.
pub fn new_address() -> String {
    format!("ada-{:016x}@example.com", rand::random::<u64>())
}

impl Browser {
    pub async fn sign_up(&mut self, email: &str) -> Page {
        self.post(
            "/api/accounts/sign_up",
            &[("email", email), ("password", PASSWORD), ("from", "/signup")],
        )
        .await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.post(
            "/api/accounts/sign_in",
            &[("email", email), ("password", password), ("from", "/login")],
        )
        .await
    }

    pub async fn is_signed_in(&mut self) -> bool {
        self.get("/account").await.status == 200
    }
}

impl TestApp {
    /// A browser signed in to a new, confirmed account; answers its address too.
    pub async fn customer(&self) -> (Browser, String) {
        let email = new_address();
        let mut browser = self.browser();
        browser.sign_up(&email).await.assert_status(303);
        let link = self.link_mailed_to(&email, "/verify?token=").await;
        let token = link.split("token=").nth(1).expect("a token").to_owned();
        browser
            .post(
                "/api/accounts/confirm",
                &[("token", &token), ("password", PASSWORD), ("from", &link)],
            )
            .await
            .assert_status(303);
        (browser, email)
    }

    /// A browser signed in as the demo's member of staff with this role, and their account's id.
    pub async fn staff(&self, role: Role) -> (Browser, AccountId) {
        service::create_demo_staff(&self.ctx(), PASSWORD).await.expect("the demo's staff");
        let mut browser = self.browser();
        let code = browser.sign_in(&service::demo_address(role), PASSWORD).await;
        assert_eq!(code.location(), "/login/code");
        // Each code works once: the next one is half a minute away.
        self.clock.advance(std::time::Duration::from_secs(31));
        let code = service::demo_code(&self.ctx(), role.key()).await.expect("a code");
        browser
            .post("/api/accounts/code", &[("code", &code), ("from", "/login/code")])
            .await
            .assert_status(303);
        let accounts = self.documents("accounts").await;
        let id = accounts
            .iter()
            .find(|account| account.get_str("role") == Ok(role.key()))
            .expect("an account");
        (browser, id.get_str("_id").ok().and_then(AccountId::parse).expect("an id"))
    }

    /// The path of the newest mailed link that begins so.
    pub async fn link_mailed_to(&self, email: &str, start: &str) -> String {
        self.run_due_jobs().await;
        let base = self.app.clients.settings.base_url.clone();
        let mut mails = self.mails_to(email).await;
        // The sink shows the newest first.
        mails.reverse();
        let mut links = mails.iter().filter_map(|mail| {
            let text = mail["text"].as_str()?;
            text.split_whitespace().find_map(|word| {
                word.strip_prefix(&base)?.starts_with(start).then(|| word[base.len()..].to_owned())
            })
        });
        links.next_back().unwrap_or_else(|| {
            panic!("no mail to {email} has a link that begins with {start}: {mails:?}")
        })
    }

    /// Subjects of the mails to an address, in the order they came.
    pub async fn subjects_to(&self, email: &str) -> Vec<String> {
        self.run_due_jobs().await;
        self.mails_to(email)
            .await
            .iter()
            .rev()
            .map(|mail| mail["subject"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}
