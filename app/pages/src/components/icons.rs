//! One family of line icons, drawn on a grid of 24 and rendered inline on the server.
//!
//! An icon always stands beside a word, except the five that everyone knows: search,
//! close, more, back and menu. So every one is hidden from assistive technology.

use leptos::prelude::*;

/// An icon of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "an icon's name says what it shows")]
pub enum Icon {
    Today,
    Calendar,
    Person,
    People,
    Inbox,
    Folder,
    Alert,
    Heart,
    Message,
    Star,
    Staff,
    Wallet,
    Box,
    Shield,
    Clipboard,
    Chart,
    File,
    Share,
    Book,
    Archive,
    Rules,
    Building,
    Key,
    Settings,
    Grid,
    Megaphone,
    Home,
    Search,
    Plus,
    Close,
    More,
    Menu,
    Back,
    Go,
    Down,
    Right,
    Left,
    SortUp,
    SortDown,
    Check,
    Clock,
    Late,
    Info,
    Good,
    Ban,
    Undo,
    Printer,
    Download,
    Upload,
    Phone,
    Place,
    Lock,
    Eye,
    Pen,
    SignOut,
    Moon,
    Sun,
    Globe,
    LargePrint,
    Camera,
    Clip,
    Flag,
    Sample,
    Pause,
    Filter,
    External,
    Swap,
    Bell,
    Fold,
}

impl Icon {
    /// Every icon, for the gallery.
    pub const ALL: [Self; 69] = {
        use Icon::*;
        [
            Today, Calendar, Person, People, Inbox, Folder, Alert, Heart, Message, Star, Staff, Wallet, Box, Shield,
            Clipboard, Chart, File, Share, Book, Archive, Rules, Building, Key, Settings, Grid, Megaphone, Home,
            Search, Plus, Close, More, Menu, Back, Go, Down, Right, Left, SortUp, SortDown, Check, Clock, Late, Info,
            Good, Ban, Undo, Printer, Download, Upload, Phone, Place, Lock, Eye, Pen, SignOut, Moon, Sun, Globe,
            LargePrint, Camera, Clip, Flag, Sample, Pause, Filter, External, Swap, Bell, Fold,
        ]
    };

