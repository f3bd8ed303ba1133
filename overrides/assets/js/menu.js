/**
 * The menu of small screens opens by Material's hidden checkbox. This button presses it, tells whether the menu is
 * open, and lets Escape shut it: `<button data-toggles="__drawer" aria-expanded="false">`.
 */

for (const button of document.querySelectorAll("button[data-toggles]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const box = document.getElementById(button.dataset.toggles ?? "");
  if (!(box instanceof HTMLInputElement)) continue;

  box.addEventListener("change", () => {
    button.setAttribute("aria-expanded", String(box.checked));
    // Material may shut the menu itself, and then leaves the focus on what has just been hidden.
    if (!box.checked && document.activeElement === document.body) button.focus();
  });
  button.addEventListener("click", () => box.click());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.checked) return;
    box.click();
    button.focus();
  });
}
