//! A service agreement as it is filled in wherever a test only needs one.

/// Its answers: the six contents, and that they were explained.
pub const AGREEMENT: [(&str, &str); 7] = [
    ("rights_and_duties", "双方权利义务。"),
    ("contacts", "本站电话 020-81234567。"),
    ("sessions", "6"),
    ("mode", "个案服务，每月两次。"),
    ("results", "按时复诊。"),
    ("risks", "途中意外。"),
    ("explained", "yes"),
];
