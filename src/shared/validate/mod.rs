//! Reads what anyone typed: each function gives back a clean value or a refusal that says what to
//! type instead.

mod card_numbers;
mod contact;
mod own_path;
mod quantity;
mod slug;
mod text;

pub use card_numbers::mask_card_numbers;
pub use contact::{email, phone};
pub use own_path::own_path;
pub use quantity::{quantity, quantity_or_zero, quantity_up_to};
pub use slug::{slug, suggest_slug};
pub use text::{Required, multiline_text, search_query, text};

#[cfg(test)]
mod tests;
