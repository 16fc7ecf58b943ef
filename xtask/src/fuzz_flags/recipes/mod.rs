//! What the declaration of a command does not tell: operands that make sense, and values.
//!
//! Operands name the files of [`files`](super::line::files). A recipe keeps away from what is not the same twice
//! (clocks, inode numbers, blocks of a disk, random order) and from options that are listed as a limitation.

mod system;
mod words;

/// How lines of one command are made.
pub struct Recipe {
    pub command: &'static str,
    /// What stands before the command: `env ` for the program where there is a builtin.
    pub through: &'static str,
    /// Options that are never given, by letter or word.
    pub avoid: &'static [&'static str],
    /// Values of options, by letter or word.
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// A word from each of these, behind the flags: a pattern, a script.
    pub always: &'static [&'static [&'static str]],
    /// Ways to go on: a word from each; an empty word is none.
    pub operands: &'static [&'static [&'static [&'static str]]],
    /// What stands behind the line: a pipe that makes its output the same each time, a look at what it did.
    pub then: &'static str,
}

impl Recipe {
    const DEFAULT: Recipe =
        Recipe { command: "", through: "", avoid: &[], values: &[], always: &[], operands: &[], then: "" };
}

/// Every recipe.
pub fn all() -> impl Iterator<Item = &'static Recipe> {
    TEXT_AND_TREES.iter().chain(system::RECIPES)
}

/// Values by their name in the help.
pub const VALUES: &[(&str, &[&str])] = &[
    ("N", NUMBERS),
    ("NUM", NUMBERS),
    ("NUMBER", NUMBERS),
    ("[-]N", &["1", "2", "0", "-1", "-2", "100", "1K"]),
    ("[+]N", &["1", "2", "0", "+1", "+2", "100", "+0"]),
    ("LIST", &["1", "2", "1,3", "2-", "-2", "1-2", "3,1", "2-1", "0", "x"]),
    ("WHEN", &["always", "never", "auto", "x"]),
    ("CHARS", &["x", "':'", "','"]),
    ("DELIM", &["','", "' '", "x", "''", "'ab'"]),
    ("SEP", &["':'", "' '", "''", "'ab'"]),
    ("SUFFIX", &[".bak", "''", "x"]),
    ("COLS", &["0", "1", "8", "20", "x"]),
    ("PATTERN", PATTERNS),
    ("PATTERNS", PATTERNS),
    ("GLOB", &["'*'", "'[ab]'", "'?'", "f"]),
    ("FILE", &["a", "b", "nosuch", "e"]),
];

const NUMBERS: &[&str] = &["0", "1", "2", "3", "7", "100", "-1", "x", "''"];
const PATTERNS: &[&str] =
    &["two", "'^t'", "'[a-z]*'", "'o$'", "''", "'.'", "'T'", "'\\(t\\)'", "'a|b'", "'\\<t'", "é", "'['"];
/// One file or standard input.
const FILE: &[&str] = &["a", "b", "c", "e", "i", "n", "t", "u", "w", "z", "l", "-", ""];
/// One file that mostly is there.
const ANY: &[&str] = &["a", "b", "c", "e", "i", "n", "t", "u", "w", "z", "d", "nosuch", "-", ""];
const ONE_OR_TWO: &[&[&[&str]]] = &[&[FILE], &[FILE, ANY]];
const TWO: &[&[&[&str]]] = &[&[FILE, FILE], &[FILE, ANY], &[FILE]];

