(() => {
  const base = "__PKG__";
  let started = false;
  async function wake(node, mod, callbacks) {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const tag = node.tagName.toLowerCase();
    if (tag === "leptos-island") {
      const island = mod[node.dataset.component];
      if (island) {
        const children = callbacks[callbacks.length - 1];
        if (children) children();
        await island(node);
      } else {
        console.error("The browser module has no island " + node.dataset.component);
      }
    }
    const inside = tag === "leptos-children";
    if (inside) callbacks.push(node.$$on_hydrate);
    for (const child of [...node.children]) await wake(child, mod, callbacks);
    if (inside) callbacks.pop();
  }
  function start() {
    if (started) return;
    started = true;
    import(base + "/cartwright.js").then(async (mod) => {
      await mod.default({ module_or_path: base + "/cartwright_bg.wasm" });
      mod.hydrate();
      await wake(document.body, mod, []);
      document.documentElement.dataset.islands = "awake";
    });
  }
  if (!document.querySelector("leptos-island")) return;
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 1));
  addEventListener("load", () => idle(start, { timeout: 2000 }));
  for (const kind of ["pointerdown", "focusin", "keydown"]) {
    addEventListener(kind, (event) => {
      if (event.target.closest && event.target.closest("leptos-island")) start();
    }, { once: false, passive: true });
  }
})();
