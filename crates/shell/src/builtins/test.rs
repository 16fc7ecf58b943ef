//! `test` and `[`, as builtin and as program, and the file tests they share with `[[ ]]`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::tree::{Access, Follow, View};
use mirage_vfs::{Entry, Error, Kind, OpenOptions, Size, Special, Time};

use super::options::integer;
use super::{Invocation, Outcome};
use crate::execute::{Shell, Stop};
use crate::io::{Descriptor, Io};
use crate::state::ShellOption;

/// A parsed expression.
#[derive(Debug, PartialEq, Eq)]
pub enum Test {
    /// True when the word is not empty; no word is false.
    Word(Option<Bytes>),
    /// `-f word`: the letter and the operand.
    Unary(u8, Bytes),
    /// `word operator word`.
    Binary(Bytes, Bytes, Bytes),
    /// `! test`
    Not(Box<Test>),
    /// `test -a test`
    And(Box<Test>, Box<Test>),
    /// `test -o test`
    Or(Box<Test>, Box<Test>),
}

/// The letters of the operators with one operand.
const UNARY: &[u8] = b"abcdefghknoprstuvwxzGLNORS";

/// The operators with two operands.
const BINARY: [&[u8]; 15] = [
    b"=", b"==", b"!=", b"<", b">", b"-eq", b"-ne", b"-lt", b"-le", b"-gt", b"-ge", b"-nt", b"-ot", b"-ef",
    b"=~",
];

/// What is wrong with an expression: the message behind the command's name, and the status is 2.
pub type Wrong = Vec<u8>;

/// Parses the words of `test`: the number of words decides first, as POSIX has it.
pub fn parse(words: &[Bytes]) -> Result<Test, Wrong> {
    if let Some(test) = by_count(words)? {
        return Ok(test);
    }
    let mut parser = Parser { words, at: 0 };
    let test = parser.or()?;
    match parser.at == words.len() {
        true => Ok(test),
        false => Err(b"too many arguments".to_vec()),
    }
}

fn by_count(words: &[Bytes]) -> Result<Option<Test>, Wrong> {
    Ok(Some(match words {
        [] => Test::Word(None),
        [word] => Test::Word(Some(word.clone())),
        [not, word] if not == "!" => Test::Not(Box::new(Test::Word(Some(word.clone())))),
        [operator, operand] => match unary(operator) {
            Some(letter) => Test::Unary(letter, operand.clone()),
            None => return Err([operator, &b": unary operator expected"[..]].concat()),
        },
        [left, operator, right] => {
            if is_binary(operator) {
                Test::Binary(left.clone(), operator.clone(), right.clone())
            } else if operator == "-a" || operator == "-o" {
                let (left, right) = (Test::Word(Some(left.clone())), Test::Word(Some(right.clone())));
                match &operator[..] {
                    b"-a" => Test::And(Box::new(left), Box::new(right)),
                    _ => Test::Or(Box::new(left), Box::new(right)),
                }
            } else if left == "!" {
                return Ok(by_count(&words[1..])?.map(|test| Test::Not(Box::new(test))));
            } else if left == "(" && right == ")" {
                Test::Word(Some(operator.clone()))
            } else {
                return Err([operator, &b": binary operator expected"[..]].concat());
            }
        }
        [not, rest @ ..] if not == "!" && rest.len() == 3 => {
            return Ok(by_count(rest)?.map(|test| Test::Not(Box::new(test))));
        }
        [open, inner @ .., close] if open == "(" && close == ")" && inner.len() == 2 => {
            return by_count(inner);
        }
        _ => return Ok(None),
    }))
}

fn unary(word: &[u8]) -> Option<u8> {
    match word {
        [b'-', letter] if UNARY.contains(letter) => Some(*letter),
        _ => None,
    }
}

fn is_binary(word: &[u8]) -> bool {
    BINARY[..14].contains(&word)
}

