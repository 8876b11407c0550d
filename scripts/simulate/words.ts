/** What made-up people and groups consist of. The second word of a name is its spelling in an address. */

type Name = readonly [written: string, address: string];

export const GIVEN_NAMES: readonly [Name, ...Name[]] = [
  ["Anna", "anna"],
  ["Zoë", "zoe"],
  ["José", "jose"],
  ["Łukasz", "lukasz"],
  ["Søren", "soren"],
  ["Ngọc", "ngoc"],
  ["Мария", "maria"],
  ["太郎", "taro"],
  ["Mary-Jane", "mary-jane"],
  ["Çağla", "cagla"],
  ["Björk", "bjork"],
  ["Liam", "liam"],
  ["Aoife", "aoife"],
  ["Priya", "priya"],
  ["يوسف", "youssef"],
  ["Ivy 🌿", "ivy"],
];

export const FAMILY_NAMES: readonly [Name, ...Name[]] = [
  ["Müller", "mueller"],
  ["O'Brien", "o'brien"],
  ["Nuñez", "nunez"],
  ["Straße", "strasse"],
  ["Kowalczyk", "kowalczyk"],
  ["Ångström", "angstrom"],
  ["Иванова", "ivanova"],
  ["山田", "yamada"],
  ["van der Berg", "vanderberg"],
  ["İnönü", "inonu"],
  ["Smith", "smith"],
  ["D'Souza", "d'souza"],
  ["Nguyễn", "nguyen"],
  ["Papadopoulos", "papadopoulos"],
  ["Haddad", "haddad"],
];

export const TITLES: readonly [string, ...string[]] = [
  "Engineer",
  "Vice President, R&D",
  "Geschäftsführerin",
  "Analyst (contract)",
  "Chef de projet",
  "Nurse",
  'Specialist "Payroll"',
];

export const DEPARTMENTS: readonly [string, ...string[]] = [
  "Retail",
  "Legal & Compliance",
  "Entwicklung",
  "Comptabilité",
  "Sales/EMEA",
  "営業",
];

interface Place {
  readonly streetAddress: string;
  readonly locality: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
  readonly language: string;
}

export const PLACES: readonly [Place, ...Place[]] = [
  {
    streetAddress: "1010 Broadway Ave",
    locality: "Redmond",
    region: "WA",
    postalCode: "98052",
    country: "US",
    language: "en-US",
  },
  {
    streetAddress: "Große Straße 7",
    locality: "Köln",
    region: "NRW",
    postalCode: "01067",
    country: "DE",
    language: "de-DE",
  },
  {
    streetAddress: "12 rue de l'Église",
    locality: "Besançon",
    region: "Doubs",
    postalCode: "25000",
    country: "FR",
    language: "fr-FR",
  },
  {
    streetAddress: "丸の内1-1",
    locality: "東京",
    region: "東京都",
    postalCode: "100-0005",
    country: "JP",
    language: "ja-JP",
  },
];

export const GROUP_NAMES: readonly [string, ...string[]] = [
  "Engineering",
  "Vertrieb Köln",
  "Achats & Logistique",
  "People's Council",
  "VPN users (all)",
  "営業部",
  "Finance/Reporting",
  "Équipe Ångström",
];
