//! Assigning values to variables, as their attributes have it.

use bytes::{Bytes, BytesMut};
use imbl::OrdMap;
use mirage_syntax::ast::ParameterName;
use mirage_vfs::Share;

use super::{Limit, Shell, Stop};
use crate::expand::{Element, Target, case, decimal, evaluate, is_name, split_subscript};
use crate::state::{Associative, Attributes, Dynamic, ShellOption, Value, Variable};

/// What an element of an array costs beside its text, roughly.
const ELEMENT_COST: u64 = 128;

/// What an element of an associative array costs beside its texts, roughly.
const KEYED_COST: u64 = 320;

/// What a word of a command costs beside its text, roughly.
pub(crate) const WORD_COST: u64 = 64;

impl Shell {
    /// Assigns `value` to what `target` means. What refuses is said; [`Stop::Discard`] stands for that.
    pub(crate) fn store(&mut self, target: &Target, value: Bytes, append: bool) -> Result<(), Stop> {
        match &target.name {
            ParameterName::Variable(name) => self.store_element(name, &target.element, value, append),
            ParameterName::Positional(number) => {
                Err(self.fail(format!("${number}: cannot assign in this way").as_bytes()))
            }
            ParameterName::Special(special) => {
                let shown = [b"$", &[special.byte()][..], b": cannot assign in this way"].concat();
                Err(self.fail(&shown))
            }
        }
    }

    /// Assigns to a variable as a whole: element 0 of an array. Name references are not followed.
    pub(crate) fn store_scalar(&mut self, name: &Bytes, value: Bytes) -> Result<(), Stop> {
        self.store_element(name, &Element::Whole, value, false)
    }

    /// Assigns to the variable that `name` stands for once name references are followed.
    pub(crate) fn store_named(&mut self, name: &Bytes, value: Bytes) -> Result<(), Stop> {
        let (name, element) = self.follow_reference(name)?;
        self.store_element(&name, &element.unwrap_or(Element::Whole), value, false)
    }

    fn store_element(
        &mut self,
        name: &Bytes,
        element: &Element,
        value: Bytes,
        append: bool,
    ) -> Result<(), Stop> {
        if name.is_empty() {
            // Name references in a circle, which has been said.
            self.state.status = 1;
            return Err(Stop::Discard);
        }
        let cost = if matches!(element, Element::Key(_)) { KEYED_COST } else { ELEMENT_COST };
        self.charge(value.len() as u64 + cost)?;
        if let Some(variable) = self.state.variables.get_mut(name) {
            if variable.attributes.is_empty()
                && let (Element::Whole, Value::Scalar(text)) = (element, &mut variable.value)
            {
                match append {
                    true => append_to(text, &value),
                    false => *text = value,
                }
                self.was_assigned(name);
                return Ok(());
            }
            let attributes = variable.attributes;
            if attributes.has(Attributes::READONLY) {
                return Err(self.refuse_readonly(name));
            }
            if attributes.has(Attributes::NAMEREF) && *element == Element::Whole {
                // A reference without a target gets one.
                let base = split_subscript(&value).map_or(&value[..], |(base, _)| base);
                if !is_name(base) {
                    self.complain(&[b"`", &value, b"': not a valid identifier"]);
                    self.state.status = 1;
                    return Err(Stop::Discard);
                }
            }
            if let Value::Dynamic(dynamic) = variable.value {
                return self.store_dynamic(name, dynamic, element, value, append);
            }
            let value = self.conforming(name, element, attributes, value, append)?;
            let keeps = append && !attributes.has(Attributes::INTEGER);
            self.put(name, element, value, keeps)?;
        } else {
            if name == "BASH_COMPAT" && !matches!(&value[..], b"" | b"52" | b"5.2") {
                return Err(self.unsupported("BASH_COMPAT: the behaviour of older versions"));
            }
            self.state.variables.insert(name.clone(), Variable::default());
            self.put(name, element, value, append)?;
        }
        if self.state.options.has(ShellOption::AllExport)
            && let Some(variable) = self.state.variables.get_mut(name)
        {
            let attributes = variable.attributes.with(Attributes::EXPORT);
            self.state.variables.entry(name).attributes = attributes;
        }
        self.was_assigned(name);
        Ok(())
    }

