//! Recorded cases: data files that say what a script must do, answered by bash and the GNU tools.
//!
//! A file is a YAML list. A case without `status` is not answered yet; `cargo xtask record FILE` asks the oracle and
//! writes the answer behind it, leaving comments and everything else as they are.
//!
//! ```yaml
//! - name: numbers lines
//!   files: {a.txt: "one\ntwo\n", "d/": null, l: {link: a.txt}}
//!   script: cat -n a.txt
//!   status: 0
//!   stdout: |2
//!          1	one
//!          2	two
//! ```

mod case;
mod file;
mod render;

pub use case::{Answer, Case, Content, Files};
pub use file::{CaseFile, FormatError, find_files};
