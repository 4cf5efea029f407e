//! What residents write is public only after somebody looked, and the writer sees what was changed and why.

use chrono::TimeDelta;
use gongzhi_domain::content::{ContentState, HideReason, Ruling, Verdict, WaitReason};
use gongzhi_domain::person::Role;
use gongzhi_domain::text::Span;
use gongzhi_domain::view::ModerationItem;
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::requests::{self, FileRequest, ListQuery};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, moderation};

use crate::story::{desk, lamp};

fn ruling(verdict: Verdict) -> Ruling {
    Ruling { verdict, text: None, reason: None, note: String::new() }
}

async fn first(world: &World, clerk: &gongzhi_domain::person::Actor) -> ModerationItem {
    moderation::queue(&world.db(), clerk, None, None).await.unwrap().items.remove(0)
}

async fn listed(world: &World) -> usize {
    requests::public_list(&world.db(), &ListQuery::default()).await.unwrap().cards.len()
}

#[tokio::test]
async fn what_waits_is_published_and_listed() {
    let world = World::new().await;
    let clerk = desk(&world).await.clerk;
    let li = world.resident("李", "13800001234").await.actor();
    world.files(&li, FileRequest { text: "车牌蒙A12345堵门，电话 13987654321".into(), ..lamp(&world) }).await;
    let item = first(&world, &clerk).await;
    assert_eq!(item.reasons, [WaitReason::FirstPost, WaitReason::MaskedNumbers]);
    assert_eq!(item.masked.len(), 2);
    assert!(item.original.contains("13987654321") && !item.public.contains("13987654321"));
    assert_eq!(listed(&world).await, 0);
    moderation::rule(&world.db(), &clerk, item.content, item.version, &ruling(Verdict::Publish)).await.unwrap();
    assert_eq!(listed(&world).await, 1);
    assert_eq!(moderation::queue(&world.db(), &clerk, None, None).await.unwrap().waiting, 0);
    // A later verdict takes it off again.
    let item = moderation::item(&world.db(), &clerk, item.content).await.unwrap();
    let hide =
        Ruling { reason: Some(HideReason::Privacy), note: "写到了邻居的名字".into(), ..ruling(Verdict::Hide) };
    moderation::rule(&world.db(), &clerk, item.content, item.version, &hide).await.unwrap();
    assert_eq!(listed(&world).await, 0);
    assert!(audit::verify(&world.db()).await.unwrap().broken.is_none());
}

#[tokio::test]
async fn an_edit_keeps_the_original_and_the_writer_sees_the_difference() {
    let world = World::new().await;
    let clerk = desk(&world).await.clerk;
    let li = world.resident("李", "13800001234").await.actor();
    let number = world.files(&li, FileRequest { text: "张三家门口的路灯坏了".into(), ..lamp(&world) }).await.number;
    let item = first(&world, &clerk).await;
    let edit = Ruling {
        text: Some("一户门口的路灯坏了，13987654321".into()),
        note: "隐去姓名".into(),
        ..ruling(Verdict::Edit)
    };
    moderation::rule(&world.db(), &clerk, item.content, item.version, &edit).await.unwrap();
    let public = requests::page(&world.db(), &world.visitor(), None, number).await.unwrap();
    assert_eq!(public.text.as_deref(), Some("一户门口的路灯坏了，139********"), "a moderator's slip is masked too");
    let own = requests::page(&world.db(), &li, None, number).await.unwrap();
    assert_eq!(own.text.as_deref(), Some("张三家门口的路灯坏了"));
    let notice = &own.notices[0];
    assert_eq!((notice.state, notice.note.as_str()), (ContentState::Published, "隐去姓名"));
    assert!(notice.spans.iter().any(|span| matches!(span, Span::Gone(_))));
    let found = async |words: &str| {
        let query = ListQuery { words: words.into(), ..ListQuery::default() };
        requests::public_list(&world.db(), &query).await.unwrap().cards.len()
    };
    assert_eq!(found("张三").await, 0, "the search holds the public copy only");
    assert_eq!(found("路灯").await, 1);
}

