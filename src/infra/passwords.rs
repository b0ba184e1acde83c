//! Passwords: argon2id off the request's threads, a few at a time; hashes from elsewhere verified
//! once more.
//!
//! Invariant: a task that hashes owns its permit, so that a visitor who goes away does not make
//! room for more work than the machine has cores for (R3).

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::shared::error::{AppError, AppResult};

/// KiB, passes and lanes of new hashes: the floor that OWASP names for argon2id (Password Storage
/// Cheat Sheet).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// KiB and passes above which a stored hash is not computed: it was not made here and would cost
/// too much.
const MOST_MEMORY_KIB: u32 = 128 * 1024;
const MOST_PASSES: u32 = 30;
/// Costs of imported bcrypt hashes that are verified.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=12;
/// bcrypt reads no further: a longer password would match by its beginning.
const BCRYPT_BYTES: usize = 72;
/// Requests that may wait for a permit, and how long.
const QUEUE: usize = 64;
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Hashes and verifies; clones share the permits.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// What a password of nobody is compared with.
    dummy: Arc<OnceLock<String>>,
}

/// How a password compares with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and the hash is weaker than new ones: it should be replaced.
    RightButWeak,
}

impl Passwords {
    /// Half of the cores hash, at least one: pages go on being answered during a storm of logins.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            permits: Arc::new(Semaphore::new((cores / 2).max(1))),
            queue: Arc::new(Semaphore::new(QUEUE)),
            dummy: Arc::default(),
        }
    }

    /// The PHC string of a password, with a salt of its own.
    ///
    /// # Errors
    /// `Unavailable` when too many wait already.
    pub async fn hash(&self, password: &str) -> AppResult<String> {
        let password = password.to_owned();
        self.off_thread(move || argon2id(&password)).await?
    }

    /// As [`Self::hash`], for a password that somebody chose: `None` if it is among the first that
    /// anybody would try. `words` are the ones that are tried on this person and this shop.
    pub async fn hash_chosen(&self, password: &str, words: &[&str]) -> AppResult<Option<String>> {
        let password = password.to_owned();
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let judged = move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if is_easily_guessed(&password, &words) {
                Ok(None)
            } else {
                argon2id(&password).map(Some)
            }
        };
        self.off_thread(judged).await?
    }

    /// Compares with a stored hash; with none, the same work is done for nothing.
    ///
    /// # Errors
    /// `Unavailable` when too many wait already.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> AppResult<Verdict> {
        let (password, stored, dummy) =
            (password.to_owned(), stored.map(str::to_owned), self.dummy.clone());
        self.off_thread(move || {
            let nobody = || {
                dummy.get_or_init(|| argon2id("a password of nobody").unwrap_or_default()).clone()
            };
            match stored {
                Some(stored) => compare(&password, &stored),
                None => {
                    compare(&password, &nobody());
                    Verdict::Wrong
                }
            }
        })
        .await
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> AppResult<T> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| hashing_busy())?;
        let waited = tokio::time::timeout(LONGEST_WAIT, self.permits.clone().acquire_owned()).await;
        let permit: OwnedSemaphorePermit =
            waited.map_err(|_| hashing_busy())?.map_err(AppError::internal)?;
        drop(place);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(AppError::internal)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Judged by the number of guesses (zxcvbn: Wheeler, USENIX Security 2016), not by which characters
/// it is made of.
fn is_easily_guessed(password: &str, words: &[&str]) -> bool {
    use zxcvbn::{Score, zxcvbn};
    // Its work grows with the square of the length; what is hard to guess at 64 characters does not
    // become easier.
    let looked_at: String = password.chars().take(64).collect();
    matches!(zxcvbn(&looked_at, words).score(), Score::Zero | Score::One)
}

/// Whether a hash that an operator brings can be verified here.
pub fn is_known_hash(stored: &str) -> bool {
    if is_bcrypt(stored) { bcrypt_cost(stored).is_some() } else { argon2_params(stored).is_some() }
}

