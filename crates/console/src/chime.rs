//! A soft sound, made on the spot: two notes of a small bell.

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, AudioContextState};

/// Frequency in hertz, and start in seconds, of each note: a fifth, one after the other.
const NOTES: [(f32, f64); 2] = [(880.0, 0.0), (1318.5, 0.14)];
/// Loudness of a note, of 1.
const LOUDNESS: f32 = 0.12;
/// Silence, as near as an exponential curve may come to it.
const SILENCE: f32 = 0.0001;
/// How long a note rings, in seconds.
const RINGS: f64 = 1.1;

/// The sound, on or off. Browsers allow it only after the agent did something on the page.
#[derive(Debug, Default)]
pub struct Chime {
    on: bool,
    context: Option<AudioContext>,
}

impl Chime {
    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Turns it on or off. Off, it holds nothing of the device's audio.
    pub fn turn(&mut self, on: bool) {
        self.on = on;
        if !on && let Some(context) = self.context.take() {
            let _ = context.close();
        }
    }

    /// To be called when the agent does something on the page.
    pub fn wake(&mut self) {
        match &self.context {
            None if self.on => self.context = AudioContext::new().ok(),
            Some(context) if context.state() == AudioContextState::Suspended => {
                let _ = context.resume();
            }
            None | Some(_) => {}
        }
    }

    /// Plays it, if it is on and the browser allows.
    pub fn ring(&self) {
        let Some(context) = &self.context else {
            return;
        };
        for (frequency, start) in NOTES {
            // A browser that cannot play it leaves the title and the notification.
            let _ = note(context, frequency, context.current_time() + start);
        }
    }
}

fn note(context: &AudioContext, frequency: f32, start: f64) -> Result<(), JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    oscillator.frequency().set_value(frequency);
    let loudness = gain.gain();
    loudness.set_value_at_time(SILENCE, start)?;
    loudness.exponential_ramp_to_value_at_time(LOUDNESS, start + 0.02)?;
    loudness.exponential_ramp_to_value_at_time(SILENCE, start + RINGS)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(start)?;
    oscillator.stop_with_when(start + RINGS)
}
