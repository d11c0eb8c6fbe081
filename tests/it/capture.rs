//! Photos, folders, video files and pipes, as files on a disk and bytes in a pipe.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use image::{Rgb, RgbImage};
use posture::capture::{
    CaptureError, Captured, Fault, FrameSource, PhotoFolder, PictureFault, collect_photos, open_photo, open_source,
};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Writes a picture of one grey level; its format follows from the name.
fn picture(path: &Path, level: u8) -> PathBuf {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    RgbImage::from_pixel(16, 12, Rgb([level; 3])).save(path).expect("a picture");
    path.to_owned()
}

fn collect(paths: &[PathBuf], list: &[u8]) -> Vec<Result<PathBuf, String>> {
    collect_photos(paths, &mut &*list)
        .into_iter()
        .map(|photo| photo.map(|photo| photo.path).map_err(|error| error.to_string()))
        .collect()
}

/// All that a source gives until it ends: brightness and time in milliseconds of each frame, or what went wrong.
fn drain(source: &mut dyn FrameSource) -> Vec<Result<(u8, u128), String>> {
    let mut all = Vec::new();
    loop {
        match source.next_frame() {
            Ok(Captured::Frame(frame)) => all.push(Ok((frame.image.get_pixel(0, 0).0[1], frame.at.as_millis()))),
            Ok(Captured::Waiting) => {}
            Ok(Captured::Outage { why, .. }) => panic!("an outage of a file: {why}"),
            Ok(Captured::End) => return all,
            Err(error) => all.push(Err(error.to_string())),
        }
    }
}

fn open(path: &Path, fps: f64) -> Result<Box<dyn FrameSource>, CaptureError> {
    open_source(path.to_str().expect("a name in UTF-8"), Some(fps))
}

/// What is wrong with a source, and whose fault it is.
fn refusal(spec: &str) -> (String, Fault) {
    match open_source(spec, None) {
        Ok(source) => panic!("{spec} was opened as {}", source.name()),
        Err(error) => (error.to_string(), error.fault()),
    }
}

#[test]
fn each_bad_photo_is_one_clear_line() {
    let folder = folder();
    let text = folder.path().join("text.jpg");
    fs::write(&text, "not a picture at all").expect("a file");
    let cut = picture(&folder.path().join("cut.jpg"), 90);
    let bytes = fs::read(&cut).expect("a picture");
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("a file");
    let missing = folder.path().join("missing.jpg");
    let said = |path: &Path| open_photo(path).expect_err("refused").to_string();
    assert_eq!(said(&missing), format!("{}: no such file or folder; check the spelling", missing.display()));
    assert_eq!(
        said(&text),
        format!("{}: text, not a picture that can be read; give a JPEG, PNG, WebP, BMP or GIF", text.display())
    );
    assert_eq!(said(&cut), format!("{}: JPEG picture cut short; copy it again from where it came", cut.display()));
    assert_eq!(said(folder.path()), format!("{}: a folder, not a photo", folder.path().display()));
}

#[test]
fn a_photo_is_told_by_its_content_and_not_by_its_name() {
    let folder = folder();
    let png = picture(&folder.path().join("really.png"), 70);
    let named = folder.path().join("called.jpg");
    fs::rename(png, &named).expect("renamed");
    assert_eq!(open_photo(&named).expect("a picture").get_pixel(3, 3).0, [70; 3]);
}

