//! A photograph for the demo: nobody's house and nobody's face, drawn in a few strokes.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

const WIDTH: u32 = 960;
const HEIGHT: u32 = 720;

/// A socket in a wall above the floor, and a cable that runs across it; each number another shade.
pub(super) fn photograph(number: u8) -> Vec<u8> {
    let within = |at: u32, from: u32, to: u32| (from..to).contains(&at);
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        // Light falls in from the left.
        let light = 40 - (x * 40 / WIDTH) as i32;
        let plain = match () {
            () if within(x, 420, 540) && within(y, 250, 370) => {
                let slot = within(y, 295, 335) && (within(x, 455, 465) || within(x, 495, 505));
                if slot { [60, 60, 60] } else { [236, 236, 230] }
            }
            () if within((y + x / 6) % HEIGHT, 470, 484) => [52, 56, 62],
            () if y > 560 => [150, 132, 112],
            () if y > 545 => [214, 208, 196],
            () => [205, 212 - i32::from(number) * 4, 205],
        };
        Rgb(plain.map(|shade: i32| u8::try_from((shade + light).clamp(0, 255)).unwrap_or_default()))
    });
    let mut file = Vec::new();
    // What is written to memory is written.
    let _ = JpegEncoder::new_with_quality(&mut file, 80).encode_image(&picture);
    file
}
