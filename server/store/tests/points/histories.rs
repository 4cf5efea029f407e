//! Random histories: credits, refusals, reversals, reservations, handing out, giving back, forms sent again, transactions cut
//! off in the middle. Whatever happens, the book balances.

use std::sync::Arc;

use gongzhi_domain::points::Account;
use gongzhi_store::points::{self, Reserve};
use gongzhi_store::testing::World;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::story::{balanced, credits, desk, doing, neighbour, reward};

/// xorshift: the same history for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_happens_the_book_balances() {
    let world = World::new().await;
    let desk = Arc::new(desk(&world).await);
    let reward = reward(&world, &desk, 5, 12).await;
    let mut people = Vec::new();
    for n in 0..6 {
        let (actor, _, phone) = neighbour(&world, n).await;
        credits(&world, &desk, &phone, desk.patrol).await.unwrap();
        people.push((actor, phone));
    }
    let people = Arc::new(people);
    for seed in [1_u64, 7, 1949] {
        let mut walkers = JoinSet::new();
        for walker in 0..6_u64 {
            let (db, desk, people) = (world.db(), Arc::clone(&desk), Arc::clone(&people));
            let new = doing(&world, "", desk.patrol);
            walkers.spawn(async move {
                let mut dice = Dice(seed * 1000 + walker + 1);
                let mut codes = Vec::new();
                let mut held = Vec::new();
                for _ in 0..25 {
                    let (actor, phone) = &people[dice.below(people.len())];
                    match dice.below(7) {
                        0 => {
                            let new = points::Propose { key: Uuid::new_v4(), phone: phone.clone(), ..new.clone() };
                            let proposal = points::propose(&db, &desk.coordinator, &new).await.unwrap();
                            let again = points::propose(&db, &desk.coordinator, &new).await.unwrap();
                            assert_eq!(proposal, again);
                            let approve = dice.below(4) > 0;
                            let _ = points::check(&db, &desk.officer, proposal, approve, "核对过签到表").await;
                            let _ = points::check(&db, &desk.second, proposal, true, "").await;
                        }
                        1 => {
                            let all = points::credited(&db, &desk.coordinator).await.unwrap();
                            let entry = all[dice.below(all.len())].entry;
                            let key = Uuid::new_v4();
                            if let Ok(back) =
                                points::propose_reversal(&db, &desk.coordinator, key, entry, "记错了人").await
                            {
                                let _ = points::check(&db, &desk.officer, back, true, "").await;
                            }
                        }
                        2 | 3 => {
                            let wish = Reserve { key: Uuid::new_v4(), reward, from: Account::Person };
                            // The answer was lost: the same form is sent again.
                            let first = points::reserve(&db, actor, wish).await;
                            let again = points::reserve(&db, actor, wish).await;
                            if let Ok(first) = first {
                                assert_eq!(first.id, again.unwrap().id);
                                codes.extend(first.code);
                                held.push((actor.clone(), first.id));
                            }
                        }
                        4 if !codes.is_empty() => {
                            let code = codes.swap_remove(dice.below(codes.len())).to_string();
                            let _ = points::hand_out(&db, &desk.counter, &code).await;
                            assert!(points::hand_out(&db, &desk.counter, &code).await.is_err());
                        }
                        5 if !held.is_empty() => {
                            let (whose, id) = held.swap_remove(dice.below(held.len()));
                            let _ = points::release(&db, &whose, id).await;
                            let _ = points::release(&db, &whose, id).await;
                        }
                        _ => {
                            // Cut off: the caller is gone before the answer, wherever that was.
                            let wish = Reserve { key: Uuid::new_v4(), reward, from: Account::Person };
                            let pause = std::time::Duration::from_micros(200 * dice.below(40) as u64);
                            let _ = tokio::time::timeout(pause, points::reserve(&db, actor, wish)).await;
                        }
                    }
                }
            });
        }
        while let Some(done) = walkers.join_next().await {
            done.unwrap();
        }
        balanced(&world).await;
    }
    let pieces: i64 = sqlx::query_scalar(
        "select (select stock from reward) + (select count(*) from reward_reservation where state <> 'released')",
    )
    .fetch_one(world.db().pool())
    .await
    .unwrap();
    assert_eq!(pieces, 12, "no piece appeared or vanished");
}