fn compare(password: &str, stored: &str) -> Verdict {
    if is_bcrypt(stored) {
        let readable = bcrypt_cost(stored).is_some() && password.len() <= BCRYPT_BYTES;
        let right = readable && bcrypt::verify(password, stored).unwrap_or(false);
        return if right { Verdict::RightButWeak } else { Verdict::Wrong };
    }
    let Some(params) = argon2_params(stored) else { return Verdict::Wrong };
    let Ok(parsed) = PasswordHash::new(stored) else { return Verdict::Wrong };
    if Argon2::default().verify_password(password.as_bytes(), &parsed).is_err() {
        return Verdict::Wrong;
    }
    let current = params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES;
    if current { Verdict::Right } else { Verdict::RightButWeak }
}

fn argon2id(password: &str) -> AppResult<String> {
    let mut salt = [0u8; SALT_BYTES];
    rand::fill(&mut salt);
    let salt = SaltString::encode_b64(&salt).map_err(AppError::internal)?;
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).map_err(AppError::internal)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(hasher.hash_password(password.as_bytes(), &salt).map_err(AppError::internal)?.to_string())
}

/// The cost of an argon2id hash within what we are ready to compute.
fn argon2_params(stored: &str) -> Option<Params> {
    let parsed =
        PasswordHash::new(stored).ok().filter(|hash| hash.algorithm == argon2::ARGON2ID_IDENT)?;
    let params = Params::try_from(&parsed).ok()?;
    (params.m_cost() <= MOST_MEMORY_KIB && params.t_cost() <= MOST_PASSES).then_some(params)
}

fn is_bcrypt(stored: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix))
}

fn bcrypt_cost(stored: &str) -> Option<u32> {
    let parts: bcrypt::HashParts = stored.parse().ok()?;
    Some(parts.get_cost()).filter(|cost| BCRYPT_COSTS.contains(cost))
}