struct Parser<'a> {
    words: &'a [Bytes],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Bytes> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Result<Bytes, Wrong> {
        let word = self.peek().cloned().ok_or_else(|| b"argument expected".to_vec())?;
        self.at += 1;
        Ok(word)
    }

    fn or(&mut self) -> Result<Test, Wrong> {
        let mut test = self.and()?;
        while self.peek().is_some_and(|word| word == "-o") {
            self.at += 1;
            test = Test::Or(Box::new(test), Box::new(self.and()?));
        }
        Ok(test)
    }

    fn and(&mut self) -> Result<Test, Wrong> {
        let mut test = self.term()?;
        while self.peek().is_some_and(|word| word == "-a") {
            self.at += 1;
            test = Test::And(Box::new(test), Box::new(self.term()?));
        }
        Ok(test)
    }

    fn term(&mut self) -> Result<Test, Wrong> {
        let mut negations = 0;
        while self.peek().is_some_and(|word| word == "!") {
            self.at += 1;
            negations += 1;
        }
        let test = self.primary()?;
        Ok(if negations % 2 == 1 { Test::Not(Box::new(test)) } else { test })
    }

    fn primary(&mut self) -> Result<Test, Wrong> {
        if self.peek().is_some_and(|word| word == "(") {
            self.at += 1;
            let test = self.or()?;
            return match self.peek() {
                None => Err(b"`)' expected".to_vec()),
                Some(close) if close == ")" => {
                    self.at += 1;
                    Ok(test)
                }
                Some(other) => Err([&b"`)' expected, found "[..], other].concat()),
            };
        }
        let left = self.words.len() - self.at;
        if left >= 3 && is_binary(&self.words[self.at + 1]) {
            let words = [self.next()?, self.next()?, self.next()?];
            let [one, operator, two] = words;
            return Ok(Test::Binary(one, operator, two));
        }
        let word = self.next()?;
        match unary(&word) {
            Some(letter) if self.at < self.words.len() => Ok(Test::Unary(letter, self.next()?)),
            _ => Ok(Test::Word(Some(word))),
        }
    }
}

/// What `test` asks beside files: `-v`, `-o`, `-R`.
pub type Ask<'a> = dyn Fn(u8, &[u8]) -> bool + 'a;

/// Whether the expression holds, over the files of `view` and the descriptors of `io`.
pub fn evaluate<'a>(
    test: &'a Test,
    view: &'a View,
    io: &'a Io,
    ask: &'a Ask<'a>,
) -> LocalBoxFuture<'a, Result<bool, Wrong>> {
    async move {
        match test {
            Test::Word(word) => Ok(word.as_ref().is_some_and(|word| !word.is_empty())),
            Test::Unary(b'n', word) => Ok(!word.is_empty()),
            Test::Unary(b'z', word) => Ok(word.is_empty()),
            Test::Unary(letter @ (b'v' | b'o' | b'R'), word) => Ok(ask(*letter, word)),
            Test::Unary(b't', word) => match integer(word) {
                // No stream of a line is a terminal.
                Some(_) => Ok(false),
                None => Err([word, &b": integer expression expected"[..]].concat()),
            },
            Test::Unary(letter, word) => file_test(view, io, *letter, word).await,
            Test::Binary(left, operator, right) => match &operator[..] {
                b"-nt" | b"-ot" | b"-ef" => compare_files(view, left, operator, right).await,
                _ => compare(left, operator, right),
            },
            Test::Not(test) => Ok(!evaluate(test, view, io, ask).await?),
            // Both sides are looked at, as both may be wrong.
            Test::And(left, right) => {
                let holds = evaluate(left, view, io, ask).await?;
                Ok(evaluate(right, view, io, ask).await? && holds)
            }
            Test::Or(left, right) => {
                let holds = evaluate(left, view, io, ask).await?;
                Ok(evaluate(right, view, io, ask).await? || holds)
            }
        }
    }
    .boxed_local()
}