    const fn path(self) -> &'static str {
        match self {
            Self::Today => {
                "M6 5h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM4 10h16M8.5 3v4M15.5 3v4M9 14.8l2.2 2.2 3.8-4"
            }
            Self::Calendar => {
                "M6 5h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM4 10h16M8.5 3v4M15.5 3v4"
            }
            Self::Person => "M8.2 8a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0-7.6 0M5 20.5v-1a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v1",
            Self::People => {
                "M5.5 8.2a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M2.5 20v-1a5 5 0 0 1 5-5h3a5 5 0 0 1 5 5v1M16 4.9a3.5 3.5 0 0 1 0 6.6M18.3 14.4a5 5 0 0 1 3.2 4.6v1"
            }
            Self::Inbox => {
                "M3 13.5h5l1.5 3h5l1.5-3h5M5.4 5.4 3 13.5V18a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-4.5l-2.4-8.1A2 2 0 0 0 16.7 4H7.3a2 2 0 0 0-1.9 1.4z"
            }
            Self::Folder => "M3 7a2 2 0 0 1 2-2h4.2l2.3 3H19a2 2 0 0 1 2 2v7.5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
            Self::Alert => {
                "M10.3 4.4 2.7 17.5a2 2 0 0 0 1.7 3h15.2a2 2 0 0 0 1.7-3L13.7 4.4a2 2 0 0 0-3.4 0zM12 9.5v4M12 17v.01"
            }
            Self::Heart => {
                "M12 20.2S3.8 15.6 3.8 9.7A4.5 4.5 0 0 1 8.3 5.2c1.6 0 3 .9 3.7 2.2.7-1.3 2.1-2.2 3.7-2.2a4.5 4.5 0 0 1 4.5 4.5c0 5.9-8.2 10.5-8.2 10.5z"
            }
            Self::Message => "M4 6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6.5L7 20.5V17H6a2 2 0 0 1-2-2z",
            Self::Star => "M12 3.6l2.6 5.3 5.9.9-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.9z",
            Self::Staff => {
                "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM6.8 10.5a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0M5.8 15.8a3 3 0 0 1 5.8 0M14.5 10h3.5M14.5 14h3.5"
            }
            Self::Wallet => {
                "M4 7h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2h10V7M16 13.2v.01"
            }
            Self::Box => "M12 3.2l8 4.4v8.8l-8 4.4-8-4.4V7.6zM4 7.6l8 4.4 8-4.4M12 12v8.8",
            Self::Shield => "M12 3l7 2.6V11c0 4.6-2.9 8-7 10-4.1-2-7-5.4-7-10V5.6zM9 11.8l2.2 2.2 3.9-4.2",
            Self::Clipboard => {
                "M9 3.5h6v3.5H9zM9 5.2H7a2 2 0 0 0-2 2V19a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V7.2a2 2 0 0 0-2-2h-2M9 14l2.2 2.2 3.8-4"
            }
            Self::Chart => "M4 20h16M7 16.5v-5M12 16.5V5.5M17 16.5v-8",
            Self::File => "M7 3h7l5 5v11a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM14 3v5h5M9 13h6M9 17h4",
            Self::Share => {
                "M15 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M4 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M15 18a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8.8 10.8l6.4-3.6M8.8 13.2l6.4 3.6"
            }
            Self::Book => "M12 6.5c-2-1.5-4.5-2-8-2v14c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-14c-3.5 0-6 .5-8 2zM12 6.5v14",
            Self::Archive => "M3.5 4.5h17v4h-17zM5 8.5v9a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-9M10 12.5h4",
            Self::Rules => {
                "M12 4v16M8 20h8M5 7h14M5 7l-2.6 6.2a2.8 2.8 0 0 0 5.2 0zM19 7l-2.6 6.2a2.8 2.8 0 0 0 5.2 0z"
            }
            Self::Building => {
                "M5 20V5a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v15M15 9h3a1 1 0 0 1 1 1v10M3 20h18M8.5 8h3M8.5 12h3M8.5 16h3"
            }
            Self::Key => "M3.5 15.5a4 4 0 1 0 8 0a4 4 0 1 0-8 0M10.4 12.7 19 4M15 8l3 3",
            Self::Settings => {
                "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0a2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
            }
            Self::Grid => "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z",
            Self::Megaphone => "M4 10v4h3l9 4.5v-13L7 10zM19.3 9.5a4 4 0 0 1 0 5M8 14.5V19h3v-3",
            Self::Home => "M4 11.5l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
            Self::Search => "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.3 15.3 20 20",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::More => {
                "M4.5 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M11.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M17.9 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0"
            }
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Go => "M5 12h14M13 6l6 6-6 6",
            Self::Down => "M6 9.5l6 6 6-6",
            Self::Right => "M9.5 6l6 6-6 6",
            Self::Left => "M14.5 6l-6 6 6 6",
            Self::SortUp => "M12 19V5M6 11l6-6 6 6",
            Self::SortDown => "M12 5v14M6 13l6 6 6-6",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clock => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7v5l3.2 2",
            Self::Late => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7.5V13M12 16.3v.01",
            Self::Info => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5.5M12 7.8v.01",
            Self::Good => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M8.3 12.2l2.5 2.5 4.9-5.2",
            Self::Ban => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M6 6l12 12",
            Self::Undo => "M8 5 4 9l4 4M4 9h10.5a5.5 5.5 0 0 1 0 11H9",
            Self::Printer => {
                "M7 9V4h10v5M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v6.5H7z"
            }
            Self::Download => "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
            Self::Upload => "M12 16V5M7 9.5l5-5 5 5M4.5 20h15",
            Self::Phone => {
                "M6.3 4H9.5l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3.2a2 2 0 0 1-2.2 2A16 16 0 0 1 4.3 6.2a2 2 0 0 1 2-2.2z"
            }
            Self::Place => {
                "M12 21s7-6 7-11.2a7 7 0 0 0-14 0C5 15 12 21 12 21zM9.5 10a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
            }
            Self::Lock => {
                "M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3"
            }
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
            }
            Self::Pen => "M4 20l1-4.5L16.3 4.2a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19zM14 6.5l3.5 3.5",
            Self::SignOut => "M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h11M17 8l4 4-4 4",
            Self::Moon => "M20 14.3A8.5 8.5 0 0 1 9.7 4a8.5 8.5 0 1 0 10.3 10.3z",
            Self::Sun => {
                "M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Self::Globe => {
                "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M3.5 12h17M12 3.5c2.6 2.6 3.5 5.5 3.5 8.5s-.9 5.9-3.5 8.5c-2.6-2.6-3.5-5.5-3.5-8.5s.9-5.9 3.5-8.5z"
            }
            Self::LargePrint => "M2.5 19.5l6-15.5 6 15.5M4.6 14h7.8M15.5 19.5l3-7.5 3 7.5M16.5 17h4",
            Self::Camera => {
                "M4 8h3.5L9 5.5h6L16.5 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM8.7 13.3a3.3 3.3 0 1 0 6.6 0a3.3 3.3 0 1 0-6.6 0"
            }
            Self::Clip => {
                "M20 11.5l-8 8a5 5 0 0 1-7.1-7l8.4-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.3 8.3a1.7 1.7 0 0 1-2.4-2.4l7.3-7.4"
            }
            Self::Flag => "M6 21V4M6 4.5h12l-2.3 4 2.3 4H6",
            Self::Sample => {
                "M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8.5 8.5v.01M15.5 8.5v.01M12 12v.01M8.5 15.5v.01M15.5 15.5v.01"
            }
            Self::Pause => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M10 9v6M14 9v6",
            Self::Filter => "M4 7h16M7 12h10M10 17h4",
            Self::External => "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
            Self::Swap => "M7 4 3.5 7.5 7 11M3.5 7.5H18M17 13l3.5 3.5L17 20M20.5 16.5H6",
            Self::Bell => "M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10zM10 20a2.2 2.2 0 0 0 4 0",
            Self::Fold => {
                "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM9.5 4v16M16 9.5 13.5 12l2.5 2.5"
            }
        }
    }
}

