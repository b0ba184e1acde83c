//! What is refused, spelling by spelling, and what each refusal tells the person to type.

use proptest::prelude::*;

use super::*;
use crate::shared::error::AppError;

fn refusal<T: std::fmt::Debug>(result: Result<T, AppError>, field: &str) -> (String, String) {
    let error = result.unwrap_err();
    assert_eq!(error.status(), 422);
    (error.code.clone().into_owned(), error.message_for(field).unwrap_or_default().to_owned())
}

#[test]
fn a15_a_quantity_has_one_spelling() {
    let spellings = [
        "-1",
        "0",
        "0.5",
        "1e3",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1,5",
        "1.0",
        "١",
        "१",
        "１",
        "²",
        "2147483648",
        "4294967297",
        "9223372036854775808",
        "99999999999999999999999",
        "NaN",
        "Infinity",
        "0x10",
        "0b1",
        "null",
        "[]",
        "",
        "-0",
        "00",
        "01",
        "007",
        "1_0",
        "1'0",
        "true",
        "one",
        "100",
        "\0",
        "1\0",
        "%31",
        "--1",
        "1-1",
    ];
    for text in spellings {
        let (code, message) = refusal(quantity(text, "qty"), "qty");
        assert_eq!(code, "quantity_out_of_range", "{text:?}");
        assert!(message.contains("99"), "{message}");
        if text != "0" {
            assert!(quantity_or_zero(text, "qty").is_err(), "{text:?}");
        }
    }
    assert_eq!((quantity("1", "qty").unwrap(), quantity("99", "qty").unwrap()), (1, 99));
    assert_eq!(
        (quantity_or_zero("0", "qty").unwrap(), quantity_or_zero("99", "qty").unwrap()),
        (0, 99)
    );
}

#[test]
fn a_shop_may_lower_the_quantity_limit_and_never_raise_it() {
    assert_eq!(quantity_up_to("10", "qty", 10).unwrap(), 10);
    assert!(refusal(quantity_up_to("11", "qty", 10), "qty").1.contains("10"));
    assert!(quantity_up_to("100", "qty", 1000).is_err());
    assert_eq!(quantity_up_to("1", "qty", 0).unwrap(), 1);
}

#[test]
fn text_is_trimmed_bounded_and_named() {
    let read = |value: &str| text("name", "your name", value, 5, Required::Yes);
    assert_eq!(read("  Zoë \t").unwrap(), "Zoë");
    assert_eq!(read("äöüßé").unwrap(), "äöüßé");
    assert_eq!(
        refusal(read(" \u{200b}\u{feff} "), "name"),
        ("required".into(), "Enter your name.".into())
    );
    let (code, message) = refusal(read("abcdef"), "name");
    assert_eq!(code, "too_long");
    assert!(message.contains('5') && message.contains('6'), "{message}");
    assert_eq!(text("note", "a note", "  ", 5, Required::No).unwrap(), "");
}

#[test]
fn r54_line_breaks_and_control_characters_stay_outside() {
    for c in [
        '\r', '\n', '\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}',
        '\u{2066}', '\u{b}',
    ] {
        let value = format!("a{c}Bcc: x@y");
        let single = text("name", "your name", &value, 100, Required::Yes);
        assert_eq!(refusal(single, "name").0, "control_characters", "{c:?}");
        if !matches!(c, '\n' | '\r') {
            let several = multiline_text("note", "a note", &value, 100, Required::No);
            assert_eq!(refusal(several, "note").0, "control_characters", "{c:?}");
        }
    }
    for value in ["a\r\nBcc: x@y", "a\tb", "a\n", "\ra"] {
        assert!(text("name", "your name", value, 100, Required::Yes).is_err(), "{value:?}");
    }
    assert_eq!(
        multiline_text("note", "a note", "a\r\nb\rc\n\n", 100, Required::No).unwrap(),
        "a\nb\nc"
    );
}

#[test]
fn a_search_is_cut_and_cleaned_never_refused() {
    assert_eq!(search_query("  blue\t\r\n  tea\0pot  "), "blue teapot");
    assert_eq!(search_query(&"é".repeat(300)).chars().count(), 200);
    assert_eq!(search_query(&format!("{} b", "a".repeat(199))), "a".repeat(199));
    assert_eq!(search_query("\u{202e}\0\u{1b}"), "");
}