    /// What is left of `value` once the attributes have had their say: a number, another case.
    fn conforming(
        &mut self,
        name: &Bytes,
        element: &Element,
        attributes: Attributes,
        value: Bytes,
        append: bool,
    ) -> Result<Bytes, Stop> {
        if attributes.has(Attributes::INTEGER) {
            let added = self.integer(&value)?;
            let old = match append {
                true => self.old_number(name, element),
                false => 0,
            };
            return Ok(decimal(old.wrapping_add(added)));
        }
        Ok(self.cased(attributes, value))
    }

    fn old_number(&mut self, name: &Bytes, element: &Element) -> i64 {
        let Some(variable) = self.state.variables.get(name) else { return 0 };
        let old = match (element, &variable.value) {
            (Element::Key(key), Value::Associative(elements)) => elements.get(key).cloned(),
            (Element::Number(number), Value::Indexed(elements)) => elements.get(number).cloned(),
            (_, value) => value.scalar().cloned(),
        };
        old.and_then(|text| evaluate(self, &text).ok()).unwrap_or(0)
    }

    /// The value that is assigned to a variable with the attribute of integers.
    fn integer(&mut self, text: &[u8]) -> Result<i64, Stop> {
        let prefix = self.builtin.map_or_else(String::new, |builtin| format!("{builtin}: "));
        self.try_arithmetic_text(text, prefix.as_bytes())?.ok_or_else(|| {
            self.state.status = 1;
            Stop::Abandon
        })
    }

    /// A value for a new variable or element with these attributes.
    pub(crate) fn conformed(&mut self, attributes: Attributes, value: Bytes) -> Result<Bytes, Stop> {
        match attributes.has(Attributes::INTEGER) {
            true => Ok(decimal(self.integer(&value)?)),
            false => Ok(self.cased(attributes, value)),
        }
    }

    fn cased(&self, attributes: Attributes, value: Bytes) -> Bytes {
        let locale = self.locale();
        if attributes.has(Attributes::UPPER) {
            case::upper(&value, locale).into()
        } else if attributes.has(Attributes::LOWER) {
            case::lower(&value, locale).into()
        } else if attributes.has(Attributes::CAPITAL) {
            case::capital(&case::lower(&value, locale), locale).into()
        } else {
            value
        }
    }

    fn put(&mut self, name: &Bytes, element: &Element, value: Bytes, append: bool) -> Result<(), Stop> {
        let Some(variable) = self.state.variables.get_mut(name) else { return Ok(()) };
        variable.attributes = variable.attributes.without(Attributes::UNASSIGNED);
        match (element, &mut variable.value) {
            (Element::Whole, Value::Indexed(elements)) => put_number(elements, 0, value, append),
            (Element::Whole, Value::Associative(elements)) => {
                put_key(elements, Bytes::from_static(b"0"), value, append);
            }
            (Element::Whole, Value::Scalar(text)) if append => append_to(text, &value),
            (Element::Whole, whole) => *whole = Value::Scalar(value),
            (Element::Key(key), Value::Associative(elements)) => {
                if key.is_empty() {
                    return Err(self.fail(&[name, &b"[]: bad array subscript"[..]].concat()));
                }
                put_key(elements, key.clone(), value, append);
            }
            (Element::Number(number), whole) => {
                if !matches!(whole, Value::Indexed(_)) {
                    let first = whole.scalar().map(|text| (0, text.clone()));
                    *whole = Value::Indexed(first.into_iter().collect());
                }
                let Value::Indexed(elements) = whole else { return Ok(()) };
                let Some(at) = index_of(elements, *number) else {
                    let shown = format!("[{number}]: bad array subscript");
                    return Err(self.fail(&[name, shown.as_bytes()].concat()));
                };
                put_number(elements, at, value, append);
            }
            (Element::All { star }, _) => {
                let shown: &[u8] = if *star { b"[*]" } else { b"[@]" };
                return Err(self.fail(&[name, shown, b": bad array subscript"].concat()));
            }
            (Element::Key(_), _) => {}
        }
        Ok(())
    }

