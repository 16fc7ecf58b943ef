//! Cases in which an operation on a mount fails: each in turn, once.
//!
//! Whatever fails, the line ends, leaves no file open, and either does the same as ever or says that something went wrong:
//! no wrong answer passes in silence.

use std::sync::Arc;
use std::time::Duration;

use mirage::{DynResource, ErrorKind, ExecuteOptions, Outcome, RefusalKind};
use mirage_testkit::cases::{Case, Files, Property};
use mirage_vfs::layers::{Fault, FaultKind, Faults};

use crate::memory::run;
use crate::options;

/// How many operations of a case are made to fail; a longer case has them spread over its length.
const TRIES: u64 = 12;

/// Long enough for any case that does not wait, and short enough for one that does not end.
const PATIENCE: Duration = Duration::from_secs(10);

/// What keeps a script from being asked, and why.
const NOT_ASKED: &[(&str, &str)] = &[
    ("2>", "hides messages"),
    ("&>", "hides messages"),
    (">&", "hides messages"),
    ("|&", "hides messages"),
    ("exec", "moves standard error"),
    ("grep -s", "asks for no messages"),
    ("getline", "a status of -1 is how awk tells, and its script may look past it"),
    ("file -0 a | od", "`file` tells on standard output, and this cuts the message"),
    ("file -b $i | cut", "`file` tells on standard output, and this cuts the message"),
    ("tree -U a >/dev/null", "`tree` tells on standard output"),
    (
        "shuf --random-source",
        "which bytes are taken depends on whether the input's size is known, as in GNU's",
    ),
    ("sleep", "waits"),
    ("timeout", "waits"),
];

/// What tells of a failure on standard output.
const TOLD_IN_OUTPUT: &[(&str, &str)] = &[
    ("(Input/output error)", "`file` tells there what it cannot open, with status 0"),
    ("error opening dir", "`tree` tells there what it cannot list"),
];

/// Commands whose columns are as wide as the sizes of files make them, which are not known when asking for them fails.
const SIZED_COLUMNS: &[&str] = &["wc", "grep"];

/// Each operation fails once.
pub(crate) struct EachOperationFails;

impl Property for EachOperationFails {
    fn name(&self) -> &str {
        "faults"
    }

    fn applies(&self, case: &Case) -> bool {
        let script = String::from_utf8_lossy(&case.script);
        !NOT_ASKED.iter().any(|(text, _)| script.contains(text))
    }

    fn check(&self, case: &Case) -> Result<(), String> {
        let counter = Faults::new();
        let (usual, left) = faulty(case, &counter, None)?;
        let count = counter.count();
        let step = count.div_ceil(TRIES).max(1);
        // Cases that are alike begin alike: each starts elsewhere, so that together they reach every operation.
        let first = 1 + case.name.bytes().map(u64::from).sum::<u64>() % step;
        for number in (first..=count).step_by(step as usize) {
            let faults = Faults::new();
            let (outcome, files) = faulty(case, &faults, Some(number))?;
            let told = format!("operation {number} of {count} fails: ");
            says_so_or_does_the_same(case, &faults, (&outcome, &files), (&usual, &left))
                .map_err(|found| told + &found)?;
        }
        Ok(())
    }
}

/// Runs the case with operation `number` failing, if one is to.
fn faulty(case: &Case, faults: &Faults, number: Option<u64>) -> Result<(Outcome, Files), String> {
    let layered = |ram| -> Arc<dyn DynResource> { Arc::new(Fault::new(Arc::new(ram), faults.clone())) };
    let start = || {
        if let Some(number) = number {
            faults.at(number, FaultKind::Fail(ErrorKind::Io));
        }
    };
    run(case, ExecuteOptions { timeout: Some(PATIENCE), ..options(case) }, layered, start)
}

fn says_so_or_does_the_same(
    case: &Case,
    faults: &Faults,
    (outcome, files): (&Outcome, &Files),
    (usual, left): (&Outcome, &Files),
) -> Result<(), String> {
    if faults.open_handles() != 0 {
        return Err(format!("{} files stay open", faults.open_handles()));
    }
    if let Some(refusal) = outcome.refusal.as_ref().filter(|refusal| refusal.kind != RefusalKind::Start) {
        return Err(format!("refused: {}", refusal.message));
    }
    let same = outcome.exit_code == usual.exit_code && files == left && prints_the_same(case, outcome, usual);
    if same || outcome.stderr != usual.stderr || tells_in_output(outcome) {
        return Ok(());
    }
    Err(format!(
        "no message, and another answer: status {} for {}, stdout {:?} for {:?}",
        outcome.exit_code, usual.exit_code, outcome.stdout, usual.stdout
    ))
}

fn prints_the_same(case: &Case, outcome: &Outcome, usual: &Outcome) -> bool {
    let script = String::from_utf8_lossy(&case.script);
    let without_blanks =
        |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(|byte| *byte != b' ').collect() };
    outcome.stdout == usual.stdout
        || SIZED_COLUMNS.iter().any(|command| script.contains(command))
            && without_blanks(&outcome.stdout) == without_blanks(&usual.stdout)
}

fn tells_in_output(outcome: &Outcome) -> bool {
    let output = String::from_utf8_lossy(&outcome.stdout);
    TOLD_IN_OUTPUT.iter().any(|(text, _)| output.contains(text))
}
