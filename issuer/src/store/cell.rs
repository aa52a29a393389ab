//! What goes into a query and comes out of it: three types that both databases have.

use super::StoreError;

/// A parameter, or a column of a row.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Octets.
    Octets(Vec<u8>),
}

/// The parameters of a statement, each by [`Cell::from`].
macro_rules! cells {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Cell::from($value)),*] };
}
pub(crate) use cells;

/// What a cell holds may be personal: it is not said.
impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cell")
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Cell {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<glimpse_core::ids::UnixTime> for Cell {
    fn from(time: glimpse_core::ids::UnixTime) -> Self {
        Self::Integer(i64::try_from(time.0).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&[u8]> for Cell {
    fn from(value: &[u8]) -> Self {
        Self::Octets(value.to_vec())
    }
}

impl From<&Vec<u8>> for Cell {
    fn from(value: &Vec<u8>) -> Self {
        Self::Octets(value.clone())
    }
}

impl<const N: usize> From<&[u8; N]> for Cell {
    fn from(value: &[u8; N]) -> Self {
        Self::Octets(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of a query's answer. A column of another type than is asked for is
/// [`StoreError::Damaged`].
pub struct Row(pub(super) Vec<Cell>);

impl Row {
    fn cell(&self, column: usize) -> Result<&Cell, StoreError> {
        self.0.get(column).ok_or(StoreError::Damaged)
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        match self.cell(column)? {
            Cell::Integer(value) => Ok(*value),
            _ => Err(StoreError::Damaged),
        }
    }

    /// A count or a time, which is never negative.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn unsigned(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.integer(column)?).map_err(|_| StoreError::Damaged)
    }

    /// Whether the column is not 0.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn boolean(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.integer(column)? != 0)
    }

    /// Text.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.cell(column)? {
            Cell::Text(value) => Ok(value),
            _ => Err(StoreError::Damaged),
        }
    }

    /// Octets.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn octets(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.cell(column)? {
            Cell::Octets(value) => Ok(value),
            _ => Err(StoreError::Damaged),
        }
    }

    /// Exactly `N` octets.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        let octets = self.octets(column)?.try_into();
        octets.map_err(|_| StoreError::Damaged)
    }

    /// What a column holds, or nothing where it is null: `row.maybe(3, Row::integer)`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn maybe<'a, T>(
        &'a self,
        column: usize,
        read: impl FnOnce(&'a Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            _ => read(self, column).map(Some),
        }
    }
}
