//! What hangs on a paper or an application: photographs, scans, documents. Which kinds are taken, how large they may be, and
//! what is wrong with one that is not taken.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::text::without_invisible;

/// The most bytes that one may have.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The most pixels of a picture: what the largest telephones take, and less than exhausts a server.
pub const MOST_PIXELS: u64 = 64_000_000;
/// The longest side in pixels that a kept picture has.
pub const LONGEST_SIDE: u32 = 4096;
/// The longest side in pixels of the small picture that lists show.
pub const PREVIEW_SIDE: u32 = 400;
/// The most files that come with one form.
pub const MOST_FILES: usize = 30;
/// The most files that wait for one member to hand them in.
pub const MOST_WAITING: u64 = 100;
/// The most files that come with one form of a resident, who has no account.
pub const MOST_OF_A_RESIDENT: usize = 10;
/// What one form of a resident may bring in all, with what was chosen and taken away again.
pub const OF_A_FORM: Room = Room { files: 2 * MOST_OF_A_RESIDENT, bytes: 40 * 1024 * 1024 };
/// What residents send to one organisation within a day: a door that is open to everybody fills no storage.
pub const OF_A_DAY: Room = Room { files: 500, bytes: 2 * 1024 * 1024 * 1024 };
/// The most characters of a name.
const NAME: usize = 120;

/// For how much there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// So many files.
    pub files: usize,
    /// So many bytes of all of them.
    pub bytes: usize,
}

choice! {
    /// Kinds of attachments, by their content.
    pub enum AttachmentKind {
        Jpeg  = "jpeg",  "照片",           "Photograph";
        Png   = "png",   "图片",           "Picture";
        Webp  = "webp",  "图片（WebP）",   "Picture (WebP)";
        Pdf   = "pdf",   "PDF 文件",       "PDF";
        Docx  = "docx",  "Word 文档",      "Word document";
        Xlsx  = "xlsx",  "Excel 表格",     "Excel workbook";
        Pptx  = "pptx",  "PPT 演示文稿",   "Slides";
        Doc   = "doc",   "Word 旧版文档",  "Old Word document";
        Xls   = "xls",   "Excel 旧版表格", "Old Excel workbook";
    }
}

impl AttachmentKind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Doc => "application/msword",
            Self::Xls => "application/vnd.ms-excel",
        }
    }

    /// What its name ends with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            _ => self.code(),
        }
    }

    /// Whether it is a picture, which is shown.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The kind that an ending speaks of.
    #[must_use]
    pub fn of_extension(ending: &str) -> Option<Self> {
        let ending = ending.to_ascii_lowercase();
        match ending.as_str() {
            "jpg" | "jpeg" | "jfif" => Some(Self::Jpeg),
            _ => Self::parse(&ending).ok(),
        }
    }
}

/// Why an attachment is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// It has no content.
    Empty,
    /// It is larger than [`MOST_BYTES`].
    TooLarge,
    /// It is of none of the kinds that are taken.
    UnknownKind,
    /// A picture as iPhones keep it, which few programs open.
    Heic,
    /// It is of another kind than its name says.
    NotItsName {
        /// What it is.
        is: AttachmentKind,
    },
    /// It is no picture where one is asked for.
    NoPicture,
    /// It cannot be read: it is cut short or damaged.
    Damaged,
    /// A picture of more than [`MOST_PIXELS`].
    TooManyPixels,
    /// An office document that brings programs along.
    Macros,
    /// A container that would swell beyond all measure when it is opened.
    Swells,
    /// It is not there any more, or never was: it waited too long, or hangs on something else.
    Gone,
    /// More wait to be handed in than [`MOST_WAITING`].
    TooManyWait,
    /// More than belong there.
    TooMany {
        /// How many belong there at most.
        most: usize,
    },
    /// Together with the others of its form they have too many bytes.
    TooMuch {
        /// How many they may have.
        most: usize,
    },
    /// Residents have sent so much, or so often from one network, that nothing more is taken for a while.
    NoRoom,
}

