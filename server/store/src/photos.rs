//! Photos: looked at before they are decoded, turned upright, shrunk and encoded anew so that
//! nothing of the original file (position, device, time) survives; sealed and written to the
//! object store before the row that names them commits. What a picture shows is the moderators'
//! business, not this file's.

mod pixels;

use std::sync::LazyLock;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use gongzhi_domain::ids::{AttachmentId, BreachId, OrderId, PactId};
use gongzhi_domain::keeping;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::{PHOTO_BYTES_MAX, PHOTOS_MAX};
use gongzhi_domain::{Error, Reason, What};
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use tokio::sync::Semaphore;

use crate::requests::Holder;
use crate::{Db, Purpose, fault, limits, refuse};

/// Staged photos that nothing named live this long.
const ORPHAN_HOURS: i64 = 24;
/// What the sealed files of photos are sealed for.
const PURPOSE: Purpose = Purpose::Content;

/// Decoding takes up to 200 MB of memory, so only two run at once.
static DECODERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// In which size a photo is asked for: the length of its longer side in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 1600 pixels: to look at.
    Full,
    /// 320 pixels: in lists.
    Thumb,
}

impl Size {
    /// Reads the last part of an address: `1600` or `320`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "1600" => Some(Self::Full),
            "320" => Some(Self::Thumb),
            _ => None,
        }
    }

    const fn pixels(self) -> u32 {
        match self {
            Self::Full => 1600,
            Self::Thumb => 320,
        }
    }
}

/// The form a photo is staged for. No other form of the same browser shows it, counts it or takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StagedFor {
    /// The form that files a request.
    Filing,
    /// The form of the reply to an order.
    Reply(OrderId),
    /// The form of the evidence of a pact.
    Evidence(PactId),
    /// The form that reports that a clause of a pact was not kept.
    Breach(PactId),
    /// The form that keeps a page of the signature book of a pact.
    SigningPage(PactId),
}

impl StagedFor {
    /// What stands in the database.
    pub(crate) fn code(self) -> String {
        match self {
            Self::Filing => "filing".to_owned(),
            Self::Reply(order) => format!("reply:{order}"),
            Self::Evidence(pact) => format!("evidence:{pact}"),
            Self::Breach(pact) => format!("breach:{pact}"),
            Self::SigningPage(pact) => format!("signing:{pact}"),
        }
    }

    const fn phase(self) -> &'static str {
        match self {
            Self::Filing | Self::Evidence(_) | Self::Breach(_) | Self::SigningPage(_) => "before",
            Self::Reply(_) => "after",
        }
    }
}

/// Where the files of a photo lie. Files are named by what they show, so the same photo sent twice
/// is kept once.
fn path(sha256: &[u8], size: Size) -> Path {
    let name: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Path::from(format!("photos/{name}/{}.jpg", size.pixels()))
}

/// Takes a photo that a form will name later. Only the browser whose form cookie sent it may attach
/// or see it until then.
///
/// Refused: more than [`UPLOAD_MAX`] bytes or [`MEGAPIXELS_MAX`] megapixels, anything but JPEG, PNG
/// and WebP, a tenth photo at once for one form, more than 60 an hour from one browser or 120 from one address.
pub async fn stage(
    db: &Db,
    actor: &Actor,
    holder: &Holder,
    staged_for: StagedFor,
    upload: Bytes,
) -> Result<AttachmentId, Error> {
    actor.may(Action::StagePhoto, &Target::none())?;
    if upload.len() as u64 > PHOTO_BYTES_MAX {
        return Err(Error::field("photos", Reason::FileTooLarge { max: PHOTO_BYTES_MAX }));
    }
    limits::hit(db, "photo by browser", holder.bytes(), 60, chrono::Duration::hours(1)).await?;
    limits::hit(db, "photo by address", actor.client.as_bytes(), 120, chrono::Duration::hours(1)).await?;

    let _permit = DECODERS.acquire().await.map_err(fault)?;
    let photo = tokio::task::spawn_blocking(move || pixels::renew(&upload)).await.map_err(fault)??;
    keep(db, holder, staged_for, photo).await
}

