//! Pages of a list: which one was asked for, how long it is, and the links between them.

use serde::{Deserialize, Serialize};

use super::error::{AppError, AppResult, ErrorKind};
use super::ids::{AnyId, DocumentId};
use super::timestamp::Timestamp;

/// A page of a list, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct PageNumber(u32);

impl PageNumber {
    pub const FIRST: Self = Self(1);

    /// Reads `?page=`. Nothing or an empty text is the first page.
    ///
    /// Errors: `page_not_found` (404) for anything but a plain number from 1 on, as for a page
    /// behind the last one: each list is then reachable under one address only.
    pub fn parse(text: Option<&str>) -> AppResult<Self> {
        match text {
            None | Some("") => Ok(Self::FIRST),
            Some(digits)
                if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0') =>
            {
                digits.parse().map(Self).map_err(|_| page_not_found(None))
            }
            Some(_) => Err(page_not_found(None)),
        }
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for PageNumber {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if number == 0 { Err("pages are counted from 1") } else { Ok(Self(number)) }
    }
}

impl From<PageNumber> for u32 {
    fn from(page: PageNumber) -> Self {
        page.0
    }
}

/// How many entries a page shows: 12, 24 or 48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub enum PageSize {
    Twelve,
    #[default]
    TwentyFour,
    FortyEight,
}

impl PageSize {
    pub const ALL: [Self; 3] = [Self::Twelve, Self::TwentyFour, Self::FortyEight];

    /// Reads `?size=`: a number becomes the nearest size on offer, anything else the usual 24.
    pub fn parse(text: Option<&str>) -> Self {
        let digits =
            text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        // A number too long for `u32` is still a large number.
        digits.map_or(Self::default(), |digits| Self::from(digits.parse().unwrap_or(u32::MAX)))
    }

    pub const fn get(self) -> u32 {
        match self {
            Self::Twelve => 12,
            Self::TwentyFour => 24,
            Self::FortyEight => 48,
        }
    }
}

/// The nearest size; midway, the usual one.
impl From<u32> for PageSize {
    fn from(number: u32) -> Self {
        match number {
            0..18 => Self::Twelve,
            18..=36 => Self::TwentyFour,
            _ => Self::FortyEight,
        }
    }
}

impl From<PageSize> for u32 {
    fn from(size: PageSize) -> Self {
        size.get()
    }
}

/// Where a page stands in its list.
///
/// Invariant: 1 ≤ `page` ≤ `pages`; an empty list has one, empty, page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    pub page: u32,
    pub pages: u32,
    /// Entries on a full page.
    pub size: u32,
    /// Entries in the whole list.
    pub total: u64,
}

/// One place in the row of page links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageLink {
    Page(u32),
    /// Two or more pages left out.
    Gap,
}

impl Paging {
    /// Errors: `page_not_found` (404) behind the last page; `Paging::last_page` is where the link
    /// back leads.
    pub fn new(page: PageNumber, size: PageSize, total: u64) -> AppResult<Self> {
        let pages = Self::last_page(size, total);
        if page.get() > pages {
            return Err(page_not_found(Some(pages)));
        }
        Ok(Self { page: page.get(), pages, size: size.get(), total })
    }

    /// The number of the last page, which is also how many there are.
    pub fn last_page(size: PageSize, total: u64) -> u32 {
        u32::try_from(total.div_ceil(u64::from(size.get())).max(1)).unwrap_or(u32::MAX)
    }

    /// Entries before this page.
    pub fn offset(self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(self.size)
    }

    /// The places, counted from 1, of the first and last entry shown; `None` for an empty list.
    pub fn shown(self) -> Option<(u64, u64)> {
        let first = self.offset() + 1;
        (first <= self.total).then(|| (first, self.total.min(self.offset() + u64::from(self.size))))
    }

    pub fn previous(self) -> Option<u32> {
        (self.page > 1).then(|| self.page - 1)
    }

    pub fn next(self) -> Option<u32> {
        (self.page < self.pages).then(|| self.page + 1)
    }

    /// First, …, two before to two after this one, …, last. A gap of a single page shows that page
    /// instead.
    pub fn window(self) -> Vec<PageLink> {
        let near = self.page.saturating_sub(2).max(1)..=self.page.saturating_add(2).min(self.pages);
        let mut links = Vec::new();
        let mut last_shown = 0;
        for page in [1].into_iter().chain(near).chain([self.pages]) {
            match page.saturating_sub(last_shown) {
                0 => continue,
                1 => {}
                2 => links.push(PageLink::Page(page - 1)),
                _ => links.push(PageLink::Gap),
            }
            links.push(PageLink::Page(page));
            last_shown = page;
        }
        links
    }
}

/// Where a page of a growing list ended: the next one begins after this row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the row was made.
    pub at: Timestamp,
    /// The row, which orders rows of the same moment.
    pub id: AnyId,
}

impl Position {
    pub fn new(at: Timestamp, id: impl DocumentId) -> Self {
        Self { at, id: id.into_any() }
    }

    /// Reads `?after=`, as [`Position`] is displayed. Nothing is the first page.
    ///
    /// Errors: `page_not_found` (404) for anything else.
    pub fn parse(text: Option<&str>) -> AppResult<Option<Self>> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        let parts = text.split_once('-');
        match parts.and_then(|(at, id)| Some((at.parse().ok()?, AnyId::parse(id)?))) {
            Some((at @ 0.., id)) => Ok(Some(Self { at: Timestamp::from_unix_ms(at), id })),
            _ => Err(page_not_found(None)),
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.at.unix_ms(), self.id)
    }
}

