/**
 * The menu and the search of small screens open by Material's hidden checkboxes. These buttons press them, tell
 * whether the part is open, and let Escape shut it:
 * `<button data-toggles="__search" data-focuses="query" aria-expanded="false">`, where `data-focuses` is the name
 * of the field to write in once the part is open.
 */

for (const button of document.querySelectorAll("button[data-toggles]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const box = document.getElementById(button.dataset.toggles ?? "");
  if (!(box instanceof HTMLInputElement)) continue;
  const [field] = document.getElementsByName(button.dataset.focuses ?? "");

  const tell = () => {
    button.setAttribute("aria-expanded", String(box.checked));
    if (box.checked) field?.focus();
    // Material may shut the part itself, and then leaves the focus on what has just been hidden.
    else if (document.activeElement === document.body || document.activeElement === field) button.focus();
  };
  button.addEventListener("click", () => box.click());
  box.addEventListener("change", tell);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.checked) return;
    box.click();
    button.focus();
  });
}
