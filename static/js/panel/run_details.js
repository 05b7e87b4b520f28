// A run as a whole, as a view: what went in, what came out, which events it got.

/** A part of the page. */
export function mountRunDetails(page) {
  page.views.add({ id: "details", title: "Details", icon: "info", docks: true, load: () => import("./run_view.js") });
}
