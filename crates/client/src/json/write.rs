//! From values to text.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::JsonError;

type Result<T> = std::result::Result<T, JsonError>;

/// The text so far.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
}

impl Writer {
    fn string(&mut self, string: &str) {
        self.text.push('"');
        for c in string.chars() {
            match c {
                '"' | '\\' => self.text.extend(['\\', c]),
                '\0'..='\u{1f}' => {
                    let digits = [u32::from(c) >> 4, u32::from(c) & 15];
                    self.text.push_str("\\u00");
                    self.text
                        .extend(digits.map(|it| char::from_digit(it, 16).unwrap_or('0')));
                }
                _ => self.text.push(c),
            }
        }
        self.text.push('"');
    }

    fn float(&mut self, number: f64) {
        if !number.is_finite() {
            return self.text.push_str("null");
        }
        if number.is_sign_negative() {
            self.text.push('-');
        }
        let (mut digits, mut exponent) = (number.abs(), 0);
        if digits == 0.0 {
            return self.text.push_str("0.0");
        }
        while digits < 1e8 {
            digits *= 10.0;
            exponent -= 1;
        }
        while digits >= 1e9 {
            digits /= 10.0;
            exponent += 1;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 10^8 and 10^9"
        )]
        let mut digits = digits.round() as u64;
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent += 1;
        }
        self.text.push_str(&digits.to_string());
        self.text.push('e');
        self.text.push_str(&exponent.to_string());
    }

    fn open(&mut self, open: &str, close: &'static str) -> Result<Compound<'_>> {
        self.text.push_str(open);
        Ok(Compound {
            writer: self,
            first: true,
            close,
        })
    }

    /// The object around a variant's content.
    fn tagged(&mut self, variant: &str) {
        self.text.push('{');
        self.string(variant);
        self.text.push(':');
    }
}

macro_rules! whole {
    ($($name:ident $type:ty),*) => {
        $(fn $name(self, number: $type) -> Result<()> {
            self.text.push_str(&number.to_string());
            Ok(())
        })*
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    whole! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    }

    fn serialize_bool(self, yes: bool) -> Result<()> {
        self.text.push_str(if yes { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<()> {
        self.float(number.into());
        Ok(())
    }

    fn serialize_f64(self, number: f64) -> Result<()> {
        self.float(number);
        Ok(())
    }

    fn serialize_char(self, c: char) -> Result<()> {
        self.string(c.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, string: &str) -> Result<()> {
        self.string(string);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.tagged(variant);
        value.serialize(&mut *self)?;
        self.text.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>> {
        self.open("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>> {
        self.open("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>> {
        self.open("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>> {
        self.tagged(variant);
        self.open("[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>> {
        self.open("{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>> {
        self.open("{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>> {
        self.tagged(variant);
        self.open("{", "}}")
    }
}

/// An array or object being written.
pub(super) struct Compound<'a> {
    writer: &'a mut Writer,
    first: bool,
    close: &'static str,
}

impl Compound<'_> {
    fn next(&mut self) {
        if !std::mem::replace(&mut self.first, false) {
            self.writer.text.push(',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.next();
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        self.next();
        self.writer.string(name);
        self.writer.text.push(':');
        value.serialize(&mut *self.writer)
    }

    fn finish(self) -> Result<()> {
        self.writer.text.push_str(self.close);
        Ok(())
    }
}

macro_rules! elements {
    ($($trait:ident $name:ident),*) => {
        $(impl $trait for Compound<'_> {
            type Ok = ();
            type Error = JsonError;

            fn $name<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            fn end(self) -> Result<()> {
                self.finish()
            }
        })*
    };
}

elements!(SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field);

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl $trait for Compound<'_> {
            type Ok = ();
            type Error = JsonError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.field(name, value)
            }

            fn end(self) -> Result<()> {
                self.finish()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.next();
        let from = self.writer.text.len();
        key.serialize(&mut *self.writer)?;
        let is_text = self.writer.text.as_bytes().get(from) == Some(&b'"');
        is_text.then_some(()).ok_or(JsonError)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.writer.text.push(':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        self.finish()
    }
}