const TEXT_AND_TREES: &[Recipe] = &[
    Recipe { command: "cat", operands: ONE_OR_TWO, ..Recipe::DEFAULT },
    Recipe {
        command: "head",
        values: &[("n", &["1", "2", "0", "-1", "-2", "x"]), ("c", &["1", "5", "0", "-3", "2K", "x"])],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "tail",
        avoid: &["f", "F", "follow", "retry", "pid", "s", "max-unchanged-stats"],
        values: &[
            ("n", &["1", "2", "0", "+1", "+2", "+0", "-1", "x"]),
            ("c", &["1", "5", "0", "+3", "+0", "x"]),
        ],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe { command: "wc", avoid: &["files0-from"], operands: ONE_OR_TWO, ..Recipe::DEFAULT },
    Recipe {
        command: "cut",
        values: &[("d", &["','", "' '", "o", "''", "ab"]), ("output-delimiter", &["':'", "''", "'ab'"])],
        operands: &[&[&["-f1", "-f2", "-c1", "-c2-3", "-b1-2", "-f1,3", "-f2-", "-f3,1", ""], FILE], &[FILE]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "uniq",
        values: &[
            ("all-repeated", &["none", "prepend", "separate", "x"]),
            ("group", &["separate", "prepend", "append", "both", "x"]),
        ],
        operands: &[&[FILE]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "tr", operands: &[&[SETS, SETS], &[SETS], &[SETS, SETS, SETS]], ..Recipe::DEFAULT },
    Recipe {
        command: "nl",
        values: &[
            ("b", &["a", "t", "n", "p^t", "x"]),
            ("h", &["a", "t", "n"]),
            ("f", &["a", "t", "n"]),
            ("n", &["ln", "rn", "rz", "x"]),
            ("d", &["':'", "'ab'", "''"]),
            ("s", &["': '", "''"]),
        ],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "paste",
        values: &[("d", &["','", "',;'", "''", "'\\t\\n'", "'\\0'", "'\\'", "é"])],
        operands: &[&[FILE], &[FILE, FILE], &[FILE, FILE, ANY]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "comm",
        values: &[("output-delimiter", &["','", "''", "ab"])],
        operands: &[&[&["a", "b", "s", "x", "e", "t", "-", "u"], &["a", "b", "s", "x", "e", "t", "-"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "join",
        values: &[
            ("1", &["1", "2", "0", "x"]),
            ("2", &["1", "2", "3"]),
            ("j", &["1", "2"]),
            ("a", &["1", "2", "3"]),
            ("v", &["1", "2"]),
            ("t", &["','", "' '", "''", "ab", "'\\0'"]),
            ("o", &["1.1,2.2", "0", "auto", "1.9", "x", "'0 1.2'"]),
            ("e", &["NONE", "''"]),
        ],
        operands: &[&[&["s", "x", "t", "e", "c", "-"], &["s", "x", "t", "e", "c", "-"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "sort",
        avoid: &[
            "R",
            "random-sort",
            "random-source",
            "T",
            "temporary-directory",
            "S",
            "buffer-size",
            "parallel",
            "debug",
            "compress-program",
            "files0-from",
            "batch-size",
        ],
        values: &[
            (
                "k",
                &["1", "2", "1,1", "2n", "1.2", "1.2,1.3r", "2,1", "0", "x", "1nr", "3b", "1,2f", "1i", "2d"],
            ),
            ("t", &["','", "' '", "''", "ab", "'\\0'", "é"]),
            ("sort", &["general-numeric", "human-numeric", "month", "numeric", "version", "x"]),
            ("o", &["out"]),
            ("check", &["quiet", "silent", "diagnose-first", "x"]),
        ],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "grep",
        avoid: &["P", "perl-regexp", "f", "file", "D", "devices", "V", "version", "line-buffered"],
        values: &[
            ("binary-files", &["text", "without-match", "binary", "x"]),
            ("d", &["read", "skip", "recurse", "x"]),
            ("m", &["0", "1", "2", "-1", "x"]),
            ("label", &["L", "''"]),
            ("group-separator", &["XX", "''"]),
        ],
        always: &[PATTERNS],
        operands: &[&[FILE], &[FILE, ANY], &[&["d", ".", "nosuch"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "sed",
        avoid: &["f", "file", "debug", "follow-symlinks", "l", "line-length"],
        values: &[("e", SCRIPTS), ("i", &["", ".bak"])],
        always: &[SCRIPTS],
        operands: &[
            &[&["a", "b", "c", "e", "n", "t", "u", "w", "i", ""]],
            &[&["a", "b"], &["c", "nosuch", "d"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "find",
        always: &[],
        operands: &[
            &[STARTS, TESTS, &["| sort"]],
            &[STARTS, TESTS, TESTS, &["| sort"]],
            &[STARTS, TESTS, &["-o"], TESTS, &["| sort"]],
            &[STARTS, &["\\("], TESTS, &["-o", "-a", ","], TESTS, &["\\)", ""], TESTS, &["| sort"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "ls",
        avoid: &[
            "i",
            "inode",
            "s",
            "size",
            "c",
            "u",
            "time",
            "Z",
            "context",
            "f",
            "U",
            "dired",
            "D",
            "hyperlink",
            "l",
            "g",
            "o",
            "n",
            "full-time",
            "author",
            "t",
            "lcontext",
        ],
        values: &[
            ("sort", &["none", "size", "time", "version", "extension", "width", "x"]),
            ("format", &["across", "commas", "horizontal", "single-column", "vertical", "x"]),
            ("quoting-style", &["literal", "shell", "c", "escape", "shell-escape-always", "x"]),
            ("indicator-style", &["none", "slash", "file-type", "classify", "x"]),
            ("w", &["20", "0", "40", "x"]),
            ("time-style", &["iso", "+%Y"]),
            ("block-size", &["1", "K"]),
        ],
        operands: &[&[ENTRIES], &[ENTRIES, ENTRIES]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "diff",
        values: &[
            ("C", &["0", "1", "2", "x"]),
            ("U", &["0", "1", "2", "x"]),
            ("W", &["20", "40", "0", "x"]),
            ("F", &["'^t'", "o"]),
            ("I", &["two", "'^$'"]),
            ("x", &["f", "'*'"]),
            ("S", &["f", "g"]),
            ("label", &["x", "y"]),
            ("tabsize", &["4", "0"]),
        ],
        avoid: &["c", "u", "unified", "context", "from-file", "to-file", "horizon-lines", "X"],
        operands: &[&[
            &["a", "b", "c", "n", "w", "t", "e", "u", "-"],
            &["a", "b", "c", "n", "w", "t", "e", "u", "d"],
        ]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "cmp",
        values: &[("i", &["0", "1", "2:3", "x"]), ("n", &["0", "1", "5", "x"])],
        operands: TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "cp",
        avoid: &["context", "Z", "sparse", "reflink", "preserve", "p", "a", "archive", "debug"],
        values: &[
            ("S", &[".o"]),
            ("t", &["d", "nosuch", "a"]),
            ("backup", &["numbered", "simple", "none", "x"]),
        ],
        operands: &[
            &[ENTRIES, &["new", "b", "d", "nosuch/x", "l"]],
            &[ENTRIES, ENTRIES, &["d", "new"]],
            &[ENTRIES],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "mv",
        avoid: &["context", "Z"],
        values: &[("S", &[".o"]), ("t", &["d", "nosuch", "a"]), ("backup", &["numbered", "simple", "none"])],
        operands: &[
            &[ENTRIES, &["new", "b", "d", "nosuch/x", "l"]],
            &[ENTRIES, ENTRIES, &["d", "new"]],
            &[ENTRIES],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "rm",
        values: &[("interactive", &["never", "once", "always", "x"])],
        operands: &[&[ENTRIES], &[ENTRIES, ENTRIES]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "ln",
        values: &[
            ("S", &[".o"]),
            ("t", &["d", "nosuch", "a"]),
            ("backup", &["numbered", "simple", "none", "x"]),
        ],
        avoid: &["d", "directory", "F"],
        operands: &[&[ENTRIES, &["new", "b", "d", "l"]], &[ENTRIES, ENTRIES, &["d", "new"]], &[ENTRIES]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "mkdir",
        avoid: &["Z", "context"],
        values: &[("m", &["700", "u=rwx", "x", "+x"])],
        operands: &[
            &[&["new", "d", "a", "d/x", "new/x", "d/x/y", "a/x"]],
            &[&["new", "p/q"], &["d", "r/s/t"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe { command: "rmdir", operands: &[&[ENTRIES], &[&["d", "d/x"], ENTRIES]], ..Recipe::DEFAULT },
    Recipe {
        command: "od",
        values: &[
            ("A", &["d", "o", "x", "n", "q"]),
            ("t", &["x1", "c", "a", "d2", "u4", "o1z", "x2x1", "fF", "q", "x8"]),
            ("j", &["1", "2", "100", "x"]),
            ("N", &["3", "0", "5", "x"]),
            ("w", &["4", "8", "0", "x"]),
            ("S", &["2", "1"]),
        ],
        avoid: &["traditional"],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "seq",
        values: &[("f", &["%g", "%03g", "%.2f", "x", "%e", "'%5g|'"]), ("s", &["','", "''", "' '", "'\\n'"])],
        operands: &[
            &[&["3", "0", "-2", "1.5", "x", "1e1", "0x5"]],
            &[&["1", "-1", "0.5", "10"], &["5", "1", "-3", "2.25"]],
            &[&["1", "10", "0"], &["2", "-3", "0.5", "0"], &["9", "1", "0"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "base64",
        values: &[("w", &["0", "4", "76", "x", "-1"])],
        operands: &[&[FILE]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "basename",
        values: &[("s", &[".c", "''", "e"])],
        operands: &[&[&["a/b.c", "/", "x/", "''", "a//"]], &[&["a/b.c", "c/d.c"], &[".c", "b.c", "x/y"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "dirname",
        operands: &[&[&["a/b", "/", "x/", "''", "a//b", "a"]], &[&["a/b"], &["c/d/"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "xargs",
        avoid: &[
            "P",
            "max-procs",
            "p",
            "interactive",
            "o",
            "open-tty",
            "process-slot-var",
            "show-limits",
            "a",
            "arg-file",
        ],
        values: &[
            ("d", &["','", "'\\n'", "x", "'\\0'", "ab"]),
            ("E", &["two", "''"]),
            ("eof", &["two"]),
            ("I", &["{}", "X"]),
            ("replace", &["X"]),
            ("n", &["1", "2", "0", "x"]),
            ("L", &["1", "2", "0", "x"]),
            ("s", &["100", "50", "x"]),
        ],
        operands: &[&[&["echo", "echo x", "printf '<%s>'", "", "echo {}", "echo aXb"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "tee",
        avoid: &["output-error", "p"],
        operands: &[&[&["new", "a", "-", "", "d", "nosuch/x"]], &[&["new"], &["a", "new2"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "truncate",
        avoid: &["o", "io-blocks"],
        values: &[
            ("s", &["0", "3", "+2", "-2", "'<4'", "'>4'", "/4", "%4", "x", "1K"]),
            ("r", &["a", "nosuch"]),
        ],
        operands: &[&[&["a", "new", "d", "e", "nosuch/x"]], &[&["a", "b"], &["c", "d"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "tac",
        values: &[("s", &["o", "''", "'t'", "'\\n'", "two"])],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe { command: "rev", avoid: &["h", "V"], operands: ONE_OR_TWO, ..Recipe::DEFAULT },
    Recipe {
        command: "fold",
        values: &[("w", &["1", "3", "5", "80", "0", "x"])],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe { command: "expand", values: &[("t", TABS)], operands: ONE_OR_TWO, ..Recipe::DEFAULT },
    Recipe { command: "unexpand", values: &[("t", TABS)], operands: ONE_OR_TWO, ..Recipe::DEFAULT },
    Recipe {
        command: "split",
        avoid: &["filter", "verbose"],
        values: &[
            ("l", &["1", "2", "0", "x"]),
            ("b", &["3", "1K", "0", "x"]),
            ("C", &["5", "10"]),
            ("n", &["2", "l/2", "r/2", "1/2", "l/1/2", "x", "0"]),
            ("a", &["1", "3", "0", "x"]),
            ("t", &["o", "'\\0'", "ab"]),
            ("additional-suffix", &[".x", "/"]),
        ],
        operands: &[&[FILE], &[&["a", "w", "n"], &["p", "d/q"]]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "md5sum", avoid: &["check", "c"], operands: ONE_OR_TWO, ..Recipe::DEFAULT },
];

const TABS: &[&str] = &["1", "4", "8", "2,5", "3,/4", "3,+4", "0", "x", "5,2"];
const SETS: &[&str] = &[
    "a-z",
    "A-Z",
    "'[:upper:]'",
    "'[:lower:]'",
    "'\\n'",
    "' '",
    "o",
    "'a-c'",
    "xyz",
    "'[x*]'",
    "'[a*3]'",
    "'\\0'",
    "''",
    "z-a",
    "'[:digit:]'",
    "'[:space:]'",
    "'\\101'",
    "'[=a=]'",
    "é",
];
const SCRIPTS: &[&str] = &[
    "p",
    "2p",
    "'$p'",
    "2d",
    "'1,2p'",
    "'/two/p'",
    "'/two/d'",
    "s/o/0/",
    "s/o/0/g",
    "'s/t\\(.\\)/<\\1>/p'",
    "'2i\\x'",
    "'$a end'",
    "'2c new'",
    "=",
    "'y/ot/01/'",
    "'1!G;h;$!d'",
    "'n;d'",
    "'N;P;D'",
    "'/one/,/three/p'",
    "'2,+1p'",
    "'0~2p'",
    "'1~2d'",
    "2q",
    "'2Q5'",
    "'s/^/> /'",
    "'s/$/!/2'",
    "'s/[aeiou]/\\U&/2g'",
    "l",
    "'$!N;s/\\n/+/'",
    "'/x/!s/a/A/I'",
    "'w out'",
    "'2r c'",
    "'{p;p}'",
    "'x'",
    "''",
    "'s/'",
    "k",
    "'1,'",
    "'b;p'",
    "':a;s/o/0/;ta'",
    "'2{s/t/T/;p}'",
    "F",
    "z",
];
const STARTS: &[&str] = &[".", "d", "a", "d nosuch", "", "l", ". d", "-L .", "-H l"];
const TESTS: &[&str] = &[
    "-name a",
    "-name '*'",
    "-iname A",
    "-name '?'",
    "-path './d/*'",
    "-type f",
    "-type d",
    "-type l",
    "-type f,d",
    "-xtype f",
    "-maxdepth 1",
    "-mindepth 1",
    "-maxdepth 0",
    "-depth",
    "-empty",
    "-size 0",
    "-size +0",
    "-size 1",
    "-size -20c",
    "-newer a",
    "-perm 644",
    "-perm -u+r",
    "-perm /111",
    "-user user",
    "-links 1",
    "-samefile a",
    "-lname a",
    "-regex '.*/[a-c]'",
    "-prune",
    "-print",
    "-print0",
    "-printf '%p %s %y %d %f\\n'",
    "-printf '%P|%h|%l|%m\\n'",
    "-exec echo {} \\;",
    "-exec echo {} +",
    "-quit",
    "-delete",
    "! -name a",
    "-not -type f",
    "-true",
    "-false",
    "-name",
    "-nosuch",
    "-type x",
    "-fprint out",
    "-ls >/dev/null",
    "-execdir echo {} \\;",
];
const ENTRIES: &[&str] = &["a", "d", "d/f", "l", "nosuch", "e", "d/", ".", "a d", "d/.", "''", "i/"];