fn hashing_busy() -> AppError {
    let mut error = AppError::unavailable("too many passwords wait to be checked");
    error.retry_after = Some(5);
    error
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn r1_acc_4_hashes_are_argon2id_with_their_own_salt() {
        let passwords = Passwords::new();
        let (one, two) = (
            passwords.hash("correct horse").await.unwrap(),
            passwords.hash("correct horse").await.unwrap(),
        );
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert_eq!(passwords.verify("correct horse", Some(&one)).await.unwrap(), Verdict::Right);
        assert_eq!(passwords.verify("Correct horse", Some(&one)).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verify("correct horse", None).await.unwrap(), Verdict::Wrong);
        assert_eq!(
            passwords.verify("a password of nobody", None).await.unwrap(),
            Verdict::Wrong,
            "the dummy opens nothing"
        );
    }

    #[tokio::test]
    async fn r4_no_character_of_a_long_password_is_ignored() {
        let passwords = Passwords::new();
        let (one, two) = (format!("{}x", "ü".repeat(99)), format!("{}y", "ü".repeat(99)));
        let hash = passwords.hash(&one).await.unwrap();
        assert_eq!(passwords.verify(&one, Some(&hash)).await.unwrap(), Verdict::Right);
        assert_eq!(passwords.verify(&two, Some(&hash)).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn r2_weaker_and_foreign_hashes_are_verified_and_marked() {
        let passwords = Passwords::new();
        let params = Params::new(8_192, 1, 1, Some(32)).unwrap();
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(b"secret words", &salt)
            .unwrap()
            .to_string();
        assert_eq!(
            passwords.verify("secret words", Some(&weak)).await.unwrap(),
            Verdict::RightButWeak
        );
        let foreign = bcrypt::hash("secret words", 4).unwrap();
        assert!(is_known_hash(&foreign) && is_known_hash(&weak));
        assert_eq!(
            passwords.verify("secret words", Some(&foreign)).await.unwrap(),
            Verdict::RightButWeak
        );
        assert_eq!(passwords.verify("secret word", Some(&foreign)).await.unwrap(), Verdict::Wrong);
        // bcrypt would compare the first 72 bytes only.
        let long = "a".repeat(80);
        let cut = bcrypt::hash(&long, 4).unwrap();
        assert_eq!(passwords.verify(&long, Some(&cut)).await.unwrap(), Verdict::Wrong);
        assert!(!is_known_hash(&foreign.replacen("$04$", "$13$", 1)));
    }

    #[tokio::test]
    async fn r1_a_stored_hash_that_would_cost_too_much_is_not_computed() {
        let passwords = Passwords::new();
        let tail = "c29tZXNhbHRzb21lc2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
        for costly in ["m=1048576,t=2,p=1", "m=19456,t=31,p=1"] {
            let stored = format!("$argon2id$v=19${costly}${tail}");
            assert!(!is_known_hash(&stored));
            assert_eq!(passwords.verify("x", Some(&stored)).await.unwrap(), Verdict::Wrong);
        }
        for nothing in ["", "$argon2i$v=19$m=19456,t=2,p=1$x$y", "plain", "$2b$04$short"] {
            assert!(!is_known_hash(nothing), "{nothing}");
            assert_eq!(
                passwords.verify("plain", Some(nothing)).await.unwrap(),
                Verdict::Wrong,
                "{nothing}"
            );
        }
    }

    #[test]
    fn r5_what_is_tried_first_is_refused_and_long_words_are_not() {
        for easy in [
            "password1",
            "cartwright2026",
            "juniperrow1",
            "qwertyuiop",
            "11111111",
            "iloveyou",
            "letmein123",
        ] {
            assert!(
                is_easily_guessed(easy, &["cartwright", "juniper row", "juniperrow"]),
                "{easy}"
            );
        }
        for fine in ["k3v9q2m8x1z7p4w", "seven quiet herons at dusk", "mDq8-Lr0t-Vx2b"] {
            assert!(!is_easily_guessed(fine, &["cartwright"]), "{fine}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn r3_a4_work_is_bounded_even_when_nobody_waits_for_it_any_more() {
        static AT_ONCE: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let passwords = Passwords {
            permits: Arc::new(Semaphore::new(2)),
            queue: Arc::new(Semaphore::new(QUEUE)),
            dummy: Arc::default(),
        };
        let gate = Arc::new((std::sync::Mutex::new(false), std::sync::Condvar::new()));
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let (passwords, gate) = (passwords.clone(), gate.clone());
                tokio::spawn(async move {
                    passwords
                        .off_thread(move || {
                            MOST.fetch_max(
                                AT_ONCE.fetch_add(1, Ordering::SeqCst) + 1,
                                Ordering::SeqCst,
                            );
                            let (open, bell) = &*gate;
                            drop(bell.wait_while(open.lock().unwrap(), |open| !*open));
                            AT_ONCE.fetch_sub(1, Ordering::SeqCst);
                        })
                        .await
                        .map_err(|error| error.status())
                })
            })
            .collect();
        // Everybody who waits goes away; the two that hash keep their permits.
        while AT_ONCE.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        let (gone, stay) = calls.split_at(100);
        gone.iter().for_each(tokio::task::JoinHandle::abort);
        assert!(passwords.permits.try_acquire().is_err(), "a vanished client frees no permit");
        assert_eq!(stay.len(), 100);
        *gate.0.lock().unwrap() = true;
        gate.1.notify_all();
        let mut refused = 0;
        for call in calls {
            if let Ok(Err(status)) = call.await {
                assert_eq!(status, 503);
                refused += 1;
            }
        }
        assert!(MOST.load(Ordering::SeqCst) <= 2);
        assert!(refused >= 30, "{refused} of 200 were told to come again");
    }
}
