//! Assignments as they are written: `x=1`, `a[2]+=b`, `m=([k]=v)`.

use bytes::Bytes;
use futures_util::FutureExt;
use imbl::OrdMap;
use mirage_syntax::ast::{
    Arithmetic, ArrayElement, Assignment, AssignmentValue, Expression, ParameterName, Subscript,
};

use super::store::{WORD_COST, append_to, index_of};
use super::{Shell, Stop};
use crate::expand::{Element, Target};
use crate::state::{Associative, Attributes, ScopeKind, ShellOption, Value, Variable, Variables};

/// Which kind of array a literal makes of a variable that is not one yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArrayKind {
    Indexed,
    Associative,
}

/// An element of an array literal, expanded.
enum Item {
    /// The next ones in order.
    Words(Vec<Bytes>),
    /// `[@]` or `[*]`: an error once the array is being filled.
    Whole(Element, Bytes),
    /// The one that the subscript means once the array is being filled, and whether it adds to it.
    Number(Arithmetic, bool, Bytes),
}

impl Shell {
    /// Assignments without a command: they change this shell.
    pub(crate) async fn run_assignments(&mut self, assignments: &[Assignment]) -> Result<(), Stop> {
        for assignment in assignments {
            self.assign(assignment).await?;
        }
        Ok(())
    }

    /// One assignment to this shell's variable.
    pub(crate) async fn assign(&mut self, assignment: &Assignment) -> Result<(), Stop> {
        let (name, referred) = self.follow_reference(&assignment.name)?;
        if Variables::is_outermost(&name) {
            // bash looks twice, and warns twice.
            self.follow_reference(&assignment.name)?;
        }
        match &assignment.value {
            AssignmentValue::Scalar(word) => {
                let value = self.expand_single(word).await?;
                if self.state.options.has(ShellOption::XTrace) {
                    self.trace_assignment(assignment, &value).await;
                }
                let element = match &assignment.subscript {
                    None => referred.unwrap_or(Element::Whole),
                    Some(subscript) => self.assigned_element(&name, subscript).await?,
                };
                let target = Target { name: ParameterName::Variable(name), element };
                self.store(&target, value, assignment.append)
            }
            AssignmentValue::Array(elements) => {
                if assignment.subscript.is_some() {
                    let text = self.assignment_text(assignment);
                    let place =
                        text.iter().position(|&byte| byte == b']').map_or(&text[..], |end| &text[..=end]);
                    return Err(self.fail(&[place, b": cannot assign list to array member"].concat()));
                }
                if self.state.options.has(ShellOption::XTrace) {
                    self.trace_literal(assignment).await;
                }
                self.assign_array(&name, elements, assignment.append, ArrayKind::Indexed).boxed_local().await
            }
        }
    }

    async fn assigned_element(&mut self, name: &Bytes, subscript: &Subscript) -> Result<Element, Stop> {
        match subscript {
            Subscript::At => match self.is_associative(name) {
                true => Ok(Element::Key(Bytes::from_static(b"@"))),
                false => Ok(Element::All { star: false }),
            },
            Subscript::Star => match self.is_associative(name) {
                true => Ok(Element::Key(Bytes::from_static(b"*"))),
                false => Ok(Element::All { star: true }),
            },
            Subscript::Index(index) => {
                if index.key.literal().is_some_and(Bytes::is_empty) && !index.key.is_quoted() {
                    return Err(self.fail(&[name, &b"[]: bad array subscript"[..]].concat()));
                }
                self.element(name, index).boxed_local().await
            }
        }
    }

    pub(crate) fn is_associative(&self, name: &[u8]) -> bool {
        match self.state.variables.get(name).map(|variable| &variable.value) {
            Some(Value::Associative(_)) => true,
            Some(Value::Dynamic(dynamic)) => dynamic.is_associative(),
            _ => false,
        }
    }

    /// `name=(...)`: `kind` holds for a variable that is no array yet.
    pub(crate) async fn assign_array(
        &mut self,
        name: &Bytes,
        elements: &[ArrayElement],
        append: bool,
        kind: ArrayKind,
    ) -> Result<(), Stop> {
        let variable = self.state.variables.get(name);
        if variable.is_some_and(|variable| variable.attributes.has(Attributes::READONLY)) {
            return Err(self.refuse_readonly(name));
        }
        match self.is_associative(name) || kind == ArrayKind::Associative {
            true => self.assign_associative(name, elements, append).await,
            false => self.assign_indexed(name, elements, append).await,
        }
    }

    /// As [`assign_array`](Shell::assign_array), from text in parentheses that is only known when it runs.
    pub(crate) async fn assign_array_text(
        &mut self,
        name: &Bytes,
        text: &Bytes,
        append: bool,
        kind: Option<ArrayKind>,
    ) -> Result<(), Stop> {
        let options = self.parser_options(self.line);
        match mirage_syntax::parse_array(text.slice(1..text.len() - 1), &options) {
            Ok(elements) => {
                let kind = kind.unwrap_or(ArrayKind::Indexed);
                self.assign_array(name, &elements, append, kind).boxed_local().await
            }
            Err(error) => {
                let name = self.message_name();
                self.messages.extend_from_slice(&error.render(&name));
                self.state.status = 1;
                Err(Stop::Discard)
            }
        }
    }

