//! A small in-process memory of computed values with one fill per key, for what changes seldom and
//! is read always.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use moka::future::Cache;

use crate::shared::error::{AppError, AppResult};

/// Values of one kind, each kept for a fixed time. Errors are never kept.
#[derive(Clone)]
pub struct TtlCache<K, V> {
    entries: Cache<K, V>,
}

impl<K, V> TtlCache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(capacity: u64, life: Duration) -> Self {
        Self { entries: Cache::builder().max_capacity(capacity).time_to_live(life).build() }
    }

    /// The kept value, or the one `fill` makes; while one caller fills, the others wait for it.
    pub async fn get_or_fill(
        &self,
        key: K,
        fill: impl Future<Output = AppResult<V>>,
    ) -> AppResult<V> {
        self.entries
            .try_get_with(key, fill)
            .await
            .map_err(|error: Arc<AppError>| error.as_ref().clone())
    }
}

/// Keys marked for a while, such as copies that could not be brought up to date.
#[derive(Clone)]
pub struct ExpiringSet {
    marked: Cache<String, ()>,
}

impl ExpiringSet {
    pub fn new(capacity: u64, life: Duration) -> Self {
        Self { marked: Cache::builder().max_capacity(capacity).time_to_live(life).build() }
    }

    pub async fn mark(&self, key: &str) {
        self.marked.insert(key.to_owned(), ()).await;
    }

    pub async fn clear(&self, key: &str) {
        self.marked.invalidate(key).await;
    }

    pub fn is_marked(&self, key: &str) -> bool {
        self.marked.contains_key(key)
    }
}

/// Things a feature keeps once per process (caches, an index), made on first use.
///
/// Invariant: only values that can be computed again, never the only copy.
#[derive(Default)]
pub struct ProcessState {
    kept: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl ProcessState {
    pub fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let known =
            self.kept.read().unwrap_or_else(|e| e.into_inner()).get(&TypeId::of::<T>()).cloned();
        let any = known.unwrap_or_else(|| {
            let mut kept = self.kept.write().unwrap_or_else(|e| e.into_inner());
            kept.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone()
        });
        any.downcast::<T>().unwrap_or_else(|_| Arc::new(T::default()))
    }
}
