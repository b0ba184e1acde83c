//! All accounts of one sandbox process, each behind its own lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::account::{Account, random_alphanumeric};
use crate::clock::Clock;
use crate::records::{Endpoint, Metadata};
use crate::rules::session_expiry;

#[derive(Clone, Debug)]
pub struct Config {
    /// Where shoppers' browsers reach the hosted page; no slash at the end.
    pub public_url: String,
    /// Shown on the hosted page when a session names no merchant.
    pub merchant_name: String,
}

#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    clock: Clock,
    accounts: Mutex<BTreeMap<String, AccountHandle>>,
    wake_delivery: Notify,
    wake_saving: Notify,
}

#[derive(Clone)]
pub(crate) struct AccountHandle {
    account: Arc<Mutex<Account>>,
}

impl AccountHandle {
    fn new(account: Account) -> AccountHandle {
        AccountHandle { account: Arc::new(Mutex::new(account)) }
    }

    /// Works on the account under its lock, after due sessions have expired.
    pub(crate) fn with<Output>(&self, work: impl FnOnce(&mut Account) -> Output) -> Output {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        session_expiry::expire_due(&mut account);
        work(&mut account)
    }
}

impl Sandbox {
    pub fn new(config: Config, clock: Clock) -> Sandbox {
        Sandbox {
            shared: Arc::new(Shared {
                config,
                clock,
                accounts: Mutex::default(),
                wake_delivery: Notify::new(),
                wake_saving: Notify::new(),
            }),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Unix time in seconds by the clock that no account has advanced.
    pub(crate) fn now(&self) -> i64 {
        self.shared.clock.now_milliseconds() / 1000
    }

    /// Gives an account one endpoint for all events, with a secret chosen by the caller; the same
    /// address is registered once, however often the process starts.
    pub fn register_endpoint(&self, secret_key: &str, url: &str, secret: &str) {
        self.account(secret_key).with(|account| {
            let known = account.endpoints.iter_mut().find(|endpoint| endpoint.url == url);
            match known {
                Some(endpoint) => secret.clone_into(&mut endpoint.secret),
                None => account.endpoints.push(Endpoint {
                    id: format!("we_1{}", random_alphanumeric(23)),
                    created: account.now(),
                    url: url.to_owned(),
                    secret: secret.to_owned(),
                    enabled_events: vec!["*".to_owned()],
                    description: None,
                    api_version: None,
                    metadata: Metadata::new(),
                }),
            }
        });
        self.notify_change();
    }

    /// The account of a secret key, made when it is seen first.
    pub(crate) fn account(&self, secret_key: &str) -> AccountHandle {
        let new = || AccountHandle::new(Account::new(secret_key, self.shared.clock.clone()));
        self.lock().entry(secret_key.to_owned()).or_insert_with(new).clone()
    }

    pub(crate) fn accounts(&self) -> Vec<AccountHandle> {
        self.lock().values().cloned().collect()
    }

    /// The account that owns a session: the hosted page is given nothing but the session's id.
    pub(crate) fn account_of_session(&self, session_id: &str) -> Option<AccountHandle> {
        let owns = |handle: &AccountHandle| {
            handle.with(|account| account.sessions.get(session_id).is_some())
        };
        self.accounts().into_iter().find(owns)
    }

    pub(crate) fn restore_account(&self, account: Account) {
        self.lock().insert(account.secret_key.clone(), AccountHandle::new(account));
    }

    pub(crate) fn remove_account(&self, secret_key: &str) {
        self.lock().remove(secret_key);
        self.notify_change();
    }

    /// Call this after every change, so that events are delivered and the state is saved.
    pub fn notify_change(&self) {
        self.shared.wake_delivery.notify_one();
        self.shared.wake_saving.notify_one();
    }

    /// Waits for the next change; for the delivery task alone.
    pub(crate) async fn wait_for_change(&self) {
        self.shared.wake_delivery.notified().await;
    }

    /// Waits for the next change; for the saving task alone.
    pub(crate) async fn wait_for_unsaved_change(&self) {
        self.shared.wake_saving.notified().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, AccountHandle>> {
        self.shared.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
