/** What no answer may be, whatever the request was. */

export interface FuzzAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What of ours must not leave: stacks, SQL, the engine's words. What a client sent may come back to it. */
const LEAKS =
  /\bat \S+ \(?[\w./:-]+:\d+:\d+|\.ts:\d+|SQLITE_|D1_ERROR|\bFailed query\b|SELECT .* FROM|no such (table|column)|too many SQL variables|node_modules/;

/** Undefined: as it should be. `sent` is the request as text, `secrets` is what only we may know. */
export function judgeAnswer(
  answer: FuzzAnswer,
  { sent, secrets }: { readonly sent: string; readonly secrets: readonly string[] },
): string | undefined {
  const { status, type, text } = answer;
  if (status >= 500 && status !== 501 && status !== 503) return `status ${status}`;
  if (status < 200 || (status >= 300 && status !== 304 && status !== 308)) {
    if (status < 400) return `status ${status}`;
  }
  for (const secret of secrets) if (text.includes(secret)) return "a secret is in the answer";
  const leak = LEAKS.exec(text)?.[0];
  if (leak !== undefined && !sent.includes(leak)) return `the answer tells "${leak}"`;
  // A URL that is too long doesn't reach us.
  if (status < 400 || status === 414 || text === "") return undefined;
  if (!/^application\/(scim|problem)\+json/.test(type)) return `an error of the type "${type}"`;
  return isError(text, status) ? undefined : "an error without its own shape";
}

/** RFC 7644 section 3.12, or RFC 9457. */
function isError(text: string, status: number): boolean {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("status" in body)) return false;
    return String(body.status) === String(status) && "detail" in body;
  } catch {
    return false;
  }
}
