//! Fields: empty, filled, refused, with help, with and without need.

use leptos::prelude::*;

use super::Group;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::{Checkbox, Field, Requirement, Select, TextArea, Width};
use crate::ui::form::{FieldState, PostForm, Ticked};

const LONG: &str = "A very long value that does not fit into its field and must not push anything aside, whatever the screen";

fn empty() -> FieldState {
    FieldState::default()
}

fn filled(value: &str) -> FieldState {
    FieldState { value: value.to_owned(), error: None }
}

fn refused(value: &str, reason: &str) -> FieldState {
    FieldState { value: value.to_owned(), error: Some(reason.to_owned()) }
}

fn colours() -> Vec<(String, String)> {
    [("", "Choose a colour"), ("moss", "Moss"), ("sand", "Sand")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec()
}

#[component]
pub fn Fields() -> impl IntoView {
    view! {
        <Group id="fields" heading="Fields">
            // Leads nowhere: the page shows what fields look like, and no function takes them.
            <PostForm action="/kitchen-sink" from="/kitchen-sink".to_owned() class="fields">
                <Field name="sink_empty" label="Empty" state=empty() autocomplete="off"/>
                <Field name="sink_filled" label="Filled" state=filled("Keizersgracht 1") autocomplete="off" requirement=Requirement::Optional/>
                <Field name="sink_refused" label="Refused" state=refused("anna@", "Enter an e-mail address, such as anna@example.com.") autocomplete="off" kind="email"/>
                <Field name="sink_hinted" label="With help" state=empty() autocomplete="off" hint="We only use it for questions about your order." requirement=Requirement::Optional kind="tel"/>
                <Field name="sink_both" label="Refused, with help" state=refused("12", "Enter the postcode as in 1015 CJ.") autocomplete="off" hint="Four digits and two letters." width=Width::Half/>
                <Field name="sink_half" label="Half a row" state=filled(LONG) autocomplete="off" requirement=Requirement::Depends width=Width::Half/>
                <Field name="sink_number" label="Quantity" state=filled("2") autocomplete="off" inputmode="numeric" max_length=2 width=Width::Half/>
                <Select name="sink_select" label="Colour" state=empty() options=colours() width=Width::Half/>
                <Select name="sink_select_chosen" label="Colour, chosen" state=filled("sand") options=colours() requirement=Requirement::Optional hint="As on the picture." width=Width::Half/>
                <Select name="sink_select_refused" label="Colour, refused" state=refused("", "Choose a colour.") options=colours() width=Width::Half/>
                <TextArea name="sink_text" label="Note" state=empty() requirement=Requirement::Optional max_length=500 hint="At most 500 characters."/>
                <TextArea name="sink_text_refused" label="Note, refused" state=refused("Ring twice.\nThen wait.", "Shorten this to at most 10 characters; it has 22.") max_length=10 rows=4/>
                <Checkbox name="sink_box" ticked=Ticked::No>"An empty box"</Checkbox>
                <Checkbox name="sink_box_ticked" ticked=Ticked::Yes>"A ticked box with " <a href="#fields">"a link"</a></Checkbox>
                <Checkbox name="sink_box_refused" ticked=Ticked::No error=Some("Tick this to go on.".to_owned()) requirement=Requirement::Required>"A box that must be ticked"</Checkbox>
                <div class="field">
                    <div class="chips">
                        <Button>"Save the address"</Button>
                        <Button kind=ButtonKind::Quiet>"Not now"</Button>
                    </div>
                </div>
            </PostForm>
        </Group>
    }
    .into_any()
}
