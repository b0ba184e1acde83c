//! The terms and conditions, in words a shopper can follow. Their version is stored with every order.

use leptos::prelude::*;

use crate::ui::navigation::Breadcrumb;
use crate::ui::page::{PageRequest, PageResult, View};

pub async fn terms(request: PageRequest) -> PageResult {
    let store = &request.ctx.settings.store;
    let (name, support, version, updated) =
        (store.name.clone(), store.support_email.clone(), store.terms_version.clone(), store.terms_updated.clone());
    let description = format!("How ordering, paying, delivery and returns work at {name}.");
    View::new("Terms and conditions", move || {
        let mail = format!("mailto:{support}");
        view! {
            <Breadcrumb steps=vec![("Home".to_owned(), "/".to_owned())] current="Terms and conditions"/>
            <div class="prose">
                <h1>"Terms and conditions"</h1>
                <p class="reference">"Version "{version}", in force since "{updated}"."</p>

                <h2 id="orders">"Ordering"</h2>
                <p>"Your order is an offer to buy. It becomes a contract with "{name}" when your payment is confirmed; the confirmation comes by e-mail. Until then the goods are held for you for a little over half an hour."</p>
                <p>"What you see at the last step is what you pay. If a price or the stock changes while you order, nothing is placed, and you are shown what changed."</p>

                <h2 id="payment">"Prices and payment"</h2>
                <p>"The total names every tax it holds. You pay on a page of our payment provider, Stripe; your card number never reaches us."</p>

                <h2 id="delivery">"Delivery"</h2>
                <p>"Cost and days are shown for your country before you pay. The days count from the confirmation of your payment."</p>

                <h2 id="returns">"Returns"</h2>
                <p>"You may withdraw from your order within 14 days of receiving it, without giving a reason. Write to us within that time, then send the goods back within another 14 days. You get back what you paid, the cheapest delivery included, by the way you paid it."</p>
                <p>"If something arrives broken or is not what it should be, the law gives you at least two years: tell us, and we repair it, replace it or give your money back."</p>

                <h2 id="privacy">"Your data"</h2>
                <p>"We ask for what the order needs and use it for nothing else. Names, addresses and e-mail addresses are stored encrypted. This site sets only the cookies it cannot work without."</p>

                <h2 id="contact">"Questions"</h2>
                <p>"Write to "<a href=mail>{support}</a>"."</p>
            </div>
        }
        .into_any()
    })
    .described(description)
    .canonical("/pages/terms")
    .answer()
}
