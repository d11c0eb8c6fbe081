//! Who records, as the sound server tells: it also knows the microphones that ALSA does not, such as Bluetooth ones, and the
//! cameras that it hands out itself.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Whether a program records from a microphone, or from a camera, through PipeWire or PulseAudio. Where neither runs, or
/// nothing is installed to ask them with, nobody is known to.
pub fn recording() -> bool {
    let Some(folder) = env::var_os("XDG_RUNTIME_DIR") else { return false };
    let runs = |socket: &str| Path::new(&folder).join(socket).exists();
    if runs("pipewire-0")
        && let Some(dump) = said("pw-dump", &[])
    {
        return streams(&dump);
    }
    runs("pulse/native")
        && said("pactl", &["--format=json", "list", "source-outputs"]).is_some_and(|outputs| records(&outputs))
}

/// What `program` prints, as JSON; `None` where it is not installed or says something else.
fn said(program: &str, arguments: &[&str]) -> Option<Value> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

/// Whether one of the objects that `pw-dump` lists is a stream that takes sound or pictures in, and runs. What listens to
/// what is played (a level meter of the speakers) does not count.
fn streams(dump: &Value) -> bool {
    dump.as_array().into_iter().flatten().any(|object| {
        let info = &object["info"];
        let takes_in =
            matches!(info["props"]["media.class"].as_str(), Some("Stream/Input/Audio" | "Stream/Input/Video"));
        takes_in && info["state"] == "running" && !is_set(&info["props"]["stream.capture.sink"])
    })
}

/// Whether one of the streams that `pactl` lists records, and not what is played, whose source is a monitor.
fn records(outputs: &Value) -> bool {
    outputs.as_array().into_iter().flatten().any(|output| {
        let of_speakers = is_set(&output["properties"]["stream.capture.sink"])
            || output["properties"]["target.object"].as_str().is_some_and(|name| name.ends_with(".monitor"));
        output["corked"] == false && !of_speakers
    })
}

/// Whether a property says yes: it is a word or a truth value, by the version.
fn is_set(property: &Value) -> bool {
    *property == true || *property == "true"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stream(class: &str, state: &str, capture_sink: Value) -> Value {
        json!({ "id": 71, "type": "PipeWire:Interface:Node",
                "info": { "state": state, "props": { "media.class": class, "stream.capture.sink": capture_sink } } })
    }

    #[test]
    fn a_stream_that_takes_in_and_runs_records() {
        for (class, state, capture_sink, expected) in [
            ("Stream/Input/Audio", "running", Value::Null, true),
            ("Stream/Input/Video", "running", Value::Null, true),
            ("Stream/Input/Audio", "suspended", Value::Null, false),
            ("Stream/Output/Audio", "running", Value::Null, false),
            ("Audio/Source", "running", Value::Null, false),
            ("Stream/Input/Audio", "running", json!("true"), false),
            ("Stream/Input/Audio", "running", json!(true), false),
        ] {
            let link = json!({ "id": 30, "type": "PipeWire:Interface:Link", "info": null });
            let dump = json!([link, stream(class, state, capture_sink)]);
            assert_eq!(streams(&dump), expected, "{dump}");
        }
    }

    #[test]
    fn pulseaudio_says_who_records_and_from_what() {
        for (corked, target, expected) in [
            (false, "alsa_input.usb-Blue", true),
            (true, "alsa_input.usb-Blue", false),
            (false, "alsa_output.pci.monitor", false),
        ] {
            let outputs = json!([{ "index": 12, "corked": corked, "properties": { "target.object": target } }]);
            assert_eq!(records(&outputs), expected, "{outputs}");
        }
    }

    #[test]
    fn what_is_something_else_says_nothing() {
        for strange in [json!(null), json!([]), json!({ "info": 1 }), json!([1, "x", null, { "info": { "props": 3 } }])]
        {
            assert!(!streams(&strange) && !records(&strange), "{strange}");
        }
    }
}
