//! Who owns what: the host's numbers and those a line sees.

use mirage_vfs::{Call, Owner};
use rustix::fs::{Gid, Uid};
use rustix::process::{getegid, geteuid};

/// The user and the group that the host knows this process by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    user: u32,
    group: u32,
}

/// The process as it is seen by one line, whose own user and group it is. Other numbers are the host's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    process: Process,
    line: u32,
}

impl Process {
    pub fn current() -> Self {
        Process { user: geteuid().as_raw(), group: getegid().as_raw() }
    }

    pub fn for_line(self, call: &Call) -> Account {
        Account { process: self, line: call.host().facts().uid }
    }
}

impl Account {
    /// The owner that a line sees.
    pub fn shown(self, user: u32, group: u32) -> Owner {
        let Account { process, line } = self;
        Owner {
            user: if user == process.user { line } else { user },
            group: if group == process.group { line } else { group },
        }
    }

    /// The owner that the host is to be told.
    pub fn hosts(self, owner: Owner) -> (Option<Uid>, Option<Gid>) {
        let Account { process, line } = self;
        let user = if owner.user == line { process.user } else { owner.user };
        let group = if owner.group == line { process.group } else { owner.group };
        (Some(Uid::from_raw(user)), Some(Gid::from_raw(group)))
    }
}
