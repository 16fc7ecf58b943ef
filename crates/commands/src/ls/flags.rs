//! The options of `ls`, `dir` and `vdir`.

use mirage_shell::command::Flag;

pub const ALL: Flag = Flag::new('a', "all", "do not ignore entries starting with .");
pub const ALMOST_ALL: Flag = Flag::new('A', "almost-all", "do not list implied . and ..");
pub const AUTHOR: Flag = Flag::long("author", "with -l, print the author of each file");
pub const ESCAPE: Flag = Flag::new('b', "escape", "print C-style escapes for nongraphic characters");
pub const BLOCK_SIZE: Flag =
    Flag::long("block-size", "with -l, scale sizes by SIZE when printing them").value("SIZE");
pub const IGNORE_BACKUPS: Flag = Flag::new('B', "ignore-backups", "do not list entries ending with ~");
pub const CHANGED: Flag = Flag::short('c', "show and sort by the time of the last change of status");
pub const COLUMNS: Flag = Flag::short('C', "list entries by columns");
pub const COLOR: Flag = Flag::long("color", "color the output WHEN; more in the notes").optional("WHEN");
pub const DIRECTORY: Flag = Flag::new('d', "directory", "list directories themselves, not their contents");
pub const DIRED: Flag = Flag::new('D', "dired", "generate output designed for Emacs' dired mode");
pub const UNSORTED_ALL: Flag = Flag::short('f', "list all entries in directory order");
pub const CLASSIFY: Flag =
    Flag::long("classify", "append indicator (one of */=>@|) to entries WHEN").optional("WHEN");
pub const CLASSIFY_ALWAYS: Flag = Flag::short('F', "the same, always");
pub const FILE_TYPE: Flag = Flag::long("file-type", "likewise, except do not append '*'");
pub const FORMAT: Flag = Flag::long(
    "format",
    "across -x, commas -m, horizontal -x, long -l, single-column -1, verbose -l, vertical -C",
)
.value("WORD");
pub const FULL_TIME: Flag = Flag::long("full-time", "like -l --time-style=full-iso");
pub const NO_OWNER: Flag = Flag::short('g', "like -l, but do not list owner");
pub const DIRECTORIES_FIRST: Flag = Flag::long("group-directories-first", "group directories before files");
pub const NO_GROUP: Flag = Flag::new('G', "no-group", "in a long listing, do not print group names");
pub const HUMAN_READABLE: Flag =
    Flag::new('h', "human-readable", "with -l and -s, print sizes like 1K 234M 2G");
pub const SI: Flag = Flag::long("si", "likewise, but use powers of 1000 not 1024");
pub const FOLLOW_OPERANDS: Flag =
    Flag::new('H', "dereference-command-line", "follow symbolic links listed on the command line");
pub const FOLLOW_OPERANDS_TO_DIRECTORIES: Flag = Flag::long(
    "dereference-command-line-symlink-to-dir",
    "follow each command line symbolic link that points to a directory",
);
pub const HIDE: Flag =
    Flag::long("hide", "do not list entries matching shell PATTERN (overridden by -a or -A)")
        .value("PATTERN");
pub const HYPERLINK: Flag = Flag::long("hyperlink", "hyperlink file names WHEN").optional("WHEN");
pub const INDICATOR_STYLE: Flag =
    Flag::long("indicator-style", "append indicator: none (default), slash (-p), file-type, classify (-F)")
        .value("WORD");
pub const INODE: Flag = Flag::new('i', "inode", "print the index number of each file");
pub const IGNORE: Flag =
    Flag::new('I', "ignore", "do not list entries matching shell PATTERN").value("PATTERN");
pub const KIBIBYTES: Flag = Flag::new('k', "kibibytes", "count disk usage in 1024-byte blocks");
pub const LONG: Flag = Flag::short('l', "use a long listing format");
pub const FOLLOW: Flag = Flag::new('L', "dereference", "show information for what symbolic links reference");
pub const COMMAS: Flag = Flag::short('m', "fill width with a comma separated list of entries");
pub const NUMERIC: Flag = Flag::new('n', "numeric-uid-gid", "like -l, but list numeric user and group IDs");
pub const LITERAL: Flag = Flag::new('N', "literal", "print entry names without quoting");
pub const NO_GROUP_LONG: Flag = Flag::short('o', "like -l, but do not list group information");
pub const SLASH: Flag = Flag::short('p', "append / indicator to directories");
pub const HIDE_CONTROLS: Flag =
    Flag::new('q', "hide-control-chars", "print ? instead of nongraphic characters");
