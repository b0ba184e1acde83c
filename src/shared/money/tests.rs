//! Money adds up in every currency, and every split and rounding is exact to the minor unit.
