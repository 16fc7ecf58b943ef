//! Rows as a tree: which row stands below which.

use std::collections::HashMap;

use mirage_shell::command::Locale;

/// The rows in the order of the tree.
pub struct Tree {
    /// The column that shows it.
    pub column: usize,
    pub roots: Vec<usize>,
    pub children: Vec<Vec<usize>>,
}

impl Tree {
    /// The tree of `rows`: a row is below the one whose `id` is its `parent`.
    pub fn new(rows: &[Vec<Vec<u8>>], column: usize, id: usize, parent: usize) -> Tree {
        let mut by_id: HashMap<&[u8], usize, foldhash::fast::FixedState> = HashMap::default();
        for (number, row) in rows.iter().enumerate() {
            if let Some(id) = row.get(id) {
                by_id.entry(id).or_insert(number);
            }
        }
        let mut tree = Tree { column, roots: Vec::new(), children: vec![Vec::new(); rows.len()] };
        for (number, row) in rows.iter().enumerate() {
            let above = row.get(parent).and_then(|parent| by_id.get(&parent[..])).copied();
            match above.filter(|above| *above != number) {
                Some(above) => tree.children[above].push(number),
                None => tree.roots.push(number),
            }
        }
        tree
    }

    /// The rows from the top down, each with the lines to draw in front of it.
    pub fn walk(&self, locale: Locale) -> Vec<(usize, Vec<u8>)> {
        let [on, last, below, nothing] = match locale {
            Locale::Utf8 => ["├─", "└─", "│ ", "  "],
            Locale::C => ["|-", "`-", "| ", "  "],
        };
        let mut rows = Vec::new();
        // What is left to print: a row, the lines of its ancestors, and its own.
        let mut left: Vec<(usize, Vec<u8>, &str, &str)> =
            self.roots.iter().rev().map(|root| (*root, Vec::new(), "", "")).collect();
        while let Some((row, above, own, after)) = left.pop() {
            let prefix = [&above[..], own.as_bytes()].concat();
            let beneath = [&above[..], after.as_bytes()].concat();
            rows.push((row, prefix));
            let children = &self.children[row];
            for (number, child) in children.iter().enumerate().rev() {
                let (own, after) = if number + 1 == children.len() { (last, nothing) } else { (on, below) };
                left.push((*child, beneath.clone(), own, after));
            }
        }
        rows
    }
}
