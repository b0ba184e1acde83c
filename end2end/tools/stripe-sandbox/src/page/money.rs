//! Formats amounts for people.

use crate::currencies::decimal_places;

pub(crate) fn format_amount(minor: i64, currency: &str) -> String {
    let digits = decimal_places(currency);
    let unit = 10_i64.pow(digits);
    let whole = group_thousands(minor / unit);
    let number = match digits {
        0 => whole,
        _ => format!("{whole}.{:0width$}", minor % unit, width = digits as usize),
    };
    match currency {
        "eur" => format!("€{number}"),
        "usd" => format!("${number}"),
        "gbp" => format!("£{number}"),
        "jpy" => format!("¥{number}"),
        _ => format!("{} {number}", currency.to_uppercase()),
    }
}

fn group_thousands(whole: i64) -> String {
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::format_amount;

    #[test]
    fn minor_units_differ_by_currency() {
        assert_eq!(format_amount(123_456, "eur"), "€1,234.56");
        assert_eq!(format_amount(5, "usd"), "$0.05");
        assert_eq!(format_amount(1500, "jpy"), "¥1,500");
        assert_eq!(format_amount(1_234_567, "kwd"), "KWD 1,234.567");
        assert_eq!(format_amount(1000, "chf"), "CHF 10.00");
    }
}
