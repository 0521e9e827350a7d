/**
 * Looks at the page as an accessibility checker would. Each function runs in the page and stands alone.
 */

/** Runs in the page: what would stop someone who cannot see it. */
export const accessFaults = () => {
  const nameOf = (element: Element): string =>
    element.getAttribute("aria-label") ??
    (element as HTMLInputElement).labels?.[0]?.textContent?.trim() ??
    element.textContent?.trim() ??
    "";
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const references = ["aria-labelledby", "aria-controls", "aria-describedby", "for"];
  return {
    /** Controls without a name. */
    nameless: [
      ...document.querySelectorAll("button, input, select, textarea, summary, meter, section, aside"),
    ]
      .filter((element) => nameOf(element) === "")
      .map(({ outerHTML }) => outerHTML),
    repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
    /** References to what is not there. */
    dangling: references.flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)]
        .map((element) => element.getAttribute(name) ?? "")
        .filter((id) => document.getElementById(id) === null),
    ),
    /** Places where the order of focus is not the order of reading. */
    jumping: [...document.querySelectorAll("[tabindex]")].filter(
      (element) => Number(element.getAttribute("tabindex")) > 0,
    ).length,
  };
};

/** Runs in the page: visible texts whose contrast with the ground behind them is below 4.5 (3 for large type). */
export const faintTexts = (): readonly string[] => {
  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (paint === null) throw new Error("no canvas");
  /** The colour that is seen when these are laid over one another, the lowest first. */
  const blend = (colours: readonly string[]): readonly number[] => {
    paint.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
    }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundsOf = (element: Element | null): readonly string[] =>
    element === null ? [] : [...groundsOf(element.parentElement), getComputedStyle(element).backgroundColor];
  const faint: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(
      ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim(),
    );
    const disabled = element.closest(":disabled") !== null;
    if (!own || disabled || !element.checkVisibility() || element.closest(".hidden, .skip, title, option"))
      continue;
    const style = getComputedStyle(element);
    const grounds = groundsOf(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [light = 0, dark = 0] = [
      luminance(blend([...grounds, colour])),
      luminance(blend(grounds)),
    ].toSorted((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
      faint.push(
        `${element.textContent?.trim().slice(0, 30)} (${element.className}): ${contrast.toFixed(2)}`,
      );
    }
  }
  return faint;
};
