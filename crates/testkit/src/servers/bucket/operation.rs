//! What a request wants.

use super::request::Request;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// A page of a listing.
    List,
    /// An object or a range of it.
    Get,
    /// An object's metadata.
    Head,
    /// An object as a whole.
    Put,
    /// An object to another key.
    Copy,
    /// An object's end.
    Delete,
    /// The start of an upload in parts.
    Begin,
    /// A part.
    Part,
    /// The end of an upload in parts.
    Complete,
    /// The end of an upload that is given up.
    Abort,
    /// Anything else.
    Other,
}

impl Operation {
    pub(super) fn of(request: &Request) -> Operation {
        let is_object = !request.key.is_empty();
        let in_upload = request.query("uploadId").is_some();
        match &*request.method {
            "GET" if !is_object && request.query("list-type").is_some() => Operation::List,
            "GET" if is_object => Operation::Get,
            "HEAD" if is_object => Operation::Head,
            "PUT" if in_upload => Operation::Part,
            "PUT" if is_object && request.header("x-amz-copy-source").is_some() => Operation::Copy,
            "PUT" if is_object => Operation::Put,
            "POST" if in_upload => Operation::Complete,
            "POST" if request.query("uploads").is_some() => Operation::Begin,
            "DELETE" if in_upload => Operation::Abort,
            "DELETE" if is_object => Operation::Delete,
            _ => Operation::Other,
        }
    }
}
