// Where the page's modules do not load or break while they begin: the plain field still works, keeps what is typed, and says so.
// A classic script, loaded before them, that needs nothing.

(() => {
  let saving = null;
  const ready = () => document.body?.dataset.ready !== undefined;

  /** Kept in the form that drafts are restored from (code/draft_rules.js), so that the next visit finds it in the editor. */
  function keep() {
    try {
      const { session } = JSON.parse(document.getElementById("page-data").textContent);
      const draft = { source: document.getElementById("source").value, payload: document.getElementById("payload").value, unsaved: true };
      localStorage.setItem(`draft:${session ?? "new"}`, JSON.stringify(draft));
    } catch {
      // nothing can be kept here
    }
  }

  function rescue() {
    if (ready() || saving !== null) return;
    saving = true;
    const banner = document.getElementById("offline-banner");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button small";
    again.textContent = "Load it again";
    again.addEventListener("click", () => location.reload());
    const text = document.createElement("span");
    text.textContent = "The page could not be loaded whole. You can go on writing: what you type is kept in this browser, and can be run when it is loaded again.";
    banner.dataset.kind = "lost";
    banner.replaceChildren(text, again);
    banner.hidden = false;
    for (const field of ["source", "payload"]) document.getElementById(field).addEventListener("input", keep);
  }

  const module = ({ target }) => target instanceof HTMLScriptElement && target.type === "module";
  window.addEventListener("error", (event) => (event instanceof ErrorEvent || module(event)) && rescue(), true);
  window.addEventListener("unhandledrejection", rescue);
})();