fn compare(left: &[u8], operator: &[u8], right: &[u8]) -> Result<bool, Wrong> {
    match operator {
        b"=" | b"==" => return Ok(left == right),
        b"!=" => return Ok(left != right),
        b"<" => return Ok(left < right),
        b">" => return Ok(left > right),
        _ => {}
    }
    let number = |text: &[u8]| integer(text).ok_or_else(|| [text, b": integer expression expected"].concat());
    let (left, right) = (number(left)?, number(right)?);
    Ok(match operator {
        b"-eq" => left == right,
        b"-ne" => left != right,
        b"-lt" => left < right,
        b"-le" => left <= right,
        b"-gt" => left > right,
        _ => left >= right,
    })
}

/// What is wrong where it could not be told what is at `path`: no answer, not even "no".
fn untold(path: &[u8]) -> impl Fn(Error) -> Wrong {
    move |error| [path, b": ", error.to_string().as_bytes()].concat()
}

/// A test of one file: the letter of the operator.
pub async fn file_test(view: &View, io: &Io, letter: u8, path: &[u8]) -> Result<bool, Wrong> {
    if let Some(number) = descriptor_number(path) {
        return Ok(io.get(number).is_some_and(|descriptor| descriptor_test(descriptor, letter)));
    }
    let access = match letter {
        b'r' => Some(Access::Read),
        b'w' => Some(Access::Write),
        b'x' => Some(Access::Execute),
        _ => None,
    };
    if let Some(access) = access {
        return view.allows(path, access).await.map_err(untold(path));
    }
    let follow = if matches!(letter, b'h' | b'L') { Follow::No } else { Follow::Yes };
    let Some(entry) = view.probe(path, follow).await.map_err(untold(path))? else { return Ok(false) };
    match letter {
        b'a' | b'e' => Ok(true),
        b's' => holds_something(view, path, &entry).await.map_err(untold(path)),
        letter => Ok(entry_test(view, &entry, letter)),
    }
}

fn entry_test(view: &View, entry: &Entry, letter: u8) -> bool {
    let mode = entry.mode.unwrap_or(0);
    let uid = view.call().host().facts().uid;
    match letter {
        b'f' => entry.is_file(),
        b'd' => entry.is_directory(),
        b'h' | b'L' => entry.is_symlink(),
        b'b' => entry.kind == Kind::Special(Special::BlockDevice),
        b'c' => entry.kind == Kind::Special(Special::CharacterDevice),
        b'p' => entry.kind == Kind::Special(Special::Fifo),
        b'S' => entry.kind == Kind::Special(Special::Socket),
        b'u' => mode & 0o4000 != 0,
        b'g' => mode & 0o2000 != 0,
        b'k' => mode & 0o1000 != 0,
        b'O' => entry.owner.is_none_or(|owner| owner.user == uid),
        b'G' => entry.owner.is_none_or(|owner| owner.group == uid),
        b'N' => {
            matches!((entry.modified, entry.accessed), (Some(modified), Some(accessed)) if modified > accessed)
        }
        _ => false,
    }
}

/// Whether a file is not empty; where the service does not tell, it is read.
async fn holds_something(view: &View, path: &[u8], entry: &Entry) -> mirage_vfs::Result<bool> {
    match entry.size {
        Size::Exact(size) => Ok(size > 0),
        _ if !entry.is_file() => Ok(true),
        _ => {
            let file = view.open(path, &OpenOptions::reading()).await?;
            let first = file.read_at(view.call(), 0, 1).await;
            let _ = file.close(view.call()).await;
            Ok(!first?.is_empty())
        }
    }
}

fn descriptor_number(path: &[u8]) -> Option<u32> {
    match path {
        b"/dev/stdin" => Some(0),
        b"/dev/stdout" => Some(1),
        b"/dev/stderr" => Some(2),
        _ => std::str::from_utf8(path.strip_prefix(b"/dev/fd/")?).ok()?.parse().ok(),
    }
}

fn descriptor_test(descriptor: &Descriptor, letter: u8) -> bool {
    match letter {
        b'a' | b'e' => !descriptor.is_closed(),
        b'p' => descriptor.is_pipe(),
        b'f' => descriptor.as_file().is_some(),
        b'r' | b'w' | b'O' | b'G' => true,
        _ => false,
    }
}

