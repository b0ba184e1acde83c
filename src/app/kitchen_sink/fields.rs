//! Fields: empty, filled, refused, with help, with and without need.

use leptos::prelude::*;

use super::Group;
use crate::ui::button::Button;
use crate::ui::field::{
    Checkbox, FIELD, FITTED, Field, GRID, Requirement, Select, TextArea, Width,
};
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
            {sample!("Empty", <Field name="sink_empty" label="City" state=empty() autocomplete="off"/>)}
            {sample!("Filled", <Field name="sink_filled" label="Street" state=filled("Keizersgracht 1") autocomplete="off" requirement=Requirement::Optional/>)}
            {sample!("Refused", <Field name="sink_refused" label="E-mail" state=refused("anna@", "Enter an e-mail address, such as anna@example.com.") autocomplete="off" kind="email"/>)}
            {sample!("With help", <Field name="sink_hinted" label="Phone" state=empty() autocomplete="off" hint="We only use it for questions about your order." requirement=Requirement::Optional kind="tel"/>)}
            {sample!("Refused, with help", <Field name="sink_both" label="Postcode" state=refused("12", "Enter the postcode as in 1015 CJ.") autocomplete="off" hint="Four digits and two letters."/>)}
            {sample!("Long", <Field name="sink_long" label="Company" state=filled(LONG) autocomplete="off" requirement=Requirement::Depends/>)}
            {sample!("A number", <Field name="sink_number" label="Quantity" state=filled("2") autocomplete="off" inputmode="numeric" max_length=2/>)}
            {sample!("List, empty", <Select name="sink_select" label="Colour" state=empty() options=colours()/>)}
            {sample!("List, chosen", <Select name="sink_select_chosen" label="Colour, chosen" state=filled("sand") options=colours() requirement=Requirement::Optional hint="As on the picture."/>)}
            {sample!("List, refused", <Select name="sink_select_refused" label="Colour, refused" state=refused("", "Choose a colour.") options=colours()/>)}
            {sample!("Text", <TextArea name="sink_text" label="Note" state=empty() requirement=Requirement::Optional max_length=500 hint="At most 500 characters."/>)}
            {sample!("Text, refused", <TextArea name="sink_text_refused" label="Note, refused" state=refused("Ring twice.\nThen wait.", "Shorten this to at most 10 characters; it has 22.") max_length=10 rows=4/>)}
            {sample!("Box", <Checkbox name="sink_box" ticked=Ticked::No>"An empty box"</Checkbox>)}
            {sample!("Box, ticked", <Checkbox name="sink_box_ticked" ticked=Ticked::Yes>"A ticked box with "<a href="#fields">"a link"</a></Checkbox>)}
            {sample!("Box, refused", <Checkbox name="sink_box_refused" ticked=Ticked::No error=Some("Tick this to go on.".to_owned()) requirement=Requirement::Required>"A box that must be ticked"</Checkbox>)}
            {sample!("A form: two fields in a row, where there is room",
                <PostForm action="/kitchen-sink" from="/kitchen-sink".to_owned() class=GRID>
                    <Field name="sink_first" label="First name" state=empty() autocomplete="off" width=Width::Half/>
                    <Field name="sink_last" label="Last name" state=empty() autocomplete="off" width=Width::Half/>
                    <div class=FIELD><Button>"Save the address"</Button></div>
                </PostForm>
            )}
            {sample!("A control alone", <p class="flex flex-wrap items-center gap-2"><label for="sink_alone">"Sort by"</label><select class=FITTED id="sink_alone"><option>"Newest"</option></select></p>)}
        </Group>
    }
    .into_any()
}
