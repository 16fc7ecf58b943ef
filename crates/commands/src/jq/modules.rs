//! Modules: found, read, and put together before anything is compiled.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::OpenOptions;

use super::ast::{Ast, Import, Program};
use super::compile::{Compiler, Meaning, Names, Scope};
use super::node::Code;
use super::parse::{Complaint, Complaints, Parse, Parser};
use super::read::{self, Step};
use super::value::Value;

use crate::support::read_whole;

/// How deep modules import each other.
const DEEPEST: usize = 64;

/// A program or module with everything it imports.
pub struct Loaded {
    program: Program,
    imports: Vec<(Import, Imported)>,
}

enum Imported {
    Module(Loaded),
    Data(Value),
}

/// Complaints, with the text they are about and what it is called.
pub struct Refused {
    pub complaints: Complaints,
    pub text: Bytes,
    pub name: String,
}

/// Where modules are looked for.
pub struct Loader<'a> {
    pub context: &'a Context,
    pub io: &'a Io,
    pub search: Vec<Bytes>,
}

impl Loader<'_> {
    /// Parses a text and reads what it imports; `directory` is where it stands.
    pub fn load(
        &self,
        text: Bytes,
        name: String,
        directory: Bytes,
        depth: usize,
    ) -> LocalBoxFuture<'_, Result<Loaded, Refused>> {
        self.load_at(text, name, directory, depth).boxed_local()
    }

    async fn load_at(
        &self,
        text: Bytes,
        name: String,
        directory: Bytes,
        depth: usize,
    ) -> Result<Loaded, Refused> {
        let refuse = |complaints| Refused { complaints, text: text.clone(), name: name.clone() };
        let program = Parser::new(&text).program().map_err(refuse)?;
        let plain = |message: String| refuse(vec![Complaint { message, span: None }]);
        if depth > DEEPEST {
            return Err(plain("modules import each other too deep".into()));
        }
        let mut imports = Vec::new();
        for import in &program.imports {
            let extension = if import.data { "json" } else { "jq" };
            let Some(path) = self.find(import, &directory, extension).await else {
                return Err(plain(format!("module not found: {}\n", import.path)));
            };
            let content = match read_file(self.context, self.io, &path).await {
                Ok(content) => content,
                Err(error) => return Err(plain(format!("{}: {error}", import.path))),
            };
            let imported = if import.data {
                Imported::Data(values(&content).map_err(|error| plain(format!("{}: {error}", import.path)))?)
            } else {
                let shown = String::from_utf8_lossy(&path).into_owned();
                let inner = path.slice(..path.iter().rposition(|byte| *byte == b'/').unwrap_or(0));
                Imported::Module(self.load(content, shown, inner, depth + 1).await?)
            };
            imports.push((import.clone(), imported));
        }
        Ok(Loaded { program, imports })
    }

    /// The file of an import.
    async fn find(&self, import: &Import, directory: &Bytes, extension: &str) -> Option<Bytes> {
        let mut search: Vec<Bytes> = Vec::new();
        if let Value::Object(metadata) = &import.metadata {
            let own = match metadata.get("search") {
                Some(Value::String(path)) => vec![Value::String(path.clone())],
                Some(Value::Array(paths)) => paths.0.clone(),
                _ => Vec::new(),
            };
            search.extend(
                own.iter().filter_map(Value::as_str).map(|path| Bytes::copy_from_slice(path.as_bytes())),
            );
        }
        search.extend(self.search.iter().cloned());
        let path = import.path.as_bytes();
        let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        for base in search {
            let base = self.expand(&base, directory);
            let direct = [&base, &b"/"[..], path, b".", extension.as_bytes()].concat();
            let nested = [&base, &b"/"[..], path, b"/", last, b".", extension.as_bytes()].concat();
            for candidate in [direct, nested] {
                let found = self.context.view.stat(&candidate, mirage_vfs::tree::Follow::Yes).await;
                if found.is_ok_and(|entry| !entry.is_directory()) {
                    return Some(candidate.into());
                }
            }
        }
        None
    }

    fn expand(&self, base: &[u8], directory: &[u8]) -> Vec<u8> {
        let home = self.context.environment.get(b"HOME").cloned().unwrap_or_default();
        match base {
            b"~" => home.to_vec(),
            _ if base.starts_with(b"~/") => [&home, &base[1..]].concat(),
            _ if base.starts_with(b"$ORIGIN") => [b"/usr/bin", &base[7..]].concat(),
            _ if base.starts_with(b"/") || directory.is_empty() => base.to_vec(),
            _ => [directory, b"/", base].concat(),
        }
    }
}

/// Everything in a file.
pub async fn read_file(context: &Context, io: &Io, path: &[u8]) -> mirage_vfs::Result<Bytes> {
    let file = context.open(io, path, &OpenOptions::reading()).await?;
    Ok(read_whole(&file, &context.call).await?.text)
}

/// All values of a text, in an array.
pub fn values(text: &[u8]) -> Result<Value, String> {
    let mut parser = read::Parser::default();
    let mut values = Vec::new();
    loop {
        match parser.next(text, true) {
            Step::Value(value) => values.push(value),
            Step::More => return Ok(Value::array(values)),
            Step::Wrong(message) => return Err(message),
        }
    }
}

impl Compiler {
    /// Compiles the program with what it imports.
    pub fn program(&mut self, loaded: &Loaded, globals: &Names) -> Parse<Option<Code>> {
        let scope = self.module(loaded, globals);
        let body: Option<Code> = loaded.program.body.as_ref().map(|body: &Ast| self.filter(body, &scope));
        self.checked(body)
    }

    /// Compiles the functions of a module; the scope that its end sees.
    fn module(&mut self, loaded: &Loaded, globals: &Names) -> Scope {
        let mut names = globals.clone();
        for (import, imported) in &loaded.imports {
            match (imported, &import.name) {
                (Imported::Data(value), Some(name)) => {
                    let value = || Meaning::Constant(value.clone());
                    names = names.with(format!("${name}"), value()).with(format!("${name}::{name}"), value());
                }
                (Imported::Data(_), None) => {}
                (Imported::Module(module), name) => {
                    let prefix = name.as_ref().map_or_else(String::new, |name: &Rc<str>| format!("{name}::"));
                    let inner = self.module(module, globals);
                    let mut found = inner.names.since(globals);
                    found.reverse();
                    for (name, meaning) in found {
                        if matches!(meaning, Meaning::Function { .. }) && !name.contains("::") {
                            names = names.with(format!("{prefix}{name}"), meaning);
                        }
                    }
                }
            }
        }
        let mut scope = Scope { names, depth: 0 };
        for definition in &loaded.program.definitions {
            scope = self.define(definition, &scope);
        }
        scope
    }
}
