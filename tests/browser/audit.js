// What axe does not see, or leaves undecided: contrast over what lies below, empty column heads, width.
() => {
  const found = [];

  const parts = (colour) => {
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r, g, b].map((v, i) => (v * a + [R, G, B][i] * (255 - a)) / 255);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(parts(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const isDrawn = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !isDrawn(element) || element.closest("svg, option, script, .visually-hidden")) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const [light, dark] = [luminance(over(parts(style.color), below)), luminance(below)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: “${words.currentNode.data.trim().slice(0, 40)}”`);
  }

  for (const table of document.querySelectorAll("thead th"))
    if (!table.textContent.trim()) found.push("an empty column head");
  for (const element of document.querySelectorAll("[id]"))
    if (document.querySelectorAll(`[id="${CSS.escape(element.id)}"]`).length > 1) found.push(`id twice: ${element.id}`);
  if (document.querySelectorAll("h1").length !== 1) found.push("not exactly one h1");
  if (document.querySelectorAll("main").length !== 1) found.push("not exactly one main");
  if (document.documentElement.scrollWidth > innerWidth) found.push(`too wide: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  return [...new Set(found)];
}
