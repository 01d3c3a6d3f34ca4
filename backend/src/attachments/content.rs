//! What a file really is, by its content.

use domain::attachments::{AttachmentKind as Kind, MOST_BYTES, Unfit};
use std::io::Cursor;
use zip::ZipArchive;

/// How many times larger than its file an office document may be when it is opened, and how much is not yet much.
const SWELLS: u64 = 200;
const SMALL: u64 = 64 * 1024 * 1024;
/// The most parts that an office document has.
const PARTS: usize = 10_000;
/// An old office document begins so, a workbook as well as a text.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Among the names in an old document's directory, which are of two bytes a letter: that of its programs.
const MACROS: &[u8] = b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0";
/// The pictures of iPhones, and of those who follow them.
const HEIC: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"];

/// What a file is. Its name has to agree, but for pictures: telephones often give them another's ending, and they are drawn
/// anew in any case.
///
/// # Errors
/// Why it is not taken.
pub fn recognise(name: &str, bytes: &[u8]) -> Result<Kind, Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Unfit::TooLarge);
    }
    let named = name.rsplit_once('.').map(|(_, ending)| ending);
    let said = named.and_then(Kind::of_extension);
    let is = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::Webp,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if HEIC.iter().any(|heic| brand.starts_with(heic)) => {
            return Err(Unfit::Heic);
        }
        [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
        [b'P', b'K', 3, 4, ..] => office(bytes)?,
        // Which of the two it is, only its name says.
        _ if bytes.starts_with(&COMPOUND) => {
            if bytes.windows(MACROS.len()).any(|part| part == MACROS) {
                return Err(Unfit::Macros);
            }
            return said.filter(|said| [Kind::Doc, Kind::Xls].contains(said)).ok_or(Unfit::UnknownKind);
        }
        _ => return Err(Unfit::UnknownKind),
    };
    let agrees = match (named, said) {
        (None, _) => true,
        (Some(_), Some(said)) => said == is || said.is_picture() && is.is_picture(),
        // An ending of no kind of ours is a part of the name: `报告.终稿`. One that starts a program is not.
        (Some(ending), None) => !ending.is_ascii(),
    };
    if agrees { Ok(is) } else { Err(Unfit::NotItsName { is }) }
}

/// Which office document a container is. Nothing of it is unpacked: what it holds stands in its directory.
fn office(bytes: &[u8]) -> Result<Kind, Unfit> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::Damaged)?;
    if archive.len() > PARTS {
        return Err(Unfit::Swells);
    }
    let swollen = archive.decompressed_size().unwrap_or(u128::MAX);
    let most = (bytes.len() as u64).saturating_mul(SWELLS).max(SMALL);
    if swollen > u128::from(most) {
        return Err(Unfit::Swells);
    }
    let has = |part: &str| archive.index_for_name(part).is_some();
    let is_program = |part: &str| part.ends_with("vbaproject.bin") || part.contains("macrosheets/");
    if archive.file_names().any(|part| part.is_ok_and(|part| is_program(&part.to_ascii_lowercase()))) {
        return Err(Unfit::Macros);
    }
    let parts =
        [("word/document.xml", Kind::Docx), ("xl/workbook.xml", Kind::Xlsx), ("ppt/presentation.xml", Kind::Pptx)];
    let found = parts.into_iter().find(|(part, _)| has(part)).filter(|_| has("[Content_Types].xml"));
    found.map(|(_, kind)| kind).ok_or(Unfit::UnknownKind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn document(part: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
        container(&[&[("[Content_Types].xml", b"<Types/>".as_slice()), (part, b"<xml/>")], more].concat())
    }

    #[test]
    fn a_file_is_what_it_holds() {
        let old = [&COMPOUND[..], &[0; 600]].concat();
        for (name, bytes, kind) in [
            ("证件.jpg", b"\xFF\xD8\xFF\xE0rest".to_vec(), Kind::Jpeg),
            ("证件", b"\xFF\xD8\xFF\xE0rest".to_vec(), Kind::Jpeg),
            ("微信图片.jpg", b"\x89PNG\r\n\x1a\nrest".to_vec(), Kind::Png),
            ("a.png", b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), Kind::Webp),
            ("低保证.pdf", b"%PDF-1.7 rest".to_vec(), Kind::Pdf),
            ("报告.终稿", b"%PDF-1.7 rest".to_vec(), Kind::Pdf),
            ("a.DOCX", document("word/document.xml", &[]), Kind::Docx),
            ("a.xlsx", document("xl/workbook.xml", &[]), Kind::Xlsx),
            ("a.pptx", document("ppt/presentation.xml", &[]), Kind::Pptx),
            ("a.doc", old.clone(), Kind::Doc),
            ("a.xls", old, Kind::Xls),
        ] {
            assert_eq!(recognise(name, &bytes), Ok(kind), "{name}");
        }
    }

    #[test]
    fn what_is_not_taken_is_told_why() {
        let zeros = vec![0_u8; 80 * 1024 * 1024];
        let bomb = document("word/document.xml", &[("word/media/a.bin", &zeros)]);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        let cut = &document("word/document.xml", &[])[..60];
        for (name, bytes, why) in [
            ("a.jpg", Vec::new(), Unfit::Empty),
            ("a.pdf", [b"%PDF-".to_vec(), vec![0; MOST_BYTES]].concat(), Unfit::TooLarge),
            ("a.exe", b"MZ\x90\0".to_vec(), Unfit::UnknownKind),
            ("a.jpg", b"MZ\x90\0".to_vec(), Unfit::UnknownKind),
            ("a.html", b"<html><script>".to_vec(), Unfit::UnknownKind),
            ("a.svg", b"<svg xmlns=".to_vec(), Unfit::UnknownKind),
            ("a.gif", b"GIF89a".to_vec(), Unfit::UnknownKind),
            ("a.txt", "身份证".as_bytes().to_vec(), Unfit::UnknownKind),
            ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Unfit::Heic),
            ("IMG_0001.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0".to_vec(), Unfit::Heic),
            ("a.pdf", b"\xFF\xD8\xFF\xE0rest".to_vec(), Unfit::NotItsName { is: Kind::Jpeg }),
            ("a.jpg", b"%PDF-1.7".to_vec(), Unfit::NotItsName { is: Kind::Pdf }),
            ("a.exe", b"%PDF-1.7".to_vec(), Unfit::NotItsName { is: Kind::Pdf }),
            ("a.docx", document("xl/workbook.xml", &[]), Unfit::NotItsName { is: Kind::Xlsx }),
            ("a.docx", cut.to_vec(), Unfit::Damaged),
            ("a.docx", b"PK\x03\x04".to_vec(), Unfit::Damaged),
            ("a.zip", container(&[("a.txt", b"text")]), Unfit::UnknownKind),
            ("a.jar", container(&[("META-INF/MANIFEST.MF", b"")]), Unfit::UnknownKind),
            ("a.docm", document("word/document.xml", &[("word/vbaProject.bin", b"code")]), Unfit::Macros),
            ("a.docx", bomb, Unfit::Swells),
            ("a.xlsx", document("xl/workbook.xml", &[("xl/macrosheets/sheet1.xml", b"")]), Unfit::Macros),
            ("a.doc", [&COMPOUND[..], &[0; 600], MACROS].concat(), Unfit::Macros),
            ("a", [&COMPOUND[..], &[0; 600]].concat(), Unfit::UnknownKind),
            ("a.msi", [&COMPOUND[..], &[0; 600]].concat(), Unfit::UnknownKind),
        ] {
            assert_eq!(recognise(name, &bytes), Err(why), "{name}");
        }
    }
}
