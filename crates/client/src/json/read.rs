//! From text to values.

mod nested;
mod number;

use serde::Deserializer;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::JsonError;
use nested::{Elements, Variant};
use number::Number;

/// Deepest nesting.
const LEVELS: u8 = 64;

type Result<T> = std::result::Result<T, JsonError>;

/// A place in a text.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    level: u8,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (at, level) = (0, 0);
        Self { text, at, level }
    }

    /// Nothing but space may follow.
    pub(super) fn end(&mut self) -> Result<()> {
        self.peek().map_or(Ok(()), |_| Err(JsonError))
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Whether `wanted` comes next; if so, it is behind us then.
    fn takes(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: u8) -> Result<()> {
        self.takes(wanted).then_some(()).ok_or(JsonError)
    }

    fn word(&mut self, word: &str) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(JsonError)?;
        self.at += word.len();
        rest.starts_with(word.as_bytes())
            .then_some(())
            .ok_or(JsonError)
    }

    fn open(&mut self, bracket: u8) -> Result<()> {
        self.expect(bracket)?;
        self.level += 1;
        (self.level <= LEVELS).then_some(()).ok_or(JsonError)
    }

    fn close(&mut self, bracket: u8) -> Result<()> {
        self.level -= 1;
        self.expect(bracket)
    }

    /// Whether another element comes before `bracket`, with the comma that belongs before it.
    fn goes_on(&mut self, first: &mut bool, bracket: u8) -> Result<bool> {
        if self.peek() == Some(bracket) {
            return Ok(false);
        }
        if !std::mem::replace(first, false) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn string(&mut self) -> Result<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let from = self.at;
            while self
                .byte()
                .is_some_and(|it| !matches!(it, b'"' | b'\\' | 0..0x20))
            {
                self.at += 1;
            }
            string.push_str(self.text.get(from..self.at).ok_or(JsonError)?);
            let stop = self.byte();
            self.at += 1;
            match stop {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.push(self.escaped()?),
                _ => return Err(JsonError),
            }
        }
    }

    fn escaped(&mut self) -> Result<char> {
        let escape = self.byte().ok_or(JsonError)?;
        self.at += 1;
        Ok(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                // The first half of a character beyond the first plane; the second must follow.
                let code = if (0xd800..0xdc00).contains(&unit) {
                    self.word("\\u")?;
                    let second = self.unit()?.checked_sub(0xdc00).filter(|it| *it < 0x400);
                    0x10000 + ((unit - 0xd800) << 10) + second.ok_or(JsonError)?
                } else {
                    unit
                };
                char::from_u32(code).ok_or(JsonError)?
            }
            _ => return Err(JsonError),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|it| char::from(it).to_digit(16));
            unit = unit * 16 + digit.ok_or(JsonError)?;
            self.at += 1;
        }
        Ok(unit)
    }
}

macro_rules! numbers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.peek();
            match self.number()? {
                Number::Unsigned(number) => visitor.visit_u64(number),
                Number::Signed(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'"') => self.deserialize_string(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            _ => self.deserialize_f64(visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let yes = self.peek() == Some(b't');
        self.word(if yes { "true" } else { "false" })?;
        visitor.visit_bool(yes)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.peek();
        self.word("null")?;
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.open(b'[')?;
        let value = visitor.visit_seq(Elements::of(self))?;
        self.close(b']')?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.open(b'{')?;
        let value = visitor.visit_map(Elements::of(self))?;
        self.close(b'}')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if self.peek() != Some(b'{') {
            return visitor.visit_enum(Variant {
                reader: self,
                bare: true,
            });
        }
        self.open(b'{')?;
        let value = visitor.visit_enum(Variant {
            reader: self,
            bare: false,
        })?;
        self.close(b'}')?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit_struct tuple_struct }
}
