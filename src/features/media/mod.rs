//! Pictures: files by content hash and width, served from the media folder as
//! `/media/{stem}-{width}.webp` and `.jpg`.
