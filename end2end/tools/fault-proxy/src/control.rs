//! Controls the proxy over HTTP, for tests in other languages.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::counters::Stats;
use crate::fault::{Fault, milliseconds};
use crate::mongodb::rules::Rule;
use crate::mongodb::topology::Topology;
use crate::proxy::FaultProxy;

#[derive(Serialize)]
struct Status {
    fault: Fault,
    #[serde(flatten)]
    stats: Stats,
}

#[derive(Deserialize)]
struct TopologyRequest {
    topology: Topology,
    #[serde(rename = "milliseconds", with = "milliseconds", default = "without_end")]
    lasting: Duration,
}

fn without_end() -> Duration {
    Duration::MAX
}

/// `POST /fault` sets a fault, `POST /rule` adds a rule, `POST /topology` changes the topology that
/// MongoDB reports, `DELETE /fault` clears all of it, `GET /stats` returns the counters.
pub fn router(proxy: Arc<FaultProxy>) -> Router {
    Router::new()
        .route("/fault", post(set_fault).delete(clear))
        .route("/rule", post(add_rule))
        .route("/topology", post(set_topology))
        .route("/stats", get(stats))
        .with_state(proxy)
}

async fn set_fault(State(proxy): State<Arc<FaultProxy>>, Json(fault): Json<Fault>) -> StatusCode {
    proxy.set(fault);
    StatusCode::NO_CONTENT
}

async fn add_rule(State(proxy): State<Arc<FaultProxy>>, Json(rule): Json<Rule>) -> StatusCode {
    drop(proxy.add_rule(rule));
    StatusCode::NO_CONTENT
}

async fn set_topology(
    State(proxy): State<Arc<FaultProxy>>,
    Json(request): Json<TopologyRequest>,
) -> StatusCode {
    proxy.set_topology(request.topology, request.lasting);
    StatusCode::NO_CONTENT
}

async fn clear(State(proxy): State<Arc<FaultProxy>>) -> StatusCode {
    proxy.clear();
    StatusCode::NO_CONTENT
}

async fn stats(State(proxy): State<Arc<FaultProxy>>) -> Json<Status> {
    Json(Status { fault: proxy.fault(), stats: proxy.stats() })
}
