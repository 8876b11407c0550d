/** A page with one form: what was wrong with it the last time, its fields, a button, and the way back. */
import type { ConsoleContext } from "./context.ts";
import { view } from "./layout.tsx";
import { sessionOf } from "./page.ts";
import type { Content } from "./page.ts";
import { CsrfField, Notice } from "./parts.tsx";

export interface FormPage {
  readonly title: string;
  readonly button: string;
  /** Where "Go back" leads. */
  readonly back: string;
  /** Why what was sent was refused; undefined the first time. */
  readonly fault: string | undefined;
}

/** The form is sent to the page's own path. */
export function viewForm(
  c: ConsoleContext,
  { title, button, back, fault }: FormPage,
  fields: Content,
): Promise<Response> {
  return view(
    c,
    title,
    <>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      <form method="post" class="card fields">
        <CsrfField session={sessionOf(c)} />
        {fields}
        <div class="actions">
          <button type="submit">{button}</button>
          <a class="button plain" href={back}>
            Go back
          </a>
        </div>
      </form>
    </>,
    fault === undefined ? 200 : 400,
  );
}
