//! Formats with a magic number.

use super::Guess;
use super::{executable, image};

/// The format that these bytes start, if it is known.
pub fn guess(content: &[u8]) -> Option<Guess> {
    image::guess(content)
        .or_else(|| executable::guess(content))
        .or_else(|| compressed(content))
        .or_else(|| archive(content))
        .or_else(|| media(content))
        .or_else(|| document(content))
        .or_else(|| database(content))
}

fn number(bytes: &[u8], at: usize, length: usize, little: bool) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    Some(if little { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) })
}

fn compressed(content: &[u8]) -> Option<Guess> {
    if let Some(rest) = content.strip_prefix(b"\x1f\x8b") {
        return Some(gzip(content, rest));
    }
    if let [b'B', b'Z', b'h', level @ b'1'..=b'9', ..] = content {
        let text = format!("bzip2 compressed data, block size = {}00k", char::from(*level));
        return Some(Guess::binary(text, "application/x-bzip2"));
    }
    if content.starts_with(b"\xfd7zXZ\0") {
        let check = match content.get(7).map_or(0, |flags| flags & 15) {
            1 => ", checksum CRC32",
            4 => ", checksum CRC64",
            10 => ", checksum SHA-256",
            _ => "",
        };
        return Some(Guess::binary(format!("XZ compressed data{check}"), "application/x-xz"));
    }
    if content.starts_with(b"\x28\xb5\x2f\xfd") {
        return Some(Guess::binary(
            "Zstandard compressed data (v0.8+), Dictionary ID: None",
            "application/zstd",
        ));
    }
    if content.starts_with(b"\x04\x22\x4d\x18") {
        return Some(Guess::binary("LZ4 compressed data (v1.4+)", "application/x-lz4"));
    }
    None
}

fn gzip(content: &[u8], rest: &[u8]) -> Guess {
    let flags = rest.get(1).copied().unwrap_or(0);
    let mut text = String::from("gzip compressed data");
    if flags & 8 != 0 {
        let start =
            if flags & 4 == 0 { 10 } else { 10 + 2 + number(content, 10, 2, true).unwrap_or(0) as usize };
        let name = content.get(start..).and_then(|rest| rest.split(|&byte| byte == 0).next());
        if let Some(name) = name {
            text.push_str(&format!(", was \"{}\"", String::from_utf8_lossy(name)));
        }
    }
    let modified = number(content, 4, 4, true).unwrap_or(0);
    if modified != 0 {
        use crate::support::date::{LocalTime, Zone, format};
        let local = LocalTime::new(mirage_vfs::Time::new(modified as i64, 0), &Zone::utc());
        text.push_str(&format!(
            ", last modified: {}",
            String::from_utf8_lossy(&format(&local, b"%a %b %e %H:%M:%S %Y"))
        ));
    }
    match content.get(8) {
        Some(2) => text.push_str(", max compression"),
        Some(4) => text.push_str(", max speed"),
        _ => {}
    }
    text.push_str(match content.get(9) {
        Some(0) => ", from FAT filesystem (MS-DOS, OS/2, NT)",
        Some(3) => ", from Unix",
        Some(11) => ", from NTFS filesystem (NT)",
        _ => "",
    });
    if let Some(size) = content.len().checked_sub(4).and_then(|at| number(content, at, 4, true)) {
        text.push_str(&format!(", original size modulo 2^32 {size}"));
    }
    Guess::binary(text, "application/gzip")
}

