//! Shows the progress: a spinner for each step on a terminal, else plain lines that repeat while
//! a step runs.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use anyhow::Result;
use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(30);

/// One running step. Clones of its handle may report from other threads.
#[derive(Clone)]
pub(crate) struct Step {
    bar: Option<ProgressBar>,
    message: Arc<Mutex<String>>,
    found_failures: Arc<AtomicBool>,
}

impl Step {
    /// What the step does now. The line of a finished step ends with its last message.
    pub(crate) fn set_message(&self, text: impl Into<String>) {
        let text = text.into();
        if let Some(bar) = &self.bar {
            let (_, columns) = Term::stderr().size();
            let width = usize::from(columns).saturating_sub(50).max(20);
            bar.set_message(text.chars().take(width).collect::<String>());
        }
        if let Ok(mut message) = self.message.lock() {
            *message = text;
        }
    }

    /// The step did its work and found failures, such as failed tests.
    pub(crate) fn mark_failures(&self) {
        self.found_failures.store(true, Ordering::Relaxed);
    }

    fn last_message(&self) -> String {
        self.message.lock().map(|message| message.clone()).unwrap_or_default()
    }
}

/// Runs one step and shows its name, how long it takes and how it ended.
pub(crate) fn run_step<T>(name: &str, work: impl FnOnce(&Step) -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let step =
        Step { bar: add_spinner(name), message: Arc::default(), found_failures: Arc::default() };
    let (stop, stopped) = mpsc::channel::<()>();
    let outcome = std::thread::scope(|scope| {
        if step.bar.is_none() {
            let (step, name) = (step.clone(), name.to_owned());
            scope.spawn(move || print_heartbeats(&name, started, &step, &stopped));
        }
        // Moved in, so that the reporting thread ends however the work ends, even by a panic.
        let _stop = stop;
        work(&step)
    });
    let is_success = outcome.is_ok() && !step.found_failures.load(Ordering::Relaxed);
    let mark = if is_success { "✓" } else { "✗" };
    let mut line = format!("{mark} {name:<34} {:>8}", format_duration(started.elapsed()));
    let message = step.last_message();
    if outcome.is_ok() && !message.is_empty() {
        line.push_str("  ");
        line.push_str(&message);
    }
    if let Some(bar) = &step.bar {
        bar.finish_and_clear();
    }
    print_line(&line);
    outcome
}

/// One line for the person, above any running spinner.
pub(crate) fn print_line(line: &str) {
    match terminal() {
        Some(terminal) => terminal.suspend(|| eprintln!("{line}")),
        None => eprintln!("{line}"),
    }
}

pub(crate) fn format_duration(elapsed: Duration) -> String {
    let total = elapsed.as_secs();
    if total >= 60 {
        format!("{}m {:02}s", total / 60, total % 60)
    } else {
        format!("{:.1}s", elapsed.as_secs_f32())
    }
}

/// Prints nothing for a quick step. A step that takes longer prints a line at its start and then
/// one at each interval.
fn print_heartbeats(name: &str, started: Instant, step: &Step, stopped: &mpsc::Receiver<()>) {
    let mut wait = Duration::from_secs(2);
    while stopped.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
        eprintln!(
            "… {name:<34} {:>8}  {}",
            format_duration(started.elapsed()),
            step.last_message()
        );
        wait = HEARTBEAT_INTERVAL;
    }
}

fn terminal() -> Option<&'static MultiProgress> {
    static TERMINAL: OnceLock<Option<MultiProgress>> = OnceLock::new();
    TERMINAL.get_or_init(|| std::io::stderr().is_terminal().then(MultiProgress::new)).as_ref()
}

fn add_spinner(name: &str) -> Option<ProgressBar> {
    let bar = terminal()?.add(ProgressBar::new_spinner());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:<34} {elapsed:>8}  {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    Some(bar)
}
