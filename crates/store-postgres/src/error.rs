//! From PostgreSQL's and serde's errors to the desk's.

use deskbell_desk::StoreError;

/// Says what was being done.
pub(crate) trait Context<T> {
    fn context(self, context: &'static str) -> Result<T, StoreError>;
}

impl<T, E: std::error::Error + Send + Sync + 'static> Context<T> for Result<T, E> {
    fn context(self, context: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| StoreError {
            context,
            source: Box::new(error),
        })
    }
}
