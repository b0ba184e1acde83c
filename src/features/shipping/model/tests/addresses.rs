//! Each country's addresses: what is taken, how it is written back, and what a refusal says.

use super::super::*;

fn dutch() -> AddressInput {
    AddressInput {
        name: " Ada de Vries ".to_owned(),
        line1: "Keizersgracht 1".to_owned(),
        city: "Amsterdam".to_owned(),
        postcode: "1012js".to_owned(),
        country: "NL".to_owned(),
        ..AddressInput::default()
    }
}

fn refused(input: &AddressInput, field: &str) -> String {
    let error = validate_address(input, "").unwrap_err();
    assert_eq!((error.status(), &*error.code), (422, "invalid_fields"));
    error.message_for(field).unwrap_or_default().to_owned()
}

#[test]
fn the_table_of_countries_is_sound() {
    assert!(COUNTRIES.is_sorted_by_key(|country| country.name));
    for known in COUNTRIES {
        let code = known.code;
        assert_eq!(country(code), Some(known), "{code} is listed twice");
        let example = known.postcode.example;
        assert_eq!(known.postcode.normalise(code, example).as_deref(), Some(example), "{code}");
        let has_list = known.fields.contains(&AddressField::Province);
        assert_eq!(has_list, known.province != ProvinceRule::Unused, "{code}");
        for field in
            [AddressField::Name, AddressField::Line1, AddressField::City, AddressField::Postcode]
        {
            assert!(known.fields.contains(&field), "{code}");
        }
    }
    assert!(COUNTRIES.len() >= 30);
    assert_eq!(country("nl"), None);
    assert_eq!(country("XX"), None);
}

#[test]
fn postcodes_are_written_as_their_country_does() {
    for (country, typed, written) in [
        ("NL", "1012js", "1012 JS"),
        ("NL", " 1012 JS ", "1012 JS"),
        ("NL", "NL-1012JS", "1012 JS"),
        ("DE", "DE 10115", "10115"),
        ("SE", "11120", "111 20"),
        ("SE", "SE-111 20", "111 20"),
        ("PL", "00950", "00-950"),
        ("PT", "1000 001", "1000-001"),
        ("GR", "10557", "105 57"),
        ("LV", "1050", "LV-1050"),
        ("LV", "lv1050", "LV-1050"),
        ("LT", "lt 01103", "LT-01103"),
        ("MT", "vlt1117", "VLT 1117"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "m11ae", "M1 1AE"),
        ("GB", "B33 8TH", "B33 8TH"),
        ("GB", "CR2-6XH", "CR2 6XH"),
        ("GB", "dn551pt", "DN55 1PT"),
        ("GB", "W1A0AX", "W1A 0AX"),
        ("IE", "d02af30", "D02 AF30"),
        ("IE", "D6WXY00", "D6W XY00"),
        ("IE", "", ""),
        ("US", "94103", "94103"),
        ("US", "941031234", "94103-1234"),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("AU", "2000", "2000"),
    ] {
        assert_eq!(validate_postcode(country, typed).unwrap(), written, "{country} {typed:?}");
    }
}

#[test]
fn a_wrong_postcode_is_answered_with_a_right_one() {
    for (country, typed) in [
        ("NL", "1012"),
        ("NL", "101 JSS"),
        ("NL", "1012 J5"),
        ("NL", "１０１２ JS"),
        ("NL", "1012 JS\r\nX"),
        ("DE", "1011"),
        ("DE", "101155"),
        ("DE", "1011O"),
        ("GB", "SW1A"),
        ("GB", "12345"),
        ("CA", "K1A 0B"),
        ("US", "9410"),
        ("US", "94103-12"),
        ("US", "ABCDE"),
        ("LV", "LT-1050"),
        ("LU", "L"),
        ("IE", "Dublin 2"),
        ("FR", "75 001 75 001 75 001"),
        ("FR", "7500١"),
        ("FR", "-----"),
        ("FR", ""),
    ] {
        let error = validate_postcode(country, typed).unwrap_err();
        let example = super::super::country(country).unwrap().postcode.example;
        let message = error.message_for("postcode").unwrap();
        assert!(message.contains(example), "{country} {typed:?}: {message}");
    }
    let message = |country| validate_postcode(country, "?").unwrap_err().message.into_owned();
    assert_eq!(message("NL"), "Enter the postcode as in 1012 JS.");
    assert_eq!(message("US"), "Enter the ZIP code as in 94103.");
    assert_eq!(message("CA"), "Enter the postal code as in K1A 0B1.");
    assert_eq!(message("IE"), "Enter the Eircode as in D02 AF30, or leave it empty.");
    assert_eq!(validate_postcode("XX", "1").unwrap_err().code, "country_unknown");
}

