//! The commands the shell can run, one folder each. A new one is a folder, a `mod` line and a row of [`ALL`].

mod awk;
mod base64;
mod basename;
mod bc;
mod cat;
mod checksum;
mod chmod;
mod chown;
mod cmp;
mod column;
mod comm;
mod cp;
mod cut;
mod date;
mod df;
mod diff;
mod dirname;
mod du;
mod echo;
mod env;
mod expand;
mod expr;
mod file;
mod find;
mod fold;
mod grep;
mod groups;
mod head;
mod hostname;
mod id;
mod install;
mod jq;
mod link;
mod ln;
mod logname;
mod ls;
mod mkdir;
mod mktemp;
mod mv;
mod nl;
mod nproc;
mod od;
mod paste;
mod printenv;
mod printf;
mod pwd;
mod readlink;
mod realpath;
mod rev;
mod rm;
mod rmdir;
mod sed;
mod seq;
mod shuf;
mod sleep;
mod sort;
mod split;
mod stat;
mod support;
mod sync;
mod tac;
mod tail;
mod tee;
mod test;
mod timeout;
mod touch;
mod tr;
mod tree;
mod true_;
mod truncate;
mod tsort;
mod tty;
mod uname;
mod unexpand;
mod uniq;
mod unlink;
mod wc;
mod which;
mod whoami;
mod xargs;
mod yes;

use mirage_shell::command::DynCommand;

/// Every command, in the order of their names.
#[rustfmt::skip] // A line a row, so that two additions do not meet.
pub const ALL: &[&dyn DynCommand] = &[
    &awk::Awk,
    &base64::Base32,
    &base64::Base64,
    &basename::Basename,
    &bc::Bc,
    &cat::Cat,
    &checksum::B2,
    &checksum::MD5,
    &checksum::SHA1,
    &checksum::SHA224,
    &checksum::SHA256,
    &checksum::SHA384,
    &checksum::SHA512,
    &chmod::Chmod,
    &chown::CHGRP,
    &chown::CHOWN,
    &cmp::Cmp,
    &column::Column,
    &comm::Comm,
    &cp::Cp,
    &cut::Cut,
    &date::Date,
    &df::Df,
    &diff::Diff,
    &dirname::Dirname,
    &du::Du,
    &echo::Echo,
    &env::Env,
    &expand::Expand,
    &expr::Expr,
    &file::File,
    &find::Find,
    &fold::Fold,
    &grep::EGREP,
    &grep::FGREP,
    &grep::GREP,
    &groups::Groups,
    &head::Head,
    &hostname::Hostname,
    &id::Id,
    &install::Install,
    &jq::Jq,
    &link::Link,
    &ln::Ln,
    &logname::LogName,
    &ls::DIR,
    &ls::LS,
    &ls::VDIR,
    &mkdir::Mkdir,
    &mktemp::Mktemp,
    &mv::Mv,
    &nl::Nl,
    &nproc::Nproc,
    &od::Od,
    &paste::Paste,
    &printenv::PrintEnv,
    &printf::Printf,
    &pwd::Pwd,
    &readlink::Readlink,
    &realpath::Realpath,
    &rev::Rev,
    &rm::Rm,
    &rmdir::Rmdir,
    &sed::Sed,
    &seq::Seq,
    &shuf::Shuf,
    &sleep::Sleep,
    &sort::Sort,
    &split::Split,
    &stat::Stat,
    &sync::Sync,
    &tac::Tac,
    &tail::Tail,
    &tee::Tee,
    &test::Bracket,
    &test::Test,
    &timeout::Timeout,
    &touch::Touch,
    &tr::Tr,
    &tree::Tree,
    &true_::False,
    &true_::True,
    &truncate::Truncate,
    &tsort::Tsort,
    &tty::Tty,
    &uname::ARCH,
    &uname::UNAME,
    &unexpand::Unexpand,
    &uniq::Uniq,
    &unlink::Unlink,
    &wc::Wc,
    &which::Which,
    &whoami::WhoAmI,
    &xargs::Xargs,
    &yes::Yes,
];