pub const SHOW_CONTROLS: Flag =
    Flag::long("show-control-chars", "show nongraphic characters as they are (default)");
pub const QUOTE_NAME: Flag = Flag::new('Q', "quote-name", "enclose entry names in double quotes");
pub const QUOTING_STYLE: Flag = Flag::long(
    "quoting-style",
    "literal (default), locale, shell, shell-always, shell-escape, shell-escape-always, c, escape",
)
.value("WORD");
pub const REVERSE: Flag = Flag::new('r', "reverse", "reverse order while sorting");
pub const RECURSIVE: Flag = Flag::new('R', "recursive", "list subdirectories recursively");
pub const SIZE: Flag = Flag::new('s', "size", "print the allocated size of each file, in blocks");
pub const BY_SIZE: Flag = Flag::short('S', "sort by file size, largest first");
pub const SORT: Flag =
    Flag::long("sort", "none (-U), size (-S), time (-t), version (-v), extension (-X), width").value("WORD");
pub const TIME: Flag =
    Flag::long("time", "show and sort by: atime, access, use (-u); ctime, status (-c); birth, creation")
        .value("WORD");
pub const TIME_STYLE: Flag =
    Flag::long("time-style", "full-iso, long-iso, iso, locale, or +FORMAT as in date").value("STYLE");
pub const BY_TIME: Flag = Flag::short('t', "sort by time, newest first");
pub const TAB_SIZE: Flag =
    Flag::new('T', "tabsize", "assume tab stops at each COLS instead of 8").value("COLS");
pub const ACCESSED: Flag = Flag::short('u', "show and sort by the time of the last access");
pub const UNSORTED: Flag = Flag::short('U', "do not sort; list entries in directory order");
pub const BY_VERSION: Flag = Flag::short('v', "natural sort of (version) numbers within text");
pub const WIDTH: Flag = Flag::new('w', "width", "set output width to COLS. 0 means no limit").value("COLS");
pub const ACROSS: Flag = Flag::short('x', "list entries by lines instead of by columns");
pub const BY_EXTENSION: Flag = Flag::short('X', "sort alphabetically by entry extension");
pub const CONTEXT: Flag = Flag::new('Z', "context", "print the security context of each file (always ?)");
pub const ZERO: Flag = Flag::long("zero", "end each output line with NUL, not newline");
pub const ONE: Flag = Flag::short('1', "list one file per line (default)");

/// All of them, in the order of the real tool: its messages about abbreviations list them so.
pub const FLAGS: &[Flag] = &[
    ALL,
    ALMOST_ALL,
    AUTHOR,
    ESCAPE,
    BLOCK_SIZE,
    DIRECTORY,
    DIRED,
    FULL_TIME,
    DIRECTORIES_FIRST,
    HUMAN_READABLE,
    INODE,
    KIBIBYTES,
    NUMERIC,
    NO_GROUP,
    HIDE_CONTROLS,
    REVERSE,
    SIZE,
    WIDTH,
    IGNORE_BACKUPS,
    CLASSIFY,
    FILE_TYPE,
    SI,
    FOLLOW_OPERANDS,
    FOLLOW_OPERANDS_TO_DIRECTORIES,
    HIDE,
    IGNORE,
    INDICATOR_STYLE,
    FOLLOW,
    LITERAL,
    QUOTE_NAME,
    QUOTING_STYLE,
    RECURSIVE,
    FORMAT,
    SHOW_CONTROLS,
    SORT,
    TAB_SIZE,
    TIME,
    TIME_STYLE,
    ZERO,
    COLOR,
    HYPERLINK,
    CONTEXT,
    CHANGED,
    COLUMNS,
    UNSORTED_ALL,
    CLASSIFY_ALWAYS,
    NO_OWNER,
    LONG,
    COMMAS,
    NO_GROUP_LONG,
    SLASH,
    BY_SIZE,
    BY_TIME,
    ACCESSED,
    UNSORTED,
    BY_VERSION,
    ACROSS,
    BY_EXTENSION,
    ONE,
];
