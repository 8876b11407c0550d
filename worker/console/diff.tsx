/** Changes before and after, one attribute a row. */
import type { ConsoleContext } from "./context.ts";
import type { MovedMembers, ShownChange } from "./diff-view.ts";
import { planNames } from "./directory-statements.ts";
import { resourcePath, storeOf } from "./directory.ts";
import { tenantOf } from "./page.ts";
import { counted } from "./parts.tsx";

/** Names of resources that are there, by id. */
export type Names = ReadonlyMap<string, { readonly type: string; readonly name: string }>;

/** The names of everybody in these changes, and of one more. */
export async function readNames(
  c: ConsoleContext,
  changes: readonly ShownChange[],
  id: string | null,
): Promise<Names> {
  const moved = changes.flatMap((change) =>
    change.kind === "members" ? [...change.added.ids, ...change.removed.ids] : [],
  );
  const ids = [...new Set(id === null ? moved : [id, ...moved])];
  if (ids.length === 0) return new Map();
  const rows = await storeOf(c).query(planNames(tenantOf(c), ids));
  return new Map(
    rows.map((row) => {
      const name = String(row["display"] ?? row["id"]);
      return [String(row["id"]), { type: String(row["type"]), name }];
    }),
  );
}

export function Diff({
  changes,
  names,
  tenant,
}: {
  changes: readonly ShownChange[];
  names: Names;
  tenant: string;
}) {
  return (
    <dl class="diffs">
      {changes.map((change) => (
        <>
          <dt>
            <code>{change.path}</code>
          </dt>
          <dd class="diff">
            {change.kind === "value" ? (
              <Values change={change} />
            ) : (
              <>
                <Members moved={change.removed} names={names} tenant={tenant} isAdded={false} />
                <Members moved={change.added} names={names} tenant={tenant} isAdded />
              </>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}

function Values({ change }: { change: Extract<ShownChange, { kind: "value" }> }) {
  return (
    <>
      {change.before.map((text) => (
        <del>{text}</del>
      ))}
      {change.after.map((text) => (
        <ins>{text}</ins>
      ))}
      {change.kept > 0 && <span class="quiet">and {change.kept} as before</span>}
    </>
  );
}

function Members({
  moved: { count, ids },
  names,
  tenant,
  isAdded,
}: {
  moved: MovedMembers;
  names: Names;
  tenant: string;
  isAdded: boolean;
}) {
  const shown = ids.map((id) => {
    const known = names.get(id);
    const path = known && resourcePath(tenant, known.type, id);
    const text = path === undefined ? id : <a href={path}>{known?.name}</a>;
    return isAdded ? <ins>{text}</ins> : <del>{text}</del>;
  });
  return (
    <>
      {count > 0 && (
        <p class="small">
          {counted(count)} {isAdded ? "added" : "removed"}
        </p>
      )}
      {shown}
      {count > ids.length && <p class="quiet">and {counted(count - ids.length)} more</p>}
    </>
  );
}
