"""Questions to ask a page in the browser: each gives a list of faults, empty when all is well.

page.evaluate(axe_source) first, then page.evaluate(FAULTS, None); page.evaluate(CUT) and so on.
"""

FAULTS = """async (rules) => {
  // preload would fetch every style sheet anew for each look.
  const options = { resultTypes: ["violations"], preload: false };
  if (rules) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html} ${node.failureSummary}`));
}"""

LARGER = """() => {
  const root = document.documentElement;
  root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + "px";
}"""

# What sticks out of the window, or whose text is wider or higher than the box that hides the rest.
# A map shows a part of the world by its nature.
CUT = """() => {
  const cut = [];
  if (document.documentElement.scrollWidth > innerWidth) cut.push(`page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg, .leaflet-container, .visually-hidden, .skip, .data--cards > thead, option, [hidden]") || !element.checkVisibility()) continue;
    const region = element.closest("[role=region][tabindex]");
    if (region && region !== element && region.scrollWidth > region.clientWidth) continue;
    const box = element.getBoundingClientRect();
    const name = element.tagName + "." + element.className;
    if (box.width && (box.right > innerWidth + 1 || box.left < -1)) cut.push(`${name} sticks out`);
    const style = getComputedStyle(element);
    if (element === region || style.overflowX === "visible" || element.matches("input, select, textarea")) continue;
    if (element.scrollWidth > element.clientWidth + 1) cut.push(`${name} hides text`);
  }
  return cut;
}"""

STUCK = """() => [...document.querySelectorAll("body *")]
  .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position)).map((one) => one.className)"""

SMALL = """(least) => [...document.querySelectorAll("main :is(.btn, input, select, textarea, summary), .tabs a, .bar .btn")]
  .filter((one) => one.checkVisibility() && one.type !== "hidden")
  .map((one) => [one, (one.closest(".form-check, .chip, .calendar__day") || one).getBoundingClientRect()])
  .filter(([one, box]) => box.height < least)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${box.height} high`)"""
