// What a site pastes. Draws the button with no other request, and opens the panel as an iframe of our origin.
// One classic script, one global, nothing stored, no timers while closed. Budget: 4 KB gzip.
(() => {
  const w = /** @type {any} */ (window), d = document;
  if (w.Helpdesk?.version) return; // a second script tag changes nothing

  // The server fills this line in when it serves the file.
  const baked = { origin: "", mail: "", words: {} };

  const script = /** @type {HTMLScriptElement | null} */ (d.currentScript ?? d.querySelector('script[src*="widget.js"]'));
  /** @type {DOMStringMap} */
  const options = { ...script?.dataset };
  const { origin } = new URL(options.origin ?? script?.src ?? baked.origin, location.href);
  /** @type {Record<string, Function[]>} */
  const listeners = {};
  /** @type {Record<string, string>} */
  let phrases = {};
  /** @type {HTMLIFrameElement | undefined} */
  let iframe;
  /** @type {Element | null} */
  let opener;
  let isOpen = false;
  let isReady = false;
  let isLost = false;
  let unread = 0;
  let patience = 0;
  /** @type {Record<string, any>[]} */
  let waiting = [];
  /** @type {string | undefined} */
  let identity;

  /** @param {string} phrase */
  const t = (phrase, n = 0) => (phrases[phrase] ?? phrase).replace("{n}", `${n}`);

  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
  const h = (name, attributes, ...children) => {
    const node = /svg|path/.test(name) ? d.createElementNS("http://www.w3.org/2000/svg", name) : d.createElement(name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    node.append(...children);
    return /** @type {HTMLElement} */ (node);
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .w{font:15px/1.45 system-ui,sans-serif;color:#111827}
    [hidden]{display:none!important}
    button{font:inherit;border:0;background:var(--g);color:#fff;cursor:pointer}
    .b,.p{position:fixed;right:calc(20px + env(safe-area-inset-right));pointer-events:auto}
    .b{bottom:calc(20px + env(safe-area-inset-bottom));width:56px;height:56px;padding:0;border-radius:50%;
      box-shadow:0 0 0 2px #fff,0 4px 16px 2px #0005;display:grid;place-items:center}
    .b:hover{filter:brightness(.86)}
    :focus-visible{outline:3px solid #14532d;outline-offset:3px;box-shadow:0 0 0 3px #fff}
    svg{width:28px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
    .n{position:absolute;top:-5px;right:-5px;min-width:12px;padding:0 5px;border-radius:11px;
      background:#b91c1c;font:600 12px/22px system-ui,sans-serif;box-shadow:0 0 0 2px #fff}
    .p{bottom:calc(88px + env(safe-area-inset-bottom));width:min(400px,100% - 40px);height:min(640px,100% - 108px);
      border-radius:16px;overflow:hidden;background:#fff;box-shadow:0 0 0 1px #8886,0 12px 40px #0004;transition:translate .12s}
    .p:not(.o){visibility:hidden;translate:0 8px}
    .l>*>.b,.l>.p{right:auto;left:20px}
    .u .b{bottom:92px}
    iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:light dark}
    .c{padding:0 20px}
    h2{margin:0 -20px 20px;padding:20px;font-size:17px;background:#14532d;color:#fff}
    .c button{min-height:44px;margin:12px 12px 0 0;padding:0 16px;border-radius:10px}
    a{color:#166534;line-height:44px}
    .s{position:fixed;opacity:0}
    @media (max-width:479px),(max-height:479px){.p{inset:0!important;width:100%;height:100dvh;border-radius:0}.w:has(.o) .b{visibility:hidden}}
    @media (prefers-reduced-motion:reduce){.p{transition:none}}
    @media (forced-colors:active){.b,.p,.c button{border:2px solid}}
    @media print{.w{display:none}}`);

  const host = d.createElement("support-chat");
  for (const rule of "all:initial;position:fixed;width:0;height:0;z-index:2147483647;pointer-events:none".split(";")) {
    host.style.setProperty(...(/** @type {[string, string]} */ (rule.split(":"))), "important");
  }
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const path = h("path", {});
  const badge = h("span", { class: "n", "aria-hidden": "true" });
  const button = h("button", { class: "b", part: "launcher", "aria-haspopup": "dialog" },
    h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path), badge);
  const announcer = h("span", { class: "s", role: "status" });
  const section = h("section", {}, button, announcer);
  const heading = h("h2", {});
  const words = h("p", {});
  const again = h("button", {});
  const closer = h("button", {});
  const mail = h("a", { href: "mailto:" + baked.mail }, baked.mail);
  const cover = h("div", { class: "c" }, heading, words, mail, h("div", {}, again, closer));
  const panel = h("div", { class: "p", part: "panel", role: "dialog", tabindex: "-1" }, cover);
  const wrap = h("div", { class: "w" }, section, panel);
  root.append(wrap);

  const isFull = () => innerWidth < 480 || innerHeight < 480;

  /** Shows everything as it is now. */
  function draw() {
    const name = isOpen ? t("Close Customer Support chat") : t("Open Customer Support chat");
    button.ariaLabel = name + (unread ? ", " + (unread > 1 ? t("{n} unread messages", unread) : t("1 unread message")) : "");
    button.ariaExpanded = `${isOpen}`;
    path.setAttribute("d", isOpen ? "M5 9l7 7 7-7" : "M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12zM9 12h0M13 12h0M17 12h0");
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? "99+" : `${unread}`;
    panel.classList.toggle("o", isOpen);
    panel.inert = !isOpen;
    panel.ariaModal = `${isFull()}`;
    panel.ariaLabel = section.ariaLabel = heading.textContent = t("Customer Support");
    words.textContent = isLost ? t("Customer Support cannot be reached right now. Try again, or write to us by email.") : t("Connecting…");
    again.textContent = t("Try again");
    closer.textContent = t("Close chat");
    again.hidden = mail.hidden = !isLost;
    cover.hidden = isReady;
    if (iframe) iframe.hidden = !isReady;
    Object.assign(host.dataset, { state: isOpen ? "open" : "closed", unread });
    const title = d.title.replace(/^\(\d+\) /, "");
    if (unread || title !== d.title) d.title = unread ? `(${unread}) ${title}` : title;
  }

  /** Reads the options again and applies them. */
  function apply() {
    const wanted = options.locale === "auto" ? d.documentElement.lang || navigator.language : options.locale ?? "en";
    const dir = phrases.dir ?? getComputedStyle(d.documentElement).direction;
    const color = `oklch(from ${options.color} min(l,.52) c h)`; // dark enough for white text, whatever a site wishes
    const paint = CSS.supports("color", color) ? color : "";
    wrap.dir = dir;
    wrap.lang = phrases.lang ?? "en";
    wrap.classList.toggle("l", options.position === "left" || (options.position === "auto" && dir === "rtl"));
    wrap.style.setProperty("--g", paint || "#15803d");
    tell({ ...options, type: "init", locale: wanted.slice(0, 2), dir, color: paint, identity, page: options.pages !== "off" && location.origin + location.pathname });
    draw();
  }

  /** @param {Record<string, any>} message */
  function tell(message) {
    if (isReady || message.type === "init") iframe?.contentWindow?.postMessage(message, origin);
    else waiting.push(message);
  }

  function load() {
    clearTimeout(patience);
    iframe?.remove();
    isReady = false;
    const frame = iframe = /** @type {HTMLIFrameElement} */ (h("iframe", { title: t("Customer Support"), src: origin + "/widget/frame" }));
    frame.onload = apply;
    frame.hidden = true;
    panel.append(frame);
    patience = setTimeout(() => {
      isLost = true;
      frame.remove();
      iframe = undefined;
      phrases = { ...baked.words, ...phrases }; // what was never told is said in the language of the browser
      apply();
      if (isOpen) again.focus();
    }, 5000);
  }
  const approach = () => iframe || isLost || load();
  const showOpen = () => tell({ type: "open", touch: matchMedia("(pointer:coarse)").matches });

  /** @param {string} name @param {unknown} [detail] */
  function emit(name, detail) {
    for (const fn of listeners[name] ?? []) try { fn(detail); } catch (error) { console.warn(error); }
    d.dispatchEvent(new CustomEvent("supportchat:" + name, { detail }));
  }

  function fit() {
    const view = w.visualViewport;
    const full = view && isFull();
    panel.style.height = full ? view.height + "px" : "";
    panel.style.setProperty("top", full ? view.offsetTop + "px" : "", "important");
    if (isOpen) tell({ type: "size", full });
  }

  const api = {
    version: "1",
    /** @param {{view?: string, message?: string, subject?: string}} [wish] */
    open(wish) {
      const isNew = !isOpen;
      if (isNew) opener = d.activeElement;
      if (!iframe) load();
      isOpen = true;
      unread = 0;
      draw();
      fit();
      ((isReady && iframe) || (isLost ? again : panel)).focus();
      showOpen();
      if (wish) tell({ type: "wish", ...wish });
      if (isNew) emit("open");
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      draw();
      tell({ type: "close" });
      /** @type {HTMLElement} */ (opener?.isConnected && opener !== host && opener !== d.body ? opener : button).focus();
      emit("close");
    },
    toggle() { isOpen ? api.close() : api.open(); },
    /** @param {{token?: string}} person */
    identify(person) {
      identity = person.token;
      tell({ type: "identify", identity });
    },
    logout() {
      identity = undefined;
      unread = 0;
      approach();
      tell({ type: "logout" });
      draw();
    },
    /** @param {Record<string, string>} wish */
    set(wish) { Object.assign(options, wish); apply(); },
    /** @param {string} name @param {Function} fn */
    on(name, fn) {
      (listeners[name] ??= []).push(fn);
      return () => { listeners[name] = listeners[name].filter((other) => other !== fn); };
    },
    get isOpen() { return isOpen; },
    get unread() { return unread; },
  };

  /** What the panel says. Only our own iframe, from our own origin, is heard. @type {Record<string, (message: any) => void>} */
  const heard = {
    ready(message) { // with the launcher's words in the language that the panel speaks
      clearTimeout(patience);
      phrases = message.phrases;
      const hadFocus = panel.contains(root.activeElement);
      isReady = true;
      isLost = false;
      apply();
      if (hadFocus) iframe?.focus();
      for (const message of waiting.splice(0)) tell(message);
      emit("ready");
    },
    close: () => api.close(),
    unread({ count, text }) {
      unread = count;
      draw();
      announcer.textContent = text;
      emit("unread", count);
    },
    event: ({ name, detail }) => emit(name, detail),
  };
  addEventListener("message", (event) => {
    if (event.origin === origin && iframe && event.source === iframe.contentWindow) heard[event.data?.type]?.(event.data);
  });

  button.onclick = () => api.toggle();
  closer.onclick = () => api.close();
  again.onclick = () => { isLost = false; load(); draw(); panel.focus(); };
  button.onfocus = button.onpointerenter = approach;
  d.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-support-chat]"));
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    api.open({ view: link.dataset.supportChat });
  });
  /** @param {Element} element @param {Element} over */
  const isUnder = (element, over) => {
    const [a, b] = [element, over].map((it) => it.getBoundingClientRect());
    return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
  };
  d.addEventListener("keydown", ({ key }) => {
    const at = d.activeElement;
    if (key === "Escape" && isOpen && at && (at === host || isUnder(at, panel))) api.close();
  });
  // What has the focus must be seen: scroll it clear of the button; where that cannot be, lift the button.
  d.addEventListener("focusin", ({ target }) => {
    wrap.classList.remove("u");
    if (target === host || !isUnder(/** @type {Element} */ (target), button)) return;
    /** @type {Element} */ (target).scrollIntoView({ block: "center" });
    wrap.classList.toggle("u", isUnder(/** @type {Element} */ (target), button));
  });
  w.visualViewport?.addEventListener("resize", fit);
  w.visualViewport?.addEventListener("scroll", fit);
  w.navigation?.addEventListener("navigatesuccess", apply); // another page of a single-page app

  // The button is permanent: whatever a page does to its document, it comes back.
  const keeper = new MutationObserver(attach);
  function attach() {
    if (host.isConnected) return;
    d.documentElement.append(host);
    try { host.popover = "manual"; host.showPopover(); } catch { /* a plain fixed position serves */ }
    keeper.observe(d.documentElement, { childList: true });
    if (iframe) load();
    if (isOpen) showOpen();
  }
  keeper.observe(d, { childList: true });
  apply();
  attach();

  // No call ever throws into the page.
  const calls = /** @type {Record<string, any>} */ (api);
  for (const name in calls) {
    const fn = calls[name];
    if (fn.call) calls[name] = (/** @type {any[]} */ ...given) => { try { return fn(...given); } catch (error) { console.warn(error); } };
  }
  const early = w.Helpdesk?.q ?? [];
  /** @param {any[]} call */
  const push = ([name, ...given]) => calls[name]?.(...given);
  w.Helpdesk = Object.defineProperty(api, "q", { value: { push } });
  early.forEach(push);

  const idle = () => (w.requestIdleCallback ?? setTimeout)(approach);
  if (!w.navigator.connection?.saveData) d.readyState === "complete" ? idle() : addEventListener("load", idle);
})();
