//! The words of an expression, one predicate after another.

use std::cmp::Ordering;

use bytes::Bytes;
use mirage_pattern::glob::{Glob, Options as GlobOptions};
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::tree::Access;
use mirage_vfs::{Entry, Time};

use super::execute::{Execution, Place};
use super::expression::{Action, Clock, Comparison, Permissions, Predicate, Test};
use super::format::Format;
use super::grammar::Token;
use super::number::{decimal, real, whole};
use super::output::Outputs;
use super::regex::{RegexType, compile};
use super::settings::{Following, Settings};
use crate::support::date::{self, LocalTime, Zone};
use crate::support::{Accounts, ModeChange, quote};

/// A message; what could not be understood.
pub type Refused = Vec<u8>;

const DAY: f64 = 86_400.0;

/// Reads predicates.
pub struct Reader<'a> {
    pub context: &'a Context,
    pub io: &'a Io,
    pub words: std::vec::IntoIter<Bytes>,
    pub tokens: Vec<Token>,
    pub settings: Settings,
    pub outputs: Outputs,
    pub executions: Vec<Execution>,
    /// What is odd about the expression.
    pub warnings: Vec<Vec<u8>>,
    /// Whether some action stands for the printing that is otherwise done.
    pub acts: bool,
    /// Which warnings are given that are optional.
    warn: bool,
    now: Time,
    /// Where ages are counted from.
    origin: Time,
    regex_type: RegexType,
    prunes: bool,
    deletes: bool,
    depth_given: bool,
    /// The first word that was no global option.
    first_test: Option<Vec<u8>>,
}

/// Whether a word starts the expression rather than being a starting point. The first words are looked at more closely.
pub fn starts_expression(word: &[u8], leading: bool) -> bool {
    match word {
        [b'-', _, ..] | b"(" | b"!" => true,
        b")" | b"," => !leading,
        _ => false,
    }
}

impl<'a> Reader<'a> {
    pub fn new(context: &'a Context, io: &'a Io, words: Vec<Bytes>, settings: Settings) -> Self {
        let now = context.call.host().now();
        Reader {
            context,
            io,
            words: words.into_iter(),
            tokens: Vec::new(),
            settings,
            outputs: Outputs::new(io),
            executions: Vec::new(),
            warnings: Vec::new(),
            acts: false,
            warn: false,
            now,
            origin: now,
            regex_type: RegexType::Emacs,
            prunes: false,
            deletes: false,
            depth_given: false,
            first_test: None,
        }
    }

    /// Reads everything.
    pub async fn read(&mut self) -> Result<(), Refused> {
        let mut last: Option<Bytes> = None;
        while let Some(word) = self.words.next() {
            self.context.call.tick().await;
            if !starts_expression(&word, false) {
                return Err(self.misplaced(&word, last.as_deref()).await);
            }
            let token = self.token(&word).await?;
            self.tokens.extend(token);
            last = Some(word);
        }
        if self.prunes && self.deletes && !self.depth_given {
            let message = "The -delete action automatically turns on -depth, but -prune does nothing when -depth is in \
                effect.  If you want to carry on anyway, just explicitly use the -depth option.";
            return Err(message.into());
        }
        Ok(())
    }

    /// A word that is no part of an expression: most often a pattern that the shell has expanded.
    async fn misplaced(&self, word: &[u8], last: Option<&[u8]>) -> Refused {
        let mut message = [b"paths must precede expression: `", word, b"'"].concat();
        let exists = self.context.view.stat(word, mirage_vfs::tree::Follow::No).await.is_ok();
        if let Some(last) = last.filter(|_| exists) {
            let last = self.tokens.last().map_or(last, |_| last);
            message.extend_from_slice(b"\nfind: possible unquoted pattern after predicate `");
            message.extend_from_slice(last);
            message.extend_from_slice(b"'?");
        }
        message
    }

