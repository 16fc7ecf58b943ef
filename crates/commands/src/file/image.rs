//! Images.

use super::Guess;

/// The image that these bytes start.
pub fn guess(content: &[u8]) -> Option<Guess> {
    if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(png(content));
    }
    if let Some(rest) = content.strip_prefix(b"GIF8") {
        let version = String::from_utf8_lossy(rest.get(..2).unwrap_or_default()).into_owned();
        let text = match (little(content, 6), little(content, 8)) {
            (Some(width), Some(height)) => format!("GIF image data, version 8{version}, {width} x {height}"),
            _ => format!("GIF image data, version 8{version}"),
        };
        return Some(Guess::binary(text, "image/gif"));
    }
    if content.starts_with(b"\xff\xd8\xff") {
        return Some(Guess::binary(jpeg(content), "image/jpeg"));
    }
    if content.starts_with(b"BM") && content.len() > 26 && content[6..10] == [0; 4] {
        return Some(bitmap(content));
    }
    if content.starts_with(b"\0\0\x01\0") && content.len() > 6 {
        let count = little(content, 4).unwrap_or(0);
        let plural = if count == 1 { "" } else { "s" };
        return Some(Guess::binary(
            format!("MS Windows icon resource - {count} icon{plural}"),
            "image/vnd.microsoft.icon",
        ));
    }
    if content.starts_with(b"II*\0") {
        return Some(Guess::binary("TIFF image data, little-endian", "image/tiff"));
    }
    if content.starts_with(b"MM\0*") {
        return Some(Guess::binary("TIFF image data, big-endian", "image/tiff"));
    }
    None
}

fn little(content: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*content.get(at)?, *content.get(at + 1)?]))
}

fn big(content: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(content.get(at..at + length)?.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

fn png(content: &[u8]) -> Guess {
    let parts = (big(content, 16, 4), big(content, 20, 4), content.get(24), content.get(25), content.get(28));
    let (Some(width), Some(height), Some(depth), Some(kind), interlaced) = parts else {
        return Guess::binary("PNG image data", "image/png");
    };
    let color = match kind {
        0 => " grayscale",
        2 => "/color RGB",
        3 => " colormap",
        4 => " gray+alpha",
        6 => "/color RGBA",
        _ => " unknown",
    };
    let interlaced = if interlaced == Some(&1) { "interlaced" } else { "non-interlaced" };
    Guess::binary(
        format!("PNG image data, {width} x {height}, {depth}-bit{color}, {interlaced}"),
        "image/png",
    )
}

fn jpeg(content: &[u8]) -> String {
    let mut text = String::from("JPEG image data");
    if content.get(6..11) == Some(b"JFIF\0") {
        let unit = match content.get(13) {
            Some(1) => "resolution (DPI)",
            Some(2) => "resolution (DPCM)",
            _ => "aspect ratio",
        };
        let version = content.get(11..13).map_or(String::new(), |v| format!("{}.{:02}", v[0], v[1]));
        let density = (big(content, 14, 2).unwrap_or(0), big(content, 16, 2).unwrap_or(0));
        let length = big(content, 4, 2).unwrap_or(0);
        text.push_str(&format!(
            ", JFIF standard {version}, {unit}, density {}x{}, segment length {length}",
            density.0, density.1
        ));
    } else if content.get(6..10) == Some(b"Exif") {
        text.push_str(", Exif standard");
    }
    if let Some((kind, precision, width, height, components)) = frame(content) {
        text.push_str(&format!(", {kind}, precision {precision}, {width}x{height}, components {components}"));
    }
    text
}

/// What the frame of a JPEG image says.
fn frame(content: &[u8]) -> Option<(&'static str, u64, u64, u64, u64)> {
    let mut at = 2;
    loop {
        let marker = *content.get(at + 1)?;
        if *content.get(at)? != 0xff {
            return None;
        }
        let kind = match marker {
            0xc0 => "baseline",
            0xc1 => "extended sequential",
            0xc2 => "progressive",
            0xd9 | 0xda => return None,
            _ => {
                at += 2 + big(content, at + 2, 2)? as usize;
                continue;
            }
        };
        let (height, width) = (big(content, at + 5, 2)?, big(content, at + 7, 2)?);
        return Some((kind, big(content, at + 4, 1)?, width, height, big(content, at + 9, 1)?));
    }
}

fn bitmap(content: &[u8]) -> Guess {
    let long =
        |at: usize| content.get(at..at + 4).map_or(0, |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let bits = little(content, 28).unwrap_or(0);
    let text = format!("PC bitmap, Windows 3.x format, {} x {} x {bits}", long(18), long(22));
    Guess::binary(text, "image/bmp")
}
