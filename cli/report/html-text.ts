/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

/** HTML in which every value is escaped that is not made by this function itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, index) => text + textOf(parts[index] ?? "")).join("") };
}

function textOf(part: Part): string {
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return "html" in part ? part.html : part.map((each) => each.html).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Foreign text between two tags or in quotation marks. What cannot be seen, and could turn text around, is written out. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (each) => entities[each] ?? "")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (each) =>
      each === "\n" ? each : `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

/** A link, where the address is one of the web; else its text alone. */
export function link(text: string, url: string): Html {
  return /^https?:\/\//.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`;
}
