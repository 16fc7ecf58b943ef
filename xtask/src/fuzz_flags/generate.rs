//! Random lines from a recipe and the command's declaration.

use mirage_shell::command::{Flag, Spec, Value};

use super::line::{Line, Stdin, Word};
use super::recipes::{Recipe, VALUES};

/// A small generator of numbers that is the same everywhere: splitmix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        choices.get(self.below(choices.len())).copied()
    }
}

/// A line: some flags with values, and operands.
pub fn generate(recipe: &'static Recipe, random: &mut Random) -> Line {
    let spec = spec(recipe.command);
    let flags: Vec<&Flag> = spec
        .map(|spec| spec.flags.iter().filter(|flag| !is_avoided(recipe, flag)).collect())
        .unwrap_or_default();
    let mut words = Vec::new();
    // Few flags mostly: what three cannot show is rare.
    let count = random.below(5).min(flags.len());
    for _ in 0..count {
        if let Some(flag) = random.pick(&flags) {
            words.push(Word::Flag(spelled(flag, recipe, random)));
        }
    }
    words.extend(
        recipe.always.iter().filter_map(|choices| random.pick(choices)).map(|word| Word::Fixed(word.into())),
    );
    let form = random.pick(recipe.operands).unwrap_or_default();
    for choices in form {
        let operand = random.pick(choices).unwrap_or_default();
        if !operand.is_empty() {
            words.push(Word::Operand(operand.into()));
        }
    }
    let locale = if random.one_in(6) { "LC_ALL=C " } else { "" };
    let stdin = random.pick(Stdin::ALL).unwrap_or(Stdin::Empty);
    Line {
        prefix: locale.into(),
        through: recipe.through,
        command: recipe.command,
        words,
        then: recipe.then,
        stdin,
    }
}

/// The declaration of a command.
pub fn spec(command: &str) -> Option<&'static Spec> {
    mirage_commands::ALL.iter().map(|known| known.spec()).find(|spec| spec.name == command)
}

fn is_avoided(recipe: &Recipe, flag: &Flag) -> bool {
    let long = flag.long.unwrap_or_default();
    let short = flag.short.map(String::from).unwrap_or_default();
    flag.help.is_empty() || recipe.avoid.iter().any(|avoided| *avoided == long || *avoided == short)
}

/// `-n5`, `-n 5`, `--lines=5`: a flag as someone might type it.
fn spelled(flag: &Flag, recipe: &Recipe, random: &mut Random) -> String {
    let value = match flag.value {
        Value::None => None,
        Value::Required(name) => Some(value(flag, name, recipe, random)),
        Value::Optional(name) => random.one_in(2).then(|| value(flag, name, recipe, random)),
    };
    let long = flag.long.filter(|_| flag.short.is_none() || random.one_in(4));
    match (long, flag.short, value) {
        (Some(long), _, None) => format!("--{long}"),
        (Some(long), _, Some(value)) => format!("--{long}={value}"),
        (None, Some(short), None) => format!("-{short}"),
        (None, Some(short), Some(value)) => {
            // An optional value must stand at its letter, and so must what would else be no word.
            let apart = matches!(flag.value, Value::Required(_)) && random.one_in(2);
            format!("-{short}{}{value}", if apart { " " } else { "" })
        }
        (None, None, _) => String::new(),
    }
}

fn value(flag: &Flag, name: &str, recipe: &Recipe, random: &mut Random) -> String {
    let short = flag.short.map(String::from).unwrap_or_default();
    let own = recipe.values.iter().find(|(key, _)| Some(*key) == flag.long || *key == short);
    let choices = match own {
        Some((_, choices)) => choices,
        None => {
            VALUES.iter().find(|(key, _)| *key == name).map_or(&["1", "x", "''"][..], |(_, choices)| choices)
        }
    };
    random.pick(choices).unwrap_or_default().to_owned()
}
