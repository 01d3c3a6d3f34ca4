// Small conveniences. Every page does its work without this file; it holds no
// rule and sends nothing.

const page = document;

// Keys outside of fields: each goes to what names it, presses it where it is a button or a link, and opens it where it folds.
// Of several that name the same key the next one has its turn. A key that is held down is one key.
page.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return closeMenus();
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const targets = [...page.querySelectorAll("[data-key]")].filter((e) => e.dataset.key === event.key);
  const target = targets[targets.indexOf(page.activeElement) + 1] ?? targets[0];
  if (!target) return;
  event.preventDefault();
  const summary = target.querySelector("summary");
  if (summary) summary.click();
  else if (target.matches("a, button")) target.click();
  const field = target.open ? target.querySelector("textarea") : null;
  (field ?? summary ?? target).focus();
});

// A menu closes when one looks elsewhere.
function closeMenus(keep) {
  for (const menu of page.querySelectorAll("details.menu[open]")) {
    if (menu === keep) continue;
    const inside = menu.contains(page.activeElement);
    menu.open = false;
    if (inside && !keep) menu.querySelector("summary").focus({ preventScroll: true });
  }
}
page.addEventListener("pointerdown", (event) => closeMenus(event.target.closest("details.menu") ?? page.body));

// Groups stay open or closed as they were left.
for (const group of page.querySelectorAll("details[data-remember]")) {
  const key = `banyan.${group.dataset.remember}`;
  const current = group.querySelector("[aria-current]");
  try {
    if (!current && localStorage.getItem(key) === "closed") group.open = false;
    group.addEventListener("toggle", () => localStorage.setItem(key, group.open ? "open" : "closed"));
  } catch { /* storage may be forbidden */ }
}

// Filters apply when chosen.
page.addEventListener("change", (event) => {
  if (event.target.matches("select, input[type=date]")) event.target.form?.closest("[data-autosubmit]")?.requestSubmit();
});

// A question that another answer calls for. The server drops what was not asked. Only the class
// tells the style sheet to fold: where this file does not arrive, every question stays in sight.
page.documentElement.classList.add("touch");
function unfold() {
  for (const field of page.querySelectorAll("[data-when]")) {
    const form = field.closest("form");
    if (!form) continue;
    const answers = new FormData(form).getAll(field.dataset.when);
    const among = (list) => answers.some((answer) => list.split(" ").includes(answer));
    const { whenIs, whenNot } = field.dataset;
    field.classList.toggle("field--off", whenIs === undefined ? among(whenNot) : !among(whenIs));
  }
}
page.addEventListener("change", unfold);
unfold();

// The print dialogue.
page.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// After a refused form, begin at the list of what needs correcting.
page.getElementById("errors")?.focus();