    async fn token(&mut self, word: &Bytes) -> Result<Option<Token>, Refused> {
        let text = String::from_utf8_lossy(word).into_owned();
        let name = text.clone();
        Ok(Some(match &name[..] {
            "(" => Token::Open,
            ")" => Token::Close,
            "!" | "-not" => Token::Not(text),
            "-a" | "-and" => Token::And(text),
            "-o" | "-or" => Token::Or(text),
            "," => Token::Comma,
            _ => {
                if self.option(&name).await? {
                    return Ok(Some(Token::One(Predicate::Test(Test::True))));
                }
                self.first_test.get_or_insert_with(|| word.to_vec());
                if let Some(test) = self.test(&name).await? {
                    return Ok(Some(Token::One(Predicate::Test(test))));
                }
                match self.action(&name).await? {
                    Some(action) => Token::One(Predicate::Action(action)),
                    None => return Err([b"unknown predicate `", &word[..], b"'"].concat()),
                }
            }
        }))
    }

    /// The argument of predicate `name`.
    fn argument(&mut self, name: &str) -> Result<Bytes, Refused> {
        self.words.next().ok_or_else(|| format!("missing argument to `{name}'").into())
    }

    fn quoted(&self, text: &[u8]) -> Vec<u8> {
        quote(text, self.context.locale())
    }

