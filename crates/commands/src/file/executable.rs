//! Programs and libraries.

use super::Guess;

/// The program that these bytes start.
pub fn guess(content: &[u8]) -> Option<Guess> {
    if content.starts_with(b"\x7fELF") {
        return elf(content);
    }
    if content.starts_with(b"MZ") {
        let at = content.get(60..64).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
        let is_portable = at.and_then(|at| content.get(at..at + 4)) == Some(b"PE\0\0");
        return Some(match is_portable {
            true => Guess::binary(
                "PE32 executable (console), for MS Windows",
                "application/vnd.microsoft.portable-executable",
            ),
            false => Guess::binary("MS-DOS executable", "application/x-dosexec"),
        });
    }
    if content.starts_with(b"\0asm") {
        let version = content.get(4).copied().unwrap_or(0);
        let text = format!("WebAssembly (wasm) binary module version {version:#x} (MVP)");
        return Some(Guess::binary(text, "application/wasm"));
    }
    if content.starts_with(b"\xca\xfe\xba\xbe") && content.len() > 8 {
        let major = u16::from_be_bytes([content[6], content[7]]);
        return (major >= 45).then(|| {
            let java = if major >= 49 { format!(" (Java SE {}.0)", major - 44) } else { String::new() };
            let text = format!("compiled Java class data, version {major}.0{java}");
            Guess::binary(text, "application/x-java-applet")
        });
    }
    if matches!(content.get(..4), Some(b"\xcf\xfa\xed\xfe" | b"\xce\xfa\xed\xfe")) {
        return Some(Guess::binary("Mach-O 64-bit executable", "application/x-mach-binary"));
    }
    None
}

fn elf(content: &[u8]) -> Option<Guess> {
    let bits = if content.get(4)? == &2 { 64 } else { 32 };
    let little = content.get(5)? == &1;
    let half = |at: usize| {
        let bytes = content.get(at..at + 2)?;
        let bytes = [bytes[0], bytes[1]];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let order = if little { "LSB" } else { "MSB" };
    let interpreter = interpreter(content);
    let (kind, mime) = match half(16)? {
        1 => ("relocatable", "application/x-object"),
        2 => ("executable", "application/x-executable"),
        3 if interpreter.is_some() => ("pie executable", "application/x-pie-executable"),
        3 => ("shared object", "application/x-sharedlib"),
        4 => ("core file", "application/x-coredump"),
        _ => ("unknown", "application/octet-stream"),
    };
    let machine = match half(18)? {
        3 => "Intel 80386",
        8 => "MIPS",
        20 => "PowerPC or cisco 4500",
        21 => "64-bit PowerPC or cisco 7500",
        22 => "IBM S/390",
        40 => "ARM",
        62 => "x86-64",
        183 => "ARM aarch64",
        243 => "UCB RISC-V",
        _ => "unknown machine",
    };
    let system = match content.get(7)? {
        3 => "GNU/Linux",
        9 => "FreeBSD",
        _ => "SYSV",
    };
    let mut text = format!("ELF {bits}-bit {order} {kind}, {machine}, version 1 ({system})");
    if let Some(interpreter) = interpreter {
        text.push_str(&format!(", dynamically linked, interpreter {interpreter}"));
    }
    Some(Guess::binary(text, mime))
}

/// The loader that a program names.
fn interpreter(content: &[u8]) -> Option<String> {
    let start = &content[..content.len().min(4096)];
    let at = memchr::memmem::find(start, b"/ld-").or_else(|| memchr::memmem::find(start, b"/lib/ld"))?;
    let from = start[..at].iter().rposition(|&byte| byte == 0).map_or(0, |zero| zero + 1);
    let name = start[from..].split(|&byte| byte == 0).next()?;
    std::str::from_utf8(name).ok().map(str::to_owned)
}
