/** The quirks that a request was forgiven: as badges, and with what each of them means. */
import { QUIRKS } from "../parse/known-quirks.ts";
import { isList } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";

/** Names of the quirks that fired; each says by a title what was forgiven. */
export function Quirks({ names }: { names: readonly string[] }) {
  return (
    <span class="badges">
      {names.map((name) => (
        <span class="badge warn" title={quirkOf(name)?.meaning}>
          {name}
        </span>
      ))}
    </span>
  );
}

export function quirksOf({ quirks }: JsonObject): string[] {
  return isList(quirks) ? quirks.filter((name) => typeof name === "string") : [];
}

/** Undefined for one that this version doesn't know any more. */
function quirkOf(name: string) {
  return Object.entries(QUIRKS).find(([quirk]) => quirk === name)?.[1];
}

interface ForgivenQuirk {
  readonly name: string;
  /** What it was forgiven, by the fault that it would be. */
  readonly where?: string | undefined;
}

/** What the request was forgiven: the same request of a strict connection would have been refused. */
export function Forgiven({
  forgiven,
  level,
}: {
  forgiven: readonly ForgivenQuirk[];
  level: 2 | 3;
}) {
  if (forgiven.length === 0) return <></>;
  const title = "What it was forgiven";
  return (
    <section class="card">
      {level === 2 ? <h2>{title}</h2> : <h3>{title}</h3>}
      <dl class="facts">
        {forgiven.map(({ name, where }) => (
          <>
            <dt>
              <Quirks names={[name]} />
            </dt>
            <dd>
              {where !== undefined && <p>{where}</p>}
              <p class={where === undefined ? "" : "hint"}>
                Accepted: {quirkOf(name)?.meaning ?? "what this version doesn't know any more"}.{" "}
                <Reference name={name} />
              </p>
            </dd>
          </>
        ))}
      </dl>
      <p class="hint">A connection with the profile strict refuses such requests.</p>
    </section>
  );
}

function Reference({ name }: { name: string }) {
  const quirk = quirkOf(name);
  if (quirk === undefined) return <></>;
  return (
    <a href={quirk.reference} rel="noreferrer">
      Sent by {quirk.idps.join(", ")}
    </a>
  );
}
