//! The state file: read at the start and written atomically shortly after each change.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::account::Account;
use crate::sandbox::Sandbox;
use crate::webhooks::schedule;

/// Changes come in bursts. One write covers the changes within this time.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads the accounts of a state file; a file that does not exist yet holds none.
pub fn load(sandbox: &Sandbox, file: &Path) -> std::io::Result<()> {
    let text = match std::fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let accounts: Vec<Account> = serde_json::from_slice(&text)?;
    for mut account in accounts {
        schedule::reset_unfinished(&mut account);
        account.idempotency.reset_unfinished();
        sandbox.restore_account(account);
    }
    Ok(())
}

pub fn save(sandbox: &Sandbox, file: &Path) -> std::io::Result<()> {
    let accounts: Vec<Value> = sandbox
        .accounts()
        .iter()
        .map(|handle| handle.with(|account| serde_json::to_value(&*account)))
        .collect::<Result<_, _>>()?;
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, serde_json::to_vec(&accounts)?)?;
    std::fs::rename(&unfinished, file)
}

/// Saves after changes until the process ends.
pub async fn save_continuously(sandbox: Sandbox, file: std::path::PathBuf) {
    loop {
        sandbox.wait_for_unsaved_change().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = save(&sandbox, &file) {
            eprintln!(
                "stripe-sandbox: the state could not be saved to {}: {error}",
                file.display()
            );
        }
    }
}
