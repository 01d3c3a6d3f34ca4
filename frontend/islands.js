// Wakes the islands of a page. Where none stands, the WebAssembly is not even fetched.
//
// The page's shell writes
//   <script type="module" src="…/islands.js" data-banyan data-js="…/banyan.js" data-wasm="…/banyan_bg.wasm">
// because a module script cannot ask for its own element, and file names carry hashes.
// Once all islands are awake, <html data-islands="awake"> tells.

const islands = document.querySelectorAll("leptos-island");

if (islands.length > 0) {
  const { js, wasm } = document.querySelector("script[data-banyan]").dataset;
  const module_or_path = fetch(wasm);
  const module = await import(js);
  await module.default({ module_or_path });
  module.hydrate();
  // In document order: an island comes before those that stand among its children.
  for (const island of islands) await wake(module, island);
  document.documentElement.dataset.islands = "awake";
}

async function wake(module, island) {
  const hydrate = module[island.dataset.component];
  if (!hydrate) {
    console.error(`no island named ${island.dataset.component}`);
    return;
  }
  // An island among another's children lives under the outer one's reactive owner, which Leptos
  // makes current by a callback on <leptos-children>.
  island.parentElement.closest("leptos-children")?.$$on_hydrate?.();
  await hydrate(island);
}
