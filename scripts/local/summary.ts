/** What a person sees when all is ready. */
import type { LocalFile } from "./state.ts";

export function summaryOf(local: LocalFile, state: string): string {
  const users = `${local.scimBaseUrl}/Users`;
  const bearer = `-H 'Authorization: Bearer ${local.scimToken}'`;
  const user =
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com"}';
  return `
  Rollcall is ready.

  SCIM base URL   ${local.scimBaseUrl}
  SCIM token      ${local.scimToken}
  Console         ${local.consoleUrl}

  List the users:

curl -sS ${bearer} '${users}?count=10'

  Create one:

curl -sS ${bearer} -H 'Content-Type: application/scim+json' '${users}' -d '${user}'

  All of it, for scripts: ${state}/local.json. Ctrl-C stops everything.

`;
}
