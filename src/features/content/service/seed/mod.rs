//! The pages every shop begins with. Staff change them in the database; here they stay as they are.

use super::NewPage;

pub const fn pages() -> &'static [NewPage<'static>] {
    &PAGES
}

const PAGES: [NewPage<'static>; 5] = [
    NewPage {
        slug: "shipping",
        title: "Delivery",
        description: "Where {store} delivers, how long it takes and what it costs.",
        body: include_str!("shipping.md"),
    },
    NewPage {
        slug: "returns",
        title: "Returns",
        description: "Fourteen days to change your mind at {store}, and what to do when something is wrong.",
        body: include_str!("returns.md"),
    },
    NewPage {
        slug: "privacy",
        title: "Privacy",
        description: "What {store} knows about you, why, for how long, and what you can do about it.",
        body: include_str!("privacy.md"),
    },
    NewPage {
        slug: "terms",
        title: "Terms and conditions",
        description: "How ordering, paying, delivery and returns work at {store}.",
        body: include_str!("terms.md"),
    },
    NewPage {
        slug: "about",
        title: "About us",
        description: "What {store} sells, how it chooses, and how to reach it.",
        body: include_str!("about.md"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::content::model::{Block, TERMS};
    use crate::features::content::service::markdown::{Words, read};

    fn words() -> Words {
        Words { store: "Shop".into(), support_email: "hello@shop.example".into() }
    }

    #[test]
    fn r49_nothing_is_left_out_of_the_first_pages() {
        for page in pages() {
            let read = read(page.body, &words());
            assert!(
                read.refused.is_empty() && !read.blocks.is_empty(),
                "{}: {:?}",
                page.slug,
                read.refused
            );
            assert!(
                !format!("{:?}", read.blocks).contains('{')
                    || !words().fill(page.body).contains('{'),
                "{}",
                page.slug
            );
        }
    }

    #[test]
    fn the_terms_have_the_parts_that_other_pages_link_to() {
        let terms = pages().iter().find(|page| page.slug == TERMS).unwrap();
        let blocks = read(terms.body, &words()).blocks;
        let ids: Vec<&str> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Heading { id, .. } => Some(id.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            ids,
            ["ordering", "prices-and-payment", "delivery", "returns", "your-data", "questions"]
        );
    }
}
