//! Money: whole minor units with a currency, checked arithmetic, one rounding rule and no floats.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::{AppError, AppResult};

mod currencies;

pub use currencies::ChargeRule;
use currencies::{CURRENCIES, Row};

/// A currency of ISO 4217, written as its three capital letters.
///
/// Invariant: the number of a row of the table, which is in the order of the codes. It is made by
/// `parse` and for the constants alone, and never leaves the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(u8);

impl Currency {
    pub const EUR: Self = Self::named("EUR");
    pub const GBP: Self = Self::named("GBP");
    pub const JPY: Self = Self::named("JPY");
    pub const KWD: Self = Self::named("KWD");
    pub const USD: Self = Self::named("USD");

    /// Reads a code in capital or small letters; `None` if ISO 4217 does not list it.
    pub fn parse(code: &str) -> Option<Self> {
        let number = CURRENCIES.iter().position(|row| row.has_code(code))?;
        u8::try_from(number).ok().map(Self)
    }

    /// All of them, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(CURRENCIES.len()).map(Self)
    }

    pub fn code(self) -> &'static str {
        self.row().code()
    }

    /// How many decimals the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn minor_digits(self) -> u32 {
        u32::from(self.row().digits)
    }

    /// What stands directly before an amount, if readers know it better than the code.
    pub fn symbol(self) -> Option<&'static str> {
        Some(self.row().symbol()).filter(|symbol| !symbol.is_empty())
    }

    /// What the payment provider takes of it; `None` if it cannot be charged.
    pub fn charge_rule(self) -> Option<ChargeRule> {
        self.row().charge
    }

    /// Minor units that every amount to be charged is a multiple of; 1 for nearly all currencies.
    pub fn charge_step(self) -> u8 {
        self.charge_rule().map_or(1, |rule| rule.step.get())
    }

    /// Minor units in one major unit: 100, 1 or 1000.
    fn scale(self) -> u64 {
        10_u64.pow(self.minor_digits())
    }

    fn row(self) -> &'static Row {
        &CURRENCIES[usize::from(self.0)]
    }

    /// For the constants: a code that is not in the table stops the build.
    const fn named(code: &str) -> Self {
        let mut number = 0;
        while !CURRENCIES[number as usize].has_code(code) {
            number += 1;
        }
        Self(number)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a currency of ISO 4217"))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A rate in hundredths of a percent: 2100 is 21 %.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

impl BasisPoints {
    /// One hundred percent.
    pub const WHOLE: Self = Self(10_000);
}

/// Written as a percentage without needless zeros: "21%", "9.5%", "8.25%".
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, tenths) if tenths % 10 == 0 => write!(f, "{whole}.{}%", tenths / 10),
            (whole, hundredths) => write!(f, "{whole}.{hundredths:02}%"),
        }
    }
}

