/** The attributes of one made-up user, as the widest mapping of an IdP fills them. */
import { ENTERPRISE_USER, type Attributes } from "./attributes.ts";
import { startRandom } from "./random.ts";
import { DEPARTMENTS, FAMILY_NAMES, GIVEN_NAMES, PLACES, TITLES } from "./words.ts";

export type Change = "none" | "promoted" | "moved" | "married";

export function makeAttributes(
  key: string,
  index: number,
  options: { readonly externalId: string; readonly change: Change },
): Attributes {
  const { change } = options;
  const random = startRandom(key, "user", index);
  const given = random.pick(GIVEN_NAMES);
  const maiden = random.pick(FAMILY_NAMES);
  const married = random.pick(FAMILY_NAMES);
  const family =
    change === "married" ? ([`${married[0]}-${maiden[0]}`, married[1]] as const) : maiden;
  const name = `${given[0]} ${family[0]}`;
  const address = `${given[1]}.${family[1]}${change === "married" ? ".new" : ""}.${index}@${key}.example`;
  return {
    externalId: options.externalId,
    userName: address,
    displayName: change === "promoted" ? `${name} (she/her)` : name,
    "name.givenName": given[0],
    "name.familyName": family[0],
    "name.formatted": name,
    'emails[type eq "work"].value': address,
    [`${ENTERPRISE_USER}:employeeNumber`]: String(index).padStart(6, "0"),
    ...makeJob(key, index, change),
    ...makePlace(key, index, change),
    ...makePhones(index, change),
  };
}

function makeJob(key: string, index: number, change: Change): Attributes {
  const random = startRandom(key, "job", index);
  const title = random.pick(TITLES);
  const department = random.pick(DEPARTMENTS);
  // Every sixth has no title at first, so that a promotion has to add the attribute.
  if (change === "promoted") {
    return {
      title: `Senior ${title}`,
      [`${ENTERPRISE_USER}:department`]: `${department} II`,
    };
  }
  return {
    ...(index % 6 === 1 ? {} : { title }),
    [`${ENTERPRISE_USER}:department`]: department,
  };
}

function makePlace(key: string, index: number, change: Change): Attributes {
  const from = startRandom(key, "place", index).below(PLACES.length);
  const place = PLACES[change === "moved" ? (from + 1) % PLACES.length : from] ?? PLACES[0];
  return {
    preferredLanguage: place.language,
    'addresses[type eq "work"].streetAddress': place.streetAddress,
    'addresses[type eq "work"].locality': place.locality,
    'addresses[type eq "work"].region': place.region,
    'addresses[type eq "work"].postalCode': place.postalCode,
    'addresses[type eq "work"].country': place.country,
    'addresses[type eq "work"].formatted': `${place.streetAddress}\n${place.postalCode} ${place.locality}`,
  };
}

/** Who moves gets a mobile; fax numbers are for a few only. Numbers come back as they were sent, without a "tel:". */
function makePhones(index: number, change: Change): Attributes {
  const last = String(index).padStart(7, "0");
  return {
    'phoneNumbers[type eq "work"].value': `+49 221 ${last}`,
    ...(index % 2 === 0 || change === "moved"
      ? { 'phoneNumbers[type eq "mobile"].value': `5555${last}` }
      : {}),
    ...(index % 5 === 0 ? { 'phoneNumbers[type eq "fax"].value': `555 ${last}` } : {}),
  };
}
