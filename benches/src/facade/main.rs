//! Lines in one process that is up already, as an agent's host runs them.
//!
//! `benches` starts this and asks on its standard input, a question a line: `cost SESSION TURNS LINE` for the CPU time of
//! a line, `wait LINE` for how long others wait beside it. Answers are microseconds. The sessions are `disk` and `ram`,
//! which are where the data is, and `full`, which has 2 000 variables.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measuring program: it reads clocks and talks to the one that started it"
)]

mod beside;
mod cost;

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let data = std::env::args().nth(1).ok_or("usage: facade DATA")?;
    let workspace = cost::Lines::new(Path::new(&data))?;
    for question in std::io::stdin().lines() {
        let question = question?;
        let (verb, rest) = question.split_once(' ').ok_or("a verb and a line")?;
        let answer = match verb {
            "wait" => beside::longest_wait(rest)?,
            _ => {
                let mut words = rest.splitn(3, ' ');
                let mut word = || words.next().ok_or("a session, a number and a line");
                workspace.cost(word()?, word()?.parse()?, word()?)?
            }
        };
        println!("{}", answer.as_secs_f64() * 1e6);
    }
    Ok(())
}
