//! Shows what is going on: a spinner per step on a terminal, plain lines with a sign of life
//! elsewhere.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// One running step. Clones of its handle may report from other threads.
#[derive(Clone)]
pub struct Step {
    bar: Option<ProgressBar>,
    note: Arc<Mutex<String>>,
    found_failures: Arc<AtomicBool>,
}

impl Step {
    /// What the step is doing right now; the latest note also stands behind the finished step.
    pub fn note(&self, text: impl Into<String>) {
        let text = text.into();
        if let Some(bar) = &self.bar {
            let width = usize::from(terminal_width()).saturating_sub(50).max(20);
            bar.set_message(text.chars().take(width).collect::<String>());
        }
        if let Ok(mut note) = self.note.lock() {
            *note = text;
        }
    }

    /// The step did its work, and what it found is not good: tests that fail.
    pub fn mark_failures(&self) {
        self.found_failures.store(true, Ordering::Relaxed);
    }

    fn last_note(&self) -> String {
        self.note.lock().map(|note| note.clone()).unwrap_or_default()
    }
}

/// Runs one step and shows its name, how long it takes and how it ended.
pub fn step<T>(name: &str, work: impl FnOnce(&Step) -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let step = Step { bar: spinner(name), note: Arc::default(), found_failures: Arc::default() };
    let (stop, stopped) = mpsc::channel::<()>();
    let outcome = std::thread::scope(|scope| {
        if step.bar.is_none() {
            let (step, name) = (step.clone(), name.to_owned());
            scope.spawn(move || report_signs_of_life(&name, started, &step, &stopped));
        }
        // Moved in, so that the reporting thread ends however the work ends, even by a panic.
        let _stop = stop;
        work(&step)
    });
    let good = outcome.is_ok() && !step.found_failures.load(Ordering::Relaxed);
    let mark = if good { "✓" } else { "✗" };
    let mut line = format!("{mark} {name:<34} {:>8}", seconds(started.elapsed()));
    let note = step.last_note();
    if outcome.is_ok() && !note.is_empty() {
        line.push_str("  ");
        line.push_str(&note);
    }
    if let Some(bar) = &step.bar {
        bar.finish_and_clear();
    }
    say(&line);
    outcome
}

/// One line for the person, above any running spinner.
pub fn say(line: &str) {
    match screen() {
        Some(screen) => screen.suspend(|| eprintln!("{line}")),
        None => eprintln!("{line}"),
    }
}

pub fn seconds(elapsed: Duration) -> String {
    let total = elapsed.as_secs();
    if total >= 60 {
        format!("{}m {:02}s", total / 60, total % 60)
    } else {
        format!("{:.1}s", elapsed.as_secs_f32())
    }
}

/// A quick step says nothing until it is done; a long one announces itself and then repeats where
/// it stands.
fn report_signs_of_life(name: &str, started: Instant, step: &Step, stopped: &mpsc::Receiver<()>) {
    let mut wait = Duration::from_secs(2);
    while stopped.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
        eprintln!("… {name:<34} {:>8}  {}", seconds(started.elapsed()), step.last_note());
        wait = SIGN_OF_LIFE;
    }
}

fn screen() -> Option<&'static MultiProgress> {
    static SCREEN: OnceLock<Option<MultiProgress>> = OnceLock::new();
    SCREEN.get_or_init(|| std::io::stderr().is_terminal().then(MultiProgress::new)).as_ref()
}

fn spinner(name: &str) -> Option<ProgressBar> {
    let bar = screen()?.add(ProgressBar::new_spinner());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:<34} {elapsed:>8}  {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    Some(bar)
}

fn terminal_width() -> u16 {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the call writes only into `size`, which outlives it.
    let known = unsafe { libc::ioctl(libc::STDERR_FILENO, libc::TIOCGWINSZ, &mut size) } == 0;
    if known && size.ws_col > 0 { size.ws_col } else { 100 }
}
