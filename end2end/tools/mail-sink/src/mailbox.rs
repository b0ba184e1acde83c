//! Stores the mails in memory, and also as files when a folder is given.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::mail::{self, Mail};

/// How the sink handles the next mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryMode {
    #[default]
    Ok,
    /// Recipients are refused temporarily (451).
    #[serde(rename = "reject_4xx")]
    RejectTemporarily,
    /// Recipients are refused permanently (550).
    #[serde(rename = "reject_5xx")]
    RejectPermanently,
    /// Connections are closed without a greeting.
    Down,
}

#[derive(Default)]
pub(crate) struct Mailbox {
    folder: Option<PathBuf>,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    mails: Vec<Mail>,
    last_id: u64,
    mode: DeliveryMode,
}

impl Mailbox {
    /// Opens a folder and reads its mails. Creates the folder if it is missing. Without a folder,
    /// the mailbox starts empty.
    pub(crate) fn open(folder: Option<PathBuf>) -> std::io::Result<Mailbox> {
        let mut contents = Contents::default();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                let id = path
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .and_then(|stem| stem.parse().ok());
                if let (Some(id), Some("eml")) =
                    (id, path.extension().and_then(|extension| extension.to_str()))
                {
                    contents.mails.push(mail::parse(id, &std::fs::read(&path)?));
                }
            }
            contents.mails.sort_by_key(|mail| mail.id);
            contents.last_id = contents.mails.last().map_or(0, |mail| mail.id);
        }
        Ok(Mailbox { folder, contents: Mutex::new(contents) })
    }

    /// Stores a mail; an error means that it is not stored and must not be acknowledged.
    pub(crate) fn store(
        &self,
        from: &str,
        recipients: &[String],
        data: &[u8],
    ) -> std::io::Result<u64> {
        let raw = mail::prepend_envelope(from, recipients, data);
        let mut contents = self.lock();
        let id = contents.last_id + 1;
        if let Some(folder) = &self.folder {
            std::fs::write(folder.join(format!("{id:06}.eml")), &raw)?;
        }
        contents.last_id = id;
        contents.mails.push(mail::parse(id, &raw));
        Ok(id)
    }

    /// Mails whose recipients and subject contain the given texts, newest first.
    pub(crate) fn find(&self, to: &str, subject: &str) -> Vec<Mail> {
        let (to, subject) = (to.to_lowercase(), subject.to_lowercase());
        let matches = |mail: &&Mail| {
            mail.subject.to_lowercase().contains(&subject)
                && (to.is_empty()
                    || mail.to.iter().any(|recipient| recipient.to_lowercase().contains(&to)))
        };
        self.lock().mails.iter().rev().filter(matches).cloned().collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Mail> {
        self.lock().mails.iter().find(|mail| mail.id == id).cloned()
    }

    pub(crate) fn clear(&self) -> std::io::Result<()> {
        let mut contents = self.lock();
        if let Some(folder) = &self.folder {
            for mail in &contents.mails {
                std::fs::remove_file(folder.join(format!("{:06}.eml", mail.id)))?;
            }
        }
        contents.mails.clear();
        Ok(())
    }

    pub(crate) fn mode(&self) -> DeliveryMode {
        self.lock().mode
    }

    pub(crate) fn set_mode(&self, mode: DeliveryMode) {
        self.lock().mode = mode;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
