//! What source files may name, and how long they may be.

use super::{Checkout, Finding};

/// Lines after which a file has more than one purpose.
const LONGEST: usize = 600;

/// Longer files that have one purpose all the same, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Words that some folders may not contain. Lines that only comment are not looked at.
struct Ban {
    folders: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    reason: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        folders: &["crates/"],
        except: &["crates/testkit/", "crates/resources/src/disk/", "crates/store/src/directory/"],
        words: &["std::fs", "tokio::fs"],
        reason: "host files are the disk resource's, the directory store's and the front ends'",
    },
    Ban {
        folders: &["crates/"],
        except: &["crates/testkit/"],
        words: &["std::process", "std::env::", "SystemTime::now", "Instant::now", "thread::spawn"],
        reason: "the engine takes processes, environment, clock and threads from Host",
    },
    Ban {
        folders: &["crates/"],
        except: &["crates/testkit/"],
        words: &["unsafe {", "unsafe fn", "unsafe impl"],
        reason: "unsafe code is for front ends",
    },
    Ban {
        folders: &["crates/vfs/", "crates/shell/", "crates/commands/", "crates/syntax/", "crates/pattern/"],
        except: &[],
        words: &["mirage_resources", "slack", "github", "linear", "gmail", "postgres"],
        reason: "the engine names no service",
    },
    Ban {
        folders: &["crates/resources/"],
        except: &[],
        words: &["mirage_commands", "mirage_shell", "mirage_syntax"],
        reason: "a resource knows nothing of commands and the shell",
    },
    Ban {
        folders: &["crates/syntax/", "crates/pattern/"],
        except: &[],
        words: &["async fn", "mirage_vfs", "mirage_shell", "mirage_store"],
        reason: "syntax and patterns are pure and depend on nothing of ours",
    },
];

impl Ban {
    fn applies(&self, path: &str) -> bool {
        let among = |folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
        among(self.folders) && !among(self.except)
    }
}

pub fn check(tree: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.below("", ".rs") {
        let text = tree.text(path);
        if is_test(path) {
            continue;
        }
        // Unit tests stand at the end of a file and are not counted.
        let code: Vec<&str> = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").collect();
        if code.len() > LONGEST && !LONG.iter().any(|(long, _)| *long == path) {
            findings.push(format!("{path}: {} lines: split it by stage", code.len()));
        }
        for ban in BANS.iter().filter(|ban| ban.applies(path)) {
            for word in ban.words {
                let hit =
                    code.iter().position(|line| line.contains(word) && !line.trim_start().starts_with("//"));
                if let Some(line) = hit {
                    findings.push(format!("{path}:{}: {word}: {}", line + 1, ban.reason));
                }
            }
        }
    }
    findings.extend(resources_are_apart(tree));
    findings
}

/// Tests may use what the product may not.
fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
        || path.starts_with("benches/")
}

/// No resource imports another: `crate::slack` is named only inside `slack/` and in the registry.
fn resources_are_apart(tree: &Checkout) -> Vec<Finding> {
    const SHARED: &[&str] = &["objects"];
    let kind_of = |path: &str| -> Option<String> {
        let (kind, _) = path.strip_prefix("crates/resources/src/")?.split_once('/')?;
        (!SHARED.contains(&kind)).then(|| kind.to_owned())
    };
    let mut kinds: Vec<String> = tree.below("crates/resources/src/", "/mod.rs").filter_map(kind_of).collect();
    kinds.dedup();
    let mut findings = Vec::new();
    for path in tree.below("crates/resources/src/", ".rs") {
        let Some(own) = kind_of(path) else { continue };
        let text = tree.text(path);
        for other in kinds.iter().filter(|kind| **kind != own && text.contains(&format!("crate::{kind}"))) {
            findings.push(format!("{path}: imports resource {other}: share through a folder of its own"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_that_reaches_for_the_host_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        let write = |path: &str, text: &str| {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, text).expect("written");
            path.to_owned()
        };
        for reach in ["std::fs::read(path)", "std::process::exit(1)", "std::env::var(name)", "unsafe { f() }"]
        {
            let text = format!("fn reach() {{ {reach} }}\n");
            let engine = write("crates/shell/src/reach.rs", &text);
            let front_end = write("frontends/cli/src/reach.rs", &text);
            let tree = Checkout { root: root.to_owned(), paths: vec![engine, front_end] };
            let findings = check(&tree);
            assert!(
                matches!(&findings[..], [one] if one.starts_with("crates/shell/src/reach.rs:1: ")),
                "{findings:?}"
            );
        }
    }
}
