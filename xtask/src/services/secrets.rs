//! The keys of a development store: random, generated once, readable by their owner only, never
//! printed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::external::ExternalServices;

pub(crate) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Reads the file and adds missing secrets. Environment variables override it.
    pub(crate) fn load_or_create(data: &Path, external: ExternalServices) -> Result<Self> {
        let path = data.join("secrets.env");
        let mut secrets = Self(parse_variables(&fs::read_to_string(&path).unwrap_or_default()));
        let stored = secrets.0.len();
        for (name, generate) in GENERATORS {
            if !secrets.0.iter().any(|(known, _)| known == name) {
                secrets.0.push((name.to_string(), generate()?));
            }
        }
        if secrets.0.len() > stored {
            write_private_variables(&path, &secrets.0)?;
        }
        for (name, value) in &mut secrets.0 {
            if let Some(set) = external.read_variable(name) {
                *value = set;
            }
        }
        Ok(secrets)
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.0
    }
}

/// The password of the demo's staff.
pub(crate) const DEMO_PASSWORD: &str = "CARTWRIGHT_DEMO_PASSWORD";

type Generator = fn() -> Result<String>;

const GENERATORS: &[(&str, Generator)] = &[
    ("STRIPE_SECRET_KEY", || Ok(format!("sk_test_demo{}", random_letters(24)?))),
    ("STRIPE_WEBHOOK_SECRET", || Ok(format!("whsec_{}", random_letters(32)?))),
    ("CARTWRIGHT_DATA_KEYS", || Ok(format!("1:{}", random_key()?))),
    ("CARTWRIGHT_INDEX_KEYS", || Ok(format!("1:{}", random_key()?))),
    ("CARTWRIGHT_COOKIE_KEY", random_key),
    ("CARTWRIGHT_ACCESS_KEYS", || Ok(format!("1:{}", random_key()?))),
    (DEMO_PASSWORD, || Ok(format!("demo-{}", random_letters(12)?))),
];

/// Writes `NAME=value` lines into a file only its owner may read, completely or not at all.
pub(crate) fn write_private_variables(path: &Path, variables: &[(String, String)]) -> Result<()> {
    let staged = path.with_extension("new");
    let _ = fs::remove_file(&staged);
    let mut file = File::options()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&staged)
        .with_context(|| format!("cannot write {}", staged.display()))?;
    for (name, value) in variables {
        writeln!(file, "{name}={value}")?;
    }
    fs::rename(&staged, path)?;
    Ok(())
}

pub(crate) fn parse_variables(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn random_key() -> Result<String> {
    Ok(STANDARD.encode(random_bytes::<32>()?))
}

fn random_letters(count: usize) -> Result<String> {
    let bytes = random_bytes::<32>()?;
    Ok(bytes.iter().take(count).map(|byte| char::from(b'a' + byte % 26)).collect())
}

fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("no random numbers")?;
    Ok(bytes)
}
