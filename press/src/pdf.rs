//! Sheets become a PDF.

use crate::fonts::Faces;
use crate::sheets::{Mark, Sheet};
use crate::{Book, Unprinted};
use domain::lang::Lang;
use krilla::Document;
use krilla::color::luma;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

/// How thick the lines of tables are.
const HAIR: f32 = 0.6;
/// How much darker than white a label stands.
const TINT: u8 = 242;
/// How much bolder bold is, in parts of the size: Song has no bold, and is drawn thicker, as every office program does.
const BOLD: f32 = 0.03;

/// Writes it.
pub(crate) fn write(book: &Book, sheets: &[Sheet], faces: &Faces) -> Result<Vec<u8>, Unprinted> {
    let mut document = Document::new();
    let mut outline = Outline::new();
    for (place, sheet) in sheets.iter().enumerate() {
        let (width, height) = sheet.extent();
        let settings = PageSettings::from_wh(width, height).unwrap_or_default();
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        sheet.marks.iter().for_each(|mark| draw(&mut surface, faces, mark));
        surface.finish();
        page.finish();
        if let Some(name) = &sheet.begins {
            let there = XyzDestination::new(place, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(name.clone(), there));
        }
    }
    document.set_outline(outline);
    let language = match book.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let metadata = Metadata::new()
        .title(book.title.clone())
        .authors(vec![book.organisation.clone()])
        .creator("Banyan".to_owned())
        .language(language.to_owned());
    document.set_metadata(metadata);
    document.finish().map_err(|error| Unprinted::Unwritten(error.to_string()))
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    let black = || Fill { paint: luma::Color::new(0).into(), ..Fill::default() };
    match mark {
        Mark::Words { x, y, size, bold, line } => {
            surface.set_fill(Some(black()));
            surface.set_stroke(bold.then(|| stroke(size * BOLD)));
            let mut x = *x;
            for run in &line.runs {
                if let Some(font) = faces.font(run.face) {
                    surface.draw_glyphs(Point::from_xy(x, *y), &run.glyphs, font.clone(), &run.text, *size, false);
                }
                x += run.glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size;
            }
        }
        Mark::Box { x, y, width, height, tinted } => {
            let tint = Fill { paint: luma::Color::new(TINT).into(), ..Fill::default() };
            surface.set_fill(tinted.then_some(tint));
            surface.set_stroke(Some(stroke(HAIR)));
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                let mut path = PathBuilder::new();
                path.push_rect(rect);
                path.finish().iter().for_each(|path| surface.draw_path(path));
            }
        }
        Mark::Rule { x, y, width } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(HAIR)));
            let mut path = PathBuilder::new();
            path.move_to(*x, *y);
            path.line_to(x + width, *y);
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Mark::Picture { x, y, width, height, image } => {
            if let Some(size) = Size::from_wh(*width, *height) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
        }
    }
}

fn stroke(width: f32) -> Stroke {
    Stroke { paint: luma::Color::new(0).into(), width, ..Stroke::default() }
}
