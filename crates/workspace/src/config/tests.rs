//! Configurations, good and bad.

use std::collections::HashMap;
use std::path::{Path as HostPath, PathBuf};

use super::*;

/// A host with these variables and files, and home `/home/me`.
#[derive(Default)]
struct Fixed {
    variables: HashMap<&'static str, &'static str>,
    files: HashMap<&'static str, &'static str>,
}

impl Source for Fixed {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| (*value).to_owned())
    }

    fn read(&self, path: &HostPath) -> Result<String, String> {
        let found = path.to_str().and_then(|path| self.files.get(path));
        found.map(|text| (*text).to_owned()).ok_or_else(|| "No such file or directory".to_owned())
    }

    fn home(&self) -> Option<PathBuf> {
        Some("/home/me".into())
    }
}

fn host() -> Fixed {
    Fixed {
        variables: HashMap::from([("NAME", "value"), ("DIR", "sub dir"), ("SIZE", "10MB")]),
        files: HashMap::from([("/conf/secret", "hush\n")]),
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, HostPath::new("/conf"), &host())
}

fn problems(text: &str) -> Vec<String> {
    parse(text).expect_err("a bad document").problems().to_vec()
}

fn disk_path(config: &Config, mount: &str) -> String {
    config.mounts[&Path::from(mount)].settings["path"].as_str().expect("text").to_owned()
}

#[test]
fn a_whole_document() {
    let config = parse(
        r#"
mode: write
mounts:
  /data: {type: ram}
  /repo: {type: disk, path: ., mode: read}
  /home/: {type: disk, path: ~/x}
limits: {memory: 1GiB, depth: 50, jobs: 3, wall: 1.5m, output: none}
env: {LANG: C, PORT: 8080, GREETING: "say $${NAME} ${NAME}", SECRET: {file: secret}, N: {env: NAME}}
"#,
    )
    .expect("good");
    assert_eq!(config.mode, Some(Mode::Write));
    let mounts: Vec<String> = config.mounts.keys().map(Path::to_string).collect();
    assert_eq!(mounts, ["/data", "/home", "/repo"]);
    assert_eq!(config.mounts[&Path::from("/repo")].mode, Some(Mode::Read));
    assert_eq!(
        (disk_path(&config, "/repo"), disk_path(&config, "/home")),
        ("/conf/.".into(), "/home/me/x".into())
    );
    let wall = Some(std::time::Duration::from_secs(90));
    assert_eq!(config.limits, Limits { memory: 1 << 30, depth: 50, jobs: 3, wall, output: None });
    let env: Vec<(&str, &str)> = config.env.iter().map(|(name, value)| (&name[..], &value[..])).collect();
    assert_eq!(
        env,
        [
            ("GREETING", "say ${NAME} value"),
            ("LANG", "C"),
            ("N", "value"),
            ("PORT", "8080"),
            ("SECRET", "hush")
        ]
    );
}

