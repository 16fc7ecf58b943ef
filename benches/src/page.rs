//! The page of benchmarks.

use std::fmt::Write;

use crate::report::{Figure, Section};

const HEAD: &str = "\
<!-- written by `cargo xtask bench`; do not edit -->

# Benchmarks

";

const METHOD: &str = "
- A ratio is CPU time (user and system, children included) of the shipped release binary by that of bash with the real tools
  of the machine, for the same line in the same run: 0.5x is half of theirs. Start and end of the process are in it.
- Sides take turns in each round and the median of at least three rounds counts, up to fifteen of what is short.
- Both sides have `LC_ALL=C`, in which the real tools are fastest. `awk` is compared with the better of mawk and gawk.
- \"In memory\" is the same line on a RAM mount, in a process that is up. Peaks are the resident memory of the binary.
- A row is met when all of its figures keep to their bars; a figure that does not is in bold, its bar behind it.
";

/// The whole page.
pub fn page(machine: &[String], sections: &[Section]) -> String {
    let mut page = HEAD.to_owned();
    for line in machine {
        page += &format!("- {line}\n");
    }
    let rows = || sections.iter().flat_map(|section| &section.rows);
    let met = rows().filter(|row| row.is_met()).count();
    let _ = write!(page, "{METHOD}\nMet: {met} of {} rows.\n", rows().count());
    for section in sections.iter().filter(|section| !section.rows.is_empty()) {
        page += &table(section);
    }
    page
}

fn table(section: &Section) -> String {
    let mut table = format!("\n## {}\n\n{}\n\n| line |", section.title, section.about);
    for column in section.columns {
        table += &format!(" {column} |");
    }
    table += &format!(" met |\n|---|{}---|\n", "--:|".repeat(section.columns.len()));
    for row in &section.rows {
        table += &format!("| `{}` |", row.line.replace('|', "\\|"));
        for figure in &row.figures {
            table += &format!(" {} |", figure.as_ref().map_or(String::new(), cell));
        }
        table += if row.is_met() { " yes |\n" } else { " **no** |\n" };
    }
    if let Some(limit) = section.mean {
        table += "| geometric mean |";
        for column in 0..section.columns.len() {
            let mean = section.mean_of(column).map(|mean| Figure::within(limit, mean, "x"));
            table += &format!(" {} |", mean.as_ref().map_or(String::new(), cell));
        }
        table += " |\n";
    }
    table
}

fn cell(figure: &Figure) -> String {
    match figure.limit.filter(|_| !figure.is_met()) {
        Some(limit) => format!("**{figure}** ({limit})"),
        None => figure.to_string(),
    }
}
