//! From an uploaded file to two clean JPEG files. Pure and slow (up to a second for a large photo):
//! it is called on a blocking thread. Nothing here knows of rows, files or people.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use gongzhi_domain::{Error, Reason};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};

use super::Size;
use gongzhi_domain::request::PHOTO_MEGAPIXELS_MAX;

/// A photo that has lost everything but what it shows.
pub(super) struct Renewed {
    pub full: Vec<u8>,
    pub thumb: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Decodes, turns upright, shrinks and encodes. The size is read from the header and refused before
/// a pixel is decoded.
pub(super) fn renew(upload: &[u8]) -> Result<Renewed, Error> {
    let (picture, orientation) = decode(upload)?;
    let full = upright(shrink(&picture, Size::Full)?, orientation);
    drop(picture);
    let thumb = shrink(&full, Size::Thumb)?;
    Ok(Renewed { full: jpeg(&full, 82)?, thumb: jpeg(&thumb, 76)?, width: full.width(), height: full.height() })
}

fn not_an_image<E>(_: E) -> Error {
    Error::field("photos", Reason::NotAnImage)
}

fn decode(upload: &[u8]) -> Result<(RgbImage, Orientation), Error> {
    let mut reader = ImageReader::new(Cursor::new(upload)).with_guessed_format().map_err(not_an_image)?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(not_an_image(()));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(512 * 1024 * 1024);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(not_an_image)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > u64::from(PHOTO_MEGAPIXELS_MAX) * 1_000_000 {
        return Err(Error::field("photos", Reason::TooManyPixels { max_megapixels: PHOTO_MEGAPIXELS_MAX }));
    }
    if width == 0 || height == 0 {
        return Err(not_an_image(()));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(not_an_image)?;
    Ok((on_white(picture), orientation))
}

/// JPEG knows no transparency: what shows through is white, as on paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let mix = |channel: u8| {
            let mixed = (u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        to.0 = [mix(red), mix(green), mix(blue)];
    }
    flat
}

/// Fits a picture into a square of the size's pixels; smaller ones stay as they are.
fn shrink(picture: &RgbImage, size: Size) -> Result<RgbImage, Error> {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= size.pixels() {
        return Ok(picture.clone());
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(size.pixels()) / u64::from(longer);
        u32::try_from(side).unwrap_or(1).max(1)
    };
    let (new_width, new_height) = (scaled(width), scaled(height));
    let from = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3).map_err(not_an_image)?;
    let mut to = Image::new(new_width, new_height, PixelType::U8x3);
    Resizer::new().resize(&from, &mut to, &ResizeOptions::new()).map_err(not_an_image)?;
    RgbImage::from_raw(new_width, new_height, to.into_vec()).ok_or_else(|| not_an_image(()))
}

fn upright(picture: RgbImage, orientation: Orientation) -> RgbImage {
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(not_an_image)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    /// A JPEG whose EXIF says "turn right" and carries a secret, as a telephone would write.
    fn turned_with_a_secret() -> Vec<u8> {
        let mut picture = RgbImage::from_pixel(80, 40, image::Rgb([250, 250, 250]));
        for x in 0..10 {
            for y in 0..10 {
                picture.put_pixel(x, y, image::Rgb([200, 0, 0]));
            }
        }
        let plain = jpeg(&picture, 95).unwrap();
        let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        tiff.extend_from_slice(b"SECRET-POSITION");
        let mut file = plain[..2].to_vec();
        file.extend_from_slice(&[0xff, 0xe1]);
        file.extend_from_slice(&u16::try_from(tiff.len() + 2).unwrap().to_be_bytes());
        file.extend_from_slice(&tiff);
        file.extend_from_slice(&plain[2..]);
        file
    }

    #[test]
    fn a_photo_is_turned_upright_and_loses_its_exif() {
        let upload = turned_with_a_secret();
        assert!(upload.windows(6).any(|window| window == b"SECRET"));
        let renewed = renew(&upload).unwrap();
        assert_eq!((renewed.width, renewed.height), (40, 80), "orientation 6 turns it right");
        assert!(!renewed.full.windows(6).any(|window| window == b"SECRET"));
        assert!(!renewed.full.windows(4).any(|window| window == b"Exif"));
        let seen = image::load_from_memory(&renewed.full).unwrap().into_rgb8();
        let corner = seen.get_pixel(37, 3).0;
        assert!(corner[0] > 150 && corner[1] < 90, "the red corner went to the top right: {corner:?}");
    }

    #[test]
    fn a_large_photo_is_shrunk_to_both_sizes() {
        let upload = png(&DynamicImage::ImageRgb8(RgbImage::from_pixel(2000, 1000, image::Rgb([9, 99, 9]))));
        let renewed = renew(&upload).unwrap();
        assert_eq!((renewed.width, renewed.height), (1600, 800));
        let thumb = image::load_from_memory(&renewed.thumb).unwrap();
        assert_eq!((thumb.width(), thumb.height()), (320, 160));
    }

    #[test]
    fn what_shows_through_is_white() {
        let clear = image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 0]));
        let renewed = renew(&png(&DynamicImage::ImageRgba8(clear))).unwrap();
        let seen = image::load_from_memory(&renewed.full).unwrap().into_rgb8();
        assert!(seen.get_pixel(4, 4).0.iter().all(|channel| *channel > 250));
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut file = png(&DynamicImage::ImageRgb8(RgbImage::new(1, 1)));
        // Width and height stand at a fixed place in a PNG; the check sum follows the header.
        file[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        file[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let sum = crc(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        let refused = renew(&file).err().unwrap();
        assert_eq!(refused, Error::field("photos", Reason::TooManyPixels { max_megapixels: PHOTO_MEGAPIXELS_MAX }));
    }

    #[test]
    fn other_files_are_refused() {
        for upload in [
            &b""[..],
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            &[0xff, 0xd8, 0xff, 0xe0],
        ] {
            assert_eq!(renew(upload).err(), Some(Error::field("photos", Reason::NotAnImage)));
        }
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }
}
