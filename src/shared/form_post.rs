//! How an island calls a server function: a form's fields there, JSON back.
//!
//! The same bytes as the framework's own protocol, so that a form and an island call one address.
//! Its client is compiled once instead of once per function, and needs no streams: that is a tenth
//! of the browser module.

use std::future::Future;

use leptos::server_fn::Protocol;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::{Encoding as _, FromReq, IntoRes, Json, PostUrl};
use leptos::server_fn::server::Server;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::shared::error::AppError;

/// The protocol of a server function that an island calls.
pub struct FormPost;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, AppError> for FormPost
where
    Input: Serialize + FromReq<PostUrl, S::Request, AppError> + Send,
    Output: IntoRes<Json, S::Response, AppError> + DeserializeOwned + Send,
    C: Client<AppError>,
    S: Server<AppError>,
{
    const METHOD: http::Method = PostUrl::METHOD;

    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Result<S::Response, AppError>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, AppError>> + Send,
    {
        let input = Input::from_req(request).await?;
        server_fn(input).await?.into_res().await
    }

    #[cfg(feature = "hydrate")]
    async fn run_client(path: &str, input: Input) -> Result<Output, AppError> {
        let fields =
            serde_qs::to_string(&input).map_err(|_| AppError::internal("unwritable fields"))?;
        let answer = browser::post(path.to_owned(), fields).await?;
        serde_json::from_str(&answer).map_err(|_| unreadable())
    }

    #[cfg(not(feature = "hydrate"))]
    async fn run_client(_: &str, _: Input) -> Result<Output, AppError> {
        Err(AppError::internal("the server called itself over the network"))
    }
}

/// The reason is not told apart: its words would be a part of the browser module.
#[cfg(feature = "hydrate")]
fn unreadable() -> AppError {
    AppError::internal("an answer that is not what it should be")
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::pin::Pin;

    use send_wrapper::SendWrapper;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Headers, RequestInit, Response};

    use super::unreadable;
    use crate::shared::error::AppError;

    /// Posts a form's fields and returns the text of the answer.
    ///
    /// # Errors
    /// The server's refusal; `Unavailable` when it cannot be reached.
    pub(super) fn post(
        path: String,
        fields: String,
    ) -> Pin<Box<dyn Future<Output = Result<String, AppError>> + Send>> {
        Box::pin(SendWrapper::new(async move {
            let (is_refused, text) = fetch(&path, &fields)
                .await
                .map_err(|_| AppError::unavailable("the connection to the server failed"))?;
            if is_refused {
                Err(serde_json::from_str(&text).unwrap_or_else(|_| unreadable()))
            } else {
                Ok(text)
            }
        }))
    }

    async fn fetch(path: &str, fields: &str) -> Result<(bool, String), JsValue> {
        let headers = Headers::new()?;
        headers.set("content-type", "application/x-www-form-urlencoded")?;
        headers.set("accept", "application/json")?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(&fields.into());
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let answer: Response =
            JsFuture::from(window.fetch_with_str_and_init(path, &request)).await?.unchecked_into();
        let text = JsFuture::from(answer.text()?).await?;
        Ok((answer.status() >= 400, text.as_string().unwrap_or_default()))
    }
}
