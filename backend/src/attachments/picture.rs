//! Pictures are drawn anew: what is kept is what is seen, without where and when it was taken, and without whatever else a file
//! can carry.

use domain::attachments::{AttachmentKind as Kind, LONGEST_SIDE, MOST_PIXELS, PREVIEW_SIDE, Unfit};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// How good a kept photograph is, and its preview, of a hundred.
const QUALITY: u8 = 85;
const PREVIEW_QUALITY: u8 = 75;
/// The longest side in pixels that paper shows: two to a sheet, at 200 to the inch.
const PAPER_SIDE: u32 = 1400;
/// The most bytes of memory that reading one may take.
const MEMORY: u64 = 512 * 1024 * 1024;

/// A picture, drawn anew.
#[derive(Debug)]
pub struct Picture {
    /// What it is now: what has no lossless ground is kept as a photograph.
    pub kind: Kind,
    /// Its file.
    pub bytes: Vec<u8>,
    /// A small one for lists, as a photograph.
    pub preview: Vec<u8>,
}

/// Draws a picture anew, upright.
///
/// # Errors
/// Why it is not taken.
pub fn redraw(kind: Kind, bytes: &[u8]) -> Result<Picture, Unfit> {
    let drawn = upright(kind, bytes)?;
    let kind = if kind == Kind::Png { Kind::Png } else { Kind::Jpeg };
    let bytes = match kind {
        Kind::Png => {
            let mut file = Cursor::new(Vec::new());
            let written = DynamicImage::from(drawn.to_rgba8()).write_to(&mut file, ImageFormat::Png);
            written.map_err(|_| Unfit::Damaged)?;
            file.into_inner()
        }
        _ => photograph(&drawn, QUALITY)?,
    };
    let preview = photograph(&drawn.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE), PREVIEW_QUALITY)?;
    Ok(Picture { kind, bytes, preview })
}

/// A kept picture as paper shows it: a photograph on white.
///
/// # Errors
/// When it cannot be read.
pub fn for_paper(kind: Kind, bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
    let drawn = upright(kind, bytes)?;
    let fits = drawn.width().max(drawn.height()) <= PAPER_SIDE;
    photograph(&if fits { drawn } else { drawn.thumbnail(PAPER_SIDE, PAPER_SIDE) }, QUALITY)
}

fn upright(kind: Kind, bytes: &[u8]) -> Result<DynamicImage, Unfit> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Webp => ImageFormat::WebP,
        _ => return Err(Unfit::NoPicture),
    };
    let damaged = |_| Unfit::Damaged;
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooManyPixels);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    decoder.set_limits(limits).map_err(damaged)?;
    let upright = decoder.orientation().map_err(damaged)?;
    let mut drawn = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    // Made small first: turning takes as much memory again.
    if width.max(height) > LONGEST_SIDE {
        drawn = drawn.thumbnail(LONGEST_SIDE, LONGEST_SIDE);
    }
    drawn.apply_orientation(upright);
    Ok(drawn)
}

fn photograph(drawn: &DynamicImage, quality: u8) -> Result<Vec<u8>, Unfit> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, quality);
    on_white(drawn).write_with_encoder(encoder).map_err(|_| Unfit::Damaged)?;
    Ok(file)
}

