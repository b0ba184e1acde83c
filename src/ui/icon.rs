//! The few line drawings of the interface; the words beside them carry the meaning.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Icon {
    Alert,
    Check,
    Chevron,
    Close,
    Enlarge,
    Menu,
    Minus,
    Person,
    Plus,
    Basket,
    Return,
    Search,
    Truck,
}

impl Icon {
    /// Strokes on a field of 24 by 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 8v5m0 3.2v.1M12 3 2.5 20h19z",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Chevron => "m9 5 7 7-7 7",
            Self::Close => "m5 5 14 14M19 5 5 19",
            Self::Enlarge => "M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7",
            Self::Menu => "M3 7h18M3 12h18M3 17h12",
            Self::Minus => "M5 12h14",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Basket => "M4 9h16l-1.6 11H5.6zM8.5 9a3.5 4.5 0 0 1 7 0",
            Self::Return => "M9 6 4 11l5 5M4 11h10a6 6 0 0 1 6 6v1",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zm4.7-1.8L20 20",
            Self::Truck => {
                "M2 6h12v11H2zM14 10h4l4 4v3h-8M8 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0zm12 0a2 2 0 1 1-4 0 2 2 0 0 1 4 0z"
            }
        }
    }
}

#[component]
pub fn Drawn(
    icon: Icon,
    /// Its size, and where it stands in a line.
    #[prop(default = "size-5")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
