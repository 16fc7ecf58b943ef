//! Permission bits: how they are shown, and the changes that `chmod`, `mkdir -m` and `find -perm` take.

use mirage_vfs::{Entry, Kind, Size, Special};

const SET_USER: u32 = 0o4000;
const SET_GROUP: u32 = 0o2000;
const STICKY: u32 = 0o1000;
const ALL: u32 = 0o7777;

/// The letter of a kind in front of permission bits.
pub fn kind_letter(kind: Kind) -> u8 {
    match kind {
        Kind::File => b'-',
        Kind::Directory => b'd',
        Kind::Symlink => b'l',
        Kind::Special(Special::CharacterDevice) => b'c',
        Kind::Special(Special::BlockDevice) => b'b',
        Kind::Special(Special::Fifo) => b'p',
        Kind::Special(Special::Socket) => b's',
    }
}

/// The bits of `st_mode` that tell the kind.
pub fn kind_bits(kind: Kind) -> u32 {
    match kind {
        Kind::File => 0o100_000,
        Kind::Directory => 0o040_000,
        Kind::Symlink => 0o120_000,
        Kind::Special(Special::CharacterDevice) => 0o020_000,
        Kind::Special(Special::BlockDevice) => 0o060_000,
        Kind::Special(Special::Fifo) => 0o010_000,
        Kind::Special(Special::Socket) => 0o140_000,
    }
}

/// What prompts and `stat` call the kind of an entry.
pub fn kind_name(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::File if entry.size == Size::Exact(0) => "regular empty file",
        Kind::File => "regular file",
        Kind::Directory => "directory",
        Kind::Symlink => "symbolic link",
        Kind::Special(Special::CharacterDevice) => "character special file",
        Kind::Special(Special::BlockDevice) => "block special file",
        Kind::Special(Special::Fifo) => "fifo",
        Kind::Special(Special::Socket) => "socket",
    }
}

/// `rwxr-xr-x`
pub fn permissions(mode: u32) -> [u8; 9] {
    let mut text = *b"rwxrwxrwx";
    for (at, letter) in text.iter_mut().enumerate() {
        if mode & (0o400 >> at) == 0 {
            *letter = b'-';
        }
    }
    for (bit, at, with_x, without) in
        [(SET_USER, 2, b's', b'S'), (SET_GROUP, 5, b's', b'S'), (STICKY, 8, b't', b'T')]
    {
        if mode & bit != 0 {
            text[at] = if text[at] == b'x' { with_x } else { without };
        }
    }
    text
}

/// `-rwxr-xr-x`
pub fn mode_string(kind: Kind, mode: u32) -> [u8; 10] {
    let mut text = [kind_letter(kind); 10];
    text[1..].copy_from_slice(&permissions(mode));
    text
}

/// A change of permission bits: `755`, `u+x,go=rX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeChange(Vec<Clause>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clause {
    operator: u8,
    /// The bits of whom it names; 0 for nobody, which is everybody less the umask.
    affected: u32,
    value: Value,
    /// The bits that were spelled out: only those change the set-id bits of a directory.
    mentioned: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Bits(u32),
    /// Bits, and execution where it already is allowed or the entry is a directory.
    BitsAndSearch(u32),
    /// What these bits of the old mode allow.
    Copied(u32),
}

impl ModeChange {
    /// The change that `text` describes; none if it is malformed.
    pub fn parse(text: &[u8]) -> Option<ModeChange> {
        if text.first().is_some_and(|byte| byte.is_ascii_digit()) {
            let bits = octal(text)?;
            // Five digits say all there is to say; fewer leave a directory's set-id bits unless they set them.
            let mentioned = match text.len() < 5 {
                true => bits & (SET_USER | SET_GROUP) | STICKY | 0o777,
                false => ALL,
            };
            let clause = Clause { operator: b'=', affected: ALL, value: Value::Bits(bits), mentioned };
            return Some(ModeChange(vec![clause]));
        }
        let mut clauses = Vec::new();
        for part in text.split(|&byte| byte == b',') {
            parse_part(part, &mut clauses)?;
        }
        Some(ModeChange(clauses))
    }

    /// The bits `=` sets, whoever they belong to: the change that `--mode=0` and the like need.
    pub fn exactly(bits: u32) -> ModeChange {
        let clause = Clause { operator: b'=', affected: ALL, value: Value::Bits(bits), mentioned: ALL };
        ModeChange(vec![clause])
    }

    /// The mode that this change makes of `mode`.
    pub fn apply(&self, mode: u32, directory: bool, umask: u32) -> u32 {
        self.apply_telling(mode, directory, umask).0
    }

