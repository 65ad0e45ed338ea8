//! Why a command is refused: for a program, and in words for a person.

use crate::text::TextError;

/// A refusal. It prints as one sentence that tells nothing personal.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// The stable name of the problem that a caller is answered with (domain/01 §1.7).
    fn code(&self) -> &'static str;

    /// The field that is to blame, where it is one.
    fn field(&self) -> Option<&FieldFault> {
        None
    }

    /// The fields that are to blame, where there are several.
    fn fields(&self) -> &[FieldFault] {
        self.field().map_or(&[], std::slice::from_ref)
    }

    /// Which rule refused, where a program may want to know.
    fn reason(&self) -> Option<&'static str> {
        self.field().map(|field| field.reason)
    }

    /// JSON Pointer to the field that is to blame.
    fn pointer(&self) -> Option<&'static str> {
        self.field().map(|field| field.pointer)
    }

    /// The state in which it is not possible.
    fn current_state(&self) -> Option<&str> {
        None
    }

    /// When to ask again, where time alone helps. Such a refusal is not kept with the key of the
    /// request: asked again, it may be granted.
    fn passes_in_seconds(&self) -> Option<u32> {
        None
    }

    /// What is possible in that state.
    fn allowed_commands(&self) -> &[&'static str] {
        &[]
    }
}

/// What is wrong with a field of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct FieldFault {
    /// JSON Pointer to the field.
    pub pointer: &'static str,
    /// Which rule, for a program.
    pub reason: &'static str,
    /// Which rule, for a person.
    pub words: String,
}

impl FieldFault {
    /// What is named is not there, or cannot be named here.
    pub fn reference(pointer: &'static str, words: impl Into<String>) -> Self {
        Self::new(pointer, "invalid-reference", words)
    }

    /// What is wrong with the text of a field.
    ///
    /// # Errors
    /// It, where something is.
    pub fn of_text(pointer: &'static str, text: Result<(), TextError>) -> Result<(), Self> {
        text.map_err(|error| Self { pointer, reason: error.reason(), words: error.to_string() })
    }

    /// A fault of a field's value.
    pub fn new(pointer: &'static str, reason: &'static str, words: impl Into<String>) -> Self {
        Self { pointer, reason, words: words.into() }
    }

    /// The problem that a caller is answered with.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.reason {
            "card-data" => "card-data-not-accepted",
            "invalid-reference" => "invalid-reference",
            "invalid-time-zone" => "invalid-time-zone",
            "reason-code-required" => "reason-code-required",
            "taken" => "duplicate-resource",
            _ => "validation-failed",
        }
    }
}
