// One short tone, made here: no file is fetched. Silent until the visitor has touched the panel.
import { keep, recall } from "./store.js";

/** @type {AudioContext | null} */
let audio = null;

export const isMuted = () => Boolean(recall("mute"));
export const mute = (/** @type {boolean} */ is) => keep("mute", is);

export function ding() {
  if (isMuted() || !navigator.userActivation?.hasBeenActive) return;
  audio ??= new AudioContext();
  const [tone, gain] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = 660;
  gain.gain.setValueAtTime(0.08, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.4);
}
