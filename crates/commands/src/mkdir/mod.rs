//! `mkdir`: new directories, with their parents when asked.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Attributes, Error, ErrorKind, Result};

use crate::support::{ModeChange, Output, Report, parents, quote, quote_always};

const CONTEXT: Flag = Flag::long("context", "").optional("CTX");
const MODE: Flag =
    Flag::new('m', "mode", "set permission bits as chmod does, not a=rwx less umask").value("MODE");
const PARENTS: Flag = Flag::new('p', "parents", "make parent directories as needed, no error if existing");
const VERBOSE: Flag = Flag::new('v', "verbose", "print a message for each created directory");
const SECURITY: Flag = Flag::short('Z', "(ignored: there are no security contexts)");

static SPEC: Spec = Spec {
    name: "mkdir",
    summary: "Create directories",
    usage: &["[OPTION]... DIRECTORY..."],
    flags: &[MODE, PARENTS, VERBOSE, SECURITY, CONTEXT],
    examples: &[Example {
        title: "make a directory and its parents",
        line: "mkdir -pv a/b",
        output: "mkdir: created directory 'a'\nmkdir: created directory 'a/b'\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Mkdir;

impl Command for Mkdir {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let with_parents = arguments.has(PARENTS);
        let paths = arguments.operands.iter().flat_map(|operand| {
            let parents = parents(operand).filter(move |_| with_parents);
            parents.chain(std::iter::once(&operand[..])).map(|path| context.path(path))
        });
        let effects = paths.map(|path| Effect::Write { path, recursive: false }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The mode of the directories that are named.
struct NamedMode {
    /// Permission bits.
    mode: u32,
    /// Those of them that were asked for; others may come from the parent (set-group-id).
    asked: u32,
}

struct Maker<'a> {
    context: &'a Context,
    /// The tree where no umask applies: a mode that was asked for is meant.
    unmasked: View,
    named_mode: Option<NamedMode>,
    parents: bool,
    name: Bytes,
    /// Where each created directory is told.
    output: Option<Output>,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    if arguments.value(CONTEXT).is_some() {
        report.say(&[b"warning: ignoring --context; it requires an SELinux/SMACK-enabled kernel"]).await;
    }
    let view = &context.view;
    let named_mode = match arguments.value(MODE).map(|text| (text, ModeChange::parse(text))) {
        None => None,
        Some((_, Some(change))) => {
            let (mode, asked) = change.apply_telling(0o777, true, view.umask());
            Some(NamedMode { mode, asked })
        }
        Some((text, None)) => {
            report.fail(1, &[b"invalid mode ", &quote(text, context.locale())]).await;
            return Ok(report.status());
        }
    };
    let mut maker = Maker {
        context,
        unmasked: View::new(view.tree().clone(), view.call().clone(), view.directory().clone(), 0),
        named_mode,
        parents: arguments.has(PARENTS),
        name: arguments.name.clone(),
        output: arguments.has(VERBOSE).then(|| Output::new(&io)),
    };
    if let Some(output) = &maker.output {
        report.after(output);
    }
    for operand in &arguments.operands {
        context.call.tick().await;
        if let Err((path, error)) = maker.make(operand).await {
            report.cannot_quoting("cannot create directory", path, &error).await;
        }
    }
    if let Some(output) = &maker.output {
        output.flush(&context.call).await?;
    }
    Ok(report.status())
}

impl Maker<'_> {
    /// Makes what one operand asks for; an error comes with the path that could not be made.
    async fn make<'p>(&mut self, operand: &'p [u8]) -> Result<(), (&'p [u8], Error)> {
        let at_operand = |error| (operand, error);
        if !self.parents {
            return self.make_named(operand).await.map_err(at_operand);
        }
        for parent in parents(operand) {
            self.make_parent(parent).await.map_err(|error| (parent, error))?;
        }
        match self.context.view.stat(operand, Follow::Yes).await {
            Ok(entry) if entry.is_directory() => Ok(()),
            Ok(_) => Err(at_operand(Error::new(ErrorKind::AlreadyExists, "create_dir"))),
            Err(_) => self.make_named(operand).await.map_err(at_operand),
        }
    }

    async fn make_parent(&mut self, path: &[u8]) -> Result<()> {
        let view = &self.context.view;
        match view.stat(path, Follow::Yes).await {
            Ok(entry) if entry.is_directory() => return Ok(()),
            Ok(_) => return Err(Error::new(ErrorKind::NotADirectory, "create_dir")),
            Err(_) => {}
        }
        // Whatever the umask, what is made here must be able to hold the next directory.
        self.unmasked.create_dir(path, 0o777 & !view.umask() | 0o300).await?;
        self.tell(path);
        Ok(())
    }

    async fn make_named(&mut self, path: &[u8]) -> Result<()> {
        match &self.named_mode {
            None => self.context.view.create_dir(path, 0o777).await?,
            Some(named) => make_with_mode(&self.unmasked, path, named).await?,
        }
        self.tell(path);
        Ok(())
    }

    fn tell(&mut self, path: &[u8]) {
        if let Some(output) = &self.output {
            output.push(&self.name);
            output.push(b": created directory ");
            output.push(&quote_always(path, self.context.locale()));
            output.push(b"\n");
        }
    }
}

async fn make_with_mode(view: &View, path: &[u8], named: &NamedMode) -> Result<()> {
    const SET_IDS: u32 = 0o6000;
    const STICKY: u32 = 0o1000;
    // Nobody may write to what will be sticky before it is.
    let open_to_others = if named.asked & STICKY == 0 { 0 } else { 0o022 };
    view.create_dir(path, named.mode & 0o777 & !open_to_others).await?;
    if named.asked & (SET_IDS | STICKY) == 0 {
        return Ok(());
    }
    let made = view.stat(path, Follow::No).await?.mode.unwrap_or(named.mode);
    let mode = made & !named.asked | named.mode & named.asked;
    match mode == made {
        true => Ok(()),
        false => {
            view.set_attributes(path, &Attributes { mode: Some(mode), ..Attributes::default() }, Follow::No)
                .await
        }
    }
}
