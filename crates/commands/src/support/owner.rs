//! User and group names: the account of the session and root, as the host's facts tell.

use mirage_shell::command::Context;

/// The names there are.
pub struct Accounts {
    user: String,
    uid: u32,
}

impl Accounts {
    /// The accounts of the machine the line seems to run on.
    pub fn of(context: &Context) -> Self {
        let facts = context.call.host().facts();
        Accounts { user: facts.user.clone(), uid: facts.uid }
    }

    /// The name of a user, or of the group with the same number; none for a stranger.
    pub fn name(&self, id: u32) -> Option<&str> {
        match id {
            0 => Some("root"),
            id if id == self.uid => Some(&self.user),
            _ => None,
        }
    }

    /// The name of a user or group, or its number in digits.
    pub fn name_or_number(&self, id: u32) -> String {
        self.name(id).map_or_else(|| id.to_string(), str::to_owned)
    }

    /// The number of the user or group called `name`.
    pub fn id(&self, name: &[u8]) -> Option<u32> {
        match name {
            b"root" => Some(0),
            name if name == self.user.as_bytes() => Some(self.uid),
            _ => None,
        }
    }
}
