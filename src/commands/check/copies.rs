//! Where annotated copies go. Settled for all photos before the first one is opened, so that no photo is ever overwritten.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsStr,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{
    annotate,
    capture::{CaptureError, Photo},
};

/// The path of the copy of each of `photos`, in their order.
///
/// One photo, given by its own path, goes to the file `out`, or into `out` if that is a folder or has no file extension.
/// Everything else goes into the folder `out`: photos found in a folder under their path in it, others under their name. A
/// photo of a format that is not written becomes a PNG.
///
/// # Errors
/// `out` does not fit the photos, a copy would overwrite one of them, or two copies would have the same path.
pub fn plan(out: &Path, given: &[PathBuf], photos: &[Result<Photo, CaptureError>]) -> Result<Vec<Option<PathBuf>>> {
    if let Some(file) = out.ancestors().skip(1).find(|above| above.exists()).filter(|above| !above.is_dir()) {
        bail!("--annotate {}: {} is a file, not a folder", out.display(), file.display());
    }
    let copies: Vec<_> = match given {
        [one] if one.as_os_str() != "-" && !one.is_dir() && !is_folder(out) => {
            if !annotate::is_writable_format(out) {
                bail!(
                    "--annotate {}: copies are written as .png or .jpg; name such a file, or a folder",
                    out.display()
                );
            }
            photos.iter().map(|photo| photo.is_ok().then(|| out.to_owned())).collect()
        }
        _ => {
            if out.exists() && !out.is_dir() || annotate::is_writable_format(out) && !out.is_dir() {
                bail!("--annotate {}: several photos need a folder to go to, and this names a file", out.display());
            }
            photos.iter().map(|photo| photo.as_ref().ok().map(|photo| out.join(name_of_copy(photo)))).collect()
        }
    };
    refuse_overwriting(&copies, photos)?;
    Ok(copies)
}

/// Whether `out` is, or is meant as, a folder.
fn is_folder(out: &Path) -> bool {
    let ends_in_separator = out.as_os_str().to_string_lossy().ends_with(['/', MAIN_SEPARATOR]);
    out.is_dir() || ends_in_separator || out.extension().is_none()
}

/// Path of the copy inside the folder of copies.
fn name_of_copy(photo: &Photo) -> PathBuf {
    let inside = photo.folder.as_deref().and_then(|folder| photo.path.strip_prefix(folder).ok());
    let name = inside.unwrap_or_else(|| Path::new(photo.path.file_name().unwrap_or(OsStr::new("photo.png"))));
    if annotate::is_writable_format(name) { name.to_owned() } else { name.with_extension("png") }
}

fn refuse_overwriting(copies: &[Option<PathBuf>], photos: &[Result<Photo, CaptureError>]) -> Result<()> {
    let inputs: HashSet<PathBuf> = photos.iter().flatten().filter_map(|photo| photo.path.canonicalize().ok()).collect();
    let mut taken: HashMap<&Path, &Path> = HashMap::new();
    for (copy, photo) in copies.iter().zip(photos) {
        let (Some(copy), Ok(photo)) = (copy, photo) else { continue };
        if copy.canonicalize().is_ok_and(|copy| inputs.contains(&copy)) {
            bail!("--annotate: {} is one of the photos and is never overwritten; name another place", copy.display());
        }
        if let Some(other) = taken.insert(copy, &photo.path).filter(|other| *other != photo.path) {
            bail!(
                "--annotate: the copies of {} and {} would both be {}; check them one at a time",
                other.display(),
                photo.path.display(),
                copy.display()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn photo(path: impl Into<PathBuf>, folder: Option<&Path>) -> Result<Photo, CaptureError> {
        Ok(Photo { path: path.into(), folder: folder.map(Path::to_owned) })
    }

    fn paths(copies: Result<Vec<Option<PathBuf>>>) -> Vec<PathBuf> {
        copies.expect("a plan").into_iter().flatten().collect()
    }

    #[test]
    fn one_photo_goes_to_a_file_or_into_a_folder() {
        let given = [PathBuf::from("in/side.webp")];
        let photos = [photo("in/side.webp", None)];
        for (out, copy) in
            [("out.png", "out.png"), ("out.JPG", "out.JPG"), ("new", "new/side.png"), ("x.d/", "x.d/side.png")]
        {
            assert_eq!(paths(plan(Path::new(out), &given, &photos)), [PathBuf::from(copy)], "{out}");
        }
        assert!(plan(Path::new("out.txt"), &given, &photos).is_err());
    }

    #[test]
    fn a_folder_keeps_its_shape() {
        let folder = tempfile::tempdir().expect("a folder");
        let (given, out) = ([folder.path().to_owned()], Path::new("nowhere/out"));
        let photos = [
            photo(folder.path().join("a/b.jpg"), Some(folder.path())),
            photo(folder.path().join("c.bmp"), Some(folder.path())),
        ];
        assert_eq!(paths(plan(out, &given, &photos)), [out.join("a/b.jpg"), out.join("c.png")]);
        assert!(plan(Path::new("nowhere/out.png"), &given, &photos).is_err());
    }

    #[test]
    fn two_photos_never_become_one_copy() {
        let given = [PathBuf::from("a/side.jpg"), PathBuf::from("b/side.jpg")];
        let photos = [photo("a/side.jpg", None), photo("b/side.jpg", None)];
        let error = plan(Path::new("nowhere"), &given, &photos).expect_err("refused").to_string();
        assert!(error.contains("would both be"), "{error}");
        let twice = [photo("a/side.jpg", None), photo("a/side.jpg", None)];
        assert!(plan(Path::new("nowhere"), &given, &twice).is_ok());
    }

    #[test]
    fn no_input_is_overwritten_however_it_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let side = folder.path().join("side.jpg");
        fs::write(&side, "").expect("written");
        fs::create_dir(folder.path().join("x")).expect("made");
        let winding = folder.path().join("x/../side.jpg");
        for out in [&side, &winding] {
            let error = plan(out, std::slice::from_ref(&side), &[photo(&side, None)]).expect_err("refused").to_string();
            assert!(error.contains("never overwritten"), "{error}");
        }
        let given = [folder.path().to_owned()];
        assert!(plan(folder.path(), &given, &[photo(&side, Some(folder.path()))]).is_err());
    }
}
