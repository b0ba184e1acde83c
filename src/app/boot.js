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
  // A page that waits for something asks in silence, and is left for its successor only when there is one.
  const { askAgain } = document.body.dataset;
  async function ask() {
    try {
      const answer = await fetch(location.href);
      const page = await answer.text();
      if (answer.redirected || !page.includes("data-ask-again")) return location.replace(answer.url);
    } catch {
      // Without an answer there is nothing to show yet.
    }
    setTimeout(ask, askAgain * 1000);
  }
  if (askAgain) setTimeout(ask, askAgain * 1000);
  if (!document.querySelector("leptos-island")) return;
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 1));
  addEventListener("load", () => idle(start, { timeout: 2000 }));
  for (const kind of ["pointerdown", "focusin", "keydown"]) {
    addEventListener(kind, (event) => {
      if (event.target.closest && event.target.closest("leptos-island")) start();
    }, { once: false, passive: true });
  }
})();