/// An amount in whole minor units of one currency; negative for money that goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units: cents for EUR, yen for JPY, fils for KWD.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Errors: internal if the currencies differ or the sum leaves `i64`.
    pub fn checked_add(self, other: Self) -> AppResult<Self> {
        self.same_currency(other)?;
        self.try_add(other).ok_or_else(too_large)
    }

    /// Errors: internal if the currencies differ or the difference leaves `i64`.
    pub fn checked_sub(self, other: Self) -> AppResult<Self> {
        self.same_currency(other)?;
        self.try_sub(other).ok_or_else(too_large)
    }

    /// Errors: internal if the product leaves `i64`.
    pub fn checked_times(self, count: u32) -> AppResult<Self> {
        self.try_times(count).ok_or_else(too_large)
    }

    /// Errors: internal if the currencies differ.
    pub fn compare(self, other: Self) -> AppResult<Ordering> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// Adds amounts of one currency. Errors: as `checked_add`.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> AppResult<Self> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// That part of the amount, rounded: 21 % of €10.00 is €2.10. Errors: internal if it leaves
    /// `i64`.
    pub fn share(self, rate: BasisPoints) -> AppResult<Self> {
        self.share_in_steps(rate, 1)
    }

    /// That part of the amount, rounded to a multiple of so many minor units: in steps of ten, 5 %
    /// of KWD 12.345 is KWD 0.620. Errors: internal if it leaves `i64`.
    pub fn share_in_steps(self, rate: BasisPoints, step: u8) -> AppResult<Self> {
        self.try_share_in_steps(rate, step).ok_or_else(too_large)
    }

    /// The tax a gross amount already holds at that rate, rounded: €12.10 at 21 % holds €2.10.
    pub fn contained_share(self, rate: BasisPoints) -> AppResult<Self> {
        self.try_contained_share(rate).ok_or_else(too_large)
    }

    // Pricing reckons with those below and answers one error for all of them: an error at each step
    // would be a good part of the browser's module.

    /// `None` if the currencies differ or the sum leaves `i64`; the others below likewise.
    pub(super) fn try_add(self, other: Self) -> Option<Self> {
        self.with_minor(
            self.minor.checked_add(other.minor).filter(|_| self.currency == other.currency),
        )
    }

    pub(super) fn try_sub(self, other: Self) -> Option<Self> {
        self.with_minor(
            self.minor.checked_sub(other.minor).filter(|_| self.currency == other.currency),
        )
    }

    pub(super) fn try_times(self, count: u32) -> Option<Self> {
        self.with_minor(self.minor.checked_mul(i64::from(count)))
    }

    pub(super) fn try_sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Option<Self> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::try_add)
    }

    pub(super) fn try_share_in_steps(self, rate: BasisPoints, step: u8) -> Option<Self> {
        let step = u32::from(step.max(1));
        self.rounded(rate.0, BasisPoints::WHOLE.0 * step)?.try_times(step)
    }

    pub(super) fn try_contained_share(self, rate: BasisPoints) -> Option<Self> {
        self.rounded(rate.0, rate.0.checked_add(BasisPoints::WHOLE.0)?)
    }

    /// Splits the amount in proportion to the weights by the largest-remainder method, ties to the
    /// earlier part.
    ///
    /// Invariant: the parts add up to the amount exactly, none has the opposite sign, and a part of
    /// weight 0 gets nothing unless all weights are 0, when the split is even. A negative weight
    /// counts as 0. No weights, no parts.
    pub fn split_by_weights(self, weights: &[i64]) -> Vec<Self> {
        let mut weights: Vec<u128> =
            weights.iter().map(|&w| u128::try_from(w).unwrap_or(0)).collect();
        let mut whole: u128 = weights.iter().sum();
        if whole == 0 {
            weights.fill(1);
            whole = weights.iter().sum();
        }
        let amount = u128::from(self.minor.unsigned_abs());
        // Both factors fit in 64 bits, so the product fits in 128.
        let mut parts: Vec<(u128, u128)> = weights
            .iter()
            .map(|weight| (amount * weight / whole, amount * weight % whole))
            .collect();
        let mut left = amount - parts.iter().map(|(part, _)| part).sum::<u128>().min(amount);

        // Fewer are left than parts have a remainder. Of equal remainders the first part comes
        // first. A shopper's browser runs this too, where a sort would be 3 KB to download.
        while left > 0
            && let Some(part) = parts.iter_mut().rev().max_by_key(|(_, remainder)| *remainder)
        {
            *part = (part.0 + 1, 0);
            left -= 1;
        }

        let sign = i128::from(self.minor.signum());
        let signed = |part: u128| {
            i64::try_from(sign * i128::try_from(part).unwrap_or(0)).unwrap_or(self.minor)
        };
        parts.into_iter().map(|(part, _)| Self::new(signed(part), self.currency)).collect()
    }

    /// As `split_by_weights`, into multiples of so many minor units; what is left of an amount that
    /// is no multiple itself goes nowhere.
    pub fn split_in_steps(self, weights: &[i64], step: u8) -> Vec<Self> {
        let step = i64::from(step.max(1));
        let mut parts = Self::new(self.minor / step, self.currency).split_by_weights(weights);
        // No part exceeds the whole, so the products stay below it.
        parts.iter_mut().for_each(|part| part.minor *= step);
        parts
    }

    /// The amount for machines: "1042.10", "500", "-5.00".
    pub fn decimal(self) -> String {
        let (sign, whole, fraction) = self.parts();
        let sign = if sign { "-" } else { "" };
        match self.currency.minor_digits() {
            0 => format!("{sign}{whole}"),
            digits => format!("{sign}{whole}.{fraction:0digits$}", digits = digits as usize),
        }
    }

    /// Reads what staff type as a price: digits, then at most as many decimals as the currency has.
    /// Never negative.
    pub fn from_decimal(text: &str, currency: Currency) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let decimals = u32::try_from(fraction.len()).ok()?;
        let missing = currency.minor_digits().checked_sub(decimals)?;
        if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) || text.ends_with('.')
        {
            return None;
        }
        let digits: i64 = format!("{whole}{fraction}").parse().ok()?;
        digits.checked_mul(10_i64.pow(missing)).map(|minor| Self::new(minor, currency))
    }

    /// The one rounding of the store: half a minor unit goes away from zero, so that a refund
    /// mirrors its payment.
    fn rounded(self, numerator: u32, denominator: u32) -> Option<Self> {
        let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
        let doubled = i128::from(self.minor) * numerator * 2;
        let half = if doubled < 0 { -denominator } else { denominator };
        self.with_minor(i64::try_from((doubled + half) / (2 * denominator)).ok())
    }

    fn with_minor(self, minor: Option<i64>) -> Option<Self> {
        Some(Self::new(minor?, self.currency))
    }

    fn same_currency(self, other: Self) -> AppResult<()> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(AppError::internal(format_args!("{} meets {}", self.currency, other.currency)))
    }

    /// Whether it is negative, then major units and the minor units left.
    fn parts(self) -> (bool, u64, u64) {
        let (amount, scale) = (self.minor.unsigned_abs(), self.currency.scale());
        (self.is_negative(), amount / scale, amount % scale)
    }
}

fn too_large() -> AppError {
    AppError::internal("an amount of money is too large")
}

/// For people: "€1,042.10", "¥500", "KWD 1.250", "−€5.00".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, whole, fraction) = self.parts();
        if negative {
            f.write_str("−")?;
        }
        match self.currency.symbol() {
            Some(symbol) => f.write_str(symbol)?,
            None => write!(f, "{} ", self.currency)?,
        }
        write_thousands(f, whole)?;
        match self.currency.minor_digits() {
            0 => Ok(()),
            digits => write!(f, ".{fraction:0digits$}", digits = digits as usize),
        }
    }
}

fn write_thousands(f: &mut fmt::Formatter<'_>, number: u64) -> fmt::Result {
    if number < 1000 {
        return write!(f, "{number}");
    }
    write_thousands(f, number / 1000)?;
    write!(f, ",{:03}", number % 1000)
}

#[cfg(test)]
mod tests;
