//! The QR code that is printed on each page of the signature book, read from a scan of it: which pact and which text the page
//! says it is of. Pure and slow; a picture made to be difficult may also make the reader fail, so it is called on a thread of
//! its own.

use image::{GrayImage, imageops};
use rqrr::PreparedImage;

/// What a page says it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// The pact's number.
    pub pact: String,
    /// The hash of the text, 64 hexadecimal digits.
    pub text: String,
}

/// What the code on a scanned page says; `None` when there is none that can be read, or none of the book's.
pub(super) fn read(jpeg: &[u8]) -> Option<Said> {
    let picture = image::load_from_memory(jpeg).ok()?.into_luma8();
    // Of a code that was shrunk with its page some readings fail that others make: enlarged and not, by one threshold for the
    // whole page or by one for each part of it.
    of_picture(&picture).or_else(|| {
        let (width, height) = (picture.width().saturating_mul(2), picture.height().saturating_mul(2));
        of_picture(&imageops::resize(&picture, width, height, imageops::FilterType::Triangle))
    })
}

fn of_picture(picture: &GrayImage) -> Option<Said> {
    let (width, height) = (usize::try_from(picture.width()).ok()?, usize::try_from(picture.height()).ok()?);
    let pixels = picture.as_raw();
    let at = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or(u8::MAX);
    let middle = pixels.iter().min()?.midpoint(*pixels.iter().max()?);
    let readings = [
        PreparedImage::prepare_from_bitmap(width, height, |x, y| at(x, y) < middle),
        PreparedImage::prepare_from_greyscale(width, height, at),
    ];
    readings.into_iter().find_map(|mut reading| {
        let grids = reading.detect_grids();
        grids.iter().filter_map(|grid| grid.decode().ok()).find_map(|(_, code)| said(&code))
    })
}

/// The address in the code: `…/desk/pacts/NUMBER/signing?text=HASH`.
fn said(code: &str) -> Option<Said> {
    let (_, rest) = code.split_once("/desk/pacts/")?;
    let (pact, text) = rest.split_once("/signing?text=")?;
    let is_hash = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| Said { pact: pact.to_owned(), text: text.to_ascii_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_book_is_taken() {
        let text = "ab".repeat(32);
        let said_by = |code: &str| said(code).map(|said| (said.pact, said.text));
        let good = format!("https://portal.test/desk/pacts/BY-2026-01/signing?text={text}");
        assert_eq!(said_by(&good), Some(("BY-2026-01".to_owned(), text.clone())));
        for other in [
            String::new(),
            "https://portal.test/desk/pacts/BY-2026-01/signing".to_owned(),
            format!("https://portal.test/pacts/BY-2026-01?text={text}"),
            format!("{good}0"),
            good.replace("ab", "xy"),
        ] {
            assert_eq!(said_by(&other), None, "{other}");
        }
    }

    #[test]
    fn a_picture_without_a_code_says_nothing() {
        assert_eq!(read(b"no picture"), None);
        let blank = image::RgbImage::from_pixel(64, 64, image::Rgb([255, 255, 255]));
        let mut png = std::io::Cursor::new(Vec::new());
        blank.write_to(&mut png, image::ImageFormat::Png).unwrap();
        assert_eq!(read(png.get_ref()), None);
    }
}
