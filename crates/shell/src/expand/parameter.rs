//! Parameters: what `$name` and `${name...}` stand for.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_syntax::ast::{
    DefaultAction, Index, Operation, Parameter, ParameterName, Part, SpecialParameter, Subscript, Word,
};

use super::Expanded;
use super::field::{Fields, Quoting};
use super::word::{Splitting, decimal};
use crate::execute::{Shell, Stop, index_of};
use crate::state::{Attributes, ShellOption, Value, Variable, Variables};

/// References followed from one name to the next before the shell calls it a circle.
const REFERENCE_LIMIT: usize = 8;

/// A parameter once indirection, name references and its subscript are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub name: ParameterName,
    pub element: Element,
}

/// Which part of a variable is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// The variable itself: of an array its element 0.
    Whole,
    /// `[@]` or `[*]`.
    All {
        /// Written with `*`.
        star: bool,
    },
    /// An element of an indexed array.
    Number(i64),
    /// An element of an associative array.
    Key(Bytes),
}

impl Shell {
    /// The value of a parameter expansion other than `${x-word}` and its like.
    pub(crate) async fn expand_parameter(&mut self, parameter: &Parameter) -> Result<Expanded, Stop> {
        // The common case first: a plain variable.
        if let (Operation::Value, ParameterName::Variable(name), None, false) =
            (&parameter.operation, &parameter.name, &parameter.subscript, parameter.indirect)
            && let Some(variable) = self.state.variables.get(name)
            && let (Value::Scalar(text), false) =
                (&variable.value, variable.attributes.has(Attributes::NAMEREF))
        {
            return Ok(Expanded::One(text.clone()));
        }
        if let Operation::Names { separate } = parameter.operation {
            return Ok(self.names(parameter, separate));
        }
        if parameter.indirect
            && parameter.subscript.is_none()
            && let ParameterName::Variable(name) = &parameter.name
            && let Some(variable) = self.state.variables.get(name)
            && variable.attributes.has(Attributes::NAMEREF)
            && let Some(target) = variable.value.scalar()
        {
            // Of a name reference it is the name that it refers to.
            return Ok(Expanded::One(target.clone()));
        }
        let target = self.target(parameter).boxed_local().await?;
        if let Operation::Keys = parameter.operation {
            return Ok(self.keys(&target));
        }
        let value = self.value(&target)?;
        if matches!(parameter.operation, Operation::Length) {
            return self.length(&target, value, parameter);
        }
        if value.is_unset() && !matches!(target.element, Element::All { .. }) {
            self.check_unset(&target, parameter)?;
        }
        match parameter.operation {
            Operation::Value => Ok(value),
            _ => self.operate(&target, value, parameter).boxed_local().await,
        }
    }

    /// `${x-word}`, `${x=word}`, `${x?word}`, `${x+word}`, into `fields`. Answers whether it gave a field even when it
    /// is empty.
    pub(crate) async fn default_into(
        &mut self,
        parameter: &Parameter,
        fields: &mut Fields,
        splitting: Splitting,
        quoted: bool,
    ) -> Result<bool, Stop> {
        let Operation::Default { action, colon, word } = &parameter.operation else { return Ok(false) };
        let target = self.target(parameter).await?;
        let value = match self.value(&target)? {
            Expanded::Many { items, star: true }
                if splitting == Splitting::Document && !matches!(target.name, ParameterName::Variable(_)) =>
            {
                Expanded::Many { items, star: false }
            }
            value => value,
        };
        let missing = match (*colon, &value) {
            (true, Expanded::Many { items, star: true }) if quoted => self.join(items, true).is_empty(),
            (true, value) => value.is_null(),
            (false, value) => value.is_unset(),
        };
        let takes_word = missing != (*action == DefaultAction::Alternative);
        if !takes_word {
            return Ok(match (*action, quoted) {
                (DefaultAction::Alternative, quoted) => quoted,
                (_, true) => self.quoted_value_into(value, fields, splitting),
                (_, false) => {
                    self.unquoted_into(value, fields, splitting);
                    false
                }
            });
        }
        match action {
            DefaultAction::Use | DefaultAction::Alternative => {
                self.default_word_into(word, fields, splitting, quoted).await
            }
            DefaultAction::Assign => {
                let text = self.expand_default_text(word, quoted).await?;
                self.store(&target, text.clone(), false)?;
                Ok(match quoted {
                    true => self.quoted_value_into(Expanded::One(text), fields, splitting),
                    false => {
                        self.unquoted_into(Expanded::One(text), fields, splitting);
                        false
                    }
                })
            }
            DefaultAction::Fail => {
                let message = self.expand_default_text(word, quoted).await?;
                let shown = self.shown_name(parameter);
                let message: &[u8] = match (message.is_empty(), colon) {
                    (false, _) => &message,
                    (true, true) => b"parameter null or not set",
                    (true, false) => b"parameter not set",
                };
                self.complain_plainly(&[&shown, b": ", message]);
                self.state.status = self.fatal_status();
                Err(Stop::Exit)
            }
        }
    }