    /// Puts an array in place of what `name` holds; the attributes stay and have had no say.
    pub(crate) fn store_array(&mut self, name: &Bytes, value: Value) -> Result<(), Stop> {
        let attributes = match self.state.variables.get(name) {
            Some(variable) if variable.attributes.has(Attributes::READONLY) => {
                return Err(self.refuse_readonly(name));
            }
            Some(variable) => variable.attributes,
            None => Attributes::NONE,
        };
        if attributes.has(Attributes::NAMEREF) {
            self.complain_plainly(&[b"warning: ", name, b": removing nameref attribute"]);
        }
        let attributes = attributes.without(Attributes::NAMEREF).without(Attributes::UNASSIGNED);
        self.state.variables.insert(name.clone(), Variable { value, attributes });
        self.was_assigned(name);
        Ok(())
    }

    /// Says that `name` is read-only.
    pub(crate) fn refuse_readonly(&mut self, name: &[u8]) -> Stop {
        let stop = self.fail(&[name, &b": readonly variable"[..]].concat());
        match self.state.options.has(ShellOption::Posix) && self.builtin.is_none() {
            true => {
                self.state.status = self.fatal_status();
                Stop::Exit
            }
            false => stop,
        }
    }

    /// What assigning to a variable that the shell computes does.
    fn store_dynamic(
        &mut self,
        name: &Bytes,
        dynamic: Dynamic,
        element: &Element,
        value: Bytes,
        append: bool,
    ) -> Result<(), Stop> {
        let number = |shell: &mut Shell| evaluate(shell, &value).unwrap_or(0);
        match dynamic {
            Dynamic::Random => {
                let seed = number(self);
                self.random = crate::builtins::random::Random::seeded(seed as u32);
            }
            Dynamic::Seconds => {
                let old = match append {
                    true => self.seconds(),
                    false => 0,
                };
                let added = mirage_syntax::parse_arithmetic(value.trim_ascii());
                let added = match added {
                    Ok(mirage_syntax::ast::Expression::Number(number)) => number,
                    _ => crate::builtins::options::integer(&value).unwrap_or(0),
                };
                self.seconds_base = old.wrapping_add(added);
                self.seconds_from = self.run.call.host().now();
            }
            Dynamic::ArgumentZero => self.state.name = value,
            Dynamic::Aliases => {
                if let Element::Key(key) = element {
                    self.state.aliases.insert(key.clone(), value);
                }
            }
            Dynamic::Commands => {
                if let Element::Key(key) = element {
                    self.state.hashed.insert(key.clone(), (value, 0));
                }
            }
            Dynamic::DirectoryStack => {
                if let Element::Number(at @ 1..) = element
                    && let Some(slot) = self.state.directory_stack.get_mut(*at as usize - 1)
                {
                    *slot = mirage_vfs::Path::new(value);
                }
            }
            Dynamic::Command => {
                let plain = Variable { value: Value::Scalar(value), attributes: Attributes::NONE };
                self.state.variables.insert(name.clone(), plain);
            }
            // As in bash, what is assigned to the others is forgotten.
            _ => {}
        }
        Ok(())
    }

