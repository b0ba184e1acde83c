//! Measures the response times of pages while somebody tries hundreds of passwords (R3, attack A4).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};

use super::client::{
    AccountKind, SignInClient, TRIES_PER_ACCOUNT, WRONG_PASSWORD, submit_wrong_password,
};
use crate::bench::connection::{Connection, Visitor};
use crate::bench::report::format_milliseconds;
use crate::bench::response_times::PageReader;
use crate::bench::samples::DurationSamples;
use crate::progress::Step;

const ROUND: Duration = Duration::from_secs(10);
/// Off, on, on, off, so that slow changes of the machine affect both in the same way.
const ROUNDS: [bool; 4] = [false, true, true, false];
/// Longer than a try waits in the queue, so that the store is idle at the start of a round.
const REST: Duration = Duration::from_secs(4);
const TRIES_PER_SECOND: usize = 100;
const TRIES: usize = TRIES_PER_SECOND * ROUND.as_secs() as usize;
/// Every second try of the two stormy rounds is for an account that exists.
pub(crate) const ACCOUNTS: usize = TRIES / TRIES_PER_ACCOUNT;
/// The interval of page requests. It does not depend on earlier responses.
const PAGE_EVERY: Duration = Duration::from_millis(25);
/// Enough clients for all tries that can be open at once. Each waits in the queue and for the
/// minimum response time.
const CONCURRENT_CLIENTS: usize = 400;
/// The queue fills until then.
const SETTLED_AFTER: Duration = Duration::from_secs(3);
const LATE: Duration = Duration::from_millis(50);
const HASHES: usize = 20;

/// The limits and the aims.
const PAGES_ALLOWED: f64 = 2.0;
const PAGES_AIM: f64 = 1.2;
const TRIES_ALLOWED: f64 = 0.9;

pub(crate) struct LoginStorm {
    off: DurationSamples,
    on: DurationSamples,
    tries: Tries,
    /// Time of one hash on a machine at rest.
    hash: Duration,
}

/// The results of the tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tries {
    /// The password was compared.
    compared: usize,
    /// Of these, the ones after the queue had filled.
    compared_at_height: usize,
    /// Status 503: the store was busy.
    busy: usize,
    /// 429.
    limited: usize,
    /// Sent later than due, because all clients were waiting.
    late: usize,
}

impl std::ops::AddAssign for Tries {
    fn add_assign(&mut self, other: Self) {
        self.compared += other.compared;
        self.compared_at_height += other.compared_at_height;
        self.busy += other.busy;
        self.limited += other.limited;
        self.late += other.late;
    }
}

pub(crate) fn measure(
    client: &mut SignInClient,
    reader: &mut PageReader,
    pages: &[&str],
    step: &Step,
) -> Result<LoginStorm> {
    let hash = measure_hash_time()?;
    let (mut off, mut on, mut tries, mut stormed) = (Vec::new(), Vec::new(), Tries::default(), 0);
    for (number, storm) in ROUNDS.into_iter().enumerate() {
        step.set_message(format!(
            "round {} of {}, {}",
            number + 1,
            ROUNDS.len(),
            if storm { "storm" } else { "calm" }
        ));
        std::thread::sleep(REST);
        if storm {
            let first = stormed * TRIES;
            let visitors = (0..TRIES)
                .map(|number| (try_email(first + number), client.next_visitor()))
                .collect::<Vec<_>>();
            let (read, results) =
                run_storm_round(&client.store.address(), &visitors, reader, pages)?;
            on.extend(read);
            tries += results;
            stormed += 1;
        } else {
            off.extend(read_pages(reader, pages, Instant::now())?);
        }
    }
    step.set_message(format!("{} compared, {} told to come again", tries.compared, tries.busy));
    Ok(LoginStorm { off: DurationSamples::new(off), on: DurationSamples::new(on), tries, hash })
}

fn try_email(number: usize) -> String {
    if number.is_multiple_of(2) {
        AccountKind::Brought.email(number / 2 % ACCOUNTS)
    } else {
        AccountKind::Unknown.email(1_000 + number)
    }
}

