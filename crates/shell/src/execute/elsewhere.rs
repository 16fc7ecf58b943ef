//! Well-known programs that are not here: what to tell whoever calls them.

/// What to do instead, by the program's name.
const INSTEAD: &[(&[&str], &str)] = &[
    (
        &["git", "gh", "svn", "hg"],
        "there is no version control here: commit from the host, or mount the repository's service",
    ),
    (
        &["python", "python2", "python3", "pip", "pip3", "pipx", "uv", "poetry", "pytest", "conda", "mypy"],
        "there is no Python here: awk, jq and sed are",
    ),
    (
        &["node", "npm", "npx", "yarn", "pnpm", "deno", "bun", "tsc"],
        "there is no JavaScript here: jq, awk and sed are",
    ),
    (
        &["perl", "ruby", "php", "lua", "Rscript", "java", "go"],
        "there is no such language here: awk, jq and sed are",
    ),
    (
        &["curl", "wget", "http", "ssh", "scp", "rsync", "nc", "telnet", "ftp", "ping", "dig", "nslookup"],
        "lines reach services only through mounts: mount what you want to read, and use cat or cp",
    ),
    (
        &[
            "make", "cmake", "ninja", "gcc", "g++", "clang", "cc", "ld", "cargo", "rustc", "mvn", "gradle",
            "bazel",
        ],
        "nothing is compiled here: run build tools on the host",
    ),
    (
        &["docker", "podman", "kubectl", "helm", "terraform", "aws", "gcloud", "az", "systemctl", "service"],
        "programs of the host do not run here: what a service holds can be mounted",
    ),
    (
        &["apt", "apt-get", "dpkg", "yum", "dnf", "apk", "brew", "snap", "pacman"],
        "nothing can be installed here: `ls /usr/bin` lists the commands there are",
    ),
    (&["sudo", "su", "doas", "chroot"], "there is one user here: call the command without it"),
    (
        &["vim", "vi", "nano", "emacs", "ed", "less", "more", "man", "top", "htop", "tmux", "screen"],
        "there is no terminal here: cat, head and tail show files, sed -i and redirections change them",
    ),
    (
        &["ps", "pgrep", "pkill", "killall", "lsof", "free", "mount", "umount"],
        "there are no processes of the host here: jobs lists a line's own",
    ),
    (
        &["psql", "mysql", "sqlite3", "redis-cli", "mongosh", "mongo"],
        "databases are mounted, and read as files",
    ),
    (&["zsh", "fish", "dash", "ksh", "csh", "pwsh"], "the only shell here is bash"),
    (&["rg", "ag", "ack", "fd"], "grep -r and find do this here"),
];

/// The hint for a program that is not here; none when it is not well known.
pub(super) fn hint(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let plain = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let known = |names: &[&str]| names.contains(&name) || !plain.is_empty() && names.contains(&plain);
    let (_, text) = INSTEAD.iter().find(|(names, _)| known(names))?;
    Some(format!("{name} is not part of mirage: {text}"))
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn well_known_programs_are_told_apart_from_mistypes() {
        for name in ["git", "python3", "python3.12", "node", "curl", "make", "docker", "vim"] {
            assert!(hint(name.as_bytes()).is_some_and(|text| text.starts_with(name)), "{name}");
        }
        assert_eq!((hint(b"gti"), hint(b"12"), hint(b"")), (None, None, None));
    }
}
