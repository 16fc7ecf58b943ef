//! `cargo xtask fuzz-flags`: random combinations of a command's flags, on the product and on the real tool.
//!
//! The flags come from the command's declaration, operands and values from its [recipe](recipes). Many lines run as one
//! batch on either side, each in a directory of its own with the same files. What differs in status, output, messages
//! or files left is made smaller, one word at a time, and printed as a case that is ready to be recorded.

mod generate;
mod line;
mod recipes;
mod sides;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use mirage_testkit::oracle::Oracle;

use crate::{Result, project, shell};
use generate::{Random, generate};
use line::Line;
use recipes::Recipe;
use sides::{Outcome, Product};

/// Lines of a batch: enough that starting either side does not count.
const BATCH: usize = 40;

/// What to try.
#[derive(clap::Args)]
pub struct Arguments {
    /// Commands; all that have a recipe when none is named.
    commands: Vec<String>,
    /// How long to try, in seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Where the random choices start: the same number gives the same lines.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(arguments: &Arguments) -> Result {
    shell::run("cargo build --quiet -p mirage-cli")?;
    let recipes = chosen(&arguments.commands)?;
    let scratch = project::target().join("fuzz-flags");
    let sides = Sides { oracle: Oracle::new(&scratch)?, product: Product::new(&scratch)? };
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut random = Random::new(arguments.seed);
    let (mut tried, mut found) = (0, BTreeSet::new());
    while Instant::now() < end {
        let lines: Vec<Line> =
            (0..BATCH).map(|at| generate(recipes[(tried + at) % recipes.len()], &mut random)).collect();
        tried += lines.len();
        let differing = match sides.differing(&lines) {
            Ok(differing) => differing,
            // A line that waits for ever on one side takes its batch with it.
            Err(error) => {
                println!("{error}, among:");
                lines.iter().for_each(|line| println!("  {}", line.text()));
                continue;
            }
        };
        for line in differing {
            let line = sides.smallest(line)?;
            // One case for each way to differ is enough.
            if found.insert(line.kind()) {
                let outcomes = (sides.oracle_outcome(&line)?, sides.product_outcome(&line)?);
                println!("{}", line.as_case(&outcomes.0, &outcomes.1));
            }
        }
    }
    println!("{tried} lines of {} commands, {} ways to differ", recipes.len(), found.len());
    match found.len() {
        0 => Ok(()),
        count => Err(format!("{count} differences").into()),
    }
}

fn chosen(names: &[String]) -> Result<Vec<&'static Recipe>> {
    if names.is_empty() {
        let known = |recipe: &&Recipe| generate::spec(recipe.command).is_some();
        return Ok(recipes::all().filter(known).collect());
    }
    let find = |name: &String| {
        let known: Vec<_> = recipes::all().filter(|recipe| recipe.command == name).collect();
        match known.is_empty() {
            true => Err(format!("{name}: no recipe in xtask/src/fuzz_flags/recipes").into()),
            false => Ok(known),
        }
    };
    let found: Result<Vec<Vec<&'static Recipe>>> = names.iter().map(find).collect();
    Ok(found?.concat())
}

/// The real tool and ours.
struct Sides {
    oracle: Oracle,
    product: Product,
}

impl Sides {
    /// The lines that do not do the same on both sides.
    fn differing<'a>(&self, lines: &'a [Line]) -> Result<Vec<&'a Line>> {
        let case = line::batch(lines);
        let theirs = sides::outcomes(&self.oracle.run(&case)?, lines.len());
        let ours = sides::outcomes(&self.product.run(&case)?, lines.len());
        let pairs = lines.iter().zip(theirs.into_iter().zip(ours));
        Ok(pairs.filter(|(_, (theirs, ours))| theirs != ours).map(|(line, _)| line).collect())
    }

    /// A line with as few words as still differ.
    fn smallest(&self, line: &Line) -> Result<Line> {
        let mut line = line.clone();
        loop {
            let shorter: Vec<Line> = line.shorter().collect();
            match self.differing(&shorter)?.first() {
                Some(first) => line = (*first).clone(),
                None => return Ok(line),
            }
        }
    }

    fn oracle_outcome(&self, line: &Line) -> Result<Outcome> {
        Ok(sides::outcomes(&self.oracle.run(&line::batch(std::slice::from_ref(line)))?, 1).remove(0))
    }

    fn product_outcome(&self, line: &Line) -> Result<Outcome> {
        Ok(sides::outcomes(&self.product.run(&line::batch(std::slice::from_ref(line)))?, 1).remove(0))
    }
}
