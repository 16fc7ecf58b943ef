//! Web servers that give the files of a directory.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::process::Process;

/// nginx: ranges, entity tags, and pages that list directories, in HTML below `/` and in JSON below `/json/`.
///
/// `/private/` wants the user `reader` with the password `do-not-tell`, `/query` answers what it was asked, `/moved/` sends on
/// to the same below `/`, and `/elsewhere` to another server.
pub struct Nginx {
    process: Process,
    directory: TempDir,
}

impl Nginx {
    /// Starts one with an empty directory.
    pub fn start() -> Nginx {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir(root.join("files")).unwrap();
        fs::write(root.join("users"), "reader:{PLAIN}do-not-tell\n").unwrap();
        let process = Process::start(Path::new("/usr/sbin/nginx"), |port| {
            fs::write(root.join("nginx.conf"), configuration(root, port)).unwrap();
            let root = root.display();
            ["-p", &format!("{root}"), "-e", &format!("{root}/errors"), "-c", "nginx.conf"]
                .map(String::from)
                .to_vec()
        });
        Nginx { process, directory }
    }

    /// Its URL, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.process.address())
    }

    /// Puts a file where it gives it from.
    pub fn put(&self, path: &str, content: &[u8]) {
        put(&self.directory.path().join("files"), path, content);
    }
}

fn configuration(root: &Path, port: u16) -> String {
    let root = root.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {root}/temporary;\n"))
        .collect();
    format!(
        "daemon off; master_process off; pid {root}/pid;
        events {{}}
        http {{
            access_log off; {temporary}
            server {{
                listen 127.0.0.1:{port};
                root {root}/files;
                autoindex on;
                location /json/ {{ alias {root}/files/; autoindex_format json; }}
                location /private/ {{ alias {root}/files/; auth_basic private; auth_basic_user_file {root}/users; }}
                location /plain/ {{ alias {root}/files/; autoindex off; }}
                location = /query {{ return 200 $args; }}
                location /moved/ {{ rewrite ^/moved/(.*)$ /$1 redirect; }}
                location = /elsewhere {{ return 302 http://127.0.0.2:1/; }}
                location = /circle {{ return 302 /circle; }}
                location = /plain/busy {{ return 400; }}
            }}
        }}"
    )
}

/// Python's `http.server`: it lists directories, and knows neither ranges nor entity tags.
pub struct PythonWeb {
    process: Process,
    directory: TempDir,
}

impl PythonWeb {
    /// Starts one with an empty directory.
    pub fn start() -> PythonWeb {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().display().to_string();
        let process = Process::start(Path::new("/usr/bin/python3"), |port| {
            let port = port.to_string();
            ["-m", "http.server", "--bind", "127.0.0.1", "--directory", &root, &port]
                .map(String::from)
                .to_vec()
        });
        PythonWeb { process, directory }
    }

    /// Its URL, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.process.address())
    }

    /// Puts a file where it gives it from.
    pub fn put(&self, path: &str, content: &[u8]) {
        put(self.directory.path(), path, content);
    }
}

fn put(root: &Path, path: &str, content: &[u8]) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}