/// Argon2id as the store computes it: 19 MiB, two passes, one lane (`src/infra/passwords.rs`).
fn measure_hash_time() -> Result<Duration> {
    let parameters =
        Params::new(19_456, 2, 1, Some(32)).map_err(|error| anyhow!("argon2: {error}"))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut times = Vec::with_capacity(HASHES);
    for _ in 0..HASHES {
        let mut hash = [0; 32];
        let started = Instant::now();
        hasher
            .hash_password_into(WRONG_PASSWORD.as_bytes(), b"a salt of 16 chr", &mut hash)
            .map_err(|error| anyhow!("argon2: {error}"))?;
        times.push(started.elapsed());
    }
    Ok(DurationSamples::new(times).median())
}

/// How many hashes the store computes at once: half of the cores, at least one.
fn cores_for_hashing() -> usize {
    (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1)
}

/// The response times of pages. Each counts from when the request was due, because a late response
/// also delays the next request.
fn read_pages(reader: &mut PageReader, pages: &[&str], started: Instant) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for (number, page) in (0_u32..).zip(pages.iter().cycle()) {
        let due = started + PAGE_EVERY * number;
        if due >= started + ROUND {
            break;
        }
        sleep_until(due);
        reader.read(page, "br")?;
        times.push(due.elapsed());
    }
    Ok(times)
}

fn run_storm_round(
    address: &str,
    visitors: &[(String, Visitor)],
    reader: &mut PageReader,
    pages: &[&str],
) -> Result<(Vec<Duration>, Tries)> {
    let (next, started) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|scope| {
        let trying: Vec<_> = (0..CONCURRENT_CLIENTS)
            .map(|_| scope.spawn(|| send_tries(address, visitors, &next, started)))
            .collect();
        let read = read_pages(reader, pages, started);
        let mut tries = Tries::default();
        for thread in trying {
            tries += thread.join().map_err(|_| anyhow!("a thread of the storm panicked"))??;
        }
        Ok((read?, tries))
    })
}

/// Sends the next try until there are none left.
fn send_tries(
    address: &str,
    visitors: &[(String, Visitor)],
    next: &AtomicUsize,
    started: Instant,
) -> Result<Tries> {
    let mut tries = Tries::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some((email, visitor)) = visitors.get(number) else { return Ok(tries) };
        let due = started + Duration::from_secs(1) * number as u32 / TRIES_PER_SECOND as u32;
        sleep_until(due);
        tries.late += usize::from(due.elapsed() > LATE);
        // An attacker opens a new connection for each try.
        let answer = submit_wrong_password(&mut Connection::open(address)?, email, *visitor)?;
        tries
            .count(answer.status, started.elapsed())
            .with_context(|| format!("a sign-in of the storm was answered {}", answer.status))?;
    }
}

fn sleep_until(due: Instant) {
    std::thread::sleep(due.saturating_duration_since(Instant::now()));
}

impl Tries {
    /// `None` for a status that the store does not send here.
    fn count(&mut self, status: u16, after: Duration) -> Option<()> {
        match status {
            401 => {
                self.compared += 1;
                self.compared_at_height += usize::from((SETTLED_AFTER..ROUND).contains(&after));
            }
            503 => self.busy += 1,
            429 => self.limited += 1,
            _ => return None,
        }
        Some(())
    }
}

impl LoginStorm {
    fn pages_ratio(&self) -> f64 {
        self.on.p99().as_secs_f64() / self.off.p99().as_secs_f64()
    }

    fn compared_per_second(&self) -> f64 {
        let rounds = ROUNDS.iter().filter(|storm| **storm).count() as f64;
        self.tries.compared_at_height as f64 / rounds / (ROUND - SETTLED_AFTER).as_secs_f64()
    }

    /// How many hashes per second the cores could compute without other work.
    fn most_per_second(&self) -> f64 {
        cores_for_hashing() as f64 / self.hash.as_secs_f64()
    }

    fn tries_ratio(&self) -> f64 {
        self.compared_per_second() / self.most_per_second()
    }

