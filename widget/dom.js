// Building elements. No HTML is ever made from text.

/**
 * @param {string} name
 * @param {Record<string, any>} attributes `on…` are listeners; false, null and undefined are left out
 * @param {(Node | string | null | undefined | false)[]} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value || value === 0) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child || child === "")));
  return node;
}

/** @param {string} label @param {(event: Event) => void} press @param {Record<string, any>} more */
export const button = (label, press, more = {}) => h("button", { type: "button", onclick: press, ...more }, label);

/** A button that shows a drawing and is called `label`. @param {string} label @param {string} line @param {(event: Event) => void} press */
export function iconButton(label, line, press, more = {}) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = svg.appendChild(document.createElementNS(space, "path"));
  path.setAttribute("d", line);
  const node = h("button", { type: "button", class: "icon", "aria-label": label, onclick: press, ...more });
  node.append(svg);
  return node;
}

let lastId = 0;

/**
 * A labelled field with room for its error.
 * @param {string} label @param {string} kind "input" or "textarea"
 */
export function field(label, kind, attributes = {}) {
  const id = `f${++lastId}`;
  const input = h(kind, { id, ...attributes });
  const error = h("p", { id: id + "e", class: "error" });
  const node = h("div", { class: "field" }, h("label", { for: id }, label), input, error);
  input.setAttribute("aria-describedby", error.id);
  const fault = (sentence = "") => { // "": the field is right again
    error.textContent = sentence;
    input.ariaInvalid = `${Boolean(sentence)}`;
    if (sentence) input.focus();
    return !sentence;
  };
  input.addEventListener("input", () => fault());
  return { node, input, fault };
}

/** @param {string} text */
export const isEmail = (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
