// In full screen Tab stays inside the panel.

/** @param {KeyboardEvent} event a Tab */
export function keepInside(event) {
  const stops = [...document.querySelectorAll("button,a[href],input,textarea,[tabindex='0']")]
    .filter((stop) => stop.checkVisibility({ visibilityProperty: true }) && !(/** @type {any} */ (stop).hidden));
  const end = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== end && stops.includes(/** @type {Element} */ (document.activeElement))) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}
