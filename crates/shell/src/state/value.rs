//! What a variable holds, and its attributes.

use bytes::Bytes;
use imbl::OrdMap;

use super::associative::Associative;

/// A variable: a value and its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// What it holds.
    pub value: Value,
    /// What `declare` gave it.
    pub attributes: Attributes,
}

/// What a variable holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Declared and never assigned.
    #[default]
    Unset,
    /// A string.
    Scalar(Bytes),
    /// An indexed array: sparse, in the order of the indexes.
    Indexed(OrdMap<i64, Bytes>),
    /// An associative array.
    Associative(Associative),
    /// Computed at each reading.
    Dynamic(Dynamic),
}

/// Variables that the shell computes when they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dynamic {
    /// A new pseudo-random number below 32768 each time; assigning seeds it.
    Random,
    /// 32 bits from the host each time.
    SRandom,
    /// Whole seconds since the shell started, or since it was assigned.
    Seconds,
    /// Seconds since the epoch.
    EpochSeconds,
    /// Seconds since the epoch with microseconds.
    EpochRealtime,
    /// The line that is executing.
    LineNumber,
    /// The number that stands for the current shell's process.
    ProcessId,
    /// How many subshells are around this one.
    Subshell,
    /// The command that is executing, or was when a trap began.
    Command,
    /// The statuses of the last pipeline.
    PipeStatus,
    /// The running functions, innermost first.
    FunctionNames,
    /// The files of the running functions.
    Sources,
    /// The lines they were called from.
    CallLines,
    /// The directory stack.
    DirectoryStack,
    /// The switches of `set -o` that are on.
    SetOptions,
    /// The switches of `shopt` that are on.
    ShoptOptions,
    /// The groups of the user.
    Groups,
    /// `$0`, to read and to change.
    ArgumentZero,
    /// The number of the entry in the history.
    HistoryNumber,
    /// Aliases by name.
    Aliases,
    /// The last argument of the command before.
    LastArgument,
    /// Remembered commands by name.
    Commands,
    /// How many arguments each running function has, with `extdebug`.
    ArgumentCounts,
    /// Those arguments, the last first, with `extdebug`.
    ArgumentValues,
}

impl Dynamic {
    /// What the shell computes under `name`.
    pub fn of_name(name: &[u8]) -> Option<Dynamic> {
        let row = crate::execute::DYNAMIC.iter().find(|(known, ..)| known.as_bytes() == name);
        row.map(|(_, dynamic, _)| *dynamic)
    }
}

impl Value {
    /// The value as a scalar: of an array its element 0.
    pub fn scalar(&self) -> Option<&Bytes> {
        match self {
            Value::Scalar(text) => Some(text),
            Value::Indexed(elements) => elements.get(&0),
            Value::Associative(elements) => elements.get(b"0"),
            Value::Unset | Value::Dynamic(_) => None,
        }
    }

    /// Whether it is an array of either kind.
    pub fn is_array(&self) -> bool {
        matches!(self, Value::Indexed(_) | Value::Associative(_))
    }
}

/// What `declare` can give a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes(u16);

impl Attributes {
    /// No attribute.
    pub const NONE: Attributes = Attributes(0);
    /// `-x`: commands see it.
    pub const EXPORT: Attributes = Attributes(1);
    /// `-r`: it can not change.
    pub const READONLY: Attributes = Attributes(2);
    /// `-i`: what is assigned is evaluated as arithmetic.
    pub const INTEGER: Attributes = Attributes(4);
    /// `-l`: what is assigned is turned into lower case.
    pub const LOWER: Attributes = Attributes(8);
    /// `-u`: what is assigned is turned into upper case.
    pub const UPPER: Attributes = Attributes(16);
    /// `-n`: its value names another variable.
    pub const NAMEREF: Attributes = Attributes(32);
    /// `-t`: has no meaning for variables.
    pub const TRACE: Attributes = Attributes(64);
    /// `-c`: the first letter of what is assigned is turned into upper case.
    pub const CAPITAL: Attributes = Attributes(128);
    /// An array that was declared and that nothing was assigned to yet.
    pub const UNASSIGNED: Attributes = Attributes(256);

    /// Whether all of `other` are set.
    pub fn has(self, other: Attributes) -> bool {
        self.0 & other.0 == other.0
    }

    /// With `other` set too.
    #[must_use]
    pub fn with(self, other: Attributes) -> Attributes {
        Attributes(self.0 | other.0)
    }

    /// Without `other`.
    #[must_use]
    pub fn without(self, other: Attributes) -> Attributes {
        Attributes(self.0 & !other.0)
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