    /// Variables whose change means something to the shell.
    pub(crate) fn was_assigned(&mut self, name: &[u8]) {
        match name {
            b"OPTIND" => self.getopts_at = 0,
            b"POSIXLY_CORRECT" => {
                let set = self.state.variables.get(name).is_some_and(|found| found.value != Value::Unset);
                self.switch_posix(set);
            }
            b"GLOBIGNORE" => {
                let set = self.state.variables.scalar(name).is_some_and(|text| !text.is_empty());
                self.state.options.set(ShellOption::DotGlob, set);
            }
            b"PATH" if !self.state.hashed.is_empty() => self.state.hashed.clear(),
            b"LC_ALL" | b"LC_CTYPE" | b"LC_COLLATE" | b"LC_MESSAGES" | b"LC_NUMERIC" | b"LC_TIME" => {
                self.check_locale(name);
            }
            _ => {}
        }
    }

    /// Warns of a locale that there is not; why not is told once, as the C library tells it.
    fn check_locale(&mut self, category: &[u8]) {
        let overruled = category != b"LC_ALL"
            && self.state.variables.scalar(b"LC_ALL").is_some_and(|locale| !locale.is_empty());
        let locale = self.state.variables.scalar(category).cloned().unwrap_or_default();
        if category == b"LC_ALL" && locale.is_empty() {
            self.ask_for_locales();
        }
        if overruled || is_known_locale(&locale) {
            return;
        }
        let again = self.is_missing_again(category, &locale);
        let why: &[u8] = if again { b")" } else { b"): No such file or directory" };
        self.complain_plainly(&[
            b"warning: setlocale: ",
            category,
            b": cannot change locale (",
            &locale,
            why,
        ]);
    }

    /// Notes that a locale was asked for which there is not; whether it was before.
    fn is_missing_again(&mut self, category: &[u8], locale: &[u8]) -> bool {
        let asked: Bytes = [category, b"=", locale].concat().into();
        let again = self.missing_locales.contains(&asked);
        if !again {
            self.missing_locales.push(asked);
        }
        again
    }

    /// Without `LC_ALL` the others count again; bash asks for them without a word, once `LANG` is there.
    fn ask_for_locales(&mut self) {
        if self.state.variables.scalar(b"LANG").is_some_and(|locale| !is_known_locale(locale)) {
            return;
        }
        for category in [&b"LC_CTYPE"[..], b"LC_COLLATE", b"LC_MESSAGES", b"LC_NUMERIC", b"LC_TIME"] {
            let locale = self.state.variables.scalar(category).cloned().unwrap_or_default();
            if !is_known_locale(&locale) {
                self.is_missing_again(category, &locale);
            }
        }
    }

    /// Counts `bytes` more that variables hold.
    pub(crate) fn charge(&mut self, bytes: u64) -> Result<(), Stop> {
        if self.run.memory.note(bytes) {
            return Ok(());
        }
        let mut held: u64 = self.state.positional.iter().map(|word| word.len() as u64 + WORD_COST).sum();
        for (_, variable) in self.state.variables.sorted() {
            held += match &variable.value {
                Value::Scalar(text) => text.len() as u64,
                Value::Indexed(elements) => {
                    elements.values().map(|text| text.len() as u64 + ELEMENT_COST).sum()
                }
                Value::Associative(elements) => {
                    elements.iter().map(|(key, text)| (key.len() + text.len()) as u64 + KEYED_COST).sum()
                }
                Value::Unset | Value::Dynamic(_) => 0,
            };
        }
        self.run.memory.count(held + bytes)
    }

    /// Counts the words of a command that are many or long: none while it is small.
    pub(crate) fn hold_words(&self, words: &[Bytes]) -> Result<Option<Share>, Stop> {
        const SMALL: u64 = 256 * 1024;
        let bytes = words.iter().map(|word| word.len() as u64 + WORD_COST).sum();
        if bytes < SMALL {
            return Ok(None);
        }
        let mut held = self.run.call.share();
        match held.try_set(bytes) {
            true => Ok(Some(held)),
            false => Err(Stop::Limit(Limit::Memory)),
        }
    }