fn page_not_found(pages: Option<u32>) -> AppError {
    let message = match pages {
        None => "There is no such page. Go back to the first one.".into(),
        Some(1) => "This list has only one page. Go back to it.".into(),
        Some(pages) => format!("This list ends at page {pages}. Go back to the last page."),
    };
    AppError::new(ErrorKind::NotFound, "page_not_found", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(page: u32, total: u64) -> Paging {
        Paging::new(PageNumber(page), PageSize::TwentyFour, total).unwrap()
    }

    fn window(page: u32, pages: u32) -> String {
        let links = Paging { page, pages, size: 24, total: 0 }.window();
        let texts = links.into_iter().map(|link| match link {
            PageLink::Page(page) => page.to_string(),
            PageLink::Gap => "…".to_owned(),
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_position_is_read_as_it_is_written() {
        let position = Position {
            at: Timestamp::from_unix_ms(1_800_000_000_123),
            id: AnyId::parse("0123456789abcdef01234567").unwrap(),
        };
        assert_eq!(Position::parse(Some(&position.to_string())).unwrap(), Some(position));
        assert_eq!(Position::parse(Some("")).unwrap(), None);
        for odd in [
            "1",
            "-",
            "1-",
            "-1-0123456789abcdef01234567",
            "1-0123456789ABCDEF01234567",
            "x-0123456789abcdef01234567",
            "1-$ne",
        ] {
            assert_eq!(Position::parse(Some(odd)).unwrap_err().status(), 404, "{odd}");
        }
    }

    #[test]
    fn a_page_has_one_spelling() {
        assert_eq!(PageNumber::parse(None).unwrap().get(), 1);
        assert_eq!(PageNumber::parse(Some("")).unwrap().get(), 1);
        assert_eq!(PageNumber::parse(Some("12")).unwrap().get(), 12);
        for text in [
            "0",
            "-1",
            "+1",
            "01",
            "1.0",
            " 1",
            "1e3",
            "١",
            "abc",
            "4294967296",
            "99999999999999999999",
            "[]",
        ] {
            let error = PageNumber::parse(Some(text)).unwrap_err();
            assert_eq!((error.status(), &*error.code), (404, "page_not_found"), "{text:?}");
        }
    }

    #[test]
    fn a_page_behind_the_last_names_the_last() {
        assert_eq!(paging(25, 600).pages, 25);
        let error = Paging::new(PageNumber(26), PageSize::TwentyFour, 600).unwrap_err();
        assert_eq!((error.status(), &*error.code), (404, "page_not_found"));
        assert!(error.message.contains("25"), "{}", error.message);
        assert_eq!(Paging::last_page(PageSize::Twelve, 0), 1);
        assert_eq!(paging(1, 0).shown(), None);
    }

    #[test]
    fn a_size_is_the_nearest_on_offer() {
        let sizes = [
            ("1", 12),
            ("17", 12),
            ("18", 24),
            ("24", 24),
            ("36", 24),
            ("37", 48),
            ("1000", 48),
            ("0", 12),
        ];
        let odd = [("99999999999", 48), ("", 24), ("abc", 24), ("-1", 24), ("1.5", 24)];
        for (text, size) in sizes.into_iter().chain(odd) {
            assert_eq!(PageSize::parse(Some(text)).get(), size, "{text:?}");
        }
        assert_eq!(PageSize::parse(None).get(), 24);
    }

    #[test]
    fn srch_1_all_pages_together_meet_each_entry_once() {
        for total in [0, 1, 23, 24, 25, 599, 600, 601] {
            let mut met = 0;
            for page in 1..=Paging::last_page(PageSize::TwentyFour, total) {
                if let Some((first, last)) = paging(page, total).shown() {
                    assert_eq!(first, met + 1);
                    met = last;
                }
            }
            assert_eq!(met, total);
        }
    }

    #[test]
    fn the_links_show_the_ends_and_the_neighbours() {
        assert_eq!(window(1, 1), "1");
        assert_eq!(window(1, 2), "1 2");
        assert_eq!(window(1, 10), "1 2 3 … 10");
        assert_eq!(window(4, 10), "1 2 3 4 5 6 … 10");
        assert_eq!(window(5, 10), "1 2 3 4 5 6 7 … 10");
        assert_eq!(window(6, 12), "1 … 4 5 6 7 8 … 12");
        assert_eq!(window(10, 10), "1 … 8 9 10");
        assert_eq!(window(u32::MAX, u32::MAX), "1 … 4294967293 4294967294 4294967295");
    }

    #[test]
    fn the_ends_have_no_neighbour_outside() {
        assert_eq!((paging(1, 600).previous(), paging(1, 600).next()), (None, Some(2)));
        assert_eq!((paging(25, 600).previous(), paging(25, 600).next()), (Some(24), None));
        assert_eq!(
            Paging::new(PageNumber(u32::MAX), PageSize::FortyEight, u64::MAX).unwrap().next(),
            None
        );
    }

    #[test]
    fn page_and_size_travel_as_numbers() {
        assert_eq!(serde_json::to_string(&(PageNumber(3), PageSize::Twelve)).unwrap(), "[3,12]");
        assert!(serde_json::from_str::<PageNumber>("0").is_err());
        assert_eq!(serde_json::from_str::<PageSize>("24").unwrap(), PageSize::TwentyFour);
    }
}
