//! Counting hands, of another wording and of a tariff alike: the form, and the arithmetic in sight.

use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::HandCount;
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Folded, Form, TextInput};
use crate::visit::Visit;

/// What was counted, whether it is enough, and why fewer were counted than had come.
pub(super) fn arithmetic(count: HandCount, fewer: &str, lang: Lang) -> AnyView {
    let (yes, twice, present) = (count.in_favour, count.in_favour.saturating_mul(2), count.present);
    let sum = if count.adopted() {
        td_string!(lang, meetings.arithmetic_yes, yes = yes, twice = twice, present = present)
    } else {
        td_string!(lang, meetings.arithmetic_no, yes = yes, twice = twice, present = present)
    };
    let (no, abstained) = (count.against, count.abstained);
    let fewer = (!fewer.is_empty())
        .then(|| view! { <p class="quiet">{td_string!(lang, meetings.count_fewer_said, why = fewer.to_owned())}</p> });
    view! {
        <p>{td_string!(lang, meetings.counted_line, yes = yes, no = no, abstained = abstained)}</p>
        <p class="quiet">{sum}</p>
        {fewer}
    }
    .into_any()
}

/// The form that writes a count down, for the verb and the hidden fields that say of what; `came` is how many are counted as present
/// now.
pub(super) fn form(
    verb: &'static str,
    back: &str,
    of: Vec<(&'static str, String)>,
    counted: Option<HandCount>,
    fewer: &str,
    came: u32,
    typed: Flash,
) -> AnyView {
    let lang = Visit::current().lang;
    let open = typed.error.is_some() || counted.is_none();
    let initial = |many: Option<u32>| many.map(|many| many.to_string()).unwrap_or_default();
    let present = counted.map_or(came, |count| count.present).to_string();
    let in_favour = initial(counted.map(|count| count.in_favour));
    let against = initial(counted.map(|count| count.against));
    let abstained = initial(counted.map(|count| count.abstained));
    let apart = of.last().map(|(_, id)| format!("count-{id}")).unwrap_or_default();
    let hidden = of.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let hidden = hidden.collect::<Vec<_>>();
    let (back, fewer) = (back.to_owned(), fewer.to_owned());
    view! {
        <Folded name=td_string!(lang, meetings.count) key="N" open=open small=true>
            <Form verb=verb back=back typed=typed apart=apart>
                {hidden}
                <div class="meeting-hands">
                    <TextInput
                        name="present"
                        label=td_string!(lang, meetings.count_present)
                        value=present
                        inputmode="numeric"
                        required=true
                    />
                    <TextInput
                        name="in_favour"
                        label=td_string!(lang, meetings.count_yes)
                        value=in_favour
                        inputmode="numeric"
                        required=true
                    />
                    <TextInput
                        name="against"
                        label=td_string!(lang, meetings.count_no)
                        value=against
                        inputmode="numeric"
                        required=true
                    />
                    <TextInput
                        name="abstained"
                        label=td_string!(lang, meetings.count_abstained)
                        value=abstained
                        inputmode="numeric"
                        required=true
                    />
                </div>
                <TextInput
                    name="fewer"
                    label=td_string!(lang, meetings.count_fewer)
                    hint=td_string!(lang, meetings.count_fewer_hint)
                    value=fewer
                />
                <Button>{td_string!(lang, meetings.count_button)}</Button>
            </Form>
        </Folded>
    }
    .into_any()
}