/// Writes the files, then the row.
async fn keep(db: &Db, holder: &Holder, staged_for: StagedFor, photo: pixels::Renewed) -> Result<AttachmentId, Error> {
    let now = db.now();
    let id = AttachmentId::from_uuid(db.new_id());
    let sha256 = Sha256::digest(&photo.full).to_vec();
    let mut tx = db.begin().await?;
    // The stagings of one browser queue here, so that nine means nine.
    lock(&mut tx, holder.bytes()).await?;
    let staged = sqlx::query_scalar!(
        r#"select count(*) as "count!" from attachment
           where state = 'staged' and staged_by = $1 and created_at > $2 and staged_for = $3"#,
        holder.bytes(),
        now - chrono::Duration::hours(ORPHAN_HOURS),
        staged_for.code(),
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    if staged >= i64::from(PHOTOS_MAX) {
        return Err(Error::field("photos", Reason::TooManyPhotos { max: PHOTOS_MAX }));
    }
    // The sweep takes the same lock before it removes these files.
    lock(&mut tx, &sha256).await?;
    for (size, jpeg) in [(Size::Full, &photo.full), (Size::Thumb, &photo.thumb)] {
        let sealed = db.keys().seal(PURPOSE, jpeg)?;
        db.photos().put(&path(&sha256, size), PutPayload::from(sealed)).await.map_err(fault)?;
    }
    sqlx::query!(
        "insert into attachment (id, staged_by, staged_for, state, width, height, bytes, sha256, created_at)
         values ($1, $2, $8, 'staged', $3, $4, $5, $6, $7)",
        id.uuid(),
        holder.bytes(),
        i32::try_from(photo.width).unwrap_or(i32::MAX),
        i32::try_from(photo.height).unwrap_or(i32::MAX),
        i32::try_from(photo.full.len()).unwrap_or(i32::MAX),
        &sha256,
        now,
        staged_for.code(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Holds a lock on a name until the transaction ends.
async fn lock(tx: &mut PgConnection, name: &[u8]) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 7))", name)
        .fetch_one(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}

/// The photos this browser has staged for a form and not yet sent, oldest first: what it shows again when it was refused.
pub async fn staged(db: &Db, holder: &Holder, staged_for: StagedFor) -> Result<Vec<AttachmentId>, Error> {
    let ids = sqlx::query_scalar!(
        "select id from attachment where state = 'staged' and staged_by = $1 and created_at > $2 and staged_for = $3
         order by created_at, id limit 9",
        holder.bytes(),
        db.now() - chrono::Duration::hours(ORPHAN_HOURS),
        staged_for.code(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    Ok(ids.into_iter().map(AttachmentId::from_uuid).collect())
}

/// Puts photos that this browser staged for a form under the content it brought, in the order given.
///
/// Refused, naming the field `photos`: more than nine, or one that is not this browser's or waits for another form.
pub(crate) async fn attach(
    tx: &mut PgConnection,
    holder: Option<&Holder>,
    staged_for: StagedFor,
    content: uuid::Uuid,
    photos: &[AttachmentId],
) -> Result<(), Error> {
    if photos.is_empty() {
        return Ok(());
    }
    if photos.len() > PHOTOS_MAX as usize {
        return Err(Error::field("photos", Reason::TooManyPhotos { max: PHOTOS_MAX }));
    }
    let ids: Vec<uuid::Uuid> = photos.iter().map(|photo| photo.uuid()).collect();
    let attached = sqlx::query!(
        "update attachment a set content_id = $1, phase = $2, state = 'shown', position = (p.n - 1)::smallint
         from unnest($3::uuid[]) with ordinality as p (id, n)
         where a.id = p.id and a.state = 'staged' and a.staged_by = $4 and a.staged_for = $5",
        content,
        staged_for.phase(),
        &ids,
        holder.map(Holder::bytes),
        staged_for.code(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?
    .rows_affected();
    if attached == photos.len() as u64 { Ok(()) } else { Err(Error::field("photos", Reason::NotAChoice)) }
}

/// Puts photos that this browser staged for a report under it, for the officer alone. Which browser sent them is forgotten: by it
/// they could be joined to a request of the same person.
///
/// Refused, naming the field `photos`: more than three, or one that is not this browser's or waits for another form.
pub(crate) async fn attach_to_report(
    tx: &mut PgConnection,
    holder: Option<&Holder>,
    pact: PactId,
    breach: BreachId,
    photos: &[AttachmentId],
) -> Result<(), Error> {
    if photos.len() > keeping::PHOTOS_MAX as usize {
        return Err(Error::field("photos", Reason::TooManyPhotos { max: keeping::PHOTOS_MAX }));
    }
    let ids: Vec<uuid::Uuid> = photos.iter().map(|photo| photo.uuid()).collect();
    let attached = sqlx::query!(
        "update attachment a set breach_id = $1, state = 'off', position = (p.n - 1)::smallint, staged_by = null
         from unnest($2::uuid[]) with ordinality as p (id, n)
         where a.id = p.id and a.state = 'staged' and a.staged_by = $3 and a.staged_for = $4",
        breach.uuid(),
        &ids,
        holder.map(Holder::bytes),
        StagedFor::Breach(pact).code(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?
    .rows_affected();
    if attached == photos.len() as u64 { Ok(()) } else { Err(Error::field("photos", Reason::NotAChoice)) }
}

/// A photo that another row than a content's names from now on.
pub(crate) struct Taken {
    pub sha256: Vec<u8>,
    pub width: i32,
    pub height: i32,
    pub bytes: i32,
}

/// Takes a photo that this browser staged out of its form. Its files stay for whoever names their hash in the same
/// transaction.
///
/// Refused, naming the field `photos`: one that is not this browser's or waits for another form.
pub(crate) async fn take(
    tx: &mut PgConnection,
    holder: Option<&Holder>,
    staged_for: StagedFor,
    photo: AttachmentId,
) -> Result<Taken, Error> {
    let not_staged = || Error::field("photos", Reason::NotAChoice);
    let sha256 = sqlx::query_scalar!("select sha256 from attachment where id = $1", photo.uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?
        .ok_or_else(not_staged)?;
    // The sweep takes the same lock before it removes the row and the files.
    lock(tx, &sha256).await?;
    sqlx::query_as!(
        Taken,
        "delete from attachment where id = $1 and state = 'staged' and staged_by = $2 and staged_for = $3
         returning sha256, width, height, bytes",
        photo.uuid(),
        holder.map(Holder::bytes),
        staged_for.code(),
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)?
    .ok_or_else(not_staged)
}

/// The picture whose files have this hash for their name; `None` when they are gone or cannot be opened.
pub(crate) async fn file(db: &Db, sha256: &[u8], size: Size) -> Result<Option<Vec<u8>>, Error> {
    let sealed = match db.photos().get(&path(sha256, size)).await {
        Ok(file) => file.bytes().await.map_err(fault)?,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    Ok(db.keys().open(PURPOSE, &sealed).ok())
}

/// Reads a photo for whoever may see it, and says whether everyone may (so that it can be cached).
///
/// Everyone: shown, under a listed request or a published reply of one. Its owner, a browser that
/// proved number and code, and staff who may read the order: always. Staged: the browser that sent
/// it. Of a report: its reporter and its officer, and those to whom the officer passed it on. Everyone else hears that there is no
/// such photo.
pub async fn read(
    db: &Db,
    actor: &Actor,
    holder: Option<&Holder>,
    id: AttachmentId,
    size: Size,
) -> Result<Photo, Error> {
    let not_found = || Error::NotFound { what: What::Attachment };
    let row = sqlx::query!(
        r#"select a.state, a.staged_by, a.sha256, a.breach_id, c.state as "content_state?", c.kind as "words?", e.kind as "evidence?", e.pact_id as "pact?",
               r.listed as "listed?", r.person_id as "owner?", r.area_path as "area_path?", r.order_id as "order_id?", r.kind as "kind?",
               exists (select from request_grant g where g.request_id = r.id and g.holder = $2 and g.expires_at > $3) as "granted!"
           from attachment a
           left join content c on c.id = a.content_id
           left join pact_evidence e on e.attachment_id = a.id
           left join lateral (
               select r.* from request r where r.content_id = c.id
               union all
               select r.* from reply y join request r on r.order_id = y.order_id where y.content_id = c.id
               order by listed desc limit 1
           ) r on true
           where a.id = $1"#,
        id.uuid(),
        holder.map(Holder::bytes),
        db.now(),
    )
    .fetch_optional(db.pool())
    .await
    .map_err(refuse)?;
    let Some(row) = row else {
        let sha256 = crate::signing::scan_to_read(db, actor, id, size).await?.ok_or_else(not_found)?;
        let jpeg = file(db, &sha256, size).await?.ok_or_else(not_found)?;
        return Ok(Photo { jpeg: Bytes::from(jpeg), public: false });
    };

    // What hangs in public is shown to everyone; other papers of a pact to its officers.
    let posted =
        row.words.as_deref() == Some("evidence") && row.evidence.as_deref().is_some_and(crate::pacts::is_posted);
    let public = row.state == "shown"
        && row.content_state.as_deref() == Some("published")
        && (posted || row.listed == Some(true));
    let own = match row.state.as_str() {
        "staged" => holder.is_some_and(|holder| Some(holder.bytes()) == row.staged_by.as_deref()),
        _ => row.granted || (actor.person.is_some() && row.owner == actor.person.map(|person| person.uuid())),
    };
    let by_office = || async {
        if let Some(pact) = row.pact {
            return crate::pacts::may_read_papers(db, actor, PactId::from_uuid(pact)).await;
        }
        if let Some(breach) = row.breach_id {
            let passed_on = row.state == "shown";
            return crate::keeping::may_see_photo(db, actor, BreachId::from_uuid(breach), passed_on).await;
        }
        let Some(order) = row.order_id else { return false };
        crate::orders::may_read(db, actor, order).await
    };
    if !public && !own && !by_office().await {
        return Err(not_found());
    }
    let file = db.photos().get(&path(&row.sha256, size)).await.map_err(fault)?;
    let sealed = file.bytes().await.map_err(fault)?;
    let jpeg = db.keys().open(PURPOSE, &sealed)?;
    Ok(Photo { jpeg: Bytes::from(jpeg), public })
}

/// A photo to send.
#[derive(Debug, Clone)]
pub struct Photo {
    /// The JPEG file.
    pub jpeg: Bytes,
    /// Whether everyone may see it: only then may it be cached beyond this browser.
    pub public: bool,
}

/// Removes photos that were staged more than a day ago and never sent, and files no row names.
/// Answers how many photos were removed.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let before = db.now() - chrono::Duration::hours(ORPHAN_HOURS);
    let mut removed = 0;
    let old = sqlx::query!(
        "select id, sha256 from attachment where state = 'staged' and created_at < $1 order by created_at limit 1000",
        before
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    for photo in old {
        let mut tx = db.begin().await?;
        lock(&mut tx, &photo.sha256).await?;
        removed += sqlx::query!("delete from attachment where id = $1 and state = 'staged'", photo.id)
            .execute(&mut *tx)
            .await
            .map_err(refuse)?
            .rows_affected();
        remove_unnamed(db, &mut tx, &photo.sha256).await?;
        tx.commit().await.map_err(refuse)?;
    }
    removed += sweep_files(db, before).await?;
    Ok(removed)
}

/// Files without a row are left behind when the program dies between writing and committing.
async fn sweep_files(db: &Db, before: chrono::DateTime<chrono::Utc>) -> Result<u64, Error> {
    let mut removed = 0;
    let mut files = db.photos().list(Some(&Path::from("photos")));
    while let Some(file) = files.try_next().await.map_err(fault)? {
        let Some(sha256) = file.location.parts().nth(1).and_then(|part| unhex(part.as_ref())) else { continue };
        if file.last_modified > before || !file.location.as_ref().ends_with("/1600.jpg") {
            continue;
        }
        let mut tx = db.begin().await?;
        lock(&mut tx, &sha256).await?;
        removed += u64::from(remove_unnamed(db, &mut tx, &sha256).await?);
        tx.commit().await.map_err(refuse)?;
    }
    Ok(removed)
}

/// Removes the files of a photo that no row names any more; the caller holds its lock.
async fn remove_unnamed(db: &Db, tx: &mut PgConnection, sha256: &[u8]) -> Result<bool, Error> {
    let named = sqlx::query_scalar!(
        r#"select exists (select from attachment where sha256 = $1)
               or exists (select from signature_scan where sha256 = $1) as "named!""#,
        sha256,
    )
    .fetch_one(tx)
    .await
    .map_err(refuse)?;
    if !named {
        for size in [Size::Thumb, Size::Full] {
            match db.photos().delete(&path(sha256, size)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }
    Ok(!named)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    (rest.is_empty() && pairs.len() == 32).then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}
