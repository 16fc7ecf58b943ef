//! `docs/conformance.md`.

use std::fmt::Write;

use super::compare::{SAME, UNKNOWN};
use super::reading::Read;
use super::running::Tested;

/// The page.
pub fn page(read: &[Read], tested: &[Tested]) -> String {
    let mut page = String::from(
        "<!-- written by `cargo xtask conformance`; do not edit -->\n\n# Conformance\n\n\
         How bash itself and Mirage take the same scripts: those of bash 5.2.15's source package (Debian 12), which is \
         fetched and\nnot kept here, and those of a system.\n\n## Accepted and refused\n\nA script counts when the parser accepts \
         or refuses it as `bash -n` does.\n\n| scripts | count | as bash |\n|---|---|---|\n",
    );
    for read in read {
        let _ = writeln!(page, "| {} | {} | {} |", read.what, read.count, read.count - read.wrong.len());
    }
    page.push_str(
        "\n## bash's own tests\n\nEach runs as `bash ./NAME 2>&1` in real bash, as an ordinary user without a terminal, and in \
         `mirage run` on a folder mounted\nwith `mode=exec`. A test is the same when every byte is; lines count where they \
         appear in the same order.\n\n",
    );
    page.push_str(&results(tested));
    page
}

/// The rates and the table of the tests.
pub fn results(tested: &[Tested]) -> String {
    let counted: Vec<&Tested> = tested.iter().filter(|test| test.compared.class != UNKNOWN).collect();
    let same = counted.iter().filter(|test| test.compared.class == SAME).count();
    let lines: usize = counted.iter().map(|test| test.compared.lines).sum();
    let same_lines: usize = counted.iter().map(|test| test.compared.same).sum();
    let rate = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let mut text = format!(
        "Same: {same} of {} tests ({:.1} %), {same_lines} of {lines} lines ({:.1} %).\n\n| test | lines | same | class |\n\
         |---|---|---|---|\n",
        counted.len(),
        rate(same, counted.len()),
        rate(same_lines, lines),
    );
    for Tested { name, compared } in tested {
        let class = compared.class.replace('|', "\\|");
        let _ = writeln!(text, "| {name} | {} | {} | {class} |", compared.lines, compared.same);
    }
    text
}
