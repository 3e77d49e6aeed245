// Files on their way: one row each, with its progress, until the message takes them along.
import { button, h } from "./dom.js";
import { t } from "./phrases.js";
import { plain } from "./richtext.js";

const largest = 10 << 20; // bytes
const most = 5;
const allowed = /\.(?:png|jpe?g|webp|gif|pdf|txt|log|csv)$/i;

export class FileTray {
  /** @type {Map<Element, {request: XMLHttpRequest, sent?: any}>} */ #files = new Map();
  #say;

  /** @param {() => Record<string, string>} headers who sends, and for which conversation @param {(sentence: string) => void} say */
  constructor(headers, say) {
    this.headers = headers;
    this.#say = say;
    this.list = h("ul", { class: "files" });
    this.input = h("input", { type: "file", multiple: true, hidden: true, accept: ".png,.jpg,.jpeg,.webp,.gif,.pdf,.txt,.log,.csv" });
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  choose() {
    this.input.click();
  }

  get isBusy() {
    return [...this.#files.values()].some((file) => !file.sent);
  }

  /** @returns {any[]} what the server has of them */
  ready() {
    return [...this.#files.values()].map((file) => file.sent).filter(Boolean);
  }

  clear() {
    this.#files.clear();
    this.list.replaceChildren();
  }

  /** @param {FileList | null | undefined} files */
  add(files) {
    this.#say("");
    for (const file of files ?? []) {
      if (!allowed.test(file.name)) this.#say(t("That file type is not allowed. Use an image, PDF or text file."));
      else if (file.size > largest) this.#say(t("That file is larger than 10 MB. Send a smaller one."));
      else if (this.#files.size >= most) this.#say(t("At most 5 files go with one message."));
      else this.#send(file);
    }
  }

  /** @param {File} file */
  #send(file) {
    const name = plain(file.name);
    const progress = h("progress", { max: 100, value: 0, "aria-label": t("Uploading {name}", { name }) });
    const request = new XMLHttpRequest();
    const remove = () => {
      request.abort();
      this.#files.delete(row);
      row.remove();
    };
    const row = h("li", {}, h("span", {}, name), progress, button("✕", remove, { "aria-label": t("Remove {name}", { name }) }));
    /** @type {{request: XMLHttpRequest, sent?: any}} */
    const entry = { request };
    const fail = () => {
      remove();
      this.#say(request.status === 413 ? t("That file is larger than 10 MB. Send a smaller one.")
        : request.status === 415 ? t("That file type is not allowed. Use an image, PDF or text file.")
          : t("The file could not be sent. Try again."));
    };
    request.upload.onprogress = (event) => { progress.value = (100 * event.loaded) / event.total; };
    request.onload = () => {
      if (request.status !== 201) return fail();
      entry.sent = JSON.parse(request.responseText);
      progress.remove();
    };
    request.onerror = fail;
    request.open("POST", "/visitor/files");
    for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
    const body = new FormData();
    body.append("file", file);
    request.send(body);
    this.#files.set(row, entry);
    this.list.append(row);
  }
}