    async fn assign_indexed(
        &mut self,
        name: &Bytes,
        elements: &[ArrayElement],
        append: bool,
    ) -> Result<(), Stop> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            items.push(match element {
                ArrayElement::Word(word) => Item::Words(self.expand_words(std::slice::from_ref(word)).await?),
                ArrayElement::Keyed { subscript, append, value } => {
                    let value = self.expand_single(value).await?;
                    match subscript {
                        Subscript::Index(index) => Item::Number(index.number.clone(), *append, value),
                        Subscript::At => Item::Whole(Element::All { star: false }, value),
                        Subscript::Star => Item::Whole(Element::All { star: true }, value),
                    }
                }
            });
        }
        if append && self.append_in_place(name, &items)? {
            return Ok(());
        }
        let old = self.state.variables.get(name).map(|variable| &variable.value);
        let mut array = match (append, old) {
            (true, Some(Value::Indexed(elements))) => elements.clone(),
            (true, Some(value)) => value.scalar().map(|text| (0, text.clone())).into_iter().collect(),
            _ => OrdMap::new(),
        };
        let integer = self
            .state
            .variables
            .get(name)
            .is_some_and(|variable| variable.attributes.has(Attributes::INTEGER));
        let mut next = array.get_max().map_or(0, |(last, _)| last.wrapping_add(1));
        for item in items {
            let (number, appends, value) = match item {
                Item::Words(words) => {
                    for word in words {
                        self.charge(word.len() as u64 + WORD_COST)?;
                        array.insert(next, word);
                        next = next.wrapping_add(1);
                    }
                    continue;
                }
                Item::Number(number, appends, value) => {
                    if number
                        .expression
                        .as_deref()
                        .is_none_or(|constant| !matches!(constant, Expression::Number(_)))
                    {
                        // The subscript sees what was assigned so far.
                        self.store_array(name, Value::Indexed(array.clone()))?;
                    }
                    (self.subscript_number(&number).await?, appends, value)
                }
                Item::Whole(element, value) => {
                    let shown: &[u8] =
                        if element == (Element::All { star: true }) { b"[*]=" } else { b"[@]=" };
                    let shown =
                        [name, &b": "[..], shown, &value, b": cannot assign to non-numeric index"].concat();
                    return Err(self.fail(&shown));
                }
            };
            let Some(at) = index_of(&array, number) else {
                return Err(self
                    .fail(&[format!("[{number}]=").as_bytes(), &value, b": bad array subscript"].concat()));
            };
            match array.get_mut(&at) {
                Some(text) if appends && integer => {
                    let sum = [&text[..], b"+", &value].concat();
                    *text = sum.into();
                }
                Some(text) if appends => append_to(text, &value),
                _ => drop(array.insert(at, value)),
            }
            next = at.wrapping_add(1);
        }
        self.conform_elements(name, &mut array)?;
        self.store_array(name, Value::Indexed(array))
    }

    /// Adds words to an array that has no say in what it holds, without the copy that would have its nodes copied as
    /// they change. Answers whether that was all.
    fn append_in_place(&mut self, name: &Bytes, items: &[Item]) -> Result<bool, Stop> {
        let mut words = Vec::new();
        for item in items {
            let Item::Words(more) = item else { return Ok(false) };
            words.extend(more);
        }
        let is_plain = |variable: &Variable| {
            variable.attributes.is_empty() && matches!(variable.value, Value::Indexed(_))
        };
        if !self.state.variables.get(name).is_some_and(is_plain) {
            return Ok(false);
        }
        self.charge(words.iter().map(|word| word.len() as u64 + WORD_COST).sum())?;
        if let Some(Variable { value: Value::Indexed(array), .. }) = self.state.variables.get_mut(name) {
            let mut next = array.get_max().map_or(0, |(last, _)| last.wrapping_add(1));
            for word in words {
                array.insert(next, word.clone());
                next = next.wrapping_add(1);
            }
        }
        self.was_assigned(name);
        Ok(true)
    }

    async fn assign_associative(
        &mut self,
        name: &Bytes,
        elements: &[ArrayElement],
        append: bool,
    ) -> Result<(), Stop> {
        let old = match self.state.variables.get(name).map(|variable| &variable.value) {
            Some(Value::Associative(elements)) => elements.clone(),
            _ => Associative::default(),
        };
        let mut array = if append { old.clone() } else { Associative::default() };
        let mut pairs: Vec<(Bytes, bool, Bytes)> = Vec::new();
        let by_words = matches!(elements.first(), Some(ArrayElement::Word(_)));
        let mut words = Vec::new();
        for element in elements {
            match element {
                ArrayElement::Word(word) if by_words => words.push(self.expand_single(word).await?),
                ArrayElement::Word(word) => {
                    let text = self.expand_single(word).await?;
                    let message: &[u8] = b": must use subscript when assigning associative array";
                    self.complain(&[name, b": ", &text, message]);
                    self.state.status = 1;
                }
                ArrayElement::Keyed { subscript, append, value } => {
                    let key = self.key_of(subscript).await?;
                    let value = self.expand_single(value).await?;
                    match by_words {
                        true => words.push([b"[", &key[..], b"]=", &value].concat().into()),
                        false => pairs.push((key, *append, value)),
                    }
                }
            }
        }
        for pair in words.chunks(2) {
            let value = pair.get(1).cloned().unwrap_or_default();
            pairs.push((pair[0].clone(), false, value));
        }
        let attributes =
            self.state.variables.get(name).map_or(Attributes::NONE, |variable| variable.attributes);
        for (key, appends, value) in pairs {
            if key.is_empty() {
                self.complain(&[name, b"[]=", &value, b": bad array subscript"]);
                self.state.status = 1;
                continue;
            }
            self.charge((key.len() + value.len()) as u64 + 64)?;
            let value = self.conformed(attributes, value)?;
            // A new array adds to what the old one held.
            let value = match if append { array.get(&key) } else { old.get(&key) } {
                Some(old) if appends => [&old[..], &value].concat().into(),
                _ => value,
            };
            array.insert(key, value);
        }
        self.store_array(name, Value::Associative(array))
    }

    /// A subscript as the key of an associative array.
    pub(crate) async fn key_of(&mut self, subscript: &Subscript) -> Result<Bytes, Stop> {
        match subscript {
            Subscript::At => Ok(Bytes::from_static(b"@")),
            Subscript::Star => Ok(Bytes::from_static(b"*")),
            Subscript::Index(index) => self.expand_single(&index.key).boxed_local().await,
        }
    }

    /// Assignments in front of a command: variables of a scope of their own, exported, which the caller leaves when the
    /// command has ended. One that is refused is told of and left out; in POSIX mode it ends the command, and in front
    /// of a special builtin the shell.
    pub(crate) async fn assign_temporarily(
        &mut self,
        assignments: &[Assignment],
        special: bool,
    ) -> Result<(), Stop> {
        self.state.variables.enter(ScopeKind::Temporary);
        for assignment in assignments {
            let value = match &assignment.value {
                AssignmentValue::Scalar(word) => self.expand_single(word).await,
                // No command's environment can hold an array: it gets the text.
                AssignmentValue::Array(_) => {
                    let text = self.literal_text(assignment);
                    match mirage_syntax::parse_word(text.clone(), &self.parser_options(self.line)) {
                        Ok(word) => self.expand_single(&word).await,
                        Err(_) => Ok(text),
                    }
                }
            };
            let value = match value {
                Ok(value) => value,
                Err(stop) => {
                    self.state.variables.leave();
                    return Err(stop);
                }
            };
            if self.state.options.has(ShellOption::XTrace) {
                self.trace_assignment(assignment, &value).await;
            }
            match self.assign_one_temporarily(assignment, value) {
                Ok(()) => {}
                Err(Stop::Discard) if !self.state.options.has(ShellOption::Posix) => {}
                Err(stop) => {
                    self.state.variables.leave();
                    if special && stop == Stop::Discard {
                        self.state.status = self.fatal_status();
                        return Err(Stop::Exit);
                    }
                    return Err(stop);
                }
            }
        }
        Ok(())
    }

    fn assign_one_temporarily(&mut self, assignment: &Assignment, value: Bytes) -> Result<(), Stop> {
        if assignment.subscript.is_some() {
            let shown = self.assignment_text(assignment);
            let end = shown.iter().position(|&byte| byte == b']').map_or(shown.len(), |at| at + 1);
            let shown = &shown[..end];
            self.complain_plainly(&[b"`", shown, b"': not a valid identifier"]);
            return Ok(());
        }
        let (name, _) = self.follow_reference(&assignment.name)?;
        let old = self.state.variables.get(&name).cloned().unwrap_or_default();
        if old.attributes.has(Attributes::READONLY) {
            return Err(self.fail(&[&name, &b": readonly variable"[..]].concat()));
        }
        // bash looks at the attributes of the variable only where it adds to its value.
        let text = match (assignment.append, old.attributes.has(Attributes::INTEGER)) {
            (false, _) => value,
            (true, true) => {
                let sum = [old.value.scalar().map_or(&b"0"[..], |text| text), b"+(", &value, b")"].concat();
                self.conformed(old.attributes, sum.into())?
            }
            (true, false) => {
                let mut text = old.value.scalar().cloned().unwrap_or_default();
                append_to(&mut text, &value);
                self.conformed(old.attributes, text)?
            }
        };
        self.state.variables.make_temporary(&name);
        let variable = self.state.variables.entry(&name);
        variable.value = Value::Scalar(text);
        variable.attributes = old.attributes.without(Attributes::NAMEREF).with(Attributes::EXPORT);
        self.was_assigned(&name);
        Ok(())
    }
}
