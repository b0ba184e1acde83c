//! Reads the drawings we need out of the vector set's one large JSON file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Every drawing of the set has this side, in user units.
pub const VIEW_BOX: f32 = 32.0;

/// The SVG bodies of the wanted drawings, by name.
///
/// # Errors
/// When the file cannot be read, is not an icon set, or lacks one of the drawings.
pub fn read(path: &Path, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, String>> {
    // Read whole: the parser is several times faster on a slice, and strings need no second copy.
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let bodies = TopLevel { wanted }
        .deserialize(&mut json)
        .with_context(|| format!("{} is not an icon set", path.display()))?;
    if let Some(missing) = wanted.iter().find(|name| !bodies.contains_key(*name)) {
        bail!("{} has no drawing named {missing}", path.display());
    }
    Ok(bodies)
}

/// The file's outer object, of which only `icons` matters.
struct TopLevel<'a> {
    wanted: &'a BTreeSet<String>,
}

/// The object that maps a drawing's name to its body.
struct Icons<'a> {
    wanted: &'a BTreeSet<String>,
}

#[derive(serde::Deserialize)]
struct Icon {
    body: String,
}

impl<'de> DeserializeSeed<'de> for TopLevel<'_> {
    type Value = BTreeMap<String, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TopLevel<'_> {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with `icons`")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut bodies = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "icons" {
                bodies = map.next_value_seed(Icons { wanted: self.wanted })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(bodies)
    }
}

impl<'de> DeserializeSeed<'de> for Icons<'_> {
    type Value = BTreeMap<String, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Icons<'_> {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("drawings by name")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut bodies = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.wanted.contains(&name) {
                bodies.insert(name, map.next_value::<Icon>()?.body);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(bodies)
    }
}
