//! Two answers, line by line.

use std::collections::BTreeSet;

/// How an answer compares with bash's.
pub struct Compared {
    /// Lines that bash printed.
    pub lines: usize,
    /// Those of them that stand in our answer too, in the same order.
    pub same: usize,
    /// `same`, or what the difference comes from.
    pub class: String,
}

/// The class of answers without any difference.
pub const SAME: &str = "same";

/// The class of tests that bash itself does not answer the same twice.
pub const UNKNOWN: &str = "bash answers otherwise each time";

impl Compared {
    /// Of a test that tells nothing.
    pub fn unknown() -> Compared {
        Compared { lines: 0, same: 0, class: UNKNOWN.into() }
    }
}

/// Compares; `ours` is none when it did not end in time.
pub fn compare(wanted: &[u8], ours: Option<&[u8]>) -> Compared {
    let wanted_lines = lines(wanted);
    let Some(ours) = ours else {
        return Compared { lines: wanted_lines.len(), same: 0, class: "does not end in time".into() };
    };
    let our_lines = lines(ours);
    let common = common(&wanted_lines, &our_lines);
    let same = common.iter().filter(|common| **common).count();
    let class = match wanted == ours {
        true => SAME.into(),
        false => class(&wanted_lines, &our_lines, &common),
    };
    Compared { lines: wanted_lines.len(), same, class }
}

/// Prints the lines that only one side has.
pub fn show(name: &str, wanted: &[u8], ours: Option<&[u8]>) {
    let (wanted, ours) = (lines(wanted), lines(ours.unwrap_or_default()));
    let common = common(&wanted, &ours);
    let kept: Vec<&[u8]> =
        wanted.iter().zip(&common).filter(|(_, common)| **common).map(|(line, _)| *line).collect();
    let mut at = 0;
    let mut own = ours.iter();
    for (line, common) in wanted.iter().zip(&common) {
        match common {
            true => {
                for line in own.by_ref().take_while(|line| **line != kept[at]) {
                    println!("{name}: + {}", String::from_utf8_lossy(line));
                }
                at += 1;
            }
            false => println!("{name}: - {}", String::from_utf8_lossy(line)),
        }
    }
    for line in own {
        println!("{name}: + {}", String::from_utf8_lossy(line));
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Which of the wanted lines are in a longest sequence that both have.
fn common(wanted: &[&[u8]], ours: &[&[u8]]) -> Vec<bool> {
    let width = ours.len() + 1;
    let mut longest = vec![0u32; (wanted.len() + 1) * width];
    for (row, wanted) in wanted.iter().enumerate().rev() {
        for (column, ours) in ours.iter().enumerate().rev() {
            longest[row * width + column] = match wanted == ours {
                true => longest[(row + 1) * width + column + 1] + 1,
                false => longest[(row + 1) * width + column].max(longest[row * width + column + 1]),
            };
        }
    }
    let mut common = vec![false; wanted.len()];
    let (mut row, mut column) = (0, 0);
    while row < wanted.len() && column < ours.len() {
        if wanted[row] == ours[column] {
            common[row] = true;
            row += 1;
            column += 1;
        } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    common
}

/// What a difference comes from, as far as the answers tell.
fn class(wanted: &[&[u8]], ours: &[&[u8]], common: &[bool]) -> String {
    let text = |line: &&[u8]| String::from_utf8_lossy(line).trim_end().to_owned();
    let expected: BTreeSet<String> = wanted.iter().map(text).collect();
    let own: Vec<String> = ours.iter().map(text).filter(|line| !expected.contains(line)).collect();
    let unsupported = own.iter().find_map(|line| line.split_once("mirage: unsupported: "));
    if let Some((_, what)) = unsupported {
        return format!("unsupported: {what}");
    }
    if let Some(limit) = own.iter().find_map(|line| line.split_once("mirage: limit: ")) {
        return format!("limit: {}", limit.1);
    }
    let missing = own.iter().find_map(|line| {
        let name = line.strip_suffix(": command not found")?.rsplit(": ").next()?;
        let as_bash = format!(": {name}: command not found");
        (!expected.iter().any(|line| line.ends_with(&as_bash))).then_some(name)
    });
    if let Some(name) = missing {
        return format!("no command {name}");
    }
    let differing: Vec<String> =
        wanted.iter().zip(common).filter(|(_, common)| !**common).map(|(line, _)| text(line)).collect();
    let (mut sorted, mut our_sorted) = (wanted.to_vec(), ours.to_vec());
    sorted.sort_unstable();
    our_sorted.sort_unstable();
    if sorted == our_sorted {
        return "the same lines in another order".into();
    }
    let messages = differing.iter().filter(|line| line.contains(": line ")).count();
    match (differing.len(), messages) {
        (0, _) => format!("{} lines that bash does not print", ours.len() - wanted.len()),
        (all, messages) if all == messages => "words or line numbers of messages".into(),
        (all, _) if ours.len() + all <= wanted.len() => "lines that are missing".into(),
        (all, 0) => format!("values: {all} lines differ"),
        (all, messages) => format!("values: {} lines, and {messages} messages differ", all - messages),
    }
}