#[test]
fn an_address_is_trimmed_and_kept() {
    let address = validate_address(&dutch(), "").unwrap();
    assert_eq!(address.name, "Ada de Vries");
    assert_eq!(
        (address.company.as_ref(), address.line2.as_ref(), address.phone.as_ref()),
        (None, None, None)
    );
    assert_eq!(
        address.lines(),
        ["Ada de Vries", "Keizersgracht 1", "1012 JS Amsterdam", "Netherlands"]
    );
    let again = AddressInput::from(address.clone());
    assert_eq!(validate_address(&again, "").unwrap(), address);
    let json = serde_json::to_string(&address).unwrap();
    assert!(!json.contains("null"), "{json}");
    assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
}

#[test]
fn provinces_are_asked_for_where_mail_needs_them() {
    let mut input = AddressInput { country: "US".into(), postcode: "94103".into(), ..dutch() };
    assert_eq!(refused(&input, "province"), "Choose the state.");
    input.province = "Ontario".into();
    assert_eq!(refused(&input, "province"), "Choose the state.");
    for typed in ["CA", "ca", " California "] {
        input.province = typed.into();
        let address = validate_address(&input, "").unwrap();
        assert_eq!(address.province.as_deref(), Some("CA"));
        assert_eq!(address.lines()[2], "Amsterdam CA 94103");
    }
    // A province left over from another country is dropped, not stored.
    input.country = "DE".into();
    input.postcode = "10115".into();
    assert_eq!(validate_address(&input, "").unwrap().province, None);
}

#[test]
fn an_irish_address_does_without_a_postcode() {
    let input = AddressInput {
        country: "IE".into(),
        postcode: String::new(),
        city: "Dublin 2".into(),
        ..dutch()
    };
    assert_eq!(validate_address(&input, "").unwrap().lines()[2], "Dublin 2");
}

#[test]
fn every_refusal_comes_at_once_under_the_forms_own_names() {
    let (country, phone, company) = ("NL".into(), "x".into(), "a\r\nb".into());
    let input = AddressInput { country, phone, company, ..AddressInput::default() };
    let error = validate_address(&input, "billing_").unwrap_err();
    let fields: Vec<&str> = error.fields.iter().map(|refusal| refusal.field.as_ref()).collect();
    let names: Vec<&str> =
        fields.iter().filter_map(|field| field.strip_prefix("billing_")).collect();
    // In the order of a Dutch form.
    assert_eq!(names, ["name", "company", "line1", "postcode", "city", "phone"]);
    assert_eq!(refused(&input, "name"), "Enter the name of who receives it.");

    for code in ["", "nl", "XX", "NL ", "Netherlands", "$ne"] {
        let input = AddressInput { country: code.into(), ..dutch() };
        let error = validate_address(&input, "").unwrap_err();
        assert_eq!(error.fields.len(), 1, "{code:?}");
        assert_eq!(error.message_for("country"), Some("Choose a country from the list."));
    }
}

#[test]
fn r54_no_field_takes_a_line_break() {
    let attack = "a\r\nBcc: x@y".to_owned();
    type Set = fn(&mut AddressInput, String);
    let set: [(&str, Set); 7] = [
        ("name", |input, text| input.name = text),
        ("company", |input, text| input.company = text),
        ("line1", |input, text| input.line1 = text),
        ("line2", |input, text| input.line2 = text),
        ("city", |input, text| input.city = text),
        ("postcode", |input, text| input.postcode = text),
        ("phone", |input, text| input.phone = text),
    ];
    for (field, set) in set {
        let mut input = dutch();
        set(&mut input, attack.clone());
        assert!(!refused(&input, field).is_empty(), "{field}");
        let mut input = dutch();
        set(&mut input, "a".repeat(101));
        assert!(!refused(&input, field).is_empty(), "{field}");
    }
}

#[test]
fn r89_a_card_number_in_an_address_is_covered() {
    let input = AddressInput { line2: "4242 4242 4242 4242".into(), ..dutch() };
    assert_eq!(validate_address(&input, "").unwrap().line2.as_deref(), Some("•••• •••• •••• 4242"));
}

#[test]
fn debug_output_holds_nobody() {
    let address = validate_address(&dutch(), "").unwrap();
    for text in [format!("{address:?}"), format!("{:?}", dutch())] {
        assert!(
            text.contains("NL") && !text.contains("Ada") && !text.contains("Keizers"),
            "{text}"
        );
    }
}