    fn quoted_value_into(&mut self, value: Expanded, fields: &mut Fields, splitting: Splitting) -> bool {
        match value {
            Expanded::Unset => true,
            Expanded::One(text) => {
                fields.push(&text, Quoting::Quoted);
                true
            }
            Expanded::Many { items, star: false } if splitting == Splitting::Fields => {
                self.elements_into(items, fields, Quoting::Quoted)
            }
            Expanded::Many { items, star } => {
                let joined = self.join(&items, star);
                fields.push(&joined, Quoting::Quoted);
                true
            }
        }
    }

    /// The word of `${x-word}`: outside quotes its unquoted text is split like the value it stands for.
    async fn default_word_into(
        &mut self,
        word: &Word,
        fields: &mut Fields,
        splitting: Splitting,
        quoted: bool,
    ) -> Result<bool, Stop> {
        if quoted {
            self.quoted_into(word.parts(), fields, splitting).await?;
            return Ok(true);
        }
        for part in word.parts() {
            match (part, splitting) {
                (Part::Literal(text), Splitting::Fields) => {
                    let separators = self.separators();
                    fields.push_split(text, &separators);
                }
                _ => self.parts_into(std::slice::from_ref(part), fields, splitting).await?,
            }
        }
        Ok(false)
    }

    async fn expand_default_text(&mut self, word: &Word, quoted: bool) -> Result<Bytes, Stop> {
        let mut fields = Fields::default();
        match quoted {
            true => self.quoted_into(word.parts(), &mut fields, Splitting::One).await?,
            false => self.parts_into(word.parts(), &mut fields, Splitting::One).await?,
        }
        fields.finish();
        Ok(fields.into_fields().pop().unwrap_or_default().into_bytes())
    }

    /// Resolves indirection, name references and the subscript.
    pub(crate) async fn target(&mut self, parameter: &Parameter) -> Result<Target, Stop> {
        let target = self.direct_target(&parameter.name, parameter.subscript.as_ref()).await?;
        match parameter.indirect {
            false => Ok(target),
            true => self.indirect_target(target, parameter),
        }
    }

    async fn direct_target(
        &mut self,
        name: &ParameterName,
        subscript: Option<&Subscript>,
    ) -> Result<Target, Stop> {
        let name = match name {
            ParameterName::Variable(name) => {
                let (name, element) = self.follow_reference(name)?;
                if let (Some(element), None) = (element, subscript) {
                    return Ok(Target { name: ParameterName::Variable(name), element });
                }
                ParameterName::Variable(name)
            }
            other => other.clone(),
        };
        let element = match (&name, subscript) {
            (_, None) => Element::Whole,
            (_, Some(Subscript::At)) => Element::All { star: false },
            (_, Some(Subscript::Star)) => Element::All { star: true },
            (ParameterName::Variable(variable), Some(Subscript::Index(index))) => {
                let variable = variable.clone();
                self.element(&variable, index).await?
            }
            _ => Element::Whole,
        };
        Ok(Target { name, element })
    }

    /// The element that `index` means for variable `name`: a key when it is an associative array, else a number.
    pub(crate) async fn element(&mut self, name: &[u8], index: &Index) -> Result<Element, Stop> {
        if self.is_associative(name) {
            return Ok(Element::Key(self.expand_single(&index.key).boxed_local().await?));
        }
        Ok(Element::Number(self.subscript_number(&index.number).await?))
    }

