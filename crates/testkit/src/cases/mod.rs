//! Recorded cases: data files that say what a script must do, answered by bash and the GNU tools.
//!
//! A file is a YAML list. A case without `status` is not answered yet; `cargo xtask record FILE` asks the oracle and
//! writes the answer behind it, leaving comments and everything else as they are.
//!
//! ```yaml
//! - name: prints a file
//!   files: {a.txt: "one\ntwo\n", "d/": null, l: {link: a.txt}}
//!   script: cat a.txt
//!   status: 0
//!   stdout: |
//!     one
//!     two
//! ```

mod case;
mod file;
mod render;
mod replay;

pub use case::{Answer, Case, Content, Files};
pub use file::{CaseFile, FormatError, find_files};
pub use replay::{Driver, Property, replay};
