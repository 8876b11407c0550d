/** A tenant's data as a whole, through the management API: every page of its export, imports in chunks, audits to their end. */
import { accessToken, manage } from "./admin.ts";
import type { Json } from "../../worker/scim/json.ts";
import type { Line } from "../../worker/admin/transfer-lines.ts";
import type { Finding } from "../../worker/admin/verify-audit.ts";

/** One for the file: it is good for minutes. */
const token = await accessToken();

export async function exportLines(tenant: string): Promise<Line[]> {
  const lines: Line[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await manage("GET", `/tenants/${tenant}/export${query}`, { token });
    if (status !== 200) throw new Error(`export answered ${status}: ${JSON.stringify(body)}`);
    lines.push(...body.lines);
    cursor = body.next;
  }
  return lines;
}

export function importChunk(tenant: string, lines: readonly Line[], replace = false) {
  const body = { lines, replace } as unknown as Json;
  return manage("POST", `/tenants/${tenant}/import`, { body, token });
}

/** @throws where a chunk is refused */
export async function importAll(
  tenant: string,
  lines: readonly Line[],
  size = 7,
): Promise<{ written: number; kept: number }> {
  const sum = { written: 0, kept: 0 };
  for (let start = 0; start < lines.length; start += size) {
    const { status, body } = await persistent(() =>
      importChunk(tenant, lines.slice(start, start + size)),
    );
    if (status !== 200) throw new Error(`import answered ${status}: ${JSON.stringify(body)}`);
    sum.written += body.written;
    sum.kept += body.kept;
  }
  return sum;
}

/** Sends a call again that was answered with 503, as scripts and IdPs do. */
export async function persistent<Answer extends { status: number }>(
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    if (answer.status !== 503 || tries >= 20) return answer;
  }
}

export async function verifyAll(tenant: string, repair = false): Promise<Finding[]> {
  const findings: Finding[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const { status, body } = await manage("POST", `/tenants/${tenant}/verify`, {
      token,
      body: { repair, ...(cursor !== undefined && { cursor }) },
    });
    if (status !== 200) throw new Error(`verify answered ${status}: ${JSON.stringify(body)}`);
    findings.push(...body.findings);
    cursor = body.next;
  }
  return findings;
}
