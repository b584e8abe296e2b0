// Numbers and times for people, as the server writes them, in the time zone that the reader chose: UTC or that of the
// browser. The choice stays in this browser.

const KEY = "loomchat.times";
const MINUTE = 60_000;
const DAY = 86_400_000;
const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?)?(?: ?([+\-−]\d\d):?(\d\d))?$/;
const OTHER_TIMES = /^(now|-?\d{1,6}[smhdwy]|\d{10,15}|\d{4}-.*Z)$/;
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

/** The zone of all times of a page: the clock is changed there twice a year, so that no offset would be true of all. */
export function zoneName() {
  const name = isUtc() ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  return name === "Etc/UTC" ? "UTC" : name.replaceAll("_", " ");
}

/** How far the chosen zone is before UTC at that moment, in milliseconds. */
function offset(millis) {
  return isUtc() ? 0 : -new Date(millis).getTimezoneOffset() * MINUTE;
}

function signed(millis) {
  const minutes = Math.abs(millis) / MINUTE;
  const two = (value) => String(value).padStart(2, "0");
  return `${millis < 0 ? "−" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function digits(millis) {
  return new Date(millis + offset(millis)).toISOString().slice(0, 19).replace("T", " ");
}

/** Whether the clock shows the same time twice, as in the hour in which it is set back. */
function isRepeated(millis) {
  const here = offset(millis);
  return [-DAY, DAY].some((by) => {
    const there = offset(millis + by);
    return there !== here && offset(millis + here - there) === there;
  });
}

/** `2026-11-30 10:41:17` in the chosen zone, or less of it; with its offset where the clock shows that twice. */
export function stamp(millis, length = 19) {
  return `${digits(millis).slice(0, length)}${length > 10 && isRepeated(millis) ? ` ${signed(offset(millis))}` : ""}`;
}

/** A time by itself, with its own offset: `2026-11-30 11:41:17 UTC+01:00`. */
export function moment(millis) {
  return `${digits(millis)} UTC${isUtc() ? "" : signed(offset(millis))}`;
}

/** So many seconds after a start, as a clock that began at 0:00. */
export function sinceStart(seconds) {
  const whole = Math.round(seconds);
  const two = (part) => String(part).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/**
 * The time that `stamp` wrote, as the server takes it, and what else it takes (`2h`, `now`) as it is. Null for what is
 * no time here; where times are UTC, the server says that.
 */
export function toServer(text) {
  const typed = text.trim();
  if (isUtc() || OTHER_TIMES.test(typed)) {
    return typed;
  }
  const match = typed.match(TIME);
  if (!match) {
    return null;
  }
  const [year, month, day, hour, minute, second, hours, minutes] = match.slice(1).map((each) => Number(each?.replace("−", "-") ?? 0));
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Hour 99 would be one of another day.
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day || utc.getUTCHours() !== hour || minute > 59 || second > 59) {
    return null;
  }
  if (match[7]) {
    return String(utc.getTime() - (hours * 60 + (match[7] < "-" ? minutes : -minutes)) * MINUTE);
  }
  return String(new Date(year, month - 1, day, hour, minute, second).getTime());
}

/** What the server takes of the time in a field; null, and said there, where it is no time. */
export function timeIn(field, text = field.value) {
  const sent = toServer(text);
  const example = `a time such as 2026-11-24 13:50 (${zoneName()}), now, or a span back from now such as 2h`;
  field.setCustomValidity(sent === null ? `Allowed is ${example}` : "");
  field.oninput = () => field.setCustomValidity("");
  field.reportValidity();
  return sent;
}

/** Shows the times that the server wrote in UTC in the chosen zone. */
export function showTimes(root) {
  for (const each of root.querySelectorAll("time[data-shown]")) {
    const length = { day: 10, minute: 16, second: 19 }[each.dataset.shown];
    const millis = Date.parse(each.dateTime);
    // A day of UTC is no day elsewhere: it begins at an hour.
    each.textContent = stamp(millis, length === 10 && !isUtc() ? 16 : length);
  }
  const name = zoneName();
  for (const each of root.querySelectorAll("[data-zone]")) {
    each.textContent = name;
  }
}
