//! `~` and its relatives.

use bytes::Bytes;

use crate::execute::Shell;

impl Shell {
    /// What `~name` stands for; as it was written when it stands for nothing.
    pub(crate) fn expand_tilde(&self, name: &[u8]) -> Bytes {
        let variable = |name: &[u8]| self.state.variables.scalar(name).cloned();
        let found = match name {
            b"" => variable(b"HOME").or_else(|| Some(self.home())),
            b"+" => variable(b"PWD"),
            b"-" => variable(b"OLDPWD"),
            user if user == self.run.call.host().facts().user.as_bytes() => Some(self.home()),
            b"root" => Some(Bytes::from_static(b"/root")),
            _ => self.stacked(name),
        };
        found.unwrap_or_else(|| [b"~", name].concat().into())
    }

    /// `~N`, `~+N`, `~-N`: the directory stack.
    fn stacked(&self, name: &[u8]) -> Option<Bytes> {
        let (from_end, digits) = match name.first()? {
            b'-' => (true, &name[1..]),
            b'+' => (false, &name[1..]),
            _ => (false, name),
        };
        let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let stack = &self.state.directory_stack;
        let at = if from_end { stack.len().checked_sub(number)? } else { number };
        match at {
            0 => Some(self.state.directory.bytes()),
            _ => stack.get(at - 1).map(mirage_vfs::Path::bytes),
        }
    }

    fn home(&self) -> Bytes {
        format!("/home/{}", self.run.call.host().facts().user).into()
    }
}
