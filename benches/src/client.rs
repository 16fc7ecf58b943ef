//! The process that runs lines through the facade: apart from this one, because a program that is started counts the
//! memory of the one that starts it as its own.

use std::cell::RefCell;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::data::Data;

/// A workspace in another process.
pub struct Facade {
    child: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Facade {
    /// Starts `program`, which copies the data into memory.
    pub fn start(program: &Path, data: &Data) -> Result<Facade, Box<dyn Error>> {
        let mut child =
            Command::new(program).arg(&data.folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdin, stdout) = child.stdin.take().zip(child.stdout.take()).ok_or("no pipes")?;
        Ok(Facade { child, pipes: RefCell::new((stdin, BufReader::new(stdout))) })
    }

    /// Microseconds of CPU time that `line` takes in `session`, the mean of `turns` runs.
    pub fn cost(&self, session: &str, turns: u32, line: &str) -> Result<f64, Box<dyn Error>> {
        self.ask(&format!("cost {session} {turns} {line}"))
    }

    /// The longest that the `echo` of another session waits beside `line`, in microseconds of elapsed time.
    pub fn wait(&self, line: &str) -> Result<f64, Box<dyn Error>> {
        self.ask(&format!("wait {line}"))
    }

    fn ask(&self, question: &str) -> Result<f64, Box<dyn Error>> {
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        writeln!(stdin, "{question}")?;
        let mut answer = String::new();
        stdout.read_line(&mut answer)?;
        answer.trim().parse().map_err(|_| format!("{question}: no answer").into())
    }
}

impl Drop for Facade {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
