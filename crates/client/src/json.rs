//! JSON, read and written in the least code.
//!
//! The widget downloads whatever it links. serde_json explains in words what is wrong with a text, which takes among much
//! else the formatting of floating-point numbers, and accepts what our peers never send, such as structures written as
//! arrays: together an eighth of the widget. Here an error is an error, and a structure an object. Tests compare both.

mod read;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use thiserror::Error;

/// A text that is not JSON, or not of the wanted shape; or a value that JSON cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not the JSON that was expected")]
pub struct JsonError;

/// Reads a value. Whole numbers up to 64 bits are exact, others as near as `f64` is after one multiplication.
///
/// # Errors
/// If `text` is not JSON, goes deeper than 64 levels, or is not a `T`.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut reader = read::Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Writes a value. Floating-point numbers have nine digits, with which every `f32` is read again as it was; those that are
/// not numbers become `null`.
///
/// # Errors
/// If a map has keys other than texts, or the value refuses to be written.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let mut writer = write::Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

// Every way to say what is wrong comes down to the one error, so that no words are linked.
impl serde::de::Error for JsonError {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl serde::ser::Error for JsonError {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Unit,
        Newtype(String),
        Tuple(u8, bool),
        Struct { left: i64, right: Option<f32> },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        text: String,
        count: u64,
        balance: i64,
        share: f32,
        yes: bool,
        maybe: Option<u32>,
        #[serde(default)]
        shapes: Vec<Shape>,
        named: BTreeMap<String, Option<Shape>>,
        pair: (u8, char),
        nothing: (),
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Unit),
            any::<String>().prop_map(Shape::Newtype),
            any::<(u8, bool)>().prop_map(|it| Shape::Tuple(it.0, it.1)),
            (any::<i64>(), any::<Option<f32>>())
                .prop_map(|(left, right)| Shape::Struct { left, right }),
        ]
    }

    fn everything() -> impl Strategy<Value = Everything> {
        let numbers = (any::<u64>(), any::<i64>(), any::<f32>(), any::<bool>());
        let shapes = prop::collection::vec(shape(), 0..4);
        let named = prop::collection::btree_map(any::<String>(), prop::option::of(shape()), 0..4);
        let rest = (any::<Option<u32>>(), any::<(u8, char)>());
        (any::<String>(), numbers, shapes, named, rest).prop_map(
            |(text, (count, balance, share, yes), shapes, named, (maybe, pair))| Everything {
                text,
                count,
                balance,
                share,
                yes,
                maybe,
                shapes,
                named,
                pair,
                nothing: (),
            },
        )
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..5)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_either_writes_both_read_as_it_was(value in everything()) {
            let (ours, theirs) = (to_string(&value).unwrap(), serde_json::to_string(&value).unwrap());
            for text in [&ours, &theirs] {
                prop_assert_eq!(&from_str::<Everything>(text).unwrap(), &value, "{}", text);
                prop_assert_eq!(&serde_json::from_str::<Everything>(text).unwrap(), &value, "{}", text);
            }
        }

        #[test]
        fn any_json_is_read_alike_with_and_without_spaces(value in tree()) {
            prop_assert_eq!(&from_str::<Value>(&to_string(&value).unwrap()).unwrap(), &value);
            let spaced = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(&from_str::<Value>(&spaced).unwrap(), &value);
            from_str::<serde::de::IgnoredAny>(&spaced).unwrap();
        }

        #[test]
        fn what_is_broken_anywhere_is_refused_by_both_or_by_neither(
            value in tree(), at in any::<prop::sample::Index>(), put in "[\\[\\]{}\",:0-9eE.+\\-\\\\ntrufalse \u{1}]{0,3}"
        ) {
            let text = serde_json::to_string(&value).unwrap();
            let cuts: Vec<usize> = text.char_indices().map(|it| it.0).collect();
            let cut = cuts[at.index(cuts.len())];
            let broken = format!("{}{put}{}", &text[..cut], text[cut..].chars().skip(1).collect::<String>());
            let read = from_str::<Value>(&broken).is_ok();
            prop_assert_eq!(read, serde_json::from_str::<Value>(&broken).is_ok(), "{}", broken);
            prop_assert_eq!(read, from_str::<serde::de::IgnoredAny>(&broken).is_ok(), "{}", broken);
        }

        #[test]
        fn every_float_of_32_bits_survives(number in any::<f32>()) {
            let text = to_string(&number).unwrap();
            prop_assert_eq!(from_str::<f32>(&text).unwrap(), number, "{}", text);
            prop_assert_eq!(serde_json::from_str::<f32>(&text).unwrap(), number, "{}", text);
        }
    }

    #[test]
    fn a_text_of_the_wrong_shape_is_refused() {
        for text in [
            "[1]",
            "{}",
            "{\"left\":1}",
            "\"weather\"",
            "{\"unit\":1}",
            "{\"newtype\":\"a\",\"b\":1}",
            "1",
            "",
        ] {
            assert_eq!(from_str::<Shape>(text), Err(JsonError), "{text}");
        }
        assert_eq!(from_str::<u8>("256"), Err(JsonError));
        assert_eq!(from_str::<u64>("18446744073709551616"), Err(JsonError));
        assert_eq!(from_str::<u32>("-1"), Err(JsonError));
    }

    #[test]
    fn characters_beyond_the_first_plane_are_read_from_pairs_and_half_pairs_are_refused() {
        assert_eq!(
            from_str::<String>(r#""\ud83d\ude00 \u00e9\/""#).as_deref(),
            Ok("😀 é/")
        );
        for half in [
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
            r#""\u12""#,
        ] {
            assert_eq!(from_str::<String>(half), Err(JsonError), "{half}");
        }
    }

    #[test]
    fn a_deep_text_is_refused_before_the_stack_ends() {
        let deep = "[".repeat(100_000);
        assert_eq!(
            from_str::<serde::de::IgnoredAny>(&deep).err(),
            Some(JsonError)
        );
        assert_eq!(from_str::<Value>(&deep).err(), Some(JsonError));
    }

    #[test]
    fn what_is_not_a_number_is_null_and_a_key_is_a_text() {
        assert_eq!(to_string(&f32::NAN).as_deref(), Ok("null"));
        assert_eq!(to_string(&BTreeMap::from([(1, 2)])), Err(JsonError));
    }
}
