//! Stripe's form encoding (`a[b][0][c]=x`) as a tree, and typed reading from it with the field's
//! full name in errors.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api_error::ApiError;

/// Decodes a form body or query string; lists are arrays, everything else is objects with text
/// leaves.
pub(crate) fn decode(encoded: &[u8]) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, text) in form_urlencoded::parse(encoded) {
        let mut place = &mut root;
        for segment in split_name(&name) {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(fields) = place else { break };
            let key = if segment.is_empty() { fields.len().to_string() } else { segment };
            place = fields.entry(key).or_insert(Value::Null);
        }
        *place = Value::String(text.into_owned());
    }
    number_keys_to_arrays(root)
}

fn split_name(name: &str) -> Vec<String> {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let mut segments = vec![first.to_owned()];
    if !rest.is_empty() {
        segments.extend(rest.trim_end_matches(']').split("][").map(str::to_owned));
    }
    if rest == "]" {
        segments = vec![first.to_owned(), String::new()];
    }
    segments
}

fn number_keys_to_arrays(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let numbered: Option<BTreeMap<usize, Value>> =
        fields.iter().map(|(key, child)| Some((key.parse().ok()?, child.clone()))).collect();
    match numbered {
        Some(children) if !children.is_empty() => {
            Value::Array(children.into_values().map(number_keys_to_arrays).collect())
        }
        _ => Value::Object(
            fields.into_iter().map(|(key, child)| (key, number_keys_to_arrays(child))).collect(),
        ),
    }
}

/// One level of decoded parameters, which knows its own name (`line_items[0][price_data]`).
#[derive(Clone)]
pub(crate) struct Params<'a> {
    name: String,
    value: &'a Value,
}

impl<'a> Params<'a> {
    pub(crate) fn new(value: &'a Value) -> Params<'a> {
        Params { name: String::new(), value }
    }

    pub(crate) fn full_name(&self, field: &str) -> String {
        if self.name.is_empty() { field.to_owned() } else { format!("{}[{field}]", self.name) }
    }

    pub(crate) fn keys(&self) -> Vec<&'a str> {
        self.value
            .as_object()
            .map(|fields| fields.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// Empty text counts as absent, as at Stripe.
    pub(crate) fn text(&self, field: &str) -> Option<&'a str> {
        self.value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A field that must be there and cannot be unset: empty text is refused with a code of its
    /// own.
    pub(crate) fn required_text(&self, field: &str) -> Result<&'a str, ApiError> {
        let name = self.full_name(field);
        match self.value.get(field).and_then(Value::as_str) {
            Some("") => {
                let message = format!(
                    "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty value."
                );
                Err(ApiError::invalid("parameter_invalid_empty", message, &name))
            }
            Some(text) => Ok(text),
            None => Err(missing(&name)),
        }
    }

    /// Text with at most `most` characters.
    pub(crate) fn short_text(&self, field: &str, most: usize) -> Result<Option<&'a str>, ApiError> {
        match self.text(field) {
            Some(text) if text.chars().count() > most => {
                Err(ApiError::too_long(&self.full_name(field), most))
            }
            text => Ok(text),
        }
    }