impl Unfit {
    /// A sentence that says what to do.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let fixed = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
        match self {
            Self::Empty => fixed("这个文件是空的，请重新选择。", "This file is empty: please choose it again."),
            Self::TooLarge => {
                let most = MOST_BYTES / (1024 * 1024);
                lang.pick(
                    format!("这个文件超过 {most} MB，请压缩后再传；照片可以在手机上选“中等大小”发送。"),
                    format!("This file has more than {most} MB: please make it smaller."),
                )
            }
            Self::UnknownKind => fixed(
                "只收照片（JPG、PNG、WebP）、PDF 和 Word、Excel、PPT 文件；其他文件请先转成其中一种。",
                "Only photographs (JPG, PNG, WebP), PDF, Word, Excel and PowerPoint are taken: please convert it.",
            ),
            Self::Heic => fixed(
                "这是苹果手机的 HEIC 照片，别的设备打不开。请在手机“设置—相机—格式”里选“兼容性最佳”重拍，或先转成 JPG。",
                "This is an iPhone's HEIC picture, which other devices cannot open. Please choose “Most Compatible” under \
                 Settings, Camera, Formats, or convert it to JPG.",
            ),
            Self::NotItsName { is } => lang.pick(
                format!(
                    "文件名与内容不符：内容是{}。请用正确的后缀“.{}”保存后再传。",
                    is.say(Lang::Zh),
                    is.extension()
                ),
                format!(
                    "This is not what its name says: it is of the kind “{}”. Please save it with the ending “.{}”.",
                    is.say(Lang::En),
                    is.extension()
                ),
            ),
            Self::NoPicture => {
                fixed("这里要的是照片（JPG、PNG 或 WebP）。", "A photograph is asked for here (JPG, PNG or WebP).")
            }
            Self::Damaged => fixed(
                "这个文件打不开，可能没有传完或已损坏，请换一份再传。",
                "This file cannot be opened; it is damaged or cut short: please send another copy.",
            ),
            Self::TooManyPixels => {
                fixed("这张图片的尺寸太大，请缩小后再传。", "This picture has too many pixels: please make it smaller.")
            }
            Self::Macros => fixed(
                "这份文档带有宏程序，不能上传。请另存为不带宏的 .docx、.xlsx 或 PDF。",
                "This document has macros: please save it without, as .docx, .xlsx or PDF.",
            ),
            Self::Swells => fixed(
                "这个文件解开后大得不正常，不能上传。",
                "This file would grow beyond all measure when it is opened: it is not taken.",
            ),
            Self::Gone => fixed(
                "这个附件已经不在了（放置太久，或已用在别处），请重新选择文件。",
                "This attachment is not there any more: please choose the file again.",
            ),
            Self::TooManyWait => fixed(
                "您上传后没有提交的附件太多了。请先提交手上的文书，或明天再传。",
                "Too many files of yours wait to be handed in: please hand in what you have begun, or wait a day.",
            ),
            Self::TooMany { most } => lang.pick(
                format!("最多 {most} 个附件，请删去多余的。"),
                format!("At most {most} attachments: please take some away."),
            ),
            Self::TooMuch { most } => {
                let most = most / (1024 * 1024);
                lang.pick(
                    format!("一次提交的文件合计不能超过 {most} MB，请减少几个，或把照片压缩后再传。"),
                    format!(
                        "All files of one form together have at most {most} MB: please send fewer, or smaller ones."
                    ),
                )
            }
            Self::NoRoom => fixed(
                "现在收到的文件太多，暂时收不下。请先不附文件提交，材料以后再补，或带到站里来。",
                "Too many files are coming in just now. Please send the form without: what is missing can follow, or be \
                 brought to us.",
            ),
        }
    }
}

/// The name under which an attachment is kept: that of its file, without folders and whatever no file system takes, and with the
/// ending of its kind. Where nothing is left, its kind is its name.
///
/// ```
/// use domain::attachments::{AttachmentKind, name_of};
/// assert_eq!(name_of("C:\\照片\\低保证 正面.JPEG", AttachmentKind::Jpeg), "低保证 正面.jpg");
/// assert_eq!(name_of("../../etc/passwd", AttachmentKind::Pdf), "passwd.pdf");
/// assert_eq!(name_of("\u{202e}\u{0}.png", AttachmentKind::Png), "图片.png");
/// ```
#[must_use]
pub fn name_of(raw: &str, kind: AttachmentKind) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match last.rsplit_once('.') {
        Some((stem, ending)) if AttachmentKind::of_extension(ending).is_some() => stem,
        _ => last,
    };
    let stem: String = without_invisible(stem).chars().filter(|c| !"<>:\"|?*".contains(*c)).take(NAME).collect();
    let stem = stem.trim().trim_matches('.').trim();
    let stem = if stem.is_empty() { kind.say(Lang::Zh) } else { stem };
    format!("{stem}.{}", kind.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_every_system_takes() {
        for (raw, name) in [
            ("a.pdf", "a.pdf"),
            ("/home/li/低保证.PDF", "低保证.pdf"),
            ("报告.v2.docx.pdf", "报告.v2.docx.pdf"),
            ("报告", "报告.pdf"),
            ("a.exe", "a.exe.pdf"),
            ("..\\..\\x", "x.pdf"),
            ("...", "PDF 文件.pdf"),
            ("", "PDF 文件.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
            ("fdp\u{202e}exe.pdf", "fdpexe.pdf"),
        ] {
            assert_eq!(name_of(raw, AttachmentKind::Pdf), name, "{raw:?}");
        }
        let long = name_of(&"长".repeat(500), AttachmentKind::Jpeg);
        assert_eq!(long.chars().count(), NAME + ".jpg".len());
    }

    #[test]
    fn every_kind_is_found_by_its_own_ending() {
        for kind in AttachmentKind::ALL {
            assert_eq!(AttachmentKind::of_extension(kind.extension()), Some(kind));
            assert_eq!(AttachmentKind::of_extension(&kind.extension().to_uppercase()), Some(kind));
        }
        assert_eq!(AttachmentKind::of_extension("exe"), None);
    }
}