/// `-nt`, `-ot`, `-ef`.
pub async fn compare_files(view: &View, left: &[u8], operator: &[u8], right: &[u8]) -> Result<bool, Wrong> {
    let left = view.probe(left, Follow::Yes).await.map_err(untold(left))?;
    let right = view.probe(right, Follow::Yes).await.map_err(untold(right))?;
    let modified = |entry: &Entry| entry.modified.unwrap_or_default();
    let newer = |one: Option<Time>, two: Option<Time>| match (one, two) {
        (Some(one), Some(two)) => one > two,
        (Some(_), None) => true,
        _ => false,
    };
    let times = (left.as_ref().map(modified), right.as_ref().map(modified));
    Ok(match operator {
        b"-nt" => newer(times.0, times.1),
        b"-ot" => newer(times.1, times.0),
        _ => match (left, right) {
            (Some(left), Some(right)) => left.identity.is_some() && left.identity == right.identity,
            _ => false,
        },
    })
}

pub(crate) fn run<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let mut words = call.operands();
        if call.words[0] == "[" {
            match words.split_last() {
                Some((last, rest)) if last == "]" => words = rest,
                _ => {
                    shell.complain(&[b"missing `]'"]);
                    return Ok(2);
                }
            }
        }
        let test = match parse(words) {
            Ok(test) => without_terminals(test),
            Err(message) => return wrong(shell, &message),
        };
        let answer = match &test {
            // These need neither files nor variables.
            Test::Word(word) => Ok(word.as_ref().is_some_and(|word| !word.is_empty())),
            Test::Unary(b'n', word) => Ok(!word.is_empty()),
            Test::Unary(b'z', word) => Ok(word.is_empty()),
            Test::Binary(left, operator, right) if !matches!(&operator[..], b"-nt" | b"-ot" | b"-ef") => {
                compare(left, operator, right)
            }
            test => full(shell, test).await?,
        };
        match answer {
            Ok(true) => Ok(0),
            Ok(false) => Ok(1),
            Err(message) => wrong(shell, &message),
        }
    }
    .boxed_local()
}

/// For the builtin what is no number is no terminal, which is no error.
fn without_terminals(test: Test) -> Test {
    match test {
        Test::Unary(b't', _) => Test::Word(None),
        Test::Not(test) => Test::Not(Box::new(without_terminals(*test))),
        Test::And(left, right) => {
            Test::And(Box::new(without_terminals(*left)), Box::new(without_terminals(*right)))
        }
        Test::Or(left, right) => {
            Test::Or(Box::new(without_terminals(*left)), Box::new(without_terminals(*right)))
        }
        test => test,
    }
}

fn wrong(shell: &mut Shell, message: &[u8]) -> Outcome {
    shell.complain(&[message]);
    Ok(2)
}

async fn full(shell: &mut Shell, test: &Test) -> Result<Result<bool, Wrong>, Stop> {
    shell.settle().await?;
    let mut set = Vec::new();
    collect_names(test, &mut set);
    let mut answers = Vec::with_capacity(set.len());
    for name in set {
        let is_set = shell.is_set(&name)?;
        answers.push((name, is_set));
    }
    let options = shell.state.options;
    let references =
        |name: &[u8]| {
            let reference = crate::state::Attributes::NAMEREF;
            shell.state.variables.get(name).is_some_and(|variable| {
                variable.attributes.has(reference) && variable.value.scalar().is_some()
            })
        };
    let ask = |letter: u8, word: &[u8]| match letter {
        b'v' => answers.iter().any(|(name, is_set)| name == word && *is_set),
        b'R' => references(word),
        _ => ShellOption::of_set(word).is_some_and(|option| options.has(option)),
    };
    let io = shell.descriptors.io();
    Ok(evaluate(test, &shell.view(), &io, &ask).await)
}

fn collect_names(test: &Test, names: &mut Vec<Bytes>) {
    match test {
        Test::Unary(b'v', name) => names.push(name.clone()),
        Test::Not(test) => collect_names(test, names),
        Test::And(left, right) | Test::Or(left, right) => {
            collect_names(left, names);
            collect_names(right, names);
        }
        _ => {}
    }
}
