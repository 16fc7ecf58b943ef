//! The options, and what is said of the command.

use mirage_shell::command::{Example, Flag, Spec};

pub const EXTENDED: Flag = Flag::new('E', "extended-regexp", "patterns are extended regular expressions");
pub const FIXED: Flag = Flag::new('F', "fixed-strings", "patterns are texts");
pub const BASIC: Flag = Flag::new('G', "basic-regexp", "patterns are basic regular expressions (default)");
pub const PERL: Flag = Flag::new('P', "perl-regexp", "the pattern is a Perl regular expression");
pub const REGEXP: Flag = Flag::new('e', "regexp", "use PATTERNS, one a line").value("PATTERNS");
pub const FILE: Flag = Flag::new('f', "file", "take patterns from FILE, one a line").value("FILE");
pub const IGNORE_CASE: Flag = Flag::new('i', "ignore-case", "ignore case");
pub const OLD_IGNORE_CASE: Flag = Flag::short('y', "");
pub const NO_IGNORE_CASE: Flag = Flag::long("no-ignore-case", "do not ignore case (default)");
pub const WORD: Flag = Flag::new('w', "word-regexp", "match whole words only");
pub const LINE: Flag = Flag::new('x', "line-regexp", "match whole lines only");
pub const NULL_DATA: Flag = Flag::new('z', "null-data", "lines end with NUL");
pub const NO_MESSAGES: Flag = Flag::new('s', "no-messages", "no messages about files that cannot be read");
pub const INVERT: Flag = Flag::new('v', "invert-match", "select the lines that do not match");
pub const VERSION: Flag = Flag::short('V', "print the version");
pub const MAX_COUNT: Flag =
    Flag::new('m', "max-count", "stop after NUM selected lines of a file").value("NUM");
pub const BYTE_OFFSET: Flag = Flag::new('b', "byte-offset", "print where in the file each line starts");
pub const LINE_NUMBER: Flag = Flag::new('n', "line-number", "print the number of each line");
pub const LINE_BUFFERED: Flag = Flag::long("line-buffered", "print every line at once");
pub const WITH_FILENAME: Flag = Flag::new('H', "with-filename", "print the name of the file with each line");
pub const NO_FILENAME: Flag = Flag::new('h', "no-filename", "never print the name of the file");
pub const LABEL: Flag = Flag::long("label", "the name of standard input").value("LABEL");
pub const ONLY_MATCHING: Flag = Flag::new('o', "only-matching", "print the parts that match, a line each");
pub const QUIET: Flag = Flag::new('q', "quiet", "print nothing; stop at the first selected line");
pub const SILENT: Flag = Flag { long: Some("silent"), help: "", ..QUIET };
pub const BINARY_FILES: Flag =
    Flag::long("binary-files", "take binary files as TYPE: binary, text or without-match").value("TYPE");
pub const TEXT: Flag = Flag::new('a', "text", "the same as --binary-files=text");
pub const WITHOUT_BINARY: Flag = Flag::short('I', "the same as --binary-files=without-match");
pub const DIRECTORIES: Flag =
    Flag::new('d', "directories", "what to do with directories: read, recurse or skip").value("ACTION");
pub const DEVICES: Flag = Flag::new('D', "devices", "what to do with devices: read or skip").value("ACTION");
pub const RECURSIVE: Flag = Flag::new('r', "recursive", "search directories and everything below them");
pub const DEREFERENCE: Flag = Flag::new('R', "dereference-recursive", "the same, following all links");
pub const INCLUDE: Flag = Flag::long("include", "search only files whose name matches GLOB").value("GLOB");
pub const EXCLUDE: Flag = Flag::long("exclude", "skip files whose name matches GLOB").value("GLOB");
pub const EXCLUDE_FROM: Flag =
    Flag::long("exclude-from", "skip files that a pattern in FILE matches").value("FILE");
pub const EXCLUDE_DIR: Flag =
    Flag::long("exclude-dir", "skip directories whose name matches GLOB").value("GLOB");
pub const WITHOUT_MATCH: Flag =
    Flag::new('L', "files-without-match", "print only the names of files without selected lines");
pub const WITH_MATCHES: Flag =
    Flag::new('l', "files-with-matches", "print only the names of files with selected lines");
pub const COUNT: Flag = Flag::new('c', "count", "print only the number of selected lines of each file");
pub const INITIAL_TAB: Flag = Flag::new('T', "initial-tab", "line up what follows the prefix");
pub const NULL: Flag = Flag::new('Z', "null", "a NUL after the name of a file");
pub const BEFORE: Flag =
    Flag::new('B', "before-context", "print NUM lines before each selected line").value("NUM");
