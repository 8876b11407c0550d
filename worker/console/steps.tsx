/** Click-by-click steps: plain text in which ** stands around labels, and ` around what is typed. */
import type { Idp } from "./idps.ts";
import type { Content } from "./page.ts";

export function Steps({ idp }: { idp: Idp }) {
  return (
    <section class="card" aria-labelledby="steps">
      <h2 id="steps">Step by step</h2>
      <ol>
        {idp.steps.map((step) => (
          <li>{marked(step)}</li>
        ))}
      </ol>
      <p class="hint">{idp.hint}</p>
    </section>
  );
}

function marked(text: string): Content[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((piece) => {
    if (piece.startsWith("**")) return <b>{piece.slice(2, -2)}</b>;
    return piece.startsWith("`") ? <code>{piece.slice(1, -1)}</code> : piece;
  });
}