#[test]
fn json_is_read_as_well() {
    let config = parse(r#"{"mounts": {"/r": {"type": "disk", "path": "/srv/${DIR}"}}}"#).expect("good");
    assert_eq!(disk_path(&config, "/r"), "/srv/sub dir");
}

#[test]
fn an_empty_document_is_a_workspace_without_mounts() {
    for text in ["", "mounts:\n", "# nothing yet\n"] {
        assert!(parse(text).expect("good").mounts.is_empty(), "{text:?}");
    }
}

#[test]
fn every_missing_variable_is_told_at_once() {
    let text =
        "env: {A: '${ONE}', B: '${TWO}${ONE}', C: {env: THREE}}\nmounts: {/r: {type: disk, path: '${FOUR}'}}";
    let told = problems(text);
    assert_eq!(told.len(), 1);
    for name in ["ONE", "TWO", "THREE", "FOUR"] {
        assert_eq!(told[0].matches(name).count(), 1, "{}", told[0]);
    }
}

#[test]
fn wrong_keys_name_the_nearest_known_one() {
    for (text, problem) in [
        ("mount: {}", "unknown key: mount; did you mean mounts?"),
        ("limits: {memroy: 1GB}", "limits: unknown key: memroy; did you mean memory?"),
        ("mounts: {/r: {type: disk, paht: .}}", "mounts./r: unknown key: paht; did you mean path?"),
        ("mounts: {/r: {type: disk, path: ., mod: read}}", "mounts./r: unknown key: mod; did you mean mode?"),
        ("mounts: {/r: {type: dsk, path: .}}", "mounts./r: unknown type: dsk; did you mean disk?"),
        ("mode: wirte", "mode: unknown mode: wirte; did you mean write?"),
    ] {
        let told = problems(text);
        assert!(told.iter().any(|told| told.starts_with(problem)), "{text}: {told:?}");
    }
}

#[test]
fn everything_wrong_is_found_in_one_pass() {
    let told = problems(
        "mode: 7\nmounts: {r: {type: ram}, /a: {type: disk}, /b: {path: x}}\nlimits: {memory: big, wall: -1}\nenv: {1A: x, B: true}",
    );
    assert_eq!(told.len(), 8, "{told:#?}");
}

#[test]
fn broken_yaml_says_where() {
    let told = problems("mounts:\n  /a: {type: ram\n  /b: x: y\n");
    assert!(told[0].contains("line"), "{told:?}");
}

#[test]
fn a_mount_given_twice_is_refused() {
    assert!(problems("mounts: {/a: {type: ram}, /a/: {type: ram}}")[0].ends_with("mounted twice"));
    assert!(!problems("mounts: {/a: {type: ram}, /a: {type: ram}}").is_empty());
}

#[test]
fn a_later_short_form_replaces_a_mount() {
    let mut config = parse("mounts: {/r: {type: ram}}").expect("good");
    let mut mount = |spec: &str| config.mount(spec, HostPath::new("/cwd"), &host());
    mount("/r=./${DIR},mode=exec").expect("good");
    mount("/data=ram").expect("good");
    assert!(mount("/x=repo").expect_err("unknown").to_string().contains("a host path starts with"));
    assert!(mount("/x=.,cache.time=60").is_err());
    assert_eq!((config.mounts.len(), disk_path(&config, "/r")), (2, "/cwd/./sub dir".into()));
    assert_eq!(config.mounts[&Path::from("/r")].mode, Some(Mode::Exec));
}

#[test]
fn what_a_file_says_is_checked_like_the_rest() {
    assert!(problems("env: {A: {file: absent}}")[0].contains("/conf/absent: No such file or directory"));
    assert!(problems("env: {A: {command: date}}")[0].contains("{file: PATH}"));
    assert!(problems("env: {A: '${'}")[0].contains("not a reference"));
}

#[test]
fn caches_are_configured_for_all_mounts_and_for_one() {
    let config = parse(
        "cache: {memory: 10MB, ttl: 1m}\nmounts:\n  /a: {type: ram, policy: fresh, cache: {ttl: 5, blocks: false}}\n  /b: {type: ram}",
    )
    .unwrap();
    assert_eq!((config.cache.memory, config.cache.ttl), (10_000_000, Duration::from_secs(60)));
    let (own, usual) = (&config.mounts[&Path::from("/a")], &config.mounts[&Path::from("/b")]);
    assert_eq!((own.policy, own.ttl, own.blocks), (Policy::Fresh, Some(Duration::from_secs(5)), false));
    assert_eq!((usual.policy, usual.ttl, usual.blocks), (Policy::Bounded, None, true));
    let refused =
        parse("mounts: {/a: {type: ram, policy: fresher, cache: {tll: 1}}}").unwrap_err().to_string();
    assert!(refused.contains("fresh") && refused.contains("ttl"), "{refused}");
}
