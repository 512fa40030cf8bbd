/** A recording, as far as differences are planted into it. */
interface Har {
  readonly log: { readonly entries: Entry[] };
}

interface Entry {
  readonly request: { readonly method: string; readonly url: string };
  readonly response: {
    status: number;
    headers: { readonly name: string; readonly value: string }[];
    readonly content: { text?: string };
  };
}

/** As `bin/sandbox replay --json` lists it. */
export interface PlantedDifference {
  readonly entry: number;
  readonly kind: string;
  readonly where: string;
  readonly recorded: string;
  readonly emulated: string;
}

type Fields = Record<string, unknown>;

interface Plant extends Omit<PlantedDifference, "entry"> {
  readonly call: RegExp;
  /** Into the last such call instead of the first. */
  readonly isLast?: boolean;
  readonly change: (entry: Entry, body: Fields) => void;
}

const within = (body: Fields, field: string): Fields => body[field] as Fields;

/** One of each kind, at all four clouds, in answers to reads and to writes. */
const plants: readonly Plant[] = [
  {
    call: /^GET .*\/v9\/projects\//,
    ...{ kind: "word", where: "error.code", recorded: '"gone"', emulated: '"not_found"' },
    change: (_entry, body) => (within(body, "error")["code"] = "gone"),
  },
  {
    call: /^POST .*\/v1\/apps\b[^/]*$/,
    ...{ kind: "status", where: "status", recorded: "200", emulated: "201" },
    change: ({ response }) => (response.status = 200),
  },
  {
    call: /^POST .*\/v2\/projects$/,
    ...{ kind: "missing", where: "project.planet", recorded: "string", emulated: "nothing" },
    change: (_entry, body) => (within(body, "project")["planet"] = "earth"),
  },
  {
    call: /^POST .*\/v11\/projects\b/,
    ...{ kind: "more", where: "nodeVersion", recorded: "nothing", emulated: "string" },
    change: (_entry, body) => Reflect.deleteProperty(body, "nodeVersion"),
  },
  {
    call: /^POST .*\/deployments$/,
    ...{ kind: "type", where: "description", recorded: "number", emulated: "string" },
    change: (_entry, body) => (body["description"] = 7),
  },
  {
    call: /^POST .*\/git\/commits$/,
    ...{ kind: "null", where: "verification.reason", recorded: "null", emulated: "string" },
    change: (_entry, body) => (within(body, "verification")["reason"] = null),
  },
  {
    call: /^POST .*\/git\/trees$/,
    ...{ kind: "word", where: "truncated", recorded: "true", emulated: "false" },
    change: (_entry, body) => (body["truncated"] = true),
  },
  {
    call: /^POST .*\/apps\/[^/]+\/secrets$/,
    ...{ kind: "header", where: "fly-request-id", recorded: "nothing", emulated: "a value" },
    change: ({ response }) =>
      (response.headers = response.headers.filter(({ name }) => name !== "fly-request-id")),
  },
  {
    call: /^POST .*\/v2\/projects\/[^/]+\/branches$/,
    ...{ kind: "item", where: "endpoints[]", recorded: "nothing", emulated: "object" },
    change: (_entry, body) => (body["endpoints"] = []),
  },
  {
    call: /^GET .*\/v13\/deployments\//,
    isLast: true,
    ...{ kind: "word", where: "readyState", recorded: '"LAUNCHED"', emulated: '"READY"' },
    change: (_entry, body) => (body["readyState"] = "LAUNCHED"),
  },
];

/** The recording with ten differences from what was recorded, and what a replay has to list for it. */
export function plantDifferences(text: string): {
  readonly text: string;
  readonly planted: readonly PlantedDifference[];
} {
  const har = JSON.parse(text) as Har;
  const planted = plants.map(({ call, isLast = false, change, ...difference }) => {
    const isIt = ({ request }: Entry): boolean => call.test(`${request.method} ${request.url}`);
    const { entries } = har.log;
    const place = isLast ? entries.findLastIndex(isIt) : entries.findIndex(isIt);
    const entry = entries[place];
    if (!entry) throw new Error(`the recording has no call like ${String(call)}`);
    const body = JSON.parse(entry.response.content.text ?? "") as Fields;
    change(entry, body);
    entry.response.content.text = JSON.stringify(body);
    return { entry: place, ...difference };
  });
  return { text: JSON.stringify(har), planted };
}
