// The icons within the page itself, so that what is drawn while the server is away has them, too.

export const SPRITE = "/static/img/icons.svg";
const LATER_MS = 2000; // when all that is needed first is there

/** The address of an icon: in the page where it has been taken in, else in its file. */
export const iconAddress = (name) => (document.getElementById(`icon-${name}`) === null ? `${SPRITE}#${name}` : `#icon-${name}`);

/** Take all of them in, once, a little later. Where they do not come, each is asked for by its file, as before. */
export const adoptIcons = () => setTimeout(adopt, LATER_MS);

function adopt() {
  const request = new XMLHttpRequest();
  request.open("GET", SPRITE);
  request.responseType = "document";
  request.addEventListener("load", () => {
    const sprite = request.responseXML?.documentElement;
    if (request.status !== 200 || sprite?.localName !== "svg") return;
    const own = document.importNode(sprite, true);
    for (const symbol of own.querySelectorAll("symbol")) symbol.id = `icon-${symbol.id}`;
    own.setAttribute("aria-hidden", "true");
    own.style.setProperty("display", "none");
    document.body.append(own);
  });
  request.send();
}
