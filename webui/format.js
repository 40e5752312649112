/** Numbers, shares and spans of time as people read them. */

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {number} value */
export function whole(value) {
  return WHOLE.format(value);
}

/** @param {number} share 0 to 1 @param {number} digits */
export function percent(share, digits = 1) {
  const figure = share * 100;
  const least = 10 ** -digits;
  if (figure > 0 && figure < least) return `under ${least} %`;
  return `${figure.toFixed(digits)} %`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.round(hours / 24)} days`;
}

/** @param {string} moment ISO 8601 @returns {string} this person's clock */
export function timeOfDay(moment) {
  return new Date(moment).toLocaleTimeString("en-GB");
}
