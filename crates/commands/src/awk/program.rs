//! The executable form: instructions of a stack machine.

use bytes::Bytes;
use mirage_pattern::regex::Regex;

use super::ast::{Arithmetic, Builtin, Comparison, Redirect};

/// A compiled program.
pub struct Code {
    pub instructions: Vec<Instruction>,
    /// From which instruction on which line is executed.
    pub lines: Vec<(u32, u32)>,
    pub constants: Vec<Bytes>,
    pub regexes: Vec<Regex>,
    pub regex_texts: Vec<Bytes>,
    /// Names of the scalar variables by slot, for `-v` and operands.
    pub globals: Vec<Bytes>,
    /// Names of the arrays by slot.
    pub arrays: Vec<Bytes>,
    pub functions: Vec<Callee>,
    /// How many range patterns there are.
    pub ranges: usize,
    pub begin: usize,
    pub main: Option<usize>,
    pub end: Option<usize>,
    pub begin_file: Option<usize>,
    pub end_file: Option<usize>,
}

impl Code {
    /// The line that the instruction at `at` comes from.
    pub fn line_of(&self, at: usize) -> u32 {
        let after = self.lines.partition_point(|(start, _)| *start as usize <= at);
        after.checked_sub(1).and_then(|found| self.lines.get(found)).map_or(1, |(_, line)| *line)
    }
}

/// A function's layout.
pub struct Callee {
    pub entry: usize,
    /// Parameters that are scalars, and those that are arrays.
    pub scalars: usize,
    pub arrays: usize,
}

/// What an instruction reads or writes. `Field` and `Element` take their index from the stack; `Element` takes its array
/// from the stack of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Global(u32),
    Local(u32),
    Special(Special),
    FixedField(u32),
    Field,
    Element,
}

macro_rules! specials {
    ($($name:ident $text:literal;)*) => {
        /// Variables that the language itself reads or sets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Special { $($name,)* }

        impl Special {
            pub fn find(name: &[u8]) -> Option<Special> {
                $(if name == $text.as_bytes() { return Some(Special::$name); })*
                None
            }
        }
    };
}

specials! {
    ConvFmt "CONVFMT";
    FieldWidths "FIELDWIDTHS";
    FileName "FILENAME";
    Fnr "FNR";
    Fpat "FPAT";
    Fs "FS";
    IgnoreCase "IGNORECASE";
    Nf "NF";
    Nr "NR";
    Ofmt "OFMT";
    Ofs "OFS";
    Ors "ORS";
    RLength "RLENGTH";
    RStart "RSTART";
    Rs "RS";
    Rt "RT";
    SubSep "SUBSEP";
}

/// What `++` and `--` leave on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    Old,
    New,
}

/// Where `getline` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSource {
    Main,
    File,
    Command,
}

/// One instruction. What it pops and pushes follows from its name; `n` counts values.
#[derive(Clone, Copy, Debug)]
pub enum Instruction {
    Number(f64),
    Constant(u32),
    Pattern(u32),
    Unset,
    Load(Target),
    /// Loads a variable that is assigned next and not read before, so that its string can grow in place.
    Take(Target),
    /// Duplicates the index (and the array) of a target that has one.
    DuplicateIndex(Target),
    Assign(Target),
    /// Pops a value and assigns it when the last substitution changed something; pushes the count.
    AssignIfReplaced(Target),
    Augment(Target, Arithmetic),
    Update(Target, f64, Keep),
    GlobalArray(u32),
    LocalArray(u32),
    /// Pops an index; the array on top becomes the array at that index.
    SubArray,
    /// Joins n subscripts with SUBSEP.
    Join(u32),
    In,
    Delete,
    Clear,
    Arithmetic(Arithmetic),
    Compare(Comparison),
    Concat,
    Not,
    Negate,
    ToNumber,
    Truth,
    MatchRecord(u32),
    MatchFixed(u32, bool),
    MatchDynamic(bool),
    /// Whether the two values on top match as a `case`; the switched value stays.
    CaseEquals,
    Pop,
    Jump(u32),
    JumpIf(bool, u32),
    /// Jumps and keeps 0 or 1 when the truth is this, else goes on without it.
    Decide(bool, u32),
    /// For a range pattern: jumps when outside the range after its start was looked at.
    RangeActive(u32, u32),
    RangeSet(u32, bool),
    ForIn,
    ForNext(u32),
    ForEnd,
    Call {
        function: u32,
        scalars: u16,
        arrays: u16,
    },
    Return,
    Builtin {
        builtin: Builtin,
        values: u16,
        arrays: u16,
    },
    /// Pops replacement, expression and text; pushes the new text. The flag: every match.
    Substitute(bool),
    Print {
        values: u16,
        format: bool,
        redirect: Option<Redirect>,
    },
    Getline(LineSource),
    /// After `getline` with a place: assigns the line when there is one; pushes the status.
    AssignLine(Target),
    /// After `getline` without a place: sets $0 when there is a line; pushes the status.
    TakeLine,
    Next,
    NextFile,
    /// The flag: a status was given.
    Exit(bool),
    /// The end of a section.
    End,
}