    /// As [`apply`](ModeChange::apply), with the bits that the change speaks of.
    pub fn apply_telling(&self, mode: u32, directory: bool, umask: u32) -> (u32, u32) {
        let mut new = mode & ALL;
        let mut spoken = 0;
        for clause in &self.0 {
            let kept = if directory { (SET_USER | SET_GROUP) & !clause.mentioned } else { 0 };
            let value = match clause.value {
                Value::Bits(bits) => bits,
                Value::BitsAndSearch(bits) if directory || new & 0o111 != 0 => bits | 0o111,
                Value::BitsAndSearch(bits) => bits,
                Value::Copied(from) => spread(new & from),
            };
            let whom = if clause.affected == 0 { !umask } else { clause.affected };
            let value = value & whom & !kept & ALL;
            match clause.operator {
                b'+' => {
                    new |= value;
                    spoken |= value;
                }
                b'-' => {
                    new &= !value;
                    spoken |= value;
                }
                _ => {
                    let preserved = if clause.affected == 0 { kept } else { !clause.affected | kept };
                    new = new & preserved | value;
                    spoken |= ALL & !preserved;
                }
            }
        }
        (new & ALL, spoken)
    }
}

fn octal(text: &[u8]) -> Option<u32> {
    let digits =
        std::str::from_utf8(text).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    u32::from_str_radix(digits, 8).ok().filter(|&bits| bits <= ALL)
}

/// Read, write and execute of whoever has them, for everybody.
fn spread(bits: u32) -> u32 {
    [0o444, 0o222, 0o111].into_iter().filter(|each| bits & each != 0).sum()
}

fn parse_part(part: &[u8], clauses: &mut Vec<Clause>) -> Option<()> {
    let who = part.iter().take_while(|&&byte| b"ugoa".contains(&byte)).count();
    let affected = part[..who].iter().fold(0, |bits, &letter| bits | bits_of(letter));
    let mut rest = &part[who..];
    let mut any = false;
    while let Some((&operator, after)) = rest.split_first() {
        if !b"+-=".contains(&operator) {
            return None;
        }
        any = true;
        let length = after.iter().take_while(|byte| !b"+-=".contains(byte)).count();
        let (text, next) = after.split_at(length);
        rest = next;
        clauses.push(parse_value(operator, affected, text)?);
    }
    any.then_some(())
}

fn parse_value(operator: u8, affected: u32, text: &[u8]) -> Option<Clause> {
    if text.first().is_some_and(|byte| byte.is_ascii_digit()) {
        let value = Value::Bits(octal(text).filter(|_| affected == 0)?);
        return Some(Clause { operator, affected: ALL, value, mentioned: ALL });
    }
    if let [whose @ (b'u' | b'g' | b'o')] = text {
        let from = bits_of(*whose) & 0o777;
        let mentioned = if affected == 0 { from } else { affected & from };
        return Some(Clause { operator, affected, value: Value::Copied(from), mentioned });
    }
    let mut bits = 0;
    let mut search = false;
    for letter in text {
        match letter {
            b'r' => bits |= 0o444,
            b'w' => bits |= 0o222,
            b'x' => bits |= 0o111,
            b's' => bits |= SET_USER | SET_GROUP,
            b't' => bits |= STICKY,
            b'X' => search = true,
            _ => return None,
        }
    }
    let value = if search { Value::BitsAndSearch(bits) } else { Value::Bits(bits) };
    let mentioned = if affected == 0 { bits } else { affected & bits };
    Some(Clause { operator, affected, value, mentioned })
}

fn bits_of(who: u8) -> u32 {
    match who {
        b'u' => SET_USER | 0o700,
        b'g' => SET_GROUP | 0o070,
        b'o' => STICKY | 0o007,
        _ => ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_shown_as_ls_does() {
        for (mode, text) in [
            (0o755, "rwxr-xr-x"),
            (0o4755, "rwsr-xr-x"),
            (0o6644, "rwSr-Sr--"),
            (0o1777, "rwxrwxrwt"),
            (0o1666, "rw-rw-rwT"),
        ] {
            assert_eq!(std::str::from_utf8(&permissions(mode)), Ok(text));
        }
        assert_eq!(&mode_string(Kind::Directory, 0o700), b"drwx------");
    }

    /// What `chmod` of coreutils 9.1 made of the same modes with umask 022.
    #[test]
    fn changes_apply_as_chmod_does() {
        for (change, mode, directory, expected) in [
            ("644", 0o755, false, 0o644),
            ("755", 0o2700, true, 0o2755),
            ("00755", 0o2700, true, 0o755),
            ("u+x", 0o644, false, 0o744),
            ("+x", 0o644, false, 0o755),
            ("+w", 0o444, false, 0o644),
            ("a+w", 0o444, false, 0o666),
            ("go-rwx", 0o777, false, 0o700),
            ("a=rX", 0o600, false, 0o444),
            ("a=rX", 0o600, true, 0o555),
            ("a+X", 0o700, false, 0o711),
            ("g=u", 0o640, false, 0o660),
            ("u=rwx,g+w,o=", 0o644, false, 0o760),
            ("=", 0o777, false, 0),
            ("u+s,+t", 0o755, false, 0o5755),
            ("+0100", 0o644, false, 0o744),
            ("u=r-w+x", 0o755, false, 0o555),
        ] {
            let parsed = ModeChange::parse(change.as_bytes()).expect(change);
            assert_eq!(parsed.apply(mode, directory, 0o022), expected, "{change} of {mode:o}");
        }
    }

    #[test]
    fn malformed_changes_are_refused() {
        for text in ["", "8", "77777", "u", "u+q", "x+r", "u+x,", "u+7", "+8"] {
            assert_eq!(ModeChange::parse(text.as_bytes()), None, "{text:?}");
        }
    }
}
