//! Words: their parts in order, split and matched against paths where nothing quotes them.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_pattern::glob;
use mirage_syntax::ast::{Argument, Assignment, AssignmentValue, Operation, ParameterName, Part, Word};

use super::Expanded;
use super::field::{Field, Fields, Quoting, Separators};
use crate::builtins::assign_literal;
use crate::execute::{Shell, Stop};
use crate::state::ShellOption;

/// Where the parts of a word are being expanded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Splitting {
    /// Unquoted results are split, and the elements of `$@` are fields of their own: the words of a command.
    Fields,
    /// All is one field: assignments, `case`.
    One,
    /// One field, the text of a here-document: what comes of `$*` is joined by blanks.
    Document,
}

impl Splitting {
    /// Whether what a parameter stands for is joined as `$@` is, although it was written with `*`.
    fn joins_by_blanks(self, part: &Part) -> bool {
        self == Splitting::Document
            && matches!(part, Part::Parameter(parameter)
                if !matches!(parameter.operation, Operation::Value)
                    || !matches!(parameter.name, ParameterName::Variable(_)))
    }
}

/// `name=value` or `name+=value`.
fn assignment_word(assignment: &Assignment, value: &[u8]) -> Bytes {
    let sign: &[u8] = if assignment.append { b"+=" } else { b"=" };
    [&assignment.name, sign, value].concat().into()
}

