//! The code of the moment, large and as a QR code, for the screen at the door.

use gongzhi_api::Here;
use gongzhi_store::meetings::{DeskMeeting, DoorCode};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Button, Look, Qr};
use crate::visit::Visit;

/// The code at the door.
pub(super) fn at(here: &Here, meeting: &DeskMeeting, code: &DoorCode) -> AnyView {
    let lang = here.lang;
    let address = Visit::current().site.address;
    // Four and four are easier to copy from a wall; the dash does not matter.
    let (first, last) = code.code.split_at(code.code.len() / 2);
    let written = format!("{first}-{last}");
    let link = format!("{address}/attend/{}", code.code);
    view! {
        <section class="card meeting-door" id="door">
            <h3>{td_string!(lang, meetings.door_title)}</h3>
            <p class="quiet">{td_string!(lang, meetings.door_lead, at = when::moment(code.until, here.now, lang))}</p>
            <Qr text=link label=td_string!(lang, meetings.door_qr) />
            <p>{td_string!(lang, meetings.door_type, address = format!("{address}/attend"))}</p>
            <p class="receipt-value receipt-code">{written}</p>
            <Button look=Look::Secondary small=true href=format!("/desk/meetings/{}#door", meeting.card.id)>
                {td_string!(lang, meetings.door_fresh)}
            </Button>
        </section>
    }
    .into_any()
}
