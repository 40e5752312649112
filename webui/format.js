/** Numbers, shares and spans of time as people read them. */

/** @typedef {typeof import("./texts/en.js").units} Units */

let wholeNumbers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
let clock = "en-GB";
/** @type {Units} */
let units = {
  seconds: (count) => `${count} s`,
  minutes: (count) => `${count} min`,
  hours: (hours, minutes) => `${hours} h ${minutes} min`,
  days: (count) => `${count} days`,
  under: (share) => `under ${share} %`,
};

/** Write figures and spans as a language does. @param {Units} given @param {string} locale */
export function useUnits(given, locale) {
  units = given;
  wholeNumbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  clock = locale === "en" ? "en-GB" : locale;
}

/** @param {number} value */
export function whole(value) {
  return wholeNumbers.format(value);
}

/** @param {number} share 0 to 1 @param {number} digits */
export function percent(share, digits = 1) {
  const figure = share * 100;
  const least = 10 ** -digits;
  if (figure > 0 && figure < least) return units.under(least);
  return `${figure.toFixed(digits)} %`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** @param {number} amount @param {string | null} currency */
export function money(amount, currency) {
  return `${amount.toFixed(2)} ${currency ?? ""}`.trim();
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return units.seconds(Math.max(0, Math.round(seconds)));
  if (seconds < 3600) return units.minutes(Math.round(seconds / 60));
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return units.hours(hours, Math.round((seconds % 3600) / 60));
  return units.days(Math.round(hours / 24));
}

/** @param {string} moment ISO 8601 @returns {string} this person's clock */
export function timeOfDay(moment) {
  return new Date(moment).toLocaleTimeString(clock, { hour12: false });
}

/** @param {string} moment ISO 8601 @returns {string} this person's day and minute */
export function dayAndTime(moment) {
  return new Date(moment).toLocaleString(clock, { dateStyle: "medium", timeStyle: "short", hour12: false });
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** @param {number} bytes */
export function size(bytes) {
  const power = Math.min(Math.floor(Math.log2(Math.max(1, bytes)) / 10), SIZES.length - 1);
  const figure = bytes / 1024 ** power;
  return `${power === 0 || figure >= 100 ? Math.round(figure) : figure.toFixed(1)} ${SIZES[power]}`;
}
