/** Click-by-click steps: plain text in which ** stands around labels, and ` around what is typed. */
import type { Idp } from "./idps.ts";
import type { Content } from "./page.ts";
import { Card } from "./parts.tsx";

export function Steps({ idp }: { idp: Idp }) {
  return (
    <Card id="steps" title="Step by step">
      <ol>
        {idp.steps.map((step) => (
          <li>{marked(step)}</li>
        ))}
      </ol>
      <p class="hint">{idp.hint}</p>
    </Card>
  );
}

function marked(text: string): Content[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((piece) => {
    if (piece.startsWith("**")) return <b>{piece.slice(2, -2)}</b>;
    return piece.startsWith("`") ? <code>{piece.slice(1, -1)}</code> : piece;
  });
}