impl Shell {
    /// The arguments of a simple command, every expansion applied.
    pub(crate) async fn expand_arguments(&mut self, arguments: &[Argument]) -> Result<Vec<Bytes>, Stop> {
        let mut words = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            match argument {
                Argument::Word(word) => self.expand_word_into(word, &mut words).await?,
                Argument::Assignment(assignment)
                    if let AssignmentValue::Array(elements) = &assignment.value =>
                {
                    let assigned = assign_literal(self, &arguments[..at], assignment, elements);
                    words.push(assigned.boxed_local().await?);
                }
                Argument::Assignment(assignment) => {
                    if let AssignmentValue::Scalar(word) = &assignment.value
                        && word.has_brace()
                        && assignment.subscript.is_none()
                        && self.state.options.has(ShellOption::BraceExpand)
                    {
                        for alternative in word.expand_braces() {
                            let value = self.expand_single(&alternative).await?;
                            words.push(assignment_word(assignment, &value));
                        }
                        continue;
                    }
                    words.push(self.expand_assignment_text(assignment).await?)
                }
            }
        }
        Ok(words)
    }

    /// Words of a list, such as those of `for`.
    pub(crate) async fn expand_words(&mut self, list: &[Word]) -> Result<Vec<Bytes>, Stop> {
        let mut words = Vec::with_capacity(list.len());
        for word in list {
            self.expand_word_into(word, &mut words).await?;
        }
        Ok(words)
    }

    async fn expand_word_into(&mut self, word: &Word, words: &mut Vec<Bytes>) -> Result<(), Stop> {
        if let Some(literal) = word.literal() {
            words.push(literal.clone());
            return Ok(());
        }
        if word.has_brace() && self.state.options.has(ShellOption::BraceExpand) {
            for alternative in word.expand_braces() {
                self.run.call.tick().await;
                self.run.memory.check(words.len() as u64 * 64)?;
                self.expand_fields_into(&alternative, words).await?;
            }
            return Ok(());
        }
        self.expand_fields_into(word, words).await
    }

    async fn expand_fields_into(&mut self, word: &Word, words: &mut Vec<Bytes>) -> Result<(), Stop> {
        let mut fields = Fields::default();
        self.parts_into(word.parts(), &mut fields, Splitting::Fields).await?;
        fields.end_word();
        for field in fields.into_fields() {
            let extended = self.state.options.has(ShellOption::ExtGlob);
            match field.is_pattern(extended) && !self.state.options.has(ShellOption::NoGlob) {
                true => self.expand_paths(field, words).boxed_local().await?,
                false => words.push(field.into_bytes()),
            }
        }
        Ok(())
    }

    /// A word as one string: no splitting, no paths.
    pub(crate) async fn expand_single(&mut self, word: &Word) -> Result<Bytes, Stop> {
        match word.literal() {
            Some(literal) => Ok(literal.clone()),
            None => Ok(self.expand_unsplit(word).await?.into_bytes()),
        }
    }

    /// The text of a here-document.
    pub(crate) async fn expand_document(&mut self, body: &Word) -> Result<Bytes, Stop> {
        let mut fields = Fields::default();
        self.parts_into(body.parts(), &mut fields, Splitting::Document).await?;
        fields.finish();
        Ok(fields.into_fields().pop().unwrap_or_default().into_bytes())
    }

    /// A word as one field whose quoting is known: for patterns and regular expressions.
    pub(crate) async fn expand_unsplit(&mut self, word: &Word) -> Result<Field, Stop> {
        let mut fields = Fields::default();
        self.parts_into(word.parts(), &mut fields, Splitting::One).await?;
        fields.finish();
        Ok(fields.into_fields().pop().unwrap_or_default())
    }

    /// A word as a pattern for one text, by the session's options.
    pub(crate) async fn expand_pattern(&mut self, word: &Word) -> Result<glob::Glob, Stop> {
        let options = self.pattern_options();
        self.expand_pattern_as(word, options).await
    }

    /// A word as a pattern for one text.
    pub(crate) async fn expand_pattern_as(
        &mut self,
        word: &Word,
        options: glob::Options,
    ) -> Result<glob::Glob, Stop> {
        let field = self.expand_unsplit(word).await?;
        field.glob(options).map_err(|error| self.fail(error.to_string().as_bytes()))
    }

    /// How `case` and `${x#p}` read patterns.
    pub(crate) fn pattern_options(&mut self) -> glob::Options {
        glob::Options {
            extended: self.state.options.has(ShellOption::ExtGlob),
            ignore_case: self.state.options.has(ShellOption::NoCaseMatch),
            locale: self.locale(),
            ..glob::Options::default()
        }
    }

    /// `name=value` as one argument, for a declaration command.
    async fn expand_assignment_text(&mut self, assignment: &Assignment) -> Result<Bytes, Stop> {
        match &assignment.value {
            AssignmentValue::Scalar(word) if assignment.subscript.is_none() => {
                let value = self.expand_single(word).await?;
                Ok(assignment_word(assignment, &value))
            }
            AssignmentValue::Scalar(word) => {
                let value = self.expand_single(word).await?;
                let subscript = match &assignment.subscript {
                    Some(subscript) => self.key_of(subscript).await?,
                    None => Bytes::new(),
                };
                let sign: &[u8] = if assignment.append { b"]+=" } else { b"]=" };
                Ok([&assignment.name, &b"["[..], &subscript, sign, &value].concat().into())
            }
            // Assigned while the arguments are expanded.
            AssignmentValue::Array(_) => Ok(assignment.name.clone()),
        }
    }

    /// Expands `parts` into `fields`.
    pub(crate) async fn parts_into(
        &mut self,
        parts: &[Part],
        fields: &mut Fields,
        splitting: Splitting,
    ) -> Result<(), Stop> {
        for part in parts {
            match part {
                Part::Literal(text) => fields.push(text, Quoting::Active),
                Part::Escaped(text) => fields.push(text, Quoting::Quoted),
                Part::SingleQuoted(text) => {
                    fields.push(text, Quoting::Quoted);
                    fields.mark_quoted();
                }
                Part::DoubleQuoted(parts) => self.quoted_into(parts, fields, splitting).await?,
                Part::Tilde(name) => {
                    let home = self.expand_tilde(name);
                    fields.push(&home, Quoting::Quoted);
                }
                Part::BraceRange(range) => fields.push(&range.text, Quoting::Active),
                Part::BraceList(alternatives) => {
                    self.unexpanded_braces_into(alternatives, fields, splitting).await?
                }
                Part::Process(process) => {
                    let path = self.expand_process(process).await?;
                    fields.push(&path, Quoting::Quoted);
                }
                Part::Parameter(parameter) if matches!(parameter.operation, Operation::Default { .. }) => {
                    self.default_into(parameter, fields, splitting, false).boxed_local().await?;
                }
                Part::BadSubstitution(_) => return Err(self.bad_substitution(parts, false)),
                Part::Parameter(_) | Part::Command(_) | Part::Arithmetic(_) => {
                    let expanded = self.expand_part(part).await?;
                    let expanded = match expanded {
                        Expanded::Many { items, star: true } if splitting.joins_by_blanks(part) => {
                            Expanded::Many { items, star: false }
                        }
                        expanded => expanded,
                    };
                    self.unquoted_into(expanded, fields, splitting);
                }
            }
        }
        Ok(())
    }

    /// Expands the parts of a double-quoted string into the current field, and more for `"$@"`.
    pub(crate) async fn quoted_into(
        &mut self,
        parts: &[Part],
        fields: &mut Fields,
        splitting: Splitting,
    ) -> Result<(), Stop> {
        // `"$@"` alone gives no field when there are no elements; anything else in the quotes makes one.
        let mut stands = parts.is_empty();
        for part in parts {
            match part {
                Part::Literal(text) | Part::Escaped(text) | Part::SingleQuoted(text) => {
                    fields.push(text, Quoting::Quoted);
                    stands = true;
                }
                Part::DoubleQuoted(inner) => {
                    self.quoted_into(inner, fields, splitting).boxed_local().await?;
                }
                Part::BadSubstitution(_) => return Err(self.bad_substitution(parts, true)),
                Part::Parameter(parameter) if matches!(parameter.operation, Operation::Default { .. }) => {
                    stands |= self.default_into(parameter, fields, splitting, true).boxed_local().await?;
                }
                _ => match self.expand_part(part).await? {
                    Expanded::Unset => stands = true,
                    Expanded::One(text) => {
                        fields.push(&text, Quoting::Quoted);
                        stands = true;
                    }
                    Expanded::Many { items, star: false } if splitting == Splitting::Fields => {
                        stands |= self.elements_into(items, fields, Quoting::Quoted);
                    }
                    Expanded::Many { items, star } => {
                        let joined = self.join(&items, star && !splitting.joins_by_blanks(part));
                        fields.push(&joined, Quoting::Quoted);
                        stands = true;
                    }
                },
            }
        }
        if stands {
            fields.mark_quoted();
        }
        Ok(())
    }

    /// Adds elements as fields of their own: the first continues the current field, the last stays open. Answers
    /// whether there was one.
    pub(crate) fn elements_into(&self, items: Vec<Bytes>, fields: &mut Fields, quoting: Quoting) -> bool {
        let any = !items.is_empty();
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                fields.finish();
            }
            fields.push(item, quoting);
            if quoting == Quoting::Quoted {
                fields.mark_quoted();
            }
        }
        any
    }

    /// Adds the result of an unquoted expansion.
    pub(crate) fn unquoted_into(&mut self, expanded: Expanded, fields: &mut Fields, splitting: Splitting) {
        match (expanded, splitting) {
            (Expanded::Unset, _) => {}
            (Expanded::One(text), Splitting::One | Splitting::Document) => {
                fields.push(&text, Quoting::Expanded)
            }
            (Expanded::Many { items, star }, Splitting::One | Splitting::Document) => {
                let joined = self.join(&items, star);
                fields.push(&joined, Quoting::Expanded);
            }
            (Expanded::One(text), Splitting::Fields) => {
                let separators = self.separators();
                fields.push_split(&text, &separators);
            }
            (Expanded::Many { items, .. }, Splitting::Fields) => {
                let separators = self.separators();
                if separators.joins_visibly() {
                    // Joined and split again: what is empty in between stays.
                    fields.push_split(&items.join(&separators.joiner[..]), &separators);
                    return;
                }
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        fields.end_word();
                    }
                    fields.push_split(item, &separators);
                }
            }
        }
    }

    /// Elements as one string: joined by the first character of `IFS` for `*`, by a blank for `@`.
    pub(crate) fn join(&self, items: &[Bytes], star: bool) -> Bytes {
        match star {
            true => items.join(&self.separators().joiner[..]).into(),
            false => items.join(&b" "[..]).into(),
        }
    }

    pub(crate) fn separators(&self) -> Separators {
        match self.state.variables.get(b"IFS") {
            None => Separators::new(None),
            Some(variable) => Separators::new(variable.value.scalar().map(|ifs| &ifs[..])),
        }
    }

    /// A brace expression while brace expansion is off: as it was written.
    async fn unexpanded_braces_into(
        &mut self,
        alternatives: &[Vec<Part>],
        fields: &mut Fields,
        splitting: Splitting,
    ) -> Result<(), Stop> {
        fields.push(b"{", Quoting::Active);
        for (at, parts) in alternatives.iter().enumerate() {
            if at > 0 {
                fields.push(b",", Quoting::Active);
            }
            self.parts_into(parts, fields, splitting).boxed_local().await?;
        }
        fields.push(b"}", Quoting::Active);
        Ok(())
    }

    /// As in bash, what is told is all the text around the `${...}` that means nothing.
    fn bad_substitution(&mut self, parts: &[Part], quoted: bool) -> Stop {
        let text = mirage_syntax::print_parts(parts, quoted);
        self.fail(&[&text[..], b": bad substitution"].concat())
    }

    /// One part that gives a value.
    async fn expand_part(&mut self, part: &Part) -> Result<Expanded, Stop> {
        match part {
            Part::Parameter(parameter) => self.expand_parameter(parameter).await,
            Part::Command(substitution) => Ok(Expanded::One(self.expand_command(substitution).await?)),
            Part::Arithmetic(arithmetic) => {
                let value = self.arithmetic(arithmetic).await?;
                Ok(Expanded::One(decimal(value)))
            }
            _ => Ok(Expanded::Unset),
        }
    }
}

/// A number as the shell writes it.
pub(crate) fn decimal(value: i64) -> Bytes {
    Bytes::copy_from_slice(itoa::Buffer::new().format(value).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        for value in [0, 7, -1, 1234567890, i64::MAX, i64::MIN] {
            assert_eq!(decimal(value), value.to_string());
        }
    }
}
