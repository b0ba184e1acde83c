//! The currencies: one table, one row each.
//!
//! Codes and minor digits are those of ISO 4217, list one, published on 2026-01-01 by SIX, its
//! maintenance agency (read from the PyPI package `iso4217` 1.16.20260101). Left out are funds
//! codes, metals, and units of account that nobody pays with (XAD, XDR, XSU, XUA, UYW). ANG has
//! become XCG, and BGN is gone since Bulgaria pays in euro.
//!
//! What the payment provider takes is read from docs.stripe.com/currencies as it stood in 2026:
//! "Zero-decimal currencies", "Three-decimal currencies", "Special cases", "Minimum charge amount
//! by currency" and "Maximum charge amounts". Where the maximum depends on the way of paying, the
//! row has the lowest, which every way allows. A currency that is not among the presentment
//! currencies there cannot be charged.

use std::num::NonZeroU8;

/// One currency. It is stored as bytes, since the browser carries the table as well.
pub(super) struct Row {
    code: [u8; 3],
    /// UTF-8, filled up with zeros.
    symbol: [u8; 4],
    /// Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    pub digits: u8,
    pub charge: Option<ChargeRule>,
}

/// What the payment provider takes of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeRule {
    /// Decimals the provider counts in: 0 where it counts whole units.
    pub digits: u8,
    /// Our minor units an amount must be a multiple of.
    pub step: NonZeroU8,
    /// Our minor units; 0 where none is published. The provider then converts to the currency of
    /// the shop's bank account and applies the minimum of that one.
    pub minimum: u16,
    /// The most digits an amount may have, counted as the provider counts.
    pub max_digits: u8,
}

impl Row {
    pub fn code(&self) -> &str {
        str::from_utf8(&self.code).unwrap_or_default()
    }

    /// What stands directly before an amount, if readers know it better than the code; else empty.
    pub fn symbol(&self) -> &str {
        str::from_utf8(&self.symbol).unwrap_or_default().trim_end_matches('\0')
    }

    pub const fn has_code(&self, code: &str) -> bool {
        let code = code.as_bytes();
        let own = &self.code;
        code.len() == own.len()
            && own[0].eq_ignore_ascii_case(&code[0])
            && own[1].eq_ignore_ascii_case(&code[1])
            && own[2].eq_ignore_ascii_case(&code[2])
    }
}

const NOT_CHARGED: Option<ChargeRule> = None;

const fn charged(digits: u8, step: u8, minimum: u16, max_digits: u8) -> Option<ChargeRule> {
    let step = NonZeroU8::new(step).expect("an amount is a multiple of something");
    Some(ChargeRule { digits, step, minimum, max_digits })
}

/// A code or a symbol that does not fit stops the build.
const fn row(code: &str, digits: u8, symbol: &str, charge: Option<ChargeRule>) -> Row {
    Row { code: bytes(code), digits, symbol: bytes(symbol), charge }
}

const fn bytes<const N: usize>(text: &str) -> [u8; N] {
    let (text, mut bytes) = (text.as_bytes(), [0; N]);
    let mut at = 0;
    while at < text.len() {
        bytes[at] = text[at];
        at += 1;
    }
    bytes
}

