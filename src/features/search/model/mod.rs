//! What the search field suggests, and which words count as the same.

mod words;

pub use words::{is_stop_word, max_edit_distance, stem};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    Product,
    Category,
}

/// One line below the search field, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub kind: SuggestionKind,
    pub label: String,
    /// A path of the shop.
    pub href: String,
    /// Address of a small picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Written out, with "from" where variants differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
}