    /// The variable that `name` means once name references are followed, and the element if the last one names one.
    pub(crate) fn follow_reference(&mut self, name: &Bytes) -> Result<(Bytes, Option<Element>), Stop> {
        let mut name = name.clone();
        for _ in 0..REFERENCE_LIMIT {
            let Some(variable) = self.state.variables.get(&name) else { return Ok((name, None)) };
            if !variable.attributes.has(Attributes::NAMEREF) {
                return Ok((name, None));
            }
            let Some(next) = variable.value.scalar().filter(|next| !next.is_empty()).cloned() else {
                return Ok((name, None));
            };
            if let Some((base, text)) = split_subscript(&next) {
                let (base, text) = (next.slice_ref(base), next.slice_ref(text));
                let element = self.element_of_text(&base, &text)?;
                return Ok((base, Some(element)));
            }
            if next == name && self.state.variables.in_function() {
                // `local -n v=v`: the one outside is meant.
                self.complain_plainly(&[b"warning: ", &name, b": circular name reference"]);
                return Ok((Variables::outermost(&name), None));
            }
            name = next;
        }
        self.complain_plainly(&[b"warning: ", &name, b": circular name reference"]);
        // No variable has this name.
        Ok((Bytes::new(), None))
    }

    /// Whether `${text+x}` would tell that something is set: `-v`.
    pub(crate) fn is_set(&mut self, text: &Bytes) -> Result<bool, Stop> {
        let Some(mut target) = self.named_target(text)? else { return Ok(false) };
        if let (ParameterName::Variable(name), Element::All { star }) = (&target.name, &target.element)
            && self.is_associative(name)
        {
            target.element = Element::Key(Bytes::from_static(if *star { b"*" } else { b"@" }));
        }
        if matches!(target.name, ParameterName::Special(_)) {
            return Ok(false);
        }
        Ok(!self.value(&target)?.is_unset())
    }

    /// The element that a subscript's text means that is only known when it runs.
    pub(crate) fn element_of_text(&mut self, name: &[u8], text: &Bytes) -> Result<Element, Stop> {
        let expanded = match text.iter().any(|byte| b"$`\"'\\".contains(byte)) {
            true => self.expand_now(text)?,
            false => text.clone(),
        };
        let text = &expanded;
        match &text[..] {
            b"@" => return Ok(Element::All { star: false }),
            b"*" => return Ok(Element::All { star: true }),
            _ => {}
        }
        match self.is_associative(name) {
            true => Ok(Element::Key(text.clone())),
            false => Ok(Element::Number(self.subscript_text(text)?)),
        }
    }

    /// Expands a text that is only known when it runs and that can not wait for anything.
    fn expand_now(&mut self, text: &Bytes) -> Result<Bytes, Stop> {
        let options = self.parser_options(self.line);
        let Ok(word) = mirage_syntax::parse_word(text.clone(), &options) else { return Ok(text.clone()) };
        match self.expand_single(&word).boxed_local().now_or_never() {
            Some(expanded) => expanded,
            None => Err(self.unsupported("a subscript that waits for a command")),
        }
    }

    fn indirect_target(&mut self, target: Target, parameter: &Parameter) -> Result<Target, Stop> {
        // `${!ref}` of a name reference is the name it refers to, which `operate` would have no use for.
        let value = self.value(&target)?;
        let text = match value {
            Expanded::One(text) if !text.is_empty() => text,
            Expanded::Many { items, star } => self.join(&items, star),
            // An array without an element 0 stands for nothing.
            Expanded::Unset if self.is_array_variable(&target) => {
                return Ok(Target { name: ParameterName::Variable(Bytes::new()), element: Element::Whole });
            }
            _ => {
                let shown = self.shown_name(parameter);
                let shown = shown.strip_prefix(b"!").unwrap_or(&shown);
                return Err(self.fail(&[shown, b": invalid indirect expansion"].concat()));
            }
        };
        match self.named_target(&text)? {
            Some(target) => Ok(target),
            None => Err(self.fail(&[&text[..], b": invalid variable name"].concat())),
        }
    }

    fn is_array_variable(&self, target: &Target) -> bool {
        let ParameterName::Variable(name) = &target.name else { return false };
        self.state.variables.get(name).is_some_and(|variable| variable.value.is_array())
    }

