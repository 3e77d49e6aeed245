// What a site's token says of itself. Only the server can tell whether it is true.

const soonMs = 10_000;

/** @param {string} jwt @returns {boolean} whether it has ended, or is about to */
export function isEnding(jwt) {
  try {
    return JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).exp * 1000 < Date.now() + soonMs;
  } catch {
    return true;
  }
}
