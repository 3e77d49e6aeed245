// Speaking with the page around the panel: only with the page that embeds us, and only if it is a site of ours.
import { phraseTable, spokenLanguage } from "./phrases.js";

/** @param {(init: any, tellHost: (message: object) => void) => Promise<any>} start */
export function connectHost(start) {
  const page = document.documentElement;
  const origins = [location.origin, ...(page.dataset.origins ?? "").split(" ")];
  /** @type {Promise<any> | undefined} */
  let panel;
  addEventListener("message", async ({ origin, source, data }) => {
    if (source !== parent || !origins.includes(origin) || typeof data?.type !== "string") return;
    if (data.type !== "init") {
      const acts = await panel;
      if (acts && Object.hasOwn(acts, data.type)) acts[data.type](data);
      return;
    }
    page.dataset.scheme = data.scheme;
    page.dataset.page = data.page;
    if (data.color) page.style.setProperty("--green", data.color);
    panel ??= start(data, (message) => parent.postMessage(message, origin));
    await panel;
    page.lang = spokenLanguage();
    page.dir = phraseTable().dir ?? data.dir;
  });
}
