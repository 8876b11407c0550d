/** Choosing the connection that a token or an OAuth client is for. */
import { everyItem } from "./api.ts";
import type { ConsoleContext } from "./context.ts";
import { tenantOf, tenantPath } from "./page.ts";
import { Choice } from "./parts.tsx";
import { textAt } from "./reading.ts";

/** Scheme and label of each SSO provider. */
export async function readProviderOptions(
  c: ConsoleContext,
): Promise<readonly (readonly [string, string])[]> {
  return (await everyItem(c, "/sso/providers")).map((each) => {
    const scheme = textAt(each, "scheme");
    return [scheme, `${textAt(each, "displayName")} (${scheme})`] as const;
  });
}

export function ProviderChoice({
  options,
  value,
}: {
  options: readonly (readonly [string, string])[];
  value: string | undefined;
}) {
  return <Choice name="provider" label="Connection" options={options} value={value} />;
}

/** Instead of the form, where there is none to choose. */
export function NotConnected({ c, what }: { c: ConsoleContext; what: string }) {
  return (
    <div class="card">
      <p>{what} belongs to an identity provider, and none is connected yet.</p>
      <a class="button" href={`${tenantPath(tenantOf(c))}/connect`}>
        Connect one
      </a>
    </div>
  );
}
