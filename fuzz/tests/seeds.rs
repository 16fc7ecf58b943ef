//! Every target on its seeds and on mutations of them, the same in every run.
#![allow(clippy::disallowed_methods, reason = "reads the seeds from the disk")]

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use mirage_fuzz::{TARGETS, Target, target};

/// How many mutations of each seed are tried.
const MUTATIONS: u64 = 40;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut trials = Vec::new();
    for target in TARGETS {
        let seeds = Arc::new(read(&folder.join(target.name)));
        trials.push(Trial::test(format!("{}: seeds", target.name), {
            let seeds = seeds.clone();
            move || check_seeds(target, &seeds)
        }));
        trials.push(Trial::test(format!("{}: mutations", target.name), move || {
            check_mutations(target, &seeds)
        }));
    }
    trials.push(Trial::test("every folder of seeds has a target", move || {
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if target(&name).is_none() {
                return Err(format!("seeds/{name} belongs to no target").into());
            }
        }
        Ok(())
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

type Ended = Result<(), libtest_mimic::Failed>;

/// A target's seeds, in the order of their names.
fn read(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| fs::read(path).ok()).collect()
}

fn check_seeds(target: &Target, seeds: &[Vec<u8>]) -> Ended {
    if seeds.is_empty() {
        return Err(format!("seeds/{} is empty", target.name).into());
    }
    seeds.iter().for_each(|seed| (target.run)(seed));
    Ok(())
}

fn check_mutations(target: &Target, seeds: &[Vec<u8>]) -> Ended {
    let mut random = Random(0);
    for seed in seeds {
        for _ in 0..MUTATIONS {
            let mutated = random.mutate(seed, seeds);
            (target.run)(&mutated);
        }
    }
    Ok(())
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % bound.max(1)
    }

    /// A few cuts, repeats, changed bytes and pieces of other seeds.
    fn mutate(&mut self, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
        let mut text = seed.to_vec();
        for _ in 0..=self.below(3) {
            let start = self.below(text.len());
            let end = (start + self.below(8)).min(text.len());
            let piece = match self.below(4) {
                0 => Vec::new(),
                1 => text[start..end].repeat(2),
                2 => vec![self.below(256) as u8],
                _ => {
                    let other = &others[self.below(others.len())];
                    let from = self.below(other.len());
                    other[from..(from + self.below(12)).min(other.len())].to_vec()
                }
            };
            text.splice(start..end, piece);
        }
        text
    }
}
