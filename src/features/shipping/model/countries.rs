//! The countries an address can be in, and how each of them writes one.

use super::postcode::PostcodeRule;
use super::provinces;

/// What the address form of a country looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    pub name: &'static str,
    pub postcode: PostcodeRule,
    pub province: ProvinceRule,
    /// The fields in the order in which people there write an address; the country itself is asked
    /// for first.
    pub fields: &'static [AddressField],
}

/// Whether an address names its province, and which there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvinceRule {
    Unused,
    Required {
        /// "State", "Province".
        label: &'static str,
        /// Postal abbreviation and name.
        list: &'static [(&'static str, &'static str)],
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressField {
    Name,
    Company,
    Line1,
    Line2,
    City,
    Province,
    Postcode,
    Phone,
}

impl AddressField {
    /// The `name` of the form's field, before any prefix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Line1 => "line1",
            Self::Line2 => "line2",
            Self::City => "city",
            Self::Province => "province",
            Self::Postcode => "postcode",
            Self::Phone => "phone",
        }
    }
}

/// Finds a country by its code in capital letters.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

use AddressField::{City, Company, Line1, Line2, Name, Phone, Postcode, Province};

const POSTCODE_BEFORE_CITY: &[AddressField] = &[Name, Company, Line1, Line2, Postcode, City, Phone];
const POSTCODE_AFTER_CITY: &[AddressField] = &[Name, Company, Line1, Line2, City, Postcode, Phone];
const WITH_PROVINCE: &[AddressField] =
    &[Name, Company, Line1, Line2, City, Province, Postcode, Phone];

/// All of them, by name: the European Union, and GB, CH, NO, US, CA, AU.
pub const COUNTRIES: &[Country] = &[
    Country {
        province: ProvinceRule::Required {
            label: "State or territory",
            list: provinces::AUSTRALIA,
        },
        fields: WITH_PROVINCE,
        ..european("AU", "Australia", &["####"], "2000")
    },
    european("AT", "Austria", &["####"], "1010"),
    european("BE", "Belgium", &["####"], "1000"),
    european("BG", "Bulgaria", &["####"], "1000"),
    Country {
        postcode: PostcodeRule {
            label: "Postal code",
            ..european("", "", &["@#@ #@#"], "K1A 0B1").postcode
        },
        province: ProvinceRule::Required {
            label: "Province or territory",
            list: provinces::CANADA,
        },
        fields: WITH_PROVINCE,
        ..european("CA", "Canada", &[], "")
    },
    european("HR", "Croatia", &["#####"], "10000"),
    european("CY", "Cyprus", &["####"], "1010"),
    european("CZ", "Czechia", &["### ##"], "110 00"),
    european("DK", "Denmark", &["####"], "1050"),
    european("EE", "Estonia", &["#####"], "10111"),
    european("FI", "Finland", &["#####"], "00100"),
    european("FR", "France", &["#####"], "75001"),
    european("DE", "Germany", &["#####"], "10115"),
    european("GR", "Greece", &["### ##"], "105 57"),
    european("HU", "Hungary", &["####"], "1051"),
    Country {
        postcode: PostcodeRule {
            label: "Eircode",
            patterns: &["@#* ****"],
            example: "D02 AF30",
            required: false,
        },
        fields: POSTCODE_AFTER_CITY,
        ..european("IE", "Ireland", &[], "")
    },
    european("IT", "Italy", &["#####"], "00184"),
    european("LV", "Latvia", &["LV-####"], "LV-1050"),
    european("LT", "Lithuania", &["LT-#####"], "LT-01103"),
    european("LU", "Luxembourg", &["####"], "1009"),
    Country { fields: POSTCODE_AFTER_CITY, ..european("MT", "Malta", &["@@@ ####"], "VLT 1117") },
    european("NL", "Netherlands", &["#### @@"], "1012 JS"),
    european("NO", "Norway", &["####"], "0150"),
    european("PL", "Poland", &["##-###"], "00-950"),
    european("PT", "Portugal", &["####-###"], "1000-001"),
    european("RO", "Romania", &["######"], "010011"),
    european("SK", "Slovakia", &["### ##"], "811 01"),
    european("SI", "Slovenia", &["####"], "1000"),
    european("ES", "Spain", &["#####"], "28001"),
    european("SE", "Sweden", &["### ##"], "111 20"),
    european("CH", "Switzerland", &["####"], "8001"),
    Country {
        fields: POSTCODE_AFTER_CITY,
        ..european(
            "GB",
            "United Kingdom",
            &["@# #@@", "@## #@@", "@#@ #@@", "@@# #@@", "@@## #@@", "@@#@ #@@"],
            "SW1A 1AA",
        )
    },
    Country {
        postcode: PostcodeRule {
            label: "ZIP code",
            ..european("", "", &["#####", "#####-####"], "94103").postcode
        },
        province: ProvinceRule::Required { label: "State", list: provinces::UNITED_STATES },
        fields: WITH_PROVINCE,
        ..european("US", "United States", &[], "")
    },
];

/// The usual European form: postcode before the city, no province.
const fn european(
    code: &'static str,
    name: &'static str,
    patterns: &'static [&'static str],
    example: &'static str,
) -> Country {
    Country {
        code,
        name,
        postcode: PostcodeRule { label: "Postcode", patterns, example, required: true },
        province: ProvinceRule::Unused,
        fields: POSTCODE_BEFORE_CITY,
    }
}
