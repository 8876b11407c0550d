/** The lights of a new connection. */
import { Time } from "./parts.tsx";
import type { Signs as SignTimes } from "./signs.ts";

export function Signs({ signs }: { signs: SignTimes }) {
  const lights = [
    ["The IdP has reached us", signs.contact],
    ["The first user has arrived", signs.user],
    ["The first group has arrived", signs.group],
  ] as const;
  const isDone = lights.every(([, at]) => at !== null);
  return (
    <ul class="lights" data-done={isDone ? "" : undefined}>
      {lights.map(([label, at]) => (
        <li class={at === null ? "" : "on"}>
          <span class="lamp" aria-hidden="true" />
          <span>
            {label}: <Time at={at} none="not yet" />
          </span>
        </li>
      ))}
    </ul>
  );
}