#[tokio::test]
async fn hidden_with_a_reason_and_spam_without_a_word() {
    let world = World::new().await;
    let clerk = desk(&world).await.clerk;
    let li = world.resident("李", "13800001234").await.actor();
    let hidden = world.files(&li, lamp(&world)).await.number;
    let item = first(&world, &clerk).await;
    assert!(moderation::rule(&world.db(), &clerk, item.content, item.version, &ruling(Verdict::Hide)).await.is_err());
    let hide = Ruling { reason: Some(HideReason::Insult), ..ruling(Verdict::Hide) };
    moderation::rule(&world.db(), &clerk, item.content, item.version, &hide).await.unwrap();
    let own = requests::page(&world.db(), &li, None, hidden).await.unwrap();
    assert_eq!(own.notices[0].reason, Some(HideReason::Insult));
    assert!(matches!(
        requests::page(&world.db(), &world.visitor(), None, hidden).await,
        Err(Error::NotFound { what: What::Request })
    ));
    let spam = world.files(&li, lamp(&world)).await.number;
    let item = first(&world, &clerk).await;
    moderation::rule(&world.db(), &clerk, item.content, item.version, &ruling(Verdict::Spam)).await.unwrap();
    assert!(requests::page(&world.db(), &li, None, spam).await.unwrap().notices.is_empty());
}

#[tokio::test]
async fn neither_the_accused_unit_nor_the_writer_nor_another_area_moderates() {
    let world = World::new().await;
    let desk = desk(&world).await;
    let accused = world.unit("CITY").await;
    let li = world.resident("李", "13800001234").await.actor();
    world.files(&li, FileRequest { accused_unit: Some(accused), ..lamp(&world) }).await;
    let item = first(&world, &desk.clerk).await;
    let of_accused = world.staff(Role::Clerk, "CITY", "152921").await;
    let elsewhere = world.staff(Role::Clerk, "OFFICE2", "WNS1").await;
    for clerk in [&of_accused, &elsewhere] {
        assert!(moderation::queue(&world.db(), clerk, None, None).await.unwrap().items.is_empty());
        let refused = moderation::rule(&world.db(), clerk, item.content, item.version, &ruling(Verdict::Publish)).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    world.files(&desk.clerk, lamp(&world)).await;
    let own = moderation::queue(&world.db(), &desk.clerk, None, None).await.unwrap();
    assert_eq!(own.items.len(), 1, "one's own words wait for somebody else");
    assert!(moderation::queue(&world.db(), &desk.handler, None, None).await.is_err());
}

#[tokio::test]
async fn many_are_published_at_once_and_taken_back_within_ten_seconds() {
    let world = World::new().await;
    let clerk = desk(&world).await.clerk;
    let li = world.resident("李", "13800001234").await.actor();
    for _ in 0..3 {
        world.files(&li, lamp(&world)).await;
    }
    let items = moderation::queue(&world.db(), &clerk, None, None).await.unwrap().items;
    let mut all: Vec<_> = items.iter().map(|item| (item.content, item.version)).collect();
    all[2].1 = all[2].1.next();
    let published = moderation::publish_many(&world.db(), &clerk, &all).await.unwrap();
    assert_eq!(published.len(), 2, "the stale one is left out");
    world.later(TimeDelta::seconds(9));
    assert_eq!(moderation::undo(&world.db(), &clerk, &published[..1]).await.unwrap(), 1);
    world.later(TimeDelta::seconds(9));
    assert_eq!(moderation::undo(&world.db(), &clerk, &published).await.unwrap(), 0, "too late");
    assert_eq!(listed(&world).await, 1);
}

#[tokio::test]
async fn one_press_after_the_other_is_one_and_more_than_a_page_can_hold_is_refused() {
    let world = World::new().await;
    let clerk = desk(&world).await.clerk;
    let li = world.resident("李", "13800001234").await.actor();
    world.files(&li, lamp(&world)).await;
    let item = first(&world, &clerk).await;
    let seen = [(item.content, item.version)];
    for _ in 0..2 {
        let published = moderation::publish_many(&world.db(), &clerk, &seen).await;
        assert_eq!(published.as_deref(), Ok([item.content].as_slice()));
    }
    let colleague = world.staff(Role::Clerk, "CENTRE", "152921").await;
    assert_eq!(moderation::publish_many(&world.db(), &colleague, &seen).await, Ok(Vec::new()), "they did not");
    assert_eq!(moderation::undo(&world.db(), &clerk, &[item.content]).await, Ok(1), "it was published once");
    assert_eq!(moderation::publish_many(&world.db(), &clerk, &seen).await, Ok(Vec::new()), "it waits again");

    let many = vec![seen[0]; moderation::MANY_MAX as usize + 1];
    let ids: Vec<_> = many.iter().map(|(id, _)| *id).collect();
    let refused = Error::field("items", Reason::OutOfRange { min: 1, max: 100 });
    assert_eq!(moderation::publish_many(&world.db(), &clerk, &many).await, Err(refused.clone()));
    assert_eq!(moderation::undo(&world.db(), &clerk, &ids).await, Err(refused));
    assert_eq!(moderation::publish_many(&world.db(), &clerk, &many[1..]).await, Ok(Vec::new()), "a hundred may come");
}
