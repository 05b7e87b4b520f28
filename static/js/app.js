// Where the page begins.

import { byId } from "./base/dom.js";
import { adoptIcons } from "./base/icons.js";
import { mountTheme } from "./base/theme.js";
import { createPage } from "./page.js";
import { PARTS } from "./parts.js";
import { redeemLink } from "./share/share.js";

const data = JSON.parse(byId("page-data").textContent);
mountTheme();
adoptIcons();
if (data.session !== null && data.access === null) {
  await redeemLink(data);
} else {
  createPage(data, PARTS);
  document.body.dataset.ready = ""; // see rescue.js
  if (location.hash.startsWith("#share=")) history.replaceState(null, "", location.pathname);
}