#[test]
fn an_email_address_is_what_people_have() {
    for (typed, kept) in [
        ("ada@example.com", "ada@example.com"),
        (" Ada.Lovelace+shop@Mail.Example.CO.UK ", "Ada.Lovelace+shop@mail.example.co.uk"),
        ("o'neill_1-x@xn--bcher-kva.example", "o'neill_1-x@xn--bcher-kva.example"),
        ("1@2.io", "1@2.io"),
    ] {
        assert_eq!(email("email", typed).unwrap().as_str(), kept);
    }
    let long_label = format!("a@{}.com", "a".repeat(64));
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_whole = format!("a@{}example.com", "a.".repeat(130));
    for typed in [
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "a@b@example.com",
        "ada @example.com",
        "ada@exam ple.com",
        "ada@example.com\r\nBcc: x@y.z",
        "ada@example.com\n",
        "\tada@example.com",
        "ada@example..com",
        ".ada@example.com",
        "ada.@example.com",
        "a..b@example.com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@.com",
        "ada@example.com.",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "\"ada\"@example.com",
        "<ada@example.com>",
        "Ada <ada@example.com>",
        "ada@example.c",
        "ada,bob@example.com",
        "ada;bob@example.com",
        "ada@exam_ple.com",
        "ada@example.com,bob@example.com",
        "ädä@example.com",
        "ada@exämple.com",
        "ada@example.com\0",
        "a\u{202e}b@example.com",
        &long_label,
        &long_local,
        &long_whole,
    ] {
        let (code, message) = refusal(email("email", typed), "email");
        assert_eq!(code, "email_invalid", "{typed:?}");
        assert!(message.ends_with('.'), "{message}");
    }
    assert_eq!(refusal(email("email", "  "), "email").0, "required");
}

#[test]
fn a_phone_number_is_optional_and_plain() {
    assert_eq!(phone("phone", "  ").unwrap(), None);
    assert_eq!(phone("phone", " +31  20 123 4567 ").unwrap().as_deref(), Some("+31 20 123 4567"));
    assert_eq!(phone("phone", "(020) 123-4567").unwrap().as_deref(), Some("(020) 123-4567"));
    for typed in [
        "12345",
        "1234567890123456",
        "call me",
        "+31+20",
        "١٢٣٤٥٦٧",
        "123456\n7",
        "0x1234567",
        "++123456",
    ] {
        assert_eq!(refusal(phone("phone", typed), "phone").0, "phone_invalid", "{typed:?}");
    }
    // A 15-digit card number would else pass as a telephone number.
    assert!(phone("phone", "3782 822463 10005").is_err());
}

#[test]
fn a_refused_slug_comes_with_a_better_one() {
    assert_eq!(slug("slug", "blue-teapot-2").unwrap(), "blue-teapot-2");
    assert_eq!(slug("slug", &"a".repeat(120)).unwrap().len(), 120);
    for typed in
        ["", "Blue", "a b", "a/b", "a_b", "é", "-a", "a-", "..", "a.b", "a%2fb", &"a".repeat(121)]
    {
        let (code, message) = refusal(slug("slug", typed), "slug");
        assert_eq!(code, "slug_invalid", "{typed:?}");
        assert!(message.contains("for example"), "{message}");
    }
    for (title, made) in [
        ("Blue  Teapot, 2 l!", "blue-teapot-2-l"),
        ("Crème brûlée für Zoë", "creme-brulee-fuer-zoe"),
        ("Ada's Łódź", "adas-lodz"),
        ("茶壺", ""),
        ("--", ""),
    ] {
        assert_eq!(suggest_slug(title), made);
    }
}

