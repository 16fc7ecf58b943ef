//! A tutorial is typed from its first line to its last, in one directory.

use super::documents::{Document, type_line, typed};
use super::support::directory;

#[test]
fn the_first_workspace_is_as_it_says() {
    let user = directory(&[]);
    for (kind, block) in Document::read("docs/tutorials/first-workspace.md").all_blocks() {
        match kind {
            "sh" => assert_eq!(type_line(block, user.path()).status, 0, "{block}"),
            "console" => {
                for (line, printed) in typed(block) {
                    assert_eq!(type_line(&line, user.path()).stdout, printed, "{line}");
                }
            }
            _ => panic!("a block of {kind}, which nobody types"),
        }
    }
}
