//! Card numbers: the test cards and what they do, and the checks of what a shopper types.

use crate::records::PaymentMethod;
use crate::rules::payment::{Behaviour, TestPaymentMethod};

pub(crate) struct TestCard {
    pub(crate) number: &'static str,
    pub(crate) behaviour: Behaviour,
    pub(crate) what_happens: &'static str,
}

pub(crate) const TEST_CARDS: &[TestCard] = &[
    TestCard {
        number: "4242424242424242",
        behaviour: Behaviour::Approve,
        what_happens: "Payment succeeds",
    },
    TestCard {
        number: "5555555555554444",
        behaviour: Behaviour::Approve,
        what_happens: "Payment succeeds (Mastercard)",
    },
    TestCard {
        number: "4000002500003155",
        behaviour: Behaviour::Challenge,
        what_happens: "Bank asks for confirmation",
    },
    TestCard {
        number: "4000002760003184",
        behaviour: Behaviour::Challenge,
        what_happens: "Bank always asks",
    },
    TestCard {
        number: "4000000000000002",
        behaviour: Behaviour::Decline,
        what_happens: "Card is declined",
    },
    TestCard {
        number: "4000000000009995",
        behaviour: Behaviour::InsufficientFunds,
        what_happens: "Not enough money",
    },
];

/// The test card with this number. Other numbers are declined, so that a real card never seems to
/// work.
pub(crate) fn card_payment_method(
    number: &str,
    exp_month: i64,
    exp_year: i64,
) -> TestPaymentMethod {
    let digits = extract_digits(number);
    let known = TEST_CARDS.iter().find(|card| card.number == digits);
    let last4 = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned();
    TestPaymentMethod {
        means: PaymentMethod::Card {
            brand: find_brand(&digits).to_owned(),
            last4,
            exp_month,
            exp_year,
        },
        behaviour: known.map_or(Behaviour::Decline, |card| card.behaviour),
    }
}

/// A number in groups of four, as it is printed on cards.
pub(crate) fn format_number(number: &str) -> String {
    let mut text = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn check_number(typed: &str) -> Result<String, &'static str> {
    let digits = extract_digits(typed);
    if digits.is_empty() {
        return Err("Enter your card number.");
    }
    let other =
        typed.chars().any(|letter| !letter.is_ascii_digit() && letter != ' ' && letter != '-');
    if other || !(12..=19).contains(&digits.len()) || !has_valid_check_digit(&digits) {
        return Err("Check the card number: this one is not valid.");
    }
    Ok(digits)
}

/// Month and year of `MM/YY` or `MM/YYYY`, not before the given month.
pub(crate) fn check_expiry(
    typed: &str,
    this_month: (i64, i64),
) -> Result<(i64, i64), &'static str> {
    if typed.trim().is_empty() {
        return Err("Enter the expiry date as MM/YY.");
    }
    let invalid = "Enter the expiry date as MM/YY, for example 12/34.";
    let digits = extract_digits(typed);
    let (month, year) = match (typed.split_once('/'), digits.len()) {
        (Some((month, year)), _) => (month.trim().to_owned(), year.trim().to_owned()),
        (None, 4 | 6) => (digits[..2].to_owned(), digits[2..].to_owned()),
        _ => return Err(invalid),
    };
    let month: i64 = month.parse().map_err(|_| invalid)?;
    let year: i64 = match (year.len(), year.parse::<i64>()) {
        (2, Ok(year)) => 2000 + year,
        (4, Ok(year)) => year,
        _ => return Err(invalid),
    };
    if !(1..=12).contains(&month) {
        return Err(invalid);
    }
    if (year, month) < (this_month.1, this_month.0) {
        return Err("This card has expired.");
    }
    Ok((month, year))
}

pub(crate) fn check_security_code(typed: &str) -> Result<(), &'static str> {
    let typed = typed.trim();
    let is_code =
        (3..=4).contains(&typed.len()) && typed.bytes().all(|digit| digit.is_ascii_digit());
    if is_code { Ok(()) } else { Err("Enter the 3 or 4 digits of the security code.") }
}

fn extract_digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

fn has_valid_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn find_brand(digits: &str) -> &'static str {
    match digits.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', ..] | [b'2', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_is_a_valid_number() {
        for card in TEST_CARDS {
            assert_eq!(check_number(&format_number(card.number)).as_deref(), Ok(card.number));
        }
        assert!(check_number("4242 4242 4242 4241").is_err());
        assert!(check_number("4242424242424242x").is_err());
    }

    #[test]
    fn expiry_is_read_in_all_usual_spellings() {
        for typed in ["12/34", "12 / 34", "1234", "12/2034"] {
            assert_eq!(check_expiry(typed, (11, 2026)), Ok((12, 2034)), "{typed}");
        }
        for typed in ["", "13/34", "0/34", "12/3", "x/y", "éé12", "10/26", "12/25"] {
            assert!(check_expiry(typed, (11, 2026)).is_err(), "{typed}");
        }
        assert_eq!(check_expiry("11/26", (11, 2026)), Ok((11, 2026)));
    }

    #[test]
    fn unknown_cards_are_declined() {
        assert_eq!(card_payment_method("4111111111111111", 1, 2030).behaviour, Behaviour::Decline);
    }
}