/// A photograph has no holes: what shines through is paper.
fn on_white(drawn: &DynamicImage) -> DynamicImage {
    if !drawn.color().has_alpha() {
        return DynamicImage::from(drawn.to_rgb8());
    }
    let mut rgba = drawn.to_rgba8();
    for pixel in rgba.pixels_mut() {
        let alpha = u32::from(pixel.0[3]);
        for part in &mut pixel.0[..3] {
            // Between the two, so it fits.
            *part = ((u32::from(*part) * alpha + 255 * (255 - alpha)) / 255) as u8;
        }
        pixel.0[3] = 255;
    }
    DynamicImage::from(DynamicImage::from(rgba).to_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let drawn =
            RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) });
        let mut file = Vec::new();
        DynamicImage::from(drawn).write_with_encoder(JpegEncoder::new_with_quality(&mut file, 90)).unwrap();
        file
    }

    /// The same with a part that says where it was taken and how it has to be turned.
    fn with_exif(file: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        exif.extend([0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0]);
        exif.extend([0, 0, 0, 0]);
        exif.extend(b"GPS 31.2304 N 121.4737 E");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&file[..2], &[0xFF, 0xE1], &length, &exif, &file[2..]].concat()
    }

    fn read(bytes: &[u8]) -> RgbImage {
        image::load_from_memory(bytes).unwrap().to_rgb8()
    }

    #[test]
    fn what_a_telephone_adds_is_gone_and_the_picture_stands_upright() {
        let taken = with_exif(&jpeg(60, 40), 6);
        assert!(taken.windows(3).any(|part| part == b"GPS"));
        let kept = redraw(Kind::Jpeg, &taken).unwrap();
        for file in [&kept.bytes, &kept.preview] {
            assert!(!file.windows(3).any(|part| part == b"GPS") && !file.windows(4).any(|part| part == b"Exif"));
        }
        let drawn = read(&kept.bytes);
        assert_eq!(drawn.dimensions(), (40, 60), "turned by a quarter");
        assert!(drawn.get_pixel(20, 5).0[0] > 150 && drawn.get_pixel(20, 55).0[2] > 150, "what was left is above");
        assert_eq!(kept.kind, Kind::Jpeg);
    }

    #[test]
    fn a_drawing_keeps_its_ground_and_its_preview_has_paper() {
        let clear = RgbaImage::from_pixel(900, 30, Rgba([0, 0, 0, 0]));
        let mut file = Cursor::new(Vec::new());
        DynamicImage::from(clear).write_to(&mut file, ImageFormat::Png).unwrap();
        let kept = redraw(Kind::Png, file.get_ref()).unwrap();
        assert_eq!(kept.kind, Kind::Png);
        assert_eq!(image::load_from_memory(&kept.bytes).unwrap().to_rgba8().get_pixel(3, 3).0[3], 0);
        let preview = read(&kept.preview);
        assert_eq!(preview.width(), PREVIEW_SIDE);
        assert!(preview.get_pixel(3, 3).0.iter().all(|part| *part > 250));
    }

    #[test]
    fn what_lies_about_its_size_or_is_cut_is_refused() {
        let mut huge = Cursor::new(Vec::new());
        DynamicImage::new_luma8(8, 8).write_to(&mut huge, ImageFormat::Png).unwrap();
        let mut huge = huge.into_inner();
        // The sides stand behind the signature and the first head; their checksum has to fit.
        huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        let sum = crc(&huge[12..29]).to_be_bytes();
        huge[29..33].copy_from_slice(&sum);
        assert_eq!(redraw(Kind::Png, &huge).map(drop), Err(Unfit::TooManyPixels));
        let whole = jpeg(400, 300);
        assert_eq!(redraw(Kind::Jpeg, &whole[..whole.len() / 8]).map(drop), Err(Unfit::Damaged));
        assert_eq!(redraw(Kind::Png, b"\x89PNG\r\n\x1a\n").map(drop), Err(Unfit::Damaged));
        assert_eq!(redraw(Kind::Jpeg, b"\xFF\xD8\xFF<script>alert(1)</script>").map(drop), Err(Unfit::Damaged));
        assert_eq!(redraw(Kind::Pdf, b"%PDF-").map(drop), Err(Unfit::NoPicture));
    }

    #[test]
    fn paper_shows_it_on_white_and_no_larger_than_it_needs() {
        let clear = RgbaImage::from_pixel(3000, 30, Rgba([0, 0, 0, 0]));
        let mut file = Cursor::new(Vec::new());
        DynamicImage::from(clear).write_to(&mut file, ImageFormat::Png).unwrap();
        let shown = read(&for_paper(Kind::Png, file.get_ref()).unwrap());
        assert_eq!(shown.width(), PAPER_SIDE);
        assert!(shown.get_pixel(3, 3).0.iter().all(|part| *part > 250));
        assert_eq!(read(&for_paper(Kind::Jpeg, &jpeg(60, 40)).unwrap()).dimensions(), (60, 40), "never made larger");
    }

    #[test]
    fn a_large_one_becomes_as_large_as_print_needs() {
        let kept = redraw(Kind::Jpeg, &jpeg(5000, 100)).unwrap();
        assert_eq!(read(&kept.bytes).width(), LONGEST_SIDE);
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(!0, step)
    }
}
