// The views of a run that are loaded when they are first shown.

/** A part of the page. */
export function mountLaterViews(page) {
  page.views.add({ id: "timeline", title: "Timeline", icon: "timeline", docks: true, load: () => import("./timeline.js") });
  page.views.add({ id: "graph", title: "Graph", icon: "graph", docks: true, load: () => import("./graph.js") });
}
