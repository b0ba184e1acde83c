//! From any text to the words it is found by: lower case, without accents, apostrophes and
//! punctuation.

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenStream,
};

use crate::features::search::model::stem;

/// Bytes; longer runs of letters are no words.
const LONGEST_WORD: usize = 40;

/// The words of a text as they are written, in order.
pub fn words(text: &str) -> Vec<String> {
    let text = without_apostrophes(text);
    let mut analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build();
    let mut stream = analyzer.token_stream(&text);
    let mut words = Vec::new();
    while let Some(token) = stream.next() {
        words.push(token.text.clone());
    }
    words
}

/// The words of a text with what it says twice: "t-shirt" is also found as "tshirt".
pub fn words_and_compounds(text: &str) -> Vec<String> {
    let mut all = words(text);
    let compounds =
        text.split_whitespace().filter(|part| part.contains('-')).map(|part| part.replace('-', ""));
    for compound in compounds {
        all.extend(words(&compound));
    }
    all
}

/// What is put into the index for a text.
pub fn roots(words: &[String]) -> String {
    words.iter().map(|word| stem(word)).collect::<Vec<_>>().join(" ")
}

/// "Chef's" is "chef", "d'Orsay" is "dOrsay": nobody types the mark reliably.
fn without_apostrophes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if !matches!(c, '\'' | '’' | '‘' | '`') {
            kept.push(c);
            continue;
        }
        let mut ahead = rest.clone();
        let possessive = ahead.next().is_some_and(|s| matches!(s, 's' | 'S'))
            && !ahead.peek().is_some_and(|c| c.is_alphanumeric());
        if possessive && kept.ends_with(char::is_alphanumeric) {
            rest.next();
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srch_3_words_are_folded() {
        assert_eq!(words("Café Teapot, 0.6 l"), ["cafe", "teapot", "0", "6", "l"]);
        assert_eq!(words("Chef's Knife / Chef’s"), ["chef", "knife", "chef"]);
        assert_eq!(words("d'Orsay 'quoted' it's"), ["dorsay", "quoted", "it"]);
        assert_eq!(words("STRASSE Straße ŒUVRE"), ["strasse", "strasse", "oeuvre"]);
        assert_eq!(words("ВАЗЫ 花瓶"), ["вазы", "花瓶"]);
        assert_eq!(words(&"x".repeat(41)), Vec::<String>::new());
    }

    #[test]
    fn r45_operators_are_no_words() {
        assert_eq!(words(r#"(a+)+$ .* ^ " ~ * ? [ ] { } : \ / && || !"#), ["a"]);
        assert_eq!(words("name:teapot AND -x"), ["name", "teapot", "and", "x"]);
    }

    #[test]
    fn srch_3_hyphenated_words_are_found_in_one_word_too() {
        assert_eq!(words_and_compounds("Blue T-Shirt"), ["blue", "t", "shirt", "tshirt"]);
    }
}