    /// The parameter that a string names: `x`, `x[1]`, `1`, `@`. None when it names none.
    pub(crate) fn named_target(&mut self, text: &Bytes) -> Result<Option<Target>, Stop> {
        let whole = |name| Ok(Some(Target { name, element: Element::Whole }));
        if !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
            let number = std::str::from_utf8(text).ok().and_then(|digits| digits.parse().ok());
            return match number {
                None => Ok(None),
                Some(0) => whole(ParameterName::Special(SpecialParameter::Zero)),
                Some(number) => whole(ParameterName::Positional(number)),
            };
        }
        if let Some(special) = special_parameter(text) {
            return whole(ParameterName::Special(special));
        }
        let (base, subscript) = match split_subscript(text) {
            Some((base, subscript)) => (text.slice_ref(base), Some(text.slice_ref(subscript))),
            None => (text.clone(), None),
        };
        if !is_name(&base) {
            return Ok(None);
        }
        let (name, referred) = self.follow_reference(&base)?;
        let element = match (subscript, referred) {
            (Some(subscript), _) => self.element_of_text(&name, &subscript)?,
            (None, Some(element)) => element,
            (None, None) => Element::Whole,
        };
        Ok(Some(Target { name: ParameterName::Variable(name), element }))
    }

    /// What a resolved parameter holds.
    pub(crate) fn value(&mut self, target: &Target) -> Result<Expanded, Stop> {
        match &target.name {
            ParameterName::Positional(number) => {
                Ok(match self.state.positional.get(number.wrapping_sub(1)) {
                    Some(text) => Expanded::One(text.clone()),
                    None => Expanded::Unset,
                })
            }
            ParameterName::Special(special) => Ok(self.special(*special)),
            ParameterName::Variable(name) => self.variable_value(name, &target.element),
        }
    }

    fn special(&mut self, special: SpecialParameter) -> Expanded {
        let positional =
            |shell: &Shell, star| Expanded::Many { items: shell.state.positional.to_vec(), star };
        match special {
            SpecialParameter::At => positional(self, false),
            SpecialParameter::Star => positional(self, true),
            SpecialParameter::Count => Expanded::One(decimal(self.state.positional.len() as i64)),
            SpecialParameter::Status => Expanded::One(decimal(i64::from(self.state.status))),
            SpecialParameter::Flags => Expanded::One(self.flags()),
            SpecialParameter::Process => Expanded::One(decimal(i64::from(self.own_process))),
            SpecialParameter::LastBackground => match self.last_background {
                Some(process) => Expanded::One(decimal(i64::from(process))),
                None => Expanded::Unset,
            },
            SpecialParameter::Zero => Expanded::One(self.state.name.clone()),
        }
    }

    fn variable_value(&mut self, name: &Bytes, element: &Element) -> Result<Expanded, Stop> {
        let none = || match element {
            Element::All { star } => Expanded::Many { items: Vec::new(), star: *star },
            _ => Expanded::Unset,
        };
        let Some(variable) = self.state.variables.get(name) else { return Ok(none()) };
        let found = match &variable.value {
            Value::Dynamic(dynamic) => {
                let value = self.dynamic(*dynamic);
                pick(&value, element)
            }
            value => pick(value, element),
        };
        match found {
            Some(found) => Ok(found),
            None => {
                self.complain_plainly(&[name, b": bad array subscript"]);
                Ok(Expanded::Unset)
            }
        }
    }

    /// `${!prefix*}`.
    fn names(&mut self, parameter: &Parameter, separate: bool) -> Expanded {
        let ParameterName::Variable(prefix) = &parameter.name else { return Expanded::Unset };
        let set = |variable: &Variable| {
            variable.value != Value::Unset && !variable.attributes.has(Attributes::UNASSIGNED)
        };
        let matching = self.state.variables.sorted().into_iter();
        let matching = matching.filter(|(name, variable)| name.starts_with(prefix) && set(variable));
        Expanded::Many { items: matching.map(|(name, _)| name.clone()).collect(), star: !separate }
    }

    /// `${!array[@]}`.
    fn keys(&mut self, target: &Target) -> Expanded {
        let star = target.element == Element::All { star: true };
        let ParameterName::Variable(name) = &target.name else { return Expanded::Unset };
        let computed = match self.state.variables.get(name).map(|variable| &variable.value) {
            Some(Value::Dynamic(dynamic)) => Some(self.dynamic(*dynamic)),
            _ => None,
        };
        let stored = self.state.variables.get(name).map(|variable| &variable.value);
        let items = match computed.as_ref().or(stored) {
            Some(Value::Indexed(elements)) => elements.keys().map(|key| decimal(*key)).collect(),
            Some(Value::Associative(elements)) => elements.keys().cloned().collect(),
            Some(Value::Scalar(_) | Value::Dynamic(_)) => vec![Bytes::from_static(b"0")],
            Some(Value::Unset) | None => Vec::new(),
        };
        Expanded::Many { items, star }
    }

    /// `${#x}`.
    fn length(&mut self, target: &Target, value: Expanded, parameter: &Parameter) -> Result<Expanded, Stop> {
        let length = match (&target.name, value) {
            (_, Expanded::Many { items, .. }) => items.len(),
            (_, Expanded::One(text)) => self.count_characters(&text),
            (_, Expanded::Unset) => {
                self.check_unset(target, parameter)?;
                0
            }
        };
        Ok(Expanded::One(decimal(length as i64)))
    }

    /// `set -u`: an unset parameter is an error that ends the shell.
    fn check_unset(&mut self, target: &Target, parameter: &Parameter) -> Result<(), Stop> {
        let always_set =
            matches!(target.name, ParameterName::Special(SpecialParameter::At | SpecialParameter::Star));
        if !self.state.options.has(ShellOption::NoUnset) || always_set {
            return Ok(());
        }
        let shown = self.shown_name(parameter);
        let mark: &[u8] = match parameter.name {
            ParameterName::Variable(_) => b"",
            _ => b"$",
        };
        self.complain_plainly(&[mark, &shown, b": unbound variable"]);
        self.state.status = self.fatal_status();
        Err(Stop::Exit)
    }

    /// The parameter as messages name it: `x`, `x[1]`, `1`.
    pub(crate) fn shown_name(&self, parameter: &Parameter) -> Bytes {
        let text = &parameter.text[..];
        let text = text.strip_prefix(b"$").unwrap_or(text);
        let text = text.strip_prefix(b"{").unwrap_or(text);
        let text = match parameter.operation {
            Operation::Length => text.strip_prefix(b"#").unwrap_or(text),
            _ => text,
        };
        let marks = usize::from(text.first() == Some(&b'!') && parameter.indirect);
        let body = &text[marks..];
        let name_end = match &parameter.name {
            ParameterName::Special(_) => 1,
            _ => body.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count(),
        };
        let end = match (&parameter.subscript, body.get(name_end)) {
            (Some(_), Some(b'[')) => subscript_end(body, name_end).map_or(name_end, |end| end + 1),
            _ => name_end,
        };
        Bytes::copy_from_slice(&text[..marks + end])
    }

    pub(crate) fn count_characters(&mut self, text: &[u8]) -> usize {
        match self.locale() {
            crate::command::Locale::C => text.len(),
            crate::command::Locale::Utf8 if text.is_ascii() => text.len(),
            crate::command::Locale::Utf8 => super::operation::characters(text).count(),
        }
    }
}