fn archive(content: &[u8]) -> Option<Guess> {
    if content.starts_with(b"PK\x03\x04") {
        return zip(content);
    }
    if content.starts_with(b"PK\x05\x06") {
        return Some(Guess::binary("Zip archive data (empty)", "application/zip"));
    }
    match content.get(257..265) {
        Some(b"ustar  \0") => return Some(Guess::binary("POSIX tar archive (GNU)", "application/x-tar")),
        Some(magic) if magic.starts_with(b"ustar\0") => {
            return Some(Guess::binary("POSIX tar archive", "application/x-tar"));
        }
        _ => {}
    }
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (b"7z\xbc\xaf\x27\x1c", "7-zip archive data", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x01\0", "RAR archive data, v5", "application/x-rar"),
        (b"Rar!\x1a\x07\0", "RAR archive data, v4", "application/x-rar"),
        (
            b"!<arch>\ndebian-binary",
            "Debian binary package (format 2.0)",
            "application/vnd.debian.binary-package",
        ),
        (b"!<arch>\n", "current ar archive", "application/x-archive"),
        (b"070701", "ASCII cpio archive (SVR4 with no CRC)", "application/x-cpio"),
        (b"\xed\xab\xee\xdb", "RPM", "application/x-rpm"),
    ];
    from_table(content, KNOWN)
}

