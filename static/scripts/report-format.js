// Numbers and times for people, as the server writes them, in the time zone that the reader chose: UTC or that of the
// browser. The choice stays in this browser.

const KEY = "loomchat.times";
const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"];

export const FORMATS = {
  count: number,
  rate: (value) => `${number(value)}/s`,
  bytes,
  bytesRate: (value) => `${bytes(value)}/s`,
  percent: (value) => `${number(value)} %`,
  micros: (value) => `${number(value)} µs`,
  millis: (value) => `${number(value)} ms`,
  millisRate: (value) => `${number(value)} ms/s`,
};

function number(value) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.1) {
    return value.toLocaleString("en-US", { maximumSignificantDigits: 2 });
  }
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

function bytes(value) {
  let unit = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && unit < SIZES.length - 1) {
    scaled /= 1000;
    unit++;
  }
  if (unit === 0) {
    return `${number(value)} B`;
  }
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toLocaleString("en-US", { maximumFractionDigits: digits })} ${SIZES[unit]}`;
}

let zone = stored();

function stored() {
  try {
    return localStorage.getItem(KEY) === "local" ? "local" : "utc";
  } catch {
    return "utc"; // no storage in this browser: the choice lasts for this page
  }
}

export function isUtc() {
  return zone === "utc";
}

/** Sets the zone, `utc` or `local`. */
export function setZone(name) {
  zone = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // see stored()
  }
}

/** `UTC`, or how far the browser's time is from it at that moment. */
export function zoneName(millis) {
  if (isUtc()) {
    return "UTC";
  }
  const minutes = -new Date(millis).getTimezoneOffset();
  const size = Math.abs(minutes);
  const two = (value) => String(value).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `2026-11-30 10:41:17` in the chosen zone. */
export function stamp(millis) {
  const shift = isUtc() ? 0 : -new Date(millis).getTimezoneOffset() * 60_000;
  return new Date(millis + shift).toISOString().slice(0, 19).replace("T", " ");
}

/** So many seconds after a start, as a clock that began at 0:00. */
export function sinceStart(seconds) {
  const whole = Math.round(seconds);
  const two = (part) => String(part).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** The time that `stamp` wrote, as the server takes it; anything else (`2h`, `now`) as it is. */
export function toServer(text) {
  const match = text.trim().match(/^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/);
  if (!match || isUtc()) {
    return text.trim();
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map((each) => Number(each ?? 0));
  return String(new Date(year, month - 1, day, hour, minute, second).getTime());
}

/** Shows the times that the server wrote in UTC in the chosen zone. */
export function showTimes(root) {
  for (const each of root.querySelectorAll("time[data-shown]")) {
    const length = { day: 10, minute: 16, second: 19 }[each.dataset.shown];
    const millis = Date.parse(each.dateTime);
    // A day of UTC is no day elsewhere: it begins at an hour.
    each.textContent = stamp(millis).slice(0, length === 10 && !isUtc() ? 16 : length);
  }
  const name = zoneName(Date.now());
  for (const each of root.querySelectorAll("[data-zone]")) {
    each.textContent = name;
  }
}
