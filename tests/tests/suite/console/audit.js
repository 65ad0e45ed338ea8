// What is wrong with a page for whoever uses a keyboard or a screen reader, by WCAG 2.2.
const faults = [];
const fault = (what, where) => faults.push(`${what}: ${where.outerHTML.slice(0, 120)}`);
// What is inside a picture is no more than how it is drawn.
const drawn = (one) => one.parentElement?.closest("[role=img]");
const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => !drawn(one));

if (!document.documentElement.lang) fault("no language", document.documentElement);
if (!document.title) fault("no title", document.head);
if (all("h1").length !== 1) fault("not one h1", document.body);
if (all("main").length !== 1) fault("not one main", document.body);

const ids = all("[id]").map((one) => one.id);
for (const one of all("[id]")) {
  if (ids.filter((id) => id === one.id).length > 1) fault("an id twice", one);
}
for (const one of all("input:not([type=hidden]), select, textarea")) {
  if (!one.labels?.length && !one.ariaLabel) fault("no label", one);
}
for (const one of all("button, a[href]")) {
  if (!one.textContent.trim() && !one.ariaLabel) fault("no name", one);
}
for (const one of all("img, [role=img]")) {
  if (!one.alt && !one.ariaLabel) fault("no alternative", one);
}
for (const one of all("table")) {
  if (!one.caption) fault("no caption", one);
}
for (const one of all("th")) {
  if (!one.scope) fault("no scope", one);
}
for (const one of all("nav, [role=region], section")) {
  if (one.tagName === "SECTION" && !one.hasAttribute("aria-labelledby")) continue;
  if (!one.ariaLabel && !one.getAttribute("aria-labelledby")) fault("a landmark without a name", one);
}
for (const one of all("[tabindex]")) {
  if (one.tabIndex > 0) fault("out of order", one);
}
if (document.documentElement.scrollWidth > innerWidth) fault("wider than the window", document.body);

// Contrast of texts (1.4.3), against the nearest ground that is no glass.
const parts = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
const luminance = ([red, green, blue]) => {
  const linear = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const ground = (one) => {
  for (let place = one; place; place = place.parentElement) {
    const color = parts(getComputedStyle(place).backgroundColor);
    if (color.length === 3) return color;
  }
  return [255, 255, 255];
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const one = texts.currentNode.parentElement;
  if (!texts.currentNode.textContent.trim() || !one.checkVisibility()) continue;
  if (["SCRIPT", "STYLE", "OPTION"].includes(one.tagName)) continue;
  const [back, front] = [luminance(ground(one)), luminance(parts(getComputedStyle(one).color))];
  const ratio = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
  if (ratio < 4.5) fault(`a contrast of ${ratio.toFixed(2)}`, one);
}
return faults;
