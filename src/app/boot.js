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
  // What is asked for without a connection goes out once there is one.
  const online = () => navigator.onLine || new Promise((go) => addEventListener("online", go, { once: true }));
  const send = window.fetch;
  window.fetch = async (...asked) => {
    await online();
    return send(...asked);
  };
  const say = (words) => {
    const place = document.querySelector("[data-connection]");
    if (place) place.textContent = words;
  };
  const tell = () => say(navigator.onLine ? "" : "You are offline. What you change is sent when the connection is back.");
  addEventListener("online", tell);
  addEventListener("offline", tell);
  let slow;
  addEventListener("submit", async (event) => {
    const form = event.target;
    // A field may be named as a property is: one of the checkout is called "method".
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (navigator.onLine) {
      form.dataset.sending = "";
      // A key makes the order the same however often it is sent.
      slow = setTimeout(say, 6000, form.elements.key ? "Still sending. You can press again: the order is placed once." : "Still sending.");
    } else {
      const { submitter } = event;
      event.preventDefault();
      tell();
      await online();
      form.requestSubmit(submitter);
    }
  });
  // A page that the Back button brings again is not sending any more.
  addEventListener("pageshow", () => {
    clearTimeout(slow);
    tell();
    for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
  });
  // An enlarged picture opens in its middle.
  addEventListener("toggle", (event) => {
    const box = event.target.querySelector("[data-zoom]");
    if (box) box.scrollTo((box.scrollWidth - box.clientWidth) / 2, (box.scrollHeight - box.clientHeight) / 2);
  }, true);
  // The picture that was pressed travels to the page about it, and back.
  let pressed;
  addEventListener("click", (event) => {
    pressed = event.target.closest("a");
  });
  const gallery = () => location.pathname.startsWith("/p/") && document.querySelector("[data-gallery-picture]");
  function tile(path) {
    const link = pressed && pressed.pathname === path ? pressed : document.querySelector(`li a[href="${path}"]`);
    const whole = link && link.closest("[data-good]");
    return whole && whole.querySelector("[data-picture], picture");
  }
  async function travel(transition, picture) {
    if (!transition || !picture) return;
    picture.style.viewTransitionName = "product";
    await transition.finished;
    picture.style.viewTransitionName = "";
  }
  const pathOf = (activation, end) => (activation && activation[end] ? new URL(activation[end].url).pathname : "");
  addEventListener("pageswap", (event) => travel(event.viewTransition, tile(pathOf(event.activation, "entry")) || gallery()));
  addEventListener("pagereveal", (event) => travel(event.viewTransition, gallery() || tile(pathOf(window.navigation && navigation.activation, "from"))));
  addEventListener("DOMContentLoaded", () => {
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
    const rest = () => idle(start, { timeout: 2000 });
    // A page drawn ahead of time wakes when somebody opens it: its cart's number may have changed meanwhile.
    if (document.prerendering) document.addEventListener("prerenderingchange", rest, { once: true });
    else addEventListener("load", rest);
    for (const kind of ["pointerdown", "focusin", "keydown"]) {
      addEventListener(kind, (event) => {
        if (event.target.closest && event.target.closest("leptos-island")) start();
      }, { once: false, passive: true });
    }
  });
})();
