/**
 * What in an answer is a name that the cloud has made, or that a user has given, and what is a word of its vocabulary: names
 * differ from one recording to the next, words must not.
 */

/** Fields whose value names something. */
const nameField =
  /^(id|uid|sha|nonce|name|key|slug|login|url|uri|href|host|domain|ref|digest|email|cursor|hash|signature|lsn|label|username|title|description|message|output|content|path|network|since|tree|alias|by)$|(_|^)(id|url|name|key|sha|host|ref|digest|uri|login|hash|lsn|path|target|title|at|text)$|(Id|Url|Name|Key|Sha|Host|Ref|Digest|Hash|Title|At|Message)$/;

export const isNameField = (field: string): boolean => nameField.test(field);

/** `running`, `READY`, `all_except_custom_domains`, `User`, and the empty text. */
const word = /^([A-Z]?[a-z]+([A-Z][a-z]+)*([_-][a-z]+)*|[A-Z]+(_[A-Z]+)*)?$/;
const longestWord = 40;

export const isWord = (text: string): boolean => text.length <= longestWord && word.test(text);

/** A time in the form of ISO 8601. */
export const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(text);

/** Fields that identify an item of a list, the surest first. */
const identifying = [
  "id",
  "uid",
  "sha",
  "key",
  "ref",
  "name",
  "slug",
  "login",
  "context",
  "alias",
  "env_var",
  "type",
];

/** The values by which an item of a list can be known again, each with its field. */
export function identitiesOf(item: unknown): readonly (readonly [field: string, value: string | number])[] {
  if (typeof item !== "object" || item === null) return [];
  return identifying.flatMap((field): [string, string | number][] => {
    const value = (item as Readonly<Record<string, unknown>>)[field];
    return typeof value === "string" || typeof value === "number" ? [[field, value]] : [];
  });
}
