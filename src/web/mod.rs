//! Between HTTP and the use-cases: what a page is asked and answers, how a form ends, notices and
//! cookies. The only place below `app` that knows both HTTP and Leptos; services never see it.

pub mod cookies;
pub mod form;
pub mod notice;
pub mod page;
