/**
 * The few things that views need from the DOM. Whatever comes from outside is set as text; nothing here takes HTML.
 */

/** The element with this id; its absence is a bug in the page. */
export const need = <E extends Element>(id: string, type: new () => E): E => {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return element;
};

interface Parts {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes an element with its children. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: Parts = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag);
  if (parts.class !== undefined) element.className = parts.class;
  if (parts.text !== undefined) element.textContent = parts.text;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const SVG = "http://www.w3.org/2000/svg";

/** Makes an SVG element. */
export const makeSvg = <Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Tag] => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
};

/** Sets text only where it differs, so that a selection or a screen reader is not disturbed. */
export const setText = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/** One child of a keyed list: its element and how it is brought up to date. */
export interface Row<T> {
  readonly element: Element;
  update(item: T): void;
}

/**
 * Keeps an element's children in step with a list: each item keeps its element as long as its key is there, and an
 * element is moved only when it must be. Focus and selection survive.
 */
export class KeyedList<T> {
  readonly #parent: Element;
  readonly #keyOf: (item: T) => string;
  readonly #create: (item: T) => Row<T>;
  readonly #rows = new Map<string, { readonly row: Row<T>; item: T }>();

  constructor(parent: Element, keyOf: (item: T) => string, create: (item: T) => Row<T>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  update(items: readonly T[]): void {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    let next = this.#parent.firstElementChild;
    for (const item of items) {
      const { element } = this.#bring(item);
      if (element === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(element, next);
    }
  }

  #bring(item: T): Row<T> {
    const key = this.#keyOf(item);
    const known = this.#rows.get(key);
    if (known !== undefined) {
      if (known.item !== item) known.row.update(item);
      known.item = item;
      return known.row;
    }
    const row = this.#create(item);
    row.update(item);
    this.#rows.set(key, { row, item });
    return row;
  }
}