fn zip(content: &[u8]) -> Option<Guess> {
    let version = content.get(4).copied().unwrap_or(0);
    let method = match number(content, 8, 2, true)? {
        0 => "store",
        8 => "deflate",
        12 => "bzip2",
        _ => "unknown",
    };
    let name_length = number(content, 26, 2, true)? as usize;
    let name = content.get(30..30 + name_length).unwrap_or_default();
    let first_data =
        content.get(30 + name_length + number(content, 28, 2, true)? as usize..).unwrap_or_default();
    if name == b"mimetype" {
        let mimetypes: [(&[u8], &str, &'static str); 3] = [
            (b"application/epub+zip", "EPUB document", "application/epub+zip"),
            (
                b"application/vnd.oasis.opendocument.text",
                "OpenDocument Text",
                "application/vnd.oasis.opendocument.text",
            ),
            (
                b"application/vnd.oasis.opendocument.spreadsheet",
                "OpenDocument Spreadsheet",
                "application/vnd.oasis.opendocument.spreadsheet",
            ),
        ];
        if let Some((_, text, mime)) =
            mimetypes.iter().rev().find(|(start, ..)| first_data.starts_with(start))
        {
            return Some(Guess::binary(*text, mime));
        }
    }
    if name == b"[Content_Types].xml" || name.starts_with(b"_rels/") {
        let holds = |part: &[u8]| memchr::memmem::find(content, part).is_some();
        let office: [(&[u8], &str, &'static str); 3] = [
            (
                b"word/",
                "Microsoft Word 2007+",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (
                b"xl/",
                "Microsoft Excel 2007+",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (
                b"ppt/",
                "Microsoft PowerPoint 2007+",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ),
        ];
        if let Some((_, text, mime)) = office.iter().find(|(part, ..)| holds(part)) {
            return Some(Guess::binary(*text, mime));
        }
    }
    if name.starts_with(b"META-INF/") {
        return Some(Guess::binary("Java archive data (JAR)", "application/java-archive"));
    }
    let text = format!(
        "Zip archive data, at least v{}.{} to extract, compression method={method}",
        version / 10,
        version % 10
    );
    Some(Guess::binary(text, "application/zip"))
}

fn media(content: &[u8]) -> Option<Guess> {
    if content.starts_with(b"RIFF") {
        return match content.get(8..12)? {
            b"WAVE" => Some(Guess::binary("RIFF (little-endian) data, WAVE audio", "audio/x-wav")),
            b"AVI " => Some(Guess::binary("RIFF (little-endian) data, AVI", "video/x-msvideo")),
            b"WEBP" => Some(Guess::binary("RIFF (little-endian) data, Web/P image", "image/webp")),
            _ => Some(Guess::binary("RIFF (little-endian) data", "application/octet-stream")),
        };
    }
    if content.get(4..8) == Some(b"ftyp") {
        let brand = content.get(8..12)?;
        let text = match brand {
            b"qt  " => ("ISO Media, Apple QuickTime movie, Apple QuickTime (.MOV/QT)", "video/quicktime"),
            b"M4A " => ("ISO Media, Apple iTunes ALAC/AAC-LC (.M4A) Audio", "audio/x-m4a"),
            b"mp42" => ("ISO Media, MP4 v2 [ISO 14496-14]", "video/mp4"),
            b"avif" => ("ISO Media, AVIF Image", "image/avif"),
            b"heic" => ("ISO Media, HEIF Image HEVC Main or Main Still Picture Profile", "image/heic"),
            _ => ("ISO Media, MP4 Base Media v1 [ISO 14496-12:2003]", "video/mp4"),
        };
        return Some(Guess::binary(text.0, text.1));
    }
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (b"ID3\x03", "Audio file with ID3 version 2.3.0", "audio/mpeg"),
        (b"ID3\x04", "Audio file with ID3 version 2.4.0", "audio/mpeg"),
        (b"\xff\xfb", "MPEG ADTS, layer III, v1", "audio/mpeg"),
        (b"OggS", "Ogg data", "application/ogg"),
        (b"fLaC", "FLAC audio bitstream data", "audio/flac"),
        (b"MThd", "Standard MIDI data", "audio/midi"),
        (b"\x1aE\xdf\xa3", "Matroska data", "video/x-matroska"),
    ];
    from_table(content, KNOWN)
}

fn document(content: &[u8]) -> Option<Guess> {
    if let Some(rest) = content.strip_prefix(b"%PDF-") {
        let version: String = rest.iter().take(3).map(|&byte| char::from(byte)).collect();
        let encoding = if content.is_ascii() { "us-ascii" } else { "binary" };
        let description = format!("PDF document, version {version}");
        return Some(Guess { description, mime: "application/pdf", encoding });
    }
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (b"{\\rtf1", "Rich Text Format data, version 1", "text/rtf"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "Composite Document File V2 Document",
            "application/x-ole-storage",
        ),
    ];
    from_table(content, KNOWN)
}

fn database(content: &[u8]) -> Option<Guess> {
    if content.starts_with(b"SQLite format 3\0") && content.len() >= 100 {
        let version = number(content, 96, 4, false).unwrap_or(0);
        let text = format!("SQLite 3.x database, last written using SQLite version {version}");
        return Some(Guess::binary(text, "application/vnd.sqlite3"));
    }
    if let Some(rest) = content.strip_prefix(b"\x93NUMPY") {
        let length = number(rest, 2, 2, true)? as usize;
        let header = rest.get(4..4 + length).unwrap_or_default();
        let header = String::from_utf8_lossy(header).trim_end().trim_end_matches('}').trim_end().to_owned();
        let text =
            format!("NumPy data file, version {}.{}, description {header}}}", rest.first()?, rest.get(1)?);
        return Some(Guess::binary(text, "application/x-numpy-data"));
    }
    const KNOWN: &[(&[u8], &str, &str)] = &[
        (b"PAR1", "Apache Parquet", "application/vnd.apache.parquet"),
        (b"\x89HDF\r\n\x1a\n", "Hierarchical Data Format (version 5) data", "application/x-hdf5"),
        (b"Obj\x01", "Apache Avro, version 1", "application/octet-stream"),
        (b"ARROW1", "Apache Arrow columnar file", "application/octet-stream"),
        (b"DIRC\0\0\0\x02", "Git index, version 2", "application/octet-stream"),
        (b"PACK\0\0\0\x02", "Git pack, version 2", "application/octet-stream"),
        (
            b"\xd4\xc3\xb2\xa1",
            "pcap capture file, microsecond ts (little-endian)",
            "application/vnd.tcpdump.pcap",
        ),
    ];
    from_table(content, KNOWN)
}

fn from_table(content: &[u8], table: &[(&[u8], &str, &'static str)]) -> Option<Guess> {
    let found = table.iter().find(|(start, ..)| content.starts_with(start));
    found.map(|(_, text, mime)| Guess::binary(*text, mime))
}
