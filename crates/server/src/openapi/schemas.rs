//! The schemas that operations refer to.

use deskbell_protocol::{Problem, ProblemCode};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, schema::Schema};

/// All that were referred to so far, by name.
pub(super) struct Schemas(Map<String, Value>);

impl Schemas {
    /// Those of refusals, which every operation has.
    pub(super) fn with_problems() -> Self {
        let mut schemas = Self(Map::new());
        schemas.refer::<Problem>();
        schemas.refer::<ProblemCode>();
        schemas
    }

    /// A reference to the schema of `T`, which is kept with all that it refers to.
    pub(super) fn refer<T: ToSchema>(&mut self) -> Value {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            self.0.entry(name).or_insert_with(|| value(&schema));
        }
        reference(&T::name())
    }

    /// As the document has them.
    pub(super) fn described(self) -> Value {
        Value::Object(self.0)
    }
}

/// A reference to a schema by its name.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The schema of `T` itself, for a parameter.
pub(super) fn inline<T: ToSchema>() -> Value {
    value(&T::schema())
}

fn value(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).expect("a schema has text keys and finite numbers only")
}
