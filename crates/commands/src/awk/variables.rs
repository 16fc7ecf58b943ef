//! Variables that the language itself reads or sets.

use std::rc::Rc;

use bytes::Bytes;

use super::input::Terminator;
use super::machine::{Fatal, Machine};
use super::program::Special;
use super::record::Separator;
use super::value::Value;

/// Their values.
pub struct Variables {
    pub convfmt: Bytes,
    pub ofmt: Bytes,
    pub ofs: Bytes,
    pub ors: Bytes,
    pub fs: Bytes,
    pub fpat: Bytes,
    pub field_widths: Bytes,
    pub rs: Bytes,
    pub rt: Bytes,
    pub subsep: Bytes,
    pub file_name: Bytes,
    pub nr: f64,
    pub fnr: f64,
    pub rstart: f64,
    pub rlength: f64,
    pub ignore_case: bool,
    /// What splits records, as RS says.
    pub terminator: Terminator,
    splitting: Splitting,
}

/// Which variable says how records are split: the one assigned last.
#[derive(Clone, Copy)]
enum Splitting {
    Separator,
    Contents,
    Widths,
}

impl Default for Variables {
    fn default() -> Self {
        Variables {
            convfmt: Bytes::from_static(b"%.6g"),
            ofmt: Bytes::from_static(b"%.6g"),
            ofs: Bytes::from_static(b" "),
            ors: Bytes::from_static(b"\n"),
            fs: Bytes::from_static(b" "),
            fpat: Bytes::from_static(b"[^[:space:]]+"),
            field_widths: Bytes::new(),
            rs: Bytes::from_static(b"\n"),
            rt: Bytes::new(),
            subsep: Bytes::from_static(b"\x1c"),
            file_name: Bytes::new(),
            nr: 0.0,
            fnr: 0.0,
            rstart: 0.0,
            rlength: -1.0,
            ignore_case: false,
            terminator: Terminator::Byte(b'\n'),
            splitting: Splitting::Separator,
        }
    }
}

impl Machine {
    pub(super) fn special(&mut self, special: Special) -> Value {
        let variables = &self.variables;
        match special {
            Special::ConvFmt => Value::Text(variables.convfmt.clone()),
            Special::FieldWidths => Value::Text(variables.field_widths.clone()),
            Special::FileName => Value::Input(variables.file_name.clone()),
            Special::Fnr => Value::Number(variables.fnr),
            Special::Fpat => Value::Text(variables.fpat.clone()),
            Special::Fs => Value::Text(variables.fs.clone()),
            Special::IgnoreCase => Value::truth(variables.ignore_case),
            Special::Nf => Value::Number(self.record.count() as f64),
            Special::Nr => Value::Number(variables.nr),
            Special::Ofmt => Value::Text(variables.ofmt.clone()),
            Special::Ofs => Value::Text(variables.ofs.clone()),
            Special::Ors => Value::Text(variables.ors.clone()),
            Special::RLength => Value::Number(variables.rlength),
            Special::RStart => Value::Number(variables.rstart),
            Special::Rs => Value::Text(variables.rs.clone()),
            Special::Rt => Value::Text(variables.rt.clone()),
            Special::SubSep => Value::Text(variables.subsep.clone()),
        }
    }

    pub(super) fn set_special(&mut self, special: Special, value: &Value) -> Result<(), Fatal> {
        let text = value.to_text(&self.variables.convfmt);
        let variables = &mut self.variables;
        match special {
            Special::ConvFmt => variables.convfmt = text,
            Special::FileName => variables.file_name = text,
            Special::Fnr => variables.fnr = value.number(),
            Special::Nr => variables.nr = value.number(),
            Special::Ofmt => variables.ofmt = text,
            Special::Ofs => variables.ofs = text,
            Special::Ors => variables.ors = text,
            Special::RLength => variables.rlength = value.number(),
            Special::RStart => variables.rstart = value.number(),
            Special::Rt => variables.rt = text,
            Special::SubSep => variables.subsep = text,
            Special::Nf => {
                let count = value.number();
                if count < 0.0 {
                    return Err(Fatal("NF set to negative value".into()));
                }
                self.record.set_count(count as usize);
            }
            Special::Fs => {
                variables.fs = text;
                variables.splitting = Splitting::Separator;
                return self.renew_separator();
            }
            Special::Fpat => {
                variables.fpat = text;
                variables.splitting = Splitting::Contents;
                return self.renew_separator();
            }
            Special::FieldWidths => {
                variables.field_widths = text;
                variables.splitting = Splitting::Widths;
                return self.renew_separator();
            }
            Special::IgnoreCase => {
                variables.ignore_case = value.is_true();
                self.renew_terminator()?;
                return self.renew_separator();
            }
            Special::Rs => {
                variables.rs = text;
                self.renew_terminator()?;
                return self.renew_separator();
            }
        }
        Ok(())
    }

    fn renew_terminator(&mut self) -> Result<(), Fatal> {
        let rs = self.variables.rs.clone();
        self.variables.terminator = match &rs[..] {
            [] => Terminator::Paragraph,
            [byte] => Terminator::Byte(*byte),
            _ => Terminator::Regex(self.regex_of(&rs)?),
        };
        Ok(())
    }

    fn renew_separator(&mut self) -> Result<(), Fatal> {
        let paragraph = self.variables.rs.is_empty();
        let separator = match self.variables.splitting {
            Splitting::Separator => {
                let fs = self.variables.fs.clone();
                self.separator_of(&fs, paragraph)?
            }
            Splitting::Contents => {
                let pattern = self.variables.fpat.clone();
                Separator::Contents(self.regex_of(&pattern)?)
            }
            Splitting::Widths => Separator::Widths(widths(&self.variables.field_widths)?, self.locale),
        };
        self.separator = Rc::new(separator);
        Ok(())
    }

    /// What a string means as a separator of fields.
    pub(super) fn separator_of(&mut self, fs: &Bytes, paragraph: bool) -> Result<Separator, Fatal> {
        Ok(match &fs[..] {
            b" " => Separator::Blanks,
            [] => Separator::Characters(self.locale),
            [byte] if *byte != b'\\' && !(self.variables.ignore_case && byte.is_ascii_alphabetic()) => {
                Separator::Byte(*byte, paragraph)
            }
            b"\\" => Separator::Byte(b'\\', paragraph),
            b"\\|" => Separator::Byte(b'|', paragraph),
            pattern => {
                let pattern = match paragraph {
                    true => Bytes::from([b"(", pattern, b")|\n"].concat()),
                    false => fs.clone(),
                };
                Separator::Regex(self.regex_of(&pattern)?)
            }
        })
    }
}

/// `5 2:3 *`: widths, each perhaps with how much to skip before it.
fn widths(text: &[u8]) -> Result<Vec<(usize, Option<usize>)>, Fatal> {
    let wrong =
        || Fatal(format!("invalid FIELDWIDTHS value, for field near `{}'", String::from_utf8_lossy(text)));
    let number = |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    let words = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    words
        .map(|word| match (word, word.iter().position(|&byte| byte == b':')) {
            (b"*", _) => Ok((0, None)),
            (word, Some(colon)) => Ok((
                number(&word[..colon]).ok_or_else(wrong)?,
                Some(number(&word[colon + 1..]).ok_or_else(wrong)?),
            )),
            (word, None) => Ok((0, Some(number(word).ok_or_else(wrong)?))),
        })
        .collect()
}
