/**
 * The search's window: `<button data-search-open>` opens `<dialog data-search>`, where hits show while one types. The
 * pages' words, and what finds in them, are fetched when the window opens for the first time, and never before.
 *
 * Arrow keys go through the hits, Enter goes to the first one, Escape closes.
 */

/** @typedef {import("./find.js").Hit} Hit */

// A count that changed with every letter would be read aloud with every letter.
const SAID_AFTER = 400;

/**
 * @param {DOMStringMap} named the addresses of what is fetched, as the page names them
 * @param {number} attempt
 * @returns {Promise<(typed: string) => Hit[]>}
 */
async function fetched({ library = "", stemmer = "", pages = "" }, attempt) {
  // A browser may remember that a module could not be fetched; under another name it asks again.
  /** @param {string} name @param {string} base */
  const module = (name, base) => import(new URL(attempt ? `${name}?again=${attempt}` : name, base).href);
  const data = async () => {
    const response = await fetch(pages);
    if (!response.ok) throw new Error(`${pages}: ${response.status}`);
    return response.json();
  };
  const [{ finder }, { default: MiniSearch }, { stemmer: stem }, known] = await Promise.all([
    module("find.js", import.meta.url),
    module(library, document.baseURI),
    module(stemmer, document.baseURI),
    data(),
  ]);
  return finder(MiniSearch, stem, known);
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {(Node | string)[]} content
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** @param {Hit} hit @param {string} root where the pages of the language lie @returns {HTMLLIElement} */
function item({ page, sections, marked }, root) {
  const address = root + (page.address && `${page.address}/`);
  /** @param {string} text */
  const shown = (text) =>
    marked(text).map(([piece, meant]) => (meant ? element("mark", "search__mark", piece) : piece));
  /** @param {string} className @param {string} anchor @param {string} text */
  const link = (className, anchor, text) => {
    const made = element("a", className, ...shown(text));
    made.href = anchor ? `${address}#${anchor}` : address;
    return made;
  };
  const made = element(
    "li",
    "search__hit",
    link("search__page", "", page.title),
    element("p", "search__about", ...shown(page.description)),
  );
  if (sections.length) {
    const links = sections.map(({ anchor, heading }) => element("li", "", link("search__section", anchor, heading)));
    made.append(element("ul", "search__sections", ...links));
  }
  return made;
}

/** @param {HTMLButtonElement} button @param {HTMLDialogElement} dialog */
function start(button, dialog) {
  /** @template {Element} T @param {new () => T} type @param {string} selector @returns {T} */
  const part = (type, selector) => {
    const found = dialog.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the search has no ${selector}`);
    return found;
  };
  const form = part(HTMLFormElement, "form");
  const field = part(HTMLInputElement, "input");
  const status = part(HTMLElement, "[role=status]");
  const hits = part(HTMLElement, ".search__hits");
  const wanted = part(HTMLElement, ".search__wanted");
  const said = dialog.dataset;

  /** @type {((typed: string) => Hit[]) | undefined} */
  let find;
  /** @type {Promise<void> | undefined} */
  let fetching;
  let attempts = 0;
  let saying = 0;

  /** @param {string} [text] @param {number} [after] milliseconds */
  const tell = (text = "", after = 0) => {
    clearTimeout(saying);
    saying = setTimeout(() => {
      if (status.textContent !== text) status.textContent = text;
    }, after);
  };

  const look = () => {
    const typed = field.value.trim();
    if (!typed || !find) {
      hits.replaceChildren();
      hits.hidden = true;
      wanted.hidden = false;
      if (!typed) tell();
      return;
    }
    const found = find(typed);
    hits.replaceChildren(...found.map((hit) => item(hit, said.root ?? "")));
    hits.hidden = !found.length;
    wanted.hidden = found.length > 0;
    const words = found.length > 1 ? said.saySome : found.length ? said.sayOne : said.sayNone;
    tell(words?.replace("{n}", String(found.length)), SAID_AFTER);
  };

  const load = () => {
    fetching ??= fetched(said, attempts).then(
      (ready) => {
        find = ready;
        look();
      },
      () => {
        fetching = undefined;
        attempts += 1;
        tell(said.sayFailed);
      },
    );
    return fetching;
  };

  /** @param {number} step */
  const move = (step) => {
    const links = [...dialog.querySelectorAll("a")].filter((link) => link.checkVisibility());
    const stops = [field, ...links];
    const at = stops.findIndex((each) => each === document.activeElement);
    stops[Math.max(0, Math.min(links.length, at + step))].focus();
  };

  button.addEventListener("click", () => {
    dialog.showModal();
    field.select();
    load();
  });
  field.addEventListener("input", () => {
    look();
    if (find || !field.value.trim()) return;
    tell(said.sayLoading, SAID_AFTER);
    load();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hits.querySelector("a")?.focus();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  });
  dialog.addEventListener("click", (event) => {
    // With a key held down a link opens beside this page, and one may want the next hit too.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target instanceof Element ? event.target : dialog;
    // A link may lead to another place on this same page; the dialog itself is hit beside its content.
    if (target === dialog || target.closest("a, .search__close")) dialog.close();
  });
  button.classList.add("search-open--ready");
}

const button = document.querySelector("[data-search-open]");
const dialog = document.querySelector("[data-search]");
if (button instanceof HTMLButtonElement && dialog instanceof HTMLDialogElement) start(button, dialog);
