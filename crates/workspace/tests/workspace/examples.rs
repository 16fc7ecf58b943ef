//! What the help of a command shows is what happens.

use mirage::ExecuteOptions;

use super::{host, workspace};

#[test]
fn the_examples_of_every_command_print_what_they_say() {
    let host = host();
    let mut differences = String::new();
    for spec in mirage_commands::ALL.iter().map(|command| command.spec()) {
        for example in spec.examples {
            // An example makes its own input: it finds an empty directory.
            let options = ExecuteOptions { cwd: Some("/tmp".into()), ..ExecuteOptions::default() };
            let outcome = host.block_on(workspace(&host).execute(example.line, options));
            let printed = String::from_utf8_lossy(&outcome.stdout);
            if printed != example.output {
                let errors = String::from_utf8_lossy(&outcome.stderr);
                differences.push_str(&format!(
                    "{}: {}\n$ {}\nsaid {:?}\ndoes {printed:?} {errors:?}\n\n",
                    spec.name, example.title, example.line, example.output,
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
