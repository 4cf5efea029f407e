//! Random histories in which connections die: in the middle of a statement, between two, while the commit checks the sums, after it
//! before the answer. Whatever was cut off is sent again with the same key until an answer comes. Nothing is lost, nothing is booked
//! twice, and the book balances.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use gongzhi_domain::Error;
use gongzhi_domain::points::Account;
use gongzhi_store::points::{self, Reserve};
use gongzhi_store::testing::World;
use sqlx::PgPool;
use tokio::task::{JoinSet, LocalSet};
use uuid::Uuid;

use crate::story::{balanced, credits, desk, doing, neighbour, reward};

/// xorshift: the same choices for the same seed; who dies when is the machine's own.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

/// Every so many-th row of the book, and some commits, end the connection that writes them.
const DEADLY: &str = "
    create function dies() returns trigger language plpgsql security definer as $$
    begin
        if random() < tg_argv[0]::double precision then
            perform pg_terminate_backend(pg_backend_pid());
            perform pg_sleep(0.01);
        end if;
        return null;
    end $$;
    create trigger dies_in_the_middle after insert on points_posting for each row execute function dies(0.04);
    create trigger dies_before_its_lines after insert on points_entry for each row execute function dies(0.04);
    create trigger dies_with_the_stock after update on reward for each row execute function dies(0.04);
    create constraint trigger dies_at_the_commit after insert on points_entry deferrable initially deferred
        for each row execute function dies(0.06);";

/// Asks again with the same key until there is an answer. Answers it, and counts how often the first one was cut off.
async fn again<T, F>(cut: &AtomicU32, mut ask: F) -> Result<T, Error>
where
    F: AsyncFnMut() -> Result<T, Error>,
{
    for _ in 0..200 {
        match ask().await {
            Err(Error::Internal { .. }) => {
                cut.fetch_add(1, Ordering::Relaxed);
            }
            answer => return answer,
        }
    }
    panic!("no answer after two hundred tries");
}

/// Ends connections of this world from outside, wherever they are.
async fn killer(pool: PgPool, over: Arc<AtomicBool>) {
    while !over.load(Ordering::Relaxed) {
        let ended = sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and random() < 0.2",
        );
        ended.execute(&pool).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(7)).await;
    }
}

#[tokio::test]
async fn what_was_cut_off_and_sent_again_is_booked_once() {
    const PIECES: i64 = 9;
    let world = World::new().await;
    let desk = Arc::new(desk(&world).await);
    let reward = reward(&world, &desk, 5, i32::try_from(PIECES).unwrap()).await;
    let mut people = Vec::new();
    for n in 0..5 {
        let (actor, _, phone) = neighbour(&world, n).await;
        credits(&world, &desk, &phone, desk.patrol).await.unwrap();
        people.push((actor, phone));
    }
    let people = Arc::new(people);
    let pool = world.superuser().await;
    sqlx::raw_sql(DEADLY).execute(&pool).await.unwrap();
    let (over, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let killing = tokio::spawn(killer(pool.clone(), Arc::clone(&over)));
    let (together, mut walkers) = (LocalSet::new(), JoinSet::new());
    for walker in 0..4_u64 {
        let (db, desk, people, cut) = (world.db(), Arc::clone(&desk), Arc::clone(&people), Arc::clone(&cut));
        let new = doing(&world, "", desk.patrol);
        walkers.spawn_local_on(
            async move {
                let mut dice = Dice(1949 * 1000 + walker + 1);
                let (mut codes, mut held) = (Vec::new(), Vec::new());
                for _ in 0..30 {
                    let (actor, phone) = &people[dice.below(people.len())];
                    match dice.below(6) {
                        0 | 1 => {
                            let new = points::Propose { key: Uuid::new_v4(), phone: phone.clone(), ..new.clone() };
                            let proposed = async || points::propose(&db, &desk.coordinator, &new).await;
                            let proposal = again(&cut, proposed).await.unwrap();
                            assert_eq!(again(&cut, proposed).await.unwrap(), proposal, "one key, one proposal");
                            // Stale: it was booked, and only the answer was lost. Or the cap is reached.
                            let _ =
                                again(&cut, async || points::check(&db, &desk.officer, proposal, true, "").await).await;
                        }
                        2 | 3 => {
                            let wish = Reserve { key: Uuid::new_v4(), reward, from: Account::Person };
                            let reserve = async || points::reserve(&db, actor, wish).await;
                            if let Ok(first) = again(&cut, reserve).await {
                                assert_eq!(
                                    again(&cut, reserve).await.unwrap().id,
                                    first.id,
                                    "one key, one reservation"
                                );
                                codes.extend(first.code);
                                held.push((actor.clone(), first.id));
                            }
                        }
                        4 if !codes.is_empty() => {
                            let code = codes.swap_remove(dice.below(codes.len())).to_string();
                            let _ = again(&cut, async || points::hand_out(&db, &desk.counter, &code).await).await;
                        }
                        _ if !held.is_empty() => {
                            let (whose, id) = held.swap_remove(dice.below(held.len()));
                            let _ = again(&cut, async || points::release(&db, &whose, id).await).await;
                        }
                        _ => {}
                    }
                }
            },
            &together,
        );
    }
    together
        .run_until(async {
            while let Some(done) = walkers.join_next().await {
                done.unwrap();
            }
        })
        .await;
    over.store(true, Ordering::Relaxed);
    killing.await.unwrap();
    sqlx::raw_sql("drop function dies() cascade").execute(&pool).await.unwrap();
    assert!(cut.load(Ordering::Relaxed) > 20, "connections did die: {}", cut.load(Ordering::Relaxed));

    balanced(&world).await;
    // Everything that was decided is booked once, and nothing else is.
    let wrong: Vec<String> = sqlx::query_scalar(
        "with booked as (select kind, source_event, count(*) as times from points_entry group by kind, source_event),
              expected (kind, source_event) as (
                  select 'credit', 'proposal:' || id from points_proposal where state = 'approved'
                  union all select 'reserve', 'reservation:' || id from reward_reservation
                  union all select 'redeem', 'reservation:' || id from reward_reservation where state = 'fulfilled'
                  union all select 'release', 'reservation:' || id from reward_reservation where state = 'released')
         select coalesce(b.kind, e.kind) || ' of ' || coalesce(b.source_event, e.source_event) || ': ' || coalesce(b.times, 0)
         from booked b full join expected e using (kind, source_event)
         where b.times is distinct from 1 or e.kind is null",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(wrong, [""; 0]);
    let numbers: (i64, i64, i64) = sqlx::query_as(
        "select (select stock from reward) + (select count(*) from reward_reservation where state <> 'released'),
                (select count(*) from points_entry), (select count(*) from log_leaf where kind = 'points_entry')",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(numbers.0, PIECES, "no piece appeared or vanished");
    assert_eq!(numbers.1, numbers.2, "every entry has its leaf");
    pool.close().await;
}
