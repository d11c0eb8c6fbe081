//! Where a JPEG ends, and whether all of it is there.
//!
//! Camera buffers carry old frames' bytes after the picture, and a pipe carries one picture after the other; both need the
//! true end, which is found by walking the markers (ITU-T T.81, annex B), not by searching for `FF D9`: that pair of bytes
//! also ends thumbnails inside the header.

use std::io::{self, BufRead, Read};

/// What the next stretch of a stream held.
#[derive(Debug, PartialEq)]
pub(super) enum Cut<T> {
    /// One JPEG from its first to its last byte, end marker included.
    Whole(T),
    /// The stream ended inside a JPEG.
    Truncated,
    /// Something that begins as a JPEG and is none, or one longer than the limit. The stream stands behind the damage.
    Malformed,
    /// No further JPEG.
    End,
}

/// Takes the next JPEG off a stream, skipping whatever lies before it. At most `limit` bytes are held.
///
/// # Errors
/// What the reader reports, except for its end.
pub(super) fn next_jpeg(reader: &mut impl BufRead, limit: usize) -> io::Result<Cut<Vec<u8>>> {
    let mut jpeg = Vec::new();
    Ok(match next_jpeg_into(&mut jpeg, reader, limit)? {
        Cut::Whole(()) => Cut::Whole(jpeg),
        Cut::Truncated => Cut::Truncated,
        Cut::Malformed => Cut::Malformed,
        Cut::End => Cut::End,
    })
}

/// The same with the JPEG in place of what was in `jpeg`.
///
/// # Errors
/// What the reader reports, except for its end.
pub(super) fn next_jpeg_into(jpeg: &mut Vec<u8>, reader: &mut impl BufRead, limit: usize) -> io::Result<Cut<()>> {
    match walk(jpeg, reader, limit) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Cut::Truncated),
        other => other,
    }
}

fn walk(jpeg: &mut Vec<u8>, reader: &mut impl BufRead, limit: usize) -> io::Result<Cut<()>> {
    if !skip_to_start(reader)? {
        return Ok(Cut::End);
    }
    jpeg.clear();
    jpeg.extend([0xff, 0xd8]);
    if byte(reader, jpeg)? != 0xff {
        return Ok(Cut::Malformed);
    }
    let mut marker = byte(reader, jpeg)?;
    loop {
        match marker {
            // Fill bytes may stand before any marker.
            0xff => marker = byte(reader, jpeg)?,
            0xd9 => return Ok(Cut::Whole(())),
            0x00 | 0xd8 => return Ok(Cut::Malformed),
            _ => {
                if !matches!(marker, 0x01 | 0xd0..=0xd7) {
                    let length = u64::from(byte(reader, jpeg)?) << 8 | u64::from(byte(reader, jpeg)?);
                    let Some(payload) = length.checked_sub(2) else { return Ok(Cut::Malformed) };
                    if reader.by_ref().take(payload).read_to_end(jpeg)? as u64 != payload {
                        return Ok(Cut::Truncated);
                    }
                }
                if marker == 0xda {
                    marker = skip_scan(reader, jpeg, limit)?;
                } else if byte(reader, jpeg)? == 0xff {
                    marker = byte(reader, jpeg)?;
                } else {
                    return Ok(Cut::Malformed);
                }
            }
        }
        if jpeg.len() > limit {
            return Ok(Cut::Malformed);
        }
    }
}

/// Reads up to and over the next `FF D8`; false when there is none.
fn skip_to_start(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut after_ff = false;
    loop {
        let bytes = reader.fill_buf()?;
        let Some(&first) = bytes.first() else { return Ok(false) };
        if after_ff && first == 0xd8 {
            reader.consume(1);
            return Ok(true);
        }
        if first == 0xff {
            after_ff = true;
            reader.consume(1);
        } else {
            after_ff = false;
            let skip = bytes.iter().position(|&b| b == 0xff).unwrap_or(bytes.len());
            reader.consume(skip);
        }
    }
}

/// Reads entropy-coded data up to and over the next marker that is neither a restart nor a stuffed zero; gives its code.
fn skip_scan(reader: &mut impl BufRead, jpeg: &mut Vec<u8>, limit: usize) -> io::Result<u8> {
    loop {
        let room = (limit + 1).saturating_sub(jpeg.len()) as u64;
        reader.by_ref().take(room).read_until(0xff, jpeg)?;
        if jpeg.len() > limit {
            return Ok(0x00);
        }
        let mut code = byte(reader, jpeg)?;
        while code == 0xff {
            code = byte(reader, jpeg)?;
        }
        if !matches!(code, 0x00 | 0xd0..=0xd7) {
            return Ok(code);
        }
    }
}

/// Moves one byte from the stream to the picture.
fn byte(reader: &mut impl BufRead, jpeg: &mut Vec<u8>) -> io::Result<u8> {
    let mut one = [0];
    reader.read_exact(&mut one)?;
    jpeg.push(one[0]);
    Ok(one[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A start, a comment that holds an end marker, a scan with a stuffed byte and a restart, and an end.
    const JPEG: &[u8] = b"\xff\xd8\xff\xfe\x00\x06ab\xff\xd9\xff\xff\xda\x00\x02one\xff\x00two\xff\xd0three\xff\xd9";

    fn all(mut stream: &[u8]) -> Vec<Cut<Vec<u8>>> {
        let mut cuts = Vec::new();
        loop {
            let cut = next_jpeg(&mut stream, 1000).unwrap();
            let ended = matches!(cut, Cut::End | Cut::Truncated);
            cuts.push(cut);
            if ended {
                return cuts;
            }
        }
    }

    #[test]
    fn a_jpeg_ends_at_its_own_end_marker() {
        let whole = || Cut::Whole(JPEG.to_vec());
        assert_eq!(all(JPEG), [whole(), Cut::End]);
        assert_eq!(all(&[JPEG, b"\0\0 old bytes \xff\xff", JPEG].concat()), [whole(), whole(), Cut::End]);
    }

    #[test]
    fn a_jpeg_that_breaks_off_is_truncated_wherever_it_does() {
        for length in 2..JPEG.len() {
            assert_eq!(all(&JPEG[..length]), [Cut::Truncated], "after {length} bytes");
        }
        assert_eq!(all(b""), [Cut::End]);
    }

    #[test]
    fn damage_is_told_and_the_next_picture_found() {
        let damaged = b"\xff\xd8\xff\xfe\x00\x02no marker";
        assert_eq!(all(&[damaged, JPEG].concat()), [Cut::Malformed, Cut::Whole(JPEG.to_vec()), Cut::End]);
        let short_segment = b"\xff\xd8\xff\xfe\x00\x01";
        assert_eq!(all(&[short_segment, JPEG].concat()), [Cut::Malformed, Cut::Whole(JPEG.to_vec()), Cut::End]);
    }

    #[test]
    fn no_more_than_the_limit_is_held() {
        let endless = io::repeat(0x55).take(1 << 30);
        let mut stream = io::BufReader::new(io::Cursor::new(b"\xff\xd8\xff\xda\x00\x02").chain(endless));
        assert_eq!(next_jpeg(&mut stream, 1 << 16).unwrap(), Cut::Malformed);
    }
}
