//! The files that are worked on: the same bytes on every machine.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where the lines of a bench run.
pub struct Data {
    /// Holds `small`, `large`, `events`, `tree` and `forest`.
    pub folder: PathBuf,
}

/// Makes the data below `folder` unless it is there.
pub fn make(folder: &Path, megabytes: u64) -> io::Result<Data> {
    let folder = folder.join(format!("{megabytes}MB"));
    let done = folder.join(".complete");
    if !done.exists() {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("small"), "a line\nand another\n")?;
        large(&folder.join("large"), megabytes * 1_000_000)?;
        events(&folder.join("events"), megabytes * 250_000)?;
        tree(&folder.join("tree"))?;
        forest(&folder.join("forest"))?;
        fs::write(done, "")?;
    }
    Ok(Data { folder })
}

/// A generator of the xorshift kind: good enough to look like a log.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn large(path: &Path, bytes: u64) -> io::Result<()> {
    const WORDS: [&str; 8] =
        ["connected", "refused", "timeout after", "served", "closed", "retry of", "cached", "lost"];
    let mut random = Random(42);
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    while written < bytes {
        // The first two events are common, so that searches for the others find little.
        let events = if random.below(10) == 0 { WORDS.len() } else { 2 };
        let line = format!(
            "{} {} user{} {} {} time={}\n",
            1_700_000_000 + random.below(10_000_000),
            random.below(100_000),
            random.below(5_000),
            WORDS[random.below(events as u64) as usize],
            random.below(1_000),
            random.below(1_000_000),
        );
        written += line.len() as u64;
        file.write_all(line.as_bytes())?;
    }
    file.flush()
}

fn events(path: &Path, bytes: u64) -> io::Result<()> {
    const KINDS: [&str; 5] = ["open", "close", "push", "merge", "comment"];
    let mut random = Random(5);
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    while written < bytes {
        let line = format!(
            "{{\"id\":{},\"kind\":\"{}\",\"a\":{},\"user\":{{\"name\":\"user{}\",\"admin\":{}}},\"tags\":[\"t{}\",\"t{}\"],\"text\":\"some words, and a \\\"quote\\\" number {}\"}}\n",
            random.below(10_000_000),
            KINDS[random.below(5) as usize],
            random.below(100_000),
            random.below(5_000),
            random.below(2) == 0,
            random.below(50),
            random.below(50),
            random.below(1_000_000),
        );
        written += line.len() as u64;
        file.write_all(line.as_bytes())?;
    }
    file.flush()
}

/// 100 folders of 100 files of about 2 KB; one file in fifty holds the needle.
fn tree(path: &Path) -> io::Result<()> {
    let mut random = Random(7);
    for folder in 0..100 {
        let folder = path.join(format!("part{}/folder{folder}", folder % 10));
        fs::create_dir_all(&folder)?;
        for file in 0..100 {
            let mut text = String::new();
            for _ in 0..40 {
                text.push_str(&format!(
                    "some text of a file {} and {}\n",
                    random.below(1000),
                    random.below(1000)
                ));
            }
            if random.below(50) == 0 {
                text.push_str("here is the needle\n");
            }
            fs::write(folder.join(format!("file{file}.txt")), text)?;
        }
    }
    Ok(())
}

/// 1 000 folders of 100 small files.
fn forest(path: &Path) -> io::Result<()> {
    let mut random = Random(11);
    for folder in 0..1000 {
        let folder = path.join(format!("part{}/folder{folder}", folder % 30));
        fs::create_dir_all(&folder)?;
        for file in 0..100 {
            let text = format!("a number: {}\n", random.below(1_000_000));
            fs::write(folder.join(format!("file{file}.txt")), text)?;
        }
    }
    fs::write(path.join("last.txt"), "needle\n")
}