    pub(crate) fn summarise(&self) -> String {
        format!(
            "login storm: pages' p99 {:.2} ×, {:.1} sign-ins/s ({:.2} of what the cores could)",
            self.pages_ratio(),
            self.compared_per_second(),
            self.tries_ratio()
        )
    }

    pub(crate) fn render_section(&self) -> String {
        let Tries { compared, busy, limited, late, .. } = self.tries;
        let granted = cores_for_hashing();
        let mut text = format!(
            "\n## Login storm\n\n\
             {TRIES_PER_SECOND} sign-ins a second with wrong passwords, half of them for accounts that exist, each from an address of its own over\n\
             a new connection; they are sent when they are due, answered or not. Meanwhile home, listing and product are\n\
             requested in turn, one every {} ms, and their time counts from the moment they were due. {} rounds of {} s: calm,\n\
             storm, storm, calm.\n\n\
             | Pages | p50 | p99 | Greatest | Requests |\n|---|---|---|---|---|\n",
            PAGE_EVERY.as_millis(),
            ROUNDS.len(),
            ROUND.as_secs(),
        );
        for (name, times) in [("Calm", &self.off), ("Storm", &self.on)] {
            let [p50, p99, greatest] =
                [times.median(), times.p99(), times.max()].map(format_milliseconds);
            text.push_str(&format!(
                "| {name} | {p50} ms | {p99} ms | {greatest} ms | {} |\n",
                times.count()
            ));
        }
        let rounds = ROUNDS.iter().filter(|storm| **storm).count();
        text.push_str(&format!(
            "\n| | Measured | Allowed | Aim | |\n|---|---|---|---|---|\n\
             | Pages' p99, storm to calm | {:.2} × | {PAGES_ALLOWED} × | {PAGES_AIM} × | {} |\n\
             | Passwords compared, to what {granted} {} could | {:.2} | {TRIES_ALLOWED} | | {} |\n\n\
             Of {} sign-ins {compared} were compared ({:.1} a second at the storm's height), {busy} were told to come again (503) and\n\
             {limited} to wait (429); {late} were sent more than {} ms late. One hash takes {} ms here, so {granted} {} of {} can do {:.1} a second.\n",
            self.pages_ratio(),
            compare_with_targets(self.pages_ratio() <= PAGES_ALLOWED, self.pages_ratio() <= PAGES_AIM),
            cores_word(granted),
            self.tries_ratio(),
            compare_with_targets(self.tries_ratio() >= TRIES_ALLOWED, false),
            TRIES * rounds,
            self.compared_per_second(),
            LATE.as_millis(),
            format_milliseconds(self.hash),
            cores_word(granted),
            std::thread::available_parallelism().map_or(1, usize::from),
            self.most_per_second(),
        ));
        text
    }
}

fn cores_word(count: usize) -> &'static str {
    if count == 1 { "core" } else { "cores" }
}

fn compare_with_targets(allowed: bool, aim: bool) -> &'static str {
    match (allowed, aim) {
        (_, true) => "reached",
        (true, false) => "kept",
        (false, false) => "**missed**",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_is_tried_more_often_than_is_free() {
        let all: Vec<String> = (0..2 * TRIES).map(try_email).collect();
        let most = (0..ACCOUNTS)
            .map(|number| AccountKind::Brought.email(number))
            .map(|email| all.iter().filter(|tried| **tried == email).count())
            .max();
        assert_eq!(most, Some(TRIES_PER_ACCOUNT));
        assert_eq!(all.iter().filter(|tried| tried.starts_with("brought")).count(), TRIES);
    }

    #[test]
    fn only_answers_at_the_height_make_the_rate() {
        let mut tries = Tries::default();
        for (status, seconds) in [(401, 1), (401, 5), (401, 11), (503, 5), (429, 5)] {
            assert!(tries.count(status, Duration::from_secs(seconds)).is_some());
        }
        assert!(tries.count(500, Duration::ZERO).is_none());
        assert_eq!(
            tries,
            Tries { compared: 3, compared_at_height: 1, busy: 1, limited: 1, late: 0 }
        );
    }
}
