//! What lies within something else: elements, entries, the content of variants.

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Reader, Result};
use crate::json::JsonError;

/// The elements of an array, or the entries of an object.
pub(super) struct Elements<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl<'r, 'a> Elements<'r, 'a> {
    pub(super) fn of(reader: &'r mut Reader<'a>) -> Self {
        Self {
            reader,
            first: true,
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = JsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.reader.goes_on(&mut self.first, b']')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Elements<'_, '_> {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.reader.goes_on(&mut self.first, b'}')? {
            return Ok(None);
        }
        // Whatever a key is read as, in JSON it is a text.
        if self.reader.peek() != Some(b'"') {
            return Err(JsonError);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant: a bare name, or the one entry of an object.
pub(super) struct Variant<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) bare: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = JsonError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let name = seed.deserialize(&mut *self.reader)?;
        if !self.bare {
            self.reader.expect(b':')?;
        }
        Ok((name, self))
    }
}

impl Variant<'_, '_> {
    fn with_content(self) -> Result<Self> {
        if self.bare { Err(JsonError) } else { Ok(self) }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = JsonError;

    fn unit_variant(self) -> Result<()> {
        if self.bare {
            return Ok(());
        }
        self.reader.deserialize_unit(IgnoredAny).map(drop)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.with_content()?.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.with_content()?.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.with_content()?.reader.deserialize_map(visitor)
    }
}