    /// The options that may stand anywhere; true if `name` was one.
    async fn option(&mut self, name: &str) -> Result<bool, Refused> {
        let is_global = matches!(
            name,
            "-maxdepth"
                | "-mindepth"
                | "-depth"
                | "-d"
                | "-mount"
                | "-xdev"
                | "-noleaf"
                | "-ignore_readdir_race"
                | "-noignore_readdir_race"
                | "-files0-from"
        );
        if is_global && let Some(first) = self.first_test.as_ref().filter(|_| self.warn) {
            let before =
                [b"you have specified the global option ", name.as_bytes(), b" after the argument "].concat();
            let middle = b", but global options are not positional, i.e., ";
            let after = b" affects tests specified before it as well as those specified after it.  Please specify global \
                options before other arguments.";
            self.warnings.push([&before[..], first, middle, name.as_bytes(), after].concat());
        }
        match name {
            "-maxdepth" | "-mindepth" => {
                let argument = self.argument(name)?;
                let depth = decimal(&argument).ok_or_else(|| {
                    let start = format!("Expected a positive decimal integer argument to {name}, but got ");
                    [start.as_bytes(), &self.quoted(&argument)].concat()
                })?;
                let depth = usize::try_from(depth).unwrap_or(usize::MAX);
                match name {
                    "-maxdepth" => self.settings.most_depth = depth,
                    _ => self.settings.least_depth = depth,
                }
            }
            "-depth" | "-d" => (self.settings.depth_first, self.depth_given) = (true, true),
            "-mount" | "-xdev" => self.settings.same_mount = true,
            "-follow" => self.settings.following = Following::Always,
            "-noleaf" | "-ignore_readdir_race" | "-noignore_readdir_race" => {}
            "-warn" => self.warn = true,
            "-nowarn" => self.warn = false,
            "-daystart" => {
                let zone = Zone::of(&self.context.environment);
                let local = LocalTime::new(self.now, &zone);
                let since = i64::from(local.hour * 3600 + local.minute * 60 + local.second);
                self.origin = Time::new(self.now.seconds - since + 86_400, 0);
            }
            "-regextype" => {
                let argument = self.argument(name)?;
                self.regex_type = RegexType::named(&argument).ok_or_else(|| {
                    let types: Vec<Vec<u8>> =
                        RegexType::NAMES.iter().map(|(name, _)| self.quoted(name.as_bytes())).collect();
                    let unknown = [b"Unknown regular expression type ", &self.quoted(&argument)[..]].concat();
                    [&unknown[..], b"; valid types are ", &types.join(&b", "[..]), b"."].concat()
                })?;
            }
            "-files0-from" => self.settings.starts_from = Some(self.argument(name)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    async fn test(&mut self, name: &str) -> Result<Option<Test>, Refused> {
        Ok(Some(match name {
            "-true" => Test::True,
            "-false" => Test::False,
            "-empty" => Test::Empty,
            "-nouser" => Test::NoUser,
            "-nogroup" => Test::NoGroup,
            "-readable" => Test::Access(Access::Read),
            "-writable" => Test::Access(Access::Write),
            "-executable" => Test::Access(Access::Execute),
            "-name" | "-iname" => {
                let pattern = self.argument(name)?;
                if self.warn && pattern.contains(&b'/') && &pattern[..] != b"/" {
                    self.warn_of_slash(name);
                }
                Test::Name(self.glob(&pattern, name == "-iname")?)
            }
            "-path" | "-wholename" | "-ipath" | "-iwholename" => {
                let pattern = self.argument(name)?;
                if pattern.len() > 1 && pattern.ends_with(b"/") {
                    let shown = [name.as_bytes(), b" ", &pattern[..]].concat();
                    self.warnings
                        .push([&shown[..], b" will not match anything because it ends with /."].concat());
                }
                Test::Path(self.glob(&pattern, name.starts_with("-i"))?)
            }
            "-lname" | "-ilname" => {
                let pattern = self.argument(name)?;
                Test::LinkName(self.glob(&pattern, name == "-ilname")?)
            }
            "-regex" | "-iregex" => {
                let pattern = self.argument(name)?;
                let compiled = compile(&pattern, self.regex_type, name == "-iregex", self.context.locale());
                Test::Regex(compiled.map_err(|error| {
                    let start = [b"failed to compile regular expression '", &pattern[..], b"': "].concat();
                    [start, error].concat()
                })?)
            }
            "-type" => Test::Kinds(self.kinds(name)?),
            "-xtype" => Test::OtherKinds(self.kinds(name)?),
            "-size" => self.size()?,
            "-perm" => self.permissions()?,
            "-mtime" | "-atime" | "-ctime" => self.age(name, DAY)?,
            "-mmin" | "-amin" | "-cmin" => self.age(name, 60.0)?,
            "-used" => {
                let argument = self.argument(name)?;
                let days = real(&argument)
                    .ok_or_else(|| [b"Invalid argument ", &argument[..], b" to -used"].concat())?;
                Test::Used(days)
            }
            "-newer" | "-anewer" | "-cnewer" => {
                let argument = self.argument(name)?;
                let modified = self.reference(&argument).await?.modified.unwrap_or_default();
                Test::NewerThan(clock(name.as_bytes()[1]), modified)
            }
            "-samefile" => {
                let argument = self.argument(name)?;
                Test::SameFile(self.reference(&argument).await?.identity)
            }
            "-links" => Test::Links(self.whole(name)?),
            "-inum" => Test::Inode(self.whole(name)?),
            "-uid" => Test::User(self.whole(name)?),
            "-gid" => Test::Group(self.whole(name)?),
            "-user" => Test::User(self.user(name)?),
            "-group" => Test::Group(self.user(name)?),
            "-fstype" => Test::FileSystem(self.argument(name)?.to_vec()),
            "-context" => {
                self.argument(name)?;
                return Err(b"invalid predicate -context: SELinux is not enabled.".to_vec());
            }
            name if name.starts_with("-newer") && name.len() == 8 => self.newer_by(name).await?,
            _ => return Ok(None),
        }))
    }

    fn warn_of_slash(&mut self, name: &str) {
        let (test, slash, instead) = match name {
            "-name" => (name, self.quoted(b"/"), self.quoted(b"-wholename")),
            _ => (name, self.quoted(b"/"), self.quoted(b"-iwholename")),
        };
        let start = [
            &self.quoted(test.as_bytes())[..],
            b" matches against basenames only, but the given pattern contains \
            a directory separator (",
            &slash,
        ]
        .concat();
        let end = [
            b"), thus the expression will evaluate to false all the time.  Did you mean ",
            &instead[..],
            b"?",
        ]
        .concat();
        self.warnings.push([start, end].concat());
    }

    fn glob(&self, pattern: &[u8], ignore_case: bool) -> Result<Glob, Refused> {
        let options = GlobOptions { ignore_case, locale: self.context.locale(), ..GlobOptions::fnmatch() };
        Glob::new(pattern, options).map_err(|error| error.to_string().into_bytes())
    }

    fn kinds(&mut self, name: &str) -> Result<Vec<u8>, Refused> {
        let argument = self.argument(name)?;
        if argument.is_empty() {
            return Err(format!("Arguments to {name} should contain at least one letter").into());
        }
        let mut kinds = Vec::new();
        let mut rest = &argument[..];
        while let Some((&letter, after)) = rest.split_first() {
            match letter {
                b'b' | b'c' | b'd' | b'p' | b'f' | b'l' | b's' => kinds.push(letter),
                b'D' => {
                    return Err(format!(
                        "{name} D is not supported because Solaris doors are not supported on the platform find was \
                            compiled on."
                    )
                    .into());
                }
                _ => return Err([format!("Unknown argument to {name}: ").as_bytes(), &[letter]].concat()),
            }
            rest = match after {
                [] => after,
                [b','] => {
                    return Err(format!(
                        "Last file type in list argument to {name} is missing, i.e., list is ending on: ','"
                    )
                    .into());
                }
                [b',', next @ ..] => next,
                _ => return Err(format!("Must separate multiple arguments to {name} using: ','").into()),
            };
        }
        Ok(kinds)
    }

    fn size(&mut self) -> Result<Test, Refused> {
        let argument = self.argument("-size")?;
        let Some((&last, before)) = argument.split_last() else {
            return Err(b"invalid null argument to -size".to_vec());
        };
        let (number, unit) = match last {
            b'0'..=b'9' => (&argument[..], 512),
            b'b' => (before, 512),
            b'c' => (before, 1),
            b'w' => (before, 2),
            b'k' => (before, 1 << 10),
            b'M' => (before, 1 << 20),
            b'G' => (before, 1 << 30),
            _ => return Err([b"invalid -size type `", &[last][..], b"'"].concat()),
        };
        let size =
            whole(number).ok_or_else(|| [b"Invalid argument `", &argument[..], b"' to -size"].concat())?;
        Ok(Test::Size { unit, size })
    }

    fn permissions(&mut self) -> Result<Test, Refused> {
        let argument = self.argument("-perm")?;
        let (how, text) = match &argument[..] {
            [b'-', text @ ..] => (Permissions::All, text),
            [b'/', text @ ..] => (Permissions::Any, text),
            text => (Permissions::Exactly, text),
        };
        let octal_with_plus = matches!(text, [b'+', b'0'..=b'7', ..]) && how == Permissions::Exactly;
        let change = ModeChange::parse(text).filter(|_| !octal_with_plus);
        let change = change.ok_or_else(|| [b"invalid mode ", &self.quoted(&argument)[..]].concat())?;
        let (file, directory) = (change.apply(0, false, 0), change.apply(0, true, 0));
        if how == Permissions::Any && file == 0 {
            let shown =
                [b"you have specified a mode pattern ", &argument[..], b" (which is equivalent to /000). "]
                    .concat();
            let rest = b"The meaning of -perm /000 has now been changed to be consistent with -perm -000; that is, while it \
                used to match no files, it now matches all files.";
            self.warnings.push([&shown[..], rest].concat());
            return Ok(Test::True);
        }
        Ok(Test::Permissions { how, file, directory })
    }

    fn age(&mut self, name: &str, unit: f64) -> Result<Test, Refused> {
        let argument = self.argument(name)?;
        let age = real(&argument).ok_or_else(|| invalid(&argument, name))?;
        Ok(Test::Age { clock: clock(name.as_bytes()[1]), origin: self.origin, unit, age })
    }

    fn whole(&mut self, name: &str) -> Result<Comparison<u64>, Refused> {
        let argument = self.argument(name)?;
        whole(&argument).ok_or_else(|| invalid(&argument, name))
    }

    fn user(&mut self, name: &str) -> Result<Comparison<u64>, Refused> {
        let argument = self.argument(name)?;
        if argument.is_empty() {
            return Err(format!("The argument to {name} should not be empty").into());
        }
        let known = Accounts::of(self.context).id(&argument).map(u64::from).or_else(|| decimal(&argument));
        let number = known.ok_or_else(|| {
            let end = if name == "-user" {
                " is not the name of a known user"
            } else {
                " is not the name of an existing group"
            };
            let mut message = [&self.quoted(&argument)[..], end.as_bytes()].concat();
            let digits = argument.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if name == "-group" && digits > 0 {
                let more =
                    b" and it does not look like a numeric group ID because it has the unexpected suffix ";
                message.extend_from_slice(more);
                message.extend_from_slice(&self.quoted(&argument[digits..]));
            }
            message
        })?;
        Ok(Comparison { ordering: Ordering::Equal, number })
    }

    /// The entry of a file that others are compared with.
    async fn reference(&self, path: &[u8]) -> Result<Entry, Refused> {
        let found = self.context.view.stat(path, self.settings.following.of_operands()).await;
        found.map_err(|error| [&self.quoted(path)[..], b": ", error.to_string().as_bytes()].concat())
    }

    /// `-newerXY`: time X of the entry is later than time Y of a file, or than a date for `t`.
    async fn newer_by(&mut self, name: &str) -> Result<Test, Refused> {
        let (mine, theirs) = (name.as_bytes()[6], name.as_bytes()[7]);
        if !b"aBcm".contains(&mine) || !b"aBcmt".contains(&theirs) {
            return Err(format!("invalid predicate `{name}'").into());
        }
        if mine == b'B' || theirs == b'B' {
            let start = "This system does not provide a way to find the birth time of a file.";
            return Err(format!("{start}\nfind: invalid predicate `{name}'").into());
        }
        let missing = [b"The ", &self.quoted(name.as_bytes())[..], b" test needs an argument"].concat();
        let argument = self.words.next().ok_or(missing)?;
        let time = match theirs {
            b't' => {
                let zone = Zone::of(&self.context.environment);
                let parsed = date::parse(&argument, self.now, &zone);
                parsed.ok_or_else(|| {
                    let start = b"I cannot figure out how to interpret ";
                    [&start[..], &self.quoted(&argument), b" as a date or time"].concat()
                })?
            }
            letter => clock(letter).of(&self.reference(&argument).await?).unwrap_or_default(),
        };
        Ok(Test::NewerThan(clock(mine), time))
    }

    async fn action(&mut self, name: &str) -> Result<Option<Action>, Refused> {
        let action = match name {
            "-print" => Action::Print { output: 0, end: b'\n' },
            "-print0" => Action::Print { output: 0, end: 0 },
            "-ls" => Action::List { output: 0 },
            "-printf" => {
                let format = self.argument(name)?;
                Action::Printf { output: 0, format: self.format(&format)? }
            }
            "-fprint" => Action::Print { output: self.file(name).await?, end: b'\n' },
            "-fprint0" => Action::Print { output: self.file(name).await?, end: 0 },
            "-fls" => Action::List { output: self.file(name).await? },
            "-fprintf" => {
                let file = self.argument(name)?;
                let format = self.words.next().ok_or_else(|| invalid(&file, name))?;
                let output = self.open(&file).await?;
                Action::Printf { output, format: self.format(&format)? }
            }
            "-delete" => {
                self.settings.depth_first = true;
                self.deletes = true;
                Action::Delete
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let place = if name.ends_with("dir") { Place::OwnDirectory } else { Place::Here };
                let execution = Execution::read(&mut self.words, name, place, self.context.locale())?;
                self.executions.push(execution);
                Action::Execute(self.executions.len() - 1)
            }
            "-prune" => {
                self.prunes = true;
                return Ok(Some(Action::Prune));
            }
            "-quit" => return Ok(Some(Action::Quit)),
            _ => return Ok(None),
        };
        self.acts = true;
        Ok(Some(action))
    }

    fn format(&mut self, text: &[u8]) -> Result<Format, Refused> {
        Format::parse(text, &mut self.warnings)
    }

    async fn file(&mut self, name: &str) -> Result<usize, Refused> {
        let path = self.argument(name)?;
        self.open(&path).await
    }

    async fn open(&mut self, path: &Bytes) -> Result<usize, Refused> {
        let opened = self.outputs.open(self.context, self.io, path).await;
        opened.map_err(|error| [&self.quoted(path)[..], b": ", error.to_string().as_bytes()].concat())
    }
}

fn invalid(argument: &[u8], name: &str) -> Refused {
    [b"invalid argument `", argument, b"' to `", name.as_bytes(), b"'"].concat()
}

fn clock(letter: u8) -> Clock {
    match letter {
        b'a' => Clock::Accessed,
        b'c' => Clock::Changed,
        _ => Clock::Modified,
    }
}