fn special_parameter(text: &[u8]) -> Option<SpecialParameter> {
    match text {
        b"@" => Some(SpecialParameter::At),
        b"*" => Some(SpecialParameter::Star),
        b"#" => Some(SpecialParameter::Count),
        b"?" => Some(SpecialParameter::Status),
        b"-" => Some(SpecialParameter::Flags),
        b"$" => Some(SpecialParameter::Process),
        b"!" => Some(SpecialParameter::LastBackground),
        _ => None,
    }
}

/// An element of a value; none when a negative number points before the start.
fn pick(value: &Value, element: &Element) -> Option<Expanded> {
    let one = |text: Option<&Bytes>| text.map_or(Expanded::Unset, |text| Expanded::One(text.clone()));
    Some(match (element, value) {
        (Element::Whole, value) => one(value.scalar()),
        (Element::All { star }, Value::Indexed(elements)) => {
            Expanded::Many { items: elements.values().cloned().collect(), star: *star }
        }
        (Element::All { star }, Value::Associative(elements)) => {
            Expanded::Many { items: elements.values().cloned().collect(), star: *star }
        }
        (Element::All { star }, value) => {
            Expanded::Many { items: value.scalar().cloned().into_iter().collect(), star: *star }
        }
        (Element::Key(key), Value::Associative(elements)) => one(elements.get(key)),
        (Element::Number(number), Value::Indexed(elements)) => {
            one(elements.get(&index_of(elements, *number)?))
        }
        (Element::Number(0 | -1), Value::Scalar(text)) => Expanded::One(text.clone()),
        (Element::Number(..-1), Value::Scalar(_)) => return None,
        (Element::Key(_) | Element::Number(_), _) => Expanded::Unset,
    })
}

/// `name[subscript]` as its two parts.
pub(crate) fn split_subscript(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = text.iter().position(|&byte| byte == b'[')?;
    let inner = text.strip_suffix(b"]")?.get(open + 1..)?;
    (open > 0).then_some((&text[..open], inner))
}

/// Where the subscript that opens at `open` closes.
pub(crate) fn subscript_end(text: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in text.iter().enumerate().skip(open) {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether `text` can name a variable.
pub(crate) fn is_name(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_'))
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
