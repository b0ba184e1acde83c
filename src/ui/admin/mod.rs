//! What only the pages of staff are made of. The shop's stylesheet leaves this folder out.

pub mod columns;
pub mod facts;
pub mod filters;
pub mod head;
pub mod kpis;
pub mod search_box;
pub mod side;
pub mod table;
