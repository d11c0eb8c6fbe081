//! Hand-edited TOML tables: reading them, and saying where in them something is wrong.

use std::ops::Range;

use serde::de::DeserializeOwned;
use thiserror::Error;

/// Something wrong in a table, and where: one line, `file:line:column: what is wrong and what to do`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct TableError {
    /// The name of the file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// The text of a table and its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    /// TOML.
    pub text: &'a str,
    /// What errors call it.
    pub file: &'a str,
}

impl Table<'_> {
    /// Reads the text as a `T`.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, TableError> {
        toml::from_str(self.text).map_err(|error| {
            let message = error.message().lines().map(str::trim).collect::<Vec<_>>().join(" ");
            self.wrong(error.span().unwrap_or_default(), message)
        })
    }

    /// The error that `message` is, at the start of `span` (in bytes).
    pub fn wrong(self, span: Range<usize>, message: impl Into<String>) -> TableError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        TableError {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let table = Table { text: "a = 1\nö = 2\n", file: "x.toml" };
        let place = |at| {
            let error = table.wrong(at..at, "here");
            (error.line, error.column)
        };
        assert_eq!([place(0), place(4), place(6), place(8), place(13)], [(1, 1), (1, 5), (2, 1), (2, 2), (3, 1)]);
        assert_eq!(table.wrong(6..7, "no such key").to_string(), "x.toml:2:1: no such key");
    }
}
