/** Deleting goes over a page of its own that says what will happen. */
import { callApi } from "./api.ts";
import type { ConsoleContext } from "./context.ts";
import { readFields } from "./forms.ts";
import { view } from "./layout.tsx";
import { sessionOf } from "./page.ts";
import type { Access, Content, Page } from "./page.ts";
import { CsrfField, Field, Notice } from "./parts.tsx";

interface Deletion {
  /** Of both pages: the one that asks, and the one that does it. */
  readonly path: string;
  readonly access: Access;
  readonly title: string;
  readonly button: string;
  /** What will happen. @throws PageError 404 where there is no such thing */
  readonly warning: (c: ConsoleContext) => Promise<Content>;
  /** Path of the management API. */
  readonly target: (c: ConsoleContext) => string;
  /** Where to go on, and where to go back to. */
  readonly after: (c: ConsoleContext) => string;
  readonly back?: (c: ConsoleContext) => string;
  /** What has to be typed first. */
  readonly typed?: (c: ConsoleContext) => string;
}

export function deletionPages(deletion: Deletion): readonly Page[] {
  const { path, access } = deletion;
  return [
    { method: "GET", path, access, answer: (c) => ask(c, deletion) },
    { method: "POST", path, access, answer: (c) => carryOut(c, deletion) },
  ];
}

interface Fault {
  readonly status: number;
  readonly text: string;
}

async function ask(c: ConsoleContext, deletion: Deletion, fault?: Fault): Promise<Response> {
  const { title, button, warning, after, back = after, typed } = deletion;
  return view(
    c,
    title,
    <>
      {fault !== undefined && <Notice tone="bad">{fault.text}</Notice>}
      <form method="post" class="card narrow fields">
        <CsrfField session={sessionOf(c)} />
        <div>{await warning(c)}</div>
        {typed !== undefined && (
          <Field name="typed" label={`Type ${typed(c)} to go on`} required value="" />
        )}
        <div class="actions">
          <button class="danger" type="submit">
            {button}
          </button>
          <a class="button plain" href={back(c)}>
            Go back
          </a>
        </div>
      </form>
    </>,
    fault?.status,
  );
}

async function carryOut(c: ConsoleContext, deletion: Deletion): Promise<Response> {
  const { typed, target, after } = deletion;
  if (typed !== undefined && (await readFields(c))["typed"] !== typed(c)) {
    return ask(c, deletion, { status: 400, text: `That isn't ${typed(c)}: nothing was deleted.` });
  }
  const reply = await callApi(c, { method: "DELETE", path: target(c) });
  if (reply.ok) return c.redirect(after(c), 303);
  return ask(c, deletion, { status: reply.status, text: reply.body.detail });
}