    /// Absent, `true` or `false`.
    pub(crate) fn boolean(&self, field: &str) -> Result<Option<bool>, ApiError> {
        match self.text(field) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(ApiError::invalid(
                "parameter_invalid",
                format!("Invalid boolean: {other}"),
                &self.full_name(field),
            )),
        }
    }

    /// Refuses every field that the endpoint does not document, as Stripe does.
    pub(crate) fn refuse_unknown(&self, known: &[&str]) -> Result<(), ApiError> {
        match self.keys().into_iter().find(|key| !known.contains(key)) {
            Some(unknown) => Err(ApiError::unknown_parameter(&self.full_name(unknown))),
            None => Ok(()),
        }
    }

    pub(crate) fn integer(&self, field: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        let name = self.full_name(field);
        text.parse().map(Some).map_err(|_| {
            ApiError::invalid(
                "parameter_invalid_integer",
                format!("Invalid integer: {text}"),
                &name,
            )
        })
    }

    pub(crate) fn required_integer(&self, field: &str) -> Result<i64, ApiError> {
        self.integer(field)?.ok_or_else(|| missing(&self.full_name(field)))
    }

    pub(crate) fn child(&self, field: &str) -> Option<Params<'a>> {
        let value = self.value.get(field).filter(|value| !value.is_string() && !value.is_null())?;
        Some(Params { name: self.full_name(field), value })
    }

    pub(crate) fn required_child(&self, field: &str) -> Result<Params<'a>, ApiError> {
        self.child(field).ok_or_else(|| missing(&self.full_name(field)))
    }

    /// The elements of a list field; none when the field is absent.
    pub(crate) fn list(&self, field: &str) -> Vec<Params<'a>> {
        let name = self.full_name(field);
        let Some(Value::Array(items)) = self.value.get(field) else {
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .map(|(index, value)| Params { name: format!("{name}[{index}]"), value })
            .collect()
    }

    /// The texts of a list field (`expand[]`, `types[0]`).
    pub(crate) fn text_list(&self, field: &str) -> Vec<&'a str> {
        let Some(Value::Array(items)) = self.value.get(field) else {
            return Vec::new();
        };
        items.iter().filter_map(Value::as_str).collect()
    }

    /// A `metadata` hash, within Stripe's limits of 50 keys, 40 and 500 characters.
    pub(crate) fn metadata(&self, field: &str) -> Result<BTreeMap<String, String>, ApiError> {
        let name = self.full_name(field);
        let entries: Vec<(String, &Value)> = match self.value.get(field) {
            Some(Value::Object(fields)) => {
                fields.iter().map(|(key, value)| (key.clone(), value)).collect()
            }
            // Keys that are all numbers were taken for a list.
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        let mut metadata = BTreeMap::new();
        for (key, value) in entries {
            let text = value.as_str().unwrap_or_default();
            for (part, text, most) in [("key", key.as_str(), 40), ("val", text, 500)] {
                if text.chars().count() > most {
                    let message =
                        format!("Invalid {part}: {text} must be a string under {most} characters");
                    return Err(ApiError { param: Some(name), ..ApiError::refused(None, message) });
                }
            }
            metadata.insert(key, text.to_owned());
        }
        if metadata.len() > 50 {
            let message =
                format!("Metadata can have up to 50 keys, but you've set {}.", metadata.len());
            return Err(ApiError { param: Some(name), ..ApiError::refused(None, message) });
        }
        Ok(metadata)
    }
}

fn missing(name: &str) -> ApiError {
    ApiError::invalid("parameter_missing", format!("Missing required param: {name}."), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_names_become_a_tree() {
        let tree = decode(b"mode=payment&line_items[0][price_data][product_data][name]=Tea%20pot&line_items[0][quantity]=2&line_items[1][quantity]=1&expand[]=a&expand[]=b&metadata[order_id]=o1");
        assert_eq!(
            tree,
            json!({
                "mode": "payment",
                "line_items": [
                    { "price_data": { "product_data": { "name": "Tea pot" } }, "quantity": "2" },
                    { "quantity": "1" },
                ],
                "expand": ["a", "b"],
                "metadata": { "order_id": "o1" },
            })
        );
    }

    #[test]
    fn a_tenth_element_comes_after_the_ninth() {
        let encoded: Vec<String> = (0..12).map(|index| format!("a[{index}]={index}")).collect();
        let tree = decode(encoded.join("&").as_bytes());
        assert_eq!(tree["a"][10], "10");
        assert_eq!(tree["a"][2], "2");
    }

    #[test]
    fn errors_carry_the_full_name() {
        let tree = decode(b"line_items[0][quantity]=x");
        let error = Params::new(&tree).list("line_items")[0].integer("quantity").unwrap_err();
        assert_eq!(error.param.as_deref(), Some("line_items[0][quantity]"));
    }
}