pub const AFTER: Flag =
    Flag::new('A', "after-context", "print NUM lines after each selected line").value("NUM");
pub const CONTEXT: Flag = Flag::new('C', "context", "print NUM lines on both sides").value("NUM");
pub const GROUP_SEPARATOR: Flag =
    Flag::long("group-separator", "print SEP between groups of lines with context").value("SEP");
pub const NO_GROUP_SEPARATOR: Flag = Flag::long("no-group-separator", "print nothing there");
pub const COLOR: Flag = Flag::long("color", "mark what matches: always, never or auto").optional("WHEN");
pub const COLOUR: Flag = Flag { long: Some("colour"), help: "", ..COLOR };
pub const BINARY: Flag = Flag::new('U', "binary", "(ignored)");
pub const UNIX_BYTE_OFFSETS: Flag = Flag::new('u', "unix-byte-offsets", "");

/// `-NUM`, a digit at a time.
pub const DIGITS: [Flag; 10] = [
    Flag::short('0', ""),
    Flag::short('1', ""),
    Flag::short('2', ""),
    Flag::short('3', ""),
    Flag::short('4', ""),
    Flag::short('5', ""),
    Flag::short('6', ""),
    Flag::short('7', ""),
    Flag::short('8', ""),
    Flag::short('9', ""),
];

const ADVICE: &str = "Usage: {} [OPTION]... PATTERNS [FILE]...\nTry '{} --help' for more information.\n";

pub static GREP: Spec = Spec {
    name: "grep",
    summary: "Print the lines that match a pattern",
    usage: &["[OPTION]... PATTERNS [FILE]..."],
    flags: &[
        EXTENDED,
        FIXED,
        BASIC,
        PERL,
        REGEXP,
        FILE,
        IGNORE_CASE,
        OLD_IGNORE_CASE,
        NO_IGNORE_CASE,
        WORD,
        LINE,
        NULL_DATA,
        INVERT,
        VERSION,
        MAX_COUNT,
        BYTE_OFFSET,
        LINE_NUMBER,
        LINE_BUFFERED,
        WITH_FILENAME,
        NO_FILENAME,
        LABEL,
        ONLY_MATCHING,
        QUIET,
        SILENT,
        BINARY_FILES,
        TEXT,
        WITHOUT_BINARY,
        DIRECTORIES,
        DEVICES,
        RECURSIVE,
        DEREFERENCE,
        INCLUDE,
        EXCLUDE,
        EXCLUDE_FROM,
        EXCLUDE_DIR,
        WITHOUT_MATCH,
        WITH_MATCHES,
        COUNT,
        INITIAL_TAB,
        NULL,
        BEFORE,
        AFTER,
        CONTEXT,
        GROUP_SEPARATOR,
        NO_GROUP_SEPARATOR,
        NO_MESSAGES,
        COLOR,
        COLOUR,
        BINARY,
        UNIX_BYTE_OFFSETS,
        DIGITS[0],
        DIGITS[1],
        DIGITS[2],
        DIGITS[3],
        DIGITS[4],
        DIGITS[5],
        DIGITS[6],
        DIGITS[7],
        DIGITS[8],
        DIGITS[9],
    ],
    advice: ADVICE,
    usage_status: 2,
    failure_status: 2,
    notes: "With no FILE, or when FILE is -, read standard input; with -r and no FILE, search the working directory. \
            -NUM is the same as -C NUM. The status is 0 when a line is selected, 1 when none is, 2 on an error.",
    examples: &[
        Example {
            title: "number the lines that match",
            line: "printf 'one\\ntwo\\nthree\\n' | grep -n o",
            output: "1:one\n2:two\n",
        },
        Example {
            title: "every match on a line of its own",
            line: "printf 'id=7 id=12\\n' | grep -oE '[0-9]+'",
            output: "7\n12\n",
        },
        Example {
            title: "lines around a match",
            line: "printf 'a\\nb\\nc\\nd\\n' | grep -A1 b",
            output: "b\nc\n",
        },
    ],
    ..Spec::DEFAULT
};

pub static EGREP: Spec = Spec {
    name: "egrep",
    summary: "Print the lines that match an extended regular expression: grep -E",
    examples: &[],
    usage: GREP.usage,
    flags: GREP.flags,
    advice: ADVICE,
    usage_status: 2,
    failure_status: 2,
    notes: GREP.notes,
    ..Spec::DEFAULT
};

pub static FGREP: Spec = Spec {
    name: "fgrep",
    summary: "Print the lines that hold a text: grep -F",
    examples: &[],
    usage: GREP.usage,
    flags: GREP.flags,
    advice: ADVICE,
    usage_status: 2,
    failure_status: 2,
    notes: GREP.notes,
    ..Spec::DEFAULT
};
