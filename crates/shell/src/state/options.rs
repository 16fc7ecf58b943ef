//! What `set -o` and `shopt` switch.

/// The switches of a session, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options(u128);

macro_rules! options {
    ($($(#[$doc:meta])* $option:ident $family:ident $name:literal $letter:literal $default:literal;)*) => {
        /// One switch.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Option { $($(#[$doc])* $option,)* }

        impl Option {
            /// Every switch, in the order of its family's listing.
            pub const ALL: &'static [Option] = &[$(Option::$option),*];

            /// The name after `-o`.
            pub const fn name(self) -> &'static str {
                match self { $(Option::$option => $name,)* }
            }

            /// The letter after `-`, or a blank.
            pub const fn letter(self) -> char {
                match self { $(Option::$option => $letter,)* }
            }

            /// Whether it belongs to `shopt` rather than to `set -o`.
            pub const fn is_shopt(self) -> bool {
                match self { $(Option::$option => matches!(Family::$family, Family::Shopt),)* }
            }
        }

        impl Default for Options {
            fn default() -> Self {
                let mut options = Options(0);
                $(options.set(Option::$option, $default);)*
                options
            }
        }
    };
}

enum Family {
    Set,
    Shopt,
}

options! {
    /// New variables are exported.
    AllExport Set "allexport" 'a' false;
    /// Words with braces become several.
    BraceExpand Set "braceexpand" 'B' true;
    /// Lines are edited as in emacs: accepted, without effect.
    Emacs Set "emacs" ' ' false;
    /// A failing command ends the shell.
    ErrExit Set "errexit" 'e' false;
    /// Functions and subshells inherit the ERR trap.
    ErrTrace Set "errtrace" 'E' false;
    /// Functions and subshells inherit the DEBUG and RETURN traps.
    FuncTrace Set "functrace" 'T' false;
    /// Commands are remembered where they were found.
    HashAll Set "hashall" 'h' true;
    /// `!` recalls history.
    HistExpand Set "histexpand" 'H' false;
    /// Lines are remembered.
    History Set "history" ' ' false;
    /// An end of file at the prompt does not leave.
    IgnoreEof Set "ignoreeof" ' ' false;
    /// `#` starts a comment.
    SetInteractiveComments Set "interactive-comments" ' ' true;
    /// Assignments anywhere in a command are its environment.
    Keyword Set "keyword" 'k' false;
    /// Job control.
    Monitor Set "monitor" 'm' false;
    /// `>` does not overwrite a file.
    NoClobber Set "noclobber" 'C' false;
    /// Commands are read and not run.
    NoExec Set "noexec" 'n' false;
    /// Patterns are not expanded to file names.
    NoGlob Set "noglob" 'f' false;
    /// Accepted, without effect.
    NoLog Set "nolog" ' ' false;
    /// Finished jobs are reported at once.
    Notify Set "notify" 'b' false;
    /// An unset variable is an error.
    NoUnset Set "nounset" 'u' false;
    /// Ends after one command.
    OneCommand Set "onecmd" 't' false;
    /// Directories are kept without symbolic links.
    Physical Set "physical" 'P' false;
    /// A pipeline fails when any of its commands does.
    PipeFail Set "pipefail" ' ' false;
    /// Behaves as POSIX says where bash differs.
    Posix Set "posix" ' ' false;
    /// Ignores what the environment says.
    Privileged Set "privileged" 'p' false;
    /// Input lines are printed as they are read.
    Verbose Set "verbose" 'v' false;
    /// Lines are edited as in vi: accepted, without effect.
    Vi Set "vi" ' ' false;
    /// Commands are printed before they run.
    XTrace Set "xtrace" 'x' false;
    /// A directory's name as a command changes to it.
    AutoCd Shopt "autocd" ' ' false;
    /// A subscript is evaluated once.
    AssocExpandOnce Shopt "assoc_expand_once" ' ' false;
    /// An argument of `cd` that is no directory is taken for a variable.
    CdableVars Shopt "cdable_vars" ' ' false;
    /// Small errors in the argument of `cd` are mended.
    CdSpell Shopt "cdspell" ' ' false;
    /// Remembered commands are looked for again when they are gone.
    CheckHash Shopt "checkhash" ' ' false;
    /// Running jobs are listed before leaving.
    CheckJobs Shopt "checkjobs" ' ' false;
    /// The window's size is looked at after each command.
    CheckWinSize Shopt "checkwinsize" ' ' true;
    /// A command of many lines is one history entry.
    CmdHist Shopt "cmdhist" ' ' true;
    /// The behaviour of version 3.1: listed, and refused.
    Compat31 Shopt "compat31" ' ' false;
    /// The behaviour of version 3.2: listed, and refused.
    Compat32 Shopt "compat32" ' ' false;
    /// The behaviour of version 4.0: listed, and refused.
    Compat40 Shopt "compat40" ' ' false;
    /// The behaviour of version 4.1: listed, and refused.
    Compat41 Shopt "compat41" ' ' false;
    /// The behaviour of version 4.2: listed, and refused.
    Compat42 Shopt "compat42" ' ' false;
    /// The behaviour of version 4.3: listed, and refused.
    Compat43 Shopt "compat43" ' ' false;
    /// The behaviour of version 4.4: listed, and refused.
    Compat44 Shopt "compat44" ' ' false;
    /// File names are quoted when they are completed.
    CompleteFullQuote Shopt "complete_fullquote" ' ' true;
    /// Completion replaces a directory's name: accepted, without effect.
    DirExpand Shopt "direxpand" ' ' false;
    /// Completion corrects a directory's name: accepted, without effect.
    DirSpell Shopt "dirspell" ' ' false;
    /// Names with a leading dot match patterns.
    DotGlob Shopt "dotglob" ' ' false;
    /// A command that can not be run does not end a script.
    ExecFail Shopt "execfail" ' ' false;
    /// Aliases are expanded.
    ExpandAliases Shopt "expand_aliases" ' ' false;
    /// Behaves as the debugger needs.
    ExtDebug Shopt "extdebug" ' ' false;
    /// `?( *( +( @( !(` in patterns.
    ExtGlob Shopt "extglob" ' ' false;
    /// `$'..'` and `$".."` inside `${..}` in double quotes.
    ExtQuote Shopt "extquote" ' ' true;
    /// A pattern that matches nothing is an error.
    FailGlob Shopt "failglob" ' ' false;
    /// Words that FIGNORE names are not completed.
    ForceFignore Shopt "force_fignore" ' ' true;
    /// Ranges in patterns are those of the C locale.
    GlobAsciiRanges Shopt "globasciiranges" ' ' true;
    /// `.` and `..` never match.
    GlobSkipDots Shopt "globskipdots" ' ' true;
    /// `**` matches any number of directories.
    GlobStar Shopt "globstar" ' ' false;
    /// Errors in the shell's GNU format.
    GnuErrFmt Shopt "gnu_errfmt" ' ' false;
    /// The history file is added to, not replaced.
    HistAppend Shopt "histappend" ' ' false;
    /// A failed history substitution can be edited.
    HistReedit Shopt "histreedit" ' ' false;
    /// A history substitution is shown before it runs.
    HistVerify Shopt "histverify" ' ' false;
    /// Host names are completed.
    HostComplete Shopt "hostcomplete" ' ' true;
    /// Jobs are ended on leaving.
    HupOnExit Shopt "huponexit" ' ' false;
    /// Command substitutions inherit `-e`.
    InheritErrExit Shopt "inherit_errexit" ' ' false;
    /// `#` starts a comment at the prompt.
    InteractiveComments Shopt "interactive_comments" ' ' true;
    /// The last command of a pipeline runs in this shell.
    LastPipe Shopt "lastpipe" ' ' false;
    /// History entries keep their newlines.
    LitHist Shopt "lithist" ' ' false;
    /// Locals keep the value of what they shadow.
    LocalVarInherit Shopt "localvar_inherit" ' ' false;
    /// `unset` of an outer local hides it.
    LocalVarUnset Shopt "localvar_unset" ' ' false;
    /// The shell was started at login.
    LoginShell Shopt "login_shell" ' ' false;
    /// New mail is announced.
    MailWarn Shopt "mailwarn" ' ' false;
    /// Nothing is completed on an empty line.
    NoEmptyCmdCompletion Shopt "no_empty_cmd_completion" ' ' false;
    /// File names match patterns whatever their case.
    NoCaseGlob Shopt "nocaseglob" ' ' false;
    /// `case` and `[[` match whatever the case.
    NoCaseMatch Shopt "nocasematch" ' ' false;
    /// `$".."` is not expanded twice.
    NoExpandTranslation Shopt "noexpand_translation" ' ' false;
    /// A pattern that matches nothing expands to nothing.
    NullGlob Shopt "nullglob" ' ' false;
    /// `&` in the replacement of `${x/p/r}` is the match.
    PatsubReplacement Shopt "patsub_replacement" ' ' true;
    /// Completion is programmable.
    ProgComp Shopt "progcomp" ' ' true;
    /// Aliases take part in completion.
    ProgCompAlias Shopt "progcomp_alias" ' ' false;
    /// Prompts are expanded.
    PromptVars Shopt "promptvars" ' ' true;
    /// The shell may do little.
    RestrictedShell Shopt "restricted_shell" ' ' false;
    /// Too many `shift`s are told.
    ShiftVerbose Shopt "shift_verbose" ' ' false;
    /// `.` looks along PATH.
    SourcePath Shopt "sourcepath" ' ' true;
    /// `{fd}>` is closed with its command.
    VarRedirClose Shopt "varredir_close" ' ' false;
    /// `echo` understands escapes.
    XpgEcho Shopt "xpg_echo" ' ' false;
}

impl Options {
    /// Whether `option` is on.
    pub fn has(self, option: Option) -> bool {
        self.0 & bit(option) != 0
    }

    /// Switches `option`.
    pub fn set(&mut self, option: Option, on: bool) {
        match on {
            true => self.0 |= bit(option),
            false => self.0 &= !bit(option),
        }
    }
}

const fn bit(option: Option) -> u128 {
    1 << option as u32
}

impl Option {
    /// The switch of `set -o` called `name`.
    pub fn of_set(name: &[u8]) -> std::option::Option<Option> {
        Option::ALL.iter().copied().find(|option| !option.is_shopt() && option.name().as_bytes() == name)
    }

    /// The switch of `shopt` called `name`.
    pub fn of_shopt(name: &[u8]) -> std::option::Option<Option> {
        Option::ALL.iter().copied().find(|option| option.is_shopt() && option.name().as_bytes() == name)
    }

    /// The switch of `set` with this letter.
    pub fn of_letter(letter: u8) -> std::option::Option<Option> {
        Option::ALL
            .iter()
            .copied()
            .find(|option| letter != b' ' && option.letter() as u32 == u32::from(letter))
    }
}