#[test]
fn r35_a_redirect_stays_on_this_site() {
    let own = [
        "/",
        "/cart",
        "/p/blue-teapot?sku=A-1",
        "/search?q=a%20b&page=2",
        "/account#me",
        "/s?q=//x",
        "/c/a/b/",
    ];
    for path in own {
        assert_eq!(own_path(path), Some(path));
    }
    let long = format!("/{}", "a".repeat(2000));
    for path in [
        "",
        "cart",
        "//evil",
        "///evil",
        "/\\evil",
        "\\\\evil",
        "/\\/evil",
        "https:evil",
        "https://evil",
        "HTTPS://evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a//evil",
        "/%2fevil",
        "/%2Fevil",
        "/%2f%2fevil",
        "%2f%2fevil",
        "/%5cevil",
        "/%5Cevil",
        "/a?b=%5c",
        "/\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:a",
        "/%0D%0A",
        "/?a=%0a",
        "/\tevil",
        "/%09/evil",
        "/ evil",
        " /evil",
        "/evil ",
        "/\0",
        "/%00",
        "/a\u{2028}b",
        "/é",
        "/∕evil",
        "/../evil",
        "/./evil",
        "/a/..",
        "/%2e%2e/evil",
        "/.%2e/",
        "/%252fevil",
        "/%25",
        "/%",
        "/%2",
        "/%zz",
        "/%ff",
        "/a%7f",
        ".//evil",
        "?next=/",
        "#a",
        "@evil",
        "/a/%2e%2e%2fevil",
        "/a%2Fb",
        &long,
    ] {
        assert_eq!(own_path(path), None, "{path:?}");
    }
}

#[test]
fn r89_card_numbers_are_covered_but_for_four_digits() {
    for (typed, kept) in [
        ("4242 4242 4242 4242", "•••• •••• •••• 4242"),
        ("4242424242424242", "••••••••••••4242"),
        ("4242-4242-4242-4242", "••••-••••-••••-4242"),
        ("4242 - 4242 - 4242 - 4242", "•••• - •••• - •••• - 4242"),
        ("my card is 5555555555554444, thanks", "my card is ••••••••••••4444, thanks"),
        ("3782 822463 10005", "•••• •••••• •0005"),
        ("no 12 4242 4242 4242 4242 12/30 cvc 123", "no 12 •••• •••• •••• 4242 12/30 cvc 123"),
        ("x4242424242424242y", "x••••••••••••4242y"),
        ("4242\u{a0}4242\u{a0}4242\u{a0}4242", "••••\u{a0}••••\u{a0}••••\u{a0}4242"),
    ] {
        assert_eq!(mask_card_numbers(typed), kept);
    }
    for kept in [
        "",
        "4242 4242 4242 4241",
        "order 2026-11-22, 3 pieces, €42.10",
        "+31 20 123 4567",
        "424242424242",
        "KIT-012-MOS",
        "4242 4242, 4242 4242",
    ] {
        assert_eq!(mask_card_numbers(kept), kept);
    }
}

proptest! {
    #[test]
    fn own_path_never_lets_a_host_through(text in "[/\\\\.%25fFcCdDaA0-9e:@?#a-z\\t\\r\\n]{0,24}") {
        if let Some(path) = own_path(&text) {
            prop_assert!(path.starts_with('/') && !path.starts_with("//"));
            prop_assert!(path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
        }
    }

    #[test]
    fn no_reader_panics_and_none_changes_what_it_gave(value in "\\PC{0,80}|(.|\\n|\\r|\\x00){0,80}") {
        let _ = (quantity(&value, "f"), phone("f", &value), slug("f", &value), suggest_slug(&value), own_path(&value));
        for read in [text, multiline_text] {
            if let Ok(kept) = read("f", "it", &value, 200, Required::No) {
                prop_assert_eq!(read("f", "it", &kept, 200, Required::No).unwrap(), kept);
            }
        }
        let query = search_query(&value);
        prop_assert_eq!(search_query(&query), query);
        let masked = mask_card_numbers(&value);
        prop_assert_eq!(mask_card_numbers(&masked), masked);
    }

    #[test]
    fn a_right_card_number_is_always_covered(head in "[0-9]{12,18}", gap in "[ -]?", before in "([0-9]{2} )?") {
        let sum = |digits: &str| -> u32 {
            digits.bytes().rev().enumerate().map(|(place, byte)| {
                let value = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
                if value > 9 { value - 9 } else { value }
            }).sum()
        };
        let digits = format!("{head}{}", (10 - sum(&head) % 10) % 10);
        let (first, last) = digits.split_at(4);
        let masked = mask_card_numbers(&format!("{before}{first}{gap}{last} end"));
        let shown = masked.chars().skip(before.len()).filter(char::is_ascii_digit).count();
        prop_assert!(shown <= 4, "{}", masked);
    }
}
