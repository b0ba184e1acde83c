//! What a page is asked and what it answers: data first, then a view made from it in one go.

use std::time::Duration;

use leptos::prelude::AnyView;
use serde_json::Value;

use crate::infra::ctx::Ctx;
use crate::shared::access::Role;
use crate::shared::error::{AppError, AppResult};

/// One request for a page, or for the page a refused form came from.
pub struct PageRequest {
    pub ctx: Ctx,
    /// Path and query as requested: what a form on the page names as its origin.
    pub location: String,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    pub form: Option<FormState>,
}

/// A form that was refused, as it must be shown again.
#[derive(Clone, Debug)]
pub struct FormState {
    /// The address the form was sent to.
    pub action: String,
    pub error: AppError,
    values: Vec<(String, String)>,
}

/// The answer to a request for a page.
pub enum PageAnswer {
    Page(PageResponse),
    /// A path of the shop and whether the move is for good.
    Redirect {
        to: String,
        permanent: bool,
    },
}

pub type PageResult = AppResult<PageAnswer>;

/// Which frame surrounds a page's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Header with search and cart, departments, footer.
    Shop,
    /// Nothing that leads away.
    Checkout,
    /// The admin, with what a role may see.
    Admin(Role),
    /// No document at all: a part for an island to put into a page.
    Part,
}

/// What a page is about, as social cards name it (ogp.me).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Site,
    Product,
}

impl Subject {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Site => "website",
            Self::Product => "product",
        }
    }
}

/// A page ready to be drawn. Everything it shows has been loaded.
pub struct PageResponse {
    pub status: u16,
    pub title: String,
    pub description: String,
    /// Path of the address search engines should keep; pages without one are not indexed.
    pub canonical: Option<String>,
    /// Another order or choice of what a page with the same canonical address shows.
    pub is_variation: bool,
    pub subject: Subject,
    /// Things in schema.org's terms, with whole addresses.
    pub data: Vec<Value>,
    /// Path of the picture that social cards show.
    pub picture: Option<String>,
    /// A page that waits for something asks for itself again after this time.
    pub refresh_every: Option<Duration>,
    pub frame: Frame,
    /// Text of the search field in the header.
    pub search_text: String,
    pub body: Box<dyn FnOnce() -> AnyView + Send>,
}

impl PageResponse {
    pub fn new(title: impl Into<String>, body: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self {
            status: 200,
            title: title.into(),
            description: String::new(),
            canonical: None,
            is_variation: false,
            subject: Subject::Site,
            data: Vec::new(),
            picture: None,
            refresh_every: None,
            frame: Frame::Shop,
            search_text: String::new(),
            body: Box::new(body),
        }
    }

    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub fn canonical(mut self, path: impl Into<String>) -> Self {
        self.canonical = Some(path.into());
        self
    }

    /// Keeps the page out of search engines, though its canonical address is in them.
    pub fn variation(mut self) -> Self {
        self.is_variation = true;
        self
    }

    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    pub fn with_data(mut self, data: Vec<Value>) -> Self {
        self.data = data;
        self
    }

    /// Whether search engines may keep the page.
    pub fn is_indexed(&self) -> bool {
        self.canonical.is_some() && !self.is_variation
    }

    pub fn pictured(mut self, path: Option<String>) -> Self {
        self.picture = path;
        self
    }

    pub fn refreshed_every(mut self, every: Duration) -> Self {
        self.refresh_every = Some(every);
        self
    }

    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    pub fn searching(mut self, text: impl Into<String>) -> Self {
        self.search_text = text.into();
        self
    }

    pub fn answer(self) -> PageResult {
        Ok(PageAnswer::Page(self))
    }
}

impl PageAnswer {
    pub fn redirect(to: impl Into<String>) -> PageResult {
        Ok(Self::Redirect { to: to.into(), permanent: false })
    }

    pub fn moved(to: impl Into<String>) -> PageResult {
        Ok(Self::Redirect { to: to.into(), permanent: true })
    }
}

impl PageRequest {
    pub fn new(
        ctx: Ctx,
        location: String,
        params: Vec<(String, String)>,
        query: Vec<(String, String)>,
        form: Option<FormState>,
    ) -> Self {
        Self { ctx, location, params, query, form }
    }

    /// A part of the path named in the table of pages; empty when the path has no such part.
    pub fn param(&self, name: &str) -> &str {
        first(&self.params, name).unwrap_or_default()
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The refused form, if it was sent to `action`.
    pub fn refused(&self, action: &str) -> Option<&FormState> {
        self.form.as_ref().filter(|form| form.action == action)
    }
}

impl FormState {
    pub fn new(action: String, error: AppError, values: Vec<(String, String)>) -> Self {
        Self { action, error, values }
    }

    /// What was typed into a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        first(&self.values, name)
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