#[test]
fn a_huge_picture_is_refused_by_its_header() {
    let folder = folder();
    let path = folder.path().join("huge.png");
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0".to_vec();
    png.extend_from_slice(&[0x6c, 0x12, 0xd1, 0x6e]);
    png.extend_from_slice(b"\0\0\0\x04IDAT\x78\x9c\x03\0");
    fs::write(&path, png).expect("a file");
    match open_photo(&path) {
        Err(CaptureError::Picture { fault: PictureFault::TooLarge { width, height }, .. }) => {
            assert_eq!((width, height), (20_000, 20_000));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn folders_are_searched_in_order_and_files_stand_for_themselves() {
    let folder = folder();
    let root = folder.path();
    let first = picture(&root.join("pictures/a b/1.png"), 1);
    let second = picture(&root.join("pictures/a b/ümlaut 二.JPG"), 2);
    let third = picture(&root.join("pictures/z.bmp"), 3);
    picture(&root.join("pictures/.hidden/4.png"), 4);
    picture(&root.join("pictures/.5.png"), 5);
    fs::write(root.join("pictures/notes.txt"), "text").expect("a file");
    fs::create_dir(root.join("empty")).expect("a folder");
    let odd = root.join("odd name");
    fs::write(&odd, "anything").expect("a file");
    let missing = root.join("missing");
    let given = [odd.clone(), root.join("pictures"), root.join("empty"), missing.clone(), third.clone()];
    let found = collect(&given, b"");
    assert_eq!(found[..4], [Ok(odd), Ok(first), Ok(second), Ok(third.clone())]);
    assert!(found[4].as_ref().is_err_and(|said| said.contains("no pictures in this folder")), "{:?}", found[4]);
    assert!(found[5].as_ref().is_err_and(|said| said.starts_with(&missing.display().to_string())), "{:?}", found[5]);
    assert_eq!(found[6..], [Ok(third)]);
}

#[test]
fn a_dash_stands_for_a_list_of_paths() {
    let folder = folder();
    let one = picture(&folder.path().join("one.png"), 1);
    let two = picture(&folder.path().join("with space.png"), 2);
    let list = format!("{}\r\n\n{}\nmissing.png\n{}", one.display(), two.display(), one.display());
    let found = collect(&["-".into()], list.as_bytes());
    assert_eq!(found[..2], [Ok(one.clone()), Ok(two)]);
    assert!(found[2].as_ref().is_err_and(|said| said.starts_with("missing.png: no such file")));
    assert_eq!(found[3..], [Ok(one)]);
    let nothing = collect(&["-".into()], b"\n");
    assert!(matches!(&nothing[..], [Err(said)] if said.starts_with("standard input: no paths")));
}

#[cfg(unix)]
#[test]
fn paths_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.png"));
    let made = picture(&folder.path().join("plain.png"), 9);
    if fs::rename(made, &path).is_err() {
        return;
    }
    assert_eq!(collect(&["-".into()], path.as_os_str().as_bytes()), [Ok(path.clone())]);
    assert_eq!(collect(&[folder.path().into()], b""), [Ok(path)]);
}

#[test]
fn a_folder_is_a_slow_film_and_one_bad_picture_does_not_end_it() {
    let folder = folder();
    for (name, level) in [("1.png", 10), ("2.png", 20), ("4.png", 40)] {
        picture(&folder.path().join(name), level);
    }
    fs::write(folder.path().join("3.png"), "broken").expect("a file");
    let film = drain(&mut PhotoFolder::open(folder.path(), 4.0).expect("a folder"));
    assert_eq!(film[..2], [Ok((10, 0)), Ok((20, 250))]);
    assert!(film[2].as_ref().is_err_and(|said| said.contains("3.png")));
    assert_eq!(film[3..], [Ok((40, 750))]);
}

#[test]
fn what_cannot_be_watched_is_said() {
    let folder = folder();
    let photo = picture(&folder.path().join("me.jpg"), 1);
    let (said, fault) = refusal(photo.to_str().expect("a name in UTF-8"));
    assert!(said.contains("one photo, not a video; use `posture check"), "{said}");
    assert_eq!(fault, Fault::Input);
    let (said, fault) = refusal("no/such/talk.mp4");
    assert_eq!((said.as_str(), fault), ("no/such/talk.mp4: no such file or folder; check the spelling", Fault::Input));
    assert_eq!(refusal("talk.mp4").1, Fault::Input);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    assert!(refusal(empty.to_str().expect("a name in UTF-8")).0.contains("no pictures"));
    let (said, fault) = refusal("no camera of this name");
    assert_eq!(fault, Fault::Camera, "{said}");
}

/// 2 frames per second, 16×12, each a grey level.
fn y4m(levels: &[u8]) -> Vec<u8> {
    let mut bytes = b"YUV4MPEG2 W16 H12 F2:1 Ip A1:1 Cmono\n".to_vec();
    for &level in levels {
        bytes.extend_from_slice(b"FRAME\n");
        bytes.extend_from_slice(&[level; 16 * 12]);
    }
    bytes
}

fn motion_jpeg(levels: &[u8]) -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    for &level in levels {
        let image = RgbImage::from_pixel(16, 12, Rgb([level; 3]));
        image.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture");
    }
    bytes.into_inner()
}

#[test]
fn y4m_and_motion_jpeg_files_need_no_ffmpeg() {
    let folder = folder();
    let path = folder.path().join("a.y4m");
    // In limited range 126 is the middle: 128 of 255.
    fs::write(&path, y4m(&[16, 126, 235])).expect("a file");
    assert_eq!(drain(&mut *open(&path, 2.0).expect("a video")), [Ok((0, 0)), Ok((128, 500)), Ok((255, 1000))]);
    let path = folder.path().join("b.mjpeg");
    fs::write(&path, motion_jpeg(&[50, 100])).expect("a file");
    assert_eq!(drain(&mut *open(&path, 10.0).expect("a video")), [Ok((50, 0)), Ok((100, 100))]);
}

#[test]
fn a_stream_that_breaks_off_says_so_after_its_whole_frames() {
    let folder = folder();
    let path = folder.path().join("cut.y4m");
    let whole = y4m(&[16, 235, 16]);
    fs::write(&path, &whole[..whole.len() - 5]).expect("a file");
    let frames = drain(&mut *open(&path, 2.0).expect("a video"));
    assert_eq!(frames[..2], [Ok((0, 0)), Ok((255, 500))]);
    assert!(
        matches!(&frames[2..], [Err(said)] if said.ends_with("breaks off inside picture 3; the ones before it were used"))
    );
    let path = folder.path().join("cut.mjpg");
    let (first, second) = (motion_jpeg(&[50]), motion_jpeg(&[100]));
    let damaged = [first.as_slice(), b"\xff\xd8\xff\xfe\x00\x01", &second, &first[..first.len() / 2]].concat();
    fs::write(&path, damaged).expect("a file");
    let frames = drain(&mut *open(&path, 1.0).expect("a video"));
    assert_eq!((frames[0].clone(), frames[2].clone()), (Ok((50, 0)), Ok((100, 2000))));
    assert!(frames[1].as_ref().is_err_and(|said| said.contains("picture 2 was passed over")), "{:?}", frames[1]);
    assert!(matches!(&frames[3..], [Err(said)] if said.contains("breaks off inside picture 4")));
}

#[test]
fn hostile_streams_are_refused() {
    let folder = folder();
    let path = folder.path().join("huge.y4m");
    for header in ["W20000 H20000 F2:1", "W9223372036854775807 H9223372036854775807 F2:1", "F2:1"] {
        fs::write(&path, format!("YUV4MPEG2 {header}\nFRAME\n")).expect("a file");
        assert!(open(&path, 2.0).is_err(), "{header}");
    }
}

fn has_ffmpeg() -> bool {
    let found = Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        println!("skipped: no ffmpeg");
    }
    found.is_ok()
}

