// The visitor's camera and microphone: which there are, and the tracks of those that are on. A camera that is off is
// stopped, so that its light is off too.

import { deviceProblem } from "./texts.js";

const VIDEO = { width: { ideal: 640, max: 1280 }, height: { ideal: 480, max: 720 }, frameRate: { ideal: 30, max: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
export const NONE = "none";

/** `lost(kind)` is called when one that was on is gone: unplugged, or forbidden. */
export function createDevices(lost) {
  const stream = new MediaStream();
  const chosen = { audio: "", video: "" };
  let facing = ""; // of a phone's camera, once it was switched

  const track = (kind) => stream.getTracks().find((each) => each.kind === kind);

  function drop(kind) {
    for (const old of stream.getTracks().filter((each) => each.kind === kind)) {
      old.onended = null;
      old.stop();
      stream.removeTrack(old);
    }
  }

  function put(found) {
    for (const each of found.getTracks()) {
      drop(each.kind); // the one of another try that was faster
      stream.addTrack(each);
      each.onended = () => {
        drop(each.kind);
        lost(each.kind);
      };
    }
  }

  function constraints(kind) {
    const id = chosen[kind] ? { deviceId: { exact: chosen[kind] } } : {};
    if (kind === "audio") return { audio: { ...AUDIO, ...id } };
    return { video: { ...VIDEO, ...id, ...(facing && !chosen.video ? { facingMode: facing } : {}) } };
  }

  async function get(wanted) {
    if (!navigator.mediaDevices) throw Object.assign(new Error(), { name: "InsecureError" });
    return navigator.mediaDevices.getUserMedia(wanted);
  }

  /** Starts one of them; the text of what went wrong, or an empty one. */
  async function start(kind) {
    drop(kind);
    const wanted = chosen[kind];
    if (wanted === NONE) return "";
    try {
      const found = await get(constraints(kind));
      if (chosen[kind] === wanted) put(found);
      else for (const each of found.getTracks()) each.stop();
      return "";
    } catch (error) {
      return deviceProblem(error, kind);
    }
  }

  return {
    stream,
    track,
    chosen,
    kinds: () => ["audio", "video"].filter(track),

    /** Asks for both at once, so that there is one question; what is not there is left out. */
    async startBoth() {
      const wanted = ["audio", "video"].filter((each) => chosen[each] !== NONE);
      if (wanted.length === 2) {
        try {
          put(await get({ ...constraints("audio"), ...constraints("video") }));
          return "";
        } catch (error) {
          if (error.name === "InsecureError" || error.name === "NotAllowedError") return deviceProblem(error, "both");
        }
      }
      const problems = [];
      for (const each of wanted) problems.push(await start(each));
      return problems.filter(Boolean).join(" ");
    },

    start,
    stop: drop,

    choose(kind, id) {
      chosen[kind] = id;
      if (kind === "video") facing = "";
      return start(kind);
    },

    /** The other side of a phone. */
    async turnAround() {
      const now = track("video")?.getSettings().facingMode;
      facing = now === "environment" ? "user" : "environment";
      chosen.video = "";
      return start("video");
    },

    async list() {
      const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
      const of = (kind) => all.filter((each) => each.kind === kind && each.deviceId);
      return { audio: of("audioinput"), video: of("videoinput") };
    },

    stopAll() {
      drop("audio");
      drop("video");
    },
  };
}
