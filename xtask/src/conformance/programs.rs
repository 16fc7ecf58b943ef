//! The small programs that bash's tests expect beside them, as scripts that both sides run.

use mirage_testkit::cases::{Content, Files};

/// Shows each argument, what is not printable made visible.
const RECHO: &str = r#"#!/bin/bash
LC_ALL=C
shown() {
  local text=$1 out= byte code at
  for ((at = 0; at < ${#text}; at++)); do
    byte=${text:at:1}
    printf -v code %d "'$byte"
    (( code &= 255 ))
    if ((code < 32)); then
      printf -v byte "\\x$(printf %x $((code + 64)))"
      out+="^$byte"
    elif ((code == 127)); then
      out+="^?"
    else
      out+=$byte
    fi
  done
  REPLY=$out
}
number=0
for argument; do
  shown "$argument"
  printf 'argv[%d] = <%s>\n' $((++number)) "$REPLY"
done
exit 0
"#;

/// Shows its arguments with blanks between them.
const ZECHO: &str = r#"#!/bin/bash
printf '%s' "$1"
shift
for argument; do printf ' %s' "$argument"; done
printf '\n'
"#;

/// Shows one variable of the environment.
const PRINTENV: &str = r#"#!/bin/bash
[ $# -eq 0 ] && exec env
exec env | { found=1; while IFS= read -r line; do case $line in "$1="*) printf '%s\n' "${line#*=}"; found=0;; esac; done; exit $found; }
"#;

/// Adds the programs to a test's files.
pub fn add_to(files: &mut Files) {
    for (name, text) in [("recho", RECHO), ("zecho", ZECHO), ("printenv", PRINTENV)] {
        files.insert(name.into(), Content::File(text.into()));
    }
}
