//! Recipes of the commands that show or set what is about files, and of those about the session, clock and names.

use super::words::{
    DIRECTORIES, ECHO, FILES_OF_KINDS, FORMATS, FUNCTION, GREP, MODES, OPERATOR, OWNER_VALUES, PATHS,
    PROGRAMS, STAMPS, SUMS, TERM, TEST, TIME_FORMAT_ALL, TIME_FORMATS, TIMES, VALUES_TO_PRINT, WHICH_TIME,
};
use super::{ANY, ENTRIES, FILE, ONE_OR_TWO, PATTERNS, Recipe};

/// Every recipe of this kind.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        command: "egrep",
        avoid: GREP,
        always: &[PATTERNS],
        operands: &[&[FILE], &[FILE, ANY]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "fgrep",
        avoid: GREP,
        always: &[PATTERNS],
        operands: &[&[FILE], &[FILE, ANY]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "awk",
        avoid: &["f", "file", "e", "source", "S", "sandbox", "P", "posix", "b", "characters-as-bytes"],
        values: &[
            ("F", &["','", "' '", "'\\t'", "':'", "'[,o]'", "o", "'|'", "''"]),
            ("v", &["x=1", "OFS=-", "RS=", "ORS=';'", "FS=,", "NR=5", "'s=a\\tb'", "x", "1=2"]),
        ],
        always: &[PROGRAMS],
        operands: &[&[ANY], &[FILE, ANY], &[&["x=3", "FS=,"], FILE]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "touch",
        values: &[("d", TIMES), ("t", STAMPS), ("r", &["a", "nosuch", "d/f"]), ("time", WHICH_TIME)],
        always: &[&[
            "-d 2020-01-02",
            "-d '2020-01-02 03:04:05.5'",
            "-t 202001020304",
            "-t 2001020304.05",
            "-r b",
            "-r b -d '+1 day'",
            "-d x",
            "-t x",
        ]],
        operands: &[&[&["a", "new", "d/f", "nosuch/x", "e", "''", "l", "a/"]], &[&["a", "new"], &["e", "d"]]],
        then: "; echo $?; stat -c '%n %y %s' a new d/f e l",
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "stat",
        avoid: &["f", "file-system", "t", "terse", "c", "format", "printf"],
        values: &[("cached", &["always", "never", "default", "x"])],
        always: &[&[
            "-c %n",
            "-c %N",
            "-c '%a %A %h'",
            "-c '%s %F'",
            "-c '%U %G %u %g'",
            "-c '%y|%Y'",
            "-c '%5a|%-5s|%05h|'",
            "-c '%%x'",
            "-c '%f %T %t'",
            "-c '%.3Y'",
            "-c '%q %'",
            "-c 'a\\n'",
            "-c ''",
            "--format=%n",
            "--printf='%n\\t%s\\n'",
            "--printf='\\x41\\101\\q'",
            "--printf=%n",
        ]],
        operands: &[
            &[&["a", "l", "nosuch", "e", "i/", "''", "d/f", "-", ""]],
            &[&["a", "nosuch"], &["b", "l", "a/x"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "du",
        avoid: &["time", "time-style", "files0-from", "X", "exclude-from", "x", "h", "human-readable", "H"],
        values: &[
            ("d", &["0", "1", "x", "-1"]),
            ("t", &["1", "-1", "1K", "x", "0"]),
            ("B", &["1", "K", "x", "0", "1M", "KB"]),
            ("exclude", &["f", "'*'", "'[ab]'", "d"]),
        ],
        operands: &[&[ENTRIES], &[ENTRIES, ENTRIES]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "df",
        values: &[
            ("output", &["size", "x", "file,target", "size,size", "''"]),
            ("B", &["1", "K", "x", "0"]),
            ("t", &["nosuchfs"]),
            ("x", &["nosuchfs"]),
        ],
        operands: &[&[&["nosuch", "nosuch/x", "a/x", "''"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "tree",
        avoid: &[
            "inodes", "device", "D", "timefmt", "X", "H", "T", "s", "h", "du", "si", "o", "c", "t", "C",
            "nolinks",
        ],
        values: &[
            ("L", &["1", "2", "0", "x"]),
            ("P", &["'[ab]'", "f", "'*|d'"]),
            ("I", &["'[ab]'", "d", "'f|g'"]),
            ("charset", &["ascii", "utf-8"]),
            ("filelimit", &["1", "5", "x"]),
            ("sort", &["name", "version", "size", "x"]),
        ],
        operands: &[&[&["", ".", "d", "a", "nosuch", "d/"]], &[&["d"], &["d", "nosuch", "."]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "file",
        avoid: &[
            "m",
            "magic-file",
            "C",
            "compile",
            "s",
            "special-files",
            "z",
            "Z",
            "S",
            "P",
            "f",
            "files-from",
            "p",
        ],
        values: &[("F", &["' ='", "''", "xx"]), ("e", &["ascii", "encoding", "text", "x", "soft"])],
        operands: &[&[FILES_OF_KINDS], &[FILES_OF_KINDS, FILES_OF_KINDS]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "printf",
        through: "env ",
        operands: &[
            &[FORMATS],
            &[FORMATS, VALUES_TO_PRINT],
            &[FORMATS, VALUES_TO_PRINT, VALUES_TO_PRINT],
            &[&["--", "-x", ""], FORMATS, VALUES_TO_PRINT, VALUES_TO_PRINT, VALUES_TO_PRINT],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "printf",
        operands: &[&[FORMATS, VALUES_TO_PRINT, VALUES_TO_PRINT]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "echo", through: "env ", operands: ECHO, ..Recipe::DEFAULT },
    Recipe { command: "echo", operands: ECHO, ..Recipe::DEFAULT },
    Recipe {
        command: "env",
        avoid: &["i", "ignore-environment", "block-signal", "default-signal", "ignore-signal", "v", "debug"],
        values: &[
            ("u", &["A", "HOME", "A=1", "''"]),
            ("C", &["d", "nosuch", "a"]),
            (
                "S",
                &[
                    "'A=2 printenv A'",
                    "'echo a  b'",
                    "'echo \"a  b\"'",
                    "'echo ${HOME}'",
                    "'echo $A'",
                    "'\"'",
                ],
            ),
        ],
        always: &[&["-i", "- A=3", "-i A=1 B=2", "-i A=1 A=2"]],
        operands: &[
            &[&["", "A=1", "=x", "X=y B="]],
            &[&["A=1 ", ""], &["printenv A B", "echo x", "nosuch", "./a", "d", "''", "pwd", "false"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "printenv",
        operands: &[
            &[&["HOME", "USER", "nosuch", "''", "A=1", "-x", "LANG"]],
            &[&["HOME", "nosuch"], &["USER", "TERM", "x"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "date",
        avoid: &["s", "set", "debug", "f", "file"],
        values: &[
            ("d", TIMES),
            ("r", &["a", "nosuch", "d/f"]),
            ("I", &["date", "hours", "minutes", "seconds", "ns", "x"]),
            ("rfc-3339", &["date", "seconds", "ns", "x"]),
        ],
        always: &[&[
            "-d 2021-03-04",
            "-d '2021-12-31 23:59:59.25'",
            "-d @86399.5",
            "-r a",
            "-d '2024-02-29 12:00 UTC'",
        ]],
        operands: &[
            &[&["", TIME_FORMAT_ALL, "+%s", "x", "'+%d x'"]],
            &[TIME_FORMATS],
            &[TIME_FORMATS, &["+%Y", ""]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "sleep",
        operands: &[
            &[&["0", "0.01", "1x", "-1", "''", "0x1p-9", "1e-3", ".01s", "0m", "0.s", "0 0", "nan", ""]],
            &[&["0", "x"], &["0.01", "y", "0d", "-0"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "timeout",
        values: &[("s", &["TERM", "INT", "9", "x", "0", "SIGHUP"]), ("k", &["0.1", "1", "x"])],
        avoid: &["foreground"],
        operands: &[
            &[
                &["0", "5", "x", "-1", "5m", "1e1", ""],
                &["true", "false", "nosuch", "./a", "d", "echo x", "cat a", "''", ""],
            ],
            &[&["0.1", "0.05s"], &["sleep 0.7", "sleep x", "true"]],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "realpath",
        values: &[("relative-to", DIRECTORIES), ("relative-base", DIRECTORIES)],
        operands: PATHS,
        ..Recipe::DEFAULT
    },
    Recipe { command: "readlink", operands: PATHS, ..Recipe::DEFAULT },
    Recipe {
        command: "mktemp",
        avoid: &["d", "directory", "u", "dry-run"],
        values: &[
            ("p", &["d", "nosuch", "''"]),
            ("tmpdir", &["d", "nosuch", "''"]),
            ("suffix", &[".x", "''", "/x"]),
        ],
        always: &[&["-u", "-du"]],
        operands: &[
            &[&[
                "",
                "aXXX",
                "aXX",
                "XXXX.txt",
                "d/XXXX",
                "nosuch/XXXX",
                "a",
                "''",
                "aXXXbXXXXX",
                "/tmp/XXXX",
            ]],
            &[&["XXX"], &["YYY"]],
        ],
        then: "| tr -c '/.\\n' x",
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "chmod",
        avoid: &["R", "recursive"],
        values: &[("reference", &["a", "d", "nosuch"])],
        always: &[MODES],
        operands: &[&[ENTRIES], &[ENTRIES, &["d/g", "nosuch", "e"]]],
        then: "; echo $?; stat -c '%a %n' a d d/f d/g e i",
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "chown",
        avoid: &["R", "recursive", "H", "L", "P"],
        values: OWNER_VALUES,
        always: &[&[
            "user",
            "user:user",
            "1000",
            ":1000",
            "1000:",
            "root",
            ":root",
            "nosuch",
            "user:nosuch",
            "''",
            "+1000",
            "user.user",
        ]],
        operands: &[&[ENTRIES], &[ENTRIES, &["d/g", "nosuch", "e"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "chgrp",
        avoid: &["R", "recursive", "H", "L", "P"],
        values: OWNER_VALUES,
        always: &[&["user", "1000", "root", "nosuch", "''", "+1000"]],
        operands: &[&[ENTRIES], &[ENTRIES, &["d/g", "nosuch", "e"]]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "sha1sum", operands: SUMS, ..Recipe::DEFAULT },
    Recipe { command: "sha224sum", operands: SUMS, ..Recipe::DEFAULT },
    Recipe { command: "sha256sum", operands: SUMS, ..Recipe::DEFAULT },
    Recipe { command: "sha384sum", operands: SUMS, ..Recipe::DEFAULT },
    Recipe { command: "sha512sum", operands: SUMS, ..Recipe::DEFAULT },
    Recipe {
        command: "b2sum",
        values: &[("l", &["8", "128", "0", "7", "1024", "x"])],
        operands: SUMS,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "yes",
        operands: &[&[&["", "a", "-n", "'a b' c", "''", "-- -x", "- y"]]],
        then: "| head -n 3",
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "true",
        through: "env ",
        operands: &[&[&["", "x", "-x", "--nosuch", "--help x"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "false",
        through: "env ",
        operands: &[&[&["", "x", "-x", "--nosuch", "--help x"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "pwd",
        through: "env ",
        operands: &[&[&["", "x", "-x", "--", "-- x"]]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "test", operands: TEST, ..Recipe::DEFAULT },
    Recipe { command: "test", through: "env ", operands: TEST, ..Recipe::DEFAULT },
    Recipe {
        command: "expr",
        operands: &[
            &[TERM],
            &[TERM, OPERATOR, TERM],
            &[TERM, OPERATOR, TERM, OPERATOR, TERM],
            &[FUNCTION, TERM],
            &[&["'('"], TERM, OPERATOR, TERM, &["')'", ""], OPERATOR, TERM],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "which",
        avoid: &["s"],
        operands: &[&[&["ls", "nosuch", "ls cat", "./a", "/bin/ls", "d", "''", "-x", ""]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "id",
        avoid: &["Z", "context"],
        operands: &[&[&["", "user", "root", "nosuch", "1000", "''", "user root", "user nosuch"]]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "whoami", operands: &[&[&["", "x", "-x"]]], ..Recipe::DEFAULT },
    Recipe {
        command: "groups",
        operands: &[&[&["", "user", "root", "nosuch", "user root"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "tsort",
        operands: &[&[FILE], &[&["s", "x", "w", "d", "nosuch", "a b"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "shuf",
        avoid: &["random-source", "r", "repeat"],
        values: &[
            ("n", &["100", "x", "-1", "''"]),
            ("i", &["1-3", "3-1", "x", "1-", "5-5", "0-0"]),
            ("o", &["out", "nosuch/x"]),
        ],
        operands: &[&[ANY], &[&["1 2", "a b"]]],
        then: "| sort",
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "column",
        avoid: &[
            "h",
            "V",
            "J",
            "json",
            "r",
            "tree",
            "i",
            "tree-id",
            "p",
            "tree-parent",
            "E",
            "table-noextreme",
            "W",
            "table-wrap",
        ],
        values: &[
            ("s", &["','", "':'", "' '", "o", "''"]),
            ("o", &["'|'", "' '", "''"]),
            ("c", &["20", "80", "1", "0", "x"]),
            ("N", &["A,B", "A", "A,A", "''"]),
            ("H", &["A", "2", "x", "-"]),
            ("R", &["1", "A", "x", "0"]),
            ("O", &["B,A", "x"]),
            ("T", &["A", "1"]),
            ("n", &["name"]),
            ("l", &["1", "2", "0", "x"]),
        ],
        operands: ONE_OR_TWO,
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "uname",
        avoid: &["r", "kernel-release", "v", "kernel-version", "a", "all"],
        operands: &[&[&["", "x"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "nproc",
        avoid: &["all"],
        values: &[("ignore", &["1000", "x", "-1", "''"])],
        always: &[&["--ignore=999"]],
        operands: &[&[&["", "x"]]],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "install",
        avoid: &[
            "Z",
            "preserve-context",
            "strip-program",
            "s",
            "strip",
            "o",
            "owner",
            "p",
            "preserve-timestamps",
        ],
        values: &[
            ("backup", &["numbered", "simple", "none", "x"]),
            ("S", &[".o"]),
            ("g", &["user", "nosuch"]),
            ("m", &["700", "u=rwx", "x", "+x", "a=r"]),
            ("t", &["d", "nosuch", "a"]),
        ],
        operands: &[
            &[ENTRIES, &["new", "b", "d", "nosuch/x"]],
            &[ENTRIES, ENTRIES, &["d", "new"]],
            &[ENTRIES],
        ],
        ..Recipe::DEFAULT
    },
    Recipe {
        command: "link",
        operands: &[&[ENTRIES, &["new", "b", "d", "nosuch/x"]], &[ENTRIES], &[&["a"], &["new"], &["x"]]],
        ..Recipe::DEFAULT
    },
    Recipe { command: "unlink", operands: &[&[ENTRIES], &[&["a", ""], &["e", ""]]], ..Recipe::DEFAULT },
    Recipe { command: "sync", operands: &[&[ENTRIES]], ..Recipe::DEFAULT },
];