/// An icon of 16 pixels, as tall as the words of staff (20 on a resident's page).
#[must_use]
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=icon.path()/></svg> }.into_any()
}

/// An icon of 20 pixels, for bars and empty places.
#[must_use]
pub fn icon_20(icon: Icon) -> AnyView {
    view! { <svg class="icon icon--20" viewBox="0 0 24 24" aria-hidden="true"><path d=icon.path()/></svg> }.into_any()
}

/// The mark of Banyan: one crown, and roots that make a hall.
#[must_use]
pub fn logo() -> AnyView {
    mark("logo")
}

/// The mark, large, for the gate.
#[must_use]
pub fn logo_large() -> AnyView {
    mark("logo logo--large")
}

fn mark(class: &'static str) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 32 32" aria-hidden="true" fill="currentColor">
            <path d=TREE/>
        </svg>
    }
    .into_any()
}

const TREE: &str = "M16 3.5c1.7 0 3.3.6 4.5 1.6a6 6 0 0 1 5.6 3.9A5.3 5.3 0 0 1 25.5 19.3v9.2h-2.2v-6a2.4 2.4 0 0 0-4.8 0c0 2.6.5 4.3 1.9 6h-8.8c1.4-1.7 1.9-3.4 1.9-6a2.4 2.4 0 0 0-4.8 0v6H6.5v-9.2A5.3 5.3 0 0 1 5.9 9a6 6 0 0 1 5.6-3.9A7 7 0 0 1 16 3.5z";
