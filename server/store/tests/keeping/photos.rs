//! Photos of a report: the reporter's and the officer's; whoever is meant and the panel see what the officer passed on; nobody else
//! ever does, and no row says which browser they came from.

use bytes::Bytes;
use gongzhi_domain::ids::{AttachmentId, BreachId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, Reason, What};
use gongzhi_store::keeping::{self, Report, Triage};
use gongzhi_store::photos::{self, Size, StagedFor};
use gongzhi_store::requests::Holder;
use gongzhi_store::testing::World;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::story::{Pact, about, neighbour, pact, version};

fn picture(shade: u8) -> Bytes {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(40, 30, Rgb([shade, 90, 90])));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

async fn staged(world: &World, pact: &Pact, browser: &Holder, many: u8) -> Vec<AttachmentId> {
    let mut staged = Vec::new();
    for shade in 0..many {
        let form = StagedFor::Breach(pact.id);
        staged.push(photos::stage(&world.db(), &world.visitor(), browser, form, picture(shade)).await.unwrap());
    }
    staged
}

async fn sees(world: &World, who: &Actor, holder: Option<&Holder>, photo: AttachmentId) -> bool {
    match photos::read(&world.db(), who, holder, photo, Size::Full).await {
        Ok(photo) => {
            assert!(!photo.public, "never to be cached for others");
            true
        }
        Err(error) => {
            assert_eq!(error, Error::NotFound { what: What::Attachment });
            false
        }
    }
}

async fn reports(world: &World, new: Report, who: &Actor) -> BreachId {
    keeping::report(&world.db(), who, &new).await.unwrap()
}

#[tokio::test]
async fn the_officer_decides_who_sees_which_photo() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let (li, zhao, other) = (neighbour(&world, 1).await, neighbour(&world, 2).await, neighbour(&world, 3).await);
    let browser = Holder::of(&world.db(), "browser of Li");
    let photos = staged(&world, &pact, &browser, 3).await;
    let new = Report { photos: photos.clone(), holder: Some(browser.clone()), ..about(&world, &pact) };
    let id = reports(&world, new.clone(), &li.actor).await;
    assert_eq!(keeping::report(&world.db(), &li.actor, &new).await, Ok(id), "sent twice it is one");
    let elsewhere = world.staff(Role::PactOfficer, "CENTRE", "WNS1A").await;
    for photo in &photos {
        for (who, sees_it) in
            [(&li.actor, true), (&pact.officer, true), (&zhao.actor, false), (&other.actor, false), (&elsewhere, false)]
        {
            assert_eq!(sees(&world, who, None, *photo).await, sees_it);
        }
        assert!(
            !sees(&world, &world.visitor(), Some(&browser), *photo).await,
            "the browser alone is not enough any more"
        );
    }
    let strangers = Triage::TakeUp {
        phone: zhao.phone.clone(),
        summary: "楼道堆放纸箱".into(),
        photos: vec![AttachmentId::from_uuid(world.db().new_id())],
    };
    let version = version(&world, id).await;
    let refused = keeping::triage(&world.db(), &pact.officer, id, version, &strangers).await;
    assert_eq!(refused, Err(Error::field("photos", Reason::NotAChoice)));
    let up = Triage::TakeUp {
        phone: zhao.phone.clone(),
        summary: "楼道堆放纸箱".into(),
        photos: vec![photos[1], photos[1]],
    };
    keeping::triage(&world.db(), &pact.officer, id, version, &up).await.unwrap();
    for (n, photo) in photos.iter().enumerate() {
        assert_eq!(sees(&world, &zhao.actor, None, *photo).await, n == 1, "what was passed on");
        assert!(sees(&world, &pact.officer, None, *photo).await && sees(&world, &li.actor, None, *photo).await);
        assert!(!sees(&world, &other.actor, None, *photo).await);
    }
    let theirs = keeping::one(&world.db(), &zhao.actor, id).await.unwrap();
    assert_eq!(theirs.photos.iter().map(|photo| photo.id).collect::<Vec<_>>(), [photos[1]]);
    assert_eq!(keeping::one(&world.db(), &li.actor, id).await.unwrap().photos.len(), 3);
    // The panel sees the same as whoever is meant.
    keeping::answer(&world.db(), &zhao.actor, id, "这几天就搬走").await.unwrap();
    let members = [neighbour(&world, 11).await, neighbour(&world, 12).await, neighbour(&world, 13).await];
    let phones = [0, 1, 2].map(|n| members[n].phone.clone());
    keeping::call(&world.db(), &pact.officer, id, &phones).await.unwrap();
    let panel = &members[0].actor;
    assert!(sees(&world, panel, None, photos[1]).await && !sees(&world, panel, None, photos[0]).await);
    let traces: i64 =
        sqlx::query_scalar("select count(*) from attachment where breach_id is not null and staged_by is not null")
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!(traces, 0, "no row says which browser sent them");
}

#[tokio::test]
async fn three_photos_of_ones_own_browser_and_form() {
    let world = World::new().await;
    let pact = pact(&world).await;
    let li = neighbour(&world, 1).await;
    let browser = Holder::of(&world.db(), "browser of Li");
    let photos = staged(&world, &pact, &browser, 4).await;
    let report = async |photos: &[AttachmentId], holder: &Holder| {
        let new = Report { photos: photos.to_vec(), holder: Some(holder.clone()), ..about(&world, &pact) };
        keeping::report(&world.db(), &li.actor, &new).await
    };
    assert_eq!(report(&photos, &browser).await, Err(Error::field("photos", Reason::TooManyPhotos { max: 3 })));
    let other = Holder::of(&world.db(), "another browser");
    let not_theirs = Err(Error::field("photos", Reason::NotAChoice));
    assert_eq!(report(&photos[..1], &other).await, not_theirs);
    let filing = photos::stage(&world.db(), &world.visitor(), &browser, StagedFor::Filing, picture(99)).await.unwrap();
    assert_eq!(report(&[filing], &browser).await, not_theirs, "another form's");
    report(&photos[..3], &browser).await.unwrap();
    assert_eq!(report(&photos[..1], &browser).await, not_theirs, "it is taken");
    let pool = world.superuser().await;
    for sql in [
        "update attachment set position = 3 where breach_id is not null and position = 2",
        "update attachment set staged_by = 'x' where breach_id is not null",
    ] {
        assert!(sqlx::query(sql).execute(&pool).await.is_err(), "{sql}");
    }
}
