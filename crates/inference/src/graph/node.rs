//! A node of the file and its parameters.

use deskbell_onnx::{Attribute, Node};

/// A node, with checked access to its parts.
pub(crate) struct NodeView<'a>(&'a Node);

impl<'a> NodeView<'a> {
    pub(crate) fn new(node: &'a Node) -> Self {
        Self(node)
    }

    /// What to call it in an error.
    pub(crate) fn name(&self) -> &'a str {
        if self.0.name.is_empty() {
            self.0.output.first().map_or("", String::as_str)
        } else {
            &self.0.name
        }
    }

    /// The operator, if it is ONNX's own.
    pub(crate) fn operator(&self) -> Option<&'a str> {
        matches!(self.0.domain.as_str(), "" | "ai.onnx").then_some(&self.0.op_type)
    }

    /// The names of its inputs, which must be from `least` to `most`, all but those after `least` present.
    pub(crate) fn inputs(&self, least: usize, most: usize) -> Result<Vec<&'a str>, String> {
        let names: Vec<&str> = self.0.input.iter().map(String::as_str).collect();
        if !(least..=most).contains(&names.len()) {
            return Err(format!("it has {} inputs", names.len()));
        }
        match names.iter().take(least).position(|name| name.is_empty()) {
            Some(place) => Err(format!("input {place} is missing")),
            None => Ok(names),
        }
    }

    /// The name of its one output.
    pub(crate) fn only_output(&self) -> Result<&'a str, String> {
        match self.0.output.as_slice() {
            [name] if !name.is_empty() => Ok(name),
            outputs => Err(format!("it has {} outputs instead of one", outputs.len())),
        }
    }

    /// Fails if it has a parameter that is not in `known`: leaving one out of account would change the result.
    pub(crate) fn only_attributes(&self, known: &[&str]) -> Result<(), String> {
        let mut attributes = self.0.attribute.iter();
        match attributes.find(|attribute| !known.contains(&attribute.name.as_str())) {
            Some(other) => Err(format!("the attribute '{}' is not supported", other.name)),
            None => Ok(()),
        }
    }

    fn attribute(&self, name: &str, kind: i32) -> Result<Option<&'a Attribute>, String> {
        match self.0.attribute.iter().find(|known| known.name == name) {
            Some(found) if found.kind != kind => {
                Err(format!("the attribute '{name}' has a wrong type"))
            }
            found => Ok(found),
        }
    }

    /// An integer.
    pub(crate) fn int(&self, name: &str, otherwise: i64) -> Result<i64, String> {
        let found = self.attribute(name, Attribute::INT)?;
        Ok(found.map_or(otherwise, |attribute| attribute.int))
    }

    /// A list of integers.
    pub(crate) fn ints(&self, name: &str) -> Result<Option<&'a [i64]>, String> {
        let found = self.attribute(name, Attribute::INTS)?;
        Ok(found.map(|attribute| attribute.ints.as_slice()))
    }

    /// A floating-point number.
    pub(crate) fn float(&self, name: &str, otherwise: f32) -> Result<f32, String> {
        let found = self.attribute(name, Attribute::FLOAT)?;
        Ok(found.map_or(otherwise, |attribute| attribute.float))
    }
}
