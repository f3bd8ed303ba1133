/**
 * A calculator inside somebody else's page: tells its height whenever that changes, and opens links in a new tab,
 * since the guide's own pages let nobody frame them. It listens to nothing from the page around it.
 */

const main = /** @type {HTMLElement} */ (document.querySelector("[data-embed]"));
let told = 0;

function tellHeight() {
  const height = Math.ceil(main.getBoundingClientRect().height);
  if (height === told) return;
  told = height;
  // Anybody may know how tall the page is; who frames it we cannot know.
  parent.postMessage({ type: "studiestotte:height", height }, "*");
}

if (parent !== window) new ResizeObserver(tellHeight).observe(main);

document.addEventListener("click", ({ target }) => {
  const link = target instanceof Element ? target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.hasAttribute("download") || !/^https?:$/.test(link.protocol)) return;
  const isHere = link.origin === location.origin && link.pathname === location.pathname;
  if (isHere) return;
  link.target = "_blank";
  link.rel = "noopener";
});

export {};
