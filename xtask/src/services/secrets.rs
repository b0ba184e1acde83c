//! The keys of a development store: random, made once, readable by their owner only, never printed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Companions;

pub struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Reads the file, adding what an older version did not have yet. Variables that are set win
    /// over it.
    pub fn load_or_create(data: &Path, companions: Companions) -> Result<Self> {
        let path = data.join("secrets.env");
        let mut secrets = Self(read_assignments(&fs::read_to_string(&path).unwrap_or_default()));
        let stored = secrets.0.len();
        for (name, make) in MAKERS {
            if !secrets.0.iter().any(|(known, _)| known == name) {
                secrets.0.push((name.to_string(), make()?));
            }
        }
        if secrets.0.len() > stored {
            write_private(&path, &secrets.0)?;
        }
        for (name, value) in &mut secrets.0 {
            if let Some(set) = companions.set_variable(name) {
                *value = set;
            }
        }
        Ok(secrets)
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

/// The password of the demo's staff.
pub const DEMO_PASSWORD: &str = "CARTWRIGHT_DEMO_PASSWORD";

type Maker = fn() -> Result<String>;

const MAKERS: &[(&str, Maker)] = &[
    ("STRIPE_SECRET_KEY", || Ok(format!("sk_test_demo{}", letters(24)?))),
    ("STRIPE_WEBHOOK_SECRET", || Ok(format!("whsec_{}", letters(32)?))),
    ("CARTWRIGHT_DATA_KEYS", || Ok(format!("1:{}", key()?))),
    ("CARTWRIGHT_INDEX_KEYS", || Ok(format!("1:{}", key()?))),
    ("CARTWRIGHT_COOKIE_KEY", key),
    ("CARTWRIGHT_ACCESS_KEYS", || Ok(format!("1:{}", key()?))),
    (DEMO_PASSWORD, || Ok(format!("demo-{}", letters(12)?))),
];

/// Writes `NAME=value` lines into a file only its owner may read, whole or not at all.
pub fn write_private(path: &Path, assignments: &[(String, String)]) -> Result<()> {
    let staged = path.with_extension("new");
    let _ = fs::remove_file(&staged);
    let mut file = File::options()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&staged)
        .with_context(|| format!("cannot write {}", staged.display()))?;
    for (name, value) in assignments {
        writeln!(file, "{name}={value}")?;
    }
    fs::rename(&staged, path)?;
    Ok(())
}

pub fn read_assignments(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn key() -> Result<String> {
    Ok(STANDARD.encode(random::<32>()?))
}

fn letters(count: usize) -> Result<String> {
    let bytes = random::<32>()?;
    Ok(bytes.iter().take(count).map(|byte| char::from(b'a' + byte % 26)).collect())
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("no random numbers")?;
    Ok(bytes)
}
