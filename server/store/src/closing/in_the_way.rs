//! What stands in the way of closing an account: duties others wait for, and matters that are not over.

use gongzhi_domain::Error;
use gongzhi_domain::account::InTheWay;
use gongzhi_domain::ids::PersonId;
use sqlx::PgConnection;

use crate::db::Db;
use crate::keeping;
use crate::refusal::refuse;

/// Everything that stands in the way now, in the order in which it is told.
pub(super) async fn of(db: &Db, conn: &mut PgConnection, person: PersonId) -> Result<Vec<InTheWay>, Error> {
    let found = sqlx::query!(
        r#"select
             exists (select from membership where person_id = $1 and (until is null or until > $2)) as "membership!",
             exists (select from pact_office where person_id = $1 and until is null) as "office!",
             exists (select from voting_unit u join roll r on r.id = u.roll_id join pact p on p.id = r.pact_id
                     where p.stage in ('notice', 'down3', 'result') and (u.voter_id = $1
                         or exists (select from voter_claim c where c.unit_id = u.id and $1 in (c.person_id, c.voter_id))
                         or exists (select from proxy x where x.unit_id = u.id and x.holder_id = $1))) as "vote!",
             exists (select from assisted_signature where state = 'waiting' and $1 in (person_id, helper_id, witness_id)) as "signing!",
             exists (select from breach_panel s join breach b on b.id = s.breach_id
                     where s.person_id = $1 and s.finding is null and s.stepped_down_at is null
                       and b.state = case s.round when 1 then 'panel' else 'appeal_panel' end) as "panel!",
             exists (select from breach where state <> 'closed' and (concerned_id = $1 or reporter_index = $3)) as "report!",
             exists (select from roll_objection where person_id = $1 and answered_at is null) as "objection!",
             exists (select from reward_reservation where person_id = $1 and state = 'held') as "reward!",
             exists (select from points_proposal where state = 'waiting' and $1 in (person_id, maker)) as "credit!""#,
        person.uuid(),
        db.today(),
        keeping::reporter_index(db, person),
    )
    .fetch_one(conn)
    .await
    .map_err(refuse)?;
    let told = [
        (found.membership, InTheWay::Membership),
        (found.office, InTheWay::Office),
        (found.vote, InTheWay::Vote),
        (found.signing, InTheWay::Signing),
        (found.panel, InTheWay::Panel),
        (found.report, InTheWay::Report),
        (found.objection, InTheWay::Objection),
        (found.reward, InTheWay::Reward),
        (found.credit, InTheWay::Credit),
    ];
    Ok(told.into_iter().filter(|(there, _)| *there).map(|(_, what)| what).collect())
}