/// By code. Columns: code, minor digits, symbol; the provider's digits, step, minimum and most
/// digits.
pub(super) static CURRENCIES: [Row; 155] = [
    row("AED", 2, "", charged(2, 1, 200, 8)),
    row("AFN", 2, "", charged(2, 1, 0, 8)),
    row("ALL", 2, "", charged(2, 1, 0, 8)),
    row("AMD", 2, "", charged(2, 1, 0, 8)),
    row("AOA", 2, "", charged(2, 1, 0, 8)),
    row("ARS", 2, "", charged(2, 1, 50, 8)),
    row("AUD", 2, "A$", charged(2, 1, 50, 8)),
    row("AWG", 2, "", charged(2, 1, 0, 8)),
    row("AZN", 2, "", charged(2, 1, 0, 8)),
    row("BAM", 2, "", charged(2, 1, 0, 8)),
    row("BBD", 2, "", charged(2, 1, 0, 8)),
    row("BDT", 2, "", charged(2, 1, 0, 8)),
    row("BHD", 3, "", charged(3, 10, 0, 8)),
    row("BIF", 0, "", charged(0, 1, 0, 8)),
    row("BMD", 2, "", charged(2, 1, 0, 8)),
    row("BND", 2, "", charged(2, 1, 0, 8)),
    row("BOB", 2, "", charged(2, 1, 0, 8)),
    row("BRL", 2, "R$", charged(2, 1, 50, 8)),
    row("BSD", 2, "", charged(2, 1, 0, 8)),
    row("BTN", 2, "", NOT_CHARGED),
    row("BWP", 2, "", charged(2, 1, 0, 8)),
    row("BYN", 2, "", charged(2, 1, 0, 8)),
    row("BZD", 2, "", charged(2, 1, 0, 8)),
    row("CAD", 2, "CA$", charged(2, 1, 50, 8)),
    row("CDF", 2, "", charged(2, 1, 0, 8)),
    row("CHF", 2, "", charged(2, 1, 50, 8)),
    row("CLP", 0, "", charged(0, 1, 0, 8)),
    row("CNY", 2, "CN¥", charged(2, 1, 0, 8)),
    row("COP", 2, "", charged(2, 1, 50, 10)),
    row("CRC", 2, "", charged(2, 1, 0, 8)),
    row("CUP", 2, "", NOT_CHARGED),
    row("CVE", 2, "", charged(2, 1, 0, 8)),
    row("CZK", 2, "", charged(2, 1, 1500, 8)),
    row("DJF", 0, "", charged(0, 1, 0, 8)),
    row("DKK", 2, "", charged(2, 1, 250, 8)),
    row("DOP", 2, "", charged(2, 1, 0, 8)),
    row("DZD", 2, "", charged(2, 1, 0, 8)),
    row("EGP", 2, "", charged(2, 1, 0, 8)),
    row("ERN", 2, "", NOT_CHARGED),
    row("ETB", 2, "", charged(2, 1, 0, 8)),
    row("EUR", 2, "€", charged(2, 1, 50, 8)),
    row("FJD", 2, "", charged(2, 1, 0, 8)),
    row("FKP", 2, "", charged(2, 1, 0, 8)),
    row("GBP", 2, "£", charged(2, 1, 30, 8)),
    row("GEL", 2, "", charged(2, 1, 0, 8)),
    row("GHS", 2, "", NOT_CHARGED),
    row("GIP", 2, "", charged(2, 1, 0, 8)),
    row("GMD", 2, "", charged(2, 1, 0, 8)),
    row("GNF", 0, "", charged(0, 1, 0, 8)),
    row("GTQ", 2, "", charged(2, 1, 0, 8)),
    row("GYD", 2, "", charged(2, 1, 0, 8)),
    row("HKD", 2, "HK$", charged(2, 1, 400, 8)),
    row("HNL", 2, "", charged(2, 1, 0, 8)),
    row("HTG", 2, "", charged(2, 1, 0, 8)),
    row("HUF", 2, "", charged(2, 1, 17500, 8)),
    row("IDR", 2, "", charged(2, 1, 50, 12)),
    row("ILS", 2, "₪", charged(2, 1, 50, 8)),
    row("INR", 2, "₹", charged(2, 1, 50, 9)),
    row("IQD", 3, "", NOT_CHARGED),
    row("IRR", 2, "", NOT_CHARGED),
    row("ISK", 0, "", charged(2, 1, 0, 8)),
    row("JMD", 2, "", charged(2, 1, 0, 8)),
    row("JOD", 3, "", charged(3, 10, 0, 8)),
    row("JPY", 0, "¥", charged(0, 1, 50, 8)),
    row("KES", 2, "", charged(2, 1, 0, 8)),
    row("KGS", 2, "", charged(2, 1, 0, 8)),
    row("KHR", 2, "", charged(2, 1, 0, 8)),
    row("KMF", 0, "", charged(0, 1, 0, 8)),
    row("KPW", 2, "", NOT_CHARGED),
    row("KRW", 0, "₩", charged(0, 1, 50, 8)),
    row("KWD", 3, "", charged(3, 10, 0, 8)),
    row("KYD", 2, "", charged(2, 1, 0, 8)),
    row("KZT", 2, "", charged(2, 1, 0, 8)),
    row("LAK", 2, "", charged(2, 1, 0, 8)),
    row("LBP", 2, "", charged(2, 1, 0, 8)),
    row("LKR", 2, "", charged(2, 1, 0, 8)),
    row("LRD", 2, "", charged(2, 1, 0, 8)),
    row("LSL", 2, "", charged(2, 1, 0, 8)),
    row("LYD", 3, "", NOT_CHARGED),
    row("MAD", 2, "", charged(2, 1, 0, 8)),
    row("MDL", 2, "", charged(2, 1, 0, 8)),
    row("MGA", 2, "", charged(0, 100, 0, 8)),
    row("MKD", 2, "", charged(2, 1, 0, 8)),
    row("MMK", 2, "", charged(2, 1, 0, 8)),
    row("MNT", 2, "", charged(2, 1, 0, 8)),
    row("MOP", 2, "", charged(2, 1, 0, 8)),
    row("MRU", 2, "", NOT_CHARGED),
    row("MUR", 2, "", charged(2, 1, 0, 8)),
    row("MVR", 2, "", charged(2, 1, 0, 8)),
    row("MWK", 2, "", charged(2, 1, 0, 8)),
    row("MXN", 2, "MX$", charged(2, 1, 1000, 8)),
    row("MYR", 2, "", charged(2, 1, 200, 8)),
    row("MZN", 2, "", charged(2, 1, 0, 8)),
    row("NAD", 2, "", charged(2, 1, 0, 8)),
    row("NGN", 2, "", charged(2, 1, 0, 8)),
    row("NIO", 2, "", charged(2, 1, 0, 8)),
    row("NOK", 2, "", charged(2, 1, 300, 8)),
    row("NPR", 2, "", charged(2, 1, 0, 8)),
    row("NZD", 2, "NZ$", charged(2, 1, 50, 8)),
    row("OMR", 3, "", charged(3, 10, 0, 8)),
    row("PAB", 2, "", charged(2, 1, 0, 8)),
    row("PEN", 2, "", charged(2, 1, 0, 8)),
    row("PGK", 2, "", charged(2, 1, 0, 8)),
    row("PHP", 2, "", charged(2, 1, 50, 8)),
    row("PKR", 2, "", charged(2, 1, 0, 8)),
    row("PLN", 2, "", charged(2, 1, 200, 8)),
    row("PYG", 0, "", charged(0, 1, 0, 8)),
    row("QAR", 2, "", charged(2, 1, 0, 8)),
    row("RON", 2, "", charged(2, 1, 200, 8)),
    row("RSD", 2, "", charged(2, 1, 0, 8)),
    row("RUB", 2, "", charged(2, 1, 50, 8)),
    row("RWF", 0, "", charged(0, 1, 0, 8)),
    row("SAR", 2, "", charged(2, 1, 0, 8)),
    row("SBD", 2, "", charged(2, 1, 0, 8)),
    row("SCR", 2, "", charged(2, 1, 0, 8)),
    row("SDG", 2, "", NOT_CHARGED),
    row("SEK", 2, "", charged(2, 1, 300, 8)),
    row("SGD", 2, "", charged(2, 1, 50, 8)),
    row("SHP", 2, "", charged(2, 1, 0, 8)),
    row("SLE", 2, "", charged(2, 1, 0, 8)),
    row("SOS", 2, "", charged(2, 1, 0, 8)),
    row("SRD", 2, "", charged(2, 1, 0, 8)),
    row("SSP", 2, "", NOT_CHARGED),
    row("STN", 2, "", NOT_CHARGED),
    row("SVC", 2, "", NOT_CHARGED),
    row("SYP", 2, "", NOT_CHARGED),
    row("SZL", 2, "", charged(2, 1, 0, 8)),
    row("THB", 2, "", charged(2, 1, 1000, 8)),
    row("TJS", 2, "", charged(2, 1, 0, 8)),
    row("TMT", 2, "", NOT_CHARGED),
    row("TND", 3, "", charged(3, 10, 0, 8)),
    row("TOP", 2, "", charged(2, 1, 0, 8)),
    row("TRY", 2, "", charged(2, 1, 0, 8)),
    row("TTD", 2, "", charged(2, 1, 0, 8)),
    row("TWD", 2, "", charged(2, 1, 0, 8)),
    row("TZS", 2, "", charged(2, 1, 0, 8)),
    row("UAH", 2, "", charged(2, 1, 0, 8)),
    row("UGX", 0, "", charged(2, 1, 0, 8)),
    row("USD", 2, "$", charged(2, 1, 50, 8)),
    row("UYU", 2, "", charged(2, 1, 0, 8)),
    row("UZS", 2, "", charged(2, 1, 0, 8)),
    row("VED", 2, "", NOT_CHARGED),
    row("VES", 2, "", NOT_CHARGED),
    row("VND", 0, "", charged(0, 1, 0, 8)),
    row("VUV", 0, "", charged(0, 1, 0, 8)),
    row("WST", 2, "", charged(2, 1, 0, 8)),
    row("XAF", 0, "", charged(0, 1, 0, 8)),
    row("XCD", 2, "", charged(2, 1, 0, 8)),
    row("XCG", 2, "", charged(2, 1, 0, 8)),
    row("XOF", 0, "", charged(0, 1, 0, 8)),
    row("XPF", 0, "", charged(0, 1, 0, 8)),
    row("YER", 2, "", charged(2, 1, 0, 8)),
    row("ZAR", 2, "", charged(2, 1, 50, 8)),
    row("ZMW", 2, "", charged(2, 1, 0, 8)),
    row("ZWG", 2, "", NOT_CHARGED),
];
