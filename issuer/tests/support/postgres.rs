//! A PostgreSQL server of the tests' own, where its programs are installed.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ends when this process does: its shell waits at a pipe that closes then.
struct Server {
    folder: PathBuf,
    program: PathBuf,
    user: Option<(u32, u32)>,
    _shell: Child,
}

const RUN: &str = r#"folder=$1; shift; "$@" >"$folder/log" 2>&1 & server=$!
read -r _; kill -INT $server; wait $server; rm -rf "$folder""#;

/// The URL of a fresh, empty database, or nothing where PostgreSQL is not installed.
pub fn fresh_database() -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(start).as_ref();
    let Some(server) = server else {
        eprintln!("SKIPPED: PostgreSQL is not installed (Debian: postgresql)");
        return None;
    };
    let name = format!("test{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let socket = server.folder.display();
    let mut client = postgres::Client::connect(&url(&server.folder, "postgres"), postgres::NoTls)
        .unwrap_or_else(|error| panic!("connecting to {socket}: {error}"));
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    Some(url(&server.folder, &name))
}

/// Stops or lets go on every process of the server: a database that does not answer.
#[allow(dead_code, reason = "not every test binary has a use for it")]
pub fn signal(database: &str, signal: &str) {
    let mut client = postgres::Client::connect(database, postgres::NoTls).unwrap();
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for row in client.query(sql, &[]).unwrap() {
        let pid: i32 = row.get(0);
        Command::new("kill")
            .args([signal, &pid.to_string()])
            .status()
            .unwrap();
    }
}

fn url(folder: &Path, database: &str) -> String {
    let host = folder.display().to_string().replace('/', "%2F");
    format!("postgresql://postgres@{host}/{database}?sslmode=disable")
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    for version in std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        folders.push(version.path().join("bin"));
    }
    folders
        .into_iter()
        .map(|f| f.join(program))
        .find(|p| p.is_file())
}

/// PostgreSQL refuses to run as root: then it runs as the user that its package made.
fn user() -> Option<(u32, u32)> {
    let id = |flag: &str, name: Option<&str>| -> Option<u32> {
        let output = Command::new("id").arg(flag).args(name).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    (id("-u", None)? == 0).then_some(())?;
    Some((id("-u", Some("postgres"))?, id("-g", Some("postgres"))?))
}

fn command(program: impl AsRef<std::ffi::OsStr>, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command.current_dir("/");
    command
}

fn start() -> Option<Server> {
    let (initdb, program, user) = (find("initdb")?, find("postgres")?, user());
    let folder = tempfile::Builder::new()
        .prefix("glimpse-pg")
        .tempdir()
        .unwrap()
        .keep();
    if let Some((uid, gid)) = user {
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let data = folder.join("data");
    let made = command(&initdb, user)
        .args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let shell = command("sh", user)
        .args(["-c", RUN, "sh"])
        .arg(&folder)
        .arg(&program)
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&folder)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=200",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let server = Server {
        folder,
        program,
        user,
        _shell: shell,
    };
    for _ in 0..200 {
        if postgres::Client::connect(&url(&server.folder, "postgres"), postgres::NoTls).is_ok() {
            return Some(server);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(server.folder.join("log")).unwrap_or_default();
    panic!(
        "{} as {:?} did not start: {log}",
        server.program.display(),
        server.user
    );
}
