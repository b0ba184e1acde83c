//! Starts programs in process groups of their own and stops them in every case: success, error,
//! panic and Ctrl-C.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::paths;
use crate::progress::Step;

/// How long a service may take to end cleanly before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// The process groups that run now. Ctrl-C has to stop them.
static GROUPS: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// The result of a program that has ended, with everything it printed.
pub(crate) struct CommandOutput {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) log: PathBuf,
}

impl CommandOutput {
    /// The output of a program that succeeded; else the failure as one sentence.
    ///
    /// `what` is the subject of that sentence, `fix` the command that fixes the problem.
    pub(crate) fn require_success(self, what: &str, fix: &str) -> Result<String> {
        if self.status.success() {
            return Ok(self.output);
        }
        let cause = self.find_cause().map(|line| format!(": {line}")).unwrap_or_default();
        Err(Failure::new(format!("{what} failed{cause}.")).with_fix(fix).with_log(&self.log).into())
    }

    /// The first line that looks like the cause, with the source position that rustc prints below
    /// it; else the last line.
    fn find_cause(&self) -> Option<String> {
        let mut lines = self.output.lines().map(str::trim).filter(|line| !line.is_empty());
        let last = lines.clone().next_back()?;
        let Some(error) = lines.find(|line| is_error(line)) else {
            return Some(last.to_owned());
        };
        let place = lines.next().filter(|line| line.starts_with("-->")).unwrap_or_default();
        Some(format!("{error} {place}").trim_end().to_owned())
    }
}

fn is_error(line: &str) -> bool {
    line.starts_with("error")
        || line.starts_with("E: ")
        || line.contains("ERR!")
        || line.starts_with("npm error ")
}

/// A command without the variables that `cargo run` added to our environment: they would make cargo
/// compile crates again.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let ours = [
        "CARGO",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "LD_LIBRARY_PATH",
    ];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ours.contains(&text.as_ref()) || text.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
    // What programs print is read by us and kept in files.
    command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command.current_dir(paths::root());
    command
}

/// Runs a program to its end. Its output goes to `target/logs/<name>.log`, its latest line to the
/// step's message.
pub(crate) fn run_logged(command: Command, name: &str, step: &Step) -> Result<CommandOutput> {
    run_logged_with(command, name, step, |_| ())
}

/// As `run_logged`, and calls `on_line` with each line as soon as the program prints it.
pub(crate) fn run_logged_with(
    mut command: Command,
    name: &str,
    step: &Step,
    mut on_line: impl FnMut(&str),
) -> Result<CommandOutput> {
    let log = create_log_path(name)?;
    let mut file = File::create(&log)?;
    writeln!(file, "$ {}", format_command(&command))?;
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = ProcessGroup::spawn(&mut command)?;
    // The command holds the writing end of the pipe. While it exists, the reader never ends.
    drop(command);
    let mut output = String::new();
    let mut compiled = 0_u32;
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        writeln!(file, "{line}")?;
        on_line(&line);
        let shown = line.trim();
        if shown.starts_with("Compiling ") || shown.starts_with("Checking ") {
            compiled += 1;
            step.set_message(format!("{shown} ({compiled} so far)"));
        } else if !shown.is_empty() && shown.len() < 300 && !shown.starts_with('{') {
            step.set_message(shown);
        }
        output.push_str(&line);
        output.push('\n');
    }
    let status = child.wait()?;
    step.set_message("");
    Ok(CommandOutput { status, output, log })
}

/// What a quick program prints; `None` when it fails.
pub(crate) fn read_output(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Starts a service in the background. Its output goes to `log`.
pub(crate) fn spawn_service(mut command: Command, log: &Path) -> Result<ProcessGroup> {
    if let Some(parent) = log.parent() {
        fs::create_dir_all(parent)?;
    }
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    ProcessGroup::spawn(&mut command)
}

/// A child that leads its own process group. Dropping it stops the group.
pub(crate) struct ProcessGroup {
    child: Child,
    has_ended: bool,
}

impl ProcessGroup {
    #[expect(unsafe_code, reason = "the child asks the kernel to end with us before it runs")]
    fn spawn(command: &mut Command) -> Result<Self> {
        command.process_group(0);
        let parent = std::process::id();
        // SAFETY: between fork and exec only async-signal-safe calls are made.
        unsafe {
            command.pre_exec(move || {
                // The kernel stops the child even when we are killed.
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
                // The parent may have died before the line above took effect.
                if libc::getppid() as u32 == parent {
                    Ok(())
                } else {
                    Err(std::io::Error::other("parent is gone"))
                }
            });
        }
        // Registered under the lock, so that a Ctrl-C in this instant waits and then sees the
        // child.
        let mut groups = GROUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let child = command.spawn().map_err(|error| {
            Failure::new(format!("Cannot start {}: {error}.", command.get_program().display()))
        })?;
        groups.push(child.id() as i32);
        Ok(Self { child, has_ended: false })
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        self.unregister();
        Ok(status)
    }

    /// The exit status, if the child has ended.
    pub(crate) fn try_wait(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten()?;
        self.unregister();
        Some(status)
    }

    /// Asks the group to end, and kills it when it does not.
    pub(crate) fn stop(&mut self) {
        if self.has_ended {
            return;
        }
        signal_group(self.child.id() as i32, libc::SIGTERM);
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            if self.try_wait().is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        signal_group(self.child.id() as i32, libc::SIGKILL);
        let _ = self.wait();
    }

    fn unregister(&mut self) {
        if !self.has_ended {
            self.has_ended = true;
            let id = self.child.id() as i32;
            // Also stops what the child left running in its group.
            signal_group(id, libc::SIGKILL);
            GROUPS
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .retain(|group| *group != id);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Stops every group on SIGINT, SIGHUP and SIGTERM, then exits with 128 plus the signal's number.
pub(crate) fn stop_children_on_signals() -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            eprintln!("\nStopping …");
            stop_all_groups();
            crate::temp_folder::remove_all();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

fn stop_all_groups() {
    // Held to the end, so that nothing new is started meanwhile. Stores go before the databases
    // they write to.
    let groups = GROUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    for group in groups.iter().rev() {
        signal_group(*group, libc::SIGTERM);
        let deadline = Instant::now() + STOP_TIMEOUT;
        while is_alive(*group) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        signal_group(*group, libc::SIGKILL);
    }
}

#[expect(unsafe_code, reason = "the standard library signals no process groups")]
fn signal_group(group: i32, signal: i32) {
    // SAFETY: sending a signal touches no memory of ours.
    unsafe { libc::kill(-group, signal) };
}

/// Whether the leader of the group runs. A zombie counts as ended.
fn is_alive(pid: i32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    stat.rsplit(") ").next().is_some_and(|rest| !rest.starts_with('Z'))
}

fn create_log_path(name: &str) -> Result<PathBuf> {
    fs::create_dir_all(paths::logs())?;
    Ok(paths::logs().join(format!("{name}.log")))
}

/// The command as a person would type it. An argument that equals one of the command's variables,
/// such as a password, is shown as the variable's name.
fn format_command(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| {
        let variable =
            command.get_envs().find(|(_, value)| *value == Some(argument)).map(|(name, _)| name);
        variable.map_or_else(
            || argument.to_string_lossy().into_owned(),
            |name| format!("${}", name.to_string_lossy()),
        )
    }));
    words.join(" ")
}
