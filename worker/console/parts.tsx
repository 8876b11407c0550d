/** Small parts that pages share. */
import type { Session } from "./session.ts";
import type { Content } from "./page.ts";

/** The proof that a form was sent from a page of this session. */
export function CsrfField({ session }: { session: Session }) {
  return <input type="hidden" name="csrf" value={session.csrf} />;
}

/** A value to paste elsewhere; `id` is unique on the page. */
export function Copied({ id, label, value }: { id: string; label: string; value: string }) {
  return (
    <div>
      <h3 id={`${id}-label`}>{label}</h3>
      <div class="copy">
        <code id={id} aria-labelledby={`${id}-label`}>
          {value}
        </code>
        <button class="plain" type="button" data-copy={id}>
          Copy<span class="hidden"> {label}</span>
        </button>
      </div>
    </div>
  );
}

interface TimeProps {
  readonly at: string | null | undefined;
  readonly none?: string;
  /** Where several things happen within a minute. */
  readonly seconds?: boolean;
}

/** A time (ISO 8601 in UTC) as people read it; `none` where there is none. */
export function Time({ at, none = "never", seconds = false }: TimeProps) {
  if (at === null || at === undefined) return <span class="quiet">{none}</span>;
  return <time datetime={at}>{`${at.slice(0, 10)} ${at.slice(11, seconds ? 19 : 16)} UTC`}</time>;
}

export type Tone = "good" | "bad" | "warn" | "plain";

export function Badge({ tone, children }: { tone: Tone; children?: Content }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Notice({ tone, children }: { tone: Tone; children?: Content }) {
  return (
    <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : undefined}>
      {children}
    </div>
  );
}

/** A part of a page by its heading; `id` is unique on the page. */
export function Card({ id, title, children }: { id: string; title: string; children?: Content }) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Of a token or secret: nobody can read it again. */
export function ShownOnce({ what }: { what: string }) {
  return (
    <Notice tone="warn">
      <p>
        <b>The {what} is shown this once.</b> Paste it now; if you lose it, make another one and
        delete this one.
      </p>
    </Notice>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly type?: "text" | "number" | "date" | "search";
  readonly required?: boolean;
}

/** One line of text with its label. */
export function Field({ name, label, value, hint, type = "text", required }: FieldProps) {
  return (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        required={required}
        autocomplete="off"
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
      />
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  /** Where the page has several of the name. */
  readonly id?: string;
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
  readonly value?: string | undefined;
  readonly hint?: string;
}

/** One of several: value and label of each. */
export function Choice({ name, id = name, label, options, value, hint }: ChoiceProps) {
  return (
    <div>
      <label for={id}>{label}</label>
      <select id={id} name={name} aria-describedby={hint === undefined ? undefined : `${id}-hint`}>
        {options.map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface CheckProps {
  readonly name: string;
  readonly label: string;
  readonly checked: boolean;
  readonly hint: string;
}

/** Yes or no: `on`, or nothing at all. */
export function Check({ name, label, checked, hint }: CheckProps) {
  return (
    <div>
      <div class="check">
        <input
          id={name}
          name={name}
          type="checkbox"
          checked={checked}
          aria-describedby={`${name}-hint`}
        />
        <label for={name}>{label}</label>
      </div>
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
    </div>
  );
}

/** A table that may be wider than the screen; its caption names it. */
export function Table({
  caption,
  head,
  children,
}: {
  caption: string;
  head: readonly string[];
  children?: Content;
}) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {head.map((text) => (
              <th scope="col">{text}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A whole number with the thousands apart. */
export function counted(count: number): string {
  return count.toLocaleString("en");
}

/** The way to the page before, or else to the first, and to the next; nothing where there is one page. */
export function Pages({
  label,
  first,
  previous,
  next,
}: {
  label: string;
  first?: string | undefined;
  previous?: string | undefined;
  next?: string | undefined;
}) {
  const back = previous ?? first;
  if (back === undefined && next === undefined) return <></>;
  return (
    <nav class="pages" aria-label={`Pages of ${label}`}>
      {back === undefined ? (
        <span />
      ) : (
        <a class="button plain" href={back}>
          {previous === undefined ? "First page" : "Previous page"}
        </a>
      )}
      {next !== undefined && (
        <a class="button plain" href={next}>
          Next page
        </a>
      )}
    </nav>
  );
}
