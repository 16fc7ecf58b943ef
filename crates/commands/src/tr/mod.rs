//! `tr`: bytes translated, squeezed or deleted.

mod set;

use bytes::{Bytes, BytesMut};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, quote};
use set::{Element, Set};

const COMPLEMENT: Flag = Flag::new('c', "complement", "use the complement of SET1");
const COMPLEMENT_TOO: Flag = Flag::short('C', "the same as -c");
const DELETE: Flag = Flag::new('d', "delete", "delete what is in SET1");
const SQUEEZE: Flag = Flag::new('s', "squeeze-repeats", "write a repeated byte of the last SET once");
const TRUNCATE: Flag = Flag::new('t', "truncate-set1", "first cut SET1 to the length of SET2");

static SPEC: Spec = Spec {
    name: "tr",
    summary: "Translate, squeeze or delete bytes from standard input",
    usage: &["[OPTION]... SET1 [SET2]"],
    flags: &[COMPLEMENT, COMPLEMENT_TOO, DELETE, SQUEEZE, TRUNCATE],
    notes: "A SET is bytes, ranges (a-z), classes ([:alpha:]), [=c=], escapes (\\n, \\ooo) and, in SET2, [c*N].\nSET2 is extended to the length of SET1 by its last byte.",
    examples: &[
        Example { title: "to capitals", line: "echo abc | tr a-z A-Z", output: "ABC\n" },
        Example { title: "words on lines", line: "echo 'a  b' | tr -s ' ' '\\n'", output: "a\nb\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Tr;

impl Command for Tr {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { effects: Vec::new(), stdin: Extent::UntilStopped, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What happens to each byte.
struct Plan256 {
    map: [u8; 256],
    translates: bool,
    deleted: [bool; 256],
    deletes: bool,
    /// Bytes that are written once when they come several times in a row, after translating.
    squeezed: [bool; 256],
    squeezes: bool,
}

/// A wrong call: the message, and whether it points to the help.
struct Wrong {
    message: Vec<u8>,
    help: bool,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let (plan, warnings) = match prepare(&arguments, context) {
        Ok(prepared) => prepared,
        Err(wrong) => {
            match wrong.help {
                true => report.usage(1, &[&wrong.message]).await,
                false => report.fail(1, &[&wrong.message]).await,
            }
            return Ok(report.status());
        }
    };
    for warning in warnings {
        report.say(&[b"warning: ", &warning]).await;
    }
    let mut last = None;
    loop {
        let chunk = match io.stdin.read(&context.call).await {
            Ok(chunk) if chunk.is_empty() => return Ok(report.status()),
            Ok(chunk) => chunk,
            Err(error) => {
                report.fail(1, &[b"read error: ", error.to_string().as_bytes()]).await;
                return Ok(report.status());
            }
        };
        let changed = plan.apply(chunk, &mut last);
        if !changed.is_empty() {
            io.stdout.write(&context.call, changed).await?;
        }
        if io.stdout.is_unwanted() {
            io.stdin.clone().discard(&context.call).await?;
        }
        context.call.tick_many(64).await;
    }
}

impl Plan256 {
    /// A chunk as it is written; `last` is the byte that was written last.
    fn apply(&self, chunk: Bytes, last: &mut Option<u8>) -> Bytes {
        // Whoever else holds the chunk must not see it change.
        let mut bytes = chunk.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        if self.translates && !self.deletes && !self.squeezes {
            for byte in bytes.iter_mut() {
                *byte = self.map[usize::from(*byte)];
            }
            return bytes.freeze();
        }
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            if self.deletes && self.deleted[usize::from(byte)] {
                continue;
            }
            let byte = self.map[usize::from(byte)];
            if self.squeezes && self.squeezed[usize::from(byte)] && *last == Some(byte) {
                continue;
            }
            *last = Some(byte);
            bytes[kept] = byte;
            kept += 1;
        }
        bytes.truncate(kept);
        bytes.freeze()
    }
}

fn prepare(arguments: &Arguments, context: &Context) -> std::result::Result<(Plan256, Vec<Vec<u8>>), Wrong> {
    let complement = arguments.has(COMPLEMENT) || arguments.has(COMPLEMENT_TOO);
    let (delete, squeeze) = (arguments.has(DELETE), arguments.has(SQUEEZE));
    count_operands(arguments, delete, squeeze, context)?;
    let plain = |message: Vec<u8>| Wrong { message, help: false };
    let mut warnings = Vec::new();
    let parse = |text: &Bytes, warnings: &mut Vec<Vec<u8>>| {
        Set::parse(text, context.locale(), warnings).map_err(plain)
    };
    let first = parse(&arguments.operands[0], &mut warnings)?;
    if first.elements().iter().any(|element| matches!(element, Element::Repeat(_, 0))) {
        return Err(plain(b"the [c*] repeat construct may not appear in string1".to_vec()));
    }
    let second = match arguments.operands.get(1) {
        Some(text) => Some(parse(text, &mut warnings)?),
        None => None,
    };
    let mut members = first.expand(0);
    if complement {
        members = (0..=255).filter(|byte| !members.contains(byte)).collect();
    }
    let mut plan = Plan256 {
        map: std::array::from_fn(|byte| byte as u8),
        translates: false,
        deleted: [false; 256],
        deletes: delete,
        squeezed: [false; 256],
        squeezes: squeeze,
    };
    let translates = !delete && second.is_some();
    if delete {
        members.iter().for_each(|byte| plan.deleted[usize::from(*byte)] = true);
    }
    let squeezed = match (&second, translates) {
        (Some(second), true) => {
            plan.translates = true;
            translate(&mut plan.map, &first, &members, second, complement, arguments.has(TRUNCATE))
                .map_err(plain)?
        }
        (Some(second), false) => second.expand(0),
        (None, _) => members,
    };
    let fills = |set: &Set| set.elements().iter().any(|element| matches!(element, Element::Repeat(_, 0)));
    if !translates && second.as_ref().is_some_and(fills) {
        return Err(plain(b"the [c*] construct may appear in string2 only when translating".to_vec()));
    }
    squeezed.iter().for_each(|byte| plan.squeezed[usize::from(*byte)] = true);
    Ok((plan, warnings))
}

fn count_operands(
    arguments: &Arguments,
    delete: bool,
    squeeze: bool,
    context: &Context,
) -> std::result::Result<(), Wrong> {
    let quoted = |operand: &Bytes| quote(operand, context.locale());
    let wrong = |message: Vec<u8>| Err(Wrong { message, help: true });
    let least = if delete == squeeze { 2 } else { 1 };
    let most = if delete && !squeeze { 1 } else { 2 };
    match &arguments.operands[..] {
        [] => wrong(b"missing operand".to_vec()),
        [only] if least == 2 => {
            let why: &[u8] = match delete {
                true => b"\nTwo strings must be given when both deleting and squeezing repeats.",
                false => b"\nTwo strings must be given when translating.",
            };
            wrong([b"missing operand after ", &quoted(only)[..], why].concat())
        }
        operands if operands.len() > most => {
            let why: &[u8] = match most == 1 && operands.len() == 2 {
                true => b"\nOnly one string may be given when deleting without squeezing repeats.",
                false => b"",
            };
            wrong([b"extra operand ", &quoted(&operands[most])[..], why].concat())
        }
        _ => Ok(()),
    }
}

/// Fills the map, and answers what SET2 comes to.
fn translate(
    map: &mut [u8; 256],
    first: &Set,
    members: &[u8],
    second: &Set,
    complement: bool,
    truncate: bool,
) -> std::result::Result<Vec<u8>, Vec<u8>> {
    let classes = |element: &Element| matches!(element, Element::Class(name, _) if !matches!(*name, b"upper" | b"lower"));
    if second.elements().iter().any(classes) {
        return Err(
            b"when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'".to_vec()
        );
    }
    if second.elements().iter().any(|element| matches!(element, Element::Equivalent(_))) {
        return Err(b"[=c=] expressions may not appear in string2 when translating".to_vec());
    }
    if !complement {
        set::check_case_classes(first, second)?;
    }
    let mut targets = second.expand(members.len());
    let short = targets.len() < members.len();
    if targets.is_empty() && !members.is_empty() && !truncate {
        return Err(b"when not truncating set1, string2 must be non-empty".to_vec());
    }
    let ends_in_class = matches!(second.elements().last(), Some(Element::Class(..)));
    if short && !truncate && ends_in_class {
        return Err(
            b"when translating with string1 longer than string2,\nthe latter string must not end with a character class"
                .to_vec(),
        );
    }
    if let (true, false, Some(last)) = (short, truncate, targets.last().copied()) {
        targets.resize(members.len(), last);
    }
    let has_class = first.elements().iter().any(|element| matches!(element, Element::Class(..)));
    if complement
        && has_class
        && (targets.len() < members.len() || targets.iter().any(|to| *to != targets[0]))
    {
        return Err(
            b"when translating with complemented character classes,\nstring2 must map all characters in the domain to one"
                .to_vec(),
        );
    }
    for (from, to) in members.iter().zip(&targets) {
        map[usize::from(*from)] = *to;
    }
    Ok(targets)
}
