//! Whether the machine runs on battery, from `/sys/class/power_supply`.

use std::{fs, path::Path};

/// Whether the machine runs on battery; `None` where nothing is known of a battery of its own. A mouse's is not one.
pub fn on_battery(supplies: &Path) -> Option<bool> {
    let (mut battery, mut discharging) = (false, false);
    for supply in fs::read_dir(supplies).ok()?.flatten() {
        let says = |file: &str| fs::read_to_string(supply.path().join(file)).unwrap_or_default();
        let is = |file: &str, value: &str| says(file).trim() == value;
        if is("type", "Battery") {
            if !is("scope", "Device") {
                battery = true;
                discharging |= is("status", "Discharging");
            }
        } else if is("online", "1") {
            return Some(false);
        }
    }
    battery.then_some(discharging)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known of supplies with these files.
    fn known(supplies: &[(&str, &[(&str, &str)])]) -> Option<bool> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, files) in supplies {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            for (file, text) in *files {
                fs::write(folder.path().join(name).join(file), format!("{text}\n")).expect("written");
            }
        }
        on_battery(folder.path())
    }

    #[test]
    fn a_battery_that_discharges_with_nothing_plugged_in_is_in_use() {
        let battery = |status| ("BAT0", vec![("type", "Battery"), ("status", status)]);
        let mains = |online| ("AC", vec![("type", "Mains"), ("online", online)]);
        let mouse = ("hid", vec![("type", "Battery"), ("scope", "Device"), ("status", "Discharging")]);
        for (supplies, expected) in [
            (vec![], None),
            (vec![mouse.clone()], None),
            (vec![mains("1")], Some(false)),
            (vec![battery("Full"), mains("1")], Some(false)),
            (vec![battery("Discharging"), mains("0")], Some(true)),
            (vec![battery("Discharging"), mouse], Some(true)),
            (vec![battery("Charging"), ("usb", vec![("type", "USB"), ("online", "1")])], Some(false)),
            (vec![battery("Unknown"), mains("0")], Some(false)),
        ] {
            let supplies: Vec<_> = supplies.iter().map(|(name, files)| (*name, files.as_slice())).collect();
            assert_eq!(known(&supplies), expected, "{supplies:?}");
        }
        assert_eq!(on_battery(Path::new("/no/such/folder")), None);
    }
}
