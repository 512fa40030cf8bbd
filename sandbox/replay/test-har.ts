/** A call of a recording, as `bin/rollout --record` writes it. */
export function entryOf(
  cloud: string,
  method: string,
  path: string,
  status: number,
  answer: unknown,
  body?: unknown,
) {
  const text = answer === undefined ? undefined : JSON.stringify(answer);
  return {
    startedDateTime: "2026-01-01T00:00:00Z",
    time: 3,
    _cloud: cloud,
    request: {
      method,
      url: `https://cloud.example${path}`,
      headers: body === undefined ? [] : [{ name: "content-type", value: "application/json" }],
      bodySize: body === undefined ? 0 : 2,
      ...(body === undefined
        ? {}
        : { postData: { mimeType: "application/json", text: JSON.stringify(body) } }),
    },
    response: {
      status,
      headers: [{ name: "content-type", value: "application/json" }],
      content: {
        size: text?.length ?? 0,
        mimeType: "application/json",
        ...(text === undefined ? {} : { text }),
      },
    },
  };
}

export const harOf = (entries: readonly unknown[]): string =>
  JSON.stringify({ log: { version: "1.2", entries } });