/// Makes a video: two seconds of black, then two of white.
fn film(path: &Path) {
    let mut file = std::ffi::OsString::from("file:");
    file.push(path);
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi"])
        .args(["-i", "color=black:s=64x48:r=10:d=2,format=yuv420p[a];color=white:s=64x48:r=10:d=2[b];[a][b]concat"])
        .args(["-pix_fmt", "yuv420p", "-c:v", "mpeg4", "-f", "mp4"])
        .arg(file)
        .status();
    assert!(made.expect("ffmpeg runs").success());
}

#[test]
fn videos_are_read_through_ffmpeg_at_the_rate_asked_for() {
    if !has_ffmpeg() {
        return;
    }
    let folder = folder();
    // Names that ffmpeg would take for an option, a protocol or a pattern.
    for name in ["a film.mp4", "-i.mp4", "odd: ü%03d.mp4"] {
        let path = folder.path().join(name);
        film(&path);
        let mut source = open(&path, 2.0).expect("a video");
        assert_eq!(source.name(), path.display().to_string());
        let frames: Vec<_> = drain(&mut *source).into_iter().map(|frame| frame.expect("a frame")).collect();
        let times: Vec<_> = frames.iter().map(|&(_, at)| at).collect();
        assert_eq!(times, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500], "{name}");
        assert!(frames.iter().all(|&(level, at)| if at < 2000 { level < 8 } else { level > 247 }), "{frames:?}");
    }
}

#[test]
fn what_ffmpeg_cannot_read_is_said_in_its_words() {
    if !has_ffmpeg() {
        return;
    }
    let folder = folder();
    let path = folder.path().join("talk.mp4");
    fs::write(&path, "not a film").expect("a file");
    let error = open(&path, 2.0).map(|_| ()).expect_err("refused");
    let beginning = format!("{}: not readable as a video (ffmpeg: ", path.display());
    assert!(error.to_string().starts_with(&beginning), "{error}");
    assert_eq!(error.fault(), Fault::Input);
}

#[test]
fn a_video_let_go_of_ends_at_once() {
    if !has_ffmpeg() {
        return;
    }
    let folder = folder();
    let path = folder.path().join("long.mp4");
    film(&path);
    let mut source = open(&path, 1000.0).expect("a video");
    assert!(matches!(source.next_frame(), Ok(Captured::Frame(frame)) if frame.at == Duration::ZERO));
    drop(source);
}
