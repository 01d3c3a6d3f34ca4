//! Closed lists: one of a few words, each with a code that is stored and two names that are shown.
//!
//! States, roles, grades, kinds and events are all of this shape, so they are all written the same
//! way, as a table that a non-programmer can proof-read:
//!
//! ```text
//! choice! {
//!     /// How urgent an application is.
//!     pub enum Grade {
//!         Priority = "priority", "优先级", "Priority";
//!         Routine  = "routine",  "常规级", "Routine";
//!     }
//! }
//! ```
//!
//! A code never changes once data holds it; a name may.

use crate::lang::{Lang, Text};

/// A closed list, for code that works with any of them (a select box, a filter, a workflow).
pub trait Choice: Copy + Eq + std::fmt::Debug + 'static {
    /// Every choice, in the order people read them.
    fn all() -> &'static [Self];
    /// The word that is stored and sent.
    fn code(self) -> &'static str;
    /// The name in both languages.
    fn name(self) -> Text;
    /// The name in one language.
    fn say(self, lang: Lang) -> &'static str;
}

/// Writes a closed list from a table of `Variant = "code", "中文", "English";` lines.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident {
            $($Variant:ident = $code:literal, $zh:literal, $en:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name {
            $(#[doc = concat!($zh, " · ", $en)] $Variant,)+
        }

        impl $Name {
            /// Every choice, in the order people read them.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$Variant),+];

            /// The word that is stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$Variant => $code,)+ }
            }

            /// The choice with this code.
            ///
            /// # Errors
            /// [`Invalid`](crate::refusal::Invalid) when no choice has this code.
            pub fn parse(code: &str) -> Result<Self, $crate::refusal::Invalid> {
                match code {
                    $($code => Ok(Self::$Variant),)+
                    _ => Err($crate::refusal::Invalid),
                }
            }

            /// The name in both languages.
            #[must_use]
            pub const fn name(self) -> $crate::lang::Text {
                match self { $(Self::$Variant => $crate::lang::text($zh, $en),)+ }
            }

            /// The name in one language.
            #[must_use]
            pub const fn say(self, lang: $crate::lang::Lang) -> &'static str {
                match (self, lang) {
                    $(
                        (Self::$Variant, $crate::lang::Lang::Zh) => $zh,
                        (Self::$Variant, $crate::lang::Lang::En) => $en,
                    )+
                }
            }
        }

        impl $crate::choice::Choice for $Name {
            fn all() -> &'static [Self] { &Self::ALL }
            fn code(self) -> &'static str { self.code() }
            fn name(self) -> $crate::lang::Text { self.name() }
            fn say(self, lang: $crate::lang::Lang) -> &'static str { self.say(lang) }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::refusal::Invalid;
            fn from_str(code: &str) -> Result<Self, Self::Err> { Self::parse(code) }
        }

        $crate::choice::as_string!($Name);
    };
}

/// Lets a type travel as the string it displays as, and come back through its `FromStr`.
macro_rules! as_string {
    ($Name:ty) => {
        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let raw = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                let wrong = || serde::de::Error::custom(format!("`{raw}` is no {}", stringify!($Name)));
                raw.parse().map_err(|_| wrong())
            }
        }
    };
}

pub(crate) use as_string;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        access, agreements, applications, cases, clients, evaluations, events, figures, forms, identity, members,
        numbers, packs, papers, rules, time, units, workflow,
    };

    /// Codes are what the database keeps: they must be distinct, plain, and come back as themselves.
    fn sound<C>()
    where
        C: Choice + std::str::FromStr + std::fmt::Display,
        C::Err: std::fmt::Debug,
    {
        let codes: BTreeSet<_> = C::all().iter().map(|choice| choice.code()).collect();
        assert_eq!(codes.len(), C::all().len(), "a code is used twice");
        for choice in C::all() {
            assert_eq!(choice.to_string().parse::<C>().unwrap(), *choice);
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            assert!(choice.code().chars().all(plain), "{choice:?}");
            assert!(!choice.say(Lang::Zh).is_ascii(), "{choice:?} has no Chinese name");
            assert!(!choice.say(Lang::En).is_empty(), "{choice:?} has no English name");
        }
        assert!("no such code".parse::<C>().is_err());
    }

    #[test]
    fn every_list_is_sound() {
        sound::<access::Role>();
        sound::<access::Object>();
        sound::<access::Action>();
        sound::<access::Reach>();
        sound::<agreements::Signer>();
        sound::<agreements::SignatureKind>();
        sound::<applications::ApplicationState>();
        sound::<applications::Channel>();
        sound::<applications::CriterionGround>();
        sound::<applications::Grade>();
        sound::<applications::ReferralDecision>();
        sound::<applications::ScreeningMethod>();
        sound::<applications::TellMode>();
        sound::<cases::CaseState>();
        sound::<cases::Origin>();
        sound::<clients::PersonKind>();
        sound::<clients::Relation>();
        sound::<evaluations::Gap>();
        sound::<events::EventKind>();
        sound::<figures::Figure>();
        sound::<forms::AtFirst>();
        sound::<forms::Auto>();
        sound::<forms::FieldKind>();
        sound::<forms::FormKey>();
        sound::<forms::Privacy>();
        sound::<forms::Tone>();
        sound::<identity::Capacity>();
        sound::<identity::DocumentKind>();
        sound::<identity::Sex>();
        sound::<members::Held>();
        sound::<numbers::Series>();
        sound::<packs::Pack>();
        sound::<papers::Deed>();
        sound::<papers::Life>();
        sound::<papers::PaperState>();
        sound::<papers::Right>();
        sound::<rules::RuleArea>();
        sound::<rules::Consequence>();
        sound::<rules::Custom>();
        sound::<rules::Family>();
        sound::<rules::Known>();
        sound::<rules::Part>();
        sound::<rules::Standing>();
        sound::<rules::Status>();
        sound::<rules::Strength>();
        sound::<rules::Stricter>();
        sound::<time::Unit>();
        sound::<units::UnitKind>();
        sound::<workflow::Stage>();
    }
}