    /// Removes an element of an array.
    pub(crate) fn unset_element(&mut self, name: &Bytes, element: &Element) -> Result<(), Stop> {
        let Some(variable) = self.state.variables.get_mut(name) else { return Ok(()) };
        if variable.attributes.has(Attributes::READONLY) {
            return Err(self.fail(&[b"unset: ", &name[..], b": cannot unset: readonly variable"].concat()));
        }
        match (element, &mut variable.value) {
            (Element::Number(number), Value::Indexed(elements)) => match index_of(elements, *number) {
                Some(at) => drop(elements.remove(&at)),
                None => {
                    let shown = format!("unset: [{number}]: bad array subscript");
                    return Err(self.fail(shown.as_bytes()));
                }
            },
            (Element::Key(key), Value::Associative(elements)) => drop(elements.remove(key)),
            (Element::All { .. }, Value::Indexed(elements)) => elements.clear(),
            (Element::All { star }, Value::Associative(elements)) => {
                // Of an associative array these are keys like any other.
                elements.remove(if *star { b"*" } else { b"@" });
            }
            (Element::Number(0), Value::Scalar(_)) | (Element::Whole, _) => {
                self.state.variables.unset(name, false)
            }
            (_, Value::Scalar(_)) => {
                return Err(self.fail(&[b"unset: ", &name[..], b": not an array variable"].concat()));
            }
            _ => {}
        }
        Ok(())
    }

    /// The elements of a new indexed array, once the attributes of `name` have had their say.
    pub(crate) fn conform_elements(
        &mut self,
        name: &Bytes,
        elements: &mut OrdMap<i64, Bytes>,
    ) -> Result<(), Stop> {
        let Some(variable) = self.state.variables.get(name) else { return Ok(()) };
        let attributes = variable.attributes;
        let silent = Attributes::EXPORT.with(Attributes::READONLY).with(Attributes::UNASSIGNED);
        if attributes.without(silent).is_empty() {
            return Ok(());
        }
        let mut conformed = OrdMap::new();
        for (number, text) in elements.iter() {
            conformed.insert(*number, self.conformed(attributes, text.clone())?);
        }
        *elements = conformed;
        Ok(())
    }
}

/// The index that `number` means: from the end when it is negative. None before the start.
pub(crate) fn index_of(elements: &OrdMap<i64, Bytes>, number: i64) -> Option<i64> {
    match number {
        0.. => Some(number),
        _ => {
            let length = elements.get_max().map_or(0, |(last, _)| last.saturating_add(1));
            Some(number + length).filter(|at| *at >= 0)
        }
    }
}

fn put_number(elements: &mut OrdMap<i64, Bytes>, at: i64, value: Bytes, append: bool) {
    match elements.get_mut(&at) {
        Some(text) if append => append_to(text, &value),
        Some(text) => *text = value,
        None => drop(elements.insert(at, value)),
    }
}

fn put_key(elements: &mut Associative, key: Bytes, value: Bytes, append: bool) {
    let old = if append { elements.get(&key) } else { None };
    let value = match old {
        Some(old) => [&old[..], &value].concat().into(),
        None => value,
    };
    elements.insert(key, value);
}

/// Adds to the end of `text`; when nothing else refers to it, in place and with room to grow.
pub(crate) fn append_to(text: &mut Bytes, more: &[u8]) {
    let mut grown = match std::mem::take(text).try_into_mut() {
        Ok(own) => own,
        Err(shared) => {
            let mut copy = BytesMut::with_capacity((shared.len() + more.len()).next_power_of_two());
            copy.extend_from_slice(&shared);
            copy
        }
    };
    grown.extend_from_slice(more);
    *text = grown.freeze();
}

/// C and C.UTF-8 are all there are.
fn is_known_locale(locale: &[u8]) -> bool {
    matches!(locale, b"" | b"C" | b"POSIX")
        || locale.strip_prefix(b"C.").is_some_and(|charset| {
            charset.eq_ignore_ascii_case(b"utf-8") || charset.eq_ignore_ascii_case(b"utf8")
        })
}
