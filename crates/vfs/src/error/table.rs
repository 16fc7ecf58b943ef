//! Every kind of error with its names in each world: errno, GNU text, exit status, HTTP, Python, Node.

/// What one kind of error is called everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The kind.
    pub kind: ErrorKind,
    /// The POSIX name, also Node's `code`.
    pub errno: &'static str,
    /// Linux's number for it, as FUSE answers it.
    pub number: i32,
    /// GNU's words for it.
    pub text: &'static str,
    /// A command's exit status when it fails for this alone.
    pub status: u8,
    /// The HTTP status of the API.
    pub http: u16,
    /// The Python exception.
    pub python: &'static str,
}

macro_rules! table {
    ($($(#[$doc:meta])* $kind:ident $errno:ident $number:literal $text:literal $status:literal $http:literal $python:ident;)*) => {
        /// What went wrong, in the terms of POSIX and of services.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorKind { $($(#[$doc])* $kind,)* }

        impl ErrorKind {
            /// Every kind, in the table's order.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$kind),*];

            /// What this kind is called everywhere.
            pub const fn row(self) -> Row {
                match self {
                    $(ErrorKind::$kind => Row {
                        kind: ErrorKind::$kind,
                        errno: stringify!($errno),
                        number: $number,
                        text: $text,
                        status: $status,
                        http: $http,
                        python: stringify!($python),
                    },)*
                }
            }

            /// Whether an operation that fails so says that nothing is there, for this user: the name is not there, cannot
            /// be, leads round in circles, or lies behind what may not be searched, all of which POSIX tools take for "no".
            ///
            /// Any other failure leaves open what is there. It may not be taken for an answer, but has to be told.
            pub const fn is_absence(self) -> bool {
                use ErrorKind::*;
                matches!(
                    self,
                    NotFound | NotADirectory | TooManyLinks | CrossesLink | NameTooLong | InvalidArgument | PermissionDenied
                )
            }
        }
    };
}

table! {
    /// No entry of that name.
    NotFound ENOENT 2 "No such file or directory" 1 404 FileNotFoundError;
    /// A component that should be a directory is not one.
    NotADirectory ENOTDIR 20 "Not a directory" 1 400 NotADirectoryError;
    /// A directory where a file is needed.
    IsADirectory EISDIR 21 "Is a directory" 1 400 IsADirectoryError;
    /// The name is taken.
    AlreadyExists EEXIST 17 "File exists" 1 409 FileExistsError;
    /// The directory still has entries.
    NotEmpty ENOTEMPTY 39 "Directory not empty" 1 409 OSError;
    /// The service or the host refused for lack of rights.
    PermissionDenied EACCES 13 "Permission denied" 1 403 PermissionError;
    /// The operation is not allowed on this entry, whoever asks.
    NotPermitted EPERM 1 "Operation not permitted" 1 403 PermissionError;
    /// The mount's mode does not allow writing.
    ReadOnly EROFS 30 "Read-only file system" 1 403 PermissionError;
    /// Too many symbolic links in a row.
    TooManyLinks ELOOP 40 "Too many levels of symbolic links" 1 400 OSError;
    /// A directory of the path is a symbolic link: the tree resolves it and asks again. Never shown to a user.
    CrossesLink ELOOP 40 "Too many levels of symbolic links" 1 400 OSError;
    /// The name is longer than the resource can hold.
    NameTooLong ENAMETOOLONG 36 "File name too long" 1 400 OSError;
    /// A name or value that this resource can not take.
    InvalidArgument EINVAL 22 "Invalid argument" 1 400 ValueError;
    /// Source and target lie in different mounts.
    CrossDevice EXDEV 18 "Invalid cross-device link" 1 400 OSError;
    /// The entry is in use: a mount point, or the root.
    Busy EBUSY 16 "Device or resource busy" 1 409 OSError;
    /// No room left.
    NoSpace ENOSPC 28 "No space left on device" 1 507 OSError;
    /// Larger than the resource can hold.
    TooLarge EFBIG 27 "File too large" 1 413 OSError;
    /// The content changed since it was read; nothing was written.
    Changed ESTALE 116 "Stale file handle" 1 412 OSError;
    /// This resource does not offer the operation.
    Unsupported EOPNOTSUPP 95 "Operation not supported" 1 501 NotImplementedError;
    /// The descriptor is closed, or open the other way.
    BadDescriptor EBADF 9 "Bad file descriptor" 1 400 OSError;
    /// The reader is gone.
    BrokenPipe EPIPE 32 "Broken pipe" 141 499 BrokenPipeError;
    /// The stream can not seek.
    IllegalSeek ESPIPE 29 "Illegal seek" 1 400 OSError;
    /// Credentials are missing or wrong.
    Unauthenticated EACCES 13 "Permission denied" 1 401 PermissionError;
    /// The service asked to slow down.
    RateLimited EAGAIN 11 "Resource temporarily unavailable" 1 429 OSError;
    /// No answer in time.
    TimedOut ETIMEDOUT 110 "Connection timed out" 1 504 TimeoutError;
    /// The service can not be reached or is failing.
    Unavailable EHOSTUNREACH 113 "No route to host" 1 503 ConnectionError;
    /// The name of a stream or terminal that is not there.
    NoDevice ENXIO 6 "No such device or address" 1 400 OSError;
    /// The line was cancelled.
    Cancelled EINTR 4 "Interrupted system call" 130 499 InterruptedError;
    /// A limit of the session was reached.
    Limit ENOMEM 12 "Cannot allocate memory" 137 413 MemoryError;
    /// The line's budget was used up.
    Budget EDQUOT 122 "Disk quota exceeded" 125 402 OSError;
    /// A rule denied it.
    Denied EACCES 13 "Permission denied" 126 403 PermissionError;
    /// The device or the service failed in a way that has no better name.
    Io EIO 5 "Input/output error" 1 500 OSError;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_refers_to_itself() {
        for &kind in ErrorKind::ALL {
            let row = kind.row();
            assert_eq!(row.kind, kind);
            assert!(row.errno.starts_with('E') && row.number > 0 && row.status > 0, "{row:?}");
            assert!((400..600).contains(&row.http), "{row:?}");
        }
    }

    #[test]
    fn what_a_service_could_not_tell_is_no_absence() {
        use ErrorKind::*;
        for kind in
            [Io, TimedOut, Unavailable, RateLimited, Unauthenticated, Denied, Cancelled, Limit, Budget]
        {
            assert!(!kind.is_absence(), "{kind:?}");
        }
    }

    #[test]
    fn texts_and_numbers_are_those_of_the_system() {
        for &kind in ErrorKind::ALL {
            let row = kind.row();
            let system = std::io::Error::from_raw_os_error(row.number).to_string();
            assert_eq!(system, format!("{} (os error {})", row.text, row.number));
        }
    }
}
