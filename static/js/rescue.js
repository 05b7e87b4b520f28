// Where the page's modules do not load or break while they begin: the plain field still works, keeps what is typed, and says so,
// and so do the places where runs and their lines would be. A classic script, loaded before them, that needs nothing.

(() => {
  const AGAIN = "Load it again";
  const SVG = "http://www.w3.org/2000/svg";
  const undone = []; // what is taken back where the page begins after all
  let rescued = false;
  const byId = (id) => document.getElementById(id);
  const ready = () => document.body?.dataset.ready !== undefined;

  /** Kept in the form that drafts are restored from (code/draft_rules.js), so that the next visit finds it in the editor. */
  function keep() {
    try {
      const { session } = JSON.parse(byId("page-data").textContent);
      const draft = { source: byId("source").value, payload: byId("payload").value, unsaved: true };
      localStorage.setItem(`draft:${session ?? "new"}`, JSON.stringify(draft));
    } catch {
      // nothing can be kept here
    }
  }

  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className !== "") made.className = className;
    made.append(...content);
    return made;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `/static/img/icons.svg#${name}`);
    for (const [key, value] of [["class", "icon"], ["viewBox", "0 0 16 16"], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
    svg.append(use);
    return svg;
  }

  function again(look) {
    const button = element("button", `button small ${look}`, AGAIN);
    button.type = "button";
    button.addEventListener("click", () => location.reload());
    return button;
  }

  /** What stands in a place that the modules would have filled. */
  function standIn(place, ...content) {
    const note = element("section", "not-loaded", ...content);
    byId(place).append(note);
    undone.push(() => note.remove());
  }

  /** Buttons that nothing answers to say so; the tabs of narrow screens need no module. */
  function still() {
    for (const button of document.querySelectorAll(".topbar button, #run-button")) {
      const { title } = button;
      button.disabled = true;
      button.title = "This works when the page is loaded whole";
      undone.push(() => Object.assign(button, { disabled: false, title }));
    }
    const tabs = document.querySelectorAll("[data-show]");
    const show = ({ currentTarget: pressed }) => {
      document.body.dataset.view = pressed.dataset.show;
      for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab === pressed));
    };
    for (const tab of tabs) tab.addEventListener("click", show);
    undone.push(() => tabs.forEach((tab) => tab.removeEventListener("click", show)));
  }

  function rescue() {
    if (ready() || rescued) return;
    rescued = true;
    const banner = byId("offline-banner");
    banner.dataset.kind = "lost";
    banner.replaceChildren(element("span", "", "The page could not be loaded whole. You can go on writing: what you type is kept in this browser, and can be run when it is loaded again."), again(""));
    banner.hidden = false;
    for (const field of ["source", "payload"]) byId(field).addEventListener("input", keep);
    document.body.dataset.broken = "";
    for (const waiting of document.querySelectorAll("#empty .skeleton")) waiting.remove();
    standIn("run-body", icon("steps"), element("h2", "", "Runs are shown here when the page is whole"), element("p", "", "Those that are under way go on without it. Each step is in the journal, and is shown from there."), again("primary"));
    standIn("console-pane", icon("console"), element("p", "", "What your code logs is shown here then."));
    still();
    new MutationObserver((_, observer) => {
      if (!ready()) return;
      observer.disconnect();
      banner.hidden = true;
      delete document.body.dataset.broken;
      undone.splice(0).forEach((undo) => undo());
    }).observe(document.body, { attributeFilter: ["data-ready"] });
  }

  const module = ({ target }) => target instanceof HTMLScriptElement && target.type === "module";
  window.addEventListener("error", (event) => (event instanceof ErrorEvent || module(event)) && rescue(), true);
  window.addEventListener("unhandledrejection", rescue);
})();
